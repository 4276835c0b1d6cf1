"""Who is rescaled, by how much, and what the alternatives would change."""

from __future__ import annotations

import pytest
from tests.exhibits.reading import with_frame

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.words import ALTERNATIVES

GROUPS = pytest.mark.parametrize("group", ["county", "department"])


def _excluded(year: Year, group: str) -> set[str]:
    """The units of a group with any mark that does not count, from the marks as they were given."""
    assert year.facts.inputs is not None
    marks = year.facts.inputs.marks
    units = year.units.query("group == @group")["unit_id"]
    return set(marks.loc[marks["status"].ne("marked"), "unit_id"]) & set(units)


@GROUPS
def test_every_unit_with_marks_left_out_is_in_the_ledger(group: str, year: Year) -> None:
    table = show(year, "rescaling", group).table
    assert set(table.units) == _excluded(year, group)
    full = {each.name: each.points for each in year.scheme.components}
    for row in table.values.to_dict("records"):
        assert row["承担分值"] * row["换算系数"] == pytest.approx(full[row["大项"]])
        assert row["不承担（项）"] + row["自评扣除（项）"] > 0


@GROUPS
def test_the_alternatives_are_told_for_those_units(group: str, official: Year) -> None:
    shown = show(official, "alternatives", group)
    (told,) = shown.sentences
    units = _excluded(official, group)
    assert told.startswith(f"{official.scheme.group_names[group]}{len(units)}个单位加权换算。")
    assert [name in told for name in ("不换算，", "按本组中位得分率补，", "按满分补，")] == [True] * 3
    regraded = shown.frame.filter(like="grade_").ne(shown.frame["grade"], axis=0).any(axis=1)
    assert set(shown.table.units) == units | set(shown.frame.loc[regraded, "unit_id"])


def test_of_many_whose_grade_would_change_the_first_are_named_and_all_are_listed(official: Year) -> None:
    shown = show(official, "alternatives", "department")
    frame = shown.frame.assign(grade_unscaled=["good"] * 9 + ["best"] * (len(shown.frame) - 9), grade="best")
    shown = with_frame(shown, frame.assign(grade_median="best", grade_full="best"))
    first = "、".join(frame["name"][:5])
    assert f"9个单位等次变动（{first}等）" in shown.sentences[0]
    assert set(frame["unit_id"][:9]) <= set(shown.table.units)


def test_whose_weight_grew_is_told_part_by_part(small: Year) -> None:
    """Without the work of 20 points, 50 points of material count for 70."""
    (row,) = show(small, "rescaling", "county").table.cells.to_dict("records")
    assert (row["单位"], row["承担分值"], row["换算系数"]) == ("南区管委会", "50.00", "1.4000")
    assert (row["材料评审权重"], row["日常工作权重"]) == ("+20.00", "−20.00")


def test_nobody_rescaled_is_said(small: Year) -> None:
    alternatives = show(small, "alternatives", "county")
    nobody = with_frame(alternatives, alternatives.frame.assign(rescaled=False))
    assert nobody.sentences == ("区政府没有单位换算，全部按百分制计分。",) and nobody.table is None
    ledger = show(small, "rescaling", "county")
    assert with_frame(ledger, ledger.frame.head(0)).parts == []


def test_weights_that_nobody_gained_have_no_column(year: Year) -> None:
    """As where only the base is rescaled, or parts with points of their own."""
    shown = show(year, "rescaling", "county")
    assert {"督导平台评价权重", "日常工作情况评价权重"} < set(shown.table.cells) and "权重一栏" in shown.table.note
    table = with_frame(shown, shown.frame.assign(platform=float("nan"), routine=float("nan"))).table
    assert not [name for name in table.cells if name.endswith("权重")] and "权重" not in table.note


@pytest.mark.parametrize(
    ("rank", "grade", "told"),
    [
        (1, "excellent", "不换算，名次和等次均不变；"),
        (2, "excellent", "不换算，3个单位名次变动，等次不变；"),
        (1, "good", "不换算，3个单位等次变动（甲、乙、丙），名次不变；"),
        (2, "good", "不换算，3个单位名次变动、3个单位等次变动（甲、乙、丙）；"),
    ],
)
def test_what_an_alternative_leaves_as_it_is_is_not_counted(rank: int, grade: str, told: str, small: Year) -> None:
    shown = show(small, "alternatives", "county")
    alike = shown.frame.assign(name=["甲", "乙", "丙"], rescaled=True, rank=1, grade="excellent")
    others = {f"rank_{way}": 1 for way in ALTERNATIVES} | {f"grade_{way}": "excellent" for way in ALTERNATIVES}
    frame = alike.assign(**others | {"rank_unscaled": rank, "grade_unscaled": grade})
    (said,) = with_frame(shown, frame).sentences
    rest = "按本组中位得分率补，名次和等次均不变；按满分补，名次和等次均不变。"
    assert said == f"区政府3个单位加权换算。{told}{rest}"
