"""查本单位: a unit that is typed glows in every chart, table and sentence, on the page and on those it links to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Any, reports: Path) -> Any:
    page = browser.new_page()
    page.goto((reports / "scores-2021.html").as_uri())
    yield page
    page.close()


def _look_for(page: Any, text: str) -> str:
    page.get_by_label("查本单位").fill(text)
    return str(page.locator(".find output").inner_text())


def _found(page: Any) -> set[str]:
    """Name what glows: shapes by the unit they carry, rows of tables by the unit that heads them."""
    unit = "each => each.dataset.unit ?? each.querySelector('[data-unit]').dataset.unit"
    return set(page.evaluate(f"[...document.querySelectorAll('main .found')].map({unit})"))


def test_a_part_of_a_name_finds_the_unit_and_nobody_else(page: Any) -> None:
    assert _look_for(page, "司法").startswith("市司法局：")
    assert _found(page) == {"justice"}
    assert page.locator("svg .found").count() > 0 and page.locator("tr.found").count() > 0


def test_a_former_name_finds_it_too(page: Any) -> None:
    """The circular of 2020 calls it so; that of 2021 does not."""
    assert _look_for(page, "示范区管委会").startswith("城乡一体化示范区管委会")


def test_a_whole_name_finds_one_where_it_is_part_of_others(page: Any) -> None:
    assert "个单位" in _look_for(page, "市")
    assert _look_for(page, "汝州市人民政府").startswith("汝州市人民政府：")


def test_characters_in_their_order_find_a_unit_that_no_name_has_together(page: Any) -> None:
    assert _look_for(page, "发改委").startswith("市发展和改革委员会：")
    assert _look_for(page, "委改发") == "没有这个单位"


def test_nobody_is_found_where_there_is_nobody(page: Any) -> None:
    _look_for(page, "司法")
    assert _look_for(page, "没有这样的局") == "没有这个单位"
    assert _found(page) == set()
    assert _look_for(page, "") == "" and page.locator("html.finding").count() == 0


def test_sentences_that_name_it_are_painted_too(page: Any) -> None:
    _look_for(page, "市司法局")
    painted = page.evaluate("[...CSS.highlights.get('unit')].map(range => range.toString())")
    assert painted and set(painted) == {"市司法局"}


def test_links_to_other_pages_take_it_along(page: Any) -> None:
    _look_for(page, "司法")
    page.locator("a[href*='compare']").first.click()
    page.wait_for_url("**/compare-2020-2021.html#unit=justice")
    assert page.get_by_label("查本单位").input_value() == "市司法局"
    assert "justice" in _found(page)
    _look_for(page, "")
    assert page.locator("a[href*='unit=']").count() == 0


def test_enter_goes_from_place_to_place_and_opens_what_is_folded(page: Any) -> None:
    _look_for(page, "司法")
    seen = set()
    for _ in range(page.locator("main .found").count() + 2):
        page.get_by_label("查本单位").press("Enter")
        seen.add(page.locator(".find output").inner_text())
    assert len(seen) > 2 and all("（第" in each for each in seen)
    page.get_by_label("查本单位").press("Escape")
    assert page.get_by_label("查本单位").input_value() == "" and _found(page) == set()


def test_it_links_to_the_page_of_the_unit_where_there_is_one(browser: Any, reports: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "unit-ruzhou-2021.html").as_uri())
    assert page.get_by_label("查本单位").count() == 1
    page.close()


def test_without_scripts_there_is_no_box(browser: Any, reports: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((reports / "scores-2021.html").as_uri())
    assert page.locator(".find").filter(visible=True).count() == 0
    page.close()
