"""Ranks and grades of two years, told like for like."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from matplotlib.text import Annotation
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import BEST_FROM_90, CITIES, YEARS, graded_city, load_city, merged_city

from analysis.assessment import Assessment, Pair
from analysis.exhibits import show
from analysis.problems import WorkbookError


def test_renamed_and_entering_units_are_joined_or_marked(pair: Pair) -> None:
    words = drawn_words(show(pair, "movement", "department").chart)
    assert "市税务局" in words and "国家税务局平顶山分局" in words
    assert "两年都在本组" not in show(pair, "movement", "department").chart.title  # all 45 were assessed in both years
    assert "新列入" in drawn_words(show(pair, "movement", "county").chart)


def test_a_newcomer_does_not_make_the_others_fall(pair: Pair) -> None:
    """The newcomer pushes b down to 3; like for like only c and d changed places."""
    ranks = {"a": (1, 1, 0), "new": (None, 2, None), "b": (2, 3, 0), "d": (4, 4, 1), "c": (3, 5, -1)}
    units = pd.DataFrame(ranks, index=["base_rank", "rank", "common_rank_change"]).T.astype(float)
    units = units.assign(group="county", name=units.index, base_name=units.index)
    units = units.assign(rank_change=units["base_rank"] - units["rank"], movement="entered")  # told of "new" alone
    chart = with_frame(show(pair, "movement", "county"), units).chart
    assert "两年都在本组的 4 个单位中，1 个名次上升，1 个下降；d升幅最大（1 位）" in chart.title
    assert "连同进出本组的排，则 0 升 2 降" in chart.subtitle
    drawn = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text for text in drawn if text.startswith(("↑", "↓"))] == ["↑1", "↓1"]


def test_every_unit_is_in_one_kind_of_transition(pair: Pair) -> None:
    cells = show(pair, "transitions").table.cells.set_index("组别").astype(int)
    assert cells.sum(axis=1).to_dict() == {"县（市、区）政府": 12, "市直部门": 45}
    assert cells.at["县（市、区）政府", "新列入"] == 1
    assert cells["等次上升"].sum() - cells["等次下降"].sum() == 2  # with Ruzhou, entering as excellent: 33 after 30


def test_who_moved_is_named(pair: Pair) -> None:
    for shown in show(pair, "movement").values():
        (told,) = shown.sentences
        moved = shown.frame[shown.frame["movement"].ne("stayed")]
        assert all(name in told for name in moved["name"])
        assert f"等次不变 {len(shown.frame) - len(moved)} 个" in told


@pytest.mark.parametrize("name", ["three groups, of which one enters", "no group in both years"])
def test_units_of_a_group_that_is_new_are_listed_as_entering(name: str) -> None:
    city = Assessment(load_city(CITIES[name]()))
    pair = city.pair(*YEARS)
    new = set(pair.year.scheme.groups) - set(pair.base.scheme.groups)
    shown = show(pair, "movement")
    assert new and set(shown) == set(pair.year.scheme.groups)
    for group in new:
        assert set(shown[group].frame["movement"]) == {"entered"}
        chart = shown[group].chart
        assert chart.title.endswith("：没有两年都在本组的单位") and chart.alt == "名次变动图。没有可比的单位。"
        assert "新列入" in drawn_words(chart) and "等次不变 0 个，新列入" in shown[group].sentences[0]
        with pytest.raises(WorkbookError, match="不是两年都有"):
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
        "east：2025 年等次不变 2 个，等次不可比 1 个（b局）。",
        "2022 年的良好，2025 年没有等次承接；原在其中的单位，等次的升降不作比较。",
    )
    cells = shown.table.cells.set_index("单位")
    assert cells.loc["b局", ["2022 等次", "2025 等次", "变化"]].tolist() == ["良好", "一般", "等次不可比"]
    (moves,) = show(pair, "transitions").table.cells.to_dict("records")
    assert (moves["等次上升"], moves["等次下降"], moves["等次不可比"]) == ("0", "0", "1")
    regraded = show(pair, "counterfactuals")["east"].table.cells.set_index(["评分年度", "办法年度"])["等次变动单位"]
    assert regraded.to_dict() == {
        ("2022", "2022"): "0",
        ("2022", "2025"): "—",
        ("2025", "2022"): "—",
        ("2025", "2025"): "0",
    }
    assert show(pair, "grades").chart.title == "2025 年优秀单位 1 个，与 2022 年持平"
    assert show(pair.year, "scheme").table.note.startswith(
        "与 2023 年的等次相比：优秀即当年的优秀；一般即当年的一般；当年的良好没有等次承接"
    )
    history = show(pair.year, "history", unit="b").table.cells
    assert history["等次"].tolist() == ["良好", "一般"]


def test_grades_of_other_ids_are_other_grades_unless_it_is_said_what_they_were() -> None:
    renamed = [{**grade, "id": f"new_{grade['id']}"} for grade in THREE]
    pair = _compared(renamed, TOTALS)
    (shown,) = show(pair, "movement").values()
    assert "等次不可比 3 个" in shown.sentences[0] and "升 " not in shown.sentences[0]
    assert set(show(pair, "grades").table.cells["等次"]) == {
        *("优秀", "良好", "一般"),
        *("优秀（2023 年）", "良好（2023 年）", "一般（2023 年）"),
    }
    assert show(pair, "grades").chart.title == "2025 年优秀单位 1 个"
    linked = [{**grade, "formerly": [old["id"]]} for grade, old in zip(renamed, THREE, strict=True)]
    pair = _compared(linked, TOTALS)
    (shown,) = show(pair, "movement").values()
    assert shown.sentences == ("east：2025 年等次不变 3 个。",)
    assert set(show(pair, "grades").table.cells["等次"]) == {"优秀", "良好", "一般"}
    averages = show(pair, "averages")
    assert averages.table.cells["比 2022 年"].tolist() == ["—", "0.00"] * 4
    assert averages.sentences == ("east 3 个单位，2025 年平均 81.67 分，与 2022 年的 81.67 分持平（0.00%）。",)
    assert averages.chart.title == "2025 年平均分（比 2022 年）：east持平"


def test_who_changed_the_group_merged_or_split_is_told_so_and_neither_risen_nor_fallen() -> None:
    city = Assessment(load_city(merged_city()))
    east, west = show(city.pair(2030, 2031), "movement").values()
    assert east.sentences == (
        "east组：2031 年等次不变 2 个，等次上升 1 个（b局），等次下降 1 个（c局），换组转入 1 个（r局）。",
        "其中r局换组，原在west组。",
    )
    assert west.sentences[1] == "其中r局换组，转入east组。"
    assert east.chart.title.startswith("east组：两年都在本组的 4 个单位中，2 个名次上升，1 个下降")
    assert "3\nr局（换组转出）" in drawn_words(west.chart) and "换组转入" in drawn_words(east.chart)
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
        counts = show(city.pair(base, year), "transitions").frame.set_index("group")
        come, gone = (
            ("regrouped_in", "entered", "merged", "split"),
            ("regrouped_out", "left", "merged_into", "split_into"),
        )
        for each, others in ((base, come), (year, gone)):
            sizes = city.year(each).units["group"].value_counts().to_dict()
            assert counts.drop(columns=list(others)).sum(axis=1).to_dict() == sizes
    cells = show(city.pair(2032, 2033), "transitions").table.cells
    assert list(cells.columns) == [
        "组别",
        "等次不变",
        "等次上升",
        "等次下降",
        "新列入",
        "分设成立",
        "不再列入",
        "分设为新单位",
    ]


def test_tied_units_stand_each_in_a_row_of_its_own(tied: Assessment) -> None:
    chart = show(tied.pair(*YEARS), "movement", "east").chart
    texts = chart.figure.axes[0].texts
    names = [text for text in texts if isinstance(text, Annotation) and text.get_horizontalalignment() == "left"]
    assert [(text.get_text(), text.xy[1]) for text in names] == [
        (f"{unit}局", row) for row, unit in enumerate("abcde", 1)
    ]
    assert [text.get_position()[1] for text in texts if text.get_text() == "5"] == [1, 2, 3, 4, 5]  # the worst place
    assert chart.title == "east组：两年都在本组的 4 个单位，名次先后都没有变"
    assert "连同进出本组的排，则 0 升 4 降" in chart.subtitle  # from fourth to fifth


def test_where_no_rank_has_changed_none_is_counted(tied: Assessment) -> None:
    shown = show(tied.pair(*YEARS), "movement")
    assert shown["north"].chart.title == "north组：2 个单位名次都没有变"
    assert shown["west"].chart.title == "west组：只有 1 个单位，没有名次升降"


def test_all_who_rose_by_most_are_named(pair: Pair) -> None:
    ranks = pd.DataFrame({"base_rank": [1.0, 2, 3, 4], "rank": [2.0, 1, 4, 3]}, index=["甲", "乙", "丙", "丁"])
    units = ranks.assign(group="county", name=ranks.index, base_name=ranks.index, movement="stayed")
    units = units.assign(
        rank_change=ranks["base_rank"] - ranks["rank"], common_rank_change=lambda own: own["rank_change"]
    )
    title = with_frame(show(pair, "movement", "county"), units).chart.title
    assert title.endswith("：2 个单位名次上升，2 个下降；乙、丁升幅最大（1 位）")


@pytest.mark.parametrize(
    ("ties", "title"),
    [("max", "2 个单位名次上升，0 个下降；a局升幅最大（2 位）"), ("min", "0 个单位名次上升，2 个下降")],
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
