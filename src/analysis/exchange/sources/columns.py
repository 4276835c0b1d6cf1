"""Rows of a table without rules: a cell is of the column that it stands in, so that an empty one keeps its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.exchange.sources.layout import Placed

_APART = 0.45
"""How far texts of a row stand from each other, in their size, to be in two columns."""
_FEWEST, _MOST_ABOVE, _LONE = 3, 3, 12
"""Rows of a table, lines above it that are none of its rows, and how wide what stands alone between rows may be."""
_NUMBER = re.compile(r"[+−-]?\d[\d.,]*[%％]?")


def align(lines: Sequence[Sequence[Placed]]) -> dict[int, list[list[Placed]]]:
    """Say what stands in each column, up to the last that is filled, of the lines that are rows."""
    cells = [_cells(line) for line in lines]
    aligned: dict[int, list[list[Placed]]] = {}
    for run in _runs(cells):
        for start in range(min(_MOST_ABOVE + 1, len(run) - _FEWEST + 1)):
            rows = [cells[place] for place in run[start:]]
            columns = _columns(rows)
            filled = [[_column(columns, cell) for cell in row] for row in rows]
            numeric = sum(any(_NUMBER.fullmatch("".join(text.text for text in cell)) for cell in row) for row in rows)
            is_table = len(columns) == max(map(len, rows)) and all(len(set(each)) == len(each) for each in filled)
            if is_table and 2 * numeric >= len(rows):
                for place, row, at in zip(run[start:], rows, filled, strict=True):
                    found = dict(zip(at, row, strict=True))
                    aligned[place] = [found.get(column, []) for column in range(at[-1] + 1)]
                break
    return aligned


def _cells(line: Sequence[Placed]) -> list[list[Placed]]:
    cells = [[line[0]]]
    for before, text in pairwise(line):
        if text.x - before.end > _APART * max(text.size, before.size):
            cells.append([])
        cells[-1].append(text)
    return cells


def _runs(cells: Sequence[Sequence[Sequence[Placed]]]) -> Iterator[list[int]]:
    """Go through the lines of several cells that follow each other, but for short ones of a single cell."""
    run = list[int]()
    for place, line in enumerate(cells):
        if len(line) > 1:
            run.append(place)
        elif line[0][-1].end - line[0][0].x > _LONE * line[0][0].size:
            yield run
            run = []
    yield run


def _columns(rows: Sequence[Sequence[Sequence[Placed]]]) -> list[tuple[float, float]]:
    """Return where columns begin and end: what of any row stands above each other is of one."""
    columns = list[tuple[float, float]]()
    for start, end in sorted((cell[0].x, cell[-1].end) for row in rows for cell in row):
        if columns and start < columns[-1][1]:
            columns[-1] = columns[-1][0], max(end, columns[-1][1])
        else:
            columns.append((start, end))
    return columns


def _column(columns: Sequence[tuple[float, float]], cell: Sequence[Placed]) -> int:
    return next(number for number, (start, end) in enumerate(columns) if start <= cell[0].x <= end)
