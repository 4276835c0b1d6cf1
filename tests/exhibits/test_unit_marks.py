"""How one unit was marked: set beside its group, listed, summed, and what was left out."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.exhibits.reading import find_overlaps, with_frame
from tests.made_up import BEST_FROM_90, graded_city, load_city, merged_city, tied_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show


@pytest.mark.slow
def test_rounding_is_noted_where_the_labels_need_it(official: Year) -> None:
    for unit in official.marks("department").units["unit_id"]:
        chart = show(official, "profile", unit=unit).chart
        gap = re.search(r"；(.+)比本组中位数.([\d.]+)个百分点", chart.title)
        assert gap is not None
        shown = re.search(rf"{gap[1]}([\d.]+)%（中位数([\d.]+)%）", chart.alt)
        assert shown is not None
        differs = abs(abs(float(shown[1]) - float(shown[2])) - float(gap[2])) > 0.01
        assert ("出入" in chart.subtitle) == differs


def test_ranks_through_the_years_and_rates_beside_the_groups_are_drawn(official: Year) -> None:
    ranks = official.results_so_far.query("unit_id == 'tax'").sort_values("year")["rank"].to_list()
    shown = show(official, "profile", unit="tax")
    left, right = shown.chart.figure.axes
    assert list(left.lines[0].get_ydata()) == ranks
    way = "上升" if ranks[0] > ranks[1] else "下降"
    assert shown.chart.title.startswith(f"名次比2020年{way}{abs(ranks[0] - ranks[1])}位；")
    scores = official.scores.query("group == 'department'").set_index("unit_id")
    rates = scores["platform_earned"] / scores["platform_applicable"]
    row = shown.frame.set_index("part").loc["督导平台评价"]
    told = (row["rate"], row["median"], row["least"], row["most"])
    assert told == pytest.approx((rates["tax"], rates.median(), rates.min(), rates.max()))
    drawn = next(line for line in right.lines if line.get_marker() == "o")
    assert list(drawn.get_xdata()) == shown.frame["rate"].to_list()


def test_the_axis_of_a_unit_alone_in_its_group_has_one_rank() -> None:
    chart = show(Assessment(load_city(tied_city())).year(2031), "profile", unit="p").chart
    assert chart.figure.axes[0].get_yticks().tolist() == [1.0]
    assert find_overlaps(chart) == []


def test_the_line_of_ranks_breaks_where_a_unit_was_away_and_years_are_not_written_over_each_other() -> None:
    """ "b" was not assessed in 2038–2042: seven ranks, then a gap, then three."""
    totals = {year: {"a": 95.0, "b": 85.0, "c": 75.0} for year in range(2031, 2046)}
    for year in range(2038, 2043):
        del totals[year]["b"]
    city = Assessment(load_city(graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()})))
    chart = show(city.year(2045), "profile", unit="b").chart
    left = chart.figure.axes[0]
    assert np.isnan(left.lines[0].get_ydata()).tolist() == [2038 <= year < 2043 for year in totals]
    assert [tick.get_text() for tick in left.get_xticklabels()] == ["2031年", "2034年", "2037年", "2043年"]
    assert find_overlaps(chart) == []


def test_of_reconstructed_marks_nothing_is_concluded_in_the_title(year: Year) -> None:
    assert "百分点" not in show(year, "profile", unit="tax").chart.title


def test_only_ranks_in_its_present_group_are_drawn() -> None:
    """ "r" was in another group at first: its rank there is none of this group."""
    latest = Assessment(load_city(merged_city())).latest
    shown = show(latest, "profile", unit="r")
    assert shown.ranks["year"].to_list() == latest.reported_years[1:] and shown.ranks["rank"].to_list() == [3, 1, 1]
    assert shown.chart.title.startswith(f"名次与{latest.reported_years[-2]}年相同")


def test_the_strongest_and_the_weakest_are_furthest_from_the_median(year: Year) -> None:
    shown = show(year, "strengths", unit="water")
    table = shown.table.values
    strong, weak = table[table["类别"].eq("强项")], table[table["类别"].eq("弱项")]
    assert len(strong) <= 3 and len(weak) == 3
    assert strong["与中位数之差"].gt(0).all() and weak["与中位数之差"].lt(0).all()
    assert weak["与中位数之差"].iloc[0] == shown.frame["gap"].min()
    above, below = (shown.frame["gap"] > 0).sum(), (shown.frame["gap"] < 0).sum()
    assert f"{len(shown.frame)}项计分指标中，高于本组中位数的{above}项，低于的{below}项，" in shown.sentences[0]
    assert len(shown.sentences) == 1


def test_a_unit_without_weak_or_strong_indicators_is_told_so(year: Year) -> None:
    shown = show(year, "strengths", unit="water")
    best = with_frame(shown, shown.frame.assign(gap=1.0))
    assert best.sentences[1:] == ("没有低于本组中位数的指标。",) and set(best.table.cells["类别"]) == {"强项"}
    shown = show(year, "strengths", unit="water")
    worst = with_frame(shown, shown.frame.assign(gap=-1.0))
    assert worst.sentences[1:] == ("没有高于本组中位数的指标。",) and set(worst.table.cells["类别"]) == {"弱项"}
    level = with_frame(show(year, "strengths", unit="water"), shown.frame.assign(gap=0.0))
    assert len(level.sentences) == 3 and level.table is None


def test_items_are_summed_by_kind_with_their_reasons_or_said_to_be_none(year: Year, official: Year) -> None:
    """Print names nobody who was given any: of reconstructed marks, which name somebody, nothing is told."""
    inputs = official.facts.inputs
    assert inputs is not None
    given = inputs.adjustments.set_index("unit_id")
    some = given.index[given["kind"].eq("bonus")][0]
    bonus = given.loc[[some]].query("kind == 'bonus'")
    (told, *_) = show(official, "items", unit=some).sentences
    assert told.startswith(f"加分{bonus['points'].sum():.2f}分：{bonus['reason'].iloc[0]}（")
    none = next(unit for unit in official.units["unit_id"] if unit not in given.index)
    assert show(official, "items", unit=none).sentences == ("没有加分、扣分或取消评优资格。",)
    vetoed = given.index[given["kind"].eq("veto")][0]
    assert any(each.startswith("取消评优资格") for each in show(official, "items", unit=vetoed).sentences)
    assert not any("取消" in each for each in show(year, "items", unit=vetoed).sentences)


def test_what_lifts_a_unit_is_named_with_what_it_gains(official: Year) -> None:
    margins = official.margins("department")
    unit = margins[margins["raised"].gt(5)].iloc[0]
    shown = show(official, "way_to_best", unit=unit["unit_id"])
    gain = shown.frame["gain"].sum()
    first = shown.frame["name"].iloc[0]
    (told,) = shown.sentences
    assert told.startswith(f"评为优秀至少需将{unit['raised']:.0f}项指标提升至最高档（{first}、")
    assert told.endswith(f"等），共提高{gain:.2f}分。")


def test_what_was_left_out_is_listed_with_its_factor(year: Year) -> None:
    inputs = year.facts.inputs
    assert inputs is not None
    marks = inputs.marks.merge(inputs.indicators[["indicator_id", "name", "points"]], on="indicator_id")
    own = marks[marks["unit_id"].eq("tax") & marks["status"].ne("marked")]
    shown = show(year, "unit_rescaling", unit="tax")
    assert sorted(shown.table.cells["指标"]) == sorted(own["name"])
    assert shown.table.caption.endswith(f"{len(own)}项，共{own['points'].sum():.2f}分")
    applicable = 80 - own["points"].sum()
    assert f"承担{applicable:.2f}分（满分80分），得分乘以{80 / applicable:.4f}" in shown.sentences[0]


def test_all_marks_are_listed_and_add_up_to_the_total(year: Year) -> None:
    unit = year.scores.set_index("unit_id").loc["tax"]
    table = show(year, "unit_marks", unit="tax").table.values
    outside = sum(unit[f"{each.id}_score"] for each in year.scheme.outside_components)
    earned = table["计入总分"].sum() + outside + unit["bonus"] - unit["deduction"]
    assert np.isclose(earned, unit["total"])


def test_years_are_whole_also_of_a_unit_that_was_away(demonstration: Assessment) -> None:
    """The tobacco bureau was not assessed from 2039 to 2042."""
    chart = show(demonstration.latest, "profile", unit="tobacco").chart
    assert "2043年第" in chart.alt and chart.title.startswith("名次比2044年") and "2038年第" in chart.alt
