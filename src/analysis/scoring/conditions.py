"""What a unit must have for a grade besides its total, and who is barred from which grade."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.data.grade_rules import Requirements, rule_of_places, value_for
from analysis.data.schemes import Ranking, Scheme
from analysis.scoring.ranking import as_ranked, find_lines, find_quota, reaches


class Condition(NamedTuple):
    """One minimum condition of a grade, as a score and the line that it has to reach.

    Attributes
    ----------
    kind : {"least", "within", "no_deduction"}
    item : str
        The part or component; "" for deductions.
    value : float
        What the scheme says of the group: points, a rank, or a share of the group; 0 for deductions.
    scores : ndarray of float, shape (..., units)
        As ranked; deductions are negative; NaN for a unit that the item does not apply to, which is held to nothing.
    lines : ndarray of float, same shape
        What each unit needs while all others keep their scores.
    strict : bool
        The line must be passed, not only reached.
    """

    kind: Literal["least", "within", "no_deduction"]
    item: str
    value: float
    scores: np.ndarray
    lines: np.ndarray
    strict: bool = False

    @property
    def met(self) -> np.ndarray:
        """Say who meets it: bool, shape (..., units)."""
        return np.isnan(self.scores) | reaches(self.scores, self.lines, self.strict)


def find_item_scores(scores: pd.DataFrame, scheme: Scheme) -> dict[str, np.ndarray]:
    """Find what units have in every part and component that conditions name, as it counts in the total.

    Parameters
    ----------
    scores : DataFrame of `score_year`, of one group
    scheme : Scheme

    Returns
    -------
    dict of id to ndarray, shape (units,)
        Points of its own scale, before anything around it is scaled. Of a part without points of its own: earned points
        × the factor of the block around it, so that parts add up to that; NaN where nothing of it is applicable to the
        unit. "" stands for deductions, before the cap and negative.

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> from analysis.scoring.years import score_year
    >>> year = example_city().year(2023)
    >>> find_item_scores(score_year(year), year.scheme)
    {}
    """
    found = {item: score_item(scores, item, scheme).to_numpy(float) for item in sorted(scheme.required_items)}
    if any(grade.requires and grade.requires.no_deduction for grade in scheme.grades):
        found[""] = -scores["deduction_uncapped"].to_numpy(float)
    return found


def find_item_worth(scores: pd.DataFrame, scheme: Scheme) -> dict[str, np.ndarray]:
    """Find what a point of `find_item_scores` adds to each unit's total.

    Parameters
    ----------
    scores : DataFrame of `score_year`, of one group
    scheme : Scheme

    Returns
    -------
    dict of id to ndarray, shape (units,)

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> from analysis.scoring.years import score_year
    >>> year = example_city().year(2023)
    >>> find_item_worth(score_year(year), year.scheme)
    {}
    """
    scaled = ["base_factor"] if scheme.base else []
    around = {item: scheme.list_around(item) if item else () for item in find_item_scores(scores, scheme)}
    return {
        item: scores[[*(f"{block}_factor" for block in blocks), *(scaled if item else [])]].prod(axis=1).to_numpy(float)
        for item, blocks in around.items()
    }


def score_item(scores: pd.DataFrame, item: str, scheme: Scheme) -> pd.Series:
    """Return what units have in a part or a component, as `find_item_scores` counts it."""
    if f"{item}_score" in scores:
        return scores[f"{item}_score"]
    earned = scores[f"{item}_earned"] * scores[f"{scheme.paths[item][-1]}_factor"]
    return earned.where(scores[f"{item}_applicable"] > 0)


def list_conditions(
    requires: Requirements | None, scores: Mapping[str, np.ndarray], group: str, ranking: Ranking
) -> list[Condition]:
    """Hold the units of one group against the conditions of a grade.

    Scores are rounded as totals are, if the scheme ranks on rounded ones; ranks follow its tie rule, among all units of
    the group that the item applies to. A share is of all units, and rounded half up.

    Parameters
    ----------
    requires : Requirements or None
    scores : dict of `find_item_scores`
        Of shape (..., units).
    group : str
    ranking : Ranking

    Returns
    -------
    list of Condition

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> scores = {"work": np.array([30.0, 50.0, np.nan])}
    >>> requires = Requirements(least={"work": 40}, within={"work": 1})
    >>> [each.met.tolist() for each in list_conditions(requires, scores, "all", small_scheme({}).ranking)]
    [[False, True, True], [False, True, True]]
    """
    found: list[Condition] = []
    for kind, item, value in requires.values if requires else ():
        own, line = as_ranked(scores[item], ranking), value_for(value, group)
        if kind == "least":
            found.append(Condition("least", item, line, own, np.full(own.shape, line)))
        else:
            quota = find_quota(rule_of_places(line), group, own.shape[-1])
            lines = find_lines(np.nan_to_num(own, nan=-np.inf), quota)
            found.append(Condition("within", item, line, own, lines, ranking.ties == "max"))
    if requires and requires.no_deduction:
        found.append(Condition("no_deduction", "", 0.0, scores[""], np.zeros(scores[""].shape)))
    return found


def find_bars(vetoed: np.ndarray, scores: Mapping[str, np.ndarray], group: str, scheme: Scheme) -> np.ndarray:
    """Say who is barred from which grade, by veto or by its minimum conditions.

    Parameters
    ----------
    vetoed : ndarray of bool, shape (units,)
    scores : dict of `find_item_scores`
        Of shape (..., units).
    group : str
    scheme : Scheme
        Clauses `veto.bars`, `grades` and `ranking`.

    Returns
    -------
    ndarray of bool, shape (..., units, grades)

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> scheme = small_scheme({}, veto={"bars": ["best"], "source": "", "basis": "assumed"})
    >>> find_bars(np.array([True, False]), {}, "all", scheme).tolist()
    [[True, False], [False, False]]
    """
    bars = []
    for grade in scheme.grades:
        barred = vetoed & scheme.bars(grade.id)
        for condition in list_conditions(grade.requires, scores, group, scheme.ranking):
            barred = barred | ~condition.met
        bars.append(barred)
    return np.stack(np.broadcast_arrays(*bars), axis=-1)


def list_bars(scores: pd.DataFrame, scheme: Scheme) -> np.ndarray:
    """Say who of all groups is barred from which grade (see `find_bars`).

    Parameters
    ----------
    scores : DataFrame with columns group, vetoed, and those of `score_year` that conditions need
    scheme : Scheme

    Returns
    -------
    ndarray of bool, shape (units, grades)
    """
    bars = np.zeros((len(scores), len(scheme.grades)), dtype=bool)
    for group, members in scores.groupby("group").indices.items():
        units = scores.iloc[members]
        bars[members] = find_bars(units["vetoed"].to_numpy(bool), find_item_scores(units, scheme), str(group), scheme)
    return bars
