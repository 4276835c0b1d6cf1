"""What is allowed but worth a second look before it is published."""

from __future__ import annotations

import pandas as pd

from analysis.facts.dataset import Dataset
from analysis.scoring.years import score_year
from analysis.trends.grades import compare_units

JUMP = 15.0
"""Points by which a total may change from one year to the next before someone should ask why."""


def find_suspicions(dataset: Dataset, year: int) -> pd.DataFrame:
    """Look for marks that are possible but unusual.

    Parameters
    ----------
    dataset : Dataset
    year : int
        With inputs. It is compared with the last year before that has inputs of the same provenance: reconstructed
        marks say nothing about the change of a real office.

    Returns
    -------
    DataFrame with columns unit_id, name, what ("all_best": every rating is the best one; "jump": the total changed by
    more than `JUMP` points on the scored year before; "reversal": the rank moved by more than half of the group),
    value (ratings, points, ranks).
    """
    facts = dataset.year(year)
    found = [_all_best(dataset, year)]
    alike = [each for each in dataset.scored_years if _provenance(dataset, each) == _provenance(dataset, year)]
    if earlier := [each for each in alike if each < year]:
        base = dataset.year(earlier[-1])
        grades = list(base.scheme.grade_names | facts.scheme.grade_names)
        units = compare_units(score_year(base), score_year(facts), grades)
        size = units.groupby("group")["rank"].transform("max")
        jumped, reversed_ = units["total_change"].abs() > JUMP, units["rank_change"].abs() > size / 2
        found += [
            units[jumped].rename(columns={"total_change": "value"}).assign(what="jump"),
            units[reversed_].rename(columns={"rank_change": "value"}).assign(what="reversal"),
        ]
    return pd.concat([each[["unit_id", "name", "what", "value"]] for each in found], ignore_index=True)


def _provenance(dataset: Dataset, year: int) -> str:
    inputs = dataset.year(year).inputs
    return inputs.provenance.provenance if inputs is not None else ""


def _all_best(dataset: Dataset, year: int) -> pd.DataFrame:
    facts = dataset.year(year)
    ratings = pd.Series(facts.scheme.ratings.value, dtype=float)
    marks = facts.inputs.marks if facts.inputs else pd.DataFrame(columns=["unit_id", "rating"])
    rated = marks[marks["rating"].isin(ratings.index)]
    best = rated["rating"].map(ratings).eq(ratings.max()).groupby(rated["unit_id"]).agg(["all", "size"])
    units = facts.units.merge(best[best["all"]], left_on="unit_id", right_index=True)
    return units.rename(columns={"size": "value"}).assign(what="all_best").astype({"value": float})
