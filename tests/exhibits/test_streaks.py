"""Who stays in the best grade, who comes and who goes; what is not known is said to be unknown."""

from __future__ import annotations

from typing import Any

from tests.exhibits.reading import drawn_words
from tests.made_up import graded_city, load_city, merged_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.streaks import Streaks


def test_the_matrix_says_what_is_unknown(year: Year) -> None:
    chart = show(year, "streaks").chart
    words = drawn_words(chart)
    assert "至少 3 年" in words and "？" in words and "未列入" in words
    assert chart.title == "2021 年有 27 个单位至少连续 2 年优秀"


def _names(told: str) -> list[str]:
    return told.partition("：")[2].removesuffix("。").split("、")


def _printed(year: Year, kind: str) -> list[str]:
    lists = year.facts.printed_lists()
    return list(lists.loc[lists["list"].eq(kind), "name"])


def test_newcomers_and_those_who_left_are_named(year: Year) -> None:
    shown = show(year, "streaks")
    again, newly, lost = shown.sentences
    assert again == "2021 年优秀单位中，27 个上年也是优秀。"
    printed = {*_printed(year, "newly"), "汝州市人民政府"}  # printed as excellent for two years, but it entered in 2021
    assert newly.startswith("新获优秀 6 个：") and set(_names(newly)) == printed
    assert lost.startswith("上年优秀、本年不再优秀 3 个：") and len(_names(lost)) == 3
    remarks = shown.table.cells["备注"].value_counts().to_dict()
    assert remarks == {"": 27, "新获优秀": 6, "上年优秀，本年不再": 3}


def test_a_year_before_of_which_nothing_is_known_is_not_told_as_none(small: Year) -> None:
    shown = show(small, "streaks")
    assert shown.chart.title == "2023 年有 3 个单位优秀，上一年的等次不知道"
    assert shown.sentences == ("2023 年优秀单位 3 个；上一年的等次不知道，是否连续不能判断。",)


TWO: list[dict[str, Any]] = [{"id": "top", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]


def _latest(now: list[dict[str, Any]], before: list[dict[str, Any]] = TWO) -> Year:
    totals = {"a": 95.0, "b": 95.0, "c": 85.0}
    years = {2023: (before, totals), 2024: (now, {"a": 95.0, "b": 85.0, "c": 95.0})}
    return Assessment(load_city(graded_city(years))).latest


def test_a_run_goes_on_through_another_id_only_if_that_is_said_to_be_the_same_grade() -> None:
    renamed = [{**TWO[0], "id": "first"}, TWO[1]]
    shown = show(_latest(renamed), "streaks")
    assert shown.sentences == ("2024 年优秀单位 2 个；上一年没有与本年优秀对应的等次，是否连续不能判断。",)
    assert "×" in drawn_words(shown.chart) and "“×”为当年等次与优秀不能对应" in shown.chart.subtitle
    told = show(_latest(renamed), "limitations", about="streaks").sentences
    assert "2023年的等次与2024年的优秀不对应，或不是一一对应，图中以“×”表示。" in told
    assert "连续" not in " ".join(show(_latest(renamed), "draft").sentences)
    renamed[0]["formerly"] = ["top"]
    shown = show(_latest(renamed), "streaks")
    assert shown.sentences == (
        "2024 年优秀单位中，1 个上年也是优秀。", "新获优秀 1 个：c局。", "上年优秀、本年不再优秀 1 个：b局。",
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
    assert shown.sentences[1] == "新获优秀 1 个：m局（由c局、p局合并设立）。"
    assert shown.table.cells.set_index("单位").at["m局", "备注"] == "新获优秀；由c局、p局合并设立"
    assert show(city.year(2033), "streaks").sentences[1] == "新获优秀 2 个：d局、s局（由m局分设）。"


def test_a_group_in_which_nobody_was_ever_best_is_not_drawn(tied: Assessment) -> None:
    axes = show(tied.latest, "streaks").chart.figure.axes
    assert [ax.get_title(loc="left") for ax in axes] == ["east组"]


def test_nobody_is_not_counted_as_0() -> None:
    lines = [{"id": "best", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]

    def streaks(before: int, now: int) -> Streaks:
        city = graded_city({2030: (lines, {"a": before, "b": 50}), 2031: (lines, {"a": 50, "b": now})})
        return show(Assessment(load_city(city)).latest, "streaks")

    nobody, new = streaks(95, 60), streaks(95, 91)
    assert nobody.sentences == ("2031 年没有单位获评优秀。", "上年优秀、本年不再优秀 1 个：a局。")
    assert new.sentences[0] == "2031 年优秀单位中，没有上年也是优秀的。"
    assert {each.chart.title for each in (nobody, new)} == {"2031 年没有单位连续 2 年优秀"}
    assert streaks(50, 60).chart.alt.endswith("连续优秀年数：没有单位。")
