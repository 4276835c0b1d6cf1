"""The text of a .pdf, page by page; it is read in a process that may not take more than its share (see `apart`)."""

import io
import logging
from typing import Any

from analysis.exchange.sources.layout import part_numbers
from analysis.exchange.sources.parts import LONGEST, Source, join, parts_of_pages
from analysis.texts import FileError

_MOST_PAGES, _MOST_OPERATIONS, _BYTES_OF_AN_OPERATION = 500, 400_000, 50
_SILENT, _SHOWN = {"/Link", "/Popup", "/PrinterMark", "/TrapNet"}, 5
"""What lies on a page and says nothing; pages that a note names one by one."""
_DRAWS_NOTHING = 3
"""How text is drawn that a scanner's program laid under a picture."""


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
        If it has too many pages, or too much is drawn on them.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on damage are for programmers
    reader = PdfReader(io.BytesIO(content))
    if len(reader.pages) > _MOST_PAGES:
        raise FileError(f"有 {len(reader.pages)} 页，最多 {_MOST_PAGES} 页，不像一份通报", "只留通报正文")
    seen = _Seen()
    texts: list[str] = []
    noted: list[int] = []
    blank: list[int] = []
    for page in reader.pages:
        contents = page.get_contents()
        seen.count(0 if contents is None else len(contents.get_data()) // _BYTES_OF_AN_OPERATION)
        texts.append(page.extract_text(visitor_operand_before=seen.look))
        if any(each.get_object().get("/Subtype") not in _SILENT for each in page.annotations or ()):
            noted.append(len(texts))
        if not texts[-1].strip() and _has_pictures(page):
            blank.append(len(texts))
        if sum(map(len, texts)) > LONGEST:  # refused for its length, without reading the rest
            break
    notes = [f"没有读第 {_name(noted)} 页的批注、删改标记或填写的表单，请对照原文核对"] if noted else []
    if blank and any(map(str.strip, texts)):
        notes.append(f"第 {_name(blank)} 页没有文字，可能是扫描的，没有读，请对照原文核对")
    if seen.is_recognised:
        notes.append("文字是扫描件下面的识别层，像是文字识别得来的，请对照原文核对")
    parts = parts_of_pages([[part_numbers(line) for line in text.splitlines()] for text in texts])
    return join(parts, notes, by_ocr=seen.is_recognised)


class _Seen:
    """What has been drawn on the pages so far."""

    def __init__(self) -> None:
        self._drawn, self._mode = 0, 0
        self.is_recognised = False

    def count(self, operations: int) -> None:
        self._drawn += operations + 1
        if self._drawn > _MOST_OPERATIONS:
            raise FileError("里要画的东西太多，不像一份通报", "只留通报正文，或存为 .txt")

    def look(self, operator: bytes, operands: list[Any], *_: object) -> None:
        """Take note of one operation."""
        self.count(0)
        if operator == b"Tr" and operands:
            self._mode = int(operands[0])
        elif operator == b"Q":
            self._mode = 0
        elif operator in {b"Tj", b"TJ", b"'", b'"'} and self._mode == _DRAWS_NOTHING:
            self.is_recognised = True


def _name(pages: list[int]) -> str:
    return "、".join(map(str, pages[:_SHOWN])) + (" 等" if len(pages) > _SHOWN else "")


def _has_pictures(page: Any) -> bool:
    resources = page.get_inherited("/Resources")
    return resources is not None and "/XObject" in resources.get_object()
