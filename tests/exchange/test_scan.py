"""Scans are read page by page, told to be recognised, and refused with the way out where nothing can recognise them."""

from __future__ import annotations

import io
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Cm, Pt
from tests.exchange.test_pdf import write_pages
from tests.office import convert

from analysis.exchange.sources import scan
from analysis.exchange.sources.source import read_source
from analysis.problems import WorkbookError

needs_library = pytest.mark.skipif(not all(map(find_spec, scan._NEEDED)), reason="the extra for scans is not installed")


def test_without_the_extra_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_NEEDED", ("no_such_library",))
    (tmp_path / "a.pdf").write_bytes(write_pages(b"", 1))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for name in ("a.pdf", "a.png"):
        with pytest.raises(WorkbookError, match=r"扫描件或图片.*setup-all.*存为 \.txt"):
            read_source(tmp_path / name)


@needs_library
@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_damaged_picture_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100 if name == "a.png" else b"\xff\xd8\xff\xe0x")
    with pytest.raises(WorkbookError, match="打不开，文件可能损坏"):
        read_source(tmp_path / name)


@needs_library
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_recognition_can_be_interrupted(tmp_path: Path) -> None:
    """Nobody waits for what watches over the recogniser, and no process is left."""
    from PIL import Image

    Image.new("L", (1200, 1700), 255).save(tmp_path / "a.png")
    code = (
        "import os, signal, threading; from pathlib import Path;"
        "from analysis.exchange.sources.source import read_source;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start();"
        f"read_source(Path({str(tmp_path / 'a.png')!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "KeyboardInterrupt" in done.stderr


def draw(document: Any, folder: Path, angle: float = 0.0) -> Any:
    """Draw the first page of a document at 150 dots an inch, with noise, turned by degrees."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    document.save(str(folder / "page.docx"))
    page = pypdfium2.PdfDocument(convert(folder / "page.docx", "pdf", folder).read_bytes())[0]
    picture = page.render(scale=150 / 72).to_pil().convert("L").rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    drawn = np.asarray(picture).astype(float)
    return (drawn + np.random.default_rng(1).normal(0, 15, drawn.shape)).clip(0, 255).astype("uint8")


@needs_library
@pytest.mark.slow
def test_a_noisy_scan_is_read(tmp_path: Path) -> None:
    """A page and a table, drawn at 150 dots an inch with noise, as a picture and as a .pdf of pictures."""
    from PIL import Image

    document = Document()
    document.add_paragraph("二、县（市、区）政府平均得分为81.05分，较上年下降了2.30分。")
    table = document.add_table(2, 3)
    for row, cells in enumerate((("甲县人民政府", "90.56", "优秀"), ("乙县人民政府", "88.07", "良好"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(tmp_path / "page.docx"))
    noisy = draw(document, tmp_path)
    Image.fromarray(noisy).save(tmp_path / "a.png")
    with io.BytesIO() as buffer:
        Image.fromarray(noisy).convert("RGB").save(buffer, "PDF", resolution=150)
        (tmp_path / "a.pdf").write_bytes(buffer.getvalue())
    for name in ("a.png", "a.pdf"):
        source = read_source(tmp_path / name)
        assert source.by_ocr and "扫描件" in source.notes[0]
        assert "平均得分为81.05分" in source.text and "2.30分" in source.text
        assert "甲县人民政府\t90.56\t优秀" in source.text
        assert source.places[0] == (0, "第1页")
        assert not any("没有找到边框线" in note for note in source.notes)  # of two rows


@needs_library
@pytest.mark.slow
def test_a_slanted_table_is_read_by_its_rules(tmp_path: Path) -> None:
    """A merged grade stands in all its rows, a broken name is whole, and so is a broken sentence."""
    from PIL import Image

    names = ["县公安局", "县人力资源和社会保障局", "县财政局"]
    document = Document()
    document.styles["Normal"].font.size = Pt(14)
    for _ in range(2):
        document.add_paragraph(f"考核优秀的单位是{'、'.join(names)}，平均得分为91.50分，较上年提高1.27分，情况如下。")
    table = document.add_table(3, 3, style="Table Grid")
    for row, name in enumerate(names):
        table.cell(row, 1).text, table.cell(row, 2).text = name, f"9{row}.50"
    table.cell(0, 0).merge(table.cell(2, 0)).text = "优秀"
    for column, width in zip(table.columns, (2, 3.5, 3), strict=True):
        column.width = Cm(width)
    Image.fromarray(draw(document, tmp_path, 1.0)).save(tmp_path / "a.png")
    text = read_source(tmp_path / "a.png").text
    assert f"是{'、'.join(names)}，平均得分为91.50分，较上年提高1.27分" in text
    assert text.endswith("".join(f"\n优秀\t{name}\t9{row}.50" for row, name in enumerate(names)))


@needs_library
@pytest.mark.slow
def test_a_table_without_rules_is_told(tmp_path: Path) -> None:
    from PIL import Image

    document = Document()
    table = document.add_table(4, 2)
    for row in range(4):
        table.cell(row, 0).text, table.cell(row, 1).text = f"{'甲乙丙丁'[row]}县人民政府", f"9{row}.50"
    Image.fromarray(draw(document, tmp_path)).save(tmp_path / "a.png")
    assert "第1页像有表，没有找到边框线" in read_source(tmp_path / "a.png").notes[-1]
