"""Which indicators tell units apart, and which tell the same as others: item analysis (Lord & Novick 1968)."""

import numpy as np
import pandas as pd

from analysis.methods.correlation import correlate, is_beyond_chance
from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise
from analysis.scoring.kernel import over_applicable

ALIKE = 0.95
"""The correlation from which two indicators count as telling the same."""
OFF = 3
"""Units off the most common mark from which it says something that two indicators agree: where nearly all have the best
mark, the few that have not are easily the same."""


def analyse_items(marks: MarkMatrix) -> pd.DataFrame:
    """Say how hard each indicator is, and whether it tells units apart as the rest of the marks do.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame in the order of their table with columns indicator_id, name, part, component, assessor_id, points; units
    (that it applies to and are marked); difficulty (their mean rate: the higher, the easier; NaN for none);
    discrimination (the item-rest correlation: of its rate with the rate of all other indicators together, each weighted
    by what it is worth in the total; over the units that it applies to; NaN as of `correlate`); dead (bool: two units
    or more, and all have the same mark); best (bool: dead, and that is the best mark); against (bool: discrimination is
    below 0 and, of all indicators at once, beyond chance).

    Notes
    -----
    The indicator itself is left out of the rest, which it would else be correlated with (Henrysson 1963). Outside
    results and adjustments are no marks, and no part of the rest.

    Examples
    --------
    Whoever is better in "p1" is better in "p2", and "p3" is the same for all:

    >>> from analysis.methods.examples import lay_out_marks
    >>> scores = {f"u{place}": [place, 2 * place, 10] for place in range(8)}
    >>> items = analyse_items(lay_out_marks({"p1": 10, "p2": 20, "p3": 10}, scores, {}))
    >>> items[["indicator_id", "difficulty", "discrimination", "dead"]].round(2).to_numpy().tolist()
    [['p1', 0.35, 1.0, False], ['p2', 0.35, 1.0, False], ['p3', 1.0, nan, True]]
    """
    carried, units = marks.applicable > 0, (marks.applicable > 0).sum(axis=0)
    worth = marks.nominal[: len(marks.points)] * carried
    earned = np.nan_to_num(marks.rates) * worth
    others = without_noise(worth.sum(axis=1)[:, None] - worth)
    discrimination = correlate(marks.rates, over_applicable(earned.sum(axis=1)[:, None] - earned, others))
    dead = (units > 1) & (pd.DataFrame(without_noise(marks.rates)).nunique().to_numpy() == 1)
    return marks.indicators.assign(
        units=units,
        difficulty=over_applicable(np.nan_to_num(marks.rates).sum(axis=0), units),
        discrimination=discrimination,
        dead=dead,
        best=dead & ~(without_noise(marks.gains) > 0).any(axis=0),
        against=(discrimination < 0) & is_beyond_chance(discrimination, units, max(len(units), 1)),
    )


def find_duplicates(marks: MarkMatrix) -> pd.DataFrame:
    """Find pairs of indicators that tell the same: their marks go together nearly or altogether.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, the most alike first, with columns indicator_id, name, other_id, other_name; units (that both apply to,
    enough for `correlate`); correlation (of their rates, at least `ALIKE`); same (bool: each of those units has the
    same rate in both). Pairs of which one has fewer than `OFF` units off its most common mark are left out.

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> scores = {f"u{place}": [place, 2 * place, place % 3] for place in range(8)}
    >>> pairs = find_duplicates(lay_out_marks({"p1": 10, "p2": 20, "p3": 10}, scores, {}))
    >>> pairs[["indicator_id", "other_id", "units", "correlation", "same"]].to_numpy().tolist()
    [['p1', 'p2', 8, 1.0, True]]
    """
    rates, rows = without_noise(marks.rates), []
    one, other = np.triu_indices(rates.shape[1], k=1)
    found = correlate(rates[:, one], rates[:, other])
    ids, names = (marks.indicators[column].to_numpy() for column in ("indicator_id", "name"))
    for pair in np.flatnonzero(without_noise(found) >= ALIKE):
        first, second = one[pair], other[pair]
        both = rates[np.isfinite(rates[:, [first, second]]).all(axis=1)][:, [first, second]]
        if min(len(both) - np.unique(each, return_counts=True)[1].max() for each in both.T) >= OFF:
            same = bool((both[:, 0] == both[:, 1]).all())
            rows.append((ids[first], names[first], ids[second], names[second], len(both), found[pair], same))
    columns = ["indicator_id", "name", "other_id", "other_name", "units", "correlation", "same"]
    pairs = pd.DataFrame(rows, columns=columns)
    return pairs.sort_values(["same", "correlation"], ascending=False, kind="stable", ignore_index=True)
