"""A circular opened for checking: its figures and lists, and the claims made of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP
from functools import cached_property
from itertools import chain
from typing import Any, Self

import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.published import MEASURES, ROUNDED, PrintedCell, PrintedFigure, PrintedList, Published
from analysis.data.units import FOUNDING, tell_successions
from analysis.methods.audit.practices import SUMMARIES, USUAL, Check, Practice, Readings, always
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.verdicts import WORDING, Number, Verdict, read_number, say, sum_of
from analysis.methods.grades import find_predecessors
from analysis.periods import AnyYear
from analysis.words import ADJUSTMENTS, METHODS, name_growth


def number_of(figure: PrintedFigure, rounding: str = ROUND_HALF_UP) -> Number:
    """Read a printed figure with the range it may stand for."""
    return read_number(figure.value, rounded=figure.measure in ROUNDED, rounding=rounding)


def decimals_of(figure: PrintedFigure) -> int:
    """Count the decimals a figure is printed with."""
    return len(figure.value.rstrip("%").partition(".")[2])


def sum_up(figures: Iterable[PrintedFigure], rounding: str = ROUND_HALF_UP) -> Number:
    """Add up printed figures with the ranges they may stand for."""
    return sum_of(number_of(figure, rounding) for figure in figures)


@dataclass(frozen=True)
class Circular:
    """One year's circular with what its claims are checked against.

    Attributes
    ----------
    facts : YearFacts
    published : Published
    earlier : dict of year to Circular
        Those of the years before, as far as they are at hand.
    predecessors : dict of year to dict of grade to grade
        What the grades were in the years that changes are on (see `find_predecessors`).
    practices : tuple of Practice
        How the office may have rounded and computed: all usual ways, until it is found out (see `claims.settle`).
    """

    facts: YearFacts
    published: Published
    earlier: Mapping[AnyYear, Self] = field(default_factory=dict)
    predecessors: Mapping[AnyYear, Mapping[str, str]] = field(default_factory=dict)
    practices: tuple[Practice, ...] = USUAL

    @cached_property
    def lists(self) -> pd.DataFrame:
        """The rows of `YearFacts.printed_lists`."""
        return self.facts.printed_lists()

    @cached_property
    def graded(self) -> dict[tuple[str, str], list[str]]:
        """The graded lists, but for open ones, which do not say who else has the grade: (group, grade) to units."""
        rows = self.lists[self.lists["list"].eq("graded")]
        whole = rows.groupby(["group", "of"], sort=False)["complete"].all()
        return {(str(group), str(of)): self.list_named(group, of) for group, of in whole[whole].index}

    def list_named(self, group: str, of: str) -> list[str]:
        """List the units of a graded list, open or not, in printed order; a name of no unit stands for itself."""
        rows = self.lists[self.lists["list"].eq("graded") & self.lists["group"].eq(group) & self.lists["of"].eq(of)]
        return list(rows["unit_id"].fillna(rows["name"]))

    @cached_property
    def unit_ids(self) -> dict[str, str]:
        """Name to unit id, of all units assessed in the year."""
        return self.facts.units.set_index("name")["unit_id"].to_dict()

    @cached_property
    def gone(self) -> dict[str, str]:
        """Say of the units that have gone into others, by their last name, when and into whom."""
        known = self.facts.successions
        gone = known[~known["event"].isin(FOUNDING)].itertuples()
        return {row.name: f"（{'；'.join(tell_successions(known, row.unit_id))}）" for row in gone}

    @cached_property
    def groups(self) -> dict[str, str]:
        """Unit id to group, of all units assessed in the year."""
        return self.facts.units.set_index("unit_id")["group"].to_dict()

    @cached_property
    def cells(self) -> dict[tuple[str, str], PrintedCell]:
        """The printed numbers of units: (unit id, column) to cell; none of names that are unknown or stand twice."""
        table, ids = self.facts.table, self.unit_ids
        times = Counter(table.names.names if table else ())
        known = table.cells.items() if table else ()
        return {(ids[name], column): cell for (name, column), cell in known if name in ids and times[name] == 1}

    @cached_property
    def lacking(self) -> set[tuple[str, str]]:
        """The components and parts that are printed as not applicable: (unit id, column)."""
        known = self.facts.table.lacking if self.facts.table else ()
        return {(self.unit_ids[name], column) for name, column in known if name in self.unit_ids}

    def members(self, group: str) -> list[str]:
        """List the units assessed in a group."""
        return list(self.facts.units.loc[self.facts.units["group"].eq(group), "unit_id"])

    def count_units(self, group: str) -> int | None:
        """Count the units assessed in a group, or in all; None where not all are known."""
        units = self.facts.units if group == "all" else self.members(group)
        return len(units) if self.facts.scheme.knows_units(group) else None

    def printed_lists(self, kind: str, group: str = "all", of: str = "") -> list[PrintedList]:
        """Return the lists of a kind that may name units of a group; those of one grade, if one is given."""
        return [
            each
            for each in self._standing
            if each.list == kind and (group == "all" or each.group in {group, "all"}) and of in {"", each.of}
        ]

    @cached_property
    def _standing(self) -> list[PrintedList]:
        """The lists, of those that are printed again one printing."""
        return [each for each, first in self.published.printings if each is first]

    def best_lists(self, *years: AnyYear, group: str = "all") -> list[PrintedList]:
        """Return the lists of the best grade of some years up to this, as far as they are printed."""
        known: dict[AnyYear, Circular] = {**self.earlier, self.facts.year: self}
        return [
            each
            for year in years
            if year in known
            for each in known[year].printed_lists("graded", group, known[year].best)
        ]

    @property
    def best(self) -> str:
        """The best grade."""
        return self.facts.scheme.grades[0].id

    @property
    def required(self) -> set[str]:
        """The grades that require something besides the total: who is below one may have more points than who is in."""
        return {*self.facts.scheme.conditional_grades}

    def figure(self, measure: str, group: str = "all", of: str = "all") -> PrintedFigure | None:
        """Return a printed number (the first, where it is printed again), or None."""
        return self.published.figure(measure, group, of)

    def first(self, figure: PrintedFigure) -> PrintedFigure | None:
        """Return the first printed number of what a printed number is of: itself, unless it is printed again."""
        return self.published.figure(figure.measure, figure.group, figure.of, self.published.base_of(figure))

    def figures(self, *measures: str) -> list[PrintedFigure]:
        """Return all printed numbers of some measures, in printed order."""
        return [figure for figure in self.published.figures if figure.measure in measures]

    def every(self, measure: str, groups: Iterable[str], of: Iterable[str] = ("all",)) -> list[PrintedFigure]:
        """Return a measure's printed number of every group and everything it is of; none unless all are printed."""
        found = [self.figure(measure, group, each) for group in groups for each in of]
        return [figure for figure in found if figure] if all(found) else []

    def compared(self, change: PrintedFigure) -> tuple[PrintedFigure | None, ...]:
        """Return what is printed around a change: this year's average, that of its base year, and the delta."""
        base_year, group, was = self.base_of(change)
        base = self.earlier[base_year].figure("average", group, was) if base_year in self.earlier else None
        delta = self.published.figure("average_delta", change.group, change.of, base_year)
        return self.figure("average", change.group, change.of), base, delta

    def beside(self, change: PrintedFigure) -> str:
        """Tell the ids of changes on another base than the circular's from those on that; "" of those."""
        return f"-{change.base}" if self.published.base_of(change) != self.published.base_year else ""

    def base_of(self, change: PrintedFigure) -> tuple[AnyYear, str, str]:
        """Return what a change is on: a year, the group, and what the grade was then, or a name that none has."""
        year = self.published.base_of(change)
        was = self.predecessors.get(year, {}).get(change.of, f"{change.of} of {self.facts.year}")
        return year, change.group, change.of if change.of == "all" else was

    @cached_property
    def decimals(self) -> int:
        """How many decimals averages and totals are printed with; 2 where none are."""
        return max(map(decimals_of, self.figures(*SUMMARIES)), default=2)

    def are_vetoed(self, group: str) -> bool:
        """Say whether units of the group are printed as vetoed; which ones is not."""
        printed = [self.figure("veto_units", each) for each in (group, "all")]
        return any(figure is not None and number_of(figure).value > 0 for figure in printed)

    def averages_all(self, group: str) -> bool:
        """Say whether averages are of all units: some leave out vetoed ones, or those that are new in the group."""
        last = self.earlier.get(self.facts.year - 1, self)
        return not self.are_vetoed(group) and all(last.groups.get(unit) == group for unit in self.members(group))

    def grades_without_list(self, group: str) -> list[str]:
        """Return the grades of which no list of the group is printed."""
        return [grade for grade in self.facts.scheme.grade_names if (group, grade) not in self.graded]

    def listed_in(self, group: str, grade: str) -> list[str] | None:
        """Return the units listed in a grade; none where print says that nobody is; None unless all are named."""
        lists = self.printed_lists("graded", group, grade)
        counts = [self.figure(measure, group, grade) for measure in ("grade_units", "list_units")]
        if lists:
            return self.graded.get((group, grade), []) if all(each.complete for each in lists) else None
        return [] if any(count is not None and number_of(count).value == 0 for count in counts) else None

    def grades_of(self, unit: str) -> list[str]:
        """Return the grades whose lists name a unit: one, where print is right."""
        return [grade for (_, grade), units in self.graded.items() if unit in units]

    def section_of(self, group: str, grades: Collection[str]) -> str:
        """Return the section of the first graded list of a group that is of one of the grades."""
        graded = self.lists[self.lists["list"].eq("graded") & self.lists["group"].eq(group)]
        return str(graded.loc[graded["of"].isin(grades), "section"].iloc[0])

    def excellent(self) -> set[str] | None:
        """Return the units listed in the best grade; None unless every group's list is printed, with all names."""
        found = [self.listed_in(group, self.best) for group in self.facts.scheme.groups]
        return None if None in found else set(chain(*(names for names in found if names)))

    def listed(self) -> set[str]:
        """Return every unit of the graded lists."""
        return set(chain(*self.graded.values()))

    def who(self, group: str, of: str = "all") -> str:
        """Name a population: a group, or a grade of a group."""
        scheme = self.facts.scheme
        if of in scheme.grade_names:
            name = scheme.group_names.get(group, say("populations", "all_groups"))
            return say("populations", "grade", group=name, grade=scheme.grade_names[of])
        return scheme.group_names.get(group, say("populations", "all"))

    def label(self, figure: PrintedFigure) -> str:
        """Say in words what a printed figure is a number of."""
        scheme = self.facts.scheme
        names = {"all": ""} | ADJUSTMENTS | METHODS | scheme.item_names | scheme.grade_names
        named = figure.measure in {"consecutive_units", "newly_units"}  # the grade is in the measure's name
        of = "" if named else names.get(figure.of, figure.of)
        whose = figure.unit if isinstance(figure, PrintedCell) else scheme.group_names.get(figure.group, "")
        on = f"（{name_growth(self.published.base_of(figure), self.facts.year)}）" if figure.base else ""
        between = " " if f"{whose[-1:]}{of[:1]}".isascii() and whose and of else ""  # letters would run together
        return f"{whose}{between}{of}{MEASURES[figure.measure]}{on}"

    def label_list(self, printed: PrintedList) -> str:
        """Say in words what a printed list is a list of."""
        who = self.who(printed.group, printed.of)
        return say("lists", printed.list, who=who, of=printed.of, years=printed.years)

    def names(self, units: Collection[str]) -> str:
        """Name some units, in the order of the unit table; what is no unit's id is a name."""
        known = {unit: name for name, unit in self.unit_ids.items()}
        return "、".join([*(name for unit, name in known.items() if unit in units), *sorted(set(units) - known.keys())])

    def claim(self, rule: str, verdict: Verdict, figure: PrintedFigure | None = None, **values: Any) -> Claim:
        """Put a claim in words.

        Parameters
        ----------
        rule : str
            Names the claim among those of its year, group and population.
        verdict : Verdict
        figure : PrintedFigure, optional
            What it is a claim about.
        **values
            group, of, section, basis and unit_id of the claim, if not those of the figure; wording, in claims.yml, if
            not that of the rule; reasons for the verdict, besides what the wording has for it; rests, the printed
            figures and lists that it rests on besides the figure; blames (see `Claim`); what the wording leaves open.

        Returns
        -------
        Claim
        """
        known = {"group": "all", "of": "all", "computed": "", "basis": "print", "unit_id": "", "wording": rule}
        if figure is not None:
            known |= {"group": figure.group, "of": figure.of, "section": figure.section}
            known |= {"label": self.label(figure), "value": figure.value}
        known |= values
        known["who"] = self.who(known["group"], known["of"])
        unit = [self.unit_ids[figure.unit]] if isinstance(figure, PrintedCell) else []
        if isinstance(figure, PrintedCell):
            known |= {"unit_id": unit[0], "who": figure.unit}
        words = WORDING["default"] | WORDING[known["wording"]]
        reasons = [*values.get("reasons", []), words.get(verdict, "").format(**known)]
        return {
            "id": "-".join(map(str, [self.facts.year, rule, known["group"], known["of"], *unit])),
            **{column: words[column].format(**known) for column in WORDING["default"]},
            **{column: known[column] for column in ("section", "basis", "unit_id")},
            "verdict": verdict,
            "reason": "；".join(filter(None, reasons)),
            "rests": [*filter(None, [figure, *values.get("rests", ())])],
            "about": [figure] if figure is not None else [*figures_of(values.get("rests", ()))],
            "name": str(values.get("name", "")),
            "advises": bool(values.get("advises")),
            "loose": bool(values.get("loose")),
            "blames": frozenset(values.get("blames", ())),
        }

    def holds(self, rule: str, so: bool, figure: PrintedFigure | None = None, **values: Any) -> Claim:
        """Claim that something is so (see `claim`)."""
        return self.claim(rule, "exact" if so else "contradicted", figure, **values)

    @cached_property
    def _by_rounding(self) -> tuple[Practice, ...]:
        return tuple({practice.rounding: practice for practice in reversed(self.practices)}.values())

    def follows(self, check: Check) -> Claim:
        """Claim that a printed figure is what a formula gives (see `judge`), under one of the practices."""
        practices = self._by_rounding if isinstance(check.figure, PrintedCell) else self.practices  # all that matters
        (verdict, reason, computed, _), practice = check.judge(practices)
        known = {"reasons": [reason], "computed": computed, "how": practice.tell(check.figure.measure), "advises": True}
        return self.claim(check.rule, verdict, check.figure, **known, **check.values)

    def adds_up(
        self,
        rule: str,
        total: PrintedFigure | None,
        terms: Sequence[PrintedFigure],
        others: Mapping[str, Readings] | None = None,
    ) -> Iterator[Claim]:
        """Claim that printed figures add up to a printed total; nothing where there is no total or no term."""
        if total is not None and terms:
            labels, formula = "、".join(map(self.label, terms)), list_values(terms)
            values = {"terms": labels, "formula": formula, "rests": terms}
            yield self.follows(Check(rule, total, always(sum_up(terms)), others or {}, values))


def figures_of(printed: Iterable[PrintedFigure | PrintedList]) -> Iterator[PrintedFigure]:
    """Return those of some printed things that are figures."""
    return (each for each in printed if isinstance(each, PrintedFigure))


def list_values(figures: Iterable[PrintedFigure]) -> str:
    """Write printed figures as a sum."""
    return " + ".join(figure.value for figure in figures)


def open_circulars(years: Mapping[AnyYear, YearFacts]) -> dict[AnyYear, Circular]:
    """Open the circulars of the years that have one; each knows those before it."""
    opened: dict[AnyYear, Circular] = {}
    for year, facts in sorted(years.items()):
        if facts.published is not None:
            schemes = {each: known.scheme for each, known in sorted(years.items()) if each <= year}
            predecessors = {
                base: find_predecessors([scheme for each, scheme in schemes.items() if each >= base])
                for base in facts.published.base_years
                if base in schemes
            }
            opened[year] = Circular(facts, facts.published, dict(opened), predecessors)
    return opened
