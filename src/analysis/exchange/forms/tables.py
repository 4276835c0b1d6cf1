"""Recognise the sheets an office keeps and gather the tables of a year from them.

A gathered table is checked as any other, and every problem is told where it stands in the office's sheets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.inputs import RESULT_COLUMNS, list_tables
from analysis.data.marks import MARK_COLUMNS
from analysis.data.schemes import Scheme
from analysis.data.tables import Column, Place, Table, Wording
from analysis.exchange.forms import form
from analysis.exchange.forms.sheets import Row, Sheet, show
from analysis.exchange.forms.shown import pass_over
from analysis.exchange.office import sheet_title
from analysis.periods import AnyYear
from analysis.problems import Problem

_SPECIAL = {form.SOURCE: form.SOURCE} | dict.fromkeys((form.GUIDE, form.CHECK, form.LISTS, *form.SHOWN), form.GUIDE)
_MARK_SHEET, _UNKNOWN = "mark sheet", ""
_MARKED = form.STATUSES["marked"]
_IN_CELL = "评价等次或得分"
"""What shows that an indicator is marked: a word in a list of marks, the mark itself in a sheet of them."""
_NOT_UNITS = {form.EXAMPLE, *(form.HEADERS[column] for column in form.DESCRIBED)}


Homes = dict[str, list[Row]]
"""Where what is said of each unit stands, or should stand."""


class GatheredTable(Table):
    """A table gathered from sheets.

    Parameters
    ----------
    place : Place
        Of what has no row.
    columns : sequence of Column
    rows : sequence of Row, or None
        None if it is not known what the table holds.
    wording : Wording
    homes : mapping of unit_id to list of Row
        Where what is said of a unit stands, or should stand.
    is_complete : bool
        Nothing of the table may stand in a sheet that could not be read.
    """

    def __init__(
        self,
        place: Place,
        columns: Sequence[Column],
        rows: Sequence[Row] | None,
        wording: Wording,
        homes: Homes,
        *,
        is_complete: bool,
    ) -> None:
        self._rows, self._homes, self.is_complete = rows or [], homes, is_complete
        names = [column.name for column in columns]
        text = pd.DataFrame([row.values for row in self._rows], columns=names, dtype=str)
        written = pd.DataFrame([row.written for row in self._rows], columns=names, dtype=str)
        super().__init__(place, columns, None if rows is None else text, written, wording)

    def place_of(self, row: int) -> Place:
        """Return where a row stands."""
        return self._rows[row].place

    def refuse_unit(self, unit: str, rule: str, fix: str, columns: Iterable[str] = ()) -> None:
        """Record a problem of a unit where it stands or should stand, unless that may be where nothing was read."""
        columns = list(columns)
        homes = self._homes.get(unit) or ([Row(self.place)] if self.is_complete else [])
        right = (home for home in homes if set(columns[:1]) <= home.place.headers.keys())  # of several sheets
        for home in [*right, *homes][:1]:
            value = home.written.get("unit_id") or self.wording.words("unit_id", unit)
            self.problems.append(home.place.tell(rule, fix, "unit_id", value, columns))


class Indicators:
    """The indicators of a file, and what a mark may call them: the id, or the name where only one is called so.

    Parameters
    ----------
    rows : sequence of Row
    scheme : Scheme

    Attributes
    ----------
    markings : dict of indicator_id to "rating" or "score"
    called : dict of id or name to dict of group to list of indicator_id
        What is called so, by the groups that are marked on it.
    """

    def __init__(self, rows: Sequence[Row], scheme: Scheme) -> None:
        self.markings: dict[str, str] = {}
        self.called: dict[str, dict[str, list[str]]] = {}
        for values in (row.values for row in rows):
            identifier, part = values["indicator_id"], scheme.parts.get(values["part"])
            if identifier:
                self.markings[identifier] = "rating" if part and part.marking == "rating" else "score"
            for written in {values["name"], identifier}:
                self.called.setdefault(written, {}).setdefault(values["group"], []).append(identifier)

    def find(self, written: str, group: str) -> str:
        """Return the id that a unit of a group is marked on; what is unknown stays as it is."""
        if written in self.markings:
            return written
        groups = self.called.get(written, {})
        ids = groups.get(group) or next(iter(groups.values()), [])
        return next(filter(None, ids), written)


def gather_tables(
    sheets: Sequence[Sheet], file: str, dataset: Dataset, year: AnyYear
) -> tuple[dict[str, GatheredTable], list[Problem]]:
    """Turn sheets into tables; what cannot be recognised becomes a problem of its sheet.

    Parameters
    ----------
    sheets : sequence of Sheet
    file : str
        What the file, or the folder, is called that they stand in.
    dataset : Dataset
        For the units' names of all years.
    year : AnyYear
        Its scheme names groups, parts, components and assessors.

    Returns
    -------
    tables : dict of table name to GatheredTable
    missing : list of Problem
        The tables that no sheet holds.
    """
    scheme, words = dataset.year(year).scheme, form.Words(dataset.year(year), dataset.units_called())
    columns, titles = list_tables(scheme), form.TABLES | words.names["component"]
    recognised = [(sheet, _recognise(sheet, scheme)) for sheet in sheets if sheet.is_read]
    rows, homes = defaultdict[str, list[Row]](list), defaultdict[str, list[Row]](list)
    indicators, first = Indicators([], scheme), dict[str, Sheet]()
    for sheet, looks_like in sorted(recognised, key=lambda each: each[1] != "indicators"):  # marks are read by them
        has_marks = not indicators.markings or not indicators.called.keys().isdisjoint(sheet.names)
        kind = _UNKNOWN if looks_like == _MARK_SHEET and not has_marks else looks_like
        first.setdefault(kind, sheet)
        if kind == _MARK_SHEET:
            rows["marks"] += _read_mark_sheet(sheet, words, indicators, homes)
        elif kind == _UNKNOWN and not sheet.rows:
            sheet.refuse("表是空的", "填上内容，或删去这张表")
        elif kind == _UNKNOWN:
            fix = f"列名照模板写，放在第一行；可用的表：{'、'.join(titles[table] for table in columns)}"
            sheet.refuse("认不出这张表：列名或表名对不上", fix, sheet.header_row, value="、".join(sheet.header)[:60])
        elif kind == form.GUIDE:
            pass_over(sheet, dataset.year(year))
        elif kind in columns:
            read = list(_read_table(sheet, columns[kind], words))
            if kind == "adjustments" and first[kind] is not sheet:
                _compare_items(sheet, read, rows[kind])
            rows[kind] += read
            if kind == "indicators":
                indicators = Indicators(rows[kind], scheme)
    for row in rows["marks"]:
        unit = row.values["unit_id"]
        row.values["indicator_id"] = indicators.find(row.values["indicator_id"], words.groups.get(unit, ""))
        homes[unit].append(row)

    seen = {"marks" if kind == _MARK_SHEET else kind for kind in first} & columns.keys()
    unread = {sheet.title for sheet in sheets if not sheet.is_read} - _SPECIAL.keys()
    if unread - columns.keys():  # what it may hold
        unread |= (columns.keys() - seen) | {"marks"}
    if _UNKNOWN in first:
        unread.add("marks")
    either = f"{_MARKED}（一个单位一行的表填{_IN_CELL}）" if "marks" in first else _IN_CELL
    marked = either if _MARK_SHEET in first else _MARKED
    wording = Wording(form.HEADERS, words.names | {"status": form.STATUSES | {"marked": marked}})
    tables = {}
    for table in columns:
        needed = {"indicators", table} if table == "marks" else {table}
        is_read = needed <= seen and not (needed - {"marks"}) & unread  # of marks, whatever was read is taken
        sheet = first.get(table, Sheet(file, titles[table]))
        tables[table] = GatheredTable(
            sheet.place(headers=form.HEADERS | sheet.names),
            columns[table],
            rows[table] if is_read else None,
            wording,
            homes if table == "marks" else {},
            is_complete=table not in unread,
        )
    missing = [titles[table] for table in sorted(columns.keys() - seen - unread)]
    return tables, [Problem(file, f"缺少“{table}”表", "照模板补上；没有内容的，留下列名") for table in missing]


def _recognise(sheet: Sheet, scheme: Scheme) -> str:
    """Name what a sheet holds: a table, marks by unit and indicator, a source, a guide, or nothing that is known."""
    if sheet.title in _SPECIAL or not sheet.rows:
        return _SPECIAL.get(sheet.title, form.GUIDE if sheet.name.lower().startswith("sheet") else _UNKNOWN)
    tables = list_tables(scheme)
    for table in form.TABLES:
        if {column.name for column in tables[table] if not column.optional} <= sheet.names.keys():
            return table
    if {column.name for column in RESULT_COLUMNS if not column.optional} <= sheet.names.keys():
        titles = {name: each.id for each in scheme.outside_components for name in (each.id, sheet_title(each.name))}
        return titles.get(sheet.title) or (_UNKNOWN if sheet.name else titles.get(sheet.title.lower(), _UNKNOWN))
    return _MARK_SHEET if "unit_id" in sheet.names else _UNKNOWN


def _read_table(sheet: Sheet, columns: Sequence[Column], words: form.Words) -> Iterator[Row]:
    sheet.check_header()
    known = [column.name for column in columns]
    for name, header in sheet.names.items():
        if name not in known:
            sheet.note("这一列没有读", sheet.header_row, header, "")
    headers = {name: sheet.names[name] for name in known if name in sheet.names}
    for number, cells in sheet.body():
        values = {column.name: sheet.read(number, column, cells, words) for column in columns}
        if any(values.values()):  # else all that stands there is beside the point
            written = {name: show(cells.get(header)) for name, header in headers.items()}
            yield Row(sheet.place(number, headers), values, written)


def _compare_items(sheet: Sheet, items: Sequence[Row], earlier: Sequence[Row]) -> None:
    """Refuse items that stand in another sheet too; as items have no key, those of a copy would count twice in silence.

    Parameters
    ----------
    sheet : Sheet
    items : sequence of Row
        Its items.
    earlier : sequence of Row
        Those of the sheets before it.
    """
    known = {_key_of(row): row.place for row in earlier}
    for row in items:
        if other := known.get(_key_of(row)):
            rule = f"与表“{other.sheet or other.file}”第{other.row}行是同一单位、类别和事由，像是同一张表的另一份"
            sheet.refuse(rule, "只留一份；确是两项的，写在一张表里", row.place.row)
    sheet.note("这张表的各项也算作加减分", sheet.header_row, "", "")


def _key_of(item: Row) -> tuple[str, ...]:
    return tuple(item.values[column] for column in ("unit_id", "kind", "reason"))


def _read_mark_sheet(sheet: Sheet, words: form.Words, indicators: Indicators, homes: Homes) -> Iterator[Row]:
    """Read units by indicators: a rating, a score, or a word for not being marked; a blank is no mark.

    Parameters
    ----------
    sheet : Sheet
    words : form.Words
    indicators : Indicators
    homes : defaultdict of unit_id to list of Row
        Takes where each unit stands, or should stand.

    Yields
    ------
    Row
        One for each mark.
    """
    if not indicators.markings:
        return
    sheet.check_header()
    header = sheet.names["unit_id"]
    names = list(_find_indicators(sheet, indicators))
    groups = {group for name in names for group in indicators.called[name]}
    ids = {indicators.find(name, group): name for name in names for group in groups} | {"unit_id": header}
    for number, cells in sheet.body():
        written = cells.get(header)
        if written in _NOT_UNITS:
            continue
        unit, seen = sheet.read(number, MARK_COLUMNS[0], cells, words), {"unit_id": show(written)}
        group = words.groups.get(unit, "")
        if group and group not in groups:
            sheet.refuse("这张表的指标不考核该单位所在的组", "移到那一组的评分表", number, header, written)
            continue
        if not group and all(cells.get(name) is None for name in names):
            if written is not None:
                sheet.note("不是考核对象，也没有评分，这一行没有读", number, header, show(written))
            continue
        homes[unit].append(Row(sheet.place(number, ids), written=seen))
        for name in names:
            indicator, value = indicators.find(name, group), cells.get(name)
            if indicator not in indicators.markings or value is None:
                continue
            mark = {"unit_id": unit, "indicator_id": indicator, "status": "marked", "rating": "", "score": ""}
            if value in form.UNMARKED or value in form.STATUSES:
                mark["status"] = form.UNMARKED.get(value, value)
            else:
                kind = indicators.markings[indicator]
                mark[kind] = sheet.text(number, name, value, number=kind == "score")
            place = sheet.place(number, dict.fromkeys(mark, name) | {"unit_id": header})
            yield Row(place, mark, dict.fromkeys(mark, show(value)) | seen)
    for unit, group in words.groups.items():
        if group in groups:  # where it should stand, if it does not
            homes[unit].append(Row(sheet.place(headers=ids)))


def _find_indicators(sheet: Sheet, indicators: Indicators) -> Iterator[str]:
    """Name the columns that hold marks, refusing what is neither an indicator nor known to be beside the point."""
    taken: dict[tuple[str, str], str] = {}
    row = sheet.header_row
    for name in (name for column, name in sheet.names.items() if column != "unit_id"):
        called = indicators.called.get(name)
        if called is None and name in form.LAYOUT["summaries"]:
            sheet.note("这一列没有读", row, name, "")
        elif called is None:
            sheet.refuse("“指标”表中没有这个编号", "改正编号或名称，或在“指标”表中补上", row, name, name)
        else:
            yield name
            if name not in indicators.markings and any(len(ids) > 1 for ids in called.values()):
                sheet.refuse("有几项指标叫这个名称", "改写编号", row, name, name)
            same = {taken.setdefault((group, indicators.find(name, group)), name) for group in called}
            for earlier in sorted(same - {name}):
                sheet.refuse(f"与“{earlier}”是同一项指标", "删去一列", row, name, name)
