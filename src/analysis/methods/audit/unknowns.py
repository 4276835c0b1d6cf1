"""What the figures and lists of circulars say about the true quantities behind them, as linear rows (`diagnosis`).

The quantities of a year and the last: averages, how many units had which grades, indicators by part; what stands by
itself is a quantity of its own. A rounded figure may stand for anything that prints as it does, both ends included, so
that no way of rounding is held against a circular. An average is there twice, as it is and as it is printed: changes
are held against that which the practices that were found compute with, or where both do, against any number near it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain, groupby, product
from typing import TypeAlias, TypeVar

import numpy as np

from analysis.data.published import PrintedFigure, PrintedList
from analysis.methods.audit.circulars import Circular, decimals_of, number_of
from analysis.methods.audit.claims import settle
from analysis.methods.audit.diagnosis import Item, Items, Quantity, Row, Weights, add
from analysis.methods.audit.practices import CHANGES
from analysis.methods.audit.unit_unknowns import CellKey, cell_key, rank_checks, unit_rows
from analysis.periods import AnyYear, run_of
from analysis.words import METHODS

_LONGEST_RUN = 5
"""Years of a streak that are told apart; claims of longer ones are held against the lists alone."""
_GRADED = {"grade_units", "list_units", "grade_share"}

UnitClass: TypeAlias = tuple[tuple[str | None, ...], Items]
"""Units that nothing printed tells apart: the lists that name them; their group from year to year, "" for a year in
which they were not assessed, None for one of which that is not known."""
Text = TypeVar("Text", str, str | None)
History: TypeAlias = tuple[str, ...]
"""Grades from year to year, "" for a year in which a unit was not assessed."""


class Unknowns:
    """The true quantities that a circular, and the last one, speak of.

    Parameters
    ----------
    circular : Circular
    suspects : collection of str
        Units of whose printed results something does not hold.

    Attributes
    ----------
    circulars : dict of year to Circular
        All so far of which it is known who was assessed, and who that is now.
    figures, lists, printed : dict of Item to PrintedFigure, PrintedList, or either
        What they print.
    """

    def __init__(self, circular: Circular, suspects: Collection[str] = ()) -> None:
        self.year, self._suspects = circular.facts.year, suspects
        earlier = {
            year: each
            for year, each in circular.earlier.items()
            if each.facts.scheme.knows_units() and not circular.facts.unsettled_since(year)
        }
        self.circulars: dict[AnyYear, Circular] = {**earlier, self.year: circular}
        if self.year - 1 in self.circulars:
            self.circulars[self.year - 1] = settle(self.circulars[self.year - 1])
        self.figures: dict[Item, PrintedFigure] = {}
        self.lists: dict[Item, PrintedList] = {}
        self._cells_of, self._keys = dict[AnyYear, dict[tuple[str, str], Item]](), dict[Item, CellKey]()
        for year, known in self.circulars.items():
            figures, lists = known.published.figures, known.published.lists
            self.figures |= {(year, place): each for place, each in enumerate(figures)}
            self.lists |= {(year, place): each for place, each in enumerate(lists, len(figures))}
            places = enumerate(known.cells.items(), len(figures) + len(lists))
            self._cells_of[year] = {key: (year, place) for place, (key, _) in places}
            self._keys |= {item: cell_key(year, *key) for key, item in self._cells_of[year].items()}
            self.figures |= {item: known.cells[key] for key, item in self._cells_of[year].items()}
        self.printed: dict[Item, PrintedFigure | PrintedList] = {**self.figures, **self.lists}
        self._items = {id(each): item for item, each in self.printed.items()}
        runs = [int(each.years or 2) for each in circular.published.lists + circular.figures("consecutive_units")]
        self._years = run_of(self.year - (min(max([3, *runs]), _LONGEST_RUN) - 1), self.year)
        self._units = self._class_units()
        cells = ((own, history) for own in self._units for history in self._histories(own))
        self._cells: dict[tuple[str, AnyYear], tuple[UnitClass, History]] = {
            ("units", place): cell for place, cell in enumerate(cells)
        }

    def find_items(self, printed: Iterable[PrintedFigure | PrintedList]) -> Items:
        """Return the items of what is printed, as far as it is in one of the circulars."""
        return frozenset(self._items[id(each)] for each in printed if id(each) in self._items)

    def rows(self) -> Iterator[Row]:
        """Write everything that is known."""
        for own, cells in groupby(self._cells, lambda key: self._cells[key][0]):
            yield Row(dict.fromkeys(cells, 1.0), len(self._units[own]), len(self._units[own]))
        means = {group: _average(self.year, group, "all") for group in self.circulars[self.year].facts.scheme.groups}
        if self._suspects:
            yield from unit_rows(
                self.circulars[self.year], self._suspects, self._cells_of[self.year], means, self._graded
            )
        late = (known.published for year, known in self.circulars.items() if year >= self.year - 1)
        bases = {base_year for published in late for base_year in published.base_years}
        for item, figure in self.figures.items():
            if item in self._keys:
                continue
            is_base = figure.measure == "average" and item[0] in bases
            quantity = self.quantity(item) if item[0] >= self.year - 1 or is_base else None
            if quantity is not None:
                low, high = self._ends(item[0], figure)
                yield from quantity.rows(low, high, frozenset({item}))
                yield from self._errors(item[0], figure)
        for year in sorted({*self._years} & self.circulars.keys()):
            yield from self._lists_of(year)
            yield from self._sums_of(year) if year >= self.year - 1 else ()

    def rank_checks(self) -> list[Callable[[Items], Items]]:
        """Return what holds printed ranks against totals (see `unit_unknowns.rank_checks`)."""
        return [*rank_checks(self.circulars[self.year], self._suspects, self._cells_of[self.year], self._graded)]

    @cached_property
    def _graded(self) -> dict[tuple[str, str], Items]:
        circular = self.circulars[self.year]
        return {key: self.find_items(circular.printed_lists("graded", *key)) for key in circular.graded}

    def quantity(self, item: Item) -> Quantity | None:
        """Say what a figure is printed of; None where that is no linear matter."""
        year, figure = item[0], self.figures[item]
        circular, measure, group, of = self.circulars[year], figure.measure, figure.group, figure.of
        scheme, size = circular.facts.scheme, circular.count_units(group) or 0
        if measure.startswith("average"):
            return self._average(year, figure)
        if item in self._keys:
            return None if measure == "unit_rank" else Quantity({self._keys[item]: 1.0})
        if measure in _GRADED and of in scheme.grade_names:
            share = 1 / size if measure == "grade_share" else 1.0
            return Quantity(self._count(year, group, lambda history: self._in(history, year) == of, share))
        if measure == "consecutive_units":
            run = self._run(year, figure.years)
            return Quantity(self._count(year, group, lambda history: self._is_best(history, *run))) if run else None
        if (
            measure in {"indicator_count", "indicator_share"}
            and scheme.parts
            and group in scheme.groups
            and of in {"all", *scheme.parts}
        ):
            parts: dict[str, Weights] = {part: {("units", year, group, part): 1.0} for part in scheme.parts}
            whole = {key: 1.0 for part in parts.values() for key in part}
            return Quantity(parts.get(of, whole), per=whole if measure == "indicator_share" else {})
        return Quantity({}, -size) if measure == "unit_count" else Quantity(_alone(year, figure))

    def _ends(self, year: AnyYear, figure: PrintedFigure) -> tuple[float, float]:
        """Return what a figure may stand for; a printed average stands for itself, as does what is computed with it."""
        circular, number = self.circulars[year], number_of(figure)
        at_its_word = figure.measure == "average" or (
            figure.measure == "average_delta" and all(practice.from_printed for practice in circular.practices)
        )
        if at_its_word and decimals_of(figure) >= _finest(circular):
            return float(number.value), float(number.value)
        return float(number.low), float(number.high)

    def _errors(self, year: AnyYear, figure: PrintedFigure) -> Iterator[Row]:
        """Say how far the averages that a figure is computed with may be from what they are rounded from."""
        if figure.measure not in {"average", *CHANGES}:
            return
        circular = self.circulars[year]
        own, base = (year, figure.group, figure.of), circular.base_of(figure)
        kinds = [(own, "printed")] if figure.measure == "average" else [
            (each, self._computed_with(year)) for each in (own, base)
        ]  # fmt: skip
        error = max(practice.largest_error for practice in circular.practices)
        for (of_year, group, of), kind in kinds:
            known = self.circulars.get(of_year, circular).figure("average", group, of)
            largest = error / 10 ** (decimals_of(known) if known else circular.decimals)
            gap = add(_average(of_year, group, of, kind), _average(of_year, group, of), -1.0)
            if kind:
                yield Row(gap, -largest, largest)
        if figure.measure == "average_growth":  # its base may be this average less a delta that is printed coarser
            kind, delta = kinds[1][1], circular.compared(figure)[2]
            is_coarse = kind and delta is not None and decimals_of(delta) < _finest(circular)
            largest = error / 10 ** decimals_of(delta) if delta and is_coarse else 0.0
            there, here = (_average(*base, each) for each in (f"base in {year}", kind))
            yield Row(add(there, here, -1.0), -largest, largest)

    def _computed_with(self, year: AnyYear) -> str:
        """Say with which averages a circular's changes are computed: "" for the unrounded ones."""
        ways = {practice.from_printed for practice in self.circulars[year].practices}
        return f"either in {year}" if len(ways) > 1 else "printed" if ways == {True} else ""

    def _average(self, year: AnyYear, figure: PrintedFigure) -> Quantity | None:
        """An average; its change and growth, where the base is known to be positive."""
        kind = "printed" if figure.measure == "average" else self._computed_with(year)
        circular = self.circulars[year]
        before = circular.base_of(figure)
        now, then = _average(year, figure.group, figure.of, kind), _average(*before, kind)
        if figure.measure == "average":
            return Quantity(now)
        if figure.measure == "average_delta":
            return Quantity(add(now, then, -1.0))
        then = _average(*before, f"base in {year}")
        average, base, delta = circular.compared(figure)
        if base is None and average and delta:
            return Quantity(now, 1, then) if number_of(delta).high < number_of(average).low else None
        return Quantity(now, 1, then) if base and number_of(base).low > 0 else None

    def _lists_of(self, year: AnyYear) -> Iterator[Row]:
        """No unit's history disagrees with a list; a list with a name that no unit bears, or one twice, is wrong.

        Of years before the last only the lists of the best grade matter.
        """
        circular, late = self.circulars[year], year >= self.year - 1
        together: dict[tuple[str, ...], list[Item]] = {}
        again = {id(each): str(each is not first) for each, first in circular.published.printings}
        for item, each in self.lists.items():
            matters = each.list in {"graded", "consecutive", "newly"} and (late or each.list == "graded")
            if item[0] == year and matters and (late or each.of == circular.best):
                key = (each.list, each.group, each.of, each.years or "2", again[id(each)])
                together.setdefault(key, []).append(item)
        for (kind, group, of, years, _), items in together.items():
            run, named = self._run(year, years if kind == "consecutive" else "1"), frozenset(items)
            complete = all(self.lists[item].complete for item in items)
            beside = frozenset(chain(*(own for key, own in together.items() if _is_rest(key, (kind, group, of)))))

            def is_so(history: History, kind: str = kind, of: str = of, run: list[AnyYear] = run) -> bool:
                if kind == "graded":
                    return self._in(history, year) == of
                return self._is_best(history, *run) if kind == "consecutive" else self._is_new(history, year)

            def is_listed_rightly(
                own: UnitClass, history: History, is_so: Callable[[History], bool] = is_so, complete: bool = complete,
                named: Items = named, group: str = group, kind: str = kind, beside: Items = beside,
            ) -> bool:  # fmt: skip
                if own[1] & named:
                    return is_so(history)
                entered = kind == "newly" and self._in(history, year - 1) == ""  # may be passed over
                is_other = group not in {"all", self._in(own[0], year)} or bool(own[1] & beside)
                return not complete or is_other or entered or not is_so(history)

            if run:
                wrong = {key: 1.0 for key, cell in self._cells.items() if not is_listed_rightly(*cell)}
                yield Row(wrong, 0.0, 0.0, named)
            for item in items:
                names = self.lists[item].names
                if len(circular.unit_ids.keys() & {*names}) < len(names):
                    yield Row({}, 1.0, 1.0, frozenset({item}))

    def _sums_of(self, year: AnyYear) -> Iterator[Row]:
        """Say what holds between quantities, whatever is printed."""
        circular = self.circulars[year]
        scheme, size = circular.facts.scheme, len(circular.facts.units)
        if methods := circular.figures("method_units"):
            least = size if {each.of for each in methods} >= METHODS.keys() else 0
            yield Row({key: 1.0 for each in methods for key in _alone(year, each)}, least, size)
        for figure in circular.figures("newly_units"):  # units that were not assessed before may count or not
            key, new = _alone(year, figure), self._count(year, figure.group, lambda own: self._is_new(own, year))
            entered = self._count(
                year, figure.group, lambda own: self._is_new(own, year) and self._in(own, year - 1) == ""
            )
            yield Row(add(key, new, -1.0), -np.inf, 0.0)
            yield Row(add(add(key, new, -1.0), entered, 1.0), 0.0, np.inf)
        whole = [group for group in scheme.groups if circular.averages_all(group) and scheme.knows_units(group)]
        if len(whole) == len(scheme.groups) > 1:
            mean = _average(year, "all", "all")
            for group in whole:
                mean = add(mean, _average(year, group, "all"), -(circular.count_units(group) or 0) / size)
            yield Row(mean, 0.0, 0.0)
        for group in whole:
            lists = {grade: circular.printed_lists("graded", group, grade) for grade in scheme.grade_names}
            sizes = {grade: sum(len(each.names) for each in own) for grade, own in lists.items()}
            if all(lists.values()) and sum(sizes.values()) == circular.count_units(group):
                mean = _average(year, group, "all")
                for grade, number in sizes.items():
                    mean = add(mean, _average(year, group, grade), -number / sum(sizes.values()))
                for grade in lists:  # all lists but one say what the last must be
                    rests = chain(*(own for other, own in lists.items() if other != grade))
                    yield Row(mean, 0.0, 0.0, self.find_items(rests))

    def _class_units(self) -> dict[UnitClass, list[str]]:
        """Gather the units that nothing printed tells apart."""
        names = dict[str, set[Item]]()
        known = {year: circular for year, circular in self.circulars.items() if year in self._years}
        for item, each in self.lists.items():
            for name in each.names if item[0] in known else ():
                names.setdefault(known[item[0]].unit_ids.get(name, ""), set()).add(item)
        groups = {year: circular.groups for year, circular in known.items()}
        classes: dict[UnitClass, list[str]] = {}
        for unit in dict.fromkeys(chain(*groups.values())):
            own = tuple(groups[year].get(unit, "") if year in groups else None for year in self._years)
            classes.setdefault((own, frozenset(names.get(unit, ()))), []).append(unit)
        return classes

    def _histories(self, own: UnitClass) -> Iterator[History]:
        """List the histories that a unit may have; of years before the last it only matters who was best."""
        grades: dict[AnyYear, list[str]] = {}
        for year in self._years:
            known = self.circulars.get(year)
            grades[year] = [known.best, "other"] if known else ["best", "other", ""]  # who was assessed is not known
            if known and year >= self.year - 1:
                grades[year] = list(known.facts.scheme.grade_names)
        years = zip(self._years, own[0], strict=True)
        yield from product(*([""] if group == "" else grades[year] for year, group in years))

    def _count(self, year: AnyYear, group: str, is_so: Callable[[History], bool], each: float = 1.0) -> Weights:
        """Count the units that a group has in a year of whose history something is so."""
        cells = self._cells.items()
        return {
            key: each for key, (own, history) in cells if group in {"all", self._in(own[0], year)} and is_so(history)
        }

    def _run(self, year: AnyYear, years: str | None) -> list[AnyYear]:
        """Return the years of a streak; none where it is too long to be told apart."""
        run = run_of(year - (int(years or 2) - 1), year)
        return run if set(run) <= set(self._years) else []

    def _in(self, each: tuple[Text, ...], year: AnyYear) -> Text:
        """Take the grade, or the group, of a year."""
        return each[self._years.index(year)]

    def _is_best(self, history: History, *years: AnyYear) -> bool:
        best = {year: self.circulars[year].best if year in self.circulars else "best" for year in years}
        return all(self._in(history, year) == grade for year, grade in best.items())

    def _is_new(self, history: History, year: AnyYear) -> bool:
        return self._is_best(history, year) and not self._is_best(history, year - 1)


def _is_rest(key: tuple[str, ...], other: tuple[str, str, str]) -> bool:
    """Say whether of two lists of a grade one is that of a group, and the other of units of no printed group."""
    return (key[0], key[2]) == (other[0], other[2]) == ("graded", key[2]) and [key[1], other[1]].count("all") == 1


def _alone(year: AnyYear, figure: PrintedFigure) -> Weights:
    kind = ("units",) if figure.measure.endswith(("_units", "_count")) else ()
    return {(*kind, year, figure.measure, figure.group, figure.of, figure.years): 1.0}


def _finest(circular: Circular) -> int:
    """Count the decimals that averages are printed with."""
    return max(map(decimals_of, circular.figures("average")), default=0)


def _average(year: AnyYear, group: str, of: str, kind: str = "") -> Weights:
    return {(year, "average", group, of, kind): 1.0}
