"""What totals does print alone allow each unit, and which are likelier?"""

from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.bounds import FromPrint
from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.live import tag
from analysis.exhibits.theme import PAPER, ROW, grade_colours
from analysis.words import ASSUMPTIONS, POINTS, interval

_LEAST_WIDE = 10.0
"""Points that the axis spans at least, with room for what is written beside."""
_UNBOUND = {
    "vetoed": "可能取消评优资格",
    "required": "可能不符合更高等次的条件",
    "either": "可能取消评优资格或不符合更高等次的条件",
}
"""Beside a unit that may have been passed over: print says how many are vetoed, not who, nor who lacks what."""


class Intervals(FromPrint, name="intervals", label="各单位总分的范围", needs=("group", "circular")):
    """The smallest and largest total of each unit that print allows."""

    templates = {
        "title": "{year}年{group}：仅依据通报，单位总分的范围宽{narrowest:tenths}至{widest:tenths}分",
        "alike": "{year}年{group}：仅依据通报，单位总分的范围均宽{narrowest:points}分",
        "alone": "{year}年{group}：仅依据通报，{name}的总分在{interval}分之间",
        "measure": "总分（分）：条形为与通报相容的最低分至最高分，条内浅线为其中九成所在（仅供参考）{unbound}；"
        "行首数字为名单次序，不是按总分排列的名次",
        "open": "；没有条形的，依据通报不能确定",
        "printed": "{group}：各单位总分均已公布，没有可以推算的范围。",
        "undetermined": "{group}：通报所载数据（如平均分、加分上限）不足，各单位总分的范围不能确定。",
        "unbound": "；{reason}的单位（通报未点名）不受等次线约束，按总分的名次可能高于名单次序",
        "required": "{grades:list}另有总分以外的条件，其等次线不用于约束其后单位的总分。",
        "alt": "区间图，{year}年{group}各单位总分的可能范围（分），按名单次序：{units}。",
        "alt_unit": "{name}{interval}{barred}",
        "told": "{name}：总分在{interval}分之间，名单第{position}位{barred}",
        "proven": "{group}：总分的范围以{assumptions:list}为前提。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `Bounds.units` with column name."""
        return self.of_group(self.year.bounds.units.merge(self.year.units[["unit_id", "name"]], on="unit_id"))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the ranges rest on; none where print proves nothing."""
        if self.frame.empty:
            return ()
        if not self._is_drawn:
            return (self.say("printed" if self._is_printed else "undetermined"),)
        assumptions = self.year.bounds.assumptions
        proven = self.say("proven", assumptions=[f"“{ASSUMPTIONS[each]}”" for each in assumptions])
        if "cut" in assumptions and (required := self.scheme.conditional_grades.values()):
            proven += self.say("required", grades=required)
        return (proven,)

    @property
    def _is_printed(self) -> bool:
        """Whether the total of every unit is printed: its range is that of its last digit."""
        table = self.year.facts.table
        return table is not None and all((name, "total") in table.cells for name in self.frame["name"])

    @property
    def _is_closed(self) -> pd.Series:
        """Whether print bounds the total of a unit on both sides."""
        return np.isfinite(self.frame[["low", "high"]].astype(float)).all(axis=1)

    @property
    def _is_drawn(self) -> bool:
        """Whether there is a range to draw."""
        return not self._is_printed and bool(self._is_closed.any())

    @property
    def _reason(self) -> str:
        """Say why a unit may be below a line for another reason than its total."""
        required, veto = self.scheme.conditional_grades, self.scheme.veto
        return _UNBOUND["vetoed" if not required else "either" if veto else "required"]

    @property
    def chart(self) -> Chart | None:
        """A bar a unit; none where print proves nothing."""
        if not self._is_drawn:
            return None
        units = self.frame.assign(interval=list(map(interval, self.frame["low"], self.frame["high"])))
        units["barred"] = np.where(units["unbound"], f"（{self._reason}）", "")
        closed = units[self._is_closed]
        left, right = closed["low"].min(), closed["high"].max()
        with new_figure(0.8 + ROW * len(units)) as (figure, (ax,)):
            self._draw_bars(ax, units)
            ax.hlines(np.arange(len(units)), units["likely_low"], units["likely_high"], color=PAPER, linewidth=1.6)
            write_beside(ax, units["interval"] + np.where(units["unbound"], f"  {self._reason}", ""), right + 1.5)
            label_rows(ax, units["position"].astype(str) + "  " + units["name"], units=list(units["unit_id"]))
            ax.set_xlim(max(0.0, left - 2), right + max(right - left, _LEAST_WIDE) * 0.2)
            ax.set_xlabel("总分（分）")
            add_legend(ax, len(self.scheme.grade_names))
        names = {"low": "最低", "high": "最高", "likely_low": "九成下限", "likely_high": "九成上限"}
        data = ChartData(pick(units, names), "picture", "总分（分）")
        width = closed["high"] - closed["low"]
        unbound = self.say("unbound", reason=self._reason) if units["unbound"].any() else ""
        unbound += self.say("open") if len(closed) < len(units) else ""
        title = "alone" if len(units) == 1 else "alike" if POINTS(width.min()) == POINTS(width.max()) else "title"
        told = units[["name", "interval"]].iloc[0].to_dict() | {"units": self.say_each("alt_unit", units)}
        return self.draw(figure, data, title, narrowest=width.min(), widest=width.max(), unbound=unbound, **told)

    def _draw_bars(self, ax: Axes, units: pd.DataFrame) -> None:
        """Draw the bars of every grade that somebody has: a legend would explain a colour that nobody has."""
        told = [self.say("told", **unit) for unit in units.to_dict("records")]
        rows = units.assign(row=np.arange(len(units)), told=told)[self._is_closed]
        for grade, colour in grade_colours(self.scheme.grade_names).items():
            own = rows[rows["grade"].eq(grade)]
            if len(own):
                width, name = own["high"] - own["low"], self.scheme.grade_names[grade]
                bars = ax.barh(own["row"], width, left=own["low"], height=0.5, color=colour, label=name)
                for bar, unit, says in zip(bars, own["unit_id"], own["told"], strict=True):
                    tag(bar, unit, says)


class Sampling(Intervals, name="sampling", label="九成所在的抽取"):
    """How the middle of the totals that print allows was found, or why it was not."""

    templates = {
        "likely": "{group}：条内浅线系抽取{draws}组与通报相容的总分所得，各组视为同样可能"
        "（收敛指标R-hat不超过{rhat:three}，有效样本不少于{size:whole}组）；相容的组合很少使一个单位取到两端，"
        "浅线因此较短，实际总分可以在浅线以外。",
        "unsettled": "{group}：抽取{draws}组总分后仍未收敛（R-hat最大{rhat:three}，有效样本最少{size:whole}组），"
        "未画出九成所在。",
        "ranked_rounded": "{group}：名次按舍入后的总分排列，没有抽样，未画出九成所在。",
        "unsampled": "{group}：有的总分不能确定或者只有一个值，不能抽样，未画出九成所在。",
    }

    chart = Exhibit.chart

    @property
    def sentences(self) -> tuple[str, ...]:
        """One; none where no range is drawn."""
        if self.frame.empty or not self._is_drawn:
            return ()
        sample = self.year.bounds.samples[self.group]
        if sample is None:
            recent = list(self.year.dataset.years.values())[-2:]  # what a sample is drawn from
            is_rounded = any(facts.scheme.ranked_decimals is not None for facts in recent)
            return (self.say("ranked_rounded" if is_rounded else "unsampled"),)
        told = {"draws": len(sample.totals), "rhat": sample.rhat, "size": sample.size}
        return (self.say("likely" if sample.settled else "unsettled", **told),)
