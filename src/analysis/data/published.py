"""What a circular prints: numbers as strings, lists in printed order, each with its section."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Annotated, Literal, Self

import pandas as pd
import yaml
from pydantic import AfterValidator, Field, model_validator

from analysis.data.documents import Document, Number, Truth, YearDocument, unlike_file
from analysis.data.schemes import Scheme
from analysis.data.tables import Place
from analysis.periods import KINDS, AnyYear, kind_of, retell, same_before
from analysis.problems import Problem

_SPECIFICATIONS = yaml.load(files("analysis.data").joinpath("measures.yml").read_bytes(), yaml.CSafeLoader)
MEASURES: dict[str, str] = {measure: spec["name"] for measure, spec in _SPECIFICATIONS.items()}
"""What a circular may print a number of, and its Chinese name."""
ROUNDED = {measure for measure, spec in _SPECIFICATIONS.items() if spec.get("rounded")}
"""Measures printed rounded; the others are whole counts and points set by rule."""

OF_UNITS = {measure for measure, spec in _SPECIFICATIONS.items() if spec.get("of_unit")}
"""Measures of one unit each: a table of them is printed."""

ListKind = Literal["assessors", "method", "graded", "consecutive", "newly", "ranked", "mentioned", "table"]
UNIT_LISTS = ("method", "graded", "consecutive", "newly", "ranked", "table")
_OF_GRADES = {*UNIT_LISTS[1:4], *(measure for measure, spec in _SPECIFICATIONS.items() if spec.get("of_grade"))}


def _known_measure(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"没有这个项目；可用：{'、'.join(MEASURES)}")
    return name


Measure = Annotated[str, AfterValidator(_known_measure)]
Years = Annotated[str, Field(pattern=r"^[1-9][0-9]?$")]
PrintedNumber = Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,9})?%?$")]


_CHANGES = {"average_delta", "average_growth"}
"""Measures of a change, which is on a base."""
Base = Literal["previous", "same_period"]
"""What a change of a period is on: the period before, or the same of the year before."""


class PrintedFigure(Document):
    """One printed number.

    Attributes
    ----------
    measure : str
        What is counted or measured; data/README.md lists the measures.
    group, of : str
        The group of units, and the grade, part, component, rating, method or unit it is about; "all" for all.
    years : str or None
        The number of years a run is said to last.
    value : str
        As printed, so that its decimals are known.
    base : "previous", "same_period" or None
        What a change is on; None: what the circular says that its changes are on.
    section : str
    note : str
    span : (start, end), optional
        Where it stands in the text it was read from.
    """

    measure: Measure
    group: str = "all"
    of: str = "all"
    years: Years | None = None
    value: PrintedNumber
    base: Base | None = None
    section: str
    note: str = ""
    span: tuple[int, int] | None = None


class PrintedCell(PrintedFigure):
    """One number of a printed table of results; `of` is the component or part, `unit` the unit's name as printed."""

    unit: str


class PrintedTable(Document):
    """What is to be known of the table in published/<year>.csv.

    Attributes
    ----------
    section : str
        Where it is printed.
    out_of : float or None
        What every component's or part's score is printed out of; None: of what it is worth, in points.
    note : str
    """

    section: str
    out_of: Annotated[Number, Field(gt=0)] | None = None
    note: str = ""


class PrintedList(Document):
    """One printed list of names, in printed order; `complete` is False for an open list (“等……”).

    The names of a table of results are a list of kind "table". A graded list of group "all" holds units of several
    groups. A grade that takes “all others” has no names, and is not complete; one that is complete without names is
    that of nobody.
    """

    list: ListKind
    group: str = "all"
    of: str = "all"
    years: Years | None = None
    names: tuple[str, ...]
    complete: Truth = True
    section: str
    note: str = ""
    span: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _streak_has_years(self) -> Self:
        if self.list == "consecutive" and self.years is None:
            raise ValueError('consecutive 名单应写明 years（连续几年，如 "2"）')
        return self

    def repeats(self, other: Self) -> bool:
        """Say whether it is another list printed again: of the same, with at least half of the names of the shorter."""
        if any(getattr(self, key) != getattr(other, key) for key in ("list", "group", "of", "years")):
            return False
        common = {*self.names} & {*other.names}
        return bool(common) and 2 * len(common) >= min(len(self.names), len(other.names))


