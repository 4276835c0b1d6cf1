"""What any text of the data may hold: characters a reader can see, and not more of them than a reader would read."""

from __future__ import annotations

import unicodedata

_ENCODINGS = ("utf-8-sig", "gb18030")

MOST_CHARACTERS = 3_000
"""No name, reason or note is longer; a longer one is a file in the wrong place."""

LONGEST_NAME = 40
"""Characters of a name that stands in charts: of a unit, group, component, part, rating, grade or assessor."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


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
    if any(unicodedata.category(each) in _INVISIBLE and each not in "\n\t" for each in text):
        return "有看不见的控制字符", "删去重填"
    return None


def decode(content: bytes) -> str | None:
    """Decode a text file as Chinese offices save them: UTF-8, with or without a byte order mark, or GB18030.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str or None
        None if it is neither.
    """
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
