"""How would ranks and grades move if judgements or weights had come out a little differently?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit, GroupExhibit
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import INK, MUTED, ROW, SMALL, group_colours
from analysis.methods.uncertainty import LEVEL, SURE, agreement, perturb_weights, simulate_judgement, summarise_draws
from analysis.methods.weights import leave_out
from analysis.words import POINTS, SHARE, THREE, WHOLE, veto_label

_COMPARED = 1000
"""Draws that are enough for the mean agreement."""


class WhoJudges(Exhibit, name="who_judges", label="模拟的做法"):
    """Who gives the ratings, what a simulation does to them, and what it leaves alone."""

    templates = {
        "none": "这一年没有按等次评的指标：按分值评的不动，名次和等次不变。",
        "moves": "{ratings:list}是人评的。让每一项评价等次各自独立地以给定的概率上移或下移一级"
        "（已在顶端或底端的不能再移{left_alone}），重算名次和等次。",
        "left_alone": "，按分值评的不动",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns part, marking ("rating" or "score")."""
        marked = [(part, spec.marking) for part, spec in self.scheme.parts.items()]
        return pd.DataFrame(marked, columns=["part", "marking"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for all parts."""
        marking = set(self.frame["marking"])
        left_alone = self.say("left_alone") if "score" in marking else ""
        template = "moves" if "rating" in marking else "none"
        return (self.say(template, ratings=self.scheme.ratings.value, left_alone=left_alone),)


@dataclass(eq=False)
class Simulated(GroupExhibit):
    """One group's ranks over simulated totals.

    Parameters
    ----------
    draws, seed : int
    """

    templates = {
        "stability": "{group}：名次一致度（Kendall τ）平均 {agreement:three}，{moving}；{unsure}。",
        "moving": f"{{units}} 个单位名次的 {LEVEL:.0%} 范围不止一个名次",
        "steady": f"各单位名次的 {LEVEL:.0%} 范围都只有一个名次",
        "unsure": "是否{best}说不准的有 {units} 个：{names}",
        "unsure_unit": "{name}（{p_best:share}）",
        "sure": "没有哪个单位是否{best}说不准",
    }

    draws: int = 20_000
    seed: int = 20210301

    @cached_property
    def totals(self) -> np.ndarray:
        """Simulated totals, shape (draws, units)."""
        raise NotImplementedError

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `summarise_draws`."""
        return summarise_draws(self.marks, self.totals)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How stable the ranks are."""
        agreed = agreement(self.marks, self.totals[:_COMPARED]).mean()
        moving, unsure = (self.frame["rank_high"] > self.frame["rank_low"]).sum(), self.frame[self.frame["unsure"]]
        names = self.say_each("unsure_unit", unsure, "、")
        ranks = self.say("moving" if moving else "steady", units=moving)
        best = self.say("unsure" if names else "sure", units=len(unsure), names=names)
        return (self.say("stability", agreement=agreed, moving=ranks, unsure=best),)


@dataclass(eq=False)
class Judgement(Simulated, name="judgement", label="评价有出入时的名次"):
    """How far ranks move if every rating could have come out one step better or worse.

    Parameters
    ----------
    step_percent : int
        The chance of a rating to move, half of it up and half down.
    draws, seed : int
    """

    templates = {
        **Simulated.templates,
        "title": "{year} 年{group}：{order}{known}",
        "order": "{pairs} 对相邻名次中 {apart} 对分得出先后，",
        "title_unsure": "{units} 个单位是否{best}说不准",
        "title_sure": "谁{best}都说得准",
        "measure": "每项评价等次移动一级的概率 {step_percent}%，模拟 {draws} 次；"
        f"点为名次，线为 {LEVEL:.0%} 范围（两端各舍 {1 - SURE:.0%}）；"
        f"{SURE:.0%} 的模拟一致才算分得出、说得准；与段首分不出的同一底色",
        "alt": "区间图。{year}年{group}：{units}。",
        "alt_unit": "{name}第{rank_low}到{rank_high}名，{best}的可能：{chance}",
        "chance": "{best}的可能",
    }

    step_percent: int = 10

    @cached_property
    def totals(self) -> np.ndarray:
        """See `simulate_judgement`."""
        return simulate_judgement(self.marks, self.step_percent / 100, self.draws, self.seed)

    @property
    def chart(self) -> Chart:
        """A line a unit."""
        barred = self.frame["provenance"].map(veto_label)
        units = self.frame.assign(chance=barred.where(self.frame["barred"], self.frame["p_best"].map(SHARE)))
        colour, rows, last = group_colours(self.scheme.groups)[self.group], np.arange(len(units)), len(units)
        ranks, low, high = (units[name].astype(str) for name in ("rank", "rank_low", "rank_high"))
        with new_figure(0.7 + ROW * (last + 1)) as (figure, (ax,)):
            for row in rows[units["band"] % 2 == 0]:  # units that cannot be told apart share a band
                ax.axhspan(row - 0.5, row + 0.5, color="#f0f2f5", linewidth=0, zorder=0)
            ax.hlines(rows, units["rank_low"], units["rank_high"], color=colour, linewidth=3.2, alpha=0.45, zorder=1)
            ax.plot(units["rank"], rows, "o", color=colour, markersize=5, zorder=2)
            write_beside(ax, (low + "–" + high).mask(low.eq(high), ranks), last * 1.04)
            write_beside(ax, units["chance"], last * 1.18, color=np.where(units["unsure"], INK, MUTED))
            for x, head in ((1.04, "名次范围"), (1.18, self.say("chance"))):
                ax.text(last * x, -0.9, head, fontsize=SMALL, color=MUTED)
            label_rows(ax, units["name"], above=1.5)
            ax.set_xlim(0.2, last * (1.55 if units["barred"].any() else 1.3))
            ax.set_xticks(sorted({1, *range(5, last + 1, 5)} if last > 12 else range(1, last + 1)))
            ax.set_xlabel("名次", loc="left")
        pairs, unsure = last - 1, units["unsure"].sum()
        order = self.say("order", pairs=pairs, apart=units["p_ahead"].ge(SURE).sum()) if pairs else ""
        known = self.say("title_unsure" if unsure else "title_sure", units=unsure)
        names = {"rank": "名次", "rank_low": "最前", "rank_high": "最后"}
        data = ChartData(pick(units, names), "picture", "名次", WHOLE)
        alt = self.say_each("alt_unit", units)
        asked = {"step_percent": self.step_percent, "draws": self.draws}
        return self.draw(figure, data, "title", order=order, known=known, units=alt, **asked)


@dataclass(eq=False)
class Weights(Simulated, name="weights", label="换一种权重"):
    """How far ranks move with other weights, and without each part or indicator.

    Parameters
    ----------
    spread_percent : int
        By how much the points of an indicator may be more or less.
    draws, seed : int
    most : int
        Indicators to list.
    """

    templates = {
        **Simulated.templates,
        "moving_indicators": "去掉后会改变名次的指标共 {moving} 项，列出变动最大的 {shown} 项；一致度为 Kendall τ。",
        "no_moving_indicators": "去掉任何一项指标都不改变名次；一致度为 Kendall τ。",
    }

    draws: int = 5_000
    spread_percent: int = 25
    most: int = 8

    @cached_property
    def totals(self) -> np.ndarray:
        """See `perturb_weights`."""
        return perturb_weights(self.marks, self.spread_percent / 100, self.draws, self.seed)

    @property
    def table(self) -> Table:
        """What the ranking would be without each part and without the indicators that move it most."""
        left = leave_out(self.marks)
        left[["gained", "lost"]] = left[["gained", "lost"]].map("、".join).replace("", "—")
        is_indicator = left["kind"].eq("indicator")
        moving = left[is_indicator & left["max_shift"].gt(0)]
        shown = moving.nlargest(self.most, "mean_shift")
        rows = pd.concat([left[~is_indicator].assign(id=None), shown])
        columns: Columns = [
            Column("name", "去掉"), Column("id", "编号"), "points", Column("agreement", "名次一致度", THREE),
            Column("mean_shift", "平均变动（位）", POINTS), Column("max_shift", "最大变动（位）", WHOLE),
            Column("gained", f"进入{self.best}"), Column("lost", f"退出{self.best}"),
        ]  # fmt: skip
        kind = "moving_indicators" if len(moving) else "no_moving_indicators"
        note = self.say(kind, moving=len(moving), shown=len(shown))
        return self.tabulate(rows, columns, f"{self.about}：去掉一部分或一项指标", note, head="去掉")
