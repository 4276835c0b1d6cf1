"""Who is assessed in a year, in which group and under which name: declared data, never string matching."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis.data.names import find_taken
from analysis.data.schemes import Scheme
from analysis.data.tables import Column, Place, Table
from analysis.periods import KINDS, AnyYear, as_year, is_year, name_assessed
from analysis.problems import Problem
from analysis.texts import LONGEST_NAME, count_ems, look_of
from analysis.words import tell_succession

UNIT_COLUMNS = (Column("unit_id"), Column("group"), Column("name"))
FOUNDING = ("merged", "split")
"""Events of a new unit that is made of others, which end with the year before."""
EVENTS = ("renamed", "succeeds", "regrouped", "enters", "leaves", *FOUNDING)
LINEAGE_COLUMNS = (
    Column("unit_id"),
    Column("year", number=True),
    Column("name"),
    Column("event", allowed=EVENTS),
    Column("group", required=False, optional=True),
    Column("predecessors", required=False, optional=True),
    Column("note", required=False),
    Column("source"),
)
SUCCESSION_COLUMNS = ["unit_id", "name", "year", "event", "others"]
EVENT_COLUMNS = ["unit_id", "year", "name", "event", "note", "others"]
UNSETTLED = "待定"
"""How the source of a row of lineage begins that may be wrong: the unit may be another under a new name."""
_OF = {"group": ("regrouped",), "predecessors": FOUNDING}
"""The events that a column is filled in for."""
PERIOD_LINEAGE = tuple(Column("year") if column.name == "year" else column for column in LINEAGE_COLUMNS)
"""The columns of lineage where periods are assessed."""


def check_units(units: Table, lineage: Table, kind: str = "") -> None:
    """Record what is wrong with units.csv and lineage.csv in the tables themselves.

    Of a kind of period (see `kind_of`), what holds from a year on holds from its first period on.
    """
    units.refuse_duplicates(["unit_id"])
    founded = lineage.frame.loc[lineage.frame["event"].isin(FOUNDING), "unit_id"]
    own = units.frame.loc[~units.frame["unit_id"].isin(founded), "name"]  # a new unit may be called like one before it
    twice = own.map(look_of).duplicated().reindex(units.frame.index, fill_value=False)
    rule = "name 与前面某行重复（全角、半角不算区别）"
    units.refuse(twice & units.sound("name"), "name", rule, "删去重复的一行，或改用能区别的名称")
    units.refuse_twins("unit_id")
    for table in (units, lineage):
        too_wide = table.frame["name"].map(count_ems) > LONGEST_NAME
        table.refuse(too_wide, "name", f"名称最多{LONGEST_NAME}个字宽（字母约算半个）", "用简称")
        spaced = table.frame["name"].map(lambda name: name != " ".join(name.split()))
        table.refuse(spaced.astype(bool), "name", "名称首尾有空格，或中间有多余的空格", "删去多余的空格")
        taken = table.frame["name"].isin(find_taken("unit", table.frame["name"]))
        table.refuse(taken, "name", "这个名称在评分表、结果表里另有所指（不是单位）", "写单位的名称")
        others = table.frame["name"].isin(units.frame["unit_id"]) & table.frame["name"].ne(table.frame["unit_id"])
        table.refuse(others, "name", "这个名称是另一个单位的编号", "改名称，或改编号（各表一致）")
    rule = "编号只能由字母、数字、_、- 组成（用作单位页面的文件名）"
    units.refuse(~units.frame["unit_id"].str.fullmatch(r"[\w-]+"), "unit_id", rule, "改写编号，各表一致")
    known = units.frame["unit_id"]
    lineage.refuse_unknown("unit_id", known, "units.csv 中没有这个单位", "先在 units.csv 登记")
    year = lineage.frame["year"]
    if kind:
        fits = year.map(lambda text: is_year(text) and text[4:5] in {"", kind}).astype(bool)
        lineage.refuse(~fits, "year", f"应为年度或{KINDS[kind]}", f"写成2021，或2021{kind}1")
        lineage.frame["year"] = year.where(year.str.len().ne(4), year + f"{kind}1")
    else:
        wrong = year.mod(1).ne(0) | ~year.between(1_000, 9_999)
        lineage.refuse(wrong, "year", "年度应为四位整数", "改为四位年度，如2021")
    lineage.refuse_duplicates(["unit_id", "year", "event"])
    for column, events in _OF.items():
        due, blank = lineage.frame["event"].isin(events), lineage.frame[column].eq("")
        told = "、".join(events)
        lineage.refuse(due & blank, column, f"{told} 的行要填这一列", "填上值")
        lineage.refuse(~due & ~blank, column, f"这一列只用于 {told} 的行", "清空，或改 event")
    for check in (_check_predecessors, _check_order):  # each needs what is checked before to be sound
        if not units.problems and not lineage.problems:
            check(units.frame, lineage)


def _check_predecessors(units: pd.DataFrame, lineage: Table) -> None:
    """Record what is wrong with a row's predecessors by itself."""
    pairs = _pair_units(lineage.frame)
    sizes, times = pairs.groupby("row").size(), pairs.groupby(["year", "predecessor"])["row"].transform("size")
    size = pairs["row"].map(sizes)
    new = "用新的编号登记合并、分设后的单位；原单位继续考核的，用 succeeds 或 renamed"
    faults = [
        (~pairs["predecessor"].isin(units["unit_id"]), "units.csv 中没有这个单位", "写单位编号，多个用 、 或空格隔开"),
        (pairs["predecessor"].eq(pairs["unit_id"]), "单位不能是自己的前身", new),
        (pairs.duplicated(["row", "predecessor"]), "同一个前身写了两次", "删去重复的"),
        (pairs["event"].eq("merged") & size.lt(2), "合并要有两个以上的前身", "补上；只有一个的，用 succeeds 或 split"),
        (pairs["event"].eq("split") & size.gt(1), "分设只有一个前身", "只留一个，或改用 merged"),
        (
            pairs["event"].eq("split") & times.lt(2),
            "分设要有两个以上的单位写同一个前身，这里只有一个",
            "补上其余各行；原单位继续考核、只分出一个单位的，新单位用 enters；只是改组的，用 succeeds",
        ),
    ]
    for wrong, rule, fix in faults:
        rows = pairs.loc[wrong, "row"]
        lineage.refuse(pd.Series(lineage.frame.index.isin(rows), lineage.frame.index), "predecessors", rule, fix)


