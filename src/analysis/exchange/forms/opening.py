"""Open an Excel workbook or a folder of CSV as sheets of plain cells, within bounded time and memory."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.exchange.decoding import decode_text
from analysis.exchange.files import FORM, read_once
from analysis.exchange.forms.parts import COLUMNS, ROWS, check_parts
from analysis.exchange.forms.sheets import Sheet
from analysis.problems import InputError, Problem, tell_reason
from analysis.texts import FileError, split_rows

_MOST_LINES = 10 * ROWS
"""Of a CSV file, which may hold the marks of all units one below the other."""
_UNREADABLE = {
    ".xls": "是旧版 Excel 文件，请另存为 .xlsx",
    ".xlsm": "带宏，不读取；请另存为不带宏的 .xlsx",
    ".et": "是 WPS 表格文件，请另存为 .xlsx",
}


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
    try:
        return list(_open(path))
    except FileError as error:
        raise InputError([Problem(path.name, error.rule, error.fix)], unfinished=True) from error


def _open(path: Path) -> Iterable[Sheet]:
    kind = path.suffix.lower()
    if path.is_dir():
        tables = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        if not tables:
            raise FileError("文件夹里没有 .csv 文件", "要导入 Excel 表，写它的路径；要导入 CSV，放进这个文件夹")
        return [_open_csv(file) for file in tables]
    if kind == ".csv":
        return [_open_csv(path)]
    if kind == ".xlsx":
        from analysis.exchange.forms.workbook import read_workbook  # not for those who read CSV

        content = read_once(path, FORM)
        return read_workbook(path.name, content, check_parts(content))
    rule = _UNREADABLE.get(kind, "不是 .xlsx 文件，也不是装有 .csv 的文件夹")
    raise FileError(rule, "换成 .xlsx，或装有 CSV 的文件夹")


def _open_csv(path: Path) -> Sheet:
    read = Sheet(path.name, "")
    try:
        text, note = decode_text(read_once(path, FORM))
        read.rows = _read_csv(text)
        if note:
            read.note(note, 1, "", "")
    except FileError as error:
        read.is_read = False
        read.refuse(error.rule, error.fix, row=error.row)
    except OSError as error:
        read.is_read = False
        read.refuse(f"打不开：{tell_reason(error)}", "检查这个文件")
    return read


def _read_csv(text: str) -> dict[int, list[Any]]:
    rows = dict[int, list[Any]]()
    for number, line in enumerate(split_rows(text), 1):
        if number > _MOST_LINES:
            raise FileError(f"行数太多，最多{_MOST_LINES}行", "检查文件")
        if len(line) > COLUMNS:
            raise FileError(f"有{len(line)}格，最多{COLUMNS}格", "检查逗号，删去空列", number)
        cells = [cell.strip() or None for cell in line]
        if any(cells):
            rows[number] = cells
    return rows
