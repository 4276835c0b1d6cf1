"""One unit through the years, under whatever name."""

import pandas as pd

from analysis.data.dataset import Dataset


def follow_unit(dataset: Dataset, scores: pd.DataFrame, unit_id: str) -> pd.DataFrame:
    """Follow one unit through all scored years, and the years in which something happened to it.

    Parameters
    ----------
    dataset : Dataset
        Its lineage is used, up to its last year.
    scores : DataFrame of `stack_years`
    unit_id : str

    Returns
    -------
    DataFrame in order of year with columns year, name, total, rank, units (in its group), average (of its group),
    grade (all four NaN in a year without a score), events (of the lineage: a tuple of (event, note)).
    """
    grouped = scores.groupby(["year", "group"])["total"]
    ranked = scores.assign(units=grouped.transform("size"), average=grouped.transform("mean"))
    unit_scores = ranked[ranked["unit_id"].eq(unit_id)]
    lineage = dataset.lineage[dataset.lineage["unit_id"].eq(unit_id) & dataset.lineage["year"].le(max(dataset.years))]
    lineage = lineage.assign(events=list(zip(lineage["event"], lineage["note"], strict=True)))
    events = lineage.groupby("year").agg(events=("events", tuple), then=("name", "last"))
    joined = unit_scores.merge(events, on="year", how="outer")
    joined = joined.assign(events=[found if isinstance(found, tuple) else () for found in joined["events"]])
    columns = ["year", "name", "total", "rank", "units", "average", "grade", "events"]
    return joined.assign(name=joined["name"].fillna(joined["then"]))[columns].sort_values("year", ignore_index=True)
