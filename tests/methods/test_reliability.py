"""Alpha and the error that follows: by hand, against numpy, and where both are known beforehand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tests.made_up import city_marks

from analysis.data.dataset import Dataset
from analysis.methods import reliability
from analysis.methods.examples import lay_out_marks
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.reliability import TOTAL, count_close, measure_consistency, measure_reliability
from analysis.scoring.years import score_year

seeds = pytest.mark.parametrize("seed", range(4))


def _alpha(points: np.ndarray) -> float:
    """Cronbach 1951, of complete data."""
    count = points.shape[1]
    return float(count / (count - 1) * (1 - points.var(axis=0, ddof=1).sum() / points.sum(axis=1).var(ddof=1)))


def _draw(seed: int, units: int = 20, items: int = 6) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(0, 1, (units, 1)) + random.normal(0, 1, (units, items)) * random.uniform(0.5, 2, items)


def test_eight_units_by_hand() -> None:
    """Kuder & Richardson's formula 20 (1937), which alpha is where items are right or wrong.

    Right are 7, 5, 3 and 1 of 8 units: pq adds up to (7 + 15 + 15 + 7) / 64 = 11/16. Their sums are 4, 3, 3, 2, 2, 1,
    1, 0, with a variance of 12/8. So 4/3 × (1 - 11/16 ÷ 12/8) = 13/18.
    """
    points = np.array([[right > unit for right in (7, 5, 3, 1)] for unit in range(8)], dtype=float)
    assert measure_consistency(points) == (pytest.approx(13 / 18), 4, 8)


@seeds
def test_complete_data_give_the_textbook_formula(seed: int) -> None:
    points = _draw(seed)
    assert measure_consistency(points) == (pytest.approx(_alpha(points), abs=1e-7), 6, 20)
    assert measure_consistency(points * 7).alpha == pytest.approx(_alpha(points), abs=1e-7)
    assert measure_consistency(points + np.arange(6)).alpha == pytest.approx(_alpha(points), abs=1e-7)
    shuffled = np.random.default_rng(seed).permutation(points)
    assert measure_consistency(shuffled).alpha == pytest.approx(_alpha(points), abs=1e-9)


@seeds
def test_a_dead_item_and_a_rare_one_add_nothing(seed: int) -> None:
    points = _draw(seed)
    rare = np.where(np.arange(20) < 9, points[:, 0], np.nan)
    more = np.c_[points, np.full(20, 3.0), rare]
    assert measure_consistency(more) == measure_consistency(points)


@seeds
def test_what_does_not_apply_is_left_out_pair_by_pair(seed: int) -> None:
    points = _draw(seed, 30)
    points[np.random.default_rng(seed).random(points.shape) < 0.15] = np.nan
    total = variances = 0.0
    for one, other in product(range(6), repeat=2):
        both = ~np.isnan(points[:, one] + points[:, other])
        covariance = np.cov(points[both, one], points[both, other])[0, 1]
        total += covariance
        variances += covariance * (one == other)
    found = measure_consistency(points)
    assert found.alpha == pytest.approx(6 / 5 * (1 - variances / total), abs=1e-7)
    assert found.complete == (~np.isnan(points).any(axis=1)).sum() < 30


@pytest.mark.parametrize(
    "points",
    [
        np.arange(20.0)[:, None],
        np.c_[np.arange(20.0), np.ones(20)],
        np.arange(14.0).reshape(7, 2),
        np.c_[np.arange(20.0), -np.arange(20.0)],
        np.empty((20, 0)),
        np.c_[np.r_[np.arange(12.0), np.full(8, np.nan)], np.r_[np.full(8, np.nan), np.arange(12.0)]],
    ],
    ids=["one item", "one that varies", "few units", "a sum that does not vary", "no item", "few units in common"],
)
def test_there_is_no_alpha(points: np.ndarray) -> None:
    assert np.isnan(measure_consistency(points).alpha)


def test_of_equal_measurements_the_error_is_that_of_their_making() -> None:
    """Ten measurements, each with an error of 2 points of its own: the sum is off by 2 × sqrt(10)."""
    random = np.random.default_rng(1)
    true = random.normal(0, 3, (6000, 1))
    points = true + random.normal(0, 2, (6000, 10))
    alpha = measure_consistency(points).alpha
    assert alpha == pytest.approx(100 * 9 / (100 * 9 + 10 * 4), abs=0.005)
    assert points.sum(axis=1).std() * np.sqrt(1 - alpha) == pytest.approx(2 * np.sqrt(10), rel=0.02)


@pytest.fixture
def lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up cities are small."""
    monkeypatch.setattr(reliability, "FEWEST", 2)


