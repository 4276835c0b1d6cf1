"""The problems of an analyst's file as a page to read and as a marked copy to mend."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from analysis.facts.folders import replaced_folder
from analysis.facts.problems import Problem, tell_problems
from analysis.figures.tables import make_table

_FILL, _SEEN_FILL = "FFE3A72F", "FFF4D9A0"


def write_findings(file: Path, problems: Sequence[Problem]) -> Path:
    """Write a folder beside a file with a page of its problems and, for a workbook, a copy with the cells marked.

    Parameters
    ----------
    file : Path
        What was to be imported.
    problems : sequence of Problem

    Returns
    -------
    Path
        The folder; an earlier one of the same name is replaced.
    """
    target = file.absolute().with_name(f"{file.stem}-问题")
    with replaced_folder(target) as fresh:
        (fresh / "问题.html").write_text(_write_page(file, problems), encoding="utf-8", newline="\n")
        marked = mark_workbook(file, problems)
        if marked is not None:
            (fresh / f"{file.stem}-标出问题.xlsx").write_bytes(marked)
    return target


def _write_page(file: Path, problems: Sequence[Problem]) -> str:
    from analysis.publishing.html import render_page

    frame = pd.DataFrame(
        {
            "sheet": [problem.sheet or problem.file for problem in problems],
            "row": ["" if problem.row is None else str(problem.row) for problem in problems],
            "column": [problem.column or "—" for problem in problems],
            "value": [problem.value or "（空）" for problem in problems],
            "rule": [problem.rule for problem in problems],
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
    table = make_table(frame, columns, f"{file.name}：{len(problems)} 处问题", "未作任何改动；改好后再导入", head="表")
    body = f"<h1>导入前的检查</h1>\n{table._repr_html_()}"
    return render_page(body, title=f"{file.name} 的问题", site="考核分析工作簿", notice="", facts={})


def mark_workbook(file: Path, problems: Iterable[Problem]) -> bytes | None:
    """Copy an .xlsx file with every cell that has a problem coloured and commented.

    Parameters
    ----------
    file : Path
    problems : iterable of Problem

    Returns
    -------
    bytes, or None if the file is no workbook that can be opened
    """
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    places: dict[tuple[str, int, str], list[Problem]] = {}
    for problem in problems:
        if problem.sheet and problem.row is not None:
            places.setdefault((problem.sheet, problem.row, problem.column), []).append(problem)
    if file.suffix.lower() != ".xlsx" or not places:
        return None
    book = load_workbook(file, keep_links=False)
    for (sheet, row, column), here in places.items():
        if sheet not in book.sheetnames:
            continue
        page = book[sheet]
        header = {str(cell.value).strip(): cell.column for cell in page[1] if cell.value is not None}
        cell = page.cell(row, header.get(column, 1))
        for each in [cell, page.cell(row, 1)]:
            if type(each).__name__ != "MergedCell":
                each.fill = PatternFill("solid", start_color=_FILL if each is cell else _SEEN_FILL)
        if type(cell).__name__ != "MergedCell":
            cell.comment = Comment("\n".join(tell_problems(here))[:1000], "工作簿", width=420, height=140)
    marked = next((each for each in book.worksheets if any(sheet == each.title for sheet, _, _ in places)), book.active)
    for each in book.worksheets:  # opens where the first fault is; a second selected sheet would be edited along
        each.sheet_view.tabSelected = each is marked
    book.active = marked
    with io.BytesIO() as buffer:
        book.save(buffer)
        return buffer.getvalue()
