"""Charts on pages: words do not cover each other, shapes can be reached, pictures and numbers taken away."""

from __future__ import annotations

import base64
import csv
import io
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.slow

_BOXES = """svg => [...svg.querySelectorAll("text")].map(text => {
    const box = text.getBoundingClientRect();
    return [text.textContent, box.left, box.top, box.right, box.bottom];
})"""
_SLACK = 2.0
"""Pixels that boxes may share: they are those of the font's lines, higher than its characters."""


def overlapping(boxes: list[tuple[str, float, float, float, float]]) -> list[tuple[str, str]]:
    """Name the pairs of texts whose boxes cover each other."""
    return [
        (one[0], other[0])
        for one, other in combinations([each for each in boxes if each[0].strip()], 2)
        if min(one[3], other[3]) - max(one[1], other[1]) > _SLACK
        and min(one[4], other[4]) - max(one[2], other[2]) > _SLACK + 0.25 * min(one[4] - one[2], other[4] - other[2])
    ]


def test_texts_that_cover_each_other_are_seen() -> None:
    boxes = [("甲", 0.0, 0.0, 20.0, 14.0), ("乙", 10.0, 2.0, 30.0, 16.0), ("丙", 0.0, 13.0, 20.0, 27.0)]
    assert overlapping(boxes) == [("甲", "乙")]


def test_no_words_of_a_chart_cover_each_other_or_leave_the_page(opened: dict[str, Any]) -> None:
    charts = 0
    for name, page in opened.items():
        wide = page.evaluate("document.documentElement.clientWidth")
        for drawing in page.locator(".drawing > svg").all():
            boxes = drawing.evaluate(_BOXES)
            assert overlapping(boxes) == [], name
            assert [text for text, left, _, right, _ in boxes if left < 0 or right > wide] == [], name
            charts += 1
    assert charts > 10


def test_shapes_of_units_are_told_of_when_pointed_at_and_reached_by_keyboard(browser: Any, reports: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "scores-2021.html").as_uri())
    figure = page.locator("figure.chart", has=page.locator("svg [data-unit][tabindex]")).first
    shapes, told = figure.locator("svg [data-unit][tabindex]"), figure.locator("output")
    assert shapes.count() > 11
    titles = shapes.evaluate_all("all => all.map(each => each.querySelector('title').textContent)")
    assert all(re.search(r"：.*\d", title) for title in titles), titles
    shapes.nth(3).hover(force=True)
    assert told.inner_text() in titles
    page.mouse.move(0, 0)
    figure.locator(".drawing").focus()
    page.keyboard.press("ArrowRight")
    assert told.inner_text() == titles[0]
    page.keyboard.press("ArrowLeft")
    assert told.inner_text() == titles[-1]
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").startswith("drawing")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_take_their_words_font_and_daylight_along(scheme: str, browser: Any, reports: Path) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto((reports / "scores-2021.html").as_uri())
    figure = page.locator("figure.chart").first
    saved = {}
    for kind in ("SVG", "PNG"):
        with page.expect_download() as caught:
            figure.get_by_role("button", name=f"存为{kind}").click()
        assert caught.value.suggested_filename == f"{figure.locator('figcaption b').inner_text()}.{kind.lower()}"
        saved[kind] = Path(caught.value.path()).read_bytes()
    svg = saved["SVG"].decode()
    for part in ("figcaption b", "figcaption span", ".source"):
        assert figure.locator(part).inner_text() in svg
    assert "@font-face" in svg and "base64," in svg and "var(" not in svg and "#1d2733" in svg
    picture = Image.open(io.BytesIO(saved["PNG"])).convert("RGB")
    assert picture.getpixel((2, 2)) == (255, 255, 255) and picture.width > 1500
    dark = sum(count for count, colour in picture.getcolors(10**7) if max(colour) < 100)
    assert dark > 1000
    page.close()


def test_the_numbers_of_every_chart_can_be_taken_away_without_scripts(browser: Any, reports: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    for path in sorted(reports.glob("*.html")):
        page.goto(path.as_uri())
        for figure in page.locator("figure.chart").all():
            link, method = (figure.locator(".tools a", has_text=name) for name in ("数据", "方法"))
            data = base64.b64decode(link.get_attribute("href").removeprefix("data:text/csv;base64,"))
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
            assert len(rows) > 1 and len({len(row) for row in rows}) == 1, path.name
            assert link.get_attribute("download").endswith(".csv")
            assert page.locator(method.get_attribute("href")).count() == 1
    page.close()
