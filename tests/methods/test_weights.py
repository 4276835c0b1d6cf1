"""Weights, rules and assessors: against plain loops, and against the engine on a year written differently."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP

import numpy as np
import pytest
from tests.made_up import city_data, city_marks

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Component
from analysis.methods.examples import lay_out_marks
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.uncertainty import summarise_draws
from analysis.methods.weights import draw_weights, leave_out, perturb_weights, weigh_indicators
from analysis.scoring.ranking import rank_rows
from analysis.scoring.years import score_year

SEEDS = range(6)
cities = pytest.mark.parametrize("seed", SEEDS)
ROUNDINGS = {"share": ROUND_HALF_UP, "share_down": ROUND_FLOOR, "share_up": ROUND_CEILING}


def _years(seed: int) -> list[YearFacts]:
    return list(city_data(seed).years.values())


def _reweighed(marks: MarkMatrix, place: int, component: Component, weights: list[float]) -> float:
    """Score one unit's component with other weights, mark by mark."""
    own = [column for column, named in enumerate(marks.indicators["component"]) if named == component.id]
    nominal = sum(weights[column] * marks.points[column] for column in own)
    applicable = sum(weights[column] * marks.applicable[place, column] for column in own)
    earned = sum(weights[column] * marks.earned[place, column] for column in own)
    if not nominal:
        return 0.0
    if not component.rescale:
        return component.points * earned / nominal
    return component.points * earned / applicable if applicable else marks.units.loc[place, f"{component.id}_score"]


def _reweighed_total(marks: MarkMatrix, place: int, weights: list[float], without: str = "") -> float:
    """Add up what is left; it takes over the points of the components of which nothing is."""
    unit = marks.units.iloc[place]
    earned = points = 0.0
    for component in marks.scheme.components:
        own = [
            weight
            for weight, here in zip(weights, marks.indicators["component"].eq(component.id).to_numpy(), strict=True)
            if here
        ]
        if (component.parts and sum(own) > 0) or (not component.parts and component.id != without):
            outside = not component.parts
            earned += unit[f"{component.id}_score"] if outside else _reweighed(marks, place, component, weights)
            points += component.points
    base = earned * marks.scheme.base_points / points if points else 0.0
    return base + unit["bonus"] - unit["deduction"]


@cities
def test_equal_weights_change_nothing(seed: int) -> None:
    for marks in city_marks(seed):
        for weight in (1.0, 2.5):
            rows = np.full((2, len(marks.indicators)), weight)
            assert np.allclose(marks.reweigh(rows), marks.totals, rtol=0, atol=1e-9)


@cities
def test_other_weights_equal_a_loop_over_the_marks(seed: int) -> None:
    for marks in city_marks(seed):
        random = np.random.default_rng(seed)
        weights = random.uniform(0, 2, (4, len(marks.indicators))) * random.integers(0, 2, (4, len(marks.indicators)))
        for row, totals in zip(weights, marks.reweigh(weights), strict=True):
            naive = [_reweighed_total(marks, place, row.tolist()) for place in range(len(totals))]
            assert totals.tolist() == pytest.approx(naive, abs=1e-9)


@cities
def test_contributions_add_up_to_the_scores(seed: int) -> None:
    for marks in city_marks(seed):
        for component in marks.scheme.components:
            if component.parts:
                inside = marks.indicators["component"].eq(component.id).to_numpy()
                summed = marks.contributions[:, : len(inside)][:, inside].sum(axis=1)
                assert np.allclose(summed, marks.units[f"{component.id}_score"], rtol=0, atol=1e-9)


def _vary(marks: MarkMatrix, way: str, draws: int, seed: int) -> np.ndarray:
    if way == "near":
        return perturb_weights(marks, 0.5, draws, seed)
    return draw_weights(marks, "indicators" if way == "indicators" else "components", 1, draws, seed)


