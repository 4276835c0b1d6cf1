"""An appendix on paper: Word and PDF, filled from one description, so that their pages break alike.

Word is laid out as GB/T 9704-2012 asks, its charts editable where Word has the kind; the PDF is typeset by typst, with
Chinese embedded, PDF/A and tagged.
"""

import io
import json
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from jinja2 import Environment, FileSystemLoader
from xlsxwriter.utility import xl_col_to_name

from analysis.documents.appendix import Appendix, Item
from analysis.documents.spreadsheet import is_labelled, write_numbers
from analysis.exhibits.chart import Chart, ChartData
from analysis.exhibits.drafting import Cited
from analysis.exhibits.fonts import font_path, with_stand_ins
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ink_on
from analysis.periods import AnyYear, last_day
from analysis.problems import WorkbookError
from analysis.texts import count_ems

_FOLDER = Path(str(files("analysis.documents").joinpath("templates")))
_TEMPLATES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_TEMPLATES.filters["twips"] = lambda millimetres: Mm(millimetres).twips
_TEMPLATES.globals |= {"ink": INK, "muted": MUTED, "faint": FAINT, "paper": PAPER}

_TEXT_WIDTH = 156
"""Millimetres between the margins that GB/T 9704-2012 sets for A4."""
_TALLEST = 195
"""Millimetres a figure may take, so that its caption and note stay on its page."""
_LONGEST_UNBROKEN = 20
"""Rows up to which a table stays on one page."""
_LANDSCAPE_WIDTH = 297 - 37 - 35
"""Millimetres: the margins turn with the sheet."""
_LINES_HIGH, _AXES_HIGH, _BAR_HIGH = 80.0, 32.0, 6.5
"""Millimetres of a line chart; of what stands around bars; of a bar."""
_CHARACTER, _PADDING = 3.2, 4.2
"""Millimetres a Chinese character of 9 points takes, and the sides of a cell."""
_LONGEST, _SHORTEST, _KEPT = 34, 2, 9
"""Characters of a column after which its text wraps, and before which it is not made narrower: ever, or while others
can be."""


