"""A year under a changed scheme, against a recomputation in exact fractions from the plain data."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

import pandas as pd
import pytest
from tests.made_up import City, city_data, draw_city

from analysis.data.dataset import Dataset, YearFacts
from analysis.methods.what_if import Changes, ClausePath, ask_what_if, change_scheme, list_levers
from analysis.problems import InputError, WorkbookError
from analysis.scoring.years import score_year

SEEDS = range(12)
cities = pytest.mark.parametrize("seed", SEEDS)


def _years(seed: int) -> list[tuple[YearFacts, dict[str, Any]]]:
    """Every year of a city, as loaded and as plain data."""
    city: City = draw_city(seed)
    return [(facts, city["years"][year]) for year, facts in city_data(seed).years.items()]


def _draw_changes(random: Random, scheme: dict[str, Any]) -> dict[ClausePath, Any]:
    changes: dict[ClausePath, Any] = {
        ("ratings", "value", rating): random.randint(0, 20) / 20 for rating in scheme["ratings"]["value"]
    }
    for component in scheme["components"]:
        if "parts" in component:
            changes["components", component["id"], "rescale"] = random.random() < 0.5
    changes["bonus", "cap"] = random.choice([0, 0.5, 3, None])
    changes["deduction", "cap"] = random.choice([0, 0.5, 2, None])
    changes["ranking", "ties"] = random.choice(["min", "max"])
    if "veto" in scheme:
        changes["veto", "bars"] = random.choice([[], [scheme["grades"][0]["id"]]])
    falling = {group: sorted(random.randint(0, 10) for _ in scheme["grades"])[::-1] for group in scheme["groups"]}
    best = scheme["grades"][0]["rule"]
    line = best["value"] if best["kind"] == "threshold" else 90  # the best grade may be left as it is
    for place, grade in enumerate(scheme["grades"][:-1]):
        kind = random.choice(["count", "share", "threshold"])
        highest = {"count": 5, "share": 1, "threshold": min(line, 90) if place else 90}[kind]
        value = {group: tenths[place] * highest / 10 for group, tenths in falling.items()}
        value = {group: float(int(each)) if kind == "count" else each for group, each in value.items()}
        changes["grades", grade["id"], "rule"] = {"kind": kind, "value": value, "rounding": random.choice(ROUNDINGS)}
    return {path: value for path, value in changes.items() if random.random() < 0.6}


ROUNDINGS = ["half_up", "down", "up"]


def _with(plain: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """The plain data of the year with other clauses."""
    scheme = deepcopy(plain["scheme"])
    components = {component["id"]: component for component in scheme["components"]}
    grades = {grade["id"]: grade for grade in scheme["grades"]}
    for path, value in changes.items():
        match path:
            case ("components", component, "rescale"):
                components[component]["rescale"] = value
            case ("grades", grade, "rule"):
                grades[grade]["rule"] = value
            case (clause, key):
                scheme[clause][key] = value
            case (clause, key, entry):
                scheme[clause][key][entry] = value
    return plain | {"scheme": scheme}


def _exact(number: Any) -> Fraction:
    return Fraction(str(number))


def _total(unit: str, plain: dict[str, Any]) -> Fraction:
    scheme, total = plain["scheme"], Fraction(0)
    for component in scheme["components"]:
        full = _exact(component["points"])
        if "parts" not in component:
            score, of = plain["results"][component["id"]][unit]
            total += _exact(score) / _exact(of) * full
            continue
        earned = applicable = Fraction(0)
        for key, mark in plain["marks"][unit].items():
            spec = plain["indicators"][key]
            if spec["part"] in component["parts"] and mark not in ("-", "own"):
                applicable += _exact(spec["points"])
                rate = scheme["ratings"]["value"].get(mark) if isinstance(mark, str) else None
                earned += _exact(mark) if rate is None else _exact(rate) * _exact(spec["points"])
        total += earned * full / applicable if component["rescale"] else earned
    for kind, sign in (("bonus", 1), ("deduction", -1)):
        items = [_exact(row["points"]) for row in plain["adjustments"] if (row["unit_id"], row["kind"]) == (unit, kind)]
        cap = scheme[kind]["cap"]
        total += sign * (sum(items) if cap is None else min(sum(items), _exact(cap)))
    return total


def _places(rule: dict[str, Any], group: str, size: int) -> int:
    value = rule["value"][group] if isinstance(rule["value"], dict) else rule["value"]
    if rule["kind"] == "count":
        return int(value)
    exact = _exact(value) * size
    rounding = {"down": floor, "up": ceil, "half_up": lambda number: floor(number + Fraction(1, 2))}
    return int(rounding[rule.get("rounding", "half_up")](exact))


def _recompute(group: str, units: list[str], plain: dict[str, Any]) -> dict[str, tuple[Fraction, int, str]]:
    scheme = plain["scheme"]
    totals = {unit: _total(unit, plain) for unit in units}

    def rank(own: Fraction, among: list[Fraction]) -> int:
        better = sum(other > own for other in among)
        return better + (among.count(own) if scheme["ranking"]["ties"] == "max" else 1)

    vetoed = {row["unit_id"] for row in plain["adjustments"] if row["kind"] == "veto"}
    left, grades = dict(totals), {}
    for grade in scheme["grades"]:
        rule, barred = grade["rule"], vetoed if grade["id"] in scheme.get("veto", {}).get("bars", []) else set()
        eligible = {unit: total for unit, total in left.items() if unit not in barred}
        for unit, total in eligible.items():
            if rule["kind"] == "rest":
                inside = True
            elif rule["kind"] == "threshold":
                inside = total >= _exact(rule["value"][group] if isinstance(rule["value"], dict) else rule["value"])
            else:
                inside = rank(total, list(eligible.values())) <= _places(rule, group, len(units))
            if inside:
                grades[unit] = grade["id"]
                del left[unit]
    return {unit: (total, rank(total, list(totals.values())), grades[unit]) for unit, total in totals.items()}


@cities
def test_both_schemes_give_what_a_recomputation_gives(seed: int) -> None:
    random = Random(seed)
    for facts, plain in _years(seed):
        for _ in range(5):
            changes = _draw_changes(random, plain["scheme"])
            units = ask_what_if(facts, changes)
            assert sorted(units["unit_id"]) == sorted(facts.units["unit_id"])
            for group, own in units.groupby("group"):
                before = _recompute(str(group), list(own["unit_id"]), plain)
                after = _recompute(str(group), list(own["unit_id"]), _with(plain, changes))
                for row in own.to_dict("records"):
                    now, then = before[row["unit_id"]], after[row["unit_id"]]
                    assert (row["base_rank"], row["base_grade"]) == now[1:]
                    assert (row["rank"], row["grade"]) == then[1:]
                    assert row["base_total"] == pytest.approx(float(now[0]), abs=1e-9)
                    assert row["total"] == pytest.approx(float(then[0]), abs=1e-9)
                    assert row["rank_change"] == now[1] - then[1]


@cities
def test_what_is_not_changed_moves_nobody(seed: int) -> None:
    for facts, _ in _years(seed):
        same = {lever.path: lever.value for lever in list_levers(facts.scheme)}
        for changes in ({}, same):
            units = ask_what_if(facts, changes)
            assert units["total"].equals(units["base_total"])
            assert units["rank_change"].eq(0).all() and units["movement"].eq("stayed").all()
        assert change_scheme(facts.scheme, same) == facts.scheme


@cities
def test_there_and_back_is_where_it_was(seed: int) -> None:
    random = Random(seed)
    for facts, plain in _years(seed):
        changes = _draw_changes(random, plain["scheme"])
        values = {lever.path: lever.value for lever in list_levers(facts.scheme)}
        changed = change_scheme(facts.scheme, changes)
        assert change_scheme(changed, {path: values[path] for path in changes}) == facts.scheme


@cities
@pytest.mark.slow
def test_clauses_move_what_they_are_about(seed: int) -> None:
    for facts, plain in _years(seed):
        better = {("ratings", "value", rating): 1.0 for rating in plain["scheme"]["ratings"]["value"]}
        assert (ask_what_if(facts, better)["total_change"] >= -1e-9).all()
        free = {("bonus", "cap"): None}
        assert (ask_what_if(facts, free)["total_change"] >= 0).all()
        assert (ask_what_if(facts, {("deduction", "cap"): None})["total_change"] <= 0).all()
        ties = {"min": "max", "max": "min"}[plain["scheme"]["ranking"]["ties"]]
        tied = ask_what_if(facts, {("ranking", "ties"): ties})
        assert tied["total_change"].eq(0).all()
        assert tied["rank_change"].ne(0).any()  # each group has a tie
        all_in = {"kind": "share", "value": 1, "rounding": "half_up"}
        best = plain["scheme"]["grades"][0]["id"]
        unbarred = {("veto", "bars"): []} if "veto" in plain["scheme"] else {}
        graded = ask_what_if(facts, {("grades", best, "rule"): all_in, **unbarred})
        assert graded["grade"].eq(best).all() and graded["rank_change"].eq(0).all()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("ratings", "value", "良"), 1.2, "ratings.value.良”（值：'1.2'）：不应大于1"),
        (("ratings", "value", "良"), "八成", "ratings.value.良”（值：'八成'）"),
        (("bonus", "cap"), -1.0, "bonus.cap”（值：'-1.0'）：不应小于0"),
        (("bonus", "cap"), float("nan"), "bonus.cap"),
        (("ranking", "ties"), "either", "不在允许的取值内"),
        (("veto", "bars"), ["good"], "veto.bars 只能列最末等次以外的等次"),
        (("grades", "excellent", "rule"), {"kind": "share", "value": 30}, "value 应在0与1之间"),
        (("grades", "excellent", "rule"), {"kind": "count", "value": 2.5}, "value 应为整数"),
        (("grades", "excellent", "rule"), {"kind": "count", "value": {"county": 2}}, "应给出每个组的值"),
        (("grades", "excellent", "rule"), {"kind": "threshold", "value": -1.0}, "grades.excellent.rule.value"),
        (("grades", "excellent", "rule"), {"kind": "rest"}, "只有最后一个等次的 rule.kind 为 rest"),
    ],
)
def test_a_clause_that_cannot_be_so_is_refused_in_chinese(
    dataset: Dataset, path: ClausePath, value: Any, told: str
) -> None:
    facts = list(dataset.years.values())[-1]
    with pytest.raises(InputError) as refusal:
        ask_what_if(facts, {path: value})
    assert told in str(refusal.value) and "考核办法" in str(refusal.value)


@pytest.mark.parametrize("path", [("year",), ("components", "inspection", "rescale"), ("bonus", "step"), ()])
def test_only_clauses_that_leave_the_marks_alone_can_be_changed(dataset: Dataset, path: ClausePath) -> None:
    facts = list(dataset.years.values())[-1]
    with pytest.raises(WorkbookError, match="没有可以改的条款"):
        change_scheme(facts.scheme, {path: 1})


def test_the_facts_are_left_as_they_were(dataset: Dataset) -> None:
    facts = list(dataset.years.values())[-1]
    before, scheme = score_year(facts), facts.scheme.model_dump()
    ask_what_if(facts, {("ratings", "value", "良"): 0.1, ("bonus", "cap"): 0.0})
    pd.testing.assert_frame_equal(score_year(facts), before)
    assert facts.scheme.model_dump() == scheme


def test_a_year_without_marks_cannot_be_asked(dataset: Dataset) -> None:
    facts = replace(list(dataset.years.values())[-1], inputs=None)
    with pytest.raises(WorkbookError, match="没有评分数据"):
        ask_what_if(facts, {})
