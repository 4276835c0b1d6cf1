"""Tables that are sorted and searched, by keyboard, by one script and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.exhibits.html import render_page
from analysis.exhibits.table import Column, make_table

pytestmark = pytest.mark.slow

VALUES = ["12", "—", "−2.00", "第3", "1,200", "至少2年", "+10.50%", "0.00", "点名"]
NAMES = ["朝阳", "安宁", "丙", "<img src=x onerror=hacked=1>", "丁", "戊 甲", "宝山", "长宁", "己"]
ASCENDING = ["−2.00", "0.00", "至少2年", "第3", "+10.50%", "12", "1,200", "点名", "—"]
DESCENDING = [*ASCENDING[-2::-1], "—"]


def _write(folder: Path, rows: int = len(VALUES)) -> Path:
    frame = pd.DataFrame({"name": NAMES[:rows], "value": VALUES[:rows]})
    table = make_table(frame, ["name", Column("value", "数", right=True)], "例表<b>")
    body = f"<h1>例</h1>{table._repr_html_()}"
    file = folder / "made.html"
    file.write_text(render_page(body, title="例", site="例", notice="", facts={}), encoding="utf-8")
    return file


def _column(page: Any, place: int) -> list[str]:
    return page.locator(f"tbody tr > :nth-child({place})").filter(visible=True).all_inner_texts()


def test_a_column_is_sorted_both_ways_and_back_by_keyboard(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(_write(tmp_path).as_uri())
    head, button = page.get_by_role("columnheader", name="数"), page.get_by_role("button", name="数")
    button.focus()
    for way, order in (("ascending", ASCENDING), ("descending", DESCENDING), (None, VALUES), ("ascending", ASCENDING)):
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == way
        assert _column(page, 2) == order
        assert button.evaluate("each => each === document.activeElement")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")  # the other column: names by pinyin
    assert head.get_attribute("aria-sort") is None
    names = _column(page, 1)
    assert names.index("安宁") < names.index("宝山") < names.index("丙") < names.index("丁") < names.index("戊 甲")
    assert page.evaluate("typeof hacked") == "undefined"
    page.close()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("宁", ["安宁", "长宁"]), ("甲 戊", ["戊 甲"]), ("-2", ["丙"]), ("１２", ["朝阳"]), ("没有", []),
        ("<IMG", [NAMES[3]]), ("  ", NAMES),
    ],
)  # fmt: skip
def test_rows_are_found_by_what_they_hold(browser: Any, tmp_path: Path, typed: str, shown: list[str]) -> None:
    page = browser.new_page()
    page.goto(_write(tmp_path).as_uri())
    box = page.get_by_role("searchbox", name="筛选：例表<b>")
    assert page.get_by_role("status").inner_text() == f"{len(NAMES)}行"
    box.focus()
    page.keyboard.type(typed)
    assert _column(page, 1) == shown
    told = f"{len(shown)}/{len(NAMES)}行" if shown != NAMES else f"{len(NAMES)}行"
    assert page.get_by_role("status").inner_text() == told
    page.get_by_role("button", name="数").press("Enter")
    assert set(_column(page, 1)) == set(shown)  # sorting shows nothing that is not looked for
    box.press("Escape")
    assert len(_column(page, 1)) == len(NAMES)
    page.close()


def test_kinds_words_and_order_work_together(browser: Any, reports: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "audit-2021.html").as_uri())
    page.locator(".fold > summary").first.click()
    tools = page.locator(".filtered .tools")
    page.get_by_label("不符 2").check()
    assert tools.get_by_role("status").inner_text().startswith("2/")
    tools.get_by_role("searchbox").fill("汝州市人民政府列为连续")
    assert tools.get_by_role("status").inner_text().startswith("1/")
    page.get_by_label("不符 2").press("ArrowLeft")
    assert page.locator(".filtered tbody tr").filter(visible=True).count() >= 1
    tools.get_by_role("searchbox").fill("")
    page.locator(".filtered").get_by_role("button", name="通报").press("Enter")
    assert tools.get_by_role("status").inner_text().count("/") == 0
    assert page.locator(".filtered tbody tr").first.get_attribute("class") in {
        "contradicted",
        "exact",
        "explained",
        "fitted",
    }
    page.close()


def test_units_are_sorted_by_what_they_gained(browser: Any, reports: Path) -> None:
    page = browser.new_page()
    page.goto((reports / "compare-2020-2021.html").as_uri())
    page.get_by_text("各单位的名次、总分和等次（市直部门").click()
    table = page.get_by_role("table", name="市直部门：2020年与2021年比较")
    table.get_by_role("button", name="升降").press("Enter")
    place = table.locator("thead th").all_inner_texts().index("升降") + 1
    shown = [text for text in table.locator(f"tbody tr > :nth-child({place})").all_inner_texts() if text != "—"]
    moved = [int(text.replace("−", "-")) for text in shown]
    assert moved == sorted(moved) and moved[0] < 0 < moved[-1]
    page.close()


def test_print_shows_heads_without_tools(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(_write(tmp_path).as_uri())
    assert page.locator(".tools").filter(visible=True).count() == 0
    assert page.locator("thead").inner_text().split() == ["单位", "数"]
    triangles = "[...document.querySelectorAll('thead button')].map(b => getComputedStyle(b, '::after').display)"
    assert set(page.evaluate(triangles)) == {"none"}
    page.close()


def test_without_scripts_the_table_reads_the_same(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(_write(tmp_path).as_uri())
    assert page.locator("button, input").count() == 0
    assert page.locator("tbody tr").filter(visible=True).count() == len(NAMES)
    page.close()


def test_a_page_without_a_long_table_allows_no_script(tmp_path: Path) -> None:
    text = _write(tmp_path, rows=7).read_text(encoding="utf-8")
    assert "<script" not in text and "script-src" not in text


SMUGGLED = [
    "<script>hacked=1</script>",
    "<img src=data: onerror=hacked=1>",
    "<svg onload=hacked=1></svg>",
    "<script src=data:,hacked=1></script>",
]


@pytest.mark.parametrize("smuggled", SMUGGLED)
@pytest.mark.parametrize("rows", [7, 9])
def test_no_other_script_runs(browser: Any, tmp_path: Path, smuggled: str, rows: int) -> None:
    """Even if a mistake of ours let markup through."""
    file = _write(tmp_path, rows)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("<h1>例</h1>", f"<h1>例</h1>{smuggled}"), encoding="utf-8")
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    page.wait_for_timeout(100)
    assert page.evaluate("typeof hacked") == "undefined"
    assert any("Content Security Policy" in text for text in said)
    page.close()
