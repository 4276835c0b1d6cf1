"""Simulated totals: what ranks and grades would be if judgements had come out a little differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix
from analysis.methods.mobility import compare_ranks

LEVEL = 0.9
"""Share of the draws in which all that is said of a group is so at once."""
Scenario = Literal["slips", "shift", "halo"]
"""What judgements that come out otherwise have in common: nothing, their assessor, or their assessor and unit."""


@dataclass(frozen=True)
class Moves:
    """What may become of the marks of a group, in points of the totals.

    Attributes
    ----------
    up, down : ndarray of float, shape (units, items)
        Probability that a rating becomes the next better, the next worse; 0 for what is no rating.
    gain, loss : ndarray of float, shape (units, items)
        What this adds.
    reach : ndarray of float, shape (units, items)
        By how much a score or an outside result may be more or less, evenly; 0 for ratings.
    judges : ndarray of int, shape (items,)
        Who judges each item: the assessors, and one for each outside component.
    """

    up: np.ndarray
    down: np.ndarray
    gain: np.ndarray
    loss: np.ndarray
    reach: np.ndarray
    judges: np.ndarray


def find_moves(marks: MarkMatrix, probability: float, score_step: float) -> Moves:
    """Say how marks may come out otherwise, so that the mean of the group's totals stays what it is on average.

    A rating is put up for the next better or the next worse with half the probability each, and gets there as often as
    the ratings' shares of the group's points allow (Metropolis et al. 1953): always if the other has the larger share,
    else in the ratio of the shares. Flows between neighbouring ratings then balance, so the expected shares are the
    present ones. A score or an outside result lies evenly within a step of what it is; where the nearer end of the
    scale is closer than the step, that is how far it may be off, either way.

    Parameters
    ----------
    marks : MarkMatrix
    probability : float
        That a rating is put up for a move, 0 to 1.
    score_step : float
        Share of the full points.

    Returns
    -------
    Moves

    Examples
    --------
    Three ratings in four points are the better one: it is left a third as often as the other.

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 25, "p2": 75}, {"a": ["良", "优"]}, {"优": 1, "良": 0.8})
    >>> moves = find_moves(marks, 0.2, 0.05)
    >>> moves.up.round(4).tolist(), moves.down.round(4).tolist(), moves.loss.round(9).tolist()
    ([[0.1, 0.0]], [[0.0, 0.0333]], [[0.0, -15.0]])
    """
    values, ratings, worth = marks.levels.to_numpy(), marks.ratings, marks.applicable * marks.factors
    rated = ratings >= 0
    shares = np.bincount(ratings[rated], worth[rated], len(values))
    rise = np.zeros((2, len(values) + 1))  # of each rating, and of none: how likely it rises, and what that adds
    fall = np.zeros_like(rise)
    for better in range(1, len(values)):
        flow, step = min(shares[better - 1 : better + 1]), values[better] - values[better - 1]
        if flow:
            rise[:, better - 1] = probability / 2 * flow / shares[better - 1], step
            fall[:, better] = probability / 2 * flow / shares[better], -step
    (up, gain), (down, loss) = (move[:, ratings] for move in (rise, fall))
    results, most = marks.results
    got, full = np.c_[marks.earned * marks.factors, results], np.c_[worth, most]
    reach = np.minimum(score_step * full, np.minimum(got, full - got)).clip(min=0)
    assessors, none = pd.factorize(marks.indicators["assessor_id"])[0], np.zeros(results.shape)
    up, down, gain, loss = (np.c_[each, none] for each in (up, down, gain * worth, loss * worth))
    judges = np.append(assessors, assessors.max(initial=-1) + 1 + np.arange(results.shape[1]))
    return Moves(up, down, gain, loss, np.where(np.c_[rated, none > 0], 0.0, reach), judges)


def simulate_judgement(marks: MarkMatrix, moves: Moves, scenario: Scenario, draws: int, seed: int) -> np.ndarray:
    """Let marks come out otherwise by chance, each as likely in every scenario; what differs is which do together.

    One number between 0 and 1 drives all marks that have it in common, the low ones towards better marks, the high ones
    towards worse. In "slips" each mark has its own. In "shift" an assessor has one for all its marks: it is more
    severe or more lenient (Saal, Downey & Lahey 1980; Linacre 1989). In "halo" it has one for each unit, whose marks
    of one hand go together (Thorndike 1920). They are the error, the assessor and the assessor-by-unit component of a
    generalizability study (Cronbach et al. 1972).

    Parameters
    ----------
    marks : MarkMatrix
    moves : Moves
    scenario : {"slips", "shift", "halo"}
    draws, seed : int

    Returns
    -------
    ndarray of float, shape (draws, units): totals in points, unrounded

    Examples
    --------
    Two units with like marks of one assessor: they move apart by slips, and never by its shift.

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 50, "p2": 50}, {"a": ["良", "优"], "b": ["良", "优"]}, {"优": 1, "良": 0.8})
    >>> moves = find_moves(marks, 1.0, 0.05)
    >>> [bool(np.ptp(simulate_judgement(marks, moves, each, 50, 1), axis=1).any()) for each in ("slips", "shift")]
    [True, False]
    """
    totals = np.empty((draws, len(marks.units)))
    for unit, moving, chance in _draw(moves, scenario, draws, seed):
        totals[:, unit] = marks.totals[unit] + _move(moves, unit, moving, chance)
    return totals


def simulate_bars(marks: MarkMatrix, moves: Moves, scenario: Scenario, draws: int, seed: int) -> np.ndarray:
    """Say who is barred from which grade in every draw of `simulate_judgement`, by veto or by what the grade requires.

    Parameters
    ----------
    marks : MarkMatrix
    moves : Moves
    scenario : {"slips", "shift", "halo"}
    draws, seed : int
        Those of the totals.

    Returns
    -------
    ndarray of bool, shape (draws, units, grades), or (units, grades) where no grade requires anything of marks

    Examples
    --------
    The best grade requires all 100 points; "b", the first, has them unless its rating falls, "a" never does:

    >>> from dataclasses import replace
    >>> from analysis.methods.examples import lay_out_marks
    >>> from analysis.methods.what_if import change_scheme
    >>> marks = lay_out_marks({"p1": 80, "r1": 20}, {"a": ["良", 10], "b": ["优", 20]}, {"优": 1, "良": 0.8})
    >>> scheme = change_scheme(marks.scheme, {("grades", "best", "requires"): {"least": {"work": 100}}})
    >>> marks = replace(marks, scheme=scheme)
    >>> bars = simulate_bars(marks, find_moves(marks, 0.2, 0.05), "slips", 1000, 1)
    >>> bars.shape, (bars[..., 0].mean(axis=0) * 10).round().tolist()
    ((1000, 2, 2), [1.0, 10.0])
    """
    counts = {item: marks.counts_in(item) for item in marks.item_scores if item}
    if not counts:
        return marks.bars
    scores = {item: np.tile(each, (draws, 1)) for item, each in marks.item_scores.items()}
    for unit, moving, chance in _draw(moves, scenario, draws, seed):
        for item, own in counts.items():
            inside = own[moving]
            moved = _move(moves, unit, moving[inside], chance[inside])
            scores[item][:, unit] += moved / marks.item_worth[item][unit]
    return marks.find_bars(scores)


def _draw(moves: Moves, scenario: Scenario, draws: int, seed: int) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield each unit, what may move of it, and the number between 0 and 1 that drives it, shape (moving, draws)."""
    random = np.random.default_rng(seed)
    judges, shape = moves.judges, (moves.judges.max(initial=-1) + 1, draws)
    shift = random.random(shape, dtype=np.float32)
    for unit, may_move in enumerate(moves.up + moves.down + moves.reach):
        moving = np.flatnonzero(may_move)
        if scenario == "slips":
            yield unit, moving, random.random((len(moving), draws), dtype=np.float32)
        else:
            common = shift if scenario == "shift" else random.random(shape, dtype=np.float32)
            yield unit, moving, common[judges[moving]]


