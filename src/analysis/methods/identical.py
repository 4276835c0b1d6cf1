"""Units that were marked the same throughout: by everybody, or on the sheet of one assessor."""

import numpy as np
import pandas as pd

from analysis.methods.assessors import FEWEST
from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise
from analysis.scoring.kernel import over_applicable


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
    """Say of how many units an assessor's marks are the same as another unit's throughout.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, one row per assessor of `FEWEST` indicators or more, with columns assessor_id, indicators (number), units
    (of which it marks as many), same (share of them that have the same marks as another unit on all indicators of the
    assessor that both carry; units that have the best throughout do not count), expected (the same share, were the
    marks of an indicator dealt out without regard to those of the others).

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
    >>> compare_sheets(marks)[["assessor_id", "units", "same"]].to_numpy().tolist()
    [['office', 4, 0.5]]
    """
    rows = []
    rates, below = without_noise(marks.rates), without_noise(marks.gains) > 0
    for assessor, own in marks.indicators.groupby("assessor_id", sort=False).indices.items():
        sheets = np.isfinite(rates[:, own]).sum(axis=1) >= FEWEST
        if sheets.any():
            sheet, short = rates[np.ix_(sheets, own)], below[np.ix_(sheets, own)]
            same = np.mean([len(others) > 0 for others in _find_same(sheet, short)])
            rows.append((assessor, len(own), len(sheet), same, _expect_same(sheet, short)))
    return pd.DataFrame(rows, columns=["assessor_id", "indicators", "units", "same", "expected"])


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
    """Say how large a share would have the same marks as another if those of each indicator were dealt out anew."""
    others, shares = len(rates) - 1, []
    for own, short in zip(rates, below, strict=True):
        agree = over_applicable(((rates == own) | np.isnan(rates)).sum(axis=0) - 1, others)
        alike = np.where(np.isfinite(own), agree, 1.0).prod()  # that one other unit agrees throughout
        shares.append((1 - (1 - alike) ** others) * short.any())
    return float(np.mean(shares))
