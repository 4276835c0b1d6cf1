"""The frame of a page: what stands in it follows from the body."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis.exhibits.html import render_cells, render_page

HUGE = f'<img alt="图" src="data:image/png;base64,{"A" * 11_000_000}">'
"""More than an HTML parser takes for an attribute unless it is told to."""


def _listed(body: str) -> list[tuple[str, str]]:
    page = render_page(body, title="例", site="例", notice="", facts={}).replace(HUGE, "")
    links = BeautifulSoup(page, "html.parser").select("nav.contents a")
    return [(str(link["href"]), link.get_text()) for link in links]


@pytest.mark.parametrize(
    "between",
    ["", HUGE, "<section><div>", "</body></html>", "<!DOCTYPE html><html><body>", "<h3 id='c'>丙</h3><h2>丁</h2>"],
)
def test_every_heading_that_has_an_address_is_listed(between: str) -> None:
    first, last = '<h2 id="甲&amp;乙">甲&amp;乙<a href="#x">¶</a></h2>', '<h2 id="b">乙 <em>丙</em></h2>'
    assert _listed(first + between + last) == [("#甲&乙", "甲&乙"), ("#b", "乙 丙")]


@pytest.mark.parametrize("body", ["", "只有一句话", '<h2 id="a">甲</h2>'])
def test_a_short_page_has_no_list(body: str) -> None:
    assert _listed(body) == []


@pytest.mark.parametrize(("body", "scripts"), [("<table class='wide sortable'></table>", 1), ("<table></table>", 0)])
def test_a_page_has_its_script_if_a_table_needs_it(body: str, scripts: int) -> None:
    page = render_page(f"</body>{body}", title="例", site="例", notice="", facts={})
    assert len(BeautifulSoup(page, "html.parser").find_all("script")) == scripts


def test_what_a_library_remarks_stands_on_no_page() -> None:
    """A warning names files of the machine; what a notebook prints was meant to be read."""
    warned = new_output("stream", name="stderr", text="/home/a/b.py:1: UserWarning: careful")
    printed = new_output("stream", name="stdout", text="说明")
    body = render_cells(new_notebook(cells=[new_code_cell("1", outputs=[warned, printed])]))
    assert "careful" not in body and "说明" in body
