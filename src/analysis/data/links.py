"""Which indicators of a year are those of an earlier one: nobody but the office can say."""

from collections.abc import Mapping

import pandas as pd

from analysis.data.tables import Table
from analysis.periods import AnyYear

Earlier = Mapping[AnyYear, pd.DataFrame]
"""The indicators of years that may be earlier."""


def has_links(indicators: pd.DataFrame) -> bool:
    """Say whether any of a year's indicators is said to be that of an earlier year."""
    return bool(indicators["same_as"].ne("").any())


def trace_indicators(table: Table, year: AnyYear, earlier: Earlier | None) -> pd.Series:
    """Name every indicator by what it was when it first was: only `same_as` says that two are the same.

    Parameters
    ----------
    table : Table
        A year's indicators; gets the problems of its column same_as, which holds YEAR:ID, or nothing.
    year : AnyYear
    earlier : mapping of year to DataFrame with columns indicator_id, group, origin, or None
        The indicators of the years before; None if links cannot be followed yet.

    Returns
    -------
    Series of str
        YEAR:ID of the first in the chain, indexed like `table.frame`; equal in two years just where a chain leads from
        one to the other, or both to a third.

    Examples
    --------
    >>> from analysis.data.tables import Column, Place
    >>> before = pd.DataFrame({"indicator_id": ["p1"], "group": "county", "origin": "2019:a"})
    >>> text = {"indicator_id": ["q1", "p1"], "group": "county", "same_as": ["2020:p1", ""]}
    >>> columns = [Column(name, required=False) for name in text]
    >>> trace_indicators(Table(Place("indicators.csv"), columns, pd.DataFrame(text)), 2021, {2020: before}).tolist()
    ['2019:a', '2021:p1']
    """
    frame = table.frame
    origins, written = f"{year}:" + frame["indicator_id"], frame["same_as"].str.replace("：", ":")
    links = written[written.ne("")]
    if earlier is None or links.empty:
        return origins
    columns = ["indicator_id", "group", "origin"]
    known = pd.concat([each[columns].assign(year=str(before)) for before, each in earlier.items() if before < year]
                      or [pd.DataFrame(columns=[*columns, "year"])])  # fmt: skip
    known = known.set_index(known["year"] + ":" + known["indicator_id"])
    table.refuse(
        ~links.isin(known.index),
        "same_as",
        "不是往年的指标",
        f"写成 年度:编号，如{year - 1}:p01，年度早于{year}；没有的清空",
    )
    links = links[links.isin(known.index)]
    is_other = links.map(known["group"]).ne(frame["group"].loc[links.index])
    table.refuse(is_other, "same_as", "是另一组的指标", "改为同一组的指标，没有的清空")
    origins = links.map(known["origin"]).reindex(frame.index).fillna(origins)
    repeated = origins.duplicated().loc[links.index]
    table.refuse(repeated, "same_as", "与前面某行写的是往年同一项指标", "只留一行；一项拆成几项的，不算同一项，清空")
    return origins
