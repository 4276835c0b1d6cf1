"""The problems of an analyst's file as a page to read and as a marked copy to mend."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.facts.folders import replaced_folder
from analysis.facts.problems import UNFINISHED, InputError, Problem
from analysis.figures.tables import make_table

_CELL, _ROW = "FFE3A72F", "FFF4D9A0"
"""Fills of a cell with a problem, and of the first cell of its row."""
_PAGE = "问题.html"
_LONGEST_COMMENT = 8_000
"""Characters; a cell can hold 32 767, and every indicator of a unit may have to be named."""


def write_findings(file: Path, found: InputError) -> Path:
    """Write a folder beside a file with a page of its problems and, for a workbook, a copy with the cells marked.

    Parameters
    ----------
    file : Path
        What was to be imported.
    found : InputError

    Returns
    -------
    Path
        The folder; an earlier one of the same name is replaced.
    """
    target = _folder(file)
    with replaced_folder(target) as fresh:
        (fresh / _PAGE).write_text(_write_page(file, found.problems, found.unfinished), encoding="utf-8", newline="\n")
        marked = mark_workbook(file, found.problems)
        if marked is not None:
            (fresh / _copy(file)).write_bytes(marked)
    return target


def remove_findings(file: Path) -> None:
    """Remove the folder of a file's problems once there are none; one that holds anything else is left alone.

    Parameters
    ----------
    file : Path
    """
    target = _folder(file)
    if target.is_dir() and {path.name for path in target.iterdir()} <= {_PAGE, _copy(file)}:
        shutil.rmtree(target, ignore_errors=True)


def _folder(file: Path) -> Path:
    return file.absolute().with_name(f"{file.stem}-问题")


def _copy(file: Path) -> str:
    return f"{file.stem}-标出问题.xlsx"


def _write_page(file: Path, problems: Sequence[Problem], unfinished: bool) -> str:
    from analysis.publishing.html import render_page

    frame = pd.DataFrame(
        {
            "sheet": [problem.sheet or problem.file for problem in problems],
            "row": ["" if problem.row is None else str(problem.row) for problem in problems],
            "column": [problem.column or "—" for problem in problems],
            "value": [problem.value or "（空）" for problem in problems],
            "rule": [problem.tell_rule() for problem in problems],
            "fix": [problem.fix for problem in problems],
        }
    )
    columns = {
        "sheet": ("表", None),
        "row": ("行", str),
        "column": ("列", None),
        "value": ("原值", None),
        "rule": ("问题", None),
        "fix": ("改法", None),
    }
    note = "未作任何改动；改好后再导入。" + (UNFINISHED if unfinished else "")
    table = make_table(frame, columns, f"{file.name}：{len(problems)} 处问题", note, head="表")
    body = f"<h1>导入前的检查</h1>\n{table._repr_html_()}"
    return render_page(body, title=f"{file.name} 的问题", site="考核分析工作簿", notice="", facts={})


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
    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    if file.suffix.lower() != ".xlsx" or not any(problem.row for problem in problems):
        return None
    book = load_workbook(file, keep_links=False)
    places = _place(book, problems)
    for sheet, row, _ in places:
        _fill(book[sheet].cell(row, 1), _ROW)
    for place, told in places.items():
        sheet, row, column = place
        cell = book[sheet].cell(row, column)
        _fill(cell, _CELL)
        if type(cell).__name__ != "MergedCell":
            text = "\n".join(told)[:_LONGEST_COMMENT]
            cell.comment = Comment(text, "工作簿", width=420, height=max(80, 20 + 18 * (len(text) // 32)))
    marked = next((each for each in book.worksheets if any(sheet == each.title for sheet, _, _ in places)), book.active)
    for each in book.worksheets:  # opens where the first fault is; a second selected sheet would be edited along
        each.sheet_view.tabSelected = each is marked
    book.active = marked
    with io.BytesIO() as buffer:
        book.save(buffer)
        return buffer.getvalue()


def _place(book: Any, problems: Sequence[Problem]) -> dict[tuple[str, int, int], list[str]]:
    """Find the cells that problems are about, and what is to be said at each."""
    headers = {sheet.title: _read_header(sheet) for sheet in book.worksheets}
    places: dict[tuple[str, int, int], list[str]] = {}
    for problem in problems:
        header = headers.get(problem.sheet)
        if header is None or problem.row is None:
            continue
        cells = {header.get(problem.column, 1): problem.tell_rule()}
        cells |= {header[column]: problem.rule for column in problem.columns if column in header}
        for column, rule in cells.items():
            places.setdefault((problem.sheet, problem.row, column), []).append(f"{rule}。改法：{problem.fix}。")
    return places


def _read_header(sheet: Any) -> dict[str, int]:
    rows = ([cell for cell in row if cell.value is not None] for row in sheet.iter_rows())
    return {str(cell.value).strip(): cell.column for cell in next(filter(None, rows), [])}


def _fill(cell: Any, colour: str) -> None:
    from openpyxl.styles import PatternFill

    if type(cell).__name__ != "MergedCell":
        cell.fill = PatternFill("solid", start_color=colour)
