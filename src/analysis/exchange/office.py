"""What every file for office software has in common: text stays text, and the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pandas as pd

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


def sheet_title(name: str) -> str:
    """Return a name as Excel allows it for a sheet."""
    return re.sub(r"[\[\]:*?/\\']", "_", name)[:31]


def set_page(sheet: Any, header_rows: int = 1, pages_wide: int = 1) -> None:
    """Let a sheet be printed on A4: upright pages would cut tables, and later pages need the header.

    Parameters
    ----------
    sheet : xlsxwriter.Worksheet
    header_rows : int
        Repeated on every page.
    pages_wide : int
        Pages beside each other that all columns have to fit on.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages_wide, 0)
    if header_rows:
        sheet.repeat_rows(0, header_rows - 1)
    sheet.set_footer("&L&A&R&P / &N")


RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins with one of these is a formula to a spreadsheet."""


def to_csv(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV that Excel and WPS read, unrounded; text that looks like a formula is quoted.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    bytes
        UTF-8 with a byte order mark.
    """
    text = frame.select_dtypes(exclude=["number", "bool"]).columns
    safe = frame.assign(**{name: frame[name].map(_harmless) for name in text})
    named = safe.rename(columns=_harmless)
    return str(named.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell
