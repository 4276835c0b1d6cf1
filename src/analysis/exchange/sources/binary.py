"""The parts of a Word 97 document as they stand in the file: characters, how they look, what their paragraphs are."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from analysis.exchange.sources.parts import LONGEST
from analysis.texts import FileError

TOO_OLD = "是很旧的 Word 文档（Word 95 或更早）"
_IDENT, _ENCRYPTED, _OTHER_TABLE = 0xA5EC, 0x0100, 0x0200
_COUNTS, _PLACES = 0x4C, 0x9A
"""Where the lengths of the stories stand, and where those of the tables."""
_HEADERS, _CHARACTERS, _PARAGRAPHS, _PIECES = 11, 12, 13, 33
"""Numbers of tables: of headers, looks of characters, properties of paragraphs, pieces of text."""
_STORIES = ("text", "footnote", "header", "macro", "comment", "endnote", "box", "header box")
_COMPRESSED, _PAGE = 0x40000000, 512
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Bytes of what follows a property, by its kind."""
_TABLE, _HUGE, _MOST_RUNS = 0xD608, {0x6645, 0x6646}, 500_000
_SAVE_ANEW = "用 Word 或 WPS 打开，另存为 .docx"


class Character(NamedTuple):
    """A character, and where in the file it stands."""

    text: str
    at: int


class Ranges:
    """Properties of stretches of the file."""

    def __init__(self, found: list[tuple[int, int, bytes]]) -> None:
        self._found = sorted(found, key=lambda each: each[0])
        self._starts = [each[0] for each in self._found]

    def at(self, place: int) -> bytes:
        """Return the properties of a place; none if nothing is said of it."""
        found = bisect_right(self._starts, place) - 1
        return self._found[found][2] if found >= 0 and place < self._found[found][1] else b""


