"""Tables of a page that are known by their rules: each text stands in every row and column that its cell spans."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from analysis.exchange.sources.layout import Placed, part_numbers, write_lines
from analysis.exchange.sources.parts import row_of

_NEAR, _SHORTEST = 2.0, 4.0
"""Points by which ends of rules that meet are apart at most, and that a rule is long at least."""
_COVERED = 0.8
"""The share of the border between two cells that has to be ruled."""
_MARGINS = 1.7
"""What a line of a cell may lack of its width, in the size of its characters, to have been broken for want of room."""
_MOST_RULES = 4_000


class Rule(NamedTuple):
    """A line that is drawn: where it stands (below the top, or from the left), and from where to where it goes."""

    is_across: bool
    at: float
    start: float
    end: float


def rule_between(x: float, y: float, to_x: float, to_y: float) -> Rule | None:
    """Return the rule between two points; None if it is slanted or very short."""
    if abs(y - to_y) < 1 and abs(x - to_x) >= _SHORTEST:
        return Rule(True, (y + to_y) / 2, min(x, to_x), max(x, to_x))
    if abs(x - to_x) < 1 and abs(y - to_y) >= _SHORTEST:
        return Rule(False, (x + to_x) / 2, min(y, to_y), max(y, to_y))
    return None


class Cell(NamedTuple):
    """A cell of a row: in which row it begins, whether it spans others, whether its last line may go on elsewhere."""

    text: str
    first: int
    is_merged: bool
    may_go_on: bool


class Table(NamedTuple):
    """A table of a page: where its columns are divided, and its rows that are not empty."""

    borders: list[float]
    rows: list[list[Cell]]


def write_tables(texts: Sequence[Placed], rules: Sequence[Rule], found: list[Table] | None = None) -> list[Placed]:
    r"""Put what stands in ruled tables into rows, each a text of its own; the rest stays, the tables are `found`.

    Examples
    --------
    >>> across = [Rule(True, y, 0, 80) for y in (0, 40)] + [Rule(True, 20, 40, 80)]
    >>> down = [Rule(False, x, 0, 40) for x in (0, 40, 80)]
    >>> cells = [Placed(5, 22, 9, 15, "优秀"), Placed(45, 12, 9, 60, "甲县"), Placed(45, 32, 9, 60, "乙县")]
    >>> [text.text for text in write_tables(cells, across + down)]
    ['优秀\t甲县', '优秀\t乙县']
    """
    left = list(texts)
    for table in _tables(rules[:_MOST_RULES]):
        xs, ys = (_places(each.at for each in table if each.is_across is across) for across in (False, True))
        cells = _cells(table, xs, ys)
        if len(set(cells.values())) < 2:
            continue
        held: dict[tuple[int, int], list[Placed]] = {}
        for text in left:
            row, column = _between(ys, text.y - text.size / 3), _between(xs, (text.x + text.end) / 2)
            if (row, column) in cells:
                held.setdefault(cells[row, column], []).append(text)
        inside = {id(text) for each in held.values() for text in each}
        left = [text for text in left if id(text) not in inside]
        widths = dict.fromkeys(cells.values(), 0.0)
        for (row, column), cell in cells.items():
            widths[cell] += (xs[column + 1] - xs[column]) if row == cell[0] else 0
        last = {cell: row for (row, _), cell in cells.items()}
        written = {cell: _write_cell(held.get(cell, []), width, cell[0], last[cell]) for cell, width in widths.items()}
        rows = list[list[Cell]]()
        for row, (top, _) in enumerate(pairwise(ys)):
            line = [written[cells[row, column]] for column in range(len(xs) - 1)]
            if any(cell.text for cell in line):
                rows.append(line)
                left.append(Placed(xs[0], top + 1, 1.0, xs[-1], write_row(line)))
        if rows and found is not None:
            found.append(Table(xs, rows))
    return left


def write_row(cells: Sequence[Cell]) -> str:
    """Write a row as a line."""
    return part_numbers(row_of([cell.text for cell in cells]))


def _tables(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Go through groups of rules that meet, of at least two rows or columns."""
    groups: list[list[Rule]] = []
    for rule in _joined(rules):
        met = [group for group in groups if any(_meet(rule, other) for other in group)]
        groups = [group for group in groups if all(group is not each for each in met)]
        groups.append([rule, *(each for group in met for each in group)])
    tables = [_closed(group) for group in groups if {each.is_across for each in group} == {True, False}]
    return iter(sorted(tables, key=lambda table: min(each.at for each in table if each.is_across)))


