"""An appendix before it takes a form: its words, and the figures and tables that notebooks/appendix.yml lists."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from analysis.assessment import Pair, Year
from analysis.data.documents import Document, load_document
from analysis.exhibits import show
from analysis.exhibits.chart import Chart, drawn_wide
from analysis.exhibits.drafting import Cited, Passage
from analysis.exhibits.exhibit import EXHIBITS, Exhibit
from analysis.exhibits.gallery import Gallery
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.table import Table
from analysis.origins import is_to_be_told
from analysis.periods import AnyYear, kind_of, name_assessed, retell
from analysis.problems import WorkbookError
from analysis.storage import find_notebooks

_DRAWN_WIDE = 6.9
"""Inches charts are drawn at: shown at the text width, their type is still 7.5 points."""
_LONGEST = 50
"""Characters of a title in a file name: three bytes each still fit everywhere."""


class ItemTemplate(Document):
    """One line of the list: a figure or a table, for some groups or for all."""

    figure: str | None = None
    table: str | None = None
    groups: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if (self.figure is None) == (self.table is None):
            raise ValueError("每一条写 figure 或 table，只写一个")
        known = list_available("chart" if self.figure else "table")
        if self.name not in known:
            raise ValueError(f"没有这个图表；可用：{'、'.join(known)}")
        if self.groups and "group" not in EXHIBITS[self.name].needs:
            raise ValueError("这个图表不分组，不写 groups")
        return self

    @property
    def name(self) -> str:
        """Of the exhibit."""
        return self.figure or self.table or ""


def list_available(part: str) -> list[str]:
    """Name the exhibits that have a "chart" or a "table" and are about no unit or indicator."""
    return [
        name for name, kind in EXHIBITS.items() if kind.has(part) and not {"unit", "indicator_id"} & set(kind.needs)
    ]


class AppendixContents(Document):
    """The list of an appendix.

    Attributes
    ----------
    title : str
        {year} is filled in.
    statistics : bool
        Whether it begins with the statistics in sentences.
    items : list of ItemTemplate
    """

    title: str
    statistics: bool = True
    items: list[ItemTemplate] = Field(min_length=1)


def load_appendix_contents(notebooks: str | Path | None = None) -> AppendixContents:
    """Find and read notebooks/appendix.yml.

    Parameters
    ----------
    notebooks : path, optional
        See `find_notebooks`.

    Returns
    -------
    AppendixContents

    Raises
    ------
    WorkbookError
        If there is none, or something in it is not known.
    """
    folder = find_notebooks(notebooks)
    path = folder / "appendix.yml"
    if not path.is_file():
        where = "请用 --notebooks 指定它所在的文件夹。"
        raise WorkbookError(f"“{folder}”里没有 {path.name}，不知道附件里放哪些图表。{where}")
    return load_document(path, folder.parent, AppendixContents)


@dataclass(frozen=True)
class Item:
    """A numbered figure or table.

    Attributes
    ----------
    content : Chart or Table
    number : int
        Figures and tables are counted apart.
    source : str
        Where it is from, and what was reconstructed.
    """

    content: Chart | Table
    number: int
    source: str

    @property
    def kind(self) -> str:
        """A figure or a table, as readers call them."""
        return "图" if isinstance(self.content, Chart) else "表"

    @property
    def label(self) -> str:
        """Kind and number."""
        return f"{self.kind}{self.number}"

    @property
    def caption(self) -> str:
        """What it shows."""
        return self.content.title if isinstance(self.content, Chart) else self.content.caption

    def note(self, *, redrawn: bool = False) -> str:
        """Return what stands under it: how it is measured, also where office software has redrawn it; the source."""
        if isinstance(self.content, Table):
            return self.source
        data = self.content.data
        measure = data.measure if redrawn and data.kind != "picture" else ""
        return f"{measure or self.content.subtitle}。{self.source}"

    @property
    def file_name(self) -> str:
        """The name of its file by number and title, without an ending, as every system allows it."""
        kept = "".join(each if each.isalnum() or each in " ，、。；：（）〔〕·—-_+%." else "_" for each in self.caption)
        return f"{self.label} {kept[:_LONGEST].rstrip(' ._')}"


@dataclass(frozen=True)
class Appendix:
    """What stands in every form of the appendix.

    Attributes
    ----------
    title : str
    year : AnyYear
    notice : str
        Where the marks are from.
    is_to_be_told : bool
        Whether that is said on top: where some of them are not those that an office gave.
    passages : list of Passage
        The statistics in sentences; empty if none are wanted.
    cited : list of Cited
        The numbers of the sentences; the last table has a row for each, in this order.
    items : list of Item
        Figures and tables in order.
    left_out : list of str
        What could not be shown, and why.
    """

    title: str
    year: AnyYear
    notice: str
    is_to_be_told: bool
    passages: list[Passage]
    cited: list[Cited]
    items: list[Item]
    left_out: list[str]

    @property
    def figures(self) -> list[tuple[Item, Chart]]:
        """The figures in order, with their charts."""
        return [(item, item.content) for item in self.items if isinstance(item.content, Chart)]


def compose(contents: AppendixContents, of: Year | Pair) -> Appendix:
    """Make the words, figures and tables of an appendix.

    Parameters
    ----------
    contents : AppendixContents
    of : Year or Pair
        What it is about; two years are compared.

    Returns
    -------
    Appendix

    Raises
    ------
    WorkbookError
        If a group is named that the year does not have.
    """
    whole = Exhibit(of.year, of.base) if isinstance(of, Pair) else Exhibit(of)
    year, groups = whole.year, whole.scheme.groups
    drafts = [show(year, "draft")] if contents.statistics and year.facts.inputs is not None else []
    found: list[tuple[Chart | Table, str]] = []
    left_out: list[str] = []
    for template in contents.items:
        exhibit = EXHIBITS[template.name]
        about = f"{'图' if template.figure else '表'}“{exhibit.label}”"
        if unknown := set(template.groups) - set(groups):
            raise WorkbookError(
                f"notebooks/appendix.yml 的 {template.name}：{name_assessed(year.year)}没有 "
                f"{'、'.join(sorted(unknown))} 这一组。"
                f"可用：{'、'.join(groups)}。"
            )
        if "base_year" in exhibit.needs and whole.base is None:
            left_out.append(retell(f"{about}：前面没有可比的年度", kind_of(year.year)))
            continue
        years = (year, whole.base) if whole.base and "base_year" in exhibit.needs else (year,)
        if lacking := find_lacking(exhibit.needs, *years):
            left_out.append(f"{about}：{lacking}")
            continue
        made = show(of, template.name)
        if isinstance(made, Gallery):
            shown = [made[group] for group in template.groups or made if group in made]
        else:
            shown = [made]
        for each in shown:
            with drawn_wide(_DRAWN_WIDE):
                content = None if each.absent else each.chart if template.figure else each.table
            if content is None:
                left_out.append(f"{about}：{''.join(each.prose.sentences) or '没有可放的内容'}")
            else:
                found.append((content, each.source))
    found += [(draft.table, draft.source) for draft in drafts if draft.table is not None]
    if contents.statistics and not drafts:
        left_out.append(f"统计文字：{find_lacking(['marks'], year)}")
    numbers = {Chart: count(1), Table: count(1)}
    return Appendix(
        title=retell(contents.title, kind_of(year.year)).format(year=year.year),
        year=year.year,
        notice=whole.note,
        is_to_be_told=is_to_be_told(whole.provenances),
        passages=[passage for draft in drafts for passage in draft.passages],
        cited=[cited for draft in drafts for cited in draft.cited],
        items=[Item(content, next(numbers[type(content)]), source) for content, source in found],
        left_out=left_out,
    )
