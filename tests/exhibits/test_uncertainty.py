"""How sure the ranks are: what is simulated, who can be told apart, and whose grade is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame, with_known

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.uncertainty import SCENARIOS, Judgement
from analysis.methods.uncertainty import find_moves, simulate_judgement, summarise_draws

WAYS = list(SCENARIOS.values())


@pytest.fixture(scope="module")
def judged(official: Year) -> Judgement:
    return show(official, "judgement", "department", draws=400, seed=1)


def test_it_shows_the_simulations_that_it_was_asked_for(judged: Judgement, official: Year) -> None:
    marks = official.marks("department")
    moves = find_moves(marks, 0.1, 0.05)
    for scenario, label in SCENARIOS.items():
        own = judged.frame[judged.frame["way"].eq(label)].drop(columns=["way", "agreement"]).reset_index(drop=True)
        simulated = simulate_judgement(marks, moves, scenario, 400, 1)
        pd.testing.assert_frame_equal(own, summarise_draws(marks, simulated))
    assert "概率 10%（平均实改 5.4%），分值在满分的 ±5% 之内，模拟 400 次" in judged.chart.subtitle
    other = show(official, "judgement", "department", draws=400, seed=1, step_percent=40, score_step_percent=0)
    assert other.frame["p_best"].ne(judged.frame["p_best"]).any()
    assert "概率 40%" in other.chart.subtitle and "满分" not in other.chart.subtitle


def test_moves_are_told_as_they_come_out(judged: Judgement, official: Year) -> None:
    """The share of ratings that move on average, counted mark by mark from the points that each rating has."""
    marks = official.marks("department")
    inputs = official.facts.inputs
    assert inputs is not None
    names = sorted(official.scheme.ratings.value, key=official.scheme.ratings.value.__getitem__)
    factors = official.scores.set_index("unit_id")["daily_factor"]
    rated = inputs.marks[inputs.marks["rating"].ne("") & inputs.marks["unit_id"].isin(marks.units["unit_id"])]
    points = rated["indicator_id"].map(inputs.indicators.set_index("indicator_id")["points"])
    shares = (points * rated["unit_id"].map(factors)).groupby(rated["rating"]).sum()
    moved = 0.0
    for rating, number in rated["rating"].value_counts().items():
        for other in (names.index(rating) - 1, names.index(rating) + 1):
            if 0 <= other < len(names):
                moved += number * 0.05 * min(1, shares.get(names[other], 0) / shares[rating])
    assert f"平均实改 {100 * moved / len(rated):.1f}%" in judged.table.note


def test_the_ways_are_set_side_by_side_and_the_least_and_the_most_steady_are_named(judged: Judgement) -> None:
    table = judged.table.values
    assert table["情形"].to_list() == WAYS
    ordered = table.sort_values("名次一致度")["情形"].to_list()
    (told,) = judged.sentences
    assert f"最小的是“{ordered[-1]}”" in told and f"最大的是“{ordered[0]}”" in told
    for row in table.to_dict("records"):
        own = judged.frame[judged.frame["way"].eq(row["情形"])]
        assert row["名次范围不止一个名次的单位"] == (own["rank_high"] > own["rank_low"]).sum()
        assert row["是否优秀说不准的单位"] == own["unsure"].sum()
    assert len(judged.chart.figure.axes) == len(WAYS)
    assert [ax.get_title(loc="left") for ax in judged.chart.figure.axes] == WAYS
    assert judged.chart.title.startswith(f"2021 年市直部门：“{ordered[0]}”时名次变动最大，44 对相邻名次中 ")


def _two(way: str, low: list[int], high: list[int], **given: Any) -> pd.DataFrame:
    ranks = pd.DataFrame({"name": ["甲", "乙"], "rank": [1, 2], "rank_low": low, "rank_high": high, "way": way})
    made = {"provenance": "official", "barred": False, "p_best": [1.0, 0.0], "unsure": False, "agreement": 1.0}
    return ranks.assign(apart=[high[0] < low[1], False], band=[1, 1 + (high[0] < low[1])], **made | given)


def test_the_finding_is_of_the_way_in_which_ranks_move_most(official: Year) -> None:
    frames = [_two(WAYS[0], [1, 2], [1, 2]), _two(WAYS[1], [1, 1], [2, 2], agreement=0.4, p_best=[0.75, 0.25])]
    shown = with_frame(show(official, "judgement", "department"), pd.concat(frames))
    assert f"“{WAYS[1]}”时名次变动最大，" in shown.chart.title and "中 0 对分得出先后" in shown.chart.title
    assert f"甲第1名（{WAYS[0]} 1、{WAYS[1]} 1–2），优秀的可能100.0%／75.0%" in shown.chart.alt
    (told,) = shown.sentences
    assert told.endswith(f"“{WAYS[0]}”（名次一致度平均 1.000），最大的是“{WAYS[1]}”（0.400）。")


def test_where_no_way_moves_more_than_another_none_is_named(official: Year) -> None:
    frame = pd.concat([_two(way, [1, 2], [1, 2]) for way in WAYS])
    shown = with_frame(show(official, "judgement", "department"), frame)
    assert "名次一致度都是 1.000" in shown.sentences[0]
    assert shown.chart.title.endswith("各种情形名次变动一样大，1 对相邻名次中 1 对都分得出先后")


def test_ties_have_no_order_but_may_get_one_and_one_unit_never_does(tied: Assessment) -> None:
    """Each slips by itself; a shift is of all units alike."""
    shown = show(tied.latest, "judgement", draws=40)
    east, west = shown["east"], shown["west"]
    assert east.sentences == (
        "east组各单位现在并列，一致度无从计算；每项各自出入、考核主体一同宽严、对单位的光环效应时，"
        "名次会分出先后的单位分别有 5、0、5 个。",
    )
    assert east.chart.title == "2031 年east组：各单位现在并列，没有先后可比"
    assert west.sentences == ("west组只有 1 个单位，没有先后可比，名次不会变。",)
    assert west.chart.title == "2031 年west组：只有 1 个单位，名次不会变"


def test_a_barred_unit_has_no_chance_to_tell(judged: Judgement, official: Year) -> None:
    """The vetoed department stands above the line: 0.0 % beside better ranks than its neighbours' would be a riddle."""
    units = official.marks("department").units
    vetoed = units.loc[units["vetoed"], "name"].to_list()
    assert len(vetoed) == 1
    assert drawn_words(judged.chart).count("取消评优资格") == 1
    (alt,) = [each for each in judged.chart.alt.split("；") if vetoed[0] in each]
    assert alt.rstrip("。").endswith("优秀的可能取消评优资格")


