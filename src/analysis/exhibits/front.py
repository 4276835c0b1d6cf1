"""How did the year go, in one sentence and one picture?"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.averages import Averages
from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import dodge
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.grades import Grades
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.live import tag, tag_each
from analysis.exhibits.prose import Finding
from analysis.exhibits.scores import label_passed_over
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, POINTS_AN_INCH, SMALL, grade_colours

_DOTS = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0)
"""Points that a dot may be across: as many as there is room for."""
_MOST_HIGH = 130.0
"""Points that the dots of a group take at most, one over the other."""
_APART = 1.15
"""How far dots stand from each other, in dots."""
_WRITING, _TITLE = 20.0, 42.0
"""Points that a line of writing takes; and what stands over a group."""
_WIDE, _SIDE = 0.95, 0.04
"""The share of a drawing's width that its axis has, and the share of the axis that is free at either side."""


class Front(Exhibit, name="front", label="年度概况", needs=("results",)):
    """The year in one sentence, and every unit on one axis, with the line of the best grade."""

    templates = {
        "finding": "{year}年{since}{told}",
        "average": "{group}平均分{moved}",
        "best": "{best}单位{units}个{change}",
        "units": "考核{units}个单位",
        "no_marks": "{year}年没有逐项评分，不作各单位得分图。",
        "title": "{told}",
        "reach": "{group}{units}个单位达到{best}线（{line:points}分）",
        "no_line": "{group}评为{best}的{units}个",
        "measure": "每点为一个单位，横轴为总分（分）{cut}",
        "cut": "；竖线为{best}线，即评为{best}所需的最低总分",
        "cross": "总分够线而不能评为该等次",
        "panel": "{group}{units}个单位，平均{average:points}分",
        "line": "{best}线{line:points}",
        "dot": "{name}：{total:points}分{doubt}，第{rank:whole}名，{grade}{note}",
        "end": "第{rank:whole}名 {name} {total:points}",
        "tied": "并列{units}个单位",
        "alt": "散点图。{groups:clauses}。",
        "alt_group": "{group}{units}个单位，最高{high:points}分，最低{low:points}分{line}",
        "alt_line": "，{best}线{line:points}分",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Total, rank and grade of every unit (see `Year.results`)."""
        return self.year.results

    @property
    def finding(self) -> Finding:
        """How averages moved, and how many units got the best grade."""
        told, since = [], ""
        if not find_lacking(["averages"], self.year):
            averages = Averages(self.year)
            told = ["，".join(self.say("average", group=group, moved=moved) for group, moved in averages.moves.items())]
            since = averages.on_other_base
        if not find_lacking(["grade_counts"], self.year):
            units, change = Grades(self.year).best_units
            told.append(self.say("best", units=units, change=change))
        told = told or [self.say("units", units=len(self.frame))]
        return Finding(self.say("finding", since=since, told="；".join(told)))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Why there is no picture, where there is none."""
        return () if self.year.facts.inputs else (self.say("no_marks"),)

    @cached_property
    def lines(self) -> dict[str, float]:
        """The total that a unit of each group needs to be in the best grade while all others stay as they are.

        It is that of the units that are not in it; where all are, that of the first who would no longer be. Where any
        total will do, or none, there is none.
        """
        found = {}
        for group in self.groups:
            units = self.year.margins(group).dropna(subset="line")
            line = (units if units["best"].all() else units[~units["best"]])["line"].min()
            if np.isfinite(line):
                found[group] = line
        return found

    @property
    def chart(self) -> Chart | None:
        """A dot a unit; none without marks."""
        if self.year.facts.inputs is None:
            return None
        scores = self.year.scores.assign(note=label_passed_over(self.year.scores, self.scheme))
        panels = {group: scores[scores["group"].eq(group)] for group in self.groups}
        low, high = scores["total"].min(), scores["total"].max()
        spread = max(high - low, 1.0)
        # A line far from all totals would press them together: it is told, and not drawn.
        near = [line for line in self.lines.values() if low - spread <= line <= high + spread]
        low, high = min([low, *near]), max([low + spread, *near])
        side = _SIDE * (high - low)
        with new_figure(1.0) as (figure, _):
            scale = (high - low + 2 * side) / (figure.get_figwidth() * POINTS_AN_INCH * _WIDE)
        measures = {size: _measure(panels.values(), size, scale) for size in _DOTS}
        size = next((size for size, highs in measures.items() if highs.max() <= _MOST_HIGH), _DOTS[-1])
        rooms = measures[size] + 2 * _WRITING
        height = (rooms.sum() + _TITLE * len(panels) + 2 * _WRITING) / POINTS_AN_INCH
        with new_figure(height, rows=len(panels), sharex=True, height_ratios=rooms) as (figure, axes):
            axes[0].set_xlim(low - side, high + side)  # of all
            for ax, room, (group, units) in zip(axes, rooms, panels.items(), strict=True):
                self._draw_group(ax, group, units, dodge(units["total"], size * scale) * size * _APART, size)
                ax.set_ylim(-room / 2, room / 2)
            axes[-1].set_xlabel("总分（分）")
            for grade, colour in grade_colours(self.scheme.grade_names).items():
                axes[0].scatter([], [], s=45, color=colour, edgecolor=INK, label=self.scheme.grade_names[grade])
            if scores["note"].ne("").any():
                axes[0].scatter([], [], s=45, marker="X", color=PAPER, edgecolor=INK, label=self.say("cross"))
            axes[0].legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=2.0, handletextpad=0.2,
                           ncols=len(self.scheme.grades) + 1)  # fmt: skip
        columns = {"group": "组别", "rank": "名次", "grade": "等次", "total": "总分"}
        told, shown = zip(*(self._tell_group(*panel) for panel in panels.items()), strict=True)
        return self.draw(
            figure,
            ChartData(pick(self.named(scores), columns), "picture", "总分（分）"),
            told="，".join(told),
            cut=self.say("cut") if self.lines else "",
            groups=shown,
        )

    def _tell_group(self, group: str, units: pd.DataFrame) -> tuple[str, str]:
        """Say how many of a group got the best grade, and how far its totals reach."""
        best, line = units["grade"].eq(self.scheme.grades[0].id).sum(), self.lines.get(group)
        told: dict[str, Any] = {"group": self.groups[group], "line": line}
        at = "" if line is None else self.say("alt_line", line=line)
        ends = {"high": units["total"].max(), "low": units["total"].min(), "units": len(units)}
        reach = self.say("no_line" if line is None else "reach", units=best, **told)
        return reach, self.say("alt_group", **told | ends | {"line": at})

    def _draw_group(self, ax: Axes, group: str, units: pd.DataFrame, heights: pd.Series, size: float) -> None:
        """Draw one group's totals, a dot a unit, `size` points across, with the line; name the first and the last."""
        colours, names = grade_colours(self.scheme.grade_names), self.scheme.grade_names
        doubt = self.made_up if self.withheld else ""
        for marker, drawn, comma in (("o", units["note"].eq(""), ""), ("X", units["note"].ne(""), "，")):
            rows = units[drawn]
            if len(rows):
                dots = ax.scatter(rows["total"], heights[drawn], s=size**2, marker=marker, linewidth=0.6, edgecolor=INK,
                                  color=rows["grade"].map(colours))  # fmt: skip
                told = rows.assign(grade=rows["grade"].map(names), note=comma + rows["note"]).to_dict("records")
                tag_each(dots, rows["unit_id"], [self.say("dot", doubt=doubt, **row) for row in told])
        first, last = ax.get_xlim()
        if first <= (line := self.lines.get(group, np.inf)) <= last:
            ax.axvline(line, color=INK, linewidth=1.2, zorder=0)
            ax.annotate(self.say("line", line=line), (line, 1), xycoords=("data", "axes fraction"), xytext=(0, 2),
                        textcoords="offset points", ha="center", va="bottom")  # fmt: skip
        ends = {units["rank"].min(): heights.max() + size / 2 + 3}
        ends = {units["rank"].max(): heights.min() - size / 2 - 3} | ends
        for rank, at in {} if self.withheld else ends.items():
            self._name_end(ax, units[units["rank"].eq(rank)], heights, at)
        average = units["total"].mean()
        ax.set_title(self.say("panel", group=self.groups[group], units=len(units), average=average), pad=20)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.spines["bottom"].set_color(FAINT)

    def _name_end(self, ax: Axes, units: pd.DataFrame, heights: pd.Series, at: float) -> None:
        """Name the units of one rank, or count them, over all dots or under them, on the side where there is room."""
        total, rank = units["total"].iloc[0], units["rank"].iloc[0]
        name = units["name"].iloc[0] if len(units) == 1 else self.say("tied", units=len(units))
        text = ax.annotate(self.say("end", rank=rank, name=name, total=total), (total, at), fontsize=SMALL,
                           ha="right" if total > np.mean(ax.get_xlim()) else "left", va="bottom" if at > 0 else "top",
                           bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5})  # fmt: skip
        ax.vlines(total, heights[units.index].iloc[0], at, MUTED, linewidth=0.7, zorder=0)
        if len(units) == 1:
            tag(text, units["unit_id"].iloc[0])


def _measure(groups: Iterable[pd.DataFrame], size: float, scale: float) -> np.ndarray:
    """Say how many points the dots of each group take, one over the other."""
    heights = (dodge(units["total"], size * scale) for units in groups)
    return np.array([(each.max() - each.min() + 1) * size * _APART for each in heights])
