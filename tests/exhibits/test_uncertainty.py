"""How sure the ranks are: what is simulated, who can be told apart, and whose grade is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from tests.exhibits.reading import with_frame, with_known

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.live import draw_live
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
    assert "概率10%（平均实调5.4%），分值在满分的±5%之内变动；90%" in judged.chart.subtitle
    assert "模拟400次" in judged.table.note
    other = show(official, "judgement", "department", draws=400, seed=1, step_percent=40, score_step_percent=0)
    assert other.frame["p_best"].ne(judged.frame["p_best"]).any()
    assert "概率40%" in other.chart.subtitle and "满分" not in other.chart.subtitle


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
    assert f"平均实调{100 * moved / len(rated):.1f}%" in judged.table.note


def test_the_way_in_which_ranks_move_most_is_drawn_and_told_beside_the_one_in_which_they_move_least(
    judged: Judgement,
) -> None:
    ways = judged.frame.groupby("way", sort=False)
    order = ways["agreement"].first().sort_values().index
    most, least = ways.get_group(order[0]), ways.get_group(order[-1])
    (told,) = judged.sentences
    apart, unsure = most["apart"].sum(), most["unsure"].sum()
    assert (
        f"名次变动最大的是“{order[0]}”时，44对相邻名次中分得出先后的{apart}对，处在优秀线边缘的单位{unsure}个（" in told
    )
    assert (
        f"变动最小的是“{order[-1]}”时，分得出先后的{least['apart'].sum()}对，"
        f"处在优秀线边缘的单位{least['unsure'].sum()}个。"
    ) in told
    assert most.loc[most["unsure"], "name"].iloc[0] in told
    known = "名次均难分先后" if not apart else "多数名次难分先后" if 2 * apart <= 44 else "多数名次分得出先后"
    assert judged.chart.title == judged.finding == f"市直部门评价有出入时{known}，{unsure}个单位处在优秀线边缘"
    assert f"“{order[0]}”" in judged.chart.subtitle
    numbers = judged.chart.data.frame
    assert numbers["最前"].to_list() == most["rank_low"].to_list() and numbers.index.to_list() == most["name"].to_list()


def test_each_unit_is_a_line_from_its_first_to_its_last_rank_and_tagged(judged: Judgement) -> None:
    drawn = judged.frame[judged.frame["way"].eq(judged.ways.sort_values("agreement", kind="stable")["way"].iloc[0])]
    page = BeautifulSoup(draw_live(judged.chart.figure, judged.chart.alt), "html.parser")
    shapes = page.select("[data-unit]")
    assert [each["data-unit"] for each in shapes] == drawn["unit_id"].to_list()
    first = drawn.iloc[0]
    ranks = f"{first['rank_low']}—{first['rank_high']}" if first["rank_low"] < first["rank_high"] else "1"
    assert shapes[0].select_one("title").get_text().startswith(f"{first['name']}：现第1名，范围第{ranks}名，")
    lines = [line for line in judged.chart.figure.axes[0].lines if len(line.get_xdata()) == 3]
    assert [list(line.get_ydata()) for line in lines] == drawn[["rank_low", "rank", "rank_high"]].to_numpy().tolist()


def test_every_unit_is_listed_with_its_range_in_every_way(judged: Judgement) -> None:
    table = judged.table.values.set_index("单位")
    for way, rows in judged.frame.groupby("way", sort=False):
        for row in rows.itertuples():
            low, high = (str(table.at[row.name, way]).split("—") * 2)[:2]
            assert (int(low), int(high)) == (row.rank_low, row.rank_high)


def _two(way: str, low: list[int], high: list[int], **given: Any) -> pd.DataFrame:
    ranks = pd.DataFrame({"unit_id": ["a", "b"], "name": ["甲", "乙"], "rank": [1, 2], "rank_low": low})
    ranks = ranks.assign(rank_high=high, way=way, grade=["excellent", "good"])
    made = {"provenance": "official", "barred": False, "p_best": [1.0, 0.0], "unsure": False, "agreement": 1.0}
    return ranks.assign(apart=[high[0] < low[1], False], band=[1, 1 + (high[0] < low[1])], **made | given)


def test_the_finding_is_of_the_way_in_which_ranks_move_most(official: Year) -> None:
    steady = _two(WAYS[0], [1, 2], [1, 2])
    loose = _two(WAYS[1], [1, 1], [2, 2], agreement=0.4, p_best=[0.75, 0.25], unsure=True)
    shown = with_frame(show(official, "judgement", "department"), pd.concat([steady, loose], ignore_index=True))
    assert shown.chart.title == "市直部门评价有出入时名次均难分先后，2个单位处在优秀线边缘"
    assert shown.chart.alt.endswith("甲第1名（1—2）；乙第2名（1—2）。")
    (told,) = shown.sentences
    assert told == (
        f"市直部门：名次变动最大的是“{WAYS[1]}”时，1对相邻名次中分得出先后的0对，处在优秀线边缘的单位2个（甲、乙）；"
        f"变动最小的是“{WAYS[0]}”时，分得出先后的1对，处在优秀线边缘的单位0个。"
    )


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        ([True, True, True, False], "评价有出入时名次均分得出先后，没有单位处在优秀线边缘"),
        ([True, True, False, False], "评价有出入时多数名次分得出先后，没有单位处在优秀线边缘"),
        ([True, False, False, False], "评价有出入时多数名次难分先后，没有单位处在优秀线边缘"),
        ([False, False, False, False], "评价有出入时名次均难分先后，没有单位处在优秀线边缘"),
    ],
)
def test_how_many_neighbours_can_be_told_apart_is_said_in_words(apart: list[bool], told: str, official: Year) -> None:
    """Three pairs of four units."""
    four = pd.concat([_two(WAYS[0], [1, 2], [1, 2])] * 2, ignore_index=True).assign(apart=apart)
    assert with_frame(show(official, "judgement", "department"), four).finding == f"市直部门{told}"


def test_where_no_way_moves_more_than_another_none_is_named(official: Year) -> None:
    frame = pd.concat([_two(way, [1, 2], [1, 2]) for way in WAYS], ignore_index=True)
    shown = with_frame(show(official, "judgement", "department"), frame)
    assert shown.sentences[0].startswith("市直部门：各种情形名次变动相同，“") and "最小" not in shown.sentences[0]
    assert shown.chart.title == "市直部门评价有出入时名次均分得出先后，没有单位处在优秀线边缘"


def test_ties_have_no_order_but_may_get_one_and_one_unit_never_does(tied: Assessment) -> None:
    """Each slips by itself; a shift is of all units alike."""
    shown = show(tied.latest, "judgement", draws=40)
    east, west = shown["east"], shown["west"]
    assert east.sentences == ("east组各单位现并列，没有先后可比；“各项评分各有偏差”时，5个单位的名次会分出先后。",)
    assert east.chart.title == "east组各单位现并列，没有先后可比"
    assert west.sentences == ("west组只有1个单位，没有先后可比，名次不会变动。",)
    assert west.chart.title == "west组只有1个单位，名次不会变动"
    assert shown.finding == "；".join(each.finding for each in shown.values())
    assert (
        shown["north"].finding == "north组评价有出入时名次均难分先后，没有单位处在优秀线边缘"
    )  # one pair, a hundredth apart


def test_a_barred_unit_has_no_chance_to_tell(judged: Judgement, official: Year) -> None:
    """The vetoed department stands above the line: 0.0 % beside better ranks than its neighbours' would be a riddle."""
    units = official.marks("department").units
    vetoed = units.loc[units["vetoed"], "name"].to_list()
    assert len(vetoed) == 1
    chances = judged.table.cells.set_index("单位")["评为优秀的可能"]
    assert chances[chances.eq("取消评优资格")].index.to_list() == vetoed


