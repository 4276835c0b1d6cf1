"""What print says about unpublished totals, as linear constraints on one vector of totals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Polytope:
    """The totals x with `upper @ x <= limit` and `equal @ x == value`.

    Attributes
    ----------
    upper, equal : array, one row per constraint and one column per total
    limit, value : array, one entry per constraint
    """

    upper: Vector
    limit: Vector
    equal: Vector
    value: Vector


class Programme:
    """Linear programmes over one polytope; each starts where the last one ended, so that many are quick.

    Parameters
    ----------
    polytope : Polytope
    """

    def __init__(self, polytope: Polytope) -> None:
        rows = np.vstack([polytope.upper, polytope.equal])
        lowest = np.append(np.full(len(polytope.limit), -np.inf), polytope.value)
        highest = np.append(polytope.limit, polytope.value)
        given, endless = rows != 0, np.full(rows.shape[1], np.inf)
        starts = given.sum(axis=1).cumsum() - given.sum(axis=1)
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1)):
            self._solver.setOptionValue(option, value)
        self._solver.addVars(len(endless), -endless, endless)
        self._solver.addRows(len(rows), lowest, highest, given.sum(), starts, given.nonzero()[1], rows[given])

    def minimise(self, objective: Vector) -> Vector | None:
        """Find where a linear function is least.

        Parameters
        ----------
        objective : array, one weight per total

        Returns
        -------
        array of totals
            None if there are none: the function has no least value, or nothing satisfies the constraints.
        """
        self._solver.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), objective)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._solver.getSolution().col_value)

    def release(self, row: int, limit: float = np.inf) -> None:
        """Let a row of `upper` go, or hold it to a limit again."""
        self._solver.changeRowBounds(row, -np.inf, limit)


def drop_implied(polytope: Polytope) -> Polytope:
    """Leave out every wall that the others make needless, one after another: what is left has the same points."""
    programme, needed = Programme(polytope), []
    for row, (wall, limit) in enumerate(zip(polytope.upper, polytope.limit, strict=True)):
        programme.release(row)
        furthest = programme.minimise(-wall)
        if furthest is None or wall @ furthest > limit + 1e-9:
            programme.release(row, limit)
            needed.append(row)
    return replace(polytope, upper=polytope.upper[needed], limit=polytope.limit[needed])


def analytic_centre(polytope: Polytope) -> Vector:
    """Find the point that maximises the sum of log slacks: as far from every inequality as it can be.

    Boyd & Vandenberghe, Convex Optimization, section 8.5.3: Newton's method for the log barrier, started
    from the point with the largest smallest slack (a linear programme).

    Parameters
    ----------
    polytope : Polytope

    Returns
    -------
    array of totals

    Raises
    ------
    ValueError
        If no point satisfies all constraints with room to spare.
    """
    upper, limit, equal, value = polytope.upper, polytope.limit, polytope.equal, polytope.value
    size = upper.shape[1]
    with_slack = Polytope(
        np.column_stack([upper, np.ones(len(upper))]), limit, np.column_stack([equal, np.zeros(len(equal))]), value
    )
    start = Programme(with_slack).minimise(np.append(np.zeros(size), -1.0))
    if start is None or start[-1] <= 0:
        raise ValueError("no point satisfies the constraints with room to spare")
    point = start[:-1]

    def barrier(candidate: Vector) -> float:
        slack = limit - upper @ candidate
        return float(-np.log(slack).sum()) if (slack > 0).all() else np.inf

    for _ in range(100):
        nearness = upper / (limit - upper @ point)[:, None]
        gradient, hessian = nearness.sum(axis=0), nearness.T @ nearness
        system = np.block([[hessian, equal.T], [equal, np.zeros((len(equal), len(equal)))]])
        step = np.linalg.solve(system, np.append(-gradient, np.zeros(len(equal))))[:size]
        decrease = float(-gradient @ step)
        if decrease < 1e-16:
            break
        length = 1.0
        while barrier(point + length * step) > barrier(point) - 0.1 * length * decrease and length > 1e-12:
            length /= 2
        point = point + length * step
    return point


WALKS = 40
"""Walks that run side by side, each from a far corner of its own."""

_BASES = 8
"""Sets of directions, each conjugate in another order."""


def hit_and_run(polytope: Polytope, start: Vector, seed: int) -> Iterator[Vector]:
    """Walk through a polytope without equalities, evenly in the long run, the same ways on every machine.

    Smith (1984): step to a random point of the chord in a random direction. Directions lead along the edges of a
    corner, so that a step nears few walls. Those of each set are made conjugate at the start (under the Dikin
    ellipsoid, the shape of the polytope there), so that thin sides do not hold the walk up; the first of them then make
    room for all others, so that there are sets in several orders. A walk soon magnifies the last digit of where it
    began, and libraries of linear algebra round differently on other processors: so the start is rounded, and all that
    follows adds up in a fixed order.

    Parameters
    ----------
    polytope : Polytope
        Bounded, without equalities.
    start : array
        An inner point, such as the analytic centre.
    seed : int

    Yields
    ------
    array of shape (WALKS, totals)
        Where the walks are after another round over all directions; first they go from wall to wall, to far corners.

    Raises
    ------
    ValueError
        If the constraints leave too little room to walk in.
    """
    generator = np.random.default_rng(seed)
    start = _round_inside(polytope, start)
    room = polytope.limit[:, None] - _product(polytope.upper, start[:, None])
    nearness = polytope.upper / room
    hessian, edges = _product(nearness.T, nearness), _list_edges(polytope.upper)
    orders = [generator.permutation(len(start)) for _ in range(_BASES)]
    axes = np.hstack([_conjugate_axes(hessian, edges[:, order]) for order in orders])
    every = _product(polytope.upper, axes).T  # how fast each axis nears each wall
    near = [np.flatnonzero(speeds) for speeds in every]  # often a third of all
    speeds = [speeds[walls, None] for speeds, walls in zip(every, near, strict=True)]
    positions = np.zeros((len(near), WALKS))  # along the axes
    slacks = np.repeat(room, WALKS, axis=1)
    for outward in chain([True], repeat(False)):
        shares = generator.random((len(near), WALKS))  # of the chord
        shares = 0.05 + 0.9 * shares.round() if outward else shares
        for axis, share in zip(generator.permutation(len(near)), shares, strict=True):
            speed, slack = speeds[axis], slacks[near[axis]]
            rates = speed / slack  # largest for the nearest wall ahead, least for that behind
            behind, ahead = 1 / rates.min(axis=0), 1 / rates.max(axis=0)
            move = behind + share * (ahead - behind)
            positions[axis] += move
            slacks[near[axis]] = np.maximum(slack - speed * move, np.finfo(float).tiny)
        yield (start[:, None] + _product(axes, positions)).T


def _round_inside(polytope: Polytope, point: Vector) -> Vector:
    """Round an inner point as far as it may go without coming much nearer to any wall.

    Not to whole steps: where units are alike a centre lies halfway between two, and would be rounded either way.
    """
    slack = polytope.limit - polytope.upper @ point
    for decimals in range(16):
        aside = float(f"0.382e-{decimals}")
        rounded = (point - aside).round(decimals) + aside
        if (polytope.upper @ (rounded - point) < slack / 2).all():
            return rounded
    return point


def _list_edges(walls: Vector) -> Vector:
    """Find directions (columns) that near one each of a set of independent walls, those of the fewest totals."""
    edges, free = np.eye(walls.shape[1]), np.ones(walls.shape[1], dtype=bool)
    for row in walls[np.argsort((walls != 0).sum(axis=1), kind="stable")]:
        speeds = _product(row[None], edges)[0]
        own = int(np.argmax(np.abs(speeds) * free))
        if free[own] and abs(speeds[own]) > 1e-9:
            speeds[own], edge = 0.0, edges[:, own] / speeds[own]
            edges -= np.multiply.outer(edge, speeds)
            free[own] = False
    return edges


def _conjugate_axes(hessian: Vector, directions: Vector) -> Vector:
    """Make directions (columns) conjugate under a Hessian, by elimination: Cholesky's, but for their lengths."""
    rest, axes = _product(directions.T, _product(hessian, directions)), directions.copy()
    for pivot in range(len(hessian)):
        if rest[pivot, pivot] <= 0:
            raise ValueError("the constraints leave too little room to walk in")
        share = rest[pivot, pivot + 1 :] / rest[pivot, pivot]
        axes[:, pivot + 1 :] -= np.multiply.outer(axes[:, pivot], share)
        rest[pivot + 1 :, pivot + 1 :] -= np.multiply.outer(rest[pivot + 1 :, pivot], share)
    return axes


def _product(left: Vector, right: Vector) -> Vector:
    """Multiply matrices, adding in a fixed order as libraries of linear algebra do not."""
    return np.asarray(sum(map(np.multiply.outer, left.T, right)))
