"""The sheets of a workbook as their reader sees them, with every cell that shows something else told."""

import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from analysis.exchange.forms import form
from analysis.exchange.forms.formulas import find_formula_fault, text_of
from analysis.exchange.forms.looks import Fault, Looks, refuse_unseen, see, widths_of
from analysis.exchange.forms.parts import CELLS, COLUMNS, ROWS, SHEETS, Area, Outline
from analysis.exchange.forms.sheets import MERGED, Sheet, show
from analysis.texts import FileError

_LARGEST = 10**15
"""Whole numbers that a spreadsheet still holds exactly; a longer one is text, or a crafted file."""
_LONGEST, _SHOWN = 300, 40
"""Digits of a number that are written out, and characters of a remark that are shown."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How the format writes a character that XML cannot hold, such as a carriage return, and `_` before what looks so."""
_STRING, _TEXT = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t"


class _Runs(str):
    """A text of which parts look different, and the fonts of those."""

    __slots__ = ("fonts",)
    fonts: list[Any]


class _Reader(ExcelReader):  # type: ignore[misc]
    """Reads texts as they are written: openpyxl leaves out of them what only looks like an escape."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        self.shared_strings: dict[int, str] = {}  # in which nothing is the last but one
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for _, node in iterparse(source):
                if node.tag == _STRING:
                    is_plain = len(node) == 1 and node[0].tag == _TEXT  # as nearly always
                    text = node[0].text or "" if is_plain else _text_of(Text.from_tree(node))
                    self.shared_strings[len(self.shared_strings)] = text
                    node.clear()


def _text_of(text: Any) -> str:
    fonts = [run.font for run in text.formatted if run.font is not None and (run.text or "").strip()]
    if not fonts:
        return str(text.content)
    runs = _Runs(text.content)
    runs.fonts = fonts
    return runs


def read_workbook(file: str, content: bytes, outline: Outline) -> list[Sheet]:
    """Read every sheet.

    Parameters
    ----------
    file : str
        What the workbook is called.
    content : bytes
    outline : Outline
        What its parts say (see `check_parts`).

    Returns
    -------
    list of Sheet
        With all that is not as it looks among its problems.

    Raises
    ------
    FileError
        If it cannot be read, or holds too much.
    """
    try:
        book = load(content, data_only=True)
        formulas = load(content, data_only=False) if outline.has_formulas else book
        _check_size(book)
        looks = Looks(book)
        return [_read_sheet(file, sheet, formulas[sheet.title], looks, outline) for sheet in book.worksheets]
    except FileError:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        rule = "打不开：文件已损坏，或不是真正的 .xlsx"
        raise FileError(rule, "在 Excel 或 WPS 里重新另存为 .xlsx") from error


def _check_size(book: Any) -> None:
    if len(book.worksheets) > SHEETS:
        raise FileError(f"有{len(book.worksheets)}张表，最多{SHEETS}张", "删去无关的表")
    for sheet in book.worksheets:
        rows, columns = sheet.max_row, sheet.max_column
        if rows > ROWS or columns > COLUMNS or rows * columns > CELLS:
            most = f"{ROWS}行、{COLUMNS}列、{CELLS}格"
            raise FileError(f"表“{sheet.title}”有{rows}行{columns}列，最多{most}", "删去空行、空列之后的内容")


def load(content: bytes, *, data_only: bool) -> Any:
    """Make objects of a workbook, its texts just as they are written in it (see `unescape`).

    Parameters
    ----------
    content : bytes
        Of an .xlsx file that `check_parts` did not refuse.
    data_only : bool
        What formulas came to, in place of themselves.

    Returns
    -------
    openpyxl.Workbook
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's remarks on what it leaves out are for programmers
        reader = _Reader(io.BytesIO(content), keep_links=False, data_only=data_only)
        reader.read()
    return reader.wb


