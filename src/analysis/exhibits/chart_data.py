"""The numbers a chart shows, so that a spreadsheet or a word processor can draw it again and edit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

Kind = Literal["line", "bars", "stacked", "shares", "picture"]
POINTS, WHOLE, SHARE = "0.00", "0", "0.0%"
"""Number formats of spreadsheets: points, counts and ranks, fractions."""


@dataclass(frozen=True)
class ChartData:
    """What a chart shows, as a table.

    Attributes
    ----------
    frame : DataFrame
        Indexed by what the reader calls each row; one column a series, headed as the reader calls it; unrounded.
    kind : {"line", "bars", "stacked", "shares", "picture"}
        How office software can draw it: lines, bars side by side, bars on top of each other, the same as shares of
        100 %, or not at all.
    axis : str
        What the numbers measure, with the unit.
    number_format : str
        As spreadsheets write it.
    colours : dict of series to colour
    measure : str
        What is measured and how, where office software draws it otherwise; "" where the words of the picture will do.
    hidden : str
        A series that only lifts the others; "" for none.
    lifted : tuple of str
        What stands before each row that is lifted; "" for rows that are not.
    hatched : tuple of str
        Series drawn with stripes, so that they stay apart in grey print.
    lowest : float or None
        Where the axis of numbers begins; None leaves it to the software.
    """

    frame: pd.DataFrame
    kind: Kind
    axis: str
    number_format: str = POINTS
    colours: Mapping[str, str] = field(default_factory=dict)
    measure: str = ""
    hidden: str = ""
    lifted: tuple[str, ...] = ()
    hatched: tuple[str, ...] = ()
    lowest: float | None = None
