"""How one unit was marked: set beside its group, listed, summed, and what was left out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from analysis.assessment import Year
from analysis.exhibits import show


@pytest.mark.slow
def test_rounding_is_noted_where_the_labels_need_it(year: Year) -> None:
    for unit in year.marks("department").units["unit_id"]:
        chart = show(year, "parts", unit=unit).chart
        gap = re.search(r"：(.+)比本组中位数.+ ([\d.]+) 个百分点", chart.title)
        assert gap is not None
        shown = re.search(rf"{gap[1]}得分率([\d.]+)%，中位数([\d.]+)%", chart.alt)
        assert shown is not None
        differs = abs(abs(float(shown[1]) - float(shown[2])) - float(gap[2])) > 0.01
        assert ("出入" in chart.subtitle) == differs


def test_the_strongest_and_the_weakest_are_furthest_from_the_median(year: Year) -> None:
    shown = show(year, "strengths", unit="water", most=3)
    table = shown.table.values
    strong, weak = table[table["强弱"].eq("强")], table[table["强弱"].eq("弱")]
    assert len(strong) <= 3 and len(weak) == 3
    assert strong["比中位多得"].gt(0).all() and weak["比中位多得"].lt(0).all()
    assert weak["比中位多得"].iloc[0] == shown.frame["gap"].min()


def test_items_are_summed_by_reason_or_said_to_be_none(year: Year) -> None:
    inputs = year.facts.inputs
    assert inputs is not None
    given = inputs.adjustments.set_index("unit_id")
    some = given.index[given["points"].notna()][0]
    table = show(year, "items", unit=some).table.values
    assert table["合计（封顶前）"].sum() == pytest.approx(given.loc[[some], "points"].sum())
    none = next(unit for unit in year.units["unit_id"] if unit not in given.index)
    assert str(show(year, "items", unit=none).prose) == (
        "没有加分、扣分或取消评优资格（由重构评分算得，不是真实得分）。"
    )


def test_what_was_left_out_is_listed_with_its_factor(year: Year) -> None:
    inputs = year.facts.inputs
    assert inputs is not None
    marks = inputs.marks.merge(inputs.indicators[["indicator_id", "points"]], on="indicator_id")
    own = marks[marks["unit_id"].eq("tax") & marks["status"].ne("marked")]
    shown = show(year, "unit_rescaling", unit="tax")
    assert set(shown.table.cells["编号"]) == set(own["indicator_id"])
    assert shown.table.caption.endswith(f"{len(own)} 项，共 {own['points'].sum():.2f} 分")
    applicable = 80 - own["points"].sum()
    assert f"承担 {applicable:.2f} 分（满分 80 分），得分乘以 {80 / applicable:.4f}" in shown.sentences[0]


def test_all_marks_are_listed_and_add_up_to_the_total(year: Year) -> None:
    unit = year.scores.set_index("unit_id").loc["tax"]
    table = show(year, "unit_marks", unit="tax").table.values
    outside = sum(unit[f"{each.id}_score"] for each in year.scheme.outside_components)
    earned = table["计入总分"].sum() + outside + unit["bonus"] - unit["deduction"]
    assert np.isclose(earned, unit["total"])
