"""Recognise the sheets an analyst keeps and turn them into the tables of a year, remembering where each cell stood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.facts.dataset import Dataset
from analysis.facts.inputs import ADJUSTMENT_COLUMNS, INDICATOR_COLUMNS, MARK_COLUMNS, RESULT_COLUMNS
from analysis.facts.intake.cells import read_number, read_text
from analysis.facts.intake.sheets import Sheet
from analysis.facts.schemes import Scheme
from analysis.facts.tables import Column

HEADERS = {
    "unit_id": "单位",
    "indicator_id": "指标编号",
    "group": "组别",
    "part": "部分",
    "name": "指标名称",
    "points": "分值",
    "assessor_id": "考核主体",
    "status": "状态",
    "rating": "评价等次",
    "score": "得分",
    "full_score": "满分",
    "kind": "类别",
    "reason": "事由",
}
"""What an analyst calls the columns; the identifiers are read as well."""
STATUSES = {"marked": "已评", "not_carried": "不承担", "own_assessor": "自评"}
KINDS = {"bonus": "加分", "deduction": "扣分", "veto": "取消评优资格"}
ORIGINS = {"official": "正式", "reconstructed": "重构"}
GUIDE, SOURCE, UNITS, CHECK = "填写说明", "数据来源", "单位", "核对"
EXAMPLE = "示例（不读入）"
"""First cell of a row that only shows how to fill in a sheet."""
_SPECIAL = {SOURCE: SOURCE, GUIDE: GUIDE, UNITS: GUIDE, CHECK: GUIDE}
WIDE_NOTES = ("指标名称", "分值", "部分")
"""Rows of a wide sheet under the indicators' ids that explain them."""

TABLES: dict[str, tuple[Column, ...]] = {
    "indicators": INDICATOR_COLUMNS,
    "marks": MARK_COLUMNS,
    "adjustments": ADJUSTMENT_COLUMNS,
}


@dataclass(frozen=True)
class Row:
    """One row of a table, and where it stood.

    Attributes
    ----------
    values : dict of column to text
    sheet : Sheet
    number : int
        Row of the sheet.
    headers : dict of column to what the sheet calls it
    """

    values: dict[str, str]
    sheet: Sheet
    number: int
    headers: Mapping[str, str]


@dataclass
class Gathered:
    """The tables of a year as gathered from sheets.

    Attributes
    ----------
    rows : dict of table to list of Row
    source : dict of str to str
        What the sheet of sources says: 年度, 性质, 说明.
    """

    rows: dict[str, list[Row]]
    source: dict[str, str] = field(default_factory=dict)


def gather_tables(sheets: Sequence[Sheet], dataset: Dataset, year: int) -> Gathered:
    """Turn sheets into tables; what cannot be recognised becomes a problem of its sheet.

    Parameters
    ----------
    sheets : sequence of Sheet
    dataset : Dataset
        For the units' names of all years.
    year : int
        Its scheme names groups, parts, components and assessors.

    Returns
    -------
    Gathered
    """
    scheme = dataset.year(year).scheme
    words = _Words(dataset, year)
    gathered = Gathered({table: [] for table in [*TABLES, *(each.id for each in scheme.outside_components)]})
    indicators = [sheet for sheet in sheets if _recognise(sheet, scheme) == "indicators"]
    for sheet in indicators:
        gathered.rows["indicators"] += _read_table(sheet, INDICATOR_COLUMNS, words)
    markings = {part: spec.marking for part, spec in scheme.parts.items()}
    known = {
        row.values["indicator_id"]: markings.get(row.values["part"], "score") for row in gathered.rows["indicators"]
    }
    for sheet in sheets:
        table = _recognise(sheet, scheme, set(known))
        if table == "wide":
            gathered.rows["marks"] += _read_wide(sheet, words, known)
        elif table == SOURCE:
            gathered.source |= _read_source(sheet)
        elif table == "":
            _refuse_unknown(sheet, scheme)
        elif table not in {GUIDE, "indicators"}:
            gathered.rows[table] += _read_table(sheet, TABLES.get(table, RESULT_COLUMNS), words)
    return gathered


class _Words:
    """What an analyst may write for an identifier, column by column."""

    def __init__(self, dataset: Dataset, year: int) -> None:
        facts = dataset.year(year)
        scheme = facts.scheme
        current = {row.name: row.unit_id for row in facts.units[["unit_id", "name"]].itertuples(index=False)}
        self.former = {
            row.name: row.unit_id
            for frame in (dataset.units, dataset.lineage)
            for row in frame[["unit_id", "name"]].itertuples(index=False)
            if row.name not in current
        }
        self.known: dict[str, dict[str, str]] = {
            "unit_id": current,
            "group": {name: key for key, name in scheme.group_names.items()},
            "part": {spec.name: key for key, spec in scheme.parts.items()},
            "assessor_id": {name: key for key, name in scheme.assessors.value.items()},
            "status": {name: key for key, name in STATUSES.items()},
            "kind": {name: key for key, name in KINDS.items()},
        }

    def read(self, sheet: Sheet, row: int, column: Column, header: str, value: Any) -> str:
        """Read one cell and put the identifier in place of the word."""
        if column.number:
            return read_number(sheet, row, header, value)
        text = read_text(sheet, row, header, value)
        if column.name == "unit_id" and text in self.former:
            sheet.note("是别的年度的名称，按沿革归到同一单位", row, header, text)
            return self.former[text]
        return self.known.get(column.name, {}).get(text, text)


