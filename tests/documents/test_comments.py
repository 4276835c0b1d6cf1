"""Comments in a Word file: at the right characters, and nothing else of the file changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from analysis.documents.comments import Comment, write_comments
from analysis.exchange.sources.docx import read_docx, trace_docx
from analysis.exchange.sources.styles import W

BOX = (
    '<w:r xmlns:w="{w}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>框内8个</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def _save(document: Any) -> bytes:
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _comment(content: bytes, *wanted: tuple[str, str]) -> bytes:
    """Comment on the first place of some words each."""
    source = read_docx(content)
    main, places = trace_docx(content, source)
    comments = []
    for words, told in wanted:
        start = source.text.index(words)
        first, last = places[start], places[start + len(words) - 1]
        assert first is not None and last is not None
        comments.append(Comment(first, last, told, "校对"))
    return write_comments(content, main, comments)


def _covered(content: bytes) -> list[tuple[str, str]]:
    """Return what every comment stands around, and what it says."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
        told = etree.fromstring(archive.read("word/comments.xml"))
    open_now, covered = set[str](), dict[str, str]()
    for each in root.iter():
        number = each.get(f"{W}id", "")
        if each.tag == f"{W}commentRangeStart":
            open_now.add(number)
            covered[number] = ""
        elif each.tag == f"{W}commentRangeEnd":
            open_now.remove(number)
        elif each.tag == f"{W}t":
            for one in open_now:
                covered[one] += each.text or ""
    assert not open_now
    referred = {each.get(f"{W}id") for each in root.iter(f"{W}commentReference")}
    said = {each.get(f"{W}id"): "\n".join("".join(p.itertext()) for p in each) for each in told}
    assert referred == covered.keys() == said.keys()
    return [(covered[number], said[number]) for number in covered]


def _bare(content: bytes) -> bytes:
    """Write the main part without comments, equal neighbouring runs joined."""
    root = etree.fromstring(content)
    for each in [*root.iter(f"{W}commentRangeStart"), *root.iter(f"{W}commentRangeEnd")]:
        each.getparent().remove(each)
    for each in list(root.iter(f"{W}commentReference")):
        each.getparent().getparent().remove(each.getparent())
    for run in list(root.iter(f"{W}r")):
        before = run.getprevious()
        if before is not None and before.tag == run.tag and _look(before) == _look(run):
            for each in [each for each in run if each.tag != f"{W}rPr"]:
                before.append(each)
            run.getparent().remove(run)
    for text in list(root.iter(f"{W}t")):
        text.attrib.clear()
        before = text.getprevious()
        if before is not None and before.tag == text.tag:
            before.text = (before.text or "") + (text.text or "")
            text.getparent().remove(text)
    return bytes(etree.tostring(root, method="c14n"))


def _look(run: Any) -> tuple[bytes, dict[str, str]]:
    look = run.find(f"{W}rPr")
    return b"" if look is None else etree.tostring(look, method="c14n", with_tail=False), dict(run.attrib)


def _see_that_nothing_else_changed(before: bytes, after: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.testzip() is None
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert changed <= {
            "word/document.xml",
            "word/comments.xml",
            "word/_rels/document.xml.rels",
            "[Content_Types].xml",
        }
        assert {*new.namelist()} - {*old.namelist()} <= {"word/comments.xml"}
        assert _bare(old.read("word/document.xml")) == _bare(new.read("word/document.xml"))


@given(st.data())
def test_a_comment_stands_around_its_characters_however_they_are_cut_into_runs(data: st.DataObject) -> None:
    words = "甲县12个，乙县90.5分，共计34%"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(words) - 1), max_size=8)))
    document = Document()
    paragraph = document.add_paragraph()
    for start, end in zip([0, *cuts], [*cuts, len(words)], strict=True):
        paragraph.add_run(words[start:end]).bold = start % 2 == 0
    wanted = []
    for number in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(words) - 1))
        end = data.draw(st.integers(start + 1, len(words)))
        wanted.append((words[start:end], f"第{number}条\n再一行"))
    before = _save(document)
    after = _comment(before, *wanted)
    assert sorted(_covered(after)) == sorted(wanted)
    _see_that_nothing_else_changed(before, after)


def test_comments_of_others_stay() -> None:
    document = Document()
    run = document.add_paragraph().add_run("优秀28个")
    document.add_comment(run, "请再看", author="某人", initials="某")
    before = _save(document)
    after = _comment(before, ("28", "应为27"))
    assert sorted(_covered(after)) == [("28", "应为27"), ("优秀28个", "请再看")]
    _see_that_nothing_else_changed(before, after)
    found = {each.author: each.text for each in Document(io.BytesIO(after)).comments}
    assert found == {"某人": "请再看", "校对": "应为27"}


def _with_part(content: bytes, name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """Change a part of a document, or leave it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            data = change(old.read(each)) if each == name else old.read(each)
            if data is not None:
                new.writestr(each, data)
    return out.getvalue()


def test_comments_that_are_listed_and_not_there_are_listed_anew() -> None:
    document = Document()
    document.add_comment(document.add_paragraph().add_run("优秀28个"), "请再看")
    lacking = _with_part(_save(document), "word/comments.xml", lambda _: None)
    bare = lacking
    for mark in (b"<w:commentRangeStart", b"<w:commentRangeEnd", b"<w:commentReference"):
        bare = _with_part(bare, "word/document.xml", lambda data, mark=mark: data.replace(mark, b"<w:x"))  # type: ignore[misc]
    assert _covered(_comment(bare, ("28", "应为27"))) == [("28", "应为27")]


def test_a_number_of_a_comment_is_not_given_again() -> None:
    """Marks of a comment may be in the text of which no part tells."""
    document = Document()
    document.add_comment(document.add_paragraph().add_run("优秀28个"), "请再看")
    emptied = _with_part(_save(document), "word/comments.xml", lambda _: f'<w:comments xmlns:w="{W[1:-1]}"/>'.encode())
    after = _comment(emptied, ("28", "应为27"))
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    ids = [each.get(f"{W}id") for each in root.iter(f"{W}commentRangeStart")]
    assert len(ids) == len({*ids}) == 2


@pytest.mark.parametrize("holder", ["ins", "hyperlink", "smartTag"])
def test_inserted_and_linked_text_is_commented_where_it_is(holder: str) -> None:
    document = Document()
    paragraph = document.add_paragraph("共")
    within = etree.SubElement(paragraph._p, f"{W}{holder}")
    within.append(paragraph.add_run("57个单位")._r)
    before = _save(document)
    after = _comment(before, ("57", "应为56"))
    assert _covered(after) == [("57", "应为56")]
    _see_that_nothing_else_changed(before, after)


def test_a_text_box_is_commented_from_outside() -> None:
    """Word has no comments inside text boxes."""
    document = Document()
    document.add_paragraph("正文")._p.append(etree.fromstring(BOX.format(w=W[1:-1])))
    before = _save(document)
    after = _comment(before, ("8", "应为9"))
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    (start,) = root.iter(f"{W}commentRangeStart")
    assert not list(start.iterancestors(f"{W}txbxContent")) and start.getparent().tag == f"{W}p"
    _see_that_nothing_else_changed(before, after)


def test_what_else_stands_in_a_run_stays_in_its_place() -> None:
    document = Document()
    run = document.add_paragraph().add_run("甲\t12个")
    run.add_break()
    run.add_text("乙34个")
    before = _save(document)
    after = _comment(before, ("12", "一"), ("34", "二"))
    assert _covered(after) == [("12", "一"), ("34", "二")]
    assert read_docx(after).text == read_docx(before).text
    _see_that_nothing_else_changed(before, after)
