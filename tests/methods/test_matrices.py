"""Marks laid out by hand, and as a year has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.scenarios.scenario import YEAR, read_scenario, write_data

from analysis.data.dataset import load_dataset
from analysis.methods.counterfactual_grades import score_counterfactuals
from analysis.methods.counterfactuals import cross_years
from analysis.methods.examples import lay_out_marks
from analysis.methods.matrices import gather_marks
from analysis.scoring.years import score_year

POINTS = {"p1": 40, "p2": 20, "r1": 20}
RATINGS = {"优": 1, "良": 0.8, "中": 0.6, "差": 0}


def test_marks_written_by_hand_are_those_of_a_year(tmp_path: Path) -> None:
    given: dict[str, list[Any]] = {"c": ["中", "差", 8.5], "b": ["良", "-", 15], "a": ["优", "优", 20]}
    scenario = read_scenario("ratings_to_points")
    scenario["marks"] = {unit: dict(zip(POINTS, marks, strict=True)) for unit, marks in given.items()}
    scenario["scheme"]["components"], scenario["results"] = scenario["scheme"]["components"][:1], {}
    facts = load_dataset(write_data(scenario, tmp_path / "data")).year(YEAR)
    of_a_year, by_hand = gather_marks(facts, score_year(facts), "department"), lay_out_marks(POINTS, given, RATINGS)
    for name in ("status", "applicable", "earned", "ratings", "totals", "factors", "contributions", "points"):
        assert np.array_equal(getattr(by_hand, name), getattr(of_a_year, name)), name
    shared = ["unit_id", "total", "rank", "base", "daily_earned", "daily_applicable", "daily_score"]
    assert by_hand.units[shared].to_numpy().tolist() == of_a_year.units[shared].to_numpy().tolist()
    assert by_hand.is_best(by_hand.totals[None]).tolist() == of_a_year.is_best(of_a_year.totals[None]).tolist()
    assert repr(by_hand) == "MarkMatrix(all: 3 units × 3 indicators, 1 left out)"


@pytest.mark.parametrize("name", ["parts_within_parts", "components_passed_up", "four_components_two_groups"])
def test_what_items_add_is_the_base_score_however_blocks_are_nested(name: str, tmp_path: Path) -> None:
    facts = load_dataset(write_data(read_scenario(name), tmp_path / "data")).year(YEAR)
    scores = score_year(facts)
    for group in facts.scheme.groups:
        marks = gather_marks(facts, scores, group)
        base, count = marks.units["base"].to_numpy(), len(marks.points)
        assert (marks.earned * marks.factors).sum(axis=1) + marks.results[0].sum(axis=1) == pytest.approx(base)
        assert marks.contributions.sum(axis=1) == pytest.approx(base)
        assert marks.nominal.sum() == pytest.approx(facts.scheme.base_points)
        assert marks.reweigh(np.ones((1, count)))[0] == pytest.approx(marks.totals)
        crossed = cross_years(facts, facts, group)
        own = score_counterfactuals(crossed).set_index("unit_id")["total"].groupby(level=0).unique()
        assert own.loc[marks.units["unit_id"]].map(lambda found: found.round(9).tolist()).sum() == pytest.approx(
            marks.totals
        )


@pytest.mark.parametrize("mark", ["优秀", "", -1, 40.5, None, float("nan")])
def test_a_mark_that_is_none_is_refused(mark: Any) -> None:
    with pytest.raises(ValueError, match="no rating, and no score from 0 to 40"):
        lay_out_marks(POINTS, {"a": [mark, "优", 20]}, RATINGS)


def test_a_missing_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        lay_out_marks(POINTS, {"a": ["优", "优"]}, RATINGS)
