"""What a grade requires, against plain loops over made-up scores."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.data.schemes import Scheme
from analysis.scoring.conditions import find_bars, list_bars
from analysis.scoring.examples import small_scheme
from analysis.scoring.grading import find_unmet, grade_units

SAID = {"source": "算例", "basis": "printed"}
GROUPS = ["east", "west"]


def _scheme(grades: list[dict[str, Any]], ties: str = "min", decimals: int | None = None, veto: bool = True) -> Scheme:
    parts = {part: {"name": part, "marking": "score"} for part in ("desk", "field")}
    components = [
        {"id": "daily", "name": "daily", "points": 60, "parts": parts, "rescale": True, **SAID},
        {"id": "survey", "name": "survey", "points": 40, **SAID},
    ]
    rest = {"id": "rest", "name": "rest", "rule": {"kind": "rest"}, **SAID}
    named = [{"id": f"g{place}", "name": f"g{place}", **grade, **SAID} for place, grade in enumerate(grades)]
    return small_scheme(
        {}, groups={group: {"name": group, **SAID} for group in GROUPS}, components=components,
        ranking={"ties": ties, "decimals": decimals, **SAID}, grades=[*named, rest],
        veto={"bars": ["g0"], **SAID} if veto else None,
    )  # fmt: skip


def _draw_scores(random: Random) -> pd.DataFrame:
    rows = []
    for place in range(random.randint(2, 12)):
        carried = random.choice([0, 20, 40])  # of the desk's 40 points
        desk, field = random.randint(0, carried), random.randint(0, 40) / 2
        survey, bonus = random.randint(0, 80) / 2, random.choice([0, 1.25])
        factor, deduction = 60 / (carried + 20), random.choice([0, 0, 0, 1, 15])
        daily = (desk + field) * factor
        rows.append({
            "unit_id": f"u{place}", "group": random.choice(GROUPS), "vetoed": random.random() < 0.1,
            "desk_earned": desk, "desk_applicable": carried, "field_earned": field, "field_applicable": 20,
            "daily_factor": factor, "daily_score": daily, "survey_score": survey, "deduction_uncapped": deduction,
            "total": daily + survey + bonus - min(deduction, 10),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _draw_grades(random: Random) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = [
        {"kind": "count", "value": random.randint(0, 4)},
        {"kind": "share", "value": random.choice([0.3, 0.5]), "rounding": "up"},
        {"kind": "threshold", "value": 62.5},
    ]
    chosen = random.sample(rules, 2)
    return [{"rule": rule} | ({"requires": _draw_requires(random)} if random.random() < 0.8 else {}) for rule in chosen]


def _draw_requires(random: Random) -> dict[str, Any]:
    points = {item: float(random.randint(5, 30)) for item in ("daily", "survey", "desk", "field")}
    least = {item: points[item] for item in random.sample(list(points), random.randint(0, 2))}
    least = {item: {"east": line, "west": line / 2} if random.random() < 0.3 else line for item, line in least.items()}
    within = {
        item: random.choice([1.0, 2.0, 3.0, 0.5, 0.4]) for item in random.sample(list(points), random.randint(0, 2))
    }
    return {"least": least, "within": within, "no_deduction": not (least or within) or random.random() < 0.3}


def _round(value: float, decimals: int | None) -> Decimal:
    exact = Decimal(repr(round(value, 9)))
    return exact if decimals is None else exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _rank(own: Decimal, all_of_them: list[Decimal], ties: str) -> int:
    ahead, level = (sum(test(other) for other in all_of_them) for test in (own.__lt__, own.__le__))
    return ahead + 1 if ties == "min" else level


def _of(unit: dict[str, Any], item: str) -> float | None:
    if item in {"daily", "survey"}:
        return unit[f"{item}_score"]
    return unit[f"{item}_earned"] * unit["daily_factor"] if unit[f"{item}_applicable"] else None


def _lacks(unit: dict[str, Any], group: list[dict[str, Any]], grade: dict[str, Any], scheme: Scheme) -> list[str]:
    """Say by hand which conditions a unit does not meet."""
    ties, decimals, requires = scheme.ranking.ties, scheme.ranking.decimals, grade.get("requires", {})
    found = []
    for item, line in requires.get("least", {}).items():
        own = _of(unit, item)
        asked = line[unit["group"]] if isinstance(line, dict) else line
        if own is not None and _round(own, decimals) < Decimal(repr(asked)):
            found.append(f"least {item}")
    for item, line in requires.get("within", {}).items():
        own = _of(unit, item)
        known = [_round(score, decimals) for other in group if (score := _of(other, item)) is not None]
        exact = Decimal(repr(line)) * len(group) if line < 1 else Decimal(repr(line))
        last = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        if own is not None and _rank(_round(own, decimals), known, ties) > last:
            found.append(f"within {item}")
    if requires.get("no_deduction") and unit["deduction_uncapped"] > 0:
        found.append("no_deduction ")
    return found


def _is_in(rule: dict[str, Any], total: Decimal, totals: list[Decimal], size: int, ties: str) -> bool:
    if rule["kind"] == "threshold":
        return total >= Decimal(repr(rule["value"]))
    places = rule["value"] if rule["kind"] == "count" else ceil(Decimal(repr(rule["value"])) * size)
    return _rank(total, totals, ties) <= places


def _grade(group: list[dict[str, Any]], grades: list[dict[str, Any]], scheme: Scheme) -> dict[str, str]:
    """Grade a group by hand, from the best down."""
    ties, decimals = scheme.ranking.ties, scheme.ranking.decimals
    found: dict[str, str] = {}
    for place, grade in enumerate(grades):
        rule, taking = grade["rule"], []
        for unit in group:
            vetoed = unit["vetoed"] and scheme.veto is not None and place == 0
            if unit["unit_id"] not in found and not vetoed and not _lacks(unit, group, grade, scheme):
                taking.append(unit)
        totals = [_round(unit["total"], decimals) for unit in taking]
        for unit, total in zip(taking, totals, strict=True):
            if _is_in(rule, total, totals, len(group), ties):
                found[unit["unit_id"]] = f"g{place}"
    return {unit["unit_id"]: found.get(unit["unit_id"], "rest") for unit in group}


@pytest.mark.parametrize("seed", range(60))
def test_grades_and_what_is_lacking_equal_plain_loops(seed: int) -> None:
    random = Random(seed)
    grades, scores = _draw_grades(random), _draw_scores(random)
    scheme = _scheme(grades, random.choice(["min", "max"]), random.choice([None, 0, 1]), veto=random.random() < 0.5)
    scores["grade"] = grade_units(scores, scheme)
    unmet, bars = find_unmet(scores, scheme), list_bars(scores, scheme)
    found = {(row.unit_id, row.grade, f"{row.kind} {row.item}") for row in unmet.itertuples()}
    for _, members in scores.groupby("group"):
        group = members.to_dict("records")
        by_hand = _grade(group, grades, scheme)
        assert dict(zip(members["unit_id"], members["grade"], strict=True)) == by_hand
        for place, grade in enumerate(grades):
            for position, unit in zip(members.index, group, strict=True):
                lacks = _lacks(unit, group, grade, scheme)
                vetoed = unit["vetoed"] and scheme.veto is not None and place == 0
                assert bars[position, place] == (bool(lacks) or vetoed)
                is_better = by_hand[unit["unit_id"]] > f"g{place}"
                told = {each for *key, each in found if key == [unit["unit_id"], f"g{place}"]}
                assert told == (set(lacks) if is_better else set())
    for row in unmet.itertuples():
        assert row.passed_over == _would_have(scores, row.unit_id, row.grade, grades, scheme)


def _would_have(scores: pd.DataFrame, unit_id: str, grade: str, grades: list[dict[str, Any]], scheme: Scheme) -> bool:
    """Say whether a unit's total is enough for a grade among those that take a place in it now."""
    group = scores[scores["group"].eq(scores.set_index("unit_id").loc[unit_id, "group"])].to_dict("records")
    place, by_hand = int(grade[1:]), _grade(group, grades, scheme)
    rule = grades[place]["rule"]
    taking = [
        unit for unit in group
        if unit["unit_id"] == unit_id
        or (by_hand[unit["unit_id"]] >= grade and not _lacks(unit, group, grades[place], scheme)
            and not (unit["vetoed"] and scheme.veto is not None and place == 0))
    ]  # fmt: skip
    totals = {unit["unit_id"]: _round(unit["total"], scheme.ranking.decimals) for unit in taking}
    return _is_in(rule, totals[unit_id], list(totals.values()), len(group), scheme.ranking.ties)


def test_rows_of_scores_have_rows_of_bars() -> None:
    scheme = _scheme([{"rule": {"kind": "count", "value": 1}, "requires": {"least": {"survey": 30}}}], veto=False)
    scores = {"survey": np.array([[30.0, 29.9], [10.0, 40.0]])}
    assert find_bars(np.zeros(2, bool), scores, "east", scheme)[..., 0].tolist() == [[False, True], [True, False]]
