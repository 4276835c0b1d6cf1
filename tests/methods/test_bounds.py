"""Intervals, conflicts and samples on cases small enough to work out by hand, and on the two circulars."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.stats import beta
from tests.conftest import widely
from tests.made_up import city_data, graded_city, load_city, strict_years
from tests.printing import Key, draw_circulars, publish

from analysis.data.dataset import Dataset
from analysis.methods.audit.circulars import Circular, open_circulars
from analysis.methods.audit.claims import settle
from analysis.methods.audit.practices import USUAL, Practice
from analysis.methods.bounds import bounds
from analysis.methods.bounds.bounds import (
    bound,
    bound_from_print,
    bound_ratio,
    bound_units,
    find_conflict,
    sample_totals,
)
from analysis.methods.bounds.constraints import Constraint, ConstraintSet, constrain_group
from analysis.methods.bounds.polytope import Programme, drop_implied
from analysis.rounding import round_half_up
from analysis.scoring.years import score_year
from analysis.words import ASSUMPTIONS

A, B, C = (1, "a"), (1, "b"), (1, "c")


def _knowledge(*constraints: Constraint) -> ConstraintSet:
    return ConstraintSet("g", list(constraints), {1: {"x": ["a", "b"]}})


ORDERED = (
    Constraint("order", {A: 1.0, B: -1.0}, low=0.0),
    Constraint("caps", {A: 1.0}, 0.0, 100.0),
    Constraint("caps", {B: 1.0}, 0.0, 100.0),
)


def test_two_units_with_a_known_mean() -> None:
    """Mean 80, a >= b, both at most 100: a is between 80 and 100, b between 60 and 80."""
    known = _knowledge(*ORDERED, Constraint("mean", {A: 0.5, B: 0.5}, 80.0, 80.0))
    table = bound_units(known).set_index("unit_id")
    assert table.loc["a", ["low", "high"]].tolist() == pytest.approx([80, 100])
    assert table.loc["b", ["low", "high"]].tolist() == pytest.approx([60, 80])


def test_a_ratio_is_bounded_exactly() -> None:
    """b / a with a + b = 160, a >= b, a <= 100: from 60 / 100 to 80 / 80."""
    known = _knowledge(*ORDERED, Constraint("mean", {A: 0.5, B: 0.5}, 80.0, 80.0))
    assert bound_ratio(known.polytope(), known.weights({B: 1.0}), known.weights({A: 1.0})) == pytest.approx((0.6, 1.0))


def test_what_print_leaves_open_is_infinite() -> None:
    known = _knowledge(Constraint("order", {A: 1.0, B: -1.0}, low=0.0))
    assert bound(Programme(known.polytope()), known.weights({A: 1.0})) == (-np.inf, np.inf)


def test_a_conflict_is_minimal() -> None:
    """A mean of 80, a of at most 70 and the order conflict; the caps have nothing to do with it."""
    known = _knowledge(
        *ORDERED,
        Constraint("mean of both", {A: 0.5, B: 0.5}, 79.995, 80.005),
        Constraint("highest", {A: 1.0}, high=70.0),
    )
    conflict = find_conflict(known)
    assert set(conflict) == {ASSUMPTIONS.get("order", "order"), "mean of both", "highest"}
    for origin in conflict:  # irreducible: without any one of them there is none
        assert (
            find_conflict(ConstraintSet("g", [c for c in known.constraints if c.origin != origin], known.members)) == []
        )


@pytest.mark.slow
def test_samples_are_even_over_a_triangle() -> None:
    """Over 0 <= b <= a <= 1 the centroid is (2/3, 1/3), and the variance of each is 1/18."""
    known = _knowledge(
        Constraint("order", {A: 1.0, B: -1.0}, low=0.0),
        Constraint("caps", {A: 1.0}, 0.0, 1.0),
        Constraint("caps", {B: 1.0}, 0.0, 1.0),
    )
    found = sample_totals(known, seed=3)
    sample = found.totals
    assert found.settled and found.rhat < 1.01 and found.size > 400
    error = 5 * np.sqrt(1 / 18 / found.size)
    assert sample.mean().tolist() == pytest.approx([2 / 3, 1 / 3], abs=error)
    assert sample.var().tolist() == pytest.approx([1 / 18] * 2, rel=0.15)
    assert sample.equals(sample_totals(known, seed=3).totals)


@pytest.mark.slow
def test_samples_are_even_over_ordered_totals() -> None:
    """The k-th largest of 30 even draws from 0 to 1 is Beta(31 - k, k), as order statistics are."""
    keys = [(1, f"u{place}") for place in range(30)]
    known = ConstraintSet(
        "g",
        [Constraint("caps", {key: 1.0}, 0.0, 1.0) for key in keys]
        + [Constraint("order", {better: 1.0, worse: -1.0}, low=0.0) for better, worse in pairwise(keys)],
        {1: {"x": [unit for _, unit in keys]}},
    )
    found = sample_totals(known, seed=5)
    for place, key in enumerate(keys, 1):
        own = beta(31 - place, place)
        for share in (0.05, 0.5, 0.95):
            below = (found.totals[key] <= own.ppf(share)).mean()
            assert below == pytest.approx(share, abs=4.5 * np.sqrt(share * (1 - share) / found.size)), (place, share)


def test_walls_that_others_imply_are_left_out_and_no_others() -> None:
    """Of 0 <= b <= a <= 1 three walls are needed: a needs no floor of its own, b no cap."""
    known = _knowledge(
        Constraint("order", {A: 1.0, B: -1.0}, low=0.0),
        Constraint("caps", {A: 1.0}, 0.0, 1.0),
        Constraint("caps", {B: 1.0}, 0.0, 1.0),
        Constraint("far", {A: 1.0, B: 1.0}, high=2.0),
    )
    left = drop_implied(known.polytope())
    assert sorted(left.upper.tolist()) == [[-1.0, 1.0], [0.0, -1.0], [1.0, 0.0]]
    assert sorted(left.limit.tolist()) == [0.0, 0.0, 1.0]


def test_a_sample_that_has_not_settled_says_so() -> None:
    found = sample_totals(_knowledge(*ORDERED), seed=1, rounds=1)
    assert not found.settled and found.rhat > 1.0


@pytest.fixture(scope="module")
def circulars(dataset: Dataset) -> dict[int, Circular]:
    return open_circulars(dataset.years)


@pytest.mark.parametrize("group", ["county", "department"])
def test_reconstructed_totals_lie_within_every_interval(
    group: str, circulars: dict[int, Circular], scores: pd.DataFrame
) -> None:
    known = constrain_group(circulars, group)
    assert find_conflict(known) == []
    merged = bound_units(known).merge(scores[["year", "unit_id", "total"]], on=["year", "unit_id"])
    assert len(merged) == sum(scores["group"].eq(group))
    assert (merged["low"] <= merged["total"] + 1e-6).all()
    assert (merged["total"] <= merged["high"] + 1e-6).all()


@pytest.mark.parametrize("group", ["county", "department"])
def test_samples_agree_with_everything_printed(group: str, circulars: dict[int, Circular]) -> None:
    known = constrain_group(circulars, group)
    sample = sample_totals(known, seed=1, rounds=25).totals
    for year, printed in (
        (2020, {"county": 79.22, "department": 76.97}),
        (2021, {"county": 89.74, "department": 86.06}),
    ):
        units = [unit for names in known.members[year].values() for unit in names]
        means = sample[[(year, unit) for unit in units]].mean(axis=1)
        # half a last digit for the average, and half a one for the totals, which may have been rounded first
        assert means.between(printed[group] - 0.01 - 1e-9, printed[group] + 0.01 + 1e-9).all()
        best = sample[[(year, unit) for unit in known.members[year]["excellent"]]]
        assert (best.diff(axis=1).iloc[:, 1:] <= 1e-9).all(axis=None)


@pytest.mark.parametrize("assumptions", [set(ASSUMPTIONS), set(ASSUMPTIONS) - {"list_order"}])
def test_list_order_binds_samples_only_where_it_is_assumed(
    assumptions: set[str], dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def constrain_counties(circulars: Any, group: str, chosen: Any = tuple(ASSUMPTIONS)) -> ConstraintSet:
        return constrain_group(circulars if group == "county" else {}, group, chosen)

    monkeypatch.setattr(bounds, "constrain_group", constrain_counties)
    proved = bound_from_print(dataset, 2021, assumptions, rounds=25)
    sample = proved.samples["county"]
    assert sample is not None and proved.assumptions == assumptions
    listed = proved.units.loc[proved.units["grade"].eq("excellent"), "unit_id"]
    best = sample.totals[[(2021, unit) for unit in listed]]
    assert (best.diff(axis=1).iloc[:, 1:] <= 1e-9).all(axis=None) == ("list_order" in assumptions)


SAMPLE = """
from analysis.methods.bounds.bounds import sample_totals
from analysis.methods.audit.circulars import open_circulars
from analysis.methods.bounds.constraints import constrain_group
from analysis.data.dataset import load_dataset

