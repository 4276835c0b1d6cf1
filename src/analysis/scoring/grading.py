"""Rank and grade, on unrounded totals."""

from __future__ import annotations

import math

import pandas as pd

from analysis.facts.rounding import round_half_up, without_noise
from analysis.facts.schemes import GradeRule, Scheme


def rank_totals(totals: pd.Series, groups: pd.Series, ties: str) -> pd.Series:
    """Rank units within their group, best first.

    Parameters
    ----------
    totals : Series of float, points, unrounded
    groups : Series of str
    ties : {"min", "max"}
        Clause `ranking.ties`: tied units all take the better or all the worse of their places.

    Returns
    -------
    Series of int
    """
    return without_noise(totals).groupby(groups).rank(method=ties, ascending=False).astype(int)


def grade_units(scores: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Grade units from the best grade down; each rule looks at the units not yet graded.

    A unit barred from a grade by veto takes no place in it and is considered again for the next.

    Parameters
    ----------
    scores : DataFrame with columns group, total, vetoed
    scheme : Scheme
        Clauses `grades`, `ranking.ties` and `veto.bars`.

    Returns
    -------
    Series of grade ids
    """
    barred = scheme.veto.bars if scheme.veto else []
    grades = pd.Series(scheme.grades[-1].id, index=scores.index)
    open_ = pd.Series(True, index=scores.index)
    for grade in scheme.grades[:-1]:
        eligible = scores[open_ & ~(scores["vetoed"] & (grade.id in barred))]
        chosen = _meets(grade.rule, eligible, scores["group"].value_counts(), scheme.ranking.ties)
        grades[chosen] = grade.id
        open_[chosen] = False
    return grades


def _meets(rule: GradeRule, eligible: pd.DataFrame, group_sizes: pd.Series, ties: str) -> pd.Index:
    """Return the index of the eligible units that meet the rule of a grade."""
    if eligible.empty:
        return eligible.index
    if rule.kind == "threshold":
        line = eligible["group"].map(rule.value_for)
        return eligible.index[without_noise(eligible["total"]) >= line]
    places = eligible["group"].map(lambda group: _places(rule, group, group_sizes[group]))
    return eligible.index[rank_totals(eligible["total"], eligible["group"], ties) <= places]


def _places(rule: GradeRule, group: str, size: int) -> int:
    value = rule.value_for(group)
    if rule.kind == "count":
        return int(value)
    exact = round_half_up(value * size, 6)
    if rule.rounding == "half_up":
        return int(round_half_up(exact, 0))
    return math.floor(exact) if rule.rounding == "down" else math.ceil(exact)
