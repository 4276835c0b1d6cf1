"""The appendix as a workbook: a sheet for every figure and table, with its numbers and a chart that can be edited."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
import xlsxwriter

from analysis.documents.appendix import Appendix
from analysis.documents.contents import Item
from analysis.exchange.office import PLAIN_TEXT, set_page, sheet_title, stamp
from analysis.exhibits.chart import Chart, ChartData
from analysis.exhibits.draft import plain
from analysis.exhibits.table import Table
from analysis.exhibits.theme import FAINT, MUTED, PAPER

CONTENTS, TEXT = "目录", "文字"
_TYPES = {
    "line": {"type": "line"},
    "bars": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "shares": {"type": "bar", "subtype": "percent_stacked"},
}
_FIRST = 4
"""Row of the header of the numbers."""


def write_spreadsheet(appendix: Appendix) -> bytes:
    """Write the appendix as .xlsx.

    Parameters
    ----------
    appendix : Appendix

    Returns
    -------
    bytes
        The same for the same appendix; no text from data is a formula, a link or a number.
    """
    with io.BytesIO() as buffer:
        with xlsxwriter.Workbook(buffer, PLAIN_TEXT) as book:
            stamp(book, appendix.year)
            _Writer(book, appendix).write()
        return buffer.getvalue()


def write_tables(tables: Mapping[str, Table], year: int) -> bytes:
    """Write finished tables as a workbook, a sheet each, with the numbers as they are.

    Parameters
    ----------
    tables : dict of sheet title to Table
    year : int

    Returns
    -------
    bytes
    """
    with io.BytesIO() as buffer:
        with xlsxwriter.Workbook(buffer, PLAIN_TEXT) as book:
            stamp(book, year)
            bold = book.add_format({"bold": True})
            for title, table in tables.items():
                sheet = book.add_worksheet(sheet_title(title))
                sheet.write(0, 0, table.caption, bold)
                sheet.write(1, 0, table.note)
                for place, column in enumerate(table.columns):
                    values = table.values[column.header]
                    look = book.add_format({"num_format": column.format.excel}) if column.format else None
                    sheet.set_column(place, place, 30 if column.header == table.head else 14)
                    sheet.write(2, place, column.header, bold)
                    sheet.write_column(3, place, values.astype(object).where(values.notna(), "—"), look)
                sheet.freeze_panes(3, 2)
                set_page(sheet, header_rows=3)
        return buffer.getvalue()


class _Writer:
    """Writes the sheets one after the other."""

    def __init__(self, book: Any, appendix: Appendix) -> None:
        self.book, self.appendix = book, appendix
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.plain = book.add_format(base)
        self.wrapped = book.add_format(base | {"text_wrap": True, "valign": "top"})
        self.title = book.add_format(base | {"font_name": "黑体", "font_size": 14})
        self.head = book.add_format(
            base | {"font_name": "黑体", "bottom": 1, "bg_color": "#eef1f4", "text_wrap": True, "align": "center"}
        )
        self.note = book.add_format(base | {"font_size": 9, "font_color": MUTED})
        self.link = book.add_format(base | {"font_color": "#1f5582", "underline": 1})
        self.base, self.formats = base, {"": self.plain}

    def write(self) -> None:
        self._write_contents()
        if self.appendix.passages:
            self._write_text()
        for item in self.appendix.items:
            self._write_item(item)

    def _add_sheet(self, name: str, title: str, note: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.write(0, 0, title, self.title)
        sheet.write(1, 0, note, self.note)
        sheet.set_row(0, 24)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C— &P —")
        return sheet

    def _write_contents(self) -> None:
        sheet = self._add_sheet(CONTENTS, self.appendix.title, self.appendix.notice)
        sheet.set_column(0, 0, 10, self.plain)
        sheet.set_column(1, 1, 90, self.plain)
        rows = [(TEXT, "统计文字")] * bool(self.appendix.passages)
        rows += [(item.label, item.caption) for item in self.appendix.items]
        for row, (name, caption) in enumerate(rows, _FIRST - 1):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)
            sheet.write(row, 1, caption, self.wrapped)

    def _write_text(self) -> None:
        sheet = self._add_sheet(TEXT, "统计文字", self.appendix.notice)
        sheet.set_column(0, 0, 70, self.wrapped)
        lines = []
        for passage in self.appendix.passages:
            lines.append((passage.heading, self.title))
            lines += [(plain(sentence), self.wrapped) for sentence in passage.paragraphs]
        for row, (text, look) in enumerate(lines, _FIRST - 1):
            sheet.write(row, 0, text, look)
            sheet.set_row(row, 16 * (1 + len(text) // 34))

    def _write_item(self, item: Item) -> None:
        sheet = self._add_sheet(item.label, f"{item.label}　{item.caption}", item.note(redrawn=item.is_redrawn))
        if isinstance(item.content, Table):
            self._write_table(sheet, item.content)
        else:
            frame = item.content.data.frame.rename_axis("项目").reset_index()
            looks = dict.fromkeys(frame.columns[1:], item.content.data.number_format.excel)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 1)
            self._write_frame(sheet, frame, looks)
            self._write_chart(sheet, item, item.content)

    def _write_table(self, sheet: Any, table: Table) -> None:
        looks = {column.header: column.format.excel for column in table.columns if column.format}
        self._write_frame(sheet, table.values, looks)

    def _write_frame(self, sheet: Any, frame: pd.DataFrame, looks: dict[str, str]) -> None:
        for column, name in enumerate(frame.columns):
            look = self._format(looks.get(name, ""))
            texts = frame[name].astype(str)
            longest = max([len(str(name)), *texts.map(len)]) if name not in looks else len(str(name))
            sheet.set_column(column, column, min(max(2 * longest + 2, 11), 60), look)
            sheet.write(_FIRST - 1, column, str(name), self.head)
            for row, value in enumerate(frame[name], _FIRST):
                self._write_cell(sheet, row, column, value, look)
        sheet.freeze_panes(_FIRST, 1)
        sheet.repeat_rows(_FIRST - 1)

    def _write_cell(self, sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
        if isinstance(value, str):
            sheet.write_string(row, column, value, self.wrapped if len(value) > 30 else look)
        elif pd.isna(value):
            sheet.write_string(row, column, "—", look)
        else:
            sheet.write_number(row, column, float(value), look)

    def _format(self, number_format: str) -> Any:
        if number_format not in self.formats:
            self.formats[number_format] = self.book.add_format(
                self.base | {"num_format": number_format, "align": "right"}
            )
        return self.formats[number_format]

    def _write_chart(self, sheet: Any, item: Item, chart: Chart) -> None:
        """Draw the chart beside its numbers; what spreadsheets have no kind for is a picture."""
        data = chart.data
        place = (_FIRST - 1, len(data.frame.columns) + 2)
        if not item.is_redrawn:
            picture = io.BytesIO(chart.png(150))
            sheet.insert_image(*place, f"{item.label}.png", {"image_data": picture, "description": chart.alt,
                                                             "x_scale": 0.7, "y_scale": 0.7})  # fmt: skip
            return
        drawn = self.book.add_chart(_TYPES[data.kind])
        last = _FIRST + len(data.frame) - 1
        for column, name in enumerate(map(str, data.frame.columns), 1):
            drawn.add_series(_series(item.label, column, last, name, data))
        few = len(data.frame) <= 14
        drawn.set_size({"width": 760, "height": 360 if data.kind == "line" else max(300, 24 * len(data.frame) + 140)})
        drawn.set_title({"name": item.caption, "name_font": {"size": 12, "bold": False}, "overlay": False})
        values = {"name": "占比" if data.kind == "shares" else data.axis, "major_gridlines":
                  {"visible": True, "line": {"color": FAINT}}, "min": data.lowest}  # fmt: skip
        if data.kind == "line":
            drawn.set_y_axis(values)
        else:
            drawn.set_x_axis(values)
            drawn.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": 9 if few else 8}})
        drawn.set_legend({"none": True} if data.hidden else {"position": "top"})
        sheet.insert_chart(*place, drawn, {"description": chart.alt})


def _series(sheet: str, column: int, last: int, name: str, data: ChartData) -> dict[str, Any]:
    look: dict[str, Any] = {
        "name": [sheet, _FIRST - 1, column],
        "categories": [sheet, _FIRST, 0, last, 0],
        "values": [sheet, _FIRST, column, last, column],
    }
    if name == data.hidden:
        texts = [{"value": text} if text else {"delete": True} for text in data.lifted]
        lifted = {"value": True, "position": "inside_end", "custom": texts}
        return look | {"fill": {"none": True}, "border": {"none": True}, "data_labels": lifted, "gap": 45}
    colour = data.colours.get(name, MUTED)
    written = data.number_format.excel
    labels = {"value": True, "num_format": f"{written};-{written};;"}
    look |= {"data_labels": labels} if len(data.frame) <= 14 and not data.hidden else {}
    if data.kind == "line":
        labels["position"] = "below" if column % 2 else "above"
        dash = "dash" if column % 2 == 0 else "solid"
        return look | {
            "line": {"color": colour, "width": 1.75, "dash_type": dash},
            "marker": {"type": "automatic", "fill": {"color": colour}, "border": {"color": colour}},
        }
    if name in data.hatched:
        pattern = {"pattern": "wide_upward_diagonal", "fg_color": colour, "bg_color": PAPER}
        return look | {"pattern": pattern, "border": {"color": colour}, "gap": 45, "overlap": 100}
    return look | {"fill": {"color": colour}, "gap": 45, "overlap": 0 if data.kind == "bars" else 100}
