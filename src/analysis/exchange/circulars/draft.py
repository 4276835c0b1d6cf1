"""What has been read from a circular so far, and the words to know its statements by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analysis.exchange.circulars.text import CircularText, read_count

NUMBER = r"(?<![\d.])\d{1,6}(?:\.\d{1,6})?(?!\d)"
COUNT = r"(?:(?<![\d.])\d{1,6}(?!\d)|[一二两三四五六七八九十]{1,4})"


_LONGEST_LIST, _LONGEST_SENTENCE = 10_000, 3_000
"""Characters that are searched for where a list ends, or where a sentence begins: those of a province are shorter."""


class Words:
    """The vocabulary of words.yml as patterns, and back to identifiers."""

    def __init__(self, vocabulary: dict[str, dict[str, list[str]]]) -> None:
        self.ids = {kind: {word: key for key, names in words.items() for word in names}
                    for kind, words in vocabulary.items()}  # fmt: skip
        patterns = {
            kind: "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"
            for kind, words in self.ids.items()
        }
        self.group, self.grade = patterns["groups"], f"(?<!不){patterns['grades']}"
        self.part, self.component = patterns["parts"], patterns["components"]

    def find(self, kind: str, word: str) -> str:
        """Return the identifier of a word; the word itself where it has none."""
        return self.ids[kind].get(word, word)


@cache
def load_words() -> Words:
    """Read words.yml."""
    return Words(yaml.safe_load(files("analysis.exchange.circulars").joinpath("words.yml").read_text(encoding="utf-8")))


@dataclass
class Draft:
    """What was read from a circular.

    Attributes
    ----------
    year : int or None
    document : str
    dated : str
    cites : list of str
    figures, lists : list of dict
        Like `PrintedFigure` and `PrintedList`, each with `span` (start and end in the text).
    unsure : list of str
        What the reader should look at.
    """

    year: int | None = None
    document: str = ""
    dated: str = ""
    cites: list[str] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    lists: list[dict[str, Any]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


class Reader:
    """A text, the words to know it by, and what has been read so far."""

    def __init__(self, text: CircularText, words: Words) -> None:
        self.text, self.words, self.clean = text, words, text.clean
        self.draft = Draft()
        self.read: set[int] = set()

    def figure(
        self, measure: str, match: re.Match[str], name: str | int, *, group: str = "all", of: str = "all", **more: str
    ) -> None:
        """Take the number of a named part of a match as a printed figure."""
        written = match.group(name)
        start, end = match.span(name)
        value, note = written, ""
        if not re.fullmatch(rf"{NUMBER}%?", written):
            value, note = str(read_count(written)), f"印作“{written}”"
        self.put_figure(measure, value, start, end, group=group, of=of, **({"note": note} if note else {}), **more)

    def put_figure(self, measure: str, value: str, start: int, end: int, **more: str) -> None:
        """Record a figure read from a stretch of the clean text."""
        section = self.text.section(start)
        known = {"measure": measure, "value": value, **{key: word for key, word in more.items() if word != "all"}}
        if not any(known.items() <= figure.items() and figure["section"] == section for figure in self.draft.figures):
            self.draft.figures.append({**known, "section": section, "span": list(self.text.span(start, end))})
        self.read |= set(range(start, end))

    def names(
        self, kind: str, names: list[str], stretch: tuple[int, int], *, complete: bool = True, **more: str
    ) -> None:
        """Record a list of names read from a stretch of the clean text."""
        known: dict[str, Any] = {"list": kind, **{key: word for key, word in more.items() if word != "all"}}
        known |= {"names": names} | ({} if complete else {"complete": False})
        section, span = self.text.section(stretch[0]), list(self.text.span(*stretch))
        self.draft.lists.append({**known, "section": section, "span": span})

    def group_before(self, position: int, start: int = 0) -> str:
        """Return the group last named between two places, all if none is."""
        found = list(re.finditer(self.words.group, self.clean[start:position]))
        return self.words.find("groups", found[-1].group()) if found else "all"

    def clause_end(self, position: int, ends: str) -> int:
        """Return where the sentence (or clause) around a place ends."""
        last = min(position + _LONGEST_LIST, len(self.clean))
        found = re.compile(f"[{ends}\n]").search(self.clean, position, last)
        return found.start() if found else last

    def clause_start(self, position: int, ends: str) -> int:
        """Return where the sentence (or clause) around a place begins."""
        first = max(position - _LONGEST_SENTENCE, 0)
        return max(first, *(self.clean.rfind(end, first, position) + 1 for end in ends + "\n"))


def write_draft(draft: Draft, source: str) -> str:
    """Write a draft as the YAML of data/published, with what is unsure as comments on top.

    Parameters
    ----------
    draft : Draft
    source : str
        Name of the file it was read from.

    Returns
    -------
    str
    """
    head = {"year": draft.year, "document": draft.document, "dated": draft.dated, "cites": draft.cites}
    lines = [f"# 由“{_one_line(source)}”读出的草稿，请对照原文核对后放进 data/published。span 为在原文中的起止字位。"]
    lines += [f"# 待核：{_one_line(each)}" for each in draft.unsure]
    lines += [_flow({key: value})[1:-1] for key, value in head.items() if value]
    for kind, rows in (("figures", draft.figures), ("lists", draft.lists)):
        lines += ["", f"{kind}:" if rows else f"{kind}: []"]
        lines += [f"  - {_flow(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def _flow(value: dict[str, Any]) -> str:
    written = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**9)
    return str(written).rstrip("\n")


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
