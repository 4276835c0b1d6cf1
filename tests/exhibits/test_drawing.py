"""Names of any allowed length and legends of any number of entries stay on the sheet and off each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from tests.made_up import followed_city, write_city

from analysis.assessment import Assessment, Pair
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.chart import Chart, ChartData, drawn_wide, finish, new_figure
from analysis.exhibits.drawing import LONG, add_legend, dodge, label_rows, set_apart
from analysis.exhibits.quality import draw_dots
from analysis.texts import LONGEST_NAME

WIDTHS = [9.0, 6.9]
"""Inches: of a page on the screen, and of paper."""
NOTHING = ChartData(pd.DataFrame(), "picture", "")
_LONG_NAME = "国家税务总局平顶山市税务局第一稽查局派驻新城区办公室综合行政执法监督协调领导小组"[: LONGEST_NAME - 1]


def _boxes(chart: Chart) -> dict[str, tuple[float, float, float, float]]:
    """Everything that is written, and where; what is written in two lines overlaps by their leading."""
    chart.png()  # a legend is where it is once it is drawn
    found = {}
    for ax in chart.figure.axes:
        legend = ax.get_legend()
        written = [*ax.texts, *(ax.get_yticklabels() if ax.axison else []), *(legend.get_texts() if legend else [])]
        for text in filter(lambda text: text.get_text(), written):
            box = text.get_window_extent()
            found[f"{len(found)} {text.get_text()}"] = (box.x0, box.x1, box.y0, box.y1)
    return found


def _assert_on_the_sheet_and_apart(chart: Chart) -> None:
    boxes = _boxes(chart)
    for words, (left, right, low, high) in boxes.items():
        assert left >= -1 and right <= chart.figure.bbox.x1 + 1, words
        assert low >= -1 and high <= chart.figure.bbox.y1 + 1, words
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        across, along = min(a[1], b[1]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[2], b[2])
        assert across <= 1 or along <= 4, (one, other)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Units of the longest names change places; one leaves and one enters."""
    totals = {2030: {"a": 95, "b": 85, "c": 92}, 2031: {"a": 80, "b": 95, "d": 90}}
    city = followed_city(totals, dict.fromkeys("abcd", "east"), [("c", 2031, "leaves", ""), ("d", 2031, "enters", "")])
    folder = write_city(city, tmp_path_factory.mktemp("long"))
    for table in (folder / "units.csv", folder / "lineage.csv"):
        text = table.read_text(encoding="utf-8")
        for unit in "abcd":
            text = text.replace(f"{unit}局", f"{unit}{_LONG_NAME}")
        table.write_text(text, encoding="utf-8")
    return Assessment(load_dataset(folder)).pair(2030, 2031)


@pytest.mark.parametrize("wide", WIDTHS)
@pytest.mark.parametrize("name", ["movement", "streaks", "components", "margins"])
def test_the_longest_names_are_written_whole(moved: Pair, name: str, wide: float) -> None:
    with drawn_wide(wide):
        chart = show(moved if name == "movement" else moved.year, name, group="" if name == "streaks" else "east").chart
    assert chart is not None
    written = "".join(_boxes(chart)).replace("\n", "")
    shown = [f"{unit}{_LONG_NAME}" for unit in ("abcd" if name == "movement" else "abd")]
    assert all(len(each) == LONGEST_NAME and each in written for each in shown)
    _assert_on_the_sheet_and_apart(chart)


@pytest.mark.parametrize("wide", WIDTHS)
@pytest.mark.parametrize("entry", ["加分", "政府职能依法全面履行", "一" * LONGEST_NAME])
def test_a_legend_of_many_entries_takes_as_many_lines_as_it_needs(entry: str, wide: float) -> None:
    with drawn_wide(wide), new_figure(2.0) as (figure, (ax,)):
        for place in range(9):
            ax.barh([place], [1], label=f"{place}{entry}"[:LONGEST_NAME])
        label_rows(ax, ["一" * int(LONG)] * 9)
        add_legend(ax, 9)
        chart = finish(figure, "", "", "", "", NOTHING)
    assert sum(entry[:2] in words for words in _boxes(chart)) >= 9
    for left, right, low, high in (box for words, box in _boxes(chart).items() if not words.endswith("一" * int(LONG))):
        assert min(left, low) >= -1 and right <= figure.bbox.x1 + 1 and high <= figure.bbox.y1 + 1


def test_a_legend_that_fits_stands_in_one_line() -> None:
    with new_figure(2.0) as (figure, (ax,)):
        for entry in ("总分", "材料评审", "日常工作", "群众满意度", "加分", "扣分"):
            ax.barh([entry], [1], label=entry)
        add_legend(ax, 6)
        finish(figure, "", "", "", "", NOTHING).png()
    assert len({round(text.get_window_extent().y0) for text in ax.get_legend().get_texts()}) == 1
    assert figure.get_figheight() == 2.0


@pytest.mark.parametrize("spread", [0.0, 0.3, 6.0, 60.0])
@pytest.mark.parametrize("number", [1, 12, 180])
def test_dots_of_one_row_stand_a_dot_apart(number: int, spread: float) -> None:
    values = pd.Series(np.random.default_rng(number).normal(80, spread, number).round(2), dtype=float)
    heights = dodge(values, width=0.5)
    for _, row in values.groupby(heights):
        assert row.sort_values().diff().min() >= 0.5 or len(row) == 1
    assert heights.index.equals(values.index) and 0 in set(heights)
    assert set(heights) == set(range(int(heights.min()), int(heights.max()) + 1))  # no row is left empty


def test_dots_alone_stand_on_the_line_and_those_of_one_value_on_either_side_of_it() -> None:
    values = pd.Series(np.random.default_rng(7).normal(80, 3, 180).round(1))
    heights = dodge(values, width=0.8)
    alone = [np.sum(np.abs(values - value) < 0.8) == 1 for value in values]
    assert any(alone) and not heights[alone].any()
    assert sorted(dodge(pd.Series([90.0] * 5), width=1.0)) == [-2, -1, 0, 1, 2]


def test_a_pile_that_is_too_high_is_pressed_together_and_leaves_others_alone() -> None:
    values = pd.Series([0.0] * 41 + [5.0] * 3)
    heights = dodge(values, width=1.0, most=5)
    assert heights[:41].min() == -2 and heights[:41].max() == 2 and heights[:41].nunique() == 41
    assert heights[41:].tolist() == [0, 1, -1]


def test_dots_of_a_plane_stand_side_by_side_and_say_where_they_belong() -> None:
    """Thirty at one place, and some that are near another."""
    places = [(70.0, 95.0)] * 30 + [(50.0, 80.0), (50.0, 80.01), (50.01, 80.0), (60.0, 70.0)]
    with new_figure(3.0) as (figure, (ax,)):
        dots = draw_dots(ax, places)
        set_apart(ax, dots)
    for chart in (finish(figure, "", "", "", "", NOTHING), finish(figure, "", "", "", "", NOTHING).in_grey()):
        chart.png()
        drawn = chart.figure.axes[0].lines
        assert [tuple(dot.get_xydata()[0]) for dot in drawn] == places
        spots = np.vstack([dot.get_transform().transform(dot.get_xydata()) for dot in drawn])
        size = drawn[0].get_markersize() * chart.figure.dpi / 72
        assert min(np.hypot(*(one - other)) for one, other in combinations(spots, 2)) >= size / 2
        box = chart.figure.axes[0].get_window_extent()
        assert (spots >= box.p0).all() and (spots <= box.p1).all()
        assert spots[-1] == pytest.approx(chart.figure.axes[0].transData.transform(places[-1]))
