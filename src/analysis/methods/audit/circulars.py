"""A circular opened for checking: its figures and lists, and the claims made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.published import MEASURES, ROUNDED, PrintedFigure, Published
from analysis.methods.audit.verdicts import VERDICTS, Number, Verdict, combine, judge, read_number, write_like


@dataclass(frozen=True)
class Claim:
    """One thing a circular says that can be checked.

    Attributes
    ----------
    id : str
        Stable: year, rule, group, of.
    text : str
        The claim in plain words.
    printed, computed : str
        What is printed, and what follows from `formula`, written alike.
    formula, population : str
        How it follows, and for which units.
    section : str
    basis : {"print", "marks"}
        Whether it was checked against printed facts alone or against marks.
    verdict : Verdict
    reason : str
        Why, and what would make it true.
    unit_id : str
        The unit it is about; "" for a group.
    """

    id: str
    text: str
    printed: str
    computed: str
    formula: str
    population: str
    section: str
    basis: str
    verdict: Verdict
    reason: str = ""
    unit_id: str = ""


def tabulate_claims(claims: Iterable[Claim]) -> pd.DataFrame:
    """Tabulate claims, what needs attention first: a column for every attribute of `Claim`."""
    table = pd.DataFrame(map(vars, claims), columns=[field.name for field in fields(Claim)], dtype="str")
    order = table["verdict"].map({verdict: place for place, verdict in enumerate(VERDICTS)})
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def number_of(figure: PrintedFigure) -> Number:
    """Read a printed figure with the range it may stand for."""
    return read_number(figure.value, rounded=figure.measure in ROUNDED)


@dataclass(frozen=True)
class Circular:
    """One year's circular with what its claims are checked against.

    Attributes
    ----------
    facts : YearFacts
    published : Published
    graded : dict of (group, grade) to list of unit ids
        The graded lists, in printed order; only those printed.
    unlisted : dict of group to list of unit ids
        Units of the year in none of them.
    lists : DataFrame of `YearFacts.printed_lists`
    """

    facts: YearFacts
    published: Published
    graded: dict[tuple[str, str], list[str]]
    unlisted: dict[str, list[str]]
    lists: pd.DataFrame

    @classmethod
    def of(cls, facts: YearFacts) -> Circular | None:
        """Open a year's circular; None if the year has none."""
        if facts.published is None:
            return None
        lists = facts.printed_lists()
        graded = {
            (str(group), str(grade)): list(rows["unit_id"])
            for (group, grade), rows in lists[lists["list"].eq("graded")].groupby(["group", "of"], sort=False)
        }
        listed = {unit for units in graded.values() for unit in units}
        others = facts.units[~facts.units["unit_id"].isin(listed)]
        unlisted = {group: list(others.loc[others["group"].eq(group), "unit_id"]) for group in facts.scheme.groups}
        return cls(facts, facts.published, graded, unlisted, lists)

    def grades_without_list(self, group: str) -> list[str]:
        """Return the grades of which no list of the group is printed."""
        return [grade for grade in self.facts.scheme.grade_names if (group, grade) not in self.graded]

    @property
    def best(self) -> str:
        """The best grade."""
        return self.facts.scheme.grades[0].id

    def excellent(self) -> set[str] | None:
        """Return the units listed in the best grade; None unless every group's list is printed."""
        found = [self.graded.get((group, self.best)) for group in self.facts.scheme.groups]
        return {unit for units in found if units for unit in units} if all(found) else None

    def listed(self) -> set[str]:
        """Return every unit of the graded lists."""
        return {unit for units in self.graded.values() for unit in units}

    def who(self, group: str, of: str = "all") -> str:
        """Name a population: a group, or a grade of a group."""
        scheme = self.facts.scheme
        name = scheme.group_names.get(group, "全部" if group == "all" else group)
        if of in scheme.grade_names:
            return f"{name}{scheme.grade_names[of]}单位"
        return "全部单位" if group == "all" else name

    def label(self, figure: PrintedFigure) -> str:
        """Say in words what a printed figure is a number of."""
        scheme = self.facts.scheme
        parts = {part: spec.name for part, spec in scheme.parts.items()}
        components = {component.id: component.name for component in scheme.components}
        named = (parts | components | scheme.grade_names).get(figure.of, "" if figure.of == "all" else figure.of)
        if figure.measure in {"consecutive_units", "newly_units"}:
            named = ""  # the grade is in the measure's name
        group = "" if figure.group == "all" else scheme.group_names.get(figure.group, figure.group)
        return f"{group}{named}{MEASURES[figure.measure]}"

    def names(self, units: set[str]) -> str:
        """Name some units, in the order of the unit table."""
        table = self.facts.units
        return "、".join(table.loc[table["unit_id"].isin(units), "name"])

    def claim(self, rule: str, group: str, of: str, **words: str) -> Claim:
        """Fill in what every claim of this circular shares."""
        defaults = {"computed": "", "formula": "", "population": self.who(group, of), "basis": "print"}
        return Claim(id=f"{self.facts.year}-{rule}-{group}-{of}", **(defaults | words))  # type: ignore[arg-type]

    def holds(self, rule: str, group: str, of: str, fault: str, **words: str) -> Claim:
        """Claim that something is so: it is, unless there is a fault."""
        return self.claim(rule, group, of, verdict="contradicted" if fault else "exact", reason=fault, **words)

    def follows(
        self,
        rule: str,
        figure: PrintedFigure,
        formula: str,
        computed: Number,
        *,
        others: Mapping[str, Number] | None = None,
        roundings: Iterable[str] = (),
        hint: str = "",
        **words: str,
    ) -> Claim:
        """Claim that a printed figure is what a formula gives; a hint explains why it may not be."""
        verdict, reason = judge(
            figure.value, computed, rounded=figure.measure in ROUNDED, others=others, roundings=roundings
        )
        if verdict in {"contradicted", "explained"} and hint:
            reason = f"{reason}；{hint}"
        return self.claim(
            rule,
            figure.group,
            figure.of,
            text=words.pop("text", f"{self.label(figure)}为 {figure.value}"),
            printed=figure.value,
            computed=write_like(computed.value, figure.value),
            formula=formula,
            section=figure.section,
            verdict=verdict,
            reason=reason,
            **words,
        )

    def adds_up(self, rule: str, total: PrintedFigure | None, terms: Sequence[PrintedFigure | None]) -> Iterator[Claim]:
        """Claim that printed figures add up to a printed total; nothing where one is not printed."""
        known = [term for term in terms if term is not None]
        if total is None or len(known) < len(terms) or not known:
            return
        computed = combine(lambda *values: sum(values, Fraction(0)), *map(number_of, known))
        gap = number_of(total).value - computed.value
        repairs = [f"“{self.label(total)}”印作 {write_like(computed.value, total.value)}"]
        repairs += [f"“{self.label(term)}”印作 {write_like(number_of(term).value + gap, term.value)}" for term in known]
        yield self.follows(
            rule,
            total,
            " + ".join(term.value for term in known),
            computed,
            text=f"{self.label(total)} {total.value}，等于各项之和：" + "、".join(map(self.label, known)),
            hint=f"若{'，或'.join(repairs)}，即相符",
        )


Earlier = Mapping[int, Circular]
"""Circulars by year."""
