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
    assert [each["value"] for each in figures if each["measure"] == "unit_rank"] == ["1", "2"]


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
