"""What news says of the one unit that it is about: the sentence, and what is read of it."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("宜川市总得分为892.35分，比全省平均分861.70分高30.65分，列全省第四位。", {"宜川市": ["892.35", "4"]}),
        ("其中沮安县得94.36分，在37个县中列第3位，比上年前移5位。", {"沮安县": ["94.36", "3"]}),
        ("渝新市以96.8787%的满意度排名第一。", {"渝新市": ["96.8787%", "1"]}),
        ("市司法局日常监测38.5分、年终评查43.2分，总分96.70分，位居市直部门第1名。", {"市司法局": ["96.70"]}),
        ("宜川市总得分为892.35分；生态保护指数得分73.5分，列第9位。", {"宜川市": ["892.35"]}),
        ("在窗口服务榜单中，沮安县得94.36分，列第3位。", {}),
        ("2030年，沮安县得94.36分，列第3位。", {}),
        ("市直部门平均得分80.55分。", {}),
        ("市林业局：\n你单位考核得分87.35分，在31个市直部门中列第19位。", {"市林业局": ["87.35", "19"]}),
    ],
)
def test_a_score_and_a_rank_are_of_the_unit_that_the_clause_begins_with(
    sentence: str, expected: dict[str, list[str]]
) -> None:
    draft = read_circular(f"关于2032年度考核情况的通报\n{sentence}\n")
    read: dict[str, list[str]] = {}
    for figure in draft.figures:
        if "unit" in figure:
            read.setdefault(figure["unit"], []).append(figure["value"])
    assert read == expected
