"""Where the Chinese font is, and what it lacks; apart from the theme, so that pages need no chart library for it."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import uharfbuzz as harfbuzz

STAND_IN = "□"
"""What a PDF shows for a character that the font lacks; charts draw a box."""


def font_path() -> Path | None:
    """Return the file of the Chinese font that comes with the workbook, if it is installed."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return None
    return Path(pylopdf_fonts_zh_cn.sans_path())


@cache
def _drawn() -> frozenset[int]:
    """Return the characters that every cut of the font has; none if it is not installed."""
    path = font_path()
    cuts = path.parent.glob("*.otf") if path else ()
    known = [set(harfbuzz.Face(harfbuzz.Blob.from_file_path(str(cut))).unicodes) for cut in cuts]
    return frozenset(set.intersection(*known)) if known else frozenset()


def find_lacking(text: str) -> list[str]:
    """Name the characters of a text that the font lacks, each once; none if it is not installed.

    Examples
    --------
    >>> find_lacking("宝丰\U0002b739局，\u3400、e\u0301")
    ['\U0002b739']
    """
    drawn = _drawn()
    return [each for each in dict.fromkeys(text) if ord(each) not in drawn and _is_to_be_seen(each)] if drawn else []


def _is_to_be_seen(character: str) -> bool:
    """Say whether a character is to be seen at all: no space, and none that only says how to draw another."""
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return not is_selector and unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def with_stand_ins(text: str) -> str:
    """Put a box for every character that the font lacks.

    Examples
    --------
    >>> with_stand_ins("宝丰\U0002b739局")
    '宝丰□局'
    """
    lacking = find_lacking(text)
    return re.sub(f"[{re.escape(''.join(lacking))}]", STAND_IN, text) if lacking else text
