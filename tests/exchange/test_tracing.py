"""Where the characters of a Word file that was read stand in it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from analysis.exchange.files import CIRCULAR, Package
from analysis.exchange.sources.docx import read_docx, trace_docx
from analysis.exchange.sources.styles import W

TEXT = st.text("甲乙县1290.%，。（）一 ", min_size=1, max_size=30)


def _save(document: Any) -> bytes:
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _told(content: bytes) -> tuple[str, str]:
    """Return the text, and the same put together of the characters that it is traced to, with · for none."""
    source = read_docx(content)
    main, places = trace_docx(content, source)
    pieces = list(etree.fromstring(Package(content, ".docx", CIRCULAR).read(main)).iter(f"{W}t"))
    return source.text, "".join("·" if at is None else (pieces[at[0]].text or "")[at[1]] for at in places)


@given(st.lists(st.lists(TEXT, min_size=1, max_size=6), min_size=1, max_size=6))
def test_every_character_of_a_paragraph_is_found_however_it_is_cut_into_runs(paragraphs: list[list[str]]) -> None:
    document = Document()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for run in runs:
            paragraph.add_run(run)
    text, traced = _told(_save(document))
    assert text.translate(str.maketrans("\n〔〕", "···")) == traced  # numbers that may be a page's stand in brackets


def test_numbers_of_lists_and_what_stands_between_cells_are_nowhere() -> None:
    document = Document()
    document.add_paragraph("1个单位优秀", style="List Number")
    table = document.add_table(2, 2)
    for place, words in enumerate(("甲县", "90", "乙县", "90")):
        table.cell(place // 2, place % 2).text = words
    text, traced = _told(_save(document))
    assert text == "1.\t1个单位优秀\n甲县\t90\n乙县\t90"
    assert traced == "···1个单位优秀·甲县·90·乙县·90"


def test_a_merged_cell_is_found_once() -> None:
    document = Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "优秀"
    table.cell(0, 1).text, table.cell(1, 1).text = "甲县", "乙县"
    text, traced = _told(_save(document))
    assert (text, traced) == ("优秀\t甲县\n优秀\t乙县", "优秀·甲县····乙县")


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_what_stands_in_margins_is_in_another_part(kind: str) -> None:
    document = Document()
    document.add_paragraph("正文5个")
    getattr(document.sections[0], kind).paragraphs[0].text = "眉注7号"
    text, traced = _told(_save(document))
    assert sorted(text.split("\n")) == ["正文5个", "眉注7号"]
    assert "正文5个" in traced and "7" not in traced
