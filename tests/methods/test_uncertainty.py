"""Simulated totals: against every outcome counted out, and summaries against plain loops over the draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import pairwise, product
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau
from tests.made_up import city_marks, strict_marks

from analysis.data.dataset import Dataset
from analysis.methods.examples import lay_out_marks
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.uncertainty import (
    LEVEL,
    Moves,
    Scenario,
    agreement,
    find_moves,
    simulate_bars,
    simulate_judgement,
    summarise_draws,
)
from analysis.methods.what_if import change_scheme
from analysis.scoring.conditions import list_bars
from analysis.scoring.grading import grade_units
from analysis.scoring.years import score_year

SEEDS = range(4)
DRAWS = 200
VALUES = {"优": 1.0, "良": 0.8, "中": 0.6, "差": 0.0}
SCENARIOS: tuple[Scenario, ...] = ("slips", "shift", "halo")
scenarios = pytest.mark.parametrize("scenario", SCENARIOS)
cities = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def shipped(dataset: Dataset) -> MarkMatrix:
    facts = list(dataset.years.values())[-1]
    return gather_marks(facts, score_year(facts), "department")


def _simulate(marks: MarkMatrix, scenario: Scenario, probability: float, step: float, draws: int, seed: int) -> Any:
    return simulate_judgement(marks, find_moves(marks, probability, step), scenario, draws, seed)


def _lay_out(points: dict[str, float], given_marks: dict[str, list[Any]], assessors: list[str]) -> MarkMatrix:
    marks = lay_out_marks(points, given_marks, VALUES)
    return replace(marks, indicators=marks.indicators.assign(assessor_id=assessors))


TINY = _lay_out(
    {"p1": 30, "p2": 40, "p3": 30},
    {"a": ["优", "良", "良"], "b": ["良", "优", "中"], "c": ["中", "差", "优"]},
    ["office", "office", "bureau"],
)


@cache
def _count_out(scenario: str) -> list[tuple[float, list[float]]]:
    return list(_outcomes(TINY, scenario, 0.6))


def _outcomes(marks: MarkMatrix, scenario: str, probability: float) -> Iterator[tuple[float, list[float]]]:
    """Every outcome with its probability: a number from 0 to 1 a driver, cut where a mark begins to move."""
    names = sorted(VALUES, key=VALUES.__getitem__)
    cells = [
        (unit, item, names.index(rating))
        for unit, row in enumerate(marks.rating_names)
        for item, rating in enumerate(row)
        if rating
    ]
    points = marks.indicators["points"].tolist()  # full marks, nothing rescaled
    shares = [sum(points[item] for _, item, rating in cells if rating == each) for each in range(len(names))]

    def reach(rating: int, other: int) -> float:
        if not 0 <= other < len(names) or not shares[other]:
            return 0.0
        return probability / 2 * min(1, shares[other] / shares[rating])

    def driver(unit: int, item: int) -> tuple[Any, ...]:
        judge = marks.indicators["assessor_id"][item]
        return {"slips": (unit, item), "shift": (judge,), "halo": (unit, judge)}[scenario]

    driven: dict[tuple[Any, ...], set[float]] = {}
    for unit, item, rating in cells:
        cuts = driven.setdefault(driver(unit, item), {0.0, 1.0})
        cuts |= {reach(rating, rating + 1), 1 - reach(rating, rating - 1)}
    pieces = [[(low, high) for low, high in pairwise(sorted(cuts))] for cuts in driven.values()]
    for chosen in product(*pieces):
        number = {each: (low + high) / 2 for each, (low, high) in zip(driven, chosen, strict=True)}
        totals = [0.0] * len(marks.units)
        for unit, item, rating in cells:
            drawn, after = number[driver(unit, item)], rating
            if drawn < reach(rating, rating + 1):
                after = rating + 1
            elif drawn > 1 - reach(rating, rating - 1):
                after = rating - 1
            totals[unit] += VALUES[names[after]] * points[item]
        yield float(np.prod([high - low for low, high in chosen])), totals


@scenarios
def test_draws_come_as_often_as_every_outcome_counted_out_says(scenario: Scenario) -> None:
    outcomes, draws = _count_out(scenario), 20_000
    assert sum(weight for weight, _ in outcomes) == pytest.approx(1)
    drawn = _simulate(TINY, scenario, 0.6, 0.05, draws, 11)
    told: list[Callable[[Any], float]] = [
        lambda row: row[0] > row[1] + 1e-9,
        lambda row: row[1] > row[2] + 1e-9,
        lambda row: row[0] > row[1] + 1e-9 and row[1] > row[2] + 1e-9,
        lambda row: min(row) > 50,
    ]
    for tell in told:
        expected = sum(weight for weight, totals in outcomes if tell(totals))
        found = sum(map(tell, drawn)) / draws
        assert abs(found - expected) <= 4 * sqrt(expected * (1 - expected) / draws) + 1e-12
    for unit, place in ((0, 0), (1, 1), (0, 1), (1, 2)):  # variances, and what goes together
        mean = [sum(weight * totals[each] for weight, totals in outcomes) for each in (unit, place)]
        expected = sum(weight * (row[unit] - mean[0]) * (row[place] - mean[1]) for weight, row in outcomes)
        spread = drawn.std(axis=0)
        assert np.cov(drawn[:, unit], drawn[:, place])[0, 1] == pytest.approx(
            expected, abs=0.06 * spread[unit] * spread[place]
        )


def test_all_scenarios_move_a_mark_alike_and_none_the_mean_of_the_group() -> None:
    means = [
        [sum(weight * totals[unit] for weight, totals in _count_out(scenario)) for unit in range(3)]
        for scenario in SCENARIOS
    ]
    assert means[1] == pytest.approx(means[0]) and means[2] == pytest.approx(means[0])
    assert sum(means[0]) == pytest.approx(TINY.totals.sum()) and means[0] != pytest.approx(TINY.totals.tolist())


@cities
@pytest.mark.parametrize("probability", [0.1, 1.0])
def test_shares_of_the_ratings_and_the_mean_stay_in_expectation(seed: int, probability: float) -> None:
    """Also where units are rescaled, do not carry everything, or ratings are missing altogether."""
    for marks in city_marks(seed):
        moves, values = find_moves(marks, probability, 0.1), list(marks.levels)
        flows = dict.fromkeys(range(1, len(values)), 0.0)  # between neighbouring ratings, upwards less downwards
        items = len(marks.indicators)
        for unit, item in product(range(len(marks.units)), range(items)):
            rating, worth = marks.ratings[unit, item], marks.applicable[unit, item] * marks.factors[unit, item]
            up, down = moves.up[unit, item], moves.down[unit, item]
            assert min(up, down) >= 0 and up + down <= probability + 1e-12
            if up:
                flows[rating + 1] += up * worth
                assert moves.gain[unit, item] == pytest.approx((values[rating + 1] - values[rating]) * worth)
            if down:
                flows[rating] -= down * worth
                assert moves.loss[unit, item] == pytest.approx((values[rating - 1] - values[rating]) * worth)
        assert list(flows.values()) == pytest.approx([0.0] * len(flows), abs=1e-9)
        assert (moves.up * moves.gain + moves.down * moves.loss).sum() == pytest.approx(0, abs=1e-9)


@cities
def test_scores_and_outside_results_stay_on_their_scale(seed: int) -> None:
    for marks in city_marks(seed):
        moves, outside = find_moves(marks, 0.1, 0.3), marks.scheme.outside_components
        for unit, row in enumerate(moves.reach):
            scored = marks.applicable[unit] * (marks.ratings[unit] < 0)
            for item, full in enumerate([*scored, *(component.points for component in outside)]):
                if item < len(scored):
                    got, factor = marks.earned[unit, item], marks.factors[unit, item]
                else:
                    got, factor = marks.units[f"{outside[item - len(scored)].id}_score"][unit], 1.0
                nearer = min(got, full - got) if full else 0.0
                assert row[item] == pytest.approx(max(min(0.3 * full, nearer), 0) * factor, abs=1e-9)
        assert len(set(moves.judges)) == marks.indicators["assessor_id"].nunique() + len(outside)


@pytest.mark.parametrize("step", [0.05, 0.2])
def test_a_unit_on_the_line_with_scores_alone_is_not_certain(step: float) -> None:
    """Even chances against a neighbour a hair ahead; full marks have nowhere to go that would keep the mean."""
    marks = _lay_out({"r1": 50, "r2": 50}, {"a": [40, 40.001], "b": [40, 40], "c": [50, 50]}, ["office", "bureau"])
    drawn = _simulate(marks, "slips", 0.1, step, 20_000, 1)
    order = marks.units["unit_id"].tolist()
    a, b, c = (drawn[:, order.index(unit)] for unit in "abc")
    assert (a > b).mean() == pytest.approx(0.5, abs=0.02) and (c == 100).all()
    for total in (a, b):  # the sum of two even draws within 50 × step, or what is left to full marks
        reach = min(50 * step, 10)
        assert abs(total - 80).max() <= 2 * reach + 0.01
        assert total.std() == pytest.approx(reach * sqrt(2 / 3), rel=0.03)
    together = _simulate(marks, "shift", 0.1, step, 200, 1)
    assert np.ptp(together[:, order.index("a")] - together[:, order.index("b")]) < 0.01


def test_an_outside_result_has_a_judge_of_its_own() -> None:
    marks = next(each for seed in range(20) for each in city_marks(seed) if each.scheme.outside_components)
    silent = replace(find_moves(marks, 0.0, 0.2))
    items = len(marks.indicators)
    silent.reach[:, :items] = 0
    inside = (silent.reach > 0).any(axis=1)
    drawn = {each: simulate_judgement(marks, silent, each, 50, 1) - marks.totals for each in SCENARIOS}
    assert all((np.ptp(moved, axis=0) > 0).tolist() == inside.tolist() for moved in drawn.values())
    if len(marks.scheme.outside_components) == 1:
        rate = drawn["shift"][:, inside] / silent.reach[inside].sum(axis=1)
        assert np.allclose(rate, rate[:, :1])


@scenarios
@cities
def test_no_doubt_changes_nothing(scenario: Scenario, seed: int) -> None:
    for marks in city_marks(seed):
        assert np.allclose(_simulate(marks, scenario, 0.0, 0.0, 5, seed), marks.totals, rtol=0, atol=1e-9)


@scenarios
def test_the_seed_decides(scenario: Scenario, shipped: MarkMatrix) -> None:
    first = _simulate(shipped, scenario, 0.3, 0.05, 20, 1)
    assert first.shape == (20, len(shipped.units))
    assert first.tobytes() == _simulate(shipped, scenario, 0.3, 0.05, 20, 1).tobytes()
    assert first.tobytes() != _simulate(shipped, scenario, 0.3, 0.05, 20, 2).tobytes()


def test_what_assessors_have_in_common_moves_ranks_least_and_halos_most(shipped: MarkMatrix) -> None:
    agreed = {each: agreement(shipped, _simulate(shipped, each, 0.1, 0.05, 300, 1)).mean() for each in SCENARIOS}
    assert agreed["halo"] < agreed["slips"] < agreed["shift"]


@scenarios
@cities
def test_every_draw_is_graded_as_a_year_is(scenario: Scenario, seed: int) -> None:
    for marks in city_marks(seed):
        totals = _simulate(marks, scenario, 0.4, 0.1, 10, seed)
        for row, best in zip(totals, marks.is_best(totals), strict=True):
            grades = grade_units(marks.units.assign(total=row), marks.scheme)
            assert grades.eq(marks.scheme.grades[0].id).tolist() == best.tolist()


@scenarios
@cities
def test_conditions_are_held_against_the_marks_of_every_draw(scenario: Scenario, seed: int) -> None:
    """What a draw gives to all parts and outside results adds up to its totals, and bars as a year's scores do."""
    for strict in strict_marks(seed):
        items = [*strict.scheme.parts, *(component.id for component in strict.scheme.components)]
        changes = {("grades", "best", "requires"): {"least": dict.fromkeys(items, 0.0)}}
        every = replace(strict, scheme=change_scheme(strict.scheme, changes))
        moves, way = find_moves(strict, 0.4, 0.1), (scenario, 10, seed)
        totals, scores = simulate_judgement(strict, moves, *way), _scores_of(every, moves, *way)
        adjusted = strict.units["bonus"].to_numpy() - strict.units["deduction"].to_numpy()
        base = sum(scores[component.id] for component in strict.scheme.components)
        assert base + adjusted == pytest.approx(totals, abs=1e-6)
        for component in strict.scheme.components:
            parts = [np.nan_to_num(scores[part]) for part in component.parts]
            assert not parts or sum(parts) == pytest.approx(scores[component.id], abs=1e-6)
        bars = simulate_bars(strict, moves, *way)
        best = strict.is_best(totals, bars)
        bars = np.broadcast_to(bars, (len(totals), *bars.shape[-2:]))
        for draw in range(len(totals)):
            own = {f"{item}_score": scores[item][draw] for item in items}
            units = strict.units.assign(**own, total=totals[draw])
            assert list_bars(units, strict.scheme).tolist() == bars[draw].tolist()
            assert grade_units(units, strict.scheme).eq("best").tolist() == best[draw].tolist()


