"""Texts at places on a page, put into lines: from top to bottom, each from left to right, cells apart."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from analysis.exchange.sources.columns import align
from analysis.exchange.sources.furniture import is_furniture
from analysis.exchange.sources.parts import BETWEEN_CELLS
from analysis.texts import count_ems

_CELL_APART, _APART = 1.5, 0.22
"""How far two texts of a line stand from each other, in their size, to be two cells, or two words."""
_SAME_LINE = 0.5
"""How far two texts stand above each other, in their size, to be still of one line."""
_INDENT, _AT_MARGIN, _ROOM, _NEXT_LINE, _STRETCH, _MARGIN = (1.4, 2.7), 0.8, 4, 3, 0.6, 3
"""In the size of a line: how far one stands in that begins a paragraph, how far one may that goes on, how much room one
leaves that ends a paragraph, how far below the one before the next line stands, what spaces in it may take,
how much wider a page's right margin is."""
_UNBROKEN = re.compile(r"[（(《“〔]*(?:[A-Za-z0-9.．%％]+|.)[，。、；：）)》”％%〕]*")


class Placed(NamedTuple):
    """A text on a page.

    Attributes
    ----------
    x, y : float
        Where it begins, and how far below the top it stands.
    size : float
        How high its characters are.
    end : float
        Where it ends.
    text : str
    """

    x: float
    y: float
    size: float
    end: float
    text: str


def write_lines(texts: Iterable[Placed], width: float = 0.0) -> list[str]:
    r"""Put texts into lines.

    Parameters
    ----------
    texts : iterable of Placed
    width : float
        Of the page, of which lines that were broken for want of room are made one; without it they are left.

    Returns
    -------
    list of str

    Examples
    --------
    >>> write_lines([Placed(50, 10, 5, 70, "90.5"), Placed(0, 11, 5, 10, "甲县"), Placed(0, 30, 5, 5, "完")])
    ['甲县\t90.5', '完']
    """
    lines: list[list[Placed]] = []
    for text in sorted(texts, key=lambda each: (each.y, each.x)):
        if lines and text.y - lines[-1][0].y <= _SAME_LINE * min(text.size, lines[-1][0].size):
            lines[-1].append(text)
        else:
            lines.append([text])
    lines = [sorted(line, key=lambda each: each.x) for line in lines]
    rows = align(lines)
    written = [_write_row(rows[place]) if place in rows else _write_line(line) for place, line in enumerate(lines)]
    return _join(lines, written, width) if width and lines else written


def _join(lines: Sequence[Sequence[Placed]], texts: Sequence[str], width: float) -> list[str]:
    """Put together the texts of lines that were broken for want of room; what begins a paragraph stands in."""
    written, before = list[str](), lines[0]
    left, right = (sorted(line[0].x for line in lines)[:2][-1], sorted(line[-1].end for line in lines)[-2:][0])
    for line, text in zip(lines, texts, strict=True):
        size = max(each.size for each in line)
        stands_in, room = (line[0].x - left) / size, (right - before[-1].end) / size
        fills = abs(width - left - right) < _MARGIN * size
        goes_on = (
            fills and room < _need(text) and abs(stands_in) < _AT_MARGIN and line[0].y - before[0].y < _NEXT_LINE * size
        )
        last = written[-1] if written else BETWEEN_CELLS
        if BETWEEN_CELLS in text or is_furniture(text):
            written.append(text)
        elif goes_on and BETWEEN_CELLS not in last and not (last[-1:].isdigit() and text[:1].isdigit()):
            written[-1] += text
        else:
            begins = _INDENT[0] < stands_in < _INDENT[1] or (fills and bool(written) and room > _ROOM)
            written.append(("\u3000\u3000" if begins else "") + text)
        before = line
    return written


def _need(text: str) -> float:
    """Say how much room the first of a text takes that is never broken: a word, a number, a sign with marks behind."""
    found = _UNBROKEN.match(text.strip())
    return (count_ems(found[0]) if found else 0.0) + _STRETCH


def part_numbers(line: str) -> str:
    r"""Take a space between two digits for the border of two cells: no number has one within, and a time none before.

    Examples
    --------
    >>> part_numbers("甲县 90.5 3 优秀")
    '甲县 90.5\t3 优秀'
    """
    return re.sub(r"(?<=[\d%％.])[ \u3000]+(?=\d)(?!\d{1,2}:\d)", BETWEEN_CELLS, line)


def _write_row(cells: Sequence[Sequence[Placed]]) -> str:
    return BETWEEN_CELLS.join(_write_line(cell) if cell else "" for cell in cells)


def _write_line(line: Sequence[Placed]) -> str:
    written = line[0].text
    for before, text in pairwise(line):
        gap = (text.x - before.end) / max(text.size, before.size)
        written += BETWEEN_CELLS if gap > _CELL_APART else " " if gap > _APART else ""
        written += text.text
    return part_numbers(written)
