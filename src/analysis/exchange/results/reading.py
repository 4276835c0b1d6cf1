"""A plain table of results, as circulars and indices publish them: a row a unit, its scores, its total, its rank.

It is taken for one only if it says so itself: one sheet, in a row near its top one column that is called as names of
units are and one as totals are. All other columns of numbers are components; whatever else it holds is refused.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from itertools import zip_longest
from typing import Any

import yaml

from analysis.data.unit_tables import LACKING
from analysis.exchange.forms import form
from analysis.exchange.forms.sheets import Sheet, show
from analysis.texts import with_plain_digits

WORDS: dict[str, Any] = yaml.safe_load(files("analysis.exchange.results").joinpath("plain.yml").read_bytes())
_SPACES, _NOT_BETWEEN_LETTERS = re.compile(r"[\s_]+"), re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


def plain(text: str) -> str:
    """Write a word so that capitals, full width, underscores and the spaces of Chinese make no other word of it.

    Examples
    --------
    >>> plain("Total_Score"), plain(" 甲　县 ")
    ('total score', '甲县')
    """
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_BETWEEN_LETTERS.sub("", folded)


_ROLES = {plain(word): role for role, words in WORDS["columns"].items() for word in words}
_ROWS = {plain(word): kind for kind, words in WORDS["rows"].items() for word in words}
_LACKING = {plain(word) for word in WORDS["lacking"]}
_SUMMARIES = {plain(word) for word in WORDS["summaries"]}
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}(?:年度?)? ?| ?(?:19|20)[0-9]{2}(?:年度?)?$")
_TOP = 6
"""Rows among which the header stands: titles may be above it."""
_WORTH = re.compile(r"\s*[（(]\s*([0-9]+(?:\.[0-9]+)?)\s*(分|%|points?)\s*[)）]$")
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
    """

    sheet: Sheet
    rows: list[ResultRow]
    components: list[str]
    kind: str = ""
    worth: dict[str, Fraction] = field(default_factory=dict)
    out_of: Fraction | None = None


def find_plain(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the one sheet that is a plain table of results; None where the file is anything else.

    Parameters
    ----------
    sheets : sequence of Sheet

    Returns
    -------
    Sheet or None
    """
    tables = [sheet for sheet in sheets if sheet.is_read and sheet.title not in {form.SOURCE, form.GUIDE}]
    if len(tables) != 1 or not all(sheet.is_read for sheet in sheets):
        return None
    return tables[0] if _find_header(tables[0]) else None


def _find_header(sheet: Sheet) -> int:
    """Return the row in which the columns are named; 0 for none."""
    for row, cells in list(sheet.rows.items())[:_TOP]:
        words = [plain(show(cell)) for cell in cells]
        roles = [_role_of(word) for word in words]
        if {"name", "total"} <= {*roles} and not {*words} & {form.HEADERS["full_score"], form.HEADERS["indicator_id"]}:
            return row
    return 0


def _role_of(header: str) -> str:
    """Say what a column is by its header, whatever year stands in it and whatever it is out of; "" for no role."""
    return _ROLES.get(_YEAR.sub("", plain(_WORTH.sub("", header))), "")


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
    at = _find_header(sheet)
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
    _check(table)
    _even_out(table)
    return table


def _read_header(table: ResultTable, at: int) -> list[str]:
    """Say of every column what it is: a role, or a component's name; "" for one that is not read."""
    sheet, found = table.sheet, list[str]()
    for cell in sheet.rows[at]:
        written = " ".join(show(cell).split())
        name = _WORTH.sub("", written)
        role = _role_of(written)
        column = role or name
        if worth := _WORTH.search(written):
            _set_worth(table, at, column, _SHARES.get(worth[2], "points"), worth[1])
        if column and column in found:
            sheet.refuse("有两列同名，或是同一个意思", "删去一列，或改列名", at, written, written)
        if role == "number":
            column = ""
            sheet.note("这一列没有读", at, written, written)
        elif name and not role:
            table.components.append(name)
        found.append(column)
    return found


def _set_worth(table: ResultTable, row: int, column: str, kind: str, value: str) -> None:
    if column == "total":
        table.out_of = Fraction(value)
    elif table.kind not in {"", kind}:
        table.sheet.refuse("既写了权重，又写了满分", "只留一种", row, column, value)
    else:
        table.kind = kind
        table.worth[column] = Fraction(value)


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
    if plain(show(values["name"])) in _SUMMARIES:
        sheet.note("这一行是汇总，不是单位，没有读", row, "", show(values["name"]))
        return
    name = sheet.text(row, "", values.pop("name", None))
    found = ResultRow(row, name)
    if not name:
        sheet.refuse("这一行没有单位名称", "填上名称；不是单位的行删去", row=row)
    for column, value in values.items():
        is_word = column in {"group", "grade"}
        lacks = column in table.components and plain(show(value)) in _LACKING
        text = LACKING if lacks else sheet.text(row, column, value, number=not is_word)
        if is_word:
            setattr(found, column, text)
        elif lacks or (text and _is_number(sheet, row, column, text)):
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
            if _NUMBER.fullmatch(text) and Fraction(text) > 0:
                _set_worth(table, row, column, kind, text)
            else:
                table.sheet.refuse("应为大于 0 的数", "填写阿拉伯数字", row, column, value)
    if missing := [name for name in table.components if name not in table.worth]:
        table.sheet.refuse(f"没有写明这几项：{'、'.join(missing)}", "逐项写明", row=row)


def _is_number(sheet: Sheet, row: int, column: str, text: str) -> bool:
    is_rank = column == "rank"
    if (_NUMBER.fullmatch(text) is None) or (is_rank and not text.isdigit()) or (is_rank and int(text) < 1):
        rule = "名次应为从 1 起的整数" if is_rank else "不是数"
        fix = "照印本填写阿拉伯数字" + ("；不是各项得分的列删去" if not is_rank else "")
        sheet.refuse(rule, fix, row, column, text)
        return False
    return True


def _check(table: ResultTable) -> None:
    """Refuse rows of one name, units without a total, columns without a number, and scores below 0."""
    sheet, seen = table.sheet, dict[str, int]()
    if not table.rows:
        sheet.refuse("没有任何单位", "列名下面一行一个单位")
    for row in table.rows:
        name = plain(row.name)
        if name in seen:
            sheet.refuse(f"与第 {seen[name]} 行是同一个单位", "删去一行", row.row, "", row.name)
        seen.setdefault(name, row.row)
        if "total" not in row.cells:
            sheet.refuse("没有印出总分", "补上总分；没有总分的单位删去这一行", row.row, "总分", row.name)
        for column, text in row.cells.items():
            if text.startswith("-") and column != "total":
                sheet.refuse("得分不应是负数", "照印本改正；扣分也写正数", row.row, column, text)
        if table.components and all(row.cells.get(each) == LACKING for each in table.components):
            sheet.refuse("这个单位没有任何一项得分", "补上得分，或删去这一行", row.row, "", row.name)
    for group in ("group", "grade", "rank"):
        some = [row for row in table.rows if (row.cells.get("rank") if group == "rank" else getattr(row, group))]
        if some and len(some) < len(table.rows) and group != "rank":
            first = next(row for row in table.rows if row not in some)
            sheet.refuse("这一列有的单位没有写", "补上，或删去这一列", first.row, group, first.name)
    if not table.components:
        sheet.refuse("总分以外没有各项得分的列", "补上各项得分；只有总分的，写进 published/<年度>.csv")


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
    yield from (f"{row.name}（第 {row.row} 行）" for row in rows)
