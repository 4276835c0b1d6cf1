"""What answers one question: its frame, chart, table and sentences; the medium is somebody else's business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import pandas as pd
from matplotlib.figure import Figure

from analysis import words
from analysis.assessment import Pair, Year
from analysis.data.schemes import Scheme
from analysis.exhibits.chart import Chart, ChartData, finish
from analysis.exhibits.folded import Folded
from analysis.exhibits.prose import Finding, Prose, Shown
from analysis.exhibits.table import Columns, Table, make_table
from analysis.exhibits.writer import Headline, Writer
from analysis.methods.grades import UNLISTED, align_grades
from analysis.methods.matrices import MarkMatrix
from analysis.methods.provenance import list_origins
from analysis.origins import WITHHELD, made_up_mark, provenance_note, source_note, tell_apart
from analysis.periods import AnyYear, kind_of, name_year, retell

EXHIBITS: dict[str, type[Exhibit]] = {}
"""Every exhibit by its name, in reading order."""


@dataclass(eq=False)
class Exhibit:
    """The answer to one question about a year, two years, a group or a unit.

    Parameters
    ----------
    year : Year
    base : Year, optional
        What the year is compared with.
    group : str
        "" for all groups together.
    unit_id : str
        "" for no unit.
    """

    name: ClassVar[str]
    """What it is asked for by; exhibits without one are bases of others."""
    label: ClassVar[str]
    """What readers call it."""
    needs: ClassVar[tuple[str, ...]] = ()
    """What it cannot do without: "base_year", "group", "unit", "indicator_id", "circular"; "marks"; or, of marks or of
    print, "results", "grades", who all is in the "best_grade", "averages"; or a printed "table" (see `lacking`)."""
    templates: ClassVar[Mapping[str, str]] = {}
    """The sentences it may say."""
    looks_back: ClassVar[bool] = False
    """Shows all years so far rather than the year alone."""
    since_base: ClassVar[bool] = False
    """Shows the years since the base year where there is one, else all years so far."""
    of_both_years: ClassVar[bool] = False
    """Is about a group that both years have."""
    listed: ClassVar[bool] = False
    """Its sentences each stand for themselves."""
    withholds: ClassVar[tuple[str, ...]] = ()
    """Of "chart", "table" and "sentences": what tells by name how certain, how close or how otherwise a result may be.
    There is none where names are withheld, and a sentence says why."""

    def __init_subclass__(cls, **declared: Any) -> None:
        """Declare what an exhibit is, beside its base: `name`, `label`, `needs` and the like."""
        for attribute, value in declared.items():
            if not any(attribute in vars(base).get("__annotations__", {}) for base in cls.__mro__):
                raise TypeError(f"an exhibit declares no {attribute!r}")
            setattr(cls, attribute, value)
        if "withholds" in declared:
            for part, guard in [(part, _unless_withheld) for part in cls.withholds] + [("sentences", _and_why)]:
                setattr(cls, part, property(partial(guard, getattr(cls, part))))
        if "name" in declared and EXHIBITS.setdefault(cls.name, cls) is not cls:
            raise TypeError(f"two exhibits are called {cls.name!r}")

    year: Year
    base: Year | None = None
    group: str = ""
    unit_id: str = ""

    @property
    def frame(self) -> pd.DataFrame:
        """What it shows, unrounded."""
        raise NotImplementedError

    @property
    def absent(self) -> str:
        """Why there is nothing to show; "" where there is."""
        return ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be said."""
        return ()

    @property
    def chart(self) -> Chart | None:
        """The picture, if it has one."""
        return None

    @property
    def table(self) -> Table | None:
        """The table, if it has one."""
        return None

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """The figures of it that stand on a first page."""
        return ()

    @classmethod
    def has(cls, part: str) -> bool:
        """Say whether it is made to have a "chart", a "table" or "sentences"."""
        return getattr(cls, part) is not getattr(Exhibit, part)

    @property
    def prose(self) -> Prose:
        """The sentences, to be shown alone."""
        return Prose((self.absent,) if self.absent else self.sentences, self.listed)

    @property
    def finding(self) -> Finding:
        """What it finds, in a sentence: by default the title of its chart, or else the first that it says."""
        found = None if self.absent else self.chart
        return Finding(found.title if found else next(iter(self.prose.sentences), self.label))

    @property
    def parts(self) -> list[Any]:
        """What is shown, in the order to be read."""
        return self.take("prose", "chart", "table")

    def take(self, *parts: str) -> Shown:
        """Show some of "prose", "chart" and "table", whichever there are: an annex takes what the text leaves out."""
        there = [part for part in parts if part == "prose" or not self.absent]
        found = [getattr(self, part) for part in there if part != "prose" or self.prose.sentences]
        return Shown(part for part in found if part is not None)

    @property
    def folded(self) -> Folded:
        """All that is shown, folded away under its label."""
        return Folded(self.label, self.parts)

    def _ipython_display_(self) -> None:
        Shown(self.parts)._ipython_display_()

    def say(self, template: str, **values: Any) -> str:
        """Fill in one of the sentences.

        A value is written as the sentence asks for (`words.WRITERS`); what is not given is what the exhibit is about.
        """
        return Writer(self).vformat(self.retell(self.templates[template]), (), values)

    def say_each(self, template: str, rows: pd.DataFrame, mark: str = "；") -> str:
        """Fill in one of the sentences with each row, and put a mark between them."""
        return mark.join(self.say(template, **row) for row in rows.to_dict("records"))

    def draw(self, figure: Figure, data: ChartData, title: str = "title", **values: Any) -> Chart:
        """Finish a chart with its words: the sentences `title` (the finding), "measure" and "alt" (what it shows)."""
        finding, measure, alt = (self.say(template, **values) for template in (title, "measure", "alt"))
        return finish(figure, finding, measure, self.source, alt, data)

    def tabulate(self, rows: pd.DataFrame, columns: Columns, caption: str, note: str = "", head: str = "") -> Table:
        """Make a table; groups, grades, parts and the like are called what readers call them.

        Parameters
        ----------
        rows : DataFrame
        columns : sequence of str or Column
        caption : str
        note : str
            What is said before where the numbers come from.
        head : str
            See `make_table`.
        """
        table = make_table(self.named(rows), columns, caption, note + self.note, head)
        return table.retold(self.retell) if kind_of(self.year.year) else table

    def retell(self, text: str) -> str:
        """Say what is said of years of the kind of period that is assessed (see `periods.retell`)."""
        return retell(text, kind_of(self.year.year))

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Call groups, grades, parts and the like what readers call them."""
        return rows.replace({column: names for column, names in self._vocabulary().items() if column in rows})

    def _vocabulary(self) -> dict[str, Mapping[Any, str]]:
        """What readers call the values of a column, by the column."""
        grades = self.year.dataset.grade_names | self.grade_names | {UNLISTED: words.UNGRADED}
        return {
            "group": {"all": "合计"} | self.scheme.group_names,
            "population": grades | {"all": "全部"},
            "grade": grades,
            "base_grade": grades | (self.base.scheme.grade_names if self.base else {}),
            "part": self.scheme.part_names,
            "component": self.scheme.component_names,
            "block": {key: block.name for key, block in self.scheme.blocks.items()} | {"base": "基础分"},
            "basis": words.BASES | words.CHECKED_AGAINST,
            "verdict": words.VERDICTS,
            "method": words.METHODS,
            "movement": words.MOVEMENTS,
            "kind": words.ADJUSTMENTS,
            "status": words.EXCLUDED,
            "assessor_id": self.scheme.assessor_names,
        }

    @property
    def withheld(self) -> str:
        """Why nothing uncertain is told of a unit or an assessor by name; "" where it is.

        What is worked out from reconstructed marks is one of many results that print allows.
        """
        return WITHHELD if "reconstructed" in self.provenances else ""

    def name_units(self, names: Collection[str]) -> str:
        """Name units, or count them where names are withheld; "" for none."""
        return f"{len(names)}个" if self.withheld and names else "、".join(names)

    def of_group(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Take the rows of the group."""
        return rows[rows["group"].eq(self.group)]

    @property
    def scheme(self) -> Scheme:
        """The year's scheme."""
        return self.year.scheme

    @property
    def groups(self) -> dict[str, str]:
        """Group to name: of all groups, or of the one it is about."""
        names = self.scheme.group_names
        return {self.group: names[self.group]} if self.group else names

    @property
    def group_name(self) -> str:
        """What the scheme calls the group."""
        return self.scheme.group_names[self.group]

    @property
    def about(self) -> str:
        """The year and the group, as captions begin."""
        return f"{name_year(self.year.year)}{self.group_name}"

    @property
    def best(self) -> str:
        """What the scheme calls the best grade."""
        return self.scheme.grades[0].name

    @property
    def pair(self) -> Pair:
        """The two years."""
        assert self.base is not None
        return self.year.assessment.pair(self.base.year, self.year.year)

    @property
    def years(self) -> list[AnyYear]:
        """The years shown."""
        if self.base is None:
            return list(self.year.dataset.years) if self.looks_back or self.since_base else [self.year.year]
        if self.since_base:
            return [year for year in self.year.dataset.years if year >= self.base.year]
        return [self.base.year, self.year.year]

    @property
    def first_year(self) -> AnyYear:
        """The first year shown."""
        return self.years[0]

    @property
    def grade_names(self) -> dict[str, str]:
        """Grade (see `align_grades`) to name: those of the year, then those that only earlier years shown gave."""
        names, dataset = dict(self.scheme.grade_names), self.year.dataset
        for year in reversed(self.years):
            for grade, aligned in align_grades(dataset, year).items():
                name = dataset.year(year).scheme.grade_names[grade]
                names.setdefault(aligned, f"{name}（{name_year(year)}）" if name in names.values() else name)
        return names

    @property
    def documents(self) -> list[str]:
        """The documents of the years shown."""
        return [self.year.dataset.year(year).scheme.document for year in self.years]

    @property
    def origins(self) -> dict[AnyYear, str]:
        """Where the marks come from, by year, of the years shown."""
        return {year: origin for year, origin in list_origins(self.year.dataset).items() if year in self.years}

    @property
    def provenances(self) -> list[str]:
        """Where the marks of the years shown come from."""
        return list(self.origins.values())

    @property
    def apart(self) -> str:
        """That the years shown are of different provenance, so that their scores cannot be compared; else ""."""
        return tell_apart(self.origins)

    @property
    def note(self) -> str:
        """Where the numbers come from, in a sentence."""
        return provenance_note(self.origins)

    @property
    def source(self) -> str:
        """Documents and provenance."""
        return source_note(self.documents, self.origins)

    @property
    def made_up(self) -> str:
        """Stands behind a number that comes from reconstructed marks; else ""."""
        return made_up_mark(self.provenances)


def _unless_withheld(part: property, exhibit: Exhibit) -> Any:
    return None if exhibit.withheld else part.__get__(exhibit)


def _and_why(sentences: property, exhibit: Exhibit) -> tuple[str, ...]:
    return (*(sentences.__get__(exhibit) or ()), *filter(None, [exhibit.withheld]))


class GroupExhibit(Exhibit, needs=("group", "marks")):
    """About the marks of one group."""

    @property
    def marks(self) -> MarkMatrix:
        """The group's marks."""
        return self.year.marks(self.group)

    @property
    def indicator_names(self) -> dict[str, str]:
        """What its indicators are called, by id."""
        return self.marks.indicators.set_index("indicator_id")["name"].to_dict()
