"""Points of blocks that are told together and make a hundred: 日常考勤（20分）、业务办理（50分）."""

import re
from decimal import Decimal

from analysis.exchange.circulars.numerals import NUMBER, NUMERAL
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.whose import Subject

_ITEM = (
    r"(?P<name>[一-鿿“”]{2,16}?)"
    rf"(?:（占?(?P<bracket>{NUMBER})(?P<sign>[分%])）|占?(?P<bare>{NUMBER})(?P<sign2>[分%])(?:的?(?:权重|比重|比例))?)"
)
_ITEMS = re.compile(_ITEM)
_SERIES = re.compile(
    rf"{re.sub('[?]P<[a-z0-9]+>', '?:', _ITEM)}(?:(?:、|，|和|及)+(?:其中)?{re.sub('[?]P<[a-z0-9]+>', '?:', _ITEM)})+"
)
_LEAD = re.compile(
    "^(?:.*(?:包括|其中|分为|采用|采取|由|含|按照?|根据|依照|及|与|、|：)|经(?!济)|和)(?=[一-鿿“]{2})|(?:满分|分值|权重|占比|占总[一-鿿]{0,4}的)$"
)
_TAIL = re.compile("(?:部分|方面|占)$")
"""What a name of a block says besides."""
_TOGETHER = re.compile(
    rf"(?P<names>[一-鿿“”、]{{4,80}}?)(?:等?{NUMERAL}?个?(?:部分|方面|大项|板块|项|类)(?:指标|内容)?(?:组成|构成)?|组成|构成)?"
    rf"(?:，|的)?(?:权重|分值|占比|比重)(?:分别|依次)(?:为|是|占)(?P<numbers>{NUMBER}[分%]?(?:(?:、|，|和|及)+{NUMBER}[分%]){{1,9}})"
)
"""Blocks, and behind them their points in the same order."""
_WHOLES = {Decimal(100), Decimal(1000)}


def read_points(reading: Reading) -> None:
    """Take the points of blocks: several in one sentence that make a hundred, or a thousand."""
    for segment in reading.prose():
        for series in _SERIES.finditer(reading.clean, segment.start, segment.end):
            items = list(_ITEMS.finditer(reading.clean, *series.span()))
            numbers = [item["bracket"] or item["bare"] for item in items]
            signs = {item["sign"] or item["sign2"] for item in items}
            if sum(map(Decimal, numbers)) not in _WHOLES or len(signs) > 1:
                continue
            for item, number in zip(items, numbers, strict=True):
                place = item.start("bracket") if item["bracket"] else item.start("bare")
                name = _TAIL.sub("", _LEAD.sub("", item["name"]).strip("“”"))
                sign = "%" if signs == {"%"} else ""
                span = (place, place + len(number) + len(sign))
                reading.figure("component_points", number + sign, span, **reading.identify(Subject(component=name)))


def read_points_together(reading: Reading) -> None:
    """Take the points of blocks that are named first: 甲、乙、丙三部分，权重分别为15%、25%、60%."""
    told = re.compile("(?:权重|分值|占比|比重)(?:分别|依次)")
    spans = [(each.start, each.end) for each in reading.prose() if told.search(reading.clean, each.start, each.end)]
    for found in (each for span in spans for each in _TOGETHER.finditer(reading.clean, *span)):
        numbers = list(re.compile(f"{NUMBER}%?").finditer(reading.clean, *found.span("numbers")))
        names = found["names"].split("、")
        if len(names) == len(numbers) - 1:
            names[-1:] = re.split("[和及与]", names[-1], maxsplit=1)
        if len(names) != len(numbers) or sum(Decimal(each[0].rstrip("%")) for each in numbers) not in _WHOLES:
            continue
        for name, number in zip([_LEAD.sub("", names[0]), *names[1:]], numbers, strict=True):
            block = re.sub("(?:得分|部分)$", "", name.strip("“”"))
            reading.figure("component_points", number[0], number.span(), **reading.identify(Subject(component=block)))
