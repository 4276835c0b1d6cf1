"""Which file is a plain table of results: by the words that its header is known by.

It is taken for one only if it says so itself: one sheet, in a row near its top one column that is called as names of
units are and one as totals are.
"""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from importlib.resources import files
from typing import Any

import yaml

from analysis.data.tables import FRACTION, MOST
from analysis.exchange.forms import form
from analysis.exchange.forms.sheets import Sheet, show

WORDS: dict[str, Any] = yaml.safe_load(files("analysis.exchange.results").joinpath("plain.yml").read_bytes())
WORTH = re.compile(r"\s*[（(]\s*([0-9]+(?:\.[0-9]+)?)\s*(分|%|points?)\s*[)）]$")
"""What a header says that its column is worth."""
NO_WORTH = f"应为大于0的数（最多{MOST}）"
_WORTH = re.compile(rf"[0-9]{{1,9}}(\.[0-9]{{1,9}})?|{FRACTION}")
"""Written out: to Python 1e999999999 is a number as well, of so many digits that it is never done with them."""
_TOP = 6
"""Rows among which the header stands: titles may be above it."""
_NEEDED = ("name", "total")
_OF_FORMS = (form.HEADERS["full_score"], form.HEADERS["indicator_id"])
_SPACES, _NOT_BETWEEN_LETTERS = re.compile(r"[\s_]+"), re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")
_YEAR = re.compile(r"^(?:19|20)[0-9]{2}(?:年度?)? ?| ?(?:19|20)[0-9]{2}(?:年度?)?$")


def plain(text: str) -> str:
    """Write a word so that capitals, full width, underscores and the spaces of Chinese make no other word of it.

    Examples
    --------
    >>> plain("Total_Score"), plain(" 甲　县 ")
    ('total score', '甲县')
    """
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_BETWEEN_LETTERS.sub("", folded)


_ROLES = {plain(word): role for role, words in WORDS["columns"].items() for word in words}


def role_of(header: str) -> str:
    """Say what a column is by its header, whatever year stands in it and whatever it is out of; "" for no role.

    Examples
    --------
    >>> role_of("2023年总分（100分）"), role_of("GDP")
    ('total', '')
    """
    return _ROLES.get(_YEAR.sub("", plain(WORTH.sub("", header))), "")


def year_of(header: str) -> str:
    """Return the year in a header; "" for none.

    Examples
    --------
    >>> year_of("Score 2019")
    '2019'
    """
    found = _YEAR.search(plain(WORTH.sub("", header)))
    return re.sub("[^0-9]", "", found[0]) if found else ""


def read_worth(written: str) -> Fraction | None:
    """Read what a component, or a total, is said to be worth; None for what no scheme may say.

    Examples
    --------
    >>> read_worth("100/3"), read_worth("0"), read_worth("1e3")
    (Fraction(100, 3), None, None)
    """
    worth = Fraction(written) if _WORTH.fullmatch(written) else Fraction(0)
    return worth if 0 < worth <= MOST else None


def find_plain(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the one sheet that is a plain table of results; None where the file is anything else.

    Parameters
    ----------
    sheets : sequence of Sheet

    Returns
    -------
    Sheet or None
    """
    tables = _list_tables(sheets)
    if len(tables) != 1 or not all(sheet.is_read for sheet in sheets):
        return None
    return tables[0] if find_header(tables[0]) else None


def _list_tables(sheets: Sequence[Sheet]) -> list[Sheet]:
    """List the sheets that may be a table: others than these hold nothing, or say where it comes from."""
    return [sheet for sheet in sheets if sheet.rows and sheet.title not in {form.SOURCE, form.GUIDE}]


def find_header(sheet: Sheet) -> int:
    """Return the row in which the columns are named; 0 for none."""
    for row, cells in list(sheet.rows.items())[:_TOP]:
        words = [show(cell) for cell in cells]
        if {*_NEEDED} <= {role_of(word) for word in words} and {*words}.isdisjoint(_OF_FORMS):
            return row
    return 0


def explain_unlike(sheets: Sequence[Sheet]) -> str:
    """Say why sheets are no plain table of results, and what one is known by.

    Parameters
    ----------
    sheets : sequence of Sheet
        All of them read, none of them what `find_plain` is after.

    Returns
    -------
    str
    """
    tables = _list_tables(sheets)
    if len(tables) != 1:
        named = f"有{len(tables)}张表（{'、'.join(sheet.title for sheet in tables)}），只能有一张"
        return named if tables else "没有内容"
    top = {row: [show(cell) for cell in cells] for row, cells in list(tables[0].rows.items())[:_TOP]}
    roles = {row: {role_of(word) for word in words} for row, words in top.items()}
    row = max(top, key=lambda each: (len(roles[each] & {*_NEEDED}), len(roles[each])))
    if missing := [role for role in _NEEDED if role not in roles[row]]:
        alone = "".join(word for words in top.values() if len(words) == 1 for word in words)
        if re.search("[;；\t]", alone):
            return "各格是用分号或制表符隔开的，请另存为逗号分隔的 CSV，或 .xlsx"
        words = WORDS["columns"]
        known = "；".join(f"“{words[role][0]}”一列（认得的写法：{'、'.join(words[role])}）" for role in missing)
        where = f"第{row}行看作列名，其中没有" if roles[row] - {""} else f"前{_TOP}行里没有找到列名，应有"
        return f"{where}{known}"
    return f"第{row}行有“{'”“'.join(each for each in _OF_FORMS if each in top[row])}”一列，按评分表读"
