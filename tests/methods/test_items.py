"""Item analysis against plain loops and numpy, and what must not matter to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from analysis.data.dataset import Dataset
from analysis.methods.examples import lay_out_marks
from analysis.methods.items import analyse_items, find_duplicates
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.scoring.years import score_year

RATINGS = {"优": 1.0, "良": 0.8, "中": 0.6, "差": 0.0}
POINTS = {"p1": 20.0, "p2": 10.0, "p3": 5.0, "r1": 40.0, "r2": 25.0}
Marks = dict[str, list[str | float]]
seeds = pytest.mark.parametrize("seed", range(4))


def draw_marks(seed: int, units: int = 15, lacking: float = 0.0) -> Marks:
    random = np.random.default_rng(seed)
    marks: Marks = {}
    for unit in range(units):
        given = [
            str(random.choice(list(RATINGS))) if name.startswith("p") else float(random.integers(0, int(full) + 1))
            for name, full in POINTS.items()
        ]
        marks[f"u{unit}"] = ["-" if place and random.random() < lacking else mark for place, mark in enumerate(given)]
    return marks


def lay_out(marks: Mapping[str, Sequence[str | float]], points: Mapping[str, float] = POINTS) -> MarkMatrix:
    return lay_out_marks(points, marks, RATINGS)


def _items(marks: Mapping[str, Sequence[str | float]], points: Mapping[str, float] = POINTS) -> pd.DataFrame:
    return analyse_items(lay_out(marks, points)).set_index("indicator_id")


def _share(mark: str | float, points: float) -> float:
    return RATINGS[mark] if isinstance(mark, str) else mark / points


def _item_rest(marks: Marks, item: str) -> float:
    """By numpy, from the marks as they are written."""
    names, pairs = list(POINTS), []
    for given in marks.values():
        carried = {name: mark for name, mark in zip(names, given, strict=True) if mark != "-"}
        if item not in carried:
            continue
        rest = [name for name in carried if name != item]
        earned = sum(POINTS[name] * _share(carried[name], POINTS[name]) for name in rest)
        pairs.append((_share(carried[item], POINTS[item]), earned / sum(POINTS[name] for name in rest)))
    return float(np.corrcoef(np.transpose(pairs))[0, 1])


@seeds
@pytest.mark.parametrize("lacking", [0.0, 0.2])
def test_each_indicator_is_held_against_the_rest(lacking: float, seed: int) -> None:
    marks = draw_marks(seed, 25, lacking)
    items = _items(marks)
    for place, name in enumerate(POINTS):
        shares = [_share(given[place], POINTS[name]) for given in marks.values() if given[place] != "-"]
        assert items.at[name, "units"] == len(shares)
        assert items.at[name, "difficulty"] == pytest.approx(sum(shares) / len(shares))
        assert items.at[name, "discrimination"] == pytest.approx(_item_rest(marks, name), abs=1e-7)


def test_it_is_so_of_the_shipped_marks(dataset: Dataset) -> None:
    facts = dataset.year(2021)
    marks = gather_marks(facts, score_year(facts), "department")
    items = analyse_items(marks)
    assert (marks.applicable == 0).any()
    for place in range(0, len(items), 7):
        own = marks.applicable[:, place] > 0
        others = np.arange(len(items)) != place
        rest = marks.earned[:, others].sum(axis=1) / marks.applicable[:, others].sum(axis=1)
        item = marks.earned[own, place] / marks.points[place]
        if items.at[place, "dead"]:
            assert len(set(item)) == 1
        else:
            assert items.at[place, "discrimination"] == pytest.approx(np.corrcoef(item, rest[own])[0, 1], abs=1e-7)


@seeds
def test_the_order_of_units_does_not_matter(seed: int) -> None:
    marks = draw_marks(seed, lacking=0.1)
    other = dict(sorted(marks.items(), key=lambda each: each[0], reverse=True))
    pd.testing.assert_frame_equal(_items(marks), _items(other))
    pd.testing.assert_frame_equal(find_duplicates(lay_out(marks)), find_duplicates(lay_out(other)))


@seeds
def test_more_points_for_everybody_leave_an_indicator_as_discriminating(seed: int) -> None:
    marks = draw_marks(seed, lacking=0.1)
    place = list(POINTS).index("r1")
    halved: Marks = {
        unit: [each / 2 if at == place and isinstance(each, float) else each for at, each in enumerate(given)]
        for unit, given in marks.items()
    }
    raised: Marks = {
        unit: [each + 20 if at == place and isinstance(each, float) else each for at, each in enumerate(given)]
        for unit, given in halved.items()
    }
    before, after = _items(halved).loc["r1"], _items(raised).loc["r1"]
    assert after["difficulty"] == pytest.approx(before["difficulty"] + 0.5)
    assert after["discrimination"] == pytest.approx(before["discrimination"], abs=1e-7)


@seeds
def test_a_dead_indicator_adds_nothing(seed: int) -> None:
    marks = draw_marks(seed)
    with_dead = _items({unit: [*given, "良"] for unit, given in marks.items()}, POINTS | {"p9": 30.0})
    dead = with_dead.loc["p9"]
    assert dead["dead"] and not dead["best"] and np.isnan(dead["discrimination"]) and not dead["against"]
    assert with_dead["discrimination"][:-1].to_list() == pytest.approx(
        _items(marks)["discrimination"].to_list(), abs=1e-7
    )


def test_dead_is_what_two_or_more_have_alike() -> None:
    points = {"all_best": 10.0, "all_alike": 10.0, "one": 10.0, "nobody": 10.0, "one_is_not": 10.0}
    marks = {f"u{unit}": ["优", "中", "优" if unit == 1 else "-", "-", "良" if unit else "优"] for unit in range(9)}
    items = _items(marks, points)
    assert items["units"].to_list() == [9, 9, 1, 0, 9]
    assert items["dead"].to_list() == [True, True, False, False, False]
    assert items["best"].to_list() == [True, False, False, False, False]
    assert np.isnan(items.at["nobody", "difficulty"]) and items.at["all_alike", "difficulty"] == pytest.approx(0.6)
    assert items["discrimination"][:4].isna().all() and items["discrimination"].iloc[4] < 0  # "one" helps another


def test_an_indicator_against_the_rest_is_told_from_one_by_chance() -> None:
    """One falls as all others rise; another is below 0 by little."""
    random = np.random.default_rng(2)
    points = {f"r{place}": 10.0 for place in range(10)}
    marks: Marks = {}
    for unit in range(30):
        level = unit / 4
        others = [float(np.clip(level + random.normal(0, 1), 0, 10).round(2)) for _ in range(8)]
        marks[f"u{unit}"] = [10 - level, float(random.integers(0, 11)), *others]
    items = _items(marks, points)
    assert items.at["r0", "discrimination"] < -0.9 and items.at["r0", "against"]
    assert not items["against"][1:].any()


def test_indicators_that_are_marked_alike_are_duplicates() -> None:
    marks = draw_marks(3, 20, 0.1)
    points = POINTS | {"p4": 7.0, "r3": 40.0}
    place, scored = list(POINTS).index("p2"), list(POINTS).index("r1")
    doubled: Marks = {unit: [*given, given[place], given[scored]] for unit, given in marks.items()}
    doubled["u0"][-1] = 40 - float(doubled["u0"][scored]) if doubled["u0"][scored] != "-" else "-"
    pairs = find_duplicates(lay_out(doubled, points))
    first = pairs.iloc[0]
    assert (first["indicator_id"], first["other_id"], first["same"]) == ("p2", "p4", True)
    assert first["correlation"] == pytest.approx(1) and first["units"] == sum(
        given[place] != "-" for given in marks.values()
    )
    both = [(given[scored], given[-1]) for given in doubled.values() if given[scored] != "-"]
    expected = np.corrcoef(np.transpose(np.array(both, dtype=float)))[0, 1]
    told = pairs[pairs["other_id"].eq("r3")]
    assert len(told) == (expected >= 0.95) and len(pairs) == 1 + len(told)
    assert not told["same"].any() and (told["correlation"] - expected).abs().max() < 1e-7 if len(told) else True


@pytest.mark.parametrize(("off", "found"), [(2, 0), (3, 1)])
def test_where_nearly_all_have_the_same_mark_agreeing_says_nothing(off: int, found: int) -> None:
    marks = {f"u{unit}": ["良" if unit < off else "优"] * 2 + ["中"] for unit in range(12)}
    pairs = find_duplicates(lay_out(marks, {"p1": 10.0, "p2": 20.0, "p3": 5.0}))
    assert len(pairs) == found


def test_two_dead_indicators_are_no_duplicates() -> None:
    marks = {f"u{unit}": ["优", "优", float(unit)] for unit in range(12)}
    assert find_duplicates(lay_out(marks, {"p1": 10.0, "p2": 20.0, "r1": 40.0})).empty
