"""Lines of names with a score in brackets."""

from __future__ import annotations

from analysis.exchange.circulars.reader import read_circular

_TEXT = (
    "关于2033年度考核情况的通报\n一、得分情况\n（一）县组\n"
    "甲川县（99.70分）\n乙川县、丙川县（98.5分）\n丁川县（无数据）\n"
)


def test_every_name_of_a_line_has_its_score() -> None:
    totals = {figure["unit"]: figure["value"] for figure in read_circular(_TEXT).figures}
    assert totals == {"甲川县": "99.70", "乙川县": "98.5", "丙川县": "98.5"}


def test_points_that_were_added_are_no_scores() -> None:
    assert not read_circular(_TEXT.replace("县组", "加分情况")).figures