def _check_order(units: pd.DataFrame, lineage: Table) -> None:
    """Record the rows that what is said of units in other years contradicts."""
    frame = lineage.frame
    last = frame["unit_id"].map(frame[frame["event"].isin(FOUNDING)].groupby("unit_id")["year"].max())
    before = frame["year"].le(last) & ~(frame["event"].isin(FOUNDING) & frame["year"].eq(last))
    rule = "合并、分设的单位是新的，到那一年为止只有这一行"
    lineage.refuse(before, "event", rule, "删去这一行；原单位继续考核的，用 succeeds 或 renamed")

    pairs = _pair_units(frame)
    ended = frame["unit_id"].map(pairs.groupby("predecessor")["year"].min())
    rule = "这个单位那时已并入或分设为别的单位，不再有变动"
    lineage.refuse(frame["year"].ge(ended), "event", rule, "删去这一行；以后恢复设置的，用新的编号")
    gone = [
        row.row
        for row in pairs.itertuples()
        if row.predecessor not in set(units_in_year(units, frame, as_year(row.year) - 1)["unit_id"])
    ]
    rule, fix = "前身在上一年度没有列入考核", "改年度，或只写列入考核的前身，其余的写在 note"
    lineage.refuse(pd.Series(frame.index.isin(gone), frame.index), "predecessors", rule, fix)

    moved = frame[frame["event"].eq("regrouped")].sort_values("year", kind="stable")
    first = moved["unit_id"].map(units.set_index("unit_id")["group"])
    earlier = moved.groupby("unit_id")["group"].shift().fillna(first)
    same = moved["group"].eq(earlier).reindex(frame.index, fill_value=False)
    lineage.refuse(same, "group", "这个单位原来就在这一组", "改为换到的组，或删去这一行")


def _pair_units(lineage: pd.DataFrame) -> pd.DataFrame:
    """Pair every unit that was made of others with each of them: columns of the lineage, row and predecessor."""
    founded = lineage[lineage["event"].isin(FOUNDING)].rename_axis("row").reset_index()
    split = founded["predecessors"].map(lambda text: re.split("[、 ]+", text.strip("、 ")))
    return founded.assign(predecessor=split).explode("predecessor", ignore_index=True)


