"""Simulated totals: what must hold of every draw, and summaries against plain loops over the draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.stats import kendalltau
from tests.made_up import city_marks

from analysis.data.dataset import Dataset
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.uncertainty import LEVEL, agreement, perturb_weights, simulate_judgement, summarise_draws
from analysis.scoring.grading import grade_units
from analysis.scoring.years import score_year

SEEDS = range(4)
DRAWS = 200
SIMULATIONS: list[Callable[[MarkMatrix, float, int, int], np.ndarray]] = [simulate_judgement, perturb_weights]
both = pytest.mark.parametrize("simulate", SIMULATIONS)
cities = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def shipped(dataset: Dataset) -> MarkMatrix:
    facts = list(dataset.years.values())[-1]
    return gather_marks(facts, score_year(facts), "department")


@both
@cities
def test_no_doubt_changes_nothing(simulate: Callable[..., np.ndarray], seed: int) -> None:
    for marks in city_marks(seed):
        assert np.allclose(simulate(marks, 0.0, 5, seed), marks.totals, rtol=0, atol=1e-9)


@both
def test_the_seed_decides(simulate: Callable[..., np.ndarray], shipped: MarkMatrix) -> None:
    first = simulate(shipped, 0.3, 20, 1)
    assert first.shape == (20, len(shipped.units))
    assert first.tobytes() == simulate(shipped, 0.3, 20, 1).tobytes()
    assert first.tobytes() != simulate(shipped, 0.3, 20, 2).tobytes()


def _moments(marks: MarkMatrix, place: int, probability: float) -> tuple[float, float]:
    """Mean and variance of a unit's total when every rating moves a step up or down, half the time each."""
    mean, variance = marks.totals[place], 0.0
    values = sorted(marks.scheme.ratings.value.values())
    for column, points in enumerate(marks.points):
        if marks.ratings[place, column] < 0:
            continue
        worth = points * marks.factors[place, column]
        step = values.index(round(marks.earned[place, column] / points, 6))
        up = (values[min(step + 1, len(values) - 1)] - values[step]) * worth
        down = (values[max(step - 1, 0)] - values[step]) * worth
        mean += probability / 2 * (up + down)
        variance += probability / 2 * (up**2 + down**2) - (probability / 2 * (up + down)) ** 2
    return mean, variance


@pytest.mark.parametrize("probability", [0.1, 0.5, 1.0])
def test_ratings_move_as_often_as_they_should(shipped: MarkMatrix, probability: float) -> None:
    draws = 2000
    totals = simulate_judgement(shipped, probability, draws, 7)
    for place, drawn in enumerate(totals.T):
        mean, variance = _moments(shipped, place, probability)
        assert abs(drawn.mean() - mean) <= 4 * sqrt(variance / draws)
        assert drawn.var() == pytest.approx(variance, rel=0.25)


def test_scores_in_points_do_not_move() -> None:
    marks = city_marks(0)[0]
    unrated = replace(marks, rating_names=np.full_like(marks.rating_names, ""))
    assert (simulate_judgement(unrated, 1.0, 5, 0) == marks.totals).all()


@cities
def test_other_weights_leave_full_marks_full(seed: int) -> None:
    for marks in city_marks(seed):
        full = [(marks.earned[:, own] == marks.points[own]).all(axis=1) for own in _components(marks)]
        perfect = np.all(full, axis=0)
        totals = perturb_weights(marks, 0.5, 5, seed)
        assert np.allclose(totals[:, perfect], marks.totals[perfect])
        bonus = (marks.units["bonus"] - marks.units["deduction"]).to_numpy()
        assert (totals <= marks.scheme.base_points + bonus + 1e-9).all()


def _components(marks: MarkMatrix) -> list[np.ndarray]:
    return [
        marks.indicators["component"].eq(component.id).to_numpy()
        for component in marks.scheme.components
        if component.parts
    ]


@both
@cities
def test_every_draw_is_graded_as_a_year_is(simulate: Callable[..., np.ndarray], seed: int) -> None:
    for marks in city_marks(seed):
        totals = simulate(marks, 0.4, 10, seed)
        for row, best in zip(totals, marks.is_best(totals), strict=True):
            grades = grade_units(marks.units.assign(total=row), marks.scheme)
            assert grades.eq(marks.scheme.grades[0].id).tolist() == best.tolist()


def _naive_ranks(marks: MarkMatrix, totals: np.ndarray) -> list[list[int]]:
    tied = marks.scheme.ranking.ties == "max"
    rows = totals.round(9).tolist()
    return [[sum(other >= own if tied else other > own for other in row) + (not tied) for own in row] for row in rows]


def _ahead(ranks: list[list[int]], unit: int, other: int) -> float:
    return sum(1.0 if row[unit] < row[other] else 0.5 if row[unit] == row[other] else 0.0 for row in ranks) / len(ranks)


@pytest.mark.slow
@cities
def test_summaries_equal_a_loop_over_the_draws(seed: int) -> None:
    for marks in city_marks(seed):
        totals = simulate_judgement(marks, 0.4, DRAWS, seed)
        summary = summarise_draws(marks, totals).to_dict("records")
        ranks = _naive_ranks(marks, totals)
        best = [
            grade_units(marks.units.assign(total=row), marks.scheme).eq(marks.scheme.grades[0].id) for row in totals
        ]
        for place, row in enumerate(summary):
            own = [drawn[place] for drawn in ranks]
            tail = round(DRAWS * (1 - LEVEL) / 2)
            assert sum(rank < row["rank_low"] for rank in own) <= tail <= sum(rank <= row["rank_low"] for rank in own)
            assert sum(rank > row["rank_high"] for rank in own) <= tail <= sum(rank >= row["rank_high"] for rank in own)
            chance = sum(drawn[place] for drawn in best) / DRAWS
            assert row["p_best"] == pytest.approx(chance)
            assert row["unsure"] == (tail < sum(drawn[place] for drawn in best) < DRAWS - tail)
            last = place + 1 == len(summary)
            ahead = np.nan if last else _ahead(ranks, place, place + 1)
            assert row["p_ahead"] == pytest.approx(ahead, nan_ok=True)


@cities
def test_a_band_opens_where_its_first_unit_is_surely_ahead(seed: int) -> None:
    for marks in city_marks(seed):
        totals = simulate_judgement(marks, 0.4, DRAWS, seed)
        ranks = _naive_ranks(marks, totals)
        bands, first = [1], 0
        for place in range(1, len(marks.units)):
            opens = _ahead(ranks, first, place) >= 0.95  # one side of the 90 % interval
            first = place if opens else first
            bands.append(bands[-1] + opens)
        assert summarise_draws(marks, totals)["band"].tolist() == bands


@cities
def test_agreement_is_tau_b(seed: int) -> None:
    for marks in city_marks(seed):
        totals = simulate_judgement(marks, 0.4, 5, seed)
        for row, found in zip(_naive_ranks(marks, totals), agreement(marks, totals), strict=True):
            assert found == pytest.approx(kendalltau(marks.units["rank"], row).statistic, nan_ok=True, abs=1e-6)
        itself = agreement(marks, marks.totals[None])[0]
        assert np.isnan(itself) or itself == pytest.approx(1)
