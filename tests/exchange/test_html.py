"""A saved web page is read as its reader sees it, whichever site it is of."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from tests.office import convert

from analysis.exchange.sources.html import read_html
from analysis.exchange.sources.parts import Source
from analysis.texts import FileError

SITE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>通报_市政府</title>
<style>.gone, #secret{display:none} @media print{.shown{display:none}}</style><script>var score = 80.1;</script></head>
<body><div class="nav"><a>首页</a><a>政务公开</a></div><div>您当前所在位置：首页 &gt; 通知公告</div>
<h1>关于2023年度考核情况的<br>通报</h1>
<div>发布时间：2024-03-05 10:22&nbsp;&nbsp;来源：市司法局&nbsp;&nbsp;字号：[大 中 小]&nbsp;&nbsp;【打印】【关闭】</div>
<div id="zoom" class="TRS_Editor"><p>　　平均得分90.5<span class="gone">8</span>分。</p>
<p class="shown">二、考核等次</p>
<table><tr><th rowspan=2>单位<th colspan=2>得分<tr><td>日常<td>年终<tr><td>甲县<td><p>90</p><p>91</p><td>5</table></div>
<div class="footer">网站标识码：4100000001</div><p>豫ICP备12345678号</p></body></html>"""


def _read(body: str) -> Source:
    return read_html(f"<html><meta charset=utf-8><body>{body}</body></html>".encode())


def test_a_page_of_a_site() -> None:
    source = read_html(SITE.encode("gbk"))
    assert source.text == (
        "关于2023年度考核情况的\n通报\n　　平均得分90.5分。\n二、考核等次\n单位\t得分\t得分\n"
        "单位\t日常\t年终\n甲县\t90\v91\t5"
    )
    assert source.place(source.text.index("91")) == "表1第3行"
    assert source.notes == ("没有读隐藏的文字“8”，请对照原文核对",)


@pytest.mark.parametrize(
    ("body", "text", "why"),
    [
        ('90<span style="display: none">8</span>分', "90分", "隐藏的"),
        ('90<span style="color:red;visibility:hidden">8</span>分', "90分", "隐藏的"),
        ('90<span style="font-size:0px">8</span>分', "90分", "隐藏的"),
        ("90<span hidden>8</span>分", "90分", "隐藏的"),
        ("<del>8</del><ins>90</ins>分", "90分", "有删除线的"),
        ('90<span style="text-decoration: line-through">8</span>分', "90分", "有删除线的"),
        ('90<span style="color:#fff">8</span>分', "90分", "白色的"),
        ('90<font color="#FEFEFE">8</font>分', "90分", "白色的"),
    ],
)
def test_what_is_not_seen_is_left_out_and_told(body: str, text: str, why: str) -> None:
    source = _read(f"<p>{body}</p>")
    assert (source.text, source.notes) == (text, (f"没有读{why}文字“8”，请对照原文核对",))


def test_raised_digits_are_refused() -> None:
    with pytest.raises(FileError, match="“8”是上标或下标"):
        _read("<p>90<sup>8</sup>分</p>")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>平均得分\n  90.5分</p>", "平均得分 90.5分"),
        ("<pre>甲县\t90\n乙县\t88</pre>", "甲县\t90\n乙县\t88"),
        ("<ol><li>5分<li><p>甲县</p></ol>", "1.\t5分\n2.甲县"),
        ('<ol type="a" start="3"><li>甲县</ol>', "c.甲县"),
        ('<ol><li>甲县<ol><li>乙县</ol><li value="7">丙县<li>丁县</ol>', "1.甲县\n1.乙县\n7.丙县\n8.丁县"),
        ('<ol style="list-style:none"><li>甲县</ol>', "甲县"),
        ("<table><tr><td><p>一</p><p>二</p></table>", "一\n二"),
        ("<table><tr><td><table><tr><td>甲<td>9</table><td>x</table>", "甲\t9\nx"),
        ("<table><tr><td rowspan=0>甲<td>1<tr><td>2</table>", "甲\t1\n甲\t2"),
        ("<div>甲县<p>乙县</p>丙县</div>", "甲县\n乙县\n丙县"),
        ("<select><option>2019<option>2020</select><button>9</button>甲县", "甲县"),
        ("<ruby>甲<rt>jia</rt></ruby>县", "甲县"),
        ("8&shy;9.74", "89.74"),
    ],
)
def test_what_is_seen_is_read(body: str, text: str) -> None:
    assert _read(body).text == text


def test_lists_of_links_are_left_out_and_told() -> None:
    links = "".join(f"<li><a href=x>{name}</a></li>" for name in ("首页", "政务", "服务"))
    source = _read(f"<ul>{links}</ul><p>甲县</p>")
    assert (source.text, source.notes) == ("甲县", ("没有读像是导航的文字“首页政务服务”，请对照原文核对",))


def test_what_the_page_is_about_is_no_navigation_whatever_it_is_called() -> None:
    source = _read('<div class="related"><p>平均得分90.5分，较上年提高2.3分。</p></div><div class="menu">首页</div>')
    assert source.text == "平均得分90.5分，较上年提高2.3分。"


def test_the_one_article_of_a_page_is_read_alone() -> None:
    source = _read("<p>热门：9</p><article><p>关于2023年度考核情况的通报，平均得分90.5分。</p></article>")
    assert source.text == "关于2023年度考核情况的通报，平均得分90.5分。"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("甲县".encode("utf-16"), "甲县"),
        ("<meta charset=gbk>甲县市司法局优秀".encode("gb18030"), "甲县市司法局优秀"),
        ("<meta charset=big5>優秀縣".encode("big5"), "優秀縣"),
        ("甲县".encode("utf-8-sig"), "甲县"),
        ("<p>甲县市司法局优秀".encode("gbk"), "甲县市司法局优秀"),
    ],
)
def test_encodings(content: bytes, text: str) -> None:
    assert read_html(content).text == text


def test_a_page_that_is_wrong_about_its_encoding_is_told() -> None:
    source = read_html("<meta charset=gb2312>甲县市".encode())
    assert source.text == "甲县市" and "gb2312" in source.notes[0]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<div>" * 300 + "x", "一层套一层"),
        ("<table>" + "<tr><td>x<td colspan=1000>" * 60 + "</table>", "表格太大"),
        ("x" * 100_001, "超过100000字"),
        ("<i>" * 1_000_001, "太多"),
    ],
)
def test_what_would_take_too_much_is_refused(body: str, told: str) -> None:
    with pytest.raises(FileError, match=told):
        _read(body)


@pytest.mark.slow
def test_what_office_software_saves(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("平均得分90.5分")
    table = document.add_table(3, 2)
    for row, cells in enumerate((("甲县", "优秀"), ("乙县", ""), ("丙县", "良好"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(1, 1))
    document.save(str(tmp_path / "a.docx"))
    source = read_html(convert(tmp_path / "a.docx", "html", tmp_path).read_bytes())
    assert source.text == "平均得分90.5分\n甲县\t优秀\n乙县\t优秀\n丙县\t良好"


@pytest.mark.parametrize(
    "page",
    [
        "<p>　　甲</p><p>乙</p>",
        "<p>&emsp;&emsp;甲</p><p>乙</p>",
        '<p style="text-indent: 2em">甲</p><p>乙</p>',
        "<style>p.i{text-indent:32px}</style><p class=i>甲</p><p>乙</p>",
    ],
)
def test_a_paragraph_that_stands_in_begins_anew(page: str) -> None:
    """Else the reader of circulars may take it for the end of the line before."""
    assert read_html(page.encode()).text == "　　甲\n乙"
