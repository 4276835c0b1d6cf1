"""Where the characters of a text that was read stand in the file that it was read from."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, TypeAlias

from analysis.exchange.sources.parts import Part, Source

Place: TypeAlias = tuple[Any, int]
"""An element that holds text, and how many characters of it are before."""


def trace(source: Source, parts: Iterable[Part]) -> list[Place | None]:
    """Find where every character of a text stands.

    A part's text differs from what its elements hold by what is not written there: numbers of lists, tabs between
    cells, copies of merged cells. What is written is found by the longest stretches that are alike.

    Parameters
    ----------
    source : Source
    parts : iterable of Part
        That it was read from, with the elements of each.

    Returns
    -------
    list of (element, int) or None, one for each character
        None for what is not written, or stands elsewhere.
    """
    places: list[Place | None] = [None] * len(source.text)
    starts = [*source.places, (len(source.text), "")]
    by_place = groupby(parts, attrgetter("place"))
    left = [(place, [each for part in some for each in part.pieces]) for place, some in by_place]
    for (start, place), (end, _) in pairwise(starts):
        found = next((count for count, (other, _) in enumerate(left) if other == place), None)
        if found is None:
            continue
        pieces, left = left[found][1], left[found + 1 :]
        for at, where in _align(source.text[start:end], pieces):
            places[start + at] = where
    return places


def _align(text: str, pieces: Sequence[Any]) -> Iterator[tuple[int, Place]]:
    """Yield what stands where: a place in the text, and one in the elements."""
    places = [(piece, at) for piece in pieces for at in range(len(piece.text or ""))]
    written = "".join(piece.text or "" for piece in pieces)
    bare = written.strip()
    at, first = text.find(bare), len(written) - len(written.lstrip())
    blocks: Iterable[tuple[int, int, int]] = [(at, first, len(bare))]
    if at < 0:  # hardly ever
        blocks = SequenceMatcher(None, text, written, autojunk=False).get_matching_blocks()
    for here, there, size in blocks:
        yield from zip(range(here, here + size), places[there : there + size], strict=True)
