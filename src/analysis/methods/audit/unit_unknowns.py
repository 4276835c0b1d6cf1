"""What a printed table of results says of the true totals, as linear rows: of units that do not hold, and around them.

With hundreds of units a programme of all cells would be slow, and what holds between cells of other units says
nothing of these. Ranks are no quantities: which of two totals is higher rests on the ranks of both units; and how many
are higher than one, on its own rank and on theirs (`rank_checks`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np

from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.diagnosis import Item, Items, Row, Weights
from analysis.methods.audit.practices import USUAL
from analysis.methods.audit.recipes import add_up, find_recipe, full_score
from analysis.methods.audit.unit_grades import find_spans, leads_to, may_pass
from analysis.methods.audit.unit_ranks import Order, Places, find_places, order_group, repair_order, rule_of_ties
from analysis.periods import AnyYear

_MOST = 60
"""Units of a group: with more that do not hold, it is not said which cells are wrong."""
_AROUND = 2
"""Units that are looked at above and below one that does not hold."""
_APART = 1e-6
"""A better rank is a higher total, by however little."""

_Made: TypeAlias = tuple[float, float, Items]
"""Between which numbers scores leave a total, and the scores."""
_Odd: TypeAlias = tuple[int, np.ndarray, Items]
"""Where the unit stands of which something printed is odd, which others that rests on, and what is printed."""


def suspect(failing: Iterable[Collection[str]]) -> set[str]:
    """Choose units that are in every claim that fails: those that are in most of them, until none is left.

    A total that is wrong by much is at odds with the ranks of many units, of which nothing is wrong.

    Parameters
    ----------
    failing : iterable of collection of str
        The units that each claim is about.

    Returns
    -------
    set of str

    Examples
    --------
    >>> sorted(suspect([{"a", "b"}, {"a", "c"}, {"d", "e"}]))
    ['a', 'd', 'e']
    """
    left, found = [{*units} for units in failing if units], set[str]()
    while left:
        times = Counter(unit for units in left for unit in units)
        found |= {unit for unit, count in times.items() if count == max(times.values())}
        left = [units for units in left if not units & found]
    return found


CellKey: TypeAlias = tuple[AnyYear, str, str, str]


def cell_key(year: AnyYear, unit: str, column: str) -> CellKey:
    """Name the true quantity that a cell is printed of."""
    return (year, "cell", unit, column)


def unit_rows(
    circular: Circular,
    suspects: Collection[str],
    items: Mapping[tuple[str, str], Item],
    average: Mapping[str, Weights],
    lists: Mapping[tuple[str, str], Items],
) -> Iterator[Row]:
    """Write what is printed of units that do not hold, and of those around them.

    Parameters
    ----------
    circular : Circular
    suspects : collection of str
        Units.
    items : mapping of (unit, column) to Item
        The cells.
    average : mapping of group to Weights
        The average of all units of a group.
    lists : mapping of (group, grade) to Items
        The lists of the grade.

    Yields
    ------
    Row
    """
    for group in circular.facts.scheme.groups:
        members = circular.members(group)
        order = order_group(circular, group)
        ties = rule_of_ties(circular, order, order.ranks)
        chosen = _choose(order, {*suspects} & {*members}, ties)
        if chosen and len(chosen) <= _MOST:
            for unit in chosen:
                yield from _rows_of(circular, unit, items)
            yield from _rows_of_order(circular, order, chosen, items)
            yield from _rows_of_grades(circular, group, chosen, lists)
            yield from _rows_of_average(circular, members, chosen, average[group])


def _choose(order: Order, suspects: set[str], ties: str) -> list[str]:
    """Take the units that do not hold, with their neighbours by printed rank and by printed total."""
    by_total = [order.units[place] for place in np.argsort(-order.low, kind="stable")]
    chosen = dict.fromkeys(sorted(suspects))
    for units in (order.units, by_total):
        for place, unit in enumerate(units):
            if unit in suspects:
                chosen |= dict.fromkeys(units[max(place - _AROUND, 0) : place + _AROUND + 1])
    repairs = chain(*(each.items() for each in repair_order(order, ties))) if suspects else ()
    for place, rank in repairs:  # where it would stand
        near = np.argsort(np.abs(order.ranks - rank), kind="stable")[: 2 * _AROUND + 1]
        chosen |= dict.fromkeys([order.units[place], *(order.units[each] for each in near)])
    return list(chosen)


def _rows_of(circular: Circular, unit: str, items: Mapping[tuple[str, str], Item]) -> Iterator[Row]:
    """Bound the cells of a unit, and say what its total is made of."""
    year = circular.facts.year
    for (whose, column), cell in circular.cells.items():
        if whose == unit and column != "rank":
            number = number_of(cell)
            cells = frozenset({items[unit, column]})
            yield Row({cell_key(year, unit, column): 1.0}, float(number.low), float(number.high), cells)
            full = full_score(circular, column)
            if full is not None:
                yield Row({cell_key(year, unit, column): 1.0}, 0.0, float(full))
    printed = [column for column in circular.facts.scheme.blocks if (unit, column) in circular.cells]
    for column in (*printed, "total"):
        recipe = find_recipe(circular, unit, column)
        if recipe is not None:
            made = {cell_key(year, unit, each): -float(weight) for each, weight in recipe.weights.items()}
            weights = {cell_key(year, unit, column): 1.0} | made
            yield Row(weights, -float(recipe.deduction), float(recipe.bonus))


def _rows_of_order(
    circular: Circular, order: Order, chosen: list[str], items: Mapping[tuple[str, str], Item]
) -> Iterator[Row]:
    """Say that better ranks are higher totals."""
    year = circular.facts.year
    inside = set(chosen)
    known = [(unit, int(rank)) for unit, rank in zip(order.units, order.ranks, strict=True) if unit in inside]
    places = {unit: place for place, unit in enumerate(order.units)}
    ranks = {unit: items[unit, "rank"] for unit, _ in known}
    decimals = circular.facts.scheme.ranked_decimals
    alike = 0.0 if decimals is None else 10.0**-decimals

    def higher(better: str, worse: str, least: float, most: float, rests: Items) -> Row:
        weights = {cell_key(year, better, "total"): 1.0, cell_key(year, worse, "total"): -1.0}
        return Row(weights, least, most, rests)

    for step in (1, 2, 3):
        for (better, rank), (worse, next_rank) in zip(known, known[step:], strict=False):
            if places[worse] - places[better] > 2 * _AROUND:
                continue  # of different places that do not hold
            both = frozenset({ranks[better], ranks[worse]})
            least, most = (-alike, alike) if rank == next_rank else (_APART, np.inf)
            yield higher(better, worse, least, most, both)


def _rows_of_grades(
    circular: Circular, group: str, chosen: list[str], lists: Mapping[tuple[str, str], Items]
) -> Iterator[Row]:
    """Say which totals a grade by thresholds is for."""
    decimals = circular.facts.scheme.ranked_decimals
    slack = 0.0 if decimals is None else 10.0**-decimals
    for (of, grade), units in circular.graded.items():
        column, spans = find_spans(circular, of, grade) if of == group else ("", {})
        for unit in units if column == "total" else ():
            if unit in chosen and grade in spans:
                high = np.inf if may_pass(circular) else spans[grade].high + slack
                total = {cell_key(circular.facts.year, unit, "total"): 1.0}
                yield Row(total, spans[grade].low - slack, high, lists[of, grade])


def rank_checks(
    circular: Circular,
    suspects: Collection[str],
    items: Mapping[tuple[str, str], Item],
    lists: Mapping[tuple[str, str], Items],
) -> Iterator[Callable[[Items], Items]]:
    """Hold ranks, and grades that rest on them, against the totals, where some cells are given up.

    A rank says how many totals are higher: that is no linear matter. Totals that are given up may be any.

    Parameters
    ----------
    circular, suspects, items, lists
        As for `unit_rows`.

    Yields
    ------
    function of the items that are given up
        Items that cannot all be right then, none where nothing is found.
    """
    for group in circular.facts.scheme.groups:
        order = order_group(circular, group)
        ties = rule_of_ties(circular, order, order.ranks)
        chosen = _choose(order, {*suspects} & {*order.units}, ties)
        if chosen and len(chosen) <= _MOST and ties != "dense":
            made = {unit: _make_total(circular, unit, items) for unit in chosen if unit in order.units}
            yield _RankCheck(circular, order, ties, made, items, lists)


def _make_total(circular: Circular, unit: str, items: Mapping[tuple[str, str], Item]) -> _Made:
    """Say between which numbers a unit's printed scores leave its total, and what that rests on."""
    recipe, decimals = find_recipe(circular, unit, "total"), circular.facts.scheme.ranked_decimals
    if recipe is None:
        return -np.inf, np.inf, frozenset()
    (made,) = add_up([circular.cells[unit, column] for column in recipe.weights], recipe, USUAL[0], spare=True)
    slack = _APART + (0 if decimals is None else 10.0**-decimals)
    rests = frozenset(items[unit, column] for column in recipe.weights)
    return float(made.low) - slack, float(made.high) + slack, rests


