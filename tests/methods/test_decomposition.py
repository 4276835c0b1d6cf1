"""A change between two years split among its causes: against brute force, and against what must follow."""

from __future__ import annotations

from copy import deepcopy
from itertools import permutations, product
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import UNMARKED, YEARS, City, city_data, draw_city, load_city, outside_city

from analysis.data.dataset import Dataset
from analysis.methods.counterfactuals import Counterfactuals, cross_groups, cross_years, score_counterfactuals
from analysis.methods.decomposition import decompose_average, decompose_units, shapley
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
    years = load_city(city).years
    return cross_years(years[BEFORE], years[AFTER], group)


@pytest.fixture(params=[None, *range(6)], ids=lambda seed: "shipped" if seed is None else None)
def seed(request: pytest.FixtureRequest) -> int | None:
    return cast("int | None", request.param)


@pytest.fixture
def data(seed: int | None, dataset: Dataset) -> Dataset:
    return dataset if seed is None else city_data(seed)


def test_each_year_under_its_own_scheme_is_its_own_score(data: Dataset) -> None:
    for crossed in _crossings(data):
        counterfactual = score_counterfactuals(crossed)
        for place, facts in enumerate(crossed.years):
            scores = score_year(facts).set_index("unit_id")
            members = crossed.units["unit_id"][crossed.members[place]]
            assert set(members) == set(scores.index[scores["group"].eq(crossed.group)])
            summed = crossed.points[place, place, place, crossed.members[place]].sum(axis=-1)
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
            for mixture in product((0, 1), repeat=3):
                applying, marked = (YEARS[year] if YEARS[year] in known else known[0] for year in mixture[1:])
                naive = _naive_total(city, unit, YEARS[mixture[0]], applying, marked)
                if naive is not None:
                    assert crossed.points[mixture][place].sum() == pytest.approx(naive, abs=1e-9)
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
    for imputation, rate in (("own_rate", (40 * 0.8 + 20 * 0.5) / 60), ("other_year", 1.0)):
        crossed = cross_years(years[BEFORE], years[AFTER], "east", imputation)  # type: ignore[arg-type]
        assert crossed.imputed == ((BEFORE, "reports"),)
        new = crossed.items["part"].eq("reports").to_numpy()
        place = crossed.units["unit_id"].tolist().index("a")
        assert crossed.points[1, 1, 0, place, new].sum() == pytest.approx(20 * rate)


def test_a_component_of_which_nothing_would_be_carried_is_taken_as_carried_in_full() -> None:
    city = _still_city()
    city["years"][BEFORE]["marks"]["a"]["p1"] = "-"
    after = city["years"][AFTER]
    after["scheme"]["components"][0]["parts"].pop("desk")
    after["indicators"] = {"p1": after["indicators"]["p1"] | {"points": 60}}
    after["marks"] = {"a": {"p1": "优"}, "b": {"p1": "优"}}
    crossed = _crossed(city)
    place = crossed.units["unit_id"].tolist().index("a")
    assert crossed.points[1, 0, :, place].sum(axis=-1).tolist() == pytest.approx([60 * 0.8 + 2, 60 + 2])


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
    assert crossed.points[1, :, :, place].sum(axis=-1) == pytest.approx(40 * 0.8 + 20 * 0.5)


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
        assert group["contribution"].sum() == pytest.approx(average, abs=1e-9)
        assert set(units["factor"]) | {"membership"} == set(group["factor"]) == set(FACTORS)
        assert not group.duplicated(["factor", "part"]).any()


def test_swapping_the_years_flips_every_sign(data: Dataset) -> None:
    for crossed in _crossings(data):
        swapped = cross_years(*crossed.years[::-1], crossed.group)
        for split, key in ((decompose_units, ["unit_id", "factor", "part"]), (decompose_average, ["factor", "part"])):
            there, back = (split(way).set_index(key)["contribution"].sort_index() for way in (crossed, swapped))
            pd.testing.assert_series_equal(there, -back, rtol=0, atol=1e-9)


def _big_game(crossed: Counterfactuals) -> dict[tuple[str, str], float]:
    """Let every part, both adjustments, the scheme, what is applicable and membership play one game."""
    items = [tuple(row) for row in crossed.items[["kind", "part"]].to_numpy()]
    players = [("membership", ""), ("scheme", ""), ("applicable", ""), *dict.fromkeys(items)]
    averages: dict[tuple[int, ...], float] = {}
    for present in product((0, 1), repeat=len(players)):
        told = dict(zip(players, present, strict=True))
        by_item = [
            crossed.points[told["scheme", ""], told["applicable", ""], told[item], :, place].tolist()
            for place, item in enumerate(items)
        ]
        members = np.flatnonzero(crossed.members[told["membership", ""]]).tolist()
        averages[present] = sum(points[unit] for points in by_item for unit in members) / len(members)
    return dict(zip(players, _by_permutations(averages.__getitem__, len(players)), strict=True))


@pytest.mark.parametrize(("seed", "alike"), [(13, False), (19, False), (24, False), (11, True), (25, True)])
def test_the_average_splits_as_one_game_of_all_factors(seed: int, alike: bool) -> None:
    crossed = _crossings(city_data(seed, alike))[-1]
    split = decompose_average(crossed).set_index(["factor", "part"])["contribution"].to_dict()
    game = _big_game(crossed)
    assert split.keys() == game.keys()
    for factor, contribution in game.items():
        assert split[factor] == pytest.approx(contribution, abs=1e-9)


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
    assert _factors(city) == pytest.approx({"membership": (44 + 60 + 30) / 3 - (44 + 60) / 2})


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


def test_renamed_indicators_are_compared_by_part() -> None:
    city = _still_city()
    after = city["years"][AFTER]
    after["indicators"] = {f"{key}x": spec for key, spec in after["indicators"].items()}
    after["marks"] = {unit: {f"{key}x": mark for key, mark in own.items()} for unit, own in after["marks"].items()}
    assert _factors(city) == {}
