"""What the explorer shows for a choice: the sentences, the chart and the table of the exhibits that pages show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Table
from analysis.methods.what_if import Place
from analysis.problems import WorkbookError

_LONGEST = 24
"""Characters of a name that a file name keeps."""


@dataclass(frozen=True)
class View:
    """What is on the screen, and what an export writes.

    Attributes
    ----------
    name : str
        A file name without its ending: letters, digits, `_` and `-` only, whatever is in the data.
    sentences : tuple of str
    chart : Chart
    table : Table
    """

    name: str
    sentences: tuple[str, ...]
    chart: Chart
    table: Table


def view_scores(year: Year, group: str) -> View:
    """Show one group's ranked scores."""
    counts: Exhibit = show(year, "grades", group)
    (told,) = counts.sentences
    name = counts.group_name
    return _view(
        [year.year, name, "得分"], (f"{name}：{told}",), show(year, "components", group), show(year, "scores", group)
    )


def view_unit(year: Year, unit_id: str) -> View:
    """Show one unit: its parts against its group, and all its marks."""
    parts, marks = (show(year, name, unit=unit_id) for name in ("parts", "unit_marks"))
    sentences = show(year, "position", unit=unit_id).sentences
    return _view([year.year, year.facts.name_of(unit_id), "评分"], sentences, parts, marks)


def view_indicator(year: Year, group: str, indicator_id: str) -> View:
    """Show one indicator: how many units got which mark, and who."""
    shown = show(year, "indicator", group, indicator_id=indicator_id)
    return _view([year.year, shown.group_name, indicator_id], (), shown, shown)


def view_years(city: Assessment, base_year: int, year: int, group: str) -> View:
    """Show how one group moved between two years; a group that not both assess is a WorkbookError."""
    pair = city.pair(base_year, year)
    if group not in pair.base.scheme.groups or group not in pair.year.scheme.groups:
        raise WorkbookError(f"{base_year} 年和 {year} 年没有都考核这一组，无从比较。")
    shown = show(pair, "movement", group)
    return _view([year, shown.group_name, f"比{base_year}"], shown.sentences, shown, shown)


def view_what_if(year: Year, group: str, changes: Mapping[Place, Any]) -> View:
    """Show one group under a changed scheme; a clause that cannot say so is an InputError."""
    shown = show(year, "what_if", group, changes=changes)
    return _view([year.year, shown.group_name, "假设"], shown.sentences, shown, shown)


def _view(name: list[object], sentences: tuple[str, ...], drawn: Exhibit, listed: Exhibit) -> View:
    chart, table = drawn.chart, listed.table
    assert chart is not None and table is not None  # these exhibits always have them
    return View(_file_name(name), sentences, chart, table)


def _file_name(words: list[object]) -> str:
    """Names of units and groups may hold anything; a file name may not."""
    return "-".join(re.sub(r"[^\w（）、-]+", "_", str(word))[:_LONGEST] for word in words)
