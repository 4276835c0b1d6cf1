"""The text of a circular, freed of layout: lines that go on joined, rows of tables known, every character traced back."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from analysis.exchange.circulars.language import SUFFIXES
from analysis.exchange.circulars.numerals import NUMERAL, read_count
from analysis.texts import ORDINARY

_PLAIN = ORDINARY | str.maketrans("０１２３４５６７８９％．():;,[]［］＋", "0123456789%.（）：；，〔〕〔〕+")
_PAGE_NUMBER = re.compile(
    r"[ \t　]*(?:[-—–－]+[ \t　]*\d+[ \t　]*[-—–－]+|第\s*\d+\s*页(?:[，,/ ]*共\s*\d+\s*页)?)[ \t　]*"
)
_MARKS = (
    rf"(?:(?P<number>{NUMERAL})、)",
    rf"(?:[（(](?P<number>{NUMERAL})[）)])",
    r"(?:(?P<number>\d{1,2})[.．、](?!\d))",
    r"(?:[（(](?P<number>\d{1,2})[）)])",
)
_MARKS_ANYWHERE = tuple(re.compile(rf"(?<![^\n。；：])[ \t　]*({mark})") for mark in _MARKS)
"""Headings of four levels, 一、（一）1.（1）, at the start of a line or after a full stop."""
_MARK = re.compile(f"^(?:{'|'.join(mark.replace('?P<number>', '?:') for mark in _MARKS)})")
_BEGINS_ANEW = re.compile(
    rf"[ \t　]*(?:{'|'.join(mark.replace('?P<number>', '?:') for mark in _MARKS)}|[①-⑳●■◆]|附件|第[一二三四五]|20\d\d年\d|[^：，。、]{{1,14}}[：:])"
)
_ADDRESS = re.compile("各.*：$")
"""Whom a circular is sent to."""
_GOES_ON, _GOES_BEFORE = "，、（(《“〔—的和及与对在为等约于是被由将从", "，。、；：）)》”％%"
_SEPARATED = re.compile(r"[ \u3000]*[\t|｜]+[ \u3000]*|[ \u3000]{2,}")
_LONGEST_HEADING, _LONGEST_CELL, _SHORT_LINE = 40, 60, 20
_NAMED_LINE = re.compile(
    rf"(?!(?:县|市|区|乡|镇|街道|、)+$)[一-鿿（）]{{2,28}}(?:{SUFFIXES})[。；，、]?(?:[ \t　]*[\d.]+分?)?$"
)
UNNUMBERED = 9
"""The level of a heading without a number."""


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
        for match, level, section in _find_headings(self.original):
            start, end = match.span(1)
            if level < 0:  # numbers before names
                characters[start:end] = [""] * (end - start)
                continue
            characters[start:end] = ["\n", *[""] * (end - start - 1)]
            self._headings.append((start, level, section))
        for start, end, between in _lay_out(self.original):
            characters[start:end] = [between, *[""] * (end - start - 1)]
        kept = [
            "" if each and each not in "\n\t\v" and (each.isspace() or not each.isprintable()) else each
            for each in characters
        ]
        positions = [index for index, character in enumerate(kept) if character]
        object.__setattr__(self, "positions", positions)
        object.__setattr__(self, "clean", "".join(kept).translate(_PLAIN))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of `clean` stands in `original`."""
        return self.positions[start], self.positions[end - 1] + 1

    def section(self, position: int) -> str:
        """Name the section that a position of `clean` is in."""
        return self.segment(position).section

    def segment(self, position: int) -> Segment:
        """Return the segment that a position of `clean` is in."""
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
            cells = _cells(start, line)
            if mark:
                level, section = mark
                heading = re.split("[：。\t]", line)[0]
                above = [each for each in above if each[0] < level]
                above.append((level, heading.strip() if len(heading) <= _LONGEST_HEADING else ""))
            elif (
                not cells
                and _is_heading(line)
                and not (section == "引言" and _ADDRESS.search(line))
                and not _is_named(line)
                and place + 1 < len(lines)
            ):
                above = [each for each in above if each[0] < UNNUMBERED] + [(UNNUMBERED, line)]
            yield Segment(start, end, section, tuple(above), cells)


