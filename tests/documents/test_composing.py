"""Documents in all their forms: what stands in them, whether office software opens them, the same twice."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pypdf
import pytest
from docx import Document
from docx.oxml.ns import nsmap, qn
from docx.shared import Mm, Pt
from lxml import etree
from tests.browser.test_hostile import UNITS
from tests.browser.test_hostile import city as hostile_city  # noqa: F401  (a fixture)
from tests.conftest import widely
from tests.made_up import YEARS, city_data, give_origins, load_city, tied_city
from tests.office import convert
from tests.papers import APPENDIX, KINDS, kind_of_items, list_all

from analysis.assessment import Assessment, Year
from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.documents.composing import compose
from analysis.documents.kinds import Entry
from analysis.documents.layout import describe
from analysis.documents.paper import Heading, Paper
from analysis.documents.pdf import typeset
from analysis.documents.spreadsheet import is_labelled, write_spreadsheet
from analysis.documents.word import write_word
from analysis.exhibits.chart import Chart, ChartData, Kind
from analysis.exhibits.table import Table

pytestmark = pytest.mark.slow

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def appendix(shipped: Assessment) -> Paper:
    return compose(APPENDIX, shipped.pair(2020, 2021))


@pytest.fixture(scope="module")
def everything(shipped: Assessment) -> Paper:
    return compose(kind_of_items(*list_all(), title="{year}全部"), shipped.pair(2020, 2021))


def test_an_appendix_says_of_which_years_the_marks_are_made_up(copied_data: Path) -> None:
    origins = {2020: "reconstructed", 2021: "reconstructed", 2022: "official"}
    city = Assessment(load_dataset(give_origins(copied_data, origins)))
    appendix = compose(APPENDIX, city.pair(2021, 2022))
    words = [each.text for each in Document(io.BytesIO(write_word(appendix))).paragraphs]
    assert "2021年评分为重构数据，不是任何单位的真实得分；2022年评分为正式数据。" in words[:6]
    official = {"评分为正式数据", "2022年评分为正式数据"}
    for each in [*words, *(item.note() for item in appendix.items)]:
        if "重构" in each:
            assert re.search(r"(2020、)?2021年评分为重构", each) and official & set(re.split("[；。]", each)), each
    assert sum("2021年评分为重构，2022年评分为正式，两年的得分不可比" in each for each in appendix.left_out) == 4
    alone = compose(APPENDIX, city.year(2022))
    assert alone.notice == "评分为正式数据" and not alone.is_to_be_told


def test_an_appendix_shows_a_box_for_what_the_font_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In names, titles and reasons; PDF/A would refuse it. Office software has the text, and draws it as it can."""
    rare = "\U0002b739\U0001f600\u0f56\u0f7c\ue000\u9fa6e\u0301"
    data = start_city(tmp_path / "data")
    for path, text in [
        ("units.csv", "市司法局"),
        ("schemes/2023.yml", "群众满意度"),
        ("inputs/2023/adjustments.csv", "省级示范"),
    ]:
        whole = (data / path).read_text(encoding="utf-8")
        assert text in whole, path
        (data / path).write_text(whole.replace(text, text + rare), encoding="utf-8")
    year = Assessment(load_dataset(data)).latest
    items = [Entry(table="scores"), Entry(figure="components")]
    appendix = compose(kind_of_items(*items, title="{year}附件" + rare), year)
    pdf, pages = typeset(appendix)
    shown = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "市司法局□□□□□" in shown.replace("\n", "") and not set(shown) & set("\U0002b739\U0001f600\u0f56\u0f7c\ue000")
    assert f"市司法局{rare}" in etree.tostring(
        Document(io.BytesIO(write_word(appendix, pages))).element, encoding="unicode"
    )
    book = openpyxl.load_workbook(io.BytesIO(write_spreadsheet(appendix)))
    assert any(f"市司法局{rare}" == cell.value for sheet in book for row in sheet for cell in row)
    assert main(["check", "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert "（U+2B739），见单位“市司法局" in told and "办法的 " in told and "加减分理由“" in told
    assert "U+9FA6" not in told and "U+0301" not in told


@pytest.fixture(scope="module")
def circular(shipped: Assessment) -> Paper:
    return compose(KINDS["通报稿"], shipped.pair(2020, 2021))


@pytest.fixture(scope="module")
def pdf(appendix: Paper) -> tuple[bytes, dict[str, int]]:
    return typeset(appendix)


@pytest.fixture(scope="module")
def word(appendix: Paper, pdf: tuple[bytes, dict[str, int]]) -> bytes:
    return write_word(appendix, pdf[1])


@pytest.fixture(scope="module")
def excel(appendix: Paper) -> bytes:
    return write_spreadsheet(appendix)


def _charts(appendix: Paper) -> list[ChartData]:
    """The figures that office software can draw, in order."""
    charts = [item.content.data for item in appendix.items if isinstance(item.content, Chart)]
    return [data for data in charts if data.kind != "picture"]


def test_figures_and_tables_are_numbered_in_the_order_of_the_list(appendix: Paper) -> None:
    assert [item.label for item in appendix.items] == [
        "图1", "表1", "图2", "表2", "图3", "图4", "表3", "图5", "表4", "图6", "表5", "图7", "表6", "表7"
    ]  # fmt: skip
    assert appendix.items[0].caption == "2020—2021年平均分"
    assert appendix.items[0].note().startswith("2021年平均分：县（市、区）政府提高10.52分，市直部门提高9.09分。")
    assert appendix.left_out == ()
    assert all("不是任何单位的真实得分" in item.source for item in appendix.items)


def test_a_table_stands_beside_the_figure_of_its_group_on_a_page_that_is_not_turned(appendix: Paper) -> None:
    captions = [item.caption for item in appendix.items]
    assert captions[9:13] == [
        "县（市、区）政府2020—2021年平均分变化的构成", "县（市、区）政府平均分由2020年79.22分到2021年89.74分的构成",
        "市直部门2020—2021年平均分变化的构成", "市直部门平均分由2020年76.97分到2021年86.06分的构成",
    ]  # fmt: skip
    assert not [block["label"] for block in describe(appendix)["blocks"] if block["turned"]]


def test_headings_of_which_everything_is_left_out_are_left_out(shipped: Assessment) -> None:
    """What an office writes under a heading itself, or a heading for it to write under, stays."""
    items = [
        {"heading": "升降"}, {"heading": "名次", "level": 2}, {"table": "transitions"}, {"heading": "等次"},
        {"tell": "grades"}, {"heading": "要求"}, {"sign": "【机关】"},
    ]  # fmt: skip
    made = compose(kind_of_items(*map(Entry.model_validate, items)), shipped.year(2021))
    assert [block.text for block in made.text if isinstance(block, Heading)] == ["一、等次", "二、要求"]


def test_spreadsheets_are_of_the_sheet_that_is_declared(shipped: Assessment) -> None:
    for sheet, code in (("A4", 9), ("A3", 8)):
        made = compose(kind_of_items(Entry(table="ranking"), sheet=sheet), shipped.pair(2020, 2021))
        book = openpyxl.load_workbook(io.BytesIO(write_spreadsheet(made)))
        assert {page.page_setup.paperSize for page in book} == {code}


def test_the_document_is_laid_out_as_the_standard_asks(word: bytes) -> None:
    document = Document(io.BytesIO(word))
    section = document.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    millimetres = [round(each / Mm(1), 1) for each in (section.page_width, section.page_height, *sides)]
    assert millimetres == [210, 297, 37, 35, 28, 26]
    fonts = {
        name: (style.element.rPr.rFonts.get(qn("w:eastAsia")), style.font.size)
        for name in ("Title", "Heading 1", "Heading 2", "Body Indented")
        for style in [document.styles[name]]
    }
    assert fonts == {
        "Title": ("方正小标宋简体", Pt(22)), "Heading 1": ("黑体", Pt(16)), "Heading 2": ("楷体_GB2312", Pt(16)),
        "Body Indented": ("仿宋_GB2312", Pt(16)),
    }  # fmt: skip
    assert document.styles["Normal"].paragraph_format.line_spacing == Pt(28.95)
    for style in document.styles:
        rows = style.element.xpath(".//w:rFonts/@*[contains(name(), 'Theme')]")
        assert not rows or style.name not in {"Normal", *fonts, "Caption"}
    assert not document.styles["Title"].element.xpath(".//w:pBdr")
    assert [footer.paragraphs[0].text for footer in (section.footer, section.even_page_footer)] == ["— 1 —", "— 1 —"]


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs "
    "em lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
}
"""The order ECMA-376 (part 1, 17.3, 17.4, 17.6) sets for what Word refuses or loses out of order."""


def test_properties_stand_in_the_order_of_the_schema(word: bytes) -> None:
    space = f"{{{nsmap['w']}}}"
    checked = 0
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/(document|styles|settings|footer\d+)\.xml", name):
                for element in etree.fromstring(archive.read(name)).iter(*(space + kind for kind in ORDER)):
                    order = ORDER[element.tag.removeprefix(space)].split()
                    places = [order.index(child.tag.removeprefix(space)) for child in element]
                    assert places == sorted(places), (name, [child.tag for child in element])
                    checked += 1
    assert checked > 1000


def test_captions_count_tables_repeat_their_heads_and_pictures_have_words(word: bytes, appendix: Paper) -> None:
    body = Document(io.BytesIO(word)).element.body
    codes = [code.text.split()[:2] for code in body.iter(qn("w:instrText"))]
    assert [kind for name, kind in codes if name == "SEQ"] == [item.kind for item in appendix.items]
    assert {code[1] for code in codes if code[0] == "TOC"} == {"\\h"}
    tables = list(body.iter(qn("w:tbl")))
    assert len(tables) == sum(isinstance(item.content, Table) for item in appendix.items)
    for table in tables:
        first = table.find(qn("w:tr"))
        assert first.find(f".//{qn('w:tblHeader')}") is not None
    words = [properties.get("descr") for properties in body.iter(qn("wp:docPr"))]
    assert words == [item.content.alt for item in appendix.items if isinstance(item.content, Chart)]
    captions = [
        paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs if paragraph.style.name == "Caption"
    ]
    assert captions == [f"{item.label}　{item.caption}" for item in appendix.items]


def test_every_number_of_the_text_leads_to_its_source(circular: Paper) -> None:
    sources = circular.items[-1]
    assert [sources.kind, len(sources.content.values)] == ["表", len(circular.traced)]  # type: ignore[union-attr]
    assert sources.caption == "文中数字的出处（供核对，印发时删去）：由评分和办法算得"
    body = Document(io.BytesIO(write_word(circular))).element.body
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    links = [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor")).startswith("number")]
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} <= marks
    assert {link.get(qn("w:anchor")) for link in links} == {f"number{place}" for place in range(len(circular.traced))}
    rows = list(list(body.iter(qn("w:tbl")))[-1].iter(qn("w:tr")))[1:]
    shown = {
        mark.get(qn("w:name")): "".join(text.text for text in row.find(qn("w:tc")).iter(qn("w:t")))
        for row in rows for mark in row.iter(qn("w:bookmarkStart"))
    }  # fmt: skip
    for link in links:
        assert "".join(text.text for text in link.iter(qn("w:t"))) == shown[link.get(qn("w:anchor"))]


def test_charts_in_the_document_hold_their_numbers(everything: Paper) -> None:
    """Each chart has a workbook that opens, with the chart's own numbers where its references point."""
    with zipfile.ZipFile(io.BytesIO(write_word(everything))) as archive:
        parts = set(archive.namelist())
        wanted = _charts(everything)
        assert len(wanted) >= 8
        for number, data in enumerate(wanted, 1):
            chart = etree.fromstring(archive.read(f"word/charts/chart{number}.xml"))
            related = archive.read(f"word/charts/_rels/chart{number}.xml.rels").decode()
            workbook = f"word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"
            assert workbook.removeprefix("word/") in related and workbook in parts
            sheet = openpyxl.load_workbook(io.BytesIO(archive.read(workbook))).active
            assert sheet is not None and sheet.title == "Sheet1"
            for column, name in enumerate(data.frame.columns):
                series = chart.findall(f".//{CHART}ser")[column]
                values = series.find(f"{CHART}val/{CHART}numRef")
                cells = sheet[values.find(f"{CHART}f").text.partition("!")[2].replace("$", "")]
                known = np.array([cell.value for (cell,) in cells], dtype=float)
                assert np.allclose(known, data.frame[name], rtol=1e-12, equal_nan=True)
                assert series.find(f"{CHART}tx//{CHART}v").text == name
            labels = [cell.value for cell in sheet["A"][1:]]
            assert labels == [str(label) for label in data.frame.index]


def test_lines_of_the_best_are_dashed_whichever_others_there_are() -> None:
    """Two of three groups have nobody in the best grade, and so one line each."""
    tied = compose(APPENDIX, Assessment(load_city(tied_city())).pair(*YEARS))
    assert list(_charts(tied)[0].frame) == ["east组·全部", "east组·优秀", "north组·全部", "west组·全部"]
    with zipfile.ZipFile(io.BytesIO(write_word(tied))) as archive:
        drawn = etree.fromstring(archive.read("word/charts/chart1.xml")).findall(f".//{CHART}ser")
    assert [each.find(".//{*}prstDash") is not None for each in drawn] == [False, True, False, False]
    with zipfile.ZipFile(io.BytesIO(write_spreadsheet(tied))) as archive:
        drawn = etree.fromstring(archive.read("xl/charts/chart1.xml")).findall(f".//{CHART}ser")
    dashes = [each.find(".//{*}prstDash") for each in drawn]
    assert [dash is not None and dash.get("val") == "dash" for dash in dashes] == [False, True, False, False]


@pytest.mark.parametrize(
    ("rows", "columns", "kind", "told"),
    [
        (2, 4, "line", True),
        (2, 5, "line", False),
        (15, 2, "line", False),
        (2, 9, "stacked", True),
        (15, 1, "bars", True),
    ],
)
def test_numbers_stand_in_a_chart_while_there_is_room(rows: int, columns: int, kind: Kind, told: bool) -> None:
    assert is_labelled(ChartData(pd.DataFrame(np.ones((rows, columns))), kind, "分")) == told


def test_a_number_is_not_broken_where_texts_can_be(circular: Paper) -> None:
    document = Document(io.BytesIO(write_word(circular)))
    (table,) = (each for each in document.tables if each.cell(0, 2).text == "算得（未舍入）")
    for place in (0, 2):  # a digit takes 1.76 mm, the sides of a cell 2.8
        longest = max(len(row.cells[place].text) for row in table.rows[1:])
        assert table.columns[place].width.mm >= 1.76 * longest + 2.8


def test_numbers_of_charts_are_the_printed_ones(appendix: Paper) -> None:
    averages, grades = _charts(appendix)[:2]
    assert averages.frame.round(2).loc["2021年"].to_dict() == {
        "县（市、区）政府·全部": 89.74, "县（市、区）政府·优秀": 95.62, "市直部门·全部": 86.06, "市直部门·优秀": 91.66
    }  # fmt: skip
    assert grades.frame.loc["市直部门 2020年"].to_dict() == {"优秀": 24, "良好": 21}


def test_steps_of_a_change_add_up(everything: Paper) -> None:
    """What raised an average and what lowered it, each from zero."""
    changes = [data.frame for data in _charts(everything) if {"提高", "下降"} <= set(data.frame)]
    told = {round(float((frame["提高"] + frame["下降"]).sum()), 2) for frame in changes}
    assert told == {10.52, 9.09}


def test_the_workbook_has_a_sheet_each_and_no_formula(everything: Paper) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_spreadsheet(everything)))
    assert book.sheetnames == ["目录", *(item.label for item in everything.items)]
    assert sum(len(sheet._charts) for sheet in book) == len(_charts(everything))  # type: ignore[attr-defined]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    from_print = 0
    for item in everything.items:
        sheet = book[item.label]
        assert sheet["A1"].value == f"{item.label}　{item.caption}"
        told = str(sheet["A2"].value)
        is_from_print = "仅依据通报，不使用评分" in told or "通报所载，未作改动" in told
        assert ("重构数据" in str(sheet["A2"].value)) != is_from_print
        from_print += is_from_print
    assert from_print == 5  # the intervals of both groups, what print proves, drawn and tabulated, the printed lists


