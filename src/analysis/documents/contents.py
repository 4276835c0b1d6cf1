"""Which figures and tables an appendix holds, in which order: notebooks/appendix.yml against the year at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from analysis.assessment import Pair, Year
from analysis.data.documents import Document, load_document
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.chart import Chart, drawn_wide
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Table
from analysis.problems import WorkbookError
from analysis.storage import find_above

TEXT_WIDTH = 156
"""Millimetres between the margins that GB/T 9704-2012 sets for A4."""
_DRAWN_WIDE = 6.9
"""Inches charts are drawn at: shown at the text width, their type is still 7.5 points."""


class ItemTemplate(Document):
    """One line of the list: a figure or a table, for some groups or for all."""

    figure: str | None = None
    table: str | None = None
    groups: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_known(self) -> ItemTemplate:
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


@dataclass(frozen=True)
class Item:
    """A numbered figure or table.

    Attributes
    ----------
    kind : {"图", "表"}
    number : int
    content : Chart or Table
    source : str
        Where it is from, and what was reconstructed.
    """

    kind: Literal["图", "表"]
    number: int
    content: Chart | Table
    source: str

    @property
    def label(self) -> str:
        """Kind and number."""
        return f"{self.kind}{self.number}"

    @property
    def is_redrawn(self) -> bool:
        """Whether office software draws it from its numbers."""
        return isinstance(self.content, Chart) and self.content.data.kind != "picture"

    def note(self, *, redrawn: bool = False) -> str:
        """Return what stands under it: how it is measured, and the source."""
        if isinstance(self.content, Table):
            return self.source
        return f"{(redrawn and self.content.data.measure) or self.content.subtitle}。{self.source}"

    @property
    def caption(self) -> str:
        """What it shows."""
        return self.content.title if isinstance(self.content, Chart) else self.content.caption


def load_appendix_contents() -> AppendixContents:
    """Find and read notebooks/appendix.yml.

    Returns
    -------
    AppendixContents

    Raises
    ------
    WorkbookError
        If there is none, or something in it is not known.
    """
    found = find_above("notebooks/appendix.yml")
    if found is None:
        raise WorkbookError("找不到 notebooks/appendix.yml（附件里放哪些图表）。请进入工作簿文件夹再运行。")
    return load_document(found, found.parent.parent, AppendixContents)


def make_items(contents: AppendixContents, of: Year | Pair) -> tuple[list[Item], list[str]]:
    """Make every figure and table of the list.

    Parameters
    ----------
    contents : AppendixContents
    of : Year or Pair
        What they are about.

    Returns
    -------
    items : list of Item
    left_out : list of str
        What could not be shown, and why.

    Raises
    ------
    WorkbookError
        If a group is named that the year does not have.
    """
    items: list[Item] = []
    left_out: list[str] = []
    numbers = {"图": 0, "表": 0}
    year = of.year if isinstance(of, Pair) else of
    for template in contents.items:
        kind: Literal["图", "表"] = "图" if template.figure else "表"
        exhibit = EXHIBITS[template.name]
        if unknown := set(template.groups) - set(year.scheme.groups):
            raise WorkbookError(
                f"notebooks/appendix.yml 的 {template.name}：{year.year} 年度没有 {'、'.join(sorted(unknown))} 这一组。"
                f"可用：{'、'.join(year.scheme.groups)}。"
            )
        if "base_year" in exhibit.needs and isinstance(of, Year):
            left_out.append(f"{kind}“{exhibit.label}”：没有可比的上一个有评分的年度")
            continue
        for each in _make(of, template):
            with drawn_wide(_DRAWN_WIDE):
                content = None if each.absent else each.chart if template.figure else each.table
            if content is None:
                left_out.append(f"{kind}“{exhibit.label}”：{str(each.prose) or '没有可放的内容'}")
                continue
            numbers[kind] += 1
            source = content.source if isinstance(content, Chart) else each.source
            items.append(Item(kind, numbers[kind], content, source))
    return items, left_out


def _make(of: Year | Pair, template: ItemTemplate) -> list[Exhibit]:
    made = show(of, template.name)
    if isinstance(made, Exhibit):
        return [made]
    return [made[group] for group in template.groups or made if group in made]
