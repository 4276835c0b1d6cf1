"""Runs of years in the best grade, and what is not known about them."""

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.units import units_in_year


def build_grade_panel(dataset: Dataset, scores: pd.DataFrame) -> pd.DataFrame:
    """Say for every unit and year whether it was in the best grade.

    Years with scores are computed, years with complete printed lists are read from these. Of other years only what a
    later circular says is known: units named as consecutive were excellent, units named as newly excellent were not.
    Where the best grade has a name that no unit bears, it is unknown whether units that no list names have it.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame with columns year, unit_id, grade

    Returns
    -------
    DataFrame with columns unit_id, year, state ("excellent", "not_excellent", "absent", "unknown") and basis
    ("computed" or "printed"); every unit that was ever assessed, every year from the first one something is known of.
    """
    known = pd.concat([_computed_states(dataset, scores), _printed_states(dataset, set(scores["year"]))])
    years = range(int(known["year"].min()), int(known["year"].max()) + 1)
    grid = pd.MultiIndex.from_product([dataset.units["unit_id"], years], names=["unit_id", "year"])
    panel = known.set_index(["unit_id", "year"]).reindex(grid)
    assessed = [
        (unit, year) for year in years for unit in units_in_year(dataset.units, dataset.lineage, year)["unit_id"]
    ]
    state = panel["state"].where(grid.isin(assessed), "absent").fillna("unknown")
    return panel.assign(state=state, basis=panel["basis"].fillna("computed")).reset_index()


def _computed_states(dataset: Dataset, scores: pd.DataFrame) -> pd.DataFrame:
    best = {year: facts.scheme.grades[0].id for year, facts in dataset.years.items()}
    state = np.where(scores["grade"].eq(scores["year"].map(best)), "excellent", "not_excellent")
    return scores[["unit_id", "year"]].assign(state=state, basis="computed")


def _printed_states(dataset: Dataset, scored: set[int]) -> pd.DataFrame:
    said: dict[tuple[str, int], str] = {}
    listed: dict[tuple[str, int], str] = {}
    for year, facts in dataset.years.items():
        lists = facts.printed_lists()
        for row in lists[lists["list"].eq("consecutive")].itertuples():
            said |= {(row.unit_id, earlier): "excellent" for earlier in range(year - int(row.years) + 1, year)}
        said |= {(unit, year - 1): "not_excellent" for unit in lists.loc[lists["list"].eq("newly"), "unit_id"]}
        graded = lists[lists["list"].eq("graded")]
        best = graded[graded["of"].eq(facts.scheme.grades[0].id)]
        if set(facts.scheme.groups) <= set(best["group"]) and best["complete"].all():
            others = facts.units if best["unit_id"].notna().all() else graded
            listed |= {(unit, year): "not_excellent" for unit in others["unit_id"]}
            listed |= {(unit, year): "excellent" for unit in best["unit_id"]}
    states = said | listed  # a complete list settles what other circulars say of its year
    kept = [
        (unit, year, state, "printed")
        for (unit, year), state in states.items()
        if year not in scored and pd.notna(unit)
    ]
    return pd.DataFrame(kept, columns=["unit_id", "year", "state", "basis"])


def find_streaks(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Measure each unit's run of excellent years ending in a year.

    Parameters
    ----------
    panel : DataFrame of `build_grade_panel`
    year : int

    Returns
    -------
    DataFrame with columns unit_id, streak (years, 0 if not excellent), at_least (bool: the year before the run is
    unknown, so it may be longer), newly (bool: excellent, and known not to have been the year before), lost (bool:
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
            "at_least": streak.gt(0) & before_run.eq("unknown"),
            "newly": streak.eq(1) & before_run.isin(["not_excellent", "absent"]),
            "lost": newest_first.iloc[:, 0].ne("excellent") & previous.eq("excellent"),
        }
    ).reset_index()
