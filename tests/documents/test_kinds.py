"""documents.yml: what is wrong is told with its line and what to do; templates keep what is theirs."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt
from tests.conftest import ROOT
from tests.exhibits.test_feedback import letter_city
from tests.made_up import write_city
from tests.office import convert
from tests.print_only import write_print_only

from analysis.cli import main
from analysis.documents.kinds import load_kinds

ITEMS = "    items:\n      - write: 一段\n"
STAMP = "样张：评分系重构，不是任何单位的真实得分"


def _of_item(item: str) -> str:
    return f"    items:\n      - {item}\n"


def _declare(more: str = "", items: str = ITEMS, name: str = "公文", title: str = '"{year}年公文"') -> str:
    return f"documents:\n  - name: {name}\n    title: {title}\n{more}{items}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write_city(letter_city(), tmp_path / "data")


WRONG: dict[str, tuple[str, int, str]] = {
    "an unknown key": (_declare("    colour: red\n"), 4, "不认识的项"),
    "an unknown key of a line": (_declare(items=_of_item("wirte: 一段")), 5, "不认识的项"),
    "an unknown exhibit": (_declare(items=_of_item("figure: avarages")), 5, "没有 avarages 这个图表；可用：averages、"),
    "sentences as a figure": (_declare(items=_of_item("figure: draft")), 5, "没有 draft 这个图表"),
    "two kinds in a line": (_declare(items=_of_item("{figure: averages, table: averages}")), 5, "只写一个"),
    "no kind in a line": (_declare(items=_of_item("sources: false")), 5, "只写一个"),
    "an option in words": (_declare(items=_of_item("{table: ranking, options: {shown: 五}}")), 5, "shown（整数）"),
    "an option that is true": (
        _declare(items=_of_item("{table: ranking, options: {shown: true}}")),
        5,
        "shown（整数）",
    ),
    "an unknown option": (_declare(items=_of_item("{table: ranking, options: {show: 5}}")), 5, "shown（整数）"),
    "options of a paragraph": (_declare(items=_of_item("{write: 一段, options: {a: 1}}")), 5, "只用于图表"),
    "a level of a paragraph": (_declare(items=_of_item("{write: 一段, level: 2}")), 5, "level 只用于 heading"),
    "a third level": (_declare(items=_of_item("{heading: 一段, level: 3}")), 5, "改为 1、2 之一"),
    "a brace alone": (_declare(items=_of_item('write: "一段{year"')), 5, "花括号不成对"),
    "an unknown blank": (_declare(items=_of_item('write: "{yaer}"')), 5, "不认识 {yaer}；可用：{base_year}"),
    "a part of a blank": (_declare(items=_of_item('write: "{year.real}"')), 5, "不认识 {year.real}"),
    "a blank that is too wide": (
        _declare(items=_of_item('write: "{year:>9999999999}"')),
        5,
        "不认识 {year:>9999999999}",
    ),
    "a blank in another way": (_declare(items=_of_item('write: "{year!z}"')), 5, "不认识 {year!z}"),
    "a unit in a document of a year": (_declare(items=_of_item('write: "致{unit}"')), 2, "每个单位一份的文件写 about"),
    "a letter in a document of a year": (_declare(items=_of_item("tell: feedback")), 2, "每个单位一份的文件写 about"),
    "a path as a name": (_declare(name="a/b"), 2, "名称用作文件名"),
    "the folder above as a name": (_declare(name='".."'), 2, "名称用作文件名"),
    "a name of the system": (_declare(name="CON"), 2, "名称用作文件名"),
    "a space behind a name": (_declare(name='"公文 "'), 2, "名称用作文件名"),
    "a long name": (_declare(name="长" * 21), 2, "名称用作文件名"),
    "no title": (_declare(title='""'), 3, "不能为空"),
    "an unknown form": (_declare("    forms: [odt]\n"), 4, "改为 docx、pdf、xlsx、pictures 之一"),
    "no form": (_declare("    forms: []\n"), 4, "至少写一项"),
    "an unknown sheet": (_declare("    sheet: A5\n"), 4, "改为 A4、A3 之一"),
    "a template elsewhere": (_declare("    template: ../a.docx\n"), 4, "旁边的 Word 文件的文件名"),
    "a template of another kind": (_declare("    template: a.wps\n"), 4, "旁边的 Word 文件的文件名"),
    "sources of nothing": (_declare(items=_of_item("sources: true")), 2, "要有 tell：draft_method"),
    "groups of what has none": (_declare(items=_of_item("{figure: averages, groups: [east]}")), 5, "不分组"),
    "nothing in it": (_declare(items=""), 2, "缺少这一项"),
    "no value": ("documents:\n", 1, "没有写值"),
    "a key twice": (_declare().replace("    title", "    name: 公文\n    title"), 3, "写了两次"),
    "a tab": ("documents:\n\t- name: 公文\n", 2, "制表符"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told_with_its_line(wrong: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written, line, told = WRONG[wrong]
    (data / "documents.yml").write_text(written, encoding="utf-8")
    assert _make(data) == 2
    said = capsys.readouterr().err
    assert f"documents.yml 第{line}行" in said and told in said and "改法：" in said, said
    assert not (data.parent / "out").exists()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "documents.yml“全文”"),
        (_declare() + _declare().partition("\n")[2], "公文 列了两次"),
        ("documents: []\n", "没有“公文”这种文件。可用：通报稿、反馈函、领导参阅件、排名表、附件。"),
        (_declare(items=_of_item("{table: ranking, options: {last: 0}}")), "documents.yml 的“公文”中 ranking："),
        (_declare(items=_of_item("{table: ranking, groups: [west]}")), "没有 west 这一组。可用：east。"),
        (_declare("    template: 红头.docx\n"), "请放在 documents.yml 旁边"),
        (_declare("    template: 坏.docx\n"), "不是 Word 文件（.docx）"),
        (_declare("    template: 表.docx\n"), "{正文}没有单独成段"),
    ],
)
def test_what_is_wrong_with_the_whole_is_told(
    written: str, told: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "坏.docx").write_text("hello", encoding="utf-8")
    template = Document()
    template.add_table(1, 1).cell(0, 0).text = "{正文}"
    template.save(str(data / "表.docx"))
    (data / "documents.yml").write_text(written, encoding="utf-8")
    assert _make(data) == 2
    assert told in capsys.readouterr().err and not (data.parent / "out").exists()


def _make(data: Path, name: str = "公文", *more: str, year: int = 2031) -> int:
    return main(["document", name, "--data", str(data), "--year", str(year), "--out", str(data.parent / "out"), *more])


def test_kinds_of_the_data_folder_stand_over_the_others(data: Path) -> None:
    (data / "documents.yml").write_text(_declare(name="通报稿") + _declare().partition("\n")[2], encoding="utf-8")
    kinds = load_kinds(data)
    assert list(kinds) == ["通报稿", "反馈函", "领导参阅件", "排名表", "附件", "公文"]
    assert len(kinds["通报稿"].items) == 1 and len(load_kinds(ROOT / "data")["通报稿"].items) > 10


def test_of_print_alone_neither_letters_nor_a_circular_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    for name in ("通报稿", "反馈函"):
        assert _make(data, name, year=2032) == 2
        assert capsys.readouterr().err.strip().endswith(f"2032年度做不了{name}：2032年度没有评分数据（inputs/2032）。")
        assert not (tmp_path / "out").exists()


def _letterhead(template: Any) -> None:
    template.sections[0].header.paragraphs[0].text = "页眉"
    template.add_paragraph("办公室文件")
    template.add_paragraph("{正文}")
    template.add_paragraph("抄送：各单位")
    template.styles["Heading 1"].font.size = Pt(30)


def _landscape(template: Any) -> None:
    section = template.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width
    section._sectPr.pgSz.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}orient", "landscape")


def _first_page(template: Any) -> None:
    section, template.settings.odd_and_even_pages_header_footer = template.sections[0], True
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text, section.even_page_header.paragraphs[0].text = "首页", "双页"


def _two_sections(template: Any) -> None:
    template.add_section().header.is_linked_to_previous = False


def _a3(template: Any) -> None:
    template.sections[0].page_width, template.sections[0].page_height = Mm(297), Mm(420)


@pytest.mark.slow
@pytest.mark.parametrize("alter", [lambda _: None, _landscape, _first_page, _two_sections, _a3])
def test_a_template_keeps_its_head_and_styles_and_a_sample_is_stamped_on_every_page(
    alter: Callable[[Any], None], data: Path, tmp_path: Path
) -> None:
    template = Document()
    _letterhead(template)
    alter(template)
    template.save(str(data / "红头.docx"))
    items = "".join(f"      - {each}\n" for each in ("heading: 成绩", "table: scores", *["write: 一段"] * 50))
    declared = _declare("    about: unit\n    genuine: true\n    template: 红头.docx\n", f"    items:\n{items}")
    (data / "documents.yml").write_text(declared, encoding="utf-8")
    (data / "inputs/2031/provenance.yml").write_text("provenance: reconstructed\nmethod: 算例\n", encoding="utf-8")
    assert _make(data, "公文", "--unit", "a") == 2 and not (tmp_path / "out").exists()
    assert _make(data, "公文", "--unit", "a", "--sample") == 0
    made = tmp_path / "out/公文-a局.docx"
    document = Document(str(made))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0] == "办公室文件" and "抄送：各单位" in words[-2:] and "{正文}" not in words
    assert document.styles["Heading 1"].font.size == Pt(30)
    assert document.sections[0].page_width == Document(str(data / "红头.docx")).sections[0].page_width
    with zipfile.ZipFile(made) as archive:
        heads = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/header")]
    assert heads and all(STAMP in head for head in heads)
    shutil.rmtree(tmp_path / "office", ignore_errors=True)
    (tmp_path / "office").mkdir()
    pages = _read_pages(convert(made, "pdf", tmp_path / "office"))
    assert len(pages) > 1 and all(STAMP in page for page in pages)


def _read_pages(pdf: Path) -> list[str]:
    import pypdf

    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf.read_bytes())).pages]


@pytest.mark.slow
def test_letters_are_listed_and_a_circular_of_marks_alone_is_proofread_without_a_remark(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _make(data, "反馈函") == 0
    names = {path.name for path in (tmp_path / "out").iterdir() if path.suffix}
    assert {"反馈函-a局.docx", "反馈函-b局.docx", "反馈函-c局.docx", "清单.xlsx"} <= names
    shutil.rmtree(tmp_path / "out")
    assert _make(data, "通报稿") == 0
    document = Document(str(tmp_path / "out/通报稿.docx"))
    body = document.element.body
    before = list(body)[: list(body).index(document.tables[-1]._tbl)]
    text = ["".join(each.text or "" for each in paragraph.iter("{*}t")) for paragraph in before]
    (tmp_path / "稿.txt").write_text("\n".join(text[:-1]), encoding="utf-8")
    capsys.readouterr()
    words = ["proofread", str(tmp_path / "稿.txt"), "--data", str(data), "--year", "2031"]
    assert main([*words, "--out", str(tmp_path / "稿.html")]) == 0
    assert "标出不符0处，没有核对0处" in capsys.readouterr().out
