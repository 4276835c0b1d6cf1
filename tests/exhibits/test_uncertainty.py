"""How sure the ranks are: what is simulated, who can be told apart, and whose grade is open."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from tests.exhibits.reading import with_frame, with_known

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.exhibits.uncertainty import Judgement
from analysis.methods.uncertainty import simulate_judgement, summarise_draws


@pytest.fixture(scope="module")
def judged(year: Year) -> Judgement:
    return show(year, "judgement", "department", draws=400, seed=1)


def test_it_shows_the_simulation_that_it_was_asked_for(judged: Judgement, year: Year) -> None:
    marks = year.marks("department")
    pd.testing.assert_frame_equal(judged.frame, summarise_draws(marks, simulate_judgement(marks, 0.1, 400, 1)))
    assert judged.chart.subtitle.startswith("每项评价等次移动一级的概率 10%，模拟 400 次；")
    other = show(year, "judgement", "department", draws=400, seed=1, step_percent=40)
    assert other.frame["p_best"].ne(judged.frame["p_best"]).any() and "概率 40%" in other.chart.subtitle


def test_whose_grade_is_open_is_named_with_its_chance(judged: Judgement) -> None:
    (told,) = judged.sentences
    unsure = judged.frame[judged.frame["unsure"]]
    assert f"是否优秀说不准的有 {len(unsure)} 个：" in told
    assert all(f"{name}（" in told for name in unsure["name"])


@pytest.mark.parametrize(("ahead", "told"), [(0.94, 0), (0.95, 1)])
def test_neighbours_are_told_apart_by_one_side_of_the_range_that_is_drawn(ahead: float, told: int, year: Year) -> None:
    ranks = pd.DataFrame({"name": ["甲", "乙"], "rank": [1, 2], "rank_low": [1, 1], "rank_high": [2, 2]})
    ranks = ranks.assign(
        provenance="official", barred=False, p_best=[1.0, 0.0], unsure=False, p_ahead=[ahead, None], band=[1, 1 + told]
    )
    chart = with_frame(show(year, "judgement", "department"), ranks).chart
    assert f"1 对相邻名次中 {told} 对分得出先后" in chart.title
    assert "90% 范围（两端各舍 5%）" in chart.subtitle and "95% 的模拟一致才算分得出" in chart.subtitle


def test_a_barred_unit_has_no_chance_to_tell(judged: Judgement, year: Year) -> None:
    """The vetoed department stands above the line: 0.0 % beside better ranks than its neighbours' would be a riddle."""
    units = year.marks("department").units
    vetoed = units.loc[units["vetoed"], "name"].to_list()
    assert len(vetoed) == 1
    drawn = [text.get_text() for text in judged.chart.figure.axes[0].texts]
    assert drawn.count("取消评优资格（重构，印本未点名）") == 1
    assert re.search(rf"{vetoed[0]}第\d+到\d+名，优秀的可能：取消评优资格", judged.chart.alt)


def test_who_judges_is_told_by_the_scheme(year: Year, small: Year) -> None:
    assert show(year, "who_judges").sentences[0].startswith("优、良、中、差是人评的。")
    assert show(small, "who_judges").sentences[0].startswith("好、较好、一般、差是人评的。")


def test_marks_in_points_alone_leave_nothing_to_judge(small: Year) -> None:
    (daily,) = [each for each in small.scheme.components if each.parts]
    parts = {name: part.model_copy(update={"marking": "score"}) for name, part in daily.parts.items()}
    scheme = small.scheme.model_copy(update={"components": [daily.model_copy(update={"parts": parts})]})
    points = with_known(small, facts=replace(small.facts, scheme=scheme))
    assert show(points, "who_judges").sentences[0].startswith("这一年没有按等次评的指标")


def test_the_indicators_that_move_ranks_most_are_listed(year: Year) -> None:
    shown = show(year, "weights", "department", draws=50, most=3)
    listed = shown.table.values[shown.table.values["编号"].ne("—")]
    assert len(listed) == 3 and listed["平均变动（位）"].is_monotonic_decreasing
    assert "列出变动最大的 3 项" in shown.table.note
    parts = shown.table.values[shown.table.values["编号"].eq("—")]
    assert set(parts["去掉"]) == set(year.scheme.part_names.values())
