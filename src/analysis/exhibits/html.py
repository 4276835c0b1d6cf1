"""One self-contained HTML file a page: no network, its own characters embedded, one script where a table needs it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import string
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NotRequired, TypedDict, Unpack

import uharfbuzz as harfbuzz
from lxml.html import HTMLParser, document_fromstring

from analysis.exhibits.fonts import font_path
from analysis.exhibits.palette import declare_colours
from analysis.exhibits.table import HTML
from analysis.problems import BuildError

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

_TEMPLATES = Path(str(files("analysis.exhibits").joinpath("templates")))
_FONT_MARK = "embedded-font-goes-here"


class UnitEntry(NamedTuple):
    """A unit that can be looked for.

    Attributes
    ----------
    unit_id, name : str
    also : str
        Its other names.
    page : str
        The file of its own page; "" for none.
    """

    unit_id: str
    name: str
    also: str
    page: str


class Frame(TypedDict):
    """What stands around the body of a page.

    Attributes
    ----------
    title, site : str
    notice : str
        The provenance badge; empty for official data.
    facts : dict of str to str
        Shown in the footer.
    kicker : str
        What the page is, above its heading.
    file : str
        The page's own address.
    home : str
        Address of the index; without it there is no navigation either.
    topics : dict of topic to Page
        The pages the navigation lists.
    years : sequence of (label, file)
        The same topic of other years, the page itself among them.
    units : sequence of UnitEntry
        Who can be looked for; without them there is no box.
    previous, next : (file, title), optional
    """

    title: str
    site: str
    notice: str
    facts: Mapping[str, str]
    kicker: NotRequired[str]
    file: NotRequired[str]
    home: NotRequired[str]
    topics: NotRequired[Mapping[str, Any]]
    years: NotRequired[Sequence[tuple[str, str]]]
    units: NotRequired[Sequence[UnitEntry]]
    previous: NotRequired[tuple[str, str] | None]
    next: NotRequired[tuple[str, str] | None]


def render_cells(notebook: NotebookNode) -> str:
    """Turn an executed notebook into the HTML of a page's body.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    str

    Raises
    ------
    BuildError
        If a cell would hide those after it.
    """
    body, _ = _exporter().from_notebook_node(notebook)
    shown = [number for number, cell in enumerate(notebook.cells, 1) if cell.cell_type != "raw"]
    seen = len(_parse(body).xpath("//section[contains(@class, 'cell')]"))
    if seen < len(shown):
        fault = "里有没闭合的标签（如 <script>、<style>），以后的内容会看不见。请把它闭合。"
        raise BuildError(f"第{shown[max(seen, 1) - 1]}个单元{fault}")
    return str(body)


def link_units(body: str, pages: Mapping[str, str]) -> str:
    """Turn the units that head the rows of tables into links to their profiles.

    Parameters
    ----------
    body : str
        HTML of `render_cells`.
    pages : dict of unit_id to file

    Returns
    -------
    str
    """

    def link(found: re.Match[str]) -> str:
        opening, unit, name = found.groups()
        return f'{opening}<a href="{pages[unit]}">{name}</a></th>' if unit in pages else found[0]

    return re.sub(r'(<th [^>]*data-unit="([^"]*)"[^>]*>)([^<]*)</th>', link, body)


def render_page(body: str, **frame: Unpack[Frame]) -> str:
    """Put a body into the frame every page shares.

    Parameters
    ----------
    body : str
        Trusted HTML.
    **frame
        See `Frame`.

    Returns
    -------
    str
        A complete document.
    """
    body = _head_with_finding(body)
    parsed = _parse(body)
    script = _choose_script(parsed, bool(frame.get("units")))
    page = HTML.get_template("page.html.j2").render(
        frame,
        body=body,
        contents=[(heading.get("id"), heading.text_content().rstrip("¶")) for heading in parsed.xpath("//h2[@id]")],
        colours=declare_colours(),
        css=_read("page.css"),
        script=script,
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
        font=_FONT_MARK,
    )
    return page.replace(_FONT_MARK, _embedded_font(set(html.unescape(page))))


def _choose_script(body: Any, has_units: bool) -> str:
    """Put together what a page needs, which is nothing for one without long tables, charts and units to look for."""
    charts = bool(body.find_class("drawing"))
    needed = {
        "headings.js": charts or has_units,
        "tables.js": charts or body.find_class("sortable"),
        "charts.js": charts,
        "find.js": has_units,
    }
    return "".join(_read(name) for name, is_needed in needed.items() if is_needed)


def _head_with_finding(body: str) -> str:
    """Put what a page finds, if a cell says so, in the place of the question that heads its notebook."""
    found = re.search(r'<h1 class="finding">.*?</h1>', body, re.DOTALL)
    if not found:
        return body
    rest = body[: found.start()] + body[found.end() :]
    headed, questions = re.subn(r"<h1\b.*?</h1>", lambda _: found[0], rest, count=1, flags=re.DOTALL)
    return headed if questions else body


def _parse(body: str) -> Any:
    parser = HTMLParser(huge_tree=True)  # others end, silently, at a picture of ten megabytes
    return document_fromstring(f"<body>{body}", parser=parser)


@cache
def _exporter() -> HTMLExporter:
    from nbconvert import HTMLExporter  # two seconds, for no page without cells

    return HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="cells",
        extra_template_basedirs=[str(_TEMPLATES)],
        optimistic_validation=True,  # the notebook is checked once, not after every step
    )


@cache
def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _embedded_font(characters: Collection[str]) -> str:
    """Cut the workbook's font down to some characters; the same characters give the same bytes."""
    path = font_path()
    if path is None:
        return ""
    wanted = harfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, {*characters, *string.printable}))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.add(int.from_bytes(b"kern"))
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    font = harfbuzz.subset(harfbuzz.Face(harfbuzz.Blob.from_file_path(str(path))), wanted)
    return base64.b64encode(font.blob.data).decode("ascii")
