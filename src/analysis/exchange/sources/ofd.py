"""The text of an .ofd (GB/T 33190): pages of texts at their places, put into lines."""

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from analysis.exchange.files import CIRCULAR, Package, damaged
from analysis.exchange.sources.continuation import continue_tables
from analysis.exchange.sources.furniture import strip_pages
from analysis.exchange.sources.grid import Rule, Table, rule_between, write_tables
from analysis.exchange.sources.layout import Placed, write_lines
from analysis.exchange.sources.parts import Source, check_length, join, parts_of_pages, tell_left_out
from analysis.texts import FileError, count_ems

_MOST_PAGES, _MOST_TEXTS = 500, 200_000
_SMALLEST = 1.0
"""Millimetres of a text that can be seen."""
_WHITEST = 0xF0
_POINT = 72 / 25.4
"""Points of a millimetre."""
_PLACE = re.compile(r"(-?[\d.]+)\s+(-?[\d.]+)\s*(?=[A-Z]|$)")
_REPEATED = re.compile(r"g\s+(\d{1,5})\s+(\S+)")


def read_ofd(content: bytes) -> Source:
    """Read the text of all pages.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If it is damaged, holds too much, has no text, or text of a font that does not say which.
    """
    document = _Document(content)
    pages, tables = list[list[str]](), list[list[Table]]()
    for texts, rules, width in document.pages():
        tables.append([])
        pages.append(write_lines(write_tables(texts, rules, tables[-1]), width))
    stripped = strip_pages(pages)
    notes = [*continue_tables(stripped, tables), *document.tell()]
    parts = parts_of_pages(stripped)
    if not any(part.text.strip() for part in parts):
        raise FileError("里没有文字，可能是扫描的", "用 OFD 阅读器另存为 .pdf 或图片再读")
    return join(parts, notes)


class _Document:
    """The first document of an .ofd."""

    def __init__(self, content: bytes) -> None:
        self._package = Package(content, ".ofd", CIRCULAR)
        for _ in self._package.elements():  # counted, and refused if there are too many
            pass
        self._names = {name.casefold(): name for name in self._package.parts}
        bodies = _children(self._root("OFD.xml"), "DocBody")
        roots = [root.text or "" for body in bodies for root in _children(body, "DocRoot")]
        if not roots:
            raise damaged()
        self._is_one = len(roots) == 1
        self._main = roots[0].strip().lstrip("/")
        self._left_out: dict[str, list[str]] = {}
        self._pictures = self._length = self._texts = 0
        self._has_remarks = False

    def _root(self, name: str) -> Any:
        from lxml import etree

        if name.casefold() not in self._names:
            raise damaged()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        try:
            return etree.fromstring(self._package.read(self._names[name.casefold()]), parser)
        except etree.XMLSyntaxError as error:
            raise damaged() from error

    def _beside(self, name: str) -> str:
        """Return the name of a part that the document's main part names."""
        folder = "" if name.startswith("/") else posixpath.dirname(self._main)
        return posixpath.normpath(posixpath.join(folder, name.strip().lstrip("/")))

    def pages(self) -> Iterator[tuple[list[Placed], list[Rule], float]]:
        """Go through the texts and rules of each page, those of its templates with them, and its width, in points."""
        root = self._root(self._main)
        templates = {each.get("ID"): each.get("BaseLoc", "") for each in _all(root, "TemplatePage")}
        pages = [page for holder in _children(root, "Pages") for page in _children(holder, "Page")]
        self._has_remarks = any(True for _ in _all(root, "Annotations"))
        if len(pages) > _MOST_PAGES:
            raise FileError(f"有{len(pages)}页，最多{_MOST_PAGES}页，不像一份通报", "只留通报正文")
        for page in pages:
            content = self._root(self._beside(page.get("BaseLoc", "")))
            used = [each.get("TemplateID") for each in _children(content, "Template")]
            roots = [self._root(self._beside(templates[each])) for each in used if each in templates]
            parts = (*roots, content)
            box = next((_numbers(box.text or "") for each in (content, root) for box in _all(each, "PhysicalBox")), [])
            texts = [text for each in parts for text in self._texts_of(each)]
            scaled = [
                Placed(x * _POINT, y * _POINT, size * _POINT, end * _POINT, text) for x, y, size, end, text in texts
            ]
            rules = [rule for each in parts for path in _all(each, "PathObject") for rule in _rules(path)]
            yield scaled, rules, _POINT * sum(box[2:3])

    def tell(self) -> Iterator[str]:
        """Say what was left out."""
        if not self._is_one:
            yield "文件里有几份文档，只读了第一份"
        for why, texts in self._left_out.items():
            yield from tell_left_out(f"{why}文字", texts)
        if self._pictures:
            yield f"有{self._pictures}处图片或图形，里面的文字没有读，请对照原文核对"
        if self._has_remarks:
            yield "有批注或签章，里面的文字没有读，请对照原文核对"

    def _texts_of(self, root: Any) -> Iterator[Placed]:
        self._pictures += sum(1 for name in ("ImageObject", "CompositeObject") for _ in _all(root, name))
        for each in _all(root, "TextObject"):
            codes = list(_all(each, "TextCode"))
            text = "".join(code.text or "" for code in codes)
            if not text.strip():
                continue
            self._check(text)
            if why := _find_fault(each):
                self._left_out.setdefault(why, []).append(text)
                continue
            for code in codes:
                yield from _place(each, code)

    def _check(self, text: str) -> None:
        self._length += len(text)
        self._texts += 1
        check_length(self._length)
        if self._texts > _MOST_TEXTS:
            raise FileError("里的文字块太多，不像一份通报", "只留通报正文，或存为 .txt")
        if any(each == "\xa4" or "\ue000" <= each <= "\uf8ff" for each in text):
            raise FileError("里有的字体没有说明是什么字，读不出来", "用 OFD 阅读器另存为 .pdf 或图片再读")


