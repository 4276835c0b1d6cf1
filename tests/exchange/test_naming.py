"""Names of one unit in several circulars: proposed, and joined only where it is said."""

from __future__ import annotations

import pytest

from analysis.exchange.beginnings.naming import join, plain_form, propose, read_pairs
from analysis.problems import WorkbookError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲县人民政府", "甲县政府"),
        ("甲县人民政府", "甲县"),
        ("市旅游发展委员会", "市旅游发展委"),
        ("东山市公安局", "市公安局"),
        ("市机构编制委员会办公室", "市机构编制委办"),
        ("高新区管理委员会", "高新区管委会"),
    ],
)
def test_forms_of_one_name(one: str, other: str) -> None:
    assert plain_form(one) == plain_form(other)


@pytest.mark.parametrize(
    ("one", "other"), [("甲县人民政府", "乙县人民政府"), ("市财政局", "市司法局"), ("某市", "他市")]
)
def test_names_of_two_units(one: str, other: str) -> None:
    assert plain_form(one) != plain_form(other)


def test_who_came_and_who_went_are_paired() -> None:
    years = {
        2021: {
            "甲县人民政府": "county",
            "市税务局": "department",
            "市旅游委员会": "department",
            "市粮食局": "department",
        },
        2022: {
            "甲县政府": "county",
            "国家税务局东山分局": "department",
            "市旅游委": "department",
            "市司法局": "department",
        },
    }
    pairs = {(each.old, each.new) for each in propose(years)}
    assert pairs == {("甲县人民政府", "甲县政府"), ("市税务局", "国家税务局东山分局"), ("市旅游委员会", "市旅游委")}


@pytest.mark.parametrize(
    "years",
    [
        {2021: {"甲县": "county", "甲县政府": "county"}, 2022: {"甲县政府": "county"}},  # both in one year
        {2021: {"甲县": "county"}, 2022: {"甲县政府": "department"}},  # of two groups
        {2021: {"甲县": "county"}, 2022: {"甲县": "county"}},
    ],
)
def test_nothing_is_proposed(years: dict[int, dict[str, str]]) -> None:
    assert not propose(years)


def test_pairs_that_are_said_are_one_unit_over_the_years() -> None:
    years = {2021: {"甲": "g"}, 2022: {"乙": "g"}, 2023: {"丙": "g", "丁": "g"}}
    pairs = read_pairs(["甲=乙", "乙=丙"], years)
    assert join(years, pairs) == {"甲": "甲", "乙": "甲", "丙": "甲", "丁": "丁"}


def test_names_that_only_look_alike_are_one() -> None:
    assert join({2021: {"甲（区）": "g"}, 2022: {"甲(区)": "g"}}, {}) == {"甲（区）": "甲（区）", "甲(区)": "甲（区）"}


@pytest.mark.parametrize(
    ("said", "told"),
    [("甲", "应写成 旧名=新名"), ("甲=", "应写成 旧名=新名"), ("甲=己", "“己”在各份通报的名单中都没有")],
)
def test_pairs_that_are_none(said: str, told: str) -> None:
    with pytest.raises(WorkbookError, match=told):
        read_pairs([said], {2021: {"甲": "g"}})


def test_two_names_of_one_year_are_two_units() -> None:
    years = {2021: {"甲": "g", "乙": "g"}, 2022: {"乙": "g"}}
    with pytest.raises(WorkbookError, match="2021年度的名单中都有"):
        join(years, read_pairs(["甲=乙"], years))


def test_a_name_of_no_group_may_be_of_any() -> None:
    years = {2021: {"市城市管理局": "none"}, 2022: {"市城市管理和综合执法局": "department"}}
    assert not propose(years)
    (found,) = propose(years, loose="none")
    assert (found.old, found.new) == ("市城市管理局", "市城市管理和综合执法局")
