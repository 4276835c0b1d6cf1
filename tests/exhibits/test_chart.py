"""Charts are checked by what they say: titles, labels, artists; no pixels."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from tests.exhibits.reading import drawn_words, find_overlaps
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Pair, Year
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.chart import Chart, ChartData, drawn_wide, finish, new_figure
from analysis.exhibits.fonts import find_lacking
from analysis.exhibits.theme import grade_colours, ink_on, part_colours

NAMES = [name for name, kind in EXHIBITS.items() if kind.has("chart")]
SUBJECTS: dict[str, dict[str, Any]] = {
    "components": {"group": "county"},
    "average_change": {"group": "county"},
    "intervals": {"group": "county"},
    "judgement": {"group": "department", "draws": 400, "seed": 1},
    "leniency": {"group": "department", "draws": 200, "seed": 1},
    "profile": {"unit": "tax"},
    "indicator": {"indicator_id": "department-2021-012"},
    "what_if": {"group": "county", "changes": {("bonus", "cap"): 3.0}},
}


@pytest.fixture(scope="module")
def charts(pair: Pair, official: Year, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Chart]:
    """One chart of every kind."""
    towns = open_assessment(write_print_only(tmp_path_factory.mktemp("towns") / "data"))

    def make(name: str) -> Chart:
        needs, withheld = EXHIBITS[name].needs, "chart" in EXHIBITS[name].withholds
        given = SUBJECTS.get(name, {"group": "department"} if "group" in needs else {})
        year = official if withheld else towns.year(2033) if name == "grade_history" else pair.year
        chart = show(pair if "base_year" in needs else year, name, **given).chart
        assert isinstance(chart, Chart)
        return chart

    return {name: make(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_says_its_finding_source_and_provenance(name: str, charts: dict[str, Chart]) -> None:
    chart = charts[name]
    assert chart.title and chart.subtitle
    documents = "来源：(平法政办〔2021〕1号、)?平法政办〔2022〕2号；"
    if name in {"intervals", "bounds"}:
        assert re.fullmatch(f"{documents}仅依据通报，不使用评分", chart.source)
    elif name == "grade_history":
        assert chart.source == "来源：示例〔2034〕1号；通报所载，未作改动"
    else:
        supposed = "假设推演，不是考核结果；" if name == "what_if" else ""
        withheld = "chart" in EXHIBITS[name].withholds
        marks = "评分为正式数据" if withheld else "评分为重构数据，不是任何单位的真实得分"
        assert re.fullmatch(f"{supposed}{documents}{marks}", chart.source)
    assert len(chart.alt) > 40
    assert chart.png()[:4] == b"\x89PNG"


@pytest.mark.parametrize("name", NAMES)
def test_the_words_stand_around_the_drawing_on_a_page(name: str, charts: dict[str, Chart]) -> None:
    chart = charts[name]
    drawn = drawn_words(chart)
    assert not chart.figure.texts and not any(each in drawn for each in (chart.title, chart.subtitle, chart.source))
    figure = BeautifulSoup(chart._repr_html_(), "html.parser").select_one("figure.chart")
    assert figure is not None
    parts = [figure.select_one(part) for part in ("figcaption > b", "figcaption > span", ".drawing + p.source")]
    assert [part and part.get_text() for part in parts] == [chart.title, chart.subtitle, chart.source]
    image, drawing = figure.select_one(".drawing > img"), figure.select_one(".drawing")
    assert image is not None and image["alt"] == chart.alt
    assert drawing is not None and drawing["aria-label"] == chart.title


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_travels_alone_takes_its_words_along(name: str, charts: dict[str, Chart]) -> None:
    """On a taller sheet: over and under the drawing, not on it, and not off the sheet."""
    chart = charts[name]
    alone = chart.with_words()
    title, subtitle, source = alone.figure.texts
    assert [text.get_text() for text in (title, subtitle, source)] == [chart.title, chart.subtitle, chart.source]
    sheet, before = alone.figure.bbox, chart.figure.get_size_inches()
    assert alone.figure.get_size_inches()[0] == before[0] and alone.figure.get_size_inches()[1] > before[1]
    for text in (title, subtitle, source):
        box = text.get_window_extent()
        assert sheet.x0 <= box.x0 and box.x1 <= sheet.x1 and sheet.y0 <= box.y0 and box.y1 <= sheet.y1
    assert source.get_window_extent().y1 < subtitle.get_window_extent().y0 < title.get_window_extent().y0
    for ax, drawn in zip(alone.figure.axes, chart.figure.axes, strict=True):
        assert ax.get_window_extent().height == pytest.approx(drawn.get_window_extent().height)
        assert source.get_window_extent().y1 < ax.get_window_extent().y0
        assert ax.get_window_extent().y1 < subtitle.get_window_extent().y0
    assert not chart.figure.texts and alone.png(dpi=40)[:4] == b"\x89PNG"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_chart_gives_the_same_bytes(name: str, charts: dict[str, Chart]) -> None:
    assert charts[name].png(dpi=50) == charts[name].png(dpi=50)


@pytest.mark.parametrize("name", NAMES)
def test_no_words_are_drawn_over_each_other_or_off_the_sheet(name: str, charts: dict[str, Chart]) -> None:
    assert find_overlaps(charts[name]) == []


@pytest.mark.parametrize(("at", "angle", "seen"), [(0.52, 0, True), (0.9, 0, False), (0.5, 90, True), (0.9, 90, False)])
def test_words_over_each_other_are_seen(at: float, angle: float, seen: bool) -> None:
    with new_figure(2.0) as (figure, (ax,)):
        ax.text(0.5, 0.5, "一行\n两行")
        ax.text(at, 0.5, "两行", rotation=angle)
        ax.text(0.3, 0.9, "很长的话" * 60 if seen else "短", in_layout=False)
    overlaps = find_overlaps(finish(figure, "", "", "", "", NOTHING))
    assert bool(overlaps) == seen and (("很长的话" * 60, "the edge") in overlaps) == seen


def test_hostile_words_are_shown_as_text() -> None:
    nasty = '"><script>alert(1)</script>'
    with new_figure(2.0) as (figure, _):
        page = finish(figure, nasty, nasty, nasty, nasty, NOTHING)._repr_html_()
    assert "<script>" not in page and page.count("&lt;script&gt;") == 5
    assert BeautifulSoup(page, "html.parser").select_one("img")["alt"] == nasty  # type: ignore[index]


NOTHING = ChartData(pd.DataFrame(), "picture", "")


@pytest.mark.parametrize("lacking", ["\U0002b739", "\U0001f600", "\u0f56\u0f7c\u0f51", "\ue000", "\uac00\ufe0f"])
def test_a_character_the_font_lacks_is_drawn_as_a_box_without_a_remark(lacking: str) -> None:
    """A warning would be an error here; what is drawn is not nothing."""
    assert find_lacking(lacking) == list(dict.fromkeys(lacking.replace("\ufe0f", "")))
    pictures = set()
    for name in (f"甲{lacking}局", "甲局"):
        with new_figure(2.0) as (figure, (ax,)):
            ax.barh([0, 1], [1, 2])
            ax.set_yticks([0, 1], [name, "乙\u9fa6\u3400e\u0301局"])
        chart = finish(figure, name, name, name, name, NOTHING).with_words()
        pictures |= {chart.png(40), chart.in_grey().png(40)}
        assert chart.svg() and chart.pdf()
    assert len(pictures) == 4


def test_names_are_shown_as_text_not_as_formulas() -> None:
    with new_figure(2.0) as (figure, (ax,)):
        ax.text(0, 0, "$\\frac{1}{2")  # would raise if parsed
    finish(figure, "$x^2$", "$\\frac{", "$", "", NOTHING).with_words().png(dpi=40)


def test_long_words_shrink_rather_than_run_off_the_sheet() -> None:
    with new_figure(2.0) as (figure, _):
        alone = finish(figure, "很长的标题" * 40, "量法", "来源", "", NOTHING).with_words()
    title, subtitle, _source = alone.figure.texts
    assert title.get_window_extent().x1 <= alone.figure.bbox.x1
    assert subtitle.get_fontsize() == 9.5


def test_charts_for_paper_are_drawn_for_its_width() -> None:
    def size() -> list[float]:
        with new_figure(2.0) as (figure, _):
            return figure.get_size_inches().tolist()

    assert size() == [9.0, 2.0]
    with drawn_wide(6.9):
        assert size() == [6.9, 2.0]
    assert size() == [9.0, 2.0]


def test_grades_stay_apart_in_grey_print() -> None:
    colours = list(grade_colours(["a", "b", "c"]).values())
    grey = [
        0.299 * r + 0.587 * g + 0.114 * b
        for r, g, b in (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in colours)
    ]
    assert all(light - dark > 40 for dark, light in pairwise(grey))
    assert ink_on(colours[0]) != ink_on(colours[-1])


def test_of_two_grades_each_looks_as_it_does_of_three() -> None:
    three = grade_colours(["excellent", "good", "fair"])
    assert grade_colours(["excellent", "good"]) == {name: three[name] for name in ("excellent", "good")}


def test_eight_parts_have_eight_colours() -> None:
    """As the national framework has; a ninth and a tenth besides."""
    assert len(set(part_colours(map(str, range(8))).values())) == 8
    assert len(set(part_colours(map(str, range(10))).values())) == 10
