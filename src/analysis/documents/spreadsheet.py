"""A document as a workbook: a sheet for every figure and table, with its numbers and a chart that can be edited."""

import io
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.documents.paper import Heading, Item, Paper
from analysis.exchange.office import open_book, set_page, sheet_title, wide_enough
from analysis.exhibits.chart import Chart, ChartData
from analysis.exhibits.drafting import plain
from analysis.exhibits.table import Table
from analysis.exhibits.theme import FAINT, MUTED, PAPER
from analysis.periods import AnyYear
from analysis.texts import count_ems
from analysis.words import Format

CONTENTS, TEXT = "目录", "文字"
_TYPES = {
    "line": {"type": "line"},
    "bars": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "shares": {"type": "bar", "subtype": "percent_stacked"},
}
_SHEETS = {"A4": 9, "A3": 8}
"""What spreadsheets call them."""
_HEAD = 3
"""Row of the header of the numbers."""
_LONG = 30
"""Characters of a cell from which it is wrapped."""
MOST_LABELLED = 14
"""Rows up to which every number stands in the chart."""
_COLUMN, _PIXELS, _EM, _CHART_WIDE = 8.43, 7, 12, 760
"""The width of a column that is not set, in digits; pixels of a digit, of a character of a note, of a chart."""
_NARROW = {"stacked": 0.12, "shares": 0.03}
"""Share of the longest bar below which there is no room for a number in its part: points, and counts of units."""
_MOST_LINES = 4
"""Lines up to which they do."""


def is_labelled(data: ChartData) -> bool:
    """Say whether every number stands in the chart: of many rows or lines there is no room for all."""
    if data.kind == "line":
        return len(data.frame) <= MOST_LABELLED and len(data.frame.columns) <= _MOST_LINES
    return len(data.frame) <= MOST_LABELLED or data.kind == "bars"


def list_unlabelled(data: ChartData, series: str) -> list[int]:
    """List the rows in which the number of a series does not stand: it rounds to nothing, or its part is too narrow.

    Examples
    --------
    >>> list_unlabelled(ChartData(pd.DataFrame({"a": [8.0, 0.1, -0.001]}), "stacked", "分"), "a")
    [1, 2]
    """
    values, sizes = data.frame[series], data.frame.abs()
    longest = {"stacked": sizes.sum(axis=1).max(), "shares": sizes.sum(axis=1)}.get(data.kind, 0.0)
    is_narrow = values.abs() < _NARROW.get(data.kind, 0.0) * longest
    is_nothing = values.map(lambda value: pd.notna(value) and data.number_format.is_nothing(value))
    return [int(row) for row in np.flatnonzero(is_narrow | is_nothing)]


def write_spreadsheet(paper: Paper) -> bytes:
    """Write a document as .xlsx.

    Parameters
    ----------
    paper : Paper

    Returns
    -------
    bytes
        The same for the same document; no text from data is a formula, a link or a number.
    """
    buffer = io.BytesIO()
    with open_book(buffer, paper.year) as book:
        sheets = _Sheets(book, _SHEETS[paper.kind.sheet])
        sheets.add_contents(paper)
        if paper.text:
            sheets.add_text(paper)
        for item in paper.items:
            sheets.add_item(item)
    return buffer.getvalue()


