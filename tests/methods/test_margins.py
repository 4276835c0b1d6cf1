"""Distances to the best grade, against trying everything on the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.made_up import city_data, city_marks, load_city, outside_city, strict_marks, strict_years

from analysis.data.dataset import YearFacts
from analysis.methods.examples import lay_out_marks
from analysis.methods.margins import find_least, find_lines, find_margins
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.rounding import round_half_up
from analysis.scoring.conditions import list_bars
from analysis.scoring.grading import grade_units
from analysis.scoring.years import score_year

Marks = Callable[[int], tuple[MarkMatrix, ...]]
SEEDS = range(11)
cities = pytest.mark.parametrize("seed", SEEDS)
both = pytest.mark.parametrize("every_marks", [city_marks, strict_marks])
STEP = 1e-6
FAR = 1e4


def _in_best(marks: MarkMatrix, place: int, total: float) -> bool:
    """Grade the group with one unit's total replaced."""
    scores = marks.units.assign(total=marks.units["total"].where(marks.units.index != place, total))
    return grade_units(scores, marks.scheme)[place] == marks.scheme.grades[0].id


def _any_in_best(marks: MarkMatrix, place: int, totals: np.ndarray) -> np.ndarray:
    rows = np.tile(marks.totals, (len(totals), 1))
    rows[:, place] = totals
    return marks.is_best(rows)[:, place]


def _rows(marks: MarkMatrix) -> list[dict[str, Any]]:
    return find_margins(marks).to_dict("records")


def _gains(marks: MarkMatrix, place: int) -> np.ndarray:
    return ((marks.applicable - marks.earned) * marks.factors)[place]


def _lower_ratings(marks: MarkMatrix, place: int) -> list[tuple[str, str, str, float, bool]]:
    """Every downgrade of one mark: indicator, from, to, points lost, whether it is the next lower rating."""
    found = []
    values = marks.scheme.ratings.value
    names = list(marks.levels.index)
    for column, indicator in enumerate(marks.indicators.to_dict("records")):
        if marks.ratings[place, column] < 0:
            continue
        own = names[marks.ratings[place, column]]
        worse = sorted((name for name in names if values[name] < values[own]), key=values.__getitem__)
        for name in worse:
            loss = (values[own] - values[name]) * indicator["points"] * marks.factors[place, column]
            found.append((indicator["indicator_id"], own, name, loss, name == worse[-1]))
    return found


def _remark(facts: YearFacts, unit: str, ratings: dict[str, str | None]) -> YearFacts:
    """Give a unit other ratings; None is full marks."""
    assert facts.inputs is not None
    marks = facts.inputs.marks.merge(facts.inputs.indicators[["indicator_id", "points"]], validate="many_to_one")
    for indicator, rating in ratings.items():
        row = marks["unit_id"].eq(unit) & marks["indicator_id"].eq(indicator)
        assert marks.loc[row, "status"].eq("marked").all()
        rated = marks.loc[row, "rating"].ne("").all()
        marks.loc[row, "rating"] = (rating or "优") if rated else ""
        marks.loc[row, "score"] = np.nan if rated else marks.loc[row, "points"]
    return replace(facts, inputs=replace(facts.inputs, stored_marks=marks.drop(columns="points")))


@both
@cities
def test_the_line_is_where_the_grade_turns(seed: int, every_marks: Marks) -> None:
    for marks in every_marks(seed):
        lines, strict = find_lines(marks)
        lines = find_least(lines, strict, marks.scheme.ranking)
        strict = strict and marks.scheme.ranking.decimals is None
        met = ~marks.bars[:, 0] | marks.vetoed
        for place, line in [(place, line) for place, line in enumerate(lines) if met[place]]:
            if not np.isfinite(line):
                assert _in_best(marks, place, FAR) == _in_best(marks, place, -FAR) == (line == -np.inf)
                continue
            assert not _in_best(marks, place, line - STEP)
            assert _in_best(marks, place, line) == (not strict)
            assert _in_best(marks, place, line + STEP)


