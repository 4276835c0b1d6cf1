"""Drawings as pages hold them: SVG with text as text, colours as CSS variables, shapes that say which unit they show.

Matplotlib writes the SVG; what it names, repeats and measures for itself is taken out again.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from zlib import crc32

from lxml import etree
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from analysis.exhibits.palette import VARIABLES
from analysis.exhibits.rendering import save

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_BLANK = re.compile(r"\s+")
_USED = re.compile(r"url\(#([^)]+)\)")
_MEASURED = ("d", "x", "y", "width", "height", "points", "transform")
_DEFAULTS = {"font-family", "stroke-dashoffset: 0", "stroke-miterlimit"}


def tag(artist: Artist, unit_id: str, told: str = "") -> None:
    """Say which unit an artist shows, so that a page finds it.

    Parameters
    ----------
    artist : Artist
    unit_id : str
    told : str
        What is said of it when it is pointed at: its name, value and rank. "" for what only names it.
    """
    tag_each(artist, [unit_id], [told])


def tag_each(artist: Artist, unit_ids: Iterable[str], told: Iterable[str]) -> None:
    """Say which unit each point of a collection shows, in the order of the points (see `tag`)."""
    artist.set_gid(json.dumps(list(zip(unit_ids, told, strict=True)), ensure_ascii=False))


def draw_live(figure: Figure, alt: str) -> str:
    """Render a drawing to SVG for a page; the same figure gives the same text.

    Parameters
    ----------
    figure : Figure
    alt : str
        What it shows.

    Returns
    -------
    str
        An `svg` element. What shows a unit has `data-unit`, and a `title` where something is told of it; words are in
        the font of the page, colours are those of `PALETTE` by name, all others as they are.
    """
    drawn = save(figure, "svg", as_text=True, metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
    root = etree.fromstring(drawn, etree.XMLParser(remove_blank_text=True, remove_comments=True, huge_tree=True))
    own = f"c{crc32(drawn):08x}-"  # what shapes share is named apart from that of other drawings on the page
    for element in root.iter(f"{_SVG}style"):
        element.getparent().getparent().remove(element.getparent())  # its rule would hold for the whole page
    for element in list(root.iter(etree.Element)):
        _tag_element(element)
        _plain(element, own)
    _lift_groups(root)
    width, height = (float(root.get(side, "0").removesuffix("pt")) for side in ("width", "height"))
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "group")
    root.set("aria-label", alt)
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("style", f"--wide: {width:g}; --high: {height:g}")
    etree.cleanup_namespaces(root)
    return _without_namespaces(etree.tostring(root, encoding="unicode"))


def _tag_element(element: Any) -> None:
    """Turn what `tag_each` left in a group's id into tags of the group, or of each of its points."""
    told = element.get("id", "")
    if not told.startswith("["):
        return
    del element.attrib["id"]
    tags = json.loads(told)
    shapes = [element] if len(tags) == 1 else list(element.iter(f"{_SVG}use"))
    for shape, (unit_id, words) in zip(shapes, tags, strict=True):
        shape.set("data-unit", unit_id)
        if words:
            title = etree.Element(f"{_SVG}title")
            title.text = words
            shape.insert(0, title)
            shape.set("role", "img")
            shape.set("tabindex", "-1")


def _plain(element: Any, own: str) -> None:
    """Shorten what an element says of itself, name its colours, and tell apart what it shares."""
    if name := element.get("id"):
        if element.tag in {f"{_SVG}g", f"{_SVG}text"}:
            del element.attrib["id"]
        else:
            element.set("id", own + name)
    if link := element.attrib.pop(_LINK, None):
        element.set("href", f"#{own}{link[1:]}")
    for name in _MEASURED:
        if name in element.attrib:
            element.set(name, _BLANK.sub(" ", _LONG_NUMBER.sub(_shorten, element.get(name))).strip())
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if "clip-path" in element.attrib:
        element.set("clip-path", _USED.sub(rf"url(#{own}\1)", element.get("clip-path")))
    if colour := VARIABLES.get(element.get("fill", "")):
        del element.attrib["fill"]
        element.set("style", f"fill: {colour}")
    if style := element.get("style"):
        kept = [each for each in style.split("; ") if not each.startswith(tuple(_DEFAULTS))]
        named = _COLOUR.sub(lambda found: VARIABLES.get(found[0], found[0]), ";".join(kept).replace(": ", ":"))
        element.set("style", _USED.sub(rf"url(#{own}\1)", named))


def _shorten(number: re.Match[str]) -> str:
    short = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _lift_groups(root: Any) -> None:
    """Take groups away that say nothing of what they hold, and those that hold nothing."""
    for group in reversed(list(root.iter(f"{_SVG}g"))):
        if not len(group) and not (group.text or "").strip():
            group.getparent().remove(group)
        elif not group.attrib:
            above = group.getparent()
            place = above.index(group)
            for offset, child in enumerate(list(group)):
                above.insert(place + offset, child)
            above.remove(group)


def _without_namespaces(text: str) -> str:
    """As HTML has it, an `svg` needs none."""
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)
