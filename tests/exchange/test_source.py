"""Text out of files of every format, and files that are refused."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from tests.exchange.test_ofd import make_ofd, text
from tests.exchange.test_reader import FICTION, bare

from analysis.cli import main
from analysis.exchange.circulars.reader import read_circular
from analysis.exchange.sources.source import read_source
from analysis.problems import WorkbookError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = (FICTION / "one_list.txt").read_text(encoding="utf-8")
    path = tmp_path / "通报.txt"
    path.write_bytes(text.encode(encoding))
    found = read_circular(read_source(path).text)
    assert (bare(found.figures), bare(found.lists)) == (
        bare(read_circular(text).figures),
        bare(read_circular(text).lists),
    )


@pytest.mark.slow
def test_docx_and_pdf(tmp_path: Path) -> None:
    from docx import Document

    text = (FICTION / "three_grades.txt").read_text(encoding="utf-8")
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "通报.docx"))
    assert bare(read_circular(read_source(tmp_path / "通报.docx").text).figures) == bare(read_circular(text).figures)

    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    from analysis.exhibits.theme import theme

    with theme(), PdfPages(tmp_path / "通报.pdf") as pdf:
        figure = Figure(figsize=(12, 16))
        for row, line in enumerate(text.split("\n")):
            figure.text(0.02, 0.98 - row * 0.02, line, fontsize=7)
        pdf.savefig(figure)
    read = read_circular(read_source(tmp_path / "通报.pdf").text)
    assert bare(read.figures) == bare(read_circular(text).figures)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.doc", b"x", "另存为"),
        ("a.odt", b"x", "不是能读的格式"),
        ("a.doc", b"{\\rtf1 x}", "是 RTF 文件。请在 Word 或 WPS 里打开，另存为 .docx"),
        ("a.html", b"MIME-Version: 1.0\n", "单个文件的网页"),
        ("a.jpg", b"GIF89a", "是 GIF 图片。请另存为 .png"),
        ("a.ofd", b"x", "打不开"),
        ("a.wps", b"x", "打不开"),
        ("a.docx", b"Rar!x", "是压缩包"),
        ("a.txt", b"", "没有文字"),
        ("a.txt", b"\xff\xff\xff", "编码"),
        ("a.docx", b"not a zip", "打不开"),
        ("a.pdf", b"not a pdf", "打不开"),
    ],
)
def test_files_that_are_no_circular(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WorkbookError, match=told):
        read_source(tmp_path / name)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CELL = '<w:tc><w:tcPr><w:gridSpan w:val="{}"/></w:tcPr><w:p/></w:tc>'
BELOW = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>"
BODIES = {
    "a cell over millions of columns": f"<w:tbl><w:tr>{CELL.format(2_000_000_000)}</w:tr></w:tbl>",
    "a hundred thousand empty paragraphs": "<w:p/>" * 100_000,
    "a cell over thousands of rows": f"<w:tbl>{BELOW * 20_000}</w:tbl>",
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
        read_source(path)


def test_a_document_with_a_password_is_told_so(tmp_path: Path) -> None:
    locked = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    (tmp_path / "a.docx").write_bytes(locked)
    with pytest.raises(WorkbookError, match="有密码，打不开"):
        read_source(tmp_path / "a.docx")


def _save(document: object) -> bytes:
    with io.BytesIO() as buffer:
        document.save(buffer)  # type: ignore[attr-defined]
        return buffer.getvalue()


def test_what_a_file_is_its_content_says(tmp_path: Path) -> None:
    """Web sites give pages the name .doc, and offices change names to what a form asks for."""
    (tmp_path / "a.doc").write_bytes("<html><meta charset=utf-8><body><p>平均得分90.5分</p></body></html>".encode())
    document = Document()
    document.add_paragraph("平均得分90.5分")
    (tmp_path / "b.doc").write_bytes(_save(document))
    for name, kind in (("a.doc", "网页"), ("b.doc", ".docx")):
        source = read_source(tmp_path / name)
        assert source.text == "平均得分90.5分"
        assert source.notes == (f"扩展名是 .doc，内容是{kind}，按{kind}来读",)


def test_places_of_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeff甲县\r\n\r\n- 2 -\r\n　　乙\u00ad县\t90.5\r".encode())
    source = read_source(tmp_path / "a.txt")
    assert source.text == "甲县\n　　乙县\t90.5"
    assert [source.place(at) for at in (0, 1, 3, 9)] == ["第1行", "第1行", "第4行", "第4行"]
    assert source.notes == () and not source.by_ocr


def test_a_command_tells_what_was_doubtful(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document()
    for line in (FICTION / "three_grades.txt").read_text(encoding="utf-8").split("\n"):
        document.add_paragraph(line)
    document.add_paragraph().add_run("平均得分80分").font.hidden = True
    (tmp_path / "通报.docx").write_bytes(_save(document))
    assert main(["read-circular", str(tmp_path / "通报.docx")]) == 0
    told = capsys.readouterr()
    assert "读法：没有读隐藏的文字“平均得分80分”，请对照原文核对" in told.err
    assert "88.4" in told.out and '"80"' not in told.out


@pytest.mark.parametrize("name", sorted(path.name for path in FICTION.glob("*.txt")))
@pytest.mark.parametrize("suffix", [".docx", ".html", ".ofd"])
def test_a_circular_says_the_same_in_every_format(name: str, suffix: str, tmp_path: Path) -> None:
    """Round trip: what is written paragraph by paragraph is read back, but for page numbers and indents."""
    lines = (FICTION / name).read_text(encoding="utf-8").split("\n")
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / f"a{suffix}").write_bytes(WRITERS[suffix](lines))
    plain, other = read_source(tmp_path / "a.txt").text, read_source(tmp_path / f"a{suffix}").text
    assert "".join(other.split()) == "".join(plain.split())
    assert bare(read_circular(other).figures) == bare(read_circular(plain).figures)
    assert bare(read_circular(other).lists) == bare(read_circular(plain).lists)


def _as_docx(lines: list[str]) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return _save(document)


def _as_html(lines: list[str]) -> bytes:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f'<html><meta charset="gb2312"><body><div>{paragraphs}</div></body></html>'.encode("gb18030")


def _as_ofd(lines: list[str]) -> bytes:
    pages = [lines[start : start + 30] for start in range(0, len(lines), 30)]
    return make_ofd(*("".join(text(20, 8 * at, html.escape(each)) for at, each in enumerate(page)) for page in pages))


WRITERS: dict[str, Callable[[list[str]], bytes]] = {".docx": _as_docx, ".html": _as_html, ".ofd": _as_ofd}


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.txt", "<!DOCTYPE html><html><body><p>甲县90分</p></body></html>", "甲县90分"),
        ("a.html", "甲县\t90\n乙县\t80\n", "甲县\t90\n乙县\t80"),
        ("a.html", "甲县90分，得分＜95分", "甲县90分，得分＜95分"),
    ],
)
def test_a_page_named_text_and_a_text_named_page_are_what_they_are(
    name: str, content: str, text: str, tmp_path: Path
) -> None:
    """Tags are no text, and lines of a text are none of a page's, which would join numbers."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    source = read_source(tmp_path / name)
    assert source.text == text
    assert "扩展名是" in source.notes[0]
