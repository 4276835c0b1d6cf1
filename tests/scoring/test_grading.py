"""Ranks and grades of one group, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.data.schemes import Scheme
from analysis.scoring.conditions import find_bars
from analysis.scoring.examples import small_scheme
from analysis.scoring.grading import grade_rows, grade_units

SAID = {"source": "算例", "basis": "printed"}
TOTALS = np.array([[90.0, 80.0, 80.0, 70.0]])


def _scheme(*rules: dict[str, Any], ties: str = "min", bars: tuple[str, ...] = ()) -> Scheme:
    """Grades g0, g1, … by their rules, and the rest."""
    grades = [{"id": f"g{place}", "name": f"g{place}", "rule": rule, **SAID} for place, rule in enumerate(rules)]
    rest = {"id": "rest", "name": "rest", "rule": {"kind": "rest"}, **SAID}
    clauses = {"ranking": {"ties": ties, **SAID}, "veto": {"bars": list(bars), **SAID} if bars else None}
    return small_scheme({}, grades=[*grades, rest], **clauses)


def _grade(scheme: Scheme, totals: np.ndarray = TOTALS, vetoed: tuple[int, ...] = ()) -> list[int]:
    bars = find_bars(np.isin(np.arange(totals.shape[1]), vetoed), {}, "all", scheme)
    return grade_rows(totals, bars, "all", scheme)[0].tolist()


@pytest.mark.parametrize(
    ("rule", "ties", "grades"),
    [
        ({"kind": "count", "value": 2}, "min", [0, 0, 0, 1]),  # both seconds are in
        ({"kind": "count", "value": 2}, "max", [0, 1, 1, 1]),  # both are third
        ({"kind": "count", "value": 0}, "min", [1, 1, 1, 1]),
        ({"kind": "share", "value": 0.25}, "min", [0, 1, 1, 1]),
        ({"kind": "share", "value": 0.75}, "max", [0, 0, 0, 1]),
        ({"kind": "threshold", "value": 80}, "max", [0, 0, 0, 1]),  # reached is enough
        ({"kind": "threshold", "value": 80.01}, "min", [0, 1, 1, 1]),
    ],
)
def test_a_rule_lets_in_whom_it_says(rule: dict[str, Any], ties: str, grades: list[int]) -> None:
    assert _grade(_scheme(rule, ties=ties)) == grades


def test_float_noise_does_not_keep_out() -> None:
    assert _grade(_scheme({"kind": "threshold", "value": 0.3}), np.array([[0.1 * 3, 0.29]])) == [0, 1]
    assert _grade(_scheme({"kind": "threshold", "value": 0.8}), np.array([[0.7 + 0.1, 0.1]])) == [0, 1]


def test_the_next_grade_is_given_among_those_left_by_the_share_of_all() -> None:
    rules = {"kind": "count", "value": 1}, {"kind": "share", "value": 0.5, "rounding": "down"}
    totals = np.array([[90.0, 80.0, 75.0, 70.0]])
    assert _grade(_scheme(*rules), totals) == [0, 1, 1, 2]  # half of four, not of the three that are left


@pytest.mark.parametrize(
    ("bars", "grades"),
    [(("g0",), [1, 0, 0, 2]), (("g0", "g1"), [2, 0, 0, 1]), ((), [0, 1, 1, 2])],
)
def test_a_veto_bars_from_what_it_names_and_leaves_the_place_to_the_next(
    bars: tuple[str, ...], grades: list[int]
) -> None:
    rules = {"kind": "count", "value": 1}, {"kind": "count", "value": 1}
    assert _grade(_scheme(*rules, bars=bars), vetoed=(0,)) == grades


def test_a_barred_unit_takes_no_place_even_where_the_worse_place_counts() -> None:
    scheme = _scheme({"kind": "count", "value": 1}, ties="max", bars=("g0",))
    assert _grade(scheme, np.array([[90.0, 90.0, 80.0]]), vetoed=(0,)) == [1, 0, 1]


def test_each_group_has_its_own_count_and_its_own_places() -> None:
    groups = {name: {"name": name, **SAID} for name in ("east", "west")}
    grades = [
        {"id": "best", "name": "优秀", "rule": {"kind": "count", "value": {"east": 1, "west": 2}}, **SAID},
        {"id": "rest", "name": "其余", "rule": {"kind": "rest"}, **SAID},
    ]
    scores = pd.DataFrame(
        {"group": ["west", "east", "west", "east", "west"], "total": [60.0, 99.0, 70.0, 98.0, 50.0], "vetoed": False}
    )
    assert grade_units(scores, small_scheme({}, groups=groups, grades=grades)).tolist() == [
        "best", "best", "best", "rest", "rest",
    ]  # fmt: skip
