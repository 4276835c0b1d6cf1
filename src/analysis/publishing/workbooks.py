"""What every workbook we write has in common: text stays text, and the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
from typing import Any

PLAIN_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
"""Options of XlsxWriter: no text from data becomes a formula, a link or a number."""


def stamp(book: Any, year: int) -> None:
    """Date a workbook by what it is about instead of by the clock.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    year : int
    """
    book.set_properties({"created": last_day(year)})


def last_day(year: int) -> dt.datetime:
    """Return the end of a year: the date that documents about it carry, so that they are the same each time.

    Parameters
    ----------
    year : int

    Returns
    -------
    datetime
    """
    return dt.datetime(year, 12, 31)
