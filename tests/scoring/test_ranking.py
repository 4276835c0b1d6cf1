"""Ranks of one group, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.data.grade_rules import GradeRule
from analysis.data.schemes import Ranking
from analysis.scoring.ranking import find_quota, rank_rows, rank_totals

TOTALS = np.array([[90.0, 80.0, 80.0, 70.0]])


def _ranking(ties: Any, decimals: int | None = None) -> Ranking:
    return Ranking(ties=ties, decimals=decimals, source="算例", basis="printed")


@pytest.mark.parametrize(("ties", "ranks"), [("min", [1, 2, 2, 4]), ("max", [1, 3, 3, 4])])
def test_ties_take_the_place_that_the_scheme_says(ties: str, ranks: list[int]) -> None:
    assert rank_rows(TOTALS, _ranking(ties)).tolist() == [ranks]
    assert rank_rows(TOTALS[0], _ranking(ties)).tolist() == ranks
    assert rank_rows(TOTALS[:, ::-1], _ranking(ties)).tolist() == [ranks[::-1]]


def test_what_is_equal_in_decimal_is_tied_and_what_differs_is_not() -> None:
    assert rank_rows(np.array([0.1 + 0.2, 0.3]), _ranking("min")).tolist() == [1, 1]
    assert rank_rows(np.array([80.0049, 80.0051]), _ranking("min")).tolist() == [2, 1]


def test_a_unit_that_takes_no_place_comes_last() -> None:
    assert rank_rows(np.array([-np.inf, 5.0, -1.0]), _ranking("min")).tolist() == [3, 1, 2]


def test_units_are_ranked_in_their_own_group_wherever_they_stand() -> None:
    totals = pd.Series([70.0, 99.0, 80.0, 98.0], index=[3, 1, 4, 2])
    groups = pd.Series(["east", "west", "east", "west"], index=[3, 1, 4, 2])
    assert rank_totals(totals, groups, _ranking("min")).to_dict() == {3: 2, 1: 1, 4: 1, 2: 2}


@pytest.mark.parametrize(
    ("kind", "value", "rounding", "size", "places"),
    [
        ("count", 3, "half_up", 10, 3),
        ("share", 0.3, "half_up", 45, 14),  # 13.5
        ("share", 0.3, "down", 45, 13),
        ("share", 0.3, "up", 45, 14),
        ("share", 0.3, "half_up", 44, 13),  # 13.2
        ("share", 0.3, "up", 44, 14),
        ("share", 0.3, "down", 10, 3),  # 0.3 × 10 is 2.9999999999999996 or 3, as floats go
        ("share", 0.07, "up", 100, 7),  # 0.07 × 100 is 7.000000000000001
        ("share", 0.5, "half_up", 5, 3),  # 2.5, which is not rounded to the even 2
        ("share", 0.0, "up", 9, 0),
    ],
)
def test_a_share_becomes_a_number_of_units(kind: Any, value: float, rounding: Any, size: int, places: int) -> None:
    assert find_quota(GradeRule(kind=kind, value=value, rounding=rounding), "all", size) == places
