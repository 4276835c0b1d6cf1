"""One year under the other's scheme: what is taken for granted, and what would change."""

from __future__ import annotations

from analysis.assessment import Pair
from analysis.exhibits import show


def test_what_a_year_does_not_mark_is_said(pair: Pair) -> None:
    (told,) = show(pair, "imputation").sentences
    assert "2020年没有“督察考评”" in told


def test_marks_under_the_other_scheme_are_told_beside_their_own(pair: Pair) -> None:
    shown = show(pair, "counterfactuals", "county")
    means = shown.frame.groupby(["marks_year", "scheme_year"])["total"].mean()
    later, earlier = shown.sentences[0].split("；")
    own = shown.table.values.set_index(["评分年度", "办法年度"])
    told = "名次变动的单位{名次变动单位:.0f}个，等次变动的单位{等次变动单位:.0f}个"
    gap = means[2021, 2020] - means[2021, 2021]
    assert later == (
        f"县（市、区）政府2021年的评分按2020年办法测算，平均{means[2021, 2020]:.2f}分，"
        f"比按当年办法提高{gap:.2f}分，{told.format(**own.loc[(2021, 2020)])}"
    )
    assert earlier.startswith(f"2020年的评分按2021年办法测算，平均{means[2020, 2021]:.2f}分，与按当年办法持平（")
    assert len(own) == 4


def test_ranks_and_grades_that_differ_are_counted_unit_by_unit(pair: Pair) -> None:
    shown = show(pair, "counterfactuals", "department")
    frame = shown.frame.set_index(["marks_year", "scheme_year", "unit_id"])[["rank", "grade"]]
    own = shown.table.values.set_index(["评分年度", "办法年度"])
    for marks, scheme in ((2021, 2020), (2020, 2021)):
        actual, other = frame.loc[marks, marks], frame.loc[marks, scheme]
        assert own.at[(marks, scheme), "名次变动单位"] == (actual["rank"] != other["rank"].loc[actual.index]).sum()
        assert own.at[(marks, scheme), "等次变动单位"] == (actual["grade"] != other["grade"].loc[actual.index]).sum()
