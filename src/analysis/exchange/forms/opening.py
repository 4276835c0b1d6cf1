"""Open an Excel workbook or a folder of CSV as sheets of plain cells, within bounded time and memory."""

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from analysis.data.opening import read_file
from analysis.exchange.decoding import decode_text
from analysis.exchange.files import FORM, Package, check_count, check_file, damaged
from analysis.exchange.forms.sheets import MERGED, Sheet
from analysis.problems import InputError, Problem, tell_reason
from analysis.texts import FileError, split_rows

_SHEETS, _ROWS, _COLUMNS, _CELLS = 60, 20_000, 3_000, 500_000
"""As many sheets may a workbook have, and each of them so many rows, columns and cells."""
_MOST_LINES = 10 * _ROWS
"""Of a CSV file, which may hold the marks of all units one below the other."""
_LARGEST = 10**15
"""Whole numbers that a spreadsheet still holds exactly; a longer one is text, or a crafted file."""
_LONGEST = 300
"""Digits of a number that are written out."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How the format writes a character that XML cannot hold, such as a carriage return."""
_AREAS = {"mergeCell": ("合并了", "取消合并"), "hyperlink": ("有链接的范围是", "删去链接")}
"""Elements of which a library fills the whole area, what a message says of them, and how to mend it."""
_SHOW = "取消隐藏；不要的删去"
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
        return _open_workbook(path)
    rule = _UNREADABLE.get(kind, "不是 .xlsx 文件，也不是装有 .csv 的文件夹")
    raise FileError(rule, "换成 .xlsx，或装有 CSV 的文件夹")


