"""Recognises the text of a scan on standard input, and says what is read of each page: a line of JSON a page.

Run as `python -m analysis.exchange.sources.recognition`: it can be stopped, and what a crafted file does ends with it.
"""

import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from analysis.exchange.sources.grid import Rule, Table, write_tables
from analysis.exchange.sources.layout import Placed, write_lines
from analysis.exchange.sources.ruling import find_rules, find_slant, has_unread, straighten
from analysis.texts import FileError

_MOST_PAGES, _MOST_PIXELS = 60, 60_000_000
_LONGEST_SIDE, _DOTS = 2_400, 150
"""Pixels along the longer side of what is looked at, and dots per inch at which a page is drawn."""
_LONG, _HIGH, _LONG_TEXT, _STROKE = 842.0, 0.85, 4, 1.15
"""Points along the longer side of a page; how high characters are for their box; how wide a long text is for its
height, and how long a rule, which is no stroke."""
_NARROWEST = 4.0
"""Points that a text has at least in a cell."""
_SURE = 0.8
"""How sure the library is of a text at least, from 0 to 1, not to be told otherwise."""


def recognise(content: bytes) -> Iterator[dict[str, Any]]:
    """Recognise a picture, or the pages of a .pdf.

    Parameters
    ----------
    content : bytes

    Yields
    ------
    dict
        How many `pages` there are, the `lines` of one, its ruled `tables`, its `doubts`, and whether ink is `unread`.

    Raises
    ------
    FileError
        If there are too many pages, or too large ones.
    """
    pages, count = _pictures(content)
    engine = _engine()
    for picture in pages:
        found = engine(picture, use_det=True, use_cls=True)  # it remembers what it was told last
        read = [] if found.txts is None else list(zip(found.boxes, found.txts, found.scores, strict=True))
        texts, rules, level = _lay_level(picture, read) if read else ([], [], None)
        scale, tables = _LONG / max(picture.size), list[Table]()
        scored = [
            each
            for text, (_, _, score) in zip(texts, read, strict=True)
            for each in _read_cells(engine, level, text, rules, scale) or [(text, score)]
        ]
        texts = [text for text, _ in scored]
        lines = write_lines(write_tables(texts, rules, tables), picture.width * scale)
        doubts = [text.text for text, score in scored if score < _SURE]
        doubts += [text.text for text in texts if any(_straddles(text, rule) for rule in rules)]
        unread = bool(tables) and has_unread(level, texts, rules, scale)
        yield {"pages": count, "lines": lines, "doubts": doubts, "tables": tables, "unread": unread}


def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.disable(logging.CRITICAL)  # its remarks are for programmers
    threads = {f"EngineConfig.onnxruntime.{name}": 1 for name in ("intra_op_num_threads", "inter_op_num_threads")}
    return RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.enable_cpu_mem_arena": False, **threads}
    )


def _lay_level(picture: Any, read: Sequence[Any]) -> tuple[list[Placed], list[Rule], Any]:
    """Place texts, in points, and find the rules between them, as if the picture were not slanted; return it so."""
    import numpy as np

    grey, scale = np.asarray(picture.convert("L")), _LONG / max(picture.size)
    shortest = round(_STROKE * median(_height(box) for box, *_ in read))
    slant = find_slant(grey, shortest)
    if slant is None:
        long = [box[1] - box[0] for box, *_ in read if box[1][0] - box[0][0] > _LONG_TEXT * _height(box)]
        slant = float(sum(down for _, down in long) / sum(across for across, _ in long)) if long else 0.0
    texts = [_place(box, text, slant, scale) for box, text, _ in read]
    rules = find_rules(straighten(grey, slant), shortest, scale)
    return texts, [rule for rule in rules if not _is_stroke(rule, texts)], straighten(np.asarray(picture), slant)


def _read_cells(
    engine: Any, level: Any, text: Placed, rules: Sequence[Rule], scale: float
) -> list[tuple[Placed, float]]:
    """Recognise a text again, cell by cell, that goes over the borders of several; none if it does not."""
    import numpy as np

    cells, read = _cut(text, rules), list[tuple[Placed, float]]()
    for cell in cells:
        high = cell.size / (2 if _is_down(text) else 2 * _HIGH)
        sides = [max(round(side / scale), 0) for side in (cell.y - high, cell.y + high, cell.x, cell.end)]
        seen = level[sides[0] : sides[1], sides[2] : sides[3]]
        found = engine(np.rot90(seen) if _is_down(text) else seen, use_det=False, use_cls=False)  # as it does itself
        read += [(cell._replace(text=each), score) for each, score in zip(found.txts or (), found.scores, strict=True)]
    return read


