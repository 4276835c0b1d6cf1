"""The text of a circular, freed of layout: lines joined, rows of tables known, every character traced back."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from opencc import OpenCC

from analysis.exchange.circulars.language import SUFFIXES
from analysis.exchange.circulars.layout import LONGEST_HEADING, find_headings, lay_out
from analysis.texts import ORDINARY

_PLAIN = ORDINARY | str.maketrans("０１２３４５６７８９％．():;,[]［］＋", "0123456789%.（）：；，〔〕〔〕+")
_ADDRESS = re.compile("各.*：$")
"""Whom a circular is sent to."""
_NO_HEADING = r"[，。；、：\t]|评为|获评|荣获|号$|日$|\d分|%|以上"
_SCORED = re.compile(r"（[\d.]+分）$|（无数据）$")
"""What may stand behind a name: its score."""
_NO_NAME = r"^各|、|各部门|部门$|^\d+[个家所户]"
"""What a line is that ends as names do, and is none."""
_BULLETS = re.compile("(?m)(?<=^)[▲●■◆★☆◇□△]+|(?<=^　　)[▲●■◆★☆◇□△]+")
DATED = re.compile(
    "[二〇○０零一三四五六七八九十\\d]{4}年[一二三四五六七八九十\\d]{1,3}月[一二三四五六七八九十\\d]{1,3}日(?:印发)?"
)
"""The date of a document, alone in its line."""
_YEAR_IN_WORDS, _ZEROS = re.compile("二[〇○零OＯ][一二三四五六七八九〇○零]{2}(?=年)"), re.compile("[○零OＯ]")
_DIGITS = "〇一二三四五六七八九"
"""二〇三一年."""
_DOUBLED = re.compile("(?<=[，、,])([，、,]+)")
"""Marks that were copied twice."""
_BETWEEN_DIGITS = re.compile(r"(?<=[\d.])[ \u3000]+(?=\d)")
_STOPS = re.compile(r"(?<=[\d一-鿿％%”][一-鿿）)％%”])\.(?=\s|[一-鿿]|$)")
"""Full stops as a PDF has them."""
_TRADITIONAL = 0.1
"""Of the characters of a text in traditional ones, those that have a simpler form, at least."""
_UNNUMBERED, _OUTERMOST = 9, -1
"""The level of a heading without a number, and that of a list's title, which stands over numbered ones."""


@dataclass(frozen=True)
class Segment:
    """A stretch of the clean text that belongs together: a heading, a paragraph, or a row of a table.

    Attributes
    ----------
    start, end : int
        In the clean text.
    section : str
        Such as 二（一）1; 引言 before the first heading.
    above : tuple of (int, str)
        The headings that it stands under, each its level and its words, the nearest last; its own included.
    cells : tuple of (int, int), optional
        Where the cells of a row stand in the clean text.
    """

    start: int
    end: int
    section: str
    above: tuple[tuple[int, str], ...] = ()
    cells: tuple[tuple[int, int], ...] = ()


def _is_seen(text: str) -> bool:
    return bool(text) and text.isprintable() and not text.isspace()


