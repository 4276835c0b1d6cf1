"""Points of blocks that are told together and make a hundred: 日常考勤（20分）、业务办理（50分）."""

import re
from decimal import Decimal

from analysis.exchange.circulars.numerals import NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.whose import Subject

_ITEM = (
    r"(?P<name>[一-鿿“”]{2,16}?)"
    rf"(?:（占?(?P<bracket>{NUMBER})(?P<sign>[分%])）|占?(?P<bare>{NUMBER})(?P<sign2>[分%])(?:的?[权比]重)?)"
)
_ITEMS = re.compile(_ITEM)
_SERIES = re.compile(
    rf"{re.sub('[?]P<[a-z0-9]+>', '?:', _ITEM)}(?:(?:、|，|和|及)+(?:其中)?{re.sub('[?]P<[a-z0-9]+>', '?:', _ITEM)})+"
)
_LEAD = re.compile(
    "^(?:.*(?:包括|其中|分为|采用|采取|由|含|按照?|根据|依照|及|与|、|：)|经(?!济)|和)(?=[一-鿿“]{2})|(?:满分|分值|权重|占比)$"
)
_RESPECTIVE = re.compile(
    r"(?P<names>[一-鿿]{2,16}(?:(?:、|和|及)[一-鿿]{2,16}?){1,6}?)(?:[二三四五六七]?个?(?:部分|方面|大项|指标)?(?:组成|构成)?)"
    rf"，?(?:权重|占比|分值|比重)?(?:依次|分别)(?:为|占|是)(?P<numbers>{NUMBER}[分%](?:(?:、|，|和|及)+{NUMBER}[分%]){{1,6}})"
)
"""由制度建设、行政执法两部分组成，权重分别为40%、60%."""
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
                name = _LEAD.sub("", item["name"]).strip("“”")
                sign = "%" if signs == {"%"} else ""
                span = (place, place + len(number) + len(sign))
                reading.figure("component_points", number + sign, span, **reading.identify(Subject(component=name)))


def read_respective_points(reading: Reading) -> None:
    """Take the points of blocks that are told in the order of their names, and make a hundred."""
    for segment in reading.prose():
        for found in _RESPECTIVE.finditer(reading.clean, segment.start, segment.end):
            numbers = list(re.compile(rf"({NUMBER})(%?)").finditer(reading.clean, *found.span("numbers")))
            names = [_LEAD.sub("", name) for name in re.split("[、和及]", found["names"])]
            if len(names) == len(numbers) and sum(Decimal(number[1]) for number in numbers) in _WHOLES:
                for name, number in zip(names, numbers, strict=True):
                    known = reading.identify(Subject(component=name))
                    reading.figure("component_points", number[0], number.span(), **known)
