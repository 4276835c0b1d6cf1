"""Names that are mentioned for something: the text, and of what and whom they are read to be."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


def _read(text: str) -> list[tuple[str, str, str]]:
    draft = read_circular(f"关于2032年度热线工作情况的通报\n{text}\n")
    groups = draft.words["groups"]
    mentioned = [each for each in draft.lists if each["list"] == "mentioned"]
    return [
        (groups.get(each.get("group", ""), "-"), each["of"] + "…" * ("complete" in each), "、".join(each["names"]))
        for each in mentioned
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # with their count, whole or not
            "有东岭镇、西岭镇、市经信局等15个单位逾期回复，东岭、芝阳和漓湾3个市措施落实较差。",
            [("-", "逾期回复…", "东岭镇、西岭镇、市经信局"), ("-", "措施落实较差", "东岭、芝阳、漓湾")],
        ),
        (  # behind a label in the middle of a sentence, with its group
            "全市工作完成较好的县区有：东岭县、西岭县；工作完成较好的市级部门有：市税务局、市统计局、市公安局。",
            [("县区", "完成较好", "东岭县、西岭县"), ("市级部门", "完成较好", "市税务局、市统计局、市公安局")],
        ),
        (  # the first of each group
            "市政府决定对成绩突出的东岭区人民政府等10个县市区、市公安局等15个市级部门予以通报表彰。",
            [("县市区", "通报表彰…", "东岭区人民政府"), ("市级部门", "通报表彰…", "市公安局")],
        ),
        (  # whom the sentence begins with, short names before one that has its ending
            "东岭县、西岭县、桥川市认真履职，成绩突出，省人民政府给予通报表扬。",
            [("-", "通报表扬", "东岭县、西岭县、桥川市")],
        ),
        (
            "对东岭、芝阳、漓湾市政府和市公安局、市司法局给予表彰奖励。",
            [("-", "表彰奖励", "东岭、芝阳、漓湾市政府、市公安局、市司法局")],
        ),
        ("东岭县、西岭县和市财政局高度重视热线办理。", []),
    ],
)
def test_names_are_mentioned_for_what_is_said_of_them(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert _read(text) == expected