def unescape(text: str) -> str:
    """Return a text as a reader of the workbook sees it.

    Examples
    --------
    >>> unescape("_x005F_x0041__x0041_")
    '_x0041_A'
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _read_sheet(file: str, sheet: Any, formulas: Any, looks: Looks, outline: Outline) -> Sheet:
    read = Sheet(file, str(sheet.title))
    if sheet.sheet_state != "visible":
        read.refuse("是隐藏的表，不知道算不算数", "取消隐藏；不要的删去")
    widths, default = widths_of(sheet)
    for row, as_formulas in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
        values = [_value_of(cell) for cell in row]
        for place, (cell, formula) in enumerate(zip(row, as_formulas, strict=True)):
            values[place], fault = _see(cell, values[place], looks, widths.get(cell.column, default))
            if fault:
                read.refuse(*fault, row=cell.row, value=f"{cell.coordinate} {show(values[place])}".strip())
            if formula.data_type == "f" and (fault := find_formula_fault(formula.value, cell, outline.stale)):
                read.refuse(*fault, row=cell.row, value=f"{cell.coordinate} {text_of(formula.value)}".strip())
        if any(value is not None for value in values):
            read.rows[row[0].row] = values
            _note_comments(read, row)
    for area in sheet.merged_cells.ranges:
        read.refuse(MERGED, "取消合并，逐格填写", row=area.min_row, value=area.coord)
    for rule, fix in outline.doubts.get(read.name, ()):
        read.refuse(rule, fix, row=read.header_row or 1)
    refuse_unseen(read, sheet, looks, outline.rules.get(read.name, ()))
    if read.name in outline.boxes:
        read.note("有旧式的文本框或控件，可能盖住格子；按格子里的值读入", read.header_row or 1, "", "")
    for drawing in outline.drawings.get(read.name, ()):
        _note_drawing(read, drawing)
    return read


def _see(cell: Any, value: Any, looks: Looks, width: float) -> tuple[Any, Fault | None]:
    """Return the value of a cell as it is read, and why a reader does not see it there."""
    if cell.data_type == "e":
        return value, ("是错误值，不是数", "改正公式，或换成数值")
    if value is None:
        return None, None
    look = looks.of(cell)
    value, fault = see(value, look, width)
    for font in getattr(cell.value, "fonts", ()):
        fault = fault or looks.fault_of_font(font, look.ground)
        if font.vertAlign in {"superscript", "subscript"}:
            fault = "一部分文字是上标或下标", "改成普通的文字"
    return value, fault


def _note_drawing(read: Sheet, area: Area) -> None:
    """Tell what lies above cells that hold something: whoever looks at the sheet may not see them."""
    top, left, bottom, right = area
    for row in range(top, min(bottom, max(read.rows, default=0)) + 1):
        if any(value is not None for value in read.rows.get(row, ())[left - 1 : right]):
            read.note("上面有图片、图形或图表，可能盖住格子；按格子里的值读入", row, "", "")
            return


def _note_comments(read: Sheet, row: Sequence[Any]) -> None:
    """Tell remarks on the cells under the header, which may take back what is in them; those on it explain columns."""
    remarks = [cell.comment for cell in row if cell.comment and cell.comment.author != form.REMARKED_BY]
    if remarks and row[0].row != read.header_row:
        read.note("有批注，没有读", row[0].row, "", " ".join(str(remarks[0].text).split())[:_SHOWN])


def _value_of(cell: Any) -> Any:
    """Return what a cell holds: text without stray spaces, a percentage with its sign."""
    value = cell.value
    if isinstance(value, str):
        return unescape(value).strip() or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return f"{value:d}" if abs(value) < 10**_LONGEST else "超长的数"
    if isinstance(value, int | float) and "%" in (form := str(cell.number_format)):
        scaled = "%" in re.sub(r'"[^"]*"', "", form)  # a quoted sign is only shown
        return f"{value * 100 if scaled else value:g}%"
    return value
