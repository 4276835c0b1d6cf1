"""Units through all years: who rose and fell over any span, how far apart they are, how their order holds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.methods.mobility import compare_ranks
from analysis.periods import AnyYear, as_year, place_of

_FEWEST = 3
"""Units that make a slope: through two there is always a line."""


def scale_totals(results: pd.DataFrame, full: Mapping[AnyYear, float]) -> pd.Series:
    """Express totals as if the full points of every year were a hundred.

    Parameters
    ----------
    results : DataFrame with columns year, total
    full : mapping of year to points
        What a year's scheme is worth without adjustments; NaN where that is not known.

    Returns
    -------
    Series of float, NaN where the total or the full points are not known

    Examples
    --------
    >>> results = pd.DataFrame({"year": [2030, 2031], "total": [60.0, 90.0]})
    >>> scale_totals(results, {2030: 80, 2031: 100}).tolist()
    [75.0, 90.0]
    """
    return results["total"].astype(float) * 100 / results["year"].map(full)


def compare_spans(results: pd.DataFrame, ties: Mapping[AnyYear, str]) -> pd.DataFrame:
    """Compare every two years, unit by unit, among the units that a group has in both.

    Parameters
    ----------
    results : DataFrame with columns year, unit_id, group, rank, grade, scaled (see `scale_totals`)
    ties : mapping of year to {"min", "max"}
        Which place tied units take (clause `ranking.ties`).

    Returns
    -------
    DataFrame, a row a group, unit and two years, with columns unit_id, group, base_year, year, span (from the one to
    the other, in years), base_rank, rank, rank_change (positive: moved up), common_rank_change (the same, ranked only
    among the units whose ranks of both years are known), base_scaled, scaled, total_change (points of a hundred),
    base_grade, grade; missing where one of the two years does not have it

    Examples
    --------
    A newcomer in first place pushes both others down, and changes nothing between these:

    >>> rows = [(2030, "a", 1), (2030, "b", 2), (2031, "new", 1), (2031, "a", 2), (2031, "b", 3)]
    >>> results = pd.DataFrame(rows, columns=["year", "unit_id", "rank"])
    >>> spans = compare_spans(results.assign(group="county", grade="", scaled=80.0), {2030: "min", 2031: "min"})
    >>> spans[["unit_id", "rank_change", "common_rank_change"]].to_numpy().tolist()
    [['a', -1.0, 0.0], ['b', -1.0, 0.0]]
    """
    keys, told = ["group", "base_year", "year"], ["rank", "scaled", "grade"]
    own = results[["unit_id", "group", "year", *told]].astype({"rank": float})
    base = own.rename(columns={name: f"base_{name}" for name in ("year", *told)})
    both = base.merge(own, on=["unit_id", "group"])
    both = both[both["base_year"] < both["year"]].sort_values(keys, kind="stable", ignore_index=True)
    known = both[both[["base_rank", "rank"]].notna().all(axis=1)].groupby(keys)[["base_rank", "rank"]]
    low, high = known.rank(method="min"), known.rank(method="max")
    places = {
        rank: high[rank].where(both[year].map(ties).eq("max"), low[rank])
        for rank, year in (("base_rank", "base_year"), ("rank", "year"))
    }
    return both.assign(
        span=both["year"].map(as_year).map(place_of) - both["base_year"].map(as_year).map(place_of),
        rank_change=both["base_rank"] - both["rank"],
        common_rank_change=places["base_rank"] - places["rank"],
        total_change=both["scaled"] - both["base_scaled"],
    )


def find_largest(spans: pd.DataFrame) -> pd.DataFrame:
    """Find the largest rise and the largest fall of rank over spans of every length, group by group.

    Parameters
    ----------
    spans : DataFrame of `compare_spans`

    Returns
    -------
    DataFrame: a row of `spans` for each group, span and direction, with columns direction ("rose", "fell") and ties
    (others that moved as far: the latest is the one that is returned, and of these the best)

    Examples
    --------
    >>> ranks = {2030: "abc", 2031: "bca"}
    >>> rows = [(year, unit, place) for year, units in ranks.items() for place, unit in enumerate(units, 1)]
    >>> results = pd.DataFrame(rows, columns=["year", "unit_id", "rank"]).assign(group="county", grade="", scaled=80.0)
    >>> found = find_largest(compare_spans(results, dict.fromkeys(ranks, "min")))
    >>> found[["direction", "unit_id", "common_rank_change", "ties"]].to_numpy().tolist()
    [['rose', 'b', 1.0, 1], ['fell', 'a', -2.0, 0]]
    """
    keys, change = ["group", "span", "direction"], spans["common_rank_change"]
    moved = spans.assign(direction=np.where(change > 0, "rose", "fell"), places=change.abs())[change.abs() > 0]
    most = moved[moved["places"].eq(moved.groupby(keys)["places"].transform("max"))]
    most = most.assign(ties=most.groupby(keys)["places"].transform("size") - 1)
    last = most.sort_values(["year", "rank"], ascending=[False, True], kind="stable").drop_duplicates(keys)
    order = ["group", "span", "direction"]
    return last.drop(columns="places").sort_values(order, ascending=[True, True, False], ignore_index=True)


def measure_spread(results: pd.DataFrame) -> pd.DataFrame:
    """Measure how far apart the totals of every group are, year by year.

    Parameters
    ----------
    results : DataFrame with columns year, group, scaled
        All units of a group in a year; those of which not every total is known are left out.

    Returns
    -------
    DataFrame with columns group, year, units, average, sd (of all units: they are no sample), iqr (from the first
    quartile to the third, between the two nearest totals in proportion), low, q1, q3, high; points of a hundred

    Examples
    --------
    >>> results = pd.DataFrame({"year": 2030, "group": "county", "scaled": [80.0, 84.0, 90.0, 98.0]})
    >>> measure_spread(results)[["units", "average", "sd", "iqr"]].round(3).to_numpy().tolist()
    [[4.0, 88.0, 6.782, 9.0]]
    """
    groups = results.groupby(["group", "year"], sort=False)["scaled"]
    found = groups.agg(units="size", known="count", average="mean", low="min", high="max")
    found = found.assign(sd=groups.std(ddof=0), q1=groups.quantile(0.25), q3=groups.quantile(0.75))
    found = found.assign(iqr=found["q3"] - found["q1"])
    return found[found["known"].eq(found["units"])].drop(columns="known").reset_index()


def measure_persistence(spans: pd.DataFrame) -> pd.DataFrame:
    """Measure how the order of a group holds between every two years, and whether those at the bottom catch up.

    Parameters
    ----------
    spans : DataFrame of `compare_spans`

    Returns
    -------
    DataFrame with columns group, base_year, year, units (whose ranks of both years can be compared), tau (Kendall's
    tau-b of these), slope, reversion, narrowing

    Notes
    -----
    The slope is that of least squares of the change of the total on the total of the base year ("beta-convergence"): at
    −0.3, a unit ten points lower gains three points more. With r the correlation of the totals of the two years and s
    their standard deviations it is r · s₁ ÷ s₀ − 1, which is the sum of

    - reversion, r − 1: what there is of it where the units are as far apart as before. Whoever was high or low by
      chance is nearer the mean the next time, and nobody has caught up (Galton's fallacy; Friedman 1992, Quah 1993);
    - narrowing, r · (s₁ ÷ s₀ − 1): what there is of it because they are nearer each other than before.

    Examples
    --------
    Totals that are as far apart as before, in another order:

    >>> totals = {2030: (90, 80, 70), 2031: (80, 90, 70)}
    >>> rows = [(year, unit, total) for year, own in totals.items() for unit, total in zip("abc", own)]
    >>> results = pd.DataFrame(rows, columns=["year", "unit_id", "scaled"]).assign(group="county", grade="")
    >>> results["rank"] = results.groupby("year")["scaled"].rank(ascending=False)
    >>> found = measure_persistence(compare_spans(results, dict.fromkeys(totals, "min")))
    >>> found[["units", "tau", "slope", "reversion", "narrowing"]].round(3).to_numpy().tolist()
    [[3.0, 0.333, -0.5, -0.5, 0.0]]
    """
    keys = ["group", "base_year", "year"]
    rows = [(*key, *_persist(own)) for key, own in spans.groupby(keys, sort=False)]
    return pd.DataFrame(rows, columns=[*keys, "units", "tau", "slope", "reversion", "narrowing"])


def _persist(own: pd.DataFrame) -> tuple[int, float, float, float, float]:
    ranked = own[own["common_rank_change"].notna()]
    tau = compare_ranks(ranked["base_rank"].to_numpy(), ranked[["rank"]].to_numpy().T)[0]
    before, after = own.loc[own["total_change"].notna(), ["base_scaled", "scaled"]].to_numpy().T
    slope = reversion = narrowing = float("nan")
    if len(before) >= _FEWEST and np.ptp(before) > 0:
        slope = float(np.cov(before, after, ddof=0)[0, 1] / before.var() - 1)
        if np.ptp(after) > 0:
            correlation = (slope + 1) * before.std() / after.std()
            reversion, narrowing = correlation - 1, slope + 1 - correlation
    return len(ranked), float(tau), slope, float(reversion), float(narrowing)