def describe(appendix: Appendix) -> dict[str, Any]:
    """Say what the templates of Word and PDF show, in words and numbers alone.

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
        "date": last_day(appendix.year).timetuple()[:3],
        "notice": appendix.notice,
        "is_to_be_told": appendix.is_to_be_told,
        "passages": [
            passage._asdict() | {"paragraphs": [list(map(link, sentence)) for sentence in passage.paragraphs]}
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
        width, height = _figure_size(content)
        return shared | {"turned": False, "breaks": False, "alt": content.alt, "width": width, "height": height}
    cells = content.cells
    longest = [max(map(count_ems, [name, *cells[name]])) for name in cells]
    natural = _PADDING + _CHARACTER * np.clip(longest, _SHORTEST, _LONGEST)
    turned = sum(natural) > _TEXT_WIDTH  # what should stand in one line would have to wrap on an upright sheet
    widths = _share_width(natural, _LANDSCAPE_WIDTH if turned else _TEXT_WIDTH)
    return shared | {
        "turned": bool(turned),
        "breaks": len(cells) > _LONGEST_UNBROKEN,
        "head": list(cells),
        "rows": cells.to_numpy().tolist(),
        "row_anchors": [],
        "numeric": [name in content.numeric for name in cells],
        "widths": widths.tolist(),
    }


def _share_width(natural: np.ndarray, width: float) -> np.ndarray:
    """Share the width of a sheet among columns; where it is short, those of numbers and names keep what they need."""
    kept = natural <= _PADDING + _CHARACTER * _KEPT
    if sum(natural) <= width or kept.all() or sum(natural[kept]) >= width / 2:
        return natural * width / sum(natural)
    return np.where(kept, natural, natural * (width - sum(natural[kept])) / sum(natural[~kept]))


def _figure_size(chart: Chart) -> tuple[float, float]:
    """Say how many millimetres a figure is wide and high; what office software draws has room for axes and legend."""
    wide, high = chart.figure.get_size_inches()
    shape = high / wide
    if chart.data.kind == "picture":
        width = min(_TEXT_WIDTH, _TALLEST / shape)
        return width, width * shape
    needed = _LINES_HIGH if chart.data.kind == "line" else _AXES_HIGH + _BAR_HIGH * len(chart.data.frame)
    return _TEXT_WIDTH, min(_TALLEST, max(_TEXT_WIDTH * shape, needed))


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
    shown = describe(appendix) | {"pictures": pictures}
    compiler = typst.Compiler(
        str(_FOLDER / "appendix.typ"),
        font_paths=[str(path.parent)],
        ignore_system_fonts=True,
        sys_inputs={"appendix": with_stand_ins(json.dumps(shown, ensure_ascii=False))},  # PDF/A refuses what is lacking
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    found = json.loads(compiler.query("<item>", field="value"))
    assert isinstance(pdf, bytes)  # of one format, into memory
    return pdf, {each["label"]: each["page"] for each in found}


def write_word(appendix: Appendix, pages: dict[str, int]) -> bytes:
    """Write the appendix as .docx.

    Parameters
    ----------
    appendix : Appendix
    pages : dict of label to page
        What the list of figures shows until Word counts the pages itself.

    Returns
    -------
    bytes
        The same for the same appendix.
    """
    document = Document()
    _set_properties(document, appendix)
    _replace_styles(document.styles.element)
    body = _TEMPLATES.get_template("appendix.xml.j2").render(
        describe(appendix),
        pages=pages,
        footers=_add_footers(document),
        drawings={item.label: _add_drawing(document.part, chart, appendix.year) for item, chart in appendix.figures},
    )
    document.element.replace(document.element.body, parse_xml(body))
    buffer = io.BytesIO()  # left open: an archive that was not finished is closed later, and would complain
    document.save(buffer)
    return _without_clock(buffer.getvalue())


def _set_properties(document: Any, appendix: Appendix) -> None:
    relations, properties = document.part.package.rels, document.core_properties
    for key in [key for key, each in relations.items() if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]  # a picture of python-docx's own template
    properties.title, properties.author, properties.comments = appendix.title, "", appendix.notice
    properties.created = properties.modified = last_day(appendix.year)
    properties.language = "zh-CN"
    document.settings.odd_and_even_pages_header_footer = True


def _replace_styles(styles: Any) -> None:
    for style in parse_xml((_FOLDER / "styles.xml").read_bytes()).style_lst:
        known = styles.get_by_id(style.styleId)
        if known is None:
            styles.append(style)
        else:
            styles.replace(known, style)


def _add_footers(document: Any) -> list[str]:
    """Add the footers of odd and of even pages; return what a section refers to them by."""
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        numbered = parse_xml(_TEMPLATES.get_template("footer.xml.j2").render(side=side).strip())
        footer._element.replace(footer.paragraphs[0]._p, numbered)
    return [reference.rId for reference in section._sectPr.iterchildren(qn("w:footerReference"))]


def _add_drawing(part: Any, chart: Chart, year: AnyYear) -> dict[str, Any]:
    """Add a chart, or a picture of one that office software cannot draw; say how the text refers to it."""
    width, height = map(Mm, _figure_size(chart))
    is_drawn = chart.data.kind != "picture"
    if is_drawn:
        relation = part.relate_to(_add_chart(part.package, chart.data, year), RELATIONSHIP_TYPE.CHART)
    else:
        relation, picture = part.get_or_add_image(io.BytesIO(chart.png(300)))
        width, height = picture.scaled_dimensions(width, None)
    return {"relation": relation, "is_chart": is_drawn, "width": width, "height": height}


def _add_chart(package: Any, data: ChartData, year: AnyYear) -> Part:
    """Add a chart that Word can edit, and the workbook that its numbers stand in."""
    name = package.next_partname("/word/embeddings/Microsoft_Excel_Sheet%d.xlsx")
    workbook = Part(name, CONTENT_TYPE.SML_SHEET, write_numbers(data.frame, year), package)
    part = Part(package.next_partname("/word/charts/chart%d.xml"), CONTENT_TYPE.DML_CHART, b"", package)
    above = _stand_above(data.frame)
    drawn = _TEMPLATES.get_template("chart.xml.j2").render(
        data=data,
        format=data.number_format.excel,
        names=list(map(str, data.frame.index)),
        series=[_describe_series(data, number, above[:, number]) for number in range(len(data.frame.columns))],
        relation=part.relate_to(workbook, RELATIONSHIP_TYPE.PACKAGE),
    )
    part._blob = drawn.strip().encode()
    return part


def _describe_series(data: ChartData, number: int, above: np.ndarray) -> dict[str, Any]:
    name, values = str(data.frame.columns[number]), data.frame.iloc[:, number]
    colour = data.colours.get(name, MUTED)
    return {
        "name": name,
        "column": xl_col_to_name(number + 1),
        "values": [None if pd.isna(value) else float(value) for value in values],
        "colour": colour,
        "is_hatched": name in data.hatched,
        "is_dashed": name in data.dashed,
        "is_labelled": values.any() and is_labelled(data),
        "ink": ink_on(colour) if data.kind in {"stacked", "shares"} else INK,
        "sides": ["t" if each else "b" for each in above] if data.kind == "line" else [],
    }


def _stand_above(frame: pd.DataFrame) -> np.ndarray:
    """Say for every number whether there is more room above it than below, among those of its row."""
    values = frame.to_numpy(float)
    order = np.argsort(values, axis=1)
    gaps = np.diff(np.take_along_axis(values, order, axis=1), axis=1)
    edge = np.full((len(values), 1), np.inf)
    roomier_above = np.hstack([gaps, edge]) >= np.hstack([edge, gaps])
    found = np.empty_like(roomier_above)
    np.put_along_axis(found, order, roomier_above, axis=1)
    return found


def _without_clock(content: bytes) -> bytes:
    """Write an archive anew with one date for every part, so that the same document gives the same bytes."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry), zipfile.ZIP_DEFLATED)
        return buffer.getvalue()