def test_who_judges_is_told_by_the_scheme(year: Year, small: Year) -> None:
    ratings, scores, _ = show(year, "who_judges").sentences
    assert ratings.startswith("按等次评的指标（优、良、中、差）：")
    assert scores.startswith("按分值评的日常工作情况评价、督察考评：")
    assert show(small, "who_judges").sentences[0].startswith("按等次评的指标（好、较好、一般、差）：")


def test_marks_in_points_alone_leave_no_ratings_to_judge(small: Year) -> None:
    (daily,) = [each for each in small.scheme.components if each.parts]
    parts = {name: part.model_copy(update={"marking": "score"}) for name, part in daily.parts.items()}
    scheme = small.scheme.model_copy(update={"components": [daily.model_copy(update={"parts": parts})]})
    points = with_known(small, facts=replace(small.facts, scheme=scheme))
    assert "按分值评" in show(points, "who_judges").sentences[0]


def test_conditions_are_held_against_what_is_simulated_or_said_to_stay(conditions: Year) -> None:
    assert show(conditions, "who_judges").sentences[-1] == "优秀的条件按每次模拟的评分核对。"
    judged = show(conditions, "judgement", "department", draws=400).frame.set_index("unit_id")["p_best"]
    assert judged["a"].eq(0).all() and judged["b"].gt(0).all() and judged["d"].lt(1).all()
