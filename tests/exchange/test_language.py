"""Words and sentences of circulars: what stands in the files is what the rules ask for."""

from __future__ import annotations

import re

import pytest
from tests.conftest import ROOT

from analysis.data.published import MEASURES
from analysis.exchange.circulars.language import identify, load, pattern, read_count

CIRCULARS = ROOT / "src/analysis/exchange/circulars"
SENTENCES = load("sentences.yml")


def test_every_sentence_is_asked_for() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(CIRCULARS.glob("*.py")))
    asked = {*re.findall(r'"([a-z_ ]+)"', code), *(figure.get("from") for figure in SENTENCES["figures"])}
    assert SENTENCES["sentences"].keys() <= asked


@pytest.mark.parametrize("name", SENTENCES["sentences"])
def test_every_named_sentence_is_a_pattern_without_anything_left_to_fill(name: str) -> None:
    assert not re.search("<[一-鿿]", pattern(name).pattern)


@pytest.mark.parametrize("figure", SENTENCES["figures"], ids=lambda figure: figure["measure"])
def test_every_figure_has_a_measure_and_a_number(figure: dict[str, str]) -> None:
    assert figure["measure"] in MEASURES
    assert "number" in pattern(figure["sentence"]).groupindex
    assert "from" not in figure or "rest" in pattern(figure["from"]).groupindex


def test_a_name_that_is_no_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        pattern("graded lists")


def test_words_stand_for_identifiers_and_the_longest_is_taken() -> None:
    found = pattern("对<组>的<等次>").search("对市政府各部门的良好")
    assert found is not None
    assert identify(found) == {"group": "department", "of": "good"}
    assert not pattern("<等次>").search("不合") and pattern("<等次>").fullmatch("不合格")


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("7", 7),
        ("１２", 12),
        ("二", 2),
        ("两", 2),
        ("十", 10),
        ("一十", 10),
        ("十二", 12),
        ("九十", 90),
        ("九十九", 99),
    ],
)
def test_a_count_is_read_in_digits_and_in_numerals(written: str, count: int) -> None:
    assert pattern("<个数>个").fullmatch(f"{written}个")
    assert read_count(written) == count


@pytest.mark.parametrize("written", ["二一", "两一", "十十", "一百", "一百二十", "二十两", "三千零五"])
def test_what_is_no_count_is_not_read_as_a_part_of_it(written: str) -> None:
    assert not pattern("<个数>个").search(f"{written}个")
