"""Which statements would have to be given up so that the rest can be true together: the smallest sets, all of them.

Reiter (1987), A theory of diagnosis from first principles: a diagnosis is a smallest set that hits every conflict. A
conflict is an irreducible infeasible subsystem, found by a deletion filter (Chinneck, Feasibility and Infeasibility in
Optimization, 2008, section 6.1); conflicts are looked for only as far as what is known of them leaves a diagnosis
infeasible (implicit hitting sets: Moreno-Centeno & Karp, 2013).
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar

import highspy
import numpy as np

from analysis.periods import AnyYear

Item: TypeAlias = tuple[AnyYear, int]
"""A statement: the year of its circular and its place there."""
Items: TypeAlias = frozenset[Item]
Weights: TypeAlias = Mapping[tuple[Any, ...], float]
"""A linear expression of quantities; one whose key begins with "units" is a whole number, 0 or more."""
Thing = TypeVar("Thing")

_MOST = 3000
"""Sets that are tried at a size: with more, it is not said which values are wrong."""


class Row(NamedTuple):
    """`low <= weights @ quantities <= high`, as long as all that it rests on is right."""

    weights: Weights
    low: float
    high: float
    rests: Items = frozenset()


def add(first: Weights, second: Weights, factor: float) -> Weights:
    """Add a multiple of an expression to another."""
    return {key: first.get(key, 0.0) + factor * second.get(key, 0.0) for key in {**first, **second}}


class Quantity(NamedTuple):
    """What a figure is printed of: an expression less a number; or the ratio of two, less a number."""

    weights: Weights
    less: float = 0
    per: Weights = MappingProxyType({})

    def rows(self, low: float, high: float, rests: Items) -> Iterator[Row]:
        """Say that it lies between two numbers."""
        if not self.per:
            yield Row(self.weights, low + self.less, high + self.less, rests)
        for end, ends in ((low, (0.0, np.inf)), (high, (-np.inf, 0.0))) if self.per else ():
            yield Row(add(self.weights, self.per, -(end + self.less)), *ends, rests)


class Diagnosis(NamedTuple):
    """Conflicts that hang together, and the smallest sets that settle them if given up; none if there are too many."""

    conflicts: list[Items]
    ways: list[Items]


def connect(things: Iterable[Thing], elements: Callable[[Thing], Iterable[Hashable]]) -> list[list[Thing]]:
    """Gather things that share an element, or are joined by others that do.

    Examples
    --------
    >>> connect(["ab", "cd", "bx", "e"], set)
    [['cd'], ['ab', 'bx'], ['e']]
    """
    groups: list[tuple[set[Hashable], list[Thing]]] = []
    for thing in things:
        own = set(elements(thing))
        joined = [group for group in groups if not own.isdisjoint(group[0])]
        groups = [group for group in groups if own.isdisjoint(group[0])]
        known, together = joined[0] if joined else (set(), [])
        known.update(own, *(others for others, _ in joined[1:]))
        together += [*chain(*(others for _, others in joined[1:])), thing]
        groups.append((known, together))
    return [together for _, together in groups]


def hit(conflicts: Collection[Items]) -> list[Items]:
    """Find the smallest sets that have an item of every conflict, all of them; none where there are too many to try.

    Examples
    --------
    >>> a, b, c = (2020, 1), (2020, 2), (2020, 3)
    >>> [sorted(found) for found in hit([frozenset({a, b}), frozenset({a, c})])]
    [[(2020, 1)]]
    """
    level: set[Items] = {frozenset()}
    while len(level) <= _MOST:
        missed = {chosen: next((each for each in conflicts if not chosen & each), None) for chosen in level}
        if found := [chosen for chosen, conflict in missed.items() if conflict is None]:
            return sorted(found, key=sorted)
        level = {chosen | {item} for chosen, conflict in missed.items() for item in conflict or ()}
    return []


def thin(
    kept: frozenset[Thing], things: Sequence[Thing], is_feasible: Callable[[frozenset[Thing]], bool]
) -> frozenset[Thing]:
    """Take those of some things, one after the other, from what is not feasible that it is not feasible without.

    Where it is not without many at once, it is not without each of them: so few are tried one by one.

    Parameters
    ----------
    kept : frozenset
        What is not feasible.
    things : sequence
    is_feasible : callable

    Returns
    -------
    frozenset

    Examples
    --------
    >>> sorted(thin(frozenset("abcdef"), "fedcba", lambda kept: not {"b", "d"} <= kept))
    ['b', 'd']
    """
    if not is_feasible(kept.difference(things)):
        return kept.difference(things)
    for half in (things[: len(things) // 2], things[len(things) // 2 :]) if len(things) > 1 else ():
        kept = thin(kept, half, is_feasible)
    return kept


class System:
    """Statements about quantities.

    Parameters
    ----------
    rows : iterable of Row
    right : iterable of Item
        Statements that are known to be right, as long as they go together.
    checks : iterable of functions of the statements that are given up
        Of what is not linear: each returns statements that cannot all be right then, none where it finds nothing.
    """

    def __init__(
        self, rows: Iterable[Row], right: Iterable[Item] = (), checks: Iterable[Callable[[Items], Items]] = ()
    ) -> None:
        self.right, self.checks = set(right), [*checks]
        self.blocks = [_Block(together) for together in connect(rows, lambda row: row.weights)]

    def find_conflict(self, given_up: Items) -> Items:
        """Find a smallest set of statements that cannot be true together once some are given up; empty for none."""
        for block in self.blocks:
            kept = block.items - given_up
            if not block.is_feasible(kept):
                kept = thin(
                    kept, sorted(kept, reverse=True), block.is_feasible
                )  # what is printed first was wrong first
                if kept <= self.right:  # what is known to be right does not go together: nothing of it is known
                    self.right -= kept
                return kept - self.right
        found = (check(given_up) - self.right for check in self.checks)
        return next((each for each in found if each), frozenset())

    def diagnose(self, conflicts: Iterable[Items] = ()) -> list[Diagnosis]:
        """Find what would have to be given up.

        Parameters
        ----------
        conflicts : iterable of set of Item
            Conflicts that are known already, such as those between statements that are not linear.

        Returns
        -------
        list of Diagnosis
            Each way out of one goes with the first way out of every other.
        """
        known = [conflict for conflict in (each - self.right for each in conflicts) if conflict]
        while True:
            found = [Diagnosis(each, hit(each)) for each in connect(known, lambda conflict: conflict)]
            for given_up in _choices(found):
                if conflict := self.find_conflict(given_up):
                    known.append(conflict)
                    break
            else:
                return found

    def find_range(self, weights: Weights, per: Weights, given_up: Items) -> tuple[float, float]:
        """Find the smallest and largest ratio of two expressions that what is not given up allows.

        Dinkelbach (1967), On nonlinear fractional programming; an expression alone is per {}.
        """
        for block in self.blocks:
            if not block.columns.keys().isdisjoint(weights):
                block.take(block.items - given_up)
                least, most = (
                    block.minimise({key: sign * each for key, each in weights.items()}, per) for sign in (1, -1)
                )
                return least, -most
        return -np.inf, np.inf


def _choices(found: list[Diagnosis]) -> Iterator[Items]:
    """Take the first set of every diagnosis; then each of its others in the place of that."""
    ways = [each.ways or [frozenset(chain(*each.conflicts))] for each in found]
    first = frozenset(chain(*(own[0] for own in ways)))
    yield first
    for own in ways:
        yield from ((first - own[0]) | other for other in own[1:])


class _Block:
    """Rows that share quantities, in one programme; rows that do not count are left open."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows, self.items = rows, frozenset(chain(*(row.rests for row in rows)))
        self.columns = {key: place for place, key in enumerate(dict.fromkeys(chain(*(row.weights for row in rows))))}
        self._whole = np.array([key[0] == "units" for key in self.columns], dtype=bool)
        self._known: dict[Items, bool] = {}
        self._solver: Any = None
        self._resting: dict[Item, list[int]] = {}
        for place, row in enumerate(rows):
            for item in row.rests:
                self._resting.setdefault(item, []).append(place)
        self._kept = self.items

    def is_feasible(self, kept: Items) -> bool:
        if not self.columns:
            return all(row.low <= 0 <= row.high for row in self.rows if row.rests <= kept)
        if len(self.rows) > 1 and kept not in self._known:
            self.take(kept)
            self._known[kept] = self._solve({}) is not None
        return len(self.rows) == 1 or self._known[kept]

    def take(self, kept: Items) -> None:
        """Let only the rows count that rest on what is kept."""
        if self._solver is None:
            self._solver = self._open()
        kept &= self.items
        for place in {place for item in self._kept ^ kept for place in self._resting[item]}:
            row = self.rows[place]
            ends = (row.low, row.high) if row.rests <= kept else (-np.inf, np.inf)
            self._solver.changeRowBounds(place, *ends)
        self._kept = kept

    def minimise(self, weights: Weights, per: Weights) -> float:
        """Find the smallest ratio of two expressions, the second of which is positive; with none, of the first."""
        ratio = 0.0
        while True:
            part = {key: weights.get(key, 0.0) - ratio * per.get(key, 0.0) for key in {**weights, **per}}
            values = self._solve(part)
            if values is None:
                return -np.inf
            least, whole = (sum(each * values[self.columns[key]] for key, each in of.items()) for of in (weights, per))
            if not per or abs(least / whole - ratio) < 1e-12:
                return float(least / whole if per else least)
            ratio = least / whole

    def _open(self) -> Any:
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        options = {"output_flag": False, "threads": 1, "primal_feasibility_tolerance": 1e-9, "mip_rel_gap": 0.0}
        for option, value in options.items():
            solver.setOptionValue(option, value)
        least = np.where(self._whole, 0.0, -np.inf)
        solver.addVars(len(least), least, np.full(len(least), np.inf))
        for row in self.rows:
            places = np.array([self.columns[key] for key in row.weights], dtype=np.int32)
            solver.addRow(row.low, row.high, len(places), places, np.array(list(row.weights.values()), dtype=float))
        return solver

    def _solve(self, weights: Weights) -> list[float] | None:
        """Find where an expression is least; None if nowhere, or without end.

        As a rule the linear programme is least at whole numbers, and quick because it starts where the last one ended.
        """
        costs = np.zeros(len(self.columns))
        for key, weight in weights.items():
            costs[self.columns[key]] = weight
        places = np.arange(len(costs), dtype=np.int32)
        self._solver.changeColsCost(len(costs), places, costs)
        for kind in (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger):
            if self._whole.any():
                kinds = [kind if is_whole else highspy.HighsVarType.kContinuous for is_whole in self._whole]
                self._solver.changeColsIntegrality(len(costs), places, np.array(kinds))
            self._solver.run()
            if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            values = np.array(self._solver.getSolution().col_value)
            if np.allclose(values[self._whole], values[self._whole].round(), atol=1e-6):
                break
        return list(values)