def _cut(text: Placed, rules: Sequence[Rule]) -> list[Placed]:
    """Cut a text at the borders of columns that it goes over, or of rows if it is written down; none if it does not."""
    is_down = _is_down(text)
    start, end = _sides(text)[not is_down]
    borders = sorted(rule.at for rule in rules if rule.is_across is is_down and _straddles(text, rule))
    cells = [(a + 1, b - 1) for a, b in pairwise([start, *borders, end]) if borders and b - a > _NARROWEST]
    if is_down:
        return [text._replace(y=(a + b) / 2, size=b - a) for a, b in cells]
    return [text._replace(x=a, end=b) for a, b in cells]


def _is_down(text: Placed) -> bool:
    return text.size > 2 * (text.end - text.x)


def _height(box: Any) -> float:
    return float(min(box[3][1] - box[0][1], box[1][0] - box[0][0]))  # of one that is written down, its width


def _place(box: Any, text: str, slant: float, scale: float) -> Placed:
    """Place a text by the middle of its height: its box is higher than its characters."""
    points = [((x + slant * y) * scale, (y - slant * x) * scale) for x, y in box.tolist()]
    across, down = [x for x, _ in points], sorted(y for _, y in points)
    top, foot = sum(down[:2]) / 2, sum(down[2:]) / 2
    placed = Placed(min(across), (top + foot) / 2, foot - top, max(across), text)
    return placed if _is_down(placed) else placed._replace(size=_HIGH * placed.size)


def _is_stroke(rule: Rule, texts: Sequence[Placed]) -> bool:
    """Say whether a rule lies in texts for the most part, as do strokes, and those that stand below each other."""
    spans = [_sides(text)[:: 1 if rule.is_across else -1] for text in texts if not _is_down(text)]
    inside = [along for (start, end), along in spans if start < rule.at < end]
    covered = sum(max(min(end, rule.end) - max(start, rule.start), 0) for start, end in inside)
    return covered > (rule.end - rule.start) / 2


def _straddles(text: Placed, rule: Rule) -> bool:
    """Say whether a text goes over a rule, as one that was recognised of two cells."""
    (start, end), along = _sides(text)[:: 1 if rule.is_across else -1]
    within = min(text.size, text.end - text.x) / (4 if rule.is_across else 2)
    return start + within < rule.at < end - within and rule.start < along[1] and along[0] < rule.end


def _sides(text: Placed) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return between what heights, and between what places across, a text stands."""
    return (text.y - text.size / 2, text.y + text.size / 2), (text.x, text.end)


def _pictures(content: bytes) -> tuple[Iterator[Any], int]:
    """Return the pictures to be looked at, drawn one by one, and how many there are."""
    if b"%PDF-" not in content[:1024]:
        return iter([_open_picture(content)]), 1
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    count = len(document)
    if count > _MOST_PAGES:
        raise FileError(f"是扫描件，有{count}页，最多{_MOST_PAGES}页", "只留通报正文")
    return (_draw(document[number]) for number in range(count)), count


def _draw(page: Any) -> Any:
    longer = max(page.get_size()) or 1.0
    scale = min(_DOTS / 72, _LONGEST_SIDE / longer)
    return page.render(scale=scale).to_pil().convert("RGB")


def _open_picture(content: bytes) -> Any:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # its size is looked at here
    picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    if picture.width * picture.height > _MOST_PIXELS:
        raise FileError("图片太大", "缩小到长边4000点以内")
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return upright


def _say(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _main() -> None:
    try:
        for page in recognise(sys.stdin.buffer.read()):
            _say(page)
    except FileError as refusal:
        _say({"rule": refusal.rule, "fix": refusal.fix})
    except Exception:  # whatever the libraries raise on a damaged file
        _say({"rule": "打不开，文件可能损坏", "fix": "用看图软件或阅读器打开核对后另存"})


if __name__ == "__main__":
    _main()
    os._exit(0)  # what is left of a large file is not tidied up first
