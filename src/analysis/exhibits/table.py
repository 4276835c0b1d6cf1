"""Tables for readers: Chinese headers, numbers rounded once, everything from data shown as text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from math import ceil
from typing import Self
from zlib import crc32

import pandas as pd
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from analysis.exhibits.folded import fold
from analysis.exhibits.palette import VARIABLES
from analysis.texts import count_ems
from analysis.words import HEADS, Format

_UNIT = HEADS["name"][0]
_SHORT = 16
"""Characters that fit on one line of a table cell."""
_ITEMS = frozenset({"单位", "指标", "考核主体", "核对事项", "表"})
"""Heads of rows that each stand for themselves: other rows belong in their order, or add up to the last."""
_MANY = 8
"""Items from which it helps to sort and search: a page lets readers do so (templates/tables.js)."""
_UNBROKEN, _WIDEST_HEAD = 3, 7
"""Characters up to which a header stands in one line, and of a line of it: one of up to twice as many takes two."""

Bar = Sequence[tuple[float, str]]
"""Parts of a bar from the left, each as a share of the longest that there may be, with its colour."""

HTML = Environment(loader=PackageLoader("analysis.exhibits"), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    key : str
        Of the frame.
    header : str
        What readers call it.
    format : Format or None
        How its numbers are written; None for text.
    right : bool
        Text that stands to the right, as numbers do.
    bars : str
        The column of the frame that holds a `Bar` for each row, drawn on pages beside the number; "" for none.
    """

    key: str
    header: str
    format: Format | None = None
    right: bool = False
    bars: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether it is set to the right."""
        return self.right or self.format is not None

    def write(self, values: pd.Series) -> pd.Series:
        """Write the values of the column for readers."""
        if self.format is not None:
            return values.map(self.format).astype(str)  # no values have no type of their own
        return values.astype(object).where(values.notna(), "—").astype(str)


Columns = Sequence[str | Column]
"""Columns of a table; a key alone is called and written as the vocabulary has it (`words.HEADS`)."""


@dataclass(frozen=True)
class Table:
    """A finished table: which columns of a frame are shown, and how.

    Attributes
    ----------
    frame : DataFrame
        Numbers as they are, unrounded.
    columns : tuple of Column
    caption, note : str
    head : str
        The header of the column that names the row; where it is that of units, rows are known by the frame's unit_id.
    kinds : tuple of str
        The kind of each row (a CSS class); empty where rows are all alike.
    filters : dict of kind to label
        Buttons that show the rows of one kind only; they work without scripts.
    styles, hints : DataFrame of str or None
        Of the cells of some columns, by key: what they look like (CSS), and what is told where a reader points at them;
        "" for neither.
    lines : dict of int to str
        Over which rows, counted from 0, a line is drawn on pages, and what stands on it.
    anchors : tuple of str
        What links of a page lead to each row by; empty where none do.
    folded : str
        What a page says in the place of the table until a reader opens it; "" for a table that is open.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    caption: str
    note: str
    head: str
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    styles: pd.DataFrame | None = None
    hints: pd.DataFrame | None = None
    lines: Mapping[int, str] = field(default_factory=dict)
    anchors: tuple[str, ...] = ()
    folded: str = ""

    @cached_property
    def cells(self) -> pd.DataFrame:
        """What readers see, as text; column names are the headers."""
        return pd.DataFrame({each.header: each.write(self.frame[each.key]) for each in self.columns})

    @cached_property
    def values(self) -> pd.DataFrame:
        """The same with numbers as they are; a period is none."""
        numbers = {each.header: self.frame[each.key] for each in self.columns if each.format}
        written = {header: column.map(lambda value: isinstance(value, str)) for header, column in numbers.items()}
        return self.cells.assign(**{name: own.mask(written[name], self.cells[name]) for name, own in numbers.items()})

    def retold(self, retell: Callable[[str], str]) -> Self:
        """Return the table with its caption, note and headers in other words."""
        columns = tuple(replace(each, header=retell(each.header)) for each in self.columns)
        caption, note, head, folded = map(retell, (self.caption, self.note, self.head, self.folded))
        return replace(self, columns=columns, caption=caption, note=note, head=head, folded=folded)

    @property
    def numeric(self) -> frozenset[str]:
        """Headers of right-aligned columns."""
        return frozenset(each.header for each in self.columns if each.is_numeric)

    @property
    def names_units(self) -> bool:
        """Whether every row is headed by a unit, so that a page can link it to the unit's profile."""
        return self.head == _UNIT and "unit_id" in self.frame

    @property
    def units(self) -> list[str]:
        """The unit_id that each row is about, or "", so that a page can find it; empty where rows are not of units."""
        if "unit_id" not in self.frame:
            return []
        ids = list(self.frame["unit_id"].fillna(""))
        return ids if self.names_units or len(set(ids)) > 1 else []

    def _repr_html_(self) -> str:
        nothing, looks = [""] * len(self.cells), zip(*map(self._dress, self.columns), strict=True)
        rows = zip(self.kinds or nothing, self.units or nothing, self.cells.to_numpy(), looks, strict=True)
        shown = HTML.get_template("table.html.j2").render(
            table=self,
            looks={each.header: self._look(each) for each in self.columns},
            wide={each.header: _widen(each.header) for each in self.columns},
            rows=list(rows),
            sortable=len(nothing) >= _MANY and self.head in _ITEMS,
            id=f"table-{crc32(self.caption.encode()):08x}",
        )
        return fold(self.folded, shown) if self.folded else shown

    def _dress(self, column: Column) -> list[Markup]:
        """Write what the tag of each cell of a column has besides its class."""
        own = {"style": self.styles, "title": self.hints}
        told = {name: frame[column.key] for name, frame in own.items() if frame is not None and column.key in frame}
        if column.bars:
            told["style"] = "--bar: " + self.frame[column.bars].map(_write_bar)
        written = [[Markup(f' {name}="{{}}"').format(text) if text else "" for text in told[name]] for name in told]
        return [Markup("").join(each) for each in zip(*written, strict=True)] or [Markup()] * len(self.frame)

    def _look(self, column: Column) -> str:
        """Name the column's class: the head of the row, numbers, short texts that need not break, or long ones."""
        is_short = self.cells[column.header].str.len().max() <= _SHORT
        if column.header == self.head:
            return "head" if is_short else "head long"
        number = "number bar" if column.bars else "number"
        return number if column.is_numeric else "short" if is_short else "long"


