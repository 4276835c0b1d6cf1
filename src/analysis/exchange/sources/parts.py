"""The text of a file as its reader sees it, each part with the place where a reader finds it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from analysis.exchange.sources.furniture import is_furniture, is_torn
from analysis.texts import FileError, name_some

LONGEST = 100_000
"""Characters of text beyond which it is no circular."""
_INDENTED = re.compile("\u3000\u3000| {4}")
IN_CELL, BETWEEN_CELLS = "\v", "\t"
"""What stands for the end of a line within a cell, and between two cells of a row."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens and what has no width: nobody sees them, and they would cut a word or number in two."""


class Part(NamedTuple):
    """A paragraph, a row of a table, or a page.

    Attributes
    ----------
    place : str
        Such as 第3段 or 表1第2行.
    text : str
        Its lines; cells of a row are separated by tabs.
    pieces : tuple
        The elements that the text was taken from, in order, where somebody may ask for them.
    """

    place: str
    text: str
    pieces: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Source:
    r"""The text of a file.

    Attributes
    ----------
    text : str
        Lines; a table is lines of cells separated by tabs, a line break within a cell is "\v", and a merged cell stands
        in every row and column that it spans.
    places : tuple of (int, str)
        Where each part begins in the text, and how a reader finds it.
    notes : tuple of str
        What was doubtful or left out, in Chinese sentences without their full stop.
    by_ocr : bool
        The text was recognised in a picture.
    """

    text: str
    places: tuple[tuple[int, str], ...]
    notes: tuple[str, ...] = ()
    by_ocr: bool = False

    def place(self, position: int) -> str:
        """Say where a reader finds a character of the text; "" if nothing is before it."""
        found = bisect_right(self.places, position, key=lambda each: each[0])
        return self.places[found - 1][1] if found else ""


def cut_before(source: Source, words: str) -> Source:
    r"""Leave out what begins with the line in which some words stand, and note that.

    Examples
    --------
    >>> cut_before(Source("正文\n附表一", ((0, "第1段"),)), "附表")
    Source(text='正文', places=((0, '第1段'),), notes=('“附表”一行及其以后没有读',), by_ocr=False)
    """
    if (at := source.text.find(words)) < 0:
        return source
    end = max(source.text.rfind("\n", 0, at), 0)
    places = tuple(each for each in source.places if each[0] < end)
    return replace(source, text=source.text[:end], places=places, notes=(*source.notes, f"“{words}”一行及其以后没有读"))


def join(parts: Iterable[Part], notes: Iterable[str] = (), *, by_ocr: bool = False) -> Source:
    """Make one text of parts, without blank lines and furniture.

    Parameters
    ----------
    parts : iterable of Part
    notes : iterable of str
    by_ocr : bool

    Returns
    -------
    Source
        A number alone on its line, between what may be two halves of another, stands in brackets, and is told.
    """
    lines = [
        (part.place, line)
        for part in parts
        for raw in part.text.split("\n")
        if (line := _trim(_UNSEEN.sub("", _whole(raw)))).strip() and not is_furniture(line)
    ]
    texts, torn = [line for _, line in lines], list[str]()
    for index, (place, line) in enumerate(lines):
        if is_torn(*(texts[index - 1 : index + 2] if index else ())):
            texts[index] = f"〔{line.strip()}〕"
            torn.append(f"{place}的“{line.strip()}”")
    if torn:
        notes = [*notes, f"{name_some(torn)}单独一行，分不清是页码还是数，没有和前后的数字连起来读，请对照原文核对"]
    starts, at = list[tuple[int, str]](), 0
    for (place, _), text in zip(lines, texts, strict=True):
        if not starts or starts[-1][1] != place:
            starts.append((at, place))
        at += len(text) + 1
    return Source("\n".join(texts), tuple(starts), tuple(notes), by_ocr)


def _trim(line: str) -> str:
    """Take white space from both ends of a line, but for the two characters that begin a paragraph."""
    bare = line.strip(" \u3000\r\f\v")
    return ("\u3000\u3000" if _INDENTED.match(line) else "") + bare


def parts_of_pages(pages: Sequence[Sequence[str]]) -> list[Part]:
    """Make a part of every page's lines, which have no page numbers and running headers (see `strip_pages`)."""
    return [Part(f"第{number}页", "\n".join(lines)) for number, lines in enumerate(pages, 1)]


def within_margins(body: Iterable[Part], margins: Iterable[Part]) -> list[Part]:
    """Put page headers before the body, and what else stands in margins behind it."""
    tops, feet = list[Part](), list[Part]()
    for part in margins:
        (tops if part.place == "页眉" else feet).append(part)
    return [*tops, *body, *feet]


def _whole(text: str) -> str:
    """Put the halves of rare characters together, and a sign in place of half a one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if not text.isascii() else text


def check_length(length: int) -> None:
    """Refuse a text of so many characters if they are too many, as a FileError."""
    if length > LONGEST:
        raise FileError(f"超过{LONGEST}字，不像一份通报", "只留通报正文")


def row_of(cells: Sequence[str]) -> str:
    r"""Write a row of a table as a line.

    Examples
    --------
    >>> row_of(["甲县", " 90\n分", ""])
    '甲县\t90\x0b分\t'
    """
    return BETWEEN_CELLS.join(re.sub(r"[ \t]*\n+[ \t]*", IN_CELL, cell.strip().replace("\t", " ")) for cell in cells)


def tell_left_out(why: str, texts: Sequence[str]) -> Iterable[str]:
    """Say that texts were left out; nothing if there are none."""
    shown = [f"“{_shorten(text)}”" for text in dict.fromkeys(text.strip() for text in texts) if text]
    return [f"没有读{why}{name_some(shown)}，请对照原文核对"] if shown else []


_SHOWN = 20
"""Characters of a text that show which one is meant."""


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……"