circulars = open_circulars(load_dataset().years)
for group in ("county", "department"):
    print(sample_totals(constrain_group(circulars, group), seed=1, rounds=25).totals.to_csv())
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="names a kind of one processor")
def test_other_processors_draw_the_same_samples() -> None:
    """OpenBLAS adds in another order on an older processor; walks magnify the last digit a million million times."""
    told = [
        subprocess.run([sys.executable, "-c", SAMPLE], env=os.environ | kind, check=True, capture_output=True).stdout
        for kind in ({}, {"OPENBLAS_CORETYPE": "Nehalem"})
    ]
    assert told[0] == told[1] and len(told[0]) > 100_000


@pytest.mark.slow
def test_a_thin_slanting_polytope_is_walked_from_end_to_end() -> None:
    """Of 0.3 a + 0.7 b a millionth is left, of a everything from 0 to 100: its quarters are at 25 and 75."""
    known = _knowledge(*ORDERED[1:], Constraint("thin", {A: 0.3, B: 0.7}, 50.0, 50.0 + 1e-6))
    sample = sample_totals(known, seed=2).totals
    mixed = sample @ [0.3, 0.7]
    assert mixed.between(50.0 - 1e-9, 50.0 + 1e-6 + 1e-9).all()
    assert ((mixed - 50) * 1e6).quantile([0.25, 0.75]).tolist() == pytest.approx([0.25, 0.75], abs=0.05)
    assert sample[A].quantile([0.25, 0.75]).tolist() == pytest.approx([25, 75], abs=5)


