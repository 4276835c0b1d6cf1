"""Units followed from year to year, and grades counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given
from tests.made_up import City, draw_followed, graded_city, load_city, merged_city

from analysis.assessment import Assessment, Pair
from analysis.data.dataset import Dataset, YearFacts
from analysis.data.succession import check_succession
from analysis.methods.grades import align_grades, compare_units, count_grades, link_grades
from analysis.scoring.examples import example_city, small_scheme


def _flatten(movement: pd.DataFrame) -> set[tuple[Any, ...]]:
    told = movement[movement["others"].map(len).gt(0)]
    return set(zip(told["group"], told["unit_id"], told["movement"], told["others"], strict=True))


def test_what_became_of_units_is_told_with_whom_it_concerns() -> None:
    city = Assessment(load_city(merged_city()))
    moved_in, moved_out = ("east", "r", "regrouped_in", ("west",)), ("west", "r", "regrouped_out", ("east",))
    merged = {
        ("east", "c", "merged_into", ("m局",)),
        ("west", "p", "merged_into", ("m局",)),
        ("west", "m", "merged", ("c局", "p局")),
    }
    split = {("east", "t", "split", ("m局",)), ("west", "s", "split", ("m局",))}
    assert _flatten(city.pair(2030, 2031).movement) == {moved_in, moved_out}
    assert _flatten(city.pair(2031, 2032).movement) == merged
    assert _flatten(city.pair(2030, 2032).movement) == {moved_in, moved_out, *merged}
    assert _flatten(city.pair(2032, 2033).movement) == {*split, ("west", "m", "split_into", ("s局", "t局"))}
    gone = {each for each in merged if each[1] != "m"}  # m is of neither year
    assert _flatten(city.pair(2031, 2033).movement) == {*split, *gone}


def test_ranks_are_compared_within_a_group() -> None:
    """East ranks a 1, c 2, b 3, d 4; then a 1, b 2, r 3 from west, d 4, c 5; without r, d is 3 and c is 4."""
    moves = Assessment(load_city(merged_city())).pair(2030, 2031).movement
    east = moves[moves["group"].eq("east")].set_index("unit_id")
    assert east["rank_change"].dropna().to_dict() == {"a": 0, "b": 1, "d": 0, "c": -3}
    assert east["common_rank_change"].dropna().to_dict() == {"a": 0, "b": 1, "d": 1, "c": -2}
    apart = moves[moves["unit_id"].eq("r")]
    assert len(apart) == 2 and apart[["rank_change", "common_rank_change", "total_change"]].isna().all(axis=None)


def _expect_movement(city: City, base: int, year: int) -> set[tuple[str, str, str, tuple[str, ...]]]:
    """Say what became of every unit of a group, from the city as it was drawn, without the code under test."""
    before, now, found = city["groups"][base], city["groups"][year], set()
    for unit in {*before, *now}:
        names: tuple[str, ...] = ()
        was, has = before.get(unit), now.get(unit)
        if was == has:
            level = [city["totals"][each][unit] >= 90 for each in (base, year)]
            kind = "stayed" if level[0] == level[1] else "rose" if level[1] else "fell"
            found.add((was, unit, kind, names))
        elif was and has:
            found |= {(was, unit, "regrouped_out", (has,)), (has, unit, "regrouped_in", (was,))}
        elif has:
            made, kind, others = city["made"].get(unit, (0, "", []))
            is_made = base < made <= year
            names = tuple(f"{each}局" for each in others) if is_made else ()
            found.add((has, unit, kind if is_made else "entered", names))
        else:
            went, into = city["went"].get(unit, (0, []))
            names = tuple(f"{each}局" for each in into)
            kind = ("split_into" if len(into) > 1 else "merged_into") if base < went <= year else "left"
            found.add((was, unit, kind, names))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_movements_are_those_that_were_drawn(seed: int) -> None:
    drawn = draw_followed(seed)
    city = Assessment(load_city(drawn))
    for base, year in combinations(drawn["groups"], 2):
        moves = city.pair(base, year).movement
        columns = [moves[each] for each in ("group", "unit_id", "movement", "others")]
        rows = list(zip(*columns, strict=True))
        assert len(rows) == len(set(rows)) and set(rows) == _expect_movement(drawn, base, year)


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
