"""What print says about one group's unpublished totals, written as linear constraints that name their origin."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, pairwise
from math import isnan

import numpy as np

from analysis.data.published import PrintedFigure
from analysis.data.silence import is_known
from analysis.methods.audit.change_claims import changes
from analysis.methods.audit.circulars import Circular, decimals_of, number_of
from analysis.methods.audit.practices import CHANGES
from analysis.methods.bounds.polytope import Polytope, Vector
from analysis.periods import AnyYear, kind_of, retell
from analysis.words import ASSUMPTIONS, PRINTED_FIGURE, ROUNDED_TOTALS

Key = tuple[AnyYear, str]
"""A year and a unit: one unpublished total. A unit id that starts with "mean:" stands for an average of a year without
a circular, one with "error:" for the mean of what a grade's totals were rounded by before they were averaged. Where
totals are ranked rounded, one with "ranked:" stands for a unit's rounded total, one with "line:" for a line between
grades: so that not every pair of units has to be compared."""


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
        Units below a line between grades that may have been passed over, so that the line says nothing of them.
    """

    group: str
    constraints: list[Constraint]
    members: dict[AnyYear, dict[str, list[str]]]
    printed: frozenset[tuple[AnyYear, str]] = frozenset()
    unbound: frozenset[Key] = frozenset()

    @cached_property
    def keys(self) -> list[Key]:
        """The unknown totals, one per column of a polytope."""
        listed = [(year, unit) for year, lists in self.members.items() for units in lists.values() for unit in units]
        others = [key for constraint in self.constraints for key in constraint.coefficients]
        return list(dict.fromkeys([*listed, *others]))

    @property
    def is_rounded(self) -> bool:
        """Whether it speaks of totals as they are rounded to be ranked, too."""
        return any(unit.startswith(("ranked:", "line:")) for _, unit in self.keys)

    def weights(self, coefficients: Mapping[Key, float]) -> Vector:
        """Write a linear statistic as one weight per unknown."""
        return np.array([coefficients.get(key, 0.0) for key in self.keys])

    def polytope(self, constraints: Iterable[Constraint] | None = None) -> Polytope:
        """Write constraints (all, by default) as `upper @ x <= limit`."""
        known = list(self.constraints if constraints is None else constraints)
        weights = np.array([self.weights(each.coefficients) for each in known]).reshape(-1, len(self.keys))
        rows = np.stack([weights, -weights], axis=1).reshape(-1, len(self.keys))
        limits = np.array([[each.high, -each.low] for each in known]).ravel()
        finite = np.isfinite(limits)
        return Polytope(rows[finite], limits[finite], np.zeros((0, len(self.keys))), np.zeros(0))


