"""A change between two years split among its causes: against brute force, and against what must follow."""

from __future__ import annotations

from copy import deepcopy
from itertools import permutations, product
from math import factorial
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import (
    UNMARKED,
    YEARS,
    City,
    city_data,
    draw_city,
    load_city,
    merged_city,
    outside_city,
    regrouped_city,
)

from analysis.data.dataset import Dataset
from analysis.methods.counterfactual_grades import score_counterfactuals
from analysis.methods.counterfactuals import (
    IMPUTATIONS,
    Counterfactuals,
    cross_groups,
    cross_with_previous,
    cross_years,
)
from analysis.methods.decomposition import add_up, decompose_average, decompose_units, shapley
from analysis.scoring.years import score_year
from analysis.words import FACTORS

BEFORE, AFTER = YEARS
games = st.tuples(st.integers(2, 5), st.integers(0, 10_000))


# --- Shapley values ---------------------------------------------------------------------------------------------------


def _draw_game(players: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(2,) * players + (2,))


def _by_permutations(value: Any, players: int) -> list[Any]:
    """Average over all orders of joining what each player adds; `value` takes a tuple of 0 and 1."""
    added: list[Any] = [0.0] * players
    orders = list(permutations(range(players)))
    for order in orders:
        present = [0] * players
        for player in order:
            without = value(tuple(present))
            present[player] = 1
            added[player] = added[player] + value(tuple(present)) - without
    return [total / len(orders) for total in added]


@given(games)
def test_shapley_averages_over_all_orders(game: tuple[int, int]) -> None:
    values = _draw_game(*game)
    assert np.allclose(shapley(values, game[0]), _by_permutations(values.__getitem__, game[0]), atol=1e-9)


@given(games)
def test_shapley_adds_up_and_flips(game: tuple[int, int]) -> None:
    players = game[0]
    values = _draw_game(*game)
    split = shapley(values, players)
    assert np.allclose(split.sum(axis=0), values[(1,) * players] - values[(0,) * players])
    assert np.allclose(shapley(np.flip(values, axis=tuple(range(players))), players), -split)


@given(games)
def test_a_dummy_gets_nothing_and_twins_get_the_same(game: tuple[int, int]) -> None:
    players = game[0]
    values = _draw_game(*game)
    dummy = np.stack([values, values])
    assert np.allclose(shapley(dummy, players + 1)[0], 0)
    assert np.allclose(shapley(dummy, players + 1)[1:], shapley(values, players))
    twins = shapley(values + values.swapaxes(0, 1), players)
    assert np.allclose(twins[0], twins[1])


# --- Years under each other's schemes ---------------------------------------------------------------------------------


def _crossings(data: Dataset) -> list[Counterfactuals]:
    base, current = list(data.years.values())[-2:]
    return list(cross_groups(base, current).values())


def _crossed(city: City, group: str = "east") -> Counterfactuals:
    base, *_, current = load_city(city).years.values()
    return cross_years(base, current, group)


@pytest.fixture(params=["shipped", *range(6), "regrouped 0", "regrouped 1", "regrouped 2"])
def data(request: pytest.FixtureRequest, dataset: Dataset) -> Dataset:
    if isinstance(request.param, int):
        return city_data(request.param)
    name, _, seed = request.param.partition(" ")
    return dataset if name == "shipped" else load_city(regrouped_city(int(seed)))


def test_each_year_under_its_own_scheme_is_its_own_score(data: Dataset) -> None:
    for crossed in _crossings(data):
        counterfactual = score_counterfactuals(crossed)
        for place, facts in enumerate(crossed.years):
            scores = score_year(facts).set_index("unit_id")
            members = crossed.units["unit_id"][crossed.members[place]]
            assert set(members) == set(scores.index[scores["group"].eq(crossed.group)])
            own = (0, *[place] * 4)
            summed = crossed.points[own][crossed.members[place]].sum(axis=-1)
            assert np.array_equal(crossed.points[own], crossed.points[1, *own[1:]])
            assert np.allclose(summed, scores.loc[members, "total"], rtol=0, atol=1e-9)
            own = counterfactual.query(f"marks_year == {facts.year} and scheme_year == {facts.year}")
            own = own.set_index("unit_id")
            columns = ["group", "rank", "grade"]
            assert own[columns].equals(scores.loc[own.index, columns])


def test_years_of_outside_results_alone_are_crossed() -> None:
    for crossed in _crossings(load_city(outside_city())):
        totals, _ = _changes(crossed)
        summed = decompose_units(crossed).groupby("unit_id")["contribution"].sum()
        assert summed.to_dict() == pytest.approx(totals.to_dict())


def test_only_groups_of_both_years_are_crossed() -> None:
    years = next(city for city in map(city_data, range(50)) if "south" in city.years[AFTER].scheme.groups).years
    assert list(cross_groups(years[BEFORE], years[AFTER])) == ["east", "west"]


