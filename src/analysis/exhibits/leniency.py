"""How leniently does each assessor mark?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import FALL, INK, MUTED, PAPER, RISE
from analysis.methods.assessors import FEWEST, compare_assessors
from analysis.methods.uncertainty import LEVEL
from analysis.words import SHARE, change, percent, points


@dataclass(eq=False)
class Leniency(Exhibit):
    """How each assessor of one group marks beside all others, on the same units.

    Parameters
    ----------
    draws, seed : int
        Of the resampling.
    """

    name = "leniency"
    label = "考核主体的宽严"
    needs = ("group", "marks")
    templates = {
        "nobody": "{group}：没有两个考核主体评同一批单位，宽严无从比较。",
        "alike": "{group}：各考核主体给分的宽严，在误差之内分不出。",
        "apart": "{group}：与其他主体对同一批单位的得分率相比，{assessors}；其余主体在误差之内分不出。",
        "title": "{year} 年{group}：{finding}",
        "side": "{assessor}评得比其他主体{side}{gap}",
        "title_alike": "考核主体之间的宽严分不出高下",
        "measure": "线为各主体一并考虑的 {level} 区间（单位和指标都重抽；不足 {fewest} 项的不给），不含 0 才分得出；"
        "指标有难有易，评得高不等于评得松",
    }

    draws: int = 2_500
    seed: int = 20210301

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_assessors`."""
        return compare_assessors(self.year.marks(self.group), self.draws, self.seed)

    @property
    def _named(self) -> pd.DataFrame:
        known = self.frame.dropna(subset=["leniency"])
        return known.assign(name=known["assessor_id"].map(self.scheme.assessors.value))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whose marking can be told from the others'."""
        apart = self._named[self._named["told_apart"]]
        told = "，".join(
            f"{row['name']}{'高' if row['leniency'] > 0 else '低'} {points(abs(row['leniency']) * 100, 1)} 个百分点"
            for row in apart.to_dict("records")
        )
        kind = "nobody" if self._named.empty else "apart" if told else "alike"
        return (self.say(kind, assessors=told),)

    @property
    def chart(self) -> Chart | None:
        """A line an assessor; none where there is nobody to compare with."""
        named = self._named
        if named.empty:
            return None
        with new_figure(1.0 + 0.28 * len(named)) as (figure, (ax,)):
            draw_leniency(named, ax)
        told = "；".join(
            f"{row['name']}{change(row['leniency'] * 100, 1)}个百分点"
            f"（{change(row['low'] * 100, 1)}到{change(row['high'] * 100, 1)}）"
            for row in named.to_dict("records")
        )
        names = {"leniency": "得分率之差", "low": "下限", "high": "上限"}
        return self.finish(
            figure,
            self.say("title", finding=self._find(named)),
            self.say("measure", level=percent(LEVEL, 0), fewest=FEWEST),
            f"区间图。{self.year.year}年{self.group_name}各考核主体的宽严：{told}。",
            ChartData(named.set_index("name")[list(names)].rename(columns=names), "picture", "得分率之差", SHARE),
        )

    def _find(self, named: pd.DataFrame) -> str:
        """Name who is furthest from the others on either side, and how many there are."""
        apart = named[named["told_apart"]]
        told = []
        for side, own in (("高", apart[apart["leniency"] > 0]), ("低", apart[apart["leniency"] < 0])):
            if len(own):
                furthest = own.loc[own["leniency"].abs().idxmax()]
                who = furthest["name"] + (f"等 {len(own)} 个主体" if len(own) > 1 else "")
                gap = f" {points(abs(furthest['leniency']) * 100, 1)} 个百分点" if len(own) == 1 else ""
                told.append(self.say("side", assessor=who, side=side, gap=gap))
        return "，".join(told) or self.templates["title_alike"]


def draw_leniency(assessors: pd.DataFrame, ax: Axes) -> Axes:
    """Draw how much more leniently each assessor marks than the others; coloured where its interval leaves out 0.

    Parameters
    ----------
    assessors : DataFrame of `compare_assessors` with column name
    ax : Axes

    Returns
    -------
    Axes
    """
    rows = np.arange(len(assessors))
    values = assessors["leniency"].to_numpy() * 100
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.hlines(rows, assessors["low"] * 100, assessors["high"] * 100, color=MUTED, linewidth=1.6)
    apart = assessors["told_apart"].to_numpy(bool)
    for own, colour, fill, label in (
        (apart & (values > 0), RISE, RISE, "评得高"),
        (apart & (values < 0), FALL, FALL, "评得低"),
        (~apart, MUTED, PAPER, "分不出"),
    ):
        if own.any():
            ax.plot(values[own], rows[own], "o", markersize=7, color=colour, markerfacecolor=fill, label=label)
    ends = np.nanmax([np.abs(values).max(), assessors["high"].max() * 100, -assessors["low"].min() * 100]) or 1.0
    for row, unit in enumerate(assessors.to_dict("records")):
        told = f"{change(unit['leniency'] * 100, 1)}（{unit['indicators']} 项，得分率 {percent(unit['rate'], 1)}）"
        ax.text(ends * 1.08, row, told, va="center", fontsize=8.5)
    label_rows(ax, assessors["name"])
    ax.set_xlim(-ends * 1.05, ends * 1.9)
    ax.set_xticks([tick for tick in ax.get_xticks() if abs(tick) <= ends * 1.05])
    ax.set_xlabel("与其他主体对同一批单位的得分率之差（百分点）", loc="left")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handlelength=1.1, borderaxespad=0.2)
    return ax
