"""A row of a table, and how its cells are taken."""

import re
from typing import Any

from analysis.exchange.circulars.language import Words, load
from analysis.exchange.circulars.numerals import COUNT, NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.text import Segment

HEADS: dict[str, str] = load("words.yml")["table heads"]
"""What columns are called, without points in brackets; the last `score` is the total where no column is called so."""


class Row:
    """A row of a table, its cells as texts and where each stands; cells that are missing at its end are empty."""

    def __init__(self, reading: Reading, segment: Segment, width: int) -> None:
        missing = max(width - len(segment.cells), 0)
        self.segment, self.spans = segment, [*segment.cells, *[(segment.end, segment.end)] * missing]
        self.texts = [reading.clean[start:end] for start, end in self.spans]

    def text(self, column: int | None) -> str:
        """Return the text of a cell in one line; "" of no column."""
        return "" if column is None else self.texts[column].replace("\v", "")


def is_grade(words: Words, text: str) -> bool:
    """Say whether a cell is a grade; 优 and its like are where nothing else stands."""
    return words.pattern("<等次><档>?").fullmatch(text) is not None or text in set("优良中差好")


def take_cell(reading: Reading, row: Row, column: int, measure: str, known: dict[str, Any]) -> None:
    """Take a cell that is a bare number, a rank or a score: 第3名, 95.6分, 98.2%; a rate may be below nought."""
    start, _ = row.spans[column]
    found = re.fullmatch(rf"(?P<fall>[−-](?=\d))?(?:第|并列)*({COUNT}|{NUMBER}[%％]?)(?:分|名)?", row.texts[column])
    if found and (not found["fall"] or measure == "unit_score"):
        span = (start + found.start(2), start + found.end(2))
        reading.figure(measure, found[2].replace("％", "%"), span, fall=bool(found["fall"]), **known)
        reading.pass_over(start, span[0])
