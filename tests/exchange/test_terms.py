"""Words that a circular itself uses: the text, and the groups and grades that it teaches."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.language import Words
from analysis.exchange.circulars.terms import find_terms
from analysis.exchange.circulars.text import CircularText


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("24个区属党群政法部门平均得分96.74分。", {"区属党群政法部门"}),
        ("13个区属服务行业及区属企业平均得分94.38分。", {"区属服务行业及区属企业"}),
        ("31个被考评单位综合得分中，最高分90分。", set()),
        ("5家环保不良企业分别是东岭厂。", set()),
        ("共136个单位（市直部门30个、区直部门106个）。", {"市直部门", "区直部门"}),
        ("共136个单位（市直部门30个、区直部门100个）。", set()),  # which do not make up the whole
        ("发现问题共109个，其中东岭区47个，西岭区62个。", set()),
        ("省直部门网站得分前3名的是甲局；各市州政府网站得分前3名的是乙市。", {"省直部门网站", "各市州政府网站"}),
    ],
)
def test_what_has_an_average_or_ranks_is_a_group(text: str, groups: set[str]) -> None:
    assert set(find_terms(CircularText(text), Words({})).groups) == groups


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("确定了8个“质量先进县”，8个“质量进步县”。", {"质量先进县", "质量进步县"}),
        ("确定了8个“质量先进县”。", set()),
        (
            "东岭镇等4个镇为2033年度统计表扬镇街；市公安局等9个单位为2033年度统计达标单位。",
            {"统计表扬镇街", "统计达标单位"},
        ),
        ("市财政局等9个单位被评为行政部门优秀单位；市税务局等8个单位被评为执法部门优秀单位。", set()),
        ("确认东岭中学等9所学校为“5A级平安校园”。", {"5A级平安校园"}),
        ("乡村振兴先进县为东岭县，招商引资先进县为西岭县。", {"乡村振兴先进县", "招商引资先进县"}),
    ],
)
def test_prizes_for_different_things_are_grades(text: str, grades: set[str]) -> None:
    assert set(find_terms(CircularText(text), Words({})).grades) == grades


def test_a_label_of_several_offices_is_a_group() -> None:
    text = "绩效优秀单位（2个）\n省纪委及省委工作机构：省纪委、省委办公厅。"
    assert "省纪委及省委工作机构" in find_terms(CircularText(text), Words({})).groups