@pytest.mark.slow
def test_the_good_grades_average_follows_by_hand(dataset: Dataset) -> None:
    """Counties 2021: (12 x 89.74 - 7 x 95.62) / 5 = 81.508, give or take (12 + 7) x 0.005 / 5 = 0.019.

    And what five totals may have been rounded by, 0.005.
    """
    table = bound_from_print(dataset, 2021, rounds=25).statistics
    row = table[table["group"].eq("county") & table["statistic"].eq("良好单位平均分") & table["without"].eq("")].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((81.508 - 0.024, 81.508 + 0.024), abs=1e-6)


@pytest.mark.slow
def test_growth_of_the_common_panel(dataset: Dataset) -> None:
    """Without 汝州市 the counties' growth is not the printed 13.28 %; the departments', all the same units, is."""
    table = bound_from_print(dataset, 2021, rounds=25).statistics
    growth = table[table["ratio"] & table["without"].eq("")].set_index("group")
    # 汝州市 is second of its list, so its total lies between 94.05 (see below) and 105, and the others average
    # (12 x 89.74 - total) / 11 against 79.22; rounding moves each mean by at most 0.01 x 12 / 11.
    # lowest second place: 宝丰 has 105 and the six others (7 x 95.62 - 105) / 6
    lowest, highest = (7 * 95.615 - 105) / 6, 105.0
    hand = [(12 * 89.74 - total) / 11 / 79.22 - 1 for total in (highest, lowest)]
    assert growth.loc["county", ["low", "high"]].tolist() == pytest.approx(hand, abs=4e-4)
    assert growth.loc["county", "high"] < 0.13275
    assert growth.loc["department", ["low", "high"]].tolist() == pytest.approx([0.1181, 0.1181], abs=4e-4)


@pytest.mark.slow
def test_leaving_an_assumption_out_never_narrows_an_interval(dataset: Dataset) -> None:
    table = bound_from_print(dataset, 2021, rounds=25).statistics
    wide = table.pivot(index=["group", "statistic"], columns="without", values=["low", "high"])
    for assumption in ASSUMPTIONS:
        assert (wide["low"][assumption] <= wide["low"][""] + 1e-6).all()
        assert (wide["high"][assumption] >= wide["high"][""] - 1e-6).all()


def test_impossible_print_is_named(dataset: Dataset) -> None:
    """An average of all above that of the excellent cannot be, if grades are cut by total."""
    circulars = open_circulars({2021: dataset.year(2021)})
    opened = circulars[2021]
    assert opened is not None
    figures = [
        figure.model_copy(update={"value": "96.00"})
        if (figure.measure, figure.group, figure.of) == ("average", "county", "all")
        else figure
        for figure in opened.published.figures
        if figure.measure not in {"average_delta", "average_growth"}
    ]
    published = opened.published.model_copy(update={"figures": figures})
    broken = replace(opened, published=published)
    conflict = find_conflict(constrain_group({2021: broken}, "county"))
    assert any("96.00" in origin for origin in conflict)
    assert any("95.62" in origin for origin in conflict)
    assert ASSUMPTIONS["cut"] in conflict
    assert not any("department" in origin or "市直" in origin for origin in conflict)


