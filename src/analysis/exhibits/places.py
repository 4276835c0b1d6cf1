"""Where the printed facts of a circular stand in its text."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from analysis.assessment import Year
from analysis.data.published import PrintedCell, PrintedFigure, PrintedList
from analysis.exchange.beginnings.folder import TABLE
from analysis.exchange.beginnings.read import ReadCircular
from analysis.methods.audit.tabulation import Claim

Span: TypeAlias = tuple[int, int]


class Places:
    """Finds the figures, lists and names that claims are about.

    Parameters
    ----------
    read : ReadCircular
        With the text.
    year : Year
        Whose circular it is: what was made of what was read, or else what is known of it, found by what it is.
    """

    def __init__(self, read: ReadCircular, year: Year) -> None:
        assert year.facts.published is not None
        self._read = read
        facts: list[PrintedFigure | PrintedList] = [*year.facts.published.figures, *year.facts.published.lists]
        read_here = {_tell_apart(each): each.get("span") for each in reversed([*read.draft.figures, *read.draft.lists])}
        spans = {id(each): each.span or read_here.get(_tell_apart(each.model_dump())) for each in facts}
        self._own = {key: (span[0], span[1]) for key, span in spans.items() if span}
        units = [each for each in read.draft.figures if "unit" in each and "year" not in each]
        self._cells = {(each["unit"], TABLE.get(each["measure"], each.get("of", ""))): each for each in reversed(units)}
        self._columns = {id(cell): key for key, cell in (year.facts.table.cells.items() if year.facts.table else ())}

    def of(self, claim: Claim) -> list[Span]:
        """Find what a claim is about: its name, or the first of the figures and lists that it rests on."""
        facts = [*claim["rests"], *claim["about"]]
        if claim["id"] == f"{self._read.year}-document-all-all":
            return list(self._search(self._read.draft.document, 0, len(self._read.text)))
        if claim["name"]:
            return [
                span for each in facts if isinstance(each, PrintedList) for span in self._named(each, claim["name"])
            ]
        lists = [each for each in facts if isinstance(each, PrintedList) and id(each) in self._own]
        if lists and not claim["about"]:
            named = [name for each in lists for name in each.names if name in claim["reason"]]
            spans = [span for each in lists for name in dict.fromkeys(named) for span in self._named(each, name)]
            return spans or [span for each in lists[:1] if (span := self._find(each))]
        return [span for each in facts if (span := self._find(each))][:1]

    def figure_of(self, claim: Claim) -> PrintedFigure | None:
        """Return the figure that a claim is marked at; None where that is a name, a list or a unit's number."""
        facts = [each for each in (*claim["rests"], *claim["about"]) if self._find(each)]
        is_figure = bool(facts and claim["about"]) and type(facts[0]) is PrintedFigure and not claim["name"]
        return facts[0] if is_figure else None

    def all_of(self, claim: Claim) -> list[Span]:
        """Find all that a claim rests on."""
        facts = [*claim["rests"], *claim["about"]]
        return [span for each in facts if (span := self._find(each))]

    def _find(self, fact: Any) -> Span | None:
        if isinstance(fact, PrintedCell):
            each = self._cells.get(self._columns.get(id(fact), ("", "")))
            return (each["span"][0], each["span"][1]) if each and each.get("span") else None
        return self._own.get(id(fact))

    def _named(self, printed: PrintedList, name: str) -> Iterator[Span]:
        """Find a name in a list, wherever lines break."""
        if span := self._own.get(id(printed)):
            yield from self._search(name, *span)

    def _search(self, words: str, start: int, end: int) -> Iterator[Span]:
        """Find the last place of some words in a stretch of the text: where they stand twice, the one too many."""
        wanted = re.compile(r"\s*".join(map(re.escape, words)))
        yield from [found.span() for found in wanted.finditer(self._read.text, start, end)][-1:]


def _tell_apart(printed: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what a figure or a list is, and what stands there: as it is read, or as it is printed."""
    kind = str(printed.get("list") or printed["measure"])
    of = (
        printed.get("group") or "all",
        printed.get("of") or "all",
        printed.get("years") or "",
        printed.get("unit") or "",
    )
    return kind, *of, *(printed.get("names") or [printed.get("value", "")]), str(printed.get("year") or "")
