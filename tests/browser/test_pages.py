"""Pages in a real browser with the network off."""

from __future__ import annotations

import io
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from analysis.exhibits.fonts import font_path
from analysis.texts import ORDINARY

pytestmark = pytest.mark.slow


def test_pages_need_no_network_and_no_sideways_scrolling(browser: Any, reports: Path) -> None:
    context = browser.new_context(offline=True)
    for path in sorted(reports.glob("*.html")):
        page = context.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(path.as_uri())
        assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
        assert said == []
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        page.evaluate("document.querySelectorAll('.table-scroll').forEach(each => each.classList.add('fits'))")
        turning = page.evaluate("document.documentElement.scrollWidth")
        assert turning <= 390, f"{path.name}: while it turns narrow, before its script has seen that"
        broken = page.evaluate("[...document.images].filter(i => !i.complete || i.naturalWidth == 0).length")
        assert broken == 0
        page.close()
    context.close()


def test_every_character_has_a_glyph(opened: dict[str, Any]) -> None:
    """With only the embedded font, every Chinese character on a page is in that font."""
    from fontTools.ttLib import TTFont

    known = set(TTFont(str(font_path())).getBestCmap())
    for name, page in opened.items():
        text = page.evaluate("document.body.innerText")
        data = page.evaluate(
            "[...document.styleSheets].flatMap(s => [...s.cssRules]).find(r => r instanceof CSSFontFaceRule).style.src"
        )
        import base64

        embedded = TTFont(io.BytesIO(base64.b64decode(data.split("base64,")[1].split('"')[0])))
        missing = {character for character in text if ord(character) > 0x7F} - {chr(c) for c in embedded.getBestCmap()}
        assert missing == set(), name
        assert {ord(character) for character in text if ord(character) > 0x7F} <= known


def test_the_workbook_stays_small(reports: Path) -> None:
    """It goes by mail and on sticks."""
    sizes = [path.stat().st_size for path in reports.glob("*.html") if not path.name.startswith("unit-")]
    assert sum(sizes) < 6_000_000


def test_links_lead_to_pages_and_headings(opened: dict[str, Any], reports: Path) -> None:
    for page in opened.values():
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
        within = {link for link in links if link.startswith("#")}
        ids = set(page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)"))
        assert within and [link for link in within if not {link[1:], unquote(link[1:])} & ids] == []
        elsewhere = [link for link in links if link not in within and not link.startswith("data:text/csv;base64,")]
        assert [link for link in elsewhere if not (reports / link).is_file()] == []


def test_headings_are_in_order_and_code_is_folded(opened: dict[str, Any]) -> None:
    for page in opened.values():
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    for name, page in opened.items():
        code = page.locator("details#method .code pre")
        assert (code.count() > 2) == (name != "index.html") and code.filter(visible=True).count() == 0
        assert page.locator("pre").count() == code.count()


def test_claims_are_filtered_without_scripts(browser: Any, reports: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((reports / "audit-2021.html").as_uri())
    page.locator(".fold > summary").first.click()
    rows = page.locator("tr.contradicted, tr.exact")
    assert rows.filter(visible=True).count() > 50
    page.get_by_label("不符 2").check()
    assert page.locator("tr.contradicted").filter(visible=True).count() == 2
    assert page.locator("tr.exact").filter(visible=True).count() == 0
    page.get_by_label("不符 2").press("ArrowLeft")  # back to all, by keyboard
    assert page.locator("tr.exact").filter(visible=True).count() > 50
    page.close()


def test_a4_print_keeps_wide_tables_on_the_sheet(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 688, "height": 1000})  # A4 less its margins, at 96 dpi
    page.emulate_media(media="print")
    for path in sorted(reports.glob("*.html")):
        page.goto(path.as_uri())
        wide = page.evaluate("Math.max(0, ...[...document.querySelectorAll('table')].map(t => t.scrollWidth))")
        assert wide <= 688, path.name
    page.close()


def test_the_head_of_a_long_table_is_printed_on_every_sheet(browser: Any, reports: Path, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "audit-2021.html").as_uri())
    page.locator(".fold > summary").first.click()
    page.pdf(path=tmp_path / "audit.pdf", format="A4", prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "audit.pdf").pages]
    assert sum("出处" in sheet for sheet in sheets) >= 4
    page.close()


def test_no_caption_is_printed_away_from_its_table(browser: Any, reports: Path, tmp_path: Path) -> None:
    """No sheet begins with a note or with the source of a chart, and none ends with a caption and its note."""
    page = browser.new_page()
    for name in ("certainty-2021", "compare-2020-2021", "why-2020-2021"):
        page.goto((reports / f"{name}.html").as_uri())
        captions, notes, sources = (
            tuple(map(_run_on, page.locator(part).filter(visible=True).all_inner_texts()))
            for part in (".caption:has(.note)", ".caption .note", "figure .source")
        )
        page.pdf(path=tmp_path / "printed.pdf", format="A4", prefer_css_page_size=True)
        sheets = [_run_on(sheet.extract_text()) for sheet in PdfReader(tmp_path / "printed.pdf").pages]
        assert sources and all(any(each in text for text in sheets) for each in captions + sources)
        for text in sheets:
            assert not text.endswith(captions), name
            assert not text.startswith(("评分为", *notes, *sources)), name
    page.close()


def _run_on(text: str) -> str:
    """Browsers may write a radical in a PDF where a character looks the same: ⻔ for 门."""
    return "".join(unicodedata.normalize("NFKC", text).translate(ORDINARY).split())


def test_on_a_phone_what_must_be_read_does_not_scroll_away(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((reports / "scores-2021.html").as_uri())
    words = page.locator("figcaption, figure .source, .caption")
    assert words.filter(has_text="不是任何单位的真实得分").count() >= 3
    assert _said_around_charts(page) == page.locator("figure.chart").count() > 0
    for box in words.evaluate_all(
        "all => all.map(e => [e.getBoundingClientRect(), e.closest('.table-scroll, .drawing')])"
    ):
        assert box[0]["left"] >= 0 and box[0]["right"] <= 390 and box[1] is None
    cue = "all => all.map(each => getComputedStyle(each, '::before').content)"
    cues = page.locator(".table-scroll.scrolls").evaluate_all(cue)
    assert cues and all("滑动" in each for each in cues)
    cue_of_charts = "all => all.map(each => getComputedStyle(each, '::after').content)"
    assert all("滑动" in each for each in page.locator("figcaption span").evaluate_all(cue_of_charts))
    page.set_viewport_size({"width": 1280, "height": 900})
    assert _said_around_charts(page) == page.locator("figure.chart").count()
    assert not any("滑动" in each for each in page.locator("figcaption span").evaluate_all(cue_of_charts))
    page.close()


def _said_around_charts(page: Any) -> int:
    """Count the charts whose finding, measure and source are all to be read, in this order around the drawing."""
    said = page.locator("figure.chart").evaluate_all(
        """all => all.map(figure => ["figcaption b", "figcaption span", ".drawing > svg", ".source"].map(part => {
            const [found, ...more] = figure.querySelectorAll(part);
            const words = found?.innerText || found?.getAttribute("aria-label");
            return words && !more.length && found.checkVisibility() ? found.getBoundingClientRect().top : null;
        }))"""
    )
    return sum(None not in tops and tops == sorted(tops) for tops in said)
