"""Marks that are the same throughout, against plain loops and against marks dealt out by chance."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from analysis.methods.examples import lay_out_marks
from analysis.methods.identical import compare_sheets, find_identical
from analysis.methods.matrices import MarkMatrix

RATINGS = {"优": 1.0, "良": 0.8, "中": 0.6}
FEWEST = 5
seeds = pytest.mark.parametrize("seed", range(4))


def _draw(seed: int, units: int = 25, lacking: float = 0.1) -> MarkMatrix:
    """Six indicators of one assessor and five of another, and units that copy the one before them."""
    random = np.random.default_rng(seed)
    marks: dict[str, list[str | float]] = {}
    for unit in range(units):
        given = random.choice([*RATINGS, "-"], 11, p=[0.65 - lacking, 0.25, 0.1, lacking]).tolist()
        given[0] = "优"
        marks[f"u{unit}"] = list(marks[f"u{unit - 1}"]) if unit % 6 == 5 else given
    marks["u0"] = marks["u1"] = ["优"] * 11
    laid = lay_out_marks({f"p{place}": 10.0 for place in range(11)}, marks, RATINGS)
    return replace(laid, indicators=laid.indicators.assign(assessor_id=["office"] * 6 + ["bureau"] * 5))


def _is_same(marks: MarkMatrix, one: int, other: int, own: range) -> bool:
    pairs = [(marks.rating_names[one, place], marks.rating_names[other, place]) for place in own]
    shared = [pair for pair in pairs if all(pair)]
    return len(shared) >= FEWEST and all(a == b for a, b in shared) and any(a != "优" for a, _ in shared)


@seeds
def test_pairs_are_those_that_a_loop_finds(seed: int) -> None:
    marks = _draw(seed)
    ids = marks.units["unit_id"]
    expected = {(ids[a], ids[b]) for a, b in combinations(range(25), 2) if _is_same(marks, a, b, range(11))}
    found = find_identical(marks)
    assert expected and set(found[["unit_id", "other_id"]].itertuples(index=False, name=None)) == expected
    assert ("u0", "u1") not in expected
    for row in found.itertuples():
        one, other = (ids[ids.eq(each)].index[0] for each in (row.unit_id, row.other_id))
        shared = [a for a, b in zip(marks.rating_names[one], marks.rating_names[other], strict=True) if a and b]
        assert (row.indicators, row.below) == (len(shared), sum(mark != "优" for mark in shared))


@seeds
def test_sheets_are_counted_as_a_loop_counts_them(seed: int) -> None:
    marks = _draw(seed)
    sheets = compare_sheets(marks).set_index("assessor_id")
    for assessor, own in (("office", range(6)), ("bureau", range(6, 11))):
        marked = [unit for unit in range(25) if sum(map(bool, marks.rating_names[unit, list(own)])) >= FEWEST]
        pairs = [pair for pair in combinations(marked, 2) if _is_same(marks, *pair, own)]
        row = sheets.loc[assessor]
        assert (row["indicators"], row["units"]) == (len(own), len(marked))
        assert row["same"] == pytest.approx(len(pairs) / (len(marked) * (len(marked) - 1) / 2))
        assert row["largest"] == 1 + max(sum(unit in pair for pair in pairs) for unit in marked)


def test_what_is_expected_is_what_dealing_out_gives() -> None:
    marks = _draw(1, lacking=0.0)
    random, shares = np.random.default_rng(1), []
    for _ in range(400):
        order = random.permuted(np.tile(np.arange(25), (11, 1)).T, axis=0)
        dealt = {name: np.take_along_axis(getattr(marks, name), order, axis=0) for name in ("earned", "rating_names")}
        shares.append(compare_sheets(replace(marks, **dealt)).set_index("assessor_id")["same"])
    expected = compare_sheets(marks).set_index("assessor_id")["expected"]
    for assessor in ("office", "bureau"):
        drawn = np.array([each[assessor] for each in shares])
        assert drawn.mean() == pytest.approx(expected[assessor], abs=4 * drawn.std() / len(drawn) ** 0.5)
        assert expected[assessor] > 0.005


@seeds
def test_the_order_of_units_does_not_matter(seed: int) -> None:
    marks = _draw(seed)
    order = np.random.default_rng(seed).permutation(25)
    arrays = {name: getattr(marks, name)[order] for name in ("status", "applicable", "earned", "rating_names")}
    other = replace(marks, units=marks.units.iloc[order].reset_index(drop=True), **arrays)
    assert {frozenset(pair) for pair in find_identical(marks)[["unit_id", "other_id"]].to_numpy()} == {
        frozenset(pair) for pair in find_identical(other)[["unit_id", "other_id"]].to_numpy()
    }
    one, two = (compare_sheets(each).to_numpy()[:, 1:].astype(float) for each in (marks, other))
    assert np.allclose(one, two)


def test_few_marks_are_not_compared() -> None:
    """Four indicators that both carry, or four of an assessor."""
    points = {f"p{place}": 10.0 for place in range(6)}
    marks = lay_out_marks(points, {"a": ["良"] * 6, "b": ["良"] * 4 + ["-"] * 2, "c": ["中"] * 6}, RATINGS)
    assert find_identical(marks).empty
    few = replace(marks, indicators=marks.indicators.assign(assessor_id=["x"] * 4 + ["y"] * 2))
    assert compare_sheets(few).empty
    alone = lay_out_marks(points, {"a": ["良"] * 6}, RATINGS)
    assert compare_sheets(alone).empty and find_identical(alone).empty
