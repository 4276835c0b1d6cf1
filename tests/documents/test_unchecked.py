"""What nothing that was checked rests on: numbers and lists of names, and no dates, documents or numbering."""

from __future__ import annotations

import pytest

from analysis.documents.unchecked import find_unchecked

NAMES = ["甲县", "乙县", "丙区", "丁区"]


def _find(text: str, *checked: str) -> list[str]:
    spans = [(text.index(each), text.index(each) + len(each)) for each in checked]
    return [text[slice(*span)] for span, _ in find_unchecked(text, spans, NAMES)]


@pytest.mark.parametrize(
    ("text", "checked", "found"),
    [
        ("共12个县，平均88.5分", ["12"], ["88.5"]),
        ("共12个县，平均88.5分", [], ["12个县，平均88.5"]),
        ("优秀5个\n良好7个", [], ["5", "7"]),
        ("占１２．５％", [], ["１２．５％"]),
        ("2036年度，2037年3月5日，某政〔2037〕1号，连续2年，第3条", [], []),
        ("一、总体\n1.优秀的\n2.良好的", [], []),
        ("甲县、乙县、丙区", [], ["甲县、乙县、丙区"]),
        ("甲县、乙县", [], []),
        ("甲县、乙县、丙区、丁区", ["乙县"], []),
        ("甲县\n乙县\n丙区", [], ["甲县\n乙县\n丙区"]),
    ],
)
def test_what_is_left(text: str, checked: list[str], found: list[str]) -> None:
    assert _find(text, *checked) == found
