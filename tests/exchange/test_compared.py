"""Averages of an earlier year."""

from __future__ import annotations

from analysis.exchange.circulars.reader import read_circular


def test_earlier_averages_of_several_groups_stay_with_their_groups() -> None:
    draft = read_circular(
        "关于2030年度考核情况的通报\n地级市平均得分91.86分，县级市平均得分87.15分，较2029年度的88.92分和80.37分，分别提高了2.94分和6.78分。\n"
    )
    read = {each["value"]: (draft.words["groups"][each["group"]], each.get("year")) for each in draft.figures}
    assert read["88.92"] == ("地级市", 2029) and read["80.37"] == ("县级市", 2029)
