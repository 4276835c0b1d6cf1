"""Weights, rules and assessors: against plain loops, and against the engine on a year written differently."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from tests.made_up import city_data, city_marks

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Component
from analysis.methods.assessors import compare_assessors, find_weak_links
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.rules import RULES, compare_rules
from analysis.methods.weights import leave_out, weigh_indicators
from analysis.scoring.grading import grade_units, rank_rows
from analysis.scoring.years import score_year

SEEDS = range(6)
cities = pytest.mark.parametrize("seed", SEEDS)
ROUNDINGS = {"share": ROUND_HALF_UP, "share_down": ROUND_FLOOR, "share_up": ROUND_CEILING}


def _years(seed: int) -> list[YearFacts]:
    return list(city_data(seed).years.values())


# --- Weights ----------------------------------------------------------------------------------------------------------


def _reweighed(marks: MarkMatrix, place: int, component: Component, weights: list[float]) -> float:
    """Score one unit's component with other weights, mark by mark."""
    own = [column for column, named in enumerate(marks.indicators["component"]) if named == component.id]
    nominal = sum(weights[column] * marks.points[column] for column in own)
    carried = sum(weights[column] * marks.carried[place, column] for column in own)
    earned = sum(weights[column] * marks.earned[place, column] for column in own)
    if not nominal:
        return 0.0
    if not component.rescale:
        return component.points * earned / nominal
    return component.points * earned / carried if carried else marks.units.loc[place, f"{component.id}_score"]


def _reweighed_total(marks: MarkMatrix, place: int, weights: list[float], without: str = "") -> float:
    """Add up what is left; it takes over the points of the components of which nothing is."""
    unit = marks.units.iloc[place]
    earned = points = 0.0
    for component in marks.scheme.components:
        own = [weight for weight, here in zip(weights, marks.own(component.id), strict=True) if here]
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
                summed = marks.contributions[:, marks.own(component.id)].sum(axis=1)
                assert np.allclose(summed, marks.units[f"{component.id}_score"], rtol=0, atol=1e-9)


