"""Texts at places on a page, put into lines: from top to bottom, each from left to right, cells apart."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from analysis.exchange.sources.parts import BETWEEN_CELLS

_CELL_APART, _APART = 1.5, 0.3
"""How far two texts of a line stand from each other, in their size, to be two cells, or two words."""
_SAME_LINE = 0.5
"""How far two texts stand above each other, in their size, to be still of one line."""


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


def write_lines(texts: Iterable[Placed]) -> list[str]:
    r"""Put texts into lines.

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
    return [_write_line(sorted(line, key=lambda each: each.x)) for line in lines]


def part_numbers(line: str) -> str:
    r"""Take a space between two digits for the border of two cells: no number has one within.

    Examples
    --------
    >>> part_numbers("甲县 90.5 3 优秀")
    '甲县 90.5\t3 优秀'
    """
    return re.sub(r"(?<=[\d%％.])[ \u3000]+(?=\d)", BETWEEN_CELLS, line)


def _write_line(line: Sequence[Placed]) -> str:
    written = line[0].text
    for before, text in pairwise(line):
        gap = (text.x - before.end) / max(text.size, before.size)
        written += BETWEEN_CELLS if gap > _CELL_APART else " " if gap > _APART else ""
        written += text.text
    return part_numbers(written)