@dataclass(frozen=True)
class _RankCheck:
    """What holds the printed ranks of a group, and grades that rest on them, against its totals."""

    circular: Circular
    order: Order
    ties: str
    made: Mapping[str, _Made]
    items: Mapping[tuple[str, str], Item]
    lists: Mapping[tuple[str, str], Items]

    def __call__(self, given_up: Items) -> Items:
        """Return items that cannot all be right once some are given up: a rank or a list, and what it rests on."""
        known, because = self._give_up(given_up)
        places = find_places(known, self.ties)
        for where, others, claims in chain(self._odd_ranks(known, places), self._odd_grades(places, given_up)):
            if not claims & given_up:
                near = {self.order.units[each] for each in np.flatnonzero(others)} & self.made.keys()
                totals = frozenset(self.items[unit, "total"] for unit in {self.order.units[where], *near})
                return (totals | claims | because) - given_up
        return frozenset()

    def _give_up(self, given_up: Items) -> tuple[Order, Items]:
        """Let totals that are given up be whatever their scores leave, and say which scores that rests on."""
        low, high, because = self.order.low.copy(), self.order.high.copy(), frozenset[Item]()
        for place, unit in enumerate(self.order.units):
            if self.items[unit, "total"] in given_up:
                *ends, rests = self.made.get(unit, (-np.inf, np.inf, frozenset[Item]()))
                low[place], high[place] = (-np.inf, np.inf) if rests & given_up else ends
                because |= rests - given_up if not rests & given_up else frozenset()
        return self.order._replace(low=low, high=high), because

    def _odd_ranks(self, known: Order, places: Places) -> Iterator[_Odd]:
        """Find ranks that are not those of their totals, and what else would have to be wrong if they are right."""
        ranks, (above, least, most) = self.order.ranks, places
        for place in map(int, np.flatnonzero((ranks < least) | (ranks > most))):
            unit = self.order.units[place]
            if unit in self.made:
                if ranks[place] < least[place]:  # who has the better rank as well is not in the way
                    others = above[place] & (ranks >= ranks[place])
                else:
                    others = above[:, place] & (ranks <= ranks[place])
                others |= (known.low == known.low[place]) & (known.high == known.high[place])
                yield place, others, frozenset({self.items[unit, "rank"]})

    def _odd_grades(self, places: Places, given_up: Items) -> Iterator[_Odd]:
        """Find grades that no rank leads to that the totals leave to their units, whose printed ranks are given up."""
        above, least, most = places
        for (group, grade), units in self.circular.graded.items():
            for unit in units:
                if unit in self.made and self.items[unit, "rank"] in given_up:
                    place = self.order.units.index(unit)
                    ranks = range(int(least[place]), int(most[place]) + 1)
                    if not any(leads_to(self.circular, group, grade, unit, rank) for rank in ranks):
                        yield place, above[place] | above[:, place], self.lists[group, grade]


def _rows_of_average(circular: Circular, members: list[str], chosen: list[str], average: Weights) -> Iterator[Row]:
    """Say what the average is of; the totals of all other units are as printed."""
    year, cells = circular.facts.year, circular.cells
    if all((unit, "total") in cells for unit in members):
        rest = [number_of(cells[unit, "total"]) for unit in members if unit not in set(chosen)]
        low, high = (float(sum(each[end] for each in rest)) for end in (1, 2))
        rounds = any(practice.totals_first for practice in circular.practices)
        slack = max(
            float(number_of(cells[unit, "total"]).high - number_of(cells[unit, "total"]).low) for unit in members
        )
        error = len(members) * slack * rounds
        weights = {key: len(members) * each for key, each in average.items()}
        own = {cell_key(year, unit, "total"): -1.0 for unit in chosen}
        yield Row(weights | own, low - error, high + error)