class Published(YearDocument):
    """A circular's facts and figures."""

    document: str
    base: Base | None = None
    dated: object = None
    cites: tuple[str, ...] = ()
    figures: list[PrintedFigure]
    lists: list[PrintedList]
    table: PrintedTable | None = None

    @property
    def printings(self) -> list[tuple[PrintedList, PrintedList]]:
        """Every list, with the one it is a printing of: itself, or another that stands for both.

        Of the printings of a list the first stands that is complete, or else the first.
        """
        stands = list[PrintedList]()
        found = dict[int, PrintedList]()
        for each in sorted(self.lists, key=lambda each: not each.complete):
            found[id(each)] = next((other for other in stands if each.repeats(other)), each)
            stands += [each] if found[id(each)] is each else []
        return [(each, found[id(each)]) for each in self.lists]

    @property
    def base_year(self) -> AnyYear:
        """The year that changes of averages are on: the one before; of periods, as `base` says."""
        return self._find_base(self.base)

    @property
    def base_years(self) -> list[AnyYear]:
        """The year that changes are on, and the other one that some are on besides."""
        return list(dict.fromkeys([self.base_year, *map(self.base_of, self.figures)]))

    def base_of(self, figure: PrintedFigure) -> AnyYear:
        """Return the year that a change is on (see `PrintedFigure.base`)."""
        return self._find_base(figure.base or self.base)

    def _find_base(self, base: Base | None) -> AnyYear:
        return same_before(self.year) if base == "same_period" else self.year - 1

    def figure(
        self, measure: str, group: str = "all", of: str = "all", base_year: AnyYear | None = None
    ) -> PrintedFigure | None:
        """Return a printed number (the first, where it is printed again), or None.

        A change is the one on a base year, by default on that of the circular.
        """
        wanted = (measure, group, of, self.base_year if base_year is None else base_year)
        found = (each for each in self.figures if (each.measure, each.group, each.of, self.base_of(each)) == wanted)
        return next(found, None)

    def figure_table(self) -> pd.DataFrame:
        """Tabulate the printed numbers; of changes, those on the circular's base.

        Returns
        -------
        DataFrame with columns year, measure, group, of, years, value, section, note; one row per number.
        """
        own = [figure for figure in self.figures if figure.base in {None, self.base}]
        rows = [figure.model_dump(exclude={"span", "base"}) for figure in own]
        columns = ["year", *(name for name in PrintedFigure.model_fields if name not in {"span", "base"})]
        return pd.DataFrame(rows).assign(year=self.year).reindex(columns=columns)

    def list_table(self, units: pd.DataFrame) -> pd.DataFrame:
        """Tabulate the printed lists, resolving names to units; of one that is printed again, one printing.

        Parameters
        ----------
        units : DataFrame with columns unit_id, group, name (as of the circular's year)

        Returns
        -------
        DataFrame with columns year, list, group, of, years, position, name, complete, section, unit_id;
        one row per name, `position` from 1 in printed order, unit_id missing for names that are not units. Units of a
        graded list of all groups stand in their own group.
        """
        rows = [
            {**printed.model_dump(exclude={"names", "note", "span"}), "position": position, "name": name}
            for printed, first in self.printings
            for position, name in enumerate(printed.names if printed is first else (), 1)
        ]
        columns = ["list", "group", "of", "years", "position", "name", "complete", "section"]
        table = pd.DataFrame(rows, columns=columns).assign(year=self.year)
        by_name = units.set_index("name")
        mixed = table["list"].eq("graded") & table["group"].eq("all")
        group = table["group"].mask(mixed, table["name"].map(by_name["group"]).fillna("all"))
        return table.assign(group=group, unit_id=table["name"].map(by_name["unit_id"]))


def check_published(published: Published, scheme: Scheme, file: str) -> Iterator[Problem]:
    """Find what a circular's data says of a year, group or grade that the year does not have.

    A name that no unit bears is none of these: it may be what is printed, and is told by the audit.

    Parameters
    ----------
    published : Published
    scheme : Scheme
    file : str

    Yields
    ------
    Problem
    """
    tell = Place(file).tell
    if published.year != scheme.year:
        yield tell(*unlike_file(str(scheme.year)), "year", str(published.year))
    kind = KINDS[kind_of(scheme.year)]
    if published.base and not kind_of(scheme.year):
        yield tell("按年度考核的，增减、增长都比上年，不写 base", "删去 base", "base", published.base)
    if kind_of(scheme.year) and not published.base and any(each.measure in _CHANGES for each in published.figures):
        last = retell("上年", kind_of(scheme.year))
        fix = f"比{last}（环比）的写 previous，比上年同一{kind}（同比）的写 same_period"
        yield tell("印有平均分的增减或增长，没有写明与哪一期比", fix, "base")
    for figure in [each for each in published.figures if each.base]:
        if figure.measure not in _CHANGES or not kind_of(scheme.year):
            rule = "只有季度、半年通报里平均分的增减、增长，才写明与哪一期比"
            yield tell(rule, "删去 base", f"figures.{figure.measure}.base", figure.base or "")
    groups, grades = {"all", *scheme.groups}, {"all", *scheme.grade_names}
    one_group, one_grade = (f"改为 {'、'.join(sorted(known))} 之一" for known in (groups, grades))
    for kind, entries in (("figures", published.figures), ("lists", published.lists)):
        for entry in entries:
            what = entry.measure if isinstance(entry, PrintedFigure) else entry.list
            if entry.group not in groups:
                yield tell("办法中没有这个组", one_group, f"{kind}.{what}.group", entry.group)
            if what in OF_UNITS:
                fix = f"写进 published/{scheme.year}.csv 的表，一个单位一行"
                yield tell("单个单位的数不写在 figures 里", fix, f"{kind}.{what}")
            if what in _OF_GRADES and entry.of not in grades:
                yield tell("办法中没有这个等次", one_grade, f"{kind}.{what}.of", entry.of)
