"""The text of a circular: read from a file, freed of layout, every character traced back to where it stood."""

import json
import re
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from analysis.exchange.circulars.docx import read_docx
from analysis.exchange.circulars.language import NUMERAL, read_count
from analysis.exchange.circulars.pdf import LONGEST, TOO_LARGE
from analysis.exchange.decoding import Decoded, decode_text
from analysis.exchange.files import CIRCULAR, read_once
from analysis.problems import WorkbookError
from analysis.texts import ORDINARY, FileError

_SECONDS, _AS_TEXT = 60, "只留通报正文，或存为 .txt"

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


def read_text(path: Path) -> str:
    """Read the text of a .txt, .docx or .pdf file (see `read_noted`)."""
    return read_noted(path).text


def read_noted(path: Path) -> Decoded:
    """Read the text of a .txt, .docx or .pdf file, and how it was read where that is in doubt.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Decoded

    Raises
    ------
    WorkbookError
        If the file is missing, too large, of another kind, damaged, or has no text.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise WorkbookError(
            f"“{path}”不是 .txt、.docx 或 .pdf。请另存为其中一种（旧 .doc 用 Word 或 WPS 另存为 .docx）。"
        )
    if not path.is_file():
        raise WorkbookError(f"没有文件“{path}”。请核对路径。")
    try:
        text, note = read(read_once(path, CIRCULAR))
    except FileError as error:
        where = f"第 {error.row} 行：" if error.row else ""
        raise WorkbookError(f"“{path}”{where}{error.rule}。请{error.fix}。") from error
    except Exception as error:  # whatever the libraries raise on a damaged file
        raise WorkbookError(f"“{path}”打不开，文件可能损坏或加密。请用 Word、WPS 或阅读器打开核对后另存。") from error
    if len(text) > LONGEST:
        raise WorkbookError(f"“{path}”有 {len(text)} 字，不像一份通报。请只留通报正文。")
    if not text.strip():
        raise WorkbookError(f"“{path}”里没有文字，可能是扫描件。请先做文字识别，存为 .txt 再读。")
    return Decoded(text, note)


def _read_pdf(content: bytes) -> Decoded:
    """Read a .pdf in a process of its own: nothing else bounds the time and memory that a crafted one takes."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("pdf.py"))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise FileError(f"太复杂，{_SECONDS} 秒里读不完", _AS_TEXT) from error
    if done.returncode == TOO_LARGE:
        raise FileError("太复杂，读它用的内存超过限度", _AS_TEXT)
    said = json.loads(done.stdout)
    if "rule" in said:
        raise FileError(said["rule"], said["fix"])
    return Decoded(said["text"], said["note"])


_READERS = {".txt": decode_text, ".docx": read_docx, ".pdf": _read_pdf}
