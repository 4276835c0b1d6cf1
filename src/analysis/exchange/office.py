"""What every file for office software has in common: text stays text, and the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pandas as pd


def open_book(buffer: io.BytesIO, year: int) -> Any:
    """Begin a workbook in which no text from data becomes a formula, a link or a number.

    Parameters
    ----------
    buffer : BytesIO
        Takes the .xlsx file once the workbook is closed.
    year : int
        Dates it, instead of the clock.

    Returns
    -------
    xlsxwriter.Workbook
    """
    import xlsxwriter  # not for those who write CSV

    options = dict.fromkeys(["strings_to_formulas", "strings_to_urls", "strings_to_numbers"], False)
    book = xlsxwriter.Workbook(buffer, {**options, "in_memory": True})
    book.set_properties({"created": last_day(year)})
    return book


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


_RISKY = ("=", "+", "-", "@", "\t", "\r")
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
    others = frame.select_dtypes(exclude="number")
    quoted = {name: pd.Series(map(_quote, others[name]), frame.index, dtype=object) for name in others}
    safe = frame.assign(**quoted).rename(columns=_quote)
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _quote(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell
