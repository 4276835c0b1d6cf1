"""Simulated totals: what ranks and grades would be if judgements or weights had come out a little differently."""

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix

LEVEL = 0.9
"""Share of the draws an interval covers, as much left out at either end."""
SURE = (1 + LEVEL) / 2
"""Share of the draws from which something is sure: one side of such an interval, so that both say the same."""


def simulate_judgement(marks: MarkMatrix, probability: float, draws: int, seed: int) -> np.ndarray:
    """Let every rating move one step up or down by chance.

    Each rating moves up with half the probability and down with the other half, independently of all others; the best
    cannot move up nor the worst down. Marks given in points do not move.

    Parameters
    ----------
    marks : MarkMatrix
    probability : float
        That a rating moves, 0 to 1.
    draws, seed : int

    Returns
    -------
    ndarray of float, shape (draws, units): totals in points, unrounded

    Examples
    --------
    Every rating moves: the best can only fall, the worst only rise, and half of the time neither can move.

    >>> from analysis.methods.matrices import lay_out_marks
    >>> marks = lay_out_marks({"p1": 100}, {"a": ["优"], "b": ["良"]}, {"优": 1, "良": 0.8})
    >>> np.unique(simulate_judgement(marks, 1.0, draws=50, seed=1)).tolist()
    [80.0, 100.0]
    """
    random = np.random.default_rng(seed)
    values = marks.levels.to_numpy()
    totals = np.empty((draws, len(marks.units)))
    for row in range(len(marks.units)):
        rated = np.flatnonzero(marks.ratings[row] >= 0)
        ratings, worth = marks.ratings[row, rated], marks.worth[row, rated]
        gain = (values[np.minimum(ratings + 1, len(values) - 1)] - values[ratings]) * worth
        loss = (values[np.maximum(ratings - 1, 0)] - values[ratings]) * worth
        chance = random.random((draws, len(rated)), dtype=np.float32)
        moved = (chance < probability / 2) @ gain + (chance > 1 - probability / 2) @ loss
        totals[:, row] = marks.totals[row] + moved
    return totals


def perturb_weights(marks: MarkMatrix, spread: float, draws: int, seed: int) -> np.ndarray:
    """Change every indicator's points by chance, the same for all units; components keep their points.

    Parameters
    ----------
    marks : MarkMatrix
    spread : float
        Points are multiplied by a factor drawn evenly between 1 - spread and 1 + spread.
    draws, seed : int

    Returns
    -------
    ndarray of float, shape (draws, units)

    Examples
    --------
    Weights move only units whose rates differ from indicator to indicator:

    >>> from analysis.methods.matrices import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["良", 32]}, {"优": 1, "良": 0.8})
    >>> totals = perturb_weights(marks, 0.25, draws=100, seed=1)
    >>> (np.ptp(totals, axis=0) > 1).tolist()
    [True, False]
    """
    weights = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (draws, len(marks.indicators)))
    return marks.reweigh(weights)


def summarise_draws(marks: MarkMatrix, totals: np.ndarray) -> pd.DataFrame:
    """Say where each unit ranks over the draws, and which differences of rank are inside the noise.

    Parameters
    ----------
    marks : MarkMatrix
    totals : ndarray, shape (draws, units)

    Returns
    -------
    DataFrame, one row per unit in rank order, with columns unit_id, name, rank, grade, provenance, barred (bool: cannot
    get the best grade), rank_low, rank_high (the `LEVEL` interval of ranks: at most 1 - SURE of the draws on either
    side), p_best (share of draws in the best grade), unsure (bool: p_best is further than that from 0 and from 1),
    p_ahead (share of draws ahead of the next unit, half of those tied; NaN for the last; told apart from `SURE` up),
    band (units that cannot be told from the first of their band: counted as tied with it; two neighbours in different
    bands may be just as close).

    Examples
    --------
    >>> from analysis.methods.matrices import lay_out_marks
    >>> marks = lay_out_marks({"r1": 100}, {"a": [90], "b": [89], "c": [70]}, {})
    >>> totals = np.array([[90, 89, 70], [88, 89, 71], [91, 89, 70], [90, 90, 72]])
    >>> columns = ["unit_id", "rank_low", "rank_high", "p_best", "p_ahead", "band"]
    >>> summarise_draws(marks, totals)[columns].to_numpy().tolist()
    [['a', 1, 2, 0.75, 0.625, 1], ['b', 1, 2, 0.5, 1.0, 1], ['c', 3, 3, 0.0, nan, 2]]
    """
    ranks = marks.rank(totals)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="closest_observation").astype(int)
    p_best = marks.is_best(totals).mean(axis=0)
    ahead = [_share_ahead(ranks, unit, unit + 1) for unit in range(ranks.shape[1] - 1)]
    return marks.units[["unit_id", "name", "rank", "grade", "provenance"]].assign(
        barred=marks.barred,
        rank_low=low,
        rank_high=high,
        p_best=p_best,
        unsure=(p_best > tail) & (p_best < 1 - tail),
        p_ahead=[*ahead, np.nan],
        band=_find_bands(ranks),
    )


def agreement(marks: MarkMatrix, totals: np.ndarray) -> np.ndarray:
    """Compare rows of totals with the actual ranking by Kendall's tau-b: pairs tied in either ranking do not count.

    Parameters
    ----------
    marks : MarkMatrix
    totals : ndarray, shape (rows, units)

    Returns
    -------
    ndarray, shape (rows,): 1 the same order, -1 the opposite; NaN where either has nothing but ties

    Examples
    --------
    Of three pairs, one is the other way round in the second row:

    >>> from analysis.methods.matrices import lay_out_marks
    >>> marks = lay_out_marks({"r1": 100}, {"a": [90], "b": [89], "c": [70]}, {})
    >>> agreement(marks, np.array([[90, 89, 70], [88, 89, 70]])).round(3).tolist()
    [1.0, 0.333]
    """
    now, rows = marks.units["rank"].to_numpy(), marks.rank(totals)
    one, other = np.triu_indices(len(now), k=1)
    order = np.sign(now[one] - now[other])
    orders = (np.sign(row[one] - row[other]) for row in rows)  # scipy's kendalltau takes a hundred times as long a row
    sums = np.array([(order @ each, order @ order * (each @ each)) for each in orders], dtype=float).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        return sums[:, 0] / np.sqrt(sums[:, 1])


def _share_ahead(ranks: np.ndarray, unit: int, other: int) -> float:
    one, two = ranks[:, unit], ranks[:, other]
    return float(((one < two).astype(int) + (one <= two)).mean() / 2)  # counts are whole: no noise at the limit


def _find_bands(ranks: np.ndarray) -> list[int]:
    """Go down the ranking; open a new band where a unit can be told from the first of the present one."""
    bands, first = [1], 0
    for unit in range(1, ranks.shape[1]):
        told_apart = _share_ahead(ranks, first, unit) >= SURE
        first = unit if told_apart else first
        bands.append(bands[-1] + told_apart)
    return bands