@pytest.mark.parametrize("seed", range(8))
def test_a_unit_that_changes_its_group_is_one_that_leaves_and_another_that_enters(seed: int) -> None:
    """Nothing that it was marked by in the one group is lent to it in the other."""
    one, two = (load_city(regrouped_city(seed, as_two)) for as_two in (False, True))
    for crossed, apart in zip(_crossings(one), _crossings(two), strict=True):
        assert crossed.members.sum(axis=1).tolist() == apart.members.sum(axis=1).tolist()
        split, expected = decompose_average(crossed), decompose_average(apart)
        assert split[["factor", "part"]].equals(expected[["factor", "part"]])
        values = ["contribution", "alternative"]
        assert np.allclose(split[values], expected[values], rtol=0, atol=1e-9)
        for imputation in IMPUTATIONS:
            totals, others = (
                score_counterfactuals(each, imputation)["total"].sort_values() for each in (crossed, apart)
            )
            assert np.allclose(totals, others, rtol=0, atol=1e-9)


def test_who_is_in_a_group_in_both_years_is_its_panel() -> None:
    """r is new in east (0.8 of the 1.8 points) and gone from west (6.83 of the 8.83): worked out by hand."""
    before, after, *_ = load_city(merged_city()).years.values()
    crossed = cross_groups(before, after)
    panels = {group: sorted(each.units["unit_id"][each.panel]) for group, each in crossed.items()}
    assert panels == {"east": ["a", "b", "c", "d"], "west": ["p", "q"]}
    assert crossed["east"].averages == pytest.approx((88, 89.8)) and crossed["west"].averages[1] == 82.5
    assert crossed["east"].panel_averages == pytest.approx((88, 89))
    assert crossed["west"].panel_averages == pytest.approx((80.5, 82.5))
    listed = {
        group: decompose_average(each).set_index("factor")["contribution"].filter(["entering", "leaving"]).to_dict()
        for group, each in crossed.items()
    }
    assert listed["east"] == pytest.approx({"entering": 0.8})
    assert listed["west"] == pytest.approx({"leaving": 80.5 - 221 / 3})


def test_a_merger_and_a_split_are_membership() -> None:
    """West loses p (75) and gets m (92), then loses m and gets s (99): its panel is q (90, 95, 90) alone."""
    *_, before, now, last = load_city(merged_city()).years.values()
    for base, current, entering, leaving in ((before, now, 93.5 - 95, 90 - 82.5), (now, last, 94.5 - 90, 95 - 93.5)):
        split = decompose_average(cross_years(base, current, "west")).set_index("factor")["contribution"]
        assert split["entering"] == pytest.approx(entering) and split["leaving"] == pytest.approx(leaving)


def test_a_unit_is_compared_with_the_last_year_in_which_its_group_had_it() -> None:
    city = load_city(merged_city())
    assert cross_with_previous(city, "r", 2031) is None and cross_with_previous(city, "m", 2032) is None
    for unit, year, base in (("r", 2032, 2031), ("a", 2031, 2030)):
        crossed = cross_with_previous(city, unit, year)
        assert crossed is not None and [facts.year for facts in crossed.years] == [base, year]


def _rate(facts: dict[str, Any], unit: str, indicator: str, values: dict[str, float]) -> float | None:
    """Earned over applicable points of an indicator; of its part where the unit does not carry it."""
    marks, indicators = facts["marks"][unit], facts["indicators"]
    part = indicators[indicator]["part"]
    asked = (
        [indicator] if marks[indicator] not in UNMARKED else [key for key in marks if indicators[key]["part"] == part]
    )
    earned = applicable = 0.0
    for key in asked:
        if marks[key] not in UNMARKED:
            points = indicators[key]["points"]
            earned += values[marks[key]] * points if isinstance(marks[key], str) else marks[key]
            applicable += points
    return earned / applicable if applicable else None


def _naive_total(city: City, unit: str, valued: int, applying: int, marked: int) -> float | None:
    """Score one unit with the scheme, the applicable indicators and the marks of three years, one mark at a time."""
    new, carrying, old = (city["years"][year] for year in (valued, applying, marked))
    scheme = new["scheme"]
    total = 0.0
    for component in scheme["components"]:
        if "parts" not in component:
            score, full = old["results"][component["id"]][unit]
            total += component["points"] * score / full
            continue
        own = [key for key in old["marks"][unit] if new["indicators"][key]["part"] in component["parts"]]
        shared = [key for key in own if carrying["marks"][unit][key] not in UNMARKED]
        earned = applicable = 0.0
        for key in shared:
            points = new["indicators"][key]["points"]
            rate = _rate(old, unit, key, scheme["ratings"]["value"])
            if rate is None:
                return None
            earned += points * rate
            applicable += points
        total += earned * component["points"] / applicable if component["rescale"] else earned
    for kind, sign in (("bonus", 1), ("deduction", -1)):
        points = sum(row["points"] for row in old["adjustments"] if (row["unit_id"], row["kind"]) == (unit, kind))
        total += sign * min(points, scheme[kind]["cap"])
    return total


