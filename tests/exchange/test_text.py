"""The text of a circular: what is joined, what is kept apart, what stands above."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular
from analysis.exchange.circulars.text import CircularText


@pytest.mark.parametrize(
    ("original", "clean"),
    [
        ("平均得分为 90.5 分", "平均得分为90.5分"),
        ("90.5 2 分", "90.5 2分"),  # two numbers, or one pulled apart
        ("市市场监督\n管理局、市司法局", "市市场监督\n管理局、市司法局"),
        ("甲县、市市场监督\n管理局、市司法局", "甲县、市市场监督管理局、市司法局"),
        ("占比\n50.00%", "占比\n50.00%"),
        ("5 个，占比\n50.00%", "5个，占比50.00%"),
        ("平均得分为7\n- 3 -\n6.48分", "平均得分为76.48分"),
        ("市司法局、市水利局\n其余为良好等次。", "市司法局、市水利局\n其余为良好等次。"),
        ("甲县人民政府\n乙县人民政府", "甲县人民政府\n乙县人民政府"),
        ("考核结束. 平均得分90.5分.", "考核结束。平均得分90.5分。"),
        ("1.甲镇 2.乙镇 3.丙乡\n4.丁镇 5.戊镇", "甲镇、乙镇、丙乡\n丁镇、戊镇"),
        (
            "先进单位（3个）： 市教育局 市公安局 乙县人民政府 希望再接再厉",
            "先进单位（3个）：市教育局、市公安局、乙县人民政府希望再接再厉",
        ),
        ("（一）县、市组\n甲县（99.7分）\n乙县（98.5分）", "\n县、市组\n甲县（99.7分）\n乙县（98.5分）"),
    ],
)
def test_lines_go_on_where_they_were_broken_for_want_of_room(original: str, clean: str) -> None:
    assert CircularText(original).clean == clean


def test_digits_with_a_space_between_are_no_number() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n全市平均得分90.5 2分。\n")
    assert draft.figures == []
    assert any("90.5" in doubt.text for doubt in draft.unsure)


def test_cells_of_rows_are_kept_apart_and_traced() -> None:
    text = CircularText("单位\t得分\n甲县\t90.5\n乙县\t\n")
    rows = [[text.clean[slice(*cell)] for cell in segment.cells] for segment in text.segments]
    assert rows == [["单位", "得分"], ["甲县", "90.5"], ["乙县", ""]]
    start, end = text.span(*text.segments[1].cells[1])
    assert text.original[start:end] == "90.5"


def test_rows_with_tabs_are_rows_whatever_they_hold() -> None:
    text = CircularText("名次\t村\t问题\n第一名\t甲村\t垃圾多，路不平，未清理。\n第二名\t乙村\t无。\n")
    assert [len(segment.cells) for segment in text.segments] == [3, 3, 3]


def test_numbers_in_circles_head_sections() -> None:
    text = CircularText("一、各区\n㈠先进单位\n甲区、乙区\n㈡达标单位\n丙区、丁区\n")
    sections = {text.clean[each.start : each.end]: each.section for each in text.segments}
    assert sections["甲区、乙区"] == "一（一）"
    assert sections["丙区、丁区"] == "一（二）"


def test_headings_stand_over_what_follows_and_items_over_themselves() -> None:
    text = CircularText("一、考核结果\n（一）县区\n优秀等次：甲县。\n二、差等次：乙县。\n平均得分80分。\n")
    above = {text.clean[each.start : each.end]: [line for _, line in each.above] for each in text.segments}
    assert above["优秀等次：甲县。"] == ["考核结果", "县区"]
    assert above["差等次：乙县。"] == ["差等次"]
    assert above["平均得分80分。"] == []


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        (
            "近日，烏江省公布了安全生產考核情況，鶴岡市、省農墾總局等20家獲得優秀單位",
            "近日，乌江省公布了安全生产考核情况，鹤冈市、省农垦总局等20家获得优秀单位",
        ),
        ("乾县、著名景区管委会为优秀等次", "乾县、著名景区管委会为优秀等次"),  # simplified already
        ("二〇三一年度，二○三二年三月", "2031年度，2032年三月"),
        ("甲县，，乙县、、丙县,、丁县", "甲县，乙县、丙县，丁县"),
    ],
)
def test_variants_are_the_same_words(printed: str, clean: str) -> None:
    text = CircularText(printed)
    assert text.clean == clean
    assert [text.original[place] for place in text.positions][:2] == list(printed[:2])
