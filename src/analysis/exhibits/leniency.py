"""How leniently does each assessor mark?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, label_rows, write_beside
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER
from analysis.methods.assessors import FEWEST, compare_assessors
from analysis.methods.uncertainty import LEVEL
from analysis.rounding import without_noise
from analysis.words import SHARE

_LEAST_WIDE = 1.0
"""Percentage points to either side that the axis has at least: less would make much of nothing."""


@dataclass(eq=False)
class Leniency(GroupExhibit, name="leniency", label="考核主体的宽严", withholds=("chart",)):
    """How each assessor of one group marks beside all others, on the same units.

    Parameters
    ----------
    draws, seed : int
        Of the resampling.
    """

    templates = {
        "nobody": "{group}：没有哪一部分由两个考核主体评同一批单位，宽严无从比较。",
        "too_few": f"{{group}}：同一部分里相比的一方不足 {FEWEST} 项指标，给不出误差，宽严不作判断。",
        "alike": "{group}：各考核主体给分的宽严，在误差之内分不出。",
        "apart": "{group}：与同一部分其他主体对同一批单位的得分率相比，{assessors}；其余的在误差之内分不出。",
        "assessor": "{name}{side} {size:tenths} 个百分点",
        "counted": "{assessors} 处分得出高低",
        "confounded": "宽严只在同一部分之内比；每项指标只由一个主体评，指标的难易与主体的宽严分不开，"
        "要分开须有一部分指标由两个主体各评一次。",
        "title": "{year} 年{group}：{finding}",
        "one": "{name}评得比其他主体{side} {size:tenths} 个百分点",
        "several": "{name}等 {assessors} 处评得比其他主体{side}",
        "none": "考核主体之间的宽严分不出高下",
        "not_judged": "指标太少，考核主体的宽严不作判断",
        "measure": f"同一部分之内相比；线为一并考虑的 {LEVEL:.0%} 区间（单位和指标都重抽；一方不足 {FEWEST} 项的不给）"
        "，不含 0 才分得出；指标的难易与主体的宽严分不开",
        "alt": "区间图。{year}年{group}各考核主体在各部分的宽严：{assessors}。",
        "alt_assessor": "{name}{gap:change_tenths}个百分点（{interval}）",
        "interval": "{gap_low:change_tenths}到{gap_high:change_tenths}",
        "no_interval": "指标太少，没有区间",
        "beside": "{gap:change_tenths}（{indicators} 项，得分率 {rate:share}）",
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
        is_judged, is_apart = rows["low"].notna(), rows["told_apart"].astype(bool)
        side = np.select([~is_judged, ~is_apart, rows["gap"] > 0], ["?", "", "高"], "低")
        marked = rows["part"].map(self.scheme.part_names).astype(str)  # texts where there are none, too
        names = rows["assessor_id"].map(self.scheme.assessors.value).astype(str) + "（" + marked + "）"
        return rows.assign(name=names, size=rows["gap"].abs(), side=side, is_judged=is_judged)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whose marking can be told from the others', and from what it cannot."""
        rows = self._compared
        told = rows[rows["told_apart"].astype(bool)]
        named = self.say("counted", assessors=len(told)) if self.withheld else self.say_each("assessor", told, "，")
        judged = "apart" if len(told) else "alike" if rows["is_judged"].any() else "too_few"
        found = self.say("nobody" if rows.empty else judged, assessors=named)
        return found, *([] if rows.empty else [self.say("confounded")])

    @property
    def chart(self) -> Chart | None:
        """A line an assessor; none where there is nobody to compare with."""
        rows = self._compared
        if rows.empty:
            return None
        positions, end = (
            np.arange(len(rows)),
            max(float(rows[["gap", "gap_low", "gap_high"]].abs().max().max()), _LEAST_WIDE),
        )
        looks = {"高": (INK, INK, "评得高"), "低": (INK, PAPER, "评得低"), "": (MUTED, PAPER, "分不出")}
        looks["?"] = (FAINT, PAPER, "指标太少，不作判断")
        with new_figure(1.0 + 0.28 * len(rows)) as (figure, (ax,)):
            ax.axvline(0, color=INK, linewidth=0.8)
            ax.hlines(positions, rows["gap_low"], rows["gap_high"], color=MUTED, linewidth=1.6)
            for side, (colour, fill, label) in looks.items():  # coloured where the interval leaves out 0
                drawn = rows["side"].eq(side)
                if drawn.any():
                    ax.plot(rows["gap"][drawn], positions[drawn], "o", markersize=7, color=colour, markerfacecolor=fill,
                            label=label)  # fmt: skip
            write_beside(ax, [self.say("beside", **row) for row in rows.to_dict("records")], end * 1.08)
            label_rows(ax, rows["name"])
            ax.set_xlim(-end * 1.05, end * 1.9)
            ax.set_xticks([tick for tick in ax.get_xticks() if abs(tick) <= end * 1.05])
            ax.set_xlabel("与其他主体对同一批单位的得分率之差（百分点）", loc="left")
            add_legend(ax, 3)
        names = {"leniency": "得分率之差", "low": "下限", "high": "上限"}
        found = [
            self.say("one" if len(apart) == 1 else "several", assessors=len(apart), **apart.loc[apart["size"].idxmax()])
            for _, apart in rows[rows["told_apart"]].groupby("side", sort=False)
        ]
        data = ChartData(pick(rows, names), "picture", "得分率之差", SHARE)
        finding = "，".join(found) or self.say("none" if rows["is_judged"].any() else "not_judged")
        intervals = [
            self.say("interval" if row["is_judged"] else "no_interval", **row) for row in rows.to_dict("records")
        ]
        alt = self.say_each("alt_assessor", rows.assign(interval=intervals))
        return self.draw(figure, data, finding=finding, assessors=alt)
