"""Tables checked strictly: every cell that breaks a rule becomes a Problem, told where its reader sees it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.problems import Problem
from analysis.texts import find_faults, look_of

pd.set_option("mode.string_storage", "python")
"""Small tables are quicker so, and the same whether or not pyarrow is installed."""

MOST = 1_000_000
"""No points, marks or years are larger; beyond it sums in decimals would lose digits."""

MOST_PROBLEMS = 1_000
"""Of a kind, in a table: whoever has more has the same mistake in every row."""

FRACTION = r"[0-9]{1,9}(?:\.[0-9]{1,9})?/[0-9]{0,8}[1-9][0-9]{0,8}"
"""A number that no decimal gives exactly, as a scheme states it."""
AS_FRACTION = "100/13（半角斜杠，不留空格；都大于0，分母是整数）"
"""How a fraction is to be written."""

NUMBERS = ("float64", "int64")
"""Types whose numbers are those that were written."""


@dataclass(frozen=True)
class Column:
    """What one column of a table may hold.

    Attributes
    ----------
    name : str
    number, fraction : bool
        Values are numbers (float, NaN where blank), and may be written as fractions; otherwise text.
    required, optional : bool
        A blank cell is a problem; the table may do without the column, as if its cells were blank.
    allowed : tuple of str
        The only values allowed; empty means any.
    formerly : tuple of (str, str)
        What values were called in earlier versions, and are called now: read as such, with a note.
    """

    name: str
    number: bool = False
    fraction: bool = False
    required: bool = True
    optional: bool = False
    allowed: tuple[str, ...] = ()
    formerly: tuple[tuple[str, str], ...] = ()


def read_fraction(written: str) -> float:
    """Return the number that a fraction such as 100/13 stands for."""
    top, bottom = written.split("/")
    return float(Fraction(top) / int(bottom))


@dataclass(frozen=True)
class Wording:
    """What the reader of a table calls its columns and what stands in them; by themselves, where nothing else is said.

    Attributes
    ----------
    headers : mapping of column to word
    values : mapping of column to mapping of value to word
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def columns(self, *columns: str) -> str:
        """List columns."""
        return "、".join(self.headers.get(column, column) for column in columns)

    def words(self, column: str, *values: str) -> str:
        """List values of a column."""
        known = self.values.get(column, {})
        return "、".join(known.get(value, value) for value in values)


AS_WRITTEN = Wording()
"""Identifiers stand for themselves, as in the files of the data folder."""


class Place(NamedTuple):
    """Where something stands, as its reader sees it.

    Attributes
    ----------
    file : str
        Path relative to the data folder, or name of the file that is imported.
    row : int or None
        As a spreadsheet numbers it (the header is row 1); None for the table as a whole.
    sheet : str
        Of an Excel workbook.
    headers : mapping of column to what it is called there
    """

    file: str
    row: int | None = None
    sheet: str = ""
    headers: Mapping[str, str] = MappingProxyType({})

    def at(self, row: int | None) -> Place:
        """Return the place of a row."""
        return self._replace(row=row)

    def tell(self, rule: str, fix: str, column: str = "", value: str = "", columns: Iterable[str] = ()) -> Problem:
        """Say what is wrong with a column, or several, at this place."""
        name, *others = (self.headers.get(each, each) for each in (column, *columns))
        return Problem(self.file, rule, fix, self.row, name, value, self.sheet, tuple(others))


