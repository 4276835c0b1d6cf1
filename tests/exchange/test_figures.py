"""Every rule's examples: the sentence, and what is read of it."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.reader import read_circular

EXAMPLES = [
    (rule["measure"], sentence, expected)
    for rule in load("rules.yml")["results"]
    for sentence, expected in rule.get("examples", {}).items()
]


def _read(sentence: str) -> list[str]:
    draft = read_circular(f"关于2030年度考核情况的通报\n{sentence}\n")
    return [
        " ".join([figure["measure"], figure.get("of", "-"), figure.get("group", "-"), figure["value"]])
        for figure in draft.figures
    ]


@pytest.mark.parametrize(("measure", "sentence", "expected"), EXAMPLES)
def test_an_example_is_read_as_it_says(measure: str, sentence: str, expected: list[str]) -> None:
    read = _read(sentence)
    assert set(expected) <= set(read)
    assert expected or not read


@pytest.mark.parametrize(
    "sentence",
    [
        "信息发布指标的平均得分是8.72分，比上年增长6.10%。",
        "在公众评议方面，县区平均分90.1分。",
        "随机评查案卷240卷，平均得分84.6分。",
        "“获得电力”最高分97.5分。",
    ],
)
def test_what_is_of_something_else_is_told_and_not_taken(sentence: str) -> None:
    draft = read_circular(f"关于2030年度考核情况的通报\n{sentence}\n")
    assert draft.figures == []
    assert any("不能断定" in doubt.text for doubt in draft.unsure)


def test_numbers_under_problems_found_are_not_results() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n一、存在问题\n抽查案卷平均得分84.6分，优秀率5.4%。\n")
    assert draft.figures == [] and len(draft.unsure) >= 2


@pytest.mark.parametrize(
    ("sentence", "years"),
    [
        ("全市平均分87.30分，与2029年的86.95分相比提高0.35分。", {"87.30": None, "86.95": 2029}),
        ("县区平均得分由87.50分提高到91.00分，与2029年相比提高3.50分。", {"91.00": None}),
    ],
)
def test_an_earlier_years_average_is_of_its_year(sentence: str, years: dict[str, int | None]) -> None:
    draft = read_circular(f"关于2030年度考核情况的通报\n{sentence}\n")
    averages = {each["value"]: each.get("year") for each in draft.figures if each["measure"] == "average"}
    assert averages == years


def test_a_survey_has_averages_of_rates_and_their_changes() -> None:
    draft = read_circular("2030年民主评议通报\n社会各界对38个部门的满意率为65.2%，比上年提高0.8个百分点。\n")
    read = [(each["measure"], each["value"], each.get("of")) for each in draft.figures]
    assert read == [
        ("unit_count", "38", None),
        ("average", "65.2%", "component_1"),
        ("average_delta", "0.8", "component_1"),
    ]


def test_a_change_in_percentage_points_of_scores_is_told() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n全市平均分87.30分，比上年提高2.6个百分点。\n")
    assert [figure["value"] for figure in draft.figures] == ["87.30"]
