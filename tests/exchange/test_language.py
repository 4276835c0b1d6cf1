"""Words and sentences of circulars: what stands in the files is what the rules ask for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.conftest import ROOT

from analysis.data.published import MEASURES
from analysis.exchange.circulars.language import Words, load
from analysis.exchange.circulars.numerals import read_count

CIRCULARS = ROOT / "src/analysis/exchange/circulars"
RULES = load("rules.yml")
WORDS = Words({})


def test_every_sentence_is_asked_for() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(CIRCULARS.glob("*.py")))
    asked = {*re.findall(r'"([a-z_ ]+)"', code), *(rule.get("from") for rule in RULES["told"])}
    assert RULES["sentences"].keys() <= asked


@pytest.mark.parametrize("name", RULES["sentences"])
def test_every_named_sentence_is_a_pattern_without_anything_left_to_fill(name: str) -> None:
    assert not re.search("<[一-鿿]", WORDS.pattern(RULES["sentences"][name]).pattern)


@pytest.mark.parametrize("rule", [*RULES["told"], *RULES["results"]], ids=lambda rule: rule["measure"])
def test_every_rule_has_a_measure_and_a_number(rule: dict[str, Any]) -> None:
    assert rule["measure"] in MEASURES
    assert "number" in WORDS.pattern(rule["sentence"]).groupindex
    assert "from" not in rule or "rest" in WORDS.pattern(RULES["sentences"][rule["from"]]).groupindex


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("各县（市、区）人民政府", "county"),
        ("县区", "county"),
        ("市直部门", "department"),
        ("乡镇（街道）", "township"),
        ("A组", "A组"),
        ("执法类部门", "执法类部门"),
        ("市属企业", "市属企业"),
    ],
)
def test_groups_are_known_by_their_shape(word: str, key: str) -> None:
    assert WORDS.pattern("<组>").fullmatch(word)
    assert WORDS.identify("groups", word) == key


@pytest.mark.parametrize("text", ["不合格", "基本合格", "A级", "一等奖", "第一方阵", "超额完成", "未达标"])
def test_a_grade_is_read_whole(text: str) -> None:
    found = WORDS.pattern("<等次>").search(f"评为{text}。")
    assert found is not None and found["grade"] == text


@pytest.mark.parametrize("text", ["较好的做法", "不合", "优化", "中心"])
def test_a_word_of_prose_is_no_grade(text: str) -> None:
    assert WORDS.pattern("<等次>").search(text) is None


def test_the_words_of_a_city_come_first() -> None:
    city = Words({"grades": {"top": ["红旗单位"], "excellent": ["标兵"]}, "components": {"daily": ["平时考核"]}})
    assert city.identify("grades", "标兵") == "excellent"
    found = city.pattern("<大项>为<等次>").search("平时考核为红旗单位")
    assert found is not None and city.identify("components", found["component"]) == "daily"


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
    assert WORDS.pattern("<个数>个").fullmatch(f"{written}个")
    assert read_count(written) == count


@pytest.mark.parametrize("written", ["二一", "两一", "十十", "一百", "一百二十", "二十两", "三千零五"])
def test_what_is_no_count_is_not_read_as_a_part_of_it(written: str) -> None:
    assert not WORDS.pattern("<个数>个").search(f"{written}个")
