"""Units followed from list to list: what is certain is written, the rest is left open and told."""

from __future__ import annotations

from tests.begun import COUNTIES, OFFICES, circular, complete, graded

from analysis.exchange.beginnings.lineage import Lineage, trace
from analysis.exchange.beginnings.membership import list_members
from analysis.exchange.beginnings.naming import join
from analysis.exchange.beginnings.read import ReadCircular


def follow(*sources: ReadCircular, **pairs: str) -> Lineage:
    members = list_members(sources)
    names = {year: own.groups for year, own in members.items()}
    return trace(sources, members, join(names, pairs))


def tell(lineage: Lineage) -> list[tuple[str, str, str]]:
    return [(row["year"], row["event"], row["name"]) for row in lineage.events]


def test_ids_go_by_group_and_first_appearance() -> None:
    first, second = complete(2021), complete(2022, counties=["丁县人民政府", *COUNTIES])
    alone, both = follow(first).ids, follow(first, second).ids
    assert list(alone.items()) == [(name, f"u00{place}") for place, name in enumerate([*COUNTIES, *OFFICES], 1)]
    assert both == {**alone, "丁县人民政府": "u007"}


def test_who_comes_and_who_goes() -> None:
    more = complete(2022, counties=[*COUNTIES, "丁县人民政府"])
    assert tell(follow(complete(2021), more)) == [("2022", "enters", "丁县人民政府")]
    assert tell(follow(more, complete(2023))) == [("2023", "leaves", "丁县人民政府")]
    assert tell(follow(more, complete(2023), complete(2024, counties=[*COUNTIES, "丁县人民政府"]))) == [
        ("2023", "leaves", "丁县人民政府"),
        ("2024", "enters", "丁县人民政府"),
    ]


def test_who_comes_when_another_goes_may_be_the_same() -> None:
    renamed = complete(2022, counties=["甲县政府", *COUNTIES[1:]], offices=[*OFFICES, "市司法局"])
    rows = {row["name"]: row["source"] for row in follow(complete(2021), renamed).events}
    assert rows["甲县政府"].startswith("待定")
    assert rows["甲县人民政府"].startswith("待定")
    assert not rows["市司法局"].startswith("待定")  # of the other group nobody has gone


def test_a_name_that_is_said_to_be_the_same() -> None:
    renamed = complete(2022, counties=["甲县政府", *COUNTIES[1:]])
    lineage = follow(complete(2021), renamed, complete(2023), **{"甲县政府": "甲县人民政府"})
    assert tell(lineage) == [("2022", "renamed", "甲县政府"), ("2023", "renamed", "甲县人民政府")]
    assert len(lineage.units) == 6


def test_open_lists_say_nothing_of_who_is_not_in_them() -> None:
    open_ = circular(
        2022, graded("excellent", ["甲县人民政府"], "county"), graded("excellent", ["市公安局"], "department")
    )
    lineage = follow(complete(2021), open_)
    assert not lineage.events
    assert lineage.unsettled[2022] == [*COUNTIES[1:], *OFFICES[1:]]
    assert len(lineage.groups[2022]) == 6


def test_a_unit_listed_in_another_group() -> None:
    moved = complete(2022, counties=COUNTIES[:2], offices=[*OFFICES, COUNTIES[2]])
    lineage = follow(complete(2021), moved)
    assert tell(lineage) == [("2022", "regrouped", COUNTIES[2])]
    assert lineage.events[0]["group"] == "department"
