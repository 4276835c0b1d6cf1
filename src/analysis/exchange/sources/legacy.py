"""The text of a .doc or .wps (Word 97) as its reader sees it; see `docx`, of which it is the older form."""

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from analysis.exchange.sources.binary import Binary, Character
from analysis.exchange.sources.fields import Fields
from analysis.exchange.sources.parts import (
    BETWEEN_CELLS,
    Part,
    Source,
    check_length,
    join,
    row_of,
    tell_left_out,
    within_margins,
)
from analysis.exchange.sources.styles import is_white
from analysis.texts import FileError

_OF_CHARACTERS = 2 << 10
"""What is added to the number of a property of characters; the others are written as they stand in the file."""
_DELETED, _INSERTED = _OF_CHARACTERS, _OF_CHARACTERS + 1
_SYMBOL, _PLACE, _SIZE, _COLOUR, _NAMED_COLOUR = 0x6A09, 0x2A48, 0x4A43, 0x6870, 0x2A42
_TOGGLES = {0x083C: "隐藏的", 0x0837: "有删除线的", 0x2A53: "有删除线的"}
_IN_TABLE, _ENDS_ROW, _NUMBERED, _TABLE = 0x2416, 0x2417, 0x460B, 0xD608
_STANDS_IN = (0x8411, 0x8460, 0x4457)
"""How far the first line of a paragraph stands in: as Word 97 says it, as later ones do, and in characters."""
_NOT_NUMBERED = {0, 0xF801}
_WHITE, _SMALLEST, _SHOWN = 8, 8, 20
_PARAGRAPH, _CELL = "\r", "\x07"
_SHOWN_AS = {"\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xa0": " ", "\t": "\t"}
_PICTURES, _MIDDLE = {"\x01", "\x08"}, "\N{REPLACEMENT CHARACTER}"
_ON = {1, 0x81}
_NEAR = 30
"""Twips by which edges of the same column differ at most."""


def read_legacy(content: bytes) -> Source:
    """Read a document of Word 97 to 2003, or of WPS.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If it is of another kind, locked, damaged, or has raised digits.
    """
    document = Binary(content)
    reader = _Reader(document)
    body = list(reader.read(document.story("text")))
    known = {part.text for part in body}
    margins = {
        Part(place, part.text): None
        for place, characters in document.headers()
        for part in reader.read(characters)
        if part.text not in known
    }
    beside = {"footnote": "脚注", "endnote": "尾注", "box": "文本框", "header box": "页眉里的文本框"}
    others = [Part(place, part.text) for story, place in beside.items() for part in reader.read(document.story(story))]
    return join(within_margins([*body, *others], margins), reader.tell())


