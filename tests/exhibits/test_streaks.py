"""Who stays in the best grade, who comes and who goes; what is not known is said to be unknown."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from tests.exhibits.reading import drawn_words
from tests.made_up import graded_city, load_city, merged_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.streaks import Streaks


def test_the_matrix_says_what_is_unknown(year: Year) -> None:
    chart = show(year, "streaks").chart
    words = drawn_words(chart)
    assert "至少3年" in words and "？" in words and "优秀" in words.split("\n")
    assert "空白为未列入考核" in chart.subtitle and "“？”为等次不详" in chart.subtitle
    assert chart.title == "截至2021年，7个单位连续优秀时间最长，至少3年"
    assert show(year, "streaks").finding == "2021年27个单位连续2年以上优秀，新获优秀6个，退出优秀等次3个"


def _names(told: str) -> list[str]:
    return told.partition("：")[2].removesuffix("。").split("、")


def _printed(year: Year, kind: str) -> list[str]:
    lists = year.facts.printed_lists()
    return list(lists.loc[lists["list"].eq(kind), "name"])


def test_newcomers_and_those_who_left_are_named(year: Year) -> None:
    shown = show(year, "streaks")
    again, newly, lost = shown.sentences
    assert again == "2021年优秀单位中，27个上年也是优秀。"
    printed = {*_printed(year, "newly"), "汝州市人民政府"}  # printed as excellent for two years, but it entered in 2021
    assert newly.startswith("新获优秀6个：") and len(_names(newly)) == 5  # the first of them, the table has all
    assert {each.removesuffix("等") for each in _names(newly)} < printed and newly.endswith("等。")
    assert lost.startswith("退出优秀等次3个：") and len(_names(lost)) == 3
    remarks = shown.table.cells["备注"].value_counts().to_dict()
    assert remarks == {"": 27, "新获优秀": 6, "退出优秀等次": 3}


def test_a_year_before_of_which_nothing_is_known_is_not_told_as_none(small: Year) -> None:
    shown = show(small, "streaks")
    assert shown.chart.title == "2023年3个单位优秀，上一年等次不详"
    assert shown.sentences == ("2023年优秀单位3个；上一年等次不详，是否连续不能判断。",)


TWO: list[dict[str, Any]] = [{"id": "top", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]


def _latest(now: list[dict[str, Any]], before: list[dict[str, Any]] = TWO) -> Year:
    totals = {"a": 95.0, "b": 95.0, "c": 85.0}
    years = {2023: (before, totals), 2024: (now, {"a": 95.0, "b": 85.0, "c": 95.0})}
    return Assessment(load_city(graded_city(years))).latest


def test_a_run_goes_on_through_another_id_only_if_that_is_said_to_be_the_same_grade() -> None:
    renamed = [{**TWO[0], "id": "first"}, TWO[1]]
    shown = show(_latest(renamed), "streaks")
    assert shown.sentences == ("2024年优秀单位2个；上一年没有与本年优秀对应的等次，是否连续不能判断。",)
    assert "×" in drawn_words(shown.chart) and "“×”为当年等次与优秀不能对应" in shown.chart.subtitle
    told = show(_latest(renamed), "limitations", about="streaks").sentences
    assert "2023年的等次与2024年的优秀不对应，或不是一一对应，图中以“×”表示。" in told
    assert "连续" not in " ".join(show(_latest(renamed), "draft").sentences)
    renamed[0]["formerly"] = ["top"]
    shown = show(_latest(renamed), "streaks")
    assert shown.sentences == (
        "2024年优秀单位中，1个上年也是优秀。", "新获优秀1个：c局。", "退出优秀等次1个：b局。",
    )  # fmt: skip


def test_a_grade_that_was_merged_into_the_best_says_nothing_of_runs() -> None:
    before = [TWO[0], {"id": "good", "name": "良好", "line": 80}, TWO[1]]
    now = [{**TWO[0], "line": 80, "formerly": ["top", "good"]}, TWO[1]]
    shown = show(_latest(now, before), "streaks")
    assert shown.frame.set_index("unit_id")["streak"].to_dict() == {"a": 2, "b": 2, "c": 1}
    assert shown.frame.set_index("unit_id").loc["c", ["at_least", "newly", "lost"]].tolist() == [True, False, False]


def test_of_a_new_unit_it_is_told_of_whom_it_was_made() -> None:
    city = Assessment(load_city(merged_city()))
    shown = show(city.year(2032), "streaks")
    assert shown.sentences[1] == "新获优秀1个：m局（由c局、p局合并设立）。"
    assert shown.table.cells.set_index("单位").at["m局", "备注"] == "新获优秀；由c局、p局合并设立"
    assert show(city.year(2033), "streaks").sentences[1] == "新获优秀2个：d局、s局（由m局分设）。"


def test_a_group_in_which_nobody_was_ever_best_is_not_drawn(tied: Assessment) -> None:
    words = drawn_words(show(tied.latest, "streaks").chart)
    assert "east组：" in words and "north组" not in words and "west组" not in words


def test_nobody_is_not_counted_as_0() -> None:
    lines = [{"id": "best", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]

    def streaks(before: int, now: int) -> Streaks:
        city = graded_city({2030: (lines, {"a": before, "b": 50}), 2031: (lines, {"a": 50, "b": now})})
        return show(Assessment(load_city(city)).latest, "streaks")

    nobody, new = streaks(95, 60), streaks(95, 91)
    assert nobody.sentences == ("2031年没有单位获评优秀。", "退出优秀等次1个：a局。")
    assert new.sentences[0] == "2031年优秀单位中，没有上年也是优秀的。"
    assert nobody.chart.title == "2031年没有单位连续2年优秀，退出优秀等次1个"
    assert new.chart.title == "2031年没有单位连续2年优秀，新获优秀1个，退出优秀等次1个"
    assert streaks(50, 60).chart.alt.endswith("连续优秀年数：没有单位。")


def _city(years: int, units: int, best: str = "优秀") -> Assessment:
    """Units of which each is in the best grade for as many years as its place among them, up to the last."""
    lines = [{"id": "best", "name": best, "line": 90}, {"id": "rest", "name": "一般"}]
    totals = {
        2030 + year: (lines, {f"u{unit}": 95.0 - 10 * (unit < years - 1 - year) for unit in range(units)})
        for year in range(years)
    }
    return Assessment(load_city(graded_city(totals)))


def _tags(chart: Chart) -> dict[str, str]:
    gids = [artist.get_gid() for artist in chart.figure.findobj() if (artist.get_gid() or "").startswith("[")]
    return {unit: told for gid in gids for unit, told in json.loads(gid) if told}


def test_units_are_grouped_by_the_length_of_their_runs(year: Year) -> None:
    shown = show(year, "streaks")
    lengths = shown.frame.groupby(["group", "streak", "at_least"]).size()
    words = drawn_words(shown.chart)
    for (group, streak, at_least), units in lengths.items():
        name, least = year.scheme.group_names[group], "至少" if at_least else ""
        heading = f"{name}：连续优秀{least}{streak}年（{units}个）"
        assert (heading in words) == (streak > 0)
    assert "市直部门：本年未获优秀（3个）" in words


def test_every_run_says_whose_it_is_and_how_long(year: Year) -> None:
    told = _tags(show(year, "streaks").chart)
    excellent = year.grade_panel.query("state == 'excellent'")["unit_id"].unique()
    assert set(told) == set(excellent) & set(year.units["unit_id"])
    assert told["ruzhou"] == "汝州市人民政府：截至2021年连续优秀1年；列入考核的1个年度中，1个优秀"


@pytest.mark.parametrize(
    ("best", "years", "is_written"),
    [("好", 2, True), ("优秀", 8, True), ("综合考评优秀", 2, False), ("优秀", 9, False)],
)
def test_cells_say_what_the_best_grade_is_called_where_there_is_room(best: str, years: int, is_written: bool) -> None:
    chart = show(_city(years, 3, best).latest, "streaks").chart
    assert (best in drawn_words(chart).split("\n")) == is_written
    assert f"实色为{best}" in chart.subtitle


def test_fifteen_years_of_sixty_units_are_read_on_a_sheet() -> None:
    """Cells are of one size, names beside them, and nothing is written over anything else."""
    chart = show(_city(15, 60).latest, "streaks").chart
    assert len(_tags(chart)) == 60
    chart.png()
    boxes = [text.get_window_extent() for text in chart.figure.axes[0].texts if text.get_text()]
    assert len(boxes) > 60 and all(box.x0 >= -1 and box.x1 <= chart.figure.bbox.x1 + 1 for box in boxes)
    assert not [1 for one, other in combinations(boxes, 2) if one.padded(-2).overlaps(other.padded(-2))]
    assert chart.figure.get_figheight() < 9


def test_the_table_of_runs_is_folded_and_the_claims_begin_with_a_sentence(year: Year) -> None:
    assert show(year, "streaks").table.folded == "各单位连续优秀的年数（36个）"
    claims = show(year, "streak_claims")
    assert claims.sentences == ("2021年度通报关于连续优秀的事项19项：不符2项，口径不同1项，一致16项。",)
    assert claims.table.folded == "2021年度通报关于连续优秀的事项（19项）"
