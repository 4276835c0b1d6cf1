"""A crafted file of whatever kind takes at most a minute and a gigabyte, and then it is read, or told why not."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from docx import Document
from tests.conftest import ROOT
from tests.exchange.test_ofd import make_ofd, text
from tests.exchange.test_pdf import W, write_pdf

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")]

SECONDS, MEMORY = 60, 1_000_000_000
READ = """
import resource, sys
from pathlib import Path
from analysis.exchange.sources.source import read_source
from analysis.exchange.forms.opening import open_sheets
from analysis.problems import WorkbookError
import pandas, numpy, openpyxl, docx
path = Path(sys.argv[1])
try:
    if path.suffix in {".docx", ".pdf", ".html", ".ofd", ".doc"}:
        read_source(path)
    else:
        print(*[problem.rule for sheet in open_sheets(path) for problem in sheet.problems][:3])
except WorkbookError as error:
    print(error)
else:
    print("read")
own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
status = Path("/proc/self/status").read_text()  # ru_maxrss is that of the process it was forked from, too
print(max(int(status.split("VmHWM:")[1].split()[0]), child.ru_maxrss) * 1024)
print(own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime)
"""


def _zip(parts: Mapping[str, bytes]) -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
            for name, content in parts.items():
                book.writestr(name, content)
        return buffer.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PADDING = zlib.compress(os.urandom(1_200_000), 0)
"""Against the limit of how much more an archive may hold than it takes."""


def _book(
    rows: bytes = b"", strings: bytes = b"", sheet: str = "sheet1.xml", after: bytes = b"", sheets: int = 1
) -> bytes:
    names = [f'<sheet name="s{each}" sheetId="{each + 1}" r:id="rId1"/>' for each in range(sheets)]
    texts = f'<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    return _zip(
        {
            "[Content_Types].xml": (
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/{sheet}" ContentType="{TYPES}.worksheet+xml"/>'
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{"".join(names)}</sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/{sheet}"/>{texts}'
                "</Relationships>"
            ).encode(),
            f"xl/worksheets/{sheet}": (
                f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + rows + b"</sheetData>" + after + b"</worksheet>"
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'.encode() + strings + b"</sst>",
            "xl/media/a.png": PADDING,
        }
    )


def _cells(rows: int, columns: int, cell: bytes = b"<c><v>1</v></c>") -> bytes:
    return (b"<row>" + cell * columns + b"</row>") * rows


def _docx(body: bytes, name: str = "word/document.xml") -> bytes:
    with io.BytesIO() as buffer:
        Document().save(buffer)
        with zipfile.ZipFile(buffer) as old:
            parts = {entry.filename: old.read(entry) for entry in old.infolist()}
    del parts["word/document.xml"]
    parts[name] = f'<w:document xmlns:w="{W}" xmlns:x="x"><w:body>'.encode() + body + b"</w:body></w:document>"
    old_name, new_name = b"document.xml", name.rpartition("/")[2].encode()
    for each in ("[Content_Types].xml", "_rels/.rels"):
        parts[each] = parts[each].replace(b"word/" + old_name, b"word/" + new_name)
    if "word/_rels/document.xml.rels" in parts:
        parts[f"word/_rels/{new_name.decode()}.rels"] = parts.pop("word/_rels/document.xml.rels")
    return _zip(parts)


def _table(cells: bytes) -> bytes:
    return b"<w:tbl><w:tr>" + cells + b"</w:tr></w:tbl>"


def _cell(span: str, inside: bytes = b"<w:p/>") -> bytes:
    return f"<w:tc><w:tcPr><w:gridSpan {span}/></w:tcPr>".encode() + inside + b"</w:tc>"


RUNS = b"<w:p>" + b"<w:r><w:t/></w:r>" * 20_000 + b"</w:p>"
LONG = b"<w:p><w:r><w:t>" + b"x" * 90_000 + b"</w:t></w:r></w:p>"


def _page(contents: bytes, *more: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents " + contents + b"/Resources<<>>>>"
    return write_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, *more)


def _stream(packed: bytes, times: int) -> bytes:
    """Write a stream that has been packed so many times."""
    return b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(packed), b"/FlateDecode" * times, packed)


def _zeros(gigabytes: int) -> bytes:
    """Pack zeros, twice."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(1 << 24)) for _ in range(64 * gigabytes)) + packer.flush()
    return zlib.compress(once, 9)


