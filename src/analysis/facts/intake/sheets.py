"""Open an Excel workbook or a folder of CSV as plain cells, within bounded time and memory."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.facts.problems import InputError, Problem
from analysis.facts.texts import decode

MOST_BYTES, MOST_UNPACKED, MOST_RATIO = 10_000_000, 25_000_000, 200
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 3_000, 60
"""Limits on what is read: a year of a whole province stays far below them, a crafted file does not."""


@dataclass
class Sheet:
    """One sheet as written.

    Attributes
    ----------
    file, name : str
        The file, and the sheet's name ("" for a CSV file).
    rows : dict of row number to list of cells
        Rows as Excel numbers them; a cell is a str, an int, a float, a bool, a date or None. Rows without any value are
        left out.
    problems : list of Problem
    notes : list of Problem
        What was read in a way worth knowing; nothing is wrong.
    """

    file: str
    name: str
    rows: dict[int, list[Any]]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, rule: str, fix: str, row: int | None = None, column: str = "", value: Any = "") -> None:
        """Record what is wrong with a place of the sheet."""
        self.problems.append(Problem(self.file, rule, fix, row=row, column=column, value=show(value), sheet=self.name))

    def note(self, what: str, row: int, column: str, value: str) -> None:
        """Record how a place was read."""
        self.notes.append(
            Problem(self.file, what, "不用改；不是这个意思才改", row=row, column=column, value=value, sheet=self.name)
        )


def open_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of an .xlsx file, or every .csv file of a folder.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of Sheet, with merged cells, hidden rows and the like among their problems

    Raises
    ------
    InputError
        If it is not such a file, or is larger than the limits allow.
    """
    if path.is_dir():
        return [_open_csv(file, path) for file in sorted(path.glob("*.csv"))]
    if path.suffix.lower() == ".csv":
        return [_open_csv(path, path.parent)]
    refusals = {
        ".xls": "是旧版 Excel 文件，请另存为 .xlsx",
        ".xlsm": "带宏，不读取；请另存为不带宏的 .xlsx",
        ".et": "是 WPS 表格文件，请另存为 .xlsx",
    }
    if (known := refusals.get(path.suffix.lower())) or path.suffix.lower() != ".xlsx":
        raise _refused(path, known or "不是 .xlsx 文件，也不是装有 .csv 的文件夹", "换成 .xlsx，或装有 CSV 的文件夹")
    return list(_open_workbook(path))


def _refused(path: Path, rule: str, fix: str) -> InputError:
    return InputError([Problem(path.name, rule, fix)], unfinished=True)


def _open_workbook(path: Path) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    _check_archive(path)
    try:
        with path.open("rb") as file:
            book = load_workbook(file, data_only=True, keep_links=False)
            formulas = load_workbook(file, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        raise _refused(path, "打不开：文件已损坏，或不是真正的 .xlsx", "在 Excel 或 WPS 里重新另存为 .xlsx") from error
    if len(book.worksheets) > MOST_SHEETS:
        raise _refused(path, f"有 {len(book.worksheets)} 张表，最多 {MOST_SHEETS} 张", "删去无关的表")
    for sheet in book.worksheets:
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            rule = (
                f"表“{sheet.title}”有 {sheet.max_row} 行 {sheet.max_column} 列，最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列"
            )
            raise _refused(path, rule, "删去空行、空列之后的内容")
        yield _read_sheet(path.name, sheet, formulas[sheet.title])


def _check_archive(path: Path) -> None:
    """Refuse what would unpack to more than it should, before anything unpacks it."""
    if path.stat().st_size > MOST_BYTES:
        raise _refused(path, f"文件超过 {MOST_BYTES // 1_000_000} MB", "删去图片和无关的表")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise _refused(
            path, "不是 .xlsx 文件（内容与扩展名不符），或已损坏", "在 Excel 或 WPS 里另存为 .xlsx"
        ) from error
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if unpacked > MOST_UNPACKED or (unpacked > 1_000_000 and unpacked / packed > MOST_RATIO):
        raise _refused(path, "解开后大得不合常理", "换一个来源可靠的文件")
    names = {part.filename for part in parts}
    if any("vbaProject" in name for name in names):
        raise _refused(path, "带宏，不读取", "另存为不带宏的 .xlsx")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise _refused(path, "引用了别的文件（外部链接），数值靠不住", "在“数据—编辑链接”里断开链接，再保存")


def _read_sheet(file: str, sheet: Any, formulas: Any) -> Sheet:
    read = Sheet(file, str(sheet.title), {})
    if sheet.sheet_state != "visible":
        read.refuse("是隐藏的表，不知道算不算数", "取消隐藏；不要的删去")
    for row in sheet.iter_rows():
        cells = [_value_of(cell) for cell in row]
        if any(value not in (None, "") for value in cells):
            read.rows[row[0].row] = [None if value == "" else value for value in cells]
    for area in sheet.merged_cells.ranges:
        read.refuse("有合并的单元格，读不出每格的值", "取消合并，逐格填写", row=area.min_row, value=area.coord)
    hidden = [row for row, shape in sheet.row_dimensions.items() if shape.hidden and row in read.rows]
    if hidden:
        told = "、".join(map(str, hidden[:5])) + ("……" if len(hidden) > 5 else "")
        read.refuse(f"有隐藏的行（第 {told} 行），不知道算不算数", "取消隐藏；不要的删去", row=hidden[0])
    for letter, shape in sheet.column_dimensions.items():
        if shape.hidden:
            read.refuse(f"有隐藏的列（{letter} 列起），不知道算不算数", "取消隐藏；不要的删去", row=1, value=letter)
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and sheet[cell.coordinate].value is None:
                fix = "在 Excel 或 WPS 里打开再保存，或换成数值"
                read.refuse("公式没有算出的值", fix, row=cell.row, value=f"{cell.coordinate} {cell.value}")
    return read


def _value_of(cell: Any) -> Any:
    """Return what a reader sees of a cell: text without stray spaces, a percentage with its sign."""
    if isinstance(cell.value, str):
        return cell.value.strip()
    if isinstance(cell.value, int | float) and "%" in str(cell.number_format):
        return f"{cell.value * 100:g}%"
    return cell.value


def _open_csv(path: Path, root: Path) -> Sheet:
    read = Sheet(path.relative_to(root).as_posix(), "", {})
    if path.stat().st_size > MOST_BYTES:
        raise _refused(path, f"文件超过 {MOST_BYTES // 1_000_000} MB", "删去无关的内容")
    text = decode(path.read_bytes())
    if text is None:
        read.refuse("文字编码既不是 UTF-8 也不是 GB18030", "另存为“CSV UTF-8”")
        return read
    try:
        lines = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error:
        read.refuse("读不成表格", "检查引号是否成对")
        return read
    if len(lines) > MOST_ROWS * 10:
        raise _refused(path, f"有 {len(lines)} 行，最多 {MOST_ROWS * 10} 行", "检查文件")
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line]
        if any(cells):
            read.rows[number] = [cell or None for cell in cells]
    return read


def show(value: Any) -> str:
    """Write a cell as it was typed: 3 is no 3.0, and a blank is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def is_date(value: Any) -> bool:
    """Say whether a spreadsheet took a value for a date or a time."""
    return isinstance(value, dt.date | dt.time | dt.timedelta)
