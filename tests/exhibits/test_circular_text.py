"""The circular's own text: every number that was taken from it is marked by whether it holds, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docx import Document

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.data.folder import find_circular
from analysis.exhibits import show
from analysis.exhibits.places import Places

TEXT = """平法政办〔2022〕2号
关于2021年度法治政府建设考核情况的通报
共评定优秀等次33个，其中县（市、区）政府7个，占比58.33%，市直部门26个，占比57.78%。
市审计局、市政府办公室、汝州市人民政府等28个单位连续2年获评优秀。
县（市、区）政府平均得分为89.74分，较去年增加了10.52分，同比增长了13.29%。
"""
"""A circular in other words, with the numbers of the printed one, but for the last."""


@pytest.fixture
def year(copied_data: Path) -> Year:
    """The year with a text of its circular."""
    (copied_data / "circulars").mkdir()
    (copied_data / "circulars/2021.txt").write_text(TEXT, encoding="utf-8")
    return open_assessment(copied_data).year(2021)


def _marks(year: Year) -> dict[str, str]:
    page = BeautifulSoup(show(year, "circular_text").folded._repr_html_(), "html.parser")
    assert page.select_one(".circular").text.strip() == TEXT.strip()  # type: ignore[union-attr]
    return {mark.text: str(mark["class"][1]) for mark in page.select("a.claim")}


def test_every_number_is_marked_by_its_verdict(year: Year) -> None:
    marks = _marks(year)
    held = {"33", "7", "58.33%", "26", "57.78%", "89.74", "10.52"}
    assert {number: marks.get(number) for number in held} == dict.fromkeys(held, "exact")
    assert marks["28"] == "contradicted"
    assert "13.29%" not in marks  # it is not what was taken down: nothing is known of it
    assert not {"2", "2021", "2022"} & set(marks)


def test_a_mark_leads_to_its_claim_and_tells_it(year: Year) -> None:
    page = BeautifulSoup(show(year, "circular_text").folded._repr_html_(), "html.parser")
    ledger = BeautifulSoup(show(year, "audit").folded._repr_html_(), "html.parser")
    for mark in page.select("a.claim"):
        row = ledger.select_one(f"tr[id='{str(mark['href'])[1:]}']")
        assert row is not None and str(mark["title"]).startswith(row.select("th")[0].text)
    (wrong,) = (mark for mark in page.select("a.claim") if mark.text == "28")
    assert "不符，核算为27" in str(wrong["title"]) and "汝州市" in str(wrong["title"])


def test_a_word_file_is_taken_before_other_files(copied_data: Path) -> None:
    (copied_data / "circulars").mkdir()
    assert find_circular(copied_data, 2021) is None
    (copied_data / "circulars/2021.txt").write_text("另一份", encoding="utf-8")
    document = Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.save(str(copied_data / "circulars/2021.docx"))
    assert find_circular(copied_data, 2021) == copied_data / "circulars/2021.docx"
    assert _marks(open_assessment(copied_data).year(2021))["28"] == "contradicted"


def test_where_there_is_no_text_it_is_said_where_to_put_it(shipped: Assessment) -> None:
    assert "circulars/2021.docx" in show(shipped.year(2021), "circular_text").folded._repr_html_()


def test_a_text_that_changes_makes_other_data(copied_data: Path) -> None:
    """So that the page is made anew."""
    before = open_assessment(copied_data).dataset.fingerprint
    (copied_data / "circulars").mkdir()
    (copied_data / "circulars/2021.txt").write_text(TEXT, encoding="utf-8")
    assert open_assessment(copied_data).dataset.fingerprint != before


def test_places_are_those_of_the_characters(year: Year) -> None:
    exhibit = show(year, "circular_text")
    places = Places(exhibit.read, year)
    (claim,) = (each for each in year.claims if each["id"] == "2021-streak_count_consecutive_units-all-excellent")
    ((start, end),) = places.of(claim)
    assert exhibit.read.text[start:end] == "28"
