"""Names of units are found in runs, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.language import Words
from analysis.exchange.circulars.names import is_name, names_after, names_before, split_names

WORDS = Words({})


@pytest.mark.parametrize(
    ("run", "count", "names"),
    [
        ("市统计局、市政务服务和大数据管理局和市司法局", 3, ["市统计局", "市政务服务和大数据管理局", "市司法局"]),
        ("市统计局、市政务服务和大数据管理局", 2, ["市统计局", "市政务服务和大数据管理局"]),
        ("县（市、区）政府、市公安局", None, ["县（市、区）政府", "市公安局"]),
    ],
)
def test_names_are_split(run: str, count: int | None, names: list[str]) -> None:
    assert [name.text for name in split_names(run, 0, WORDS, count)] == names


@pytest.mark.parametrize("text", ["甲县人民政府", "市司法局", "高新区管委会", "长亭街道", "人行甲市分行"])
def test_a_name_has_the_shape_of_one(text: str) -> None:
    assert is_name(text, WORDS)


@pytest.mark.parametrize("text", ["各县（市、区）政府", "有关单位", "考核工作", "市直部门", "前三名为市司法局"])
def test_what_is_no_name_is_none(text: str) -> None:
    assert not is_name(text, WORDS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("经考核，甲县、乙区人民政府、市司法局", ["甲县", "乙区人民政府", "市司法局"]),
        ("授予甲县、乙县", ["甲县", "乙县"]),
        ("市直单位市司法局、市水利局", ["市司法局", "市水利局"]),
        ("子丑、寅卯、辰巳市", ["子丑", "寅卯", "辰巳市"]),  # the last has the ending of all
        ("各单位高度重视", []),
    ],
)
def test_a_run_that_ends_somewhere_is_found_without_what_leads_to_it(text: str, names: list[str]) -> None:
    assert [name.text for name in names_before(text, 0, len(text), WORDS)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲县、乙县。", ["甲县", "乙县"]),
        ("子丑、寅卯、辰巳", ["子丑", "寅卯", "辰巳"]),
        ("甲县、乙县予以通报表扬", ["甲县", "乙县"]),
        ("甲县；其他工作", ["甲县"]),
        ("市司法局、市交通运输局等", ["市司法局", "市交通运输局"]),
    ],
)
def test_a_run_that_begins_somewhere_ends_where_prose_begins(text: str, names: list[str]) -> None:
    assert [name.text for name in names_after(text, 0, len(text), WORDS)] == names


def test_scores_and_ranks_stand_beside_names() -> None:
    first, second = split_names("甲县（94.82分，第1名）、乙县93.4分", 0, WORDS)
    assert first.score and first.rank and second.score
    assert (first.text, first.score[0], first.rank[0]) == ("甲县", "94.82", "1")
    assert (second.text, second.score[0], second.rank) == ("乙县", "93.4", None)