def test_who_judges_is_told_by_the_scheme(year: Year, small: Year) -> None:
    ratings, scores, _ = show(year, "who_judges").sentences
    assert ratings.startswith("优、良、中、差是人评的：") and scores.startswith("日常工作情况评价、督察考评按分值评：")
    assert show(small, "who_judges").sentences[0].startswith("好、较好、一般、差是人评的：")


def test_marks_in_points_alone_leave_no_ratings_to_judge(small: Year) -> None:
    (daily,) = [each for each in small.scheme.components if each.parts]
    parts = {name: part.model_copy(update={"marking": "score"}) for name, part in daily.parts.items()}
    scheme = small.scheme.model_copy(update={"components": [daily.model_copy(update={"parts": parts})]})
    points = with_known(small, facts=replace(small.facts, scheme=scheme))
    assert "按分值评" in show(points, "who_judges").sentences[0]


def test_components_are_weighed_anew_where_there_are_several(official: Year, shipped: Assessment) -> None:
    assert show(official, "weights", "county", draws=50).table.values["情形"].to_list() == [
        "各指标分值 ±25%", "各指标任意权重", "各大项任意权重",
    ]  # fmt: skip
    one = show(shipped.year(2020), "weights", "county", draws=50, spread_percent=40, concentration=3).table
    assert one.values["情形"].to_list() == ["各指标分值 ±40%", "各指标任意权重"] and "浓度 3" in one.note


def test_the_indicators_that_move_ranks_most_are_listed(official: Year) -> None:
    shown = show(official, "left_out", "department", most=3)
    listed = shown.table.values[shown.table.values["编号"].ne("—")]
    assert len(listed) == 3 and listed["平均变动（位）"].is_monotonic_decreasing
    assert "列出变动最大的 3 项" in shown.table.note
    parts = shown.table.values[shown.table.values["编号"].eq("—")]
    assert set(parts["去掉"]) == set(official.scheme.part_names.values())


def test_conditions_are_held_against_what_is_simulated_or_said_to_stay(conditions: Year) -> None:
    assert show(conditions, "who_judges").sentences[-1] == "优秀的条件按每次模拟的评分核对。"
    judged = show(conditions, "judgement", "department", draws=400).frame.set_index("unit_id")["p_best"]
    assert judged["a"].eq(0).all() and judged["b"].gt(0).all() and judged["d"].lt(1).all()
    weighed = show(conditions, "weights", "department", draws=50)
    assert weighed.frame.groupby("unit_id")["p_best"].mean().to_dict() == {
        "a": 0.0, "b": 0.0, "c": 0.0, "d": 1.0, "e": 0.0, "f": 1.0,
    }  # fmt: skip
    for shown in (weighed, show(conditions, "left_out", "department")):
        assert "合不合优秀的条件照现在的得分" in shown.table.note
