"""Grades from year to year: how many, who moved, and one unit through the years, under whatever name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Scheme
from analysis.periods import AnyYear, as_year


def link_grades(dataset: Dataset, year: AnyYear) -> dict[str, str]:
    """Say what the grades of a year are called in the last year, through every scheme between (`Scheme.succeed`).

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear

    Returns
    -------
    dict of grade id to grade id; a grade that nothing takes the place of, in any of the schemes, is left out
    """
    schemes = _schemes_from(dataset, year)
    links = {grade: grade for grade in schemes[0].grade_names}
    for before, scheme in pairwise(schemes):
        step = scheme.succeed(before)
        links = {grade: step[now] for grade, now in links.items() if now in step}
    return links


def align_grades(dataset: Dataset, year: AnyYear) -> dict[str, str]:
    """Say under which id a grade of a year stands beside those of the last year.

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear

    Returns
    -------
    dict of grade id to str
        The id of the grade that takes the place of it and of no other, year after year; where none does to the last,
        the id that it had in the end and the year of that (good@2022).
    """
    schemes = _schemes_from(dataset, year)
    aligned = {grade: (grade, schemes[0].year) for grade in schemes[0].grade_names}
    for before, scheme in pairwise(schemes):
        step = scheme.succeed(before)
        times = Counter(step.values())
        alone = {(grade, before.year): (now, scheme.year) for grade, now in step.items() if times[now] == 1}
        aligned = {grade: alone.get(last, last) for grade, last in aligned.items()}
    now = schemes[-1].year
    return {grade: last if since == now else f"{last}@{since}" for grade, (last, since) in aligned.items()}


def find_predecessors(schemes: Sequence[Scheme]) -> dict[str, str]:
    """Say which grade of the first scheme the grades of the last take the place of, and of no other.

    Parameters
    ----------
    schemes : sequence of Scheme
        Each follows on the one before.

    Returns
    -------
    dict of grade id to grade id; a grade that takes the place of none, or of several, is left out

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> before = small_scheme({})
    >>> grades = [grade.model_dump() for grade in before.grades]
    >>> grades[0] |= {"id": "top", "formerly": ["best"]}
    >>> find_predecessors([before, small_scheme({}, grades=grades)])
    {'top': 'best', 'rest': 'rest'}
    """
    before, *later = schemes
    found = {grade: grade for grade in before.grade_names}
    for scheme in later:
        step = scheme.succeed(before)
        times = Counter(step.values())
        found = {now: found[was] for was, now in step.items() if was in found and times[now] == 1}
        before = scheme
    return found


def align_scores(dataset: Dataset, scores: pd.DataFrame) -> pd.DataFrame:
    """Call the grades of every year what they are called beside those of the last one (see `align_grades`).

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame with columns year, grade

    Returns
    -------
    DataFrame: `scores`, with grade so called
    """
    aligned = {year: align_grades(dataset, year) for year in scores["year"].unique()}
    by_year = scores.groupby("year")["grade"]
    return scores.assign(grade=by_year.transform(lambda grades: grades.map(aligned[grades.name])))


def _schemes_from(dataset: Dataset, year: AnyYear) -> list[Scheme]:
    return [facts.scheme for each, facts in dataset.years.items() if each >= year]


def count_grades(scores: pd.DataFrame) -> pd.DataFrame:
    """Count units by grade.

    Parameters
    ----------
    scores : DataFrame with columns year, group, grade

    Returns
    -------
    DataFrame with columns year, group (with "all" for the groups together), grade (`UNLISTED` where it is not known),
    units, share (of the group).
    """
    scores = scores.assign(grade=scores["grade"].fillna(UNLISTED))
    stacked = pd.concat([scores, scores.assign(group="all")])
    counts = stacked.groupby(["year", "group", "grade"], sort=False).size().rename("units").reset_index()
    return counts.assign(share=counts["units"] / counts.groupby(["year", "group"])["units"].transform("sum"))


UNLISTED = "-"
"""Stands for the grade of a unit of which none is printed; no grade is called so."""


COMPARED = ("stayed", "rose", "fell", "incomparable", "unknown")
"""Movements of the units that a group has in both years."""


def compare_units(
    base: pd.DataFrame,
    current: pd.DataFrame,
    grades: Sequence[str],
    links: Mapping[str, str] | None = None,
    successions: pd.DataFrame | None = None,
    ties: tuple[str, str] = ("min", "min"),
) -> pd.DataFrame:
    """Follow every unit of a group from one year to another.

    Grades are compared in the order of the current year, and only where it has one that takes the place of the earlier.
    A unit that has changed its group is in the one it left and in the one it came to, and compared in neither.

    Parameters
    ----------
    base, current : DataFrame with columns unit_id, group, name, total, rank, grade (one year each)
    grades : sequence of str
        Grade ids of the current year, best first.
    links : dict of str to str, optional
        What grades of the base year are called now (see `link_grades`); by default the same.
    successions : DataFrame of `list_successions`, optional
        Of the years after the base year, up to the current one; by default none.
    ties : (str, str)
        Which place tied units take in the base year and in the current one (clause `ranking.ties`).

    Returns
    -------
    DataFrame, one row per group and unit of either year, with columns unit_id, group, name, base_name, base_total,
    total, total_change, base_rank, rank, rank_change (positive: moved up), common_base_rank, common_rank,
    common_rank_change (the same, ranked among the units that the group has in both years only), base_grade, grade,
    movement (`COMPARED`, or "regrouped_in",
    "entered", "merged", "split" of those that it has only now, "regrouped_out", "left", "merged_into", "split_into" of
    those that it had only then), and others (tuple of str: the names of whom a unit was made of or went into, the id of
    the other group of one that changed its group).
    """
    columns = ["unit_id", "group", "name", "total", "rank", "grade"]
    placed = current[columns].assign(place=range(len(current)))
    both = placed.merge(base[columns], on=columns[:2], how="outer", suffixes=("", "_base"), sort=False)
    both = both.rename(columns={f"{name}_base": f"base_{name}" for name in columns})
    level = {grade: position for position, grade in enumerate(grades)}
    before = both["base_grade"] if links is None else both["base_grade"].map(links)
    step = before.map(level) - both["grade"].map(level)
    ungraded = both[["base_grade", "grade"]].isna().any(axis=1) & bool(level)
    movement = np.select(
        [both["base_name"].isna(), both["name"].isna(), ungraded, step.isna(), step > 0, step < 0],
        ["entered", "left", "unknown", "incomparable", "rose", "fell"],
        default="stayed",
    )
    known = {} if successions is None else {row.unit_id: (row.event, row.others) for row in successions.itertuples()}
    groups = {"entered": base.set_index("unit_id")["group"], "left": current.set_index("unit_id")["group"]}
    told: list[tuple[str, tuple[str, ...]]] = []
    for unit, kind in zip(both["unit_id"], movement, strict=True):
        if kind in COMPARED:
            told.append((kind, ()))
        elif unit in groups[kind].index:
            told.append(("regrouped_in" if kind == "entered" else "regrouped_out", (groups[kind][unit],)))
        else:
            told.append(known.get(unit, (kind, ())))
    common = both[both["base_rank"].notna() & both["rank"].notna()]
    ranks = {
        which: common.groupby("group")[which].rank(method=way)
        for which, way in zip(("base_rank", "rank"), ties, strict=True)
    }
    both = both.assign(
        name=both["name"].fillna(both["base_name"]),
        total_change=both["total"] - both["base_total"],
        rank_change=both["base_rank"] - both["rank"],
        common_base_rank=ranks["base_rank"],
        common_rank=ranks["rank"],
        common_rank_change=ranks["base_rank"] - ranks["rank"],
        movement=[kind for kind, _ in told],
        others=[others for _, others in told],
    )
    kept = ["unit_id", "group", "name", "base_name", "base_total", "total", "total_change", "base_rank", "rank",
            "rank_change", "common_base_rank", "common_rank", "common_rank_change", "base_grade", "grade", "movement",
            "others"]  # fmt: skip
    return both.sort_values(["group", "rank", "base_rank", "place"], ignore_index=True)[kept]


def follow_unit(dataset: Dataset, scores: pd.DataFrame, unit_id: str) -> pd.DataFrame:
    """Follow one unit through all scored years, and the years in which something happened to it.

    Parameters
    ----------
    dataset : Dataset
        Its lineage is used, up to its last year.
    scores : DataFrame of `gather_results`
    unit_id : str

    Returns
    -------
    DataFrame in order of year with columns year, group, name, total, rank, units (in its group), average (of its
    group), grade (all but year and name NaN in a year without a score), events (of the lineage: a tuple of (event,
    others, note), others being the names of the units that it was made of, or the id of the group that it came to).
    """
    grouped = scores.groupby(["year", "group"])["total"]
    units, average = grouped.transform("size"), grouped.transform("mean")
    keys = pd.MultiIndex.from_frame(scores[["year", "group"]])
    is_open = keys.isin([key for key in keys.unique() if not dataset.year(key[0]).scheme.knows_units(key[1])])
    average = average.where(grouped.transform("count").eq(units))
    ranked = scores.assign(units=units.mask(is_open), average=average)
    unit_scores = ranked[ranked["unit_id"].eq(unit_id)]
    own = dataset.events[dataset.events["unit_id"].eq(unit_id)]
    own = own.assign(events=[*zip(own["event"], own["others"], own["note"], strict=True)])
    events = own.groupby("year").agg(events=("events", tuple), then=("name", "last"))
    joined = unit_scores.merge(events, on="year", how="outer")
    joined = joined.assign(events=[found if isinstance(found, tuple) else () for found in joined["events"]])
    columns = ["year", "group", "name", "total", "rank", "units", "average", "grade", "events"]
    joined = joined.assign(name=joined["name"].fillna(joined["then"]), year=joined["year"].map(as_year))  # not 2031.0
    return joined[columns].sort_values("year", ignore_index=True)


def doubt_membership(moves: pd.DataFrame, base: YearFacts, current: YearFacts) -> pd.DataFrame:
    """Take back that units entered or left, where print does not prove it.

    Parameters
    ----------
    moves : DataFrame of `compare_units`
    base, current : YearFacts

    Returns
    -------
    DataFrame: `moves` with movement "unsettled" of units that may be others under new names, and "unseen" of those that
    the other year's lists do not name, where they do not name everybody
    """
    unsettled = current.unsettled_since(base.year)
    other = {"entered": base.scheme, "left": current.scheme}
    movement = [
        kind
        if kind not in other
        else "unsettled"
        if unit in unsettled
        else "unseen"
        if not other[kind].knows_units(group)
        else kind
        for unit, group, kind in moves[["unit_id", "group", "movement"]].itertuples(index=False, name=None)
    ]
    return moves.assign(movement=movement)
