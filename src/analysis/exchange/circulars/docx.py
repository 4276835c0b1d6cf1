"""The text of a .docx as its reader sees it: changes and hidden text are refused, what is not read is told."""

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from analysis.exchange.circulars.pdf import LONGEST
from analysis.exchange.decoding import Decoded
from analysis.exchange.files import CIRCULAR, Package, damaged
from analysis.texts import FileError

_MOST_OF = {"p": 50_000, "r": 200_000, "tc": 50_000, "gridSpan": 50_000, "vMerge": 1_000}
"""Paragraphs, runs, cells, columns that cells span, cells that go on with the one above."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WIDTH = f"{_W[1:-1]} val"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_ELSEWHERE = {"altChunk", "subDoc"}
"""What stands for text of another file or form, which is not read."""
_WRAPPERS = tuple(f"{_W}{name}" for name in ("sdt", "smartTag", "customXml", "fldSimple"))
"""What stands around text without changing it: controls to fill in, tags that Word gives to words, fields."""
_CHANGES = tuple(f"{_W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"))
_READ = re.compile("r/(hyperlink/)?p/(tc/tr/tbl/)?body(/document)?")
_FARTHEST = 7
"""What texts that are read stand in, from within, and how far that is at most."""
_HIDDEN = {"vanish": "是隐藏文字", "strike": "有删除线", "dstrike": "有删除线"}
_SMALLEST = 8
"""Half points of a text that can be seen."""
_PASSED_OVER = {"符号": ("sym",), "注": ("footnoteReference", "endnoteReference"), "自动编号": ("numPr",)}
"""What a reader sees and python-docx does not, besides text."""
_SHOWN = 20
"""Characters of a text that show which one is meant."""


def read_docx(content: bytes) -> Decoded:
    """Read the paragraphs and tables of a .docx.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Decoded
        Its note says what is there and was not read.

    Raises
    ------
    FileError
        If it holds too much, or text of which it is not plain whether it counts.
    """
    from docx import Document
    from docx.table import Table

    _check_size(content)
    document = Document(io.BytesIO(content))
    body = document.element.body
    _refuse_doubts(body)
    _unwrap(body)
    texts, length = list[str](), 0
    for block in document.iter_inner_content():
        texts.append(_read_table(block) if isinstance(block, Table) else block.text)
        length += len(texts[-1])
        if length > LONGEST:  # refused for its length, without reading the rest
            break
    unread = "、".join(_list_unread(body))
    return Decoded("\n".join(texts), f"没有读{unread}，请对照原文核对" if unread else "")


def _read_table(table: Any) -> str:
    """Read a table row by row; a cell that spans columns or rows stands in each, and is read once."""
    known, rows, length = dict[Any, str](), list[str](), 0
    for row in table.rows:
        cells = []
        for cell in row.cells:
            if cell._tc not in known:
                known[cell._tc] = cell.text
            cells.append(known[cell._tc])
            length += len(cells[-1]) + 1
            if length > LONGEST:
                break
        rows.append("：".join(cells))
        if length > LONGEST:
            break
    return "\n".join(rows)


def _check_size(content: bytes) -> None:
    """Refuse what python-docx would make too many objects of, or a table that it would go through again and again."""
    counts = dict.fromkeys(_MOST_OF, 0)
    for _, name, attributes in Package(content, ".docx", CIRCULAR).elements():
        if name in _ELSEWHERE:
            raise FileError("里嵌入了别的文档，那里的文字读不出来", "在 Word 或 WPS 里另存为普通的 .docx，或只留文字")
        if name in counts:
            try:
                counts[name] += max(int(attributes.get(_WIDTH, "1")), 1) if name == "gridSpan" else 1
            except ValueError as error:
                raise damaged() from error
            if counts[name] > _MOST_OF[name]:
                raise FileError("段落或表格太多，不像一份通报", "只留通报正文")


def _refuse_doubts(body: Any) -> None:
    """Refuse changes that nobody has accepted, and text that is not seen, or not for what it is."""
    if next(body.iter(*_CHANGES), None) is not None:
        raise FileError("里有没接受也没拒绝的修订，不知道哪一种算数", "在“审阅”里接受或拒绝全部修订，再保存")
    if any(_is_on(mark) for mark in body.iter(f"{_W}hidden")):
        raise FileError("里有隐藏的表格行，不知道算不算数", "取消隐藏；不要的删去")
    for looks in body.iter(f"{_W}rPr"):
        text = "".join(each.text or "" for each in looks.getparent().iterchildren(f"{_W}t"))
        if text.strip() and (fault := _find_fault(looks, text)):
            shown = text.strip()[:_SHOWN]
            raise FileError(f"里“{shown}”{fault}，不知道算不算数", "改成普通的文字；不要的删去")


def _is_on(mark: Any) -> bool:
    return mark.get(f"{_W}val") not in {"0", "false", "off"}


def _find_fault(looks: Any, text: str) -> str:
    """Say why a reader does not take a text for what it is."""
    for name, fault in _HIDDEN.items():
        mark = looks.find(f"{_W}{name}")
        if mark is not None and _is_on(mark):
            return fault
    size, place = (looks.find(f"{_W}{name}") for name in ("sz", "vertAlign"))
    if size is not None and str(size.get(f"{_W}val")).isdecimal() and int(size.get(f"{_W}val")) < _SMALLEST:
        return "字太小，看不见"
    colour = looks.find(f"{_W}color")  # headers of tables are white on a ground
    if colour is not None and colour.get(f"{_W}val") == "FFFFFF" and "/tc/" not in _path_of(looks):
        return "是白色的，看不见"
    is_moved = place is not None and place.get(f"{_W}val") in {"superscript", "subscript"}
    return "是上标或下标" if is_moved and re.search("[0-9]", text) else ""


def _unwrap(body: Any) -> None:
    """Put what stands in wrappers, which python-docx passes over, in their place."""
    for wrapper in list(body.iter(*_WRAPPERS)):
        holder = wrapper.find(f"{_W}sdtContent") if wrapper.tag == _WRAPPERS[0] else wrapper
        for child in () if holder is None else list(holder):
            if not str(child.tag).endswith("Pr"):
                wrapper.addprevious(child)
        wrapper.getparent().remove(wrapper)


def _list_unread(body: Any) -> Iterator[str]:
    """Say what a reader of the document sees besides what is read."""
    unread = dict.fromkeys(
        text.text.strip()[:_SHOWN]
        for text in body.iter(f"{_W}t", _MATH)
        if (text.text or "").strip() and not _READ.fullmatch(_path_of(text))
    )
    if unread:
        yield f"文本框、公式、表中表等处的文字（“{next(iter(unread))}”{'等' if len(unread) > 1 else ''}）"
    for what, names in _PASSED_OVER.items():
        if next(body.iter(*(f"{_W}{name}" for name in names)), None) is not None:
            yield what


def _path_of(element: Any) -> str:
    """Name what an element stands in, from within, no farther than the body of a text that is read."""
    return "/".join(str(each.tag).rpartition("}")[2] for each in islice(element.iterancestors(), _FARTHEST))
