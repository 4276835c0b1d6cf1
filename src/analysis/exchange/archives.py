"""Look into the archive that an office file is before a library builds objects from it: how much, and of what kind."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], None]
"""Takes an element's name, without its namespace, and its attributes."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_STRICT = "http://purl.oclc.org/ooxml/"
_BLOCK = 1 << 16
_MOST_PARTS = 5_000


class ArchiveError(Exception):
    """A file is not what its name says, or more than is read; `rule` and `fix` are told to the reader."""

    def __init__(self, rule: str, fix: str) -> None:
        super().__init__(rule)
        self.rule, self.fix = rule, fix


def list_parts(path: Path, kind: str, most_bytes: int) -> list[zipfile.ZipInfo]:
    """List what is in an office file.

    Parameters
    ----------
    path : Path
    kind : str
        The extension it should deserve, such as .xlsx.
    most_bytes : int
        A larger file is refused.

    Returns
    -------
    list of ZipInfo

    Raises
    ------
    ArchiveError
        If it is no regular file, too large, locked with a password, or no archive.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ArchiveError("不是普通文件", "换成真正的文件")
    if found.st_size > most_bytes:
        raise ArchiveError(f"文件超过 {most_bytes // 1_000_000} MB", "删去图片和无关的内容")
    content = path.read_bytes()
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise ArchiveError("有密码，打不开", f"在 Office 或 WPS 里去掉打开密码，再另存为 {kind}")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        rule = f"打不开：不是 {kind} 文件（内容与扩展名不符），或已损坏"
        raise ArchiveError(rule, f"在 Office 或 WPS 里另存为 {kind}") from error
    if len(parts) > _MOST_PARTS:
        raise ArchiveError(f"由 {len(parts)} 个部分组成，不合常理", "换一个来源可靠的文件")
    if any(part.flag_bits & 1 for part in parts):
        raise ArchiveError("有密码，打不开", "去掉密码，再另存一次")
    return parts


class Scanner:
    """Reads parts as a stream of elements, and counts them over all parts.

    Parameters
    ----------
    path : Path
    most : int
        Elements beyond which the file is refused: an element takes a library a hundred times its bytes.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.archive, self.most, self.count = zipfile.ZipFile(path), most, 0

    def __enter__(self) -> Scanner:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()

    def scan(self, part: str, start: Start | None = None) -> int:
        """Go through one part.

        Parameters
        ----------
        part : str
        start : function of name and attributes, optional

        Returns
        -------
        int
            Elements of the part.

        Raises
        ------
        ArchiveError
            If there are too many elements, the part defines entities, or it is damaged.
        """
        before = self.count
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_definitions

        def begin(name: str, attributes: dict[str, str]) -> None:
            self.add(1)
            if name.startswith(_STRICT):
                raise ArchiveError("是“严格 Open XML”格式，读不了", "在 Office 或 WPS 里另存为普通的格式")
            if start is not None:
                start(name.rpartition(" ")[2], attributes)

        parser.StartElementHandler = begin
        try:
            for block in self._blocks(part):
                parser.Parse(block)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise damaged() from error
        return self.count - before

    def weigh(self, part: str) -> None:
        """Count what a part of unknown kind may hold at most: as many elements as it has angle brackets."""
        for block in self._blocks(part):
            self.add(block.count(b"<"))

    def _blocks(self, part: str) -> Iterator[bytes]:
        try:
            with self.archive.open(part) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError) as error:
            raise damaged() from error

    def add(self, count: int) -> None:
        """Count elements that are read again."""
        self.count += count
        if self.count > self.most:
            raise ArchiveError(f"内容太多（超过 {self.most} 个单元格、格式等）", "删去无关的表，清除空行、空列的格式")


def damaged() -> ArchiveError:
    """Say that a file cannot be read, for whatever reason."""
    return ArchiveError("打不开：文件已损坏，或不是真正的 Office 文件", "在 Office 或 WPS 里打开核对，重新另存一次")


def _refuse_definitions(*_: object) -> None:
    raise damaged()
