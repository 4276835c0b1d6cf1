"""Ranks and scores of units in prose: the sentence, and what is read of it."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


def _read(sentence: str) -> list[str]:
    draft = read_circular(f"关于2032年度考核情况的通报\n{sentence}\n")
    return [f"{figure['measure']} {figure.get('unit', '-')} {figure['value']}" for figure in draft.figures]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("甲溪市、乙川市分列第二、三位。", ["unit_rank 甲溪市 2", "unit_rank 乙川市 3"]),
        ("市司法局、市教育局分列五至六名。", ["unit_rank 市司法局 5", "unit_rank 市教育局 6"]),
        ("居第4位至第5位的分别是东岭县、西岭县。", ["unit_rank 东岭县 4", "unit_rank 西岭县 5"]),
        ("市公安局蝉联市直部门第一名。", ["unit_rank 市公安局 1"]),
        ("在县区中，东岭区人民政府第一名。", ["unit_rank 东岭区人民政府 1"]),
        ("甲溪市、乙川市分列第三、二位。", []),
        ("得分率依次为：东岭区74.6%、西岭区72.1%。", ["unit_total 东岭区 74.6%", "unit_total 西岭区 72.1%"]),
        (
            "得分低于75分的单位是东岭镇（74.16）、西岭镇（73.93）。",
            ["unit_total 东岭镇 74.16", "unit_total 西岭镇 73.93"],
        ),
        ("处置率低于30%的是东岭镇（28.1%）、西岭镇（22.9%）。", []),
    ],
)
def test_ranks_and_scores_are_of_the_units_that_they_stand_by(sentence: str, expected: list[str]) -> None:
    assert _read(sentence) == expected