def _open_workbook(path: Path) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    _check_workbook(path)
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # its remarks on what it leaves out are for programmers
            book = load_workbook(file, data_only=True, keep_links=False)
            formulas = load_workbook(file, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        rule = "打不开：文件已损坏，或不是真正的 .xlsx"
        raise FileError(rule, "在 Excel 或 WPS 里重新另存为 .xlsx") from error
    if len(book.worksheets) > _SHEETS:
        raise FileError(f"有 {len(book.worksheets)} 张表，最多 {_SHEETS} 张", "删去无关的表")
    for sheet in book.worksheets:
        rows, columns = sheet.max_row, sheet.max_column
        if rows > _ROWS or columns > _COLUMNS or rows * columns > _CELLS:
            most = f"{_ROWS} 行、{_COLUMNS} 列、{_CELLS} 格"
            raise FileError(f"表“{sheet.title}”有 {rows} 行 {columns} 列，最多 {most}", "删去空行、空列之后的内容")
        yield _read_sheet(path.name, sheet, formulas[sheet.title])


def _check_workbook(path: Path) -> None:
    """Refuse what holds too much, or programs, or numbers of other files, before anything is made of it."""
    package = Package(path, ".xlsx", FORM)
    if any("vbaProject" in part for part in package.parts):
        raise FileError("带宏，不读取", "另存为不带宏的 .xlsx")
    if any(part.startswith("xl/externalLinks/") for part in package.parts):
        raise FileError("引用了别的文件（外部链接），数值靠不住", "在“数据—编辑链接”里断开链接，再保存")
    counts, areas = Counter[str](), defaultdict[str, list[tuple[str, str]]](list)
    for part, name, attributes in package.elements():
        counts[part] += 1
        if name == "row" and not re.fullmatch(r"\d{1,7}", attributes.get("r", "1")):
            raise damaged()
        if name in _AREAS:
            areas[part].append((name, attributes.get("ref", "")))
    sheets = _list_sheets(path)
    uses = Counter(part for _, parts in sheets for part in parts)  # each of which makes objects of it
    check_count(counts.total() + sum((times - 1) * counts[part] for part, times in uses.items()))
    for title, (part, *_) in sheets:
        _check_areas(title, areas[part])


def _check_areas(title: str, areas: Iterable[tuple[str, str]]) -> None:
    """Refuse a sheet with areas that are too large to be filled."""
    from openpyxl.utils import range_boundaries

    size = 0
    for name, written in areas:
        try:
            left, top, right, bottom = range_boundaries(written)
            size += (abs(bottom - top) + 1) * (abs(right - left) + 1)
        except (ValueError, TypeError) as error:  # no area, or none with corners
            raise damaged() from error
        if max(top, bottom) > _ROWS or max(left, right) > _COLUMNS or size > _CELLS:
            what, fix = _AREAS[name]
            most = f"最多到 {_ROWS} 行、{_COLUMNS} 列，共 {_CELLS} 格"
            raise FileError(f"表“{title}”{what} {written}，{most}", fix)


def _list_sheets(path: Path) -> list[tuple[str, list[str]]]:
    """Name the sheets, and the parts that each is made of, the sheet itself first."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.reader.excel import ExcelReader

    found = []
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            reader = ExcelReader(file, keep_links=False)  # not the path, of which it wants to know the extension
            reader.read_manifest()
            reader.read_workbook()
            for sheet, part in reader.parser.find_sheets():
                beside = get_rels_path(part.target)
                others = get_dependents(reader.archive, beside) if beside in reader.archive.namelist() else []
                found.append((str(sheet.name), [str(part.target), *(str(each.target) for each in others)]))
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        raise damaged() from error
    return found


def _read_sheet(file: str, sheet: Any, formulas: Any) -> Sheet:
    read = Sheet(file, str(sheet.title))
    if sheet.sheet_state != "visible":
        read.refuse("是隐藏的表，不知道算不算数", _SHOW)
    for row, as_formulas in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
        values = [_value_of(cell) for cell in row]
        if any(value is not None for value in values):
            read.rows[row[0].row] = values
        for cell, value, written in zip(row, values, as_formulas, strict=True):
            if value is not None and ";" in cell.number_format and not cell.number_format.strip("; "):
                fix = "把单元格格式改为“常规”"
                read.refuse("数字格式使这一格什么也不显示", fix, row=cell.row, value=cell.coordinate)
            is_computed = cell.value is not None or cell.data_type in {"s", "str"}  # an empty text is a blank
            if written.data_type == "f" and not is_computed:
                formula = written.value if isinstance(written.value, str) else getattr(written.value, "text", "")
                fix = "在 Excel 或 WPS 里打开再保存，或换成数值"
                read.refuse("公式没有算出的值", fix, row=cell.row, value=f"{cell.coordinate} {formula or ''}".strip())
    for area in sheet.merged_cells.ranges:
        read.refuse(MERGED, "取消合并，逐格填写", row=area.min_row, value=area.coord)
    _refuse_hidden(read, sheet)
    return read


def _refuse_hidden(read: Sheet, sheet: Any) -> None:
    """Refuse what holds a value and cannot be seen: rows and columns hidden or without size."""
    rows, columns = sheet.row_dimensions.items(), sheet.column_dimensions.items()
    if sheet.sheet_format.zeroHeight:
        read.refuse("各行默认隐藏，不知道算不算数", _SHOW, row=1)
    if hidden := [row for row, shape in rows if (shape.hidden or shape.ht == 0) and row in read.rows]:
        named = "、".join(map(str, hidden[:5])) + ("……" if len(hidden) > 5 else "")
        read.refuse(f"有隐藏的行（第 {named} 行），不知道算不算数", _SHOW, row=hidden[0])
    used = {column for cells in read.rows.values() for column, value in enumerate(cells, 1) if value is not None}
    for letter, shape in columns:
        if (shape.hidden or shape.width == 0) and not used.isdisjoint(range(shape.min or 0, (shape.max or 0) + 1)):
            read.refuse(f"有隐藏的列（{letter} 列起），不知道算不算数", _SHOW, row=1, value=letter)


def _value_of(cell: Any) -> Any:
    """Return what a reader sees of a cell: text without stray spaces, a percentage with its sign."""
    value = cell.value
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).strip() or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return f"{value:d}" if abs(value) < 10**_LONGEST else "超长的数"
    if isinstance(value, int | float) and "%" in (form := str(cell.number_format)):
        scaled = "%" in re.sub(r'"[^"]*"', "", form)  # a quoted sign is only shown
        return f"{value * 100 if scaled else value:g}%"
    return value


def _open_csv(path: Path) -> Sheet:
    read = Sheet(path.name, "")
    try:
        check_file(path, FORM)
        text, note = decode_text(read_file(path, FORM.size))
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
            raise FileError(f"行数太多，最多 {_MOST_LINES} 行", "检查文件")
        cells = [cell.strip() or None for cell in line]
        if any(cells):
            rows[number] = cells
    return rows
