"""The best grade by other rules, beside the rule of the scheme."""

from __future__ import annotations

import pandas as pd

from analysis.assessment import Year
from analysis.exhibits import show


def _rows(year: Year) -> pd.DataFrame:
    return show(year, "rules").table.cells.set_index(["规则", "组别"])


def test_the_rule_of_the_scheme_and_the_count_of_now_change_nothing(year: Year) -> None:
    rows = _rows(year)
    for rule in ("办法的规则", "按现有个数"):
        for group, units in (("县（市、区）政府", "7个"), ("市直部门", "26个")):
            assert set(rows.loc[(rule, group)]) == {units}


def test_shares_are_of_all_and_rounded_as_named(year: Year) -> None:
    """33 of 57 units are excellent: of 12 that is 6.95, of 45 it is 26.05."""
    rows = _rows(year)
    assert set(rows["取值"][rows.index.get_level_values(0).str.contains("占比")]) == {"57.89%"}
    for rule, county, department in (
        ("按全体占比，四舍五入", "7个", "26个"), ("按全体占比，舍去", "6个，退出：", "26个"),
        ("按全体占比，进一", "7个", "27个，进入："),
    ):  # fmt: skip
        assert rows.loc[(rule, "县（市、区）政府"), "优秀：并列取高位"].startswith(county)
        assert rows.loc[(rule, "市直部门"), "优秀：并列取高位"].startswith(department)


def test_one_line_for_all_is_the_total_of_the_last_that_it_lets_in(year: Year) -> None:
    line = _rows(year)["取值"].loc["各组同一分数线"].unique()
    scores = year.scores
    eligible = scores[~scores["vetoed"]].nlargest(33, "total")["total"]
    assert list(line) == [f"{eligible.min():.2f}分"]


def test_conditions_stay_under_other_rules_and_are_said_to(conditions: Year) -> None:
    shown = show(conditions, "rules")
    assert shown.table.note.startswith("评为优秀的其他条件不变。")
    assert set(shown.frame["units"]) == {2}  # two meet them, whatever the rule
