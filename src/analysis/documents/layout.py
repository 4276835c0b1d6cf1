"""What the templates of Word and PDF show of an appendix, and how large: both break their pages alike."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd

from analysis.documents.appendix import Appendix, Item
from analysis.exhibits.chart import Chart

TEXT_WIDTH = 156
"""Millimetres between the margins that GB/T 9704-2012 sets for A4."""
TALLEST = 195
"""Millimetres a figure may take, so that its caption and note stay on its page."""
LONGEST_UNBROKEN = 20
"""Rows up to which a table stays on one page."""
LANDSCAPE_WIDTH = 297 - 37 - 35
"""Millimetres: the margins turn with the sheet."""
_LINES_HIGH, _AXES_HIGH, _BAR_HIGH = 80.0, 32.0, 6.5
"""Millimetres of a line chart; of what stands around bars; of a bar."""
_CHARACTER, _PADDING = 3.2, 4.2
"""Millimetres a Chinese character of 9 points takes, and the sides of a cell."""
_LONGEST, _SHORTEST = 34, 2
"""Characters of a column after which its text wraps, and before which it is not made narrower."""


def describe(appendix: Appendix) -> dict[str, Any]:
    """Say what the templates show, in words and numbers alone.

    Parameters
    ----------
    appendix : Appendix

    Returns
    -------
    dict
        The words; `passages`, whose sentences are pieces of `text`, a number with a `link` to its row in the last
        table; `items` in order, with what a figure or a table needs to be set. Lengths are in millimetres.
    """
    anchors = {cited.key: f"number{row}" for row, cited in enumerate(appendix.cited)}
    return {
        "title": appendix.title,
        "year": appendix.year,
        "notice": appendix.notice,
        "is_made_up": appendix.is_made_up,
        "passages": [
            {
                "heading": passage.heading,
                "level": passage.level,
                "paragraphs": [
                    [
                        {"text": piece, "link": None}
                        if isinstance(piece, str)
                        else {"text": piece.text, "link": anchors[piece.key]}
                        for piece in sentence
                    ]
                    for sentence in passage.paragraphs
                ],
            }
            for passage in appendix.passages
        ],
        "items": [
            _describe_item(item) | {"row_anchors": list(anchors.values()) if item is appendix.sources else []}
            for item in appendix.items
        ],
    }


def _describe_item(item: Item) -> dict[str, Any]:
    shared = {
        "kind": item.kind,
        "number": item.number,
        "label": item.label,
        "anchor": f"{'figure' if item.kind == '图' else 'table'}{item.number}",
        "caption": item.caption,
        "note": item.note(),
        "office_note": item.note(redrawn=True),
    }
    if isinstance(item.content, Chart):
        width, height = figure_size(item.content)
        return shared | {"turned": False, "breaks": False, "alt": item.content.alt, "width": width, "height": height}
    cells = item.content.cells
    natural = _natural_widths(cells)
    turned = sum(natural) > TEXT_WIDTH  # what should stand in one line would have to wrap on an upright sheet
    scale = (LANDSCAPE_WIDTH if turned else TEXT_WIDTH) / sum(natural)
    return shared | {
        "turned": turned,
        "breaks": len(cells) > LONGEST_UNBROKEN,
        "head": list(map(str, cells.columns)),
        "rows": cells.astype(str).to_numpy().tolist(),
        "numeric": [name in item.content.numeric for name in cells.columns],
        "widths": [width * scale for width in natural],
    }


def figure_size(chart: Chart) -> tuple[float, float]:
    """Return how wide and how high a figure stands, the same in Word and in PDF, so that pages break alike.

    Parameters
    ----------
    chart : Chart

    Returns
    -------
    width, height : float
        Millimetres. What office software draws itself has room for its axes and its legend.
    """
    wide, high = chart.figure.get_size_inches()
    shape = high / wide
    if chart.data.kind == "picture":
        width = min(TEXT_WIDTH, TALLEST / shape)
        return width, width * shape
    needed = _LINES_HIGH if chart.data.kind == "line" else _AXES_HIGH + _BAR_HIGH * len(chart.data.frame)
    return TEXT_WIDTH, min(TALLEST, max(TEXT_WIDTH * shape, needed))


def _natural_widths(cells: pd.DataFrame) -> list[float]:
    widths = []
    for name in cells.columns:
        longest = max([_length(str(name)), *map(_length, cells[name].astype(str))])
        widths.append(_PADDING + _CHARACTER * min(max(longest, _SHORTEST), _LONGEST))
    return widths


def _length(text: str) -> float:
    """Count Chinese characters; others are about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.55 for each in text)
