"""Who is assessed in a year, and under which name: declared data, never string matching."""

import pandas as pd

from analysis.data.tables import Column, Table
from analysis.periods import KINDS, AnyYear, is_year
from analysis.texts import LONGEST_NAME

UNIT_COLUMNS = (Column("unit_id"), Column("group"), Column("name"))
EVENTS = ("renamed", "succeeds", "enters", "leaves")
LINEAGE_COLUMNS = (
    Column("unit_id"),
    Column("year", number=True),
    Column("name"),
    Column("event", allowed=EVENTS),
    Column("note", required=False),
    Column("source"),
)
PERIOD_LINEAGE = tuple(Column("year") if column.name == "year" else column for column in LINEAGE_COLUMNS)
"""The columns of lineage where periods are assessed."""


def check_units(units: Table, lineage: Table, kind: str = "") -> None:
    """Record what is wrong with units.csv and lineage.csv in the tables themselves.

    Of a kind of period (see `kind_of`), what holds from a year on holds from its first period on.
    """
    units.refuse_duplicates(["unit_id"])
    units.refuse_duplicates(["name"])
    for table in (units, lineage):
        table.refuse(table.frame["name"].str.len() > LONGEST_NAME, "name", f"名称最多 {LONGEST_NAME} 个字", "用简称")
        spaced = table.frame["name"].map(lambda name: name != " ".join(name.split()))
        table.refuse(spaced.astype(bool), "name", "名称首尾有空格，或中间有多余的空格", "删去多余的空格")
    rule = "编号只能由字母、数字、_、- 组成（用作单位页面的文件名）"
    units.refuse(~units.frame["unit_id"].str.fullmatch(r"[\w-]+"), "unit_id", rule, "改写编号，各表一致")
    known = units.frame["unit_id"]
    lineage.refuse_unknown("unit_id", known, "units.csv 中没有这个单位", "先在 units.csv 登记")
    year = lineage.frame["year"]
    if kind:
        fits = year.map(lambda text: is_year(text) and text[4:5] in {"", kind}).astype(bool)
        lineage.refuse(~fits, "year", f"应为年度或{KINDS[kind]}", f"写成 2021，或 2021{kind}1")
        lineage.frame["year"] = year.where(year.str.len().ne(4), year + f"{kind}1")
    lineage.refuse_duplicates(["unit_id", "year", "event"])
    if kind:
        return
    lineage.refuse(year.mod(1).ne(0) | ~year.between(1_000, 9_999), "year", "年度应为四位整数", "改为四位年度，如 2021")


def units_in_year(units: pd.DataFrame, lineage: pd.DataFrame, year: AnyYear) -> pd.DataFrame:
    """List the units assessed in a year under that year's names.

    Parameters
    ----------
    units : DataFrame with columns unit_id, group, name (the first printed name)
    lineage : DataFrame with columns unit_id, year, name, event
    year : AnyYear

    Returns
    -------
    DataFrame with columns unit_id, group, name; in the order of `units`.
    """
    known = lineage.sort_values("year", kind="stable")
    past = known[known["year"] <= year]
    renamed = past.groupby("unit_id")["name"].last().reindex(units["unit_id"]).set_axis(units.index)

    membership = known[known["event"].isin(["enters", "leaves"])]
    first_event = membership.groupby("unit_id")["event"].first()
    last_event = membership[membership["year"] <= year].groupby("unit_id")["event"].last()
    event = units["unit_id"].map(last_event)
    not_yet = event.isna() & units["unit_id"].map(first_event).eq("enters")
    present = ~(event.eq("leaves") | not_yet)

    return units.assign(name=renamed.fillna(units["name"]))[present].reset_index(drop=True)
