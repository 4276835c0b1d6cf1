"""Where marks come from is told of the years it is so of."""

from __future__ import annotations

import pytest

from analysis.origins import made_up_mark, provenance_note, source_note, tell_apart


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ("", "没有用到评分"),
        ("ooo", "评分为正式数据"),
        ("rr", "评分为重构数据，不是任何单位的真实得分"),
        ("rro", "2030、2031年评分为重构数据，不是任何单位的真实得分；2032年评分为正式数据"),
        ("orrrr", "2030年评分为正式数据；2031—2034年评分为重构数据，不是任何单位的真实得分"),
    ],
)
def test_made_up_marks_are_said_to_be_made_up_and_of_which_years(kinds: str, told: str) -> None:
    origins = {2030 + place: {"o": "official", "r": "reconstructed"}[kind] for place, kind in enumerate(kinds)}
    assert provenance_note(origins) == told
    assert bool(made_up_mark(origins.values())) == ("r" in kinds)
    assert source_note(["甲", "乙"], origins) == f"来源：甲、乙；{told}"
    assert bool(tell_apart(origins)) == ({"o", "r"} <= set(kinds))


def test_years_of_different_provenance_are_named() -> None:
    assert tell_apart({2020: "official", 2021: "reconstructed"}) == "2020年评分为正式，2021年评分为重构"
