"""Rank and grade, on unrounded totals: one row of a group's totals or thousands of them at once."""

import math

import numpy as np
import pandas as pd

from analysis.data.schemes import GradeRule, Scheme
from analysis.rounding import round_half_up, without_noise


def rank_rows(totals: np.ndarray, ties: str) -> np.ndarray:
    """Rank the units of one group in every row, best first.

    Parameters
    ----------
    totals : ndarray of float, shape (..., units)
        Points, unrounded; -inf for a unit that takes no place.
    ties : {"min", "max"}
        Clause `ranking.ties`: tied units all take the better or all the worse of their places.

    Returns
    -------
    ndarray of int, same shape

    Examples
    --------
    >>> rank_rows(np.array([[90.0, 80.0, 90.0], [70.0, 80.0, -np.inf]]), "min").tolist()
    [[1, 3, 1], [2, 1, 3]]
    >>> rank_rows(np.array([0.1 + 0.2, 0.3, 0.4]), "max").tolist()
    [3, 3, 1]
    """
    rows = pd.DataFrame(without_noise(totals).reshape(-1, totals.shape[-1]))
    return rows.rank(axis=1, method=ties, ascending=False).to_numpy(int).reshape(totals.shape)


def grade_rows(totals: np.ndarray, vetoed: np.ndarray, group: str, scheme: Scheme) -> np.ndarray:
    """Grade the units of one group in every row, from the best grade down.

    Each rule looks at the units not yet graded. A unit barred from a grade by veto takes no place in it and is
    considered again for the next.

    Parameters
    ----------
    totals : ndarray of float, shape (rows, units)
    vetoed : ndarray of bool, shape (units,)
    group : str
    scheme : Scheme
        Clauses `grades`, `ranking.ties` and `veto.bars`.

    Returns
    -------
    ndarray of int, shape (rows, units): places in `scheme.grades`, 0 the best

    Examples
    --------
    One place; the first unit is barred by veto, so the next takes it:

    >>> from analysis.scoring.examples import small_scheme
    >>> scheme = small_scheme({}, veto={"bars": ["best"], "source": "", "basis": "assumed"})
    >>> grade_rows(np.array([[90.0, 80.0, 70.0]]), np.array([True, False, False]), "all", scheme).tolist()
    [[1, 0, 1]]
    """
    grades = np.full(totals.shape, len(scheme.grades) - 1)
    graded = np.zeros(totals.shape, dtype=bool)
    for position, grade in enumerate(scheme.grades[:-1]):
        eligible = ~graded & ~(vetoed & scheme.bars(grade.id))
        chosen = eligible & _meets(grade.rule, np.where(eligible, totals, -np.inf), group, scheme.ranking.ties)
        grades[chosen] = position
        graded |= chosen
    return grades


def rank_totals(totals: pd.Series, groups: pd.Series, ties: str) -> pd.Series:
    """Rank units within their group (see `rank_rows`).

    Parameters
    ----------
    totals : Series of float
    groups : Series of str
    ties : {"min", "max"}

    Returns
    -------
    Series of int

    Examples
    --------
    >>> rank_totals(pd.Series([90.0, 80.0, 70.0]), pd.Series(["county", "city", "city"]), "min").tolist()
    [1, 1, 2]
    """
    return without_noise(totals).groupby(groups).rank(method=ties, ascending=False).astype(int)


def grade_units(scores: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Grade units within their group (see `grade_rows`).

    Parameters
    ----------
    scores : DataFrame with columns group, total, vetoed
    scheme : Scheme

    Returns
    -------
    Series of grade ids

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> scores = pd.DataFrame({"group": "all", "total": [80.0, 90.0], "vetoed": False})
    >>> grade_units(scores, small_scheme({})).tolist()
    ['rest', 'best']
    """
    grades = np.empty(len(scores), dtype=int)
    for group, members in scores.groupby("group").indices.items():
        totals, vetoed = (scores[column].to_numpy()[members] for column in ("total", "vetoed"))
        grades[members] = grade_rows(totals[None], vetoed, str(group), scheme)
    return pd.Series(pd.Index(scheme.grade_names)[grades], scores.index)


def find_quota(rule: GradeRule, group: str, size: int) -> int:
    """Say how many units of a group a rule by count or share lets in.

    Parameters
    ----------
    rule : GradeRule
        Of kind "count" or "share".
    group : str
    size : int
        Units in the group.

    Returns
    -------
    int

    Examples
    --------
    30 % of 45 units are 13.5:

    >>> [find_quota(GradeRule(kind="share", value=0.3, rounding=way), "all", 45) for way in ("down", "half_up", "up")]
    [13, 14, 14]
    """
    value = rule.value_for(group)
    if rule.kind == "count":
        return int(value)
    exact = round_half_up(value * size, 6)
    if rule.rounding == "half_up":
        return int(round_half_up(exact, 0))
    return math.floor(exact) if rule.rounding == "down" else math.ceil(exact)


def _meets(rule: GradeRule, totals: np.ndarray, group: str, ties: str) -> np.ndarray:
    """Say which totals meet the rule of a grade; -inf stands for a unit that is not eligible."""
    if rule.kind == "threshold":
        return without_noise(totals) >= rule.value_for(group)
    return rank_rows(totals, ties) <= find_quota(rule, group, totals.shape[-1])
