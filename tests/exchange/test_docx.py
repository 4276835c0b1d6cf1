"""What a .docx shows is what is read of it: revisions as accepted, hidden text left out and told."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from tests.office import convert

from analysis.exchange.sources.docx import read_docx
from analysis.exchange.sources.parts import Source
from analysis.texts import FileError

SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
}
BOX = "<w:pict><v:shape><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:shape></w:pict>"


def _run(text: str, looks: str = "") -> str:
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{text}</w:t></w:r>"


def _paragraph(*inner: str) -> str:
    return f"<w:p>{''.join(inner)}</w:p>"


def _table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _cell(inner: str) -> str:
    return f"<w:tc>{_paragraph(_run(inner))}</w:tc>"


def _docx(block: str) -> bytes:
    document = Document()
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in SPACES.items())
    for place, each in enumerate(parse_xml(f"<w:body {names}>{block}</w:body>")):
        document.element.body.insert(place, each)
    with io.BytesIO() as buffer:
        document.save(buffer)
        return buffer.getvalue()


def _read(*blocks: str) -> Source:
    return read_docx(_docx("".join(blocks)))


SCORE = _run("平均分")
WRAPPED = {
    "a control": f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{_run('90.5')}</w:sdtContent></w:sdt>",
    "a control in a control": (
        f"<w:sdt><w:sdtContent><w:sdt><w:sdtContent>{_run('90.5')}</w:sdtContent></w:sdt></w:sdtContent></w:sdt>"
    ),
    "what Word takes for a measure": f'<w:smartTag w:uri="x" w:element="chmetcnv">{_run("90.5")}</w:smartTag>',
    "a tag of an office": f'<w:customXml w:element="x"><w:customXmlPr/>{_run("90.5")}</w:customXml>',
    "a field": f'<w:fldSimple w:instr="DOCPROPERTY x">{_run("90.5")}</w:fldSimple>',
    "a link": f"<w:hyperlink>{_run('90.5')}</w:hyperlink>",
}


@pytest.mark.parametrize("name", WRAPPED)
def test_what_stands_in_a_wrapper_is_read_in_its_place(name: str) -> None:
    source = _read(_paragraph(SCORE, WRAPPED[name], _run("分")))
    assert (source.text, source.notes) == ("平均分90.5分", ())


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (f"<w:sdt><w:sdtContent>{_paragraph(_run('一段'))}</w:sdtContent></w:sdt>", "一段"),
        (_table(f"<w:sdt><w:sdtContent><w:tr>{_cell('一行')}</w:tr></w:sdtContent></w:sdt>"), "一行"),
        (_table(f"<w:tr>{_cell('甲')}<w:sdt><w:sdtContent>{_cell('90')}</w:sdtContent></w:sdt></w:tr>"), "甲\t90"),
        ("<w:sdt><w:sdtPr/></w:sdt>", ""),
    ],
    ids=["paragraph", "row", "cell", "nothing"],
)
def test_so_are_whole_paragraphs_rows_and_cells(block: str, text: str) -> None:
    source = _read(block)
    assert (source.text, source.notes) == (text, ())


REVISED = "有没接受也没拒绝的修订，按全部接受来读（插入的算，删除的不算），请先定稿或对照原文核对"
INSERTED, DELETED = '<w:ins w:id="1" w:author="a">{}</w:ins>', '<w:del w:id="1" w:author="a">{}</w:del>'
GONE = DELETED.format("<w:r><w:delText>80</w:delText></w:r>")
END = '<w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
CHANGES = {
    "a number in two halves": (
        _paragraph(SCORE, _run("8"), DELETED.format("<w:r><w:delText>9.7</w:delText></w:r>"),
                   INSERTED.format(_run("0.5")), _run("分")),
        "平均分80.5分",
    ),
    "moved": (
        _paragraph(f'<w:moveFrom w:id="1" w:author="a">{_run("80")}</w:moveFrom>')
        + _paragraph(SCORE, f'<w:moveTo w:id="2" w:author="a">{_run("90.5")}</w:moveTo>'),
        "平均分90.5",
    ),
    "a row": (
        _table(f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr>{_cell("甲")}</w:tr>', f"<w:tr>{_cell('乙')}</w:tr>"),
        "乙",
    ),
    "the end of a paragraph": (_paragraph(END, SCORE, _run("8")) + _paragraph(_run("9.74分")), "平均分89.74分"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_changes_that_nobody_has_accepted_are_read_as_accepted_and_told(name: str) -> None:
    block, text = CHANGES[name]
    source = _read(block)
    assert (source.text, source.notes) == (text, (REVISED,))


def test_a_paragraph_whose_end_is_deleted_goes_on_in_no_table() -> None:
    source = _read(_paragraph(END, SCORE), _table(f"<w:tr>{_cell('甲')}</w:tr>"), _paragraph(END, _run("完")))
    assert source.text == "平均分\n甲\n完"


def test_a_change_of_cells_is_refused() -> None:
    row = f'<w:tr><w:tc><w:tcPr><w:cellDel w:id="1" w:author="a"/></w:tcPr>{_paragraph(SCORE)}</w:tc></w:tr>'
    with pytest.raises(FileError, match="对表格格子的修订"):
        _read(_table(row))


UNSEEN = {
    "<w:vanish/>": "隐藏的",
    "<w:strike/>": "有删除线的",
    '<w:dstrike w:val="true"/>': "有删除线的",
    '<w:sz w:val="2"/>': "太小的",
    '<w:color w:val="FFFFFF"/>': "白色的",
    '<w:color w:val="FEFEFE"/>': "白色的",
}


@pytest.mark.parametrize("looks", UNSEEN)
def test_what_is_not_seen_is_left_out_and_told(looks: str) -> None:
    """Read on, the 8 would make another number of the one beside it."""
    source = _read(_paragraph(SCORE, _run("90"), _run("8", looks), _run("分")))
    assert (source.text, source.notes) == ("平均分90分", (f"没有读{UNSEEN[looks]}文字“8”，请对照原文核对",))


def test_so_is_what_a_style_hides() -> None:
    document = Document()
    paragraph = document.add_paragraph("平均分90")
    style = document.styles.add_style("secret", 2)
    style.font.hidden = True
    paragraph.add_run("8", style="secret")
    with io.BytesIO() as buffer:
        document.save(buffer)
        source = read_docx(buffer.getvalue())
    assert (source.text, source.notes) == ("平均分90", ("没有读隐藏的文字“8”，请对照原文核对",))


def test_raised_digits_are_refused() -> None:
    with pytest.raises(FileError) as caught:
        _read(_paragraph(SCORE, _run("90"), _run("8", '<w:vertAlign w:val="superscript"/>')))
    assert caught.value.rule == "里“8”是上标或下标，不知道算不算数"


def test_a_hidden_row_is_left_out_and_told() -> None:
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr>{_cell('甲')}</w:tr>"
    source = _read(_table(hidden, f"<w:tr>{_cell('乙')}</w:tr>"))
    assert (source.text, source.notes) == ("乙", ("没有读隐藏的表格行里的文字“甲”，请对照原文核对",))


@pytest.mark.parametrize(
    "looks",
    ['<w:strike w:val="0"/>', '<w:vanish w:val="false"/>', '<w:sz w:val="15"/>', '<w:color w:val="FF0000"/>', "<w:b/>",
     '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="C00000"/>'],
)  # fmt: skip
def test_usual_looks_are_no_fault(looks: str) -> None:
    source = _read(_paragraph(_run("90", looks)))
    assert (source.text, source.notes) == ("90", ())


def test_words_may_be_raised_and_headers_of_tables_white() -> None:
    runs = _run("单位", '<w:color w:val="FFFFFF"/>') + _run("注", '<w:vertAlign w:val="superscript"/>')
    source = _read(_table(f"<w:tr><w:tc>{_paragraph(runs)}</w:tc></w:tr>"))
    assert (source.text, source.notes) == ("单位注", ())


def test_a_merged_cell_stands_in_every_row_and_column_that_it_spans() -> None:
    """By hand: 考核结果 over two columns; 优秀 over two rows."""

    def cell(text: str, about: str = "") -> str:
        return f"<w:tc><w:tcPr>{about}</w:tcPr>{_paragraph(_run(text))}</w:tc>"

    wide, first, next_ = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        f"<w:tr>{cell('单位')}{cell('考核结果', wide)}</w:tr>",
        f"<w:tr>{cell('甲县')}{cell('90')}{cell('优秀', first)}</w:tr>",
        f"<w:tr>{cell('乙县')}{cell('88')}{cell('', next_)}</w:tr>",
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("80")}{cell("良好")}</w:tr>',
    )
    source = _read(_table(*rows))
    assert source.text == "单位\t考核结果\t考核结果\n甲县\t90\t优秀\n乙县\t88\t优秀\n\t80\t良好"
    assert source.place(source.text.index("88")) == "表1第3行"


def test_lines_within_a_cell_are_told_from_rows_and_inner_tables_follow() -> None:
    inner = _table(f"<w:tr>{_cell('甲')}{_cell('90')}</w:tr>")
    lines = _paragraph(_run("优秀")) + _paragraph("<w:r><w:t>甲</w:t><w:br/><w:t>县</w:t></w:r>")
    source = _read(_table(f"<w:tr><w:tc>{lines}</w:tc><w:tc>{inner}<w:p/></w:tc></w:tr>"))
    assert source.text == "优秀\v甲\v县\t\n甲\t90"
    assert [place for _, place in source.places] == ["表1第1行", "表2第1行"]


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
DRAWN = "<w:drawing><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:drawing>"
ALTERNATIVES = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    f'<mc:Choice Requires="wps">{DRAWN.format(_run("框里"))}</mc:Choice>'
    f"<mc:Fallback>{BOX.format(_run('框里'))}</mc:Fallback></mc:AlternateContent>"
)
RUBY = f"<w:r><w:ruby><w:rt>{_run('x')}</w:rt><w:rubyBase>{_run('甲')}</w:rubyBase></w:ruby></w:r>"
TABS = "<w:r><w:tab/><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>9</w:t></w:r>"
READ = {
    "a text box": (_paragraph(_run("框外"), f"<w:r>{BOX.format(_run('框里'))}</w:r>"), "框外\n框里"),
    "a box, with a copy for older programs": (_paragraph(_run("框外"), f"<w:r>{ALTERNATIVES}</w:r>"), "框外\n框里"),
    "a formula of one line": (_paragraph(SCORE, "<m:oMath><m:r><m:t>90.5</m:t></m:r></m:oMath>"), "平均分90.5"),
    "a sign": (_paragraph('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>90</w:t></w:r>'), "≥90"),
    "a field": (
        _paragraph(SCORE, FIELD.format("begin"), "<w:r><w:instrText>= 80 + 10.5</w:instrText></w:r>",
                   FIELD.format("separate"), _run("90.5"), FIELD.format("end"), _run("分")),
        "平均分90.5分",
    ),
    "a page number": (
        _paragraph(SCORE, FIELD.format("begin"), "<w:r><w:instrText>PAGE</w:instrText></w:r>",
                   FIELD.format("separate"), _run("3"), FIELD.format("end")),
        "平均分",
    ),
    "a soft hyphen and one that holds": (_paragraph("<w:r><w:t>8</w:t><w:softHyphen/><w:t>9</w:t></w:r>"), "89"),
    "a line break and a tab": (_paragraph(TABS), "甲\n乙\t9"),
    "furigana": (_paragraph(RUBY), "甲"),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_is_seen_is_read(name: str) -> None:
    block, text = READ[name]
    source = _read(block)
    assert (source.text, source.notes) == (text, ())


def test_text_in_a_place_that_is_not_known_is_told() -> None:
    source = _read(_paragraph(SCORE, f"<w:newThing>{_run('90.5')}</w:newThing>"))
    assert source.text == "平均分"
    assert source.notes == ("没有读不知道在哪里显示的文字“90.5”，请对照原文核对",)


def test_what_is_not_read_is_told() -> None:
    fraction = (
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    source = _read(_paragraph(SCORE, _run("9"), fraction, '<w:r><w:sym w:font="Webdings" w:char="F041"/></w:r>'))
    assert source.text == "平均分9\ufffd\ufffd"
    assert source.notes == (
        "没有读公式里的文字“12”，请对照原文核对", "没有读不认识的符号，不是文字“Webdings F041”，请对照原文核对",
    )  # fmt: skip


def test_headers_and_notes_are_read_and_pages_are_not_counted() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "东法办〔2024〕3号"
    document.sections[0].first_page_header.paragraphs[0].text = "首页不同没有打开，所以看不见"
    document.sections[0].different_first_page_header_footer = False
    document.sections[0].footer.paragraphs[0].text = "- 1 -"
    document.add_paragraph("正文")
    with io.BytesIO() as buffer:
        document.save(buffer)
        source = read_docx(buffer.getvalue())
    assert (source.text, source.places) == ("东法办〔2024〕3号\n正文", ((0, "页眉"), (12, "第1段")))


def test_a_footnote_is_read_after_the_text() -> None:
    document = Document()
    document.element.body.insert(0, parse_xml(
        f'<w:p xmlns:w="{SPACES["w"]}">{SCORE}<w:r><w:footnoteReference w:id="2"/></w:r>{_run("90.5")}</w:p>'
    ))  # fmt: skip
    note = f'<w:footnote w:id="2">{_paragraph(_run("不含加分"))}</w:footnote>'
    notes = f'<w:footnotes xmlns:w="{SPACES["w"]}">{note}</w:footnotes>'
    name = PackURI("/word/footnotes.xml")
    part = Part(name, "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml", notes.encode())
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    with io.BytesIO() as buffer:
        document.save(buffer)
        source = read_docx(buffer.getvalue())
    assert source.text == "平均分90.5\n不含加分"
    assert source.place(len(source.text) - 1) == "脚注 1"


@pytest.mark.slow
def test_what_another_program_makes_of_a_document_says_the_same(tmp_path: Path) -> None:
    """By python-docx, and by LibreOffice from that: numbers, merged cells, inner tables, revisions, hidden text."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "东法办〔2024〕3号"
    document.add_paragraph("总体情况", style="List Number")
    document.add_paragraph("5分", style="List Number")
    table = document.add_table(3, 3)
    for row, cells in enumerate((("单位", "考核结果", ""), ("甲县", "90.56", "优秀"), ("乙县", "88", ""))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 2).merge(table.cell(2, 2))
    table.cell(2, 0).add_table(1, 2).cell(0, 0).text = "内表"
    paragraph = document.add_paragraph("平均分")
    paragraph.add_run("80").font.strike = True
    paragraph.add_run("8").font.hidden = True
    paragraph.add_run("90.5分")
    dated = 'w:author="a" w:date="2024-01-01T00:00:00Z"'
    gone = f'<w:del w:id="1" {dated}><w:r><w:delText>9.7</w:delText></w:r></w:del>'
    changed = _paragraph(_run("总分8"), gone, f'<w:ins w:id="2" {dated}>{_run("0.5")}</w:ins>', _run("分"))
    document.element.body.insert(0, parse_xml(changed.replace("<w:p>", f'<w:p xmlns:w="{SPACES["w"]}">', 1)))
    (tmp_path / "again").mkdir()
    document.save(str(tmp_path / "a.docx"))
    other = convert(tmp_path / "a.docx", "odt", tmp_path).rename(tmp_path / "again/a.odt")
    text = (
        "东法办〔2024〕3号\n总分80.5分\n1.总体情况\n2.\t5分\n"
        "单位\t考核结果\t考核结果\n甲县\t90.56\t优秀\n乙县\t88\t优秀\n内表\t\n平均分90.5分"
    )
    notes = (REVISED, "没有读有删除线的文字“80”，请对照原文核对", "没有读隐藏的文字“8”，请对照原文核对")
    for path in (tmp_path / "a.docx", convert(other, "docx", tmp_path / "again")):
        source = read_docx(path.read_bytes())
        assert (source.text, source.notes) == (text, notes)


@pytest.mark.slow
def test_many_short_paragraphs_are_read_in_time() -> None:
    """The length of all before was added up anew for each: 49 000 took a minute."""
    controls = "<w:sdt><w:sdtContent>" * 90 + "<w:p/>" * 490 + "</w:sdtContent></w:sdt>" * 90
    content = _docx(f"<w:sdt><w:sdtContent>{controls * 90}</w:sdtContent></w:sdt>")
    started = time.process_time()
    assert not read_docx(content).text.strip()
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    ("looks", "begins"), [('w:firstLineChars="200"', True), ('w:firstLine="640"', True), ('w:firstLine="0"', False)]
)
def test_a_paragraph_whose_first_line_stands_in_begins_anew(looks: str, begins: bool) -> None:
    """Else the reader of circulars may take it for the end of the line before."""
    paragraph = f"<w:p><w:pPr><w:ind {looks}/></w:pPr>{_run('甲')}</w:p>"
    assert _read(paragraph).text == ("　　甲" if begins else "甲")
