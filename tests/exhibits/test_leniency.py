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
        ([True, True, False, True], "{0}等2处评分高于其他主体，{3}评分低于其他主体8.0个百分点"),
        ([False, True, False, False], "{1}评分高于其他主体5.0个百分点"),
        ([False] * 4, "各考核主体评分宽严的差异均在误差范围内"),
    ],
)
def test_who_marks_higher_or_lower_is_named_with_the_direction(
    apart: list[bool], told: str, assessors: pd.DataFrame, official: Year
) -> None:
    names = [f"{official.scheme.assessors.value[each]}（督导平台评价）" for each in assessors["assessor_id"]]
    chart = with_frame(show(official, "leniency", "department"), assessors.assign(told_apart=apart)).chart
    assert chart.title == f"市直部门{told.format(*names)}"
    legend = chart.figure.axes[0].get_legend()
    if not any(apart):
        assert legend is None  # all alike
        return
    assert legend is not None
    shown = {"评分偏高": apart[0] or apart[1], "评分偏低": apart[3], "误差范围内": True}
    assert [text.get_text() for text in legend.get_texts()] == [label for label, drawn in shown.items() if drawn]


def test_only_who_can_be_told_apart_is_told(assessors: pd.DataFrame, official: Year) -> None:
    apart = assessors.assign(told_apart=[True, False, False, True])
    names = [f"{official.scheme.assessors.value[each]}（督导平台评价）" for each in assessors["assessor_id"]]
    (told,) = with_frame(show(official, "leniency", "department"), apart).sentences
    assert f"{names[0]}高9.0个百分点，{names[3]}低8.0个百分点；其余在误差范围内。" in told and names[1] not in told
    shown = with_frame(show(official, "leniency", "department"), assessors.assign(told_apart=False))
    assert shown.sentences == ("市直部门可比的4处，考核主体评分宽严的差异均在误差范围内。",)
    assert "指标难易与主体宽严无法分开" in shown.chart.subtitle


def test_one_assessor_alone_has_nobody_to_be_compared_with(assessors: pd.DataFrame, official: Year) -> None:
    alone = assessors.head(1).assign(leniency=float("nan"), low=float("nan"), high=float("nan"), told_apart=False)
    shown = with_frame(show(official, "leniency", "department"), alone)
    (told,) = shown.sentences
    assert shown.chart is None and "无从比较" in told


def test_where_names_are_withheld_assessors_are_counted(assessors: pd.DataFrame, year: Year) -> None:
    apart = assessors.assign(told_apart=[True, False, False, True])
    shown = with_frame(show(year, "leniency", "department"), apart)
    assert "，超出误差范围的2处；" in shown.sentences[0] and shown.chart is None


def test_noise_is_no_leniency(assessors: pd.DataFrame, official: Year) -> None:
    noise = assessors.assign(leniency=[1e-16, -1e-16, 0, 0], low=-1e-16, high=1e-16, told_apart=False)
    (ax,) = with_frame(show(official, "leniency", "department"), noise).chart.figure.axes
    assert {float(x) for line in ax.lines for x in line.get_xdata()} == {0.0}
    assert ax.get_xlim()[0] == pytest.approx(-1.05)


def test_nothing_is_judged_of_assessors_of_few_indicators(assessors: pd.DataFrame, official: Year) -> None:
    """Without an interval nothing is within an error."""
    few = assessors.assign(low=float("nan"), high=float("nan"), told_apart=False)
    shown = with_frame(show(official, "leniency", "department"), few)
    assert shown.sentences == ("市直部门同一部分中相比的一方不足5项指标，无法估计误差，对评分宽严不作判断。",)
    assert shown.chart is None


def test_those_that_cannot_be_judged_are_counted_beside_the_others(assessors: pd.DataFrame, official: Year) -> None:
    some = assessors.assign(told_apart=False)
    some.loc[[1, 3], ["low", "high"]] = float("nan")
    shown = with_frame(show(official, "leniency", "department"), some)
    assert shown.sentences == (
        "市直部门可比的2处，考核主体评分宽严的差异均在误差范围内；另有2处相比的一方不足5项指标，不作判断。",
    )
    assert len(shown.chart.data.frame) == 2
