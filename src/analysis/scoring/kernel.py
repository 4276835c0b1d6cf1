"""The scoring rule, written once, on arrays: marks → points → parts → components → base → total.

Marks have the axes (…, units, items) and scores (…, units, blocks); an item is an indicator, a part or an outside
result. Axes before the units are free: years, draws of weights, alternatives, mixtures of two years. All in points,
unrounded.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.data.schemes import Scheme


class Tier(NamedTuple):
    """The blocks on one tier of a scheme, and which of them each item below counts in.

    Items of the lowest tier are indicators, parts or outside results, those of another the blocks of the tier below.

    Attributes
    ----------
    names : tuple of str
        Of the blocks; "" for one that is none in the scheme and only passes on what is in it.
    points : ndarray of float, shape (blocks,)
        What a full block is worth; NaN where it only passes on.
    full : ndarray of float, shape (blocks,)
        Points of everything in a block.
    rescaled : ndarray of bool, shape (blocks,)
        Scored over what is applicable (加权计算法), not over everything (百分制); an outside result is scored over its
        full score.
    membership : ndarray of float, shape (items, blocks)
        1 where an item counts in a block, else 0.
    """

    names: tuple[str, ...]
    points: np.ndarray
    full: np.ndarray
    rescaled: np.ndarray
    membership: np.ndarray


class Scored(NamedTuple):
    """The blocks of a tier as they come out, each of shape (…, units, blocks).

    Attributes
    ----------
    earned, applicable : ndarray
        Of what is in a block, in points.
    factors : ndarray
        What an earned point counts: a score is earned × factor; NaN where nothing in the block is applicable.
    scores : ndarray
        In points.
    """

    earned: np.ndarray
    applicable: np.ndarray
    factors: np.ndarray
    scores: np.ndarray


def lay_out_tiers(scheme: Scheme, items: Iterable[str]) -> tuple[Tier, ...]:
    """Lay out a scheme's blocks: parts with points of their own, if there are any, the components, and the base.

    Parameters
    ----------
    scheme : Scheme
    items : iterable of str
        The part of each item, or the component in which it counts directly.

    Returns
    -------
    tuple of Tier, from the lowest to the base

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> [tier.names for tier in lay_out_tiers(small_scheme({}), ["work", "work"])]
    [('daily',), ('base',)]
    """
    blocks, paths = scheme.blocks, {each.id: (each.id,) for each in scheme.components} | scheme.paths
    below = [paths[item] for item in items]
    tiers = []
    for depth in range(max(map(len, below), default=1), 0, -1):
        keys = list(dict.fromkeys(path[:depth] for path in below))
        if depth == 1:
            keys = [(component.id,) for component in scheme.components]
        held = [blocks[key[-1]] if len(key) == depth else None for key in keys]
        points = np.array([block.points if block else np.nan for block in held], float)
        membership = np.array([[path[:depth] == key for key in keys] for path in below], float)
        tiers.append(Tier(
            tuple(key[-1] if block else "" for key, block in zip(keys, held, strict=True)), points, points,
            np.array([bool(block and (block.is_outside or block.rescale)) for block in held]),
            membership.reshape(-1, len(keys)),
        ))  # fmt: skip
        below = keys
    worth = np.array([component.points for component in scheme.components])
    base = ("base",), np.array([scheme.base_points]), worth.sum(keepdims=True), np.array([scheme.passes_up])
    return *tiers, Tier(*base, np.ones((len(worth), 1)))


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


def climb(
    tiers: Iterable[Tier],
    earned: np.ndarray,
    applicable: np.ndarray,
    full: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> tuple[Scored, ...]:
    """Score tier by tier: earned points × a block's points ÷ applicable points, or ÷ all points if it is not rescaled.

    A block of which nothing is applicable to a unit has no score. It counts for nothing in the block above, and is not
    applicable there: if that is rescaled, its points pass on to the others.

    Parameters
    ----------
    tiers : iterable of Tier
    earned, applicable : ndarray, shape (…, units, items)
        In points, of the items of the first of these tiers.
    full : ndarray, shape (…, items), optional
        All points of the items, if not what the scheme says. A block of which nothing is left leaves its points to
        the others.
    weights : ndarray, shape (rows, items), optional
        Multiples of the points, for each of which all is scored anew; arrays are then without axes before the units.

    Returns
    -------
    tuple of Scored, one per tier

    Examples
    --------
    A rescaled component of 60 points and one of 40 that is not, for a unit that carries everything and one that
    carries three quarters of it and earned 80 % of that:

    >>> two = Tier(("a", "b"), np.array([60.0, 40.0]), np.array([60.0, 40.0]), np.array([True, False]), np.eye(2))
    >>> (components,) = climb([two], np.array([[60.0, 40.0], [36.0, 24.0]]), np.array([[60.0, 40.0], [45.0, 30.0]]))
    >>> components.factors.round(4).tolist(), components.scores.round(4).tolist()
    ([[1.0, 1.0], [1.3333, 1.0]], [[60.0, 40.0], [48.0, 24.0]])

    Without the second component, 54 of 60 points are 90 of 100 where its points pass on:

    >>> base = Tier(("base",), np.array([100.0]), np.array([100.0]), np.array([True]), np.ones((2, 1)))
    >>> climb([two, base], np.array([[54.0, 0.0]]), np.array([[60.0, 0.0]]))[-1].scores.tolist()
    [[90.0]]
    """
    scored = []
    for tier in tiers:
        earned, applicable = (_add_up(tier, values, weights) for values in (earned, applicable))
        if full is not None:
            full = (full if weights is None else full * weights) @ tier.membership
        weights = None
        basis = np.where(tier.rescaled, applicable, tier.full if full is None else full[..., None, :])
        own, carried = ~np.isnan(tier.points), applicable > 0
        factors = np.where(own, over_applicable(np.nan_to_num(tier.points), np.where(carried, basis, 0.0)), 1.0)
        scored.append(Scored(earned, applicable, factors, earned * factors))
        earned = np.nan_to_num(scored[-1].scores)
        applicable = np.where(own, carried * np.nan_to_num(tier.points), applicable)
        if full is not None:
            full = np.where(own, (full > 0) * np.nan_to_num(tier.points), full)
    return tuple(scored)


def _add_up(tier: Tier, values: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Add up the items of each block, shape (…, units, blocks), or (rows, units, blocks) with weights."""
    if weights is None:
        return np.asarray(values @ tier.membership)
    return np.tensordot(weights, values[:, :, None] * tier.membership, axes=(1, 1))


