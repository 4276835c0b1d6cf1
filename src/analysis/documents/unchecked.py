"""What of a circular's text nobody has checked: numbers and lists of names that no checked claim rests on."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.layout import find_headings

Span = tuple[int, int]

_NUMBER = re.compile(r"[\d０-９]+(?:[.．][\d０-９]+)?[%％]?")
_NO_FIGURE = re.compile(
    r"20\d\d年?(?:\d{1,2}月(?:\d{1,2}日)?)?|〔\d+〕\d+号|第?\d+号|第\d+[条章页项]|连续[1-9]\d*个?[年季]|\d+年|（\d+）|^\s*\d+[.、．]",
    re.MULTILINE,
)
"""Numbers that are no results: dates, documents, numbering, how many years a run has."""
_FEWEST, _NEAR = 3, 40
"""Names that make a list, and characters that may stand between two of them."""


class _Token(NamedTuple):
    span: Span
    is_checked: bool


def find_unchecked(text: str, checked: Iterable[Span], names: Iterable[str]) -> Iterator[tuple[Span, str]]:
    """Find what no claim that could be checked rests on, so that what has no remark is right.

    Parameters
    ----------
    text : str
    checked : iterable of (start, end)
        Stretches that are checked, or told of elsewhere.
    names : iterable of str
        Of units.

    Yields
    ------
    span : (start, end)
        Numbers of a line, or names of a list, with nothing checked between them.
    what : str
        What stands there, in a clause.
    """
    known = bytearray(len(text))
    passed_over = [found.span() for found in _NO_FIGURE.finditer(text)]
    passed_over += [found.span() for found in re.finditer(load("rules.yml")["sentences"]["quoted name"], text)]
    passed_over += [found.span(1) for found, *_ in find_headings(text)]
    for start, end in [*checked, *passed_over]:
        known[start:end] = b"\1" * (end - start)
    numbers = _tokens(_NUMBER, text, known)
    for some in _stretches(numbers, lambda one, other: "\n" not in text[one.span[1] : other.span[0]]):
        told = "、".join(text[slice(*each.span)] for each in some)
        yield (some[0].span[0], some[-1].span[1]), f"数字{told}"
    spelt = sorted({name for name in names if name}, key=len, reverse=True)
    if not spelt:
        return
    called = _tokens(re.compile("|".join(map(re.escape, spelt))), text, known)
    for some in _stretches(called, lambda one, other: other.span[0] - one.span[1] <= _NEAR):
        if len(some) >= _FEWEST:
            yield (some[0].span[0], some[-1].span[1]), f"{len(some)}个名称"


def _tokens(pattern: re.Pattern[str], text: str, known: bytearray) -> list[_Token]:
    return [_Token(found.span(), any(known[slice(*found.span())])) for found in pattern.finditer(text)]


def _stretches(tokens: Iterable[_Token], go_together: Callable[[_Token, _Token], bool]) -> Iterator[list[_Token]]:
    """Yield runs of tokens that are not checked, none of which is checked between them."""
    run: list[_Token] = []
    for token in tokens:
        if run and (token.is_checked or not go_together(run[-1], token)):
            yield run
            run = []
        if not token.is_checked:
            run.append(token)
    if run:
        yield run
