"""Grades are counted as they are printed; the rules that give them are told as the scheme has them."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def test_counts_and_shares_are_the_printed_ones(year: Year) -> None:
    shown = show(year, "grades")
    assert shown.sentences == ("2021年共考核57个单位：优秀33个，良好24个。",)
    assert show(year, "grades", "county").sentences == ("2021年共考核12个单位：优秀7个，良好5个。",)
    words = drawn_words(shown.chart)
    for printed in ("7个（58.33%）", "5个（41.67%）", "26个（57.78%）", "19个（42.22%）", "优秀", "良好"):
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
    assert str(show(small, "grade_rules").prose) == "优秀、良好按分数线评定（通报所载），其余为一般。"


def test_a_grade_with_conditions_is_said_to_have_them(conditions: Year) -> None:
    told = str(show(conditions, "grade_rules").prose)
    assert told == "优秀按数目评定（通报所载，另有条件），良好按数目评定（通报所载），其余为一般。"


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ([50, 50], ["50个（50.00%）", "50个（50.00%）"]),
        ([85, 15], ["85个（85.00%）", "15个"]),
        ([95, 5], ["95个（95.00%）", "5个"]),
        ([98, 2], ["98个（98.00%）", "2"]),
        ([99, 1], ["99个（99.00%）", ""]),
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


def test_grades_are_explained_once_for_all_groups_and_one_alone_not_at_all(year: Year) -> None:
    first, *others = show(year, "grades").chart.figure.axes
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["优秀", "良好"]
    assert not any(ax.get_legend() for ax in others)
    rows = [(2021, group, "excellent", 5) for group in GROUPS]
    alone = pd.DataFrame(rows, columns=["year", "group", "grade", "units"]).assign(share=1.0)
    assert with_frame(show(year, "grades"), alone).chart.figure.axes[0].get_legend() is None


def test_fifteen_years_of_seven_grades_have_no_word_beside_its_bar(year: Year) -> None:
    grades = [{"id": f"g{place}", "name": f"第{place}档"} for place in range(7)]
    grades = [grade | {"line": 90 - 5 * place} for place, grade in enumerate(grades[:-1])] + grades[-1:]
    totals = {chr(97 + place): 60.0 + place for place in range(26)}
    city = Assessment(load_city(graded_city({2030 + place: (grades, totals) for place in range(15)})))
    chart = show(city.latest, "grades").chart
    chart.png()
    (ax,) = chart.figure.axes
    bars = [bar for container in ax.containers for bar in container]
    texts = [text for text in ax.texts if text.get_text()]
    assert len(bars) == 15 * 7 and texts
    places = [bar.get_window_extent().padded(1) for bar in bars]
    for box in (text.get_window_extent() for text in texts):
        assert any(place.containsx(box.x0) and place.containsx(box.x1) for place in places)
    assert len(ax.get_yticklabels()) == 15 and chart.figure.get_figheight() < 6
