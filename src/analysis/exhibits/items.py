"""Does each indicator tell units apart, and do several tell the same?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import measure_name, set_apart, write_name
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.prose import Finding
from analysis.exhibits.quality import Quality, draw_dots, draw_zero, gather_alike, name_alike, write_range
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import INK, MUTED, PAPER, SMALL
from analysis.methods.correlation import FEWEST
from analysis.methods.items import ALIKE, OFF, analyse_items, find_duplicates
from analysis.texts import name_first, name_some
from analysis.words import POINTS, SHARE, WHOLE

_LABELLED = 3
"""Indicators below 0 whose names stand in the chart."""
_APART = 0.07
"""What share of the height a name takes."""
_AWAY, _WIDE = 7, 560
"""Points from a dot to its name, and of the width of the drawing."""


@dataclass(eq=False)
class Items(
    Quality, GroupExhibit, name="discrimination", label="指标的难度与区分度", withholds=("sentences", "chart", "table")
):
    """How hard each indicator of one group is, and whether it tells units apart as the others do.

    Parameters
    ----------
    most : int or None
        Rows of the table; None for all.
    """

    templates = {
        "none": "{group}没有逐项评分的指标。",
        "found": "{group}{items}项指标{dead}{below}。",
        "dead": "中{count}项无区分（{names}），各单位的评价均相同",
        "no_dead": "均有区分",
        "below": "；{count}项区分度为负（{names}），{beyond}",
        "beyond": "其中{count}项超出偶然范围，建议复核",
        "by_chance": "没有超出偶然范围",
        "title_beyond": "{count}项超出偶然范围",
        "no_below": "；区分度均不低于0",
        "few": f"；承担单位不足{FEWEST}个，不计算区分度",
        "finding": "{group}{items}项指标{dead}，{below}",
        "title": "{year}年{finding}",
        "title_dead": "中{count}项无区分",
        "title_below": "{count}项区分度为负（{beyond}）",
        "title_no_below": "区分度均不低于0",
        "measure": "每点一项指标，重叠的左右错开；区分度为该项与其余各项得分率的相关系数，−1至1，"
        "为正的是其余各项高的单位该项也高",
        "axis": "平均得分率（难度：越高越容易）",
        "strip": "无区分",
        "pile": "{count}项",
        "alt": "散点图。{year}年{group}各项指标的平均得分率和区分度：{indicators}。",
        "alt_indicator": "{name}平均得分率{difficulty:share}，{told}",
        "alt_known": "区分度{discrimination:points}",
        "dead_best": "无区分（均为最高档）",
        "dead_same": "无区分（评价均相同）",
        "against": "区分度为负，超出偶然范围",
        "negative": "区分度为负",
        "uncounted": f"承担单位不足{FEWEST}个或其余各项没有差异，不计算区分度",
        "caption": "各项指标的难度与区分度",
        "caption_most": "区分度最低的指标（无区分的在内）",
        "rest": "另有{count}项，区分度更高或不计算区分度，没有列出；",
        "note": "平均得分率越高，指标越容易；承担单位少的，区分度不准；",
    }

    most: int | None = 12

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `analyse_items` and told (what is to be said of it, "" for nothing); what wants a look first."""
        items = analyse_items(self.marks)
        below, known = items["discrimination"] < 0, items["discrimination"].notna()
        kinds = {"against": items["against"], "negative": below, "dead_best": items["best"], "dead_same": items["dead"],
                 "uncounted": ~known}  # fmt: skip
        told = np.select(list(kinds.values()), [self.templates[kind] for kind in kinds], "")
        order = np.lexsort([items["discrimination"], np.select([below, items["dead"], known], [0, 1, 2], 3)])
        return items.assign(told=told).iloc[order].reset_index(drop=True)

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def _dead(self) -> pd.DataFrame:
        return self.frame[self.frame["dead"]]

    @property
    def _below(self) -> pd.DataFrame:
        return self.frame[self.frame["discrimination"] < 0]

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many indicators tell nobody apart, and how many work against the rest, and which."""
        if self.absent:
            return (self.absent,)
        dead, below, beyond = self._dead, self._below, self.frame["against"].sum()
        against = self.say("beyond", count=beyond) if beyond else self.say("by_chance")
        told = {
            kind: self.say(kind, count=len(rows), names=name_first(rows["name"].to_list()), beyond=against)
            if len(rows)
            else self.say(f"no_{kind}")
            for kind, rows in (("dead", dead), ("below", below))
        }
        if not self.frame["discrimination"].notna().any():
            told["below"] = "" if len(dead) == len(self.frame) else self.say("few")
        return (self.say("found", items=len(self.frame), **told),)

    @property
    def finding(self) -> Finding:
        """How many indicators tell nobody apart, and how many work against the rest."""
        if self.withheld or not self.frame["discrimination"].notna().any():
            return super().finding
        dead, below, against = len(self._dead), len(self._below), self.frame["against"].sum()
        beyond = self.say("title_beyond" if against else "by_chance", count=against)
        return Finding(
            self.say(
                "finding",
                items=len(self.frame),
                dead=self.say("title_dead", count=dead) if dead else self.say("no_dead"),
                below=self.say("title_below", count=below, beyond=beyond) if below else self.say("title_no_below"),
            )
        )

    @property
    def table(self) -> Table:
        """A row an indicator, what wants a look first."""
        rows = self.frame[: self.most]
        left = len(self.frame) - len(rows)
        told = [Column("told", "说明")] if rows["told"].ne("").any() else []
        return self.tabulate(rows, [
            Column("name", "指标"), Column("assessor_id", "考核主体"), "points",
            Column("units", "承担单位", WHOLE), Column("difficulty", "平均得分率", SHARE),
            Column("discrimination", "区分度", POINTS), *told,
        ], f"{self.about}：{self.say('caption_most' if left else 'caption')}",
            (self.say("rest", count=left) if left else "") + self.say("note"))  # fmt: skip

    @property
    def chart(self) -> Chart | None:
        """A dot an indicator, those that tell nobody apart under the others; none where nothing could be told."""
        known, dead = self.frame.dropna(subset="discrimination"), self._dead
        if known.empty:
            return None
        with new_figure(4.6 if len(dead) else 3.8, rows=2 if len(dead) else 1, sharex=True,
                        height_ratios=[6, 1] if len(dead) else [1]) as (figure, axes):  # fmt: skip
            top = axes[0]
            draw_zero(top)
            places, below = known[["difficulty", "discrimination"]].to_numpy(), known["discrimination"].lt(0)
            dots = draw_dots(top, places[~below], color=MUTED) + draw_dots(top, places[below], color=INK)
            top.set_ylabel("区分度")
            top.margins(y=0.08)
            if len(dead):
                self._draw_dead(axes[1], dead)
            axes[-1].set_xlabel(self.say("axis"))
            axes[-1].xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
            axes[-1].xaxis.set_major_formatter(_write_rate)
            set_apart(top, dots)
            _name_below(top, known)
        names = {"difficulty": "平均得分率", "discrimination": "区分度"}
        shown = pd.concat([known, dead])
        shown["told"] = [
            row["told"] if row["dead"] else self.say("alt_known", **row) for row in shown.to_dict("records")
        ]
        return self.draw(
            figure,
            ChartData(pick(shown, names), "picture", "区分度", POINTS),
            finding=self.finding,
            indicators=self.say_each("alt_indicator", shown),
        )

    def _draw_dead(self, ax: Axes, dead: pd.DataFrame) -> None:
        """Draw the indicators that tell nobody apart in a strip of their own, in a pile where they are equally hard."""
        for difficulty, pile in dead.groupby("difficulty"):
            heights = np.linspace(-1, 1, len(pile)) if len(pile) > 1 else [0.0]
            draw_dots(ax, [(difficulty, height) for height in heights], color=PAPER, markeredgecolor=INK)
            ax.annotate(self.say("pile", count=len(pile)), (difficulty, 0), xytext=(-8, 0), textcoords="offset points",
                        ha="right", va="center", fontsize=SMALL)  # fmt: skip
        ax.set_ylim(-1.8, 1.8)
        ax.set_yticks([0], [self.say("strip")])
        ax.tick_params(axis="y", length=0, labelcolor=INK)


def _write_rate(rate: float, _: float) -> str:
    return f"{100 * rate:g}%"


def _name_below(ax: Axes, known: pd.DataFrame) -> None:
    """Name the first indicators below 0, each on a side where its name covers neither a dot nor another name."""
    (left, right), height = ax.get_xlim(), np.ptp(ax.get_ylim())
    taken = known[["difficulty", "discrimination"]].to_numpy()
    for row in known[known["discrimination"] < 0][:_LABELLED].itertuples():
        x, y = row.difficulty, row.discrimination
        wide = (measure_name(row.name) + 2 * _AWAY) * (right - left) / _WIDE
        beside = taken[np.abs(taken[:, 1] - y) < _APART * height, 0] - x
        for side in (1, -1):
            covers = (side * beside > 0) & (side * beside < wide)
            if left < x + side * wide < right and not covers.any():
                write_name(ax, row.name, (x, y), side * _AWAY)
                taken = np.r_[taken, np.c_[np.linspace(x, x + side * wide, 9), np.full(9, y)]]
                break


class Duplicates(Quality, GroupExhibit, name="duplicates", label="评价重复的指标", withholds=("sentences", "table")):
    """Which indicators of one group tell the same as another."""

    templates = {
        "none": "{group}没有评价重复的指标。",
        "found": "{group}评价重复的指标{count}组，如“{name}”与{others}（{how}）；"
        "所评是否同一件事、有无照搬评价，建议复核。",
        "same": "{units}个单位的得分率完全相同",
        "near": "相关系数{correlation:points}",
        "all_same": "得分率完全相同",
        "caption": "评价重复的指标",
        "note": f"两项均承担的单位中，得分率完全相同或相关系数不低于{ALIKE}的；"
        f"评价与多数不同的单位不足{OFF}个的不列，偶然相同的可能大；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_duplicates`."""
        return find_duplicates(self.marks)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many groups of indicators there are that tell the same, and the first."""
        if self.frame.empty:
            return (self.say("none"),)
        first = self._groups[0]
        told = first.iloc[0].to_dict() | {"units": write_range(first["units"])}
        others = name_some([f"“{name}”" for name in name_alike(first)[1:]])
        how = self.say("same" if told["same"] else "near", **told)
        return (self.say("found", count=len(self._groups), how=how, others=others, **told),)

    @cached_property
    def _groups(self) -> list[pd.DataFrame]:
        """Those that tell just the same, together; those that nearly do, in pairs."""
        same = self.frame["same"].astype(bool)
        near = self.frame[~same]
        return [
            *gather_alike(self.frame[same], ("indicator_id", "other_id")),
            *(near[place : place + 1] for place in range(len(near))),
        ]

    @property
    def table(self) -> Table | None:
        """A row a group."""
        if self.frame.empty:
            return None
        rows = [
            group.iloc[0].to_dict()
            | {"other_name": "、".join(name_alike(group)[1:]), "units": write_range(group["units"])}
            for group in self._groups
        ]
        table = pd.DataFrame(rows)
        how = table["same"].map({True: self.say("all_same"), False: ""})
        return self.tabulate(table.assign(how=how), [
            Column("name", "指标"), Column("other_name", "重复的指标"), Column("units", "均承担的单位", right=True),
            Column("correlation", "相关系数", POINTS), Column("how", "说明"),
        ], f"{self.about}：{self.say('caption')}", self.say("note"))  # fmt: skip
