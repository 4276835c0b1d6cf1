"""What a file may be before anything is made of it: how large, in which encoding, and what an office file holds."""

import io
import math
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

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

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_STRICT = "http://purl.oclc.org/ooxml/"
_BLOCK = 1 << 16
_ANOTHER = "换一个来源可靠的文件"
_DAMAGE = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error,
    EOFError, LookupError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What a damaged part leads to."""


def check_file(path: Path, limits: Limits) -> None:
    """Refuse what is no regular file, or too large, as a FileError.

    Parameters
    ----------
    path : Path
    limits : Limits
    """
    if not path.is_file():
        raise FileError("不是普通文件", "换成真正的文件，或移走")
    if path.stat().st_size > limits.size:
        raise FileError(f"文件超过 {limits.size // 1_000_000} MB", "删去图片和无关的内容")


class Package:
    """An office file: an archive of parts, gone through as streams of elements before a library makes objects of them.

    Parameters
    ----------
    path : Path
    kind : str
        The extension it should deserve, such as .xlsx.
    limits : Limits

    Attributes
    ----------
    parts : list of str
        Their names, each once.

    Raises
    ------
    FileError
        If it is no regular file, too large, packed or unpacked, locked with a password, or no archive.
    """

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        check_file(path, limits)
        content = path.read_bytes()
        if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
            raise FileError("有密码，打不开", f"在 Office 或 WPS 里去掉打开密码，再另存为 {kind}")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            rule = f"打不开：不是 {kind} 文件（内容与扩展名不符），或已损坏"
            raise FileError(rule, f"在 Office 或 WPS 里另存为 {kind}") from error
        entries = self._archive.infolist()
        if len(entries) > _MOST_PARTS:
            raise FileError(f"由 {len(entries)} 个部分组成，不合常理", _ANOTHER)
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileError("有密码，打不开", "去掉密码，再另存一次")
        unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
        if unpacked > limits.unpacked or unpacked > max(_LITTLE, limits.ratio * max(packed, 1)):
            raise FileError("解开后大得不合常理", _ANOTHER)
        self.parts = sorted({entry.filename for entry in entries})

    def elements(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Go through the elements of all parts.

        Yields
        ------
        part, name, attributes : str, str, dict of str
            The name is without its namespace; "" for an angle bracket of a part that is not XML: there are at most as
            many elements in it.

        Raises
        ------
        FileError
            If there are too many elements, a part defines entities, or is damaged.
        """
        count = 0
        for part in self.parts:
            for name, attributes in self._parse(part):
                count += 1
                check_count(count)
                if name.startswith(_STRICT):
                    raise FileError("是“严格 Open XML”格式，读不了", "在 Office 或 WPS 里另存为普通的格式")
                yield part, name.rpartition(" ")[2], attributes

    def _parse(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        found: list[tuple[str, dict[str, str]]] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_definitions
        parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
        try:
            with self._archive.open(part) as stream:
                block = None
                while block != b"":
                    block = stream.read(_BLOCK)
                    if part.endswith((".xml", ".rels")):
                        parser.Parse(block, not block)
                    else:
                        found += [("", {})] * block.count(b"<")
                    yield from found
                    found.clear()
        except _DAMAGE as error:
            raise damaged() from error


def check_count(count: int) -> None:
    """Refuse so many elements if they are too many, as a FileError."""
    if count > _MOST_ELEMENTS:
        what = f"内容太多（超过 {_MOST_ELEMENTS} 个单元格、格式等）"
        raise FileError(what, "删去无关的表，清除空行、空列的格式")


def damaged() -> FileError:
    """Say that a file cannot be read, for whatever reason."""
    return FileError("打不开：文件已损坏，或不是真正的 Office 文件", "在 Office 或 WPS 里打开核对，重新另存一次")


def _refuse_definitions(*_: object) -> None:
    raise damaged()