class Table:
    """A table, checked against its columns, and all that is found wrong with it.

    Parameters
    ----------
    place : Place
        Of the table as a whole.
    columns : sequence of Column
    text : DataFrame of str (or of numbers, in columns of numbers), or None
        Has these columns; None if it is not known what the table holds: what is wrong then is told elsewhere.
    written : DataFrame, optional
        The cells as messages show them, if not as in `text`.
    wording : Wording
        The words of messages.
    problems : iterable of Problem
        Found already.

    Attributes
    ----------
    text, frame : DataFrame
        The rows, and the rows with numbers as floats; the index is the row of the file.
    problems : list of Problem
    is_read : bool
        The file is a table with the right columns, whatever is in its cells.
    """

    def __init__(
        self,
        place: Place,
        columns: Sequence[Column],
        text: pd.DataFrame | None,
        written: pd.DataFrame | None = None,
        wording: Wording = AS_WRITTEN,
        problems: Iterable[Problem] = (),
    ) -> None:
        self.place, self.wording, self.is_read = place, wording, text is not None
        self.problems = list(problems)
        names = [column.name for column in columns]
        given = pd.DataFrame(columns=names, dtype=object) if text is None else text
        self.text = given.reindex(columns=names, fill_value="").rename_axis("row")
        self.notes: list[str] = []
        for column in columns:
            self._rename_values(column)
        self.frame, self._written = self.text.copy(), self.text if written is None else written
        self._wrong, self._nonsense = dict[str, np.ndarray](), dict[str, np.ndarray]()
        self._told = Counter[tuple[str, str]]()
        if self.is_read:
            for column in columns:
                self._convert(column)
        self._nonsense = self._wrong.copy()

    def _rename_values(self, column: Column) -> None:
        cells = self.text[column.name]
        for old, new in column.formerly:
            if cells.eq(old).any():
                self.text = self.text.assign(**{column.name: cells.replace(old, new)})
                self.notes.append(f"{self.place.file} 的 {column.name} 用了旧写法 {old}，按 {new} 读")

    def place_of(self, row: Any) -> Place:
        """Return where a row of `frame` stands."""
        return self.place.at(int(row))

    def refuse(self, bad: pd.Series, column: str, rule: str, fix: str) -> None:
        """Record a problem for every row where `bad` is true, unless the cell already says nothing by itself.

        The value shown is that of `column`; `bad` is indexed like `frame`.
        """
        if not bad.any():
            return
        wrong = self.frame.index.isin(bad[bad].index)
        said = self._nonsense.get(column)
        self._blame(wrong, column)
        rows = self.frame.index[wrong if said is None else wrong & ~said]
        for row, value in as_text(self._written.loc[rows[: MOST_PROBLEMS + 1], column]).items():
            self._tell(self.place_of(row), rule, fix, column, value)

    def _blame(self, wrong: np.ndarray, column: str) -> None:
        self._wrong[column] = wrong | self._wrong.get(column, np.False_)

    def _tell(self, place: Place, rule: str, fix: str, column: str, value: str, columns: Iterable[str] = ()) -> None:
        """Record a problem; of the first too many of a kind it is said that there are more."""
        self._told[rule, column] += 1
        if self._told[rule, column] <= MOST_PROBLEMS:
            self.problems.append(place.tell(rule, fix, column, value, columns))
        elif self._told[rule, column] == MOST_PROBLEMS + 1:
            self.problems.append(place.tell(f"“{rule}”的还有更多行，没有列出", fix, column))

    def refuse_unknown(self, column: str, known: Iterable[str], rule: str, fix: str) -> None:
        """Record a problem for every row whose cell in a column is none of the known ones."""
        self.refuse(~self.frame[column].isin(known), column, rule, fix)

    def one_of(self, column: str, values: Iterable[str]) -> str:
        """Say that one of some values of a column is to be written."""
        return f"改为 {self.wording.words(column, *values)} 之一"

    def refuse_unit(self, unit: str, rule: str, fix: str, columns: Iterable[str] = ()) -> None:
        """Record a problem of all that a table says of a unit, or of some columns of it, rather than of one row."""
        self._tell(self.place, rule, fix, "unit_id", unit, columns)

    def refuse_duplicates(self, key: list[str]) -> None:
        """Record a problem for every row that repeats an earlier `key`."""
        repeated = self.frame.duplicated(key) & self.sound(*key)
        self.refuse(repeated, key[0], f"{self.wording.columns(*key)} 与前面某行重复", "删去重复的一行")

    def refuse_twins(self, column: str) -> None:
        """Record a problem for every row whose cell in a column looks like another's before, and is not the same."""
        cells = self.frame[column]
        looks = cells.drop_duplicates().map(look_of)
        twins = cells.loc[looks[looks.duplicated()].index]
        rule = "与前面某行看起来一样，只是全角、半角或空格不同"
        self.refuse(cells.isin(twins) & self.sound(column), column, rule, "改成一样的写法，或换一个")

    def sound(self, *columns: str) -> pd.Series:
        """Say of every row whether nothing has been found wrong with its cells in some columns."""
        wrong = [self._wrong[column] for column in columns if column in self._wrong]
        return pd.Series(~np.logical_or.reduce(wrong) if wrong else True, index=self.frame.index)

    def _convert(self, column: Column) -> None:
        name, cells = column.name, self.text[column.name]
        is_read = cells.dtype in NUMBERS
        if not is_read:
            faults = find_faults(cells.tolist())
            if faults:
                faulty = cells.isin(faults).to_numpy(dtype=bool)
                self._blame(faulty, name)
                for row, text in cells[faulty].head(MOST_PROBLEMS + 1).items():
                    self._tell(self.place_of(row), *faults[text], name, text[:20])
        blank = cells.isna() if is_read else cells.eq("")
        if column.required:
            self.refuse(blank, name, "不能为空", "填上值")
        if column.allowed:
            self.refuse_unknown(name, ["", *column.allowed], "不在允许的取值内", self.one_of(name, column.allowed))
        if column.number:
            if column.fraction and not is_read:
                cells = cells.map(lambda text: str(read_fraction(text)) if re.fullmatch(FRACTION, text) else text)
            numbers = (cells if is_read else pd.to_numeric(cells.where(~blank), errors="coerce")).astype(float)
            huge = numbers.abs().gt(MOST)
            large = as_text(cells[huge])
            words = large.index[~large.str.contains("[0-9]")]  # "inf" is a number to pandas
            wordy = numbers.isna() | numbers.index.isin(words)
            fractions = f"；分数写作{AS_FRACTION}" if column.fraction else ""
            self.refuse(~blank & wordy, name, "不是数", f"填写阿拉伯数字，不带单位{fractions}")
            self.refuse(huge & ~wordy, name, f"大得不合常理（最多{MOST}）", "核对这个数")
            self.frame[name] = numbers.mask(huge)


def as_text(cells: pd.Series) -> pd.Series:
    """Write cells as a CSV file has them."""
    return cells.astype(str).fillna("")
