"""How far two things go together, of few units, some of them unknown."""

from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.methods.uncertainty import LEVEL
from analysis.rounding import without_noise
from analysis.scoring.kernel import over_applicable

FEWEST = 8
"""Units from which a correlation is given: of 8 with none, one in twenty comes out beyond ±0.71."""


def correlate(one: ArrayLike, other: ArrayLike) -> np.ndarray:
    """Correlate columns pair by pair (Pearson), over the units of which both are known.

    Parameters
    ----------
    one, other : array of float, shape (units,) or (units, pairs)
        NaN where unknown.

    Returns
    -------
    ndarray of float, shape () or (pairs,): from -1 to 1; NaN for fewer than `FEWEST` units, or where one of the two is
    the same for all of them.

    Examples
    --------
    >>> one = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, np.nan])
    >>> float(correlate(one, [2, 1, 4, 3, 6, 5, 8, 7, 9, 50]).round(3)), float(correlate(one, np.ones(10)))
    (0.933, nan)
    """
    columns = [np.asarray(values, float) for values in (one, other)]
    known = np.isfinite(columns).all(axis=0)
    units = known.sum(axis=0)
    off = []
    for values in columns:
        mean = over_applicable(np.where(known, values, 0.0).sum(axis=0), units)
        off.append(np.where(known, without_noise(values - mean), 0.0))
    spread = np.sqrt((off[0] ** 2).sum(axis=0) * (off[1] ** 2).sum(axis=0))
    return over_applicable((off[0] * off[1]).sum(axis=0), np.where(units >= FEWEST, spread, 0.0))


def correlate_ranks(one: ArrayLike, other: ArrayLike) -> float:
    """Correlate the ranks of two things (Spearman 1904), ties at their middle; NaN as of `correlate`.

    Examples
    --------
    >>> correlate_ranks([1, 2, 3, 4, 5, 6, 7, 8], [1, 4, 9, 16, 25, 36, 49, 640])
    1.0
    """
    pairs = pd.DataFrame({"one": one, "other": other}).dropna().rank()
    return float(correlate(pairs["one"], pairs["other"]))


def is_beyond_chance(correlation: ArrayLike, units: ArrayLike, tests: int = 1) -> np.ndarray:
    """Say which correlations chance alone would hardly give: with `LEVEL` none of all that are looked at.

    By Student's t, its quantile expanded around the normal one (Fisher & Cornish 1960), and Bonferroni.

    Parameters
    ----------
    correlation : array of float
    units : array of int
    tests : int
        How many are looked at.

    Returns
    -------
    ndarray of bool; False for NaN

    Examples
    --------
    >>> is_beyond_chance([0.5, -0.5, -0.5], [12, 10, 46], tests=2).tolist()
    [False, False, True]
    """
    free, z = np.maximum(np.asarray(units, float) - 2, 1), NormalDist().inv_cdf(1 - (1 - LEVEL) / 2 / tests)
    second, third = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    fourth = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    t = z + second / free + third / free**2 + fourth / free**3
    return np.abs(correlation) > t / np.sqrt(free + t**2)
