"""Lines of names with a score in brackets, as a page prints a table: 甲县（99.70分）, 乙局、丙局（100分）."""

import re
from itertools import groupby

from analysis.exchange.circulars.language import SUFFIXES
from analysis.exchange.circulars.names import is_name, split_names
from analysis.exchange.circulars.numerals import NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject

_LINE = re.compile(
    rf"(?P<names>[^，。；：（）\n\t]{{2,80}})（(?:(?P<number>{NUMBER})分|无数据)）[。；]?$", re.MULTILINE
)
_UNIT = re.compile(f"[一-鿿]{{1,20}}(?:{SUFFIXES})")
_OF_SOMETHING_ELSE = re.compile("加分|扣分|减分|失分|指标|满分|问题")


def read_score_lines(reading: Reading) -> None:
    """Take the scores of two lines and more of one heading."""
    for above, run in groupby(reading.prose(), key=lambda each: each.above):
        lines = [found for each in run if (found := _match(reading, each)) is not None]
        is_named = any(is_name(line["names"], reading.words) for line in lines)
        if len(lines) < 2 or not is_named or any(_OF_SOMETHING_ELSE.search(line) for _, line in above):
            continue
        for line in lines:
            known = reading.identify(Subject(reading.heading(reading.text.segment(line.start())).group))
            for name in split_names(line["names"], line.start(), reading.words) if line["number"] else ():
                reading.figure("unit_total", line["number"], line.span("number"), unit=name.text, again=True, **known)
            reading.pass_over(*line.span())


def _match(reading: Reading, segment: Segment) -> re.Match[str] | None:
    found = _LINE.match(reading.clean, segment.start, segment.end)
    names = split_names(found["names"], segment.start, reading.words) if found else []
    return found if names and all(_UNIT.fullmatch(name.text) for name in names) else None