def _move(moves: Moves, unit: int, items: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Say by how many points some items of a unit move altogether, shape (draws,)."""
    up, down, gain, loss, reach = (
        each[unit, items, None] for each in (moves.up, moves.down, moves.gain, moves.loss, moves.reach)
    )
    rises, falls, slides = (np.flatnonzero(each) for each in (up, down, reach))
    moved = gain[rises].T @ (chance[rises] < up[rises]) + loss[falls].T @ (chance[falls] > 1 - down[falls])
    return np.asarray(moved + reach[slides].T @ (1 - 2 * chance[slides]))[0]


def summarise_draws(marks: MarkMatrix, totals: np.ndarray, bars: np.ndarray | None = None) -> pd.DataFrame:
    """Say where each unit ranks over the draws, and who can be told apart, of all units at once.

    Ranks and grades are told so that in `LEVEL` of the draws every one of them is as told: sets of ranks that each held
    by themselves would hold together far less often (Mogstad, Romano, Shaikh & Wilhelm 2024). Of each draw the rarest
    thing that it does is taken: the smallest share of the draws in which a unit ranks as high or higher, as low or
    lower, or has the same grade; the draws whose rarest thing is rarest are left out, and what is as rare as that is
    in no set (simultaneous regions by order statistics, Besag et al. 1995).

    Parameters
    ----------
    marks : MarkMatrix
    totals : ndarray, shape (draws, units)
    bars : ndarray of bool, shape (draws, units, grades), optional
        Who is barred from which grade in each draw; left out, it is held as it is.

    Returns
    -------
    DataFrame, one row per unit in rank order, with columns unit_id, name, rank, grade, provenance, barred (bool: by
    veto from the best grade), rank_low, rank_high (ends of the rank set), p_best (share of draws in the best grade),
    unsure (bool: both in and out of it are in the set), apart (bool: its ranks are all before those of the next unit),
    band (units whose ranks cannot be told from those of the first of their band; two neighbours in different bands may
    be just as close).

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"r1": 100}, {"a": [90], "b": [89], "c": [70]}, {})
    >>> totals = np.array([[90, 89, 70], [88, 89, 71], [91, 89, 70], [90, 88, 72]])
    >>> columns = ["unit_id", "rank_low", "rank_high", "p_best", "unsure", "apart", "band"]
    >>> summarise_draws(marks, totals)[columns].to_numpy().tolist()
    [['a', 1, 2, 0.75, True, False, 1], ['b', 1, 2, 0.25, True, True, 1], ['c', 3, 3, 0.0, False, False, 2]]
    """
    ranks, best = marks.rank(totals), marks.is_best(totals, bars)
    in_best, tail = best.sum(axis=0), _count_as_far_out(ranks)  # counts are whole: no noise at the limit
    depth = np.minimum(tail, np.where(best, in_best, len(best) - in_best)).min(axis=1)
    cut = np.quantile(depth, 1 - LEVEL, method="lower")
    low = np.where(tail >= cut, ranks, ranks.max()).min(axis=0)
    high = np.where(tail >= cut, ranks, 0).max(axis=0)
    return marks.units[["unit_id", "name", "rank", "grade", "provenance"]].assign(
        barred=marks.vetoed,
        rank_low=low,
        rank_high=high,
        p_best=in_best / len(best),
        unsure=np.minimum(in_best, len(best) - in_best) >= cut,
        apart=np.append(high[:-1] < low[1:], False),
        band=_find_bands(low, high),
    )


def _count_as_far_out(ranks: np.ndarray) -> np.ndarray:
    """Count the draws in which a unit ranks as high or higher, or as low or lower, whichever are fewer."""
    draws, units = ranks.shape
    own = np.arange(units) * (units + 1) + ranks  # a place for each unit and rank
    counts = np.bincount(own.ravel(), minlength=units * (units + 1)).reshape(units, units + 1)
    as_high = counts.cumsum(axis=1)
    return np.asarray(np.minimum(as_high, draws - as_high + counts).ravel()[own])


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

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"r1": 100}, {"a": [90], "b": [89], "c": [70]}, {})
    >>> agreement(marks, np.array([[90, 89, 70], [88, 89, 70]])).round(3).tolist()
    [1.0, 0.333]
    """
    return compare_ranks(marks.units["rank"].to_numpy(), marks.rank(totals))


def _find_bands(low: np.ndarray, high: np.ndarray) -> list[int]:
    """Go down the ranking; open a new band where a unit's ranks are all behind those of the first of its band."""
    bands, first = [1], 0
    for unit in range(1, len(low)):
        told_apart = bool(high[first] < low[unit])
        first = unit if told_apart else first
        bands.append(bands[-1] + told_apart)
    return bands
