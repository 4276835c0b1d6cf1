"""How changes depend on where they start from, as it is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.exhibits.reading import with_frame
from tests.made_up import give_origins

from analysis.assessment import Assessment, Year
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.live import draw_live
from analysis.methods.regression import regress_change


def _units(before: np.ndarray, after: np.ndarray) -> pd.DataFrame:
    names = [f"甲{place}局" for place in range(len(before))]
    frame = pd.DataFrame({"unit_id": names, "name": names, "base_total": before, "total": after})
    expected = regress_change(before, after).expected
    return frame.assign(total_change=after - before, expected=expected).sort_values("base_total", ignore_index=True)


def _show(year: Year, frame: pd.DataFrame) -> Any:
    return with_frame(show(year, "regression", "department"), frame)


BEFORE = np.arange(60.0, 100.0)
NOISE = np.random.default_rng(4).normal(0, 3, 40)


@pytest.mark.parametrize(
    ("slope", "told"),
    [(-0.5, "每高1分，增减平均少{}分，向平均靠拢"), (0.6, "每高1分，增减平均多{}分，差距扩大")],
)
def test_the_slope_is_told(slope: float, told: str, official: Year) -> None:
    after = BEFORE + slope * (BEFORE - 80) + NOISE
    shown = _show(official, _units(BEFORE, after))
    line = stats.linregress(BEFORE, after - BEFORE)
    finding = f"2020年总分{told.format(f'{abs(line.slope):.2f}')}"
    first, ends = shown.sentences
    assert first.endswith(f"两年总分的相关系数为{stats.pearsonr(BEFORE, after).statistic:.2f}；{finding}。")
    assert shown.chart.title == f"2021年市直部门：{finding}"
    changes, mean = after - BEFORE, (after - BEFORE).mean()
    for end, units in (("最低", slice(0, 10)), ("最高", slice(-10, None))):
        above, expected = changes[units].mean() - mean, line.slope * (BEFORE[units].mean() - 80 + 0.5)
        assert (above > 0) == (expected > 0) == ((slope > 0) == (end == "最高"))
        side = "高" if above > 0 else "低"
        assert f"{end}的10个单位" in ends and f"{side}{abs(above):.2f}分" in ends
        assert f"预计{side}{abs(expected):.2f}分" in ends


def test_a_slope_within_chance_is_none(official: Year) -> None:
    shown = _show(official, _units(BEFORE, BEFORE + 2 + NOISE))
    assert "；增减与2020年总分没有明显关系。" in shown.sentences[0]


def test_the_line_goes_through_what_is_expected(official: Year) -> None:
    frame = _units(BEFORE, BEFORE + NOISE)
    (ax,) = _show(official, frame).chart.figure.axes
    lines = [line.get_xydata() for line in ax.lines]
    dashed = next(line for line in lines if len(line) == 2 and line[0][0] == 60)
    assert dashed.tolist() == frame[["base_total", "expected"]].iloc[[0, -1]].to_numpy().tolist()
    assert draw_live(ax.figure, "").count("data-unit") == len(frame)
    dots = [tuple(line[0]) for line in lines if len(line) == 1]
    assert dots == list(frame[["base_total", "total_change"]].itertuples(index=False, name=None))


def test_a_year_is_compared_with_the_last_of_its_provenance(copied_data: Any, official: Year) -> None:
    assert "2020年" in show(official, "regression", "county").sentences[0]
    city = Assessment(load_dataset(give_origins(copied_data, {2020: "reconstructed", 2021: "official"})))
    shown = show(city.year(2021), "regression", "county")
    assert shown.absent == "2021年以前没有同一性质的评分，增减与上年总分的关系无法比较。"
    assert shown.frame.empty and shown.sentences == (shown.absent,) and shown.chart is None


def test_few_units_are_not_looked_at(small: Year, official: Year) -> None:
    assert "以前没有同一性质的评分" in show(small, "regression", "county").absent
    shown = _show(official, _units(BEFORE[:7], BEFORE[:7] ** 2))
    assert "两年均参评的单位不足8个" in shown.absent and shown.sentences == (shown.absent,)


def test_units_are_those_of_both_years(demonstration: Assessment) -> None:
    *_, before, last = demonstration.years
    year, base = demonstration.year(last), demonstration.year(before)
    frame = show(year, "regression", "department").frame.set_index("unit_id")
    both = year.results[["unit_id", "group", "total"]].merge(base.results[["unit_id", "group", "total"]],
                                                             on=["unit_id", "group"])  # fmt: skip
    both = both[both["group"].eq("department")].set_index("unit_id")
    assert frame["total_change"].to_dict() == pytest.approx((both["total_x"] - both["total_y"]).to_dict())
