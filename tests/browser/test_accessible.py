"""Pages that everybody can read: WCAG 2.1 AA as far as axe-core can tell, in light and in the dark, wide and narrow."""

from __future__ import annotations

import unicodedata
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from tests.conftest import widely

pytestmark = pytest.mark.slow

SERIOUS = {"serious", "critical"}


LOOKS = [(1280, "light", 9), (390, "dark", 9_999)]
"""How wide a page is, in which colours, and how many of a table's rows, which are all alike, are looked at."""


@widely("look", LOOKS, always=1)
def test_axe_finds_nothing_serious(browser: Any, reports: Path, problems: Path, look: tuple[int, str, int]) -> None:
    width, scheme, rows = look
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    for path in [*sorted(reports.glob("*.html")), problems]:
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(f"document.querySelectorAll('tbody tr:nth-child(n + {rows + 1})').forEach(each => each.remove())")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response  # what passes takes twice as long
        serious = [each for each in found["violations"] if each["impact"] in SERIOUS]
        assert {(each["id"], node["html"][:200]) for each in serious for node in each["nodes"]} == set(), path.name
        page.close()
    context.close()


def test_every_page_has_its_landmarks_and_says_where_it_is(opened: dict[str, Any]) -> None:
    for name, page in opened.items():
        assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        links = page.get_by_role("navigation", name="各页").get_by_role("link")
        listed = [each.get_attribute("href") for each in links.all()]
        assert {"index.html", "overview.html", "streaks.html", "compare-2020-2021.html"} <= set(listed) <= set(opened)
        current = {each.get_attribute("href") for each in links.all() if each.get_attribute("aria-current") == "page"}
        assert current == ({name} if name in listed else set())
        titled = [each.inner_text() for each in links.all()]
        assert len(set(titled)) == len(titled)
        menu = page.locator("details.years")
        assert menu.count() == 1 and not menu.get_by_role("link").first.is_visible()


def test_other_years_are_chosen_without_a_script(browser: Any, reports: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((reports / "audit-2021.html").as_uri())
    page.locator("details.years summary").press("Enter")
    page.get_by_role("link", name="2020年", exact=True).click()
    assert page.url.endswith("audit-2020.html")
    assert page.locator("details.years summary").inner_text() == "2020年"
    page.get_by_role("link", name="得分与名次").click()
    assert page.url.endswith("scores-2020.html")
    page.close()


def test_the_first_stop_of_the_keyboard_leads_to_the_content(browser: Any, reports: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "overview.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_tables_say_what_they_hold(browser: Any, opened: dict[str, Any], problems: Path) -> None:
    refused = browser.new_page()
    refused.goto(problems.as_uri())
    for name, page in [*opened.items(), (problems.name, refused)]:
        named = page.locator(".table-scroll table").evaluate_all(
            "all => all.map(each => document.querySelectorAll(`[id='${each.getAttribute('aria-labelledby')}']`).length)"
        )
        assert set(named) <= {1}, name
        assert page.locator(".table-scroll th:not([scope])").count() == 0
        assert page.locator(".table-scroll tbody tr:not(:has(> th[scope='row'], > .none))").count() == 0
    refused.close()


@pytest.mark.parametrize(("width", "stops"), [(1280, 0), (390, 2)])
def test_only_what_scrolls_or_tells_of_units_is_stopped_at(browser: Any, reports: Path, width: int, stops: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((reports / "streaks.html").as_uri())
    page.wait_for_timeout(100)
    assert page.locator(".table-scroll[tabindex], .drawing[tabindex]").count() >= stops
    held = page.locator(".table-scroll:visible, .drawing:visible").evaluate_all(
        "all => all.map(each => [each.scrollWidth > each.clientWidth || !!each.querySelector('[data-unit][tabindex]'),"
        " each.tabIndex])"
    )
    assert all(needed == (stop == 0) for needed, stop in held)
    page.close()


@pytest.mark.parametrize(("width", "media"), list(product([1280, 390], ["screen", "print"])))
def test_the_first_page_tells_the_year(browser: Any, reports: Path, width: int, media: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.emulate_media(media=media)
    page.goto((reports / "index.html").as_uri())
    told = "".join(page.locator(".headlines").inner_text().split())
    for words in ("89.74分", "提高10.52分", "增长13.28%", "86.06分", "33个", "良好24个", "27个", "1处不符"):
        assert words in told
    assert page.locator("h1").inner_text().startswith("2021年县（市、区）政府平均分提高10.52分，")
    drawing, leads = (page.locator(f".front {part}").bounding_box() for part in (".drawing", ".leads"))
    assert drawing["y"] < (420 if width > 1000 else 560)
    assert leads["y"] < (420 if width > 1000 and media == "screen" else 1000)
    page.close()


def test_the_first_page_is_printed_on_one_sheet(browser: Any, reports: Path, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "index.html").as_uri())
    page.pdf(path=tmp_path / "index.pdf", format="A4", prefer_css_page_size=True)
    (sheet,) = PdfReader(tmp_path / "index.pdf").pages
    told = unicodedata.normalize("NFKC", sheet.extract_text())
    assert "先看" in told and "年度情况" not in told  # what leads elsewhere leads nowhere on paper
    page.close()


def test_on_a_phone_the_best_are_seen_first(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((reports / "index.html").as_uri())
    line = page.locator(".front svg text", has_text="优秀线").first.bounding_box()
    assert line["x"] > 0 and line["x"] + line["width"] < 390
    page.close()
