"""Several rates of one place, told in a row."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "群众安全感满意率、知晓率（简称“两率”）分别为96.1%、82.6%，全市“两率”分别为95.8%、81.5%，"
            "甲川区“两率”分别为96.6%、81.2%，分列全市第四、第六。",
            [
                "average 安全感满意率 96.1%",
                "average 知晓率 82.6%",
                "average 全市 安全感满意率 95.8%",
                "average 全市 知晓率 81.5%",
                "unit_score 甲川区 安全感满意率 96.6%",
                "unit_score 甲川区 知晓率 81.2%",
                "unit_rank 甲川区 安全感满意率 4",
                "unit_rank 甲川区 知晓率 6",
            ],
        ),
        ("2033年全市办结率、满意率分别为99.1%、95.2%。", ["average 2033 办结率 99.1%", "average 2033 满意率 95.2%"]),
        ("2033年，全市办结率、满意率分别为99.1%、95.2%。", []),
        ("甲川县工业企业税收的办结率、满意率分别为99.1%、95.2%。", []),
        ("办结率、满意率分别为99.1%、95.2%、90%。", []),
    ],
)
def test_rates_are_of_what_stands_before_them(sentence: str, expected: list[str]) -> None:
    draft = read_circular(f"关于2034年度考核情况的通报\n{sentence}\n")
    words = draft.words["groups"] | draft.words["components"]
    said = (
        (each["measure"], each.get("unit"), words.get(each.get("group", "")), each.get("year"), words[each["of"]])
        for each in draft.figures
    )
    read = [" ".join(str(word) for word in figure if word) for figure in said]
    assert [f"{told} {each['value']}" for told, each in zip(read, draft.figures, strict=True)] == expected
