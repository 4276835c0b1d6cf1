"""Columns of scores, rates and ranks of blocks, beside a total or without one."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular

_HEAD = "关于2033年度考核情况的通报\n"
_UNITS = ("甲川县", "乙川县", "丙川县", "丁川县")


def _scores(head: str, *rows: str) -> set[tuple[str, str, str]]:
    """Read a table: what each figure of the first unit measures, of which block, and its value."""
    lines = [head, *(f"{unit} {row}" for unit, row in zip(_UNITS, rows, strict=False))]
    draft = read_circular(_HEAD + "\n".join(lines).replace(" ", "\t") + "\n")
    blocks = draft.words["components"]
    return {
        (each["measure"], blocks.get(each.get("of", ""), ""), each["value"])
        for each in draft.figures
        if each.get("unit") == _UNITS[0]
    }


@pytest.mark.parametrize(
    ("head", "rows", "expected"),
    [
        (
            "单位 交办总量 办结率 满意率（%） 评分",
            ("40 98.2% 95.0 97.1", "20 97% — 96"),
            {("unit_score", "办结率", "98.2%"), ("unit_score", "满意率", "95.0"), ("unit_total", "", "97.1")},
        ),
        ("单位 网站得分 1-3月得分", ("30 95", "28 91"), {("unit_score", "网站", "30"), ("unit_total", "", "95")}),
        (
            "单位 网站得分 新媒体得分",
            ("95.2 88.1", "90.3 91.4"),
            {("unit_score", "网站", "95.2"), ("unit_score", "新媒体", "88.1")},
        ),
        (
            "单位 办结率 得分 满意率 得分 总分 排名",
            ("98% 38 95% 57 95 1", "90% 36 93% 55 91 2"),
            {("unit_score", "办结率", "38"), ("unit_score", "满意率", "57"), ("unit_total", "", "95")}
            | {("unit_rank", "", "1")},
        ),
        (
            "单位 满意率 排名 知晓率 排名",
            ("95.6 1 80.1 2", "94.1 2 82.3 1"),
            {("unit_score", "满意率", "95.6"), ("unit_score", "知晓率", "80.1")}
            | {("unit_rank", "满意率", "1"), ("unit_rank", "知晓率", "2")},
        ),
        ("地区 2033年能耗降低率（%）", ("-6.04", "3.51"), {("unit_score", "能耗降低率", "-6.04")}),
        ("地区 2032年能耗降低率（%） 得分", ("-6.04 90", "3.51 80"), {("unit_total", "", "90")}),
        ("单位 上半年得分 下半年得分 全年得分", ("90 96 93", "80 90 85"), {("unit_total", "", "93")}),
        ("单位 得分 得分率", ("90 96%", "80 90%"), {("unit_total", "", "90")}),
        ("单位 GDP增长率 上月满意率 自评得分", ("6.1% 95% 98", "5.2% 91% 97"), set()),
    ],
)
def test_what_a_head_plainly_names(head: str, rows: tuple[str, ...], expected: set[tuple[str, str, str]]) -> None:
    assert _scores(head, *rows) == expected


def test_pieces_that_make_the_score_with_whole_weights() -> None:
    rows = ("153 6 324", "148 4 308", "131 3 271", "119  238")
    told = _scores("单位 市政府办采用 省政府办采用 得分", *rows)
    assert told == {
        ("unit_score", "市政府办采用", "153"),
        ("unit_score", "省政府办采用", "6"),
        ("unit_total", "", "324"),
    }
    assert _scores("单位 报送篇数 采用篇数 得分", "9 6 31", "8 4 30", "7 3 27", "6 1 20") == {("unit_total", "", "31")}
