"""Mobility between grades, against what the formula gives by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.methods.mobility import measure_mobility

LINKS = {"a": "a", "b": "b", "c": "c"}


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
