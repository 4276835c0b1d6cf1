"""Who is named in a year, in which group, and whether these are all."""

from __future__ import annotations

from typing import Any

import pytest
from tests.begun import circular, complete, figure, graded

from analysis.exchange.beginnings.membership import ALL, UNGROUPED, list_members, write_groups


def test_complete_lists_name_everybody() -> None:
    members = list_members([complete(2021)])[2021]
    assert list(members.groups.values()) == ["county"] * 3 + ["department"] * 3
    assert not members.open
    assert not members.derived


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ([graded("excellent", ["甲"])], "只列了一个等次"),
        ([graded("excellent", ["甲"]), graded("good", [], complete=False)], "没有全部列名"),
        ([graded("excellent", ["甲"], complete=False), graded("good", ["乙"])], "没有全部列名"),
        ([graded("excellent", ["甲"]), graded("good", ["乙"]), figure("grade_units", "2", of="good")], "不合"),
        ([graded("excellent", ["甲"]), graded("good", ["乙"]), figure("unit_count", "3")], "印作3个单位"),
        ([graded("excellent", ["甲"]), graded("good", ["乙"]), figure("grade_units", "4", of="fair")], "不合"),
        ([figure("average", "80")], "没有列名"),
    ],
)
def test_lists_that_leave_somebody_out(printed: list[dict[str, Any]], why: str) -> None:
    assert why in list_members([circular(2021, *printed)])[2021].open[ALL]


@pytest.mark.parametrize("proof", [figure("unit_count", "1"), figure("grade_share", "100%", of="excellent")])
def test_one_list_may_be_all(proof: dict[str, Any]) -> None:
    assert not list_members([circular(2021, graded("excellent", ["甲"]), proof)])[2021].open


def test_a_group_that_is_not_printed_is_that_of_another_year() -> None:
    flat = circular(2022, graded("excellent", ["甲县人民政府", "新来的局"]), graded("good", ["市公安局"]))
    members = list_members([complete(2021), flat])[2022]
    assert members.groups == {"甲县人民政府": "county", "新来的局": UNGROUPED, "市公安局": "department"}
    assert members.derived == {"甲县人民政府", "市公安局", "新来的局"}


def test_a_name_in_no_graded_list_is_no_unit_where_these_are_complete() -> None:
    named = {"list": "newly", "of": "excellent", "names": ["甲县", "市公安局"], "section": "三"}
    whole, source = list_members([complete(2021)])[2021], complete(2021)
    source.draft.lists.append(named)
    members = list_members([source])[2021]
    assert members.groups == whole.groups
    assert members.strangers == ("甲县",)


def test_a_name_in_no_graded_list_is_a_unit_where_these_are_open() -> None:
    named = {"list": "newly", "of": "excellent", "names": ["丁", "甲县"], "section": "三"}
    members = list_members([circular(2021, graded("excellent", ["甲县人民政府"]), named)])[2021]
    assert list(members.groups) == ["甲县人民政府", "丁"]
    assert members.strangers == ("甲县",)


def test_a_name_without_a_group_is_in_that_of_the_others_in_its_lists() -> None:
    flat = circular(2022, graded("excellent", ["市公安局", "市财政局"]), graded("good", ["新来的局"]))
    members = list_members([complete(2021), flat])[2022]
    assert members.groups["新来的局"] == "department"
    assert members.beside == {"新来的局"}


def test_few_names_with_a_group_do_not_tell_that_of_the_others() -> None:
    flat = circular(2022, graded("excellent", ["市公安局"]), graded("good", ["新来的局", "又一个局"]))
    assert list_members([complete(2021), flat])[2022].groups["新来的局"] == UNGROUPED


def test_a_whole_that_is_printed_decides_where_a_count_of_one_grade_does_not_fit() -> None:
    lists = [graded("excellent", ["甲"]), graded("good", ["乙"]), figure("grade_units", "2", of="good")]
    assert not list_members([circular(2021, *lists, figure("unit_count", "2"))])[2021].open


def test_lists_without_a_group_are_those_of_the_group_of_their_names() -> None:
    flat = circular(
        2022,
        graded("excellent", ["市公安局"]),
        graded("good", ["市财政局", "市粮食局"]),
        figure("list_units", "1", of="excellent") | {"section": "一"},
        graded("good", ["甲县人民政府", "市公安局"]) | {"section": "二"},
    )
    written = write_groups(flat, list_members([complete(2021), flat])[2022])
    assert [each.get("group") for each in written.draft.lists] == ["department", "department", None]
    assert written.draft.figures[0]["group"] == "department"


def test_lists_of_a_folder_without_groups_stay_as_they_are() -> None:
    flat = circular(2021, graded("excellent", ["甲"]), graded("good", ["乙"]))
    assert write_groups(flat, list_members([flat])[2021]).draft == flat.draft