@both
@cities
def test_margins_say_where_a_unit_stands(seed: int, every_marks: Marks) -> None:
    for marks in every_marks(seed):
        decimals = marks.scheme.ranking.decimals
        totals = np.array([float(round_half_up(total, 9 if decimals is None else decimals)) for total in marks.totals])
        for place, row in enumerate(_rows(marks)):
            assert row["best"] == (row["grade"] == marks.scheme.grades[0].id)
            assert row["barred"] == (not row["best"] and not _in_best(marks, place, FAR) and np.isnan(row["line"]))
            is_out = marks.bars[place, 0] and not row["barred"]
            assert bool(row["unmet"]) == is_out or row["barred"]
            assert not is_out or not _in_best(marks, place, FAR)
            assert row["margin"] == pytest.approx(row["total"] - row["line"], abs=1e-8, nan_ok=True)
            others = totals - totals[place]
            for column, gaps in (("above", others[others > 0]), ("below", -others[others < 0])):
                assert row[column] == pytest.approx(min(gaps, default=np.nan), abs=1e-8, nan_ok=True)


@both
@cities
def test_the_fewest_marks_are_raised(seed: int, every_marks: Marks) -> None:
    for marks in every_marks(seed):
        columns = range(len(marks.indicators))
        assert len(columns) <= 10
        for place, row in enumerate(_rows(marks)):
            gains = _gains(marks, place)
            fewest = np.nan
            for size in reversed(columns):
                raised = np.array([sum(gains[list(chosen)]) for chosen in combinations(columns, size + 1)])
                if not row["best"] and _any_in_best(marks, place, marks.totals[place] + raised).any():
                    fewest = size + 1
            assert row["raised"] == pytest.approx(fewest, nan_ok=True)


@both
@cities
def test_the_named_marks_make_the_difference(seed: int, every_marks: Marks) -> None:
    every = strict_years(seed) if every_marks is strict_marks else city_data(seed).years.values()
    groups = [(facts, group) for facts in every for group in facts.scheme.groups]
    for marks, (facts, group) in zip(every_marks(seed), groups, strict=True):
        assert marks.group == group
        for row in _rows(marks):
            if row["raised"] > 0:
                assert len(set(row["raised_ids"])) == row["raised"]
                ratings: dict[str, str | None] = dict.fromkeys(row["raised_ids"])
            elif isinstance(row["downgrade_id"], str):
                ratings = {row["downgrade_id"]: row["downgrade_to"]}
            else:
                continue
            after = score_year(_remark(facts, row["unit_id"], ratings)).set_index("unit_id").loc[row["unit_id"]]
            assert (after["grade"] == marks.scheme.grades[0].id) == (not row["best"])
            if row["best"]:
                assert row["total"] - after["total"] == pytest.approx(row["downgrade_loss"], abs=1e-9)


def _lacks_then(marks: MarkMatrix, place: int, indicator: int, loss: float) -> bool:
    """Say whether a unit that loses points with one indicator would not have what the best grade requires."""
    lost = np.zeros(marks.earned.shape)
    lost[place, indicator] = loss
    scores = marks.units.copy()
    for item in {*marks.scheme.parts, *(component.id for component in marks.scheme.components)}:
        inside = marks.indicators[["part", "component"]].eq(item).any(axis=1).to_numpy()
        if f"{item}_score" in scores:
            scores[f"{item}_score"] -= lost[:, inside].sum(axis=1)
        else:
            factors = scores[f"{marks.scheme.component_of[item]}_factor"]
            scores[f"{item}_earned"] -= lost[:, inside].sum(axis=1) / factors
    return bool(list_bars(scores, marks.scheme)[place, 0])


