"""A plain table of results, as circulars and indices publish them: a row a unit, its scores, its total, its rank.

It is taken for one only if it says so itself: one sheet, in a row near its top one column that is called as names of
units are and one as totals are. All other columns of numbers are components; whatever else it holds is refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from analysis.data.unit_tables import LACKING
from analysis.exchange.forms.sheets import MERGED, Sheet, show
from analysis.exchange.results.headers import NO_WORTH, WORDS, WORTH, find_header, plain, read_worth, role_of
from analysis.texts import find_fault, with_plain_digits

_ROWS = {plain(word): kind for kind, words in WORDS["rows"].items() for word in words}
_LACKING = {plain(word) for word in WORDS["lacking"]}
_SUMMARIES = {plain(word) for word in WORDS["summaries"]}
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_SHARES = {"%": "weights"}


@dataclass
class ResultRow:
    """One unit's results as printed.

    Attributes
    ----------
    row : int
        As a spreadsheet numbers it.
    name, group, grade : str
    cells : dict of column to str
        Numbers as text; a column is "total", "rank", "bonus", "deduction" or a component's name. What is not printed is
        left out; `LACKING` for a component that does not apply.
    """

    row: int
    name: str
    group: str = ""
    grade: str = ""
    cells: dict[str, str] = field(default_factory=dict)


@dataclass
class ResultTable:
    """A plain table of results.

    Attributes
    ----------
    sheet : Sheet
        With all that is wrong with it among its problems.
    rows : list of ResultRow
    components : list of str
        Their names, in the order of the columns.
    kind : {"", "weights", "points"}
        What the table says of its components: shares, or what each is out of.
    worth : dict of component to Fraction
        What it says.
    out_of : Fraction or None
        What totals are out of, if the table says so.
    heads : dict of column to str
        What the table calls its columns, those that are not read aside.
    """

    sheet: Sheet
    rows: list[ResultRow]
    components: list[str]
    kind: str = ""
    worth: dict[str, Fraction] = field(default_factory=dict)
    out_of: Fraction | None = None
    heads: dict[str, str] = field(default_factory=dict)

    def scores_of(self, row: ResultRow) -> dict[str, str]:
        """Return a row's scores by component, but for those that do not apply."""
        return {each: row.cells[each] for each in self.components if row.cells[each] != LACKING}

    def refuse(self, rule: str, fix: str, row: int | None = None, column: str = "", value: Any = "") -> None:
        """Record what is wrong with a place of the table, whose columns are called as it calls them."""
        self.sheet.refuse(rule, fix, row, self.heads.get(column, column), value)


def read_results(sheet: Sheet) -> ResultTable:
    """Read a plain table of results; what is wrong with it is recorded in the sheet.

    Parameters
    ----------
    sheet : Sheet
        One that `find_plain` returned.

    Returns
    -------
    ResultTable
    """
    at = find_header(sheet)
    sheet.problems = [each for each in sheet.problems if each.rule != MERGED or _last_row(each.value) >= at]
    titles = [row for row in sheet.rows if row < at]
    for row in titles:
        if sum(cell is not None for cell in sheet.rows[row]) > 1:
            sheet.refuse("列名上方有几格内容，不知道算不算数", "列名以上只留标题，或删去", row=row)
        else:
            sheet.note("列名上方的标题没有读", row, "", show(next(filter(None, sheet.rows[row]), "")))
    table = ResultTable(sheet, [], [])
    columns = _read_header(table, at)
    for row, cells in sheet.rows.items():
        if row > at:
            _read_row(table, row, at, columns, [*cells, *[None] * (len(columns) - len(cells))])
    _even_out(table)
    return table


def _last_row(area: str) -> int:
    return int(re.findall("[0-9]+", area)[-1])


def _read_header(table: ResultTable, at: int) -> list[str]:
    """Say of every column what it is: a role, or a component's name; "" for one that is not read."""
    sheet, found = table.sheet, list[str]()
    for cell in sheet.rows[at]:
        written = " ".join(show(cell).split())
        name = WORTH.sub("", written)
        if fault := find_fault(written):
            sheet.refuse(*fault, at, "", written)
        role = role_of(written)
        column = role or name
        if written and not column:
            sheet.refuse("列名只写了分值或权重，没有名称", "补上名称", at, written, written)
        if role == "number":
            sheet.note("这一列没有读", at, written, written)
            column = ""
        elif column in table.heads:
            rule = f"与“{table.heads[column]}”同名，或是同一个意思"
            sheet.refuse(rule, "只留一列，另一列删去或改列名（分组的改为“组别”）", at, written, written)
            column = ""
        elif column:
            table.heads[column] = written
            table.components += [] if role else [name]
            if worth := WORTH.search(written):
                _set_worth(table, at, column, _SHARES.get(worth[2], "points"), worth[1])
        found.append(column)
    return found


