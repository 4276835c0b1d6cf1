"""Grades are counted as they are printed; the rules that give them are told as the scheme has them."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame

from analysis.assessment import Year
from analysis.exhibits import show


def test_counts_and_shares_are_the_printed_ones(year: Year) -> None:
    shown = show(year, "grades")
    assert shown.sentences == ("2021年共考核57个单位：优秀33个，良好24个。",)
    assert show(year, "grades", "county").sentences == ("2021年共考核12个单位：优秀7个，良好5个。",)
    words = drawn_words(shown.chart)
    for printed in ("优秀 7 个\n58.33%", "良好 5 个\n41.67%", "优秀 26 个\n57.78%", "良好 19 个\n42.22%"):
        assert printed in words
    cells = shown.table.cells
    best = cells[cells["年度"].eq("2021") & cells["等次"].eq("优秀")].set_index("组别")["单位数"]
    assert best.to_dict() == {"县（市、区）政府": "7", "市直部门": "26", "合计": "33"}


@pytest.mark.parametrize(
    ("before", "units", "told"),
    [
        (2020, 3, "2021年优秀单位5个，比上年增加2个"),
        (2020, 5, "2021年优秀单位5个，与上年持平"),
        (2020, 9, "2021年优秀单位5个，比上年减少4个"),
        (2018, 5, "2021年优秀单位5个，与2018年持平"),
    ],
)
def test_the_title_compares_with_the_last_year_that_is_shown(year: Year, before: int, units: int, told: str) -> None:
    rows = [(each, group, "excellent", count) for each, count in ((before, units), (2021, 5)) for group in GROUPS]
    counts = pd.DataFrame(rows, columns=["year", "group", "grade", "units"]).assign(share=1.0)
    assert with_frame(show(year, "grades"), counts).chart.title == told


GROUPS = ("county", "department", "all")


def test_rules_are_told_with_their_basis(year: Year, small: Year) -> None:
    assert str(show(year, "grade_rules").prose) == "优秀按数目评定（推定），其余为良好。"
    assert str(show(small, "grade_rules").prose) == "优秀、良好按分数线评定（印本所载），其余为一般。"


def test_a_grade_with_conditions_is_said_to_have_them(conditions: Year) -> None:
    told = str(show(conditions, "grade_rules").prose)
    assert told == "优秀按数目评定（印本所载，另有条件），良好按数目评定（印本所载），其余为一般。"


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ([50, 50], ["优秀 50 个\n50.00%", "良好 50 个\n50.00%"]),
        ([85, 15], ["优秀 85 个\n85.00%", "良好\n15 个"]),
        ([95, 5], ["优秀 95 个\n95.00%", "5"]),
        ([99, 1], ["优秀 99 个\n99.00%", ""]),
    ],
)
def test_a_narrow_bar_is_given_as_many_words_as_it_has_room_for(units: list[int], told: list[str], year: Year) -> None:
    rows = [(2021, group, grade, n) for group in GROUPS for grade, n in zip(("excellent", "good"), units, strict=True)]
    counts = pd.DataFrame(rows, columns=["year", "group", "grade", "units"]).assign(share=1.0)
    first, _ = with_frame(show(year, "grades"), counts).chart.figure.axes
    assert [text.get_text() for text in first.texts] == told
    first.figure.canvas.draw()
    bars = [bar for container in first.containers for bar in container]
    for text, bar in zip(first.texts, bars, strict=True):
        assert text.get_window_extent().width <= bar.get_window_extent().width