@both
@cities
def test_every_downgrade_is_tried(seed: int, every_marks: Marks) -> None:
    for marks in every_marks(seed):
        column_of = {name: column for column, name in enumerate(marks.indicators["indicator_id"])}
        for place, row in enumerate(_rows(marks)):
            if not row["best"]:
                assert pd.isna(
                    [row[name] for name in ("one_step", "to_bottom", "downgrade_id", "downgrade_loss")]
                ).all()
                continue
            tried = _lower_ratings(marks, place)
            losses = np.array([loss for *_, loss, _ in tried])
            fatal = ~_any_in_best(marks, place, marks.totals[place] - losses)
            lacking = [_lacks_then(marks, place, column_of[name], loss) for name, *_, loss, _ in tried]
            fatal |= np.array(lacking, dtype=bool)
            steps = np.array([step for *_, step in tried], dtype=bool)
            assert row["one_step"] == (fatal & steps).sum()
            earned = (marks.earned * marks.factors)[place]
            lost = ~_any_in_best(marks, place, marks.totals[place] - earned)
            lacking = [_lacks_then(marks, place, column, points) for column, points in enumerate(earned)]
            assert row["to_bottom"] == (lost | np.array(lacking, dtype=bool)).sum()
            assert row["downgrade_loss"] == pytest.approx(min(losses[fatal], default=np.nan), abs=1e-9, nan_ok=True)
            if fatal.any():
                named = row["downgrade_id"], row["downgrade_from"], row["downgrade_to"]
                assert named in [(*way[:3],) for way, lost in zip(tried, fatal, strict=True) if lost]


def test_a_scheme_without_a_line_lets_everyone_in() -> None:
    marks = city_marks(0)[0]
    alone = replace(marks, scheme=marks.scheme.model_copy(update={"grades": marks.scheme.grades[-1:]}))
    assert (find_lines(alone)[0] == -np.inf).all()


def test_outside_results_alone_have_margins() -> None:
    for facts in load_city(outside_city()).years.values():
        scores = score_year(facts)
        for group in facts.scheme.groups:
            margins = find_margins(gather_marks(facts, scores, group))
            assert margins["total"].tolist() == scores.loc[scores["group"].eq(group), "total"].tolist()


@pytest.mark.slow
def test_the_cities_try_every_rule() -> None:
    every = [marks for seed in SEEDS for marks in city_marks(seed)]
    kinds = {(marks.scheme.grades[0].rule.kind, marks.scheme.ranking.ties) for marks in every}
    assert {(kind, ties) for kind in ("count", "share", "threshold") for ties in ("min", "max")} <= kinds
    assert any(marks.scheme.ranking.decimals is not None for seed in SEEDS for marks in strict_marks(seed))
    unmet = (
        pd.concat([find_margins(marks) for seed in SEEDS for marks in strict_marks(seed)])["unmet"].explode().dropna()
    )
    assert {each["kind"] for each in unmet} == {"least", "within", "no_deduction"}
    margins = pd.concat([find_margins(marks) for marks in every])
    assert margins["barred"].any()
    assert margins["raised"].max() > 1
    assert margins["line"].isin([np.inf, -np.inf]).any()
    assert margins[["one_step", "to_bottom"]].gt(0).all(axis=1).any()


def test_units_that_tie_at_the_end_of_the_best_grade_are_told_apart_from_who_follows() -> None:
    """One place: alone, its holder keeps it down to the next unit; two that share it lose it below their own total."""
    alone = find_margins(lay_out_marks({"r1": 100}, {"a": [95], "b": [90], "c": [80]}, {}))
    shared = find_margins(lay_out_marks({"r1": 100}, {"a": [90], "b": [90], "c": [80]}, {}))
    assert alone.loc[alone["best"], ["line", "tied"]].to_numpy().tolist() == [[90.0, False]]
    assert shared.loc[shared["best"], ["line", "tied"]].to_numpy().tolist() == [[90.0, True], [90.0, True]]
