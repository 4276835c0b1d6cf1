"""Rounding, half up, in decimal: once, on display (`words.Format`); and of totals, where a scheme says so."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

import numpy as np
import pandas as pd

NOISE_DECIMALS = 9
"""Sums of marks are exact in decimal; binary floats miss them by less than 1e-9."""

Values = TypeVar("Values", pd.Series, np.ndarray)


def without_noise(values: Values) -> Values:
    """Drop binary float noise, so that equal decimal sums compare equal.

    Parameters
    ----------
    values : Series or ndarray of float

    Returns
    -------
    Series or ndarray of float, rounded to `NOISE_DECIMALS` places; not a rounding for display.
    """
    return values.round(NOISE_DECIMALS)


def round_half_up(value: float | Decimal | str, decimals: int) -> Decimal:
    """Round as official statistics do: a half goes up (away from zero).

    Parameters
    ----------
    value : float, Decimal or str
        A float is freed of binary noise first, so that 2.675 means 2.675.
    decimals : int

    Returns
    -------
    Decimal with exactly `decimals` places.
    """
    exact = Decimal(value) if isinstance(value, Decimal | str) else Decimal(repr(round(float(value), NOISE_DECIMALS)))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def round_values(values: Values, decimals: int) -> Values:
    """Round many values as `round_half_up` does, as floats: equal ones are equal, and compare with the same in decimal.

    Parameters
    ----------
    values : Series or ndarray of float
    decimals : int

    Returns
    -------
    Series or ndarray of float

    Examples
    --------
    >>> round_values(np.array([71.04, 71.05, 2.675, -0.25, -np.inf]), 1).tolist()
    [71.0, 71.1, 2.7, -0.3, -inf]
    """
    sizes = without_noise(without_noise(abs(values)) * 10**decimals)
    return np.sign(values) * np.floor(sizes + 0.5) / 10**decimals
