"""What a file may be before anything is made of it: how large, in which encoding, and what an office file holds."""

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from analysis.data.opening import read_file
from analysis.data.state import mark
from analysis.texts import FileError


class Limits(NamedTuple):
    """How much is read of a file: what an office needs stays far below, a crafted file does not.

    Attributes
    ----------
    size : int
        Bytes of the file.
    unpacked : int
        Bytes of all parts of an archive.
    ratio : float
        How many times its size an archive may unpack to, if that is more than a little.
    """

    size: int
    unpacked: int
    ratio: float = math.inf


FORM, CIRCULAR = Limits(10_000_000, 25_000_000, ratio=200), Limits(20_000_000, 100_000_000)
_LITTLE, _MOST_PARTS = 1_000_000, 5_000
_MOST_ELEMENTS = 1_000_000
"""Of all parts of an archive: an element takes a library a hundred times its bytes."""
_OF_AN_ELEMENT, _DEEPEST, _LONGEST_TAG = 16, 200, 1_000_000
"""Attributes that count as one more element; elements in each other; bytes of a tag."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_STRICT = "http://purl.oclc.org/ooxml/"
_EBCDIC = bytes.fromhex("4C6FA794")
"""How XML begins that a library reads and expat does not."""
_XML, _SLOPPY = (".xml", ".rels"), (".vml", ".htm", ".html", ".svg", ".txt")
"""Ends of the names of parts that are XML, and of those that may be nearly so: no library makes objects of them."""
_NEARLY = {2, 3, 4, 5, 7, 8, 11}
"""What expat calls faults in which all libraries agree, such as tags that do not match."""
_BLOCK = 1 << 16
_ANOTHER, _SAVE_ANEW = "换一个来源可靠的文件", "在 Office 或 WPS 里打开核对，重新另存一次"
_ARCHIVE, _LEAST_HEADER = b"PK\3\4", 30
_ODD_NAME = re.compile(r"^/|\\|\0|:|(^|/)\.\.(/|$)")
"""Names of parts that no office program writes, and that lead out of a folder."""
_DAMAGE = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error,
    EOFError, LookupError, OSError, RuntimeError, ValueError, struct.error,
)  # fmt: skip
"""What a damaged part leads to."""


def read_once(path: Path, limits: Limits) -> bytes:
    """Read a file as it is at one moment, so that no part of it is of another.

    Parameters
    ----------
    path : Path
    limits : Limits

    Returns
    -------
    bytes

    Raises
    ------
    FileError
        If it is no regular file, too large, or changed while it was read.
    OSError
        If it is not there, or cannot be read.
    """
    before, content, after = mark(path), read_file(path, limits.size), mark(path)
    if before != after or len(content) != before[0]:
        raise FileError("正在改动，可能还在保存", "等它保存好，再运行一次")
    return content


class Package:
    """An office file: an archive of parts, gone through as streams of elements before a library makes objects of them.

    Parameters
    ----------
    content : bytes
    kind : str
        The extension it should deserve, such as .xlsx.
    limits : Limits

    Attributes
    ----------
    parts : list of str
        Their names.

    Raises
    ------
    FileError
        If it is too large unpacked, locked with a password, no archive, or one that programs read in different ways.
    """

    def __init__(self, content: bytes, kind: str, limits: Limits) -> None:
        if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
            raise FileError("有密码，打不开", f"在 Office 或 WPS 里去掉打开密码，再另存为 {kind}")
        if not content.startswith(_ARCHIVE):  # zipfile also takes archives behind something else
            raise _unfinished(content, kind)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (*_DAMAGE, NotImplementedError) as error:
            raise _unfinished(content, kind) from error
        entries = self._archive.infolist()
        if len(entries) > _MOST_PARTS:
            raise FileError(f"由{len(entries)}个部分组成，不合常理", _ANOTHER)
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileError("有密码，打不开", "去掉密码，再另存一次")
        unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
        if unpacked > limits.unpacked or unpacked > max(_LITTLE, limits.ratio * max(packed, 1)):
            raise FileError("解开后大得不合常理", _ANOTHER)
        _check_entries(entries)
        self.parts = sorted(entry.filename for entry in entries)

    def read(self, part: str) -> bytes:
        """Return what a part holds."""
        try:
            return self._archive.read(part)
        except (*_DAMAGE, NotImplementedError) as error:
            raise damaged() from error

    def elements(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Go through the elements of all parts.

        Yields
        ------
        part, name, attributes : str, str, dict of str
            The name is without its namespace, that of an attribute with it, if it has one; "" for an angle bracket of a
            part that is not XML: there are at most as many elements in it.

        Raises
        ------
        FileError
            If there are too many elements, a part defines entities, or is damaged.
        """
        count = 0
        for part in self.parts:
            for name, attributes in self._parse(part):
                count += 1 + len(attributes) // _OF_AN_ELEMENT
                check_count(count)
                if name.startswith(_STRICT):
                    raise FileError("是“严格 Open XML”格式，读不了", "在 Office 或 WPS 里另存为普通的格式")
                yield part, name.rpartition(" ")[2], attributes

    def _parse(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Go through the elements of a part, whatever it is called: libraries do not care for names."""
        read = _Parser(part)
        try:
            with self._archive.open(part) as stream:
                block = None
                while block != b"":
                    block = stream.read(_BLOCK)
                    yield from read.feed(block)
        except (*_DAMAGE, NotImplementedError) as error:
            raise damaged() from error


class _Parser:
    """Goes through a part block by block; one that is no XML has no elements, but there may be as many as brackets."""

    def __init__(self, part: str) -> None:
        name = part.lower()
        self._is_sloppy, self._is_xml = name.endswith(_SLOPPY), True if name.endswith(_XML) else None
        self._found: list[tuple[str, dict[str, str]]] = []
        self._fed = self._depth = 0
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.EntityDeclHandler = _refuse_definitions
        if self._is_xml:
            self._expat.StartDoctypeDeclHandler = _refuse_definitions
        self._expat.StartElementHandler, self._expat.EndElementHandler = self._start, self._end

    def feed(self, block: bytes) -> list[tuple[str, dict[str, str]]]:
        """Take the next block, the last of which is empty, and return what elements begin in it."""
        if self._is_xml is None and block:  # the first, of a part that is not called so
            if block.startswith(_EBCDIC):
                raise damaged()
            self._is_xml = block.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n").startswith(b"<")
        self._found = []
        if self._is_xml:
            try:
                self._parse(block)
            except expat.ExpatError as error:
                if not (self._is_sloppy and error.code in _NEARLY):
                    raise
                self._is_xml = False
        if not self._is_xml:
            self._found += [("", {})] * block.count(b"<")
        return self._found

    def _parse(self, block: bytes) -> None:
        self._expat.Parse(block, not block)
        self._fed += len(block)
        if self._fed - max(self._expat.CurrentByteIndex, 0) > _LONGEST_TAG:
            raise damaged()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FileError(f"里面的内容一层套一层，超过{_DEEPEST}层", "删去套在表格里的表格，或换一个来源可靠的文件")
        self._found.append((name, attributes))

    def _end(self, _: str) -> None:
        self._depth -= 1


def check_count(count: int) -> None:
    """Refuse so many elements if they are too many, as a FileError."""
    if count > _MOST_ELEMENTS:
        what = f"内容太多（超过{_MOST_ELEMENTS}个单元格、格式等）"
        raise FileError(what, "删去无关的表，清除空行、空列的格式")


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive that one program may read in one way and another in another."""
    names = [entry.filename.casefold() for entry in entries]
    if len({*names}) < len(names):
        raise FileError("里面有同名的部分，不知道哪一个算数", _SAVE_ANEW)
    if any(_ODD_NAME.search(entry.orig_filename) for entry in entries):
        raise FileError("里面各部分的名称不合规范", _SAVE_ANEW)
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise FileError("压缩的方法不是 Office 用的", _SAVE_ANEW)
    in_order = sorted(entries, key=lambda entry: entry.header_offset)
    for entry, following in pairwise(in_order):
        if entry.header_offset + _LEAST_HEADER + entry.compress_size > following.header_offset:
            raise damaged()


def _unfinished(content: bytes, kind: str) -> FileError:
    """Say why what should be an archive is none."""
    if content.startswith(_ARCHIVE) or not content.strip(b"\0"):
        rule = "打不开：文件不完整，可能还在保存、复制或同步，也可能已损坏"
        return FileError(rule, f"等它存好、同步完，再运行一次；还是这样的，在 Office 或 WPS 里重新另存为 {kind}")
    rule = f"打不开：不是 {kind} 文件（内容与扩展名不符），或已损坏"
    return FileError(rule, f"在 Office 或 WPS 里另存为 {kind}")


def damaged() -> FileError:
    """Say that a file cannot be read, for whatever reason."""
    return FileError("打不开：文件已损坏，或不是真正的 Office 文件", _SAVE_ANEW)


def _refuse_definitions(*_: object) -> None:
    raise damaged()