def write_tables(tables: Mapping[str, Table], year: AnyYear) -> bytes:
    """Write finished tables as a workbook, a sheet each, with the numbers as they are.

    Parameters
    ----------
    tables : dict of sheet title to Table
    year : AnyYear

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    with open_book(buffer, year) as book:
        bold, over_numbers = book.add_format({"bold": True}), book.add_format({"bold": True, "align": "right"})
        words = book.add_format({"indent": 1})
        for title, table in tables.items():
            sheet = book.add_worksheet(sheet_title(title))
            sheet.write(0, 0, table.caption, bold)
            sheet.write(1, 0, table.note)
            for number, column in enumerate(table.columns):
                values = table.values[column.header]
                look = book.add_format({"num_format": column.format.excel}) if column.format else words
                sheet.set_column(number, number, wide_enough(14, [column.header, *values]))
                sheet.write(2, number, column.header, over_numbers if column.format else bold)
                sheet.write_column(3, number, values.astype(object).where(values.notna(), "—"), look)
            sheet.freeze_panes(3, 2)
            set_page(sheet, header_rows=3)
    return buffer.getvalue()


def write_numbers(frame: pd.DataFrame, year: AnyYear) -> bytes:
    """Write the workbook of a chart where its references expect it: labels in column A, series from B on.

    Parameters
    ----------
    frame : DataFrame
        See `ChartData`.
    year : AnyYear

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    with open_book(buffer, year) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.set_column(0, 0, 24)
        sheet.write_row(0, 1, frame.columns)
        sheet.write_column(1, 0, map(str, frame.index))
        for column, (_, values) in enumerate(frame.items(), 1):
            sheet.write_column(1, column, values.astype(object).where(values.notna(), None))
    return buffer.getvalue()


