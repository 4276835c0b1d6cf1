"""What print says about one group's unpublished totals, written as linear constraints that name their origin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.verdicts import Number
from analysis.methods.bounds.polytope import Polytope, Vector

ASSUMPTIONS = {
    "list_order": "名单的次序就是名次",
    "cut": "等次按总分划线（取消评优资格的除外）",
    "caps": "总分在 0 与满分加最高加分之间",
}
"""What print does not say but a reader would take for granted; each can be left out."""

Key = tuple[int, str]
"""A year and a unit: one unpublished total. A unit id that starts with "mean:" stands for an average of a year
without a circular."""


@dataclass(frozen=True)
class Constraint:
    """One thing known about totals: `low <= sum of coefficient x total <= high`.

    Attributes
    ----------
    origin : str
        The printed figure or the assumption it rests on.
    coefficients : dict of Key to float
    low, high : float
    """

    origin: str
    coefficients: dict[Key, float]
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class ConstraintSet:
    """All that print says about one group's totals over the years.

    Attributes
    ----------
    group : str
    constraints : list of Constraint
    members : dict of year to dict of grade to list of unit ids
        Best first; grade "" holds units of which no grade is printed.
    printed : frozenset of (year, grade)
        The lists that are printed, so that their order says something.
    unbound : frozenset of Key
        Units below a line between grades that may be a vetoed one, so that the line says nothing of them.
    keys : list of Key
        The unknown totals, one per column of a polytope.
    """

    group: str
    constraints: list[Constraint]
    members: dict[int, dict[str, list[str]]]
    printed: frozenset[tuple[int, str]] = frozenset()
    unbound: frozenset[Key] = frozenset()
    keys: list[Key] = field(init=False)

    def __post_init__(self) -> None:
        keys = dict.fromkeys(key for constraint in self.constraints for key in constraint.coefficients)
        listed = [(year, unit) for year, lists in self.members.items() for units in lists.values() for unit in units]
        object.__setattr__(self, "keys", list(dict.fromkeys([*listed, *keys])))

    def weights(self, coefficients: Mapping[Key, float]) -> Vector:
        """Write a linear statistic as one weight per unknown."""
        place = {key: column for column, key in enumerate(self.keys)}
        weights = np.zeros(len(self.keys))
        for key, coefficient in coefficients.items():
            weights[place[key]] += coefficient
        return weights

    def polytope(self, constraints: Iterable[Constraint] | None = None) -> Polytope:
        """Write constraints (all, by default) as `upper @ x <= limit`."""
        rows, limits = [], []
        for constraint in self.constraints if constraints is None else constraints:
            weights = self.weights(constraint.coefficients)
            for sign, limit in ((1.0, constraint.high), (-1.0, -constraint.low)):
                if np.isfinite(limit):
                    rows.append(sign * weights)
                    limits.append(limit)
        size = len(self.keys)
        return Polytope(np.array(rows).reshape(-1, size), np.array(limits), np.zeros((0, size)), np.zeros(0))


def constrain_group(
    circulars: Mapping[int, Circular], group: str, assumptions: Collection[str] = ASSUMPTIONS
) -> ConstraintSet:
    """Write everything that circulars print about a group's totals as constraints.

    Parameters
    ----------
    circulars : dict of year to Circular
    group : str
    assumptions : collection of str
        Which of `ASSUMPTIONS` to use.

    Returns
    -------
    ConstraintSet
    """
    ordered = "list_order" in assumptions
    members = {year: lists for year, circular in circulars.items() if (lists := _members(circular, group))}
    constraints: list[Constraint] = []
    unbound: set[Key] = set()
    for year, lists in members.items():
        circular = circulars[year]
        constraints += _averages(circular, group, year, members)
        constraints += _extremes(circular, group, year, lists, ordered)
        if ordered:
            constraints += [
                Constraint("list_order", {(year, better): 1.0, (year, worse): -1.0}, low=0.0)
                for grade, units in lists.items()
                if (group, grade) in circular.graded
                for better, worse in pairwise(units)
            ]
        if "cut" in assumptions:
            free = _may_be_vetoed(circular, group, lists, ordered)
            unbound |= {(year, unit) for unit in free}
            constraints += _cuts(circular, group, year, lists, ordered, free)
        if "caps" in assumptions:
            constraints += _caps(circular, group, year, lists)
    printed = frozenset((year, grade) for year in members for own, grade in circulars[year].graded if own == group)
    return ConstraintSet(group, constraints, members, printed, frozenset(unbound))


def _members(circular: Circular, group: str) -> dict[str, list[str]]:
    """Return a group's units by grade, best first; nothing if none is listed.

    Units that no list names have the one grade without a list ("all others"), or else an unknown one, "".
    """
    lists = {
        grade: circular.graded[group, grade]
        for grade in circular.facts.scheme.grade_names
        if (group, grade) in circular.graded
    }
    missing = circular.grades_without_list(group)
    if lists and circular.unlisted[group]:
        lists[missing[0] if len(missing) == 1 else ""] = circular.unlisted[group]
    order = {grade: place for place, grade in enumerate([*circular.facts.scheme.grade_names, ""])}
    return dict(sorted(lists.items(), key=lambda each: order[each[0]]))


def weigh_mean(year: int, of: str, members: Mapping[int, Mapping[str, list[str]]]) -> dict[Key, float]:
    """Return the weights of the average of all units, or of a grade."""
    lists = members.get(year, {})
    units = [unit for grade, names in lists.items() for unit in names if of in {"all", grade}]
    return {(year, unit): 1.0 / len(units) for unit in units} or {(year, f"mean:{of}"): 1.0}


def combine_weights(first: Mapping[Key, float], second: Mapping[Key, float], factor: float) -> dict[Key, float]:
    """Add a multiple of one linear statistic to another."""
    return {key: first.get(key, 0.0) + factor * second.get(key, 0.0) for key in {**first, **second}}


def _ends(number: Number) -> tuple[float, float]:
    return float(number.low), float(number.high)


def _averages(
    circular: Circular, group: str, year: int, members: Mapping[int, Mapping[str, list[str]]]
) -> list[Constraint]:
    constraints = []
    for figure in circular.published.figures:
        if figure.group != group or figure.measure not in {"average", "average_delta", "average_growth"}:
            continue
        origin = f"{year} 年度{circular.label(figure)} {figure.value}"
        now, before = weigh_mean(year, figure.of, members), weigh_mean(year - 1, figure.of, members)
        low, high = _ends(number_of(figure))
        if figure.measure == "average":
            constraints.append(Constraint(origin, now, low, high))
        elif figure.measure == "average_delta":
            constraints.append(Constraint(origin, combine_weights(now, before, -1.0), low, high))
        else:
            constraints.append(Constraint(origin, combine_weights(now, before, -1.0 - low), low=0.0))
            constraints.append(Constraint(origin, combine_weights(now, before, -1.0 - high), high=0.0))
    return constraints


def _extremes(
    circular: Circular, group: str, year: int, lists: Mapping[str, list[str]], ordered: bool
) -> list[Constraint]:
    """Bound every total by the printed maximum and minimum; the first or last of a printed list reaches it."""
    constraints = []
    for figure in circular.published.figures:
        if figure.group != group or figure.measure not in {"total_max", "total_min"}:
            continue
        origin = f"{year} 年度{circular.label(figure)} {figure.value}"
        grades = [grade for grade in lists if figure.of in {"all", grade}]
        low, high = _ends(number_of(figure))
        top = figure.measure == "total_max"
        constraints += [
            Constraint(origin, {(year, unit): 1.0}, -np.inf if top else low, high if top else np.inf)
            for grade in grades
            for unit in lists[grade]
        ]
        end = grades[0 if top else -1] if grades else ""
        if ordered and (group, end) in circular.graded and not _vetoed(circular, group):
            constraints.append(Constraint(origin, {(year, lists[end][0 if top else -1]): 1.0}, low, high))
    return constraints


def _may_be_vetoed(circular: Circular, group: str, lists: Mapping[str, list[str]], ordered: bool) -> set[str]:
    """List the units of worse grades that may be a vetoed one.

    Which unit is vetoed is not printed. In list order it is among the first of its list if it outranks anyone;
    without an order nothing can be said of that group.
    """
    vetoed = _vetoed(circular, group)
    if not vetoed:
        return set()
    return {
        unit
        for worse in list(lists)[1:]
        for unit in lists[worse][: vetoed if ordered and (group, worse) in circular.graded else None]
    }


def _cuts(
    circular: Circular, group: str, year: int, lists: Mapping[str, list[str]], ordered: bool, free: Collection[str]
) -> list[Constraint]:
    """Every unit of a better grade is at least as high as every unit of a worse one that is not free of the line."""
    constraints = []
    for (better, above), (worse, below) in pairwise(lists.items()):
        lowest = above[-1:] if ordered and (group, better) in circular.graded else above
        bound = [unit for unit in below if unit not in free]
        highest = bound[:1] if ordered and (group, worse) in circular.graded else bound
        constraints += [
            Constraint("cut", {(year, good): 1.0, (year, bad): -1.0}, low=0.0) for good in lowest for bad in highest
        ]
    return constraints


def _vetoed(circular: Circular, group: str) -> int:
    figure = circular.published.figure("veto_units", group)
    return int(figure.value) if figure else 0


def _caps(circular: Circular, group: str, year: int, lists: Mapping[str, list[str]]) -> list[Constraint]:
    scheme = circular.facts.scheme
    figure = circular.published.figure("bonus_max", group)
    bonus = float(number_of(figure).high) if figure else scheme.bonus.cap
    highest = np.inf if bonus is None else scheme.base_points + bonus
    return [Constraint("caps", {(year, unit): 1.0}, 0.0, highest) for units in lists.values() for unit in units]
