"""The scoring rule on arrays, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios.scenario import read_scenario

from analysis.data.schemes import Scheme
from analysis.scoring.kernel import (
    Tier,
    add_adjustments,
    climb,
    find_standins,
    find_worth,
    lay_out_tiers,
    over_applicable,
    value_marks,
)

NAN = np.nan
POINTS = np.array([80.0, 20.0])
DAILY_AND_OUTSIDE = Tier(("a", "b"), POINTS, POINTS, np.array([True, True]), np.array([[1, 0], [1, 0], [0, 1.0]]))
AS_EARNED = DAILY_AND_OUTSIDE._replace(rescaled=np.array([False, False]))


def _base(points: float, *, passes_up: bool) -> Tier:
    return Tier(("base",), np.array([points]), np.array([100.0]), np.array([passes_up]), np.ones((2, 1)))


def test_a_scheme_is_laid_out_by_item() -> None:
    scheme = Scheme.model_validate(read_scenario("no_rescaling")["scheme"])
    components, base = lay_out_tiers(scheme, ["inspection", "platform", "routine", "platform", "daily"])
    assert components.names == ("daily", "inspection")
    assert components.points.tolist() == components.full.tolist() == [80, 20]
    assert components.rescaled.tolist() == [False, True]  # an outside result is scored over its full score all the same
    assert components.membership.tolist() == [[0, 1], [1, 0], [1, 0], [1, 0], [1, 0]]
    assert [part.tolist() for part in base[1:]] == [[100], [100], [False], [[1], [1]]]
    assert lay_out_tiers(scheme, [])[0].membership.shape == (0, 2)


def test_parts_with_points_have_a_tier_of_their_own() -> None:
    scheme = Scheme.model_validate(read_scenario("parts_within_parts")["scheme"])
    inner, parts, components, base = lay_out_tiers(scheme, ["forest", "water", "air", "inspection"])
    assert inner.names == ("forest", "", "", "") and np.isnan(inner.points[1:]).all()
    assert parts.names == ("land", "air", "") and parts.points[:2].tolist() == [3, 1]
    assert components.membership.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert base.points.tolist() == [100]


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


def test_items_add_up_by_block() -> None:
    values = np.array([[30.0, 12.0, 50.0], [40.0, 20.0, 90.0]])
    (sums,) = climb([DAILY_AND_OUTSIDE], values, values)
    assert sums.earned.tolist() == [[42, 50], [60, 90]]
    (weighted,) = climb([DAILY_AND_OUTSIDE], values, values, weights=np.array([[1, 1, 1], [2, 0.5, 0]]))
    assert weighted.earned.tolist() == [[[42, 50], [60, 90]], [[66, 0], [90, 0]]]


def test_what_is_applicable_is_scaled_to_the_block() -> None:
    applicable = np.array([[50.0, 30.0, 100.0], [60.0, 0.0, 120.0]])
    full = np.array([100.0, 60.0, 10.0])
    for tier, everything, factors in (
        (DAILY_AND_OUTSIDE, None, [[1, 0.2], [80 / 60, 20 / 120]]),
        (DAILY_AND_OUTSIDE, full, [[1, 0.2], [80 / 60, 20 / 120]]),
        (AS_EARNED, None, [[1, 1], [1, 1]]),
        (AS_EARNED, full, [[0.5, 2], [0.5, 2]]),
    ):
        (scored,) = climb([tier], applicable / 2, applicable, everything)
        assert scored.factors.tolist() == factors
        assert scored.scores.tolist() == (scored.earned * factors).tolist()


def test_nothing_applicable_has_no_factor_and_no_score() -> None:
    assert np.isnan(over_applicable(80, 0))
    for tier in (DAILY_AND_OUTSIDE, AS_EARNED):
        (scored,) = climb([tier], np.array([[0.0, 0.0, 90.0]]), np.array([[0.0, 0.0, 100.0]]))
        assert np.isnan(scored.factors).tolist() == np.isnan(scored.scores).tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("passes_up", "points", "bases"), [(True, 100, [70, 74]), (False, 100, [14, 74]), (True, 10, [7, 7.4])]
)
def test_what_a_unit_does_not_have_passes_on_its_points(passes_up: bool, points: float, bases: list[float]) -> None:
    scored = climb(
        [DAILY_AND_OUTSIDE, _base(points, passes_up=passes_up)],
        np.array([[0.0, 0.0, 70.0], [40.0, 20.0, 70.0]]),
        np.array([[0.0, 0.0, 100.0], [50.0, 30.0, 100.0]]),
    )
    assert scored[-1].scores[:, 0].round(9).tolist() == bases


def test_a_block_of_which_nothing_is_left_leaves_its_points_to_the_others() -> None:
    earned, applicable = np.array([[45.0, 15.0, 70.0]]), np.array([[50.0, 30.0, 100.0]])
    tiers, full = [DAILY_AND_OUTSIDE, _base(100, passes_up=False)], np.array([50.0, 30.0, 20.0])
    weights = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [1, 0, 1]])
    scored = climb(tiers, earned, applicable, full, weights)
    assert scored[-1].scores[:, 0, 0].round(9).tolist() == [74, 75, 70, 86]


def test_an_earned_point_adds_the_factors_of_all_blocks_around_it() -> None:
    scheme = Scheme.model_validate(read_scenario("parts_within_parts")["scheme"])
    tiers = lay_out_tiers(scheme, ["forest", "forest", "water", "air", "inspection"])
    applicable = np.array([[3.0, 1.0, 5.0, 2.0, 50.0], [3.0, 0.0, 0.0, 2.0, 0.0]])
    earned = applicable * [0.5, 1, 0.2, 0.7, 0.9]
    scored = climb(tiers, earned, applicable)
    assert ((earned * find_worth(tiers, scored)).sum(axis=1)).round(9).tolist() == scored[-1].scores[:, 0].round(
        9
    ).tolist()


def test_what_stands_in_is_the_rate_of_the_smallest_block_around() -> None:
    scheme = Scheme.model_validate(read_scenario("parts_within_parts")["scheme"])
    tiers = lay_out_tiers(scheme, ["forest", "forest", "water", "air", "inspection"])
    applicable = np.array([[3.0, 0.0, 5.0, 2.0, 0.0], [0.0, 0.0, 0.0, 2.0, 50.0]])
    scored = climb(tiers, applicable * [0.5, 0, 0.2, 0.7, 0.9], applicable)
    inside = find_standins(tiers, scored)
    assert inside[0, 1] == 0.5  # of the forest
    assert inside[1, :3].tolist() == [0.7, 0.7, 0.7]  # nothing of the land: of the component
    assert inside[0, 4] == pytest.approx(scored[-1].scores[0, 0] / 100)  # no inspection: of all the rest


def test_a_bonus_adds_and_a_deduction_takes_off() -> None:
    assert add_adjustments([90, 80], [1.5, 0], [0, 3]).tolist() == [91.5, 77]


@given(st.integers(0, 1000), st.integers(1, 4), st.integers(1, 5))
def test_rows_are_scored_as_if_alone(seed: int, rows: int, units: int) -> None:
    random = np.random.default_rng(seed)
    earned = random.uniform(0, 10, (rows, units, 3))
    applicable = earned + random.uniform(0.1, 5, (rows, units, 3))

    def score(earned: np.ndarray, applicable: np.ndarray) -> np.ndarray:
        return climb([DAILY_AND_OUTSIDE, _base(100, passes_up=False)], earned, applicable)[-1].scores[..., 0]

    alone = [
        [float(score(*(values[row, [unit]] for values in (earned, applicable)))[0]) for unit in range(units)]
        for row in range(rows)
    ]
    by_hand = 80 * earned[..., :2].sum(-1) / applicable[..., :2].sum(-1) + 20 * earned[..., 2] / applicable[..., 2]
    assert np.allclose(score(earned, applicable), alone, rtol=0, atol=1e-12)
    assert np.allclose(score(earned, applicable), by_hand, rtol=0, atol=1e-12)


def _score_slowly(points: int, rescaled: bool, inside: list[tuple[Fraction, Fraction, Fraction]]) -> Fraction | None:
    """Score one block: earned, applicable and all points of what is in it; None if nothing is applicable."""
    earned, applicable, full = (sum(column, Fraction()) for column in zip(*inside, strict=True))
    return None if applicable == 0 else earned * points / (applicable if rescaled else full)


@given(st.data())
def test_blocks_within_blocks_are_scored_as_by_hand(data: st.DataObject) -> None:
    """Two components of two parts of two indicators each, against exact fractions and one block at a time."""
    draw, small = data.draw, st.integers(1, 9)
    points, carried = [draw(small) for _ in range(8)], [draw(st.booleans()) for _ in range(8)]
    worth = {level: [draw(small) for _ in range(count)] for level, count in (("parts", 4), ("components", 2))}
    scaled = {level: [draw(st.booleans()) for _ in range(count)] for level, count in (("parts", 4), ("components", 2))}
    passes_up, base_points = draw(st.booleans()), draw(small)
    earned = [draw(st.integers(0, each)) if kept else 0 for each, kept in zip(points, carried, strict=True)]

    items = [
        (Fraction(e), Fraction(p if c else 0), Fraction(p)) for e, p, c in zip(earned, points, carried, strict=True)
    ]
    for level in ("parts", "components"):
        blocks = []
        for place, (whole, rescaled) in enumerate(zip(worth[level], scaled[level], strict=True)):
            score = _score_slowly(whole, rescaled, items[2 * place : 2 * place + 2])
            blocks.append((score or Fraction(), Fraction(0 if score is None else whole), Fraction(whole)))
        items = blocks
    expected = _score_slowly(base_points, passes_up, items)

    pairs = [np.repeat(np.eye(count), 2, axis=0) for count in (4, 2, 1)]
    tiers = [
        Tier(tuple("abcd"[: len(whole)]), np.array(whole, float), pair.T @ below, np.array(rescaled), pair)
        for whole, rescaled, pair, below in zip(
            [worth["parts"], worth["components"], [base_points]],
            [scaled["parts"], scaled["components"], [passes_up]],
            pairs,
            [np.array(points, float), np.array(worth["parts"], float), np.array(worth["components"], float)],
            strict=True,
        )
    ]
    applicable = np.where(carried, points, 0.0)[None]
    scored = climb(tiers, np.array([earned], float), applicable)
    found = scored[-1].scores[0, 0]
    assert np.isnan(found) if expected is None else found == pytest.approx(float(expected), abs=1e-12)
    if expected is not None:
        assert find_worth(tiers, scored)[0] @ earned == pytest.approx(float(expected), abs=1e-12)
