"""Marks that cannot be any better, counted by hand."""

from __future__ import annotations

import math

import pytest
from tests.made_up import city_marks

from analysis.methods.ceilings import measure_ceiling
from analysis.methods.examples import lay_out_marks
from analysis.methods.matrices import MarkMatrix

LEVELS = {"优": 1.0, "良": 0.8}


def test_the_best_rating_and_full_points_are_the_best_there_are() -> None:
    marks = {"a": ["优", 40, "良"], "b": ["优", 39.5, "优"], "c": ["优", "-", "-"]}
    found = measure_ceiling(lay_out_marks({"p1": 30, "r1": 40, "p2": 30}, marks, LEVELS))
    assert found == (5 / 7, 1, 3)  # of seven marks five are the best; all have the best of the first indicator


def test_an_indicator_that_one_unit_carries_tells_nobody_apart_anyway() -> None:
    found = measure_ceiling(lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 40], "b": ["良", "-"]}, LEVELS))
    assert (found.alike, found.indicators) == (0, 1) and found.at_best == pytest.approx(2 / 3)


def test_the_best_rating_may_be_worth_less_than_all_points() -> None:
    found = measure_ceiling(lay_out_marks({"p1": 100}, {"a": ["良"], "b": ["中"]}, {"良": 0.8, "中": 0.6}))
    assert found.at_best == 0.5


@pytest.mark.parametrize("seed", range(3))
def test_counted_one_by_one(seed: int) -> None:
    for marks in city_marks(seed):
        units, items = marks.status.shape
        carried = [(u, i) for u in range(units) for i in range(items) if marks.status[u, i] == "marked"]

        def is_best(unit: int, item: int, marks: MarkMatrix = marks) -> bool:
            name = marks.rating_names[unit, item]
            best = max(marks.scheme.ratings.value.values())
            share = marks.scheme.ratings.value[name] if name else marks.earned[unit, item] / marks.points[item]
            return math.isclose(share, best if name else 1.0)

        expected = [is_best(*each) for each in carried]
        found = measure_ceiling(marks)
        assert found.at_best == pytest.approx(sum(expected) / len(expected)) if expected else math.isnan(found.at_best)