def _scores_of(marks: MarkMatrix, moves: Moves, *way: Any) -> dict[str, np.ndarray]:
    """What every draw gives to each item that a condition names."""
    seen: dict[str, np.ndarray] = {}

    class Spy(MarkMatrix):
        def find_bars(self, item_scores: Any) -> np.ndarray:
            seen.update(item_scores)
            return super().find_bars(item_scores)

    simulate_bars(Spy(**{field.name: getattr(marks, field.name) for field in fields(marks)}), moves, *way)
    return seen


def _naive_ranks(marks: MarkMatrix, totals: np.ndarray) -> list[list[int]]:
    tied = marks.scheme.ranking.ties == "max"
    rows = totals.round(9).tolist()
    return [[sum(other >= own if tied else other > own for other in row) + (not tied) for own in row] for row in rows]


def _naive_sets(ranks: list[list[int]], best: list[list[bool]]) -> list[tuple[int, int, bool]]:
    """Ranks and whether the grade is open, a unit each: what is as common as the rarest thing of a common draw."""
    units = range(len(ranks[0]))
    columns = [[row[unit] for row in ranks] for unit in units]
    grades = [[row[unit] for row in best] for unit in units]

    def common(unit: int, rank: int) -> int:
        column = columns[unit]
        return min(sum(each <= rank for each in column), sum(each >= rank for each in column))

    known = [{rank: common(unit, rank) for rank in set(columns[unit])} for unit in units]
    rarest = sorted(
        min(min(known[unit][row[unit]], grades[unit].count(graded[unit])) for unit in units)
        for row, graded in zip(ranks, best, strict=True)
    )
    cut = rarest[int(len(ranks) * (1 - LEVEL) - (1 - LEVEL) + 1e-9)]
    kept = [[rank for rank, often in known[unit].items() if often >= cut] for unit in units]
    open_ = [min(grades[unit].count(True), grades[unit].count(False)) >= cut for unit in units]
    return [(min(own), max(own), unsure) for own, unsure in zip(kept, open_, strict=True)]


