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
    assert chart.title.endswith("督察考评名义权重20.0%，对总分差异的影响16.0%")
    assert "其中加分占9.0%" in chart.subtitle
    against = weighed.assign(influence=[0.48, 0.27, -1.905, 0.09, 0.0])
    title = with_frame(show(year, "influence", "department"), against).chart.title
    assert title.endswith("，影响为−190.5%，与总分此消彼长")
    without = weighed.assign(influence=[0.5, 0.35, 0.15, 0.0, 0.0])
    assert "其中" not in with_frame(show(year, "influence", "department"), without).chart.subtitle


def test_influences_and_weights_each_add_up_to_the_whole(year: Year) -> None:
    for shown in show(year, "influence").values():
        sums = shown.chart.data.frame.sum()
        assert sums.to_list() == pytest.approx([1, 1])


def test_indicators_at_their_ceiling_come_first_and_others_by_influence(year: Year) -> None:
    table = show(year, "influence", "department", most=4).table
    ceiling = table.cells["说明"].eq("均为最高档")
    assert ceiling.any() and (~ceiling).sum() <= 4
    assert ceiling.is_monotonic_decreasing and table.values["影响"][~ceiling].is_monotonic_decreasing
    assert set(table.cells["得分率"][ceiling]) == {"100.0%"}


def test_losses_are_the_points_that_the_marks_do_not_earn(year: Year) -> None:
    """Each mark's loss, summed from the marks as they were given and scaled as its unit's component is."""
    inputs = year.facts.inputs
    assert inputs is not None
    shown = show(year, "losses", "department", most=500)
    scores = year.scores.query("group == 'department'").set_index("unit_id")
    marks = inputs.marks.merge(inputs.indicators[["indicator_id", "points", "part"]], on="indicator_id")
    marks = marks[marks["unit_id"].isin(scores.index) & marks["status"].eq("marked")]
    earned = marks["points"] * marks["rating"].map(year.scheme.ratings.value)
    lost = (marks["points"] - earned.fillna(marks["score"])) * marks["unit_id"].map(scores["daily_factor"])
    by_indicator = lost.groupby(marks["indicator_id"]).sum() / len(scores)
    assert shown.frame.set_index("indicator_id")["lost"].to_dict() == pytest.approx(by_indicator.to_dict())
    assert shown.chart.data.frame["平均失分"].is_monotonic_decreasing
    by_part = lost.groupby(marks["part"]).sum() / len(scores)
    (told,) = shown.sentences
    assert told.startswith(f"市直部门平均每个单位在逐项评分的指标上失{by_part.sum():.2f}分：")
    for part, points in by_part.items():
        share = 100 * points / by_part.sum()
        assert f"{year.scheme.part_names[part]}失{points:.2f}分（占{share:.1f}%）" in told


def test_the_most_lost_are_drawn_and_the_rest_told(year: Year) -> None:
    shown = show(year, "losses", "department", most=2)
    first, second = shown.frame[:2].to_dict("records")
    names = shown.indicator_names
    assert list(shown.chart.data.frame.index) == [names[each["indicator_id"]] for each in (first, second)]
    title = f"市直部门失分最多的是“{names[first['indicator_id']]}”，平均每个单位失{first['lost']:.2f}分"
    assert shown.chart.title == title and "不含督察考评" in shown.chart.subtitle
    rest = shown.frame["lost"][2:].sum()
    assert shown.sentences[0].endswith(f"其余{len(shown.frame) - 2}项共失{rest:.2f}分。")


def test_where_nothing_is_lost_it_is_said_so(year: Year) -> None:
    shown = show(year, "losses", "county")
    none = with_frame(shown, shown.frame.assign(lost=0.0))
    assert none.absent == "县（市、区）政府逐项评分的指标均未失分。" and none.chart is None


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
    assert f"{indicator['name']}：{own['status'].eq('marked').sum()}个单位计分" in shown.chart.title


def test_of_equal_totals_nothing_is_said_to_decide(tied: Assessment) -> None:
    shown = show(tied.latest, "influence")
    assert shown["east"].parts == [shown["east"].prose] and shown["west"].parts == [shown["west"].prose]
    assert shown["east"].sentences == ("east组各单位总分没有差异，无从比较各项影响。",)
    assert shown["west"].sentences == ("west组只有1个单位，无从比较各项影响。",)