class _Sheets:
    """The sheets of a document, which share their looks."""

    def __init__(self, book: Any, sheet: int) -> None:
        self.book, self.sheet, self.base = book, sheet, {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.plain = self._look(indent=1)
        self.wrapped = self._look(text_wrap=True, valign="top", indent=1)
        self.title = self._look(font_name="黑体", font_size=14)
        self.head = self._look(font_name="黑体", bottom=1, bg_color="#eef1f4", text_wrap=True, align="center")
        self.note = self._look(font_size=9, font_color=MUTED, text_wrap=True, valign="top")
        self.link = self._look(font_color="#1f5582", underline=1)

    def _look(self, **properties: Any) -> Any:
        return self.book.add_format(self.base | properties)

    def _add(self, name: str, title: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.write(0, 0, title, self.title)
        sheet.set_row(0, 24)
        sheet.hide_gridlines(2)
        sheet.set_paper(self.sheet)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C— &P —")
        return sheet

    def add_contents(self, paper: Paper) -> None:
        sheet = self._add(CONTENTS, paper.title)
        self._spread_note(sheet, paper.notice, [10, 90])
        sheet.set_column(0, 0, 10, self.plain)
        sheet.set_column(1, 1, 90, self.plain)
        rows = [(TEXT, "文字")] if paper.text else []
        rows += [(item.label, item.caption) for item in paper.items]
        for row, (name, caption) in enumerate(rows, _HEAD):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)
            sheet.write(row, 1, caption, self.wrapped)

    def add_text(self, paper: Paper) -> None:
        sheet = self._add(TEXT, paper.title)
        self._spread_note(sheet, paper.notice, [70])
        sheet.set_column(0, 0, 70, self.wrapped)
        lines = [
            (each.text, self.title) if isinstance(each, Heading) else (plain(each.pieces), self.wrapped)
            for each in paper.text
        ]
        for row, (text, look) in enumerate(lines, _HEAD):
            sheet.write(row, 0, text, look)
            sheet.set_row(row, 16 * (1 + len(text) // 34))

    def add_item(self, item: Item) -> None:
        sheet, note = self._add(item.label, f"{item.label}　{item.caption}"), item.note(redrawn=True)
        if isinstance(item.content, Table):
            columns = item.content.columns
            formats = {column.header: column.format for column in columns if column.format}
            self._spread_note(sheet, note, self._write_frame(sheet, item.content.values, formats))
            return
        data = item.content.data
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
        formats = dict.fromkeys(data.frame, data.number_format)
        widths = self._write_frame(sheet, data.frame.rename_axis("项目").reset_index(), formats)
        self._spread_note(sheet, note, [*widths, *[_COLUMN] * (2 + _CHART_WIDE // _PIXELS // int(_COLUMN))])
        self._insert_chart(sheet, item.label, item.content)

    def _spread_note(self, sheet: Any, note: str, widths: list[float]) -> None:
        """Write the note over so many columns, in as many lines as it takes: on one line it would make a sheet wide."""
        lines = -(-count_ems(note) * _EM // (sum(widths) * _PIXELS))
        sheet.set_row(1, max(lines, 1) * 12 + 3)
        if len(widths) > 1:
            sheet.merge_range(1, 0, 1, len(widths) - 1, note, self.note)
        else:
            sheet.write(1, 0, note, self.note)

    def _write_frame(self, sheet: Any, frame: pd.DataFrame, formats: Mapping[str, Format]) -> list[float]:
        """Write a table; return the widths of its columns."""
        widths = list[float]()
        look_of = cache(lambda written: self._look(num_format=written, align="right"))
        for column, (name, values) in enumerate(frame.items()):
            is_text = name not in formats
            look = self.plain if is_text else look_of(formats[name].excel)
            longest = max(map(len, [name, *(values.astype(str) if is_text else ())]))
            widths.append(min(max(2 * longest + 3, 11), 60))
            sheet.set_column(column, column, widths[-1], look)
            sheet.write(_HEAD, column, name, self.head)
            for row, value in enumerate(values.astype(object).where(values.notna(), "—"), _HEAD + 1):
                if isinstance(value, str):
                    sheet.write_string(row, column, value, self.wrapped if len(value) > _LONG else look)
                else:
                    own = look if is_text else look_of(formats[name].excel_of(value))
                    sheet.write_number(row, column, value, own)
        sheet.freeze_panes(_HEAD + 1, 1)
        sheet.repeat_rows(_HEAD)
        return widths

    def _insert_chart(self, sheet: Any, label: str, chart: Chart) -> None:
        """Put the chart beside its numbers; what spreadsheets have no kind for is a picture."""
        data = chart.data
        rows, columns = data.frame.shape
        corner, words = (_HEAD, columns + 2), {"description": chart.alt}
        if data.kind == "picture":
            picture = {"image_data": io.BytesIO(chart.png(150)), "x_scale": 0.7, "y_scale": 0.7}
            sheet.insert_image(*corner, f"{label}.png", picture | words)
            return
        drawn = self.book.add_chart(_TYPES[data.kind])
        for column, name in enumerate(data.frame, 1):
            drawn.add_series(_series(label, column, name, data))
        drawn.set_size({"width": _CHART_WIDE, "height": 360 if data.kind == "line" else max(300, 24 * rows + 140)})
        drawn.set_title({"name": chart.title, "name_font": {"size": 12, "bold": False}, "overlay": False})
        lines = {"visible": True, "line": {"color": FAINT}}
        values = {"name": "占比" if data.kind == "shares" else data.axis, "major_gridlines": lines, "min": data.lowest}
        if data.kind == "line":
            drawn.set_y_axis(values)
        else:
            size = 9 if rows <= MOST_LABELLED else 8
            drawn.set_x_axis(values)
            drawn.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": size}})
        drawn.set_legend({"position": "top"})
        sheet.insert_chart(*corner, drawn, words)


def _series(sheet: str, column: int, name: str, data: ChartData) -> dict[str, Any]:
    first, last = _HEAD + 1, _HEAD + len(data.frame)
    series: dict[str, Any] = {
        "name": [sheet, _HEAD, column],
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
        "gap": 45,
    }
    colour = data.colours.get(name, MUTED)
    if len(data.frame) <= MOST_LABELLED and is_labelled(data):
        written = data.number_format.excel
        silent = set(list_unlabelled(data, name))
        shown = [{"delete": True} if row in silent else None for row in range(len(data.frame))]
        series["data_labels"] = {"value": True, "num_format": f"{written};-{written};;", "custom": shown}
        if data.kind == "line":
            series["data_labels"]["position"] = "above" if name in data.dashed else "below"
    if data.kind == "line":
        dash = "dash" if name in data.dashed else "solid"
        marker = {"type": "automatic", "fill": {"color": colour}, "border": {"color": colour}}
        return series | {"line": {"color": colour, "width": 1.75, "dash_type": dash}, "marker": marker}
    series["overlap"] = 0 if data.kind == "bars" and name not in data.hatched else 100
    if name in data.hatched:
        pattern = {"pattern": "wide_upward_diagonal", "fg_color": colour, "bg_color": PAPER}
        return series | {"pattern": pattern, "border": {"color": colour}}
    return series | {"fill": {"color": colour}}