class _Reader:
    """Goes through stories of a document, and keeps what is to be told of them all."""

    def __init__(self, document: Binary) -> None:
        self._document = document
        self._left_out: dict[str, str] = {}
        self._is_revised = self._is_numbered = self._has_signs = False
        self._pictures = 0
        self._look = lru_cache(maxsize=10_000)(self._look_of)
        self._about = lru_cache(maxsize=10_000)(document.each)

    def tell(self) -> Iterator[str]:
        """Say what was doubtful or left out."""
        if self._is_revised:
            yield "有没接受也没拒绝的修订，按全部接受来读（插入的算，删除的不算），请先定稿或对照原文核对"
        for why, text in self._left_out.items():
            yield from tell_left_out(f"{why}文字", [text])
        if self._has_signs:
            yield f"有符号字体的符号，读不出是什么（写作“{_MIDDLE}”），请对照原文核对"
        if self._is_numbered:
            yield "没有读自动编号，请对照原文核对；用 Word 或 WPS 另存为 .docx 再读，编号也能读出"
        if self._pictures:
            yield f"有{self._pictures}处图片或图形，里面的文字没有读，请对照原文核对"

    def _look_of(self, properties: bytes) -> tuple[str, bool]:
        """Say why characters of these looks are not seen, or not for what they are, and whether they are only signs."""
        said = self._document.each(properties)
        self._is_revised |= bool(said.get(_INSERTED, b"\0")[0])
        if said.get(_DELETED, b"\0")[0]:
            self._is_revised = True
            return "删除的", False
        return self._find_fault(said), _SYMBOL in said

    def _find_fault(self, said: dict[int, bytes]) -> str:
        for name, fault in _TOGGLES.items():
            if said.get(name, b"\0")[0] in _ON:
                return fault
        if _SIZE in said and struct.unpack("<H", said[_SIZE])[0] < _SMALLEST:
            return "太小的"
        colour = said.get(_COLOUR, b"\0\0\0\xff")
        if (is_white(colour[:3].hex()) and not colour[3]) or said.get(_NAMED_COLOUR, b"\0")[0] == _WHITE:
            return "白色的"
        return "上标或下标" if said.get(_PLACE, b"\0")[0] in {1, 2} else ""

    def read(self, characters: Sequence[Character]) -> Iterator[Part]:
        """Read a story, paragraph by paragraph, and tables row by row."""
        paragraphs = tables = 0
        rows, cells, lines = list[_Row](), list[str](), list[str]()
        for text, mark in [*self._paragraphs(characters), ("", Character(_PARAGRAPH, -1))]:
            about = self._about(self._document.paragraphs.at(mark.at))
            number = struct.unpack("<H", about.get(_NUMBERED, b"\0\0"))[0]
            self._is_numbered |= number not in _NOT_NUMBERED and bool(text.strip())
            if about.get(_ENDS_ROW, b"\0")[0]:
                rows.append(_row(cells, about))
                cells, lines = [], []
            elif mark.text == _CELL:
                cells.append("\n".join(line for line in (*lines, text) if line.strip()))
                lines = []
            elif about.get(_IN_TABLE, b"\0")[0]:
                lines.append(text)
            else:
                tables += bool(rows)
                yield from _write_table(f"表{tables}", rows)
                stands_in = any(struct.unpack("<h", about.get(name, b"\0\0"))[0] > 0 for name in _STANDS_IN)
                for loose in (*cells, *lines, text):  # cells of no row
                    if loose.strip():
                        paragraphs += 1
                        before = "\u3000\u3000" if stands_in and loose is text else ""
                        yield Part(f"第{paragraphs}段", before + loose.strip(BETWEEN_CELLS))
                rows, cells, lines = [], [], []

    def _paragraphs(self, characters: Sequence[Character]) -> Iterator[tuple[str, Character]]:
        """Go through paragraphs and cells, each with the mark at its end."""
        fields, text = Fields(), list[str]()
        for character in characters:
            sign = self._read(character, fields)
            if sign in {_PARAGRAPH, _CELL}:
                yield "".join(text), Character(sign, character.at)
                text = []
            else:
                text.append(sign)
        if "".join(text).strip():
            yield "".join(text), characters[-1]

    def _read(self, character: Character, fields: Fields) -> str:
        """Return what a reader sees of a character; "" if nothing."""
        sign = character.text
        fault, is_sign = self._look(self._document.looks.at(character.at))
        if fault == "删除的":
            return _CELL if sign == _CELL else ""
        if sign in {"\x13", "\x14", "\x15"}:
            {"\x13": fields.begin, "\x14": fields.separate, "\x15": fields.end}[sign]()
            return ""
        if not fields.is_seen:
            fields.instruct(sign)
            return ""
        if sign in {_PARAGRAPH, _CELL}:
            return sign
        self._has_signs |= is_sign
        shown = _MIDDLE if is_sign else _SHOWN_AS.get(sign, sign if sign >= " " else "")
        self._pictures += sign in _PICTURES
        if fault == "上标或下标" and shown.isdigit():
            raise FileError(f"里有一个“{shown}”是{fault}，不知道算不算数", "改成普通的文字；不要的删去")
        if fault and fault != "上标或下标" and shown.strip():
            self._left_out[fault] = (self._left_out.get(fault, "") + shown)[:_SHOWN]
            return ""
        return shown


class _Row(NamedTuple):
    """A row: its cells, where each begins and the last one ends, and which go on with the one before or above."""

    cells: list[str]
    edges: tuple[int, ...]
    across: list[bool]
    down: list[bool]


def _row(cells: list[str], about: dict[int, bytes]) -> _Row:
    table = about.get(_TABLE, b"")
    count = table[2] if len(table) > 2 else 0
    looks = 3 + 2 * (count + 1)
    if count != len(cells) or len(table) < looks:
        return _Row(cells, (), [False] * len(cells), [False] * len(cells))
    flags = [
        struct.unpack_from("<H", table, at)[0] if at + 2 <= len(table) else 0
        for at in range(looks, looks + 20 * count, 20)
    ]
    edges = struct.unpack_from(f"<{count + 1}h", table, 3)
    return _Row(cells, edges, [flag & 3 == 1 for flag in flags], [flag >> 5 & 3 == 1 for flag in flags])


def _write_table(name: str, rows: Sequence[_Row]) -> Iterator[Part]:
    """Write rows; a cell stands in each column that begins within it, one that goes on says what is above."""
    columns = _columns(rows)
    above: dict[int, str] = {}
    for count, row in enumerate(rows, 1):
        cells = list[str]()
        for place, text in enumerate(row.cells):
            said = cells[-1] if row.across[place] and cells else text
            left, right = row.edges[place : place + 2] if row.edges else (0, 0)
            said = above.get(left, said) if row.down[place] else said
            spanned = [each for each in columns if left - _NEAR <= each < right - _NEAR]
            above.update(dict.fromkeys([left, *spanned], said))
            cells += [said] * max(len(spanned), 1)
        check_length(sum(map(len, cells)))
        if any(map(str.strip, cells)):
            yield Part(f"{name}第{count}行", row_of(cells))


def _columns(rows: Sequence[_Row]) -> list[int]:
    """Say where the columns of a table begin; edges that are nearly the same are."""
    columns = list[int]()
    for edge in sorted({edge for row in rows for edge in row.edges[:-1]}):
        if not columns or edge - columns[-1] > _NEAR:
            columns.append(edge)
    return columns
