"""Whose total, rank and grade would move under a changed scheme?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import (
    FALL,
    MUTED,
    PAPER,
    RISE,
    ROW,
    Chart,
    ChartData,
    finish,
    label_rows,
    new_figure,
    theme,
)
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.scheme import list_changes
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.methods.what_if import ClausePath, ask_what_if, change_scheme
from analysis.words import POINTS, WHOLE


@dataclass(eq=False)
class WhatIf(Exhibit):
    """One group under the scheme as it is and under a changed one, from the same marks.

    Parameters
    ----------
    changes : dict of path to value
        Paths of `list_levers`, such as {("bonus", "cap"): 3.0}.
    """

    name = "what_if"
    label = "假设推演"
    needs = ("group", "marks")
    templates = {
        "changes": "假设{changes}。",
        "no_changes": "办法没有改动。",
        "supposed": "这是假设推演，不是考核结果：评分不变，只改办法。{changes}",
        "title": "假设：{group}{finding}",
        "finding": " {moved} 个单位名次变动，{regraded} 个单位等次变动",
        "nothing": "的名次和等次都不变",
        "measure": "{year} 年，按假设名次排列；空心为现行办法的总分，实心为假设办法的总分，右侧为升降和等次变化",
        "source": "假设推演，不是考核结果；{source}",
        "note": "假设推演，不是考核结果。{changes}{note}",
    }

    changes: Mapping[ClausePath, Any] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `ask_what_if`."""
        units = ask_what_if(self.year.facts, self.changes)
        return units[units["group"].eq(self.group)]

    @property
    def _told(self) -> str:
        changed = list_changes(self.scheme, change_scheme(self.scheme, self.changes))
        return self.say("changes" if changed else "no_changes", changes="；".join(changed))

    @property
    def sentences(self) -> tuple[str, ...]:
        """That it is supposed, and what."""
        return (self.say("supposed", changes=self._told),)

    @property
    def table(self) -> Table:
        """A row a unit."""
        names = self.scheme.grade_names
        frame = self.frame.assign(base_grade=self.frame["base_grade"].map(names), grade=self.frame["grade"].map(names))
        columns: Columns = [
            "name", Column("base_rank", "现行名次", WHOLE), Column("rank", "假设名次", WHOLE), "rank_change",
            Column("base_total", "现行总分", POINTS), Column("total", "假设总分", POINTS), "total_change",
            Column("base_grade", "现行等次"), Column("grade", "假设等次"),
        ]  # fmt: skip
        note = self.say("note", changes=self._told, note=self.note)
        return make_table(frame, columns, f"{self.group_name}：现行办法与假设办法", note)

    @property
    def chart(self) -> Chart:
        """Two dots a unit."""
        own = self.frame.sort_values(["rank", "base_rank"], kind="stable")
        figure, (ax,) = new_figure(0.6 + ROW * len(own))
        with theme():
            draw_what_if(own, ax, self.scheme.grade_names)
        moved, regraded = int(own["rank_change"].ne(0).sum()), int(own["grade"].ne(own["base_grade"]).sum())
        finding = self.say("finding" if moved or regraded else "nothing", moved=moved, regraded=regraded)
        told = "；".join(
            f"{row['name']}由第{row['base_rank']:.0f}名到第{row['rank']:.0f}名" for row in own.to_dict("records")
        )
        names = {"base_total": "现行办法", "total": "假设办法"}
        return finish(
            figure,
            self.say("title", finding=finding),
            self.say("measure"),
            self.say("source", source=self.source),
            f"点图。假设推演：{told}。",
            ChartData(own.set_index("name")[list(names)].rename(columns=names), "picture", "总分（分）"),
        )


def draw_what_if(units: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw each unit's total as it is (hollow) and as it would be (filled), with what moves at the right.

    Parameters
    ----------
    units : DataFrame of `ask_what_if`, one group, in the order to draw
    ax : Axes
    grades : dict of grade to name

    Returns
    -------
    Axes
    """
    for row, unit in enumerate(units.to_dict("records")):
        moved = unit["rank_change"]
        colour = MUTED if moved == 0 else RISE if moved > 0 else FALL
        ax.plot([unit["base_total"], unit["total"]], [row, row], color=colour, linewidth=1.6, zorder=1)
        ax.plot(unit["base_total"], row, "o", markersize=5.5, color=PAPER, markeredgecolor=colour, zorder=2)
        ax.plot(unit["total"], row, "o", markersize=5.5, color=colour, zorder=3)
        told = "" if moved == 0 else f"{'↑' if moved > 0 else '↓'}{abs(moved):.0f}"
        if unit["grade"] != unit["base_grade"]:
            told += f"  {grades[unit['base_grade']]}→{grades[unit['grade']]}"
        ax.annotate(told, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5, color=colour)
    label_rows(ax, [f"{rank:.0f}  {name}" for rank, name in zip(units["rank"], units["name"], strict=True)])
    ax.set_xlabel("总分（分；横轴不从零起）")
    return ax
