"""Blocks that a number is of."""

from __future__ import annotations

from analysis.exchange.circulars.reader import read_circular


def test_extremes_of_a_block_are_not_those_of_the_assessment() -> None:
    draft = read_circular(
        "关于2030年度考核情况的通报\n平均得分81.5分。其中：内部考核最高分91.4分，最低分72.9分；社会评议最高分88.2分。\n"
    )
    read = [
        (each["measure"], each["value"], draft.words["components"].get(each.get("of", ""))) for each in draft.figures
    ]
    assert read == [
        ("average", "81.5", None),
        ("total_max", "91.4", "内部考核"),
        ("total_min", "72.9", "内部考核"),
        ("total_max", "88.2", "社会评议"),
    ]
