"""Dates and years of a circular that cannot be right."""

from __future__ import annotations

import pytest

from analysis.documents.dates import check_dates, find_other_years

NUMBER = "某政办〔2022〕2号"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2022年3月1日\n某办公室 2022年3月1日印发", []),
        ("会议于2020年5月6日召开。\n2022年3月1日", []),  # of anything, not of the circular
        ("会议于2021年4月31日召开。", ["没有4月31日这一天。"]),
        ("2021年3月1日", [f"与文号“{NUMBER}”的年份不一致，请核对。"]),
        ("2022年3月9日\n某办公室 2022年3月1日印发", ["印发日期早于成文日期，请核对。"]),
        ("　2022 年 2 月 29 日\n", ["没有2月29日这一天。"]),
    ],
)
def test_dates_that_cannot_be_right_are_told(text: str, told: list[str]) -> None:
    assert [why for _, why in check_dates(text, 2021, NUMBER)] == told


def test_a_circular_is_not_signed_before_its_year() -> None:
    assert [why for _, why in check_dates("2021年3月1日", 2021, "")] == ["早于所考核的2021年度结束，请核对。"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("圆满完成了2020年度全市考核工作", ["2020年度"]),
        ("圆满完成了2021年度全市考核工作", []),
        ("与2020年考核得分相比，", []),
        ("根据《某市2020年度考核方案》，", []),
        ("总结2021年度工作，着眼2022年度重点", []),
        ("自2019年度考核以来，", []),
    ],
)
def test_years_of_other_assessments_are_found(text: str, found: list[str]) -> None:
    assert [text[slice(*span)] for span, _ in find_other_years(text, 2021)] == found