def list_successions(units: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """List the units that were made of others, and those that others were made of.

    Parameters
    ----------
    units, lineage : DataFrame
        As in `units_in_year`.

    Returns
    -------
    DataFrame, one row a unit, with columns unit_id, name (of a predecessor as it last was), year, event ("merged",
    "split": made of others, and assessed from that year on; "merged_into", "split_into": went into one other, or into
    several, and not assessed from that year on) and others (tuple of str: their names).

    Examples
    --------
    >>> units = pd.DataFrame({"unit_id": ["a", "b", "c"], "group": "county", "name": ["甲", "乙", "丙"]})
    >>> row = {"unit_id": "c", "year": 2030, "name": "丙", "event": "merged", "group": "", "predecessors": "a b"}
    >>> list_successions(units, pd.DataFrame([row]))[["name", "event", "others"]].to_numpy().tolist()
    [['丙', 'merged', ('甲', '乙')], ['甲', 'merged_into', ('丙',)], ['乙', 'merged_into', ('丙',)]]
    """
    pairs = _pair_units(lineage)
    last = {year: _name_units(units, lineage, as_year(year) - 1) for year in pairs["year"].unique()}
    pairs["last"] = [last[year][unit] for year, unit in zip(pairs["year"], pairs["predecessor"], strict=True)]
    rows: list[tuple[object, ...]] = []
    for (unit, name, year, event), own in pairs.groupby(["unit_id", "name", "year", "event"], sort=False):
        rows.append((unit, name, as_year(year), event, tuple(own["last"])))
    for (unit, name, year), own in pairs.groupby(["predecessor", "last", "year"], sort=False):
        rows.append((unit, name, as_year(year), "split_into" if len(own) > 1 else "merged_into", tuple(own["name"])))
    return pd.DataFrame(rows, columns=SUCCESSION_COLUMNS)


def list_events(lineage: pd.DataFrame, successions: pd.DataFrame) -> pd.DataFrame:
    """List what happened to units, whoever others are that it has to do with.

    Parameters
    ----------
    lineage : DataFrame
        As in `units_in_year`, with column note.
    successions : DataFrame of `list_successions`

    Returns
    -------
    DataFrame, one row a row of the lineage, with columns unit_id, year, name, event, note, others (tuple of str: the
    names of the units that it was made of; of other events the id of the group that it came to, "" of most)
    """
    made_of = successions.set_index(["unit_id", "year", "event"])["others"].to_dict()
    others = [made_of.get((row.unit_id, as_year(row.year), row.event), (row.group,)) for row in lineage.itertuples()]
    return lineage.assign(others=others)[EVENT_COLUMNS]


def list_unsettled(lineage: pd.DataFrame) -> dict[AnyYear, frozenset[str]]:
    """List the units whose rows are not certain (`UNSETTLED`), by year."""
    rows = lineage[lineage["source"].str.startswith(UNSETTLED)]
    return {as_year(year): frozenset(own) for year, own in rows.groupby("year")["unit_id"]}


def tell_successions(successions: pd.DataFrame, unit_id: str) -> list[str]:
    """Say of whom a unit was made, and into whom it went, and when: 2030年度由甲、乙合并设立."""
    own = successions[successions["unit_id"].eq(unit_id)]
    return [f"{name_assessed(as_year(row.year))}{tell_succession(row.event, row.others)}" for row in own.itertuples()]


def check_year(scheme: Scheme, units: pd.DataFrame, path: Path, root: Path) -> Iterator[Problem]:
    """Every unit is in a group of the scheme, a group whose units are known has some, and no two units share a name.

    Parameters
    ----------
    scheme : Scheme
    units : DataFrame of `units_in_year`
    path, root : Path
        Of the scheme's file, and of the data folder.

    Yields
    ------
    Problem
    """
    tell = Place(path.relative_to(root).as_posix()).tell
    for row in units[~units["group"].isin(scheme.groups)].itertuples():
        rule = f"单位 {row.unit_id} 所在的组在 groups 中没有"
        yield tell(rule, "在办法 groups 中补上，或改 units.csv、lineage.csv 的 group", "groups", str(row.group))
    for group in scheme.groups:
        if scheme.knows_units(group) and not units["group"].eq(group).any():
            yield tell("这一组在本年度没有任何单位", "删去这一组，或在 units.csv 登记单位", "groups", group)
    for name in units.loc[units["name"].map(look_of).duplicated(), "name"]:
        rule = f"{name_assessed(scheme.year)}有两个单位同名（全角、半角不算区别）"
        yield Place("lineage.csv").tell(rule, "核对两个单位的名称", "name", name)


def units_in_year(units: pd.DataFrame, lineage: pd.DataFrame, year: AnyYear) -> pd.DataFrame:
    """List the units assessed in a year, in that year's groups and under that year's names.

    Parameters
    ----------
    units : DataFrame with columns unit_id, group (the first), name (the first printed name)
    lineage : DataFrame with columns unit_id, year, name, event, group, predecessors
    year : AnyYear

    Returns
    -------
    DataFrame with columns unit_id, group, name; in the order of `units`.
    """
    moved = lineage[lineage["event"].eq("regrouped") & lineage["year"].le(year)].sort_values("year", kind="stable")
    group = moved.groupby("unit_id")["group"].last().reindex(units["unit_id"]).set_axis(units.index)

    known = pd.concat(_membership_events(lineage)).sort_values("year", kind="stable")
    first_event = known.groupby("unit_id")["event"].first()
    event = units["unit_id"].map(known[known["year"] <= year].groupby("unit_id")["event"].last())
    not_yet = event.isna() & units["unit_id"].map(first_event).eq("enters")
    present = ~(event.eq("leaves") | not_yet)

    name = _name_units(units, lineage, year).set_axis(units.index)
    return units.assign(group=group.fillna(units["group"]), name=name)[present].reset_index(drop=True)


def _membership_events(lineage: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield who enters and who leaves: columns unit_id, year, event."""
    columns = ["unit_id", "year", "event"]
    yield lineage.loc[lineage["event"].isin(["enters", "leaves"]), columns]
    pairs = _pair_units(lineage)
    yield pairs.assign(event="enters")[columns]
    yield pairs.assign(unit_id=pairs["predecessor"], event="leaves")[columns]


def _name_units(units: pd.DataFrame, lineage: pd.DataFrame, year: AnyYear) -> pd.Series:
    """Name every unit as a year does, by unit_id; before its first row it has the name in `units`."""
    past = lineage[lineage["year"] <= year].sort_values("year", kind="stable")
    renamed = past.groupby("unit_id")["name"].last()
    return renamed.reindex(units["unit_id"]).fillna(units.set_index("unit_id")["name"])
