"""Averages are told, listed and drawn as they are printed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.exhibits.reading import drawn_words
from tests.made_up import BEST_FROM_90, graded_city, load_city
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Pair, Year
from analysis.exhibits import show

PRINTED = {
    ("县（市、区）政府", "全部单位"): ("12", "89.74", "+10.52", "+13.28%"),
    ("县（市、区）政府", "优秀单位"): ("7", "95.62", "+9.21", "+10.66%"),
    ("市直部门", "全部单位"): ("45", "86.06", "+9.09", "+11.81%"),
    ("市直部门", "优秀单位"): ("26", "91.66", "+5.05", "+5.83%"),
}


def test_averages_and_growth_are_labelled(year: Year) -> None:
    chart = show(year, "averages").chart
    words = drawn_words(chart)
    for printed in ("89.74", "+13.28%", "79.22", "86.06", "+11.81%", "95.62", "91.66", "73.61", "2019年"):
        assert printed in words
    county = chart.figure.axes[0]
    line = next(line for line in county.lines if len(line.get_xdata()) == 3)
    assert np.round(line.get_ydata(), 2).tolist() == [73.61, 79.22, 89.74]
    hollow = [line for line in county.lines if len(line.get_xdata()) == 1]
    assert {line.get_markerfacecolor() for line in hollow} == {"#ffffff"}  # the derived year
    assert "空心点由印本的增减数推得" in chart.subtitle


def test_a_pair_shows_the_years_since_its_base(pair: Pair) -> None:
    shown = show(pair, "averages")
    assert set(shown.table.cells["年度"]) == {"2020", "2021"}
    assert "2019年" not in drawn_words(shown.chart) and "空心" not in shown.chart.subtitle
    assert shown.sentences == show(pair.year, "averages").sentences


@pytest.mark.parametrize(("who", "what"), PRINTED)
def test_the_table_says_what_is_printed(who: str, what: str, year: Year) -> None:
    cells = show(year, "averages").table.cells
    (row,) = cells[cells["组别"].eq(who) & cells["范围"].eq(what) & cells["年度"].eq("2021")].to_dict("records")
    assert tuple(row[name] for name in ("单位数", "平均分", "比上年", "同比增长")) == PRINTED[who, what]


def test_of_one_group_only_that_is_told(year: Year) -> None:
    shown = show(year, "averages", "department")
    assert shown.sentences == (
        "市直部门 45 个单位，2021 年平均 86.06 分，比 2020 年的 76.97 分升 9.09 分（+11.81%）。",
    )
    assert set(shown.table.cells["组别"]) == {"市直部门"} and "县" not in shown.chart.title + drawn_words(shown.chart)


def test_lines_that_end_together_are_named_apart(tied: Assessment) -> None:
    """All of the first group are in the best grade, so both lines are one."""
    shown = show(tied.latest, "averages")
    first, *_ = shown.chart.figure.axes
    shown.chart.png()
    all_units, best = (
        next(text for text in first.texts if text.get_text() == name).get_window_extent() for name in ("全部", "优秀")
    )
    assert all_units.y1 <= best.y0
    assert shown.sentences[-1].startswith("west组只有 1 个单位，2031 年 71.50 分，比 2030 年的 70.00 分升 1.50 分")


@pytest.mark.parametrize("before", [0.0, -1.0])
def test_there_is_no_growth_on_a_base_that_is_not_above_nothing(before: float) -> None:
    """From an average of 0 or −1 to 50: the change in points stands, nothing is said of per cent, anywhere."""
    city = graded_city({2030: (BEST_FROM_90, {"a": 0, "b": 0}), 2031: (BEST_FROM_90, {"a": 40, "b": 60})})
    if before:
        city["years"][2030]["adjustments"] = [{"unit_id": unit, "kind": "deduction", "points": 1} for unit in "ab"]
    pair = Assessment(load_city(city)).pair(2030, 2031)
    shown = show(pair, "averages")
    base, risen = {0.0: ("0.00", "50.00"), -1.0: ("−1.00", "51.00")}[before]
    assert shown.sentences == (
        f"east 2 个单位，2031 年平均 50.00 分，比 2030 年的 {base} 分升 {risen} 分（基数不大于 0，不算增长率）。",
    )
    assert shown.headlines[0].says[:2] == (f"比 2030 年升 {risen} 分", "2 个单位")
    assert f"east平均得分50.00分，比上年增加{risen}分。" in show(pair.year, "draft").sentences
    assert "—" not in "".join(show(pair.year, "draft").sentences)
    assert show(pair, "common_growth").sentences == ()  # nothing is printed; it ended in a traceback


def test_growth_is_promised_beside_the_dots_only_where_it_is(year: Year) -> None:
    assert "，点旁为同比增长（带 * 的，两年单位不同）；" in show(year, "averages").chart.subtitle
    below_0 = {2030: (BEST_FROM_90, {"a": 0, "b": 0}), 2031: (BEST_FROM_90, {"a": 95, "b": 50})}
    chart = show(Assessment(load_city(graded_city(below_0))).latest, "averages").chart
    assert chart.subtitle == "各组全部单位与优秀单位的平均分；纵轴不从零起"


def test_an_axis_spans_two_points_at_least() -> None:
    """A hundredth more, 75.00 and 75.01, is not drawn as a climb."""
    city = graded_city({2030: (BEST_FROM_90, {"a": 80, "b": 70}), 2031: (BEST_FROM_90, {"a": 80.02, "b": 70})})
    (ax,) = show(Assessment(load_city(city)).latest, "averages").chart.figure.axes
    low, high = ax.get_ylim()
    assert high - low == pytest.approx(2) and (low + high) / 2 == pytest.approx(75.005)


def test_a_printed_change_that_is_not_that_of_the_printed_averages_is_told(tmp_path: Path) -> None:
    """80.00 and 82.00 are printed, with 2.10 between them; the growth of 2.50% is right."""
    shown = open_assessment(write_print_only(tmp_path / "data", 2031, 2032)).year(2032).show("averages")
    assert shown.sentences[0].endswith(
        "升 2.10 分（+2.50%），两年单位不同，1 进 0 出；印出的增减与印出的平均分不符（算得 +2.00），见通报核对。"
    )
    assert "印出的升降与平均分不符" in shown.headlines[0].says


def test_of_changes_that_agree_nothing_is_told(year: Year) -> None:
    assert not any("不符" in each for each in show(year, "averages").sentences)


def test_averages_are_told_of_a_year_that_names_nobody(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    published, scheme = (data / folder / "2032.yml" for folder in ("published", "schemes"))
    told, rules = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (published, scheme))
    told["lists"] = []
    rules["groups"] = {key: group | {"units": "unknown"} for key, group in rules["groups"].items()}
    for path, content in ((published, told), (scheme, rules)):
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    city = open_assessment(data)
    for shown in (city.year(2032).show("averages"), city.pair(2031, 2032).show("averages")):
        assert shown.sentences[0].startswith("乡镇 2032 年平均 82.00 分，比 2031 年的 80.00 分升 2.10 分")
