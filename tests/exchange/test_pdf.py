"""Pages of a .pdf: what is drawn on them, without their numbers; what would take forever is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from pypdf import PdfWriter
from tests.office import convert

from analysis.exchange.sources.pdf import read_pdf
from analysis.exchange.sources.source import read_source
from analysis.problems import WorkbookError
from analysis.texts import FileError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def write_pdf(*objects: bytes) -> bytes:
    """Write a .pdf of objects, of which the first is the root."""
    out, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


def write_pages(content: bytes, pages: int, beside: bytes = b"") -> bytes:
    """Write pages that share one stream of drawing, and what lies on them."""
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</F %s>>>>" % font
    page += beside + b">>"
    return write_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        *[page] * pages,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "pages", "told"),
    [(b"BT ET", 501, "有501页，最多500页"), (b"0 0 m 9 9 l S " * 10_000, 41, "要画的东西太多")],
)
def test_a_pdf_that_would_take_forever_is_refused(content: bytes, pages: int, told: str) -> None:
    with pytest.raises(FileError, match=told):
        read_pdf(write_pages(content, pages))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "note"),
    [
        (b"FreeText/Contents(80.5)", "没有读第1、2页的批注、删改标记或填写的表单，请对照原文核对"),
        (b"StrikeOut", "没有读第1、2页的批注、删改标记或填写的表单，请对照原文核对"),
        (b"Widget/FT/Tx/V(80.5)", "没有读第1、2页的批注、删改标记或填写的表单，请对照原文核对"),
        (b"Link", ""),
    ],
)
def test_what_lies_on_the_pages_of_a_pdf_is_told(kind: bytes, note: str) -> None:
    beside = b"/Annots[<</Type/Annot/Subtype/%s/Rect[0 0 9 9]>>]" % kind
    source = read_pdf(write_pages(b"BT /F 9 Tf (90.5) Tj ET", 2, beside))
    assert (source.text, source.notes) == ("90.5\n90.5", (note,) if note else ())
    assert source.places == ((0, "第1页"), (5, "第2页"))


def test_text_that_lies_under_a_scan_is_told_to_be_recognised() -> None:
    source = read_pdf(write_pages(b"BT /F 9 Tf 3 Tr (90.5) Tj ET", 1))
    assert (source.text, source.by_ocr) == ("90.5", True)
    assert "识别层" in source.notes[0]


def test_numbers_beside_each_other_are_not_joined() -> None:
    assert read_pdf(write_pages(b"BT /F 9 Tf (90.5 3) Tj ET", 1)).text == "90.5\t3"


def test_a_page_that_is_only_a_picture_is_told() -> None:
    picture = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>"
    scanned = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 7 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    font = b"<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    written = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 6 0 R/Resources<</Font%s>>>>" % font
    source = read_pdf(
        write_pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>",
            scanned,
            written,
            picture + b"stream\nx\nendstream",
            b"<</Length 23>>stream\nBT /F 9 Tf (90.5) Tj ET\nendstream",
            b"<</Length 5>>stream\n/I Do\nendstream",
        )
    )
    assert (source.text, source.notes) == ("90.5", ("第1页没有文字，可能是扫描的，没有读，请对照原文核对",))
    assert source.places == ((0, "第2页"),)


def test_a_pdf_without_text_has_none() -> None:
    assert read_pdf(write_pages(b"", 2)).text == ""


@pytest.mark.slow
def test_what_office_software_writes(tmp_path: Path) -> None:
    """Three pages, with their numbers in the middle below: 89.74 goes on over a page."""
    document = Document()
    for text in ("平均得分8", "9.74分", "完"):
        document.add_paragraph(text).paragraph_format.page_break_before = True
    footer = document.sections[0].footer.paragraphs[0]
    footer._p.append(_element('<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    document.save(str(tmp_path / "a.docx"))
    source = read_pdf(convert(tmp_path / "a.docx", "pdf", tmp_path).read_bytes())
    assert "".join(source.text.split()) == "平均得分89.74分完"


def _element(text: str) -> object:
    return parse_xml(text.replace(" w:instr", f' xmlns:w="{W}" w:instr'))


def test_rows_of_a_ruled_table_are_read_by_its_borders() -> None:
    """The first cell spans both rows; its text is drawn last, in the middle of them."""
    rules = b"0 0 m 200 0 l 0 60 m 200 60 l 100 30 m 200 30 l 0 0 m 0 60 l 100 0 m 100 60 l 200 0 m 200 60 l S "
    cells = b"".join(
        b"BT /F 9 Tf %d %d Td (%s) Tj ET " % cell for cell in ((110, 40, b"A"), (110, 10, b"B"), (20, 26, b"1"))
    )
    assert read_pdf(write_pages(rules + cells, 1)).text == "1\tA\n1\tB"


@pytest.mark.parametrize(
    ("rotation", "matrix"), [(90, b"0 1 -1 0 5 1"), (180, b"-1 0 0 -1 8 5"), (270, b"0 -1 1 0 5 8")]
)
def test_a_page_that_lies_on_its_side_is_read_as_it_is_seen(rotation: int, matrix: bytes) -> None:
    content = b"BT /F 1 Tf %s Tm (AB) Tj 0 -2 Td (CD) Tj ET" % matrix
    assert read_pdf(write_pages(content, 1, b"/Rotate %d" % rotation)).text == "AB\nCD"


def test_a_slanted_watermark_is_left_out_and_told() -> None:
    source = read_pdf(write_pages(b"BT /F 1 Tf 1 0 0 1 1 5 Tm (AB) Tj 0.7 0.7 -0.7 0.7 1 1 Tm (XX) Tj ET", 1))
    assert source.text == "AB"
    assert source.notes == ("没有读斜放的（多是水印）文字“XX”，请对照原文核对",)


def test_a_locked_pdf_is_told_to_have_a_password(tmp_path: Path) -> None:
    """As its reader meets it: one that may only not be changed is read."""
    for password, name in (("x", "locked"), ("", "open")):
        writer = PdfWriter(io.BytesIO(write_pages(b"BT /F 9 Tf (90.5) Tj ET", 1)))
        writer.encrypt(password, "y", algorithm="RC4-128")
        writer.write(str(tmp_path / f"{name}.pdf"))
    assert read_source(tmp_path / "open.pdf").text == "90.5"
    with pytest.raises(WorkbookError, match=r"locked\.pdf”有密码，打不开"):
        read_source(tmp_path / "locked.pdf")
