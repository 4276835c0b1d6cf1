"""The text of a .docx as its reader sees it: revisions as accepted, what is hidden left out and told."""

import posixpath
from collections.abc import Iterator
from typing import Any

from analysis.exchange.files import CIRCULAR, Package, damaged
from analysis.exchange.sources.numbering import Numbering
from analysis.exchange.sources.parts import Part, Source, join, within_margins
from analysis.exchange.sources.styles import Styles, W, child, number
from analysis.exchange.sources.tracing import trace
from analysis.exchange.sources.word import Walker
from analysis.texts import FileError

_MOST_OF = {"p": 50_000, "r": 200_000, "tc": 50_000, "gridSpan": 50_000, "vMerge": 10_000}
"""Paragraphs, runs, cells, columns that cells span, cells that go on with the one above."""
_WIDTH = f"{W[1:-1]} val"
_ELSEWHERE = {"altChunk", "subDoc"}
"""What stands for text of another file or form, which is not read."""
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NOTES = {"footnote": "脚注", "endnote": "尾注"}


def read_docx(content: bytes) -> Source:
    """Read a .docx: page headers, paragraphs, tables, text boxes, notes.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If it holds too much, or text of which it is not plain what it says.
    """
    package = Package(content, ".docx", CIRCULAR)
    _check_size(package)
    document = _Document(package)
    walker = Walker(document.styles, document.numbering)
    body = list(walker.walk(document.body))
    walker.look_for_more(document.body)
    known = {line for part in body for line in part.text.split("\n")}
    headers = [part for kind in ("header", "footer") for part in document.margins(kind, walker)]
    headers = [part for part in dict.fromkeys(headers) if part.text not in known]
    notes = [part for kind in _NOTES for part in document.notes(kind, walker)]
    return join(within_margins([*body, *notes], headers), walker.tell())


def trace_docx(content: bytes, source: Source) -> tuple[str, list[tuple[int, int] | None]]:
    """Find where the characters of a .docx that has been read stand in its main part.

    Parameters
    ----------
    content : bytes
    source : Source
        What `read_docx` made of it.

    Returns
    -------
    str
        The name of the main part.
    list of (int, int) or None, one for each character
        Which of the main part's `w:t` holds it, by order, and how many characters of that are before it; None for what
        is not written there.
    """
    document = _Document(Package(content, ".docx", CIRCULAR))
    numbers = {piece: number for number, piece in enumerate(document.root.iter(f"{W}t"))}
    parts = list(Walker(document.styles, document.numbering).walk(document.body))
    places = trace(source, parts)
    return document.main, [place and (numbers[place[0]], place[1]) for place in places]


class _Document:
    """The parts of a .docx that have to do with each other."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {name.casefold(): name for name in package.parts}
        main = next((target for kind, _, target in self._relations("") if kind == "officeDocument"), None)
        if main is None:
            raise damaged()
        self.main, self._related = main, list(self._relations(main))
        self.root = self._root(main)
        self.body = child(self.root, "body")
        if self.body is None:
            raise damaged()
        self.styles = Styles(self._first("styles"))
        self.numbering = Numbering(self._first("numbering"), self.styles)
        self._settings = self._first("settings")

    def _root(self, name: str) -> Any:
        from lxml import etree

        if name.casefold() not in self._names:
            raise damaged()
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        try:
            return etree.fromstring(self._package.read(self._names[name.casefold()]), parser)
        except etree.XMLSyntaxError as error:
            raise damaged() from error

    def _relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Go through what a part is related to: the kind, the id and the name of the other part."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.casefold() not in self._names:
            return
        for each in self._root(relations).iter(_RELATIONS):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))
                yield each.get("Type", "").rpartition("/")[2], each.get("Id", ""), target.lstrip("/")

    def _first(self, kind: str) -> Any:
        target = next((target for other, _, target in self._related if other == kind), None)
        return None if target is None or target.casefold() not in self._names else self._root(target)

    def margins(self, kind: str, walker: Walker) -> Iterator[Part]:
        """Read the headers or footers that pages show."""
        targets = {name: target for other, name, target in self._related if other == kind}
        for section in self.body.iter(f"{W}sectPr"):
            shown = {"default"}
            shown |= {"first"} if child(section, "titlePg") is not None else set()
            shown |= {"even"} if child(self._settings, "evenAndOddHeaders") is not None else set()
            for each in section.iterchildren(f"{W}{kind}Reference"):
                if each.get(f"{W}type", "default") in shown and each.get(_ID) in targets:
                    for part in walker.walk(self._root(targets.pop(each.get(_ID)))):
                        yield Part("页眉" if kind == "header" else "页脚", part.text)

    def notes(self, kind: str, walker: Walker) -> Iterator[Part]:
        """Read the notes that the text refers to, in that order."""
        root = self._first(f"{kind}s")
        texts = {} if root is None else {each.get(f"{W}id"): each for each in root.iterchildren(f"{W}{kind}")}
        for count, name in enumerate(dict.fromkeys(walker.referred[kind]), 1):
            for part in () if name not in texts else walker.walk(texts[name]):
                yield Part(f"{_NOTES[kind]} {count}", part.text)


def _check_size(package: Package) -> None:
    """Refuse what too many objects would be made of, and what is not read at all."""
    counts = dict.fromkeys(_MOST_OF, 0)
    for _, name, attributes in package.elements():
        if name in _ELSEWHERE:
            raise FileError("里嵌入了别的文档，那里的文字读不出来", "在 Word 或 WPS 里另存为普通的 .docx，或只留文字")
        if name in counts:
            width = number(attributes.get(_WIDTH, "1"), 0) if name == "gridSpan" else 1
            if width < 1:
                raise damaged()
            counts[name] += width
            if counts[name] > _MOST_OF[name]:
                raise FileError("段落或表格太多，不像一份通报", "只留通报正文")
