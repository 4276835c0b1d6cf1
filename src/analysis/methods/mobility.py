"""How much units move between grades."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def measure_mobility(counts: pd.DataFrame, links: Mapping[str, str]) -> float | None:
    """Measure mobility between grades by the index of Shorrocks: (k − trace of the transition shares) ÷ (k − 1).

    Parameters
    ----------
    counts : DataFrame
        Units by grade of the base year (rows) and grade of the year (columns).
    links : mapping of grade of the base year to the one that takes its place (see `link_grades`)

    Returns
    -------
    float or None
        0 where nobody moves, 1 where a grade says nothing of the next; over the grades of the base year that have any
        units. None where these are fewer than two, or grades are not linked one to one.

    Examples
    --------
    >>> counts = pd.DataFrame([[3, 1], [2, 6]], index=["best", "rest"], columns=["best", "rest"])
    >>> measure_mobility(counts, {"best": "best", "rest": "rest"})  # 2 - 3/4 - 6/8, of 1
    0.5
    """
    held = counts[counts.sum(axis=1).gt(0)]
    ends = [links.get(str(grade)) for grade in held.index]
    if len(held) < 2 or None in ends or len(set(ends)) < len(ends) or len(counts.columns) != len(counts.index):
        return None
    shares = held.div(held.sum(axis=1), axis=0)
    kept = np.array([shares.at[grade, end] for grade, end in zip(held.index, ends, strict=True)])
    return float((len(held) - kept.sum()) / (len(held) - 1))
