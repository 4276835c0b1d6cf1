"""One year's scores, from inputs and scheme alone."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.partitions import Mapper, map_here
from analysis.data.schemes import Scheme
from analysis.periods import name_assessed
from analysis.problems import WorkbookError
from analysis.scoring.adjustments import score_adjustments
from analysis.scoring.components import score_components, sum_parts
from analysis.scoring.grading import grade_units
from analysis.scoring.kernel import add_adjustments
from analysis.scoring.ranking import as_ranked, rank_totals
from analysis.texts import name_some

_ALWAYS = ["year", "unit_id", "group", "name", "method", "vetoed", "total", "rank", "grade", "provenance"]


def score_year(facts: YearFacts, mapper: Mapper = map_here) -> pd.DataFrame:
    """Score, rank and grade every unit of a year under that year's own scheme.

    The method, as circulars state it:

    1. A mark earns points: a rating a share of its indicator's points, a score itself; points add up by part. What is
       not applicable, or is an assessor's own, counts neither way.
    2. A component is earned points as they are (百分制), or scaled from what the unit carries to what the component is
       worth (加权计算法); so is a part with points of its own, and an outside result is scaled from its full score.
       Components add up to the base; where the scheme says so, one of which a unit carries nothing passes them on.
    3. Bonus and deduction add up by item, each to its cap. The total is base + bonus - deduction.
    4. Units are ranked in their group, by unrounded totals, or by totals rounded to `ranking.decimals`.
    5. Grades are given from the best down, on the same totals; a veto bars from those that the scheme names, and a unit
       that does not have what a grade requires is passed over.

    Parameters
    ----------
    facts : YearFacts
    mapper : callable
        Where files of marks are added up (see `sum_parts`).

    Returns
    -------
    DataFrame, one row per unit, by group (in the scheme's order) and rank, tied units as units.csv has them. Columns:
    year, unit_id, group, name, method; <part>_earned, <part>_applicable; <block>_earned, _applicable, _factor, _score
    of components and parts with points (NaN where a unit carries nothing of it); base; bonus_uncapped, bonus,
    deduction_uncapped, deduction, vetoed; total, rank, grade; provenance. Points are unrounded, the total too.

    Raises
    ------
    WorkbookError
        If the year has no inputs, marks that are read only now are not sound, or a unit carries nothing at all.

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> scores = score_year(example_city().year(2023))
    >>> scores[["unit_id", "daily_factor", "base", "bonus", "total", "rank"]][1:3].round(9).to_numpy().tolist()
    [['xicheng', 1.0, 84.9, 0.0, 84.9, 2], ['nanqu', 1.4, 67.65, 0.0, 67.65, 3]]
    """
    scheme, inputs = facts.scheme, facts.need_inputs("不能算分")
    parts = sum_parts(inputs, scheme, mapper).reindex(facts.units["unit_id"])
    components = score_components(parts, inputs.results, scheme)
    if (nothing := components["base"].isna()).any():
        raise WorkbookError(
            f"{name_assessed(facts.year)}有单位没有任何一个大项的成绩，不能算分：{name_some(parts.index[nothing])}。"
        )
    absent = components[[f"{component.id}_score" for component in scheme.components]].isna().any(axis=1)
    parts["method"] = parts["method"].mask(absent & parts["method"].eq("full"), "rescaled")
    adjustments = score_adjustments(inputs.adjustments, parts.index, scheme)
    total = add_adjustments(components["base"], adjustments["bonus"], adjustments["deduction"])
    units = facts.units.set_axis(parts.index)
    scores = _best_first(pd.concat([units, parts, components, adjustments], axis=1).assign(total=total), scheme)
    scores = scores.assign(rank=rank_totals(scores["total"], scores["group"], scheme.ranking))
    scores = scores.assign(grade=grade_units(scores, scheme), provenance=inputs.provenance.provenance)
    scores.insert(0, "year", facts.year)
    return scores


def _best_first(scores: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Sort by group and total as ranked: what is in order is quicker to rank, and the same objects to group."""
    groups = pd.Index(scheme.groups)
    group = groups.get_indexer(scores["group"])
    order = np.lexsort([-as_ranked(scores["total"], scheme.ranking), group])
    return scores.iloc[order].reset_index(drop=True).assign(group=groups[group[order]])


def stack_years(scored: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack the scores of several years.

    Parameters
    ----------
    scored : iterable of DataFrame of `score_year`

    Returns
    -------
    DataFrame: columns that a year's scheme does not know are NaN; without years, those that every year has.

    Examples
    --------
    >>> stack_years(pd.DataFrame({"year": [year], "total": [90.0]}) for year in (2030, 2031))["year"].tolist()
    [2030, 2031]
    """
    stacked = list(scored)
    return pd.concat(stacked, ignore_index=True) if stacked else pd.DataFrame(columns=_ALWAYS)
