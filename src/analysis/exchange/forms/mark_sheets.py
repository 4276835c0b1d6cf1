"""Read sheets of marks as offices keep them: a row for each unit, a column for each indicator, a mark in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.data.marks import MARK_COLUMNS
from analysis.data.schemes import Scheme
from analysis.exchange.forms import form
from analysis.exchange.forms.sheets import Row, Sheet, show

_NAMES = [column.name for column in MARK_COLUMNS]
_NOT_UNITS = {form.EXAMPLE, *(form.HEADERS[column] for column in form.DESCRIBED)}


class Indicators:
    """The indicators of a file, and what a mark may call them: the id, or the name where only one is called so.

    Parameters
    ----------
    rows : sequence of dict with keys indicator_id, group, part, name
    scheme : Scheme

    Attributes
    ----------
    markings : dict of indicator_id to "rating" or "score"
    called : dict of id or name to dict of group to list of indicator_id
        What is called so, by the groups that are marked on it.
    """

    def __init__(self, rows: Sequence[Mapping[str, str]], scheme: Scheme) -> None:
        markings = {part: spec.marking for part, spec in scheme.parts.items()}
        self.markings = {row["indicator_id"]: markings.get(row["part"], "score") for row in rows if row["indicator_id"]}
        self.called: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            for written in {row["name"], row["indicator_id"]}:
                self.called.setdefault(written, {}).setdefault(row["group"], []).append(row["indicator_id"])

    def is_ambiguous(self, written: str) -> bool:
        """Say whether a name means two indicators of one group."""
        return written not in self.markings and any(len(ids) > 1 for ids in self.called[written].values())

    def find(self, written: str, group: str) -> str:
        """Return the id that a unit of a group is marked on; what is unknown stays as it is."""
        if written in self.markings:
            return written
        groups = self.called.get(written, {})
        ids = groups.get(group) or next(iter(groups.values()), [])
        return next(filter(None, ids), written)


def read_mark_sheet(sheet: Sheet, words: form.Words, indicators: Indicators, homes: dict[str, list[Row]]) -> list[Row]:
    """Read units by indicators: a rating, a score, or a word for not being marked; a blank is no mark.

    Parameters
    ----------
    sheet : Sheet
    words : form.Words
    indicators : Indicators
    homes : dict of unit_id to list of Row
        Takes where each unit stands, or should stand.

    Returns
    -------
    list of Row
        One for each mark.
    """
    if not indicators.markings:
        return []
    sheet.check_header()
    header = sheet.names["unit_id"]
    names = _find_indicators(sheet, indicators)
    groups = {group for name in names for group in indicators.called[name]}
    ids = {indicators.find(name, group): name for name in names for group in groups} | {"unit_id": header}
    rows = []
    for number, cells in sheet.body():
        written = cells.get(header)
        if written in _NOT_UNITS:
            continue
        unit = sheet.read(number, MARK_COLUMNS[0], cells, words)
        group = words.groups.get(unit, "")
        if group and group not in groups:
            rule = "这张表的指标不考核该单位所在的组"
            sheet.refuse(rule, "移到那一组的评分表", row=number, column=header, value=written)
            continue
        if not group and all(cells.get(name) is None for name in names):
            if written is not None:
                sheet.note("不是考核对象，也没有评分，这一行没有读", number, header, show(written))
            continue
        homes.setdefault(unit, []).append(Row(sheet.place(number, ids), written={"unit_id": show(written)}))
        for name in names:
            indicator, value = indicators.find(name, group), cells.get(name)
            if indicator in indicators.markings and value is not None:
                mark = _read_mark(sheet, number, name, value, indicators.markings[indicator])
                mark |= {"unit_id": unit, "indicator_id": indicator}
                headers = dict.fromkeys(_NAMES, name) | {"unit_id": header}
                seen = dict.fromkeys(_NAMES, show(value)) | {"unit_id": show(written)}
                rows.append(Row(sheet.place(number, headers), mark, seen))
    for unit, group in words.groups.items():
        if group in groups:  # where it should stand, if it does not
            homes.setdefault(unit, []).append(Row(sheet.place(headers=ids)))
    return rows


def _find_indicators(sheet: Sheet, indicators: Indicators) -> list[str]:
    """Name the columns that hold marks, refusing what is neither an indicator nor known to be beside the point."""
    names: list[str] = []
    taken: dict[tuple[str, str], str] = {}
    row = sheet.header_row
    for column, name in sheet.names.items():
        if column == "unit_id":
            continue
        if name not in indicators.called and name in form.LAYOUT["summaries"]:
            sheet.note("这一列没有读", row, name, "")
        elif name not in indicators.called:
            fix = "改正编号或名称，或在“指标”表中补上"
            sheet.refuse("“指标”表中没有这个编号", fix, row=row, column=name, value=name)
        else:
            names.append(name)
            if indicators.is_ambiguous(name):
                sheet.refuse("有几项指标叫这个名称", "改写编号", row=row, column=name, value=name)
            same = {taken.setdefault((group, indicators.find(name, group)), name) for group in indicators.called[name]}
            for earlier in sorted(same - {name}):
                sheet.refuse(f"与“{earlier}”是同一项指标", "删去一列", row=row, column=name, value=name)
    return names


def _read_mark(sheet: Sheet, row: int, column: str, value: Any, marking: str) -> dict[str, str]:
    """Read one cell."""
    mark = {"status": "marked", "rating": "", "score": ""}
    if value in form.UNMARKED or value in form.STATUSES:
        return mark | {"status": form.UNMARKED.get(value, value)}
    if marking == "rating":
        return mark | {"rating": sheet.text(row, column, value)}
    return mark | {"score": sheet.number(row, column, value)}
