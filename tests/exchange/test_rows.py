"""Rows of tables of units, as they are read."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.exchange.circulars.reader import read_circular

_HEAD = "关于2033年度考核情况的通报\n"
_UNITS = ("甲川县", "乙川县", "丙川县", "丁川县")


def _figures(table: str) -> list[dict[str, Any]]:
    return read_circular(_HEAD + table).figures


def _table(head: str, *rows: str) -> str:
    return (
        "\n".join([head, *(f"{unit} {row}" for unit, row in zip(_UNITS, rows, strict=False))]).replace(" ", "\t") + "\n"
    )


def test_a_head_of_two_rows_and_columns_of_weights() -> None:
    table = (
        "单位 教学 科研 得分合计 排名\n得分 权重 排名 得分 权重 排名\n"
        "甲川县 90 60% 2 80 40% 1 86 1\n乙川县 91 60% 1 70 40% 2 82.6 2\n"
    ).replace(" ", "\t")
    figures = _figures(table)
    assert [each["value"] for each in figures if each["measure"] == "component_points"] == ["60%", "40%"]
    assert [each["value"] for each in figures if each["measure"] == "unit_total"] == ["86", "82.6"]
    assert [each["value"] for each in figures if each["measure"] == "unit_score"] == ["90", "80", "91", "70"]
    ranks = [each for each in figures if each["measure"] == "unit_rank"]
    assert [each["value"] for each in ranks if "of" not in each] == ["1", "2"]
    assert [each["value"] for each in ranks if "of" in each] == ["2", "1", "1", "2"]


def test_weights_that_are_not_printed_are_found_by_arithmetic() -> None:
    table = _table("单位 评议团 群众 综合得分", "90 80 86", "80 70 76", "95 91 93.4", "70 75 72")
    assert sum(each["measure"] == "unit_score" for each in _figures(table)) == 8
    assert not any(each["measure"] == "unit_score" for each in _figures(table.replace("93.4", "99")))


def test_points_in_a_head_make_a_hundred() -> None:
    table = _table("单位 日常考核（40分） 年终考核（60分） 总分", "30 50 80", "35 55 90")
    points = [each["value"] for each in _figures(table) if each["measure"] == "component_points"]
    assert points == ["40", "60"]


def test_a_subtotal_is_no_unit() -> None:
    table = _table("单位 得分", "86", "71") + "县区小计\t157\n"
    assert [each["unit"] for each in _figures(table)] == ["甲川县", "乙川县"]


@pytest.mark.parametrize(
    ("head", "column"),
    [
        ("社区（村） 得分 帮扶单位", "96.3 市财政局"),
        ("单位 得分 牵头单位", "96.3 市财政局"),
        ("质量状况排名 县（市、区） CWQI", ""),
    ],
)
def test_who_helps_is_not_whom_the_scores_are_of(head: str, column: str) -> None:
    rows = (
        [f"{unit} {column}" for unit in _UNITS]
        if column
        else [f"{place} {unit} 2.1" for place, unit in enumerate(_UNITS, 1)]
    )
    figures = _figures("\n".join([head, *rows]).replace(" ", "\t") + "\n")
    assert {each["unit"] for each in figures} == set(_UNITS)
    assert ("unit_rank" in {each["measure"] for each in figures}) == (not column)


def test_tables_side_by_side_may_begin_with_ranks() -> None:
    figures = _figures(
        "名次 单位 得分 名次 单位 得分\n1 甲川县 90.5 3 丙川县 85\n2 乙川县 89 4 丁川县 80\n".replace(" ", "\t")
    )
    ranks = {each["unit"]: each["value"] for each in figures if each["measure"] == "unit_rank"}
    assert ranks == dict(zip(_UNITS, "1234", strict=True))


def test_a_head_of_two_rows_of_which_cells_span_columns() -> None:
    head = "单位 日常考核（40分）  年终考核（60分）  总分\n 得分 排名 得分 排名 \n"
    table = f"{head}甲川县 38 1 55 2 93\n乙川县 30 2 57 1 87\n".replace(" ", "\t")
    figures = [each for each in _figures(table) if each.get("unit") == "甲川县"]
    assert [(each["measure"], each["value"]) for each in figures] == [
        ("unit_score", "38"), ("unit_rank", "1"), ("unit_score", "55"), ("unit_rank", "2"), ("unit_total", "93"),
    ]  # fmt: skip
    merged = table.replace("）\t\t", "）\t合并\t").replace("\n\t", "\n单位\t")
    assert len([each for each in _figures(merged) if each["measure"] == "unit_total"]) == 2


def test_a_line_that_divides_a_table_says_whose_the_rows_below_are() -> None:
    table = "序号 单位 得分\n一、县（市、区）\n1 甲川县 90\n2 乙川县 85\n二、市直部门\n1 市公安局 91\n2 市司法局 88\n"
    draft = read_circular(_HEAD + table.replace(" ", "\t"))
    groups = {each["unit"]: draft.words["groups"][each["group"]] for each in draft.figures}
    assert (groups["甲川县"], groups["市司法局"]) == ("县（市、区）", "市直部门")


@pytest.mark.parametrize(
    "rows",
    [
        "项目名称 责任单位 完成率\n城东水厂 市水利局 98%\n滨河公园 市城管局 70%\n",
        "责任单位 完成率\n市水利局 98%\n市城管局 70%\n市水利局 60%\n",
    ],
)
def test_a_row_of_a_work_is_not_of_its_unit(rows: str) -> None:
    assert not _figures(rows.replace(" ", "\t"))


def test_a_name_in_a_cell_is_whole() -> None:
    figures = _figures(_table("单位 得分", "86", "71") + "县农业农村和水利局\t70\n")
    assert figures[-1]["unit"] == "县农业农村和水利局"
