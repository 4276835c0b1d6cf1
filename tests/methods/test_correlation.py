"""Correlations over what is known, against scipy and against chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.methods.correlation import FEWEST, correlate, correlate_ranks, is_beyond_chance

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_of_columns_are_correlated_over_the_units_of_which_both_are_known(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.normal(80, 5, (2, 30, 6))
    one[random.random(one.shape) < 0.3] = np.nan
    other[random.random(other.shape) < 0.2] = np.nan
    for column, found in enumerate(correlate(one, other)):
        known = ~np.isnan(one[:, column] + other[:, column])
        assert found == pytest.approx(stats.pearsonr(one[known, column], other[known, column]).statistic, abs=1e-7)


def test_nothing_is_told_of_few_units_or_of_what_does_not_vary() -> None:
    rising = np.arange(20.0)
    few = np.where(rising < FEWEST - 1, rising, np.nan)
    enough = np.where(rising < FEWEST, rising, np.nan)
    nearly = np.full(20, 0.1) * 3 + np.where(rising % 2, 1e-16, 0)  # the same, but for binary noise
    pairs = correlate(np.c_[few, enough, rising, rising], np.c_[rising, rising, np.ones(20), nearly])
    assert np.isnan(pairs).tolist() == [True, False, True, True]
    assert pairs[1] == pytest.approx(1)


@pytest.mark.parametrize("seed", SEEDS)
def test_ranks_are_correlated_with_ties_at_their_middle(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = random.integers(0, 6, (2, 25)).astype(float)
    assert correlate_ranks(one, other) == pytest.approx(stats.spearmanr(one, other).statistic)
    assert np.isnan(correlate_ranks(np.ones(25), other))


@pytest.mark.parametrize(("units", "tests"), [(12, 1), (12, 20), (45, 20)])
def test_in_nine_of_ten_cases_chance_gives_none_beyond_it(units: int, tests: int) -> None:
    """Of as many indicators as are looked at, that have nothing to do with the rest."""
    one, other = np.random.default_rng(1).normal(size=(2, units, 4000 * tests))
    beyond = is_beyond_chance(correlate(one, other), units, tests).reshape(4000, tests).any(axis=1)
    assert 0.07 < beyond.mean() < 0.13


@pytest.mark.parametrize(("units", "tests"), [(8, 1), (8, 30), (12, 105), (45, 28), (180, 105)])
def test_chance_ends_where_the_t_distribution_says(units: int, tests: int) -> None:
    far = stats.t.isf(0.05 / tests, units - 2)
    end = far / np.sqrt(units - 2 + far**2)
    assert is_beyond_chance([end - 0.004, end + 0.004], units, tests).tolist() == [False, True]


def test_what_is_unknown_is_not_beyond_chance() -> None:
    assert not is_beyond_chance([np.nan, 1.0], [20, 2]).tolist()[0]
    assert is_beyond_chance(-0.9, 20)
