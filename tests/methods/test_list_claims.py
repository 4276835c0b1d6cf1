"""Printed lists of a circular without marks."""

from __future__ import annotations

from typing import Any

import pytest
from tests.print_alone import BOTH, BUREAUS, COUNTIES, SAID, audit_circular

BEST, GOOD = BOTH


def _contradicted(lists: list[Any], figures: Any = (), **clauses: Any) -> dict[str, str]:
    audit = audit_circular(figures, lists, **clauses)
    return audit.loc[audit["verdict"].eq("contradicted"), "reason"].to_dict()


def test_who_is_missing_where_nobody_has_the_grade_without_list() -> None:
    """“没有良好单位”, as a count or as a list of nobody; or so many that three lists names leave one."""
    three = ("graded", "county", "best", COUNTIES[:3])
    for lists, figures in (([three], [("grade_units", "county", "good", "0")]), ([three, (*GOOD[:3], [])], [])):
        (claim,) = _contradicted(lists, figures)
        assert claim == "2032-membership-county-all"
    assert [*_contradicted([three], [("grade_units", "county", "good", "2")])] == ["2032-unlisted_units-county-good"]
    assert not _contradicted([three], [("grade_units", "county", "good", "1")])
    assert not _contradicted([three])


@pytest.mark.parametrize("names", [[], COUNTIES[2:3]])
def test_all_others_are_counted(names: list[str]) -> None:
    """“其余2个为良好”, or 白塔县等2个."""
    rest = {"list": "graded", "group": "county", "of": "good", "names": names, "complete": False}
    for count, verdict in (("2", "exact"), ("1", "contradicted")):
        audit = audit_circular([("grade_units", "county", "good", count)], [BEST, rest])
        assert audit.at["2032-unlisted_units-county-good", "verdict"] == verdict
        assert audit.at["2032-membership-county-all", "verdict"] == "exact"


def test_a_list_is_as_long_as_it_is_said_to_be() -> None:
    audit = audit_circular([("grade_units", "county", "best", "3")], [BEST])
    assert audit.at["2032-list_length_grade_units-county-best", "verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("again", "reason"),
    [
        (COUNTIES[:2], ""),
        ([COUNTIES[0], COUNTIES[3]], f"少列：{COUNTIES[1]}；多列：{COUNTIES[3]}"),
        (COUNTIES[:1], f"少列：{COUNTIES[1]}"),
    ],
)
def test_a_list_that_is_printed_twice_is_counted_once(again: list[str], reason: str) -> None:
    audit = audit_circular([("grade_units", "county", "best", "2")], [*BOTH, (*BEST[:3], again)])
    assert audit.at["2032-list_length_grade_units-county-best", "verdict"] == "exact"
    assert audit.at["2032-membership-county-all", "verdict"] == "exact"
    wrong = audit[audit["verdict"].eq("contradicted")]
    assert len(wrong) == bool(reason)
    assert all(claim.startswith("2032-repeated_list-graded-") for claim in wrong.index)


def test_names_in_two_places_are_one_list_if_they_are_others() -> None:
    (first, *others) = COUNTIES[:3]
    lists = [("graded", "county", "best", [first]), ("graded", "county", "best", others),
             ("graded", "county", "good", COUNTIES[3:])]  # fmt: skip
    assert not _contradicted(lists, [("grade_units", "county", "best", "3")])


def test_a_ranking_keeps_the_order_of_grades() -> None:
    swapped = ("ranked", "county", "all", [COUNTIES[0], COUNTIES[2], COUNTIES[1], COUNTIES[3]])
    assert [*_contradicted([*BOTH, swapped])] == ["2032-ranking-county-all"]
    assert not _contradicted([*BOTH, swapped], veto={"bars": ["best"], **SAID})  # who is vetoed may come first
    assert not _contradicted([*BOTH, ("ranked", "county", "all", COUNTIES)])


def test_names_of_another_group_in_an_open_list_of_all_do_not_count() -> None:
    mixed = {"list": "graded", "of": "best", "names": [COUNTIES[0], *BUREAUS], "complete": False}
    assert not _contradicted([mixed], [("unit_count", "county", "all", "4"), ("grade_units", "county", "best", "1")])
    few = _contradicted([{**mixed, "names": COUNTIES[:3]}], [("grade_units", "county", "best", "1")])
    assert [*few] == ["2032-open_list_length-county-best"]


def test_a_list_of_all_and_a_list_of_a_group_go_together() -> None:
    """Not a word of a group above the counties' lists: the bureaus are not missing in them."""
    lists = [("graded", "all", of, names) for _, _, of, names in BOTH]
    lists += [("graded", "bureau", "best", BUREAUS[:2]), ("graded", "bureau", "good", BUREAUS[2:])]
    assert [*_contradicted(lists, [("grade_units", "bureau", "best", "3")])] == [
        "2032-list_length_grade_units-bureau-best"
    ]