def find_worth(tiers: Sequence[Tier], scored: Sequence[Scored]) -> np.ndarray:
    """Say what an earned point of each item adds to the base score: the factors of the blocks around it, multiplied.

    Parameters
    ----------
    tiers : sequence of Tier
    scored : sequence of Scored
        Of these tiers (see `climb`).

    Returns
    -------
    ndarray, shape (…, units, items of the first tier); 0 where a block around it has no score

    Examples
    --------
    >>> one = Tier(("a",), np.array([60.0]), np.array([60.0]), np.array([True]), np.ones((2, 1)))
    >>> base = Tier(("base",), np.array([100.0]), np.array([60.0]), np.array([False]), np.ones((1, 1)))
    >>> find_worth([one, base], climb([one, base], np.array([[20.0, 0.0]]), np.array([[30.0, 0.0]]))).round(4).tolist()
    [[3.3333, 3.3333]]
    """
    worth = np.ones(1)
    for tier, each in zip(reversed(tiers), reversed(scored), strict=True):
        worth = (worth * np.nan_to_num(each.factors))[..., tier.membership.argmax(axis=1)]
    return worth


def find_standins(tiers: Sequence[Tier], scored: Sequence[Scored]) -> np.ndarray:
    """Say at what rate an item that is not applicable counts as earned: that of the smallest block around it.

    To rescale a block is to count what a unit does not carry of it as earned at the unit's own rate in what it does.

    Parameters
    ----------
    tiers : sequence of Tier
    scored : sequence of Scored
        Of these tiers (see `climb`).

    Returns
    -------
    ndarray, shape (…, units, items of the first tier)
        Earned over applicable points of the smallest block of which the unit carries something; NaN if that is not
        rescaled: nothing stands in then.

    Examples
    --------
    >>> two = Tier(("a", "b"), np.array([60.0, 40.0]), np.array([60.0, 40.0]), np.array([True, False]), np.eye(2))
    >>> find_standins([two], climb([two], np.array([[48.0, 20.0]]), np.array([[60.0, 40.0]]))).tolist()
    [[0.8, nan]]
    """
    rates = np.full(1, np.nan)
    for tier, each in zip(reversed(tiers), reversed(scored), strict=True):
        own = np.where(tier.rescaled, over_applicable(each.earned, each.applicable), np.nan)
        passed = np.isnan(tier.points) | (each.applicable <= 0)
        rates = np.where(passed, rates, own)[..., tier.membership.argmax(axis=1)]
    return rates


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
