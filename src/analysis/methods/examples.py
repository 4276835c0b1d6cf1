"""Marks laid out by hand, for examples and for trying things out before there is a data folder."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.inputs import Inputs, Provenance
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.scoring.examples import small_scheme
from analysis.scoring.years import score_year


def lay_out_marks(
    points: Mapping[str, float], marks: Mapping[str, Sequence[str | float]], ratings: Mapping[str, float], best: int = 1
) -> MarkMatrix:
    """Lay out marks written by hand, under a `small_scheme`.

    Parameters
    ----------
    points : dict of indicator to float
    marks : dict of unit to sequence with an entry for each indicator
        A rating, a score in points, or "-" where the unit does not carry the indicator.
    ratings : dict of str to float
        The share of its points that a rating earns.
    best : int
        Units in the best grade.

    Returns
    -------
    MarkMatrix

    Raises
    ------
    ValueError
        If a mark is not such, or one is missing.

    Examples
    --------
    >>> marks = lay_out_marks(
    ...     points={"p1": 40, "p2": 40, "r1": 20},
    ...     marks={"a": ["良", "良", 14], "b": ["优", "良", 18], "c": ["良", "-", 18]},
    ...     ratings={"优": 1, "良": 0.8},
    ... )
    >>> marks
    MarkMatrix(all: 3 units × 3 indicators, 1 left out)
    >>> marks.units[["unit_id", "total", "rank", "grade"]].round(2).to_numpy().tolist()
    [['b', 90.0, 1, 'best'], ['c', 83.33, 2, 'rest'], ['a', 78.0, 3, 'rest']]
    """
    scheme = small_scheme(ratings, sum(points.values()), best)
    rows = [
        (unit, indicator, *_read(mark, ratings, points[indicator]))
        for unit, given in marks.items()
        for indicator, mark in zip(points, given, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["unit_id", "indicator_id", "status", "rating", "score"])
    indicators = pd.DataFrame({"indicator_id": list(points), "name": list(points), "points": list(points.values())})
    indicators = indicators.assign(group="all", part="work", assessor_id="")
    adjustments = pd.DataFrame(columns=["unit_id", "kind", "points", "reason"])
    inputs = Inputs(indicators, frame, {}, adjustments, Provenance(provenance="demonstration", method=""))
    units = pd.DataFrame({"unit_id": list(marks), "group": "all", "name": list(marks)})
    facts = YearFacts(scheme.year, scheme, units, inputs, None)
    return gather_marks(facts, score_year(facts), "all")


def _read(mark: str | float, ratings: Mapping[str, float], points: float) -> tuple[str, str, float]:
    """Return status, rating and score of a mark."""
    if mark == "-":
        return "not_applicable", "", np.nan
    if isinstance(mark, str) and mark in ratings:
        return "marked", mark, np.nan
    if isinstance(mark, int | float) and 0 <= mark <= points:
        return "marked", "", mark
    raise ValueError(f"{mark!r} is no rating, and no score from 0 to {points}")
