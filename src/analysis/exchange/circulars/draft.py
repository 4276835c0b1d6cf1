"""What has been read from a circular so far."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from analysis.exchange.circulars.language import identify, pattern, read_count
from analysis.exchange.circulars.text import CircularText
from analysis.periods import AnyYear, name_document

_LONGEST_LIST, _LONGEST_SENTENCE = 10_000, 3_000
"""Characters that are searched for where a list ends, or where a sentence begins: those of a province are shorter."""


@dataclass
class Draft:
    """What was read from a circular.

    Attributes
    ----------
    year : AnyYear or None
    document, base : str
        Base: of a period's changes (see `Published.base_year`).
    dated : str
    cites : list of str
    figures, lists : list of dict
        Like `PrintedFigure` and `PrintedList`, each with `span` (start and end in the text).
    unsure : list of str
        What the reader should look at.
    """

    year: AnyYear | None = None
    document: str = ""
    base: str = ""
    dated: str = ""
    cites: list[str] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    lists: list[dict[str, Any]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


class Reader:
    """A text, and what has been read of it so far."""

    def __init__(self, text: CircularText) -> None:
        self.text, self.clean = text, text.clean
        self.draft, self.read = Draft(), set[int]()

    def find(self, sentence: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Go through the matches of a sentence in the clean text, or a stretch of it."""
        return pattern(sentence).finditer(self.clean, start, len(self.clean) if end is None else end)

    def figure(self, measure: str, found: re.Match[str], name: str = "number", **known: str) -> None:
        """Take the number of a sentence as a printed figure, if it has one that its section does not say before."""
        words = found.groupdict()
        branch = next((each for each in (name, f"{name}2", "nothing") if words.get(each)), None)
        if branch is None:
            return
        value, span, known = found[branch], found.span(branch), identify(found) | known
        if not pattern("number").fullmatch(value):
            known.setdefault("note", f"印作“{value}”")
            value = "0" if branch == "nothing" else str(read_count(value))
        value = f"-{value}" if words.get("fall") else value
        said = {"measure": measure, "value": value, **_in_order(known), "section": self.text.section(span[0])}
        if not any(said.items() <= figure.items() for figure in self.draft.figures):
            self.draft.figures.append(said | {"span": list(self.text.span(*span))})
        self.pass_over(*span)

    def names(self, kind: str, names: list[str], span: tuple[int, int], *, complete: bool = True, **known: str) -> None:
        """Record a list of names read from a stretch of the clean text."""
        said = {"list": kind, **_in_order(known), "names": names} | ({} if complete else {"complete": False})
        where = {"section": self.text.section(span[0]), "span": list(self.text.span(*span))}
        self.draft.lists.append(said | where)

    def pass_over(self, start: int, end: int) -> None:
        """Take note that the numbers of a stretch are read, or are no figures."""
        self.read.update(range(start, end))

    def doubt(self, position: int, what: str) -> None:
        """Record what the reader of the draft should look at, by the section it stands in."""
        self.draft.unsure.append(f"{self.text.section(position)}：{what}")

    def group_before(self, position: int, ends: str = "。；") -> str:
        """Return the group last named in a sentence (or clause) before a position, all if none is."""
        found = [*self.find("<组>", self.clause_start(position, ends), position)]
        return identify(found[-1])["group"] if found else "all"

    def clause_end(self, position: int, ends: str) -> int:
        """Return where the sentence (or clause) around a position ends."""
        last = min(position + _LONGEST_LIST, len(self.clean))
        found = re.compile(f"[{ends}\n]").search(self.clean, position, last)
        return found.start() if found else last

    def clause_start(self, position: int, ends: str) -> int:
        """Return where the sentence (or clause) around a position begins."""
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
    head = {
        **name_document(draft.year),
        "document": draft.document,
        "base": draft.base,
        "dated": draft.dated,
        "cites": draft.cites,
    }
    lines = [f"# 由“{_one_line(source)}”读出的草稿，请对照原文核对后放进 data/published。span 为在原文中的起止字位。"]
    lines += [f"# 待核：{_one_line(each)}" for each in draft.unsure]
    lines += [_flow({key: value})[1:-1] for key, value in head.items() if value]
    for kind, rows in (("figures", draft.figures), ("lists", draft.lists)):
        lines += ["", f"{kind}:" if rows else f"{kind}: []"]
        lines += [f"  - {_flow(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def _in_order(known: dict[str, str]) -> dict[str, str]:
    """Order what is known of a figure or a list, without what says nothing."""
    return {
        key: known[key] for key in ("group", "of", "note", "years", "base") if known.get(key, "all") not in {"", "all"}
    }


def _flow(value: dict[str, Any]) -> str:
    written = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**9)
    return str(written).rstrip("\n")


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
