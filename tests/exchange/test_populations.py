"""Of which units a count is, by its own words."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


@pytest.mark.parametrize(
    ("sentence", "group"),
    [
        ("对10个重点部门进行了考核。", "重点部门"),
        ("对64家县直机关、事业单位2030年度工作进行了考核。", None),
        ("对36个市直部门、各县区2030年度工作进行了考核。", "市直部门"),
        ("对全市652个部门和单位组织了测评。", None),
        ("对甲川县等13个县（市、区）政府工作进行了年度考核。", "县（市、区）"),
        ("公布了2030年度江川18个市州和16个县（市、区）的营商环境考核结果。", "县（市、区） 市州"),
        ("评价对象主要包括16个省辖市、济川示范区。", "省辖市"),
        ("全市12个街（镇）中，除新成立的街道外，10个街（镇）里优+等次10个。", "街（镇）"),
    ],
)
def test_a_count_is_of_the_units_behind_it(sentence: str, group: str | None) -> None:
    draft = read_circular(f"关于2030年度考核情况的通报\n{sentence}\n")
    groups = {each.get("group") for each in draft.figures if each["measure"] == "unit_count"}
    told = sorted(word for each in groups if (word := draft.words["groups"].get(each or "")))
    assert (" ".join(told) or None) == group


def test_of_those_named_before_a_count_it_is_of_all_only_where_one_is_named() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n对甲川县、乙川县等5个县进行了考核。\n")
    assert draft.figures == []


def test_as_many_as_got_a_grade_are_not_all() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n27个单位被评为优秀单位，对27个单位进行了考核。\n")
    assert not any(each["measure"] == "unit_count" for each in draft.figures)
