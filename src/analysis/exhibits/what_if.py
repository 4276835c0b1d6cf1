"""Whose total, rank and grade would move under a changed scheme?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import label_rows, name_by_rank, write_beside
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.scheme import list_changes
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import FALL, MUTED, PAPER, RISE, ROW
from analysis.methods.what_if import ClausePath, ask_what_if, change_scheme
from analysis.words import POINTS, WHOLE, arrow


@dataclass(eq=False)
class WhatIf(GroupExhibit, name="what_if", label="假设推演", withholds=("chart", "table")):
    """One group under the scheme as it is and under a changed one, from the same marks.

    Parameters
    ----------
    changes : dict of path to value
        Paths of `list_levers`, such as {("bonus", "cap"): 3.0}.
    """

    templates = {
        "changes": "假设{changes}。",
        "no_changes": "办法没有改动。",
        "supposed": "这是假设推演，不是考核结果：评分不变，只改办法。{changes}",
        "title": "{finding}",
        "moved": "假设：{group}{moved}个单位名次变动，{regraded}个单位等次变动",
        "nothing": "假设：{group}的名次和等次均不变",
        "measure": "{year}年，按假设名次排列；空心为现行办法的总分，实心为假设办法的总分，右侧为升降和等次变化",
        "alt": "点图。假设推演：{moves}。",
        "alt_unit": "{name}由第{base_rank:whole}名到第{rank:whole}名",
        "regraded": "  {base_grade}→{grade}",
        "source": "假设推演，不是考核结果；{source}",
        "note": "假设推演，不是考核结果。{changes}",
    }

    changes: Mapping[ClausePath, Any] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `ask_what_if`."""
        return self.of_group(ask_what_if(self.year.facts, self.changes))

    @property
    def _changed(self) -> str:
        changed = list_changes(self.scheme, change_scheme(self.scheme, self.changes))
        return self.say("changes" if changed else "no_changes", changes="；".join(changed))

    @property
    def sentences(self) -> tuple[str, ...]:
        """That it is supposed, and what; what would move, where names are withheld."""
        return (self.say("supposed", changes=self._changed), *([f"{self._finding}。"] if self.withheld else []))

    @property
    def _finding(self) -> str:
        regraded = self.frame["grade"].ne(self.frame["base_grade"])
        counts = {"moved": self.frame["rank_change"].ne(0).sum(), "regraded": regraded.sum()}
        return self.say("moved" if any(counts.values()) else "nothing", **counts)

    @property
    def table(self) -> Table | None:
        """A row a unit."""
        columns: Columns = [
            "name", Column("base_rank", "现行名次", WHOLE), Column("rank", "假设名次", WHOLE), "rank_change",
            Column("base_total", "现行总分", POINTS), Column("total", "假设总分", POINTS), "total_change",
            Column("base_grade", "现行等次"), Column("grade", "假设等次"),
        ]  # fmt: skip
        caption = f"{self.group_name}：现行办法与假设办法"
        return self.tabulate(self.frame, columns, caption, self.say("note", changes=self._changed))

    @property
    def chart(self) -> Chart | None:
        """Two dots a unit."""
        units = self.frame.sort_values(["rank", "base_rank"], kind="stable")
        moved, regraded = units["rank_change"], units["grade"].ne(units["base_grade"])
        grades = [self.say("regraded", **row) for row in self.named(units).to_dict("records")]
        rows, colours = range(len(units)), np.select([moved > 0, moved < 0], [RISE, FALL], MUTED).tolist()
        dots: Any = {"s": 30, "edgecolors": colours}
        with new_figure(0.6 + ROW * len(units)) as (figure, (ax,)):
            ax.hlines(rows, units["base_total"], units["total"], color=colours, linewidth=1.6, zorder=1)
            ax.scatter(units["base_total"], rows, color=PAPER, zorder=2, **dots)
            ax.scatter(units["total"], rows, color=colours, zorder=3, **dots)
            write_beside(ax, moved.map(arrow) + np.where(regraded, grades, ""), color=colours)
            label_rows(ax, name_by_rank(units))
            ax.set_xlabel("总分（分；横轴不从零起）")
        data = ChartData(pick(units, {"base_total": "现行办法", "total": "假设办法"}), "picture", "总分（分）")
        return self.draw(figure, data, finding=self._finding, moves=self.say_each("alt_unit", units))

    @property
    def source(self) -> str:
        """Documents and provenance, and that it is supposed."""
        return self.say("source", source=super().source)
