"""One year's scores, from inputs and scheme alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.partitions import Mapper, map_here
from analysis.problems import InputError, Problem, WorkbookError
from analysis.rounding import without_noise
from analysis.scoring.adjustments import score_adjustments
from analysis.scoring.components import score_base
from analysis.scoring.grading import grade_units, rank_totals

_ALWAYS = ["year", "unit_id", "group", "name", "method", "vetoed", "total", "rank", "grade", "provenance"]


def score_year(facts: YearFacts, mapper: Mapper = map_here) -> pd.DataFrame:
    """Score, rank and grade every unit of a year under that year's own scheme.

    Parameters
    ----------
    facts : YearFacts
    mapper : callable
        Where files of marks are added up (see `Inputs.sum_marks`).

    Returns
    -------
    DataFrame, one row per unit, by group (in the scheme's order) and rank, tied units as units.csv has them. Columns:
    year, unit_id, group, name, method; <part>_earned, <part>_carried; <component>_earned, _carried, _factor, _score;
    base; bonus_uncapped, bonus, deduction_uncapped, deduction, vetoed; total, rank, grade; provenance. Points are
    unrounded.

    Raises
    ------
    WorkbookError
        If the year has no inputs, or marks that are read only now are not sound.
    """
    scheme, inputs = facts.scheme, facts.inputs
    if inputs is None:
        raise WorkbookError(f"{facts.year} 年度没有评分数据（inputs/{facts.year}），不能算分。")
    units, unit_ids = inputs.rules.units, inputs.rules.unit_ids
    groups = pd.Categorical(units["group"], scheme.groups, ordered=True)
    base = score_base(inputs, scheme, mapper)
    adjusted = score_adjustments(inputs.adjustments, unit_ids, scheme)
    scores = pd.concat([units.assign(group=groups).set_axis(unit_ids), base, adjusted], axis=1)
    scores = scores.assign(total=scores["base"] + scores["bonus"] - scores["deduction"])
    best_first = np.lexsort([-without_noise(scores["total"]), groups.codes])  # ranking what is in order is quicker
    scores = scores.iloc[best_first].reset_index(drop=True)
    scores = scores.assign(rank=rank_totals(scores["total"], scores["group"], scheme.ranking.ties))
    scores = scores.assign(grade=grade_units(scores, scheme), provenance=inputs.provenance.provenance)
    scores.insert(0, "year", facts.year)
    return scores.astype({"group": "str"})


def score_years(years: dict[int, YearFacts]) -> pd.DataFrame:
    """Score several years, each under its own scheme.

    Parameters
    ----------
    years : dict of int to YearFacts
        Years without inputs are left out.

    Returns
    -------
    DataFrame of `score_year`, stacked; columns that a year's scheme does not know are NaN.

    Raises
    ------
    InputError
        If marks that are read only now are not sound: with every problem of every year.
    """
    scored: list[pd.DataFrame] = []
    problems: list[Problem] = []
    for facts in years.values():
        if facts.inputs is not None:
            try:
                scored.append(score_year(facts))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return pd.concat(scored, ignore_index=True) if scored else pd.DataFrame(columns=_ALWAYS)
