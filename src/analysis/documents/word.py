"""A document as .docx: laid out as GB/T 9704-2012 asks, or as a template has it.

Charts can be edited where Word has the kind.
"""

import io
import zipfile
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from jinja2 import Environment, FileSystemLoader
from xlsxwriter.utility import xl_col_to_name

from analysis.documents.kinds import FILE
from analysis.documents.layout import describe, figure_size, text_widths
from analysis.documents.paper import Item, Paper, Row
from analysis.documents.spreadsheet import is_labelled, list_unlabelled, write_numbers
from analysis.exhibits.chart import Chart, ChartData
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ink_on
from analysis.periods import AnyYear, last_day
from analysis.problems import WorkbookError, tell_reason
from analysis.texts import name_path

_FOLDER = Path(str(files("analysis.documents").joinpath("templates")))
_TEMPLATES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_TEMPLATES.filters["twips"] = lambda millimetres: Mm(millimetres).twips
_TEMPLATES.globals |= {"ink": INK, "muted": MUTED, "faint": FAINT, "paper": PAPER}
PLACE = "{正文}"
"""The paragraph of a template that a document takes the place of; without one it takes that of all that is there."""


def write_word(paper: Paper, pages: dict[str, int] | None = None) -> bytes:
    """Write a document as .docx.

    Parameters
    ----------
    paper : Paper
    pages : dict of label to page, optional
        What lists of figures and tables show until Word counts the pages itself.

    Returns
    -------
    bytes
        The same for the same document.

    Raises
    ------
    WorkbookError
        If the template cannot be read.
    """
    template = paper.kind.template_path
    document = Document() if template is None else _open_template(template)
    _set_properties(document, paper)
    _add_styles(document.styles.element, replace=template is None)
    if template is None:
        _add_footers(document)
    if paper.stamp:
        _add_stamp(document, paper.stamp)
    body = _TEMPLATES.get_template("document.xml.j2").render(
        describe(paper), pages=pages or {}, drawings=dict(_add_drawings(document.part, paper))
    )
    _fill(document, parse_xml(body), keeps_page=template is not None)
    buffer = io.BytesIO()  # left open: an archive that was not finished is closed later, and would complain
    document.save(buffer)
    return _without_clock(buffer.getvalue())


def _open_template(path: Path) -> Any:
    try:
        return Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        if not path.exists():
            raise WorkbookError(f"没有模板“{name_path(path)}”。请放在 {FILE} 旁边，或改 template 的文件名。") from error
        why = tell_reason(error) if isinstance(error, OSError) else "不是 Word 文件（.docx）"
        raise WorkbookError(f"模板“{name_path(path)}”打不开：{why}。请在 Word 里另存为 .docx。") from error


def _fill(document: Any, body: Any, *, keeps_page: bool) -> None:
    """Put the body in its place; pages are those of the template, if there is one, turned where ours are."""
    own, sections = document.element.body, list(body.iter(qn("w:sectPr")))
    page = document.sections[-1]._sectPr
    for number, section in enumerate(sections):
        if keeps_page:
            _replace_page(section, page, is_first=number == 0)
        else:
            for reference in page.iterchildren(qn("w:headerReference"), qn("w:footerReference")):
                section.insert(0, deepcopy(reference))
    place = next((each for each in own.iterchildren(qn("w:p")) if _text_of(each) == PLACE), None)
    if place is None:
        if PLACE in "".join(each.text or "" for each in own.iter(qn("w:t"))):
            raise WorkbookError(f"模板里的{PLACE}没有单独成段，或者在表格、文本框里。请把它放在正文里，单独成段。")
        document.element.replace(own, body)
        return
    last = body[-1]
    for element in list(body)[:-1]:
        place.addprevious(element)
    own.remove(place)
    own.replace(own[-1], last)


def _replace_page(section: Any, page: Any, *, is_first: bool) -> None:
    """Give a section the page of the template; the head of its first page is that of the first section alone."""
    turned = section.find(qn("w:pgSz")).get(qn("w:orient")) == "landscape"
    section[:] = [deepcopy(each) for each in page if is_first or each.tag != qn("w:titlePg")]
    size = section.find(qn("w:pgSz"))
    if turned and size is not None and size.get(qn("w:orient")) != "landscape":
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        size.attrib.update({qn("w:w"): height, qn("w:h"): width, qn("w:orient"): "landscape"})


def _text_of(paragraph: Any) -> str:
    return "".join(each.text or "" for each in paragraph.iter(qn("w:t"))).strip()


def _set_properties(document: Any, paper: Paper) -> None:
    relations, properties = document.part.package.rels, document.core_properties
    for key in [key for key, each in relations.items() if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]  # a picture of what was a template before
    properties.title, properties.author, properties.comments = paper.title, "", paper.notice
    properties.created = properties.modified = last_day(paper.year)
    properties.language = "zh-CN"


def _add_styles(styles: Any, *, replace: bool) -> None:
    """Add the styles that documents are set in; a template keeps its own."""
    for style in parse_xml((_FOLDER / "styles.xml").read_bytes()).style_lst:
        known = styles.get_by_id(style.styleId)
        if known is None:
            styles.append(style)
        elif replace:
            styles.replace(known, style)


def _add_footers(document: Any) -> None:
    """Number the pages, on the outer side."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        numbered = parse_xml(_TEMPLATES.get_template("footer.xml.j2").render(side=side).strip())
        footer._element.replace(footer.paragraphs[0]._p, numbered)


def _add_stamp(document: Any, stamp: str) -> None:
    """Write a line into the head of every page."""
    both = document.settings.odd_and_even_pages_header_footer
    for place, section in enumerate(document.sections):
        heads = [section.header]
        heads += [section.even_page_header] if both else []
        heads += [section.first_page_header] if section.different_first_page_header_footer else []
        for head in heads:
            if place and head.is_linked_to_previous:  # that has the line already
                continue
            head.is_linked_to_previous = False
            line = parse_xml(_TEMPLATES.get_template("stamp.xml.j2").render(stamp=stamp).strip())
            head._element.insert(0, line)


def _add_drawings(part: Any, paper: Paper) -> Any:
    """Add every chart, or a picture of one that office software cannot draw; yield how the text refers to it."""
    for block in paper.blocks:
        beside = len(block.items) if isinstance(block, Row) else 0
        for item in block.items if isinstance(block, Row) else (block,):
            if isinstance(item, Item) and isinstance(item.content, Chart):
                yield item.label, _add_drawing(part, item.content, paper, beside)


def _add_drawing(part: Any, chart: Chart, paper: Paper, beside: int) -> dict[str, Any]:
    width, height = map(Mm, figure_size(chart, text_widths(paper)[0], beside))
    is_drawn = chart.data.kind != "picture" and not beside
    if is_drawn:
        relation = part.relate_to(_add_chart(part.package, chart.data, paper.year), RELATIONSHIP_TYPE.CHART)
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
        "silent": [] if data.kind == "line" else list_unlabelled(data, name),
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
