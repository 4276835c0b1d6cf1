"""The clauses of a scheme, each with its source and its basis."""

from __future__ import annotations

import pytest

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.scheme import list_changes


@pytest.mark.parametrize("of", [2020, 2021])
def test_every_clause_shows_its_source_and_basis(of: int, shipped: Assessment) -> None:
    """The year's own document is named once; two clauses of 2021 are those of the year before."""
    table = show(shipped.year(of), "scheme").table
    own = f"平法政办〔{of + 1}〕{of - 2019}号"
    assert table.note == f"出处未写明文件的，均为{own}。"
    named = table.cells[table.cells["出处"].str.contains("平法政办")]
    assert list(named["条款"]) == ([] if of == 2020 else ["等次换算", "自评指标"])
    assert table.cells["出处"].ne("").all() and not table.cells["出处"].str.contains(own, regex=False).any()
    assert set(table.cells["依据"]) == {"通报所载", "由通报推得", "推定"}


def test_a_changed_clause_is_told_as_it_is_and_as_it_is_to_be(shipped: Assessment) -> None:
    scheme = shipped.year(2021).scheme
    assert list_changes(scheme, scheme) == []
    changed = scheme.model_copy(update={"ranking": scheme.ranking.model_copy(update={"ties": "max"})})
    assert list_changes(scheme, changed) == ["同分名次由“并列取高位”改为“并列取低位”"]


def test_rounded_totals_and_conditions_are_among_the_clauses(conditions: Year, rounded: Year) -> None:
    says = show(conditions, "scheme").table.values.set_index("条款")["内容"]
    assert says["优秀等次"] == (
        "部门前2名；另须日常评价不少于60分，平台（部门不少于44分），督察在本组前4名之内，没有扣分"
    )
    assert says["良好等次"] == "部门前2名"
    says = show(rounded, "scheme").table.values.set_index("条款")["内容"]
    assert says["同分名次"] == "总分四舍五入到1位小数再排名次、评等次；并列取高位"


def test_a_rule_that_is_the_same_in_all_groups_is_said_once(small: Year) -> None:
    says = show(small, "scheme").table.values.set_index("条款")["内容"]
    assert (says["优秀等次"], says["良好等次"]) == ("各组90分以上", "各组75分以上")
