"""Points of blocks."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("日常考核（20分）、年终考核（50分）、社会评价（30分）。", ["20", "50", "30"]),
        ("指标由制度建设、行政执法、依法决策三部分组成，权重分别为15%、25%、60%。", ["15%", "25%", "60%"]),
        ("由日常考核和年终考核组成，分值分别为40分和60分。", ["40", "60"]),
        ("按照经济发展部分占20%的权重，工作实绩部分占80%权重汇总。", ["20%", "80%"]),
        ("制度建设、行政执法两部分，权重分别为15%、25%。", []),  # they make no hundred
    ],
)
def test_points_that_make_a_hundred(sentence: str, points: list[str]) -> None:
    figures = read_circular(f"关于2033年度考核情况的通报\n{sentence}\n").figures
    assert [figure["value"] for figure in figures if figure["measure"] == "component_points"] == points
