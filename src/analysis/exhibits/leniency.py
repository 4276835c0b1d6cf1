"""How leniently does each assessor mark?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, label_rows, write_beside
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.theme import INK, MUTED, PAPER
from analysis.methods.assessors import FEWEST, compare_assessors
from analysis.methods.uncertainty import LEVEL
from analysis.rounding import without_noise
from analysis.words import SHARE

_LEAST_WIDE = 1.0
"""Percentage points to either side that the axis has at least: less would make much of nothing."""


@dataclass(eq=False)
class Leniency(GroupExhibit, name="leniency", label="考核主体的评分宽严", withholds=("chart",)):
    """How each assessor of one group marks beside all others, on the same units.

    Parameters
    ----------
    draws, seed : int
        Of the resampling.
    """

    templates = {
        "nobody": "{group}没有哪一部分由两个考核主体评同一批单位，评分宽严无从比较。",
        "too_few": f"{{group}}同一部分中相比的一方不足{FEWEST}项指标，无法估计误差，对评分宽严不作判断。",
        "alike": "{group}可比的{judged}处，考核主体评分宽严的差异均在误差范围内{rest}。",
        "apart": "{group}：与同一部分其他主体对同一批单位的得分率相比，{assessors}；其余在误差范围内{rest}。",
        "rest": f"；另有{{rest}}处相比的一方不足{FEWEST}项指标，不作判断",
        "assessor": "{name}{side}{size:tenths}个百分点",
        "counted": "超出误差范围的{assessors}处",
        "title": "{group}{finding}",
        "one": "{name}评分{side}于其他主体{size:tenths}个百分点",
        "several": "{name}等{assessors}处评分{side}于其他主体",
        "none": "各考核主体评分宽严的差异均在误差范围内",
        "measure": f"{{year}}年；与其他主体对同一批单位的得分率之差，线为{LEVEL:.0%}区间（各处一并考虑），"
        "不含0的超出误差范围；指标难易与主体宽严无法分开",
        "alt": "区间图。{year}年{group}各考核主体在各部分的评分宽严：{assessors}。",
        "alt_assessor": "{name}{gap:change_tenths}个百分点（{gap_low:change_tenths}到{gap_high:change_tenths}）",
        "beside": "{gap:change_tenths}（{indicators}项，得分率{rate:share}）",
    }

    draws: int = 2_500
    seed: int = 20210301

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_assessors`."""
        return compare_assessors(self.marks, self.draws, self.seed)

    @property
    def _compared(self) -> pd.DataFrame:
        """The assessors that can be compared: in percentage points, with their names and the side they are on."""
        rows = self.frame.dropna(subset=["leniency"])
        rows[["gap", "gap_low", "gap_high"]] = without_noise(rows[["leniency", "low", "high"]]) * 100
        side = np.select([~rows["told_apart"].astype(bool), rows["gap"] > 0], ["", "高"], "低")
        marked = rows["part"].map(self.scheme.part_names).astype(str)  # texts where there are none, too
        names = rows["assessor_id"].map(self.scheme.assessors.value).astype(str) + "（" + marked + "）"
        return rows.assign(name=names, size=rows["gap"].abs(), side=side)

    @property
    def _judged(self) -> pd.DataFrame:
        """Those of them of which there is an interval."""
        return self._compared.dropna(subset=["low"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whose marking can be told from the others'."""
        rows, judged = self._compared, self._judged
        told = judged[judged["side"].ne("")]
        named = self.say("counted", assessors=len(told)) if self.withheld else self.say_each("assessor", told, "，")
        found = "nobody" if rows.empty else "too_few" if judged.empty else "apart" if len(told) else "alike"
        few = len(rows) - len(judged)
        rest = self.say("rest", rest=few) if few else ""
        return (self.say(found, assessors=named, judged=len(judged), rest=rest),)

    @property
    def chart(self) -> Chart | None:
        """A line an assessor; none where nobody can be judged."""
        rows = self._judged
        if rows.empty:
            return None
        positions = np.arange(len(rows))
        end = max(float(rows[["gap", "gap_low", "gap_high"]].abs().max().max()), _LEAST_WIDE)
        looks = {"高": (INK, INK, "评分偏高"), "低": (INK, PAPER, "评分偏低"), "": (MUTED, PAPER, "误差范围内")}
        with new_figure(1.0 + 0.28 * len(rows)) as (figure, (ax,)):
            ax.axvline(0, color=INK, linewidth=0.8)
            ax.hlines(positions, rows["gap_low"], rows["gap_high"], color=MUTED, linewidth=1.6)
            for side, (colour, fill, label) in looks.items():  # dark where the interval leaves out 0
                drawn = rows["side"].eq(side)
                if drawn.any():
                    ax.plot(rows["gap"][drawn], positions[drawn], "o", markersize=7, color=colour, markerfacecolor=fill,
                            label=label)  # fmt: skip
            write_beside(ax, [self.say("beside", **row) for row in rows.to_dict("records")], end * 1.08)
            label_rows(ax, rows["name"])
            ax.set_xlim(-end * 1.05, end * 1.9)
            ax.set_xticks([tick for tick in ax.get_xticks() if abs(tick) <= end * 1.05])
            ax.set_xlabel("得分率之差（百分点）", loc="left")
            add_legend(ax, 3)
        names = {"leniency": "得分率之差", "low": "下限", "high": "上限"}
        found = [
            self.say("one" if len(apart) == 1 else "several", assessors=len(apart), **apart.loc[apart["size"].idxmax()])
            for _, apart in rows[rows["side"].ne("")].groupby("side", sort=False)
        ]
        data = ChartData(pick(rows, names), "picture", "得分率之差", SHARE)
        finding = "，".join(found) or self.say("none")
        return self.draw(figure, data, finding=finding, assessors=self.say_each("alt_assessor", rows))
