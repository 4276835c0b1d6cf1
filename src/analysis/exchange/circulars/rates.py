"""Several rates of one place in their order, and their ranks: 甲区“三率”分别为96.6%、81.2%，分列全市第四、第六."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.exchange.circulars.names import is_name
from analysis.exchange.circulars.numerals import COUNT, NUMBER
from analysis.exchange.circulars.own import is_clear
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.whose import Subject
from analysis.periods import AnyYear

_RATE = (
    "(?:基本|安全感)?(?:满意|知晓|参与|支持|认可|(?:按时|按期)?办结|响应|回复|签收|接通|优良|达标)[率度]|安全感(?!满)"
)
_RATES = (
    rf"(?P<rates>(?:{_RATE})(?:(?:、|和|及)(?:{_RATE})){{1,4}})(?:（(?:以下)?简称“?(?P<short>[一-鿿]{{2,6}}?)”?）)?"
)
_NUMBERS = rf"(?:均?分别|依次)(?:为|是|达到?)(?P<numbers>{NUMBER}%(?:(?:、|，|和|及){NUMBER}%){{1,4}})"
_RANKS = re.compile(
    r"，?(?:分别|依次|分)(?:位列|位居|居|列|排名|排在|排)(?:全[国省市县区州])?"
    rf"(?P<ranks>第{COUNT}[名位]?(?:(?:、|，|和|及)第?{COUNT}[名位]?){{1,4}})"
)
_WHOLE = re.compile("(?P<place>全[国省市县区州]|我[省市县区])(?:平均|总体|综合)?")
_AROUND = re.compile("^(?:其中，?|20\\d\\d年度?，?)+|(?:人民)?(?:群众|公众|居民)?的?$")
"""What stands around the place that rates are of."""


@dataclass(frozen=True)
class _Row:
    rates: list[str]
    place: str
    is_whole: bool
    year: AnyYear | None
    found: re.Match[str]


def read_rate_rows(reading: Reading) -> None:
    """Rates told in a row, by their names or by what the circular calls them together: of all, or of one unit."""
    first = ""
    for row in _find_rows(reading):
        numbers = list(re.finditer(f"{NUMBER}%", row.found["numbers"]))
        ranks = _RANKS.match(reading.clean, row.found.end())
        if len(numbers) != len(row.rates) or any(reading.taken[slice(*row.found.span("numbers"))]):
            continue
        group = row.place if row.is_whole and first and row.place != first else ""
        first = first or (row.place or "全部" if row.is_whole else "")
        known = {"unit": row.place} if not row.is_whole else {}
        for rate, number in zip(row.rates, numbers, strict=True):
            span = (row.found.start("numbers") + number.start(), row.found.start("numbers") + number.end())
            of = reading.identify(Subject(group, component=rate, year=row.year))
            reading.figure("average" if row.is_whole else "unit_score", number[0], span, **known | of)
        if ranks and not row.is_whole:
            _take_ranks(reading, row, ranks)


def _find_rows(reading: Reading) -> Iterator[_Row]:
    shorts: dict[str, list[str]] = {}
    for found in re.finditer(rf"(?:{_RATES}|“?(?P<known>[一-鿿]{{2,6}}?)”?){_NUMBERS}", reading.clean):
        if found["short"]:
            shorts[found["short"]] = _split(found["rates"])
        known = next((short for short in shorts if (found["known"] or "").endswith(short)), "")
        end = found.start() if found["rates"] else found.end("known") - len(known)
        start = max(reading.clean.rfind(mark, 0, end) + 1 for mark in "，。；：\n")
        place = _AROUND.sub("", reading.clean[start:end].rstrip("“"))
        whole = _WHOLE.fullmatch(place)
        rates = _split(found["rates"]) if found["rates"] else shorts.get(known, [])
        said = reading.explain(start, end)
        if not rates or not is_clear(reading, start):
            continue
        if whole and whole["place"].startswith("我") and _RANKS.match(reading.clean, found.end()):
            yield _Row(rates, whole["place"], False, said.year, found)  # our city among others
        elif whole or is_name(place, reading.words):
            yield _Row(rates, whole["place"] if whole else place, whole is not None, said.year, found)
        elif found["short"] or not (said.other or said.group):
            yield _Row(rates, "", True, said.year, found)


def _split(rates: str) -> list[str]:
    return re.split("[、和及]", rates)


def _take_ranks(reading: Reading, row: _Row, ranks: re.Match[str]) -> None:
    numbers = list(re.finditer(COUNT, ranks["ranks"]))
    for rate, number in zip(row.rates, numbers, strict=True) if len(numbers) == len(row.rates) else ():
        span = (ranks.start("ranks") + number.start(), ranks.start("ranks") + number.end())
        of = reading.identify(Subject(component=rate, year=row.year))
        reading.figure("unit_rank", number[0], span, unit=row.place, **of)
