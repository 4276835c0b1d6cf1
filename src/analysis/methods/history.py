"""One unit through the years, under whatever name."""

from __future__ import annotations

import pandas as pd

from analysis.data.dataset import Dataset

EVENTS = {"renamed": "改名", "succeeds": "改组接续", "enters": "新列入", "leaves": "不再列入"}


def follow_unit(dataset: Dataset, scores: pd.DataFrame, unit_id: str) -> pd.DataFrame:
    """Follow one unit through all scored years, and the years in which something happened to it.

    Parameters
    ----------
    dataset : Dataset
        Its lineage is used, up to its last year.
    scores : DataFrame of `score_years`
    unit_id : str

    Returns
    -------
    DataFrame in order of year with columns year, name, total, rank, units (in its group), average (of its group),
    grade (all four NaN in a year without a score), events (of the lineage, in Chinese; "" where nothing happened).
    """
    grouped = scores.groupby(["year", "group"])["total"]
    ranked = scores.assign(units=grouped.transform("size"), average=grouped.transform("mean"))
    own = ranked[ranked["unit_id"].eq(unit_id)]
    lineage = dataset.lineage[dataset.lineage["unit_id"].eq(unit_id) & dataset.lineage["year"].le(max(dataset.years))]
    told = lineage["event"].map(EVENTS) + lineage["note"].where(lineage["note"].eq(""), "：" + lineage["note"])
    events = lineage.assign(events=told).groupby("year").agg(events=("events", "；".join), then=("name", "last"))
    joined = own.merge(events, on="year", how="outer").fillna({"events": ""})
    columns = ["year", "name", "total", "rank", "units", "average", "grade", "events"]
    return joined.assign(name=joined["name"].fillna(joined["then"]))[columns].sort_values("year", ignore_index=True)