def _closed(table: list[Rule]) -> list[Rule]:
    """Close a table at sides that are not drawn, as where its rules down go on over the end of a page."""
    sides = list[Rule]()
    for across in (True, False):
        along = [each for each in table if each.is_across is not across]
        start, end = min(each.start for each in along), max(each.end for each in along)
        places = [each.at for each in table if each.is_across is across]
        first, last = min(each.at for each in along), max(each.at for each in along)
        sides += [Rule(across, start, first, last)] if start < min(places) - _SHORTEST else []
        sides += [Rule(across, end, first, last)] if end > max(places) + _SHORTEST else []
    return [*table, *sides]


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Make one of rules that go on where another ends, as the borders of cell after cell."""
    places = {across: _places(each.at for each in rules if each.is_across is across) for across in (False, True)}
    joined: list[Rule] = []
    at = {rule: places[rule.is_across][_between(places[rule.is_across], rule.at)] for rule in rules}
    for rule in sorted(set(rules), key=lambda each: (each.is_across, at[each], each.start)):
        last = joined[-1] if joined else None
        if last and last[:2] == (rule.is_across, at[rule]) and rule.start <= last.end + _NEAR:
            joined[-1] = last._replace(end=max(last.end, rule.end))
        else:
            joined.append(rule._replace(at=at[rule]))
    return joined


def _meet(one: Rule, other: Rule) -> bool:
    if one.is_across is other.is_across:
        return abs(one.at - other.at) < _NEAR and one.start < other.end + _NEAR and other.start < one.end + _NEAR
    return one.start - _NEAR < other.at < one.end + _NEAR and other.start - _NEAR < one.at < other.end + _NEAR


def _places(written: Iterator[float]) -> list[float]:
    """Sort places, of those that are nearly the same only the first."""
    places: list[float] = []
    for place in sorted(written):
        if not places or place - places[-1] > 2 * _NEAR:
            places.append(place)
    return places


def _between(places: Sequence[float], at: float) -> int:
    return bisect_right(places, at) - 1


def _cells(table: Sequence[Rule], xs: list[float], ys: list[float]) -> dict[tuple[int, int], tuple[int, int]]:
    """Say of each square which cell it is of: squares are of one where no rule lies between them."""
    squares = [(row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)]
    cells = {square: square for square in squares}
    for row, column in squares:
        for before, is_ruled in (
            ((row, column - 1), _covers(table, False, xs[column], ys[row], ys[row + 1])),
            ((row - 1, column), _covers(table, True, ys[row], xs[column], xs[column + 1])),
        ):
            if before in cells and not is_ruled:
                first, second = sorted((cells[before], cells[row, column]))
                cells = {square: first if cell == second else cell for square, cell in cells.items()}
    return cells


def _covers(table: Sequence[Rule], across: bool, at: float, start: float, end: float) -> bool:
    length = sum(
        max(min(end, each.end) - max(start, each.start), 0)
        for each in table
        if each.is_across is across and abs(each.at - at) <= 2 * _NEAR
    )
    return length >= _COVERED * (end - start)


def _write_cell(texts: Sequence[Placed], width: float, first: int, last: int) -> Cell:
    """Write a cell: a line that fills it was broken for want of room."""
    lines: list[list[Placed]] = []
    for text in sorted(texts, key=lambda each: each.y):
        if lines and text.y - lines[-1][0].y <= text.size / 2:
            lines[-1].append(text)
        else:
            lines.append([text])
    written, is_broken = "", False
    for line in lines:
        filled = max(each.end for each in line) - min(each.x for each in line)
        is_broken = filled + _MARGINS * line[0].size + 2 > width
        written += write_lines(line)[0] + ("" if is_broken else "\n")
    return Cell(written.strip(), first, last > first, is_broken and not written[-1:].isdigit())
