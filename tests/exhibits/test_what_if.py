"""A changed scheme is told as a supposition, clause by clause, and shown unit by unit."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.assessment import Year
from analysis.exhibits import show

CAP = {("bonus", "cap"): 3.0}
FEWER = {("grades", "excellent", "rule"): {"kind": "count", "value": {"county": 6, "department": 26}}}


def test_it_is_said_to_be_supposed_and_what_is_changed(official: Year) -> None:
    shown = show(official, "what_if", "department", changes=CAP)
    changed = "假设加分由“单项0.25至1分，累计最高5分”改为“单项0.25至1分，累计最高3分”。"
    supposed = "这是假设推演，不是考核结果：评分不变，只改办法。"
    assert shown.sentences == (supposed + changed,)
    assert shown.table.note.startswith("假设推演，不是考核结果。" + changed)
    assert shown.chart.title.startswith("假设：") and shown.chart.source.startswith("假设推演，不是考核结果；来源：")


def test_a_lower_cap_takes_what_is_above_it(official: Year) -> None:
    table = show(official, "what_if", "department", changes=CAP).table.values.set_index("单位")
    bonus = official.scores.query("group == 'department'").set_index("name")["bonus"]
    lost = (bonus - 3).clip(lower=0)
    assert lost.gt(0).any()
    pd.testing.assert_series_equal(-table["增减"], lost[table.index], check_names=False)


def test_one_excellent_unit_fewer_regrades_the_last(official: Year) -> None:
    shown = show(official, "what_if", changes=FEWER)
    assert shown["county"].chart.title == "假设：县（市、区）政府0个单位名次变动，1个单位等次变动"
    table = shown["county"].table.cells
    moved = table[table["现行等次"].ne(table["假设等次"])]
    assert moved[["现行名次", "现行等次", "假设等次"]].to_numpy().tolist() == [["7", "优秀", "良好"]]
    assert shown["department"].chart.title == "假设：市直部门的名次和等次均不变"


@pytest.mark.parametrize("changes", [{}, {("bonus", "cap"): 5.0}])
def test_nothing_changed_is_said(changes: dict[tuple[str, ...], float], official: Year) -> None:
    shown = show(official, "what_if", "county", changes=changes)
    assert shown.sentences[0].endswith("办法没有改动。") and shown.chart.title.endswith("的名次和等次均不变")
    assert set(shown.table.values["增减"]) == {0}


def test_where_names_are_withheld_what_would_move_is_counted(year: Year) -> None:
    shown = show(year, "what_if", "county", changes=FEWER)
    assert shown.sentences[1] == "假设：县（市、区）政府0个单位名次变动，1个单位等次变动。"
    assert [str(part) for part in shown.parts] == ["\n".join(shown.sentences)]


def test_conditions_and_rounding_can_be_let_go(conditions: Year, rounded: Year) -> None:
    """Without conditions the first two are excellent and the next two good; unrounded, only three are excellent."""
    free = show(conditions, "what_if", "department", changes={("grades", "excellent", "requires"): None})
    table = free.table.values.set_index("单位")
    assert table["假设等次"].to_dict() == {
        "a局": "优秀", "f局": "优秀", "b局": "良好", "c局": "良好", "d局": "一般", "e局": "一般",
    }  # fmt: skip
    assert "改为“部门前2名”" in free.sentences[0]
    exact = show(rounded, "what_if", "department", changes={("ranking", "decimals"): None}).table.values
    assert exact.set_index("单位")["假设名次"].to_dict() == {
        "a局": 1, "b局": 2, "d局": 3, "c局": 4, "e局": 5, "f局": 6,
    }  # fmt: skip
