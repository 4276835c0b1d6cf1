"""A row of a table without rules: what stands below a column is of it; what is no table stays as it is."""

from __future__ import annotations

import pytest

from analysis.exchange.sources.layout import Placed, write_lines

HEAD = "序号 单位 得分 等次"


def lines(*written: str) -> list[str]:
    """Put what stands between spaces 60 points apart, characters of 10 points; _ is nothing."""
    texts = [
        Placed(60.0 * column, 16.0 * row, 10, 60.0 * column + 10 * len(text), text)
        for row, line in enumerate(written)
        for column, text in enumerate(line.split(" "))
        if text != "_"
    ]
    return write_lines(texts)


def test_an_empty_cell_keeps_its_place() -> None:
    assert lines(HEAD, "1 甲县 90.5 优秀", "2 乙县 _ 良好", "_ 丙县 88")[2:] == ["2\t乙县\t\t良好", "\t丙县\t88"]


def test_a_line_above_that_is_no_row_and_a_rest_between_do_not_matter() -> None:
    text = "附件一 各县（市、区）结果"
    assert lines(text, HEAD, "1 甲县 90.5 优秀", "_ 局", "2 乙县 _ 良好")[-1] == "2\t乙县\t\t良好"


@pytest.mark.parametrize(
    "written",
    [
        ["一等奖 甲县 乙县", "_ 丙县 丁县", "二等奖 戊县 己县"],
        ["甲县90.5", "_ 89"],
        ["甲县人民政府办公 _ 90.5", "甲县 政府90.5", "_ 乙县80.5"],
    ],
    ids=["names", "too few rows", "columns that go into each other"],
)
def test_what_is_no_table_stays(written: list[str]) -> None:
    assert lines(*written) == ["\t".join(text for text in line.split(" ") if text != "_") for line in written]
