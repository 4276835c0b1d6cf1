"""Numbers in the order of what they are of: the sentence, and what is read of it."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "得分排名前两位的是东岭区、西岭县，分别为88.40分和87.95分。",
            ["unit_total 东岭区 88.40", "unit_total 西岭县 87.95"],
        ),
        (
            "甲川县、乙川县满意率分别为97.1%、96.5%。",
            ["unit_score 甲川县 97.1%", "unit_score 乙川县 96.5%"],
        ),
        (
            "甲川县、乙川县的总分分别为91.2分、90.1分。",
            ["unit_total 甲川县 91.2", "unit_total 乙川县 90.1"],
        ),
        ("2031年甲川县、乙川县得分分别为91.2分、90.1分。", []),
        ("整改环节，甲川县、乙川县得分分别为91.2分、90.1分。", []),
        (
            "市直部门平均得分81.36分，县（区）平均得分78.92分，较2031年分别提高2.14分、3.60分。",
            [
                "average department 81.36",
                "average county 78.92",
                "average_delta department 2.14",
                "average_delta county 3.60",
            ],
        ),
        (
            "考核由制度建设指标、行政执法指标两部分组成，权重分别为40%、60%。制度建设指标平均分85.86分，同比增长7.92%。",
            [
                "component_points component_1 40%",
                "component_points component_2 60%",
                "average component_1 85.86",
                "average_growth component_1 7.92%",
            ],
        ),
    ],
)
def test_numbers_are_of_what_stands_in_their_place(sentence: str, expected: list[str]) -> None:
    draft = read_circular(f"关于2032年度考核情况的通报\n{sentence}\n")
    read = [
        f"{each['measure']} {each.get('unit') or each.get('of') or each.get('group')} {each['value']}"
        for each in draft.figures
    ]
    assert read == expected
