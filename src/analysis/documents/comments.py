"""Comments in a Word file that somebody else wrote: nothing else of it changes.

python-docx writes comments, too, but it writes every part of the file anew: what other programs have put into styles,
settings and drawings would come out otherwise.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import Any

from lxml import etree

from analysis.exchange.sources.styles import W
from analysis.storage import write_time

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPES, _TYPES_PART = "http://schemas.openxmlformats.org/package/2006/content-types", "[Content_Types].xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_HOLDERS = {
    f"{W}{name}" for name in ("p", "ins", "moveTo", "hyperlink", "smartTag", "sdtContent", "customXml", "fldSimple",
    "dir", "bdo")
}  # fmt: skip
"""What a comment may begin and end in."""
_MARKS = [f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"]


@dataclass(frozen=True)
class Comment:
    """What stands beside some characters.

    Attributes
    ----------
    first, last : (int, int)
        The characters that it is about: which `w:t` of the main part holds one, and how many characters are before it.
    text : str
        Its paragraphs, one a line.
    author : str
    """

    first: tuple[int, int]
    last: tuple[int, int]
    text: str
    author: str


def write_comments(content: bytes, main: str, comments: Iterable[Comment]) -> bytes:
    """Write comments into a .docx; those that it has stay.

    Parameters
    ----------
    content : bytes
    main : str
        The name of the main part (see `trace_docx`).
    comments : iterable of Comment

    Returns
    -------
    bytes
        The file with every part as it was but for the main one, in which nothing but anchors is new and runs are cut
        where these stand, and for what lists the comments.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    known = {entry.filename.casefold(): (entry.filename, data) for entry, data in entries}
    part, changed = _find_comments(known, main)
    listed = etree.fromstring(changed[part])
    text = _Anchors(etree.fromstring(known[main.casefold()][1]))
    marks = [*listed.iter(f"{W}comment"), *(mark for name in _MARKS for mark in text.root.iter(name))]
    taken = {each.get(f"{W}id") for each in marks}
    free = (number for number in map(str, count()) if number not in taken)
    stamp = write_time()
    for number, comment in zip(free, comments, strict=False):
        text.anchor(comment.first, comment.last, number)
        listed.append(_make_comment(comment, number, stamp))
    changed |= {known[main.casefold()][0]: _write(text.root), part: _write(listed)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries:
            archive.writestr(entry, changed.pop(entry.filename, data))
        for name, data in changed.items():
            archive.writestr(name, data)
    return out.getvalue()


def _write(root: Any) -> bytes:
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def _find_comments(known: dict[str, tuple[str, bytes]], main: str) -> tuple[str, dict[str, bytes]]:
    """Return the name of the part that lists the comments, and what changes so that there is one."""
    folder, name = posixpath.split(main)
    beside = posixpath.join(folder, "_rels", f"{name}.rels")
    relations_part, relations_data = known.get(beside.casefold(), (beside, b""))
    relations = etree.fromstring(relations_data or f'<Relationships xmlns="{_RELATIONS}"/>'.encode())
    for each in relations:
        if each.get("Type") == _KIND:
            part = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
            if part.casefold() in known:
                return known[part.casefold()][0], {known[part.casefold()][0]: known[part.casefold()][1]}
            relations.remove(each)  # what it leads to is not there
    part = next(name for name in (_name(folder, number) for number in count()) if name.casefold() not in known)
    ids = {each.get("Id") for each in relations}
    free = next(name for name in (f"rIdComments{number}" for number in count()) if name not in ids)
    target = posixpath.basename(part)
    etree.SubElement(relations, f"{{{_RELATIONS}}}Relationship", Id=free, Type=_KIND, Target=target)
    types_part, types_data = known[_TYPES_PART.casefold()]
    types = etree.fromstring(types_data)
    etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=_TYPE)
    empty = f'<w:comments xmlns:w="{W[1:-1]}"/>'.encode()
    return part, {part: empty, relations_part: _write(relations), types_part: _write(types)}


def _name(folder: str, number: int) -> str:
    return posixpath.join(folder, f"comments{number or ''}.xml")


def _make_comment(comment: Comment, number: str, stamp: str) -> Any:
    made = etree.Element(f"{W}comment")
    for name, value in (("id", number), ("author", comment.author), ("date", stamp), ("initials", comment.author[:1])):
        made.set(f"{W}{name}", value)
    for line in comment.text.split("\n"):
        run = etree.SubElement(etree.SubElement(made, f"{W}p"), f"{W}r")
        etree.SubElement(run, f"{W}t", {_SPACE: "preserve"}).text = line
    return made


class _Anchors:
    """The main part of a document, and which pieces its texts have been cut into."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._pieces = [[(0, each)] for each in root.iter(f"{W}t")]

    def anchor(self, first: tuple[int, int], last: tuple[int, int], number: str) -> None:
        """Put the marks of a comment around some characters, or around what holds them where none may stand inside."""
        start = _climb(self._begin_at(*first))  # before the end is looked for: its run may be cut here
        end = _climb(self._end_after(*last))
        start.addprevious(etree.Element(f"{W}commentRangeStart", {f"{W}id": number}))
        reference = etree.Element(f"{W}r")
        etree.SubElement(reference, f"{W}commentReference", {f"{W}id": number})
        end.addnext(reference)
        end.addnext(etree.Element(f"{W}commentRangeEnd", {f"{W}id": number}))

    def _find(self, text: int, at: int) -> tuple[int, Any]:
        """Return the piece that holds a character, and how many of its characters are before it."""
        begun, piece = next(each for each in reversed(self._pieces[text]) if each[0] <= at)
        return at - begun, piece

    def _begin_at(self, text: int, at: int) -> Any:
        """Return the run that begins with a character, cut off if it has to be."""
        before, piece = self._find(text, at)
        if before:
            piece = self._cut(text, at, before, piece)
        run = piece.getparent()
        if any(each.tag != f"{W}rPr" for each in piece.itersiblings(preceding=True)):
            run = _cut_run(run, [piece, *piece.itersiblings()])
        return run

    def _end_after(self, text: int, at: int) -> Any:
        """Return the run that ends with a character, cut off if it has to be."""
        before, piece = self._find(text, at)
        if before + 1 < len(piece.text or ""):
            self._cut(text, at + 1, before + 1, piece)
        run = piece.getparent()
        if behind := list(piece.itersiblings()):
            _cut_run(run, behind)
        return run

    def _cut(self, text: int, at: int, before: int, piece: Any) -> Any:
        """Cut a piece in two, and return the second."""
        rest = deepcopy(piece)
        rest.text, piece.text = (piece.text or "")[before:], (piece.text or "")[:before]
        for each in (piece, rest):
            each.set(_SPACE, "preserve")
        piece.addnext(rest)
        self._pieces[text] = sorted([*self._pieces[text], (at, rest)], key=lambda each: each[0])
        return rest


def _cut_run(run: Any, behind: Iterable[Any]) -> Any:
    """Move what stands in a run from some place on into a run of its own behind it, that looks alike."""
    other = etree.Element(run.tag, dict(run.attrib), nsmap=run.nsmap)
    if (look := run.find(f"{W}rPr")) is not None:
        other.append(deepcopy(look))
    other.extend(behind)
    run.addnext(other)
    return other


def _climb(run: Any) -> Any:
    """Return the run, or what holds it where a comment may stand: in no text box, and in no part of a ruby."""
    boxes = list(run.iterancestors(f"{W}txbxContent"))
    place = next(boxes[-1].iterancestors(f"{W}r")) if boxes else run
    while place.getparent().tag not in _HOLDERS:
        place = place.getparent()
    return place
