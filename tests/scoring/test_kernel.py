"""The scoring rule on arrays, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.scenario import read_scenario

from analysis.data.schemes import Scheme
from analysis.scoring.kernel import (
    Components,
    add_adjustments,
    add_components,
    add_items,
    find_factors,
    over_applicable,
    value_marks,
)

NAN = np.nan
DAILY_AND_OUTSIDE = Components(np.array([80.0, 20.0]), np.array([True, True]), np.array([[1, 0], [1, 0], [0, 1]]))


def test_a_scheme_is_laid_out_by_item() -> None:
    scheme = Scheme.model_validate(read_scenario("no_rescaling")["scheme"])
    laid_out = Components.of(scheme, ["inspection", "platform", "routine", "platform", "of another year"])
    assert laid_out.points.tolist() == [80, 20]
    assert laid_out.rescaled.tolist() == [False, True]  # an outside result is scored over its full score all the same
    assert laid_out.membership.tolist() == [[0, 1], [1, 0], [1, 0], [1, 0], [0, 0]]
    assert Components.of(scheme, []).membership.shape == (0, 2)


@pytest.mark.parametrize(
    ("marked", "rate", "score", "earned", "applicable"),
    [
        (True, 0.8, NAN, 32, 40),
        (True, 0.0, NAN, 0, 40),
        (True, NAN, 15.5, 15.5, 40),
        (True, NAN, 0.0, 0, 40),
        (False, NAN, NAN, 0, 0),
    ],
)
def test_a_mark_earns_a_share_or_its_score(
    marked: bool, rate: float, score: float, earned: float, applicable: float
) -> None:
    found = value_marks([40.0], [marked], [rate], [score])
    assert [values.tolist() for values in found] == [[earned], [applicable]]


def test_items_add_up_by_component() -> None:
    values = np.array([[30.0, 12.0, 50.0], [40.0, 20.0, 90.0]])
    assert add_items(DAILY_AND_OUTSIDE, values).tolist() == [[42, 50], [60, 90]]
    weighted = add_items(DAILY_AND_OUTSIDE, values, np.array([[1, 1, 1], [2, 0.5, 0]]))
    assert weighted.tolist() == [[[42, 50], [60, 90]], [[66, 0], [90, 0]]]


def test_what_is_applicable_is_scaled_to_the_component() -> None:
    applicable = np.array([[80.0, 100.0], [60.0, 120.0]])
    assert find_factors(DAILY_AND_OUTSIDE, applicable).tolist() == [[1, 0.2], [80 / 60, 20 / 120]]
    as_earned = DAILY_AND_OUTSIDE._replace(rescaled=np.array([False, False]))
    assert find_factors(as_earned, applicable).tolist() == [[1, 1], [1, 1]]
    assert find_factors(as_earned, applicable, np.array([[160.0, 10.0]])).tolist() == [[0.5, 2], [0.5, 2]]
    assert find_factors(DAILY_AND_OUTSIDE, applicable, np.array([[160.0, 10.0]])).tolist() == [
        [1, 0.2],
        [80 / 60, 20 / 120],
    ]


def test_nothing_applicable_has_no_factor_and_no_score() -> None:
    assert np.isnan(over_applicable(80, 0))
    factors = find_factors(DAILY_AND_OUTSIDE, np.array([[0.0, 100.0]]))
    assert np.isnan(factors).tolist() == [[True, False]]
    assert np.isnan(add_components(DAILY_AND_OUTSIDE, np.array([[0.0, 90.0]]) * factors)).all()


@pytest.mark.parametrize(
    ("kept", "base"),
    [(True, [74, 30]), ([True, True], [74, 30]), ([True, False], [75, 20]), ([False, True], [70, 70]), (False, [0, 0])],
)
def test_components_that_are_kept_take_over_the_points_of_the_others(
    kept: bool | list[bool], base: list[float]
) -> None:
    scores = np.array([[60.0, 14.0], [16.0, 14.0]])
    assert add_components(DAILY_AND_OUTSIDE, scores, kept).round(9).tolist() == base


def test_a_component_without_score_does_not_matter_when_it_is_left_out() -> None:
    assert add_components(DAILY_AND_OUTSIDE, np.array([[NAN, 14.0]]), [False, True]).round(9).tolist() == [70]


def test_a_bonus_adds_and_a_deduction_takes_off() -> None:
    assert add_adjustments([90, 80], [1.5, 0], [0, 3]).tolist() == [91.5, 77]


@given(st.integers(0, 1000), st.integers(1, 4), st.integers(1, 5))
def test_rows_are_scored_as_if_alone(seed: int, rows: int, units: int) -> None:
    random = np.random.default_rng(seed)
    earned = random.uniform(0, 10, (rows, units, 3))
    applicable = earned + random.uniform(0.1, 5, (rows, units, 3))

    def score(earned: np.ndarray, applicable: np.ndarray) -> np.ndarray:
        factors = find_factors(DAILY_AND_OUTSIDE, add_items(DAILY_AND_OUTSIDE, applicable))
        return add_components(DAILY_AND_OUTSIDE, add_items(DAILY_AND_OUTSIDE, earned) * factors)

    alone = [
        [float(score(*(values[row, [unit]] for values in (earned, applicable)))[0]) for unit in range(units)]
        for row in range(rows)
    ]
    by_hand = 80 * earned[..., :2].sum(-1) / applicable[..., :2].sum(-1) + 20 * earned[..., 2] / applicable[..., 2]
    assert np.allclose(score(earned, applicable), alone, rtol=0, atol=1e-12)
    assert np.allclose(score(earned, applicable), by_hand, rtol=0, atol=1e-12)
