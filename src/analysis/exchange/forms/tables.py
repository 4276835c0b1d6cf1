"""Recognise the sheets an office keeps and gather the tables of a year from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.data.dataset import Dataset
from analysis.data.inputs import RESULT_COLUMNS, list_tables
from analysis.data.schemes import Scheme
from analysis.data.tables import Column
from analysis.exchange.forms.gathered import GatheredTable, Row
from analysis.exchange.forms.mark_sheets import Indicators, read_mark_sheet
from analysis.exchange.forms.sheets import Sheet, at, show
from analysis.exchange.forms.words import (
    CHECK,
    GUIDE,
    HEADERS,
    SOURCE,
    SOURCE_ROWS,
    STATUSES,
    TABLES,
    UNITS,
    Words,
    identify_column,
)
from analysis.exchange.office import sheet_title

_SPECIAL = {SOURCE: SOURCE, GUIDE: GUIDE, UNITS: GUIDE, CHECK: GUIDE}
_MARK_SHEET, _UNKNOWN = "mark sheet", ""
_SOURCE_HEADER = ("项目", "")
_MARKED = STATUSES["marked"]
_IN_CELL = "评价等次或得分"
"""What shows that an indicator is marked: a word in a list of marks, the mark itself in a sheet of them."""


@dataclass(frozen=True)
class Gathered:
    """What was gathered from sheets.

    Attributes
    ----------
    tables : dict of table name to GatheredTable
    source : dict of str to str
        What the sheet of sources says, such as 年度, 性质, 说明.
    missing : list of str
        What the tables are called that no sheet holds.
    is_complete : bool
        False if a table, or some of it, is not there or could not be read.
    """

    tables: dict[str, GatheredTable]
    source: dict[str, str]
    missing: list[str]
    is_complete: bool


def gather_tables(sheets: Sequence[Sheet], file: str, dataset: Dataset, year: int) -> Gathered:
    """Turn sheets into tables; what cannot be recognised becomes a problem of its sheet.

    Parameters
    ----------
    sheets : sequence of Sheet
    file : str
        What the file, or the folder, is called that they stand in.
    dataset : Dataset
        For the units' names of all years.
    year : int
        Its scheme names groups, parts, components and assessors.

    Returns
    -------
    Gathered
    """
    scheme, words = dataset.year(year).scheme, Words(dataset, year)
    columns = list_tables(scheme)
    readable = [sheet for sheet in sheets if sheet.is_read]
    rows: dict[str, list[Row]] = {table: [] for table in columns}
    for sheet in readable:
        if _recognise(sheet, scheme) == "indicators":
            rows["indicators"] += _read_table(sheet, columns["indicators"], words)
    indicators = Indicators([row.values for row in rows["indicators"]], scheme)
    homes: dict[str, list[Row]] = {}
    source: dict[str, str] = {}
    first: dict[str, Sheet] = {}
    for sheet in readable:
        kind = _recognise(sheet, scheme, indicators)
        first.setdefault(kind, sheet)
        if kind == _MARK_SHEET:
            rows["marks"] += read_mark_sheet(sheet, words, indicators, homes)
        elif kind == SOURCE:
            _read_source(sheet, source)
        elif kind == _UNKNOWN:
            _refuse_unknown(sheet, scheme)
        elif kind == GUIDE:
            sheet.problems.clear()  # nothing is read from it
        elif kind != "indicators":
            rows[kind] += _read_table(sheet, columns[kind], words)
    rows["marks"] = [indicators.resolve(row, words.groups) for row in rows["marks"]]
    for row in rows["marks"]:
        homes.setdefault(row.values["unit_id"], []).append(row)

    seen = {"marks" if kind == _MARK_SHEET else kind for kind in first} & columns.keys()
    unread = {sheet.title for sheet in sheets if not sheet.is_read} - _SPECIAL.keys()
    unread |= (columns.keys() - seen) | {"marks"} if unread - columns.keys() else set()  # what it may hold
    unread |= {"marks"} if _UNKNOWN in first else set()
    either = f"{_MARKED}（一个单位一行的表填{_IN_CELL}）" if "marks" in first else _IN_CELL
    wording = words.wording(marked=either if _MARK_SHEET in first else _MARKED)

    def make_table(table: str) -> GatheredTable:
        """Take what was read of a table if it is all there is; of marks, whatever was, but not without indicators."""
        needed = {"indicators", table} if table == "marks" else {table}
        is_read = needed <= seen and not (needed - {"marks"}) & unread
        sheet = first.get(table, Sheet(file, words.name_table(table)))
        return GatheredTable(
            sheet.place(headers=HEADERS | {identify_column(name): name for name in sheet.header}),
            columns[table],
            rows[table] if is_read else None,
            wording,
            homes if table == "marks" else {},
            is_complete=table not in unread,
        )

    missing = [words.name_table(table) for table in sorted(columns.keys() - seen - unread)]
    is_complete = seen == columns.keys() and not unread
    return Gathered({table: make_table(table) for table in columns}, source, missing, is_complete)


def _recognise(sheet: Sheet, scheme: Scheme, indicators: Indicators | None = None) -> str:
    """Name what a sheet holds: a table, marks by unit and indicator, a source, a guide, or nothing that is known."""
    title = sheet.title
    if title in _SPECIAL or not sheet.rows:
        return _SPECIAL.get(title, GUIDE if sheet.name.lower().startswith("sheet") else _UNKNOWN)
    header = {identify_column(name) for name in sheet.header if name}
    tables = list_tables(scheme)
    for table in TABLES:
        if {column.name for column in tables[table]} <= header:
            return table
    if {column.name for column in RESULT_COLUMNS} <= header:
        titles = {name: each.id for each in scheme.outside_components for name in (each.id, sheet_title(each.name))}
        return titles.get(title) or (_UNKNOWN if sheet.name else titles.get(title.lower(), _UNKNOWN))
    is_of_marks = not (indicators and indicators.markings) or any(name in indicators for name in header)
    return _MARK_SHEET if "unit_id" in header and is_of_marks else _UNKNOWN


def _refuse_unknown(sheet: Sheet, scheme: Scheme) -> None:
    if not sheet.rows:
        sheet.refuse("表是空的", "填上内容，或删去这张表")
        return
    known = [*TABLES.values(), *(each.name for each in scheme.outside_components)]
    sheet.refuse(
        "认不出这张表：列名或表名对不上",
        f"列名照模板写，放在第一行；可用的表：{'、'.join(known)}",
        row=sheet.header_row,
        value="、".join(sheet.header)[:60],
    )


def _read_table(sheet: Sheet, columns: Sequence[Column], words: Words) -> list[Row]:
    sheet.check_header()
    for name in sheet.header:
        if name and identify_column(name) not in {column.name for column in columns}:
            sheet.note("这一列没有读", sheet.header_row, name, "")
    places = {identify_column(name): place for place, name in enumerate(sheet.header) if name}
    headers = {column.name: sheet.header[places[column.name]] for column in columns}
    rows = []
    for number, cells in sheet.body():
        given = {column: at(cells, places[column.name]) for column in columns}
        values = {
            column.name: sheet.read(number, column, headers[column.name], value, words)
            for column, value in given.items()
        }
        written = {column.name: show(value) for column, value in given.items()}
        if any(values.values()):  # else all that stands there is beside the point
            rows.append(Row(sheet.place(number, headers), values, written))
    return rows


def _read_source(sheet: Sheet, found: dict[str, str]) -> None:
    """Read what the file says of itself; what is said twice is not known."""
    for row, cells in sheet.rows.items():
        name = sheet.text(row, "", at(cells, 0))
        value = sheet.text(row, name, at(cells, 1))
        if name in found:
            sheet.refuse("写了两次", "只留一行", row=row, column=name, value=value)
        elif name not in (*SOURCE_ROWS, *_SOURCE_HEADER):
            sheet.note(f"这一行没有读；认得的项目：{'、'.join(SOURCE_ROWS)}", row, "项目", name)
        found[name] = value
