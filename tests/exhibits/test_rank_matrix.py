"""Units by years: what a cell says, how it is shaded, what is told of it, and the same as a workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup
from tests.exhibits.test_all_years import three_years
from tests.made_up import load_city, merged_city
from tests.print_only import write_print_only

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.rank_matrix import list_sheets


def test_ranks_stand_where_units_are_in_the_group_and_nothing_where_not() -> None:
    (shown,) = show(Assessment(load_city(three_years())).year(2032), "rank_matrix").values()
    assert shown.table.cells.to_numpy().tolist() == [
        ["c局", "3", "2", "1", "+2"],
        ["a局", "1", "1", "2", "−1"],
        ["b局", "2", "3", "3", "−1"],
        ["d局", "", "", "4", "—"],
    ]
    assert shown.sentences == ("east：底色与背景的反差由大到小，依次为优秀、一般。",)


def test_a_unit_that_changed_its_group_is_in_each_while_it_was_there() -> None:
    east, west = show(Assessment(load_city(merged_city())).year(2033), "rank_matrix").values()
    cells = {each.group: each.table.cells.set_index("单位") for each in (east, west)}
    assert cells["east"].loc["r局"].tolist() == ["", "3", "1", "1", "—"]  # 96, 95, 93; 94, 91, 90; 95, 91, 90
    assert cells["west"].loc["r局"].tolist() == ["3", "", "", "", "—"]
    assert cells["west"].loc["s局"].tolist()[:3] == ["", "", ""] and "m局" in cells["west"].index


def test_a_cell_is_shaded_by_its_grade_and_tells_total_rank_and_grade() -> None:
    (shown,) = show(Assessment(load_city(three_years())).year(2032), "rank_matrix").values()
    page = BeautifulSoup(shown.table._repr_html_(), "html.parser")
    rows = {row.th.get_text(): row.select("td") for row in page.select("tbody tr")}
    dark, light = "var(--grade-0)", "var(--grade-3)"
    assert [dark in cell.get("style", "") for cell in rows["c局"]] == [False, True, True, False]
    assert light in rows["c局"][0]["style"] and not rows["d局"][0].get("style")
    assert rows["c局"][2]["title"] == "c局：100.00分，第1名，优秀" and not rows["d局"][0].get("title")
    assert page.table["class"] == ["shaded"]


def test_of_reconstructed_marks_no_total_is_told_of_a_unit(shipped: Assessment) -> None:
    shown = show(shipped.year(2021), "rank_matrix", "county")
    hints = shown.table.hints["2021"]
    assert hints[0] == "宝丰县人民政府：第1名，优秀" and not hints.str.contains("分").any()


def test_what_print_does_not_rank_is_told_apart_from_who_was_not_there(tmp_path: Path) -> None:
    year = Assessment(load_dataset(write_print_only(tmp_path / "data"))).year(2033)
    shown = show(year, "rank_matrix", "town")
    cells = shown.table.cells.set_index("单位")
    assert cells.loc["北乡镇"].tolist()[:3] == ["", "？", "4"]  # new in 2032, of which grades alone are printed
    assert "？为没有公布名次" in shown.table.note
    styles = shown.table.styles.set_axis(cells.index)
    assert styles.at["北乡镇", "2032"] != "" == styles.at["北乡镇", "2031"]


def test_a_workbook_has_ranks_totals_and_grades_by_year_and_all_rows() -> None:
    city = Assessment(load_city(merged_city()))
    sheets = list_sheets(city.year(2033))
    assert list(sheets) == ["历年名次", "历年总分", "历年等次", "各年结果"]
    results = city.results(city.years).set_index(["name", "year"])
    for title, column in (("历年名次", "rank"), ("历年总分", "total")):
        values = sheets[title].values.set_index("单位").drop(columns="组别")
        assert len(values) == results.index.get_level_values("name").nunique()
        for (name, year), row in results.iterrows():
            assert values.at[name, str(year)] == row[column]
        assert values.notna().to_numpy().sum() == len(results)
    assert set(pd.unique(sheets["历年等次"].cells[["2030", "2033"]].to_numpy().ravel())) == {"优秀", "一般", "—"}
    rows = sheets["各年结果"].cells
    assert len(rows) == len(results) and list(rows)[:4] == ["年度", "组别", "单位", "名次"]
    assert set(rows["评分"]) == {"正式"} and {"east组", "west组"} == set(rows["组别"])


def test_who_is_assessed_last_comes_first() -> None:
    city = Assessment(load_city(merged_city()))
    names = list(list_sheets(city.year(2033))["历年名次"].cells["单位"])
    last = len(city.year(2033).units)
    assert set(names[:last]) == set(city.year(2033).units["name"]) and set(names[last:]) == {"c局", "p局", "m局"}