@pytest.mark.parametrize("seed", range(12))
def test_mixtures_of_years_equal_a_naive_recomputation(seed: int) -> None:
    city = draw_city(seed, alike=True)
    compared = 0
    for crossed in _crossings(city_data(seed, alike=True)):
        for place, unit in enumerate(crossed.units["unit_id"]):
            known = [year for year, present in zip(YEARS, crossed.members[:, place], strict=True) if present]
            for mixture in product((0, 1), repeat=4):
                applying, marked = (YEARS[year] if YEARS[year] in known else known[0] for year in mixture[1:3])
                naive = _naive_total(city, unit, YEARS[mixture[0]], applying, marked)
                if naive is not None:
                    assert crossed.points[0][mixture][place].sum() == pytest.approx(naive, abs=1e-9)
                    compared += 1
    assert compared >= 20


def test_an_unmarked_part_is_lent_a_rate() -> None:
    city = _still_city()
    after = city["years"][AFTER]
    after["scheme"]["components"].append(_component("reporting", "reports"))
    after["indicators"]["n"] = {"group": "east", "part": "reports", "points": 20, "assessor_id": "office"}
    for marks in after["marks"].values():
        marks["n"] = "优"
    years = load_city(city).years
    crossed = cross_years(years[BEFORE], years[AFTER], "east")
    assert crossed.imputed == ((BEFORE, "reporting"),)
    new = crossed.items["part"].eq("reports").to_numpy()
    place = crossed.units["unit_id"].tolist().index("a")
    for points, rate in zip(crossed.points, ((40 * 0.8 + 20 * 0.5) / 60, 1.0), strict=True):
        assert points[1, 1, 1, 0, place, new].sum() == pytest.approx(20 * rate)
    split = decompose_units(crossed).query("unit_id == 'a'").set_index(["factor", "part"])
    new_points = split.loc[("unseparated", "reporting"), ["contribution", "alternative"]]
    assert new_points.tolist() == pytest.approx([(20 - 20 * 0.7) / 2, 0])
    assert split[["contribution", "alternative"]].sum().tolist() == pytest.approx([20, 20])


def test_a_component_of_which_nothing_would_be_carried_is_taken_as_carried_in_full() -> None:
    city = _still_city()
    city["years"][BEFORE]["marks"]["a"]["p1"] = "-"
    after = city["years"][AFTER]
    after["scheme"]["components"][0]["parts"].pop("desk")
    after["indicators"] = {"p1": after["indicators"]["p1"] | {"points": 60}}
    after["marks"] = {"a": {"p1": "优"}, "b": {"p1": "优"}}
    crossed = _crossed(city)
    place = crossed.units["unit_id"].tolist().index("a")
    assert crossed.points[0, 1, 0, :, 1, place].sum(axis=-1).tolist() == pytest.approx([60 * 0.8 + 2, 60 + 2])


def test_what_is_new_after_a_unit_has_left_is_taken_as_applicable() -> None:
    city = _still_city()
    city["units"]["c"] = "east"
    city["lineage"] = [("c", AFTER, "c局", "leaves")]
    before, after = city["years"].values()
    before["marks"]["c"] = {"p1": "良", "p2": "良", "d1": "中", "d2": "中"}
    after["indicators"]["p1"]["points"] = 20
    after["indicators"]["n"] = {"group": "east", "part": "platform", "points": 10, "assessor_id": "office"}
    for marks in after["marks"].values():
        marks["n"] = "优"
    crossed = _crossed(city)
    place = crossed.units["unit_id"].tolist().index("c")
    alone, with_new = (crossed.points[0, 1, :, :, chosen, place].sum(axis=-1) for chosen in (0, 1))
    assert alone == pytest.approx((20 + 10) * 60 / 50 * 0.8 + 20 * 60 / 50 * 0.5)
    assert with_new == pytest.approx(40 * 0.8 + 20 * 0.5)


# --- Contributions ----------------------------------------------------------------------------------------------------


def _changes(crossed: Counterfactuals) -> tuple[pd.Series, float]:
    base, current = (score_year(facts).query(f"group == '{crossed.group}'") for facts in crossed.years)
    totals = current.set_index("unit_id")["total"] - base.set_index("unit_id")["total"]
    return totals.dropna(), current["total"].mean() - base["total"].mean()