@cities
def test_leaving_out_an_indicator_is_a_year_without_it(seed: int) -> None:
    for facts in _years(seed):
        inputs = facts.inputs
        assert inputs is not None
        rescaling = [part for component in facts.scheme.components if component.rescale for part in component.parts]
        for group in facts.scheme.groups:
            marks = gather_marks(facts, score_year(facts), group)
            for column, indicator in enumerate(marks.indicators.to_dict("records")):
                rest = marks.own(indicator["component"]) & (np.arange(len(marks.points)) != column)
                if indicator["part"] not in rescaling or not (marks.carried[:, rest] > 0).any(axis=1).all():
                    continue
                fewer = replace(
                    inputs,
                    indicators=inputs.indicators[inputs.indicators["indicator_id"].ne(indicator["indicator_id"])],
                    partitions=(inputs.marks[inputs.marks["indicator_id"].ne(indicator["indicator_id"])],),
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
            shift = np.abs(rank_rows(np.array(totals), marks.scheme.ranking.ties) - marks.units["rank"])
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
    level = replace(marks, carried=everyone, earned=everyone, units=marks.units)
    weighed = weigh_indicators(level).set_index("kind").loc["indicator"]
    assert weighed["at_ceiling"].all()
    assert np.allclose(weighed["influence"], 0)


# --- Rules ------------------------------------------------------------------------------------------------------------


@cities
def test_the_own_rule_changes_nothing(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        compared = compare_rules(scores, facts.scheme)
        assert set(compared["rule"]) == set(RULES)
        own = compared[compared["rule"].eq("own") & compared["ties"].eq(facts.scheme.ranking.ties)].set_index("group")
        best = scores["grade"].eq(facts.scheme.grades[0].id)
        assert own["units"].to_dict() == best.groupby(scores["group"]).sum().to_dict()
        assert not own["gained"].map(len).any() and not own["lost"].map(len).any()


@cities
def test_who_comes_and_goes_is_named(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        now = scores["grade"].eq(facts.scheme.grades[0].id).groupby(scores["group"]).sum()
        for row in compare_rules(scores, facts.scheme).to_dict("records"):
            assert row["units"] == now[row["group"]] + len(row["gained"]) - len(row["lost"])
            assert not set(row["gained"]) & set(row["lost"])


@cities
def test_places_are_given_as_a_loop_gives_them(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        barred = scores["vetoed"] & bool(facts.scheme.veto and facts.scheme.grades[0].id in facts.scheme.veto.bars)
        now = scores["grade"].eq(facts.scheme.grades[0].id)
        for row in compare_rules(scores, facts.scheme).to_dict("records"):
            own = scores["group"].eq(row["group"])
            totals = scores.loc[own & ~barred, "total"].round(9).tolist()
            if row["rule"] == "threshold":
                assert row["units"] == sum(total >= row["value"] for total in totals)
                continue
            if row["rule"] == "own":
                continue
            places = Decimal(int((now & own).sum()))
            if row["rule"] != "count":
                exact = (Decimal(int(now.sum())) * int(own.sum()) / len(now)).quantize(Decimal("0.000001"))
                places = exact.quantize(Decimal(1), ROUNDINGS[row["rule"]])
                assert row["value"] == pytest.approx(now.mean())
            ahead = [sum(other > total for other in totals) for total in totals]
            level = [sum(other >= total for other in totals) for total in totals]
            chosen = [rank < places for rank in ahead] if row["ties"] == "min" else [rank <= places for rank in level]
            assert row["units"] == sum(chosen)


@cities
def test_the_common_line_lets_in_as_many_as_now(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        compared = compare_rules(scores, facts.scheme).query("rule == 'threshold' and ties == 'min'")
        now = int(scores["grade"].eq(facts.scheme.grades[0].id).sum())
        line = compared["value"].iloc[0]
        passed = scores[scores["total"].round(9).gt(line)]
        if facts.scheme.veto:
            passed = passed[~passed["vetoed"]]
        assert (compared["value"] == line).all()
        assert compared["units"].sum() >= now
        assert len(passed) < now or now == 0


@pytest.mark.slow
def test_other_ties_are_graded_as_the_engine_would() -> None:
    for facts in (facts for seed in SEEDS for facts in _years(seed)):
        scores = score_year(facts)
        compared = compare_rules(scores, facts.scheme).query("rule == 'own'").set_index(["ties", "group"])["units"]
        for ties in ("min", "max"):
            ranking = facts.scheme.ranking.model_copy(update={"ties": ties})
            grades = grade_units(scores, facts.scheme.model_copy(update={"ranking": ranking}))
            best = grades.eq(facts.scheme.grades[0].id).groupby(scores["group"]).sum()
            assert compared[ties].to_dict() == best.to_dict()


# --- Assessors --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(dataset: Dataset) -> MarkMatrix:
    facts = list(dataset.years.values())[-1]
    return gather_marks(facts, score_year(facts), "department")


def _marked_by(marks: MarkMatrix, generous: str, more: float, noise: float) -> MarkMatrix:
    """Let every unit earn its own rate from every assessor, and one assessor give more."""
    random = np.random.default_rng(3)
    rates = random.uniform(0.3, 0.7, (len(marks.units), 1)) + random.normal(0, noise, marks.carried.shape)
    extra = more * marks.indicators["assessor_id"].eq(generous).to_numpy()
    return replace(marks, earned=marks.carried * (rates + extra))


def _busiest(marks: MarkMatrix) -> str:
    return marks.indicators["assessor_id"].value_counts().index[0]


def test_a_generous_assessor_is_seen(shipped: MarkMatrix) -> None:
    generous = _busiest(shipped)
    even = compare_assessors(_marked_by(shipped, generous, 0.1, 0), 200, 1).set_index("assessor_id")
    assert even.index[0] == generous
    assert even.loc[generous, "leniency"] == pytest.approx(0.1)
    assert even.loc[generous, "told_apart"]
    assert (even["leniency"].drop(generous) < 0).all()
    noisy = compare_assessors(_marked_by(shipped, generous, 0.1, 0.05), 400, 1).set_index("assessor_id").loc[generous]
    assert noisy["leniency"] == pytest.approx(0.1, abs=0.02)
    assert 0 < noisy["low"] < noisy["leniency"] < noisy["high"]


def test_even_assessors_are_not_told_apart(shipped: MarkMatrix) -> None:
    even = compare_assessors(_marked_by(shipped, "", 0, 0), 50, 1)
    assert np.allclose(even["leniency"], 0)


@pytest.mark.parametrize("group", ["county", "department"])
def test_the_interval_is_the_one_that_is_tested(group: str, dataset: Dataset) -> None:
    """Intervals for one assessor alone leave out 0 more often than all assessors together can be told apart."""
    for facts in dataset.years.values():
        compared = compare_assessors(gather_marks(facts, score_year(facts), group), 1000, 1)
        assert (compared["low"].gt(0) | compared["high"].lt(0)).equals(compared["told_apart"])


def test_the_interval_holds_for_all_assessors_together(shipped: MarkMatrix) -> None:
    """Bonferroni: as many assessors as there are, each with its share of the 5 % at either end."""
    chosen = shipped.indicators["assessor_id"].isin(shipped.indicators["assessor_id"].unique()[:1]).to_numpy()
    halves = np.where(chosen, "own", "others")
    two = replace(shipped, indicators=shipped.indicators.assign(assessor_id=halves))
    many = np.where(chosen, "own", shipped.indicators["assessor_id"])
    all_of_them = replace(shipped, indicators=shipped.indicators.assign(assessor_id=many))
    widths = [
        compare_assessors(marks, 2000, 1).set_index("assessor_id").eval("high - low")["own"]
        for marks in (two, all_of_them)
    ]
    normal = [
        NormalDist().inv_cdf(1 - 0.05 / marks.indicators["assessor_id"].nunique()) for marks in (two, all_of_them)
    ]
    assert widths[1] / widths[0] == pytest.approx(normal[1] / normal[0], rel=0.2)  # far ends are a little heavier


def test_the_seed_decides_the_interval(shipped: MarkMatrix) -> None:
    first, same, other = (compare_assessors(shipped, 50, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, same)
    assert first["leniency"].equals(other["leniency"])
    assert not first["low"].equals(other["low"])


@cities
def test_leniency_averages_differences_within_units(seed: int) -> None:
    for marks in city_marks(seed):
        compared = compare_assessors(marks, 20, seed).set_index("assessor_id")
        assert compared["leniency"].dropna().is_monotonic_decreasing
        for assessor, row in compared.iterrows():
            own = marks.indicators["assessor_id"].eq(assessor).to_numpy()
            differences = []
            for earned, carried in zip(marks.earned, marks.carried, strict=True):
                if carried[own].sum() > 0 and carried[~own].sum() > 0:
                    rates = [earned[chosen].sum() / carried[chosen].sum() for chosen in (own, ~own)]
                    differences.append(rates[0] - rates[1])
            mean = sum(differences) / len(differences) if differences else np.nan
            assert row["leniency"] == pytest.approx(mean, nan_ok=True)
            assert row["indicators"] == own.sum()
            assert np.isnan(row["low"]) or row["low"] <= row["high"]
            assert row["told_apart"] == (row["low"] > 0 or row["high"] < 0)


@cities
@pytest.mark.parametrize("by", ["part", "assessor_id", "indicator_id"])
def test_losses_add_up_to_what_the_group_lost(seed: int, by: str) -> None:
    for marks in city_marks(seed):
        lost = 0.0
        for component in marks.scheme.components:
            if component.parts:
                worth = component.points if component.rescale else marks.units[f"{component.id}_carried"]
                lost += (worth - marks.units[f"{component.id}_score"]).mean()
        links = find_weak_links(marks, by)
        assert links["lost"].sum() == pytest.approx(lost, abs=1e-9)
        assert links["lost"].is_monotonic_decreasing
        assert links["indicators"].sum() == len(marks.indicators)
        if lost > 1e-9:
            assert links["share"].sum() == pytest.approx(1)
        for row in links.to_dict("records"):
            own = marks.indicators[by].eq(row[by]).to_numpy()
            carried = marks.carried[:, own].sum()
            rate = marks.earned[:, own].sum() / carried if carried else np.nan
            assert row["rate"] == pytest.approx(rate, nan_ok=True)
