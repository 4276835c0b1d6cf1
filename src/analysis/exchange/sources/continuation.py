"""Ruled tables that go on on the next page: rows and merged cells that a page cuts in two are put together again."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from analysis.exchange.sources.grid import Cell, Table, write_row

_SAME = 0.02
"""What a column's place may differ by between two pages, as a share of the table's width."""


def continue_tables(pages: Sequence[list[str]], tables: Sequence[Sequence[Table]]) -> Iterator[str]:
    r"""Put tables together again that go on on the next page.

    Parameters
    ----------
    pages : sequence of list of str
        The lines of each, without page numbers; changed.
    tables : sequence of sequence of Table
        Those of each page, from top to bottom; changed.

    Yields
    ------
    str
        What is to be told of it.
    """
    joined, doubtful = list[str](), list[str]()
    for number, ((above, over), (below, under)) in enumerate(pairwise(zip(pages, tables, strict=True)), 2):
        if not (over and under and above and below and above[-1] == write_row(over[-1].rows[-1])):
            continue
        upper, lower = over[-1], under[0]
        lines = [write_row(row) for row in lower.rows]
        start = lines.index(below[0]) if below[0] in lines else len(lines)
        kept = len(lines) - start
        if not kept or below[:kept] != lines[start:] or not _has_same_columns(upper, lower):
            continue
        head, rows = upper.rows[0], lower.rows[start:]
        if write_row(rows[0]) == write_row(head):  # as Word repeats it
            del rows[0]
        before = [write_row(row) for row in rows]
        says = _cut(upper.rows[-1], rows[0]) if rows else False
        _fill(upper.rows[-1], rows)
        if says:
            upper.rows[-1] = [_join(one, other) for one, other in zip(upper.rows[-1], rows.pop(0), strict=True)]
            above[-1] = write_row(upper.rows[-1])
        if says is None:
            doubtful.append(str(number))
        elif says or [write_row(row) for row in rows] != before:
            joined.append(str(number))
        below[:kept] = [write_row(row) for row in rows]
        lower.rows[:] = [head, *rows]
    if joined:
        yield f"第{'、'.join(joined)}页的表接着上一页，被页边截断的行和合并的单元格是接起来读的，请对照原文核对"
    if doubtful:
        yield f"第{'、'.join(doubtful)}页表的第一行，分不清是不是上一页最后一行的后半行，没有接起来读，请对照原文核对"


def _has_same_columns(upper: Table, lower: Table) -> bool:
    """Say whether columns stand as far apart; the first may lack below where their merged cells are not drawn again."""
    lacking = len(upper.borders) - len(lower.borders)
    if lacking < 0 or not all(cell.is_merged for cell in upper.rows[-1][:lacking]):
        return False
    one, other = upper.borders[lacking:], lower.borders
    shift, width = other[0] - one[0], one[-1] - one[0]
    if any(abs(b - a - shift) > _SAME * width for a, b in zip(one, other, strict=True)):
        return False
    for row in lower.rows:
        row[:0] = [Cell("", 0, True, False)] * lacking
    lower.borders[:0] = upper.borders[:lacking]
    return True


def _cut(last: Sequence[Cell], first: Sequence[Cell]) -> bool | None:
    """Say whether a row goes on in the first of the next page; None if nobody can tell."""
    pairs = [(one, other) for one, other in zip(last, first, strict=True) if not (one.is_merged and not other.text)]
    if not all(one.may_go_on for one, other in pairs if other.text):
        return False
    return True if any(one.text and not other.text and not one.may_go_on for one, other in pairs) else None


def _fill(last: Sequence[Cell], rows: Sequence[list[Cell]]) -> None:
    """Say again what a merged cell says that goes on."""
    for column, cell in enumerate(last):
        top = rows[0][column] if rows else cell
        if top.text or not (cell.is_merged or top.is_merged):
            continue
        for row in rows:
            if row[column].first != top.first:
                break
            row[column] = cell._replace(first=top.first, is_merged=True)


def _join(one: Cell, other: Cell) -> Cell:
    return one if other.text == one.text else other._replace(text=one.text + other.text)
