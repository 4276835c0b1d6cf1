"""Units followed from year to year, and grades counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given
from tests.made_up import graded_city, load_city

from analysis.assessment import Assessment, Pair
from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import check_succession
from analysis.methods.grades import align_grades, compare_units, count_grades, link_grades
from analysis.scoring.examples import example_city, small_scheme


def _year(rows: list[tuple[str, float, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit_id", "total", "rank", "grade"]).assign(
        group="g", name=lambda frame: frame["unit_id"] + "局"
    )


def test_units_are_followed_from_year_to_year() -> None:
    base = _year([("a", 90, 1, "excellent"), ("b", 80, 2, "good"), ("c", 70, 3, "good"), ("d", 60, 4, "good")])
    now = _year([("e", 99, 1, "excellent"), ("b", 95, 2, "excellent"), ("a", 85, 3, "good"), ("c", 80, 4, "good")])
    units = compare_units(base, now, ["excellent", "good"]).set_index("unit_id")
    assert units["movement"].to_dict() == {"e": "entered", "b": "rose", "a": "fell", "c": "stayed", "d": "left"}
    assert units.loc["b", "rank_change"] == 0  # second both times, because e came in above
    assert units.loc["b", "common_rank_change"] == 1  # first of the three units of both years
    assert units.loc["c", "rank_change"] == -1
    assert units.loc["c", "common_rank_change"] == 0
    assert units.loc["a", "total_change"] == -5
    assert units.loc["d", "name"] == "d局"


def test_grades_are_counted_by_group_and_together() -> None:
    scores = pd.concat(
        [
            _year([("a", 90, 1, "excellent"), ("b", 80, 2, "good"), ("c", 70, 3, "good")]),
            _year([("d", 1, 1, "good")]).assign(group="h"),
        ]
    ).assign(year=2030)
    counts = count_grades(scores).set_index(["group", "grade"])
    assert counts.loc[("g", "good"), "units"] == 2
    assert counts.loc[("g", "good"), "share"] == pytest.approx(2 / 3)
    assert counts.loc[("all", "good"), "units"] == 3


TOTALS = {"a": 95.0, "b": 85.0, "c": 65.0}
THREE = [{"id": "top", "name": "优秀", "line": 90}, {"id": "good", "name": "良好", "line": 80}]
THREE += [{"id": "rest", "name": "一般"}]
RENAMED = [{**grade, "id": f"{grade['id']}_new"} for grade in THREE]


def _pair(*years: tuple[int, list[dict[str, Any]], dict[str, float]]) -> Pair:
    city = Assessment(load_city(graded_city({year: (grades, totals) for year, grades, totals in years})))
    return city.pair(city.years[0], city.years[-1])


def _moves(pair: Pair) -> dict[str, str]:
    return pair.movement.set_index("unit_id")["movement"].to_dict()


def test_a_dropped_grade_makes_nobody_rise() -> None:
    now = {"a": 70.0, "b": 75.0, "c": 99.0}
    pair = _pair((2023, THREE, TOTALS), (2024, [THREE[0], THREE[2]], now))
    assert _moves(pair) == {"a": "fell", "b": "incomparable", "c": "rose"}


def test_renamed_grades_compare_only_if_it_is_said_what_they_were() -> None:
    assert set(_moves(_pair((2023, THREE, TOTALS), (2024, RENAMED, TOTALS))).values()) == {"incomparable"}
    linked = [{**grade, "formerly": [old["id"]]} for grade, old in zip(RENAMED, THREE, strict=True)]
    assert set(_moves(_pair((2023, THREE, TOTALS), (2024, linked, TOTALS))).values()) == {"stayed"}


def test_the_parts_of_a_grade_that_is_split_compare_only_if_one_is_said_to_be_it() -> None:
    two = [{"id": "good_a", "name": "良好甲", "line": 84}, {"id": "good_b", "name": "良好乙", "line": 80}]
    split, now = [THREE[0], *two, THREE[2]], {"a": 95.0, "b": 85.0, "c": 81.0}
    assert _moves(_pair((2023, THREE, TOTALS), (2024, split, now))) == {"a": "stayed", "b": "incomparable", "c": "rose"}
    split[2] = {**two[1], "formerly": ["good"]}
    assert _moves(_pair((2023, THREE, TOTALS), (2024, split, now)))["b"] == "rose"


def test_merged_grades_are_one_now() -> None:
    merged = [{**THREE[0], "line": 80, "formerly": ["top", "good"]}, THREE[2]]
    assert _moves(_pair((2023, THREE, TOTALS), (2024, merged, {"a": 95.0, "b": 85.0, "c": 85.0}))) == {
        "a": "stayed",
        "b": "stayed",
        "c": "rose",
    }


def test_grades_are_followed_through_every_scheme_between_with_marks_or_without() -> None:
    linked = [{**grade, "formerly": [old["id"]]} for grade, old in zip(RENAMED, THREE, strict=True)]
    back = [{**grade, "formerly": [old["id"]]} for grade, old in zip(THREE, RENAMED, strict=True)]
    pair = _pair((2021, THREE, TOTALS), (2023, linked, {}), (2025, back, TOTALS))
    assert set(_moves(pair).values()) == {"stayed"}
    dropped = [linked[0], linked[2]]
    back = [back[0], {**back[1], "formerly": []}, back[2]]
    pair = _pair((2021, THREE, TOTALS), (2023, dropped, {}), (2025, back, TOTALS))
    assert _moves(pair) == {"a": "stayed", "b": "incomparable", "c": "stayed"}


GRADES = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)


@given(st.lists(GRADES, min_size=1, max_size=4), st.data())
def test_links_are_what_following_each_grade_by_hand_gives(schemes: list[list[str]], drawn: st.DataObject) -> None:
    """Each scheme, best first, and what each of its grades was before: drawn, in order and each only once."""
    years: list[dict[str, list[str] | None]] = [dict.fromkeys(schemes[0])]
    for before, now in pairwise(schemes):
        ends = sorted(drawn.draw(st.integers(0, len(before))) for _ in now)
        years.append({grade: before[start:end] for grade, start, end in zip(now, [0, *ends], ends, strict=False)})
    city = _chain(years)
    assert not list(check_succession(facts.scheme for facts in city.years.values()))
    expected: dict[str, str] = {}
    for grade in schemes[0]:
        now: str | None = grade
        for formerly in years[1:]:
            now = next((each for each, were in formerly.items() if were is not None and now in were), None)
        if now is not None:
            expected[grade] = now
    assert link_grades(city, 2000) == expected
    aligned = align_grades(city, 2000)
    assert len(set(aligned.values())) == len(schemes[0])  # no two grades of a year become one
    assert all(expected.get(grade) == shown for grade, shown in aligned.items() if "@" not in shown)


def _chain(years: list[dict[str, list[str] | None]]) -> Dataset:
    facts = {}
    for year, formerly in enumerate(years, 2000):
        grades = [
            {"id": grade, "name": grade, "formerly": were, "rule": {"kind": "threshold", "value": 0}}
            for grade, were in formerly.items()
        ]
        grades[-1]["rule"] = {"kind": "rest"}
        said = [grade | {"source": "", "basis": "assumed"} for grade in grades]
        facts[year] = YearFacts(year, small_scheme({}, year=year, grades=said), pd.DataFrame(), None, None)
    return replace(example_city(), years=facts)


def test_a_grade_that_is_merged_or_dropped_stands_with_its_year() -> None:
    city = _chain([dict.fromkeys("abc"), {"a": ["a", "b"], "c": None}, {"x": ["a"], "c": [], "y": ["c"]}])
    assert align_grades(city, 2000) == {"a": "a@2000", "b": "b@2000", "c": "y"}
    assert align_grades(city, 2001) == {"a": "x", "c": "y"}