@dataclass(frozen=True)
class CircularText:
    """A circular's text, prepared for reading.

    Parameters
    ----------
    original : str
        Lines; cells of a table with tabs between, lines within a cell with vertical tabs.

    Attributes
    ----------
    clean : str
        Without white space and page numbers, digits and percent signs half-width, brackets full-width. A line break
        stands where something begins anew, also in place of a heading's number; a tab between cells.
    positions : list of int
        Where each character of `clean` stands in `original`.
    """

    original: str
    clean: str = field(init=False)
    positions: list[int] = field(init=False)
    _headings: list[tuple[int, int, str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        characters = list(self.original)
        for match, level, section in find_headings(self.original):
            start, end = match.span(1)
            if level < 0:  # numbers before names
                characters[start:end] = [""] * (end - start)
                continue
            characters[start:end] = ["\n", *[""] * (end - start - 1)]
            self._headings.append((start, level, section))
        for start, end, between in lay_out(self.original):
            if start < end:
                characters[start:end] = [between, *[""] * (end - start - 1)]
        for year in _YEAR_IN_WORDS.finditer(self.original):
            characters[year.start() : year.end()] = [str(_DIGITS.index(_ZEROS.sub("〇", each))) for each in year[0]]
        for again in _DOUBLED.finditer(self.original):
            characters[again.start(1) : again.end(1)] = [""] * len(again[1])
        kept = ["" if each not in {"\n", "\t", "\v"} and not _is_seen(each) else each for each in characters]
        for gap in _BETWEEN_DIGITS.finditer(self.original):  # two numbers, or one pulled apart
            if all(kept[place] == "" for place in range(*gap.span())) and " " in gap[0].replace("\u3000", " "):
                kept[gap.start()] = " "
        for stop in _STOPS.finditer(self.original):
            kept[stop.start()] = "。"
        for bullet in _BULLETS.finditer(self.original):
            kept[slice(*bullet.span())] = [""] * len(bullet[0])
        positions = [index for index, character in enumerate(kept) if character]
        object.__setattr__(self, "positions", positions)
        object.__setattr__(self, "clean", _simplify("".join(kept).translate(_PLAIN)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of `clean` stands in `original`."""
        if start == end:
            place = self.positions[start] if start < len(self.positions) else len(self.original)
            return place, place
        return self.positions[start], self.positions[end - 1] + 1

    def section(self, position: int) -> str:
        """Name the section that a position of `clean` is in."""
        return self.segment(position).section

    def segment(self, position: int) -> Segment:
        """Return the segment that a position of `clean` is in."""
        if not self.segments:
            return Segment(0, 0, "引言")
        return self.segments[max(bisect_right(self.segments, position, key=lambda each: each.start) - 1, 0)]

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments, in order."""
        return list(self._divide())

    def _divide(self) -> Iterator[Segment]:
        above: list[tuple[int, str]] = []
        section = "引言"
        numbered = {start: (level, name) for start, level, name in self._headings}
        lines = [found.span() for found in re.finditer(r"[^\n]+", self.clean)]
        for place, (start, end) in enumerate(lines):
            mark = numbered.get(self.positions[start - 1]) if start else None
            line = self.clean[start:end]
            if DATED.fullmatch(line):  # what follows is annexed
                above = []
            cells = _cells(start, line)
            own = []
            if mark:
                level, section = mark
                heading = re.split("[：。\t]", line)[0]
                words = heading if len(heading) <= LONGEST_HEADING else ""
                above = [each for each in above if each[0] < level]
                if len(line) - len(heading) > 1 and not line.startswith(heading + "。"):  # an item, not a heading
                    own = [(level, words)]
                else:
                    above.append((level, words))
            elif not cells and place + 1 < len(lines) and _heads(line, section):
                level = _UNNUMBERED - line.endswith("名单")  # which stands over groups
                if level < _UNNUMBERED and all(each[0] >= level for each in above):
                    level = _OUTERMOST
                above = [each for each in above if each[0] < level] + [(level, line)]
            yield Segment(start, end, section, (*above, *own), cells)


def _simplify(text: str) -> str:
    """Write a text in traditional characters in simplified ones; in simplified text 乾 and its like are names."""
    simple = _converter().convert(text)
    changed = sum(a != b for a, b in zip(text, simple, strict=False))
    return simple if len(simple) == len(text) and changed > _TRADITIONAL * len(text) else text


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _cells(start: int, line: str) -> tuple[tuple[int, int], ...]:
    if "\t" not in line:
        return ()
    ends = [*(found.start() for found in re.finditer("\t", line)), len(line)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple((start + first, start + last) for first, last in zip(starts, ends, strict=True))


def _heads(line: str, section: str) -> bool:
    """Say whether a line without a number stands over those that follow: short, no sentence, no unit's name."""
    if len(line) > LONGEST_HEADING or (section == "引言" and _ADDRESS.search(line)):
        return False
    is_name = re.search(f"(?:{SUFFIXES})$", _SCORED.sub("", line)) and not re.search(_NO_NAME, line)
    return not is_name and not re.search(_NO_HEADING, re.sub("（[^）]*）|：$", "", line))
