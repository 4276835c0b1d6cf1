"""The words of circulars, which stand for identifiers, and the sentences that they stand in, as patterns."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_NUMBER = r"(?<![\d.])\d{1,6}(?:\.\d{1,6})?(?!\d)"
_DIGITS = dict(zip(["", *"一二三四五六七八九两"], [*range(10), 2], strict=True))
NUMERAL = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
"""A Chinese numeral below a hundred."""
_COUNT = rf"(?:(?<![\d.])\d{{1,6}}(?!\d)|(?<![一二两三四五六七八九十百千万零〇]){NUMERAL})"
SUFFIXES = "局|委员会|委|办公室|办|厅|部|府|会|院|中心|队|署|行|站|所|社|区|县|市|镇|乡|道"
"""What names of units end in."""


@cache
def load(name: str) -> dict[str, Any]:
    """Read words.yml or sentences.yml."""
    return yaml.safe_load(files("analysis.exchange.circulars").joinpath(name).read_text(encoding="utf-8"))


def read_count(written: str) -> int:
    """Read a count in digits, or a `NUMERAL`."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (10 * _DIGITS[tens or "一"] if ten else 0) + _DIGITS[ones]


@cache
def pattern(sentence: str) -> re.Pattern[str]:
    """Compile a sentence: as it is written, if it has any <…> to fill, else by its name in sentences.yml."""
    written = sentence if "<" in sentence else load("sentences.yml")["sentences"][sentence].replace("<部门>", SUFFIXES)
    return re.compile(re.sub("<(另一)?(组|等次|部分|大项|数|比例|个数)(2?)>", _fill, written))


def _fill(found: re.Match[str]) -> str:
    """Put a pattern in place of what stands for words or numbers; what is not read is not captured."""
    kinds = {"组": "groups", "等次": "grades", "部分": "parts", "大项": "components"}
    numbers = {"数": _NUMBER, "比例": f"{_NUMBER}%", "个数": _COUNT}
    unread, what, branch = found.groups()
    name, written = kinds.get(what, "number"), numbers.get(what)
    if written is None:
        longest_first = sorted(map(re.escape, _identifiers(name)), key=len, reverse=True)
        written = ("(?<!不)" if what == "等次" else "") + f"(?:{'|'.join(longest_first)})"
    return written if unread else f"(?P<{name}{branch}>{written})"


@cache
def _identifiers(kind: str) -> dict[str, str]:
    return {word: identifier for identifier, words in load("words.yml")[kind].items() for word in words}


def identify(found: re.Match[str]) -> dict[str, str]:
    """Identify what a sentence is about by its words: `group`, and what else a figure or a list is `of`."""
    about = {}
    for name, word in found.groupdict().items():
        kind = name.rstrip("2")
        if word is not None and kind in load("words.yml"):
            about["group" if kind == "groups" else "of"] = _identifiers(kind)[word]
        elif word is not None and kind == "rating":  # a rating stands for itself
            about["of"] = word
    return about