def test_contributions_add_up_to_the_change(data: Dataset) -> None:
    for crossed in _crossings(data):
        totals, average = _changes(crossed)
        units, group = decompose_units(crossed), decompose_average(crossed)
        summed = units.groupby("unit_id")["contribution"].sum()
        pd.testing.assert_series_equal(summed, totals, check_names=False, check_like=True, rtol=0, atol=1e-9)
        for imputation in ("contribution", "alternative"):
            assert group[imputation].sum() == pytest.approx(average, abs=1e-9)
        assert set(group["factor"]) - set(units["factor"]) <= {"entering", "leaving"}
        assert set(group["factor"]) <= set(FACTORS)
        assert not group.duplicated(["factor", "part"]).any()


def test_swapping_the_years_flips_every_sign(data: Dataset) -> None:
    for crossed in _crossings(data):
        swapped = cross_years(*crossed.years[::-1], crossed.group)
        for split, key in ((decompose_units, ["unit_id", "factor", "part"]), (decompose_average, ["factor", "part"])):
            turned = split(swapped).replace({"factor": {"entering": "leaving", "leaving": "entering"}})
            there, back = (
                way.set_index(key)[["contribution", "alternative"]].sort_index() for way in (split(crossed), turned)
            )
            pd.testing.assert_frame_equal(there, -back, rtol=0, atol=1e-9)


def _by_coalitions(value: Any, players: int) -> list[Any]:
    """Weigh what each player adds to every coalition of the others, as Shapley (1953) does."""
    shares = []
    for player in range(players):
        added = 0.0
        for others in product((0, 1), repeat=players - 1):
            without, present = ((*others[:player], there, *others[player:]) for there in (0, 1))
            size = sum(others)
            weight = factorial(size) * factorial(players - 1 - size) / factorial(players)
            added = added + weight * (value(present) - value(without))
        shares.append(added)
    return shares


def _big_game(crossed: Counterfactuals) -> dict[tuple[str, str], float]:
    """Let the panel's parts, adjustments and components, the scheme and what is applicable play one game."""
    items = [tuple(row) for row in crossed.items[["kind", "part", "component"]].to_numpy()]
    marks = dict.fromkeys((kind, part) for kind, part, _ in items if kind != "unlinked")
    chosen = dict.fromkeys(("unseparated", component) for kind, _, component in items if kind == "unlinked")
    players = [("scheme", ""), ("applicable", ""), *marks, *chosen]
    averages: dict[tuple[int, ...], float] = {}
    for present in product((0, 1), repeat=len(players)):
        told = dict(zip(players, present, strict=True))
        averages[present] = sum(
            crossed.points[
                0,
                told["scheme", ""],
                told["applicable", ""],
                told.get((kind, part), 0),
                told.get(("unseparated", component), 0),
                crossed.panel,
                place,
            ].mean()
            for place, (kind, part, component) in enumerate(items)
        )
    return dict(zip(players, _by_coalitions(averages.__getitem__, len(players)), strict=True))


@pytest.mark.parametrize(("seed", "alike"), [(13, False), (19, False), (24, False), (11, True), (25, True)])
def test_the_average_splits_as_one_game_of_all_factors(seed: int, alike: bool) -> None:
    crossed = _crossings(city_data(seed, alike))[-1]
    split = decompose_average(crossed).set_index(["factor", "part"])["contribution"].to_dict()
    game = _big_game(crossed)
    assert split.keys() - game.keys() <= {("entering", ""), ("leaving", "")}
    for factor, contribution in game.items():
        assert split.get(factor, 0.0) == pytest.approx(contribution, abs=1e-9)


# --- One thing at a time ----------------------------------------------------------------------------------------------


def _component(component: str, part: str, points: int = 20) -> dict[str, Any]:
    said = {"source": "算例", "basis": "printed"}
    parts = {part: {"name": part, "marking": "rating"}}
    return {"id": component, "name": component, "points": points, "parts": parts, "rescale": True, **said}


def _still_city() -> City:
    """Two units, two parts of one rescaled component, and a second year just like the first."""
    said = {"source": "算例", "basis": "printed"}
    daily = _component("daily", "platform", 60)
    daily["parts"]["desk"] = {"name": "desk", "marking": "rating"}
    year = {
        "scheme": {
            "year": BEFORE, "title": "算例", "document": "算例",
            "groups": {"east": {"name": "east", **said}},
            "ratings": {"value": {"优": 1, "良": 0.8, "中": 0.5}, **said},
            "components": [daily],
            "own_indicators": {"excluded": False, **said},
            "assessors": {"value": {"office": "主管"}, **said},
            "bonus": {"cap": 3, **said}, "deduction": {"cap": 3, **said},
            "ranking": {"ties": "min", **said},
            "grades": [{"id": "rest", "name": "一般", "rule": {"kind": "rest"}, **said}],
        },
        "indicators": {
            key: {"group": "east", "part": part, "points": points, "assessor_id": "office"}
            for part, own in {"platform": {"p1": 30, "p2": 10}, "desk": {"d1": 10, "d2": 10}}.items()
            for key, points in own.items()
        },
        "marks": {
            "a": {"p1": "良", "p2": "良", "d1": "中", "d2": "中"},
            "b": {"p1": "优", "p2": "优", "d1": "优", "d2": "优"},
        },
        "results": {},
        "adjustments": [{"unit_id": "a", "kind": "bonus", "points": 2}],
    }  # fmt: skip
    after = deepcopy(year)
    after["scheme"]["year"] = AFTER
    for key, indicator in after["indicators"].items():
        indicator["same_as"] = f"{BEFORE}:{key}"
    return {"units": {"a": "east", "b": "east"}, "lineage": [], "years": {BEFORE: year, AFTER: after}}


