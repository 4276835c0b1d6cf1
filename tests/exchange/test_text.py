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
