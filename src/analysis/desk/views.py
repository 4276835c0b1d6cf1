"""What the explorer shows for a choice: the sentences, the chart and the table of the exhibits that pages show."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from analysis.assessment import Year
from analysis.exchange.office import to_csv
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Table
from analysis.methods.what_if import ClausePath
from analysis.periods import AnyYear, kind_of, name_year, retell
from analysis.problems import WorkbookError, tell_refusal
from analysis.storage import write_file
from analysis.texts import name_path

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
    about : Exhibit
        What says of which years it is.
    """

    name: str
    sentences: tuple[str, ...]
    chart: Chart
    table: Table
    about: Exhibit

    def save(self, folder: Path) -> list[str]:
        """Write the table as CSV, unrounded, and the chart as PNG.

        Parameters
        ----------
        folder : Path
            Made if it is not there.

        Returns
        -------
        list of str
            What was written, and where earlier files of the same name with other content are kept.

        Raises
        ------
        WorkbookError
            If it cannot be written.
        """
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise WorkbookError(tell_refusal(error, folder)) from error
        table = self.table.values.assign(**{"说明": self.table.note})
        written = [f"已存入 {name_path(folder)}："]
        for ending, content in (("csv", to_csv(table)), ("png", self.chart.with_words().png())):
            path = folder / f"{self.name}.{ending}"
            kept = write_file(path, content)
            written.append(path.name + (f"（原有的同名文件内容不同，改名为 {kept.name}）" if kept else ""))
        return written


def _view(words: list[object], sentences: tuple[str, ...], drawn: Exhibit, listed: Exhibit) -> View:
    """Name a view by words of the data, which may hold anything; a file name may not."""
    chart, table = drawn.chart, listed.table
    if chart is None or table is None:  # withheld; why is among the sentences
        raise WorkbookError("".join(sentences))
    name = "-".join(re.sub(r"[^\w（）、-]+", "_", str(word))[:_LONGEST] for word in words)
    return View(name, sentences, chart, table, listed)


def _view_scores(year: Year, group: str) -> View:
    counts, drawn, listed = (show(year, name, group) for name in ("grades", "components", "scores"))
    sentences = tuple(f"{counts.group_name}：{each}" for each in counts.sentences)
    return _view([year.year, counts.group_name, "得分"], sentences, drawn, listed)


def _view_unit(year: Year, unit: str, **_: Any) -> View:
    position, parts, marks = (show(year, name, unit=unit) for name in ("position", "profile", "unit_marks"))
    return _view([year.year, year.facts.name_of(unit), "评分"], position.sentences, parts, marks)


def _view_indicator(year: Year, group: str, indicator: str | None) -> View:
    if indicator is None:
        raise WorkbookError("这一组没有逐项评分的指标。")
    shown = show(year, "indicator", group, indicator_id=indicator)
    return _view([year.year, shown.group_name, indicator], (), shown, shown)


def _view_years(year: Year, group: str, other: AnyYear | None) -> View:
    if other is None:
        raise WorkbookError(retell("没有另一个有评分的年度可比。", kind_of(year.year)))
    pair = year.assessment.pair(*sorted([other, year.year]))
    if not all(group in each.scheme.groups for each in (pair.base, pair.year)):
        raise WorkbookError(f"{name_year(pair.base.year)}和{name_year(pair.year.year)}没有都考核这一组，无从比较。")
    shown = show(pair, "movement", group)
    return _view([pair.year.year, shown.group_name, f"比{pair.base.year}"], shown.sentences, shown, shown)


def _view_what_if(year: Year, group: str, changes: Mapping[ClausePath, Any]) -> View:
    shown = show(year, "what_if", group, changes=changes)
    return _view([year.year, shown.group_name, "假设"], shown.sentences, shown, shown)


class Kind(NamedTuple):
    """A view to choose.

    Attributes
    ----------
    label : str
    chosen : tuple of str
        What it is about: of "year", "group", "unit", "indicator", "other" (year) and "changes" (of the scheme).
    show : callable
        Makes the view of these; a choice that shows nothing is a WorkbookError, a clause that cannot be so an
        InputError.
    """

    label: str
    chosen: tuple[str, ...]
    show: Callable[..., View]


KINDS = {
    "scores": Kind("各单位得分", ("year", "group"), _view_scores),
    "unit": Kind("一个单位", ("year", "group", "unit"), _view_unit),
    "indicator": Kind("一项指标", ("year", "group", "indicator"), _view_indicator),
    "years": Kind("与另一年比", ("year", "group", "other"), _view_years),
    "what_if": Kind("改办法试试", ("year", "group", "changes"), _view_what_if),
}
