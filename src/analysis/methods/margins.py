"""How far a unit is from the best grade: exact distances, and the marks that would make the difference."""

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise
from analysis.scoring.grading import find_quota

_UNIT = ["unit_id", "name", "total", "rank", "grade", "provenance"]
_IF_OUT = ["raised", "raised_ids"]
_IF_IN = ["one_step", "to_bottom", "downgrade_id", "downgrade_from", "downgrade_to", "downgrade_loss"]


def find_lines(marks: MarkMatrix) -> tuple[np.ndarray, bool]:
    """Find the total each unit must reach to be in the best grade while all others stay as they are.

    With a rule by count or share a unit is in if fewer than so many others are ahead of it, so its line is the total of
    the last of those others; if ties take the worse place, it must be passed.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    lines : ndarray of float, shape (units,)
        -inf where any total will do, inf where none will, NaN for a unit barred by veto.
    strict : bool
        The line must be passed, not only reached.

    Examples
    --------
    One place: whoever is out has to reach the first, who must not fall below the second.

    >>> from analysis.methods.matrices import lay_out_marks
    >>> find_lines(lay_out_marks({"r1": 100}, {"a": [90], "b": [80], "c": [70]}, {}))
    (array([80., 90., 90.]), False)
    """
    scheme, rule, barred = marks.scheme, marks.scheme.grades[0].rule, marks.barred
    if rule.kind == "rest":
        return np.where(barred, np.nan, -np.inf), False
    if rule.kind == "threshold":
        return np.where(barred, np.nan, rule.value_for(marks.group)), False
    quota = find_quota(rule, marks.group, len(marks.units))
    totals = without_noise(np.where(barred, -np.inf, marks.totals))
    lines = np.full(len(totals), np.inf)
    if quota:
        ordered = np.sort(np.append(totals, np.full(quota + 1, -np.inf)))[::-1]
        ahead = totals >= ordered[quota - 1]  # without such a unit, the next one closes the first `quota` others
        lines = np.where(ahead, ordered[quota], ordered[quota - 1])
    return np.where(barred, np.nan, lines), scheme.ranking.ties == "max"


def find_margins(marks: MarkMatrix) -> pd.DataFrame:
    """Measure every unit's distance to the line and to its neighbours, and what would carry it across.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, one row per unit. Columns: who it is (unit_id, name, total, rank, grade, provenance);

    where it stands: best, barred (bool), line (points), margin (total - line), above, below (points to the next unit
    above and below; NaN at the ends);

    if it is out: raised (number of marks to raise to the best; NaN if barred or out of reach), raised_ids (tuple);

    if it is in: one_step (rated marks of which one lower rating loses the grade), to_bottom (marks whose loss
    altogether does), downgrade_id, downgrade_from, downgrade_to, downgrade_loss (the smallest that does, in points).

    Notes
    -----
    The best mark on the indicators that lost most gains the most that so many marks can gain, because gains add up and
    do not depend on each other; the smallest number whose sum reaches the line is therefore the smallest set. A
    downgrade is tried for every rated mark and every rating that earns less.

    Examples
    --------
    "b" is 8 points behind and would gain 12 with "p1"; "a" would lose 12 there, and with it the grade:

    >>> from analysis.methods.matrices import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["良", 34]}, {"优": 1, "良": 0.8})
    >>> margins = find_margins(marks).set_index("unit_id")
    >>> margins[["margin", "raised_ids", "downgrade_id", "downgrade_loss"]].round(9).to_numpy().tolist()
    [[8.0, nan, 'p1', 12.0], [-8.0, ('p1',), nan, nan]]
    """
    lines, strict = find_lines(marks)
    totals = without_noise(marks.totals)
    different = np.unique(totals)
    position, padded = np.searchsorted(different, totals), np.array([np.nan, *different, np.nan])
    units = marks.units[_UNIT].assign(
        best=marks.best,
        barred=np.isnan(lines),
        line=lines,
        margin=totals - lines,
        above=padded[position + 2] - totals,
        below=totals - padded[position],
    )
    changes: list[dict[str, object]] = []
    for row, line in enumerate(without_noise(lines)):
        find = _find_downgrade if marks.best[row] else _find_improvements
        changes.append({} if np.isnan(line) else find(marks, row, line, strict))
    return units.join(pd.DataFrame(changes, units.index, [*_IF_OUT, *_IF_IN]))


def _reaches(totals: np.ndarray, line: float, strict: bool) -> np.ndarray:
    return without_noise(totals) > line if strict else without_noise(totals) >= line


def _find_improvements(marks: MarkMatrix, row: int, line: float, strict: bool) -> dict[str, object]:
    """Raise the marks that lost most, one after the other, until the line is reached."""
    gains = marks.gains[row]
    order = np.argsort(-without_noise(gains), kind="stable")
    reached = _reaches(marks.totals[row] + np.cumsum(gains[order]), line, strict)
    if not reached.any():
        return {"raised": np.nan, "raised_ids": ()}
    number = int(reached.argmax()) + 1
    return {"raised": number, "raised_ids": tuple(marks.indicators["indicator_id"].iloc[order[:number]])}


def _find_downgrade(marks: MarkMatrix, row: int, line: float, strict: bool) -> dict[str, object]:
    """Try every lower rating of every rated mark."""
    values, names, total = marks.levels.to_numpy(), marks.levels.index, marks.totals[row]
    rated = np.flatnonzero(marks.ratings[row] >= 0)
    ratings, worth = marks.ratings[row, rated], marks.worth[row, rated]
    losses = (values[ratings][:, None] - values) * worth[:, None]
    fatal = (losses > 0) & ~_reaches(total - losses, line, strict)
    next_lower = np.arange(len(values)) == np.searchsorted(values, values[ratings])[:, None] - 1
    found: dict[str, object] = {
        "one_step": int((fatal & next_lower).sum()),
        "to_bottom": int((~_reaches(total - (marks.earned * marks.factors)[row], line, strict)).sum()),
    }
    if fatal.any():
        smallest = np.where(fatal, losses, np.inf)
        indicator, to = np.unravel_index(without_noise(smallest).argmin(), smallest.shape)
        found |= {
            "downgrade_id": marks.indicators["indicator_id"].iloc[rated[indicator]],
            "downgrade_from": names[ratings[indicator]],
            "downgrade_to": names[to],
            "downgrade_loss": losses[indicator, to],
        }
    return found
