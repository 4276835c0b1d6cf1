"""What print says about unpublished totals, as linear constraints on one vector of totals."""

import math
from dataclasses import dataclass
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


CHAINS = 100
"""Walks that run side by side."""

SETTLING, SWEEPS = 30, 6
"""Rounds over all axes that each walk makes before its first point is taken, and between points."""


def hit_and_run(polytope: Polytope, start: Vector, draws: int, seed: int) -> Vector:
    """Draw points evenly from a polytope without equalities, the same ones on every machine.

    Smith (1984): step to a random point of the chord in a random direction. Directions are drawn from the axes of the
    Dikin ellipsoid at the start (the shape of the polytope there), so that thin sides do not hold the walk up, and a
    step costs no more than one division per wall. A walk soon magnifies the last digit of where it began, and libraries
    of linear algebra round differently on other processors: so the start is rounded, and all that follows adds up in a
    fixed order.

    Parameters
    ----------
    polytope : Polytope
        Bounded, without equalities.
    start : array
        An inner point, such as the analytic centre.
    draws, seed : int

    Returns
    -------
    array of shape (draws, totals)

    Raises
    ------
    ValueError
        If the constraints leave too little room to walk in.
    """
    generator = np.random.default_rng(seed)
    start = _round_inside(polytope, start)
    room = polytope.limit[:, None] - _product(polytope.upper, start[:, None])
    nearness = polytope.upper / room
    axes = _conjugate_axes(_product(nearness.T, nearness))
    speeds = _product(polytope.upper, axes)  # how fast each axis (column) nears each wall (row)
    walls = np.ascontiguousarray(speeds.T)[:, :, None]
    positions = np.zeros((len(start), CHAINS))  # along the axes
    work = np.empty((len(polytope.limit), CHAINS))
    taken: list[Vector] = []
    for point in range(math.ceil(draws / CHAINS)):
        slacks = room - _product(speeds, positions)
        for _ in range(SWEEPS if point else SETTLING):
            for axis in generator.permutation(len(start)):
                np.maximum(slacks, np.finfo(float).tiny, out=slacks)
                np.divide(walls[axis], slacks, out=work)  # largest for the nearest wall ahead, least for that behind
                behind, ahead = 1 / work.min(axis=0), 1 / work.max(axis=0)
                move = behind + generator.random(CHAINS) * (ahead - behind)
                positions[axis] += move
                slacks -= np.multiply(walls[axis], move, out=work)
        taken.append((start[:, None] + _product(axes, positions)).T)
    return np.concatenate(taken)[:draws]


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


def _conjugate_axes(hessian: Vector) -> Vector:
    """Find directions (columns) conjugate under a Hessian, by elimination: Cholesky's, but for their lengths."""
    rest, axes = hessian.copy(), np.eye(len(hessian))
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
