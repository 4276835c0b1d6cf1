"""What a .docx shows is what is read of it; what may not count is refused, and what is not read is told."""

from __future__ import annotations

import io
import time

import pytest
from docx import Document
from docx.oxml import parse_xml

from analysis.exchange.circulars.docx import read_docx
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
    tag, rest = block.split(">", 1)
    document.element.body.insert(0, parse_xml(f"{tag} {names}>{rest}"))
    with io.BytesIO() as buffer:
        document.save(buffer)
        return buffer.getvalue()


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
    assert read_docx(_docx(_paragraph(SCORE, WRAPPED[name], _run("分")))) == ("平均分90.5分", "")


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (f"<w:sdt><w:sdtContent>{_paragraph(_run('一段'))}</w:sdtContent></w:sdt>", "一段"),
        (_table(f"<w:sdt><w:sdtContent><w:tr>{_cell('一行')}</w:tr></w:sdtContent></w:sdt>"), "一行"),
        (_table(f"<w:tr>{_cell('甲')}<w:sdt><w:sdtContent>{_cell('90')}</w:sdtContent></w:sdt></w:tr>"), "甲：90"),
        ("<w:sdt><w:sdtPr/></w:sdt>", ""),
    ],
    ids=["paragraph", "row", "cell", "nothing"],
)
def test_so_are_whole_paragraphs_rows_and_cells(block: str, text: str) -> None:
    assert read_docx(_docx(block)) == (text, "")


CHANGES = {
    "inserted": _paragraph(SCORE, f'<w:ins w:id="1" w:author="a">{_run("90.5")}</w:ins>'),
    "deleted": _paragraph(SCORE, '<w:del w:id="1" w:author="a"><w:r><w:delText>80</w:delText></w:r></w:del>'),
    "moved": _paragraph(f'<w:moveTo w:id="1" w:author="a">{_run("90.5")}</w:moveTo>'),
    "a row": _table(f'<w:tr><w:trPr><w:del w:id="1" w:author="a"/></w:trPr>{_cell("甲")}</w:tr>'),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_that_nobody_has_accepted_are_refused(name: str) -> None:
    with pytest.raises(FileError, match="没接受也没拒绝的修订") as caught:
        read_docx(_docx(CHANGES[name]))
    assert caught.value.fix == "在“审阅”里接受或拒绝全部修订，再保存"


UNSEEN = {
    "<w:vanish/>": "“8”是隐藏文字",
    "<w:strike/>": "“8”有删除线",
    '<w:dstrike w:val="true"/>': "“8”有删除线",
    '<w:sz w:val="2"/>': "“8”字太小，看不见",
    '<w:color w:val="FFFFFF"/>': "“8”是白色的，看不见",
    '<w:vertAlign w:val="superscript"/>': "“8”是上标或下标",
}


@pytest.mark.parametrize("looks", UNSEEN)
def test_what_is_not_seen_for_what_it_is_is_refused(looks: str) -> None:
    """Read on, the 8 would make another number of the one beside it."""
    with pytest.raises(FileError) as caught:
        read_docx(_docx(_paragraph(SCORE, _run("90"), _run("8", looks))))
    assert caught.value.rule == f"里{UNSEEN[looks]}，不知道算不算数"


def test_a_hidden_row_is_refused() -> None:
    with pytest.raises(FileError, match="里有隐藏的表格行"):
        read_docx(_docx(_table(f"<w:tr><w:trPr><w:hidden/></w:trPr>{_cell('甲')}</w:tr>")))


@pytest.mark.parametrize(
    "looks",
    ['<w:strike w:val="0"/>', '<w:vanish w:val="false"/>', '<w:sz w:val="15"/>', '<w:color w:val="FF0000"/>', "<w:b/>"],
)
def test_usual_looks_are_no_fault(looks: str) -> None:
    assert read_docx(_docx(_paragraph(_run("90", looks)))) == ("90", "")


def test_words_may_be_raised_and_headers_of_tables_white() -> None:
    runs = _run("单位", '<w:color w:val="FFFFFF"/>') + _run("注", '<w:vertAlign w:val="superscript"/>')
    row = f"<w:tr><w:tc>{_paragraph(runs)}</w:tc></w:tr>"
    assert read_docx(_docx(_table(row))) == ("单位注", "")


INNER = _table(f"<w:tr>{_cell('甲')}{_cell('乙')}</w:tr>")
UNREAD = {
    "文本框、公式、表中表等处的文字（“框里”）": _paragraph(f"<w:r>{BOX.format(_run('框里'))}</w:r>"),
    "文本框、公式、表中表等处的文字（“90.5”）": _paragraph("<m:oMath><m:r><m:t>90.5</m:t></m:r></m:oMath>"),
    "文本框、公式、表中表等处的文字（“甲”等）": _table(f"<w:tr><w:tc>{INNER}<w:p/></w:tc></w:tr>"),
    "符号": _paragraph('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
    "注": _paragraph('<w:r><w:footnoteReference w:id="2"/></w:r>'),
    "自动编号": _paragraph('<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
}


@pytest.mark.parametrize("what", UNREAD)
def test_what_is_not_read_is_told(what: str) -> None:
    read = read_docx(_docx(UNREAD[what]))
    assert not read.text.strip() and read.note == f"没有读{what}，请对照原文核对"


@pytest.mark.slow
def test_many_short_paragraphs_are_read_in_time() -> None:
    """The length of all before was added up anew for each: 49 000 took a minute."""
    controls = "<w:sdt><w:sdtContent>" * 90 + "<w:p/>" * 490 + "</w:sdtContent></w:sdt>" * 90
    content = _docx(f"<w:sdt><w:sdtContent>{controls * 90}</w:sdtContent></w:sdt>")
    started = time.process_time()
    assert not read_docx(content).text.strip()
    assert time.process_time() - started < 30