def test_intervals_equal_an_independent_linear_programme(circulars: dict[int, Circular]) -> None:
    """The counties of both years written down again by hand, one row at a time, from the printed numbers.

    Changes and growth may have been computed from the printed averages: then they tell no more than these. What totals
    may have been rounded by before they were averaged is an unknown for every list.
    """
    sizes = {2020: (6, 5), 2021: (7, 5)}
    first = {2020: 0, 2021: 11}
    errors = {(2020, "best"): 23, (2020, "good"): 24, (2021, "best"): 25, (2021, "good"): 26}
    width = 11 + 12 + len(errors)
    rows: list[tuple[np.ndarray, float]] = []

    def mean(year: int, population: str) -> np.ndarray:
        weights = np.zeros(width)
        best, good = sizes[year]
        count = best + good if population == "all" else best
        weights[first[year] : first[year] + count] = 1.0 / count
        weights[errors[year, "best"]] = best / count
        weights[errors[year, "good"]] = (count - best) / count
        return weights

    def between(weights: np.ndarray, low: float, high: float) -> None:
        rows.extend([(weights, high), (-weights, -low)])

    printed = [(2020, "all", 79.22), (2020, "best", 86.41), (2021, "all", 89.74), (2021, "best", 95.62)]
    for year, population, average in printed:
        between(mean(year, population), average - 0.005, average + 0.005)
    for column in errors.values():
        between(np.eye(width)[column], -0.005, 0.005)
    for year, (best, good) in sizes.items():
        for place in range(best + good):
            unit = np.eye(width)[first[year] + place]
            between(unit, 0.0, 105.0)
            if place:
                rows.append((unit - np.eye(width)[first[year] + place - 1], 0.0))
    upper, limit = np.array([row for row, _ in rows]), np.array([high for _, high in rows])
    ours = bound_units(constrain_group(circulars, "county"))
    for column, row in enumerate(ours.itertuples()):
        for sign, bounded in ((1, row.low), (-1, row.high)):
            found = linprog(sign * np.eye(width)[column], A_ub=upper, b_ub=limit, bounds=(None, None))
            assert sign * found.fun == pytest.approx(bounded, abs=1e-6)


@widely("seed", range(60), always=1)
@pytest.mark.parametrize("practice", USUAL, ids=str)
def test_the_true_totals_satisfy_what_print_proves(practice: Practice, seed: int) -> None:
    """Whatever the practice, the totals that a circular was printed from, and what they were rounded by, keep to it."""
    dataset, scores, office, printed = draw_circulars(seed, practice)
    known = {year: settle(each) for year, each in open_circulars(publish(dataset, printed, scores).years).items()}
    truth = {(row.year, row.unit_id): row.total for row in scores.itertuples()}
    exact = practice._replace(totals_first=False)
    for group in scores["group"].unique():
        for (year, grade), _ in scores[scores["group"].eq(group)].groupby(["year", "grade"]):
            error = office.mean(year, (group, grade), practice) - office.mean(year, (group, grade), exact)
            truth[year, f"error:{grade}"] = float(error)
        constraints = constrain_group(known, group, ["list_order", "cut"]).constraints
        for each in constraints:
            value = sum(weight * truth[key] for key, weight in each.coefficients.items())
            assert each.low - 1e-9 <= value <= each.high + 1e-9, each


