"""The scoring rule, written once, on arrays: marks → points → components → base → total.

Marks have the axes (…, units, items) and scores (…, units, components); an item is an indicator, a part or an outside
result. Axes before the units are free: years, draws of weights, alternatives, mixtures of two years. All in points,
unrounded.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from analysis.data.schemes import Scheme


class Components(NamedTuple):
    """The components of a scheme, and which of them each item counts in.

    Attributes
    ----------
    points : ndarray of float, shape (components,)
        What a full component is worth.
    rescaled : ndarray of bool, shape (components,)
        Scored over what is applicable (加权计算法), not as earned (百分制); an outside result is scored over its full
        score.
    membership : ndarray of float, shape (items, components)
        1 where an item counts in a component, else 0.
    """

    points: np.ndarray
    rescaled: np.ndarray
    membership: np.ndarray

    @classmethod
    def of(cls, scheme: Scheme, items: Iterable[str]) -> Self:
        """Lay out a scheme's components; `items` names the part, or the outside component, of each item."""
        components, component_of = scheme.components, scheme.component_of
        membership = [[component_of.get(item) == component.id for component in components] for item in items]
        return cls(
            np.array([component.points for component in components]),
            np.array([component.rescale or not component.parts for component in components]),
            np.array(membership, dtype=float).reshape(-1, len(components)),
        )


def value_marks(
    points: ArrayLike, marked: ArrayLike, rates: ArrayLike, scores: ArrayLike = np.nan
) -> tuple[np.ndarray, np.ndarray]:
    """Say what marks earn, and out of how many points.

    Parameters
    ----------
    points : array of float
        Of the indicators.
    marked : array of bool
        Whether the indicator is applicable to the unit and marked.
    rates : array of float
        The share of its points that a rating earns; NaN where there is no rating.
    scores : array of float
        Points; NaN where there is no score.

    Returns
    -------
    earned, applicable : ndarray of float

    Examples
    --------
    A rating of 80 % of 40 points, a score of 15 out of 20, and an indicator that is not applicable:

    >>> earned, applicable = value_marks([40, 20, 20], [True, True, False], [0.8, np.nan, np.nan], [np.nan, 15, np.nan])
    >>> earned.tolist(), applicable.tolist()
    ([32.0, 15.0, 0.0], [40.0, 20.0, 0.0])
    """
    applicable = np.where(marked, points, 0.0)
    return applicable * np.nan_to_num(rates) + np.nan_to_num(scores), applicable


def add_items(components: Components, values: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Add up the items of each component.

    Parameters
    ----------
    components : Components
    values : ndarray, shape (…, units, items)
    weights : ndarray, shape (rows, items), optional
        Multiples of the values, for each of which they are added up anew; `values` is then of shape (units, items).

    Returns
    -------
    ndarray, shape (…, units, components) or (rows, units, components)

    Examples
    --------
    >>> two = Components(np.array([60.0, 40.0]), np.array([True, False]), np.array([[1, 0], [1, 0], [0, 1]]))
    >>> add_items(two, np.array([[30.0, 10.0, 25.0]])).tolist()
    [[40.0, 25.0]]
    >>> add_items(two, np.array([[30.0, 10.0, 25.0]]), np.array([[1, 0, 1], [2, 1, 0]])).tolist()
    [[[30.0, 25.0]], [[70.0, 0.0]]]
    """
    if weights is None:
        return np.asarray(values @ components.membership)
    return np.tensordot(weights, values[:, :, None] * components.membership, axes=(1, 1))


def over_applicable(points: ArrayLike, applicable: ArrayLike) -> np.ndarray:
    """Divide points by applicable points; NaN where nothing is applicable.

    Earned points give a rate, a component's points what an earned point counts there. A component of which nothing is
    applicable has no score of its own: whoever asks has to say what stands in for it.

    Parameters
    ----------
    points, applicable : array of float

    Returns
    -------
    ndarray

    Examples
    --------
    >>> over_applicable(80, [80, 60, 0]).round(4).tolist()
    [1.0, 1.3333, nan]
    """
    points, applicable = np.broadcast_arrays(np.asarray(points, float), np.asarray(applicable, float))
    return np.divide(points, applicable, out=np.full(points.shape, np.nan), where=applicable > 0)


def find_factors(components: Components, applicable: np.ndarray, full: np.ndarray | None = None) -> np.ndarray:
    """Say what an earned point counts in each component: a component's score is earned points × factor.

    Parameters
    ----------
    components : Components
    applicable : ndarray, shape (…, units, components)
    full : ndarray, shape (…, 1, components), optional
        Points of everything in a component; by default what it is worth, so that points count as they are in one that
        is not rescaled.

    Returns
    -------
    ndarray, shape (…, units, components)

    Examples
    --------
    The same two units under a rescaled component of 60 points and one of 40 that is not:

    >>> two = Components(np.array([60.0, 40.0]), np.array([True, False]), np.eye(2))
    >>> find_factors(two, np.array([[60.0, 40.0], [45.0, 30.0]])).round(4).tolist()
    [[1.0, 1.0], [1.3333, 1.0]]
    """
    basis = np.where(components.rescaled, applicable, components.points if full is None else full)
    return over_applicable(components.points, basis)


def add_components(components: Components, scores: np.ndarray, kept: ArrayLike = True) -> np.ndarray:
    """Add up components to the base score; those that are kept take over the points of those that are not.

    Parameters
    ----------
    components : Components
    scores : ndarray, shape (…, units, components)
    kept : array of bool, shape (…, components)

    Returns
    -------
    ndarray, shape (…, units); 0 where nothing is kept

    Examples
    --------
    54 of 60 and 20 of 40 points; without the second, 54 of 60 are 90 of 100:

    >>> two = Components(np.array([60.0, 40.0]), np.array([True, True]), np.eye(2))
    >>> add_components(two, np.array([[54.0, 20.0]])).tolist()
    [74.0]
    >>> add_components(two, np.array([[54.0, 20.0]]), [True, False]).tolist()
    [90.0]
    """
    kept = np.broadcast_to(kept, scores.shape)
    left = (kept * components.points).sum(axis=-1)
    grown = np.nan_to_num(over_applicable(components.points.sum(), left))
    return np.where(kept, scores, 0.0).sum(axis=-1) * grown


def add_adjustments(base: ArrayLike, bonus: ArrayLike, deduction: ArrayLike) -> np.ndarray:
    """Add the bonus and take off the deduction, both capped already and both positive.

    Parameters
    ----------
    base, bonus, deduction : array, shape (…, units)

    Returns
    -------
    ndarray, shape (…, units): totals

    Examples
    --------
    >>> add_adjustments([92.0, 88.5], [1.5, 0.0], [0.0, 3.0]).tolist()
    [93.5, 85.5]
    """
    return np.asarray(base) + np.asarray(bonus) - np.asarray(deduction)
