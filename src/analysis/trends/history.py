"""One unit through the years, under whatever name."""

from __future__ import annotations

import pandas as pd

from analysis.facts.dataset import Dataset


def follow_unit(dataset: Dataset, scores: pd.DataFrame, unit_id: str) -> pd.DataFrame:
    """Follow one unit through all scored years.

    Parameters
    ----------
    dataset : Dataset
        Its lineage is used.
    scores : DataFrame of `score_years`
    unit_id : str

    Returns
    -------
    DataFrame, one row per year it was assessed in, with columns year, name, total, rank, units (in its group), average
    (of its group), grade, event and note (of the lineage in that year; "" where nothing happened).
    """
    grouped = scores.groupby(["year", "group"])["total"]
    ranked = scores.assign(units=grouped.transform("size"), average=grouped.transform("mean"))
    own = ranked[ranked["unit_id"].eq(unit_id)]
    events = dataset.lineage[dataset.lineage["unit_id"].eq(unit_id)].groupby("year")[["event", "note"]].last()
    joined = own.merge(events, on="year", how="left").fillna({"event": "", "note": ""})
    columns = ["year", "name", "total", "rank", "units", "average", "grade", "event", "note"]
    return joined[columns].sort_values("year", ignore_index=True)
