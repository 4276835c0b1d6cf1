"""Averages are told, listed and drawn as they are printed."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.exhibits.reading import drawn_words, find_overlaps
from tests.made_up import BEST_FROM_90, give_origins, graded_city, load_city, outside_city
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
    assert "空心点由通报所列增减数推得" in chart.subtitle


def test_values_stand_away_from_the_other_line_whichever_is_above() -> None:
    """The best grade of outside results goes to the few of a rule of its own, whose average is below that of all."""
    chart = show(Assessment(load_city(outside_city())).year(2031), "averages").chart
    west = {text.get_text(): text for text in chart.figure.axes[1].texts if "\n" in text.get_text()}
    assert {text: each.get_va() for text, each in west.items()} == {
        "11.33\n−19.05%": "bottom",
        "11.00\n−15.38%": "top",
    }
    assert find_overlaps(chart) == []


def test_the_heading_tells_from_where_to_where_averages_went(year: Year, pair: Pair) -> None:
    """79.22 less the printed 5.61, and 76.97 less 13.13, are the averages of 2019."""
    ends = "县（市、区）政府平均分由{}分提高到89.74分，市直部门平均分由{}分提高到86.06分"
    assert show(year, "averages").finding == f"2019年以来，{ends.format('73.61', '63.84')}"
    assert show(pair, "averages").finding == f"2020年以来，{ends.format('79.22', '76.97')}"


def test_the_heading_tells_the_last_change_where_years_cannot_be_compared(copied_data: Path) -> None:
    """Marks of the office beside reconstructed ones, and no average of the counties is printed for the latter."""
    path = copied_data / "published/2020.yml"
    printed, figure = path.read_text(encoding="utf-8"), "{{measure: {}, group: county, of: all, value"
    path.write_text(printed.replace(figure.format("average"), figure.format("total_max")), encoding="utf-8")
    shown = (
        open_assessment(give_origins(copied_data, {2020: "reconstructed", 2021: "official"}))
        .year(2021)
        .show("averages")
    )
    assert shown.finding == shown.chart.title == "2021年平均分：县（市、区）政府89.74分，市直部门提高9.09分"
    assert [name for name, _ in shown.headlines[0].trend] == ["2021年"] and shown.headlines[0].line == []


def test_a_run_of_averages_ends_where_one_is_missing() -> None:
    city = graded_city({year: (BEST_FROM_90, {"a": 60.0 + year % 10, "b": 70}) for year in (2028, 2030, 2031)})
    shown = show(Assessment(load_city(city)).latest, "averages")
    assert shown.finding == "2028年以来，east平均分由69.00分下降到65.50分"  # 2030 is compared with 2028
    assert [name for name, _ in shown.headlines[0].trend] == ["2028年", "2030年", "2031年"]
    assert [value for _, value in shown.headlines[0].trend] == pytest.approx([69.0, 65.0, 65.5])


def test_of_many_years_only_the_ends_are_labelled() -> None:
    """Fifteen averages in each line: 60 and 74 at the ends of all units; no label stands on another or on a dot."""
    years = {year: (BEST_FROM_90, {"a": year - 1970.0, "b": 95.0}) for year in range(2030, 2045)}
    chart = show(Assessment(load_city(graded_city(years))).latest, "averages").chart
    (ax,) = chart.figure.axes
    chart.png()
    assert {text.get_text() for text in ax.texts} == {"77.50", "95.00", "全部 84.50", "优秀 95.00"}
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]
    dots = ax.transData.transform(np.vstack([line.get_xydata() for line in ax.lines]))
    assert not [1 for box in boxes for x, y in dots if box.contains(x, y)]


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
    assert shown.sentences == ("市直部门45个单位，2021年平均86.06分，比2020年的76.97分提高9.09分（增长11.81%）。",)
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
    assert shown.sentences[-1].startswith("west组只有1个单位，2031年71.50分，比2030年的70.00分提高1.50分")


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
        f"east2个单位，2031年平均50.00分，比2030年的{base}分提高{risen}分（基数不大于0，不计算增长率）。",
    )
    assert shown.headlines[0].says == (f"比2030年提高{risen}分", "2个单位")
    assert f"east平均得分为50.00分，较去年增加了{risen}分。" in show(pair.year, "draft").sentences
    assert "—" not in "".join(show(pair.year, "draft").sentences)
    assert show(pair, "common_growth").sentences == ()  # nothing is printed; it ended in a traceback


def test_growth_is_promised_beside_the_dots_only_where_it_is(year: Year) -> None:
    assert "，数值下方为同比增长（带*的，两年单位不同）；" in show(year, "averages").chart.subtitle
    below_0 = {2030: (BEST_FROM_90, {"a": 0, "b": 0}), 2031: (BEST_FROM_90, {"a": 95, "b": 50})}
    chart = show(Assessment(load_city(graded_city(below_0))).latest, "averages").chart
    assert chart.subtitle == "各组全部单位和优秀单位的平均分（分）；纵轴不从零起"


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
        "提高2.10分（增长2.50%），两年单位不同，新增1个；通报所列增减与通报所列平均分不符（核算为+2.00），见通报核对。"
    )
    assert "通报所列增减与平均分不符" in shown.headlines[0].says


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
        assert shown.sentences[0].startswith("乡镇2032年平均82.00分，比2031年的80.00分提高2.10分")
