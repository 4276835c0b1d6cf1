"""Who was far from the mean comes nearer to it: what a change looks like that says nothing (Galton 1886)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods.correlation import correlate
from analysis.scoring.kernel import over_applicable


class Regression(NamedTuple):
    """How changes depend on where they start from.

    Attributes
    ----------
    correlation : float
        Of the totals of the two years; NaN as of `correlate`.
    slope : float
        By how much more, in points, a total changes that was a point higher: correlation × s2 ÷ s1 - 1.
    mean : float
        The mean change, in points.
    expected : ndarray of float
        Each unit's change that would be expected knowing its first total alone: slope × (it - their mean) + mean.
    """

    correlation: float
    slope: float
    mean: float
    expected: np.ndarray


def regress_change(before: ArrayLike, after: ArrayLike) -> Regression:
    """Say how the change of totals depends on the first of them.

    Parameters
    ----------
    before, after : array of float, shape (units,)
        Totals of the same units in two years, in points.

    Returns
    -------
    Regression
        NaN but for the mean where the correlation is.

    Examples
    --------
    Half of what a unit was above or below the mean is left a year later:

    >>> regress_change([60, 65, 70, 75, 80, 85, 90, 95], [73.75, 76.25, 78.75, 81.25, 83.75, 86.25, 88.75, 91.25])[:3]
    (1.0, -0.5, 5.0)
    """
    first, second = np.asarray(before, float), np.asarray(after, float)
    correlation, mean = float(correlate(first, second)), float((second - first).mean())
    slope = float(correlation * over_applicable(second.std(), first.std()) - 1)
    return Regression(correlation, slope, mean, slope * (first - first.mean()) + mean)
