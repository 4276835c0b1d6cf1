"""The text of a saved web page as its reader sees it: tables as tables, without navigation, nothing hidden."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from analysis.exchange.decoding import Decoded, decode_text
from analysis.exchange.files import check_count
from analysis.exchange.sources.hidden import HiddenRules, say_hidden
from analysis.exchange.sources.numbering import with_label, write_number
from analysis.exchange.sources.parts import BETWEEN_CELLS, Part, Source, check_length, join, row_of, tell_left_out
from analysis.texts import FileError

_CHARSET = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD, _MOST_CELLS, _MOST_SPANNED, _DEEPEST = 4096, 50_000, 1_000, 200
_GB = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030", "hz-gb-2312"}
_SKIPPED = {
    "script", "style", "template", "noscript", "head", "nav", "aside", "footer", "select", "option", "button", "input",
    "textarea", "iframe", "object", "embed", "applet", "svg", "canvas", "audio", "video", "map", "datalist", "dialog",
    "rt", "rp", "wbr",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
}  # fmt: skip
_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|foot|sidebar|breadcrumbs?|crumb|share|bdsharebuttonbox|copyright|"
    r"banner|toolbar|pagination|pager|related|recommend|search|login)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_STANDS_IN = re.compile("\\s*(?:\u3000\u3000|\u2003\u2003|\xa0{4})")
"""How a paragraph is typed whose first line stands in."""
_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
"""Types of lists, as documents of office software call them."""
_CALLED, _MOST_BESIDE = {"div", "ul", "ol", "header", "section", "table", "form"}, 3
"""What navigation is made of, and which part of a page it is at most."""
_LEAST_LINKS, _MOST_LINKED = 3, 0.6
"""Links in a block, and the share of its characters in them, that make it navigation."""


def read_html(content: bytes) -> Source:
    """Read a web page that was saved as a file.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If it holds too much, is nested too deep, or has raised digits.
    """
    from lxml import etree

    text, note = _decode(content)
    check_count(text.count("<"))
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return join([])
    _check_depth(root)
    sheet = "\n".join("".join(each.itertext()) for each in root.iter("style"))
    walker = _Walker(HiddenRules(sheet), _length(root))
    parts = list(walker.walk(_main_part(root)))
    return join(parts, [*([note] if note else []), *walker.tell()])


def _decode(content: bytes) -> Decoded:
    """Decode a page as it says itself; if it is not so, as any text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(content.decode("utf-16"))
    found = None if content.startswith(codecs.BOM_UTF8) else _CHARSET.search(content[:_HEAD])
    name = found[1].decode().lower() if found else ""
    if name and name not in {"utf-8", "utf8"}:
        try:
            text = content.decode("gb18030" if name in _GB else name)
        except (LookupError, UnicodeError):
            text, note = decode_text(content)
            return Decoded(text, note or f"网页说自己的编码是{name}，其实不是，按 UTF-8 来读，请对照原文核对")
        return Decoded(text)
    return decode_text(content)


def _check_depth(root: Any) -> None:
    """Refuse what is nested too deep to be gone through."""
    from lxml import etree

    deepest, depth = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise FileError(f"里面的内容一层套一层，超过{_DEEPEST}层", "复制正文，存为 .txt 或 .docx")


def _main_part(root: Any) -> Any:
    """Return the article where the page says plainly which part is it, else the whole."""
    for found in (root.findall(".//article"), root.findall(".//main"), root.findall(".//*[@role='main']")):
        if len(found) == 1 and 2 * _length(found[0]) > _length(root):
            return found[0]
    return root


def _length(element: Any) -> int:
    return sum(len(text.strip()) for text in element.itertext())


