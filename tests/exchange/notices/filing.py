"""A notice as the file that an office would send: text of two codings, a page, a Word document with real tables."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path

from docx import Document
from tests.exchange.notices.loading import Notice

KINDS = ("utf-8.txt", "crlf.txt", "gb18030.txt", "html", "docx")


LAYOUTS = ("half", "wrapped", "paged")
"""Half-width marks, lines broken as in the text of a .pdf, and those with page numbers between."""
HALF = str.maketrans("，。：；（）％", ",.:;()%")
WIDTH, PAGE = 30, 20
"""Characters of a line, and lines of a page."""


def lay_out(notice: Notice, layout: str) -> Notice:
    """Print the same words in another layout."""
    if layout == "half":
        return replace(notice, text=notice.text.translate(HALF))
    lines = [part for line in notice.text.splitlines() for part in _broken(line)]
    if layout == "paged":
        pages = [lines[start : start + PAGE] for start in range(0, len(lines), PAGE)]
        lines = [line for number, page in enumerate(pages, 1) for line in (*page, f"— {number} —")]
    return replace(notice, text="".join(f"{line}\n" for line in lines))


def _broken(line: str) -> list[str]:
    """Break a line at the width of a page: rows of a table stay whole."""
    if re.search(r"[\t|]", line):
        return [line]
    return [line[start : start + WIDTH] for start in range(0, len(line), WIDTH)] or [""]


def file_notice(notice: Notice, folder: Path, kind: str = "") -> Path:
    """Write a notice into a folder as a file of a kind: without one, as text, or as .docx if it has a table."""
    kind = kind or ("docx" if notice.table else "utf-8.txt")
    path = folder / f"{notice.id}.{kind}"
    match kind:
        case "docx":
            _write_docx(notice, path)
        case "html":
            path.write_text(_page(notice), encoding="utf-8")
        case "crlf.txt":
            path.write_bytes(_plain(notice).replace("\n", "\r\n").encode())
        case "gb18030.txt":
            path.write_bytes(_plain(notice).encode("gb18030"))
        case _:
            path.write_text(_plain(notice), encoding="utf-8")
    return path


def _plain(notice: Notice) -> str:
    return notice.text + "".join("\t".join(row) + "\n" for row in notice.table)


def _spans(notice: Notice) -> list[int]:
    """How many rows the first cell of each row stands for: 0 where the one above goes on."""
    if not notice.merged:
        return [1] * len(notice.table)
    runs = [len(list(run)) for _, run in groupby(row[0] for row in notice.table)]
    return [length if first == 0 else 0 for length in runs for first in range(length)]


def _write_docx(notice: Notice, path: Path) -> None:
    document = Document()
    for line in notice.text.splitlines():
        document.add_paragraph(line)
    if notice.table:
        grid = document.add_table(len(notice.table), len(notice.table[0]))
        for row, (cells, span) in enumerate(zip(notice.table, _spans(notice), strict=True)):
            for column, content in enumerate(cells):
                if column or span:
                    grid.cell(row, column).text = content
            if span > 1:
                grid.cell(row, 0).merge(grid.cell(row + span - 1, 0)).text = cells[0]
    document.save(str(path))


def _page(notice: Notice) -> str:
    """A saved page: navigation before and after, as sites have it."""
    lines = "".join(f"<p>　　{escape(line)}</p>\n" for line in notice.text.splitlines())
    rows = []
    for cells, span in zip(notice.table, _spans(notice), strict=True):
        first = f'<td rowspan="{span}">{escape(cells[0])}</td>' if span > 1 else f"<td>{escape(cells[0])}</td>"
        rest = "".join(f"<td>{escape(content)}</td>" for content in cells[1:])
        rows.append(f"<tr>{first if span else ''}{rest}</tr>")
    table = f"<table>{''.join(rows)}</table>" if rows else ""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title><script>var n = 12;</script></head>'
        '<body><div class="nav"><a href="/">首页</a> &gt; <a href="/gk">政务公开</a> &gt; 正文</div>'
        f'<div id="content">{lines}{table}</div>'
        '<div class="foot">字体：[大 中 小]　打印本页　关闭窗口</div></body></html>'
    )
