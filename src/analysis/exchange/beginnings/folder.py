"""A data folder made of circulars alone: every file of it, and what was taken for granted in making it."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.data.units import LINEAGE_COLUMNS, PERIOD_LINEAGE, UNSETTLED
from analysis.exchange.beginnings.lineage import Lineage, trace
from analysis.exchange.beginnings.membership import UNGROUPED, Members, list_members, write_groups
from analysis.exchange.beginnings.naming import Proposal, join, propose, read_pairs
from analysis.exchange.beginnings.read import ReadCircular
from analysis.exchange.beginnings.scheme import adds_up, find_better, make_scheme, name_groups, order_grades
from analysis.exchange.circulars.draft import Doubt, write_draft
from analysis.exchange.results.writing import to_yaml
from analysis.periods import kind_of, name_assessed
from analysis.texts import name_some

PROPOSED = "待定改名.csv"
"""Holds the names that may be one unit's, as rows of lineage.csv would have them."""
_EVENTS = {"enters": "这一年列入", "leaves": "这一年不再列入", "regrouped": "换了组"}
_CHANGES = ("average_delta", "average_growth")
TABLE = {"unit_total": "total", "unit_rank": "rank"}
"""Columns of a table of results that are of no component."""
_UNITS = (*TABLE, "unit_score", "unit_component")
_CELLS = {"rank": "[1-9][0-9]{0,8}", "total": r"-?[0-9]{1,9}(\.[0-9]{1,9})?"}
_CELL = r"[0-9]{1,9}(\.[0-9]{1,9})?"
"""How a number of a table of results is written."""


@dataclass(frozen=True)
class Beginning:
    """A data folder that is to be written.

    Attributes
    ----------
    sources : list of ReadCircular
        With everything that is to be looked at.
    files : dict of path in the folder to bytes
    assumed : list of str
        What was taken for granted, a sentence each.
    proposals : list of Proposal
    """

    sources: list[ReadCircular]
    files: dict[str, bytes]
    assumed: list[str]
    proposals: list[Proposal]


def begin(sources: Sequence[ReadCircular], same: Iterable[str] = ()) -> Beginning:
    """Make the files of a data folder of what was read in circulars.

    Parameters
    ----------
    sources : sequence of ReadCircular, in order of year
    same : iterable of str
        Names that are one unit's, such as 旧名=新名.

    Returns
    -------
    Beginning

    Raises
    ------
    WorkbookError
        If what is said of names does not fit them.
    """
    members = list_members(sources)
    sources = [write_groups(source, members[source.year]) for source in sources]
    names = {year: own.groups for year, own in members.items()}
    joined = join(names, read_pairs(same, names))
    lineage = trace(sources, members, joined)
    proposals = [each for each in propose(names, UNGROUPED) if joined[each.old] != joined[each.new]]
    called = {key: name for source in sources for key, name in name_groups(source, members[source.year], {}).items()}
    files, told = dict[str, bytes](), list[ReadCircular]()
    for source in sources:
        own = members[source.year]
        known = name_groups(source, own, {})
        others = {group: called[group] for group in lineage.groups[source.year].values() if group not in known}
        better = find_better(source, sources)
        files[f"schemes/{source.year}.yml"] = to_yaml(make_scheme(source, own, lineage.ids, others, better))
        printed, doubts = make_circular(source)
        files |= printed | {f"circulars/{source.year}.txt": source.text.encode("utf-8", "replace")}
        told.append(replace(source, doubts=(*source.doubts, *doubts, *_doubt_units(source, own))))
    files |= _make_units(lineage, kind_of(sources[0].year))
    if proposals:
        files[PROPOSED] = _to_csv(_propose_rows(proposals, lineage), _columns(""))
    assumed = [each for source in sources for each in _list_assumed(source, members[source.year], lineage)]
    return Beginning(told, files, assumed, proposals)


def _make_units(lineage: Lineage, kind: str) -> dict[str, bytes]:
    moved = any(row["group"] for row in lineage.events)
    columns = [each for each in _columns(kind) if each != "group" or moved]
    return {
        "units.csv": _to_csv(lineage.units, ["unit_id", "group", "name"]),
        "lineage.csv": _to_csv(lineage.events, columns),
    }


def _columns(kind: str) -> list[str]:
    return [each.name for each in (PERIOD_LINEAGE if kind else LINEAGE_COLUMNS) if each.name != "predecessors"]


def _propose_rows(proposals: Iterable[Proposal], lineage: Lineage) -> list[dict[str, str]]:
    return [
        {"unit_id": lineage.ids[each.old], "year": str(each.year), "name": each.new, "event": "renamed"}
        | {"group": "", "note": f"{each.why}：原名{each.old}；现另编为 {lineage.ids[each.new]}", "source": "待定"}
        for each in proposals
    ]