@pytest.mark.parametrize("seed", range(11))
def test_the_true_totals_satisfy_what_print_proves_where_they_are_rounded_and_more_is_required(seed: int) -> None:
    """Who is tied once totals are rounded is listed in any order; who lacks something may have more than who is in."""
    years = {facts.year: facts for facts in strict_years(seed)}
    scores, random = pd.concat(map(score_year, years.values())), Random(seed)
    places = {year: list(facts.scheme.grade_names) for year, facts in years.items()}
    scores["place"] = [places[row.year].index(row.grade) for row in scores.itertuples()]
    scores["lot"] = [random.random() for _ in range(len(scores))]
    printed: dict[int, dict[Key, str]] = {year: {} for year in years}
    for (year, group), own in scores.groupby(["year", "group"]):
        ends = {"total_max": own["total"].max(), "total_min": own["total"].min()}
        figures = {measure: str(round_half_up(total, 1)) for measure, total in ends.items()}
        figures |= {"veto_units": str(own["vetoed"].sum())} if own["vetoed"].any() else {}
        printed[year] |= {(measure, group, "all"): value for measure, value in figures.items()}
    listed = scores.sort_values(["year", "group", "place", "rank", "lot"])
    published = publish(replace(city_data(seed), years=years), printed, listed)
    known = {year: settle(each) for year, each in open_circulars(published.years).items()}
    truth = {(row.year, row.unit_id): row.total for row in scores.itertuples()}
    for year, facts in years.items():
        decimals = facts.scheme.ranking.decimals or 0
        own = [(unit, total) for (of, unit), total in truth.items() if of == year]
        truth |= {(year, f"ranked:{unit}"): float(round_half_up(total, decimals)) for unit, total in own}
    for group in scores["group"].unique():
        least = scores[scores["group"].eq(group)].groupby(["year", "grade"])["total"].min()
        lines = {(year, f"line:{grade}"): total for (year, grade), total in least.items()}
        for each in constrain_group(known, group, ["list_order", "cut"]).constraints:
            values = [weight * (truth | lines).get(key, 0.0) for key, weight in each.coefficients.items()]
            assert each.low - 1e-9 <= sum(values) <= each.high + 1e-9, each
            assert all(key in truth | lines or key[1].startswith("error:") for key in each.coefficients)


def _listed(grades: list[dict[str, Any]], decimals: int | None = None) -> dict[int, Circular]:
    """Three grades and the list of each: a and b, c, d and e; the highest total is 90."""
    names = ["a", "b", "c", "d", "e"]
    city = graded_city({2030: (grades, dict.fromkeys(names, 50.0))})
    if decimals is not None:
        city["years"][2030]["scheme"]["ranking"]["decimals"] = decimals
    rows = [(2030, "east", grade, f"{name}局") for grade, name in zip(["x", "x", "y", "z", "z"], names, strict=True)]
    listed = pd.DataFrame(rows, columns=["year", "group", "grade", "name"])
    return open_circulars(publish(load_city(city), {2030: {("total_max", "east", "all"): "90.0"}}, listed).years)


X, Y, Z = ({"id": each, "name": each, "line": line} for each, line in (("x", 80), ("y", 70), ("z", 0)))
Z.pop("line")


def test_a_grade_that_requires_more_is_no_line() -> None:
    """Only y, of c, is a line: d and e have at most what c has; a and b may have less than all of them."""
    known = constrain_group(_listed([X | {"requires": {"least": {"inspection": 60}}}, Y, Z]), "east", ["cut"])
    assert {tuple(each.coefficients) for each in known.constraints if each.origin == "cut"} == {
        ((2030, "c"), (2030, "d")), ((2030, "c"), (2030, "e")),
    }  # fmt: skip
    assert known.unbound == {(2030, "c")}


def test_a_line_holds_for_all_grades_below_if_one_between_is_none() -> None:
    """x is a line for c, d and e; y is none, so that nothing else says that d and e have less than a and b."""
    known = constrain_group(_listed([X, Y | {"requires": {"least": {"inspection": 60}}}, Z]), "east", ["cut"])
    pairs = {(better, worse) for better in "ab" for worse in "cde"}
    found = {tuple(unit for _, unit in each.coefficients) for each in known.constraints if each.origin == "cut"}
    assert found == pairs and not known.unbound


def test_the_order_of_rounded_totals_leaves_a_step() -> None:
    """The highest is 89.95 to 90.05; a may be 0.1 less than it, and b, d and e that much more than a and d.

    Lines between grades are as sharp as ever: c is no more than a and b, d and e no more than c.
    """
    known = constrain_group(_listed([X, Y, Z], decimals=1), "east")
    programme = Programme(known.polytope())

    def most_ahead(one: str, other: str) -> float:
        return bound(programme, known.weights({(2030, one): 1.0, (2030, other): -1.0}))[1]

    assert most_ahead("b", "a") == pytest.approx(0.1) and most_ahead("e", "d") == pytest.approx(0.1)
    for worse, better in ("ca", "cb", "dc", "ec", "ea"):
        assert most_ahead(worse, better) == pytest.approx(0.0)
    units = bound_units(known).set_index("unit_id")
    assert units.loc["a", ["low", "high"]].tolist() == pytest.approx([89.85, 90.05])
    assert units.loc["b", "high"] == pytest.approx(90.05)
    with pytest.raises(ValueError, match="rounded"):
        sample_totals(known, seed=1)