def _find_fault(item: Any) -> str:
    """Say why a reader does not see a text; "" if one does."""
    if item.get("Visible", "true").lower() in {"false", "0"} or item.get("Alpha", "255") == "0":
        return "隐藏的"
    across, turned, slanted, *_ = _matrix(item)
    if turned or abs(slanted) > abs(across) / 2:
        return "斜放的（多是水印）"
    if 0 < _number(item.get("Size", "")) * abs(across) < _SMALLEST:
        return "太小的"
    colour = next(_children(item, "FillColor"), None)
    parts = [] if colour is None else [_number(each) for each in colour.get("Value", "").split()]
    return "白色的" if len(parts) in {1, 3} and min(parts) >= _WHITEST else ""


def _place(item: Any, code: Any) -> Iterator[Placed]:
    """Put a stretch of text on its page."""
    text = (code.text or "").strip("\r\n")
    left, top, *_ = [*_numbers(item.get("Boundary", "")), 0.0, 0.0]
    a, b, c, d, e, f = _matrix(item)
    x, y = _number(code.get("X", "0")), _number(code.get("Y", "0"))
    size = (_number(item.get("Size", "")) or 1.0) * (abs(d) or 1.0)
    steps = _steps(code.get("DeltaX", ""))
    down = _steps(code.get("DeltaY", ""))
    if any(down) and not any(steps):  # written from top to bottom: each character is a line of its own
        at = y
        for character, step in zip(text, [*down, *[size] * len(text)], strict=False):
            yield Placed(left + a * x + c * at + e, top + b * x + d * at + f, size, left + a * x + size, character)
            at += step
        return
    width = (sum(steps[: len(text) - 1]) + count_ems(text[-1:]) * size / (abs(a) or 1.0)) if steps else 0.0
    width = width * abs(a) or count_ems(text) * size
    start = left + a * x + c * y + e
    if text.strip():
        yield Placed(start, top + b * x + d * y + f, size, start + width, text)


def _rules(path: Any) -> Iterator[Rule]:
    """Go through the edges of what is drawn, in points: borders of tables are lines, or narrow rectangles."""
    left, top, *_ = [*_numbers(path.get("Boundary", "")), 0.0, 0.0]
    a, b, c, d, e, f = _matrix(path)
    for drawn in "".join(data.text or "" for data in _all(path, "AbbreviatedData")).split("M")[1:]:
        places = [(_number(x), _number(y)) for x, y in _PLACE.findall(drawn)]
        ends = [(_POINT * (left + a * x + c * y + e), _POINT * (top + b * x + d * y + f)) for x, y in places]
        ends += ends[:1] if "C" in drawn else []
        yield from filter(None, (rule_between(*start, *end) for start, end in pairwise(ends)))


def _matrix(item: Any) -> tuple[float, ...]:
    found = _numbers(item.get("CTM", ""))
    return tuple(found) if len(found) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _steps(written: str) -> list[float]:
    """Read how far characters stand apart; `g 3 5` stands for 5 5 5."""
    return _numbers(_REPEATED.sub(lambda found: f"{found[2]} " * min(int(found[1]), 10_000), written))


def _numbers(written: str) -> list[float]:
    return [_number(each) for each in written.split()]


def _number(written: str | None) -> float:
    """Read a length in millimetres; what is none is 0."""
    try:
        found = float(written or "")
    except ValueError:
        return 0.0
    return found if abs(found) < 1e6 else 0.0


def _all(root: Any, name: str) -> Iterator[Any]:
    return (each for each in root.iter() if str(each.tag).rpartition("}")[2] == name)


def _children(element: Any, name: str) -> Iterator[Any]:
    return (each for each in element if str(each.tag).rpartition("}")[2] == name)
