"""What little room does to a page: words stay whole, charts open at their marks, names have room, sheets are filled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pypdf import PdfReader

from analysis.exhibits.html import render_page
from analysis.exhibits.table import Column, make_table
from analysis.words import POINTS

pytestmark = pytest.mark.slow

_LINES = """all => all.filter(each => each.checkVisibility()).map(heading => {
    const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT), lines = [];
    let last = null;
    while (walker.nextNode()) for (let at = 0; at < walker.currentNode.length; at++) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 1);
        const { top, height } = range.getBoundingClientRect();
        if (last === null || Math.abs(top - last) > height / 2) lines.push("");
        lines.push(lines.pop() + walker.currentNode.data[at]);
        last = top;
    }
    return lines;
})"""
_WORDS = ("平均分", "优秀线", "优秀单位", "提高", "主体", "评价", "名次", "部门")


def test_lines_of_headings_end_between_words(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    broken = 0
    for path in sorted(reports.glob("*.html")):
        page.goto(path.as_uri())
        names = page.locator("#units option").evaluate_all("all => all.map(each => each.value)")
        for lines in page.locator("main :is(h1, h2, h3, figcaption b)").evaluate_all(_LINES):
            broken += len(lines) > 1
            for word in (*_WORDS, *names):
                assert "".join(lines).count(word) == sum(line.count(word) for line in lines), (path.name, lines)
    assert broken > 10
    page.close()


def test_a_phone_shows_what_a_page_finds_before_its_contents(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    for width, is_open in ((390, False), (1280, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((reports / "certainty-2021.html").as_uri())
        assert page.locator(".contents details").evaluate("each => each.open") == is_open
        assert page.locator("h1").bounding_box()["y"] < 300
    page.close()


def test_a_chart_on_a_phone_opens_at_its_marks_and_keeps_the_names_of_its_rows(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    held = 0
    for path in sorted(reports.glob("*.html")):
        page.goto(path.as_uri())
        for drawing in page.locator("figure.chart .drawing").filter(visible=True).all():
            frame = drawing.bounding_box()
            marks = drawing.locator("[clip-path] use, use[tabindex]")
            boxes = marks.evaluate_all("all => all.map(each => each.getBoundingClientRect().toJSON())")
            seen = [each for each in boxes if frame["x"] <= each["left"] and each["right"] <= frame["x"] + 358]
            assert not boxes or seen, path.name
            drawing.evaluate("each => new Promise(done => { each.scrollLeft = 200; requestAnimationFrame(done); })")
            page.wait_for_timeout(20)
            lefts = drawing.locator(".held").evaluate_all("all => all.map(each => each.getBoundingClientRect().left)")
            assert all(left >= frame["x"] - 1 for left in lefts), path.name
            held += bool(lefts)
    assert held > 3
    page.close()


def test_long_names_beside_bars_take_two_lines_at_most(browser: Any) -> None:
    columns = [f"部分{number}" for number in range(4)]
    rows = pd.DataFrame({"name": ["城东区人民政府综合行政执法局第二执法大队"] * 180, "bar": [[(0.5, "#1d5c5a")]] * 180})
    rows = rows.assign(**dict.fromkeys(columns, 12.34), **dict.fromkeys("abcde", 1.25))
    wide = [Column(each, f"{each}（20）", POINTS, bars="bar") for each in columns]
    table = make_table(rows, ["name", *wide, *(Column(each, f"加分{each}", POINTS) for each in "abcde")], "例")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_content(render_page(table._repr_html_(), title="例", site="例", notice="", facts={}))
    name = page.locator("tbody th").first.bounding_box()
    assert name["width"] >= 190 and name["height"] < 60
    page.close()


def test_the_last_sheet_has_the_last_section_at_least(browser: Any, reports: Path) -> None:
    page, several = browser.new_page(), 0
    for path in sorted(reports.glob("*.html")):
        page.goto(path.as_uri())
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
        assert path.name != "index.html" or len(sheets) == 1
        if len(sheets) > 1:
            several += 1
            assert "局限" in sheets[-1].extract_text(), path.name
    assert several > 3
    page.close()
