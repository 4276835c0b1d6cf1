"""What ranks and grades two years would have given in each other's place."""

from itertools import product

import numpy as np
import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.schemes import Scheme
from analysis.methods.counterfactuals import IMPUTATIONS, YEAR_PARTS, Counterfactuals, Imputation
from analysis.scoring.adjustments import score_adjustments
from analysis.scoring.grading import grade_units
from analysis.scoring.kernel import over_applicable
from analysis.scoring.ranking import rank_totals


def score_counterfactuals(crossed: Counterfactuals, imputation: Imputation = "own_rate") -> pd.DataFrame:
    """Score, rank and grade each year's units under its own scheme and under the other year's.

    Indicators that are not linked keep the points that they have among themselves in their own year. What a grade
    requires is held against what its parts and components come to so. A part of which nothing is applicable to a unit
    holds it to nothing, nor does one that the year of the marks lacks (see `find_lacking`).

    Parameters
    ----------
    crossed : Counterfactuals
    imputation : {"own_rate", "other_year"}

    Returns
    -------
    DataFrame with columns marks_year, scheme_year, unit_id, name (the latest), group, total (points, unrounded), rank,
    grade; veto and deductions are those of the year of the marks.

    Examples
    --------
    >>> from analysis.methods.counterfactuals import cross_years
    >>> from analysis.scoring.examples import example_city
    >>> year = example_city().year(2023)
    >>> scored = score_counterfactuals(cross_years(year, year, "county"))
    >>> scored[["unit_id", "total", "rank", "grade"]][:3].round(9).to_numpy().tolist()
    [['dongcheng', 97.72, 1, 'excellent'], ['xicheng', 84.9, 2, 'good'], ['nanqu', 67.65, 3, 'fair']]
    """
    mixtures, frames = crossed.points[IMPUTATIONS.index(imputation)], []
    for (marks, facts), (valued, other) in product(enumerate(crossed.years), repeat=2):
        scheme, points = other.scheme, mixtures[valued, marks, marks, marks]
        items, unit_ids = facts.need_inputs("不能比较").adjustments, pd.Index(crossed.units["unit_id"])
        adjusted = score_adjustments(items, unit_ids, scheme).reset_index(drop=True)
        scored = crossed.units.assign(
            marks_year=facts.year,
            scheme_year=scheme.year,
            group=crossed.group,
            total=points.sum(axis=-1),
            **adjusted[["vetoed", "deduction_uncapped"]],
            **_score_required(crossed, points, crossed.worth[valued, marks, marks], facts, scheme, YEAR_PARTS[valued]),
        )[crossed.members[marks]]
        rank = rank_totals(scored["total"], scored["group"], scheme.ranking)
        frames.append(scored.assign(rank=rank, grade=grade_units(scored, scheme)))
    columns = ["marks_year", "scheme_year", "unit_id", "name", "group", "total", "rank", "grade"]
    return pd.concat(frames, ignore_index=True)[columns]


def find_lacking(facts: YearFacts, scheme: Scheme) -> list[str]:
    """Name the parts that a scheme's grades require something of, and that a year lacks in a component that it has."""
    known = {component.id for component in facts.scheme.components if component.parts}
    return [
        part for part in scheme.parts
        if part in scheme.required_items - facts.scheme.parts.keys() and scheme.component_of[part] in known
    ]  # fmt: skip


def _score_required(
    crossed: Counterfactuals, points: np.ndarray, worth: np.ndarray, facts: YearFacts, scheme: Scheme, part: str
) -> dict[str, np.ndarray]:
    """Score every part and component that a grade of the scheme requires something of, on its own scale."""
    inputs = facts.need_inputs("不能比较")
    marks = inputs.marks.merge(inputs.indicators[["indicator_id", "part"]], on="indicator_id")
    carried = marks[marks["status"].eq("marked")].groupby("part")["unit_id"].agg(set)
    found, lacking = {}, find_lacking(facts, scheme)
    for item in scheme.required_items:
        held = [item in (*scheme.paths.get(row[0], ()), *row) for row in crossed.items[[part, "component"]].to_numpy()]
        earned, full = points[:, held].sum(axis=-1), worth[:, held[: worth.shape[-1]]].sum(axis=-1)
        block = scheme.blocks.get(item)
        if block and (block.rescale or block.is_outside):
            scores = over_applicable(earned, full) * (block.points or 0.0)
        else:
            scores = earned * sum(each.points for each in scheme.components) / scheme.base_points
        applies = crossed.units["unit_id"].isin(carried.get(item, ())) | (item not in facts.scheme.parts)
        found[f"{item}_score"] = np.where(applies & (item not in lacking), scores, np.nan)
    return found
