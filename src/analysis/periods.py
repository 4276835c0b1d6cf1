"""What a folder's years are: years, or periods within them (half-years, quarters) that take the place of years."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

PERIODS = {
    "H1": "上半年",
    "H2": "下半年",
    "Q1": "第一季度",
    "Q2": "第二季度",
    "Q3": "第三季度",
    "Q4": "第四季度",
}
"""Every period by its number, and what readers call it."""
_A_YEAR = {"H": 2, "Q": 4}
"""How many periods of a kind a year has."""
KINDS = {"": "年度", "H": "半年", "Q": "季度"}
"""What readers call a kind of period."""
_KEY = re.compile(r"([1-9][0-9]{3})([HQ][1-4])?")
_WRITTEN = re.compile(r"([1-9][0-9]{3}) ?年度?(?:(" + "|".join(PERIODS.values()) + "))?")


class Period(str):
    """A period within a year, such as 2021Q1: what a year is where every quarter or half-year is assessed.

    It is text, and sorts as such; among numbers it stands after its year, so that what holds from 2021 on holds from
    2021Q1 on. As from a year, a number is taken away to go back by so many.

    Examples
    --------
    >>> Period("2021Q1") - 1, Period("2020H2") - 3, Period("2021Q4") - -1
    ('2020Q4', '2019H1', '2022Q1')
    >>> 2020 < Period("2020Q1") < Period("2020Q2") < 2021
    True
    """

    __slots__ = ()

    def __sub__(self, periods: int) -> Period:
        kind, a_year = self[4], _A_YEAR[self[4]]
        year, position = divmod(int(self[:4]) * a_year + int(self[5]) - 1 - periods, a_year)
        return Period(f"{year}{kind}{position + 1}")

    def __format__(self, spec: str) -> str:
        return name_year(self) if spec == "年" else super().__format__(spec)

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)

    def __le__(self, other: Any) -> bool:
        return str(self) <= str(other)

    def __gt__(self, other: Any) -> bool:
        return str(self) > str(other)

    def __ge__(self, other: Any) -> bool:
        return str(self) >= str(other)


AnyYear = int | Period
"""What is assessed at a time: a year, or a period of one."""


def is_year(text: str) -> bool:
    """Say whether a text is a year of four digits, or a period of it, as the names of a data folder's files are."""
    found = _KEY.fullmatch(text)
    return found is not None and (found[2] is None or found[2] in PERIODS)


def read_year(text: str) -> AnyYear | None:
    """Read a year or a period as files are named, 2021 or 2021Q1, or as readers write it, 2021年第一季度; else None.

    Examples
    --------
    >>> read_year("2021"), read_year("2021H2"), read_year("2021 年第三季度"), read_year("2021Q5"), read_year("2021H3")
    (2021, '2021H2', '2021Q3', None, None)
    """
    if written := _WRITTEN.fullmatch(text):
        names = {name: period for period, name in PERIODS.items()}
        text = written[1] + (names[written[2]] if written[2] else "")
    if not is_year(text):
        return None
    return Period(text) if text[4:] else int(text)


def as_year(key: Any) -> AnyYear:
    """Return a year that was kept in a frame, where a period is mere text, as what can be counted with.

    Examples
    --------
    >>> as_year("2021Q1") - 1
    '2020Q4'
    """
    return Period(key) if isinstance(key, str) else int(key)


def following(year: AnyYear) -> AnyYear:
    """Return the year after, or the period after."""
    return year - -1


def name_document(year: AnyYear | None) -> dict[str, Any]:
    """Return the keys by which a document says of which year it is.

    Examples
    --------
    >>> name_document(2021), name_document(Period("2021Q1"))
    ({'year': 2021}, {'year': 2021, 'period': 'Q1'})
    """
    return {"year": int(year[:4]), "period": year[4:]} if isinstance(year, Period) else {"year": year}


def kind_of(year: AnyYear) -> str:
    """Name the kind of period that a year is: "" for a year, "H" for a half-year, "Q" for a quarter."""
    return year[4] if isinstance(year, str) else ""


def same_before(year: AnyYear) -> AnyYear:
    """Return the same period of the year before; of a year, the year before.

    Examples
    --------
    >>> same_before(2021), same_before(Period("2021Q1"))
    (2020, '2020Q1')
    """
    return year - _A_YEAR[year[4]] if isinstance(year, str) else year - 1


def run_of(first: AnyYear, last: AnyYear) -> list[AnyYear]:
    """List the years or periods from the first to the last, both included.

    Examples
    --------
    >>> run_of(2019, 2021), run_of(Period("2020Q3"), Period("2021Q1"))
    ([2019, 2020, 2021], ['2020Q3', '2020Q4', '2021Q1'])
    """
    run = []
    while first <= last:
        run.append(first)
        first = following(first)
    return run


