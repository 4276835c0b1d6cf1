"""What any text of the data may hold: characters a reader can see, and not more of them than a reader would read."""

import csv
import io
import unicodedata
from collections.abc import Sequence

MOST_CHARACTERS = 3_000
"""No name, reason or note is longer; a longer one is a file in the wrong place."""

LONGEST_NAME = 40
"""Characters of a name that stands in charts: of a unit, group, component, part, rating, grade or assessor."""

_NAMED = 3
"""Units or files that a message names one by one."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}

_HALF_WIDTH = str.maketrans({chr(ord(plain) + 0xFEE0): plain for plain in "0123456789.+-%"})


class FileError(Exception):
    """A file is not what its name says, or more than is read; `rule` and `fix` are for the reader, `row` is where."""

    def __init__(self, rule: str, fix: str, row: int | None = None) -> None:
        super().__init__(rule)
        self.rule, self.fix, self.row = rule, fix, row


def with_plain_ends(content: bytes) -> bytes:
    r"""End the lines of a text as all but Windows do; a copy that differs in nothing else becomes the same.

    Examples
    --------
    >>> with_plain_ends(b"unit_id,name\r\n")
    b'unit_id,name\n'
    """
    return content.replace(b"\r\n", b"\n")


def count_ems(text: str) -> float:
    """Say how wide a text is, in Chinese characters; others are about half as wide.

    Examples
    --------
    >>> count_ems("优秀 7 个")
    4.65
    """
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.55 for each in text)


def find_fault(text: str) -> tuple[str, str] | None:
    """Say what is wrong with a text, whatever it stands for.

    Parameters
    ----------
    text : str

    Returns
    -------
    rule, mending : str
        None if nothing is wrong.
    """
    if len(text) > MOST_CHARACTERS:
        return f"有 {len(text)} 个字，最多 {MOST_CHARACTERS} 个", "缩短"
    if not text.isprintable() and any(unicodedata.category(each) in _INVISIBLE and each not in "\n\t" for each in text):
        return "有看不见的控制字符", "删去重填"
    return None


def find_faults(texts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Say what is wrong with those of many texts that have a fault (see `find_fault`)."""
    if max(map(len, texts), default=0) <= MOST_CHARACTERS and "".join(texts).isprintable():
        return {}  # as nearly always: seen at a glance
    return {text: fault for text in set(texts) if (fault := find_fault(text))}


def split_rows(text: str) -> list[list[str]]:
    """Split the text of a CSV file into rows of cells, at the line ends that spreadsheets write and no others.

    Within a cell a line ends the same whichever way the file's lines do.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of list of str

    Raises
    ------
    FileError
    """
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""), strict=True)
    try:
        rows.extend(reader)
    except csv.Error as error:
        rule, fix = "读不成表格", "检查引号是否成对"
        if "field limit" in str(error):
            rule, fix = f"有一格超过 {csv.field_size_limit()} 字", f"缩短，或{fix}"
        raise FileError(rule, fix, len(rows) + 1) from error
    return rows


def with_plain_digits(text: str) -> str:
    """Put half-width digits, points, signs and percent signs in place of full-width ones, and nothing else."""
    return text.translate(_HALF_WIDTH)


def name_some(things: Sequence[str]) -> str:
    """Name the first of some things, and say how many there are if those are not all."""
    return "、".join(things[:_NAMED]) + (f"等 {len(things)} 个" if len(things) > _NAMED else "")


def legible(text: str) -> str:
    """Write what cannot be seen, or stands for no character at all, as an escape."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
