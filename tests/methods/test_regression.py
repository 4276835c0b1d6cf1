"""Changes and where they start from, against scipy and where nothing but error changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.methods.regression import regress_change

seeds = pytest.mark.parametrize("seed", range(4))


@seeds
def test_what_is_expected_is_the_regression_of_the_change(seed: int) -> None:
    random = np.random.default_rng(seed)
    before = random.normal(80, 6, 30)
    after = 20 + 0.8 * before + random.normal(0, 4, 30)
    line, found = stats.linregress(before, after - before), regress_change(before, after)
    assert found.correlation == pytest.approx(stats.pearsonr(before, after).statistic, abs=1e-7)
    assert found.slope == pytest.approx(line.slope, abs=1e-7)
    assert found.expected == pytest.approx(line.intercept + line.slope * before, abs=1e-6)
    assert found.expected.mean() == pytest.approx(found.mean) == pytest.approx((after - before).mean())
    order = random.permutation(30)
    assert regress_change(before[order], after[order]).expected == pytest.approx(found.expected[order])


def test_where_nothing_but_error_changes_the_ends_come_nearer() -> None:
    """Half of the variance is error: who was 10 above the mean is expected 5 above it, having done as before."""
    random = np.random.default_rng(1)
    true = random.normal(80, 5, 20000)
    before, after = true + random.normal(0, 5, (2, 20000))
    found = regress_change(before, after)
    assert found.slope == pytest.approx(-0.5, abs=0.02)
    best = before > before.mean() + 8
    assert (after - before)[best].mean() == pytest.approx(found.expected[best].mean(), abs=0.2)
    assert (after - before)[best].mean() < -4


def test_a_correlation_of_one_leaves_gaps_as_they_are_scaled() -> None:
    """r is 1, and the spread grows by a tenth: who was a point higher rises a tenth more."""
    before = np.arange(70.0, 90.0)
    found = regress_change(before, 1.1 * before)
    assert (found.correlation, found.slope) == (pytest.approx(1), pytest.approx(0.1))


@pytest.mark.parametrize("units", [1, 7])
def test_nothing_is_told_of_few_units(units: int) -> None:
    found = regress_change(np.arange(units), np.arange(units) ** 2)
    assert np.isnan([found.correlation, found.slope]).all() and np.isnan(found.expected).all()


def test_totals_that_do_not_vary_tell_nothing() -> None:
    assert np.isnan(regress_change(np.full(20, 80.0), np.arange(20.0)).slope)
