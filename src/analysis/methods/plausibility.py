"""What is allowed but worth a second look before it is published."""

import re
from itertools import product

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.grade_rules import rule_of_places, value_for
from analysis.data.schemes import TO_FILL
from analysis.methods.grades import compare_units
from analysis.periods import AnyYear, kind_of
from analysis.rounding import without_noise
from analysis.scoring.ranking import find_quota
from analysis.scoring.years import score_year
from analysis.texts import look_of

FAR = 3.5
"""The modified z-score from which a change is an outlier (Iglewicz & Hoaglin 1993)."""
FEW = 5
"""Ratings of a unit below which the best throughout is nothing unusual; units of both years below which none is far."""


_BRACKETS = str.maketrans("〔［[【〕］]】", "(" * 4 + ")" * 4)


def modified_z(values: pd.Series) -> pd.Series:
    """Say how far each value is from the median, by the spread of the values.

    Iglewicz & Hoaglin, How to Detect and Handle Outliers, 1993.

    Parameters
    ----------
    values : Series of float

    Returns
    -------
    Series of float
        0.6745 × (value − median) ÷ the median absolute deviation; where that is 0, as at least half of the values are
        the same, (value − median) ÷ (1.2533 × the mean absolute deviation). 0 for fewer than `FEW` values, and where
        all are the same.

    Examples
    --------
    >>> modified_z(pd.Series([1.0, 2.0, 3.0, 4.0, 30.0])).round(4).tolist()
    [-1.349, -0.6745, 0.0, 0.6745, 18.2115]
    >>> modified_z(pd.Series([0.0, 0.0, 0.0, 0.0, 9.0])).round(4).tolist()
    [0.0, 0.0, 0.0, 0.0, 3.9894]
    """
    off = without_noise(values - values.median())
    spread = off.abs().median() / 0.6745 or off.abs().mean() * np.sqrt(np.pi / 2)
    return off / spread if len(values) >= FEW and spread else off * 0.0


def check_plausibility(dataset: Dataset, year: AnyYear) -> pd.DataFrame:
    """Look for marks that are possible but unusual.

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear
        With inputs. It is compared with the last year before that has inputs of the same provenance: reconstructed
        marks say nothing about the change of a real office.

    Returns
    -------
    DataFrame, the gravest first, with columns unit_id, group, name, what, value, limit, base_year (of changes, else NA)
    and gravity. What is one of, in this order (the first two together) and by gravity within each:

    - "jump": the total changed by value points, and by the `modified_z` of the group's changes, which is the gravity,
      is further than `FAR` from their median, the limit;
    - "reversal": among the units of both years the rank moved by value places, more than half of their number, the
      limit, and further than `FAR` likewise;
    - "deduction_cut", "bonus_cut": the items add up to value points, more than the cap, the limit; the gravity is the
      share of them that is cut off;
    - "all_best": all of value ratings, `FEW` or more, are the best one; the gravity is their number.
    """
    facts = dataset.year(year)
    scores = score_year(facts)
    found = [_cut(scores, "deduction"), _cut(scores, "bonus"), _all_best(facts)]
    earlier = comparable_year(dataset, year)
    if earlier is not None:
        before = dataset.year(earlier)
        ties = before.scheme.ranking.ties, facts.scheme.ranking.ties
        units = compare_units(score_year(before), scores, [], ties=ties)
        units = units[units["total_change"].notna()]
        found = [_far(units).assign(base_year=earlier), *found]
    columns = ["unit_id", "group", "name", "what", "value", "limit", "base_year", "gravity"]
    ordered = [each.sort_values("gravity", ascending=False, kind="stable").reindex(columns=columns) for each in found]
    return pd.concat(ordered, ignore_index=True).astype({"base_year": object if kind_of(year) else "Int64"})


def find_leftovers(dataset: Dataset, year: AnyYear) -> dict[str, list[str]]:
    """Look for what a scheme drafted after another still holds of the draft.

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear

    Returns
    -------
    dict of "to_fill" and "old_source" to list of str
        The clauses with a blank left to fill in, and those not merely assumed whose source is a document of an earlier
        year, be it the scheme's or the circular's: what was drafted after a draft has sources of long ago.
    """
    scheme = dataset.year(year).scheme
    told = {each: {write_plainly(document) for document in _documents_of(dataset.year(each))} for each in dataset.years}
    own = told[year]
    earlier = {document for each in told if each < year for document in told[each]} - own
    texts = {"title": scheme.title, "document": scheme.document}
    texts |= {name: f"{clause.source} {clause.note}" for name, clause in scheme.clauses.items()}
    stale = [
        name
        for name, clause in scheme.clauses.items()
        if clause.basis != "assumed" and _names_one(write_plainly(clause.source), earlier, own)
    ]
    return {"to_fill": [name for name, text in texts.items() if TO_FILL in text], "old_source": stale}