@pytest.mark.parametrize("way", ["near", "indicators", "components"])
@cities
def test_other_weights_leave_full_marks_full(way: str, seed: int) -> None:
    for marks in city_marks(seed):
        totals = _vary(marks, way, 5, seed)
        perfect = np.isclose(marks.units["base"], marks.scheme.base_points)
        assert np.allclose(totals[:, perfect], marks.totals[perfect])
        bonus = (marks.units["bonus"] - marks.units["deduction"]).to_numpy()
        assert (totals <= marks.scheme.base_points + bonus + 1e-9).all()
        assert totals.tobytes() == _vary(marks, way, 5, seed).tobytes()


@pytest.mark.parametrize("concentration", [1, 4])
def test_drawn_weights_have_the_present_ones_as_their_mean_and_spread_as_dirichlet_does(concentration: int) -> None:
    """Whoever has full marks in one indicator and none elsewhere gets that indicator's weight."""
    points = [10.0, 30.0, 60.0]
    own = {f"u{place}": [each * (place == other) for other, each in enumerate(points)] for place in range(3)}
    marks = lay_out_marks(dict(zip(("r0", "r1", "r2"), points, strict=True)), own, {})
    drawn = draw_weights(marks, "indicators", concentration, 20_000, 5)
    assert np.allclose(drawn.sum(axis=1), 100)
    for total, weights in zip(marks.totals, drawn.T, strict=True):
        share = total / 100
        assert weights.mean() / 100 == pytest.approx(share, abs=0.01)
        assert weights.var() / 100**2 == pytest.approx(share * (1 - share) / (3 * concentration + 1), rel=0.06)
    assert (drawn >= 0).all()
    assert (drawn != draw_weights(marks, "indicators", concentration, 20_000, 6)).any()


def test_components_are_drawn_with_those_from_outside() -> None:
    """A unit with one component in full and nothing else has that component's weight, with its bonus and deduction."""
    marks = next(each for seed in SEEDS for each in city_marks(seed)
                 if each.scheme.outside_components and len(each.scheme.components) > 2)  # fmt: skip
    components, full = marks.scheme.components, marks.scheme.base_points
    scores = {f"{each.id}_score": [each.points * (place == own) for own in range(len(marks.units))]
              for place, each in enumerate(components)}  # fmt: skip
    alone = replace(marks, units=marks.units.assign(**scores))
    fixed = (marks.units["bonus"] - marks.units["deduction"]).to_numpy()
    drawn = draw_weights(alone, "components", 1, 20_000, 5) - fixed
    number = len(components)
    assert np.allclose(drawn[:, :number].sum(axis=1), full) and np.allclose(drawn[:, number:], 0)
    for component, weights in zip(components, drawn.T, strict=False):
        share = component.points / full
        assert weights.mean() / full == pytest.approx(share, abs=0.01)
        assert weights.var() / full**2 == pytest.approx(share * (1 - share) / (number + 1), rel=0.06)


def test_any_weights_move_what_a_quarter_more_or_less_never_does(dataset: Dataset) -> None:
    for facts in dataset.years.values():
        marks = gather_marks(facts, score_year(facts), "department")
        moving = {
            way: summarise_draws(marks, totals).eval("rank_high > rank_low").sum()
            for way, totals in (
                ("near", perturb_weights(marks, 0.25, 500, 1)),
                ("any", draw_weights(marks, "indicators", 1, 500, 1)),
            )
        }
        assert moving["near"] == 0 < moving["any"]


