"""The frame of a page: what stands in it follows from the body."""

from __future__ import annotations

import base64
import hashlib

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.exhibits.html import UnitEntry, render_cells, render_page
from analysis.exhibits.prose import Finding

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


@pytest.mark.parametrize(
    ("body", "units", "said"),
    [
        ("<table></table>", [], []),
        ("<table class='sortable'></table>", [], ["sorted"]),
        ("<div class='drawing'></div>", [], ["sorted", "存"]),
        ("<table></table>", [UnitEntry("a", "甲局", "", "")], ["查本单位"]),
    ],
)
def test_a_page_has_the_script_it_needs_and_its_policy_allows_no_other(
    body: str, units: list[UnitEntry], said: list[str]
) -> None:
    page = render_page(f"</body>{body}", title="例", site="例", notice="", facts={}, units=units)
    soup = BeautifulSoup(page, "html.parser")
    policy = str(soup.select("meta[http-equiv=Content-Security-Policy]")[0]["content"])
    scripts = [str(each.string) for each in soup.find_all("script")]
    digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
    assert policy.count("script-src") == len(scripts) == bool(said)
    assert all(f"script-src 'sha256-{each}';" in policy for each in digests)
    assert all(word in "".join(scripts) for word in said)


def test_a_page_is_headed_by_what_it_finds_or_else_by_its_question() -> None:
    asked, found = "<h1 id='q'>怎么样？¶</h1><p>说明</p>", Finding("平均提高1<2分")._repr_html_()
    heads = {
        body: [
            head.get_text()
            for head in BeautifulSoup(
                render_page(body, title="例", site="例", notice="", facts={}), "html.parser"
            ).find_all("h1")
        ]
        for body in (asked, asked + found)
    }
    assert list(heads.values()) == [["怎么样？¶"], ["平均提高1<2分"]]


def test_what_is_under_data_and_method_is_folded_with_the_code() -> None:
    cells = [new_code_cell("first"), new_markdown_cell("## 数据与方法\n\n说明"), new_code_cell("second")]
    for given in (cells, cells[::2]):
        soup = BeautifulSoup(render_cells(new_notebook(cells=given)), "html.parser")
        (fold,) = soup.select("details#method")
        assert ("说明" in fold.get_text()) == (given is cells) and "说明" not in soup.get_text().replace(
            fold.get_text(), ""
        )
        assert [pre.get_text().strip() for pre in fold.select(".code pre")] == ["first", "second"]
        assert len(soup.select("pre")) == 2


def test_what_a_library_remarks_stands_on_no_page() -> None:
    """A warning names files of the machine; what a notebook prints was meant to be read."""
    warned = new_output("stream", name="stderr", text="/home/a/b.py:1: UserWarning: careful")
    printed = new_output("stream", name="stdout", text="说明")
    body = render_cells(new_notebook(cells=[new_code_cell("1", outputs=[warned, printed])]))
    assert "careful" not in body and "说明" in body
