"""How many marks are the best there are: where nearly all are, nobody is told apart."""

from typing import NamedTuple

import numpy as np

from analysis.methods.matrices import MarkMatrix

_SLIGHT = 1e-9
"""Points by which sums of binary fractions may miss the best mark."""


class Ceiling(NamedTuple):
    """How near the marks of a group are to the best there are.

    Attributes
    ----------
    at_best : float
        The share of the marks that are the best rating, or full points; NaN where there are no marks.
    alike : int
        Indicators that two or more units carry and all of these have the best mark.
    indicators : int
        Indicators that two or more units carry.
    """

    at_best: float
    alike: int
    indicators: int


def measure_ceiling(marks: MarkMatrix) -> Ceiling:
    """Count the marks that cannot be any better.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    Ceiling

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 40], "b": ["优", 10]}, {"优": 1, "良": 0.8})
    >>> measure_ceiling(marks)
    Ceiling(at_best=0.75, alike=1, indicators=2)
    """
    carried = marks.status == "marked"
    best = carried & (marks.earned >= marks.reachable - _SLIGHT)
    shared = carried.sum(axis=0) > 1
    alike = shared & (best.sum(axis=0) == carried.sum(axis=0))
    at_best = float(best.sum() / carried.sum()) if carried.any() else float("nan")
    return Ceiling(at_best, int(np.count_nonzero(alike)), int(np.count_nonzero(shared)))
