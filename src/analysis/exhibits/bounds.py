"""What does print alone prove, without any marks?"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import INK, MUTED, ROW, Chart, ChartData, grade_colours, new_figure, theme
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, make_table
from analysis.words import ASSUMPTIONS, interval, points

_UNBOUND = "可能取消评优资格"
"""Beside a unit that may be the vetoed one: print says how many there are, not who."""


class FromPrint(Exhibit):
    """Takes nothing from marks, and says so."""

    needs: ClassVar[tuple[str, ...]] = ("circular",)

    @property
    def source(self) -> str:
        """All documents so far."""
        return f"来源：{'、'.join(self.year.dataset.documents)}；只依据印本，不用任何评分"


class Conflicts(FromPrint):
    """Whether the printed figures of each group can all be true together."""

    name = "conflicts"
    label = "印出的各数能否同时成立"
    templates = {
        "conflict": "{group}：以下各条不能同时成立，去掉任何一条即可成立——{figures}。",
        "sound": "{group}：印出的平均分、增减、增长、名单次序可以同时成立。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns group, conflict (a tuple of what cannot be true together; empty where all can)."""
        conflicts = self.year.bounds.conflicts
        return pd.DataFrame({"group": list(conflicts), "conflict": [tuple(each) for each in conflicts.values()]})

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group."""
        return tuple(
            self.say("conflict" if conflict else "sound", group=self.groups[group], figures="；".join(conflict))
            for group, conflict in self.year.bounds.conflicts.items()
        )


class Intervals(FromPrint):
    """The smallest and largest total of each unit that print allows."""

    name = "intervals"
    label = "单位总分的范围"
    needs = ("group", "circular")
    templates = {
        "title": "{year} 年{group}：只凭印本，单位总分的范围宽 {low} 到 {high} 分",
        "measure": "细线：与印出的各数和名单次序相容的最低分与最高分；"
        "粗条：相容的各种得分组合中 90% 所在（假定各组合同样可能）{unbound}",
        "unbound": "；{label}的（印本未点名）不受等次线约束",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `Bounds.units` with column name."""
        units = self.year.bounds.units.merge(self.year.units[["unit_id", "name"]], on="unit_id")
        return units[units["group"].eq(self.group)].reset_index(drop=True)

    @property
    def chart(self) -> Chart | None:
        """A line a unit; none where print proves nothing."""
        own = self.frame
        if own.empty:
            return None
        figure, (ax,) = new_figure(0.8 + ROW * len(own))
        with theme():
            draw_intervals(own, ax, self.scheme.grade_names)
        width = own["high"] - own["low"]
        ends = {"low": points(width.min(), 1), "high": points(width.max(), 1)}
        unbound = self.say("unbound", label=_UNBOUND) if own["unbound"].any() else ""
        told = "；".join(
            f"{row['name']}{interval(row['low'], row['high'])}{f'（{_UNBOUND}）' if row['unbound'] else ''}"
            for row in own.to_dict("records")
        )
        names = {"low": "最低", "likely_low": "九成下限", "likely_high": "九成上限", "high": "最高"}
        return self.draw(
            figure,
            self.say("title", **ends),
            self.say("measure", unbound=unbound),
            f"区间图，{self.about}各单位总分的可能范围（分），按名单次序：{told}。",
            ChartData(own.set_index("name")[list(names)].rename(columns=names), "picture", "总分（分）"),
        )


class CommonGrowth(FromPrint):
    """The growth of the units of both years beside the printed one."""

    name = "common_growth"
    label = "两年都在的单位的增长"
    templates = {"growth": "{group}印出的增长为 {printed}；{statistic}在 {interval} 之间。"}

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `bound_statistics` about growth, with all assumptions."""
        statistics = self.year.bounds.statistics
        return statistics[statistics["ratio"].astype(bool) & statistics["without"].eq("")]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group that was compared."""
        figures = self.year.facts.printed_figures()
        is_growth = figures["measure"].eq("average_growth") & figures["of"].eq("all")
        printed = figures[is_growth].set_index("group")["value"]
        return tuple(
            self.say(
                "growth",
                group=self.groups[row.group],
                printed=printed.get(row.group, "（未印）"),
                statistic=row.statistic,
                interval=interval(row.low, row.high, ratio=True),
            )
            for row in self.frame.itertuples()
        )


class Bounds(FromPrint):
    """What print proves about group statistics, with all assumptions and with each left out."""

    name = "bounds"
    label = "只凭印本能确定的范围"

    @property
    def frame(self) -> pd.DataFrame:
        """Columns of `bound_statistics`."""
        return self.year.bounds.statistics

    @property
    def table(self) -> Table:
        """A row a statistic, a column for each assumption left out."""
        statistics = self.frame
        ends = zip(statistics["low"], statistics["high"], statistics["ratio"], strict=True)
        shown = statistics.assign(
            interval=[interval(low, high, 3, ratio=ratio) for low, high, ratio in ends],
            who=statistics["group"].map(self.scheme.group_names),
        )
        wide = shown.pivot(index=["who", "statistic"], columns="without", values="interval")
        order = pd.MultiIndex.from_frame(shown[["who", "statistic"]].drop_duplicates())
        frame = wide.reindex(index=order, columns=["", *ASSUMPTIONS]).reset_index()
        columns: list[str | Column] = ["who", Column("statistic", "统计量"), Column("", "全部推定成立", right=True)]
        columns += [Column(name, f"不用“{text}”", right=True) for name, text in ASSUMPTIONS.items()]
        return make_table(frame, columns, self.label, "不用任何评分；每列少用一条推定", head="统计量")


def draw_intervals(units: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw one group's intervals: what print allows as a line, where most compatible sets lie as a bar.

    Parameters
    ----------
    units : DataFrame with columns name, grade, position, low, high, likely_low, likely_high (points), unbound, in
        printed order
    ax : Axes
    grades : dict of grade to name, best first

    Returns
    -------
    Axes
    """
    colours = grade_colours(grades)
    rows = np.arange(len(units))
    ax.hlines(rows, units["low"], units["high"], color=MUTED, linewidth=1.2, zorder=1)
    for end in ("low", "high"):
        ax.plot(units[end], rows, "|", color=MUTED, markersize=6)
    for grade, name in grades.items():
        own = units["grade"].eq(grade).to_numpy()
        width = (units["likely_high"] - units["likely_low"])[own]
        ax.barh(rows[own], width, left=units["likely_low"][own], height=0.56, color=colours[grade], edgecolor=INK,
                linewidth=0.5, label=name, zorder=2)  # fmt: skip
    right = units["high"].max()
    for row, unit in enumerate(units.to_dict("records")):
        told = interval(unit["low"], unit["high"]) + (f"  {_UNBOUND}" if unit["unbound"] else "")
        ax.text(right + 1.5, row, told, va="center", fontsize=8.5, color=INK)
    ax.set_yticks(rows, list(units["position"].astype(str) + "  " + units["name"]))
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(units) - 0.4, -0.6)
    ax.set_xlim(max(0.0, units["low"].min() - 2), right + (right - units["low"].min()) * 0.2)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("总分（分）")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(grades), handlelength=1.1, borderaxespad=0.2)
    return ax
