"""A real browser, and pages to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import ROOT

from analysis.cli import main

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Playwright's way to start Chromium; a process can run Playwright only once at a time, so all tests share it."""
    if CHROMIUM is None:
        message = "no Chromium: install Debian's chromium to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        yield partial(playwright.chromium.launch, executable_path=CHROMIUM, args=[*quiet, "--disable-sync"])


@pytest.fixture(scope="session")
def browser(chromium: Any) -> Iterator[Any]:
    running = chromium()
    yield running
    running.close()


@pytest.fixture(scope="session")
def reports(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages, and the profile of one unit."""
    out = Path(shutil.copytree(reports, tmp_path_factory.mktemp("browsed") / "reports"))
    profile = ["profile", "--data", str(ROOT / "data"), "--unit", "ruzhou", "--year", "2021", "--out", str(out)]
    assert main(profile) == 0
    return out


@pytest.fixture(scope="session")
def opened(browser: Any, reports: Path) -> dict[str, Any]:
    """Every page by the name of its file, as it opens; for tests that look and touch nothing."""
    pages = {path.name: browser.new_page() for path in sorted(reports.glob("*.html"))}
    for name, page in pages.items():
        page.goto((reports / name).as_uri())
    return pages


@pytest.fixture(scope="session")
def problems(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of what is wrong with an analyst's workbook."""
    folder = tmp_path_factory.mktemp("imported")
    file = folder / "e.xlsx"
    assert main(["export", "--year", "2021", "--data", str(ROOT / "data"), "--out", str(file)]) == 0
    book = openpyxl.load_workbook(file)
    for row in range(2, 14):
        book["加减分"].cell(row, 3).value = "许多"
    book.save(file)
    assert main(["import", str(file), "--year", "2021", "--data", str(ROOT / "data")]) == 2
    (page,) = folder.glob("e-*/*.html")
    return page
