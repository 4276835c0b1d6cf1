"""What other weights would change: components drawn anew, parts and indicators left out."""

from __future__ import annotations

import pandas as pd

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.methods.weights import perturb_weights


def test_components_are_weighed_anew_where_there_are_several(official: Year, shipped: Assessment) -> None:
    weighed = show(official, "weights", "county", draws=50)
    assert weighed.ways["way"].to_list() == ["各指标分值浮动25%", "各指标任意权重", "各大项任意权重"]
    one = show(shipped.year(2020), "weights", "county", draws=50, spread_percent=40, concentration=3)
    assert one.ways["way"].to_list() == ["各指标分值浮动40%", "各指标任意权重"] and "浓度3" in one.how


def test_units_are_counted_whose_rank_or_best_grade_other_weights_open(official: Year) -> None:
    """Of weights that change slightly: whoever has another rank or grade in a draw that is not left out as rare."""
    marks = official.marks("department")
    ranks = marks.rank(perturb_weights(marks, 0.25, 50, 20210301))
    shown = show(official, "weights", "department", draws=50).ways.set_index("way").loc["各指标分值浮动25%"]
    assert shown["several"] <= (ranks != marks.units["rank"].to_numpy()).any(axis=0).sum()
    wide = show(official, "weights", "department", draws=50).ways.set_index("way").loc["各指标任意权重"]
    assert wide["several"] > shown["several"]


def test_the_indicators_that_move_ranks_most_are_listed(official: Year) -> None:
    shown = show(official, "left_out", "department", most=3)
    table, parts = shown.table.values, set(official.scheme.part_names.values())
    listed = table[~table["去掉"].isin(parts)]
    assert len(listed) == 3 and listed["平均变动（位）"].is_monotonic_decreasing
    assert "列出变动最大的3项" in shown.table.note
    assert set(table["去掉"]) - set(listed["去掉"]) == parts


def test_units_that_move_without_an_indicator_are_counted(official: Year) -> None:
    """Counted again from the marks of those who carry it, scored without it."""
    marks = official.marks("department")
    moved = show(official, "left_out", "department").frame.set_index("id")["moved"]
    for place, indicator in enumerate(marks.indicators["indicator_id"][:5]):
        weights = pd.Series(1.0, range(len(marks.indicators))).mask(lambda each, at=place: each.index == at, 0.0)
        ranks = marks.rank(marks.reweigh(weights.to_numpy()[None]))[0]
        assert moved[indicator] == (ranks != marks.units["rank"].to_numpy()).sum()


def test_conditions_are_said_to_stay(conditions: Year) -> None:
    weighed = show(conditions, "weights", "department", draws=50)
    assert weighed.frame.groupby("unit_id")["p_best"].mean().to_dict() == {
        "a": 0.0, "b": 0.0, "c": 0.0, "d": 1.0, "e": 0.0, "f": 1.0,
    }  # fmt: skip
    for shown in (weighed, show(conditions, "left_out", "department")):
        assert "是否符合优秀的条件按现有得分" in shown.table.note
