"""Who stayed in the best grade, who is new in it, and who is no longer?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit, Headline
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ROW, group_colours
from analysis.words import STATES, WHOLE


class Streaks(Exhibit):
    """Runs of years in the best grade."""

    name = "streaks"
    label = "连续获得最好等次"
    needs = ("marks",)
    looks_back = True
    templates = {
        "unknown": "{year} 年{best}单位 {units} 个；上一年的等次不知道，是否连续不能判断。",
        "again": "{year} 年{best}单位中，{units} 个上年也是{best}。",
        "newly": "新获{best} {units} 个：{names}。",
        "lost": "上年{best}、本年不再{best} {units} 个：{names}。",
        "title": "{year} 年有 {units} 个单位至少连续 2 年{best}",
        "title_unknown": "{year} 年有 {units} 个单位{best}，上一年的等次不知道",
        "measure": "各单位各年是否{best}；“—”为未获{best}，“？”为印本未写明，右侧为截至 {year} 年的连续年数",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Units of the year with columns of `find_streaks`."""
        return self.year.streaks

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of the year before, so that no unit can be called consecutive or new."""
        excellent = self.frame[self.frame["streak"] > 0]
        return bool(len(excellent) and excellent["streak"].eq(1).all() and excellent["at_least"].all())

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who was in the best grade again, newly, and no longer."""
        year, best, units = self.year.year, self.best, self.frame
        if self.is_unknown:
            return (self.say("unknown", year=year, best=best, units=int(units["streak"].gt(0).sum())),)
        told = [self.say("again", year=year, best=best, units=int(units["streak"].gt(1).sum()))]
        for kind in ("newly", "lost"):
            names = units.loc[units[kind], "name"]
            told += [self.say(kind, best=best, units=len(names), names="、".join(names))] if len(names) else []
        return tuple(told)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many units were in the best grade again, newly, and no longer."""
        label, units = f"连续{self.best}单位", self.frame
        if self.is_unknown:
            return (Headline(label, "—", says=("上一年的等次不知道",)),)
        told = (f"新获{self.best} {int(units['newly'].sum())} 个", f"不再{self.best} {int(units['lost'].sum())} 个")
        return (Headline(label, f"{int(units['streak'].gt(1).sum())}", "个", told),)

    @property
    def table(self) -> Table:
        """The units in the best grade, the longest runs first, and those no longer in it."""
        shown = self.frame[self.frame["streak"].gt(0) | self.frame["lost"]]
        remark = pd.Series("", index=shown.index).mask(shown["newly"], f"新获{self.best}")
        length = shown["streak"].map(lambda years: f"{WHOLE(years)} 年").astype(object)
        frame = shown.assign(
            who=shown["group"].map(self.scheme.group_names),
            length=length.mask(shown["at_least"], "至少 " + length).mask(shown["streak"].eq(0), "—"),
            remark=remark.mask(shown["lost"], f"上年{self.best}，本年不再"),
        ).sort_values("streak", ascending=False, kind="stable")
        columns: Columns = ["name", "who", Column("length", f"连续{self.best}"), Column("remark", "备注")]
        return make_table(frame, columns, f"截至 {self.year.year} 年的连续{self.best}年数", self.note)

    @property
    def chart(self) -> Chart:
        """Units by years: everyone who was in the best grade in any of them."""
        panel, year, groups = self.year.grade_panel, self.year.year, self.scheme.group_names
        ever = panel.loc[panel["state"].eq("excellent"), "unit_id"]
        shown = self.frame[self.frame["unit_id"].isin(ever)]
        shown = shown.sort_values(["streak", "at_least"], ascending=False, kind="stable")
        sizes = [int(shown["group"].eq(group).sum()) for group in groups]
        ratios = [max(size, 1) for size in sizes]
        with new_figure(1.0 + ROW * sum(sizes), rows=len(groups), height_ratios=ratios) as (figure, axes):
            for ax, (group, name) in zip(axes, groups.items(), strict=True):
                draw_streaks(panel, shown[shown["group"].eq(group)], ax, group_colours(groups)[group])
                ax.set_title(name)
        before = panel.loc[panel["year"].eq(year - 1), "state"]
        is_known = before.isin(["excellent", "not_excellent"]).any()
        units = int(shown["streak"].gt(1 if is_known else 0).sum())
        told = "；".join(
            f"{unit['name']}{'至少' if unit['at_least'] else ''}{unit['streak']}年" for unit in shown.to_dict("records")
        )
        return self.finish(
            figure,
            self.say("title" if is_known else "title_unknown", year=year, units=units),
            self.say("measure", year=year),
            f"矩阵图。截至{year}年连续{self.best}年数：{told}。",
            _streak_data(panel, shown),
        )


def _streak_data(panel: pd.DataFrame, units: pd.DataFrame) -> ChartData:
    states = panel.pivot(index="unit_id", columns="year", values="state").reindex(units["unit_id"])
    words = states.apply(lambda column: column.map(STATES)).rename(columns=lambda year: f"{year}年")
    length = units["streak"].astype(str).where(~units["at_least"], "至少 " + units["streak"].astype(str))
    return ChartData(words.set_axis(units["name"]).assign(连续年数=length.to_numpy()), "picture", "等次", WHOLE)


def draw_streaks(panel: pd.DataFrame, units: pd.DataFrame, ax: Axes, colour: str) -> Axes:
    """Draw units by years: filled where excellent, with the length of the run at the right.

    Parameters
    ----------
    panel : DataFrame of `build_grade_panel`
    units : DataFrame with columns unit_id, name, streak, at_least; rows in the order to draw
    ax : Axes
    colour : str

    Returns
    -------
    Axes
    """
    years = sorted(panel["year"].unique())
    state = panel.set_index(["unit_id", "year"])["state"]
    looks: Any = {
        "excellent": {"facecolor": colour},
        "not_excellent": {"facecolor": "#eef1f4"},
        "absent": {"facecolor": PAPER},
        "unknown": {"facecolor": PAPER, "hatch": "////"},
    }
    for row, unit in enumerate(units.to_dict("records")):
        for column, year in enumerate(years):
            cell = state[unit["unit_id"], year]
            ax.barh(row, 0.94, left=column - 0.47, height=0.84, edgecolor=FAINT, **looks[cell])
            box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6} if cell == "unknown" else None
            ink = PAPER if cell == "excellent" else MUTED
            ax.text(column, row, STATES[cell], ha="center", va="center", fontsize=8.5, bbox=box, color=ink)
        length = f"{'至少 ' if unit['at_least'] else ''}{unit['streak']} 年" if unit["streak"] else "中断"
        ax.text(len(years) - 0.42, row, length, ha="left", va="center", fontsize=8.5)
    ax.set_yticks(range(len(units)), units["name"])
    ax.set_xticks(range(len(years)), [f"{year}年" for year in years])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.tick_params(axis="y", labelcolor=INK)
    ax.set_xlim(-0.5, len(years) + 0.25)
    ax.set_ylim(max(len(units), 1) - 0.5, -0.5)
    ax.spines[:].set_visible(False)
    return ax