def make_circular(source: ReadCircular) -> tuple[dict[str, bytes], list[Doubt]]:
    """Make the files of what is printed; numbers of units go to a table.

    Parameters
    ----------
    source : ReadCircular

    Returns
    -------
    files : dict of path in the folder to bytes
    doubts : list of Doubt
        What is not in them.
    """
    others, doubts = list[dict[str, Any]](), list[Doubt]()
    figures = source.figures(*_UNITS)
    beside = [each for each in figures if _stands_beside(each)]
    of_units = [each for each in figures if not _stands_beside(each)]
    if beside:
        many = name_some(list(dict.fromkeys(each["unit"] for each in beside)))
        doubts.append(Doubt(f"{many}在分项里的名次和其他年度的数，共{len(beside)}个，没有收入", ""))
    for each in source.draft.figures:
        if _lacks_base(each, source):
            sentence = "".join(source.sentence_around(each["span"])) if each.get("span") else ""
            doubts.append(Doubt(f"{each['value']}没有写明是比上一期还是比上年同期，没有收入", sentence))
        elif each["measure"] not in _UNITS:
            others.append(each)
    draft = replace(source.draft, document=source.document, figures=others)
    text = write_draft(draft, source.path.name)
    if not of_units:
        return {f"published/{source.year}.yml": text.encode()}, doubts
    rows, columns = dict[str, dict[str, str]](), dict[str, None]()
    for each in of_units:
        column = TABLE.get(each["measure"], each.get("of", ""))
        row = rows.setdefault(each["unit"], {"name": each["unit"]})
        sentence = "".join(source.sentence_around(each["span"])) if each.get("span") else ""
        if not re.fullmatch(_CELLS.get(column, _CELL), each["value"]):
            doubts.append(Doubt(f"{each['unit']}的{each['value']}不是这一栏能有的数，没有收入", sentence))
        elif row.setdefault(column, each["value"]) != each["value"]:
            doubts.append(Doubt(f"{each['unit']}另印作{each['value']}，收入的是{row[column]}", sentence))
        else:
            columns[column] = None
    told = to_yaml({"table": {"section": of_units[0]["section"]}}).decode()
    return {
        f"published/{source.year}.yml": f"{text}\n{told}".encode(),
        f"published/{source.year}.csv": _to_csv(rows.values(), ["name", *columns]),
    }, doubts


def _stands_beside(figure: Mapping[str, Any]) -> bool:
    """Say whether a unit's figure has no column in the table of a year's results: a rank in a part, another year's."""
    return bool(figure.get("year") or (figure["measure"] in TABLE and figure.get("of")))


def _lacks_base(figure: Mapping[str, Any], source: ReadCircular) -> bool:
    """Say whether a change of a period's averages is printed without what it is on."""
    return bool(figure["measure"] in _CHANGES and kind_of(source.year) and not figure.get("base", source.draft.base))


def _doubt_units(source: ReadCircular, members: Members) -> list[Doubt]:
    """Doubt names that no graded list has, and units of which no group is printed."""
    found = []
    if members.strangers:
        names = name_some(members.strangers)
        found.append(Doubt(f"{names}不在等次名单里，没有作为单位；称谓不同或印错的，改 published/{source.year}.yml"))
    if loose := [name for name, group in members.groups.items() if group == UNGROUPED]:
        rest = f"units.csv 里列在“未写明组别的单位”（{UNGROUPED}），请改为所在的组"
        found.append(Doubt(f"{name_some(loose)}没有印明组别；{rest}"))
    return found


def _list_assumed(source: ReadCircular, members: Members, lineage: Lineage) -> list[str]:
    """Say what was taken for granted of a year."""
    year, groups = name_assessed(source.year), name_groups(source, members, {})
    found = [*source.notes]
    if len(grades := order_grades(source).values()) > 1:
        found.append(f"等次从好到差为{'、'.join(grades)}")
    for group, name in groups.items():
        if why := members.open.get(group):
            found.append(f"{name}{why}，组内还有没有别的单位不明（办法里 units: unknown）")
        elif group in members.groups.values():
            found.append(f"{name}以所列名单为全部单位（{list(members.groups.values()).count(group)}个）")
    if adds_up(source):
        found.append("各大项分值之和为满分，总分是各大项得分之和，另加减分")
    if beside := [name for name in members.groups if name in members.beside]:
        found.append(f"{'、'.join(beside)}的组别没有印出，照同一处名单里的其他单位")
    known = members.derived - members.beside
    if derived := [name for name, group in members.groups.items() if name in known and group != UNGROUPED]:
        found.append(f"{'、'.join(derived)}的组别当年未印，照另一年的通报")
    if loose := lineage.unsettled.get(source.year, []):
        found.append(f"{'、'.join(loose)}当年的名单没有列，名单又不全，是否参加考核不明")
    events = dict[tuple[str, bool], list[str]]()
    for row in lineage.events:
        if row["year"] == str(source.year) and row["event"] in _EVENTS:
            events.setdefault((row["event"], row["source"].startswith(UNSETTLED)), []).append(row["name"])
    for (event, is_open), names in events.items():
        told = f"，{UNSETTLED}：同组有进有出，也可能只是改了名" if is_open else ""
        found.append(f"{'、'.join(names)}{_EVENTS[event]}（lineage.csv 的 {event}{told}）")
    return [f"{year}：{each}" for each in found]


def _to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")
