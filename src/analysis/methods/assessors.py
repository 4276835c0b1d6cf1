"""Where a group loses its points, which marks each assessor gives, and how leniently it marks what it marks."""

from functools import partial

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix
from analysis.methods.uncertainty import LEVEL
from analysis.rounding import without_noise
from analysis.scoring.kernel import over_applicable

FEWEST = 5
"""Indicators from which an interval is given. With fewer, resampling them makes it far too narrow: where there was no
difference, a simulation told assessors of 2 indicators apart in 35 % of the cases instead of 10 %, of 5 in 13 %."""
SCORED = ("full", "between", "zero")
"""What a score in points may be: all of them, some, none."""


def find_weak_links(marks: MarkMatrix, by: str) -> pd.DataFrame:
    """Sum up the points a group loses in its marks.

    Parameters
    ----------
    marks : MarkMatrix
    by : {"part", "assessor_id", "indicator_id"}

    Returns
    -------
    DataFrame, most lost first, with columns <by>, indicators (number), rate (earned over applicable points), lost
    (points of the total a unit loses on average), share (of all points lost in marks).

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", 28]}, {"优": 1, "良": 0.8})
    >>> find_weak_links(marks, "indicator_id").drop(columns="indicators").round(2).to_numpy().tolist()
    [['p1', 0.9, 6.0, 0.5], ['r1', 0.85, 6.0, 0.5]]
    """
    lost = ((marks.applicable - marks.earned) * marks.factors).mean(axis=0)
    frame = marks.indicators.assign(lost=lost, earned=marks.earned.sum(axis=0), applicable=marks.applicable.sum(axis=0))
    sums = frame.groupby(by, sort=False).agg(
        indicators=("points", "size"), earned=("earned", "sum"), applicable=("applicable", "sum"), lost=("lost", "sum")
    )
    sums = sums.assign(rate=sums["earned"] / sums["applicable"], share=sums["lost"] / sums["lost"].sum())
    sums = sums.sort_values("lost", ascending=False, kind="stable").reset_index()
    return sums[[by, "indicators", "rate", "lost", "share"]]


def compare_assessors(marks: MarkMatrix, draws: int, seed: int) -> pd.DataFrame:
    """Compare how each assessor marks in a part with how all others mark the same units in that part.

    The difference of rates is taken within each unit and averaged, so good units do not make an assessor lenient, nor
    does a part that is marked more generously than another. What is marked still differs: as each indicator has one
    assessor, easy matters and a lenient assessor cannot be told apart (they could, if some were marked by two: Linacre
    1989). The interval resamples both units and the part's indicators, because another set of either could have come
    out (Owen 2007, the pigeonhole bootstrap).

    Parameters
    ----------
    marks : MarkMatrix
    draws, seed : int

    Returns
    -------
    DataFrame by part, most lenient first, with columns part, assessor_id, indicators (number), rate (earned over
    applicable points), leniency (mean difference to the others, as a fraction of full marks; NaN with nobody to compare
    with), low, high (intervals that hold for all rows together with `LEVEL`, by Bonferroni; NaN if the assessor, or the
    others, have fewer indicators than `FEWEST`), told_apart (bool: 0 is outside the interval).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", 30]}, {"优": 1, "良": 0.8})
    >>> marks = replace(marks, indicators=marks.indicators.assign(assessor_id=["office", "bureau"]))
    >>> compare_assessors(marks, draws=20, seed=1)[["assessor_id", "rate", "leniency"]].round(3).to_numpy().tolist()
    [['office', 0.9, 0.025], ['bureau', 0.875, -0.025]]
    """
    columns = ["part", "assessor_id", "indicators", "rate", "leniency", "low", "high", "told_apart"]
    random, units = np.random.default_rng(seed), len(marks.units)
    unit_weights = random.multinomial(units, np.full(units, 1 / units), draws).T
    tail = (1 - LEVEL) / 2 / max(marks.indicators.groupby(["part", "assessor_id"]).ngroups, 1)
    rows = []
    for part, inside in marks.indicators.groupby("part", sort=False).indices.items():
        earned, applicable, size = marks.earned[:, inside], marks.applicable[:, inside], len(inside)
        weights = random.multinomial(size, np.full(size, 1 / size), draws).T
        for assessor, own in marks.indicators.iloc[inside].groupby("assessor_id", sort=False).indices.items():
            marked = np.isin(np.arange(size), own)
            compare = partial(_leniency, earned, applicable, marked)
            leniency = compare(np.ones((units, 1)), np.ones((size, 1)))[0]
            low = high = np.nan
            if min(len(own), size - len(own)) >= FEWEST and np.isfinite(leniency):
                low, high = np.nanquantile(compare(unit_weights, weights), [tail, 1 - tail])
            rate = float(over_applicable(earned[:, marked].sum(), applicable[:, marked].sum()))
            rows.append((part, assessor, len(own), rate, leniency, low, high, bool(low > 0 or high < 0)))
    frame = pd.DataFrame(rows, columns=columns)
    order = frame.groupby("part", sort=False).ngroup()
    return frame.iloc[np.lexsort((-frame["leniency"], order))].reset_index(drop=True)


def _leniency(
    earned: np.ndarray,
    applicable: np.ndarray,
    marked: np.ndarray,
    unit_weights: np.ndarray,
    indicator_weights: np.ndarray,
) -> np.ndarray:
    """Average the difference of rates over units, for every column of weights."""

    def rate(chosen: np.ndarray) -> np.ndarray:
        weights = indicator_weights[chosen]
        return over_applicable(earned[:, chosen] @ weights, applicable[:, chosen] @ weights)

    difference = rate(marked) - rate(~marked)
    known = np.where(np.isfinite(difference), unit_weights, 0)
    return over_applicable((known * np.nan_to_num(difference)).sum(axis=0), known.sum(axis=0))


def share_marks(marks: MarkMatrix) -> pd.DataFrame:
    """Count which marks each assessor gave.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame in the order of the indicators, and of each assessor ratings and scores from the best down, with columns
    assessor_id, level (a rating, or of scores in points one of `SCORED`), rated (bool), best (bool: the best rating, or
    full marks), marks (number; levels of which there are none are left out).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", 30]}, {"优": 1, "良": 0.8})
    >>> marks = replace(marks, indicators=marks.indicators.assign(assessor_id=["office", "bureau"]))
    >>> share_marks(marks)[["assessor_id", "level", "marks"]].to_numpy().tolist()
    [['office', '优', 1], ['office', '良', 1], ['bureau', 'full', 1], ['bureau', 'between', 1]]
    """
    levels = [*reversed(marks.levels.index), *SCORED]
    full, none = without_noise(marks.gains) <= 0, marks.earned <= 0
    scored = np.select([full, none], [SCORED[0], SCORED[2]], SCORED[1])
    assessors = np.broadcast_to(marks.indicators["assessor_id"].to_numpy(), marks.status.shape)
    given = pd.DataFrame({
        "assessor_id": assessors.ravel(),
        "level": np.where(marks.ratings >= 0, marks.rating_names, scored).ravel(),
        "rated": (marks.ratings >= 0).ravel(),
    })[(marks.applicable > 0).ravel()]  # fmt: skip
    counts = given.groupby(list(given), sort=False).size().rename("marks").reset_index()
    best = counts["level"].isin([*marks.levels.index[-1:], SCORED[0]])
    order = [counts["level"].map(levels.index), counts["assessor_id"].map(list(marks.indicators["assessor_id"]).index)]
    return counts.assign(best=best).iloc[np.lexsort(order)].reset_index(drop=True)
