"""Scores: who got how many points, what they are made of, and what was added and taken."""

from __future__ import annotations

import numpy as np
import pytest
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import BEST_FROM_90, graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show


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
        "a局": "良好，不合优秀的条件：有扣分（1.00分）",
        "f局": "优秀",
        "b局": "良好，不合优秀的条件：平台40.00分（应不少于44分）",
        "c局": "一般，不合优秀的条件：督察第6名（应在前4名之内）",
        "d局": "优秀",
        "e局": "一般",  # has too little anyway
    }
    assert drawn_words(show(conditions, "components", "department").chart).count("不合优秀的条件") == 3


def test_ranks_on_rounded_totals_are_said_to_be_such(rounded: Year, conditions: Year) -> None:
    table = show(rounded, "scores", "department").table
    assert table.values[["单位", "总分", "名次"]].to_numpy()[:3].tolist() == [
        ["a局", 71.04, 1], ["b局", 70.96, 1], ["c局", 70.85, 3],
    ]  # fmt: skip
    assert table.note.startswith("名次和等次按四舍五入到1位小数的总分。")
    assert "四舍五入" not in show(conditions, "scores", "department").table.note


def test_a_name_in_digits_does_not_run_into_its_total() -> None:
    """A listener would take unit 2024 with 88.59 points for one with 202488.59."""
    city = graded_city({2031: (BEST_FROM_90, {"a": 88.59, "b": 95})})
    shown = show(Assessment(load_city(city)).latest, "components", "east")
    assert "第2名2024：88.59分" in with_frame(shown, shown.frame.assign(name=["甲局", "2024"])).chart.alt


def test_ties_and_a_group_of_one_are_titled_so(tied: Assessment) -> None:
    assert [shown.chart.title for shown in show(tied.latest, "components").values()] == [
        "2031年east组：5个单位总分均为95.00分",
        "2031年north组：总分85.00分至85.03分",
        "2031年west组：只有1个单位，总分71.50分",
    ]


def test_parts_add_up_to_components_and_all_columns_to_the_total(year: Year) -> None:
    for shown in show(year, "scores").values():
        values = shown.table.values
        parts = values[["督导平台评价", "日常工作情况评价"]].sum(axis=1)
        assert np.allclose(parts, values["日常评价（80）"])
        made = values["日常评价（80）"] + values["督察考评（20）"] + values["加分"] - values["扣分"]
        assert np.allclose(made, values["总分"])
        assert set(values["计算法"]) == {"百分制", "加权"}


def test_bars_are_as_long_as_their_numbers_on_one_scale(year: Year) -> None:
    """The best of all has 102.39 points, more than a base of 100: it fills the cell, and all others are held to it."""
    most = year.scores["total"].max()
    assert most > year.scheme.base_points
    for shown in show(year, "scores").values():
        frame = shown.table.frame
        assert np.allclose([bar[-1][0] * most for bar in frame["total_bar"]], frame["total"])
        assert np.allclose([sum(share for share, _ in bar) * 80 for bar in frame["daily_bar"]], frame["daily_score"])
        assert np.allclose([sum(share for share, _ in bar) * 20 for bar in frame["inspection_bar"]],
                           frame["inspection_score"])  # fmt: skip
        shades = {len(bar): {colour for _, colour in bar} for bar in frame["daily_bar"]}
        assert len(shades[2]) == 2
        tones = {bar[0][1] for bar in frame["total_bar"]}
        assert len(tones) == len(set(shown.frame["grade"])) == 2


def test_a_line_stands_under_the_last_of_each_grade(year: Year, small: Year) -> None:
    for shown in show(year, "scores").values():
        ((row, told),) = shown.table.lines.items()
        grades = shown.frame["grade"].to_list()
        assert grades[row - 1] == "excellent" and "excellent" not in grades[row:]
        assert told == f"优秀线{shown.frame['total'].iloc[row - 1]:.2f}分"
    told = {group: list(shown.table.lines.values()) for group, shown in show(small, "scores").items()}
    assert all(set(lines) <= {"优秀线90.00分", "良好线75.00分"} for lines in told.values()) and any(told.values())


def test_a_negative_total_has_no_bar() -> None:
    city = graded_city({2031: (BEST_FROM_90, {"a": 95, "b": 50})})
    shown = show(Assessment(load_city(city)).latest, "scores", "east")
    below = with_frame(shown, shown.frame.assign(total=[95.0, -3.0])).table
    assert [bar[0][0] for bar in below.frame["total_bar"]] == [0.95, 0.0]
    assert "0 0.0%" in below._repr_html_()


def test_adjustments_are_told_in_a_sentence_a_group(year: Year) -> None:
    """Extremes and numbers from the circular of 2021."""
    assert show(year, "adjustments").sentences == (
        "县（市、区）政府12个单位中，10个加分（1.50—5.00分）、1个扣分（3.00分）。",
        "市直部门45个单位中，16个加分（0.75—3.75分）、1个取消评优资格。",
    )


def test_a_part_of_which_nothing_applies_has_no_score(year: Year) -> None:
    shown = show(year, "scores", "department")
    first, second = shown.frame.index[:2]
    frame = shown.frame.copy()
    frame.loc[first, ["platform_earned", "platform_applicable"]] = 0.0
    frame.loc[second, "platform_earned"] = 0.0
    column = next(name for name in shown.table.cells if name.startswith(year.scheme.part_names["platform"]))
    assert with_frame(shown, frame).table.cells[column].to_list()[:2] == ["—", "0.00"]
