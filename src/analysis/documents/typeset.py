"""The appendix as PDF: typeset by typst, Chinese embedded, PDF/A and tagged, the same bytes each time."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from analysis.documents.appendix import Appendix
from analysis.documents.contents import TEXT_WIDTH, Item
from analysis.documents.layout import LANDSCAPE_WIDTH, LONGEST_UNBROKEN, column_widths, figure_size, is_wide
from analysis.exhibits.chart import Chart
from analysis.exhibits.draft import Sentence
from analysis.exhibits.fonts import font_path
from analysis.exhibits.table import Table
from analysis.problems import WorkbookError

_TEMPLATE = files("analysis.documents").joinpath("appendix.typ")


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
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copyfile(str(_TEMPLATE), folder / "appendix.typ")
        content = _describe(appendix, folder)
        (folder / "appendix.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        compiler = typst.Compiler(
            str(folder / "appendix.typ"), root=str(folder), font_paths=[str(path.parent)], ignore_system_fonts=True
        )
        pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
        found = json.loads(compiler.query("<item>", field="value"))
    assert isinstance(pdf, bytes)  # of one format, into memory
    return pdf, {each["label"]: each["page"] for each in found}


def _describe(appendix: Appendix, folder: Path) -> dict[str, Any]:
    """Say what the template shows, and put the pictures beside it."""
    anchors = {cited.key: f"number{place}" for place, cited in enumerate(appendix.cited)}
    return {
        "title": appendix.title,
        "year": appendix.year,
        "notice": appendix.notice,
        "is_made_up": appendix.is_made_up,
        "passages": [
            {
                "heading": passage.heading,
                "level": passage.level,
                "paragraphs": [_describe_sentence(sentence, anchors) for sentence in passage.paragraphs],
            }
            for passage in appendix.passages
        ],
        "items": [
            _describe_item(item, folder, list(anchors.values()) if item is appendix.sources else [])
            for item in appendix.items
        ],
    }


def _describe_sentence(sentence: Sentence, anchors: dict[str, str]) -> list[dict[str, str | None]]:
    return [
        {"text": piece, "link": None} if isinstance(piece, str) else {"text": piece.text, "link": anchors[piece.key]}
        for piece in sentence
    ]


def _describe_item(item: Item, folder: Path, anchors: list[str]) -> dict[str, Any]:
    shared = {"kind": item.kind, "label": item.label, "caption": item.caption, "note": item.note()}
    if isinstance(item.content, Chart):
        return shared | {"turned": False, "breaks": False} | _describe_picture(item, item.content, folder)
    return shared | _describe_table(item.content) | {"anchors": anchors}


def _describe_picture(item: Item, chart: Chart, folder: Path) -> dict[str, Any]:
    file = f"{item.label}.svg"
    (folder / file).write_bytes(chart.svg())
    width, height = figure_size(chart)
    return {"file": file, "alt": chart.alt, "width": width, "height": height}


def _describe_table(table: Table) -> dict[str, Any]:
    turned = is_wide(table)
    return {
        "turned": turned,
        "breaks": len(table.cells) > LONGEST_UNBROKEN,
        "head": list(map(str, table.cells.columns)),
        "rows": table.cells.astype(str).to_numpy().tolist(),
        "numeric": [name in table.numeric for name in table.cells.columns],
        "widths": column_widths(table, LANDSCAPE_WIDTH if turned else TEXT_WIDTH),
    }
