"""How much of a change is that who was far from the mean comes nearer to it?"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import set_apart
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.live import tag
from analysis.exhibits.quality import Quality, draw_dots, draw_zero
from analysis.exhibits.theme import INK, MUTED
from analysis.methods.correlation import FEWEST, correlate, is_beyond_chance
from analysis.methods.plausibility import comparable_year
from analysis.methods.regression import Regression, regress_change
from analysis.words import CHANGE

_EXTREME = 0.25
"""The share of units at either end that are looked at."""


@dataclass(eq=False)
class RegressionToMean(Quality, GroupExhibit, name="regression", label="向平均靠拢", withholds=("sentences", "chart")):
    """What change the units of one group at either end would show that did neither better nor worse than others."""

    templates = {
        "first": "{year}年以前没有同一性质的评分，增减与上年总分的关系无法比较。",
        "few": f"{{group}}两年均参评的单位不足{FEWEST}个，或总分没有差异，不计算增减与上年总分的关系。",
        "found": "{group}：{base_year}年和{year}年均参评的{units}个单位，"
        "两年总分的相关系数为{correlation:points}；{slope}。",
        "nearer": "{base_year}年总分每高1分，增减平均少{size:points}分，向平均靠拢",
        "further": "{base_year}年总分每高1分，增减平均多{size:points}分，差距扩大",
        "neither": "增减与{base_year}年总分没有明显关系",
        "ends": "{base_year}年总分最低的{count}个单位，增减比全组平均{low_way}{low:points}分，"
        "按这一关系预计{low_expected_way}{low_expected:points}分；"
        "最高的{count}个单位{high_way}{high:points}分，预计{high_expected_way}{high_expected:points}分。",
        "title": "{year}年{group}：{slope}",
        "measure": "每点一个单位，重叠的左右错开；虚线为按两年总分的相关程度预计的增减，离虚线远的才是单位特有的变化",
        "axis": "{base_year}年总分（分）",
        "line": "预计",
        "alt": "散点图。{group}各单位{base_year}年总分与到{year}年的增减：{units}。",
        "alt_unit": "{name}{base_total:points}分，增减{total_change:change}，预计{expected:change}",
    }

    def __post_init__(self) -> None:
        """Compare the year with the last one whose marks are of the same provenance."""
        before = comparable_year(self.year.dataset, self.year.year)
        self.base = None if before is None else self.year.assessment.year(before)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns unit_id, name, base_total, total, total_change, expected: units of both years, the lowest first."""
        columns = ["unit_id", "name", "base_total", "total", "total_change"]
        if self.base is None:
            return pd.DataFrame(columns=[*columns, "expected"])
        units = self.of_group(self.pair.movement).dropna(subset="total_change")[columns]
        expected = regress_change(units["base_total"], units["total"]).expected if len(units) else np.empty(0)
        return units.assign(expected=expected).sort_values("base_total", kind="stable", ignore_index=True)

    @cached_property
    def _found(self) -> Regression:
        return regress_change(self.frame["base_total"], self.frame["total"])

    @property
    def absent(self) -> str:
        """Where there is nothing to compare with."""
        if self.base is None:
            return self.say("first")
        return "" if self.frame["expected"].notna().any() else self.say("few")

    @property
    def sentences(self) -> tuple[str, ...]:
        """How changes depend on the first total, and what the ends would be expected to change by."""
        if self.absent:
            return (self.absent,)
        units, found = self.frame, self._found
        count = max(round(_EXTREME * len(units)), 1)
        told: dict[str, Any] = {"count": count}
        for end, rows in (("low", units[:count]), ("high", units[-count:])):
            for name, values in ((end, rows["total_change"]), (f"{end}_expected", rows["expected"])):
                above = values.mean() - found.mean
                told |= {name: abs(above), f"{name}_way": "高" if above >= 0 else "低"}
        first = self.say("found", units=len(units), correlation=found.correlation, slope=self._slope)
        return first, self.say("ends", **told)

    @property
    def _slope(self) -> str:
        """By how much more or less a total changes that was a point higher."""
        units, slope = self.frame, self._found.slope
        if not is_beyond_chance(correlate(units["base_total"], units["total_change"]), len(units)):
            return self.say("neither")
        return self.say("nearer" if slope < 0 else "further", size=abs(slope))

    @property
    def chart(self) -> Chart | None:
        """A dot a unit; none where there is nothing to compare with."""
        if self.absent:
            return None
        units = self.frame
        with new_figure(3.0) as (figure, (ax,)):
            draw_zero(ax)
            ends = units.iloc[[0, -1]]
            ax.plot(ends["base_total"], ends["expected"], color=INK, linewidth=1.2, linestyle=(0, (4, 2)))
            ax.annotate(self.say("line"), ends[["base_total", "expected"]].iloc[-1], xytext=(4, 0),
                        textcoords="offset points", va="center", color=MUTED)  # fmt: skip
            dots = draw_dots(ax, units[["base_total", "total_change"]].to_numpy())
            for dot, row in zip(dots, units.to_dict("records"), strict=True):
                tag(dot, row["unit_id"], self.say("alt_unit", **row))
            set_apart(ax, dots)
            ax.set(xlabel=self.say("axis"), ylabel="增减（分）")
        names = {"base_total": "上年总分", "total_change": "增减", "expected": "预计的增减"}
        data = ChartData(pick(units, names), "picture", "增减（分）", CHANGE)
        return self.draw(figure, data, slope=self._slope, units=self.say_each("alt_unit", units))
