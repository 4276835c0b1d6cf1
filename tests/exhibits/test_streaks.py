"""Who stays in the best grade, who comes and who goes; what is not known is said to be unknown."""

from __future__ import annotations

from tests.exhibits.reading import drawn_words

from analysis.assessment import Year
from analysis.exhibits import show


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
