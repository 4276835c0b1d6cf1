"""The problems of an analyst's file as a page to read and as a marked copy to mend."""

import io
import stat
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exchange.files import FORM, read_once
from analysis.exchange.forms.form import REMARKED_BY
from analysis.exchange.forms.parts import check_parts
from analysis.exchange.forms.sheets import show
from analysis.exhibits.table import Column, make_table
from analysis.folders import remove_sealed
from analysis.problems import UNFINISHED, InputError, Problem
from analysis.swaps import replaced_folder
from analysis.texts import legible

_CELL, _ROW = "FFE3A72F", "FFF4D9A0"
"""Fills of a cell with a problem, and of the first cell of its row."""
_PAGE = "问题.html"
_LONGEST_COMMENT = 8_000
"""Characters; a cell can hold 32 767, and every indicator of a unit may have to be named."""


def write_problems(file: Path, found: InputError) -> Path:
    """Write a folder beside a file with a page of its problems and, for a workbook, a copy with the cells marked.

    Parameters
    ----------
    file : Path
        What was to be imported.
    found : InputError

    Returns
    -------
    Path
        The folder; an earlier one is replaced if it is as it was written, else kept under another name.

    Raises
    ------
    WorkbookError
        If it cannot be written, or something else bears its name.
    """
    target = _folder(file)
    page = _write_page(file, found.problems, found.unfinished).encode("utf-8", errors="backslashreplace")
    try:
        marked = mark_workbook(file, found.problems)
    except Exception:  # a file may be odd enough for openpyxl to read and not to write; the page has every problem
        marked = None
    with replaced_folder(target, most=_mode_of(file), sealed=True) as fresh:
        (fresh / _PAGE).write_bytes(page)
        if marked is not None:
            (fresh / _copy(file)).write_bytes(marked)
    return target


def remove_problems(file: Path) -> None:
    """Remove the folder of a file's problems once there are none; one in which somebody has worked is left alone.

    Parameters
    ----------
    file : Path
    """
    remove_sealed(_folder(file))


def _mode_of(file: Path) -> int:
    """Return the mode of a file; of a folder of tables, what all of them have in common: each is quoted.

    Of one that has gone since it was read, that of what nobody else may look into.
    """
    try:
        tables = file.iterdir() if file.is_dir() else ()
        return reduce(int.__and__, (path.stat().st_mode for path in (file, *tables)))
    except FileNotFoundError:
        return stat.S_IRWXU


def _folder(file: Path) -> Path:
    return file.absolute().with_name(f"{file.stem}-问题")


def _copy(file: Path) -> str:
    return f"{file.stem}-标出问题.xlsx"


def _write_page(file: Path, problems: Sequence[Problem], unfinished: bool) -> str:
    from analysis.exhibits.html import render_page

    rows = {
        "表": [problem.sheet or problem.file for problem in problems],
        "行": ["" if problem.row is None else str(problem.row) for problem in problems],
        "列": [problem.column or "—" for problem in problems],
        "原值": [legible(problem.value) or "（空）" for problem in problems],
        "问题": [problem.tell_rule() for problem in problems],
        "改法": [problem.fix for problem in problems],
    }
    columns = [Column(header, header, right=header == "行") for header in rows]
    note = "未作任何改动；改好后再导入。" + (UNFINISHED if unfinished else "")
    name = legible(file.name)
    table = make_table(pd.DataFrame(rows), columns, f"{name}：{len(problems)}处问题", note, head="表")
    body = f"<h1>导入前的检查</h1>\n{table._repr_html_()}"
    return render_page(body, title=f"{name} 的问题", site="考核分析工作簿", notice="", facts={})


def mark_workbook(file: Path, problems: Sequence[Problem]) -> bytes | None:
    """Copy an .xlsx file with every cell that has a problem coloured and commented.

    Parameters
    ----------
    file : Path
    problems : sequence of Problem

    Returns
    -------
    bytes, or None if the file is no workbook that can be opened
    """
    from openpyxl.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    from analysis.exchange.forms.workbook import load
    from analysis.exchange.office import escape

    if file.suffix.lower() != ".xlsx" or not any(problem.row for problem in problems):
        return None
    content = read_once(file, FORM)
    check_parts(content)  # it may be another file by now
    book = load(content, data_only=False)
    rules = _find_cells(book, problems)
    fills = {(sheet, row, 1): _ROW for sheet, row, _ in rules} | dict.fromkeys(rules, _CELL)
    for (sheet, row, column), colour in fills.items():
        cell = book[sheet].cell(row, column)
        if isinstance(cell, MergedCell):
            continue
        cell.fill = PatternFill("solid", start_color=colour)
        if text := "\n".join(rules.get((sheet, row, column), ()))[:_LONGEST_COMMENT]:
            cell.comment = Comment(escape(text), REMARKED_BY, width=420, height=max(80, 20 + 18 * (len(text) // 32)))
    marked = {sheet for sheet, _, _ in rules}
    shown = [each for each in book.worksheets if each.sheet_state == "visible" and each.title in marked]
    if shown:  # opens where the first fault can be seen; a second selected sheet would be edited along
        for each in book.worksheets:
            each.sheet_view.tabSelected = each is shown[0]
        book.active = shown[0]
    buffer = io.BytesIO()  # left open: an archive that was not finished is closed later, and would complain
    book.save(buffer)
    return buffer.getvalue()


def _find_cells(book: Any, problems: Sequence[Problem]) -> dict[tuple[str, int, int], list[str]]:
    """Find the cells (sheet, row, column) that problems are about, and what is to be said at each."""
    headers = {sheet.title: _read_header(sheet) for sheet in book.worksheets}
    found: dict[tuple[str, int, int], list[str]] = {}
    for problem in problems:
        header = headers.get(problem.sheet)
        if header is None or problem.row is None:
            continue
        cells = {header.get(problem.column, 1): problem.tell_rule()}
        cells |= {header[column]: problem.rule for column in problem.columns if column in header}
        for column, rule in cells.items():
            found.setdefault((problem.sheet, problem.row, column), []).append(f"{rule}。改法：{problem.fix}。")
    return found


def _read_header(sheet: Any) -> dict[str, int]:
    from analysis.exchange.forms.workbook import unescape

    rows = ([cell for cell in row if cell.value is not None] for row in sheet.iter_rows())
    return {" ".join(unescape(show(cell.value)).split()): cell.column for cell in next(filter(None, rows), [])}