def _factors(city: City) -> dict[str, float]:
    """What contributes to the change of the average at all."""
    crossed = _crossed(city)
    units = decompose_units(crossed)
    split = decompose_average(crossed).groupby("factor")["contribution"].sum()
    moved = split[split.abs() > 1e-9].to_dict()
    if crossed.members.all():
        totals = units.groupby("factor")["contribution"].sum() / len(crossed.units)
        assert totals[totals.abs() > 1e-9].to_dict() == pytest.approx(moved)
    return moved


def test_a_still_city_has_nothing_to_explain() -> None:
    assert _factors(_still_city()) == {}


def test_a_new_unit_is_membership_alone() -> None:
    city = _still_city()
    city["units"]["c"] = "east"
    city["lineage"] = [("c", AFTER, "c局", "enters")]
    city["years"][AFTER]["marks"]["c"] = dict.fromkeys(["p1", "p2", "d1", "d2"], "中")
    assert _factors(city) == pytest.approx({"entering": (44 + 60 + 30) / 3 - (44 + 60) / 2})


def test_a_unit_that_is_gone_is_membership_alone() -> None:
    city = _still_city()
    city["units"]["c"] = "east"
    city["lineage"] = [("c", AFTER, "c局", "leaves")]
    city["years"][BEFORE]["marks"]["c"] = dict.fromkeys(["p1", "p2", "d1", "d2"], "中")
    assert _factors(city) == pytest.approx({"leaving": (44 + 60) / 2 - (44 + 60 + 30) / 3})


def test_membership_is_what_the_panel_does_not_explain() -> None:
    """A unit that enters with what it has: the panel's own rise is not touched by it."""
    city = _still_city()
    city["units"] |= {"c": "east", "d": "east"}
    city["lineage"] = [("c", AFTER, "c局", "enters"), ("d", AFTER, "d局", "leaves")]
    city["years"][AFTER]["marks"]["c"] = dict.fromkeys(["p1", "p2", "d1", "d2"], "优")
    city["years"][BEFORE]["marks"]["d"] = dict.fromkeys(["p1", "p2", "d1", "d2"], "中")
    city["years"][AFTER]["marks"]["a"] = dict.fromkeys(["p1", "p2", "d1", "d2"], "优")
    assert _factors(city) == pytest.approx({
        "performance": 18 / 2, "entering": (62 + 60 + 60) / 3 - (62 + 60) / 2,
        "leaving": (44 + 60) / 2 - (44 + 60 + 30) / 3,
    })  # fmt: skip


@pytest.mark.parametrize("stays", [True, False])
def test_a_group_of_one_has_no_membership_unless_all_of_it_is_exchanged(stays: bool) -> None:
    city = _still_city()
    del city["units"]["b"], city["years"][BEFORE]["marks"]["b"], city["years"][AFTER]["marks"]["b"]
    if not stays:
        city["units"]["c"] = "east"
        city["lineage"] = [("a", AFTER, "a局", "leaves"), ("c", AFTER, "c局", "enters")]
        city["years"][AFTER]["adjustments"] = []
        city["years"][AFTER]["marks"] = {"c": dict.fromkeys(["p1", "p2", "d1", "d2"], "优")}
    crossed = _crossed(city)
    assert decompose_units(crossed).empty == (not stays)
    assert _factors(city) == pytest.approx({} if stays else {"membership": 60 - 44})
    if not stays:
        assert list(decompose_average(crossed)["factor"]) == ["membership"]
        assert decompose_average(cross_years(*crossed.years[::-1], "east"))["contribution"].tolist() == [-16]


def test_a_better_rating_is_performance_alone() -> None:
    city = _still_city()
    city["years"][AFTER]["marks"]["a"]["d1"] = "优"
    assert _factors(city) == pytest.approx({"performance": 2.5})
    split = decompose_average(_crossed(city)).set_index(["factor", "part"])["contribution"]
    assert split["performance", "desk"] == pytest.approx(2.5)