def test_the_shipped_list_gives_no_total_of_a_unit_away(excel: bytes, scores: pd.DataFrame) -> None:
    """Unit scores are not published: neither a total nor what would give it away stands in the numbers."""
    book = openpyxl.load_workbook(io.BytesIO(excel))
    numbers = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "n"]
    known = np.array([number for number in numbers if number is not None], dtype=float)
    totals = scores["total"].to_numpy()
    assert len(known) > 200 and np.abs(known[:, None] - totals[None, :]).min() > 1e-6


def test_the_workbook_keeps_numbers_unrounded_and_shows_them_rounded(excel: bytes, appendix: Paper) -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel))
    header = [cell.value for cell in book["表1"][4]]
    growth = header.index("同比增长")
    rows = [row for row in book["表1"].iter_rows(min_row=5) if [cell.value for cell in row[:3]] == [
        "县（市、区）政府", "全部单位", 2021]]  # fmt: skip
    cell = rows[0][growth]
    assert round(cell.value, 4) == 0.1328 and cell.value != 0.1328
    assert cell.number_format == "+0.00%;−0.00%;0.00%"
    assert rows[0][header.index("平均分")].number_format == "0.00"


def _structure(node: Any) -> list[tuple[str, Any]]:
    """List the tags of a PDF's structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        return [found for each in node for found in _structure(each)]
    if not isinstance(node, dict):
        return []
    own = [(str(node["/S"]), node)] if "/S" in node else []
    return own + (_structure(node["/K"]) if "/K" in node else [])


def test_the_pdf_is_archival_tagged_and_embeds_its_fonts(pdf: tuple[bytes, dict[str, int]], appendix: Paper) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf[0]))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"<pdfaid:part>2</pdfaid:part>", metadata) and re.search("<pdfaid:conformance>A<", metadata)
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata) and appendix.title in metadata
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert str(root["/Lang"]).startswith("zh") and root["/OutputIntents"]
    tags = _structure(root["/StructTreeRoot"])
    names = [name for name, _ in tags]
    charts = [item.content for item in appendix.items if isinstance(item.content, Chart)]
    assert {str(node["/Alt"]) for name, node in tags if name == "/Figure" and "/Alt" in node} == {
        each.alt for each in charts
    }
    assert names.count("/Table") == len(appendix.items) - len(charts)
    columns = sum(len(item.content.cells.columns) for item in appendix.items if isinstance(item.content, Table))
    assert names.count("/TH") == columns
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_pdf_says_the_same(pdf: tuple[bytes, dict[str, int]], appendix: Paper) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf[0]))
    pages = ["".join(page.extract_text().split()) for page in reader.pages]
    for item in appendix.items:
        assert "".join(f"{item.label}{item.caption}".split())[:30] in pages[pdf[1][item.label] - 1]
    text = "".join(pages)
    assert "县（市、区）政府提高10.52分" in text and "不是任何单位的真实得分" in text
    assert reader.metadata is not None and reader.metadata.title == appendix.title


def test_the_same_appendix_gives_the_same_bytes(
    appendix: Paper, pdf: tuple[bytes, dict[str, int]], word: bytes, excel: bytes
) -> None:
    assert typeset(appendix)[0] == pdf[0]
    assert write_word(appendix, pdf[1]) == word
    assert write_spreadsheet(appendix) == excel


@widely("seed", range(3), always=1)
def test_any_city_has_an_appendix(seed: int) -> None:
    made_up = Assessment(city_data(seed))
    for of in (made_up.year(2030), made_up.pair(2030, 2031)):
        made = compose(APPENDIX, of)
        assert bool(made.left_out) == isinstance(of, Year)
        assert not [told for told in made.left_out if re.search("[a-z]", told)]
        content, pages = typeset(made)
        assert content.startswith(b"%PDF") and set(pages) == {item.label for item in made.items}
        assert write_word(made, pages) and write_spreadsheet(made)


def test_what_is_left_out_is_told_with_its_reason(tmp_path: Path) -> None:
    """A city of one year, without a circular, can show neither what is compared nor what is printed."""
    alone = Assessment(load_dataset(start_city(tmp_path / "data"))).latest
    made = compose(kind_of_items(*list_all()), alone)
    told = dict(each.split("：", 1) for each in made.left_out)
    assert told["图“名次升降”"] == "前面没有可比的年度"
    assert told["表“通报逐项核对”"].startswith("2023年度没有通报")
    assert "图“各单位总分的范围”" in told and all(told.values()) and not any("\n" in each for each in told.values())


def test_names_of_files_hold_no_paths(appendix: Paper) -> None:
    names = [item.file_name for item in appendix.items]
    assert len(set(names)) == len(names)
    assert all(item.caption in name for item, name in zip(appendix.items, names, strict=True))
    assert not [name for name in names if re.search(r'[\\/:*?"<>|\x00-\x1f]', name) or len(name.encode()) > 180]


def test_office_software_opens_it(appendix: Paper, word: bytes, excel: bytes, pdf: Any, tmp_path: Path) -> None:
    """LibreOffice finds the charts as charts, and each figure and table on the page that the list says."""
    (tmp_path / "a.docx").write_bytes(word)
    (tmp_path / "b.xlsx").write_bytes(excel)
    with zipfile.ZipFile(convert(tmp_path / "a.docx", "odt", tmp_path)) as archive:
        objects = [archive.read(name) for name in archive.namelist() if re.fullmatch(r"Object \d+/content.xml", name)]
    drawn = [content for content in objects if b"<chart:chart " in content]
    assert len(drawn) == len(_charts(appendix))
    pages = pypdf.PdfReader(convert(tmp_path / "a.docx", "pdf", tmp_path)).pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    for item in appendix.items:
        caption = "".join(f"{item.label}{item.caption}".split())[:24]
        assert caption in texts[pdf[1][item.label] - 1], (
            item.label,
            [place for place, text in enumerate(texts, 1) if caption in text],
        )
    sheets = pypdf.PdfReader(convert(tmp_path / "b.xlsx", "pdf", tmp_path)).pages
    text = "".join("".join(page.extract_text().split()) for page in sheets)
    assert all("".join(item.caption.split()) in text for item in appendix.items)


def test_hostile_names_are_text_in_every_form(hostile_city: Path) -> None:  # noqa: F811
    """Formulas, markup of typst and Word, and paths in names do nothing but stand there."""
    made = compose(kind_of_items(*list_all()), Assessment(load_dataset(hostile_city)).pair(2023, 2024))
    pdf, pages = typeset(made)
    word = write_word(made, pages)
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        inner = [archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")]
    assert len(inner) == len(_charts(made))
    for content in (write_spreadsheet(made), *inner):
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]
    document = Document(io.BytesIO(word))
    text = "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))
    printed = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    for name in UNITS.values():
        assert name in text, name
        assert "".join(name.split())[:12] in printed, name
    assert not [rel for rel in document.part.rels.values() if rel.is_external]
    assert not [
        name
        for name in (item.file_name for item in made.items)
        if re.search(r'[\\/:*?"<>|]', name) or name.startswith(".")
    ]