def _cells(start: int, line: str) -> tuple[tuple[int, int], ...]:
    if "\t" not in line:
        return ()
    ends = [*(found.start() for found in re.finditer("\t", line)), len(line)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple((start + first, start + last) for first, last in zip(starts, ends, strict=True))


def _is_heading(line: str) -> bool:
    """Say whether a line without a number stands over those that follow: it is short and no sentence."""
    return len(line) <= _LONGEST_HEADING and not re.search(
        r"[，。；、：\t]|号$|日$|\d分|%|以上", re.sub("（[^）]*）|：$", "", line)
    )


def _is_named(line: str) -> bool:
    """Say whether a line is the name of a unit, not of a group of them."""
    return re.search(f"(?:{SUFFIXES})$", line) is not None and not re.search(r"^各|、|各部门|部门$|^\d+[个家]", line)


def _find_headings(original: str) -> list[tuple[re.Match[str], int, str]]:
    """Number the headings, each with its level and section; one that does not continue its count is part of a sentence."""
    found = sorted(
        ((match, level) for level, mark in enumerate(_MARKS_ANYWHERE) for match in mark.finditer(original)),
        key=lambda each: each[0].start(1),
    )
    counts, names = [0] * len(_MARKS), [""] * len(_MARKS)
    headings = []
    for mark, level in found:
        number = read_count(mark["number"])
        line = re.split("[；。\n]", original[mark.end(1) : mark.end(1) + 2 * _LONGEST_HEADING], maxsplit=1)[0].strip()
        if level > 1 and _NAMED_LINE.fullmatch(line) and not re.search("各|部门|、|（市", line):
            headings.append((mark, -1, ""))
            continue
        if number == counts[level] + 1 and not _is_row(original, mark.start(1)):
            counts[level:] = [number, *[0] * (len(_MARKS) - level - 1)]
            written = (mark["number"], f"（{mark['number']}）", str(number), f"（{number}）")[level]
            names[level:] = [written, *[""] * (len(_MARKS) - level - 1)]
            headings.append((mark, level, "".join(names)))
    return headings


def _is_row(original: str, position: int) -> bool:
    end = original.find("\n", position)
    return "\t" in original[position : end if end >= 0 else len(original)]


def _lay_out(original: str) -> Iterator[tuple[int, int, str]]:
    """Say what stands between lines and cells: a line break, a tab, or nothing where a line goes on."""
    lines, ends = [], []
    for found in re.finditer(r"[^\n\r\x0c]+", original):
        if not found[0].strip():
            continue
        if _PAGE_NUMBER.fullmatch(found[0]):
            yield (*found.span(), "")
        else:
            lines.append(found)
    cells = [_SEPARATED.split(line[0].strip(" |｜\u3000")) for line in lines]
    spaced = [re.split(r"[ \u3000]+", line[0].strip()) for line in lines]
    for place, (line, parts, loose) in enumerate(zip(lines, cells, spaced, strict=True)):
        names = next((each for each in (parts, loose) if len(each) > 1 and all(map(_is_plain_name, each))), None)
        if names and (names is parts or len(names) > 2):
            gap = _SEPARATED if names is parts else re.compile(r"[ \u3000]+")
            inner = line[0].strip()
            first = line.start() + line[0].index(inner)
            yield from ((first + each.start(), first + each.end(), "、") for each in gap.finditer(inner))
            ends.append(True)
            continue
        by = _SEPARATED if _is_in_table(cells, place, 2) else None
        if by is None and _is_in_table(spaced, place, 3 if len(loose) > 2 else 4):
            by = re.compile(r"[ \u3000]+")
        if by is not None and (len(parts) > 1 or len(loose) > 1):
            text = line[0]
            inner = text.strip(" |｜\u3000")
            first = line.start() + text.index(inner)
            if first > line.start():
                yield line.start(), first, ""
            for gap in by.finditer(inner):
                yield first + gap.start(), first + gap.end(), "\t"
            if first + len(inner) < line.end():
                yield first + len(inner), line.end(), ""
            ends.append(True)
        else:
            ends.append(False)
    for place, (line, after) in enumerate(pairwise(lines)):
        goes_on = not (ends[place] or ends[place + 1]) and _goes_on(line[0], after[0])
        yield line.end(), after.start(), "" if goes_on else "\n"


def _is_plain_name(cell: str) -> bool:
    return re.fullmatch(f"[一-鿿 \u3000]{{2,40}}(?:{SUFFIXES})", cell) is not None


def _is_in_table(rows: list[list[str]], place: int, least: int) -> bool:
    """Say whether a line is a row: lines beside it have as many cells, and none is a sentence."""

    def is_row(other: int) -> bool:
        if not 0 <= other < len(rows) or not 2 <= len(rows[other]) == len(rows[place]):
            return False
        return not any(re.search("[。；]|，.*，", cell) or len(cell) > _LONGEST_CELL * 8 for cell in rows[other])

    if not is_row(place):
        return False
    first = last = place
    while is_row(first - 1) and place - first < least:
        first -= 1
    while is_row(last + 1) and last - place < least:
        last += 1
    return last - first + 1 >= least


def _goes_on(line: str, after: str) -> bool:
    """Say whether a line goes on in the next: it was broken for want of room, not to begin anew."""
    before, behind = line.strip(), after.strip()
    if re.search(r"\d\.$", before) and behind[0].isdigit():
        return True
    if before[-1] in "。；！？：:;." or _BEGINS_ANEW.match(behind):
        return False
    if before[-1] in _GOES_ON or behind[0] in _GOES_BEFORE:
        return True
    if after.startswith(("　　", "    ")):
        return False
    if before[-1].isdigit() and re.match(r"[\d.％%分个名家项年月]", behind):
        return not (before.isdigit() and behind.isdigit())
    is_short = len(behind) <= _SHORT_LINE and not re.search("[，。、；]", behind)
    if is_short and re.search(f"[一-鿿]{{2}}(?:{SUFFIXES})$", before):
        return False
    return re.search("[，、：:；]", _MARK.sub("", before)) is not None
