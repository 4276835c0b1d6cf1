"""Grade units by their totals and the conditions of the scheme: one row of a group's totals or thousands of them."""

import numpy as np
import pandas as pd

from analysis.data.grade_rules import GradeRule
from analysis.data.schemes import Ranking, Scheme
from analysis.scoring.conditions import find_item_scores, list_bars, list_conditions
from analysis.scoring.ranking import as_ranked, find_lines, find_quota, rank_rows, reaches


def grade_rows(totals: np.ndarray, bars: np.ndarray, group: str, scheme: Scheme) -> np.ndarray:
    """Grade the units of one group in every row, from the best grade down.

    Each rule looks at the units not yet graded. A unit barred from a grade, by veto or by what the grade requires,
    takes no place in it and is considered again for the next.

    Parameters
    ----------
    totals : ndarray of float, shape (rows, units)
    bars : ndarray of bool, shape (units, grades) or (rows, units, grades)
        See `find_bars`.
    group : str
    scheme : Scheme
        Clauses `grades` and `ranking`.

    Returns
    -------
    ndarray of int, shape (rows, units): places in `scheme.grades`, 0 the best

    Examples
    --------
    One place; the first unit is barred, so the next takes it:

    >>> from analysis.scoring.examples import small_scheme
    >>> bars = np.array([[True, False], [False, False], [False, False]])
    >>> grade_rows(np.array([[90.0, 80.0, 70.0]]), bars, "all", small_scheme({})).tolist()
    [[1, 0, 1]]
    """
    grades = np.full(totals.shape, len(scheme.grades) - 1)
    graded = np.zeros(totals.shape, dtype=bool)
    for position, grade in enumerate(scheme.grades[:-1]):
        eligible = ~graded & ~bars[..., position]
        chosen = eligible & _meets(grade.rule, np.where(eligible, totals, -np.inf), group, scheme.ranking)
        grades[chosen] = position
        graded |= chosen
    return grades


def grade_units(scores: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Grade units within their group (see `grade_rows`).

    Parameters
    ----------
    scores : DataFrame with columns group, total, vetoed, and those of `score_year` that conditions need
    scheme : Scheme

    Returns
    -------
    Series of grade ids

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> scores = pd.DataFrame({"group": "all", "total": [80.0, 90.0], "vetoed": False})
    >>> grade_units(scores, small_scheme({})).tolist()
    ['rest', 'best']
    """
    grades, bars = np.empty(len(scores), dtype=int), list_bars(scores, scheme)
    for group, members in scores.groupby("group").indices.items():
        totals = scores["total"].to_numpy()[members]
        grades[members] = grade_rows(totals[None], bars[members], str(group), scheme)
    return pd.Series(pd.Index(scheme.grade_names)[grades], scores.index)


def find_grade_lines(
    totals: np.ndarray, barred: np.ndarray, rule: GradeRule, group: str, ranking: Ranking
) -> np.ndarray:
    """Find the total that each unit needs for a grade, conditions apart, while all others stay as they are.

    Parameters
    ----------
    totals : ndarray of float, shape (units,)
        Of the units that are not graded better; -inf for others.
    barred : ndarray of bool, shape (units,)
        Who takes no place in it.
    rule : GradeRule
    group : str
    ranking : Ranking

    Returns
    -------
    ndarray of float, shape (units,)
        As ranked; -inf where any total will do, inf where none will. If ties take the worse place and the rule is one
        by count or share, a line must be passed.

    Examples
    --------
    One place, from which the first is barred:

    >>> from analysis.scoring.examples import small_scheme
    >>> scheme = small_scheme({})
    >>> barred, rule = np.array([True, False, False]), scheme.grades[0].rule
    >>> find_grade_lines(np.array([90.0, 80.0, 70.0]), barred, rule, "all", scheme.ranking).tolist()
    [80.0, 70.0, 80.0]
    """
    if rule.kind in {"rest", "threshold"}:
        return np.full(totals.shape, -np.inf if rule.kind == "rest" else rule.value_for(group))
    taking = np.where(barred, -np.inf, as_ranked(totals, ranking))
    return find_lines(taking, find_quota(rule, group, totals.shape[-1]))


def find_unmet(scores: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """List the conditions that units do not meet, of the grades that are better than theirs.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme

    Returns
    -------
    DataFrame, one row a unit, grade and condition, with columns unit_id, grade, kind, item, value (see `Condition`),
    score (points, as ranked; of deductions those taken off before the cap), rank (by score there; NaN but for
    "within"), passed_over (bool: by its total, and but for its conditions or a veto, the unit would have the grade).

    Examples
    --------
    >>> from analysis.data.grade_rules import Requirements
    >>> from analysis.scoring.examples import small_scheme
    >>> scores = pd.DataFrame({"unit_id": ["a", "b"], "group": "all", "total": [90.0, 80.0], "vetoed": False})
    >>> scores = scores.assign(deduction_uncapped=[1.0, 0.0])
    >>> scheme = small_scheme({})
    >>> best = scheme.grades[0].model_copy(update={"requires": Requirements(no_deduction=True)})
    >>> scheme = scheme.model_copy(update={"grades": [best, scheme.grades[1]]})
    >>> unmet = find_unmet(scores.assign(grade=grade_units(scores, scheme)), scheme)
    >>> unmet[["unit_id", "grade", "kind", "score", "passed_over"]].to_numpy().tolist()
    [['a', 'best', 'no_deduction', 1.0, True]]
    """
    rows: list[tuple[object, ...]] = []
    ranking, places, bars = scheme.ranking, pd.Index(scheme.grade_names), list_bars(scores, scheme)
    required = [(place, grade) for place, grade in enumerate(scheme.grades) if grade.requires]
    for group, members in scores.groupby("group").indices.items() if required else ():
        units = scores.iloc[members]
        items, own = find_item_scores(units, scheme), places.get_indexer(units["grade"])
        for place, grade in required:
            left = np.where(own < place, -np.inf, units["total"])
            lines = find_grade_lines(left, bars[members, place], grade.rule, str(group), ranking)
            strict = ranking.ties == "max" and grade.rule.kind in {"count", "share"}
            above = reaches(as_ranked(left, ranking), lines, strict)
            for each in list_conditions(grade.requires, items, str(group), ranking):
                ranks = rank_rows(np.nan_to_num(each.scores, nan=-np.inf), ranking).astype(float)
                for unit in np.flatnonzero(~each.met & (own > place)):
                    rank = ranks[unit] if each.kind == "within" else np.nan
                    told = (each.kind, each.item, each.value, abs(each.scores[unit]), rank, bool(above[unit]))
                    rows.append((units["unit_id"].iloc[unit], grade.id, *told))
    return pd.DataFrame(rows, columns=["unit_id", "grade", "kind", "item", "value", "score", "rank", "passed_over"])


def _meets(rule: GradeRule, totals: np.ndarray, group: str, ranking: Ranking) -> np.ndarray:
    """Say which totals meet the rule of a grade; -inf stands for a unit that is not eligible."""
    if rule.kind == "threshold":
        return as_ranked(totals, ranking) >= rule.value_for(group)
    return rank_rows(totals, ranking) <= find_quota(rule, group, totals.shape[-1])