def _widen(header: str) -> int:
    """Say how many characters wide a header of two lines is; one of up to three is never broken."""
    ems = count_ems(header)
    return ceil(ems) if ems <= _UNBROKEN else min(ceil(ems / 2), _WIDEST_HEAD)


def _write_bar(bar: Bar) -> str:
    """Write the parts of a bar as the stops of a CSS gradient, one behind the other."""
    ends = accumulate(share for share, _ in bar)
    return ", ".join(f"{VARIABLES[colour]} 0 {end:.1%}" for end, (_, colour) in zip(ends, bar, strict=True))


def make_table(
    frame: pd.DataFrame,
    columns: Columns,
    caption: str,
    note: str = "",
    head: str = "",
) -> Table:
    """Choose the columns of a frame that are shown.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of str or Column
    caption, note : str
    head : str
        The header of the column that names the row; by default that of units, or else the first.

    Returns
    -------
    Table

    Examples
    --------
    >>> table = make_table(pd.DataFrame({"name": ["甲局"], "total": [89.745]}), ["name", "total"], "总分")
    >>> table.cells.to_dict("records")
    [{'单位': '甲局', '总分': '89.75'}]
    """
    shown = tuple(each if isinstance(each, Column) else Column(each, *HEADS[each]) for each in columns)
    names = [each.header for each in shown]
    head = head or (_UNIT if _UNIT in names else names[0])
    return Table(frame.reset_index(drop=True), shown, caption, note, head)


def arrange(rows: pd.DataFrame, **order: Iterable[object] | None) -> pd.DataFrame:
    """Keep and sort rows in the order that readers expect.

    Parameters
    ----------
    rows : DataFrame
    **order
        By column, its values in order; rows with other values are left out. None sorts by the values themselves.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": ["b", "c", "a", "a"], "year": [1, 1, 2, 1]})
    >>> arrange(rows, group=["a", "b"], year=None).to_numpy().tolist()
    [['a', 1], ['a', 2], ['b', 1]]
    """
    ranks = {
        column: rows[column] if values is None else rows[column].map({value: rank for rank, value in enumerate(values)})
        for column, values in order.items()
    }
    return rows.loc[pd.DataFrame(ranks).dropna().sort_values(list(ranks), kind="stable").index]