@pytest.mark.usefixtures("lowered")
@pytest.mark.parametrize("seed", range(6))
def test_the_errors_of_components_add_up_to_that_of_the_total(seed: int) -> None:
    for marks in city_marks(seed):
        found = measure_reliability(marks).set_index("component")
        marked = [component.id for component in marks.scheme.components if component.parts]
        assert list(found.index) == [*marked, TOTAL]
        for place, component in enumerate(marks.scheme.components):
            if not component.parts:
                continue
            row = found.loc[component.id]
            scores = marks.units[f"{component.id}_score"]
            assert row["spread"] == pytest.approx(scores.std())
            own = marks.indicators["component"].eq(component.id).to_numpy()
            scale = component.points / marks.points[own].sum()
            points = marks.rates[:, own] * marks.points[own] * scale
            assert row["alpha"] == pytest.approx(measure_consistency(points).alpha, nan_ok=True), place
            kept = 1 - max(row["alpha"], 0) if row["alpha"] == row["alpha"] else np.nan
            assert row["error"] == pytest.approx(scores.std() * kept**0.5, nan_ok=True)
        total = found.loc[TOTAL]
        errors = found.loc[marked, "error"]
        assert total["error"] == pytest.approx(np.sqrt((errors**2).sum(skipna=False)), nan_ok=True)
        if marks.scheme.outside_components:
            assert np.isnan(total["alpha"])


def test_a_total_of_one_component_is_as_reliable_as_that(dataset: Dataset) -> None:
    random = np.random.default_rng(5)
    level = random.integers(0, 6, 15)
    scores = {f"u{unit}": [float(level[unit] + random.integers(0, 5)) for _ in range(4)] for unit in range(15)}
    marks = lay_out_marks(dict.fromkeys(("r1", "r2", "r3", "r4"), 25.0), scores, {})
    daily, total = measure_reliability(marks).to_dict("records")
    assert daily["alpha"] == pytest.approx(_alpha(np.array(list(scores.values()))), abs=1e-7) == total["alpha"]
    assert daily["error"] == pytest.approx(total["error"])
    facts = dataset.year(2020)  # with adjustments, which count as without error
    daily, total = measure_reliability(gather_marks(facts, score_year(facts), "county")).to_dict("records")
    assert total["error"] == pytest.approx(daily["error"]) and total["spread"] != pytest.approx(daily["spread"])
    assert total["alpha"] == pytest.approx(1 - total["error"] ** 2 / total["spread"] ** 2)


def _of_totals(*totals: float) -> MarkMatrix:
    return lay_out_marks({"r1": 100.0}, {f"u{place}": [total] for place, total in enumerate(totals)}, {})


@pytest.mark.parametrize(
    ("totals", "error", "close"),
    [
        ((90, 88.5, 87.2, 60), 1.0, 1),  # a difference is off by 1.41
        ((90, 90, 60), 0.0, 0),
        ((90, 90, 60), 0.001, 1),
        ((90,), 5.0, 0),
    ],
)
def test_neighbours_are_close_within_the_error_of_a_difference(
    totals: tuple[float, ...], error: float, close: int
) -> None:
    assert count_close(_of_totals(*totals), error) == (close, len(totals) - 1)


def test_the_order_of_units_does_not_matter() -> None:
    marks = _of_totals(80, 70, 90)
    other = replace(marks, units=marks.units[::-1].reset_index(drop=True))
    assert count_close(marks, 8) == count_close(other, 8) == (2, 2)