def _documents_of(facts: YearFacts) -> list[str]:
    """List the documents that a year is known from, as far as they are named."""
    named = [facts.scheme.document, *([facts.published.document] if facts.published else [])]
    return [document for document in named if document.strip() and TO_FILL not in document]


def write_plainly(text: str) -> str:
    """Write a document's number so that neither width, brackets nor spaces make another of it.

    Examples
    --------
    >>> write_plainly("青府办 [2033] ７号") == write_plainly("青府办〔2033〕7号")
    True
    """
    return re.sub(r"\s", "", look_of(text).translate(_BRACKETS))


def _names_one(source: str, documents: set[str], others: set[str]) -> bool:
    """Say whether a source names one of some documents, and not only as part of another's longer name."""
    for longer in sorted((each for each in others if any(short in each for short in documents)), key=len, reverse=True):
        source = source.replace(longer, "")
    return any(document in source for document in documents)


def find_idle(facts: YearFacts) -> list[tuple[str, str, str]]:
    """Look for what a scheme says that changes nothing for a group as it is.

    Parameters
    ----------
    facts : YearFacts

    Returns
    -------
    list of (clause, group, effect)
        The effect is "everybody" where a grade, or a condition of one, lets in all units of the group; "nobody" where a
        share of them comes to no unit; "unused" of a block that no unit of the group has anything of.
    """
    sizes, found = facts.units["group"].value_counts(), list[tuple[str, str, str]]()
    for grade, group in product(facts.scheme.grades, facts.scheme.groups):
        rules = {"rule": grade.rule} if grade.rule.kind in {"count", "share"} else {}
        for item, value in grade.requires.within.items() if grade.requires else ():
            rules[f"requires.within.{item}"] = rule_of_places(value_for(value, group))
        for clause, rule in rules.items():
            quota = find_quota(rule, group, sizes[group])
            if rule.value_for(group) and not 0 < quota < sizes[group]:
                found.append((f"grades.{grade.id}.{clause}", group, "everybody" if quota else "nobody"))
    if facts.inputs is not None:
        most = (
            score_year(facts).groupby("group", sort=False)[[f"{key}_applicable" for key in facts.scheme.blocks]].max()
        )
        for (key, way), group in product(facts.scheme.ways.items(), facts.scheme.groups):
            if not most.at[group, f"{key}_applicable"] > 0:
                found.append((".".join(way), group, "unused"))
    return found


def comparable_year(dataset: Dataset, year: AnyYear) -> AnyYear | None:
    """Find the year that marks may be compared with: the last one before whose marks are of the same provenance.

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear

    Returns
    -------
    AnyYear or None
    """
    inputs = {each: dataset.year(each).need_inputs("不能比较") for each in dataset.scored_years}
    origins = {each: given.provenance.provenance for each, given in inputs.items()}
    alike = [each for each, origin in origins.items() if each < year and origin == origins.get(year)]
    return max(alike, default=None)


def _far(units: pd.DataFrame) -> pd.DataFrame:
    """Find units of both years whose total or rank changed otherwise than those of their group."""
    by_group = units.groupby("group")
    total, rank = (
        units.assign(what=what, value=units[change], gravity=by_group[change].transform(modified_z).abs())
        for what, change in (("jump", "total_change"), ("reversal", "common_rank_change"))
    )
    total["limit"], rank["limit"] = by_group["total_change"].transform("median"), by_group["rank"].transform("size") / 2
    changes = pd.concat([total, rank[rank["value"].abs() > rank["limit"]]])
    return changes[changes["gravity"] > FAR]


def _cut(scores: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Find units whose items of a kind add up to more than counts."""
    over = scores[without_noise(scores[f"{kind}_uncapped"]) > scores[kind]]
    over = over.rename(columns={f"{kind}_uncapped": "value", kind: "limit"})
    return over.assign(what=f"{kind}_cut", gravity=1 - over["limit"] / over["value"])


def _all_best(facts: YearFacts) -> pd.DataFrame:
    ratings, marks = pd.Series(facts.scheme.ratings.value, dtype=float), facts.need_inputs("不能检查").marks
    rated = marks[marks["rating"].isin(ratings.index)]
    best = rated["rating"].map(ratings).eq(ratings.max()).groupby(rated["unit_id"]).agg(["all", "size"])
    units = facts.units.merge(best[best["all"] & best["size"].ge(FEW)], left_on="unit_id", right_index=True)
    return units.assign(what="all_best", value=units["size"].astype(float), gravity=units["size"])
