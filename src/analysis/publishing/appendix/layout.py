"""How tall a figure and how wide the columns of a table are, and whether a table needs the sheet turned."""

from __future__ import annotations

import unicodedata

from analysis.figures.tables import Table
from analysis.publishing.appendix.contents import TEXT_WIDTH

TALLEST = 195
"""Millimetres a figure may take, so that its caption and note stay on its page."""
LONGEST_UNBROKEN = 20
"""Rows up to which a table stays on one page."""
LANDSCAPE_WIDTH = 297 - 37 - 35
"""Millimetres: the margins turn with the sheet."""
_CHARACTER, _PADDING = 3.2, 4.2
"""Millimetres a Chinese character of 9 points takes, and the sides of a cell."""
_LONGEST, _SHORTEST = 34, 2
"""Characters of a column after which its text wraps, and before which it is not made narrower."""


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