def _set_worth(table: ResultTable, row: int, column: str, kind: str, value: str) -> None:
    worth = read_worth(value)
    if worth is None:
        table.refuse(NO_WORTH, "填写阿拉伯数字", row, column, value[:20])
    elif column == "total":
        table.out_of = worth
    elif table.kind not in {"", kind}:
        table.refuse("既写了权重，又写了满分", "只留一种", row, column, value)
    else:
        table.kind = kind
        table.worth[column] = worth


def _read_row(table: ResultTable, row: int, at: int, columns: Sequence[str], cells: Sequence[Any]) -> None:
    sheet, texts = table.sheet, dict[str, str]()
    heads = [show(cell) for cell in sheet.rows[at]]
    if any(value is not None and not head for head, value in zip_longest(heads, cells)):
        sheet.refuse("有一格的上方没有列名", "补上列名，或清空这一格", row=row)
    values = {column: value for column, value in zip(columns, cells, strict=False) if column}
    said = [plain(show(value)) for column, value in values.items() if column not in table.components]
    if kind := next((_ROWS[word] for word in said if word in _ROWS), ""):
        _read_worth(table, row, kind, values)
        return
    if plain(show(values["name"])) in _SUMMARIES:  # before any cell is read: it may hold anything
        sheet.note("这一行是汇总，不是单位，没有读", row, "", show(values["name"]))
        return
    name = sheet.text(row, table.heads["name"], values.pop("name"))
    if _is_unranked(values):
        sheet.note("没有印出总分和名次，不参加排名，这一行没有读", row, table.heads["total"], show(values["total"]))
        return
    if name and not any(show(value) for value in values.values()):
        table.refuse("这一行只有名称，没有总分和得分", "注释、落款删去；是单位的补上", row, "name", name)
        return
    found = ResultRow(row, name)
    if not name:
        sheet.refuse("这一行没有单位名称", "填上名称；不是单位的行删去", row=row)
    for column, value in values.items():
        is_word = column in {"group", "grade"}
        lacks = column in table.components and plain(show(value)) in _LACKING
        text = LACKING if lacks else sheet.text(row, table.heads[column], value, number=not is_word)
        if is_word:
            setattr(found, column, text)
        elif lacks or (text and _is_number(table, row, column, text)):
            texts[column] = text
    found.cells = texts
    table.rows.append(found)


def _read_worth(table: ResultTable, row: int, kind: str, values: dict[str, Any]) -> None:
    """Read the row that says what components are worth."""
    if table.worth:
        table.sheet.refuse("各项的分值或权重写了两处", "只留一处", row=row)
        return
    for column, value in values.items():
        text = with_plain_digits(show(value)).rstrip("%")
        if column in {*table.components, "total"} and value is not None:
            _set_worth(table, row, column, kind, text)


def _is_unranked(values: dict[str, Any]) -> bool:
    """Say whether a unit is told to have no total: by a word such as n/a, and by no rank; a blank may be forgotten."""
    total, rank = (plain(show(values.get(column))) for column in ("total", "rank"))
    return total != "" and {total, rank} <= _LACKING


def _is_number(table: ResultTable, row: int, column: str, text: str) -> bool:
    if re.fullmatch("0*[1-9][0-9]{0,8}", text) if column == "rank" else _NUMBER.fullmatch(text):
        return True
    rule, fix = "不是数", "照印本填写阿拉伯数字，不写单位和千位分隔号"
    if column == "rank":
        rule, fix = "名次应为从1起的整数", "并列的各写同一个数，如6、6；不参加排名的，删去这一行"
    elif column == "total" and plain(text) in _LACKING:
        rule, fix = "没有印出总分，却有名次", "补上总分；不参加排名的，删去这一行"
    elif column in table.components:
        fix += "；不是各项得分的列删去"
    table.refuse(rule, fix, row, column, text)
    return False


def _even_out(table: ResultTable) -> None:
    """Write the numbers of a column with equally many decimals: spreadsheets drop zeros at the end."""
    for column in [*table.components, "total", "bonus", "deduction"]:
        cells = [row.cells[column] for row in table.rows if row.cells.get(column, LACKING) != LACKING]
        decimals = max((len(cell.partition(".")[2]) for cell in cells), default=0)
        for row in table.rows:
            if row.cells.get(column, LACKING) != LACKING:
                row.cells[column] = f"{Decimal(row.cells[column]):.{decimals}f}"


def printed_range(text: str) -> tuple[Fraction, Fraction]:
    """Return the ends of what is printed so when rounded.

    Examples
    --------
    >>> [float(end) for end in printed_range("71.0")]
    [70.95, 71.05]
    """
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    return Fraction(text) - half, Fraction(text) + half


def names_of(rows: Sequence[ResultRow]) -> Iterator[str]:
    """Name rows as messages do."""
    yield from (f"{row.name}（第{row.row}行）" for row in rows)


def tell_columns(table: ResultTable) -> str:
    """Say what every column was read as."""
    read = [f"{WORDS['columns'][role][0]}“{head}”" for role, head in table.heads.items() if role in WORDS["columns"]]
    return f"{'、'.join(read)}；各项得分：{'、'.join(table.components)}"
