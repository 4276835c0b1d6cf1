"""Rank units by their totals, and say what it takes to be among the first: one row of a group's totals or thousands."""

import math

import numpy as np
import pandas as pd

from analysis.data.grade_rules import GradeRule
from analysis.data.schemes import Ranking
from analysis.rounding import Values, round_half_up, round_values, without_noise


def as_ranked(totals: Values, ranking: Ranking) -> Values:
    """Return totals as units are ranked and graded on them.

    Parameters
    ----------
    totals : Series or ndarray of float
        Points, unrounded.
    ranking : Ranking
        Clause `ranking.decimals`: rounded half up to so many; if None, only binary noise is dropped.

    Returns
    -------
    Series or ndarray of float

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> ranking = small_scheme({}).ranking
    >>> totals = np.array([70.96, 71.04])
    >>> [as_ranked(totals, ranking.model_copy(update={"decimals": each})).tolist() for each in (None, 1)]
    [[70.96, 71.04], [71.0, 71.0]]
    """
    return without_noise(totals) if ranking.decimals is None else round_values(totals, ranking.decimals)


def rank_rows(totals: np.ndarray, ranking: Ranking) -> np.ndarray:
    """Rank the units of one group in every row, best first.

    Parameters
    ----------
    totals : ndarray of float, shape (..., units)
        Points, unrounded; -inf for a unit that takes no place.
    ranking : Ranking
        Clauses `ranking.decimals` (see `as_ranked`) and `ranking.ties`: tied units all take the better ("min") or all
        the worse ("max") of their places.

    Returns
    -------
    ndarray of int, same shape

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> ranking = small_scheme({}).ranking
    >>> rank_rows(np.array([[90.0, 80.0, 90.0], [70.0, 80.0, -np.inf]]), ranking).tolist()
    [[1, 3, 1], [2, 1, 3]]
    >>> rank_rows(np.array([0.1 + 0.2, 0.3, 0.4]), ranking.model_copy(update={"ties": "max"})).tolist()
    [3, 3, 1]
    """
    rows = pd.DataFrame(as_ranked(totals, ranking).reshape(-1, totals.shape[-1]))
    return rows.rank(axis=1, method=ranking.ties, ascending=False).to_numpy(int).reshape(totals.shape)


def rank_totals(totals: pd.Series, groups: pd.Series, ranking: Ranking) -> pd.Series:
    """Rank units within their group (see `rank_rows`).

    Parameters
    ----------
    totals : Series of float
    groups : Series of str
    ranking : Ranking

    Returns
    -------
    Series of int

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> groups, ranking = pd.Series(["county", "city", "city"]), small_scheme({}).ranking
    >>> rank_totals(pd.Series([90.0, 80.0, 70.0]), groups, ranking).tolist()
    [1, 1, 2]
    """
    return as_ranked(totals, ranking).groupby(groups).rank(method=ranking.ties, ascending=False).astype(int)


def find_lines(scores: np.ndarray, quota: int) -> np.ndarray:
    """Find the score that each unit needs to be among the first so many while all others keep theirs.

    That is the score of the last of so many others; reaching it will do if ties take the better place, else it has to
    be passed.

    Parameters
    ----------
    scores : ndarray of float, shape (..., units)
        As ranked; -inf for a unit that takes no place.
    quota : int

    Returns
    -------
    ndarray of float, same shape: -inf where any score will do, inf where none will

    Examples
    --------
    The first may fall to the second's score, the others have to reach the first's:

    >>> find_lines(np.array([90.0, 80.0, 70.0]), 1).tolist()
    [80.0, 90.0, 90.0]
    """
    if quota < 1:
        return np.full(scores.shape, np.inf)
    places = np.full((*scores.shape[:-1], quota + 1), -np.inf)
    ordered = -np.sort(-np.concatenate([scores, places], axis=-1), axis=-1)
    last, following = ordered[..., quota - 1, None], ordered[..., quota, None]
    return np.where(scores >= last, following, last)  # without one that is ahead, the next closes the others


def reaches(scores: np.ndarray, lines: np.ndarray | float, strict: bool) -> np.ndarray:
    """Say which scores, as ranked, reach a line, or pass it where that is needed."""
    return np.asarray(scores > lines if strict else scores >= lines)


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
