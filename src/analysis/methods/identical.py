"""Units that were marked the same throughout: by everybody, or on the sheet of one assessor."""

import numpy as np
import pandas as pd

from analysis.methods.assessors import FEWEST
from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise


def find_identical(marks: MarkMatrix) -> pd.DataFrame:
    """Find pairs of units that have the same mark of every indicator that both carry.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame in rank order with columns unit_id, name, other_id, other_name, indicators (that both carry, at least
    `FEWEST`), below (those of them of which it is not the best mark). Pairs that have the best mark throughout are left
    out: it says nothing of how they were marked.

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> points = dict.fromkeys("vwxyz", 20)
    >>> sheets = {"a": ["优"] * 4 + ["良"], "b": ["优"] * 4 + ["良"], "c": ["优"] * 5, "d": ["优"] * 5}
    >>> found = find_identical(lay_out_marks(points, sheets, {"优": 1, "良": 0.8}))
    >>> found[["unit_id", "other_id", "indicators", "below"]].to_numpy().tolist()
    [['a', 'b', 5, 1]]
    """
    units = marks.units[["unit_id", "name"]].to_numpy()
    columns, rows = ["unit_id", "name", "other_id", "other_name", "indicators", "below"], []
    rates, below = without_noise(marks.rates), without_noise(marks.gains) > 0
    for one, others in enumerate(_find_same(rates, below)):
        for other in others[others > one]:
            both = np.isfinite(rates[one]) & np.isfinite(rates[other])
            rows.append((*units[one], *units[other], both.sum(), below[one, both].sum()))
    return pd.DataFrame(rows, columns=columns)


def compare_sheets(marks: MarkMatrix) -> pd.DataFrame:
    """Say how often an assessor's marks of two units are the same throughout.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, one row per assessor of `FEWEST` indicators or more, with columns assessor_id, indicators (number), units
    (of which it marks as many), largest (number of units with the same marks as one of them, it included; 1 for none),
    same (share of the pairs of units that have the same marks on all indicators of the assessor that both carry),
    expected (the same share, were the marks of each indicator dealt out without regard to those of the others). Pairs
    that have the best mark throughout count as not the same.

    Notes
    -----
    Marks of one unit go together, as good work does, so more than expected are to be found without anybody's fault.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.methods.examples import lay_out_marks
    >>> points, ratings = dict.fromkeys("vwxyz", 20), {"优": 1, "良": 0.8}
    >>> sheets = {"a": ["优"] * 4 + ["良"], "b": ["优"] * 4 + ["良"], "c": ["良"] * 5, "d": ["优"] * 5}
    >>> marks = lay_out_marks(points, sheets, ratings)
    >>> marks = replace(marks, indicators=marks.indicators.assign(assessor_id="office"))
    >>> compare_sheets(marks)[["assessor_id", "units", "largest", "same"]].round(3).to_numpy().tolist()
    [['office', 4, 2, 0.167]]
    """
    rows = []
    rates, below = without_noise(marks.rates), without_noise(marks.gains) > 0
    for assessor, own in marks.indicators.groupby("assessor_id", sort=False).indices.items():
        marked = np.isfinite(rates[:, own]).sum(axis=1) >= FEWEST
        if marked.sum() > 1:
            sheets, short = rates[np.ix_(marked, own)], below[np.ix_(marked, own)]
            same = np.array([len(others) for others in _find_same(sheets, short)])
            share = same.mean() / (len(sheets) - 1)
            rows.append((assessor, len(own), len(sheets), 1 + same.max(), share, _expect_same(sheets, short)))
    return pd.DataFrame(rows, columns=["assessor_id", "indicators", "units", "largest", "same", "expected"])


def _find_same(rates: np.ndarray, below: np.ndarray) -> list[np.ndarray]:
    """List for each unit the others that have the same marks, of which not all are the best."""
    carried, found = np.isfinite(rates), []
    for unit, own in enumerate(rates):
        both = carried & carried[unit]
        same = ((rates == own) | ~both).all(axis=1) & (both.sum(axis=1) >= FEWEST) & (both & below[unit]).any(axis=1)
        same[unit] = False
        found.append(np.flatnonzero(same))
    return found


def _expect_same(rates: np.ndarray, below: np.ndarray) -> float:
    """Say what share of pairs would have the same marks, not all the best, were those of each indicator dealt out."""
    pairs = len(rates) * (len(rates) - 1)
    apart = pairs - _count_pairs(np.isfinite(rates).sum(axis=0))  # of which not both carry the indicator
    best = _count_pairs((np.isfinite(rates) & ~below).sum(axis=0))
    alike = np.array([_count_pairs(pd.Series(own).value_counts().to_numpy()).sum() for own in rates.T])
    return float(((apart + alike) / pairs).prod() - ((apart + best) / pairs).prod())


def _count_pairs(units: np.ndarray) -> np.ndarray:
    return units * (units - 1)
