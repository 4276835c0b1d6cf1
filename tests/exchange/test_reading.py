"""Drafting facts from text: the two real circulars where they are at hand, and fictional ones that always are."""

from __future__ import annotations

import io
import os
import random
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from analysis.data.published import Published
from analysis.exchange.circulars.draft import Draft, write_draft
from analysis.exchange.circulars.rules import read_circular, split_names
from analysis.exchange.circulars.text import open_text, read_text
from analysis.problems import WorkbookError

FICTION = Path(__file__).parent / "circulars"
CIRCULARS = Path(os.environ.get("WORKBOOK_CIRCULARS", ROOT.parent / "shared" / "circulars"))


def _bare(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop notes and spans, which are not facts, and order what is left."""
    bare = [{key: value for key, value in entry.items() if key not in {"note", "span"}} for entry in entries]
    return sorted(bare, key=str)


@pytest.mark.parametrize("year", [2020, 2021])
def test_the_real_circulars_are_read_completely(year: int) -> None:
    path = CIRCULARS / f"{year}.txt"
    if not path.is_file():
        pytest.skip("the circulars' texts are not part of the project")
    draft = read_circular(read_text(path))
    known = yaml.safe_load((ROOT / "data" / "published" / f"{year}.yml").read_text(encoding="utf-8"))
    assert (draft.year, draft.document, draft.cites) == (year, known["document"], known["cites"])
    assert draft.dated == str(known.get("dated", ""))
    normal = Published(**known).model_dump()
    drafted = Published(**yaml.safe_load(write_draft(draft, path.name))).model_dump()
    assert _bare(drafted["figures"]) == _bare(normal["figures"])
    assert _bare(drafted["lists"]) == _bare(normal["lists"])


def _read(name: str) -> tuple[Draft, dict[tuple[str, str, str], str]]:
    draft = read_circular(read_text(FICTION / f"{name}.txt"))
    figures = {
        (figure["measure"], figure.get("group", "all"), figure.get("of", "all")): figure["value"]
        for figure in draft.figures
    }
    return draft, figures


def test_three_grades_full_width_digits_and_falls() -> None:
    draft, figures = _read("three_grades")
    assert (draft.year, draft.document) == (2023, "东法办〔2024〕3号")
    graded = {(each["group"], each["of"]): each["names"] for each in draft.lists if each["list"] == "graded"}
    assert graded["county", "excellent"] == ["甲县人民政府", "乙县人民政府", "丙区人民政府"]  # broken over two lines
    assert graded["department", "excellent"][1] == "市科学技术和工业信息化局"
    assert graded["department", "fair"] == ["市商务局", "市统计局"]
    assert figures["grade_units", "all", "fair"] == "4"
    assert figures["grade_share", "county", "excellent"] == "37.50%"
    assert figures["average", "county", "all"] == "81.05"
    assert figures["average_delta", "county", "all"] == "-2.30"
    assert figures["average_growth", "county", "all"] == "-2.76%"
    assert figures["average", "department", "all"] == "88.4"
    streak = next(each for each in draft.lists if each["list"] == "consecutive")
    assert (streak["names"], streak["years"], streak["complete"]) == (["乙县人民政府", "市公安局"], "3", False)
    newly = next(each for each in draft.lists if each["list"] == "newly")
    assert newly["names"] == ["丙区人民政府", "市教育局", "市司法局"]
    assert "complete" not in newly
    assert draft.unsure == []


def test_a_grade_by_complement_and_only_extremes_and_means() -> None:
    draft, figures = _read("complement")
    rest = next(each for each in draft.lists if each["of"] == "good")
    assert rest["names"] == [] and rest["complete"] is False
    assert {key: value for key, value in figures.items() if key[0].startswith(("total", "average"))} == {
        ("total_max", "county", "all"): "96.5", ("total_min", "county", "all"): "71.2",
        ("average", "county", "all"): "85.33", ("total_max", "department", "all"): "98",
        ("total_min", "department", "all"): "60.75", ("average", "department", "all"): "84.6",
    }  # fmt: skip
    assert figures["bonus_units", "department", "all"] == "12"  # printed 十二
    assert [each.split("：")[0] for each in draft.unsure] == ["一", "三"]
    assert "其他单位为良好" in draft.unsure[0]
    assert "3210" in draft.unsure[1]  # a number nothing is known about is reported, not read


def test_groups_in_one_list() -> None:
    draft, figures = _read("one_list")
    excellent = next(each for each in draft.lists if each["list"] == "graded" and each["of"] == "excellent")
    assert "group" not in excellent
    assert excellent["names"][-2:] == ["三县人民政府", "市审计局"]  # joined by 和
    assert figures["list_units", "all", "good"] == "3"  # printed 三
    assert figures["average_delta", "all", "all"] == "-0.46"
    assert figures["first_place_years", "all", "市公安局"] == "2"


def test_other_phrases_for_the_same_things() -> None:
    draft, figures = _read("other_phrases")
    graded = {(each["group"], each["of"]): each["names"] for each in draft.lists}
    assert graded["county", "excellent"] == ["甲县", "乙县", "丙区"]  # 优秀单位3个：
    assert graded["county", "good"] == ["丁县", "戊县"]  # ends with the line, not with a full stop
    assert graded["department", "excellent"] == ["市公安局", "市司法局", "市财政局"]
    assert figures["grade_units", "department", "fair"] == "12"  # 其余12个
    assert (figures["total_max", "all", "all"], figures["total_min", "all", "all"]) == ("98.2", "61.35")
    assert figures["average_growth", "county", "all"] == "2.68%"  # 增幅
    assert figures["average_growth", "department", "all"] == "-1.06%"  # 降幅
    assert len(draft.unsure) == 2 and "45.5%" in draft.unsure[1]  # a rate of its own kind is reported


def test_a_text_without_headings() -> None:
    draft, figures = _read("no_headings")
    assert draft.document == "东法政办〔2023〕8号"  # printed with square brackets
    assert figures["grade_units", "county", "excellent"] == "5"
    assert figures["grade_units", "all", "excellent"] == "15"
    assert figures["grade_share", "all", "good"] == "37.5%"
    assert not any(key[0] == "newly_units" for key in figures)
    assert any("24" in each for each in draft.unsure)


@pytest.mark.parametrize("name", ["three_grades", "complement", "one_list", "other_phrases", "no_headings"])
def test_every_value_stands_where_its_span_says(name: str) -> None:
    text = read_text(FICTION / f"{name}.txt")
    draft = read_circular(text)
    for figure in draft.figures:
        start, end = figure["span"]
        stretch = open_text(text[start:end]).clean
        assert figure["value"].lstrip("-") == stretch or f"印作“{stretch}”" == figure["note"]
    for each in draft.lists:
        start, end = each["span"]
        stretch = open_text(text[start:end]).clean
        assert all(name in stretch for name in each["names"])


@pytest.mark.parametrize(
    ("run", "count", "names"),
    [
        ("市统计局、市政务服务和大数据管理局和市司法局", 3, ["市统计局", "市政务服务和大数据管理局", "市司法局"]),
        ("市统计局、市政务服务和大数据管理局", 2, ["市统计局", "市政务服务和大数据管理局"]),
        ("县（市、区）政府、市公安局", None, ["县（市、区）政府", "市公安局"]),
    ],
)
def test_names_are_split(run: str, count: int | None, names: list[str]) -> None:
    assert split_names(run, count) == names


def test_layout_does_not_matter() -> None:
    """Line breaks and spaces anywhere inside sentences, full- and half-width forms: the same facts."""
    text = read_text(FICTION / "three_grades.txt")
    draw = random.Random(5)
    lines = []
    for line in text.splitlines():
        if line[:1] in "一二三（123 " or not line.strip():
            lines.append(line)
            continue
        lines.append("".join(c + draw.choice(["", "", " ", "\u3000"]) for c in line))
    swapped = "\n".join(lines).translate(str.maketrans("0123456789()", "０１２３４５６７８９（）"))
    plain, other = read_circular(text), read_circular(swapped)
    assert _bare(plain.figures) == _bare(other.figures)
    assert _bare(plain.lists) == _bare(other.lists)


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
    assert _bare(read_circular(read_text(tmp_path / "通报.docx")).figures) == _bare(read_circular(text).figures)

    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    from analysis.exhibits.chart import theme

    with theme(), PdfPages(tmp_path / "通报.pdf") as pdf:
        figure = Figure(figsize=(12, 16))
        for row, line in enumerate(text.split("\n")):
            figure.text(0.02, 0.98 - row * 0.02, line, fontsize=7)
        pdf.savefig(figure)
    read = read_circular(read_text(tmp_path / "通报.pdf"))
    assert _bare(read.figures) == _bare(read_circular(text).figures)


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


def _pdf(content: bytes, pages: int) -> bytes:
    """Write pages that share one stream of drawing."""
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</F %s>>>>>>" % font
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        *[page] * pages,
    ]
    out, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "pages", "told"),
    [(b"BT ET", 501, "有 501 页，最多 500 页"), (b"q Q " * 10_000, 100, "要画的东西太多")],
)
def test_a_pdf_that_would_take_forever_is_refused(content: bytes, pages: int, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_pdf(content, pages))
    with pytest.raises(WorkbookError, match=told):
        read_text(tmp_path / "a.pdf")


@pytest.mark.slow
@pytest.mark.parametrize(
    "word", ["（1）", "\n", "优秀：", "优秀（1个）：", "平均分89.74分", "对", "，其中", "1.", "宝丰县、"]
)
def test_a_text_of_nothing_but_one_word_is_read_in_bounded_time(word: str) -> None:
    """Ten times the text takes no hundred times as long."""

    def takes(length: int) -> float:
        started = time.process_time()
        read_circular(word * (length // len(word)))
        return time.process_time() - started

    short, long = max(min(takes(8_000), takes(8_000)), 0.05), takes(80_000)
    assert long < 50 * short, (short, long)


@given(
    st.text(
        alphabet="优秀良好等次（）()、，。：；0123456789.%一二三县市区政府直部门个平均得分连续年为较去\n ", max_size=300
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    draft = read_circular(text)
    assert yaml.safe_load(write_draft(draft, "x.txt"))["figures"] is not None


@pytest.mark.slow
def test_a_draft_becomes_data_that_can_be_audited(copied_data: Path) -> None:
    """A made-up next year, printed in another way: extremes only, good by complement; nothing else is known of it."""
    from analysis.data.dataset import load_dataset
    from analysis.methods.audit.ledger import audit_year
    from analysis.methods.bounds.bounds import prove_from_print
    from analysis.scoring.years import score_years

    scheme = (copied_data / "schemes/2021.yml").read_text(encoding="utf-8").replace("year: 2021", "year: 2022")
    (copied_data / "schemes/2022.yml").write_text(scheme, encoding="utf-8")
    text = """法政办〔2023〕1号
关于2022年度考核情况的通报
一、结果
（一）县（市、区）政府
优秀等次（2个）：宝丰县人民政府、叶县人民政府。其他单位为良好。
县（市、区）政府最高得分97.5分，最低得分70.25分，平均得分88.00分。
"""
    text = text.replace("法政办〔", "市法政办〔")
    (copied_data / "published/2022.yml").write_text(write_draft(read_circular(text), "x"), encoding="utf-8")
    dataset = load_dataset(copied_data)
    assert not audit_year(dataset, score_years(dataset.years), 2022)["verdict"].eq("contradicted").any()
    proof = prove_from_print(dataset, 2022, draws=250)
    units = proof.units[proof.units["group"].eq("county")].set_index("unit_id")
    assert len(units) == 12
    assert units.loc["baofeng", ["low", "high"]].tolist() == pytest.approx([97.45, 97.55])  # the first has the highest
    assert units.loc["ruzhou", "low"] == pytest.approx(70.245)
    assert units.loc["ruzhou", "grade"] == "good"


def test_the_command_saves_and_never_overwrites(tmp_path: Path) -> None:
    from analysis.cli import main

    shutil.copy(FICTION / "one_list.txt", tmp_path)
    out = tmp_path / "2024.yml"
    assert main(["read-circular", str(tmp_path / "one_list.txt"), "--out", str(out)]) == 0
    saved = out.read_text(encoding="utf-8")
    assert yaml.safe_load(saved)["year"] == 2024
    assert main(["read-circular", str(tmp_path / "one_list.txt"), "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == saved