@pytest.mark.parametrize(("kind", "sign"), [("bonus", 1), ("deduction", -1)])
def test_another_item_is_an_adjustment_alone(kind: str, sign: int) -> None:
    city = _still_city()
    city["years"][AFTER]["adjustments"].append({"unit_id": "b", "kind": kind, "points": 1})
    assert _factors(city) == pytest.approx({kind: sign * 0.5})


def test_other_points_are_the_scheme_alone() -> None:
    city = _still_city()
    after = city["years"][AFTER]
    after["scheme"]["components"][0]["points"] = 120
    for indicator in after["indicators"].values():
        indicator["points"] *= 2
    assert _factors(city) == pytest.approx({"scheme": (42 + 60) / 2})


def test_another_rating_value_or_cap_is_the_scheme_alone() -> None:
    city = _still_city()
    city["years"][AFTER]["scheme"]["ratings"]["value"]["中"] = 0.7
    city["years"][AFTER]["scheme"]["bonus"]["cap"] = 1
    assert _factors(city) == pytest.approx({"scheme": (20 * 0.2 - 1) / 2})


def test_carrying_less_at_an_even_rate_is_carried_alone() -> None:
    city = _still_city()
    city["years"][AFTER]["marks"]["a"]["d1"] = "-"
    assert _factors(city) == pytest.approx({"applicable": ((40 * 0.8 + 10 * 0.5) * 60 / 50 - 42) / 2})


def test_carrying_less_at_one_rate_throughout_changes_nothing() -> None:
    city = _still_city()
    city["years"][AFTER]["marks"]["b"] |= {"p1": "-", "d1": "-"}
    assert _factors(city) == {}


def test_carrying_less_at_uneven_rates_is_carried_and_performance() -> None:
    city = _still_city()
    for year in YEARS:
        city["years"][year]["marks"]["a"]["d1"] = "优"
    city["years"][AFTER]["marks"]["a"]["d1"] = "-"
    assert _factors(city).keys() == {"applicable", "performance"}


# --- What says that indicators are the same ---------------------------------------------------------------------------


def _without_links(city: City) -> City:
    for facts in city["years"].values():
        for indicator in facts["indicators"].values():
            indicator.pop("same_as", None)
    return city


def _relabel(city: City, year: int, ending: str) -> None:
    facts = city["years"][year]
    facts["indicators"] = {f"{key}{ending}": spec for key, spec in facts["indicators"].items()}
    facts["marks"] = {
        unit: {f"{key}{ending}": mark for key, mark in own.items()} for unit, own in facts["marks"].items()
    }


def test_equal_ids_do_not_link() -> None:
    city = _without_links(_still_city())
    assert _factors(city) == {}
    city["years"][AFTER]["marks"]["a"]["d1"] = "优"
    assert _factors(city) == pytest.approx({"unseparated": 2.5})


@pytest.mark.parametrize("ending", ["", "x"])
@pytest.mark.parametrize("linked", [True, False])
def test_points_moved_to_easy_indicators_are_the_scheme_if_linked(linked: bool, ending: str) -> None:
    city = _still_city() if linked else _without_links(_still_city())
    for facts in city["years"].values():
        facts["marks"]["a"]["p2"] = "优"
    easier = city["years"][AFTER]["indicators"]
    easier["p1"]["points"], easier["p2"]["points"] = 10, 30
    _relabel(city, AFTER, ending)
    assert _factors(city) == pytest.approx({"scheme" if linked else "unseparated": 20 * (1 - 0.8) / 2})


@pytest.mark.parametrize("linked", [True, False])
def test_points_of_a_component_and_ratings_revalued_are_the_scheme_linked_or_not(linked: bool) -> None:
    city = _still_city() if linked else _without_links(_still_city())
    after = city["years"][AFTER]
    after["scheme"]["components"][0]["points"] = 120
    for indicator in after["indicators"].values():
        indicator["points"] *= 2
    after["scheme"]["ratings"]["value"]["中"] = 0.7
    assert _factors(city) == pytest.approx({"scheme": ((80 * 0.8 + 40 * 0.7) - 42 + 60) / 2})


@pytest.mark.parametrize("seed", range(4))
def test_other_labels_change_nothing(seed: int) -> None:
    there, relabelled = draw_city(seed), draw_city(seed)
    _relabel(relabelled, AFTER, "-other")
    for ours, theirs in zip(*map(_crossings, map(load_city, (there, relabelled))), strict=True):
        pd.testing.assert_frame_equal(decompose_average(ours), decompose_average(theirs))
        pd.testing.assert_frame_equal(ours.linked, theirs.linked)


