"""Recognises the text of a scan on standard input, and says what is read of each page: a line of JSON a page.

Run as `python -m analysis.exchange.sources.recognition`: it can be stopped, and what a crafted file does ends with it.
"""

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

from analysis.exchange.sources.layout import Placed, write_lines
from analysis.texts import FileError

_MOST_PAGES, _MOST_PIXELS = 60, 60_000_000
_LONGEST_SIDE, _DOTS = 2_400, 150
"""Pixels along the longer side of what is looked at, and dots per inch at which a page is drawn."""
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
        How many `pages` there are, the `lines` of one, and its `doubts`.

    Raises
    ------
    FileError
        If there are too many pages, or too large ones.
    """
    pages, count = _pictures(content)
    engine = _engine()
    for picture in pages:
        found = engine(picture)
        texts = [] if found.txts is None else list(zip(found.boxes, found.txts, found.scores, strict=True))
        lines = write_lines(_place(box, text) for box, text, _ in texts)
        doubts = [text for _, text, score in texts if score < _SURE]
        yield {"pages": count, "lines": lines, "doubts": doubts}


def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.disable(logging.CRITICAL)  # its remarks are for programmers
    threads = {f"EngineConfig.onnxruntime.{name}": 2 for name in ("intra_op_num_threads", "inter_op_num_threads")}
    return RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.enable_cpu_mem_arena": False, **threads}
    )


def _place(box: Any, text: str) -> Placed:
    """Place a text by the middle of its height: its box is as high as its tallest character."""
    across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
    return Placed(min(across), (min(down) + max(down)) / 2, max(down) - min(down), max(across), text)


def _pictures(content: bytes) -> tuple[Iterator[Any], int]:
    """Return the pictures to be looked at, drawn one by one, and how many there are."""
    if b"%PDF-" not in content[:1024]:
        return iter([_open_picture(content)]), 1
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    count = len(document)
    if count > _MOST_PAGES:
        raise FileError(f"是扫描件，有 {count} 页，最多 {_MOST_PAGES} 页", "只留通报正文")
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
        raise FileError("图片太大", "缩小到长边 4000 点以内")
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
