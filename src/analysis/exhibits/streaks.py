"""Who stayed in the best grade, who is new in it, and who is no longer?"""

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.assessment import Year
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import FAINT, MUTED, PAPER, ROW, SHADE, SMALL, grade_colours
from analysis.exhibits.writer import Headline
from analysis.periods import label_year, name_year
from analysis.words import STATES, WHOLE, tell_succession


class Streaks(Exhibit, name="streaks", label="连续获得最好等次", needs=("best_grade",), looks_back=True):
    """Runs of years in the best grade."""

    templates = {
        "unknown": "{year} 年{best}单位 {units} 个；{why}，是否连续不能判断。",
        "no_grades": "上一年的等次不知道",
        "no_best": "上一年没有与本年{best}对应的等次",
        "again": "{year} 年{best}单位中，{units} 个上年也是{best}。",
        "again_known": "{year} 年{best}单位中，已知 {units} 个上年也是{best}，另有 {others} 个上年的等次不知道。",
        "none_again": "{year} 年{best}单位中，没有上年也是{best}的。",
        "nobody": "{year} 年没有单位获评{best}。",
        "newly": "新获{best} {units} 个：{names:list}。",
        "lost": "上年{best}、本年不再{best} {units} 个：{names:list}。",
        "title": "{year} 年有 {units} 个单位至少连续 2 年{best}",
        "title_known": "{year} 年已知有 {units} 个单位至少连续 2 年{best}",
        "title_none": "{year} 年没有单位连续 2 年{best}",
        "title_unknown": "{year} 年有 {units} 个单位{best}，{why}",
        "measure": "各单位各年是否{best}；“—”为未获{best}，“？”为等次不知道{others}，右侧为截至 {year} 年的连续年数",
        "others": "，“×”为当年等次与{best}不能对应",
        "alt": "矩阵图。截至{year}年连续{best}年数：{streaks}。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Units of the year with columns of `find_streaks`, and made (see `tell_beginnings`)."""
        return self.year.streaks.assign(made=tell_beginnings(self.year))

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of the year before, so that no unit can be called consecutive or new."""
        excellent = self.frame[self.frame["streak"] > 0]
        return bool(len(excellent) and excellent["streak"].eq(1).all() and excellent["at_least"].all())

    @property
    def _others(self) -> int:
        """How many units in the best grade may have been there the year before, for all that is known."""
        return int((self.frame["streak"].eq(1) & self.frame["at_least"]).sum())

    @property
    def _span(self) -> str:
        """What stands behind the length of a run."""
        return self.retell("1 年").removeprefix("1")

    @property
    def _why(self) -> str:
        """Why nothing is known of the year before."""
        panel = self.year.grade_panel
        last = panel.loc[panel["year"].eq(self.year.year - 1), "state"]
        return self.say("no_best" if last.eq("incomparable").any() else "no_grades")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who was in the best grade again, newly, and no longer."""
        units = self.frame
        if self.is_unknown:
            return (self.say("unknown", units=units["streak"].gt(0).sum(), why=self._why),)
        held, kept = units["streak"].gt(0).sum(), units["streak"].gt(1).sum()
        template = "again_known" if self._others else "again" if kept else "none_again" if held else "nobody"
        again = self.say(template, units=kept, others=self._others)
        named = units["name"].where(units["made"].eq(""), units["name"] + "（" + units["made"] + "）")
        moved = {kind: named[units[kind]] for kind in ("newly", "lost")}
        return (again, *(self.say(kind, units=len(names), names=names) for kind, names in moved.items() if len(names)))

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many units were in the best grade again, newly, and no longer."""
        label, units = f"连续{self.best}单位", self.frame
        if self.is_unknown:
            return (Headline(label, "—", says=(self._why,)),)
        says = [f"新获{self.best}{units['newly'].sum()}个", f"退出{self.best}等次{units['lost'].sum()}个"]
        says += [self.retell(f"上年等次不知道的{self._others}个")] if self._others else []
        return (Headline(label, f"{units['streak'].gt(1).sum()}", "个", tuple(says), (), self._trend, WHOLE),)

    @property
    def _trend(self) -> tuple[tuple[str, float], ...]:
        """How many units were in the best grade in each year and the year before, where both are known of everybody."""
        states = self.year.grade_panel.pivot(index="unit_id", columns="year", values="state")
        known = ~states.isin(["unknown", "incomparable"]).any()
        pairs = [(before, year) for before, year in pairwise(states) if known[before] and known[year]]
        both = {year: states[[before, year]].eq("excellent").all(axis=1).sum() for before, year in pairs}
        return tuple((name_year(year, "年"), float(units)) for year, units in both.items())

    @property
    def table(self) -> Table:
        """The units in the best grade, the longest runs first, and those no longer in it."""
        rows = self.frame[self.frame["streak"].gt(0) | self.frame["lost"]]
        rows = rows.sort_values("streak", ascending=False, kind="stable")
        remarks = {"newly": f"新获{self.best}", "lost": f"{self.retell('上年')}{self.best}，{self.retell('本年')}不再"}
        rows = rows.assign(
            length=_write_length(rows, self._span).mask(rows["streak"].eq(0), "—"),
            remark=np.select([rows[kind] for kind in remarks], list(remarks.values()), ""),
        )
        rows["remark"] = ["；".join(filter(None, told)) for told in zip(rows["remark"], rows["made"], strict=True)]
        return self.tabulate(rows, [
            "name", "group", Column("length", f"连续{self.best}"), Column("remark", "备注"),
        ], f"截至 {name_year(self.year.year)}的连续{self.best}年数")  # fmt: skip

    @property
    def chart(self) -> Chart:
        """Units by years: everyone who was in the best grade in any of them."""
        panel, groups, last = self.year.grade_panel, self.scheme.group_names, self.year.year
        states = panel.pivot(index="unit_id", columns="year", values="state")
        units = self.frame[self.frame["unit_id"].isin(states.index[states.eq("excellent").any(axis=1)])]
        units = units.sort_values(["streak", "at_least"], ascending=False, kind="stable")
        drawn = {group: name for group, name in groups.items() if units["group"].eq(group).any()} or groups
        rows = [max(units["group"].eq(group).sum(), 1) for group in drawn]
        best = grade_colours(self.scheme.grade_names)[self.scheme.grades[0].id]
        with new_figure(1.0 + ROW * len(units), rows=len(drawn), height_ratios=rows) as (figure, axes):
            for ax, (group, name) in zip(axes, drawn.items(), strict=True):
                _draw_states(states, units[units["group"].eq(group)], ax, best, self._span)
                ax.set_title(name)
        is_known = last - 1 in states and states[last - 1].isin(["excellent", "not_excellent"]).any()
        words = states.loc[units["unit_id"]].map(STATES.get).set_axis(units["name"])
        length, kept = _write_length(units, self._span), units["streak"].gt(1).sum()
        return self.draw(
            figure,
            ChartData(
                words.rename(columns=label_year).assign(
                    **{self.retell("连续年数"): length.str.removesuffix(self._span).to_numpy()}
                ),
                "picture",
                "等次",
                WHOLE,
            ),
            "title_unknown" if not is_known else "title_known" if self._others else "title" if kept else "title_none",
            why=self._why,
            others=self.say("others") if states.eq("incomparable").any(axis=None) else "",
            units=kept if is_known else units["streak"].gt(0).sum(),
            streaks="；".join(units["name"] + "：" + length.str.replace(" ", "")) or "没有单位",
        )


def tell_beginnings(year: Year) -> list[str]:
    """Say of whom each unit of `Year.streaks` was made, where its run takes in all of its years; "" of others."""
    made = year.facts.successions.itertuples()
    told = {(row.unit_id, row.year): tell_succession(row.event, row.others) for row in made}
    runs = zip(year.streaks["unit_id"], year.streaks["streak"], strict=True)
    return [told.get((unit, year.year - (length - 1)), "") for unit, length in runs]


def _write_length(units: pd.DataFrame, span: str) -> pd.Series:
    """Write how many years each run lasts, at least."""
    return units["at_least"].map({True: "至少 ", False: ""}) + units["streak"].astype(str) + span


def _draw_states(states: pd.DataFrame, units: pd.DataFrame, ax: Axes, colour: str, span: str) -> None:
    """Draw units by years: filled where excellent, with the length of the run at the right."""
    looks: Any = {
        "excellent": {"facecolor": colour},
        "not_excellent": {"facecolor": SHADE},
        "absent": {"facecolor": PAPER},
        "incomparable": {"facecolor": PAPER},
        "unknown": {"facecolor": PAPER, "hatch": "////"},
    }
    for row, unit in enumerate(units["unit_id"]):
        for column, state in enumerate(states.loc[unit]):
            ax.barh(row, 0.94, left=column - 0.47, height=0.84, edgecolor=FAINT, **looks[state])
            box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6} if state == "unknown" else None
            ink = PAPER if state == "excellent" else MUTED
            ax.text(column, row, STATES[state], ha="center", va="center", fontsize=SMALL, bbox=box, color=ink)
    write_beside(ax, _write_length(units, span).mask(units["streak"].eq(0), "中断"), len(states.columns) - 0.42)
    label_rows(ax, units["name"])
    ax.set_xticks(range(len(states.columns)), [label_year(year) for year in states])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_xlim(-0.5, len(states.columns) + 0.25)
    ax.set_ylim(max(len(units), 1) - 0.5, -0.5)
    ax.spines[:].set_visible(False)
