"""Ranks of one group, worked out by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.data.grade_rules import GradeRule
from analysis.data.schemes import Ranking
from analysis.scoring.ranking import as_ranked, find_lines, find_quota, rank_rows, rank_totals

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


@pytest.mark.parametrize(
    ("decimals", "totals", "ranks"),
    [
        (1, [71.04, 70.96, 70.85, 70.9, 70.84], [1, 1, 3, 3, 5]),
        (0, [71.04, 70.96, 70.5, 70.49], [1, 1, 1, 4]),
        (2, [80.004, 80.005, 2.675, 2.68], [2, 1, 3, 3]),  # 2.675 is 2.67499… as floats go
        (1, [0.05, -0.05, 0.04, -0.15], [1, 3, 2, 4]),  # a half goes away from zero
        (None, [71.04, 70.96, 71.04], [1, 3, 1]),
    ],
)
def test_who_is_equal_once_rounded_half_up_is_tied(decimals: int, totals: list[float], ranks: list[int]) -> None:
    assert rank_rows(np.array(totals), _ranking("min", decimals)).tolist() == ranks


def test_many_totals_are_rounded_as_one_is_in_decimal() -> None:
    draw = np.random.default_rng(1)
    totals = np.append(draw.integers(-2000, 20000, 500) / 200, draw.normal(70, 9, 500))
    for decimals in range(4):
        exact = [Decimal(repr(round(total, 9))) for total in totals.tolist()]
        by_hand = [float(each.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) for each in exact]
        assert as_ranked(totals, _ranking("min", decimals)).tolist() == by_hand


def test_a_line_is_the_score_of_the_last_of_so_many_others() -> None:
    scores = np.array([[9.0, 8.0, 7.0, -np.inf], [5.0, 6.0, 6.0, 1.0]])
    assert find_lines(scores, 2).tolist() == [[7.0, 7.0, 8.0, 8.0], [6.0, 5.0, 5.0, 6.0]]
    assert (find_lines(scores, 0) == np.inf).all()
    assert find_lines(scores, 4).tolist() == [[-np.inf] * 4, [-np.inf] * 4]
