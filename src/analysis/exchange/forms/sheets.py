"""A sheet as an office fills it in: cells read as text or numbers, with every doubt told instead of guessed away."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from analysis.data.tables import MOST_PROBLEMS, Column, Place
from analysis.exchange.forms import form
from analysis.problems import Problem
from analysis.texts import MOST_CHARACTERS, find_fault, with_plain_digits

MERGED = "有合并的单元格，读不出每格的值"
"""Said of merged cells, their area for the value."""
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


@dataclass(frozen=True)
class Row:
    """One row of a table, and where it stands.

    Attributes
    ----------
    place : Place
    values : dict of column to text, identifiers in place of words
    written : dict of column to the cell as typed
    """

    place: Place
    values: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


class Rounded(float):
    """A number that a spreadsheet shows as another, by its format or for want of room: `shown`."""

    shown = ""


@dataclass
class Sheet:
    """One sheet as written.

    Attributes
    ----------
    file, name : str
        The file, and the sheet's name ("" for a CSV file).
    rows : dict of row number to list of cells
        Rows as Excel numbers them; a cell is a str, an int, a float, a bool, a date or None. Rows without any value are
        left out; the first is the header.
    is_read : bool
        False where nothing is known of what the sheet holds; a problem says why.
    problems : list of Problem
    notes : list of Problem
        What was read in a way worth knowing; nothing is wrong.
    """

    file: str
    name: str
    rows: dict[int, list[Any]] = field(default_factory=dict)
    is_read: bool = True
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    _told: Counter[tuple[str, str]] = field(default_factory=Counter, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The sheet's name; that of a CSV file is the file's."""
        return self.name or re.sub(r"(?i)\.csv$", "", self.file)

    @property
    def header_row(self) -> int:
        """The number of the first row that has any cells."""
        return next(iter(self.rows), 0)

    @cached_property
    def header(self) -> list[str]:
        """The cells of that row."""
        return [" ".join(show(cell).split()) for cell in self.rows.get(self.header_row, [])]

    @cached_property
    def names(self) -> dict[str, str]:
        """What the sheet calls the columns of a table, and any others."""
        return {form.COLUMNS.get(name, name): name for name in self.header if name}

    def body(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Go through the rows under the header, but for examples: their cells, by what first stands above them."""
        for row, cells in self.rows.items():
            if row != self.header_row and cells[0] != form.EXAMPLE:
                yield row, dict(reversed([*zip(self.header, cells, strict=False)]))

    def place(self, row: int | None = None, headers: Mapping[str, str] = MappingProxyType({})) -> Place:
        """Return a place of the sheet, where columns bear these headers."""
        return Place(self.file, row, self.name, headers)

    def refuse(self, rule: str, fix: str, row: int | None = None, column: str = "", value: Any = "") -> None:
        """Record what is wrong with a place of the sheet."""
        if self._may_tell(self.problems, rule, fix, row, column):
            self.problems.append(self.place(row).tell(rule, fix, column, show(value)))

    def note(self, what: str, row: int, column: str, value: str) -> None:
        """Record how a place was read."""
        fix = "不用改；不是这个意思才改"
        if self._may_tell(self.notes, what, fix, row, column):
            self.notes.append(self.place(row).tell(what, fix, column, value))

    def _may_tell(self, told: list[Problem], rule: str, fix: str, row: int | None, column: str) -> bool:
        """Say whether there is room for one more of a kind; of the first too many it is said that there are."""
        self._told[rule, column] += 1
        if self._told[rule, column] == MOST_PROBLEMS + 1:
            told.append(self.place(row).tell(f"“{rule}”的还有更多行，没有列出", fix, column))
        return self._told[rule, column] <= MOST_PROBLEMS

    def check_header(self) -> None:
        """Refuse columns that share a name, or mean the same, and values without a name above them."""
        earlier: dict[str, str] = {}
        for name in filter(None, self.header):
            column = form.COLUMNS.get(name, name)
            if same := earlier.get(column):
                rule = "有两列同名" if same == name else f"与“{same}”是同一列"
                self.refuse(rule, "删去一列", row=self.header_row, column=name, value=name)
            earlier[column] = name
        for row, cells in self.rows.items():
            if any(value is not None and not name for name, value in zip_longest(self.header, cells)):
                self.refuse("有一格的上方没有列名", "补上列名，或清空这一格", row=row)

    def read(self, row: int, column: Column, cells: Mapping[str, Any], words: form.Words) -> str:
        """Read the cell of a row in a column of a table, and put the identifier in place of the word.

        Parameters
        ----------
        row : int
        column : Column
        cells : mapping of header to cell
        words : form.Words

        Returns
        -------
        str
        """
        header = self.names.get(column.name, "")  # an optional one may be missing
        text = self.text(row, header, cells.get(header), number=column.number)
        units = words.former.get(text, ()) if column.name == "unit_id" else ()
        if len(units) > 1:
            rule = f"是 {'、'.join(units)} 几个单位都用过的名称，不知道是哪个"
            self.refuse(rule, "改写编号，或这一年的名称", row, header, text)
        elif units:
            self.note("是别的年度的名称，按沿革归到同一单位", row, header, text)
        return units[0] if units else words.identifiers.get(column.name, {}).get(text, text)

    def text(self, row: int, column: str, value: Any, *, number: bool = False) -> str:
        """Read a cell as the text that a table holds; what is no number is left to the table's check.

        Parameters
        ----------
        row : int
        column : str
            What the reader calls the column.
        value : cell
        number : bool
            The cell should hold a number; otherwise words, and a number stands for its digits.

        Returns
        -------
        str
        """
        is_date = isinstance(value, dt.date | dt.time | dt.timedelta)
        if is_date or (number and isinstance(value, bool)):
            kind = "被当成了日期" if is_date else "是逻辑值，不是数"
            fix = "把单元格格式改为“常规”再填数" if number else "把单元格格式改为“文本”再填"
            self.refuse(kind, fix, row, column, value)
            return ""
        if number and isinstance(value, float):
            digits = repr(round(float(value), 12) + 0.0).removesuffix(".0")  # without a sign of zero
            if isinstance(value, Rounded):
                self.note("显示的是舍入的数，按存的数读入", row, column, f"{digits}（显示{value.shown}）")
            return digits
        text = str(value) if isinstance(value, bool) else show(value)
        if fault := find_fault(text):
            self.refuse(*fault, row, column, text[:20])
        text = " ".join(text[:MOST_CHARACTERS].split())
        plain = with_plain_digits(text) if number else text
        if number and plain.endswith("%"):
            self.refuse("带百分号，不知道按多少算", "去掉百分号，填写分数", row, column, text)
            return ""
        if plain != text and _NUMBER.fullmatch(plain):
            self.note(f"全角数字按{plain}读入", row, column, text)
            return plain
        return text


def show(value: Any) -> str:
    """Write a cell as it was typed: 3 is no 3.0, and a blank is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