@cities
def test_summaries_equal_a_loop_over_the_draws_and_hold_all_at_once(seed: int) -> None:
    for marks in city_marks(seed)[:2]:
        totals = _simulate(marks, "slips", 0.4, 0.1, DRAWS, seed)
        ranks, best = _naive_ranks(marks, totals), marks.is_best(totals).tolist()
        summary = summarise_draws(marks, totals)
        told = list(summary[["rank_low", "rank_high", "unsure"]].itertuples(index=False, name=None))
        assert told == _naive_sets(ranks, best)
        assert summary["p_best"].tolist() == pytest.approx(np.mean(best, axis=0).tolist())
        held = [
            all(
                low <= rank <= high and (unsure or graded == (share > 0.5))
                for (low, high, unsure), rank, graded, share in zip(told, row, grades, summary["p_best"], strict=True)
            )
            for row, grades in zip(ranks, best, strict=True)
        ]
        assert sum(held) >= LEVEL * DRAWS


LEVEL_FIELD = {units: lay_out_marks({"r1": 100}, {f"u{place}": [90 - place] for place in range(units)}, {})
               for units in (2, 6)}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(LEVEL_FIELD)), st.integers(10, 60), st.integers(0, 10**6))
def test_sets_hold_all_at_once_whatever_is_drawn(units: int, draws: int, seed: int) -> None:
    random, marks = np.random.default_rng(seed), LEVEL_FIELD[units]
    totals = np.round(marks.totals + random.normal(0, random.choice([0.5, 2]), (draws, units)), 1)
    summary, ranks = summarise_draws(marks, totals), marks.rank(totals)
    inside = ((summary["rank_low"].to_numpy() <= ranks) & (ranks <= summary["rank_high"].to_numpy())).all(axis=1)
    assert inside.mean() >= LEVEL


