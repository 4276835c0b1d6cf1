"""Averages, grades and ceilings by year, and whether a rule lets a grade become more frequent."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.exhibits.test_all_years import three_years
from tests.made_up import BEST_FROM_90, City, graded_city, load_city
from tests.print_only import write_print_only

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.theme import PAPER


def _show(city: City) -> Any:
    return show(Assessment(load_city(city)).year(max(city["years"])), "by_year")


def test_every_year_has_its_average_grades_and_rule() -> None:
    shown = _show(three_years())
    assert shown.table.cells.to_numpy().tolist() == [
        ["east", "2030", "3", "85.00", "—", "1", "2", "33.3%", "按分数线", "—", "—"],
        ["east", "2031", "3", "90.00", "+5.00", "2", "1", "66.7%", "按分数线", "—", "—"],
        ["east", "2032", "4", "86.50", "−3.50", "2", "2", "50.0%", "按分数线", "—", "—"],
    ]
    assert shown.sentences == ("2030—2032年优秀按分数线评定，占比可随得分升降：east由2030年的33.3%到2032年的50.0%。",)
    assert shown.chart.title == "2030年到2032年优秀占比：east由33.3%到50.0%"


@pytest.mark.parametrize(("kind", "value", "told"), [("count", 1, "按数目"), ("share", 0.4, "按比例")])
def test_a_rule_by_count_or_share_cannot_give_more(kind: str, value: float, told: str) -> None:
    city = three_years()
    for year in (2030, 2031):
        rule = {"kind": kind, "value": value}
        city["years"][year] = deepcopy(city["years"][year])
        city["years"][year]["scheme"]["grades"][0]["rule"] = rule
    shown = _show(city)
    assert shown.sentences == (
        f"2030、2031年优秀{told}评定，占比由办法规定，不随得分普遍提高而增加。",
        "2032年优秀按分数线评定，占比可随得分升降：east2032年50.0%。",
    )
    dots = [line for line in shown.chart.figure.axes[0].lines if len(line.get_xdata()) == 1]
    assert [line.get_markerfacecolor() == PAPER for line in dots] == [True, True, False]


def test_what_print_does_not_say_is_not_told(tmp_path: Path) -> None:
    """Grades of all are printed every year, averages of townships twice, marks never."""
    shown = show(Assessment(load_dataset(write_print_only(tmp_path / "data"))).year(2033), "by_year")
    cells = shown.table.cells.set_index(["组别", "年度"])
    assert cells.loc[("乡镇", "2032"), ["平均分", "增减", "A级占比", "最高档占比"]].tolist() == [
        "82.00", "+2.00", "50.0%", "—",
    ]  # fmt: skip
    assert cells.at[("街道", "2031"), "平均分"] == "—"
    assert "虚线" not in shown.chart.subtitle and "最高一级" not in "".join(shown.sentences)


def test_the_demonstration_city_is_told_by_its_rules(demonstration: Assessment) -> None:
    shown = show(demonstration.latest, "by_year")
    assert shown.sentences[0].startswith("2031—2040、2043—2045年优秀按数目、按比例评定")
    assert shown.sentences[1].startswith("2041、2042年优秀按分数线评定")
    frame = shown.frame.set_index(["group", "year"])
    for year in (2031, 2041, 2045):
        scores = demonstration.year(year).scores
        for group, own in scores.groupby("group"):
            row = frame.loc[group, year]
            assert row["average"] == pytest.approx(own["total"].sum() / len(own))
            assert row["best"] == pytest.approx(sum(own["grade"] == "excellent") / len(own))
            assert row["of_excellent"] == sum(own["grade"] == "excellent")
    fair = shown.table.cells.set_index(["组别", "年度"])["一般"]
    given = {year for year in demonstration.years if "fair" in demonstration.year(year).scheme.grade_names}
    assert {int(year) for (_, year), units in fair.items() if units != "—"} == given == {*range(2036, 2043)}
    assert fair[fair.ne("—")].astype(int).sum() == sum(
        (demonstration.year(year).scores["grade"] == "fair").sum() for year in demonstration.years
    )


def test_one_year_has_a_table_and_no_chart() -> None:
    city = graded_city({2030: (BEST_FROM_90, {"a": 95.0, "b": 85.0})})
    shown = _show(city)
    assert shown.chart is None and len(shown.table.cells) == 1
