"""The text of a .pdf, page by page; it is read in a process that may not take more than its share (see `apart`)."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from typing import Any

from analysis.exchange.sources.continuation import continue_tables
from analysis.exchange.sources.furniture import strip_pages
from analysis.exchange.sources.grid import Rule, Table, rule_between, write_tables
from analysis.exchange.sources.layout import Placed, write_lines
from analysis.exchange.sources.parts import LONGEST, Source, join, parts_of_pages, tell_left_out
from analysis.texts import FileError

_MOST_PAGES, _MOST_OBJECTS = 500, 400_000
_SHOWN = 5
"""Pages that a note names one by one."""
_UPRIGHT = 0.99
"""The cosine of the angle at which a text stands straight."""


def read_pdf(content: bytes) -> Source:
    """Read the text of all pages; none if it has none, as a scan.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If it has a password, too many pages, or too much is drawn on them.
    """
    document = _open(content)
    if len(document) > _MOST_PAGES:
        raise FileError(f"有{len(document)}页，最多{_MOST_PAGES}页，不像一份通报", "只留通报正文")
    reader = _Reader()
    pages = list[list[str]]()
    for page in document:
        pages.append(reader.read(page))
        if sum(len(line) for lines in pages for line in lines) > LONGEST:  # refused for its length, without the rest
            break
    stripped = strip_pages(pages)
    notes = [*continue_tables(stripped, reader.tables), *reader.tell()] if any(pages) else ()
    return join(parts_of_pages(stripped), notes, by_ocr=reader.is_recognised)


def _open(content: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code != pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise
        raise FileError("有密码，打不开", "用阅读器打开，不带密码另存（打印）为 .pdf") from error


class _Reader:
    """Goes through pages, and keeps what is to be told of them all."""

    def __init__(self) -> None:
        self.is_recognised = False
        self.tables = list[list[Table]]()
        self._pages = self._objects = 0
        self._noted, self._blank, self._slanted = list[int](), list[int](), list[str]()

    def read(self, page: Any) -> list[str]:
        """Read the lines of a page."""
        import pypdfium2.raw as pdfium

        self._pages += 1
        self._objects += pdfium.FPDFPage_CountObjects(page)
        if self._objects > _MOST_OBJECTS:
            raise FileError("里要画的东西太多，不像一份通报", "只留通报正文，或存为 .txt")
        objects = list(page.get_objects(max_depth=5))
        self.tables.append([])
        texts = write_tables(list(self._texts(page)), list(_rules(page, objects)), self.tables[-1])
        lines = write_lines(texts, page.get_width())
        if not any(map(str.strip, lines)) and any(each.type == pdfium.FPDF_PAGEOBJ_IMAGE for each in objects):
            self._blank.append(self._pages)
        if _has_remarks(page):
            self._noted.append(self._pages)
        return lines

    def tell(self) -> Iterator[str]:
        """Say what was doubtful or left out."""
        if self._noted:
            yield f"没有读第{_name(self._noted)}页的批注、删改标记或填写的表单，请对照原文核对"
        if self._blank:
            yield f"第{_name(self._blank)}页没有文字，可能是扫描的，没有读，请对照原文核对"
        yield from tell_left_out("斜放的（多是水印）文字", ["".join(self._slanted)])
        if self.is_recognised:
            yield "文字是扫描件下面的识别层，像是文字识别得来的，请对照原文核对"

    def _texts(self, page: Any) -> Iterator[Placed]:
        """Go through the characters of a page."""
        import pypdfium2.raw as pdfium

        texts = page.get_textpage()
        turned, x, y = _turned(page), ctypes.c_double(), ctypes.c_double()
        box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        for index in range(pdfium.FPDFText_CountChars(texts)):
            text = chr(pdfium.FPDFText_GetUnicode(texts, index))
            if pdfium.FPDFText_IsGenerated(texts, index) or text in "\r\n\0":
                continue
            pdfium.FPDFText_GetMatrix(texts, index, matrix)
            along = turned(matrix.a, matrix.b)[0] - turned(0, 0)[0]
            if along < _UPRIGHT * hypot(matrix.a, matrix.b):
                self._slanted.append(text)
                continue
            drawn = pdfium.FPDFText_GetTextObject(texts, index)
            self.is_recognised |= pdfium.FPDFTextObj_GetTextRenderMode(drawn) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            pdfium.FPDFText_GetCharOrigin(texts, index, x, y)
            pdfium.FPDFText_GetLooseCharBox(texts, index, box)
            size = pdfium.FPDFText_GetFontSize(texts, index) * hypot(matrix.c, matrix.d)
            ends = sorted(turned(*place)[0] for place in ((box.left, box.top), (box.right, box.bottom)))
            if size:
                yield Placed(ends[0], turned(x.value, y.value)[1], size, ends[1], text)


def _turned(page: Any) -> Any:
    """Return what makes places from the left and above of a page's, as it is turned to be seen."""
    left, foot, right, top = page.get_bbox()
    return {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - foot, x - left),
        180: lambda x, y: (right - x, y - foot),
        270: lambda x, y: (top - y, right - x),
    }[page.get_rotation()]


def _rules(page: Any, objects: list[Any]) -> Iterator[Rule]:
    """Go through the edges of what is drawn on a page: borders of tables are lines, or narrow rectangles."""
    import pypdfium2.raw as pdfium

    turned, x, y = _turned(page), ctypes.c_float(), ctypes.c_float()
    for each in objects:
        if each.type != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        matrix, holder = each.get_matrix(), each.container
        while holder is not None:
            matrix, holder = matrix.multiply(holder.get_matrix()), holder.container
        paths = list[list[tuple[float, float]]]()
        for index in range(pdfium.FPDFPath_CountSegments(each)):
            segment = pdfium.FPDFPath_GetPathSegment(each, index)
            if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not paths:
                paths.append([])
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            paths[-1].append(turned(*matrix.on_point(x.value, y.value)))
            if pdfium.FPDFPathSegment_GetClose(segment):
                paths[-1].append(paths[-1][0])
        ends = [pair for path in paths for pair in pairwise(path)]
        yield from filter(None, (rule_between(*start, *end) for start, end in ends))


def _has_remarks(page: Any) -> bool:
    """Say whether something lies on a page that says something."""
    import pypdfium2.raw as pdfium

    silent = {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_PRINTERMARK, pdfium.FPDF_ANNOT_TRAPNET}
    kinds = [
        pdfium.FPDFAnnot_GetSubtype(pdfium.FPDFPage_GetAnnot(page, index))
        for index in range(pdfium.FPDFPage_GetAnnotCount(page))
    ]
    return not silent.issuperset(kinds)


def _name(pages: list[int]) -> str:
    return "、".join(map(str, pages[:_SHOWN])) + (" 等" if len(pages) > _SHOWN else "")
