"""Mobility between ranks and grades, against scipy and what the formula gives by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from analysis.methods.mobility import compare_ranks, measure_mobility

LINKS = {"a": "a", "b": "b", "c": "c"}


@pytest.mark.parametrize("units", [2, 3, 12, 45])
def test_ranks_are_compared_by_tau_b_as_scipy_has_it(units: int) -> None:
    draw = np.random.default_rng(units)
    ranks, others = draw.integers(1, units, size=units), draw.integers(1, units + 1, size=(6, units))
    expected = [kendalltau(ranks, each).statistic for each in others]
    np.testing.assert_allclose(compare_ranks(ranks, others), expected, atol=1e-12)  # NaN of nothing but ties


def test_one_unit_has_no_order() -> None:
    assert np.isnan(compare_ranks(np.array([1.0]), np.array([[1.0]]))).all()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([[4, 0, 0], [0, 3, 0], [0, 0, 5]], 0.0),
        ([[1, 0, 0], [1, 0, 0], [0, 1, 0]], 1.0),  # (3 - 1 - 0 - 0) / 2
        ([[2, 2, 0], [1, 2, 1], [0, 0, 0]], 1.0),  # nobody was in the last: (2 - 1/2 - 1/2) / 1
        ([[3, 0, 0], [0, 0, 0], [0, 0, 0]], None),
    ],
)
def test_the_index_is_that_of_shorrocks(counts: list[list[int]], expected: float | None) -> None:
    assert measure_mobility(pd.DataFrame(counts, index=list("abc"), columns=list("abc")), LINKS) == expected


def test_grades_that_do_not_correspond_one_to_one_have_none() -> None:
    counts = pd.DataFrame([[1, 1], [1, 1]], index=["a", "b"], columns=["a", "b"])
    assert measure_mobility(counts, {"a": "a", "b": "a"}) is None
    assert measure_mobility(counts, {"a": "a"}) is None
