"""How is one unit doing: its place, its years, its strong and weak sides, and what is printed about it?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.exhibits.change import LEAST, chart_steps, name_factors
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.indicators import write_marks
from analysis.exhibits.margins import describe_margin
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import FAINT, INK, group_colours
from analysis.methods.audit.mentions import find_mentions
from analysis.methods.audit.verdicts import VERDICTS
from analysis.methods.counterfactuals import Counterfactuals, cross_with_previous
from analysis.methods.decomposition import decompose_units
from analysis.methods.history import follow_unit
from analysis.methods.matrices import MarkMatrix
from analysis.methods.profiles import compare_marks, list_marks, rate_parts
from analysis.methods.rescaling import list_excluded
from analysis.words import (
    ADJUSTMENTS,
    CHANGE,
    EVENTS,
    EXCLUDED,
    POINTS,
    SHARE,
    WHOLE,
    change,
    percent,
    points,
    rounding_note,
)


@dataclass(eq=False)
class UnitExhibit(Exhibit):
    """About one unit of the year; its group is known."""

    needs: ClassVar[tuple[str, ...]] = ("unit", "marks")

    def __post_init__(self) -> None:
        self.group = self.year.facts.group_of(self.unit_id)

    @property
    def marks(self) -> MarkMatrix:
        """The marks of its group."""
        return self.year.marks(self.group)

    @property
    def place(self) -> int:
        """Its row in the marks of its group."""
        return self.marks.place_of(self.unit_id)

    @property
    def unit(self) -> str:
        """Its name in the year."""
        return self.year.facts.name_of(self.unit_id)

    @property
    def margin(self) -> pd.Series:
        """Its row of `find_margins`."""
        return self.year.margins(self.group).iloc[self.place]


class Position(UnitExhibit):
    """Where a unit stands: its rank, the group's median, the line, and the units next to it."""

    name = "position"
    label = "位置"
    templates = {
        "place": "{unit}，{group}，{year} 年总分 {total} 分{made_up}，{units} 个单位中列第 {rank} 名，{grade}；"
        "本组中位数 {median} 分，相差 {gap} 分。",
        "line": "离{best}线：{margin}；{above}；{below}{made_up}。",
        "above": "距前一名 {points} 分",
        "first": "没有排在前面的单位",
        "below": "领先后一名 {points} 分",
        "last": "没有排在后面的单位",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `find_margins`."""
        return self.year.margins(self.group)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its place, and its distance to the line and to its neighbours."""
        unit, median = self.margin, float(np.median(self.marks.totals))
        above = self.say("above" if pd.notna(unit["above"]) else "first", points=points(unit["above"]))
        below = self.say("below" if pd.notna(unit["below"]) else "last", points=points(unit["below"]))
        return (
            self.say(
                "place",
                unit=unit["name"],
                total=points(unit["total"]),
                units=len(self.frame),
                rank=unit["rank"],
                grade=self.scheme.grade_names[unit["grade"]],
                median=points(median),
                gap=change(unit["total"] - median)),
            self.say(
                "line", margin=describe_margin(unit.to_dict()), above=above, below=below),
        )  # fmt: skip


class History(UnitExhibit):
    """One unit through the years, under whatever name."""

    name = "history"
    label = "历年得分、名次和等次"
    looks_back = True

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `follow_unit`."""
        return follow_unit(self.year.dataset, self.year.scores_so_far, self.unit_id)

    @property
    def table(self) -> Table:
        """A row a year."""
        history, grades = self.frame, self.year.dataset.grade_names
        place = (history["rank"].map(WHOLE) + " / " + history["units"].map(WHOLE)).where(history["rank"].notna(), "—")
        told = [
            "；".join(EVENTS[event] + (f"：{note}" if note else "") for event, note in events)
            for events in history["events"]
        ]
        frame = history.assign(place=place, grade=history["grade"].map(grades), told=told)
        columns: Columns = [
            "year", Column("name", "当年名称"), "total", Column("average", "本组平均", POINTS),
            Column("place", "名次 / 单位数", right=True), "grade", Column("told", "沿革"),
        ]  # fmt: skip
        return make_table(frame, columns, self.label, self.note, head="当年名称")


class UnitStreak(UnitExhibit):
    """How long a unit has been in the best grade."""

    name = "unit_streak"
    label = "连续获得最好等次"
    looks_back = True
    templates = {
        "streak": "截至本年度{at_least}连续 {years} 年{best}。",
        "none": "本年度不是{best}{lost}。",
        "lost": "，上年是{best}",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The unit's row of `find_streaks`."""
        return self.year.streaks[self.year.streaks["unit_id"].eq(self.unit_id)]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One."""
        own = self.frame.iloc[0]
        if own["streak"]:
            at_least = "至少" if own["at_least"] else ""
            return (self.say("streak", at_least=at_least, years=own["streak"]),)
        return (self.say("none", lost=self.say("lost") if own["lost"] else ""),)


class UnitChange(UnitExhibit):
    """Why a unit's total changed on the last year before in which it was scored."""

    name = "unit_change"
    label = "总分变化的构成"

    @cached_property
    def crossed(self) -> Counterfactuals | None:
        """The two years crossed; None if it was in no scored year before."""
        return cross_with_previous(self.year.dataset, self.unit_id, self.year.year)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.crossed is not None:
            self.base = self.year.assessment.year(self.crossed.years[0].year)

    @property
    def absent(self) -> str:
        """Where there is no year to compare with."""
        return "" if self.crossed else "前面没有它参评而又有评分的年度，变化无从分解。"

    @property
    def years(self) -> list[int]:
        """The two years alone."""
        return [self.base.year, self.year.year] if self.base else [self.year.year]

    @property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `decompose_units` with column label; none without a year to compare with."""
        if self.crossed is None:
            return pd.DataFrame(columns=["unit_id", "factor", "part", "contribution", "group", "label"])
        changes = decompose_units(self.crossed)
        return name_factors(changes[changes["unit_id"].eq(self.unit_id)], self.crossed.part_names)

    @property
    def chart(self) -> Chart | None:
        """A step a factor."""
        if self.crossed is None:
            return None
        place = self.crossed.units.index[self.crossed.units["unit_id"].eq(self.unit_id)][0]
        totals = self.crossed.points.sum(axis=-1)[..., place]
        ends = (float(totals[0, 0, 0]), float(totals[1, 1, 1]))
        return chart_steps(self, self.frame, f"{self.crossed.units.at[place, 'name']}总分", ends, "总分")


class Parts(UnitExhibit):
    """A unit's rate in every part beside those of its group."""

    name = "parts"
    label = "各部分与本组相比"
    templates = {
        "gap": "{unit}：{part}比本组中位数{side} {points} 个百分点",
        "level": "{unit}：各部分都与本组中位数持平",
        "measure": "圆点为本单位，粗竖线为{group}的中位数，细竖线为组内各单位",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `rate_parts`."""
        return rate_parts(self.marks)

    @property
    def chart(self) -> Chart:
        """A row a part."""
        names, colour = self.scheme.part_names, group_colours(self.scheme.groups)[self.group]
        wide = self.frame.pivot(index="unit_id", columns="part", values="rate").reindex(columns=list(names))
        own, medians = wide.loc[self.unit_id], wide.median()
        gaps = (own - medians).dropna()
        with new_figure(0.8 + 0.5 * len(names)) as (figure, (ax,)):
            draw_parts(self.frame, self.unit_id, ax, names, colour)
        largest = gaps.abs().idxmax()
        value, median = own[largest] * 100, medians[largest] * 100
        title = self.say("level")
        if abs(gaps[largest]) >= LEAST / 10:
            side, distance = "高" if gaps[largest] > 0 else "低", points(abs(gaps[largest]) * 100, 1)
            title = self.say("gap", part=names[largest], side=side, points=distance)
        told = "；".join(
            f"{names[part]}得分率{percent(own[part], 1)}，中位数{percent(medians[part], 1)}" for part in gaps.index
        )
        rates = pd.DataFrame({"本单位": own, "本组中位数": medians}).set_axis(list(names.values()))
        return self.finish(
            figure,
            title,
            self.say("measure") + rounding_note(median, [value - median], value, decimals=1),
            f"点图。{self.year.year}年{self.unit}各部分的得分率：{told}。",
            ChartData(rates, "bars", "得分率", SHARE, {"本单位": colour, "本组中位数": FAINT}),
        )


@dataclass(eq=False)
class Strengths(UnitExhibit):
    """A unit's strongest and weakest indicators.

    Parameters
    ----------
    most : int
        How many of either.
    """

    name = "strengths"
    label = "最强和最弱的指标"

    most: int = 5

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_marks`."""
        return compare_marks(self.marks, self.unit_id)

    @property
    def table(self) -> Table:
        """A row an indicator."""
        strong = self.frame[self.frame["gap"] > 0].head(self.most).assign(side="强")
        weak = self.frame[self.frame["gap"] < 0].tail(self.most).iloc[::-1].assign(side="弱")
        shown = pd.concat([strong, weak], ignore_index=True)
        frame = shown.assign(part=shown["part"].map(self.scheme.part_names), mark=_write_ratings(shown))
        columns: Columns = [
            Column("name", "指标"), "indicator_id", Column("side", "强弱"), "part", "points", "mark",
            Column("median", "本组中位得分率", SHARE), Column("gap", "比中位多得", CHANGE),
            Column("lost", "离满分", POINTS),
        ]  # fmt: skip
        caption = f"{self.label}（各至多 {self.most} 项，按折合总分的分差）"
        return make_table(frame, columns, caption, self.note, head="指标")


class Items(UnitExhibit):
    """A unit's bonuses, deductions and vetoes."""

    name = "items"
    label = "加分、扣分"
    templates = {"none": "没有加分、扣分或取消评优资格{made_up}。"}

    @property
    def frame(self) -> pd.DataFrame:
        """Columns kind, reason, points, items: alike ones together."""
        assert self.year.facts.inputs is not None
        given = self.year.facts.inputs.adjustments
        own = given[given["unit_id"].eq(self.unit_id)]
        return own.groupby(["kind", "reason", "points"], sort=False, dropna=False).size().rename("items").reset_index()

    @property
    def absent(self) -> str:
        """Where it has none."""
        return self.say("none") if self.frame.empty else ""

    @property
    def table(self) -> Table:
        """A row a reason."""
        items = self.frame
        frame = items.assign(kind=items["kind"].map(ADJUSTMENTS), sum=items["points"] * items["items"])
        columns: Columns = [
            Column("reason", "事由"), Column("kind", "类别"), Column("points", "每项分值", POINTS),
            Column("items", "项数", WHOLE), Column("sum", "合计（封顶前）", POINTS),
        ]  # fmt: skip
        return make_table(frame, columns, self.label, self.note, head="事由")


class UnitRescaling(UnitExhibit):
    """By what factor a unit's points were rescaled, and which indicators were left out."""

    name = "unit_rescaling"
    label = "没有计分的指标"
    templates = {
        "factor": "{component}承担 {applicable} 分（满分 {points} 分），得分乘以 {factor}{made_up}。",
        "none": "承担本组全部指标，没有换算{made_up}。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `list_excluded`."""
        excluded = list_excluded(self.marks)
        return excluded[excluded["unit_id"].eq(self.unit_id)]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a rescaled component; and that nothing was left out, where so."""
        unit = self.marks.units.iloc[self.place]
        told = [
            self.say(
                "factor",
                component=component.name,
                applicable=points(unit[f"{component.id}_applicable"]),
                points=f"{component.points:g}",
                factor=points(unit[f"{component.id}_factor"], 4),
            )
            for component in self.scheme.components
            if component.rescale
        ]
        return (*told, *([self.say("none")] if self.frame.empty else []))

    @property
    def table(self) -> Table | None:
        """A row an indicator left out; none if there is none."""
        own = self.frame
        if own.empty:
            return None
        frame = own.assign(
            part=own["part"].map(self.scheme.part_names),
            status=own["status"].map(EXCLUDED),
            assessor=own["assessor_id"].map(self.scheme.assessors.value),
        )
        columns: Columns = [
            Column("name", "指标"),
            "indicator_id",
            "part",
            "points",
            Column("status", "原因"),
            "assessor",
        ]
        caption = f"{self.label}：{len(own)} 项，共 {points(own['points'].sum())} 分"
        return make_table(frame, columns, caption, self.note, head="指标")


class WayToBest(UnitExhibit):
    """The smallest set of marks that would lift a unit to the best grade, or what would lose it."""

    name = "way_to_best"
    label = "离最好的等次有多远"
    templates = {
        "safe": "已是{best}；任何一项评价等次的降级都不会失去{best}{made_up}。",
        "downgrade": "已是{best}。失去{best}的最小单项降级：{indicator}（{id}）由{start}降为{end}，"
        "扣 {loss} 分{made_up}。",
        "barred": "取消了评优资格，提高评分不能评为{best}{made_up}。",
        "out_of_reach": "全部评分都提到最好，也到不了{best}{made_up}。",
        "note": "其他单位得分不变；项数最少的一组。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `compare_marks` that have to be raised."""
        compared = compare_marks(self.marks, self.unit_id).set_index("indicator_id")
        raised = self.margin["raised_ids"] if self.margin["raised"] > 0 else ()
        return compared.loc[list(raised)].reset_index()

    @property
    def absent(self) -> str:
        """Where raising marks is not needed, or does not help."""
        unit, words = self.margin, {"best": self.best, "made_up": self.made_up}
        if unit["best"] and pd.notna(unit["downgrade_id"]):
            names = self.marks.indicators.set_index("indicator_id")["name"]
            words |= {"indicator": names[unit["downgrade_id"]], "id": unit["downgrade_id"]}
            words |= {"start": unit["downgrade_from"], "end": unit["downgrade_to"]}
            return self.say("downgrade", loss=points(unit["downgrade_loss"]), **words)
        kind = "safe" if unit["best"] else "barred" if unit["barred"] else "" if unit["raised"] > 0 else "out_of_reach"
        return self.say(kind, **words) if kind else ""

    @property
    def table(self) -> Table:
        """A row an indicator to raise."""
        shown = self.frame
        frame = shown.assign(part=shown["part"].map(self.scheme.part_names), mark=_write_ratings(shown))
        columns: Columns = [
            Column("name", "指标"), "indicator_id", "part", Column("mark", "现评价"),
            Column("gain", "提到最好可得", POINTS),
        ]  # fmt: skip
        gain = points(shown["gain"].sum())
        caption = f"评为{self.best}至少要提到最好的指标：{len(shown)} 项，共 {gain} 分"
        return make_table(frame, columns, caption, self.templates["note"] + self.note, head="指标")


class Mentions(UnitExhibit):
    """What the circulars print about a unit."""

    name = "mentions"
    label = "通报里关于这个单位的话"
    needs = ("unit",)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_mentions`."""
        return find_mentions(self.year.dataset, self.unit_id)

    @property
    def absent(self) -> str:
        """Where nothing is printed."""
        return "通报没有提到这个单位。" if self.frame.empty else ""

    @property
    def table(self) -> Table:
        """A row a statement."""
        named: dict[Any, str] = {**VERDICTS}
        verdict = self.frame["verdict"].map(named).fillna("—")
        frame = self.frame.assign(verdict=verdict, reason=self.frame["reason"].replace("", "—"))
        columns: Columns = [
            Column("text", "印本所载"), "year", "section", Column("document", "文号"), Column("verdict", "核对结论"),
            Column("reason", "说明"),
        ]  # fmt: skip
        return make_table(frame, columns, self.label, "名单内的先后读作名次，是推定", head="印本所载")


class UnitMarks(UnitExhibit):
    """All of a unit's marks."""

    name = "unit_marks"
    label = "全部评分"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `list_marks`."""
        listed = list_marks(self.marks)
        return listed[listed["unit_id"].eq(self.unit_id)]

    @property
    def table(self) -> Table:
        """A row an indicator."""
        columns: Columns = [
            Column("indicator", "指标"), "indicator_id", "part", "points", "mark", "rate",
            Column("median", "本组中位得分率", SHARE), "adds",
        ]  # fmt: skip
        caption = f"{self.unit}：{self.year.year} 年{self.label}"
        return make_table(write_marks(self, self.frame), columns, caption, self.note, head="指标")


def _write_ratings(compared: pd.DataFrame) -> pd.Series:
    """Write a rating as it is, and a score as the share of the points it earned."""
    return compared["rating"].where(compared["rating"].ne(""), compared["rate"].map(SHARE))


def draw_parts(rates: pd.DataFrame, unit_id: str, ax: Axes, names: dict[str, str], colour: str) -> Axes:
    """Draw a unit's rate in every part among those of its group, with the group's median.

    Parameters
    ----------
    rates : DataFrame of `rate_parts`
    unit_id : str
    ax : Axes
    names : dict of part to name
    colour : str

    Returns
    -------
    Axes
    """
    for row, part in enumerate(names):
        own = rates[rates["part"].eq(part)].set_index("unit_id")["rate"]
        ax.plot(own, np.full(len(own), row), "|", color=FAINT, markersize=16, markeredgewidth=1.6, zorder=1)
        ax.plot(own.median(), row, "|", color=INK, markersize=22, markeredgewidth=2, zorder=2)
        if pd.notna(own[unit_id]):
            ax.plot(own[unit_id], row, "o", color=colour, markersize=9, zorder=3)
        told = f"{percent(own[unit_id], 1)}（中位 {percent(own.median(), 1)}）"
        ax.annotate(told, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)
    label_rows(ax, names.values())
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.set_xlabel("得分率（横轴不从零起）")
    return ax
