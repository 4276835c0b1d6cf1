"""What is allowed but worth a second look before it is published."""

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import TO_FILL
from analysis.methods.grades import compare_units
from analysis.rounding import without_noise
from analysis.scoring.years import score_year

JUMP = 15.0
"""Points by which a total may change from one year to the next before someone should ask why."""
FEW = 5
"""Ratings of a unit below which the best throughout is nothing unusual."""


def check_plausibility(dataset: Dataset, year: int) -> pd.DataFrame:
    """Look for marks that are possible but unusual.

    Parameters
    ----------
    dataset : Dataset
    year : int
        With inputs. It is compared with the last year before that has inputs of the same provenance: reconstructed
        marks say nothing about the change of a real office.

    Returns
    -------
    DataFrame with columns unit_id, name, what ("all_best": every one of `FEW` or more ratings is the best one;
    "bonus_cut", "deduction_cut": the items add up to more than the cap; "jump": the total changed by more than `JUMP`
    points on the scored year before; "reversal": the rank moved by more than half of the group), value (ratings,
    points, ranks), limit (the cap, else NaN).
    """
    facts = dataset.year(year)
    scores = score_year(facts)
    found = [_all_best(facts), *(_cut(scores, kind) for kind in ("bonus", "deduction"))]
    earlier = comparable_year(dataset, year)
    if earlier is not None:
        base = dataset.year(earlier)
        grades = list(base.scheme.grade_names | facts.scheme.grade_names)
        units = compare_units(score_year(base), scores, grades)
        size = units.groupby("group")["rank"].transform("max")
        jumped, reversed_ = units["total_change"].abs() > JUMP, units["rank_change"].abs() > size / 2
        found += [
            units[jumped].rename(columns={"total_change": "value"}).assign(what="jump"),
            units[reversed_].rename(columns={"rank_change": "value"}).assign(what="reversal"),
        ]
    columns = ["unit_id", "name", "what", "value", "limit"]
    return pd.concat([each.reindex(columns=columns) for each in found], ignore_index=True)


def find_leftovers(dataset: Dataset, year: int) -> dict[str, list[str]]:
    """Look for what a scheme drafted after another still holds of the draft.

    Parameters
    ----------
    dataset : Dataset
    year : int

    Returns
    -------
    dict of "to_fill" and "old_source" to list of str
        The clauses with a blank left to fill in, and those not merely assumed whose source is the document of the
        scheme before.
    """
    scheme = dataset.year(year).scheme
    earlier = [facts.scheme.document for each, facts in dataset.years.items() if each < year][-1:]
    texts = {"title": scheme.title, "document": scheme.document}
    texts |= {name: f"{clause.source} {clause.note}" for name, clause in scheme.clauses.items()}
    stale = [
        name
        for name, clause in scheme.clauses.items()
        if clause.basis != "assumed" and any(old in clause.source and old != scheme.document for old in earlier)
    ]
    return {"to_fill": [name for name, text in texts.items() if TO_FILL in text], "old_source": stale}


def comparable_year(dataset: Dataset, year: int) -> int | None:
    """Find the year that marks may be compared with: the last one before whose marks are of the same provenance.

    Parameters
    ----------
    dataset : Dataset
    year : int

    Returns
    -------
    int or None
    """
    inputs = {each: dataset.year(each).need_inputs("不能比较") for each in dataset.scored_years}
    origins = {each: given.provenance.provenance for each, given in inputs.items()}
    alike = [each for each, origin in origins.items() if each < year and origin == origins.get(year)]
    return max(alike, default=None)


def _cut(scores: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Find units whose items of a kind add up to more than counts."""
    over = scores[without_noise(scores[f"{kind}_uncapped"]) > scores[kind]]
    return over.rename(columns={f"{kind}_uncapped": "value", kind: "limit"}).assign(what=f"{kind}_cut")


def _all_best(facts: YearFacts) -> pd.DataFrame:
    ratings, marks = pd.Series(facts.scheme.ratings.value, dtype=float), facts.need_inputs("不能检查").marks
    rated = marks[marks["rating"].isin(ratings.index)]
    best = rated["rating"].map(ratings).eq(ratings.max()).groupby(rated["unit_id"]).agg(["all", "size"])
    units = facts.units.merge(best[best["all"] & best["size"].ge(FEW)], left_on="unit_id", right_index=True)
    return units.rename(columns={"size": "value"}).assign(what="all_best").astype({"value": float})