@pytest.mark.parametrize("through", [AFTER, BEFORE], ids=["year by year", "over the year between"])
def test_links_lead_through_several_years(through: int) -> None:
    city = _still_city()
    city["years"][AFTER + 1] = last = deepcopy(city["years"][AFTER])
    last["scheme"]["year"] = AFTER + 1
    _relabel(city, AFTER, "x")
    for key, indicator in last["indicators"].items():
        indicator["same_as"] = f"{through}:{key}" + ("x" if through == AFTER else "")
    last["marks"]["a"]["d1"] = "优"
    _relabel(city, AFTER + 1, "y")
    assert _factors(city) == pytest.approx({"performance": 2.5})
    years = load_city(city).years
    assert cross_years(years[AFTER], years[AFTER + 1], "east").linked["linked"].tolist() == [60, 60]


def test_what_has_moved_to_another_component_is_not_followed() -> None:
    city = _still_city()
    daily = city["years"][AFTER]["scheme"]["components"][0]
    desk = {"id": "other", "points": 20, "parts": {"desk": daily["parts"].pop("desk")}}
    city["years"][AFTER]["scheme"]["components"].append(daily | desk | {"name": "other"})
    daily["points"] = 40
    crossed = _crossed(city)
    counted = crossed.linked.set_index(["year", "component"])[["points", "linked"]].T
    assert counted.to_dict("list") == {
        (BEFORE, "daily"): [60, 40],
        (AFTER, "daily"): [40, 40],
        (AFTER, "other"): [20, 0],
    }
    assert {"daily", "other"} == set(decompose_units(crossed).query("factor == 'unseparated'")["part"])


# --- All of it once more, from the definition -------------------------------------------------------------------------

_RATINGS = ({"优": 1.0, "良": 0.8, "中": 0.5}, {"优": 1.0, "良": 0.9, "中": 0.6})
_COMPONENTS: Any = ({"daily": 60, "reporting": 40}, {"daily": 80, "reporting": 20})
_CAPS = (3, 1)
_INDICATORS: Any = (  # component, part, points
    {"p1": ("daily", "platform", 25), "p2": ("daily", "platform", 15), "d1": ("daily", "desk", 20),
     "n1": ("reporting", "reports", 25), "n2": ("reporting", "reports", 15)},
    {"q1": ("daily", "platform", 20), "q2": ("daily", "platform", 10), "d1": ("daily", "desk", 30),
     "d3": ("daily", "platform", 20), "m1": ("reporting", "reports", 12), "m2": ("reporting", "reports", 8)},
)  # fmt: skip
_SAME = {"q1": "p1", "q2": "p2", "m1": "n1"}
_MARKS: Any = (
    {"a": "良-优优中", "b": "中优良-优", "c": "优良中良良", "left": "中中中优良"},
    {"a": "优良-良优优", "b": "良优优中中良", "c": "-优良优良优", "new": "优优优优中良"},
)
_BONUS: Any = ({"a": 2, "b": 0, "c": 3, "left": 1, "new": 0}, {"a": 2, "b": 1, "c": 0, "left": 0, "new": 1})


def _told(year: int, unit: str) -> dict[str, str]:
    return dict(zip(_INDICATORS[year], _MARKS[year][unit], strict=True))


def _defined_total(unit: str, scheme: int, applying: int, chosen: dict[str, int], marked: dict[str, int]) -> float:
    """The total of a unit with each of its causes in one of the years, written as decision 0040 has it."""
    ratings, linked = _RATINGS[scheme], [dict(map(reversed, _SAME.items())), _SAME]  # type: ignore[arg-type]
    total = float(min(_BONUS[marked["bonus"]][unit], _CAPS[scheme]))
    for component, points in _COMPONENTS[scheme].items():
        year = chosen[component]
        own = [{key: each for key, each in _INDICATORS[of].items() if each[0] == component} for of in (0, 1)]
        share = {of: sum(own[of][key][2] for key in own[of] if key in linked[of]) for of in (0, 1)}
        rows = []  # of weight, applicable, rate
        for new, old in _SAME.items():
            if new not in own[1]:
                continue
            names, part = (old, new), own[1][new][1]
            weight = own[scheme][names[scheme]][2] / share[scheme] * share[year] / _COMPONENTS[year][component]
            when = marked[part]
            marks = _told(when, unit)
            of_part = [key for key in own[when] if own[when][key][1] == part and marks[key] != "-"]
            of_part = [names[when]] if marks[names[when]] != "-" else of_part
            earned = sum(own[when][key][2] * ratings[marks[key]] for key in of_part)
            rate = earned / sum(own[when][key][2] for key in of_part)
            rows.append((weight, _told(applying, unit)[names[applying]] != "-", rate))
        marks = _told(year, unit)
        for key, (_, _, worth) in own[year].items():
            if key not in linked[year]:
                rate = 0.0 if marks[key] == "-" else ratings[marks[key]]
                rows.append((worth / _COMPONENTS[year][component], marks[key] != "-", rate))
        earned = sum(weight * rate for weight, applies, rate in rows if applies)
        applicable = sum(weight for weight, applies, _ in rows if applies)
        total += points * (earned / applicable if component == "daily" else earned)
    return total


