"""A document as PDF: typeset by typst, with Chinese embedded, PDF/A and tagged."""

import json
from importlib.resources import files

from analysis.documents.layout import describe
from analysis.documents.paper import Paper
from analysis.exhibits.fonts import font_path, with_stand_ins
from analysis.problems import WorkbookError


def typeset(paper: Paper) -> tuple[bytes, dict[str, int]]:
    """Typeset a document.

    Parameters
    ----------
    paper : Paper

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
    pictures = {item.label: chart.svg().decode() for item, chart in paper.figures}
    shown = describe(paper) | {"pictures": pictures}
    compiler = typst.Compiler(
        str(files("analysis.documents").joinpath("templates", "document.typ")),
        font_paths=[str(path.parent)],
        ignore_system_fonts=True,
        sys_inputs={"document": with_stand_ins(json.dumps(shown, ensure_ascii=False))},  # PDF/A refuses what is lacking
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    found = json.loads(compiler.query("<item>", field="value"))
    assert isinstance(pdf, bytes)  # of one format, into memory
    return pdf, {each["label"]: each["page"] for each in found}
