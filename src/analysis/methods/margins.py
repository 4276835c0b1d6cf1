"""How far a unit is from the best grade: exact distances, and the marks that would make the difference."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

from analysis.data.schemes import Ranking
from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise
from analysis.scoring.conditions import Condition, list_conditions
from analysis.scoring.grading import find_grade_lines, find_unmet
from analysis.scoring.ranking import as_ranked, reaches

_UNIT = ["unit_id", "name", "total", "rank", "grade", "provenance"]
_IF_OUT = ["raised", "raised_ids"]
_IF_IN = ["one_step", "to_bottom", "downgrade_id", "downgrade_from", "downgrade_to", "downgrade_loss"]


def find_lines(marks: MarkMatrix) -> tuple[np.ndarray, bool]:
    """Find the total each unit must reach to be in the best grade while all others stay as they are.

    With a rule by count or share a unit is in if fewer than so many others are ahead of it, so its line is the total of
    the last of those others; if ties take the worse place, it must be passed. What else the grade requires is not
    looked at: who fails it takes no place, and its line is where it would be in if it did not.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    lines : ndarray of float, shape (units,)
        To be compared with totals as ranked (`as_ranked`); -inf where any total will do, inf where none will, NaN for a
        unit barred by veto.
    strict : bool
        The line must be passed, not only reached.

    Examples
    --------
    One place: whoever is out has to reach the first, who must not fall below the second.

    >>> from analysis.methods.examples import lay_out_marks
    >>> find_lines(lay_out_marks({"r1": 100}, {"a": [90], "b": [80], "c": [70]}, {}))
    (array([80., 90., 90.]), False)
    """
    grade, ranking = marks.scheme.grades[0], marks.scheme.ranking
    lines = find_grade_lines(marks.totals, marks.bars[:, 0], grade.rule, marks.group, ranking)
    strict = ranking.ties == "max" and grade.rule.kind in {"count", "share"}
    return np.where(marks.vetoed, np.nan, lines), strict


def find_least(lines: np.ndarray, strict: bool, ranking: Ranking) -> np.ndarray:
    """Say which unrounded totals just reach lines that hold for totals as ranked.

    Where totals are rounded half up, that is half a unit of the last decimal below the least rounded total that will
    do. It is then enough to be there; only below zero, where a half is rounded down, it has to be passed.

    Parameters
    ----------
    lines : ndarray of float
        See `find_lines`.
    strict : bool
    ranking : Ranking

    Returns
    -------
    ndarray of float

    Examples
    --------
    To be level with 71.2 printed, 71.15 will do; to be ahead of it, 71.25 is needed:

    >>> from analysis.scoring.examples import small_scheme
    >>> ranking = small_scheme({}).ranking.model_copy(update={"decimals": 1})
    >>> [find_least(np.array([71.2]), strict, ranking).round(9).tolist() for strict in (False, True)]
    [[71.15], [71.25]]
    """
    if ranking.decimals is None:
        return lines
    steps = without_noise(lines * 10**ranking.decimals)
    steps = np.floor(steps) + 1 if strict else np.ceil(steps)
    return (steps - 0.5) / 10**ranking.decimals


def find_margins(marks: MarkMatrix) -> pd.DataFrame:
    """Measure every unit's distance to the line and to its neighbours, and what would carry it across.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, one row per unit. Columns: who it is (unit_id, name, total, rank, grade, provenance);

    where it stands: best, barred (bool: by veto), unmet (what the best grade requires and it does not have: a tuple of
    rows of `find_unmet`, as dicts), line (points, unrounded: see `find_least`), tied (bool: several units of the best
    grade have just that total, and who falls below them is out), margin (total - line), above, below (points to the
    next unit above and below, as ranked; NaN at the ends);

    if it is out: raised (number of marks to raise to the best; NaN if barred, if something required is missing, or out
    of reach), raised_ids (tuple);

    if it is in: one_step (rated marks of which one lower rating loses the grade), to_bottom (marks whose loss
    altogether does), downgrade_id, downgrade_from, downgrade_to, downgrade_loss (the smallest that does, in points).

    Notes
    -----
    The grade is lost below the line, or where something required is no longer there. Who else has what is required is
    held as it is. The best mark on the indicators that lost most gains the most that so many marks can gain, because
    gains add up and do not depend on each other; the smallest number whose sum reaches the line is therefore the
    smallest set. A downgrade is tried for every rated mark and every rating that earns less.

    Examples
    --------
    "b" is 8 points behind and would gain 12 with "p1"; "a" would lose 12 there, and with it the grade:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["良", 34]}, {"优": 1, "良": 0.8})
    >>> margins = find_margins(marks).set_index("unit_id")
    >>> margins[["margin", "raised_ids", "downgrade_id", "downgrade_loss"]].round(9).to_numpy().tolist()
    [[8.0, nan, 'p1', 12.0], [-8.0, ('p1',), nan, nan]]
    """
    (lines, strict), ranking = find_lines(marks), marks.scheme.ranking
    totals, ranked = without_noise(marks.totals), as_ranked(marks.totals, ranking)
    different = np.unique(ranked)
    position, padded = np.searchsorted(different, ranked), np.array([np.nan, *different, np.nan])
    line, unmet = find_least(lines, strict, ranking), _list_unmet(marks)
    units = marks.units[_UNIT].assign(
        best=marks.best,
        barred=marks.vetoed,
        unmet=unmet,
        line=line,
        tied=np.isin(line, totals[marks.best]),
        margin=totals - line,
        above=padded[position + 2] - ranked,
        below=ranked - padded[position],
    )
    conditions = _list_conditions(marks)
    changes: list[dict[str, object]] = []
    for row, line in enumerate(lines):
        if marks.best[row]:
            changes.append(_find_downgrade(marks, row, line, strict, conditions))
        else:
            is_short = not (marks.vetoed[row] or unmet[row])
            changes.append(_find_improvements(marks, row, line, strict) if is_short else {})
    return units.join(pd.DataFrame(changes, units.index, [*_IF_OUT, *_IF_IN]))


def _list_unmet(marks: MarkMatrix) -> list[tuple[dict[Hashable, object], ...]]:
    """List what each unit does not have of what the best grade requires."""
    unmet = find_unmet(marks.units, marks.scheme)
    rows = unmet[unmet["grade"].eq(marks.scheme.grades[0].id)].to_dict("records")
    return [tuple(row for row in rows if row["unit_id"] == unit) for unit in marks.units["unit_id"]]


def _list_conditions(marks: MarkMatrix) -> list[tuple[Condition, np.ndarray]]:
    """List what the best grade requires, each with the indicators that count there: bool, shape (indicators,)."""
    requires, count = marks.scheme.grades[0].requires, len(marks.points)
    conditions = list_conditions(requires, marks.item_scores, marks.group, marks.scheme.ranking)
    return [(each, marks.counts_in(each.item)[:count]) for each in conditions]


def _find_improvements(marks: MarkMatrix, row: int, line: float, strict: bool) -> dict[str, object]:
    """Raise the marks that lost most, one after the other, until the line is reached."""
    gains = marks.gains[row]
    order = np.argsort(-without_noise(gains), kind="stable")
    raised = as_ranked(marks.totals[row] + np.cumsum(gains[order]), marks.scheme.ranking)
    reached = reaches(raised, line, strict)
    if not reached.any():
        return {"raised": np.nan, "raised_ids": ()}
    number = int(reached.argmax()) + 1
    return {"raised": number, "raised_ids": tuple(marks.indicators["indicator_id"].iloc[order[:number]])}


def _find_downgrade(
    marks: MarkMatrix, row: int, line: float, strict: bool, conditions: list[tuple[Condition, np.ndarray]]
) -> dict[str, object]:
    """Try every lower rating of every rated mark."""
    values, names, ranking = marks.levels.to_numpy(), marks.levels.index, marks.scheme.ranking

    def is_lost(losses: np.ndarray, indicators: np.ndarray) -> np.ndarray:
        """Say which losses, a row an indicator, lose the grade."""
        lost = ~reaches(as_ranked(marks.totals[row] - losses, ranking), line, strict)
        for condition, counts in conditions:
            item = condition.item
            left = as_ranked(marks.item_scores[item][row] - losses / marks.item_worth[item][row], ranking)
            kept = np.isnan(left) | reaches(left, condition.lines[row], condition.strict)
            lost |= counts[indicators, None] & ~kept
        return lost

    rated = np.flatnonzero(marks.ratings[row] >= 0)
    ratings, worth = marks.ratings[row, rated], marks.worth[row, rated]
    losses = (values[ratings][:, None] - values) * worth[:, None]
    fatal = (losses > 0) & is_lost(losses, rated)
    next_lower = np.arange(len(values)) == np.searchsorted(values, values[ratings])[:, None] - 1
    earned = (marks.earned * marks.factors)[row]
    found: dict[str, object] = {
        "one_step": int((fatal & next_lower).sum()),
        "to_bottom": int(is_lost(earned[:, None], np.arange(len(earned))).sum()),
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
