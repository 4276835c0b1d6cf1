"""Totals: how they are spread, what they are made of, and what was added and taken."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import BEST_FROM_90, graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.scores import stack_dots


def test_the_cut_and_the_vetoed_unit_are_marked(year: Year) -> None:
    words = drawn_words(show(year, "distribution").chart)
    assert "优秀线" in words
    assert "取消评优资格（重构，印本未点名）" in words


@pytest.mark.parametrize("of", [2020, 2021])
def test_component_bars_add_up_to_the_totals(of: int, shipped: Assessment) -> None:
    for shown in show(shipped.year(of), "components").values():
        assert np.allclose(shown.chart.data.frame.sum(axis=1), shown.frame["total"])


def test_every_total_is_marked_where_it_is_whatever_is_drawn_left_of_zero(year: Year) -> None:
    shown = show(year, "components", "county")
    own = shown.frame
    assert own["deduction"].gt(0).any()
    (ax,) = shown.chart.figure.axes
    (marks,) = [line for line in ax.lines if line.get_label() == "总分"]
    assert np.allclose(marks.get_xdata(), own["base"] + own["bonus"] - own["deduction"])
    assert "已减去零点左边的扣分" in shown.chart.subtitle
    stripes = {bars.get_label(): {bar.get_hatch() for bar in bars} for bars in ax.containers}
    assert stripes["加分"] == {""} and stripes["扣分"] == {"////"}


def test_a_legend_explains_what_is_drawn_and_nothing_else(year: Year) -> None:
    for shown in show(year, "components").values():
        legend = shown.chart.figure.axes[0].get_legend()
        assert legend is not None
        is_explained = "扣分" in [text.get_text() for text in legend.get_texts()]
        assert is_explained == shown.frame["deduction"].gt(0).any()
    assert not is_explained  # of the departments nobody has one


def test_grades_by_a_line_are_drawn_at_the_line_and_the_legend_covers_nobody(small: Year) -> None:
    chart = show(small, "distribution").chart
    assert "灰线为分数线" in chart.subtitle and "灰带" not in chart.subtitle
    first, second = chart.figure.axes
    drawn = [text.get_text() for text in [*first.texts, *second.texts]]
    assert [text for text in drawn if "线" in text] == ["优秀线\n90.00", "良好线\n75.00", "优秀线\n90.00"]
    chart.png()
    legend = first.get_legend()
    assert legend is not None and legend.get_window_extent().y0 > first.get_window_extent().y1


def test_dots_that_would_cover_each_other_are_stacked() -> None:
    heights = stack_dots(pd.Series([1.0, 1.1, 5.0, 0.9]), width=1.0)
    assert heights.tolist() == [0.0, 1.0, 0.0, -1.0]


def test_what_was_added_and_taken_is_as_printed(year: Year) -> None:
    """Extremes and numbers from the circular of 2021."""
    rows = show(year, "adjustments").table.cells.set_index("组别")
    county, department = rows.loc["县（市、区）政府"], rows.loc["市直部门"]
    assert county[["单位数", "加分单位", "最高加分", "最少加分"]].to_list() == ["12", "10", "5.00", "1.50"]
    assert county[["扣分单位", "最多扣分"]].to_list() == ["1", "3.00"]
    assert department[["单位数", "加分单位", "最高加分", "最少加分"]].to_list() == ["45", "16", "3.75", "0.75"]
    assert department["取消评优"] == "1"


def test_why_a_unit_is_not_in_the_grade_of_its_total_stands_beside_its_grade(conditions: Year) -> None:
    grades = show(conditions, "scores", "department").table.values.set_index("单位")["等次"]
    assert grades.to_dict() == {
        "a局": "良好，不合优秀的条件：有扣分（1.00 分）",
        "f局": "优秀",
        "b局": "良好，不合优秀的条件：平台 40.00 分（应不少于 44 分）",
        "c局": "一般，不合优秀的条件：督察第 6 名（应在前 4 名之内）",
        "d局": "优秀",
        "e局": "一般",  # has too little anyway
    }
    assert drawn_words(show(conditions, "distribution").chart).count("不合优秀的条件") == 3
    assert drawn_words(show(conditions, "components", "department").chart).count("不合优秀的条件") == 3


def test_ranks_on_rounded_totals_are_said_to_be_such(rounded: Year, conditions: Year) -> None:
    table = show(rounded, "scores", "department").table
    assert table.values[["单位", "总分", "名次"]].to_numpy()[:3].tolist() == [
        ["a局", 71.04, 1], ["b局", 70.96, 1], ["c局", 70.85, 3],
    ]  # fmt: skip
    assert table.note.startswith("名次和等次按四舍五入到 1 位小数的总分。")
    assert "四舍五入" not in show(conditions, "scores", "department").table.note


def test_ties_and_a_group_of_one_are_told_so_and_not_as_a_spread(tied: Assessment) -> None:
    title = show(tied.latest, "distribution").chart.title
    assert title == "2031 年east组 5 个单位同分，north组首尾相差不到 0.1 分，west组只有 1 个单位"
    assert [shown.chart.title for shown in show(tied.latest, "components").values()] == [
        "2031 年east组：5 个单位总分都是 95.00 分",
        "2031 年north组：总分从 85.00 分到 85.03 分",
        "2031 年west组：只有 1 个单位，总分 71.50 分",
    ]


def test_with_one_grade_there_is_no_line_to_be_told_of() -> None:
    city = graded_city({2030: ([{"id": "all_good", "name": "合格"}], {"a": 90, "b": 80})})
    chart = show(Assessment(load_city(city)).latest, "distribution").chart
    assert chart.subtitle == "每点一个单位；虚线为本组平均分"


def test_a_name_in_digits_does_not_run_into_its_total() -> None:
    """A listener would take unit 2024 with 88.59 points for one with 202488.59."""
    city = graded_city({2031: (BEST_FROM_90, {"a": 88.59, "b": 95})})
    shown = show(Assessment(load_city(city)).latest, "components", "east")
    assert "第2名2024：88.59分" in with_frame(shown, shown.frame.assign(name=["甲局", "2024"])).chart.alt
