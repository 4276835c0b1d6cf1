"""The ledger of re-weighting: a city worked out by hand, and random ones by plain arithmetic."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.made_up import city_marks, strict_marks
from tests.scenarios.scenario import YEAR, read_scenario, write_data

from analysis.data.dataset import load_dataset
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.rescaling import (
    compare_alternatives,
    list_excluded,
    list_rescalings,
    weigh_parts,
)
from analysis.scoring.grading import grade_units
from analysis.scoring.ranking import rank_totals
from analysis.scoring.years import score_year
from analysis.words import ALTERNATIVES

SEEDS = range(6)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> MarkMatrix:
    """Three units: the first marks p2 itself, the second carries everything, the third does not carry r1."""
    marks = {
        "a": {"p1": "优", "p2": "own", "r1": 20},
        "b": {"p1": "良", "p2": "中", "r1": 15},
        "c": {"p1": "中", "p2": "优", "r1": "-"},
    }
    return _gather(marks, "a", tmp_path_factory.mktemp("worked") / "data")


def _gather(marks: dict[str, dict[str, Any]], assessor_of_p2: str, folder: Path) -> MarkMatrix:
    scenario = read_scenario("ratings_to_points") | {"marks": marks}
    scenario["indicators"]["p2"]["assessor_id"] = assessor_of_p2
    facts = load_dataset(write_data(scenario, folder)).year(YEAR)
    return gather_marks(facts, score_year(facts), "department")


def test_the_ledger_by_hand(worked: MarkMatrix) -> None:
    expected = pd.DataFrame(
        [("a", "a局", "daily", 0, 1, 80, 60, 80 / 60, 20), ("c", "c局", "daily", 1, 0, 80, 60, 80 / 60, 20)],
        columns=[
            "unit_id",
            "name",
            "block",
            "not_applicable",
            "own_assessor",
            "points",
            "applicable",
            "factor",
            "grown",
        ],
    )
    pd.testing.assert_frame_equal(list_rescalings(worked), expected, check_dtype=False)


def test_the_weights_of_parts_by_hand(worked: MarkMatrix) -> None:
    weights = weigh_parts(worked).set_index(["unit_id", "part"])
    expected = {
        ("a", "platform"): (60, 160 / 3, -20 / 3), ("a", "routine"): (20, 80 / 3, 20 / 3),
        ("b", "platform"): (60, 60, 0), ("b", "routine"): (20, 20, 0),
        ("c", "platform"): (60, 80, 20), ("c", "routine"): (20, 0, -20),
    }  # fmt: skip
    assert len(weights) == len(expected)
    for key, row in expected.items():
        assert weights.loc[key, ["nominal", "effective", "grown"]].tolist() == pytest.approx(row)


def test_what_was_left_out_by_hand(worked: MarkMatrix) -> None:
    excluded = list_excluded(worked)[["unit_id", "indicator_id", "part", "points", "assessor_id", "status"]]
    assert excluded.to_numpy().tolist() == [
        ["a", "p2", "platform", 20, "a", "own_assessor"],
        ["c", "r1", "routine", 20, "office", "not_applicable"],
    ]


def test_the_alternatives_by_hand(worked: MarkMatrix) -> None:
    compared = compare_alternatives(worked).set_index("unit_id")
    expected = {  # inspection 20, 18, 10; medians: p2 of 0.6 and 1, r1 of 1 and 0.75
        "total": [80 + 20, 59 + 18, 44 * 80 / 60 + 10],
        "total_unscaled": [60 + 20, 59 + 18, 44 + 10],
        "total_median": [60 + 20 * 0.8 + 20, 59 + 18, 44 + 20 * 0.875 + 10],
        "total_full": [60 + 20 + 20, 59 + 18, 44 + 20 + 10],
    }
    for column, totals in expected.items():
        assert compared.loc[["a", "b", "c"], column].tolist() == pytest.approx(totals)
    assert compared.loc[["a", "b", "c"], "rescaled"].tolist() == [True, False, True]


def test_what_nobody_carries_is_earned_at_the_own_rate(tmp_path: Path) -> None:
    marks = {unit: {"p1": rating, "p2": "-", "r1": 10} for unit, rating in {"a": "优", "b": "良", "c": "中"}.items()}
    compared = compare_alternatives(_gather(marks, "office", tmp_path / "data"))
    assert compared["total_median"].tolist() == pytest.approx(compared["total"].tolist())


def _alternative(marks: MarkMatrix, place: int, name: str) -> float:
    unit = marks.units.iloc[place]
    total = unit["bonus"] - unit["deduction"]
    for component in marks.scheme.components:
        own = [column for column, named in enumerate(marks.indicators["component"]) if named == component.id]
        if not component.rescale:
            total += unit[f"{component.id}_score"]
            continue
        earned = sum(marks.earned[place, column] for column in own)
        applicable = sum(marks.applicable[place, column] for column in own)
        total += earned
        for column in own:
            others = [
                marks.earned[row, column] / marks.applicable[row, column]
                for row in range(len(marks.units))
                if marks.status[row, column] == "marked"
            ]
            rate = {"unscaled": 0.0, "median": median(others) if others else earned / applicable, "full": 1.0}[name]
            total += rate * marks.points[column] if marks.status[place, column] != "marked" else 0.0
    return total


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ALTERNATIVES)
def test_alternatives_equal_plain_arithmetic(seed: int, name: str) -> None:
    for marks in city_marks(seed):
        compared = compare_alternatives(marks)
        totals = [_alternative(marks, place, name) for place in range(len(compared))]
        assert compared[f"total_{name}"].tolist() == pytest.approx(totals, abs=1e-9)
        scores = marks.units.assign(total=compared[f"total_{name}"])
        assert compared[f"grade_{name}"].tolist() == grade_units(scores, marks.scheme).tolist()
        ranks = rank_totals(scores["total"], scores["group"], marks.scheme.ranking)
        assert compared[f"rank_{name}"].tolist() == ranks.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_only_what_was_rescaled_is_listed(seed: int) -> None:
    for marks in city_marks(seed):
        ledger = list_rescalings(marks).set_index(["unit_id", "block"])
        listed = set()
        for component in marks.scheme.components:
            own = marks.indicators["component"].eq(component.id).to_numpy()
            for place, unit in enumerate(marks.units["unit_id"]):
                if not component.rescale or (marks.status[place, own] == "marked").all():
                    continue
                listed.add((unit, component.id))
                row = ledger.loc[unit, component.id]
                assert row["not_applicable"] + row["own_assessor"] == (marks.status[place, own] != "marked").sum()
                assert row["applicable"] == pytest.approx(marks.points[own][marks.status[place, own] == "marked"].sum())
                assert row["applicable"] * row["factor"] == pytest.approx(component.points)
                assert row["grown"] == pytest.approx(component.points - row["applicable"])
        assert set(ledger.index) == listed
        compared = compare_alternatives(marks)
        assert set(compared.loc[compared["rescaled"], "unit_id"]) == {unit for unit, _ in listed}


@pytest.mark.parametrize("seed", SEEDS)
def test_rescaling_only_moves_weight_between_parts(seed: int) -> None:
    for marks in city_marks(seed):
        weights = weigh_parts(marks).set_index(["unit_id", "part"])
        assert (weights["effective"] - weights["nominal"]).to_numpy() == pytest.approx(weights["grown"].to_numpy())
        for component in marks.scheme.components:
            own = weights[weights.index.get_level_values("part").isin(component.parts)]
            assert (own["nominal"].groupby("unit_id").sum() == component.points).all()
            if component.rescale:
                assert own["grown"].groupby("unit_id").sum().tolist() == pytest.approx([0] * len(marks.units))


def test_a_city_that_carries_everything_has_no_ledger(tmp_path: Path) -> None:
    facts = load_dataset(write_data(read_scenario("ratings_to_points"), tmp_path / "data")).year(YEAR)
    marks = gather_marks(facts, score_year(facts), "department")
    compared = compare_alternatives(marks)
    assert list_rescalings(marks).empty and list_excluded(marks).empty
    for name in ALTERNATIVES:
        assert compared[f"total_{name}"].tolist() == pytest.approx(compared["total"].tolist(), abs=1e-9)
        assert compared[f"rank_{name}"].equals(compared["rank"])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ALTERNATIVES)
def test_conditions_are_held_against_the_alternative(seed: int, name: str) -> None:
    for marks in strict_marks(seed):
        compared, scores = compare_alternatives(marks), marks.units.copy()
        scores["total"] = compared[f"total_{name}"]
        parts = {}
        for part in marks.scheme.parts:
            inside = marks.indicators["part"].eq(part).to_numpy()
            medians = np.nan_to_num(marks.standins)
            own = medians[:, : len(inside)]
            own[:] = np.where(np.isnan(marks.medians), own, marks.medians)
            rate = {"unscaled": 0.0, "median": medians, "full": 1.0}[name]
            points = marks.impute(rate)[:, : len(inside)][:, inside].sum(axis=1)
            parts[part] = points
            scores[f"{part}_score"] = np.where(scores[f"{part}_applicable"] > 0, points, np.nan)
        for component in marks.scheme.components:
            if component.parts:
                scores[f"{component.id}_score"] = sum(parts[part] for part in component.parts)
        assert compared[f"grade_{name}"].tolist() == grade_units(scores, marks.scheme).tolist()
        assert (
            compared[f"rank_{name}"].tolist()
            == rank_totals(scores["total"], scores["group"], marks.scheme.ranking).tolist()
        )
