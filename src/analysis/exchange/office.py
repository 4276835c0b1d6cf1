"""What every file for office software has in common: text stays text, and the same content gives the same bytes."""

import codecs
import html
import io
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from analysis.periods import AnyYear, last_day
from analysis.problems import WorkbookError
from analysis.texts import LONGEST_NAME, count_ems


def open_book(buffer: io.BytesIO, year: AnyYear) -> Any:
    """Begin a workbook in which no text from data becomes a formula, a link or a number.

    Parameters
    ----------
    buffer : BytesIO
        Takes the .xlsx file once the workbook is closed.
    year : AnyYear
        Dates it, instead of the clock.

    Returns
    -------
    xlsxwriter.Workbook
    """
    import xlsxwriter  # not for those who write CSV
    from xlsxwriter.sharedstrings import SharedStringTable

    class Texts(SharedStringTable):  # type: ignore[misc]
        """The texts of a workbook, each of which stays one."""

        string_array: list[str]

        def _sort_string_data(self) -> None:
            super()._sort_string_data()
            self.string_array = [_as_run(text) if _ODD.search(text) else text for text in self.string_array]

    options = dict.fromkeys(["strings_to_formulas", "strings_to_urls", "strings_to_numbers"], False)
    book = xlsxwriter.Workbook(buffer, {**options, "in_memory": True})
    book.str_table = Texts()
    book.set_properties({"created": last_day(year)})
    return book


_ESCAPE = "x[0-9A-Fa-f]{4}_"
_ODD = re.compile(rf"^<r>.*</r>$|_{_ESCAPE}{_ESCAPE}", re.DOTALL)
"""Texts that XlsxWriter puts into the file as they are, as if they were made of runs, or does not escape in full."""


def escape(text: str) -> str:
    """Write a text so that office programs show it as it is: `_x0041_` stands for an A.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> escape("_x0041_")
    '_x005F_x0041_'
    """
    return re.sub(f"_(?={_ESCAPE})", "_x005F_", text)


def _as_run(text: str) -> str:
    """Write a text as one run, its underscores so that nothing more is done about them."""
    return f'<r><t xml:space="preserve">{html.escape(escape(text)).replace("_", "&#95;")}</t></r>'


def wide_enough(least: float, names: Iterable[object]) -> float:
    """Return the width of a column, at least so many characters, in which no name is cut; longer texts are none.

    Examples
    --------
    >>> wide_enough(14, ["市司法局", 88.5]), wide_enough(14, ["国家税务总局示例市税务局", "长" * 900])
    (14, 26.0)
    """
    ems = [count_ems(name) for name in names if isinstance(name, str) and len(name) <= LONGEST_NAME]
    return max([least, *(2 * each + 2 for each in ems)])


def sheet_title(name: str) -> str:
    """Return a name as Excel allows it for a sheet, with nothing in it that stands for another character there.

    Examples
    --------
    >>> sheet_title("甲/乙"), sheet_title("_x0041_"), sheet_title("[x0041]")
    ('甲_乙', '-x0041_', '-x0041_')
    """
    return re.sub(f"_(?={_ESCAPE})", "-", re.sub(r"[\[\]:*?/\\']", "_", name))[:31]


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
_SEPARATING = re.compile('[",\r\n]')
"""A cell that has one of these in it stands in quotes."""
_AT_ONCE = 1_000
"""Rows put together at a time: many more would not stay in the processor's cache."""


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
    columns = [_write_cells(frame[name]) for name in frame]
    written = [codecs.BOM_UTF8, _write_rows([list(map(_write_cell, frame))])]
    for start in range(0, len(frame), _AT_ONCE):
        written.append(_write_rows(zip(*(cells[start : start + _AT_ONCE] for cells in columns), strict=True)))
    return b"".join(written)


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Write a frame as Parquet, for programs: numbers and texts just as they are.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    bytes

    Raises
    ------
    WorkbookError
        If pyarrow is not installed.
    """
    try:
        return frame.to_parquet(index=False)
    except ImportError as error:
        raise WorkbookError(
            "没有安装 pyarrow，不能存成 .parquet。请在工作簿文件夹里运行 python tasks.py setup-all。"
        ) from error


def _write_rows(rows: Iterable[Iterable[str]]) -> bytes:
    return "\r\n".join([*map(",".join, rows), ""]).encode("utf-8")


def _write_cells(column: pd.Series) -> list[str]:
    """Write the cells of a column, a value that comes again only once: of a nation's scores most do."""
    if column.dtype == object:  # where 1 and True are told apart
        return ["" if missing else _write_cell(cell) for cell, missing in zip(column, column.isna(), strict=True)]
    codes, values = pd.factorize(column, use_na_sentinel=False)
    write = str if is_numeric_dtype(column) else _write_cell  # nothing in a number needs to be protected
    written = np.array([*map(write, values.tolist())], dtype=object)
    written[pd.isna(values)] = ""
    return list(written[codes])


def _write_cell(cell: object) -> str:
    text = f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else str(cell)
    return '"' + text.replace('"', '""') + '"' if _SEPARATING.search(text) else text
