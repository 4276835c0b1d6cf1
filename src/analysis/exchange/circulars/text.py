"""The text of a circular freed of layout, every character traced back to where it stood."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from analysis.exchange.circulars.language import NUMERAL, read_count
from analysis.texts import ORDINARY

_PLAIN = ORDINARY | str.maketrans("０１２３４５６７８９％．():;[]［］", "0123456789%.（）：；〔〕〔〕")
_PAGE_NUMBER = re.compile(r"^[ \t　]*[-—–－]+[ \t　]*\d+[ \t　]*[-—–－]+[ \t　]*$", re.MULTILINE)
_MARKS = tuple(
    re.compile(rf"(?<![^\n。；：])[ \t　]*({mark})")
    for mark in (
        rf"(?P<number>{NUMERAL})、",
        rf"[（(](?P<number>{NUMERAL})[）)]",
        r"(?P<number>\d{1,2})[.．、](?!\d)",
    )
)
"""Headings of the three levels: 一、 （一） 1. at the start of a line or after a full stop."""


class CircularText:
    """A circular's text, prepared for reading.

    Parameters
    ----------
    original : str

    Attributes
    ----------
    original : str
    clean : str
        Without white space and page numbers; digits and percent signs half-width, brackets full-width; a heading's
        number is replaced by a line break, the only ones there are.
    positions : list of int
        Where each character of `clean` stands in `original`.
    headings : list of (match in `original`, of which the first group is the number; section)
    """

    def __init__(self, original: str) -> None:
        self.original, self.headings = original, _headings(original)
        without_pages = _PAGE_NUMBER.sub(lambda found: " " * len(found[0]), original)
        characters = ["" if each.isspace() or not each.isprintable() else each for each in without_pages]
        for mark, _ in self.headings:
            start, end = mark.span(1)
            characters[start:end] = ["\n", *[""] * (end - start - 1)]
        self.positions = [index for index, character in enumerate(characters) if character]
        self.clean = "".join(characters).translate(_PLAIN)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of `clean` stands in `original`."""
        return self.positions[start], self.positions[end - 1] + 1

    def section(self, position: int) -> str:
        """Name the section that a position of `clean` is in, such as 二（一）1; 引言 before the first."""
        return next((section for _, section in self.above(position)), "引言")

    def above(self, position: int) -> Iterator[tuple[re.Match[str], str]]:
        """Go through the headings above a position of `clean`, the nearest first."""
        nearest = bisect_right(self.headings, self.positions[position], key=lambda heading: heading[0].start(1))
        return reversed(self.headings[:nearest])


def _headings(original: str) -> list[tuple[re.Match[str], str]]:
    """Number the headings; one that does not continue its count is part of a sentence."""
    found = sorted(
        ((match, level) for level, mark in enumerate(_MARKS) for match in mark.finditer(original)),
        key=lambda each: each[0].start(1),
    )
    counts, names = [0, 0, 0], ["", "", ""]
    headings = []
    for mark, level in found:
        number = read_count(mark["number"])
        if number == counts[level] + 1 and (level == 0 or counts[0]):
            counts[level:] = [number, 0, 0][: 3 - level]
            name = (mark["number"], f"（{mark['number']}）", str(number))[level]
            names[level:] = [name, "", ""][: 3 - level]
            headings.append((mark, "".join(names)))
    return headings