def constrain_group(
    circulars: Mapping[AnyYear, Circular], group: str, assumptions: Collection[str] = ASSUMPTIONS
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
    prints = {year: _GroupPrint(circular, group, ordered) for year, circular in circulars.items()}
    prints = {year: each for year, each in prints.items() if each.lists}
    members = {year: each.lists for year, each in prints.items()}
    constraints: list[Constraint] = []
    for each in prints.values():
        constraints += [*each.errors(), *each.averages(prints), *each.extremes()]
        constraints += [*each.totals(), *each.order()]
        constraints += each.cuts() if "cut" in assumptions else []
        constraints += each.caps() if "caps" in assumptions else []
    printed = {(year, grade) for year, each in prints.items() for grade in each.lists if each.is_printed(grade)}
    unbound = {
        (year, unit) for year, each in prints.items() if "cut" in assumptions for unit in each.may_be_passed_over
    }
    return ConstraintSet(group, constraints, members, frozenset(printed), frozenset(unbound))


def weigh_mean(year: AnyYear, of: str, members: Mapping[AnyYear, Mapping[str, list[str]]]) -> dict[Key, float]:
    """Return the weights of the average of all units, or of a grade."""
    lists = members.get(year, {})
    units = [unit for grade, names in lists.items() for unit in names if of in {"all", grade}]
    return {(year, unit): 1.0 / len(units) for unit in units} or {(year, f"mean:{of}"): 1.0}


def combine_weights(first: Mapping[Key, float], second: Mapping[Key, float], factor: float) -> dict[Key, float]:
    """Add a multiple of one linear statistic to another."""
    return {key: first.get(key, 0.0) + factor * second.get(key, 0.0) for key in {**first, **second}}


@dataclass(frozen=True)
class _GroupPrint:
    """What one circular prints of one group; `ordered` takes the order of its lists for the rank order."""

    circular: Circular
    group: str
    ordered: bool

    @property
    def year(self) -> AnyYear:
        return self.circular.facts.year

    @cached_property
    def lists(self) -> dict[str, list[str]]:
        """The group's units by grade, best first; nothing if none is listed.

        Units that no list names have the one grade without a list ("all others"), or else an unknown one, "". Nothing,
        too, where a list has a name that no unit bears, or a unit twice: whose totals they are is not known.
        """
        circular, grades = self.circular, [*self.circular.facts.scheme.grade_names, ""]
        lists = {grade: circular.graded[self.group, grade] for grade in grades if self.is_printed(grade)}
        missing, units = circular.grades_without_list(self.group), circular.facts.units
        listed = [*chain(*lists.values())]
        if len({*listed} & {*units["unit_id"]}) < len(listed):
            return {}
        others = units.loc[units["group"].eq(self.group) & ~units["unit_id"].isin(circular.listed()), "unit_id"]
        if lists and len(others):
            lists[missing[0] if len(missing) == 1 else ""] = list(others)
        return {grade: lists[grade] for grade in grades if grade in lists}

    def is_printed(self, grade: str) -> bool:
        return (self.group, grade) in self.circular.graded

    def is_ordered(self, grade: str) -> bool:
        return self.ordered and self.is_printed(grade)

    @cached_property
    def vetoed(self) -> int:
        """How many units are vetoed; which ones is not printed."""
        figure = self.circular.figure("veto_units", self.group)
        return int(figure.value) if figure else 0

    @cached_property
    def may_be_vetoed(self) -> set[str]:
        """The units of worse grades that may be a vetoed one.

        In list order it is among the first of its list if it outranks anyone; without an order nothing can be said.
        """
        worse = list(self.lists.items())[1:] if self.vetoed else []
        return {unit for grade, units in worse for unit in units[: self.vetoed if self.is_ordered(grade) else None]}

    @cached_property
    def may_be_passed_over(self) -> set[str]:
        """The units that no line binds: they may be vetoed, or not have what every grade above them requires."""
        above: set[str] = set()
        unbound = set(self.may_be_vetoed)
        for grade, units in self.lists.items():
            unbound |= {*units} if above and above <= self.circular.required else set()
            above.add(grade)
        return unbound

    def figures(self, *measures: str) -> Iterator[tuple[PrintedFigure, str, float, float]]:
        """Yield the group's figures, each with its origin and the smallest and largest number it may stand for."""
        for figure in self.circular.figures(*measures):
            if figure.group == self.group:
                yield figure, *self._read(figure)

    def _read(self, figure: PrintedFigure) -> tuple[str, float, float]:
        """Return a figure's origin, and the smallest and largest number it may stand for."""
        said, label = retell(PRINTED_FIGURE, kind_of(self.year)), self.circular.label(figure)
        ranges = [number_of(figure, practice.rounding) for practice in self.circular.practices]
        low, high = float(min(each.low for each in ranges)), float(max(each.high for each in ranges))
        return said.format(year=self.year, label=label, value=figure.value), low, high

    @cached_property
    def error(self) -> float:
        """How far a total may be from what was averaged: 0 if totals were not rounded first."""
        errors = [practice.largest_error for practice in self.circular.practices if practice.totals_first]
        return max(errors, default=0.0) / 10**self.circular.decimals

    def errors(self) -> Iterator[Constraint]:
        """Bound the mean error of the totals of every grade."""
        for grade in self.lists if self.error else []:
            yield Constraint(ROUNDED_TOTALS, {(self.year, f"error:{grade}"): 1.0}, -self.error, self.error)

    def mean(self, of: str) -> dict[Key, float]:
        """Return the weights of an average as it is printed: of totals, and of the errors they were rounded by."""
        lists = {grade: units for grade, units in self.lists.items() if self.error and of in {"all", grade}}
        whole = sum(map(len, lists.values()))
        errors = {(self.year, f"error:{grade}"): len(units) / whole for grade, units in lists.items()}
        return weigh_mean(self.year, of, {self.year: self.lists}) | errors

    def averages(self, prints: Mapping[AnyYear, "_GroupPrint"]) -> Iterator[Constraint]:
        """Bound averages and what they changed by since other years that are printed of."""
        for figure, origin, low, high in self.figures("average"):
            yield Constraint(origin, self.mean(figure.of), low, high)
        errors = self._errors_of_change()
        for figure, origin, low, high in self.figures(*CHANGES):
            now, (base_year, _, was) = self.mean(figure.of), self.circular.base_of(figure)
            before = prints.get(base_year)
            then = before.mean(was) if before else weigh_mean(base_year, was, {})
            error, base = errors[id(figure)], self._base(figure)
            if figure.measure == "average_delta":
                yield Constraint(origin, combine_weights(now, then, -1.0), low - 2 * error, high + 2 * error)
                continue
            for growth in (low, high):  # growth is more, or less, where now − (1 + growth) × then is
                apart, slack = combine_weights(now, then, -1.0 - growth), error * (3 * abs(1 + growth) + abs(growth))
                above = (growth == low) == (base >= 0)
                yield Constraint(origin, apart, -slack if above else -np.inf, np.inf if above else slack)

    def _errors_of_change(self) -> dict[int, float]:
        """Return how far averages may be from those that a change was computed from: 0 if these were not rounded.

        By identity of the figure. A change that is printed otherwise than printed averages give it was not computed
        from them.
        """
        practices = [practice for practice in self.circular.practices if practice.from_printed]
        unlike = {id(check.figure) for check in changes(self.circular) if practices and not check.is_met(practices)}
        error = max((practice.largest_error for practice in practices), default=0.0)
        found: dict[int, float] = {}
        for figure in self.circular.figures(*CHANGES):
            printed = [decimals_of(each) for each in self.circular.compared(figure) if each]
            found[id(figure)] = 0.0 if id(figure) in unlike else error / 10 ** min([self.circular.decimals, *printed])
        return found

    def _base(self, change: PrintedFigure) -> float:
        """Return last year's average as far as it is printed, or follows; else 0."""
        average, base, delta = self.circular.compared(change)
        if base:
            return float(number_of(base).value)
        return float(number_of(average).value - number_of(delta).value) if average and delta else 0.0

    def extremes(self) -> Iterator[Constraint]:
        """Bound every total by the printed maximum and minimum; the first or last of a printed list reaches it."""
        for figure, origin, low, high in self.figures("total_max", "total_min"):
            top = figure.measure == "total_max"
            twice = self.error if decimals_of(figure) < self.circular.decimals else 0.0  # rounded once, and once more
            grades = [grade for grade in self.lists if figure.of in {"all", grade}]
            for unit in [unit for grade in grades for unit in self.lists[grade]]:
                yield Constraint(
                    origin, {(self.year, unit): 1.0}, -np.inf if top else low - twice, high + twice if top else np.inf
                )
            end = grades[0 if top else -1] if grades else ""
            if self.is_ordered(end) and not self.vetoed and (figure.of != "all" or not self.circular.required):
                loose = twice + self.step  # who is tied as ranked may be listed before it
                yield Constraint(
                    origin, {(self.year, self.lists[end][0 if top else -1]): 1.0}, low - loose, high + loose
                )

    @property
    def step(self) -> float:
        """By how much a unit may fall short of one that it ranks with: a step of the decimal ranked on, else 0."""
        decimals = self.circular.facts.scheme.ranked_decimals
        return 0.0 if decimals is None else 10.0**-decimals

    def totals(self) -> Iterator[Constraint]:
        """Bound the totals that are printed themselves."""
        units = {*chain(*self.lists.values())}
        for (unit, column), cell in self.circular.cells.items():
            if unit in units and column == "total":
                origin, low, high = self._read(cell)
                yield Constraint(origin, {(self.year, unit): 1.0}, low, high)

    def order(self) -> Iterator[Constraint]:
        """Every unit of an ordered list is at least as high as the next; as ranked, where that is rounded."""
        kind = "ranked:" if self.step else ""
        for grade, units in self.lists.items():
            if self.is_ordered(grade):
                for unit in units if self.step else ():
                    apart = {(self.year, unit): 1.0, (self.year, f"{kind}{unit}"): -1.0}
                    yield Constraint("list_order", apart, -self.step / 2, self.step / 2)
                for better, worse in pairwise(units):
                    yield self._at_least("list_order", f"{kind}{better}", f"{kind}{worse}")

    def cuts(self) -> Iterator[Constraint]:
        """Every unit of a better grade is at least as high as every unit of a worse one that is not vetoed.

        Units of different grades differ as ranked, so that they do the same way before that, rounded or not. A grade
        that requires something is no line: units below it may have more points.
        """
        lists = self.lists.items()
        for (better, above), (worse, below) in combinations(lists, 2) if self.circular.required else pairwise(lists):
            bound = [unit for unit in below if unit not in self.may_be_vetoed]
            if better in self.circular.required:
                continue
            if self.step:
                line = f"line:{better}"
                yield from (self._at_least("cut", good, line) for good in above)
                yield from (self._at_least("cut", line, bad) for bad in bound)
                continue
            lowest = above[-1:] if self.is_ordered(better) else above
            highest = bound[:1] if self.is_ordered(worse) else bound
            yield from (self._at_least("cut", good, bad) for good in lowest for bad in highest)

    def _at_least(self, origin: str, better: str, worse: str) -> Constraint:
        return Constraint(origin, {(self.year, better): 1.0, (self.year, worse): -1.0}, low=0.0)

    def caps(self) -> Iterator[Constraint]:
        scheme, figure = self.circular.facts.scheme, self.circular.figure("bonus_max", self.group)
        cap = scheme.bonus.cap if is_known(scheme.bonus) else None
        bonus = float(number_of(figure).high) if figure else cap
        highest = np.inf if bonus is None or isnan(scheme.base_points) else scheme.base_points + bonus
        for unit in [unit for units in self.lists.values() for unit in units]:
            yield Constraint("caps", {(self.year, unit): 1.0}, 0.0, highest)
