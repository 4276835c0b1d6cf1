"""The appendix as PDF: typeset by typst, Chinese embedded, PDF/A and tagged, the same bytes each time."""

from __future__ import annotations

import json
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from analysis.documents.appendix import Appendix
from analysis.documents.layout import describe
from analysis.exhibits.fonts import font_path
from analysis.problems import WorkbookError

_TEMPLATE = files("analysis.documents").joinpath("templates/appendix.typ")


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
        described = json.dumps(describe(appendix), ensure_ascii=False)
        (folder / "appendix.json").write_text(described, encoding="utf-8")
        for item, chart in appendix.figures:
            (folder / f"{item.label}.svg").write_bytes(chart.svg())
        compiler = typst.Compiler(
            str(folder / "appendix.typ"), root=str(folder), font_paths=[str(path.parent)], ignore_system_fonts=True
        )
        pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
        found = json.loads(compiler.query("<item>", field="value"))
    assert isinstance(pdf, bytes)  # of one format, into memory
    return pdf, {each["label"]: each["page"] for each in found}
