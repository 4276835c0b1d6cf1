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
    ],
)
def test_a_count_is_of_the_units_behind_it(sentence: str, group: str | None) -> None:
    draft = read_circular(f"关于2030年度考核情况的通报\n{sentence}\n")
    groups = {each.get("group") for each in draft.figures if each["measure"] == "unit_count"}
    assert {draft.words["groups"].get(each or "") for each in groups} == {group}


def test_as_many_as_got_a_grade_are_not_all() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n27个单位被评为优秀单位，对27个单位进行了考核。\n")
    assert not any(each["measure"] == "unit_count" for each in draft.figures)