MERGED = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
TEXT = text(1, 1, "甲")
OLE = bytes.fromhex("D0CF11E0A1B11AE1" + "00" * 16 + "3E000300FEFF0900060000000000")
UNREADABLE = "打不开|太复杂|要画的东西太多|没有文字|页，最多"
NESTED = b"<w:tbl><w:tr><w:tc>"
CRAFTED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "as many cells as are read": ("a.xlsx", lambda: _book(_cells(160, 3000)), "read"),
    "as many texts as are read": (
        "a.xlsx",
        lambda: _book(_cells(100, 2000, b'<c t="s"><v>0</v></c>'), b"<si><t>" + "长".encode() * 3000 + b"</t></si>"),
        "read",
    ),
    "huge texts": (
        "a.xlsx", lambda: _book(_cells(1, 1), (b"<si><t>" + b"ab" * 16_000 + b"</t></si>") * 740), "read"
    ),
    "many little texts": ("a.xlsx", lambda: _book(_cells(1, 1), b"<si><t/></si>" * 490_000), "read"),
    "texts in parts": ("a.xlsx", lambda: _book(_cells(1, 1), b"<si><r><t/></r></si>" * 150_000), "read"),
    "many elements": ("a.xlsx", lambda: _book(_cells(400, 3000)), "内容太多"),
    "as many blank cells as are read": ("a.xlsx", lambda: _book(_cells(160, 3000, b"<c/>"), sheets=2), "read"),
    "as many formulas as are read": ("a.xlsx", lambda: _book(_cells(50, 3000, b"<c><f>1</f><v>1</v></c>")), "read"),
    "as many merged cells as are read": (
        "a.xlsx",
        lambda: _book(
            _cells(9, 9),
            after=b"<mergeCells>"
            + b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(1, 20_000))
            + b"</mergeCells>",
        ),
        "read",
    ),
    "styles without end": ("a.xlsx", lambda: _book(_cells(9, 9), after=b"<xf/>" * 400_000), "内容太多"),
    "one sheet under sixty names": ("a.xlsx", lambda: _book(_cells(160, 300), sheets=60), "内容太多"),
    "a sheet that is not called .xml": (
        "a.xlsx",
        lambda: _book(_cells(1, 1), sheet="sheet1.bin", after=MERGED),
        "合并了 A1:XFD1048576",
    ),
    "many cells of a sheet that is not called .xml": (
        "a.xlsx", lambda: _book(_cells(500, 2900, b"<c/>"), sheet="sheet1.dat"), "内容太多"
    ),
    "columns without end": (
        "a.xlsx",
        lambda: _book(_cells(1, 3), after=b"<cols>" + b'<col min="1" max="999999999" width="9"/>' * 1000 + b"</cols>"),
        "read",
    ),
    "rules for every cell": (
        "a.xlsx",
        lambda: _book(_cells(9, 9), after=b'<conditionalFormatting sqref="A1:XFD1048576"><cfRule type="expression" '
                      b'priority="1"><formula>1</formula></cfRule></conditionalFormatting>' * 20_000),
        "read",
    ),
    "a lie about its size": (
        "a.xlsx", lambda: _book(_cells(9, 9), after=b'<dimension ref="A1:XFD1048576"/>'), "read"
    ),
    "lines of a million cells": ("a.csv", lambda: b"," * 9_000_000, "有9000001格，最多3000格"),
    "as many cells in a line as are read": ("a.csv", lambda: (b"a" + b",b" * 2_999 + b"\n") * 1_600, "read"),
    "a million short lines": ("a.csv", lambda: b"a,b\n" * 2_000_000, "最多200000行"),
    "two hundred thousand lines": ("a.csv", lambda: b"a,b,c,d,e,f,g,h,i,j,k,l\n" * 199_000, "read"),
    "a cell over millions of columns": ("a.docx", lambda: _docx(_table(_cell('w:val="30000000"'))), "段落或表格太多"),
    "a cell over millions of columns, said last": (
        "a.docx", lambda: _docx(_table(_cell('x:val="1" w:val="30000000"'))), "段落或表格太多"
    ),
    "a cell over millions of columns, said with spaces": (
        "a.docx", lambda: _docx(_table(_cell('w:val=" +30000000 "'))), "段落或表格太多"
    ),
    "a cell over columns that are no number": ("a.docx", lambda: _docx(_table(_cell('w:val="1e9"'))), "打不开"),
    "a document that is not called .xml": (
        "a.docx", lambda: _docx(_table(_cell('w:val="30000000"')), "word/document.bin"), "段落或表格太多"
    ),
    "a long text in many columns": ("a.docx", lambda: _docx(_table(_cell('w:val="49999"', LONG))), "字，不像一份通报"),
    "many runs in many columns": ("a.docx", lambda: _docx(_table(_cell('w:val="49000"', RUNS))), "read|没有文字"),
    "tables in tables in tables": (
        "a.docx",
        lambda: _docx(NESTED * 3000 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl><w:p/>" * 3000),
        "一层套一层",
    ),
    "as many elements as are read": ("a.docx", lambda: _docx(b"<w:p>" + b"<w:r/>" * 199_000 + b"</w:p>"), "没有文字"),
    "more elements than are read": ("a.docx", lambda: _docx(b"<w:p>" + b"<w:r/>" * 950_000 + b"</w:p>"), "太多"),
    "ninety megabytes of text": ("a.docx", lambda: _docx(LONG * 1000), "字，不像一份通报"),
    "a document of another form": ("a.docx", lambda: _docx(b'<w:altChunk xmlns:r="r" r:id="rId9"/>'), "嵌入了别的文档"),
    "a page of tags": ("a.html", lambda: b"<p>" * 900_000, "没有文字"),
    "a page of more tags": ("a.html", lambda: b"<b>" * 6_000_000, "太多"),
    "tags in tags in tags": ("a.html", lambda: b"<div>" * 200_000 + b"x", "一层套一层|打不开"),
    "a page of one long text": ("a.html", lambda: b"<p>" + b"x" * 19_000_000, "字，不像一份通报"),
    "a page of spans": (
        "a.html", lambda: b"<table>" + b"<tr><td colspan=1000 rowspan=1000>x<td>y" * 300_000, "太大|字，不像一份通报"
    ),
    "a page of hidden texts": ("a.html", lambda: b"<p hidden>x</p>" * 400_000, "没有文字"),
    "an entity without end": ("a.html", lambda: b"<p>" + b"&lt;" * 4_000_000, "字，不像一份通报"),
    "lists in order": ("a.html", lambda: b"<ol>" + b"<li>x" * 40_000 + b"</ol>", "read"),
    "links in blocks in blocks": (
        "a.html", lambda: (b"<div>" * 90 + b"<a>x</a>" * 900 + b"</div>" * 90) * 90, "没有文字|read"
    ),
    "a style sheet": ("a.html", lambda: b"<style>" + b".a{" * 3_000_000 + b"</style><p>x", "read"),
    "as many texts as an ofd may have": ("a.ofd", lambda: make_ofd(TEXT * 90_000), "read"),
    "a text of many steps": ("a.ofd", lambda: make_ofd(text(1, 1, "x", deltas="g 99999 1 " * 100_000)), "read|太复杂"),
    "a .doc of a loop": ("a.doc", lambda: OLE + bytes(512) + b"\1\0\0\0" * 2_000_000, "打不开"),
    "a stream of gigabytes": ("a.pdf", lambda: _page(b"4 0 R", _stream(_zeros(1), 2)), UNREADABLE),
    "many large streams": (
        "a.pdf",
        lambda: _page(b"[" + b"4 0 R " * 300 + b"]", _stream(zlib.compress(b" " * 70_000_000, 9), 1)),
        UNREADABLE,
    ),
    "pages that are their own children": (
        "a.pdf",
        lambda: write_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9999999/Kids[2 0 R 2 0 R]>>"),
        UNREADABLE,
    ),
    "lists in lists in lists": ("a.pdf", lambda: _page(b"[" * 1_000_000), UNREADABLE),
    "objects without end": (
        "a.pdf", lambda: b"%PDF-1.4\n" + b"1 0 obj\n<<>>\nendobj\n" * 700_000, UNREADABLE
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_file_is_read_or_refused_in_time(name: str, tmp_path: Path) -> None:
    file, make, told = CRAFTED[name]
    (tmp_path / file).write_bytes(content := make())
    assert len(content) <= 20_000_000
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / file)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=20 * SECONDS,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    *said, memory, seconds = done.stdout.splitlines()
    assert any(each in "\n".join(said) for each in told.split("|")), said[:5]
    assert int(memory) < MEMORY
    assert float(seconds) < SECONDS