class Binary:
    """A Word 97 document.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    FileError
        If it is another kind of file, locked, or damaged.
    """

    def __init__(self, content: bytes) -> None:
        from legacy_doc.exceptions import LegacyDocError
        from legacy_doc.ole import OleReader
        from legacy_doc.types import ExtractionOptions

        try:
            streams = OleReader(content, options=ExtractionOptions())
            if not streams.has_stream("WordDocument"):
                raise FileError("是 Office 文件，但不是 Word 或 WPS 文字的文档", _SAVE_ANEW)
            self._main = streams.read_stream("WordDocument")
            flags = self._number("<H", self._main, 0x0A)
            if flags & _ENCRYPTED:
                raise FileError("有密码，打不开", "在 Word 或 WPS 里去掉打开密码，再另存为 .docx")
            if self._number("<H", self._main, 0) != _IDENT:
                raise FileError(TOO_OLD, _SAVE_ANEW)
            self._tables = streams.read_stream("1Table" if flags & _OTHER_TABLE else "0Table")
            self._data = streams.try_read_stream("Data") or b""
            self.looks = Ranges(list(self._read_runs(_CHARACTERS)))
            self.paragraphs = Ranges(list(self._read_runs(_PARAGRAPHS)))
            self._characters = self._read_characters()
        except (LegacyDocError, struct.error, IndexError) as error:
            raise FileError("打不开：文件已损坏，或不是 Word 97 以后的 .doc", _SAVE_ANEW) from error

    def _number(self, kind: str, stream: bytes, at: int) -> int:
        return int(struct.unpack_from(kind, stream, at)[0])

    def _table(self, number: int) -> bytes:
        at, length = struct.unpack_from("<II", self._main, _PLACES + 8 * number)
        return self._tables[at : at + length]

    def story(self, name: str) -> list[Character]:
        """Return the characters of the text, of its headers, notes or boxes."""
        counts = struct.unpack_from("<8i", self._main, _COUNTS)
        number = _STORIES.index(name)
        start = sum(counts[:number])
        return self._characters[start : start + max(counts[number], 0)]

    def headers(self) -> Iterator[tuple[str, list[Character]]]:
        """Go through page headers and footers."""
        table, characters = self._table(_HEADERS), self.story("header")
        ends = struct.unpack_from(f"<{len(table) // 4}I", table)
        for number, (start, end) in enumerate(pairwise(ends[6:])):
            yield "页眉" if number % 6 in {0, 1, 4} else "页脚", characters[start:end]

    def _read_characters(self) -> list[Character]:
        """Put the pieces of text together."""
        table, at = self._table(_PIECES), 0
        while table[at : at + 1] == b"\1":  # what fast saving has changed
            at += 3 + self._number("<H", table, at + 1)
        if table[at : at + 1] != b"\2":
            raise FileError("打不开：找不到文字", _SAVE_ANEW)
        table = table[at + 5 : at + 5 + self._number("<I", table, at + 1)]
        count = (len(table) - 4) // 12
        places = struct.unpack_from(f"<{count + 1}I", table)
        if places[-1] > 4 * LONGEST:  # with what is hidden or deleted
            raise FileError(f"超过{LONGEST}字，不像一份通报", "只留通报正文")
        characters = list[Character]()
        for index in range(count):
            start = self._number("<I", table, 4 * (count + 1) + 8 * index + 2)
            characters += self._read_piece(start, places[index + 1] - places[index])
        return characters

    def _read_piece(self, start: int, length: int) -> Iterator[Character]:
        is_short = bool(start & _COMPRESSED)
        at, width = ((start & ~_COMPRESSED) // 2, 1) if is_short else (start, 2)
        raw = self._main[at : at + width * length]
        if length < 0 or len(raw) < width * length:
            raise FileError("打不开：文件已损坏，文字不全", _SAVE_ANEW)
        for place in range(length):
            code = raw[width * place : width * (place + 1)]
            text = code.decode("cp1252", "replace") if is_short else code.decode("utf-16-le", "surrogatepass")
            yield Character(text, at + width * place)

    def _read_runs(self, number: int) -> Iterator[tuple[int, int, bytes]]:
        """Read which properties stretches of the file have, page by page of the table."""
        table, count = self._table(number), 0
        pages = (len(table) - 4) // 8
        for index in range(max(pages, 0)):
            at = (self._number("<I", table, 4 * (pages + 1) + 4 * index) & 0x3FFFFF) * _PAGE
            page = self._main[at : at + _PAGE]
            runs = page[_PAGE - 1]
            count += runs
            if count > _MOST_RUNS:
                raise FileError("格式太多，不像一份通报", _SAVE_ANEW)
            ends = struct.unpack_from(f"<{runs + 1}I", page)
            for run in range(runs):
                yield ends[run], ends[run + 1], self._properties(number, page, 4 * (runs + 1), run)

    def _properties(self, number: int, page: bytes, after: int, run: int) -> bytes:
        if number == _CHARACTERS:
            at = 2 * page[after + run]
            return page[at + 1 : at + 1 + page[at]] if at else b""
        at = 2 * page[after + 13 * run]
        if not at:
            return b""
        length = 2 * page[at] - 1 if page[at] else 2 * page[at + 1]
        at += 1 if page[at] else 2
        return page[at + 2 : at + length]  # behind the style's number

    def each(self, properties: bytes) -> dict[int, bytes]:
        """Take properties apart: what is said of each, the last word of it."""
        found, at = dict[int, bytes](), 0
        while at + 2 < len(properties):
            name = self._number("<H", properties, at)
            at += 2
            size = _SIZES.get(name >> 13)
            if size is None:
                size = self._number("<H", properties, at) + 1 if name == _TABLE else properties[at] + 1
            if name in _HUGE:
                start = self._number("<I", properties, at)
                length = self._number("<H", self._data, start) if start + 2 <= len(self._data) else 0
                found |= {} if length == 0 else _without_huge(self, self._data[start + 2 : start + 2 + length])
            else:
                found[name] = properties[at : at + size]
            at += size
        return found


def _without_huge(document: Any, properties: bytes) -> dict[int, bytes]:
    """Take properties apart that stand elsewhere, unless they, too, lead on."""
    leads_on = any(properties[:2] == struct.pack("<H", name) for name in _HUGE)
    return {} if leads_on else document.each(properties)
