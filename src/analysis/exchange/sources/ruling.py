"""The rules of a scanned table, found in the picture: long thin runs of ink, across and down."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from analysis.exchange.sources.grid import Rule
from analysis.exchange.sources.layout import Placed

_SMOOTHED, _AROUND, _DARKER = 7, 31, 12
"""Pixels along a rule over which noise is evened out, those around among which ink is darker, and by how much."""
_CLIMB, _WIDE, _THICKEST = 3, 0.2, 0.4
"""Pixels that a slanted rule may climb within the shortest run; how wide one is, for the page, that says how all slant;
how thick one is at most, for the shortest run."""
_AWAY, _SMALL = 5, 0.5
"""Pixels around texts and rules in which ink is of them, and how large ink is at least for a character."""
_LOST = 2
"""Pixels by which a rule is found too short at each end."""


def find_slant(picture: Any, shortest: int) -> float | None:
    """Say by how much the widest rule of a grey picture sinks for each pixel; None without such rules."""
    import cv2
    import numpy as np

    labels, found = _runs(picture, True, shortest, _CLIMB)
    widest = max(range(1, len(found)), key=lambda each: found[each][2], default=0)
    if not widest or found[widest][2] < _WIDE * picture.shape[1]:
        return None
    across, down, *_ = cv2.fitLine(np.argwhere(labels == widest)[:, ::-1], cv2.DIST_L2, 0, 0.01, 0.01).ravel().tolist()
    return down / across if abs(down) < abs(across) else None


def straighten(picture: Any, slant: float) -> Any:
    """Turn a picture about its corner so that what sinks by so much for each pixel lies level."""
    import cv2
    import numpy as np

    turn = np.array([[1, slant, 0], [-slant, 1, 0]], dtype=float)
    return cv2.warpAffine(picture, turn, picture.shape[1::-1], flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def find_rules(picture: Any, shortest: int, scale: float) -> Iterator[Rule]:
    """Find the rules of a grey picture, of so many pixels at least, at places in points."""
    for across in (True, False):
        for x, y, width, height, _ in _runs(picture, across, shortest, 1)[1][1:]:
            at, thick, start, length = (y, height, x, width) if across else (x, width, y, height)
            if thick <= _THICKEST * shortest:
                yield Rule(across, (at + thick / 2) * scale, (start - _LOST) * scale, (start + length + _LOST) * scale)


def _runs(picture: Any, across: bool, shortest: int, climb: int) -> tuple[Any, list[list[int]]]:
    """Number what is of runs of ink; return the numbers of pixels, and of each where it begins and how far it goes."""
    import cv2

    def size(along: int, other: int = 1) -> tuple[int, int]:
        return (along, other) if across else (other, along)

    smooth = cv2.blur(picture, size(_SMOOTHED))
    ink = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, _DARKER)
    thick = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, size(1, climb)))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, size(shortest)))
    _, labels, found, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    return labels, found.tolist()


def has_unread(picture: Any, texts: Sequence[Placed], rules: Sequence[Rule], scale: float) -> bool:
    """Say whether between the rules of a level picture stands ink as large as a character that is in no text."""
    import cv2

    if {rule.is_across for rule in rules} != {True, False}:
        return False
    smooth = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    ink = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, 2 * _DARKER)
    frame = [
        (rule.start, rule.at, rule.end, rule.at) if rule.is_across else (rule.at, rule.start, rule.at, rule.end)
        for rule in rules
    ]
    boxes = [(text.x, text.y - text.size * 0.6, text.end, text.y + text.size * 0.6) for text in texts]
    for left, top, right, foot in [*frame, *boxes]:
        start, end = (
            (round(left / scale) - _AWAY, round(top / scale) - _AWAY),
            (round(right / scale) + _AWAY, round(foot / scale) + _AWAY),
        )
        cv2.rectangle(ink, start, end, 0, cv2.FILLED)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (_AWAY, _AWAY)))
    sides = [min(each[side] for each in frame) if side < 2 else max(each[side] for each in frame) for side in range(4)]
    left, top, right, foot = (round(side / scale) for side in sides)
    found = cv2.connectedComponentsWithStats(closed[max(top, 0) : foot, max(left, 0) : right])[2][1:].tolist()
    least = _SMALL * median(min(text.size, text.end - text.x) for text in texts) / scale
    return any(min(width, height) > least for _, _, width, height, _ in found)
