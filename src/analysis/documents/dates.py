"""What of a circular's dates and years cannot be right: days that there are not, years that are another's."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from analysis.exhibits.places import Span
from analysis.periods import AnyYear, last_day, name_assessed

_DATE = re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
_ALONE, _PRINTED = re.compile(r"[ \t　]*(?:\n|$)"), re.compile(r"\s*印发")
_ASSESSED = re.compile(r"(?P<year>20\d\d)\s*年度?(?=[^，。；、：《》\n]{0,16}考核)")
_EARLIEST = 31
"""Days before the end of a year from which its circular may be signed."""
_COMPARED = re.compile(r"(?:与|较|比|同|对照|上年|去年|以来|自)[^，。；\n]*$|《[^》\n]*$|[至到—~-]\s*$")
"""What stands before a year, in its clause, that is another than the one assessed."""


def check_dates(text: str, year: AnyYear, document: str) -> Iterator[tuple[Span, str]]:
    """Find dates that cannot be right.

    Parameters
    ----------
    text : str
        Of a circular.
    year : AnyYear
        The one that is assessed.
    document : str
        The circular's number.

    Yields
    ------
    span : (start, end)
    why : str
        A sentence.

    Examples
    --------
    >>> list(check_dates("2022年2月30日印发", 2021, "〔2022〕1号"))
    [((0, 10), '没有2月30日这一天。')]
    """
    number = re.search(r"〔(\d{4})〕", document)
    signed: date | None = None
    for found in _DATE.finditer(text):
        try:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            yield found.span(), f"没有{int(found['month'])}月{int(found['day'])}日这一天。"
            continue
        is_printed = bool(_PRINTED.match(text, found.end()))
        is_signed = not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip() and bool(
            _ALONE.match(text, found.end())
        )
        if not (is_printed or is_signed):
            continue
        if number and int(number[1]) != day.year:
            yield found.span(), f"与文号“{document}”的年份不一致，请核对。"
        elif day < last_day(year).date() - timedelta(days=_EARLIEST):
            yield found.span(), f"早于所考核的{name_assessed(year)}结束，请核对。"
        elif is_printed and signed is not None and day < signed:
            yield found.span(), "印发日期早于成文日期，请核对。"
        elif is_signed:
            signed = day


def find_other_years(text: str, year: AnyYear) -> Iterator[tuple[Span, str]]:
    """Find where an assessment of another year is spoken of as if it were this one.

    Parameters
    ----------
    text : str
    year : AnyYear

    Yields
    ------
    span : (start, end)
    why : str

    Examples
    --------
    >>> list(find_other_years("圆满完成了2020年度考核工作，与2020年度考核相比有进步。", 2021))
    [((5, 11), '本通报考核的是2021年度，请核对这一年度。')]
    """
    for found in _ASSESSED.finditer(text):
        clause = re.split(r"[，。；\n]", text[: found.start()])[-1]
        if int(found["year"]) != last_day(year).year and not _COMPARED.search(clause):
            yield found.span(), f"本通报考核的是{name_assessed(year)}，请核对这一年度。"
