"""Whether totals depend on how much applies, as it is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.exhibits.reading import with_frame

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.live import draw_live


def _units(carried: list[float], totals: list[float]) -> pd.DataFrame:
    names = [f"甲{place}局" for place in range(len(totals))]
    return pd.DataFrame({"unit_id": names, "name": names, "carried": carried, "total": totals}).assign(
        indicators=np.array(carried) / 2, rank=1
    )


def _show(year: Year, frame: pd.DataFrame) -> Any:
    return with_frame(show(year, "carried", "department"), frame)


RISING = [float(each) for each in range(60, 80)]
MIXED = [70.0, 61.0, 78.0, 65.0, 72.0, 60.0, 77.0, 68.0, 73.0] * 2 + [75.0, 79.0]


@pytest.mark.parametrize(
    ("carried", "totals", "finding"),
    [
        (RISING, RISING, "承担分值多的单位，总分往往较高"),
        (RISING, RISING[::-1], "承担分值多的单位，总分往往较低"),
        (RISING, MIXED, "总分与承担多少没有明显关系"),
    ],
)
def test_a_relation_is_told_beyond_chance(
    carried: list[float], totals: list[float], finding: str, official: Year
) -> None:
    shown = _show(official, _units(carried, totals))
    rank = f"{stats.spearmanr(carried, totals).statistic:.2f}".replace("-", "−")
    assert shown.sentences[0].startswith(f"市直部门：{finding}（20个单位，与承担分值的秩相关系数{rank}，")
    assert shown.chart.title == f"2021年市直部门：{finding}" and f"秩相关系数{rank}，" in shown.chart.subtitle
    (ax,) = shown.chart.figure.axes
    dots = sorted(tuple(line.get_xydata()[0]) for line in ax.lines)
    assert dots == sorted(zip(carried, totals, strict=True))
    first = f"甲0局承担{carried[0]:.2f}分，总分{totals[0]:.2f}分"
    assert f"<title>{first}</title>" in draw_live(shown.chart.figure, "")


@pytest.mark.parametrize(
    ("carried", "totals", "told"),
    [
        ([70.0] * 20, RISING, "市直部门各单位承担的指标分值均相同，总分与承担多少无关。"),
        (RISING, [80.0] * 20, "市直部门各单位总分均相同，与承担多少有无关系不作判断。"),
        (RISING[:7], RISING[:7], "市直部门不足8个单位，总分与承担多少有无关系不作判断。"),
    ],
)
def test_where_nothing_can_be_told_that_is_said(
    carried: list[float], totals: list[float], told: str, official: Year
) -> None:
    shown = _show(official, _units(carried, totals))
    assert shown.sentences == (told,) and shown.chart is None


def test_what_is_carried_is_what_is_marked(demonstration: Assessment) -> None:
    year = demonstration.latest
    inputs = year.facts.need_inputs("")
    marked = inputs.marks[inputs.marks["status"].eq("marked")]
    points = marked.merge(inputs.indicators[["indicator_id", "points"]], on="indicator_id").groupby("unit_id")["points"]
    frame = show(year, "carried", "department").frame.set_index("unit_id")
    assert frame["carried"].to_dict() == pytest.approx(points.sum()[frame.index].to_dict())
    assert frame["indicators"].to_dict() == points.size()[frame.index].to_dict()
    assert show(year, "carried", "county").chart is None
