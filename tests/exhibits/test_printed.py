"""What print says is shown as printed, and what it does not say is said to be unknown."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.print_only import TABLE, write_print_only, write_some_results

from analysis import open_assessment
from analysis.assessment import Assessment, Year


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return open_assessment(write_print_only(tmp_path_factory.mktemp("towns") / "data"))


def test_lists_stand_as_printed(towns: Assessment) -> None:
    table = towns.year(2032).show("printed_lists").table
    assert table.cells[["组别", "等次", "单位数", "单位名单"]].to_numpy().tolist() == [
        ["乡镇", "A级", "2", "东乡镇、西乡镇"], ["乡镇", "B级", "1", "南乡镇"],
        ["街道", "A级", "1", "二街道"], ["街道", "B级", "1", "一街道"],
    ]  # fmt: skip


def test_results_stand_as_printed_with_what_became_of_their_check(towns: Assessment) -> None:
    shown = towns.year(2033).show("printed_results")
    cells = [row for each in shown.values() for row in each.table.cells.to_numpy().tolist()]
    assert [tuple(row[:4]) for row in cells] == TABLE
    assert {row[4] for row in cells} == {"一致"}
    assert shown["town"].sentences == ("乡镇：通报公布4个单位的总分、名次、等次，其中核对结论为一致的4个。",)


@pytest.mark.parametrize(
    ("year", "held", "can", "not_told"),
    [
        (2031, "2031年度通报公布各单位的等次、各组的平均分，未公布各单位得分和名次", "连续A级的单位", "两年之间"),
        (2033, "2033年度通报公布各单位的等次、各单位得分和名次，未公布各组的平均分", "两年之间", "平均分及其"),
    ],
)
def test_a_reader_of_print_alone_is_told_what_can_be_known(
    towns: Assessment, year: int, held: str, can: str, not_told: str
) -> None:
    printed, known, unknown = towns.year(year).show("print_only").sentences
    assert held in printed and can in known and not_told not in known
    assert "各单位失分的指标" in unknown and "距A级线的分数" in unknown


def test_of_a_year_with_marks_nothing_of_the_kind_is_told(year: Year) -> None:
    assert year.show("print_only").sentences == ()


def test_a_table_of_some_units_says_what_it_has_of_a_group(tmp_path: Path) -> None:
    """Three townships with totals alone; nothing of streets."""
    shown = open_assessment(write_some_results(tmp_path / "data")).year(2033).show("printed_results")
    assert shown["town"].sentences[0].startswith("乡镇：通报公布3个单位的总分，")
    assert list(shown["town"].table.cells) == ["单位", "总分", "核对"]
    assert str(shown["street"].prose) == shown["street"].absent == "街道：通报没有公布得分和名次。"
