"""Which indicators decide, where points are lost, and how one was marked."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.exhibits.reading import with_frame

from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def test_the_part_furthest_from_its_weight_is_named_whatever_the_bonus_takes(year: Year) -> None:
    weighed = pd.DataFrame({
        "kind": ["indicator", "indicator", "component", "bonus", "deduction"],
        "part": ["platform", "routine", "inspection", "", ""],
        "weight": [0.50, 0.30, 0.20, None, None],
        "influence": [0.48, 0.27, 0.16, 0.09, 0.0],
    })  # fmt: skip
    chart = with_frame(show(year, "influence", "department"), weighed).chart
    assert chart.title.endswith("督察考评名义权重 20.0%，占总分差异的 16.0%")
    assert "加分占去 9.0%" in chart.subtitle
    against = weighed.assign(influence=[0.48, 0.27, -1.905, 0.09, 0.0])
    title = with_frame(show(year, "influence", "department"), against).chart.title
    assert title.endswith("，影响为 −190.5%，与总分此消彼长")
    without = weighed.assign(influence=[0.5, 0.35, 0.15, 0.0, 0.0])
    assert "占去" not in with_frame(show(year, "influence", "department"), without).chart.subtitle


def test_influences_and_weights_each_add_up_to_the_whole(year: Year) -> None:
    for shown in show(year, "influence").values():
        sums = shown.chart.data.frame.sum()
        assert sums.to_list() == pytest.approx([1, 1])


def test_indicators_at_their_ceiling_come_first_and_others_by_influence(year: Year) -> None:
    table = show(year, "influence", "department", most=4).table
    ceiling = table.cells["说明"].eq("都是最好的评价")
    assert ceiling.any() and (~ceiling).sum() <= 4
    assert ceiling.is_monotonic_decreasing and table.values["影响"][~ceiling].is_monotonic_decreasing
    assert set(table.cells["得分率"][ceiling]) == {"100.0%"}


@pytest.mark.parametrize("name", ["losses_by_part", "losses_by_assessor", "losses_by_indicator"])
def test_losses_are_the_points_that_the_marks_do_not_earn(name: str, official: Year) -> None:
    """Whatever they are summed by, the most lost first, all of what the group's units lose."""
    shown = show(official, name, "department", most=None)
    own = shown.table.values
    assert own["平均每个单位失分"].is_monotonic_decreasing
    assert own["占逐项失分"].sum() == pytest.approx(1)
    parts = show(official, "losses_by_part", "department").table.values
    assert own["平均每个单位失分"].sum() == pytest.approx(parts["平均每个单位失分"].sum())
    assert len(show(official, name, "department", most=2).table.values) == 2


def test_components_from_outside_are_said_to_be_left_out(year: Year) -> None:
    assert "不含督察考评" in show(year, "losses_by_part", "county").table.note


@pytest.mark.parametrize("place", [0, -1])
def test_every_unit_is_counted_once_by_its_mark(place: int, year: Year) -> None:
    indicator = year.marks("department").indicators.iloc[place]
    shown = show(year, "indicator", "department", indicator_id=indicator["indicator_id"])
    counts = shown.chart.data.frame
    assert counts.to_numpy().sum() == len(shown.table.cells) == 45
    best = year.scores.query("group == 'department' and grade == 'excellent'")
    assert counts["优秀"].sum() == len(best)
    inputs = year.facts.inputs
    assert inputs is not None
    own = inputs.marks[inputs.marks["indicator_id"].eq(indicator["indicator_id"])]
    assert f"{indicator['name']}：{own['status'].eq('marked').sum()} 个单位计分" in shown.chart.title


def test_of_equal_totals_nothing_is_said_to_decide(tied: Assessment) -> None:
    shown = show(tied.latest, "influence")
    assert shown["east"].parts == [shown["east"].prose] and shown["west"].parts == [shown["west"].prose]
    assert shown["east"].sentences == ("east组各单位总分没有差异，谈不上哪一项影响大。",)
    assert shown["west"].sentences == ("west组只有 1 个单位，谈不上哪一项影响大。",)
