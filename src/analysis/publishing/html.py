"""One self-contained HTML file a page: no script, no network, its own characters embedded."""

from __future__ import annotations

import base64
import html
import io
import re
import string
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from fontTools import subset
from fontTools.ttLib import TTFont
from jinja2 import Environment, FileSystemLoader
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter

from analysis.figures.fonts import font_path

_TEMPLATES = Path(str(files("analysis.publishing").joinpath("templates")))
_FONT_MARK = "embedded-font-goes-here"
_PAGES = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def render_cells(notebook: nbformat.NotebookNode) -> str:
    """Turn an executed notebook into the HTML of a page's body.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    str
    """
    exporter = HTMLExporter(template_name="cells", extra_template_basedirs=[str(_TEMPLATES)])  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(notebook)
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


def render_index(site: str, story: list[str], pages: list[Any], profiles: Mapping[str, list[Any]]) -> str:
    """Write the body of the index page.

    Parameters
    ----------
    site : str
    story : list of str
        Sentences that tell the year.
    pages : list of Page
    profiles : dict of group name to list of Page
        One page per unit; empty if none were made.

    Returns
    -------
    str
    """
    return _PAGES.get_template("index.html.j2").render(site=site, story=story, pages=pages, profiles=profiles)


def render_page(
    body: str,
    *,
    title: str,
    site: str,
    notice: str,
    facts: Mapping[str, str],
    kicker: str = "",
    home: str = "",
    previous: tuple[str, str] | None = None,
    next: tuple[str, str] | None = None,
) -> str:
    """Put a body into the frame every page shares.

    Parameters
    ----------
    body : str
        Trusted HTML.
    title, site : str
    notice : str
        The provenance badge; empty for official data.
    facts : dict of str to str
        Shown in the footer.
    kicker : str
        What the page is, above its heading.
    home : str
        Address of the index, empty on the index itself.
    previous, next : (file, title), optional

    Returns
    -------
    str
        A complete document.
    """
    headings = BeautifulSoup(body, "html.parser").find_all("h2", id=True)
    page = _PAGES.get_template("page.html.j2").render(
        body=body,
        title=title,
        site=site,
        notice=notice,
        facts=facts,
        kicker=kicker,
        home=home,
        previous=previous,
        next=next,
        contents=[(str(heading["id"]), heading.get_text().rstrip("¶")) for heading in headings],
        css=_style(),
        font=_FONT_MARK,
    )
    characters = "".join(sorted({character for character in html.unescape(page) if ord(character) > 0x7F}))
    return page.replace(_FONT_MARK, _embedded_font(characters))


@cache
def _style() -> str:
    code = str(HtmlFormatter(style="default").get_style_defs(".highlight"))
    return (_TEMPLATES / "page.css").read_text(encoding="utf-8") + code


def _embedded_font(characters: str) -> str:
    """Cut the workbook's font down to some characters; the same characters give the same bytes."""
    path = font_path()
    if path is None:
        return ""
    options = subset.Options(flavor="woff2", layout_features=["kern"], hinting=False, notdef_outline=True)
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters + string.printable)
    subsetter.subset(font)
    font.flavor = "woff2"
    with io.BytesIO() as buffer:
        font.save(buffer)
        return base64.b64encode(buffer.getvalue()).decode("ascii")
