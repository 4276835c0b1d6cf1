"""How far is each unit from the best grade?"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import FAINT, INK, ROW, grade_colours, group_colours
from analysis.words import CHANGE, POINTS, WHOLE, points, veto_label


class Margins(Exhibit):
    """The distance of one group's units to the line of the best grade, and the marks that would make the difference."""

    name = "margins"
    label = "离最好的等次有多远"
    needs = ("group", "marks")
    templates = {
        "closest": "{group}：{closest}。",
        "last_in": "{best}单位中余量最小的是{name}（{points} 分），{risk}",
        "risk": "单项降级（{start}→{end}）扣 {loss} 分就会失去",
        "no_risk": "任何单项降级都不会失去",
        "first_out": "未入围单位中差得最少的是{name}（{points} 分），{mend}",
        "mend": "至少要把 {marks} 项提到最好",
        "no_mend": "只靠评分到不了",
        "none": "没有{best}线可比",
        "near": "{units} 个单位离{best}线不到 1 分",
        "nearest": "离{best}线最近的{units}",
        "measure": "入围线是其他单位得分不变时，本单位评为{best}所需的总分；右侧是精确结果，不是估计",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_margins`."""
        return self.year.margins(self.group)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who is closest to the line on either side."""
        finite = self.frame[self.frame["margin"].abs().lt(math.inf)]
        told = []
        if len(ins := finite[finite["best"]]):
            last = ins.loc[ins["margin"].idxmin()]
            risk = self.templates["no_risk"]
            if pd.notna(last["downgrade_id"]):
                loss = points(last["downgrade_loss"])
                risk = self.say("risk", start=last["downgrade_from"], end=last["downgrade_to"], loss=loss)
            told.append(self.say("last_in", name=last["name"], points=points(last["margin"]), risk=risk))
        if len(outs := finite[~finite["best"]]):
            first = outs.loc[outs["margin"].idxmax()]
            mend = self.say("mend" if first["raised"] > 0 else "no_mend", marks=f"{first['raised']:.0f}")
            told.append(self.say("first_out", name=first["name"], points=points(-first["margin"]), mend=mend))
        closest = "；".join(told) or self.say("none")
        return (self.say("closest", closest=closest),)

    @property
    def table(self) -> Table:
        """A row a unit, in rank order."""
        margins, names = self.frame, self.year.marks(self.group).indicators.set_index("indicator_id")["name"]
        lost = {
            row["unit_id"]: f"{names[row['downgrade_id']]}：{row['downgrade_from']}→{row['downgrade_to']}"
            f"，扣 {points(row['downgrade_loss'])}"
            for row in margins[margins["downgrade_id"].notna()].to_dict("records")
        }
        frame = margins.assign(
            grade=margins["grade"].map(self.scheme.grade_names),
            margin=margins["margin"].replace([np.inf, -np.inf], np.nan),
            downgrade=margins["unit_id"].map(lost),
        )
        columns: Columns = [
            "rank", "name", "total", "grade", Column("margin", f"距{self.best}线", CHANGE),
            Column("above", "距前一名", POINTS), Column("below", "领先后一名", POINTS),
            Column("raised", "至少提升（项）", WHOLE), Column("one_step", "降一级即失去（项）", WHOLE),
            Column("downgrade", "失去所需的最小单项降级"),
        ]  # fmt: skip
        caption = f"{self.about}：离{self.best}有多远（分）"
        return make_table(frame, columns, caption, self.note)

    @property
    def chart(self) -> Chart:
        """A dot a unit."""
        margins = self.frame
        with new_figure(0.8 + ROW * len(margins)) as (figure, (ax,)):
            draw_margins(margins, ax, self.scheme.grade_names)
        told = "；".join(f"{row['name']}{describe_margin(row)}" for row in margins.to_dict("records"))
        shown = margins.set_index("name")[["margin"]].replace([np.inf, -np.inf], np.nan)
        series = f"离{self.best}线"
        return self.finish(
            figure,
            f"{self.about}：{self._find()}",
            self.say("measure"),
            f"点图。{self.year.year}年{self.group_name}各单位离{self.best}线的分差：{told}。",
            ChartData(
                shown.set_axis([series], axis=1),
                "bars",
                "比入围线高或低（分）",
                colours={series: group_colours(self.scheme.groups)[self.group]},
            ),
        )

    def _find(self) -> str:
        """Say how many units are near the line, or which is nearest."""
        margins = self.frame
        distance = margins["margin"].abs().replace(np.inf, np.nan)
        near = int((distance < 1).sum())
        if near or not distance.notna().any():
            return self.say("near", units=near)
        least = points(distance.min())
        nearest = margins[distance.map(points).eq(least)]
        sides = ((nearest[nearest["best"]], "高出"), (nearest[~nearest["best"]], "差"))
        ends = [f"{'、'.join(own['name'])}{side} {least} 分" for own, side in sides if len(own)]
        return self.say("nearest", units="，".join(ends))


def describe_margin(unit: dict[Any, Any]) -> str:
    """Say in a few words how far one unit is from the line.

    Parameters
    ----------
    unit : dict
        A row of `find_margins`.

    Returns
    -------
    str
    """
    if unit["barred"]:
        return veto_label(unit["provenance"])
    if np.isinf(unit["margin"]):
        return "任何得分都入围" if unit["best"] else "没有名额"
    if unit["best"]:
        risk = f"，有 {unit['one_step']:.0f} 项，降一级即失去" if unit["one_step"] else ""
        return f"余 {points(unit['margin'])} 分{risk}"
    mend = f"，至少 {unit['raised']:.0f} 项提到最好" if unit["raised"] > 0 else "，靠评分到不了"
    short = f"差 {points(-unit['margin'])} 分" if unit["margin"] else "与线同分，须超过"
    return short + mend


def draw_margins(margins: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw how far each unit is above or below its line.

    Parameters
    ----------
    margins : DataFrame of `find_margins`
    ax : Axes
    grades : dict of grade to name, best first

    Returns
    -------
    Axes
    """
    colours = grade_colours(grades)
    rows = np.arange(len(margins))
    shown = margins["margin"].replace([np.inf, -np.inf], np.nan)
    ax.hlines(rows, 0, shown.fillna(0), color=FAINT, linewidth=3, zorder=1)
    for place, grade in enumerate(grades):
        own = margins["grade"].eq(grade).to_numpy()
        if not own.any():
            continue
        ax.plot(shown[own], rows[own], "osD^"[place % 4], color=colours[grade], markeredgecolor=INK, markersize=6,
                markeredgewidth=0.6, linestyle="", label=grades[grade])  # fmt: skip
    ax.axvline(0, color=INK, linewidth=0.8)
    low, high = np.nanmin([shown.min(), 0.0]), np.nanmax([shown.max(), 0.0])
    room = max(high - low, 1.0)
    for row, unit in enumerate(margins.to_dict("records")):
        ax.text(high + 0.04 * room, row, describe_margin(unit), va="center", fontsize=8.5)
    label_rows(ax, [f"{rank}  {name}" for rank, name in zip(margins["rank"], margins["name"], strict=True)])
    ax.set_xlim(low - 0.04 * room, high + 0.5 * room)
    ax.set_xticks([tick for tick in ax.get_xticks() if low - 0.04 * room <= tick <= high + 0.03 * room])
    ax.set_xlabel("比入围线高或低（分）", loc="left")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(grades), handlelength=1.1, borderaxespad=0.2)
    return ax
