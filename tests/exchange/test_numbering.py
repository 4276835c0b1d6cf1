"""Automatic numbers are read as a reader sees them: 一、 （一） 1."""

from __future__ import annotations

import pytest
from lxml import etree

from analysis.exchange.sources.numbering import Numbering, write_chinese, write_number
from analysis.exchange.sources.styles import Styles

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LEVELS = (("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "%1.%4"))


def _xml(text: str) -> etree._Element:
    return etree.fromstring(f'<w:x xmlns:w="{SPACE}">{text}</w:x>')


def _lists(levels: str, more: str = "") -> etree._Element:
    abstract = f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
    return _xml(f'{abstract}<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}')


def _level(depth: int, kind: str, text: str, more: str = "") -> str:
    about = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>{more}'
    return f'<w:lvl w:ilvl="{depth}">{about}</w:lvl>'


USUAL = "".join(_level(depth, kind, text) for depth, (kind, text) in enumerate(LEVELS))


def _paragraph(depth: int, number: int = 1) -> etree._Element:
    about = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return _xml(f"<w:p><w:pPr>{about}</w:pPr></w:p>")[0]


def _labels(numbering: Numbering, *paragraphs: etree._Element) -> list[str]:
    return [numbering.label(each) for each in paragraphs]


def test_deeper_levels_begin_anew() -> None:
    numbering = Numbering(_lists(USUAL), Styles(None))
    found = _labels(numbering, *map(_paragraph, (0, 1, 2, 2, 1, 2, 0, 1)))
    assert found == ["一、", "（一）", "1.", "2.", "（二）", "1.", "二、", "（一）"]


def test_a_level_in_digits_may_be_shown_beside_one_in_chinese() -> None:
    numbering = Numbering(_lists(USUAL), Styles(None))
    assert _labels(numbering, *map(_paragraph, (0, 0, 3))) == ["一、", "二、", "二.1"]
    arabic = Numbering(_lists(USUAL + _level(3, "decimal", "%1.%4", "<w:isLgl/>")), Styles(None))
    assert _labels(arabic, *map(_paragraph, (0, 0, 3))) == ["一、", "二、", "2.1"]


def test_lists_of_one_kind_count_on_unless_one_begins_anew() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="7"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    numbering = Numbering(_lists(USUAL, more), Styles(None))
    found = _labels(numbering, *(_paragraph(0, number) for number in (1, 1, 2, 3, 3)))
    assert found == ["一、", "二、", "三、", "五、", "六、"]


def test_a_style_may_number() -> None:
    styles = Styles(
        _xml(
            '<w:style w:type="paragraph" w:styleId="h"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        )
    )
    paragraph = _xml('<w:p><w:pPr><w:pStyle w:val="h"/></w:pPr></w:p>')[0]
    none = _xml('<w:p><w:pPr><w:pStyle w:val="h"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:p>')[0]
    assert _labels(Numbering(_lists(USUAL), styles), paragraph, none, paragraph) == ["一、", "", "二、"]


def test_bullets_are_no_numbers_and_unknown_kinds_are_told() -> None:
    assert Numbering(_lists(_level(0, "bullet", "●")), Styles(None)).label(_paragraph(0)) == ""
    numbering = Numbering(_lists(_level(0, "hebrew1", "%1.")), Styles(None))
    assert (numbering.label(_paragraph(0)), numbering.unknown) == ("1.", {"hebrew1"})


@pytest.mark.parametrize(
    ("number", "written"), [(0, "零"), (10, "十"), (11, "十一"), (20, "二十"), (101, "一百零一"), (110, "一百一十")]
)
def test_chinese_numbers(number: int, written: str) -> None:
    assert write_chinese(number) == written


@pytest.mark.parametrize(
    ("kind", "written"),
    [("upperRoman", "XII"), ("lowerLetter", "l"), ("decimalEnclosedCircle", "⑫"), ("decimalZero", "12"),
     ("decimalFullWidth", "１２"), ("chineseLegalSimplified", "壹拾贰"), ("ideographTraditional", "乙"), ("none", "")],
)  # fmt: skip
def test_kinds_of_numbers(kind: str, written: str) -> None:
    assert write_number(12, kind) == written
