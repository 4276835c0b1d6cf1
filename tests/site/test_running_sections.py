"""Sections of a page in which nothing is shown."""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from analysis.site.running import _leave_out_empty


def _said(cells: list[Any]) -> list[str]:
    return [cell.source for cell in _leave_out_empty(cells)]


def test_a_section_that_shows_nothing_is_left_out_with_its_head() -> None:
    shown = [new_output("display_data", {"text/plain": "图"})]
    cells = [
        new_markdown_cell("# 问题"),
        new_code_cell("year = 2021"),
        new_markdown_cell("## 有图"),
        new_code_cell("one", outputs=shown),
        new_code_cell("two"),
        new_markdown_cell("## 没有"),
        new_code_cell("three"),
        new_markdown_cell("### 也没有"),
        new_code_cell("four"),
        new_markdown_cell("## 只有话"),
    ]
    assert _said(cells) == ["# 问题", "year = 2021", "## 有图", "one", "two", "## 只有话"]
