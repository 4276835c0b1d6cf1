"""Recognise the sheets an analyst keeps and turn them into the tables of a year, remembering where each cell stood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.data.dataset import Dataset
from analysis.data.inputs import ADJUSTMENT_COLUMNS, INDICATOR_COLUMNS, PROVENANCE, RESULT_COLUMNS
from analysis.data.marks import MARK_COLUMNS
from analysis.data.schemes import Scheme
from analysis.data.tables import Column
from analysis.exchange.forms.cells import read_number, read_text
from analysis.exchange.forms.sheets import Sheet, show

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
ORIGINS = {"official": "正式", "reconstructed": "重构", "demonstration": "演示"}
GUIDE, SOURCE, UNITS, CHECK = "填写说明", "数据来源", "单位", "核对"
SOURCE_ROWS = ("年度", "性质", "说明", "种子", "相符的文件")
"""What the sheet of sources may say; the first two it must."""
_SOURCE_HEADER = ("项目", "")
EXAMPLE = "示例（不读入）"
"""First cell of a row that only shows how to fill in a sheet."""
_SPECIAL = {SOURCE: SOURCE, GUIDE: GUIDE, UNITS: GUIDE, CHECK: GUIDE}
WIDE_NOTES = ("指标名称", "分值", "部分")
"""Rows of a wide sheet under the indicators' ids that explain them."""

