"""Who marks higher or lower than the others on the same units."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.exhibits.reading import with_frame

from analysis.assessment import Year
from analysis.exhibits import show


@pytest.fixture(scope="module")
def assessors(official: Year) -> pd.DataFrame:
    ids = list(official.scheme.assessors.value)[:4]
    made = pd.DataFrame(
        {"part": "platform", "assessor_id": ids, "indicators": 6, "rate": 0.8, "leniency": [0.09, 0.05, 0.01, -0.08]}
    )
    return made.assign(low=made["leniency"] - 0.04, high=made["leniency"] + 0.04)


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        ([True, True, False, True], "{0}等 2 处评得比其他主体高，{3}评得比其他主体低 8.0 个百分点"),
        ([False, True, False, False], "{1}评得比其他主体高 5.0 个百分点"),
        ([False] * 4, "考核主体之间的宽严分不出高下"),
    ],
)
def test_who_marks_higher_or_lower_is_named_with_the_direction(
    apart: list[bool], told: str, assessors: pd.DataFrame, official: Year
) -> None:
    names = [f"{official.scheme.assessors.value[each]}（督导平台评价）" for each in assessors["assessor_id"]]
    chart = with_frame(show(official, "leniency", "department"), assessors.assign(told_apart=apart)).chart
    assert chart.title.endswith(f"：{told.format(*names)}")
    legend = chart.figure.axes[0].get_legend()
    assert legend is not None
    shown = {"评得高": apart[0] or apart[1], "评得低": apart[3], "分不出": True}
    assert [text.get_text() for text in legend.get_texts()] == [label for label, drawn in shown.items() if drawn]


def test_only_who_can_be_told_apart_is_told(assessors: pd.DataFrame, official: Year) -> None:
    apart = assessors.assign(told_apart=[True, False, False, True])
    names = [f"{official.scheme.assessors.value[each]}（督导平台评价）" for each in assessors["assessor_id"]]
    told, what_it_is_not = with_frame(show(official, "leniency", "department"), apart).sentences
    assert f"{names[0]}高 9.0 个百分点，{names[3]}低 8.0 个百分点；" in told and names[1] not in told
    assert "只在同一部分之内比" in what_it_is_not and "难易与主体的宽严分不开" in what_it_is_not
    none, _ = with_frame(show(official, "leniency", "department"), assessors.assign(told_apart=False)).sentences
    assert "在误差之内分不出" in none


def test_one_assessor_alone_has_nobody_to_be_compared_with(assessors: pd.DataFrame, official: Year) -> None:
    alone = assessors.head(1).assign(leniency=float("nan"), low=float("nan"), high=float("nan"), told_apart=False)
    shown = with_frame(show(official, "leniency", "department"), alone)
    (told,) = shown.sentences
    assert shown.chart is None and "无从比较" in told


def test_where_names_are_withheld_assessors_are_counted(assessors: pd.DataFrame, year: Year) -> None:
    apart = assessors.assign(told_apart=[True, False, False, True])
    shown = with_frame(show(year, "leniency", "department"), apart)
    assert "，2 处分得出高低；" in shown.sentences[0] and shown.chart is None


def test_noise_is_no_leniency(assessors: pd.DataFrame, official: Year) -> None:
    noise = assessors.assign(leniency=[1e-16, -1e-16, 0, 0], low=float("nan"), high=float("nan"), told_apart=False)
    (ax,) = with_frame(show(official, "leniency", "department"), noise).chart.figure.axes
    assert {float(x) for line in ax.lines for x in line.get_xdata()} == {0.0}
    assert ax.get_xlim()[0] == pytest.approx(-1.05)


def test_nothing_is_judged_of_assessors_of_few_indicators(assessors: pd.DataFrame, official: Year) -> None:
    """Without an interval nothing is within an error."""
    few = assessors.assign(low=float("nan"), high=float("nan"), told_apart=False)
    shown = with_frame(show(official, "leniency", "department"), few)
    told, _ = shown.sentences
    assert told == "市直部门：同一部分里相比的一方不足 5 项指标，给不出误差，宽严不作判断。"
    assert shown.chart.title == "2021 年市直部门：指标太少，考核主体的宽严不作判断"
    assert "+9.0个百分点（指标太少，没有区间）" in shown.chart.alt and "—" not in shown.chart.alt
    legend = shown.chart.figure.axes[0].get_legend()
    assert legend is not None and [text.get_text() for text in legend.get_texts()] == ["指标太少，不作判断"]
