"""Text out of files of every format, and files that are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from tests.exchange.test_reader import FICTION, bare

from analysis.exchange.circulars.opening import read_noted, read_text
from analysis.exchange.circulars.reader import read_circular
from analysis.problems import WorkbookError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = (FICTION / "one_list.txt").read_text(encoding="utf-8")
    path = tmp_path / "通报.txt"
    path.write_bytes(text.encode(encoding))
    assert read_circular(read_text(path)) == read_circular(text)


@pytest.mark.slow
def test_docx_and_pdf(tmp_path: Path) -> None:
    from docx import Document

    text = (FICTION / "three_grades.txt").read_text(encoding="utf-8")
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "通报.docx"))
    assert bare(read_circular(read_text(tmp_path / "通报.docx")).figures) == bare(read_circular(text).figures)

    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    from analysis.exhibits.theme import theme

    with theme(), PdfPages(tmp_path / "通报.pdf") as pdf:
        figure = Figure(figsize=(12, 16))
        for row, line in enumerate(text.split("\n")):
            figure.text(0.02, 0.98 - row * 0.02, line, fontsize=7)
        pdf.savefig(figure)
    read = read_circular(read_text(tmp_path / "通报.pdf"))
    assert bare(read.figures) == bare(read_circular(text).figures)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.doc", b"x", "另存为"),
        ("a.txt", b"", "没有文字"),
        ("a.txt", b"\xff\xff\xff", "编码"),
        ("a.docx", b"not a zip", "打不开"),
        ("a.pdf", b"not a pdf", "打不开"),
    ],
)
def test_files_that_are_no_circular(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkbookError, match=told):
        read_text(tmp_path / name)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CELL = '<w:tc><w:tcPr><w:gridSpan w:val="{}"/></w:tcPr><w:p/></w:tc>'
BELOW = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>"
BODIES = {
    "a cell over millions of columns": f"<w:tbl><w:tr>{CELL.format(2_000_000_000)}</w:tr></w:tbl>",
    "a hundred thousand empty paragraphs": "<w:p/>" * 100_000,
    "a cell over thousands of rows": f"<w:tbl>{BELOW * 2_000}</w:tbl>",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_document_that_would_take_forever_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "通报.docx"
    with io.BytesIO() as buffer:
        Document().save(buffer)
        with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                body = f'<w:document xmlns:w="{W}"><w:body>{BODIES[name]}</w:body></w:document>'.encode()
                new.writestr(entry.filename, body if entry.filename == "word/document.xml" else old.read(entry))
    with pytest.raises(WorkbookError, match=r"段落或表格太多.*只留通报正文"):
        read_text(path)


def test_a_document_with_a_password_is_told_so(tmp_path: Path) -> None:
    locked = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    (tmp_path / "a.docx").write_bytes(locked)
    with pytest.raises(WorkbookError, match="有密码，打不开"):
        read_text(tmp_path / "a.docx")


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


def _write_pages(content: bytes, pages: int, beside: bytes = b"") -> bytes:
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
    [(b"BT ET", 501, "有 501 页，最多 500 页"), (b"q Q " * 10_000, 100, "要画的东西太多")],
)
def test_a_pdf_that_would_take_forever_is_refused(content: bytes, pages: int, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_write_pages(content, pages))
    with pytest.raises(WorkbookError, match=told):
        read_text(tmp_path / "a.pdf")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "note"),
    [
        (b"FreeText/Contents(80.5)", "没有读第 1、2 页的批注、删改标记或填写的表单，请对照原文核对"),
        (b"StrikeOut", "没有读第 1、2 页的批注、删改标记或填写的表单，请对照原文核对"),
        (b"Widget/FT/Tx/V(80.5)", "没有读第 1、2 页的批注、删改标记或填写的表单，请对照原文核对"),
        (b"Link", ""),
    ],
)
def test_what_lies_on_the_pages_of_a_pdf_is_told(kind: bytes, note: str, tmp_path: Path) -> None:
    beside = b"/Annots[<</Type/Annot/Subtype/%s/Rect[0 0 9 9]>>]" % kind
    (tmp_path / "a.pdf").write_bytes(_write_pages(b"BT /F 9 Tf (90.5) Tj ET", 2, beside))
    assert read_noted(tmp_path / "a.pdf") == ("90.5\n90.5", note)
