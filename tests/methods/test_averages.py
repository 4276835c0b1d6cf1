"""Averages of groups and grades, and their change, worked out by hand."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.made_up import draw_followed, graded_city, load_city

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset
from analysis.data.published import Published
from analysis.methods.averages import (
    average_history,
    average_scores,
    compare_averages,
    count_turnover,
    derive_earlier_averages,
)

SCORES = pd.DataFrame(
    [
        (2030, "east", "best", 90.0, "official"),
        (2030, "east", "rest", 80.0, "official"),
        (2030, "east", "rest", 73.0, "official"),
        (2030, "west", "best", 60.0, "official"),
        (2031, "east", "best", 99.0, "reconstructed"),
    ],
    columns=["year", "group", "grade", "total", "provenance"],
)


def test_each_group_and_each_of_its_grades_is_averaged_in_each_year() -> None:
    averages = average_scores(SCORES).set_index(["year", "group", "population"])
    assert averages["average"].to_dict() == {
        (2030, "east", "all"): 81.0,
        (2030, "west", "all"): 60.0,
        (2031, "east", "all"): 99.0,
        (2030, "east", "best"): 90.0,
        (2030, "east", "rest"): 76.5,
        (2030, "west", "best"): 60.0,
        (2031, "east", "best"): 99.0,
    }
    assert averages["units"].to_dict()[2030, "east", "all"] == 3
    assert averages["units"].to_dict()[2030, "east", "rest"] == 2
    assert averages["provenance"].to_dict()[2031, "east", "all"] == "reconstructed"
    assert set(averages["basis"]) == {"computed"}


def test_averages_are_not_rounded() -> None:
    thirds = pd.DataFrame({"year": 2030, "group": "east", "grade": "rest", "total": [80.0, 80.0, 81.0]})
    assert average_scores(thirds.assign(provenance="official"))["average"].iloc[0] == 241 / 3


def test_change_is_on_the_year_before_of_the_same_group_and_grade() -> None:
    rows = [
        (2029, "east", "all", 0.0),
        (2030, "east", "all", 80.0),
        (2031, "east", "all", 90.0),
        (2031, "east", "best", 95.0),
        (2030, "west", "best", 50.0),
    ]
    compared = compare_averages(pd.DataFrame(rows, columns=["year", "group", "population", "average"]))
    compared = compared.set_index(["year", "group", "population"])
    assert compared.loc[(2031, "east", "all"), ["base_average", "delta", "growth"]].tolist() == [80, 10, 0.125]
    on_nothing = compared.loc[(2030, "east", "all")]
    assert on_nothing["delta"] == 80 and pd.isna(on_nothing["growth"])
    for alone in ((2029, "east", "all"), (2031, "east", "best"), (2030, "west", "best")):
        assert compared.loc[alone, ["base_average", "delta", "growth"]].isna().all()


def test_the_average_before_is_what_is_printed_minus_its_delta_in_decimal() -> None:
    figures = [
        {"measure": measure, "group": group, "of": of, "value": value, "section": "一"}
        for measure, group, of, value in [
            ("average", "east", "all", "79.22"),
            ("average_delta", "east", "all", "5.61"),
            ("average", "east", "best", "86.41"),  # without a delta nothing follows
            ("average", "west", "all", "70.1"),
            ("average_delta", "west", "all", "-0.3"),
        ]
    ]
    circular = Published.model_validate({"year": 2030, "document": "", "figures": figures, "lists": []})
    derived = derive_earlier_averages([circular], [2030])
    assert derived[["year", "group", "population", "average"]].to_numpy().tolist() == [
        [2029, "east", "all", 73.61],
        [2029, "west", "all", 70.4],
    ]
    assert derive_earlier_averages([circular], [2029, 2030]).empty


def test_growth_is_change_over_last_year() -> None:
    averages = pd.DataFrame(
        {"year": [2020, 2021, 2023], "group": "g", "population": "all", "average": [80.0, 90.0, 95.0]}
    )
    compared = compare_averages(averages).set_index("year")
    assert compared.loc[2021, "delta"] == 10
    assert compared.loc[2021, "growth"] == 0.125
    assert compared.loc[2023, ["base_year", "delta"]].tolist() == [2021, 5]  # the last year before that is known
    assert pd.isna(compared.loc[2020, "delta"]) and pd.isna(compared.loc[2020, "base_year"])


def test_the_year_before_the_first_circular_is_derived(dataset: Dataset, scores: pd.DataFrame) -> None:
    history = average_history(dataset, scores)
    derived = history[history["basis"].eq("derived")]
    assert set(derived["year"]) == {2019}
    found = derived.set_index(["group", "population"])["average"].round(9).to_dict()
    # by hand: 79.22 − 5.61, 86.41 − 7.63, 76.97 − 13.13, 86.61 − 10.28
    assert found == {
        ("county", "all"): 73.61,
        ("county", "excellent"): 78.78,
        ("department", "all"): 63.84,
        ("department", "excellent"): 76.33,
    }


UNITS = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.sampled_from(["top", "rest"]), st.integers(0, 100)))
YEARS = st.dictionaries(st.integers(2019, 2030), UNITS.filter(bool), min_size=2, max_size=5)


@settings(max_examples=12)
@given(YEARS, st.booleans())
def test_changes_and_turnover_are_what_counting_by_hand_gives(
    years: dict[int, dict[str, tuple[str, int]]], on_the_first: bool
) -> None:
    rows = [(year, unit, *given) for year, units in years.items() for unit, given in units.items()]
    scores = pd.DataFrame(rows, columns=["year", "unit_id", "grade", "total"]).assign(group="g", provenance="official")
    base_year = min(years) if on_the_first else None
    counted = count_turnover(compare_averages(average_scores(scores), base_year), scores)
    for row in counted.itertuples():
        now, then = ({u for u, (grade, _) in years.get(year, {}).items() if row.population in ("all", grade)}
                     for year in (row.year, -1 if pd.isna(row.base_year) else row.base_year))  # fmt: skip
        before = {year: base for base, year in pairwise(sorted(years))}.get(row.year)
        assert (None if pd.isna(row.base_year) else row.base_year) == (base_year if before and on_the_first else before)
        if not then:
            assert pd.isna(row.delta) and pd.isna(row.entered) and pd.isna(row.left)
            continue
        means = [sum(years[y][u][1] for u in units) / len(units) for y, units in
                 ((row.year, now), (row.base_year, then))]  # fmt: skip
        assert math.isclose(row.delta, means[0] - means[1], abs_tol=1e-9)
        assert (row.entered, row.left) == (len(now - then), len(then - now))


def test_of_a_pair_the_change_is_on_its_base_year_whatever_lies_between() -> None:
    grades = [{"id": "top", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]
    totals = {2019: {"a": 95.0, "b": 80.0}, 2022: {"a": 85.0, "b": 92.0}, 2025: {"a": 100.0, "b": 96.0, "c": 50.0}}
    city = Assessment(load_city(graded_city({year: (grades, given) for year, given in totals.items()})))
    columns = ["base_year", "delta", "entered", "left"]
    averages = city.pair(2019, 2025).averages.set_index(["population", "year"])[columns].astype("Float64").fillna(-99)
    assert averages.loc["all"].to_numpy().tolist() == [[-99] * 4, [2019, 1, 0, 0], [2019, -5.5, 1, 0]]
    assert averages.loc["top"].to_numpy().tolist() == [[-99] * 4, [2019, -3, 1, 1], [2019, 3, 1, 0]]
    latest = city.year(2025).averages.set_index(["population", "year"])[columns]
    assert latest.loc[("all", 2025)].tolist() == [2022, 82 - 88.5, 1, 0]
    renamed = [{**grade, "id": f"{grade['id']}2"} for grade in grades]
    city = Assessment(load_city(graded_city({2019: (grades, totals[2019]), 2022: (renamed, totals[2022])})))
    told = city.year(2022).averages.set_index(["population", "year"])["delta"].dropna()
    assert told.to_dict() == {("all", 2022): 1}  # nothing says what the grades were


@pytest.mark.parametrize("seed", range(6))
def test_whoever_changes_the_group_enters_one_and_leaves_another(seed: int) -> None:
    drawn = draw_followed(seed)
    city = Assessment(load_city(drawn))
    for base, year in combinations(drawn["groups"], 2):
        told = city.pair(base, year).averages.query("year == @year").set_index(["group", "population"])
        for group, population in told.index:
            now, then = (
                {
                    unit
                    for unit, own in drawn["groups"][each].items()
                    if own == group and population in {"all", "best" if drawn["totals"][each][unit] >= 90 else "rest"}
                }
                for each in (year, base)
            )
            row, totals = told.loc[(group, population)], drawn["totals"][year]
            assert row["average"] == pytest.approx(sum(totals[unit] for unit in now) / len(now))
            assert not then or (row["entered"], row["left"]) == (len(now - then), len(then - now))


def test_of_a_year_without_scores_it_is_not_known_who_came_and_went() -> None:
    scores = pd.DataFrame({"year": [2033, 2036], "unit_id": ["a", "b"], "group": "g", "grade": "top", "total": 80.0})
    derived = pd.DataFrame({"year": [2035], "group": "g", "population": "all", "average": 79.0})
    averages = pd.concat([average_scores(scores.assign(provenance="official")), derived])
    counted = count_turnover(compare_averages(averages), scores).query("population == 'all'")
    assert counted["base_year"].dropna().tolist() == [2035, 2033]
    assert counted[["entered", "left"]].isna().all(axis=None)
    on_first = count_turnover(compare_averages(averages, 2033), scores).query("year == 2036 and population == 'all'")
    assert on_first[["entered", "left"]].to_numpy().tolist() == [[1, 1]]
