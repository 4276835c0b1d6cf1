"""Tables that lost their rows."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.text import CircularText

ROWS = "排名\t单位\t得分\n1\t甲县\t95.1\n2\t乙县\t94.0\n"


@pytest.mark.parametrize(
    "original",
    [
        "排名 |\n单位 |\n得分 |\n1 |\n甲县 |\n95.1 |\n2 |\n乙县 |\n94.0 |\n（另行公布。）",
        "排名\n| 单\n位\n| 得分\n| 1\n| 甲县\n| 95.1\n| 2\n| 乙县\n| 94.0\n（另行公布。）",
        "排名\n| 单位\n| 得分\n|\n1\n| 甲县\n| 95.1\n|\n2\n| 乙县\n| 94.0\n|\n（另行公布。）",
        "排名\n单位\n得分\n1\n甲县\n95.1\n2\n乙县\n94.0\n（另行公布。）",
        "排名 | 单位 | 得分 | 1 | 甲县 | 95.1 | 2 | 乙县 | 94.0 |\n（另行公布。）",
        "完整名单（全部）： 排名 | 单位 | 得分 | 1 | 甲县 | 95.1 | 2 | 乙县 | 94.0 |\n（另行公布。）",
        "排名 单位 得分 1 甲 县 95.1 2 乙县 94.0 3 丙县 93.5\n（另行公布。）",
    ],
)
def test_a_row_begins_as_often_as_its_head_is_wide(original: str) -> None:
    assert ROWS in CircularText(original).clean


def test_the_last_cell_of_a_numbered_row_may_be_missing() -> None:
    clean = CircularText("序号\n单位\n得分\n备注\n1\n甲县\n95.1\n2\n乙县\n94.0\n进步\n3\n丙县\n90.2\n").clean
    assert "1\t甲县\t95.1\n2\t乙县\t94.0\t进步\n3\t丙县" in clean


def test_points_in_a_line_of_their_own_belong_to_the_head() -> None:
    clean = CircularText("序号\n单位\n日常\n（40分）\n总分\n1\n甲县\n35\n90\n2\n乙县\n30\n80\n").clean
    assert "序号\t单位\t日常（40分）\t总分\n1\t甲县\t35\t90\n" in clean


@pytest.mark.parametrize(
    "original",
    [
        "| 排名 | 单位 | 得分 |\n|---|---|---|\n| 1 | 甲县 | 95.1 |\n| 2 | 乙县 | 94.0 |\n",
        "排名\t单位\t得分\n1\t甲县\t95.1\n2\t乙县\t94.0\n",
    ],
)
def test_rows_in_lines_stay_as_they_are(original: str) -> None:
    assert ROWS.removeprefix("排名\t单位\t得分\n").rstrip() in CircularText(original).clean


def test_numbers_under_no_head_are_no_table() -> None:
    assert "\t" not in CircularText("甲县\n95.1\n乙县\n94.0\n丙县\n93.2\n").clean


def test_a_row_with_bars_may_be_broken_in_an_empty_cell() -> None:
    text = "单位 | 省采用 | 市采用 | 得分 |\n甲川县 | 12 | 6 | 24 |\n乙川县 | 11 |\n| 18 |\n丙川县 | 9 | 2 | 15 |\n"
    assert "\n乙川县\t11\t\t18\n" in CircularText(text).clean
