"""How hard indicators are and whether they tell units apart, as it is told."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame

from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def _items(**changes: list[Any]) -> pd.DataFrame:
    """Six indicators, as `Items.frame` has them."""
    made = {
        "indicator_id": [f"p{place}" for place in range(6)],
        "name": [f"第{place}项" for place in range(6)],
        "assessor_id": "justice",
        "points": 2.0,
        "units": 45,
        "difficulty": [0.6, 0.7, 1.0, 1.0, 0.8, 0.9],
        "discrimination": [-0.5, -0.1, float("nan"), float("nan"), 0.3, 0.6],
        "dead": [False, False, True, True, False, False],
        "against": [True, *[False] * 5],
        "told": ["反", "负", "同", "同", "", ""],
    }
    return pd.DataFrame(made | changes)


def _show(year: Year, frame: pd.DataFrame, **options: Any) -> Any:
    return with_frame(show(year, "discrimination", "department", **options), frame)


def test_what_wants_a_look_is_counted_and_named(official: Year) -> None:
    shown = _show(official, _items())
    told = "2项区分度为负（第0项、第1项），其中1项超出偶然范围，建议复核。"
    assert shown.sentences == (f"市直部门6项指标中2项无区分（第2项、第3项），各单位的评价均相同；{told}",)
    assert shown.chart.title == "2021年市直部门6项指标中2项无区分，2项区分度为负（1项超出偶然范围）"
    by_chance = _show(official, _items(against=[False] * 6))
    assert by_chance.sentences[0].endswith("2项区分度为负（第0项、第1项），没有超出偶然范围。")
    assert by_chance.chart.title.endswith("2项区分度为负（没有超出偶然范围）")


def test_where_nothing_wants_a_look_that_is_said(official: Year) -> None:
    shown = _show(official, _items()[4:].assign(told=""))
    assert shown.sentences == ("市直部门2项指标均有区分；区分度均不低于0。",)
    assert shown.chart.title == "2021年市直部门2项指标均有区分，区分度均不低于0"
    assert len(shown.chart.figure.axes) == 1 and "说明" not in shown.table.cells


def test_of_few_units_no_discrimination_is_told(official: Year) -> None:
    shown = _show(official, _items(discrimination=[float("nan")] * 6, against=[False] * 6))
    assert shown.sentences[0].endswith("；承担单位不足8个，不计算区分度。") and shown.chart is None


def test_where_all_are_dead_no_more_is_told(official: Year) -> None:
    shown = _show(official, _items()[2:4])
    assert shown.sentences == ("市直部门2项指标中2项无区分（第2项、第3项），各单位的评价均相同。",)
    assert shown.chart is None


def test_each_indicator_is_a_dot_the_dead_apart(official: Year) -> None:
    chart = _show(official, _items()).chart
    top, strip = chart.figure.axes
    dots = [line.get_xydata().tolist()[0] for line in top.lines if line.get_marker() == "o"]
    assert sorted(dots) == [[0.6, -0.5], [0.7, -0.1], [0.8, 0.3], [0.9, 0.6]]
    piled = [line.get_xydata().tolist()[0] for line in strip.lines]
    assert [x for x, _ in piled] == [1.0, 1.0] and piled[0][1] != piled[1][1]
    words = drawn_words(chart).splitlines()
    assert {"第0项", "第1项", "2项", "无区分"} <= {*words} and not {"第2项", "第4项"} & {*words}
    assert "第2项平均得分率100.0%，同" in chart.alt and "第4项平均得分率80.0%，区分度0.30" in chart.alt


def test_names_cover_neither_dots_nor_each_other(official: Year) -> None:
    """Three of them close together, under a crowd."""
    crowd = [(0.90 + place / 200, -0.02 - place / 300) for place in range(30)]
    places = [(0.62, -0.5), (0.64, -0.5), (0.95, -0.49), *crowd, (0.4, 0.9)]
    frame = pd.concat([_items()[:1]] * len(places), ignore_index=True).assign(
        name=[f"关于健全完善重大行政决策程序规定的落实情况{place}" for place in range(len(places))],
        difficulty=[x for x, _ in places],
        discrimination=[y for _, y in places],
    )
    figure = _show(official, frame.sort_values("discrimination", kind="stable")).chart.figure
    (ax,) = figure.axes
    names = [text.get_window_extent() for text in ax.texts]
    dots = [ax.transData.transform(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"]
    assert 0 < len(names) <= 3 and len(dots) == len(places)
    assert not any(one.overlaps(other) for one, other in combinations(names, 2))
    assert not any(box.contains(*dot) for box in names for dot in dots)
    assert all(ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 for box in names)


@pytest.mark.parametrize(("most", "rows", "left"), [(4, 4, "另有2项"), (6, 6, ""), (None, 6, "")])
def test_a_short_table_says_how_many_are_left_out(most: int | None, rows: int, left: str, official: Year) -> None:
    table = _show(official, _items(), most=most).table
    assert len(table.cells) == rows and table.note.startswith(left or "平均得分率")
    assert ("最低" in table.caption) == bool(left)
    assert table.cells["区分度"][:3].to_list() == ["−0.50", "−0.10", "—"]
    assert table.cells["考核主体"][0] == official.scheme.assessors.value["justice"]


def test_what_wants_a_look_comes_first(demonstration: Assessment) -> None:
    frame = show(demonstration.year(demonstration.years[0]), "discrimination", "county").frame
    below, dead = frame["discrimination"] < 0, frame["dead"]
    kind = (~below).astype(int) + (~below & ~dead)
    assert below.any() and dead.any() and kind.is_monotonic_increasing
    assert frame["discrimination"][kind.eq(2)].is_monotonic_increasing
    assert frame["told"][:2].to_list() == ["区分度为负", "无区分（评价均相同）"] and set(frame["told"][2:]) == {""}


def test_duplicates_are_named_with_how_alike_they_are(official: Year) -> None:
    row = {"indicator_id": "p1", "name": "甲项", "other_id": "p2", "other_name": "乙项", "units": 30,
           "correlation": 0.967, "same": False}  # fmt: skip
    other = row | {"indicator_id": "p3", "name": "丙项", "other_id": "p4", "other_name": "丁项"}
    alike = with_frame(show(official, "duplicates", "county"), pd.DataFrame([row]))
    assert "重复的指标1组，如“甲项”与“乙项”（相关系数0.97）；" in alike.sentences[0]
    same = with_frame(
        show(official, "duplicates", "county"), pd.DataFrame([row | {"same": True}, other | {"same": True}])
    )
    assert "重复的指标2组，如“甲项”与“乙项”（30个单位的得分率完全相同）；" in same.sentences[0]
    assert same.table.cells["说明"].to_list() == ["得分率完全相同"] * 2 and alike.table.cells["说明"].to_list() == [""]
    third = [("p1", "甲项", "p3", "丙项", 28), ("p2", "乙项", "p3", "丙项", 30)]
    three = [row, *(dict(zip(row, [*pair, 1.0, True], strict=True)) for pair in third)]
    joined = with_frame(show(official, "duplicates", "county"), pd.DataFrame(three).assign(same=True))
    assert "重复的指标1组，如“甲项”与“乙项”、“丙项”（28—30个单位的得分率完全相同）；" in joined.sentences[0]
    assert joined.table.cells.iloc[:, :3].to_numpy().tolist() == [["甲项", "乙项、丙项", "28—30"]]
    none = with_frame(show(official, "duplicates", "county"), pd.DataFrame(columns=list(row)))
    assert none.sentences == ("县（市、区）政府没有评价重复的指标。",) and none.table is None
