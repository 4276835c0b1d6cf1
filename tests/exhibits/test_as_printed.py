"""What is printed of units stands as printed, in one table, and the heading says what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tests.print_only import write_print_only, write_some_results

from analysis import open_assessment
from analysis.assessment import Assessment
from analysis.exhibits.live import draw_live


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return open_assessment(write_print_only(tmp_path_factory.mktemp("towns") / "data"))


def test_the_table_has_the_results_and_a_column_a_year(towns: Assessment) -> None:
    table = towns.year(2033).show("grade_history").table
    assert list(table.cells) == ["单位", "组别", "名次", "总分", "2031年等次", "2032年等次", "2033年等次", "核对"]
    assert table.cells.set_index("单位").drop(columns="组别").T.to_dict("list") == {
        "西乡镇": ["1", "90.50", "B级", "A级", "A级", "一致"], "东乡镇": ["2", "88.00", "A级", "A级", "A级", "一致"],
        "南乡镇": ["3", "80.00", "C级", "B级", "B级", "一致"], "北乡镇": ["4", "70.00", "未参加", "C级", "C级", "一致"],
        "一街道": ["1", "92.00", "A级", "B级", "A级", "一致"], "二街道": ["2", "85.00", "B级", "A级", "B级", "一致"],
    }  # fmt: skip
    assert table.units == ["xx", "dx", "nx", "bx", "s1", "s2"]  # so that a page links and finds them


def test_where_lists_alone_are_printed_there_are_grades_alone(towns: Assessment) -> None:
    shown = towns.year(2032).show("grade_history")
    assert list(shown.table.cells) == ["单位", "组别", "2031年等次", "2032年等次"]
    assert shown.chart is None and shown.sentences == ()


@pytest.mark.parametrize(
    ("year", "found"),
    [
        (2031, "2031年度通报公布5个单位的等次（A级2个、B级2个、C级1个），未公布总分、名次"),
        (2033, "2033年度通报公布6个单位的总分、名次、等次（A级3个、B级2个、C级1个）"),
    ],
)
def test_the_heading_says_what_is_printed_and_what_is_not(towns: Assessment, year: int, found: str) -> None:
    assert towns.year(year).show("grade_history").finding == found


def test_a_table_of_some_units_is_told_as_that(tmp_path: Path) -> None:
    """Three townships with totals alone; nothing of streets, nor a grade."""
    shown = open_assessment(write_some_results(tmp_path / "data")).year(2033).show("grade_history")
    assert shown.finding == "2033年度通报公布3个单位的总分，未公布名次、等次"
    assert shown.chart.title == "2033年度通报总分首尾相差：乡镇10.50分"
    assert shown.sentences == ("各单位总分、名次和等次的核对结论：无法核对3个（仅以通报自身的数据核对）。",)


def test_nothing_printed_is_told_as_nothing(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2033)
    (data / "published/2033.csv").unlink()
    text = (data / "published/2033.yml").read_text(encoding="utf-8")
    (data / "published/2033.yml").write_text(text.replace("table:\n  section: 附件\n", ""), encoding="utf-8")
    shown = open_assessment(data).year(2033).show("grade_history")
    assert shown.finding == "2033年度通报没有公布各单位结果" and shown.chart is None


def test_every_dot_tells_of_its_unit(towns: Assessment) -> None:
    chart = towns.year(2033).show("grade_history").chart
    assert chart.title == "2033年度通报总分首尾相差：乡镇20.50分、街道7.00分"
    drawn = BeautifulSoup(draw_live(chart.figure, chart.alt), "html.parser")
    told = {each["data-unit"]: each.title.get_text() for each in drawn.select("[data-unit]") if each.title}
    assert told["xx"] == "西乡镇：90.50分，第1名" and len(told) == 6
    assert len(drawn.select("[data-unit]")) == 12  # dots and names
    town, street = chart.figure.axes
    assert [line.get_xdata()[0] for line in town.lines] == [90.5, 88.0, 80.0, 70.0]
    assert [line.get_xdata()[0] for line in street.lines] == [92.0, 85.0]


@pytest.mark.parametrize(
    ("year", "unit", "found"),
    [
        (2033, "dx", "东乡镇2033年度等次为A级，第2名，总分88.00分，至少连续3年A级"),
        (2033, "xx", "西乡镇2033年度等次为A级，第1名，总分90.50分，连续2年A级"),
        (2032, "nx", "南乡镇2032年度等次为B级"),
    ],
)
def test_one_unit_is_told_in_one_sentence(towns: Assessment, year: int, unit: str, found: str) -> None:
    shown = towns.year(year).show("unit_printed", unit=unit)
    assert shown.finding == found and shown.sentences == (f"{found}。",)


def test_a_unit_of_which_nothing_is_printed_is_told_so(tmp_path: Path) -> None:
    year = open_assessment(write_some_results(tmp_path / "data")).year(2033)
    assert year.show("unit_printed", unit="s1").finding == "一街道2033年度未公布结果"


def test_where_there_are_marks_results_are_not_those_of_print(shipped: Assessment) -> None:
    shown = shipped.year(2021).show("grade_history")
    assert str(shown.prose) == shown.finding == "2021年度有评分，各单位结果见得分页。"