def test_where_nothing_is_rated_scores_alone_move() -> None:
    moves = find_moves(LEVEL_FIELD[2], 1.0, 0.05)
    assert not moves.up.any() and not moves.down.any() and moves.reach.tolist() == [[5.0], [5.0]]


def test_ranges_that_hold_one_by_one_do_not_hold_together(shipped: MarkMatrix) -> None:
    """Why the sets are wider: the middle 90 % of each unit's ranks hold at once in a small part of the draws."""
    totals = _simulate(shipped, "slips", 0.1, 0.05, 1000, 1)
    ranks, summary = shipped.rank(totals), summarise_draws(shipped, totals)
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0, method="closest_observation")
    assert ((low <= ranks) & (ranks <= high)).all(axis=1).mean() < 0.5
    together = (summary["rank_low"].to_numpy() <= ranks) & (ranks <= summary["rank_high"].to_numpy())
    assert together.all(axis=1).mean() >= LEVEL


@cities
def test_units_are_told_apart_where_their_ranks_do_not_meet(seed: int) -> None:
    for marks in city_marks(seed):
        summary = summarise_draws(marks, _simulate(marks, "slips", 0.4, 0.1, DRAWS, seed))
        rows = summary.to_dict("records")
        bands, first = [1], rows[0]
        for before, row in pairwise(rows):
            assert before["apart"] == (before["rank_high"] < row["rank_low"])
            opens = first["rank_high"] < row["rank_low"]
            first = row if opens else first
            bands.append(bands[-1] + opens)
        assert summary["band"].tolist() == bands and not rows[-1]["apart"]


@cities
def test_agreement_is_tau_b(seed: int) -> None:
    for marks in city_marks(seed):
        totals = _simulate(marks, "slips", 0.4, 0.1, 5, seed)
        for row, found in zip(_naive_ranks(marks, totals), agreement(marks, totals), strict=True):
            assert found == pytest.approx(kendalltau(marks.units["rank"], row).statistic, nan_ok=True, abs=1e-6)
        itself = agreement(marks, marks.totals[None])[0]
        assert np.isnan(itself) or itself == pytest.approx(1)
