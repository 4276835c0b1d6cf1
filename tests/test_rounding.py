from decimal import Decimal

import pandas as pd
import pytest

from analysis.rounding import round_half_up, without_noise
from analysis.words import CHANGE, GROWTH, POINTS


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (2.675, 2, "2.68"),  # the double below 2.675; Python's round gives 2.67
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (54.545454, 0, "55"),
        (45.4545, 0, "45"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (0.1 + 0.2, 1, "0.3"),
        (Decimal("79.215"), 2, "79.22"),
        ("79.2149", 2, "79.21"),
    ],
)
def test_a_half_goes_up(value: float | Decimal | str, decimals: int, shown: str) -> None:
    assert str(round_half_up(value, decimals)) == shown


def test_numbers_are_written_for_readers() -> None:
    assert GROWTH(0.1328) == "+13.28%"
    assert POINTS(-1.005) == "−1.01"
    assert CHANGE(-0.0001) == "0.00"
    assert POINTS(float("nan")) == "—"
    assert POINTS(None) == "—"


def test_noise_is_not_a_difference() -> None:
    first, second = without_noise(pd.Series([0.1 + 0.2, 0.3]))
    assert first == second
