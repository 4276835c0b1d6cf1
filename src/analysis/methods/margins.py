"""How far a unit is from the best grade: exact distances, and the marks that would make the difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise
from analysis.scoring.grading import count_places

_UNIT = ["unit_id", "name", "total", "rank", "grade", "provenance"]
_COLUMNS = [
    *_UNIT, "best", "barred", "line", "margin", "above", "below", "raised", "raised_ids", "one_step", "to_bottom",
    "downgrade_id", "downgrade_from", "downgrade_to", "downgrade_loss",
]  # fmt: skip


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
    """
    scheme, rule, barred = marks.scheme, marks.scheme.grades[0].rule, marks.barred
    if rule.kind == "rest":
        return np.where(barred, np.nan, -np.inf), False
    if rule.kind == "threshold":
        return np.where(barred, np.nan, rule.value_for(marks.group)), False
    places = count_places(rule, marks.group, len(marks.units))
    totals = without_noise(np.where(barred, -np.inf, marks.totals))
    lines = np.full(len(totals), np.inf)
    if places:
        ordered = np.sort(np.append(totals, np.full(places + 1, -np.inf)))[::-1]
        ahead = totals >= ordered[places - 1]  # without such a unit, the next one closes the first `places` others
        lines = np.where(ahead, ordered[places], ordered[places - 1])
    return np.where(barred, np.nan, lines), scheme.ranking.ties == "max"


def find_margins(marks: MarkMatrix) -> pd.DataFrame:
    """Measure every unit's distance to the line and to its neighbours, and what would carry it across.

    The best mark on the indicators that lost most gains the most that so many marks can gain, because gains add up and
    do not depend on each other; the smallest number whose sum reaches the line is therefore the smallest set. A
    downgrade is tried for every rated mark and every rating that earns less.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, one row per unit, with columns unit_id, name, total, rank, grade, provenance, best, barred (bool), line
    (points), margin (total - line), above, below (points to the unit next above and next below; NaN at the ends);
    raised (number of marks to raise to the best; NaN if in, barred, or out of reach) and raised_ids (which, tuple);
    one_step (rated marks of which one lower rating loses the grade), to_bottom (marks whose loss altogether does),
    downgrade_id, downgrade_from, downgrade_to, downgrade_loss (the smallest single downgrade that loses it).
    """
    lines, strict = find_lines(marks)
    best = marks.is_best(marks.totals[None])[0]
    totals = without_noise(marks.totals)
    rows = []
    for place, unit in enumerate(marks.units[_UNIT].to_dict("records")):
        total, line = totals[place], lines[place]
        better, worse = totals[totals > total], totals[totals < total]
        row = unit | {
            "best": bool(best[place]),
            "barred": bool(np.isnan(line)),
            "line": line,
            "margin": total - line,
            "above": better.min() - total if better.size else np.nan,
            "below": total - worse.max() if worse.size else np.nan,
        }
        if best[place]:
            row |= _find_downgrade(marks, place, line, strict)
        elif not np.isnan(line):
            row |= _find_improvements(marks, place, line, strict)
        rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _reaches(totals: np.ndarray, line: float, strict: bool) -> np.ndarray:
    rounded, line = without_noise(totals), float(without_noise(np.array([line]))[0])
    return rounded > line if strict else rounded >= line


def _find_improvements(marks: MarkMatrix, place: int, line: float, strict: bool) -> dict[str, object]:
    """Raise the marks that lost most, one after the other, until the line is reached."""
    gains = ((marks.reachable - marks.earned) * marks.factors)[place]
    order = np.argsort(-without_noise(gains), kind="stable")
    reached = _reaches(marks.totals[place] + np.cumsum(gains[order]), line, strict)
    if not reached.any():
        return {"raised": np.nan, "raised_ids": ()}
    number = int(reached.argmax()) + 1
    return {"raised": number, "raised_ids": tuple(marks.indicators["indicator_id"].iloc[order[:number]])}


def _find_downgrade(marks: MarkMatrix, place: int, line: float, strict: bool) -> dict[str, object]:
    """Try every lower rating of every rated mark."""
    values, names = marks.levels.to_numpy(), marks.levels.index
    rated = np.flatnonzero(marks.ratings[place] >= 0)
    ratings, worth = marks.ratings[place, rated], (marks.points * marks.factors[place])[rated]
    total = marks.totals[place]
    losses = (values[ratings][:, None] - values) * worth[:, None]
    lower = values < values[ratings][:, None]
    fatal = lower & ~_reaches(total - losses, line, strict)
    next_lower = lower & (
        np.arange(len(values)) == np.where(lower, np.arange(len(values)), -1).max(axis=1, initial=-1)[:, None]
    )
    found: dict[str, object] = {
        "one_step": int((fatal & next_lower).sum()),
        "to_bottom": int((~_reaches(total - (marks.earned * marks.factors)[place], line, strict)).sum()),
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
