"""How are the totals of every group spread?"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, dodge, keep_apart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.live import tag, tag_each
from analysis.exhibits.scores import find_lines, label_passed_over
from analysis.exhibits.theme import INK, MUTED, PAPER, POINTS_AN_INCH, SMALL, WARN, grade_colours
from analysis.texts import count_ems
from analysis.words import POINTS

_DOT, _LEAST_DOT, _TALLEST, _LINE = 7.2, 0.5, 300.0, 13.0
"""Points: how wide a dot is, and at least; how tall all dots of a group may stand; a line of writing."""
_TITLE, _HEAD_HIGH = 28, 66.0
"""Points from a panel to its title, and what the words around a panel take."""
_WIDE, _ROOM = 0.95, 0.03
"""The share of the sheet that a panel takes across, and the share of the range that is left free on either side."""
_LEAST_SPREAD = 0.05
"""Points from which a spread shows at one decimal."""
_EDGE: Any = {"edgecolor": INK, "linewidth": 0.6}


class Distribution(Exhibit, name="distribution", label="总分的分布", needs=("marks",)):
    """How the totals of every group are spread."""

    templates = {
        "title": "{year}年{spreads}",
        "spread": "{group}总分首尾相差{spread:tenths}分",
        "close": "{group}总分首尾相差不到0.1分",
        "tied": "{group}{units}个单位总分相同",
        "alone": "{group}只有1个单位",
        "measure": "总分（分），每点一个单位；{lines}点线为本组平均分",
        "lines": "竖线为等次线（该等次的最低总分），",
        "cross": "总分够线而不能评为该等次",
        "group": "{group}（{units}个单位）",
        "line": "{grade}线\n{total:points}分",
        "mean": "平均{mean:points}分",
        "unit": "{name}：{total:points}分，第{rank}名，{grade}",
        "alt": "散点分布图。{groups}。",
        "alt_group": "{group}最高{max:points}分、最低{min:points}分、平均{mean:points}分",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `score_year`."""
        return self.year.scores

    @property
    def chart(self) -> Chart:
        """A dot a unit."""
        scores = self.frame[self.frame["group"].isin(self.groups)]
        passed = label_passed_over(scores, self.scheme)
        low, high = scores["total"].min(), max(scores["total"].max(), scores["total"].min() + 1.0)
        room = _ROOM * (high - low)
        with new_figure(1.0, rows=len(self.groups), sharex=True) as (figure, axes):
            point = (high - low + 2 * room) / (_WIDE * figure.get_figwidth() * POINTS_AN_INCH)
            swarms = [_Swarm(scores[scores["group"].eq(group)], passed, point) for group in self.groups]
            tall = [swarm.top - swarm.bottom for swarm in swarms]
            figure.set_figheight((sum(tall) + _HEAD_HIGH * len(tall)) / POINTS_AN_INCH)
            grid = axes[0].get_gridspec()
            assert grid is not None
            grid.set_height_ratios(tall)
            axes[0].set_xlim(low - room, high + room)
            for ax, swarm, name in zip(axes, swarms, self.groups.values(), strict=True):
                self._draw_group(ax, swarm)
                ax.set_title(self.say("group", group=name, units=len(swarm.scores)), pad=_TITLE)
            for grade, colour in grade_colours(self.scheme.grade_names).items():
                axes[0].scatter([], [], s=_DOT**2, color=colour, label=self.scheme.grade_names[grade], **_EDGE)
            if passed.ne("").any():
                axes[0].scatter([], [], s=_DOT**2, marker="X", color=PAPER, label=self.say("cross"), **_EDGE)
            add_legend(axes[0], len(self.scheme.grades) + 1, "right", above=_TITLE)
        totals = scores.groupby("group")["total"].agg(units="size", max="max", min="min", mean="mean", spread=np.ptp)
        totals = self.named(totals.loc[list(self.groups)].reset_index())
        columns = {"group": "组别", "grade": "等次", "total": "总分"}
        return self.draw(
            figure,
            ChartData(pick(self.named(self.frame), columns), "picture", "总分（分）"),
            spreads="，".join(self.say(_tell_spread(row), **row) for row in totals.to_dict("records")),
            lines=self.say("lines") if any(find_lines(swarm.scores, self.scheme) for swarm in swarms) else "",
            groups=self.say_each("alt_group", totals),
        )

    def _draw_group(self, ax: Axes, swarm: _Swarm) -> None:
        """Draw one group's totals, one dot a unit, with the mean, and a line where each grade begins."""
        import seaborn as sns  # a second, for one chart

        scores, colours = swarm.scores, grade_colours(self.scheme.grade_names)
        told = [self.say("unit", **row) for row in self.named(scores).to_dict("records")]
        if len(own := scores[~swarm.is_passed]):  # else all of them are passed over
            sns.scatterplot(x=own["total"], y=swarm.heights[~swarm.is_passed], hue=own["grade"], palette=colours,
                            s=swarm.dot**2, ax=ax, legend=False, **_EDGE)  # fmt: skip
            tag_each(ax.collections[-1], own["unit_id"], np.array(told)[~swarm.is_passed])
        middle = np.mean(ax.get_xlim())
        for place in np.flatnonzero(swarm.is_passed):
            row, y = scores.iloc[place], swarm.heights[place]
            tag(ax.scatter(row["total"], y, s=60, marker="X", color=colours[row["grade"]], **_EDGE), row["unit_id"],
                told[place])  # fmt: skip
            left = row["total"] < middle
            text = ax.annotate(f"{swarm.labels[place]}，{POINTS(row['total'])}分", (row["total"], y), va="center",
                               xytext=(7 if left else -7, 0), textcoords="offset points", fontsize=SMALL, color=WARN,
                               ha="left" if left else "right")  # fmt: skip
            tag(text, row["unit_id"])
        mean = scores["total"].mean()
        ax.vlines(mean, swarm.floor, swarm.top, color=INK, linewidth=1, linestyle=(0, (1, 2)), zorder=0)
        ax.text(mean, swarm.floor, self.say("mean", mean=mean), ha="center", va="top", fontsize=SMALL)
        ax.set_ylim(swarm.bottom, swarm.top)
        self._draw_lines(ax, swarm)
        ax.tick_params(axis="x", labelbottom=True)
        ax.set(xlabel="", ylabel="", yticks=[])
        ax.spines["left"].set_visible(False)

    def _draw_lines(self, ax: Axes, swarm: _Swarm) -> None:
        """Draw a line where each grade begins; their names stand over them, apart."""
        low, high = ax.get_xlim()
        found = find_lines(swarm.scores, self.scheme).items()
        lines = sorted((total, place) for place, total in found if low <= total <= high)
        texts = [self.say("line", grade=self.scheme.grades[place].name, total=total) for total, place in lines]
        widths = [max(map(count_ems, text.split("\n"))) * SMALL * swarm.point for text in texts]
        wide = max(widths, default=0.0)
        names = keep_apart([total for total, _ in lines], wide * 1.1, low + wide / 2, high - wide / 2)
        for (total, _), text, at in zip(lines, texts, names, strict=True):
            ax.vlines(total, swarm.floor, swarm.top, color=MUTED, zorder=0, linewidth=1)
            ax.annotate(text, (at, 1.0), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points",
                        ha="center", va="bottom", fontsize=SMALL, color=MUTED)  # fmt: skip


