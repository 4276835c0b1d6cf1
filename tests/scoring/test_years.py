"""Scores recomputed naively from the files; and for any marks: order does not matter, better marks never hurt."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scenarios.scenario import YEAR, read_scenario, write_data

from analysis.data.dataset import YearFacts, load_dataset
from analysis.scoring.years import score_year

RATINGS = ["差", "中", "良", "优"]
UNITS = ["a", "b", "c"]
rating = st.sampled_from([*RATINGS, None])
marks = st.fixed_dictionaries({unit: st.tuples(rating, rating, st.integers(0, 200)) for unit in UNITS})
some = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> YearFacts:
    return load_dataset(write_data(read_scenario("ratings_to_points"), tmp_path_factory.mktemp("city") / "data")).year(
        YEAR
    )


def _with(facts: YearFacts, given_marks: dict[str, tuple[str | None, str | None, int]]) -> YearFacts:
    rows = []
    for unit, (first, second, tenths) in given_marks.items():
        for indicator, value in (("p1", first), ("p2", second)):
            rows.append((unit, indicator, "marked" if value else "not_applicable", value or "", np.nan))
        rows.append((unit, "r1", "marked", "", tenths / 10))
    frame = pd.DataFrame(rows, columns=["unit_id", "indicator_id", "status", "rating", "score"])
    assert facts.inputs is not None
    return replace(facts, inputs=replace(facts.inputs, stored_marks=frame))


@some
@given(marks, st.permutations(range(9)))
def test_the_order_of_rows_does_not_matter(facts: YearFacts, drawn: dict, order: list[int]) -> None:
    straight = _with(facts, drawn)
    assert straight.inputs is not None
    shuffled = replace(straight, inputs=replace(straight.inputs, stored_marks=straight.inputs.marks.iloc[list(order)]))
    pd.testing.assert_frame_equal(score_year(straight), score_year(shuffled), check_exact=False, rtol=0, atol=1e-9)


@some
@given(marks, st.sampled_from(UNITS), st.sampled_from([0, 1]))
def test_a_better_mark_never_lowers_a_score_or_a_rank(facts: YearFacts, drawn: dict, unit: str, which: int) -> None:
    before = drawn[unit][which]
    if before in (None, "优"):
        return
    better = list(drawn[unit])
    better[which] = RATINGS[RATINGS.index(before) + 1]
    old = score_year(_with(facts, drawn)).set_index("unit_id").loc[unit]
    new = score_year(_with(facts, {**drawn, unit: tuple(better)})).set_index("unit_id").loc[unit]
    assert new["total"] > old["total"]
    assert new["rank"] <= old["rank"]


@some
@given(marks)
def test_parts_add_up_and_stay_in_bounds(facts: YearFacts, drawn: dict) -> None:
    scored = score_year(_with(facts, drawn))
    parts = (scored["platform_earned"] + scored["routine_earned"]) * scored["daily_factor"]
    assert np.allclose(parts, scored["daily_score"])
    assert np.allclose(scored["daily_score"] + scored["inspection_score"], scored["base"])
    assert np.allclose(scored["base"] + scored["bonus"] - scored["deduction"], scored["total"])
    assert scored["daily_score"].between(0, 80 + 1e-9).all()
    assert (scored["daily_applicable"] * scored["daily_factor"]).round(9).eq(80).all()


@some
@given(marks)
def test_grades_never_cross_totals(facts: YearFacts, drawn: dict) -> None:
    scored = score_year(_with(facts, drawn))
    lowest = scored.loc[scored["grade"].eq("excellent"), "total"].min()
    assert lowest + 1e-9 >= scored["total"].max()
    highest = scored.loc[scored["grade"].eq("good"), "total"].max()
    assert pd.isna(highest) or highest < lowest


@pytest.mark.parametrize("scenario", ["ties_are_exact_in_decimal", "four_components_two_groups"])
def test_units_stand_by_group_and_rank_and_tied_ones_as_listed(scenario: str, tmp_path: Path) -> None:
    facts = load_dataset(write_data(read_scenario(scenario), tmp_path / "data")).year(YEAR)
    groups, listed = list(facts.scheme.groups), facts.units["unit_id"].tolist()
    scored = score_year(facts)[["group", "rank", "unit_id"]].itertuples(index=False)
    places = [(groups.index(group), rank, listed.index(unit)) for group, rank, unit in scored]
    assert places == sorted(places)


def test_provenance_reaches_the_scores(scores: pd.DataFrame) -> None:
    assert set(scores["provenance"]) == {"reconstructed"}


def test_scores_leave_their_inputs_alone(tmp_path: Path) -> None:
    facts = load_dataset(write_data(read_scenario("adjustments_capped"), tmp_path / "data")).year(YEAR)
    assert facts.inputs is not None
    before = facts.inputs.marks.copy()
    score_year(facts)
    pd.testing.assert_frame_equal(facts.inputs.marks, before)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _naive_totals(data: Path, year: int) -> dict[str, Fraction]:
    """Score a year without pandas, in exact fractions, from the files themselves."""
    scheme: dict[str, Any] = yaml.safe_load((data / f"schemes/{year}.yml").read_text(encoding="utf-8"))
    folder = data / f"inputs/{year}"
    indicators = {row["indicator_id"]: row for row in _rows(folder / "indicators.csv")}
    rates = {name: Fraction(str(rate)) for name, rate in scheme["ratings"]["value"].items()}
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for component in scheme["components"]:
        worth = Fraction(str(component["points"]))
        if "parts" not in component:
            for row in _rows(folder / f"{component['id']}.csv"):
                totals[row["unit_id"]] += worth * Fraction(row["score"]) / Fraction(row["full_score"])
            continue
        earned: dict[str, Fraction] = defaultdict(Fraction)
        applicable: dict[str, Fraction] = defaultdict(Fraction)
        for row in _rows(folder / "marks.csv"):
            indicator = indicators[row["indicator_id"]]
            if indicator["part"] in component["parts"] and row["status"] == "marked":
                points = Fraction(indicator["points"])
                applicable[row["unit_id"]] += points
                earned[row["unit_id"]] += rates[row["rating"]] * points if row["rating"] else Fraction(row["score"])
        for unit, points in applicable.items():
            totals[unit] += earned[unit] * worth / points
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in _rows(folder / "adjustments.csv"):
        sums[row["unit_id"], row["kind"]] += Fraction(row["points"] or 0)
    return {
        unit: total
        + min(sums[unit, "bonus"], scheme["bonus"]["cap"])
        - min(sums[unit, "deduction"], scheme["deduction"]["cap"])
        for unit, total in totals.items()
    }


@pytest.mark.parametrize("year", [2020, 2021])
def test_the_engine_equals_the_naive_recomputation(year: int, data_folder: Path, scores: pd.DataFrame) -> None:
    naive = _naive_totals(data_folder, year)
    own = scores[scores["year"].eq(year)].set_index("unit_id")
    assert set(naive) == set(own.index)
    for unit, total in naive.items():
        assert abs(own.loc[unit, "total"] - float(total)) < 1e-9
    for group in own["group"].unique():
        members = own.index[own["group"].eq(group)]
        for unit in members:
            assert own.loc[unit, "rank"] == 1 + sum(naive[other] > naive[unit] for other in members)


def test_tied_once_rounded_units_stand_as_in_the_table_of_units(tmp_path: Path) -> None:
    """c with 70.85 is before d with 70.90, as in units.csv: both are 70.9."""
    facts = load_dataset(write_data(read_scenario("ranked_on_rounded_totals"), tmp_path / "data")).year(YEAR)
    assert score_year(facts)["unit_id"].tolist() == ["a", "b", "c", "d", "e", "f"]
    assert score_year(facts)["total"].round(9).tolist() == [71.04, 70.96, 70.85, 70.9, 70.84, 70.74]