def sheet_title(name: str) -> str:
    """Return a name as Excel allows it for a sheet."""
    return re.sub(r"[\[\]:*?/\\]", "_", name)[:31]


def _header(sheet: Sheet) -> tuple[int, list[str]]:
    """Return the number and the cells of the first row that has any."""
    number = next(iter(sheet.rows), 0)
    return number, ["" if cell is None else str(cell) for cell in sheet.rows.get(number, [])]


def _recognise(sheet: Sheet, scheme: Scheme, indicators: set[str] | None = None) -> str:
    """Name the table a sheet holds: a table, a component, "wide", a special sheet, or "" if it cannot be told."""
    title = sheet.name or sheet.file.removesuffix(".csv")
    if title in _SPECIAL or not sheet.rows:
        return _SPECIAL.get(title, GUIDE if sheet.name.lower().startswith("sheet") else "")
    cells = [_identifier(cell) for cell in _header(sheet)[1]]
    header = {cell for cell in cells if cell}
    for table, columns in TABLES.items():
        if {column.name for column in columns} <= header:
            return table
    if {column.name for column in RESULT_COLUMNS} <= header:
        titles = {name: each.id for each in scheme.outside_components for name in (each.id, sheet_title(each.name))}
        return titles.get(title, "")
    is_wide = cells[0] == "unit_id" and (indicators is None or header & indicators)
    return "wide" if is_wide else ""


def _identifier(header: str) -> str:
    return {name: key for key, name in HEADERS.items()}.get(header, header)


def _refuse_unknown(sheet: Sheet, scheme: Scheme) -> None:
    if not sheet.rows:
        sheet.refuse("表是空的", "填上内容，或删去这张表")
        return
    known = ["指标", "评分", "加减分", *(each.name for each in scheme.outside_components)]
    number, header = _header(sheet)
    sheet.refuse(
        "认不出这张表：列名或表名对不上",
        f"列名照模板写；可用的表：{'、'.join(known)}",
        row=number,
        value="、".join(header)[:60],
    )


def _read_table(sheet: Sheet, columns: Sequence[Column], words: _Words) -> list[Row]:
    number, header = _header(sheet)
    places = {_identifier(cell): place for place, cell in enumerate(header) if cell}
    headers = {column.name: header[places[column.name]] for column in columns}
    rows = []
    for row, cells in sheet.rows.items():
        if row == number or _at(cells, 0) == EXAMPLE:
            continue
        values = {
            column.name: words.read(sheet, row, column, headers[column.name], _at(cells, places[column.name]))
            for column in columns
        }
        rows.append(Row(values, sheet, row, headers))
    return rows


def _read_wide(sheet: Sheet, words: _Words, known: Mapping[str, str]) -> list[Row]:
    """Read units by indicators: a rating, a score, or a word for not being marked; a blank is no mark.

    `known` says of every indicator whether it is marked by a "rating" or a "score".
    """
    number, header = _header(sheet)
    for place, name in enumerate(header[1:], 1):
        if name and name not in known:
            sheet.refuse("“指标”表中没有这个编号", "改正编号，或在“指标”表中补上", row=number, column=name, value=name)
        if name in header[1:place]:
            sheet.refuse("同一指标有两列", "删去一列", row=number, column=name, value=name)
    unit_column, score_column = MARK_COLUMNS[0], MARK_COLUMNS[4]
    unmarked = {name: key for key, name in STATUSES.items() if key != "marked"}
    rows = []
    for row, cells in sheet.rows.items():
        if row == number or _at(cells, 0) in (*WIDE_NOTES, EXAMPLE):
            continue
        unit = words.read(sheet, row, unit_column, header[0], _at(cells, 0))
        for place, indicator in enumerate(header[1:], 1):
            value = _at(cells, place)
            if indicator not in known or value is None:
                continue
            mark = {"unit_id": unit, "indicator_id": indicator, "status": "marked", "rating": "", "score": ""}
            text = value if isinstance(value, str) else ""
            if text in unmarked or text in STATUSES:
                mark["status"] = unmarked.get(text, text)
            elif known[indicator] == "rating":
                mark["rating"] = read_text(sheet, row, indicator, value)
            else:
                mark["score"] = words.read(sheet, row, score_column, indicator, value)
            headers = {column.name: indicator for column in MARK_COLUMNS} | {"unit_id": header[0]}
            rows.append(Row(mark, sheet, row, headers))
    return rows


def _read_source(sheet: Sheet) -> dict[str, str]:
    found = {}
    for row, cells in sheet.rows.items():
        name = read_text(sheet, row, "", _at(cells, 0))
        found[name] = read_text(sheet, row, name, _at(cells, 1))
    return found


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else None
