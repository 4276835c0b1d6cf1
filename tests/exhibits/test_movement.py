"""Ranks and grades of two years, told like for like."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D
from tests.exhibits.reading import drawn_words, find_overlaps, with_frame
from tests.made_up import BEST_FROM_90, CITIES, YEARS, graded_city, load_city, merged_city

from analysis.assessment import Assessment, Pair
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.movement import is_far
from analysis.exhibits.theme import FALL, RISE, ROW
from analysis.problems import WorkbookError


def _moved(ranks: dict[str, tuple[float, float]], others: dict[str, str] | None = None) -> pd.DataFrame:
    """Units of both years by their ranks among each other, and others with what became of them, as a frame of moves."""
    units = pd.DataFrame(ranks, index=["common_base_rank", "common_rank"]).T.astype(float)
    units = units.assign(movement="stayed", base_name=units.index)
    units = pd.concat([units, pd.DataFrame({"movement": others or {}}, dtype=object)])
    units = units.assign(name=units.index, unit_id=units.index, group="county", base_grade="good", grade="good")
    come = units["movement"].isin(["entered"])
    units["base_name"] = units["name"].where(~come)
    units["others"] = [()] * len(units)
    units["common_rank_change"] = units["common_base_rank"] - units["common_rank"]
    return units.assign(base_rank=units["common_base_rank"], rank=units["common_rank"], rank_change=0.0)


def _lines(chart: Chart) -> dict[str, Line2D]:
    """The line of every unit, by what it is tagged with."""
    lines = [line for ax in chart.figure.axes for line in ax.lines if (line.get_gid() or "").startswith("[")]
    return {json.loads(line.get_gid())[0][0]: line for line in lines}


def _marks(chart: Chart) -> list[str]:
    return [text for text in (each.get_text() for each in chart.figure.axes[0].texts) if text.startswith(("↑", "↓"))]


def test_renamed_and_entering_units_are_joined_or_marked(pair: Pair) -> None:
    departments, counties = (show(pair, "movement", group) for group in ("department", "county"))
    renamed = departments.frame.query("name != base_name")
    assert len(renamed) and set(renamed["unit_id"]) <= set(_lines(departments.chart))
    assert "两年均在本组" not in departments.chart.title  # all 45 were assessed in both years
    words = drawn_words(counties.chart)
    assert "汝州市人民政府" in words and "新列入，第2名" in words and len(_lines(counties.chart)) == 11


def test_slopes_colours_arrows_and_words_agree_whoever_enters(pair: Pair) -> None:
    """A newcomer takes the second place: like for like only c and d changed places."""
    ranks = {"a": (1, 1), "b": (2, 2), "d": (4, 3), "c": (3, 4)}
    chart = with_frame(show(pair, "movement", "county"), _moved(ranks, {"new": "entered"})).chart
    assert "两年均在本组的4个单位中，1个名次上升，1个下降；d上升最多（1位）" in chart.title
    assert "升" not in chart.subtitle.replace("升降最多", "").replace("实线上升", "")
    assert sorted(_marks(chart)) == ["↑1", "↓1"]
    for unit, line in _lines(chart).items():
        before, after = line.get_ydata()
        way = np.sign(before - after)
        assert way == np.sign(np.subtract(*ranks[unit]))
        assert line.get_color() == {1: RISE, -1: FALL}.get(way, line.get_color())
        assert (line.get_color() in (RISE, FALL)) == bool(way)
    assert "new" not in _lines(chart)


def test_titles_count_what_is_drawn(pair: Pair) -> None:
    for shown in show(pair, "movement").values():
        ways = [np.sign(np.subtract(*line.get_ydata())) for line in _lines(shown.chart).values()]
        assert f"{ways.count(1)}个" in shown.chart.title and f"{ways.count(-1)}个下降" in shown.chart.title


def test_how_many_of_those_who_came_or_went_are_not_drawn_is_told(pair: Pair) -> None:
    ranks = {"a": (1.0, 2.0), "b": (2.0, 1.0)}
    for count, told in ((6, "虚线下降"), (9, "；不在其中的单位，另有3个没有画出")):
        frame = _moved(ranks, {f"new{place}": "entered" for place in range(count)})
        chart = with_frame(show(pair, "movement", "county"), frame).chart
        assert chart.subtitle.endswith(told) and drawn_words(chart).count("新列入") == 6


@pytest.mark.parametrize("units", [12, 45, 128, 180])
def test_names_and_ranks_never_cover_each_other(units: int, pair: Pair) -> None:
    """Many units, ties, and names of 22 characters; a third of them take each other's places."""
    random = np.random.default_rng(units)
    before = pd.Series(np.arange(units)).floordiv(3).mul(3).add(1.0)  # threes are tied
    after = pd.Series(random.permutation(before))
    names = [f"{place}{'某某市行政审批和政务服务数据管理局综合执法队'}"[:22] for place in range(units)]
    frame = _moved(dict(zip(names, zip(before, after, strict=True), strict=True)), {"甲": "entered", "乙": "left"})
    frame.iloc[: units // 6, frame.columns.get_loc("grade")] = "excellent"
    frame.iloc[: units // 6, frame.columns.get_loc("movement")] = "rose"
    chart = with_frame(show(pair, "movement", "county"), frame).chart
    chart.png()
    boxes = [text.get_window_extent() for text in chart.figure.axes[0].texts if text.get_text()]
    assert not [1 for one, other in combinations(boxes, 2) if one.padded(-1.5).overlaps(other.padded(-1.5))]
    assert all(box.x0 >= -1 and box.x1 <= chart.figure.bbox.x1 + 1 for box in boxes)
    assert len(_lines(chart)) == units
    assert chart.figure.get_figheight() < (16 if units > 20 else 5)


@pytest.mark.parametrize("name", ["movement", "trajectories"])
def test_lines_of_units_of_the_same_ranks_lie_side_by_side(name: str) -> None:
    """Thirty in threes; three of them rise past three others."""
    before = {f"u{place:02}": 90.0 - place // 3 for place in range(30)}
    now = before | {unit: before[unit] + 1.5 for unit in ("u06", "u07", "u08")}
    city = Assessment(load_city(graded_city({2030: (THREE, before), 2031: (THREE, now)})))
    shown = show(city.pair(2030, 2031) if name == "movement" else city.year(2031), name, "east")
    ends = pd.DataFrame({unit: line.get_ydata() for unit, line in _lines(shown.chart).items()}).T
    assert len(ends) == 30 and not ends.round(6).duplicated().any()
    for first in range(0, 30, 3):
        alike = ends.loc[[f"u{first + each:02}" for each in range(3)]]
        assert np.ptp(alike[1] - alike[0]) == pytest.approx(0)  # they go the same way


def test_who_crossed_the_line_of_the_best_grade_stands_out(pair: Pair) -> None:
    shown = show(pair, "movement", "department")
    frame, words = shown.frame.set_index("unit_id"), drawn_words(shown.chart)
    rose, fell = (frame.index[frame["movement"].eq(kind)] for kind in ("rose", "fell"))  # there are but two grades
    assert words.count("新获优秀") == len(rose) == 5 and words.count("退出优秀") == len(fell) == 3
    bold = {unit for unit, line in _lines(shown.chart).items() if line.get_linewidth() > 1}
    assert {*rose, *fell} <= bold and len(bold) < 20


def test_every_unit_is_in_one_cell_of_the_transitions(pair: Pair) -> None:
    cells = show(pair, "transitions").table.cells
    numbers = cells.set_index(["组别", "2020年等次"]).astype(int)
    assert numbers["合计"].groupby(level=0).sum().to_dict() == {"县（市、区）政府": 12, "市直部门": 45}
    assert (numbers.drop(columns="合计").sum(axis=1) == numbers["合计"]).all()
    assert numbers.loc[("县（市、区）政府", "新列入"), "2021年优秀"] == 1
    best = numbers.xs("优秀", level=1)
    assert best["合计"].sum() == 30 and numbers["2021年优秀"].sum() == 33  # as printed
    assert show(pair, "transitions").finding == "2021年5个单位等次上升，3个下降，48个不变，1个新列入"


def test_who_moved_is_named(pair: Pair) -> None:
    for shown in show(pair, "movement").values():
        (told,) = shown.sentences
        moved = shown.frame[shown.frame["movement"].ne("stayed")]
        assert all(name in told for name in moved["name"])
        assert f"2021年{len(shown.frame) - len(moved)}个单位等次不变" in told


@pytest.mark.parametrize("name", ["three groups, of which one enters", "no group in both years"])
def test_units_of_a_group_that_is_new_are_listed_as_entering(name: str) -> None:
    city = Assessment(load_city(CITIES[name]()))
    pair = city.pair(*YEARS)
    new = set(pair.year.scheme.groups) - set(pair.base.scheme.groups)
    shown = show(pair, "movement")
    assert new and set(shown) == set(pair.year.scheme.groups)
    for group in new:
        assert set(shown[group].frame["movement"]) == {"entered"}
        assert shown[group].chart is None
        assert f"0个单位等次不变，{len(shown[group].frame)}个新列入（" in shown[group].sentences[0]
        with pytest.raises(WorkbookError, match="不是两年均有"):
            show(pair, "average_change", group)


THREE = [{"id": "top", "name": "优秀", "line": 90}, {"id": "good", "name": "良好", "line": 80}]
THREE += [{"id": "rest", "name": "一般"}]
TOTALS = {"a": 95.0, "b": 85.0, "c": 65.0}


def _compared(now: list[dict[str, Any]], totals: dict[str, float]) -> Pair:
    city = graded_city({2022: (THREE, TOTALS), 2023: (THREE, {}), 2025: (now, totals)})
    return Assessment(load_city(city)).pair(2022, 2025)


def test_what_is_not_comparable_is_told_so_everywhere_and_nothing_as_a_rise() -> None:
    pair = _compared([THREE[0], THREE[2]], {"a": 95.0, "b": 85.0, "c": 66.0})  # good is dropped: b is 一般 now
    (shown,) = show(pair, "movement").values()
    assert shown.sentences == (
        "east：2025年2个单位等次不变，1个等次不可比（b局）。",
        "2022年的良好，2025年没有等次承接；原在其中的单位，等次的升降不作比较。",
    )
    cells = shown.table.cells.set_index("单位")
    assert cells.loc["b局", ["2022年等次", "2025年等次", "变化"]].tolist() == ["良好", "一般", "等次不可比"]
    assert show(pair, "transitions").finding == "2025年2个单位等次均未变动，1个等次不可比"
    regraded = show(pair, "counterfactuals")["east"].table.cells.set_index(["评分年度", "办法年度"])["等次变动单位"]
    assert regraded.to_dict() == {
        ("2022", "2022"): "0",
        ("2022", "2025"): "—",
        ("2025", "2022"): "—",
        ("2025", "2025"): "0",
    }
    assert show(pair, "grades").chart.title == "2025年优秀单位1个，与2022年持平"
    assert show(pair.year, "scheme").table.note.startswith(
        "与2023年度的等次相比：优秀即当年的优秀；一般即当年的一般；当年的良好没有等次承接"
    )
    history = show(pair.year, "history", unit="b").table.cells
    assert history["等次"].tolist() == ["良好", "一般"]


def test_grades_of_other_ids_are_other_grades_unless_it_is_said_what_they_were() -> None:
    renamed = [{**grade, "id": f"new_{grade['id']}"} for grade in THREE]
    pair = _compared(renamed, TOTALS)
    (shown,) = show(pair, "movement").values()
    assert "3个等次不可比" in shown.sentences[0] and "升" not in shown.sentences[0]
    assert set(show(pair, "grades").table.cells["等次"]) == {
        *("优秀", "良好", "一般"),
        *("优秀（2023年）", "良好（2023年）", "一般（2023年）"),
    }
    assert show(pair, "grades").chart.title == "2025年优秀单位1个"
    linked = [{**grade, "formerly": [old["id"]]} for grade, old in zip(renamed, THREE, strict=True)]
    pair = _compared(linked, TOTALS)
    (shown,) = show(pair, "movement").values()
    assert shown.sentences == ("east：2025年3个单位等次不变。",)
    assert set(show(pair, "grades").table.cells["等次"]) == {"优秀", "良好", "一般"}
    averages = show(pair, "averages")
    assert averages.table.cells["比2022年"].tolist() == ["—", "0.00"] * 4
    assert averages.sentences == ("east3个单位，2025年平均81.67分，与2022年的81.67分持平。",)
    assert averages.chart.title == "2025年平均分（比2022年）：east持平"


def test_who_changed_the_group_merged_or_split_is_told_so_and_neither_risen_nor_fallen() -> None:
    city = Assessment(load_city(merged_city()))
    east, west = show(city.pair(2030, 2031), "movement").values()
    assert east.sentences == (
        "east组：2031年2个单位等次不变，1个等次上升（b局），1个等次下降（c局），1个换组转入（r局）。",
        "其中r局换组，原在west组。",
    )
    assert west.sentences[1] == "其中r局换组，转入east组。"
    assert east.chart.title.startswith("east组：两年均在本组的4个单位中，2个名次上升，1个下降")
    assert "r局（换组转出，原第3名）" in drawn_words(west.chart) and "换组转入，第" in drawn_words(east.chart)
    east, west = show(city.pair(2031, 2032), "movement").values()
    changes = west.table.cells.set_index("单位")["变化"].to_dict()
    assert changes == {"q局": "等次不变", "m局": "由c局、p局合并设立", "p局": "并入m局"}
    assert east.sentences[1] == "其中c局并入m局。"
    east, west = show(city.pair(2032, 2033), "movement").values()
    assert west.table.cells.set_index("单位")["变化"].to_dict() == {
        "q局": "等次不变",
        "s局": "由m局分设",
        "m局": "分设为s局、t局",
    }


def test_transitions_add_up_to_the_units_of_either_year() -> None:
    city = Assessment(load_city(merged_city()))
    for base, year in combinations(city.years, 2):
        counts = show(city.pair(base, year), "transitions").frame
        for each, side in ((base, "base"), (year, "now")):
            graded = counts[counts[side].isin(city.year(each).scheme.grade_names.values())]
            sizes = city.year(each).units["group"].value_counts().to_dict()
            assert graded.groupby("group")["units"].sum().to_dict() == sizes
    cells = show(city.pair(2032, 2033), "transitions").table.cells
    assert "分设为新单位" in cells.columns and "分设成立" in set(cells["2032年等次"])


def test_tied_units_have_one_rank_and_each_a_name_of_its_own(tied: Assessment) -> None:
    shown = show(tied.pair(*YEARS), "movement", "east")
    texts = shown.chart.figure.axes[0].texts
    names = [text for text in texts if text.get_text() in {f"{unit}局" for unit in "abcde"} and text.get_ha() == "left"]
    rows = {text.get_text(): text.xy[1] for text in names}  # type: ignore[attr-defined]
    assert len(set(rows.values())) == len(rows) == 5
    ends = {line.get_ydata()[1] for line in _lines(shown.chart).values()}
    assert len(ends) == 4 and np.ptp(list(ends)) < ROW * 72  # of the four units of both years all are tied
    assert shown.chart.title == "east组：两年均在本组的4个单位，名次先后均未变动"
    assert shown.table.cells["升降"].tolist().count("0") == 4


def test_where_no_rank_has_changed_none_is_counted(tied: Assessment) -> None:
    shown = show(tied.pair(*YEARS), "movement")
    assert shown["north"].chart.title == "north组：2个单位名次均未变动"
    assert shown["west"].chart.title == "west组：只有1个单位，没有名次升降"


def test_all_who_rose_by_most_are_named(pair: Pair) -> None:
    units = _moved({"甲": (1, 2), "乙": (2, 1), "丙": (3, 4), "丁": (4, 3)})
    title = with_frame(show(pair, "movement", "county"), units).chart.title
    assert title.endswith("：2个单位名次上升，2个下降；乙、丁上升最多（1位）")


def test_the_largest_changes_stand_out_and_not_everybody_who_is_level_with_them() -> None:
    few = is_far(pd.Series([9, 7, 5, 5, 4, 0, -1, -2, -8]))
    assert few.tolist() == [True, True, True, True, False, False, True, True, True]
    many = is_far(pd.Series([9, *[1] * 10, *[-1] * 10]))
    assert many.tolist() == [True] + [False] * 20


@pytest.mark.parametrize(
    ("ties", "title"),
    [("max", "2个单位名次上升，0个下降；a局上升最多（2位）"), ("min", "0个单位名次上升，2个下降")],
)
def test_who_was_tied_rises_or_falls_from_the_place_that_ties_take(ties: str, title: str) -> None:
    """Three are tied, then come a, c and b: from the third place two rise, from the first two fall."""
    city = graded_city(
        {2030: (BEST_FROM_90, dict.fromkeys("abc", 50)), 2031: (BEST_FROM_90, {"a": 91, "b": 10, "c": 60})}
    )
    for facts in city["years"].values():
        facts["scheme"]["ranking"]["ties"] = ties
    pair = Assessment(load_city(city)).pair(2030, 2031)
    assert pair.movement["common_rank_change"].tolist() == pair.movement["rank_change"].tolist()
    assert show(pair, "movement", "east").chart.title == f"east：{title}"


def test_names_of_units_that_are_all_tied_stand_one_below_the_other() -> None:
    totals = {f"u{unit}": 90.0 for unit in range(12)}
    city = Assessment(load_city(graded_city(dict.fromkeys((2030, 2031), (BEST_FROM_90, totals)))))
    chart = show(city.pair(2030, 2031), "movement", "east").chart
    assert find_overlaps(chart) == [] and chart.figure.get_figheight() > 12 * ROW
