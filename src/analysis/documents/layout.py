"""How tall a figure and how wide the columns of a table are, and whether a table needs the sheet turned."""

from __future__ import annotations

import unicodedata

from analysis.documents.contents import TEXT_WIDTH
from analysis.exhibits.chart import Chart
from analysis.exhibits.table import Table

TALLEST = 195
"""Millimetres a figure may take, so that its caption and note stay on its page."""
LONGEST_UNBROKEN = 20
"""Rows up to which a table stays on one page."""
LANDSCAPE_WIDTH = 297 - 37 - 35
"""Millimetres: the margins turn with the sheet."""
_LINES_HIGH, _AXES_HIGH, _BAR_HIGH = 80.0, 32.0, 6.5
"""Millimetres of a line chart; of what stands around bars; of a bar."""
_CHARACTER, _PADDING = 3.2, 4.2
"""Millimetres a Chinese character of 9 points takes, and the sides of a cell."""
_LONGEST, _SHORTEST = 34, 2
"""Characters of a column after which its text wraps, and before which it is not made narrower."""


def figure_size(chart: Chart) -> tuple[float, float]:
    """Return how wide and how high a figure stands, the same in Word and in PDF, so that pages break alike.

    Parameters
    ----------
    chart : Chart

    Returns
    -------
    width, height : float
        Millimetres. What office software draws itself has room for its axes and its legend.
    """
    wide, high = chart.figure.get_size_inches()
    shape = high / wide
    if chart.data.kind == "picture":
        width = min(TEXT_WIDTH, TALLEST / shape)
        return width, width * shape
    needed = _LINES_HIGH if chart.data.kind == "line" else _AXES_HIGH + _BAR_HIGH * len(chart.data.frame)
    return TEXT_WIDTH, min(TALLEST, max(TEXT_WIDTH * shape, needed))


def is_wide(table: Table) -> bool:
    """Say whether a table would have to wrap what should stand in one line on an upright sheet.

    Parameters
    ----------
    table : Table

    Returns
    -------
    bool
    """
    return sum(_natural_widths(table)) > TEXT_WIDTH


def column_widths(table: Table, width: float) -> list[float]:
    """Share a width out among the columns of a table by what they hold.

    Parameters
    ----------
    table : Table
    width : float
        Millimetres.

    Returns
    -------
    list of float
    """
    natural = _natural_widths(table)
    return [each * width / sum(natural) for each in natural]


def _natural_widths(table: Table) -> list[float]:
    widths = []
    for name in table.cells.columns:
        longest = max([_length(str(name)), *map(_length, table.cells[name].astype(str))])
        widths.append(_PADDING + _CHARACTER * min(max(longest, _SHORTEST), _LONGEST))
    return widths


def _length(text: str) -> float:
    """Count Chinese characters; others are about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.55 for each in text)
