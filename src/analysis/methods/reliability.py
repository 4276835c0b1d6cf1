"""How far the indicators of a component agree with each other, and how large the error of a total is that follows.

Cronbach's alpha (1951) takes the indicators of a component as so many measurements of one thing. Where their errors
have nothing to do with each other, it is at most the reliability of their sum (Lord & Novick 1968, 4.4), and the error
is at most what is given here; where one hand is too generous with several, it is too high.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.methods.correlation import FEWEST
from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise
from analysis.scoring.kernel import over_applicable

SHARE = 0.5
"""The share of the units that an indicator has to apply to: two of rarer ones would have too few in common."""
TOTAL = "total"
"""Stands for the total, where components have their ids."""


class Consistency(NamedTuple):
    """How far items agree with each other.

    Attributes
    ----------
    alpha : float
        Cronbach's; 1 at most, NaN where it is not defined.
    items : int
        That are looked at.
    complete : int
        Units that have all of these; the others count as far as they go.
    """

    alpha: float
    items: int
    complete: int


def measure_consistency(points: np.ndarray) -> Consistency:
    """Work out Cronbach's alpha of the sum of some items: k / (k - 1) × (1 - sum of variances ÷ variance of the sum).

    Every variance and covariance is taken over the units that have both items, and the variance of the sum is that of
    all of them added up: to look only at units that have everything would leave out just those whose duties are
    particular. Items that are the same for all units, or that less than `SHARE` of the units have, are left out.

    Parameters
    ----------
    points : ndarray of float, shape (units, items)
        NaN where a unit does not have an item.

    Returns
    -------
    Consistency
        alpha is NaN for fewer than two items, where two of them have fewer than `FEWEST` units in common, and where the
        sum does not vary.

    Examples
    --------
    Two items that are always the same, and two that have nothing to do with each other:

    >>> one = np.arange(9.0)
    >>> measure_consistency(np.c_[one, one])
    Consistency(alpha=1.0, items=2, complete=9)
    >>> round(abs(measure_consistency(np.c_[one, (one - 4) ** 2]).alpha), 9)
    0.0
    """
    items = pd.DataFrame(without_noise(points))
    kept = items.loc[:, items.nunique().gt(1) & items.notna().mean().ge(SHARE)]
    count, complete = kept.shape[1], int(kept.notna().all(axis=1).sum())
    together = kept.cov(min_periods=FEWEST).to_numpy()
    of_sum = without_noise(together).sum()
    if count < 2 or not of_sum > 0:  # NaN neither
        return Consistency(np.nan, count, complete)
    return Consistency(float(count / (count - 1) * (1 - np.trace(together) / of_sum)), count, complete)


def measure_reliability(marks: MarkMatrix) -> pd.DataFrame:
    """Say how consistent each component is, and how large the standard error of its scores, and of the totals, is.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame by component with indicators, and last `TOTAL`, with columns component, alpha, items, complete (see
    `Consistency`; NaN of the total), spread (standard deviation of what the component adds to the totals, or of the
    totals, in points), error (its standard error: spread × sqrt(1 - alpha), points; alpha below 0 counts as 0).

    Notes
    -----
    Outside results, bonuses and deductions are one number a unit, and count as without error. The errors of components
    have nothing to do with each other, so their squares add up; the alpha of the total is 1 - error² ÷ spread², the
    stratified one (Rajaratnam, Cronbach & Gleser 1965), and NaN beside outside results, of which none is known. Where a
    component has no alpha, the total has neither alpha nor error.

    Examples
    --------
    One indicator always earns twice what the other does: 2 × (1 - (1 + 4) ÷ 9) is 8/9.

    >>> from analysis.methods.examples import lay_out_marks
    >>> scores = {f"u{place}": [place, 2 * place] for place in range(9)}
    >>> found = measure_reliability(lay_out_marks({"p1": 10, "r1": 20}, scores, {}))
    >>> found[["component", "alpha", "spread", "error"]].round(3).to_numpy().tolist()
    [['daily', 0.889, 8.216, 2.739], ['total', 0.889, 8.216, 2.739]]
    """
    indicators, rows = len(marks.points), []
    worth = marks.rates * marks.nominal[:indicators]
    adds = marks.scored[-2].scores * marks.scored[-1].factors
    for place, component in enumerate(marks.scheme.components):
        own = marks.counts_in(component.id)[:indicators]
        if own.any():
            found = measure_consistency(worth[:, own])
            spread = pd.Series(adds[:, place]).std()
            rows.append((component.id, *found, spread, spread * np.sqrt(1 - np.maximum(found.alpha, 0.0))))
    columns = ["component", "alpha", "items", "complete", "spread", "error"]
    frame = pd.DataFrame(rows, columns=columns)
    if frame.empty:
        return frame
    spread, error = pd.Series(marks.totals).std(), np.sqrt((frame["error"] ** 2).sum(skipna=False))
    alpha = float(1 - over_applicable(error**2, without_noise(np.array(spread**2))))
    total = (TOTAL, np.nan if marks.scheme.outside_components else alpha, frame["items"].sum(), np.nan, spread, error)
    return pd.DataFrame([*rows, total], columns=columns)


def count_close(marks: MarkMatrix, error: float) -> tuple[int, int]:
    """Count neighbours in rank that the error does not tell apart.

    Parameters
    ----------
    marks : MarkMatrix
    error : float
        Standard error of a total, in points.

    Returns
    -------
    close, pairs : int
        Pairs of neighbours whose totals are less apart than the standard error of a difference, error × sqrt(2); all.

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> count_close(lay_out_marks({"r1": 100}, {"a": [90], "b": [89], "c": [87.5]}, {}), 1.0)
    (1, 2)
    """
    gaps = without_noise(np.abs(np.diff(np.sort(marks.totals))))
    return int((gaps < error * np.sqrt(2)).sum()), len(gaps)
