"""Averages of an earlier year, told beside the year's own: 较2030年度的74.12分提高了10.85分."""

import re
from dataclasses import replace

from analysis.exchange.circulars.reading import NEAR, Reading

_COMPARED = (
    r"(?:与|较|比|同)(?P<year>20\d\d年度?|上年度?|去年|上一年度?)(?:度)?"
    r"(?:的|平均得?分|平均|得分)*(?P<number>\d{1,3}(?:\.\d+)?)分(?![和、及]\d)"
)
"""The average of an earlier year beside the year's own: 与2031年的86.95分相比."""
_CHANGED = r"平均(?:得分|分|成绩)?由(?P<number>\d{1,3}(?:\.\d+)?)分(?:提高|上升|增长|提升|下降|降低|降)(?:到|至)"
"""平均得分由87.50分提高到91.00分."""
_BESIDE = (
    r"(?:平均(?:得?分|成绩)?|均分)(?:为|是)?\d{1,3}(?:\.\d+)?分"
    r"（(?P<year>20\d\d年度?|上年度?|去年)(?:为)?(?P<number>\d{1,3}(?:\.\d+)?)分"
)
"""平均89.46分（上年88.97分）."""


def read_compared(reading: Reading) -> None:
    """The average of an earlier year, told beside the year's own."""
    for sentence in reading.sentences():
        text = reading.clean[sentence.start : sentence.end]
        if "平均" not in text and "均分" not in text:
            continue
        for pattern in (_COMPARED, _CHANGED, _BESIDE):
            for found in re.finditer(pattern, text):
                year = _earlier_year(reading, found, text)
                clause = max(text.rfind(mark, max(found.start() - NEAR, 0), found.start()) + 1 for mark in "，；")
                first = sentence.start + (0 if pattern is _COMPARED else clause)
                said = reading.explain(first, sentence.start + found.start())
                is_average = pattern is not _COMPARED or "平均" in text[: found.start()]
                if year is not None and is_average and not said.other and not said.component:
                    start, end = (sentence.start + each for each in found.span("number"))
                    reading.figure(
                        "average", found["number"], (start, end), **reading.identify(replace(said, year=year))
                    )


def _earlier_year(reading: Reading, found: re.Match[str], text: str) -> int | None:
    named = re.match(r"20\d\d", found.groupdict().get("year") or "") or next(
        re.finditer(r"(?<=[与较比同])20\d\d(?=年)", text[max(found.start() - NEAR, 0) : found.start()]), None
    )
    if named:
        return int(named[0])
    return reading.draft.year - 1 if isinstance(reading.draft.year, int) and "year" in found.groupdict() else None
