"""A .doc is read as its reader sees it: as office software writes it, and by hand where that writes no such thing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from tests.exchange.test_pdf import W
from tests.office import convert

from analysis.exchange.sources.conversion import convert_to_docx
from analysis.exchange.sources.legacy import read_legacy
from analysis.exchange.sources.source import read_source
from analysis.problems import WorkbookError
from analysis.texts import FileError

pytestmark = pytest.mark.slow

CHANGED = (
    f'<w:p xmlns:w="{W}"><w:r><w:t>总分8</w:t></w:r><w:del w:id="1" w:author="a" w:date="2024-01-01T00:00:00Z"><w:r>'
    '<w:delText>9.7</w:delText></w:r></w:del><w:ins w:id="2" w:author="a" w:date="2024-01-01T00:00:00Z"><w:r>'
    "<w:t>0.5</w:t></w:r></w:ins><w:r><w:t>分</w:t></w:r></w:p>"
)


def _write(folder: Path) -> Path:
    """Write a .doc with everything that is read of one, or left out."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "东法办〔2024〕3号"
    document.add_paragraph("一、总体情况")
    table = document.add_table(3, 3)
    for row, cells in enumerate((("单位", "考核结果", ""), ("甲县", "90.56", "优秀"), ("乙县", "88", ""))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 2).merge(table.cell(2, 2))
    paragraph = document.add_paragraph("平均分")
    paragraph.add_run("80").font.strike = True
    paragraph.add_run("8").font.hidden = True
    paragraph.add_run("90.5分")
    document.element.body.insert(1, parse_xml(CHANGED))
    document.save(str(folder / "a.docx"))
    return convert(folder / "a.docx", "doc", folder)


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("legacy"))


TEXT = (
    "东法办〔2024〕3号\n一、总体情况\n总分80.5分\n"
    "单位\t考核结果\t考核结果\n甲县\t90.56\t优秀\n乙县\t88\t优秀\n平均分90.5分"
)


def test_what_office_software_writes(legacy: Path) -> None:
    source = read_legacy(legacy.read_bytes())
    assert source.text == TEXT
    assert [source.place(source.text.index(each)) for each in ("3号", "88", "平均")] == [
        "页眉",
        "表1第3行",
        "第3段",
    ]
    assert source.notes == (
        "有没接受也没拒绝的修订，按全部接受来读（插入的算，删除的不算），请先定稿或对照原文核对",
        "没有读有删除线的文字“80”，请对照原文核对",
        "没有读隐藏的文字“8”，请对照原文核对",
    )


def test_a_wps_is_the_same_by_another_name(legacy: Path, tmp_path: Path) -> None:
    shutil.copy(legacy, tmp_path / "a.wps")
    assert read_source(tmp_path / "a.wps").text == TEXT


def test_raised_digits_are_refused(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("平均分90").add_run("8").font.superscript = True
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(FileError, match="“8”是上标或下标"):
        read_legacy(convert(tmp_path / "a.docx", "doc", tmp_path).read_bytes())


def test_automatic_numbers_are_told(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("甲县", style="List Number")
    document.save(str(tmp_path / "a.docx"))
    source = read_legacy(convert(tmp_path / "a.docx", "doc", tmp_path).read_bytes())
    assert source.text == "甲县" and "没有读自动编号" in source.notes[0]


def test_a_document_that_lost_its_end_is_refused(legacy: Path, tmp_path: Path) -> None:
    content = legacy.read_bytes()
    (tmp_path / "a.doc").write_bytes(content[: len(content) // 2])
    with pytest.raises(WorkbookError, match=r"打不开.*另存为 \.docx"):
        read_source(tmp_path / "a.doc")


def test_office_software_makes_a_docx_of_an_older_document(legacy: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice")
    made = convert_to_docx(legacy.read_bytes())
    assert made is not None and made.startswith(b"PK")


def test_a_paragraph_whose_first_line_stands_in_begins_anew(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("甲").paragraph_format.first_line_indent = 400_000
    document.add_paragraph("乙")
    document.save(str(tmp_path / "a.docx"))
    assert read_source(convert(tmp_path / "a.docx", "doc", tmp_path)).text == "　　甲\n乙"
