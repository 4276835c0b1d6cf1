"""An appendix laid out: what the templates of Word and PDF show, and how large, so that pages break alike; the PDF.

The PDF is typeset by typst, Chinese embedded, PDF/A and tagged, the same bytes each time.
"""

import json
import unicodedata
from importlib.resources import files
from typing import Any

import numpy as np

from analysis.documents.appendix import Appendix, Item
from analysis.exhibits.chart import Chart
from analysis.exhibits.draft import Cited
from analysis.exhibits.fonts import font_path
from analysis.problems import WorkbookError

_TEMPLATE = files("analysis.documents").joinpath("templates/appendix.typ")
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

    def link(piece: str | Cited) -> dict[str, Any]:
        if isinstance(piece, str):
            return {"text": piece, "link": None}
        return {"text": piece.text, "link": anchors[piece.key]}

    items = [_describe_item(item) for item in appendix.items]
    if anchors:  # the last table has a row for each
        items[-1]["row_anchors"] = list(anchors.values())
    return {
        "title": appendix.title,
        "year": appendix.year,
        "notice": appendix.notice,
        "is_made_up": appendix.is_made_up,
        "passages": [
            vars(passage) | {"paragraphs": [list(map(link, sentence)) for sentence in passage.paragraphs]}
            for passage in appendix.passages
        ],
        "items": items,
    }


def _describe_item(item: Item) -> dict[str, Any]:
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
    if isinstance(content, Chart):
        width, height = figure_size(content)
        return shared | {"turned": False, "breaks": False, "alt": content.alt, "width": width, "height": height}
    cells = content.cells
    longest = [max(map(_length, [name, *cells[name]])) for name in cells]
    natural = _PADDING + _CHARACTER * np.clip(longest, _SHORTEST, _LONGEST)
    turned = sum(natural) > TEXT_WIDTH  # what should stand in one line would have to wrap on an upright sheet
    scale = (LANDSCAPE_WIDTH if turned else TEXT_WIDTH) / sum(natural)
    return shared | {
        "turned": bool(turned),
        "breaks": len(cells) > LONGEST_UNBROKEN,
        "head": list(cells),
        "rows": cells.to_numpy().tolist(),
        "row_anchors": [],
        "numeric": [name in content.numeric for name in cells],
        "widths": (natural * scale).tolist(),
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


def _length(text: str) -> float:
    """Count Chinese characters; others are about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.55 for each in text)


def typeset(appendix: Appendix) -> tuple[bytes, dict[str, int]]:
    """Typeset the appendix.

    Parameters
    ----------
    appendix : Appendix

    Returns
    -------
    pdf : bytes
        PDF/A-2a and PDF/UA-1; typst refuses to write what does not conform.
    pages : dict of label to int
        The page of every figure and table.

    Raises
    ------
    WorkbookError
        If the Chinese fonts that PDF embeds are not installed.
    """
    import typst

    path = font_path()
    if path is None:
        raise WorkbookError("生成 PDF 要嵌入中文字体。请安装 pylopdf-fonts-zh-cn（pip）。")
    pictures = {item.label: chart.svg().decode() for item, chart in appendix.figures}
    compiler = typst.Compiler(
        str(_TEMPLATE),
        font_paths=[str(path.parent)],
        ignore_system_fonts=True,
        sys_inputs={"appendix": json.dumps(describe(appendix) | {"pictures": pictures})},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    found = json.loads(compiler.query("<item>", field="value"))
    assert isinstance(pdf, bytes)  # of one format, into memory
    return pdf, {each["label"]: each["page"] for each in found}