@cities
def test_leaving_out_an_indicator_is_a_year_without_it(seed: int) -> None:
    for facts in _years(seed):
        inputs = facts.inputs
        assert inputs is not None
        rescaling = [part for component in facts.scheme.components if component.rescale for part in component.parts]
        for group in facts.scheme.groups:
            marks = gather_marks(facts, score_year(facts), group)
            for column, indicator in enumerate(marks.indicators.to_dict("records")):
                rest = marks.indicators["component"].eq(indicator["component"]).to_numpy() & (
                    np.arange(len(marks.points)) != column
                )
                if indicator["part"] not in rescaling or not (marks.applicable[:, rest] > 0).any(axis=1).all():
                    continue
                fewer = replace(
                    inputs,
                    indicators=inputs.indicators[inputs.indicators["indicator_id"].ne(indicator["indicator_id"])],
                    stored_marks=inputs.marks[inputs.marks["indicator_id"].ne(indicator["indicator_id"])],
                )
                without = score_year(replace(facts, inputs=fewer)).set_index("unit_id").loc[marks.units["unit_id"]]
                weights = 1.0 - (np.arange(len(marks.points)) == column)
                assert np.allclose(marks.reweigh(weights[None])[0], without["total"], rtol=0, atol=1e-9)
                row = leave_out(marks).query(f"kind == 'indicator' and id == '{indicator['indicator_id']}'").iloc[0]
                shift = np.abs(without["rank"].to_numpy() - marks.units["rank"].to_numpy())
                assert (row["mean_shift"], row["max_shift"]) == pytest.approx((shift.mean(), shift.max()))
                best = without["grade"].eq(facts.scheme.grades[0].id).to_numpy()
                now = marks.units["grade"].eq(facts.scheme.grades[0].id).to_numpy()
                assert row["gained"] == tuple(marks.units["name"][best & ~now])
                assert row["lost"] == tuple(marks.units["name"][now & ~best])


@cities
def test_everything_is_left_out_in_turn(seed: int) -> None:
    for marks in city_marks(seed):
        left = leave_out(marks).set_index(["kind", "id"])
        parts = {("part", part) for part in marks.indicators["part"]}
        outside = {("component", component.id) for component in marks.scheme.outside_components}
        assert set(left.index) == {("indicator", name) for name in marks.indicators["indicator_id"]} | parts | outside
        for kind, name in parts | outside:
            own = marks.indicators["part"].eq(name)
            kept = (~own).astype(float).tolist()
            without = name if kind == "component" else ""
            totals = [_reweighed_total(marks, place, kept, without) for place in range(len(marks.units))]
            shift = np.abs(rank_rows(np.array(totals), marks.scheme.ranking) - marks.units["rank"])
            assert left.loc[(kind, name), "mean_shift"] == pytest.approx(shift.mean())
            points = marks.points[own].sum() if kind == "part" else _points(marks, name)
            assert left.loc[(kind, name), "points"] == points


def _points(marks: MarkMatrix, component: str) -> float:
    return next(spec.points for spec in marks.scheme.components if spec.id == component)


@cities
def test_weights_and_influence_add_up(seed: int) -> None:
    for marks in city_marks(seed):
        weighed = weigh_indicators(marks)
        assert weighed["weight"].sum() == pytest.approx(1)
        if np.ptp(marks.totals) > 1e-9:
            assert weighed["influence"].sum() == pytest.approx(1)
        for column, row in enumerate(weighed[weighed["kind"].eq("indicator")].to_dict("records")):
            carriers = marks.status[:, column] == "marked"
            full = (marks.earned[carriers, column] == marks.points[column]).mean() if carriers.any() else np.nan
            assert row["id"] == marks.indicators["indicator_id"][column]
            assert row["full"] == pytest.approx(full, nan_ok=True)
            assert row["at_ceiling"] == (full == 1)


def test_what_tells_nobody_apart_has_no_influence() -> None:
    marks = next(marks for marks in city_marks(1) if len(marks.points) > 2)
    everyone = np.tile(marks.points, (len(marks.units), 1))
    level = replace(marks, applicable=everyone, earned=everyone, units=marks.units)
    weighed = weigh_indicators(level).set_index("kind").loc["indicator"]
    assert weighed["at_ceiling"].all()
    assert np.allclose(weighed["influence"], 0)
