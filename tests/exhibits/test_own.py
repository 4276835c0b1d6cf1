"""A frame of one's own is drawn as it is, with the source of its year or years."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words

from analysis.assessment import Pair, Year
from analysis.exhibits.own import draw_own
from analysis.problems import WorkbookError
from analysis.words import MOVE, Format

FRAME = pd.DataFrame({"甲": [1.005, -2.0], "乙": [0.5, None]}, index=["东区", "西区"])


@pytest.mark.parametrize("kind", ["bars", "stacked", "line"])
def test_numbers_and_names_are_shown_in_the_house_style(kind: Any, year: Year) -> None:
    chart = draw_own(year, FRAME, "东区高，西区低", kind=kind, axis="分数（分）", measure="随手一量")
    words = drawn_words(chart)
    for each in ("1.01", "−2.00", "0.50", "东区", "西区", "甲", "乙"):
        assert each in words
    assert "nan" not in words + chart.alt and "东区：甲1.01，乙0.50；西区：甲−2.00，乙—" in chart.alt
    (ax,) = chart.figure.axes
    assert (ax.get_ylabel() if kind == "line" else ax.get_xlabel()) == "分数（分）"
    assert (chart.title, chart.subtitle) == ("东区高，西区低", "随手一量")
    pd.testing.assert_frame_equal(chart.data.frame, FRAME)
    assert chart.data.kind == kind and chart.png()[:4] == b"\x89PNG"


def test_whole_numbers_stand_as_they_are(year: Year) -> None:
    places = pd.DataFrame({"名次变化": [-42.0, 3.0, None]}, index=["甲局", "乙局", "丙局"])
    words = drawn_words(draw_own(year, places, ""))
    assert "−42" in words and "−42.00" not in words and "-" not in words  # on the axis too
    assert "−42.0" in drawn_words(draw_own(year, places, "", number_format=Format(1)))


def test_the_source_is_that_of_the_year_or_of_both(year: Year, pair: Pair) -> None:
    told = "评分为重构数据，不是任何单位的真实得分"
    assert draw_own(year, FRAME, "").source == f"来源：平法政办〔2022〕2号；{told}"
    assert draw_own(pair, FRAME, "").source == f"来源：平法政办〔2021〕1号、平法政办〔2022〕2号；{told}"


def test_it_is_drawn_through_the_year_and_the_pair(year: Year, pair: Pair) -> None:
    moved = pair.movement.nlargest(3, "rank_change").set_index("name")[["rank_change"]]
    chart = pair.chart(moved.set_axis(["名次变化"], axis=1), "升得最多", number_format=MOVE)
    assert all(f"+{places:.0f}" in drawn_words(chart) for places in moved["rank_change"])
    assert year.chart(FRAME, "一年").title == "一年"


@pytest.mark.parametrize(
    ("frame", "kind", "told"),
    [
        (FRAME, "pie", "没有“pie”这种图。可用：bars、stacked、line"),
        (FRAME.head(0), "bars", "至少有一行"),
        (pd.DataFrame({"甲": ["多"]}), "bars", "每一列都是数"),
        (FRAME.assign(丙="多"), "line", "每一列都是数"),
    ],
)
def test_what_cannot_be_drawn_is_refused(frame: pd.DataFrame, kind: Any, told: str, year: Year) -> None:
    with pytest.raises(WorkbookError, match=told):
        draw_own(year, frame, "", kind=kind)