def last_day(year: AnyYear) -> dt.datetime:
    """Return the end of a year or a period: the date of documents about it, the same each time.

    Examples
    --------
    >>> last_day(2021).date().isoformat(), last_day(Period("2021Q1")).date().isoformat()
    ('2021-12-31', '2021-03-31')
    """
    month = 12 * int(year[5]) // _A_YEAR[year[4]] if isinstance(year, str) else 12
    number = int(str(year)[:4])
    return dt.datetime(number, month, calendar.monthrange(number, month)[1])


def name_year(year: AnyYear) -> str:
    """Call a year what readers do.

    Examples
    --------
    >>> name_year(2021), name_year(Period("2021H1"))
    ('2021年', '2021年上半年')
    """
    return f"{year[:4]}年{PERIODS[year[4:]]}" if isinstance(year, str) else f"{year}年"


def name_assessed(year: AnyYear) -> str:
    """Call a year what readers do where it is what was assessed: 2021年度; a period 2021年第一季度."""
    return name_year(year) if isinstance(year, str) else f"{year}年度"


def short_year(year: AnyYear) -> str:
    """Call a year by its number alone, as in lists and navigation; a period in full.

    Examples
    --------
    >>> short_year(2021), short_year(Period("2021Q1"))
    ('2021', '2021年第一季度')
    """
    return name_year(year) if isinstance(year, str) else str(year)


def label_year(year: AnyYear) -> str:
    """Call a year as short as there is room on an axis: 2021年; a period in two lines."""
    return f"{year[:4]}年\n{PERIODS[year[4:]]}" if isinstance(year, str) else f"{year}年"


def place_of(year: AnyYear) -> int:
    """Return where a year stands on an axis, one from the next.

    Examples
    --------
    >>> place_of(2021), place_of(Period("2021Q1")) - place_of(Period("2020Q4"))
    (2021, 1)
    """
    return int(year[:4]) * _A_YEAR[year[4]] + int(year[5]) if isinstance(year, str) else year


_YEAR_BLANKS, _LIST_BLANKS = "year|base_year|last|marks|scheme", "years:list|missing|wrong|right"
_RETOLD = [
    (rf"\{{({_YEAR_BLANKS})\}}年度?", r"{\1:年}"),
    (r"\{base_year\}([–—])", r"{base_year:年}\1"),
    (rf"(\{{(?:{_LIST_BLANKS})\}})年度?", r"\1"),
    (r"(上一|这一|那一|另一|后一|前一|新一|哪一|每一)年度?", r"\1{one}"),
    (r"上年(?!同期)度?|去年", "上一{one}"),
    (r"历年度?", "各{kind}"),
    (r"(本|各|每|逐)年度?", r"\1{kind}"),
    (r"(当|基|报告)期?年度?", r"\1期"),
    (r"(两|二|一)个?年度?", r"\1个{kind}"),
    (r"往年", "以往"),
    (r"今年", "本{kind}"),
    (r"年(?:度|(?=数))", "{kind}"),
    (r"(\{\w*(?::\w+)?\})年", r"\1个{kind}"),
    (r"(?<!\d)(\d{1,2})年(?!第)", r"\1个{kind}"),
]
"""What is said of years, and how it is said of another kind of period."""
_ONE = KINDS | {"H": "个半年"}
"""What follows 上一, 另一: 另一半年 would be read as a half."""


def retell(text: str, kind: str) -> str:
    """Say what is said of years of another kind of period; of years as it is.

    Parameters
    ----------
    text : str
        With blanks to fill in, such as {year}, or filled in.
    kind : str
        Of `kind_of`.

    Examples
    --------
    >>> retell("{year}年{best}单位中，{units}个上年也是{best}，连续{n}年；两年单位不同", "Q")
    '{year:年}{best}单位中，{units}个上一季度也是{best}，连续{n}个季度；两个季度单位不同'
    >>> retell("缺2020Q4年度的名单", "Q"), retell("本年度", "")
    ('缺2020年第四季度的名单', '本年度')
    """
    if not kind:
        return text
    key = "[1-9][0-9]{3}[HQ][1-4]"
    text = re.sub(rf"({key})(?:年度?|(?=、{key}))", lambda found: name_year(Period(found[1])), text)
    for said, instead in _RETOLD:
        text = re.sub(said, instead.replace("{kind}", KINDS[kind]).replace("{one}", _ONE[kind]), text)
    return text