SUMMARIES = ("序号", "合计", "小计", "总分", "平均", "平均分", "备注")
"""Columns that offices keep in such sheets beside the marks; they are passed over."""
_MARK_NAMES = [column.name for column in MARK_COLUMNS]
_IN_ONE_CELL = {"marked": "评价等次或得分"}
"""In a wide sheet a unit is marked by what stands in the cell, not by a word that says so."""

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
    number : int or None
        Row of the sheet; None for a row that should be there.
    headers : dict of column to what the sheet calls it
    typed : dict of column to the cell as typed
    words : dict of identifier to what it is called in this sheet, where not as everywhere
    """

    values: dict[str, str]
    sheet: Sheet
    number: int | None
    headers: Mapping[str, str]
    typed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Gathered:
    """The tables of a year as gathered from sheets.

    Attributes
    ----------
    rows : dict of table to list of Row
    source : dict of str to str
        What the sheet of sources says: 年度, 性质, 说明.
    called : dict of str to str
        What an analyst calls the identifiers that a message may name.
    missing : set of str
        Tables that no sheet holds.
    unread : set of str
        Tables of which it is not known what they hold: a sheet could not be read, or not be recognised.
    units : dict of str to list of Row
        By unit_id, the rows of wide sheets a unit stands in, or those where it should.
    """

    rows: dict[str, list[Row]]
    source: dict[str, str]
    called: dict[str, str]
    missing: set[str]
    unread: set[str]
    units: dict[str, list[Row]]


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
    tables = [*TABLES, *(each.id for each in scheme.outside_components)]
    gathered = Gathered({table: [] for table in tables}, {}, words.called, set(tables), set(), {})
    indicators = [sheet for sheet in sheets if _recognise(sheet, scheme) == "indicators"]
    for sheet in indicators:
        gathered.missing.discard("indicators")
        gathered.rows["indicators"] += _read_table(sheet, INDICATOR_COLUMNS, words)
    known = _Indicators(gathered.rows["indicators"], scheme)
    for sheet in sheets:
        if not sheet.is_read:
            continue
        table = _recognise(sheet, scheme, known)
        gathered.missing.discard("marks" if table == "wide" else table)
        if table == "wide":
            if known.markings:
                _read_wide(sheet, words, known, gathered)
        elif table == SOURCE:
            _read_source(sheet, gathered.source)
        elif table == "":
            _refuse_unknown(sheet, scheme)
            gathered.unread.add("marks")  # where some units may stand
        elif table == GUIDE:
            sheet.problems.clear()  # nothing is read from it
        elif table != "indicators":
            gathered.rows[table] += _read_table(sheet, TABLES.get(table, RESULT_COLUMNS), words)
    for sheet in sheets:
        if not sheet.is_read:
            gathered.unread |= {_title(sheet)} if _title(sheet) in gathered.rows else gathered.missing
    gathered.missing -= gathered.unread
    for row in gathered.rows["marks"]:
        row.values["indicator_id"] = known.find(row.values["indicator_id"], words.groups.get(row.values["unit_id"], ""))
    return gathered


class _Indicators:
    """The indicators of a file, and what a mark may call them: the id, or the name where only one is called so."""

    def __init__(self, rows: Sequence[Row], scheme: Scheme) -> None:
        markings = {part: spec.marking for part, spec in scheme.parts.items()}
        ids = [(row.values["indicator_id"], row.values["part"]) for row in rows]
        self.markings = {indicator: markings.get(part, "score") for indicator, part in ids if indicator}
        self.named: dict[str, dict[str, list[str]]] = {}
        self._groups: dict[str, set[str]] = {}
        for row in rows:
            name, group, indicator = (row.values[key] for key in ("name", "group", "indicator_id"))
            self.named.setdefault(name, {}).setdefault(group, []).append(indicator)
            for written in (name, indicator):
                self._groups.setdefault(written, set()).add(group)

    def __contains__(self, written: str) -> bool:
        return written in self.markings or written in self.named

    def groups(self, written: str) -> set[str]:
        """Return the groups marked on an indicator, or on indicators of a name."""
        return self._groups.get(written, set())

    def is_ambiguous(self, written: str) -> bool:
        """Say whether a name means two indicators of one group."""
        return written not in self.markings and any(len(ids) > 1 for ids in self.named.get(written, {}).values())

    def find(self, written: str, group: str) -> str:
        """Return the id that a unit of a group is marked on; what is unknown stays as it is."""
        if written in self.markings:
            return written
        groups = self.named.get(written, {})
        ids = groups.get(group) or next(iter(groups.values()), [])
        return next(filter(None, ids), written)


class _Words:
    """What an analyst may write for an identifier, column by column."""

    def __init__(self, dataset: Dataset, year: int) -> None:
        facts = dataset.year(year)
        scheme = facts.scheme
        current = {row.name: row.unit_id for row in facts.units[["unit_id", "name"]].itertuples(index=False)}
        self.former = {name: units for name, units in dataset.units_called().items() if name not in current}
        self.components = {component.id: component.name for component in scheme.components}
        self.groups = dict(zip(facts.units["unit_id"], facts.units["group"], strict=True))
        self.known: dict[str, dict[str, str]] = {
            "unit_id": current,
            "group": {name: key for key, name in scheme.group_names.items()},
            "part": {spec.name: key for key, spec in scheme.parts.items()},
            "assessor_id": {name: key for key, name in scheme.assessors.value.items()},
            "status": {name: key for key, name in STATUSES.items()},
            "kind": {name: key for key, name in KINDS.items()},
        }

    @property
    def called(self) -> dict[str, str]:
        """The words, identifier by identifier."""
        words = {key: name for names in self.known.values() for name, key in names.items()}
        tables = {"indicators": "指标", "marks": "评分", "adjustments": "加减分", "indicators.csv": "“指标”表"}
        tables |= {PROVENANCE: SOURCE, "method": "说明", "seed": "种子", "agrees_with": "相符的文件"}
        return HEADERS | words | tables | self.components

    def read(self, sheet: Sheet, row: int, column: Column, header: str, value: Any) -> str:
        """Read one cell and put the identifier in place of the word."""
        if column.number:
            return read_number(sheet, row, header, value)
        text = read_text(sheet, row, header, value)
        if column.name == "unit_id" and text in self.former:
            units = self.former[text]
            if len(units) > 1:
                rule, fix = f"是 {'、'.join(units)} 几个单位都用过的名称，不知道是哪个", "改写编号，或这一年的名称"
                sheet.refuse(rule, fix, row=row, column=header, value=text)
            else:
                sheet.note("是别的年度的名称，按沿革归到同一单位", row, header, text)
            return units[0]
        return self.known.get(column.name, {}).get(text, text)


def sheet_title(name: str) -> str:
    """Return a name as Excel allows it for a sheet."""
    return re.sub(r"[\[\]:*?/\\']", "_", name)[:31]


def _header(sheet: Sheet) -> tuple[int, list[str]]:
    """Return the number and the cells of the first row that has any."""
    number = next(iter(sheet.rows), 0)
    return number, [" ".join(show(cell).split()) for cell in sheet.rows.get(number, [])]


def _title(sheet: Sheet) -> str:
    """Return the sheet's name; that of a CSV file is the file's."""
    return sheet.name or re.sub(r"(?i)\.csv$", "", sheet.file)


def _recognise(sheet: Sheet, scheme: Scheme, known: _Indicators | None = None) -> str:
    """Name the table a sheet holds: a table, a component, "wide", a special sheet, or "" if it cannot be told."""
    title = _title(sheet)
    if title in _SPECIAL or not sheet.rows:
        return _SPECIAL.get(title, GUIDE if sheet.name.lower().startswith("sheet") else "")
    cells = [_identifier(cell) for cell in _header(sheet)[1]]
    header = {cell for cell in cells if cell}
    for table, columns in TABLES.items():
        if {column.name for column in columns} <= header:
            return table
    if {column.name for column in RESULT_COLUMNS} <= header:
        titles = {name: each.id for each in scheme.outside_components for name in (each.id, sheet_title(each.name))}
        return titles.get(title) or ("" if sheet.name else titles.get(title.lower(), ""))
    is_wide = "unit_id" in header and (not (known and known.markings) or any(cell in known for cell in header))
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
        f"列名照模板写，放在第一行；可用的表：{'、'.join(known)}",
        row=number,
        value="、".join(header)[:60],
    )


def _check_header(sheet: Sheet, number: int, header: Sequence[str]) -> None:
    """Refuse columns that share a name, or mean the same, and values without a name above them."""
    for place, name in enumerate(header):
        earlier = {_identifier(each): each for each in header[:place] if each}
        same = earlier.get(_identifier(name))
        if same is not None:
            rule = "有两列同名" if same == name else f"与“{same}”是同一列"
            sheet.refuse(rule, "删去一列", row=number, column=name, value=name)
    for row, cells in sheet.rows.items():
        if any(value is not None and not _at(header, place) for place, value in enumerate(cells)):
            sheet.refuse("有一格的上方没有列名", "补上列名，或清空这一格", row=row)


def _read_table(sheet: Sheet, columns: Sequence[Column], words: _Words) -> list[Row]:
    number, header = _header(sheet)
    _check_header(sheet, number, header)
    for name in header:
        if name and _identifier(name) not in {column.name for column in columns}:
            sheet.note("这一列没有读", number, name, "")
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
        typed = {column.name: show(_at(cells, places[column.name])) for column in columns}
        rows.append(Row(values, sheet, row, headers, typed))
    return rows


def _read_wide(sheet: Sheet, words: _Words, known: _Indicators, gathered: Gathered) -> None:
    """Read units by indicators: a rating, a score, or a word for not being marked; a blank is no mark."""
    number, header = _header(sheet)
    _check_header(sheet, number, header)
    unit_place = [_identifier(name) for name in header].index("unit_id")
    own = header[unit_place]
    columns = _mark_columns(sheet, number, header, unit_place, known)
    groups = {group for name in columns.values() for group in known.groups(name)}
    headers = {known.find(name, group): name for name in columns.values() for group in groups} | {"unit_id": own}
    for row, cells in sheet.rows.items():
        written = _at(cells, unit_place)
        if row == number or written in (*WIDE_NOTES, EXAMPLE):
            continue
        unit = words.read(sheet, row, MARK_COLUMNS[0], own, written)
        group = words.groups.get(unit, "")
        if group and group not in groups:
            rule = "这张表的指标不考核该单位所在的组"
            sheet.refuse(rule, "移到那一组的评分表", row=row, column=own, value=written)
            continue
        if unit not in words.groups and all(_at(cells, place) is None for place in columns):
            if written is not None:
                sheet.note("不是考核对象，也没有评分，这一行没有读", row, own, show(written))
            continue
        typed = {"unit_id": show(written)}
        gathered.units.setdefault(unit, []).append(Row({}, sheet, row, headers, typed, _IN_ONE_CELL))
        for place, name in columns.items():
            indicator, value = known.find(name, group), _at(cells, place)
            if indicator in known.markings and value is not None:
                mark = {"unit_id": unit, "indicator_id": indicator}
                mark |= _read_mark(sheet, row, name, value, known.markings[indicator])
                here = dict.fromkeys(_MARK_NAMES, name) | {"unit_id": own}
                seen = dict.fromkeys(_MARK_NAMES, show(value)) | typed
                gathered.rows["marks"].append(Row(mark, sheet, row, here, seen, _IN_ONE_CELL))
    for unit, group in words.groups.items():
        if group in groups:  # where it should stand, if it does not
            gathered.units.setdefault(unit, []).append(Row({}, sheet, None, headers))


def _mark_columns(
    sheet: Sheet, number: int, header: Sequence[str], unit_place: int, known: _Indicators
) -> dict[int, str]:
    """Return the columns that hold marks, refusing what is neither an indicator nor known to be beside the point."""
    columns: dict[int, str] = {}
    taken: dict[tuple[str, str], str] = {}
    for place, name in enumerate(header):
        if not name or place == unit_place or name in header[:place]:
            continue
        if name not in known and name in SUMMARIES:
            sheet.note("这一列没有读", number, name, "")
        elif name not in known:
            fix = "改正编号或名称，或在“指标”表中补上"
            sheet.refuse("“指标”表中没有这个编号", fix, row=number, column=name, value=name)
        else:
            columns[place] = name
            if known.is_ambiguous(name):
                sheet.refuse("有几项指标叫这个名称", "改写编号", row=number, column=name, value=name)
            same = {taken.setdefault((group, known.find(name, group)), name) for group in known.groups(name)} - {name}
            for earlier in sorted(same):
                sheet.refuse(f"与“{earlier}”是同一项指标", "删去一列", row=number, column=name, value=name)
    return columns


def _read_mark(sheet: Sheet, row: int, column: str, value: Any, marking: str) -> dict[str, str]:
    """Read one cell of a wide sheet."""
    mark = {"status": "marked", "rating": "", "score": ""}
    unmarked = {name: key for key, name in STATUSES.items() if key != "marked"}
    if value in unmarked or value in STATUSES:
        return mark | {"status": unmarked.get(value, value)}
    if marking == "rating":
        return mark | {"rating": read_text(sheet, row, column, value)}
    return mark | {"score": read_number(sheet, row, column, value)}


def _read_source(sheet: Sheet, found: dict[str, str]) -> None:
    """Read what the file says of itself; what is said twice is not known."""
    for row, cells in sheet.rows.items():
        name = read_text(sheet, row, "", _at(cells, 0))
        value = read_text(sheet, row, name, _at(cells, 1))
        if name in found:
            sheet.refuse("写了两次", "只留一行", row=row, column=name, value=value)
        elif name not in (*SOURCE_ROWS, *_SOURCE_HEADER):
            sheet.note(f"这一行没有读；认得的项目：{'、'.join(SOURCE_ROWS)}", row, "项目", name)
        found[name] = value


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else None
