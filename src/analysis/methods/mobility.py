"""How much units move between ranks, and between grades."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def compare_ranks(ranks: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Compare rows of ranks with other ranks of the same units by Kendall's tau-b.

    Parameters
    ----------
    ranks : ndarray, shape (units,)
    others : ndarray, shape (rows, units)

    Returns
    -------
    ndarray, shape (rows,): 1 the same order, -1 the opposite; NaN where either has nothing but ties

    Notes
    -----
    Pairs of units that are tied in either ranking do not count (Kendall 1945).

    Examples
    --------
    Of three pairs, one is the other way round:

    >>> compare_ranks(np.array([1, 2, 3]), np.array([[1, 2, 3], [2, 1, 3]])).round(3).tolist()
    [1.0, 0.333]
    """
    one, other = np.triu_indices(len(ranks), k=1)
    order = np.sign(ranks[one] - ranks[other])
    orders = (np.sign(row[one] - row[other]) for row in others)  # scipy's kendalltau takes a hundred times as long
    sums = np.array([(order @ each, order @ order * (each @ each)) for each in orders], dtype=float).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        return sums[:, 0] / np.sqrt(sums[:, 1])


def measure_mobility(counts: pd.DataFrame, links: Mapping[str, str]) -> float | None:
    """Measure mobility between grades by the index of Shorrocks: (k − trace of the transition shares) ÷ (k − 1).

    Parameters
    ----------
    counts : DataFrame
        Units by grade of the base year (rows) and grade of the year (columns).
    links : mapping of grade of the base year to the one that takes its place (see `link_grades`)

    Returns
    -------
    float or None
        0 where nobody moves, 1 where a grade says nothing of the next; over the grades of the base year that have any
        units. None where these are fewer than two, or grades are not linked one to one.

    Examples
    --------
    >>> counts = pd.DataFrame([[3, 1], [2, 6]], index=["best", "rest"], columns=["best", "rest"])
    >>> measure_mobility(counts, {"best": "best", "rest": "rest"})  # 2 - 3/4 - 6/8, of 1
    0.5
    """
    held = counts[counts.sum(axis=1).gt(0)]
    ends = [links.get(str(grade)) for grade in held.index]
    if len(held) < 2 or None in ends or len(set(ends)) < len(ends) or len(counts.columns) != len(counts.index):
        return None
    shares = held.div(held.sum(axis=1), axis=0)
    kept = np.array([shares.at[grade, end] for grade, end in zip(held.index, ends, strict=True)])
    return float((len(held) - kept.sum()) / (len(held) - 1))
