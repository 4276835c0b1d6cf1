"""What answers one question: its frame, chart, table and sentences; the medium is somebody else's business."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any, ClassVar

import pandas as pd
from matplotlib.figure import Figure

from analysis import words
from analysis.assessment import Pair, Year
from analysis.data.schemes import Scheme
from analysis.exhibits.chart import Chart, ChartData, finish
from analysis.exhibits.table import Columns, Table, make_table
from analysis.methods.matrices import MarkMatrix
from analysis.methods.provenance import list_origins


@dataclass(frozen=True)
class Prose:
    """Sentences for a page, shown as text whatever they contain: as paragraphs, or as a list."""

    sentences: tuple[str, ...]
    listed: bool = False

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        tag = "li" if self.listed else "p"
        written = "".join(f"<{tag}>{html.escape(sentence)}</{tag}>" for sentence in self.sentences)
        return f"<ul>{written}</ul>" if self.listed else written


@dataclass(frozen=True)
class Headline:
    """One figure to see at a glance.

    Attributes
    ----------
    label, value, measure : str
        What it is; how much; of what.
    says : tuple of str
        What goes with it.
    parts : tuple of int
        The parts of a whole, to be drawn as a bar; empty for none.
    """

    label: str
    value: str
    measure: str = ""
    says: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()


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
    """Of "base_year", "group", "unit", "indicator_id", "circular", "marks": what it cannot do without."""
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

    def __init_subclass__(cls, **declared: Any) -> None:
        """Declare what an exhibit is, beside its base: `name`, `label`, `needs` and the like."""
        for attribute, value in declared.items():
            setattr(cls, attribute, value)
        if "name" in declared:
            EXHIBITS[cls.name] = cls

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
    def parts(self) -> list[Prose | Chart | Table]:
        """What is shown, in the order to be read."""
        if self.absent:
            return [self.prose]
        found = [self.prose if self.prose.sentences else None, self.chart, self.table]
        return [part for part in found if part is not None]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self.parts:
            display(part)

    def say(self, template: str, **values: Any) -> str:
        """Fill in one of the sentences.

        A value is written as the sentence asks for (`words.WRITERS`); what is not given is what the exhibit is about.
        """
        return _Writer(self).vformat(self.templates[template], (), values)

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
        return make_table(self.named(rows), columns, caption, note + self.note, head)

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Call groups, grades, parts and the like what readers call them."""
        return rows.replace({column: names for column, names in self._vocabulary().items() if column in rows})

    def _vocabulary(self) -> dict[str, Mapping[Any, str]]:
        """What readers call the values of a column, by the column."""
        grades = self.year.dataset.grade_names | self.scheme.grade_names
        return {
            "group": self.scheme.group_names | {"all": "合计"},
            "population": grades | {"all": "全部"},
            "grade": grades,
            "base_grade": grades,
            "part": self.scheme.part_names,
            "component": {component.id: component.name for component in self.scheme.components},
            "basis": words.BASES | words.CHECKED_AGAINST,
            "verdict": words.VERDICTS,
            "method": words.METHODS,
            "movement": words.MOVEMENTS,
            "kind": words.ADJUSTMENTS,
            "status": words.EXCLUDED,
            "assessor_id": self.scheme.assessors.value,
        }

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
        return f"{self.year.year} 年{self.group_name}"

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
    def years(self) -> list[int]:
        """The years shown."""
        if self.base is None:
            return list(self.year.dataset.years) if self.looks_back or self.since_base else [self.year.year]
        if self.since_base:
            return [year for year in self.year.dataset.years if year >= self.base.year]
        return [self.base.year, self.year.year]

    @property
    def grade_names(self) -> dict[str, str]:
        """Grade to name, of all years shown: those of the year first, then those that only earlier years gave."""
        names = dict(self.scheme.grade_names)
        for year in reversed(self.years):
            for grade, name in self.year.dataset.year(year).scheme.grade_names.items():
                names.setdefault(grade, name)
        return names

    @property
    def documents(self) -> list[str]:
        """The documents of the years shown."""
        return [self.year.dataset.year(year).scheme.document for year in self.years]

    @property
    def origins(self) -> dict[int, str]:
        """Where the marks come from, by year, of the years shown."""
        return {year: origin for year, origin in list_origins(self.year.dataset).items() if year in self.years}

    @property
    def provenances(self) -> list[str]:
        """Where the marks of the years shown come from."""
        return list(self.origins.values())

    @property
    def apart(self) -> str:
        """That the years shown are of different provenance, so that their scores cannot be compared; else ""."""
        return words.tell_apart(self.origins)

    @property
    def note(self) -> str:
        """Where the numbers come from, in a sentence."""
        return words.provenance_note(self.origins)

    @property
    def source(self) -> str:
        """Documents and provenance."""
        return words.source_note(self.documents, self.origins)

    @property
    def made_up(self) -> str:
        """Stands behind a number that comes from marks that are not an office's; else ""."""
        return words.made_up_mark(self.provenances)


_KNOWN: dict[str, Callable[[Any], object]] = {
    "year": lambda exhibit: exhibit.year.year,
    "base_year": lambda exhibit: exhibit.pair.base.year,
    "group": lambda exhibit: exhibit.group_name,
    "best": lambda exhibit: exhibit.best,
    "unit": lambda exhibit: exhibit.unit,
    "made_up": lambda exhibit: exhibit.made_up,
    "apart": lambda exhibit: exhibit.apart,
}
"""What a sentence may name without being told."""


class _Writer(Formatter):
    """Fills in a sentence of an exhibit."""

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit

    def get_value(self, key: Any, _: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs[key] if key in kwargs else _KNOWN[key](self._exhibit)

    def format_field(self, value: Any, format_spec: str) -> Any:
        write = words.WRITERS.get(format_spec)
        return write(value) if write else super().format_field(value, format_spec)


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


class Gallery(dict[str, Exhibit]):
    """The exhibits of all groups, one after the other, by group."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The frames of all groups, one under the other."""
        return pd.concat([each.frame for each in self.values()], ignore_index=True)

    def _ipython_display_(self) -> None:
        for each in self.values():
            each._ipython_display_()
