"""Runs of years in the best grade, and what is not known about them."""

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.units import units_in_year
from analysis.methods.grades import link_grades
from analysis.periods import AnyYear, as_year, run_of


def build_grade_panel(dataset: Dataset, scores: pd.DataFrame) -> pd.DataFrame:
    """Say for every unit and year whether it was in the best grade.

    Years with scores are computed, years with complete printed lists are read from these. Of other years only what a
    later circular says is known: units named as consecutive were excellent, units named as newly excellent were not.
    Where the best grade has a name that no unit bears, it is unknown whether units that no list names have it.

    The best grade is that of the last year, and that of an earlier year which it takes the place of (see
    `link_grades`). A year in which there was none says nothing of it, nor does a grade that has become the best only
    by being merged into it.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame with columns year, unit_id, grade

    Returns
    -------
    DataFrame with columns unit_id, year, state ("excellent", "not_excellent", "absent", "incomparable", "unknown") and
    basis ("computed" or "printed"); every unit that was ever assessed, every year from the first one something is known
    of.
    """
    judged = {year: _judge_grades(dataset, year) for year in dataset.years}
    known = pd.concat([_computed_states(judged, scores), _printed_states(dataset, judged, set(scores["year"]))])
    if known.empty:
        return pd.DataFrame(columns=["unit_id", "year", "state", "basis"])
    years = run_of(*(as_year(end) for end in (known["year"].min(), known["year"].max())))
    grid = pd.MultiIndex.from_product([dataset.units["unit_id"], years], names=["unit_id", "year"])
    panel = known.set_index(["unit_id", "year"]).reindex(grid)
    assessed = [
        (unit, year) for year in years for unit in units_in_year(dataset.units, dataset.lineage, year)["unit_id"]
    ]
    last = dataset.years[max(dataset.years)]
    absent = [(unit, year) for unit, year in grid.difference(assessed) if unit not in last.unsettled_since(year)]
    state = panel["state"].where(~grid.isin(absent), "absent").fillna("unknown")
    return panel.assign(state=state, basis=panel["basis"].fillna("computed")).reset_index()


def _judge_grades(dataset: Dataset, year: AnyYear) -> dict[str, str]:
    """Say of each grade of a year whether it is the best: state by grade, its own best first."""
    links, best = link_grades(dataset, year), dataset.years[max(dataset.years)].scheme.grades[0].id
    own, *others = dataset.years[year].scheme.grade_names
    if links.get(own) != best:
        return dict.fromkeys([own, *others], "incomparable")
    states = {grade: "incomparable" if links.get(grade) == best else "not_excellent" for grade in others}
    return {own: "excellent"} | states


def _computed_states(judged: dict[AnyYear, dict[str, str]], scores: pd.DataFrame) -> pd.DataFrame:
    state = [judged[year][grade] for year, grade in zip(scores["year"], scores["grade"], strict=True)]
    return scores[["unit_id", "year"]].assign(state=state, basis="computed")


def _printed_states(dataset: Dataset, judged: dict[AnyYear, dict[str, str]], scored: set[AnyYear]) -> pd.DataFrame:
    said: dict[tuple[str, AnyYear], str] = {}
    listed: dict[tuple[str, AnyYear], str] = {}
    for year, facts in dataset.years.items():
        lists, (best, *others) = facts.printed_lists(), judged[year].values()
        other = "incomparable" if "incomparable" in [best, *others] else "not_excellent"
        for row in lists[lists["list"].eq("consecutive")].itertuples():
            said |= {(row.unit_id, earlier): best for earlier in run_of(year - (int(row.years) - 1), year - 1)}
        said |= {(unit, year - 1): other for unit in lists.loc[lists["list"].eq("newly"), "unit_id"]}
        graded = lists[lists["list"].eq("graded")]
        named = graded[graded["of"].eq(facts.scheme.grades[0].id)]
        if set(facts.scheme.groups) <= set(named["group"]) and named["complete"].all():
            rest = facts.units if named["unit_id"].notna().all() else graded
            listed |= {(unit, year): other for unit in rest["unit_id"]}
            listed |= {(unit, year): best for unit in named["unit_id"]}
    states = said | listed  # a complete list settles what other circulars say of its year
    kept = [
        (unit, year, state, "printed")
        for (unit, year), state in states.items()
        if year not in scored and pd.notna(unit)
    ]
    return pd.DataFrame(kept, columns=["unit_id", "year", "state", "basis"])


def find_streaks(panel: pd.DataFrame, year: AnyYear) -> pd.DataFrame:
    """Measure each unit's run of excellent years ending in a year.

    Parameters
    ----------
    panel : DataFrame of `build_grade_panel`
    year : AnyYear

    Returns
    -------
    DataFrame with columns unit_id, streak (years, 0 if not excellent), at_least (bool: of the year before the run it is
    not known, so it may be longer), newly (bool: excellent, and known not to have been the year before), lost (bool:
    excellent the year before and no longer).
    """
    states = panel[panel["year"] <= year].pivot(index="unit_id", columns="year", values="state")
    states = states.reindex(panel["unit_id"].unique())
    newest_first = states[sorted(states.columns, reverse=True)]
    unbroken = newest_first.eq("excellent").cumprod(axis=1)
    streak = unbroken.sum(axis=1).astype(int)

    padded = newest_first.assign(earlier="unknown")
    before_run = pd.Series([padded.iat[row, length] for row, length in enumerate(streak)], index=streak.index)
    previous = padded.iloc[:, 1]
    return pd.DataFrame(
        {
            "streak": streak,
            "at_least": streak.gt(0) & before_run.isin(["incomparable", "unknown"]),
            "newly": streak.eq(1) & before_run.isin(["not_excellent", "absent"]),
            "lost": ~newest_first.iloc[:, 0].isin(["excellent", "unknown"]) & previous.eq("excellent"),
        }
    ).reset_index()
