"""How would ranks and grades move if judgements or weights had come out a little differently?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import INK, MUTED, ROW, group_colours
from analysis.methods.uncertainty import LEVEL, SURE, agreement, perturb_weights, simulate_judgement, summarise_draws
from analysis.methods.weights import leave_out
from analysis.words import POINTS, THREE, WHOLE, percent, points, veto_label

_COMPARED = 1000
"""Draws that are enough for the mean agreement."""


class WhoJudges(Exhibit):
    """Who gives the ratings, what a simulation does to them, and what it leaves alone."""

    name = "who_judges"
    label = "模拟的做法"
    templates = {
        "none": "这一年没有按等次评的指标：按分值评的不动，名次和等次不变。",
        "moves": "{ratings}是人评的。让每一项评价等次各自独立地以给定的概率上移或下移一级"
        "（已在顶端或底端的不能再移{left_alone}），重算名次和等次。",
        "left_alone": "，按分值评的不动",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns part, marking ("rating" or "score")."""
        parts = self.scheme.parts
        return pd.DataFrame({"part": list(parts), "marking": [part.marking for part in parts.values()]})

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for all parts."""
        marking = set(self.frame["marking"])
        if "rating" not in marking:
            return (self.templates["none"],)
        left_alone = self.templates["left_alone"] if "score" in marking else ""
        return (self.say("moves", ratings="、".join(self.scheme.ratings.value), left_alone=left_alone),)


@dataclass(eq=False)
class Simulated(Exhibit):
    """One group's ranks over simulated totals.

    Parameters
    ----------
    draws, seed : int
    """

    needs = ("group", "marks")
    templates = {
        "stability": "{group}：名次一致度（Kendall τ）平均 {agreement}，{moving}；{unsure}。",
        "moving": "{units} 个单位名次的 {level} 范围不止一个名次",
        "steady": "各单位名次的 {level} 范围都只有一个名次",
        "unsure": "是否{best}说不准的有 {units} 个：{names}",
        "sure": "没有哪个单位是否{best}说不准",
    }

    draws: int = 20_000
    seed: int = 20210301

    @property
    def totals(self) -> np.ndarray:
        """Simulated totals, shape (draws, units)."""
        raise NotImplementedError

    @cached_property
    def _totals(self) -> np.ndarray:
        return self.totals

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `summarise_draws`."""
        return summarise_draws(self.year.marks(self.group), self._totals)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How stable the ranks are."""
        ranks, level = self.frame, percent(LEVEL, 0)
        agreed = agreement(self.year.marks(self.group), self._totals[:_COMPARED]).mean()
        moving, unsure = int((ranks["rank_high"] > ranks["rank_low"]).sum()), ranks[ranks["unsure"]]
        names = "、".join(f"{row['name']}（{percent(row['p_best'], 1)}）" for row in unsure.to_dict("records"))
        return (
            self.say(
                "stability",
                agreement=points(agreed, 3),
                moving=self.say("moving" if moving else "steady", units=moving, level=level),
                unsure=self.say("unsure" if len(unsure) else "sure", units=len(unsure), names=names),
            ),
        )


@dataclass(eq=False)
class Judgement(Simulated):
    """How far ranks move if every rating could have come out one step better or worse.

    Parameters
    ----------
    step_percent : int
        The chance of a rating to move, half of it up and half down.
    draws, seed : int
    """

    name = "judgement"
    label = "评价有出入时的名次"
    templates = {
        **Simulated.templates,
        "noise": "每项评价等次移动一级的概率 {step_percent}%，模拟 {draws} 次",
        "title": "{year} 年{group}：{order}{sure}",
        "order": "{pairs} 对相邻名次中 {apart} 对分得出先后，",
        "title_unsure": "{units} 个单位是否{best}说不准",
        "title_sure": "谁{best}都说得准",
        "measure": "{noise}；点为名次，线为 {level} 范围（两端各舍 {tail}）；"
        "{sure} 的模拟一致才算分得出、说得准；与段首分不出的同一底色",
    }

    step_percent: int = 10

    @property
    def totals(self) -> np.ndarray:
        """See `simulate_judgement`."""
        return simulate_judgement(self.year.marks(self.group), self.step_percent / 100, self.draws, self.seed)

    @property
    def chart(self) -> Chart:
        """A line a unit."""
        ranks, best = self.frame, self.best
        with new_figure(0.7 + ROW * (len(ranks) + 1)) as (figure, (ax,)):
            draw_ranks(ranks, ax, group_colours(self.scheme.groups)[self.group])
            ax.text(len(ranks) * 1.18, -0.9, f"{best}的可能", fontsize=8.5, color=MUTED)
        pairs, apart = len(ranks) - 1, int(ranks["p_ahead"].ge(SURE).sum())
        unsure = int(ranks["unsure"].sum())
        told = "；".join(
            f"{row['name']}第{row['rank_low']}到{row['rank_high']}名，{best}的可能：{_tell_chance(row)}"
            for row in ranks.to_dict("records")
        )
        names = {"rank": "名次", "rank_low": "最前", "rank_high": "最后"}
        return self.finish(
            figure,
            self.say(
                "title",
                order=self.say("order", pairs=pairs, apart=apart) if pairs else "",
                sure=self.say("title_unsure" if unsure else "title_sure", units=unsure, best=best),
            ),
            self.say(
                "measure",
                noise=self.say("noise", step_percent=self.step_percent, draws=self.draws),
                level=percent(LEVEL, 0),
                tail=percent(1 - SURE, 0),
                sure=percent(SURE, 0),
            ),
            f"区间图。{self.year.year}年{self.group_name}：{told}。",
            ChartData(ranks.set_index("name")[list(names)].rename(columns=names), "picture", "名次", WHOLE),
        )


@dataclass(eq=False)
class Weights(Simulated):
    """How far ranks move with other weights, and without each part or indicator.

    Parameters
    ----------
    spread_percent : int
        By how much the points of an indicator may be more or less.
    draws, seed : int
    most : int
        Indicators to list.
    """

    name = "weights"
    label = "换一种权重"
    templates = {
        **Simulated.templates,
        "moving_indicators": "去掉后会改变名次的指标共 {moving} 项，列出变动最大的 {shown} 项；一致度为 Kendall τ。",
        "no_moving_indicators": "去掉任何一项指标都不改变名次；一致度为 Kendall τ。",
    }

    draws: int = 5_000
    spread_percent: int = 25
    most: int = 8

    @property
    def totals(self) -> np.ndarray:
        """See `perturb_weights`."""
        return perturb_weights(self.year.marks(self.group), self.spread_percent / 100, self.draws, self.seed)

    @property
    def table(self) -> Table:
        """What the ranking would be without each part and without the indicators that move it most."""
        left = leave_out(self.year.marks(self.group))
        is_indicator = left["kind"].eq("indicator")
        moving = left[is_indicator & left["max_shift"].gt(0)]
        indicators = moving.sort_values("mean_shift", ascending=False, kind="stable").head(self.most)
        shown = pd.concat([left[~is_indicator], indicators])
        frame = shown.assign(
            id=shown["id"].where(shown["kind"].eq("indicator"), "—"),
            gained=shown["gained"].map(_join),
            lost=shown["lost"].map(_join),
        )
        columns: Columns = [
            Column("name", "去掉"), Column("id", "编号"), "points", Column("agreement", "名次一致度", THREE),
            Column("mean_shift", "平均变动（位）", POINTS), Column("max_shift", "最大变动（位）", WHOLE),
            Column("gained", f"进入{self.best}"), Column("lost", f"退出{self.best}"),
        ]  # fmt: skip
        kind = "moving_indicators" if len(moving) else "no_moving_indicators"
        note = self.say(kind, moving=len(moving), shown=len(indicators)) + self.note
        caption = f"{self.about}：去掉一部分或一项指标"
        return make_table(frame, columns, caption, note, head="去掉")


def _join(names: tuple[str, ...]) -> str:
    return "、".join(names) or "—"


def _tell_chance(unit: dict[Any, Any]) -> str:
    """Tell how likely the best grade is, or why it is out of the question."""
    return veto_label(unit["provenance"]) if unit["barred"] else percent(unit["p_best"], 1)


def draw_ranks(ranks: pd.DataFrame, ax: Axes, colour: str) -> Axes:
    """Draw each unit's rank and the interval it moves in; units that cannot be told apart share a band.

    Parameters
    ----------
    ranks : DataFrame of `summarise_draws`
    ax : Axes
    colour : str

    Returns
    -------
    Axes
    """
    rows = np.arange(len(ranks))
    for row, band in enumerate(ranks["band"]):
        if band % 2 == 0:
            ax.axhspan(row - 0.5, row + 0.5, color="#f0f2f5", linewidth=0, zorder=0)
    ax.hlines(rows, ranks["rank_low"], ranks["rank_high"], color=colour, linewidth=3.2, alpha=0.45, zorder=1)
    ax.plot(ranks["rank"], rows, "o", color=colour, markersize=5, zorder=2)
    right = len(ranks)
    for row, unit in enumerate(ranks.to_dict("records")):
        told = f"{unit['rank_low']}–{unit['rank_high']}" if unit["rank_low"] < unit["rank_high"] else f"{unit['rank']}"
        ax.text(right * 1.04, row, told, va="center", fontsize=8.5)
        ink = INK if unit["unsure"] else MUTED
        ax.text(right * 1.18, row, _tell_chance(unit), va="center", fontsize=8.5, color=ink)
    ax.text(right * 1.04, -0.9, "名次范围", fontsize=8.5, color=MUTED)
    label_rows(ax, ranks["name"], above=1.5)
    ax.set_xlim(0.2, right * (1.55 if ranks["barred"].any() else 1.3))
    ax.set_xticks(sorted({1, *range(5, right + 1, 5)} if right > 12 else range(1, right + 1)))
    ax.set_xlabel("名次", loc="left")
    return ax