class _Walker:
    """Goes through a page, and keeps what is to be told."""

    def __init__(self, rules: HiddenRules, whole: int) -> None:
        self._rules, self._whole = rules, whole
        self._paragraphs = self._tables = 0
        self._left_out: dict[str, list[str]] = {}
        self._pictures = self._length = 0
        self._line: list[str] = []
        self._label, self._stands_in = "", False
        self._counts: dict[Any, int] = {}

    def tell(self) -> Iterator[str]:
        """Say what was left out."""
        for why, texts in self._left_out.items():
            yield from tell_left_out(f"{why}文字", texts)
        if self._pictures:
            yield f"有{self._pictures}幅图片，里面的文字没有读，请对照原文核对"

    def walk(self, element: Any) -> Iterator[Part]:
        """Read what stands in a block, paragraph by paragraph."""
        yield from self._read(element, is_kept=False)
        yield from self._end()

    def _end(self) -> Iterator[Part]:
        """End a paragraph, if there is one."""
        written = "".join(self._line)
        text = "\n".join(filter(None, map(_squeeze, written.split("\n"))))
        stands_in = _STANDS_IN.match(written) or self._stands_in
        self._line, self._stands_in = [], False
        if text:
            text, self._label = with_label(self._label, text, BETWEEN_CELLS), ""
            self._paragraphs += 1
            self._length += len(text)
            check_length(self._length)
            yield Part(f"第{self._paragraphs}段", ("\u3000\u3000" if stands_in else "") + text)

    def _read(self, element: Any, *, is_kept: bool) -> Iterator[Part]:
        """Read an element and what is in it; white space is kept where the page says so."""
        tag = str(element.tag)
        is_block = tag in _BLOCKS
        if is_block:
            yield from self._end()
            self._stands_in = self._rules.indents(element)
        if self._is_shown(element):
            if tag == "br":
                self._line.append("\n")
            elif tag == "table" and not _is_layout(element):
                yield from self._read_table(element)
            else:
                if tag == "li":
                    self._label = self._label_of(element)
                keeps = is_kept or tag == "pre"
                self._line.append(_as_typed(element.text, keeps))
                for child in element:
                    yield from self._read(child, is_kept=keeps)
                    self._line.append(_as_typed(child.tail, keeps))
        if is_block:
            yield from self._end()
            self._label = "" if tag == "li" else self._label

    def _label_of(self, item: Any) -> str:
        """Return the number that a browser puts before an item of a list."""
        holder = item.getparent()
        if holder is None or holder.tag != "ol":
            return ""
        before = self._counts.get(holder, _count(holder.get("start", ""), 1) - 1)
        self._counts[holder] = _count(item.get("value", ""), before + 1)
        if re.search(r"list-style[^;]*none", f"{item.get('style', '')};{holder.get('style', '')}"):
            return ""
        return f"{write_number(self._counts[holder], _KINDS.get(holder.get('type', '1'), 'decimal'))}."

    def _is_shown(self, element: Any) -> bool:
        """Say whether an element is text that a reader sees; tell what is not."""
        tag = str(element.tag)
        if tag == "img":
            self._pictures += 1
        if tag in _SKIPPED or tag == "img" or self._is_called_navigation(element):
            return False
        why = say_hidden(element, self._rules) or ("像是导航的" if _is_of_links(element) else "")
        if why:
            self._left_out.setdefault(why, []).append("".join(map(_squeeze, element.itertext())))
        return not why

    def _is_called_navigation(self, element: Any) -> bool:
        """Say whether a block is called so, and is not what the page is about."""
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
        is_called = element.tag in _CALLED and _NAVIGATION.search(names)
        return bool(is_called) and _MOST_BESIDE * _length(element) <= self._whole

    def _read_table(self, table: Any) -> Iterator[Part]:
        """Read a table row by row; a cell that spans rows or columns stands in each."""
        self._tables += 1
        name, below, cells_read = f"表{self._tables}", dict[int, tuple[int, str]](), 0
        for count, row in enumerate(_rows(table), 1):
            cells, spanned = list[str](), dict[int, tuple[int, str]]()
            for cell in [each for each in row if each.tag in {"td", "th"}] if self._is_shown(row) else ():
                text = self._read_cell(cell)
                _fill(cells, below, spanned)
                down, across = _span(cell, "rowspan"), _span(cell, "colspan")
                for _ in range(across):
                    spanned[len(cells)] = (down - 1, text)
                    cells.append(text)
                cells_read += across
                self._length += across * len(text)
                check_length(self._length)
            _fill(cells, below, spanned)
            below = {place: (left, text) for place, (left, text) in spanned.items() if left > 0}
            if cells_read > _MOST_CELLS:
                raise FileError("表格太大，不像一份通报", "只留通报正文")
            if any(map(str.strip, cells)):
                yield Part(f"{name}第{count}行", row_of(cells))

    def _read_cell(self, cell: Any) -> str:
        """Read a cell as lines, with another walker that counts no paragraphs of the page."""
        inner = _Walker(self._rules, self._whole)
        inner._left_out = self._left_out
        text = "\n".join(part.text.strip("\u3000").replace(BETWEEN_CELLS, "\n") for part in inner.walk(cell))
        self._pictures += inner._pictures
        return text


def _fill(cells: list[str], below: dict[int, tuple[int, str]], spanned: dict[int, tuple[int, str]]) -> None:
    """Put what goes on from the row above in its place."""
    while len(cells) in below:
        left, text = below[len(cells)]
        spanned[len(cells)] = (left - 1, text)
        cells.append(text)


def _rows(table: Any) -> Iterator[Any]:
    for each in table:
        if each.tag == "tr":
            yield each
        elif each.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(each)


def _span(cell: Any, name: str) -> int:
    """Return over how many rows or columns a cell goes; 0 rows are all that follow."""
    count = _count(str(cell.get(name, "")).strip(), 1)
    return min(count or (_MOST_SPANNED if name == "rowspan" else 1), _MOST_SPANNED)


def _is_layout(table: Any) -> bool:
    """Say whether a table only puts things in their place: with another one in it, or of one column."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    return all(sum(cell.tag in {"td", "th"} for cell in row) <= 1 for row in _rows(table))


def _is_of_links(element: Any) -> bool:
    """Say whether a block only leads elsewhere."""
    if element.tag not in {"ul", "ol", "div", "dl"}:
        return False
    links = list(element.iter("a"))
    return len(links) >= _LEAST_LINKS and sum(map(_length, links)) > _MOST_LINKED * _length(element)


def _count(written: str, otherwise: int) -> int:
    """Read a number that an attribute gives."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 6 else otherwise


def _as_typed(text: str | None, is_kept: bool) -> str:
    return (text or "") if is_kept else re.sub(r"[ \t\r\n\f]+", " ", text or "")


def _squeeze(text: str) -> str:
    return re.sub(r"[ \xa0]+", " ", text).strip(" \t\u2003\u3000")