def _own_total(unit: str, year: int) -> float:
    return _defined_total(
        unit, year, year, dict.fromkeys(_COMPONENTS[0], year), dict.fromkeys(["platform", "reports", "bonus"], year)
    )


def _defined_city() -> City:
    city = _still_city()
    city["units"] = dict.fromkeys([*_MARKS[0], "new"], "east")
    city["lineage"] = [("left", AFTER, "left局", "leaves"), ("new", AFTER, "new局", "enters")]
    for place, facts in enumerate(city["years"].values()):
        scheme, points = facts["scheme"], _COMPONENTS[place]
        daily, reporting = scheme["components"][0], _component("reporting", "reports", points["reporting"])
        scheme["components"] = [daily | {"points": points["daily"]}, reporting | {"rescale": False}]
        scheme["ratings"]["value"], scheme["bonus"]["cap"] = _RATINGS[place], _CAPS[place]
        facts["indicators"] = {
            key: {"group": "east", "part": part, "points": worth, "assessor_id": "office"}
            | ({"same_as": f"{BEFORE}:{_SAME[key]}"} if key in _SAME else {})
            for key, (_, part, worth) in _INDICATORS[place].items()
        }
        facts["marks"] = {unit: _told(place, unit) for unit in _MARKS[place]}
        facts["adjustments"] = [
            {"unit_id": unit, "kind": "bonus", "points": _BONUS[place][unit]}
            for unit in _MARKS[place] if _BONUS[place][unit]
        ]  # fmt: skip
    return city


def test_the_whole_split_is_as_defined() -> None:
    """Two components, one not rescaled; linked and unlinked indicators; a unit that enters and one that leaves."""
    crossed = _crossed(_defined_city())
    scores = [score_year(facts).set_index("unit_id")["total"].to_dict() for facts in crossed.years]
    for place, totals in enumerate(scores):
        assert totals == pytest.approx({unit: _own_total(unit, place) for unit in _MARKS[place]})
    players = [("scheme", ""), ("applicable", ""), *(("unseparated", each) for each in _COMPONENTS[0]),
               ("performance", "platform"), ("performance", "reports"), ("bonus", "")]  # fmt: skip

    def value(present: tuple[int, ...]) -> np.ndarray:
        scheme, applying, daily, reporting, platform, reports, bonus = present
        chosen = {"daily": daily, "reporting": reporting}
        marked = {"platform": platform, "reports": reports, "bonus": bonus}
        return np.array([_defined_total(unit, scheme, applying, chosen, marked) for unit in "abc"])

    values = {present: value(present) for present in product((0, 1), repeat=len(players))}
    expected = dict(zip(players, _by_permutations(values.__getitem__, len(players)), strict=True))
    units = decompose_units(crossed).query("factor != 'deduction'").set_index(["factor", "part", "unit_id"])
    assert units["contribution"].to_dict() == pytest.approx({
        (*factor, unit): value for factor, own in expected.items() for unit, value in zip("abc", own, strict=True)
    })  # fmt: skip
    split = decompose_average(crossed).query("factor != 'deduction'").set_index(["factor", "part"])["contribution"]
    before, now = ({unit: _own_total(unit, place) for unit in _MARKS[place]} for place in (0, 1))
    base, current = ([own[unit] for unit in "abc"] for own in (before, now))
    assert split.to_dict() == pytest.approx({factor: own.mean() for factor, own in expected.items()} | {
        ("entering", ""): fmean(now.values()) - fmean(current),
        ("leaving", ""): fmean(base) - fmean(before.values()),
    })  # fmt: skip
    assert split.abs().min() > 0.05  # everything is at work


# --- Years added up ---------------------------------------------------------------------------------------------------


def _step(group: str, **contributions: float) -> pd.DataFrame:
    columns = {"group": group, "factor": list(contributions), "part": "", "contribution": list(contributions.values())}
    return pd.DataFrame(columns).assign(alternative=0.0)


def test_years_are_added_up_for_the_groups_of_all_of_them() -> None:
    first = pd.concat([_step("east", scheme=1.0, entering=2.0), _step("west", scheme=4.0)])
    added = add_up([first, _step("east", scheme=3.0, leaving=-1.0)])
    assert added.set_index(["group", "factor"])["contribution"].to_dict() == {
        ("east", "scheme"): 4.0, ("east", "entering"): 2.0, ("east", "leaving"): -1.0
    }  # fmt: skip
    assert add_up([first]).empty
    nothing = first.iloc[:0]
    assert add_up([nothing, first]).empty and add_up([nothing, nothing]).empty
