"""How a document is laid out on sheets, in words, numbers and millimetres alone: what Word and PDF are filled from."""

from typing import Any

import numpy as np

from analysis.documents.kinds import split_gaps
from analysis.documents.paper import Block, Heading, Item, Paper, Paragraph, Row
from analysis.exhibits.chart import Chart
from analysis.exhibits.drafting import Cited
from analysis.periods import last_day
from analysis.texts import count_ems

SHEETS = {"A4": (210, 297), "A3": (297, 420)}
"""Millimetres, upright."""
_SIDES, _ENDS = 28 + 26, 37 + 35
"""Millimetres of the margins that GB/T 9704-2012 sets: at the sides, at head and foot; they turn with the sheet."""
_TALLEST = 195
"""Millimetres a figure may take on A4, so that its caption and note stay on its page."""
_LONGEST_UNBROKEN = 10
"""Rows up to which a table stays on one page."""
_LINES_HIGH, _AXES_HIGH, _BAR_HIGH = 80.0, 32.0, 6.5
"""Millimetres of a line chart; of what stands around bars; of a bar."""
_GAP, _BESIDE = 4, 3
"""Millimetres between figures that stand side by side; for how many they are drawn: fewer are not larger."""
_CHARACTER, _PADDING = 3.2, 2.83
"""Millimetres a Chinese character of 9 points takes, and the sides of a cell."""
_LONGEST, _SHORTEST, _KEPT = 34, 2, 8
"""Characters of a column after which its text wraps, and before which it is not made narrower: ever, or while others
can be."""
_GIVE, _SPARE = 0.15, 0.6
"""The share of their width that long texts give rather than have the sheet turned; millimetres that numbers have more
than they take, since they must not be broken."""


def describe(paper: Paper) -> dict[str, Any]:
    """Say what the templates of Word and PDF show, in words and numbers alone.

    Parameters
    ----------
    paper : Paper

    Returns
    -------
    dict
        The words; `blocks` in order, each with its `kind`: "heading", "paragraph" (whose pieces are `text`, a number
        with a `link` to its row in the last table, or a gap), "图", "表", or "row" of figures. Lengths are in
        millimetres.
    """
    anchors = {cited.key: f"number{row}" for row, cited in enumerate(paper.traced)}
    blocks = [_describe(block, paper, anchors) for block in paper.blocks]
    if anchors:  # the last table has a row for each
        blocks[-1]["row_anchors"] = list(anchors.values())
    width, height = SHEETS[paper.kind.sheet]
    return {
        "title": paper.title,
        "opening": paper.kind.opening,
        "date": last_day(paper.year).timetuple()[:3],
        "notice": paper.notice,
        "is_to_be_told": paper.is_to_be_told and not paper.stamp,
        "stamp": paper.stamp,
        "contents": paper.kind.contents,
        "dense": paper.kind.dense,
        "paper": paper.kind.sheet.lower(),
        "width": width,
        "height": height,
        "begins_turned": not paper.kind.contents and bool(blocks[0].get("turned")),
        "blocks": blocks,
    }


def _describe(block: Block, paper: Paper, anchors: dict[str, str]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "side": block.side, "pieces": list(_describe_pieces(block, anchors))}
    if isinstance(block, Row):
        return {"kind": "row", "items": [_describe_item(item, paper, len(block.items)) for item in block.items]}
    return _describe_item(block, paper)


def _describe_pieces(paragraph: Paragraph, anchors: dict[str, str]) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    for piece in paragraph.pieces:
        if isinstance(piece, Cited):
            pieces.append({"text": piece.text, "link": anchors.get(piece.key), "is_gap": False})
        else:
            pieces += [{"text": text, "link": None, "is_gap": is_gap} for text, is_gap in split_gaps(piece)]
    return pieces


def _describe_item(item: Item, paper: Paper, beside: int = 0) -> dict[str, Any]:
    content = item.content
    shared = {
        "kind": item.kind,
        "number": item.number,
        "label": item.label,
        "anchor": f"{'figure' if isinstance(content, Chart) else 'table'}{item.number}",
        "caption": item.caption,
        "note": item.note(),
        "office_note": item.note(redrawn=True),
    }
    upright, turned_width = text_widths(paper)
    if isinstance(content, Chart):
        width, height = figure_size(content, upright, beside)
        return shared | {"turned": False, "breaks": False, "alt": content.alt, "width": width, "height": height}
    cells = content.cells
    longest = [max(map(count_ems, [name, *cells[name]])) for name in cells]
    numeric = [name in content.numeric for name in cells]
    natural = _PADDING + _CHARACTER * np.clip(longest, _SHORTEST, _LONGEST) + _SPARE * np.array(numeric)
    turned = not _gives(natural, upright)  # what should stand in one line would have to wrap on an upright sheet
    widths = _share_width(natural, turned_width if turned else upright)
    return shared | {
        "turned": bool(turned),
        "breaks": len(cells) > _LONGEST_UNBROKEN,
        "head": list(cells),
        "rows": cells.to_numpy().tolist(),
        "row_anchors": [],
        "numeric": numeric,
        "widths": widths.tolist(),
    }


def text_widths(paper: Paper) -> tuple[float, float]:
    """Return the millimetres between the margins of a sheet that is upright, and of one that is turned."""
    width, height = SHEETS[paper.kind.sheet]
    return width - _SIDES, height - _ENDS


def _gives(natural: np.ndarray, width: float) -> bool:
    """Say whether columns fit in a width, or would if those of long texts were a little narrower."""
    return bool(sum(natural) - width <= _GIVE * sum(natural[~_is_kept(natural)]))


def _is_kept(natural: np.ndarray) -> np.ndarray:
    return natural <= _PADDING + _CHARACTER * _KEPT


def _share_width(natural: np.ndarray, width: float) -> np.ndarray:
    """Share the width of a sheet among columns; where it is short, those of numbers and names keep what they need."""
    kept = _is_kept(natural)
    is_lost = sum(natural[kept]) >= width / 2 and not _gives(natural, width)
    if sum(natural) <= width or kept.all() or is_lost:
        return natural * width / sum(natural)
    return np.where(kept, natural, natural * (width - sum(natural[kept])) / sum(natural[~kept]))


def figure_size(chart: Chart, text_width: float, beside: int = 0) -> tuple[float, float]:
    """Say how many millimetres a figure is wide and high, alone or in a row of so many.

    What office software draws has room for axes and legend.
    """
    wide, high = chart.figure.get_size_inches()
    shape = high / wide
    if beside:
        beside = max(beside, _BESIDE)
        width = (text_width - _GAP * (beside - 1)) / beside
        return width, width * shape
    if chart.data.kind == "picture":
        width = min(text_width, _TALLEST / shape)
        return width, width * shape
    needed = _LINES_HIGH if chart.data.kind == "line" else _AXES_HIGH + _BAR_HIGH * len(chart.data.frame)
    return text_width, min(_TALLEST, max(text_width * shape, needed))