class _Swarm:
    """Where the dots of one group stand: heights in points over their line, none over another.

    Attributes
    ----------
    scores : DataFrame of `score_year`
    labels : list of str
        Of units that are passed over (see `label_passed_over`): they stand below, each with a line of its own.
    is_passed : Series of bool
    dot : float
        How wide a dot is, in points.
    point : float
        How much of a total a point is across.
    heights : ndarray
    floor, bottom, top : float
        Where the dots end, and the panel.
    """

    def __init__(self, scores: pd.DataFrame, passed: pd.Series, point: float) -> None:
        self.scores, own = scores, passed.loc[scores.index]
        self.labels, self.is_passed = own.to_list(), own.ne("")
        self.point = point
        levels = dodge(scores.loc[~self.is_passed, "total"], (_DOT + 1) * point).to_numpy()
        most = np.abs(levels).max(initial=1) + 1
        self.dot = min(_DOT, max(_TALLEST / (2 * most) - 1, _LEAST_DOT))
        high = most * (self.dot + 1)
        self.floor, self.top = -high, high
        self.heights = np.empty(len(scores))
        self.heights[~self.is_passed] = levels * (self.dot + 1)
        self.heights[self.is_passed] = self.floor - _LINE * (1.6 + np.arange(self.is_passed.sum()))
        self.bottom = self.floor - _LINE * (1.2 + self.is_passed.sum())


def _tell_spread(totals: dict[Hashable, Any]) -> str:
    """Choose the sentence for how one group's totals are spread."""
    if totals["units"] == 1:
        return "alone"
    if POINTS(totals["max"]) == POINTS(totals["min"]):
        return "tied"
    return "spread" if totals["spread"] >= _LEAST_SPREAD else "close"
