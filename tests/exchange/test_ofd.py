"""An .ofd is read as the standard says that it is built (GB/T 33190): texts at places make lines."""

from __future__ import annotations

import io
import zipfile

import pytest

from analysis.exchange.sources.ofd import read_ofd
from analysis.texts import FileError

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 5


def text(x: float, y: float, written: str, about: str = "", deltas: str = "") -> str:
    """Write a text of 5 mm, whose characters stand 5 mm apart."""
    deltas = deltas or f"g {max(len(written) - 1, 1)} {SIZE}"
    code = f'<ofd:TextCode X="0" Y="{SIZE}" DeltaX="{deltas}">{written}</ofd:TextCode>'
    inside = about if about.startswith("<") else ""
    more = "" if inside else about
    return f'<ofd:TextObject Boundary="{x} {y} 100 6" Font="1" Size="{SIZE}" {more}>{inside}{code}</ofd:TextObject>'


def path(drawn: str) -> str:
    return (
        f'<ofd:PathObject Boundary="20 20 200 200"><ofd:AbbreviatedData>{drawn}</ofd:AbbreviatedData></ofd:PathObject>'
    )


def make_ofd(*pages: str, template: str = "") -> bytes:
    """Write an .ofd of pages of 195 mm, each with a template."""
    names = [f'<ofd:Page ID="{number + 9}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(len(pages))]
    parts = {
        "OFD.xml": f'<ofd:OFD {SPACE} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 195 297</ofd:PhysicalBox></ofd:PageArea>"
        '<ofd:TemplatePage ID="2" '
        f'BaseLoc="/Doc_0/Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>{"".join(names)}</ofd:Pages></ofd:Document>',
        "Doc_0/Tpls/Tpl_0/Content.xml": _page(template, ""),
    }
    for number, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(page, '<ofd:Template TemplateID="2"/>')
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
        return buffer.getvalue()


def _page(objects: str, before: str) -> str:
    layer = f'<ofd:Layer Type="Body"><ofd:PageBlock>{objects}</ofd:PageBlock></ofd:Layer>'
    return f"<ofd:Page {SPACE}>{before}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def test_texts_make_lines_by_their_places() -> None:
    """In the file as they were drawn, which is no order: a row of a table apart by more than a character."""
    source = read_ofd(
        make_ofd(text(60, 40, "90.5") + text(20, 40.5, "甲县") + text(20, 30, "平均得分") + text(40, 30, "89"))
    )
    assert source.text == "平均得分89\n甲县\t90.5"
    assert source.places == ((0, "第1页"),)


def test_templates_and_page_numbers_are_furniture() -> None:
    pages = [
        text(20, 30, "得分8") + text(100, 280, "1"),
        text(20, 30, "9.74分") + text(100, 280, "2"),
        text(20, 30, "完"),
    ]
    source = read_ofd(make_ofd(*pages, template=text(20, 10, "市法治政府建设文件")))
    assert source.text == "市法治政府建设文件\n得分8\n9.74分\n完"
    assert source.place(source.text.index("9.74")) == "第2页"


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ('Visible="false"', "隐藏的"),
        ('Alpha="0"', "隐藏的"),
        ('CTM="0.7 0.7 -0.7 0.7 0 0"', "斜放的（多是水印）"),
        ('CTM="0.1 0 0 0.1 0 0"', "太小的"),
        ('<ofd:FillColor Value="255 255 255"/>', "白色的"),
    ],
)
def test_what_is_not_seen_is_left_out_and_told(about: str, why: str) -> None:
    source = read_ofd(make_ofd(text(20, 30, "90") + text(32, 30, "8", about)))
    assert (source.text, source.notes) == ("90", (f"没有读{why}文字“8”，请对照原文核对",))


def test_a_scale_moves_and_spaces_are_kept_apart() -> None:
    halved = text(20, 30, "甲县", 'CTM="0.5 0 0 0.5 0 2.5"') + text(30, 30, "90", 'CTM="0.5 0 0 0.5 0 2.5"')
    assert read_ofd(make_ofd(halved)).text == "甲县\t90"
    assert read_ofd(make_ofd(text(20, 30, "89", deltas="2.5") + text(25, 30, ".74", deltas="2.5 2.5"))).text == "89.74"


def test_what_is_written_down_is_read_down() -> None:
    code = '<ofd:TextCode X="0" Y="5" DeltaY="g 1 6">甲县</ofd:TextCode>'
    down = f'<ofd:TextObject Boundary="20 30 6 12" Font="1" Size="5">{code}</ofd:TextObject>'
    assert read_ofd(make_ofd(down)).text == "甲\n县"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (make_ofd('<ofd:ImageObject Boundary="0 0 9 9"/>'), "没有文字，可能是扫描的"),
        (make_ofd(text(20, 30, "¤¤")), "没有说明是什么字"),
        (make_ofd(*[text(20, 30, "甲")] * 501), "有501页"),
        (b"PK\3\4", "打不开"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(FileError, match=told):
        read_ofd(content)


def test_pictures_and_remarks_are_told() -> None:
    source = read_ofd(make_ofd(text(20, 30, "甲县") + '<ofd:ImageObject Boundary="0 0 9 9"/>'))
    assert source.notes == ("有1处图片或图形，里面的文字没有读，请对照原文核对",)


def test_rows_of_a_ruled_table_are_read_by_its_borders() -> None:
    """A merged cell, a name that is broken in its own, and a sentence that is broken at the margin of the page."""
    long = "平均得分为九十分的有甲县自然资源和规划局、乙县自然资源和规划局"
    rules = path("M 0 0 L 90 0 M 40 20 L 90 20 M 0 40 L 90 40") + path("M 0 0 L 0 40 M 40 0 L 40 40 M 90 0 L 90 40")
    cells = text(25, 37, "优秀") + text(62, 21, "甲县自然资源和规划") + text(62, 30, "局") + text(62, 47, "乙县")
    lines = text(20, 80, long) + text(20, 90, "、丙县，" + long[4:]) + text(20, 100, "、丁县。")
    source = read_ofd(make_ofd(rules + cells + lines))
    assert source.text == f"优秀\t甲县自然资源和规划局\n优秀\t乙县\n　　{long}、丙县，{long[4:]}、丁县。"
