"""How many units got which grade, and who they are."""

from __future__ import annotations

import pandas as pd

from analysis.data.schemes import Scheme
from analysis.exhibits.tables import Table, make_table, whole
from analysis.exhibits.words import percent


def table_grades(counts: pd.DataFrame, scheme: Scheme, note: str) -> Table:
    """Tabulate how many units of every group got which grade, year by year.

    Parameters
    ----------
    counts : DataFrame of `count_grades`
    scheme : Scheme
    note : str

    Returns
    -------
    Table
    """
    groups = scheme.group_names | ({"all": "合计"} if len(scheme.groups) > 1 else {})
    places = {name: {key: place for place, key in enumerate(keys)} for name, keys in
              (("group", groups), ("grade", scheme.grade_names))}  # fmt: skip
    own = counts[counts["group"].isin(groups) & counts["grade"].isin(scheme.grade_names)]
    own = own.assign(**{f"{name}_place": own[name].map(place) for name, place in places.items()})
    frame = own.sort_values(["group_place", "year", "grade_place"]).assign(
        who=own["group"].map(groups), grade=own["grade"].map(scheme.grade_names)
    )
    columns = {
        "who": ("组别", None),
        "year": ("年度", whole),
        "grade": ("等次", None),
        "units": ("单位数", whole),
        "share": ("占本组", percent),
    }
    return make_table(frame, columns, "各等次单位数及占比", note, head="组别")
