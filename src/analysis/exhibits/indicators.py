"""Which indicators decide, where are points lost, and how was an indicator marked?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, grade_colours, group_colours, ink_on
from analysis.methods.assessors import find_weak_links
from analysis.methods.matrices import MarkMatrix
from analysis.methods.profiles import list_marks
from analysis.methods.weights import weigh_indicators
from analysis.words import ADJUSTMENTS, EXCLUDED, PERCENT, POINTS, SHARE, WHOLE, percent, points

_BINS = 20
"""Rates are counted in steps of 5 %."""
_UNMARKED = "没有计分"


@dataclass(eq=False)
class Influence(Exhibit):
    """What each part and indicator of one group weighs on paper, and what it does to the totals.

    Parameters
    ----------
    most : int
        Indicators to list beside those at their ceiling.
    """

    name = "influence"
    label = "指标的影响"
    needs = ("group", "marks")
    templates = {
        "no_spread": "{group}各单位总分没有差异，谈不上哪一项影响大。",
        "title": "{year} 年{group}：{part}名义权重 {weight}，{effect}",
        "share": "占总分差异的 {share}",
        "narrows": "使总分差异缩小 {share}",
        "measure": "影响：与总分的协方差占总分方差的比例，各项合计 100%{taken}；"
        "小于名义权重，{why}在这一项上拉不开差距，或与别的项此消彼长",
        "taken": "，其中{items}占去 {share}",
        "note": "不承担的单位按它自己的得分率计入影响，与换算一致。",
    }

    most: int = 8

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `weigh_indicators`."""
        return weigh_indicators(self.year.marks(self.group))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Where nothing can be said of influence."""
        return () if self.frame["influence"].notna().any() else (self.say("no_spread"),)

    @property
    def table(self) -> Table:
        """The indicators whose influence is furthest from their weight, and those at their ceiling."""
        own = self.frame[self.frame["kind"].eq("indicator")]
        gap = (own["influence"] - own["weight"]).abs()
        shown = own[own["at_ceiling"] | gap.rank(ascending=False, method="first").le(self.most)]
        frame = shown.assign(
            part=shown["part"].map(self.scheme.part_names),
            note=shown["at_ceiling"].map({True: "都是最好的评价", False: ""}),
        ).sort_values(["at_ceiling", "influence"], ascending=False, kind="stable")
        columns: Columns = [
            Column("name", "指标"), Column("id", "编号"), "part", Column("weight", "名义权重", PERCENT),
            Column("influence", "影响", PERCENT), "rate", Column("full", "评得最好的单位", SHARE),
            Column("mean_shift", "去掉后平均变动（位）", POINTS), "note",
        ]  # fmt: skip
        caption = f"{self.about}：分不出高下的指标，和影响与权重相差最大的指标"
        return make_table(frame, columns, caption, self.templates["note"] + self.note, head="指标")

    @property
    def chart(self) -> Chart | None:
        """Two bars a part; none where all totals are equal."""
        if self.sentences:
            return None
        items = self._sum_parts()
        colour = group_colours(self.scheme.groups)[self.group]
        with new_figure(0.8 + 0.5 * len(items)) as (figure, (ax,)):
            draw_influence(items, ax, colour)
        weighted = items["weight"].notna()
        most = items.loc[(items["influence"] - items["weight"])[weighted].abs().idxmax()]
        adding = items[~weighted & items["influence"].gt(0)]  # what has no weight takes its influence from what has
        taken = ""
        if len(adding):
            taken = self.say("taken", items="、".join(adding["name"]), share=percent(adding["influence"].sum(), 1))
        told = "；".join(
            f"{row['name']}名义权重{percent(row['weight'], 1)}，影响{percent(row['influence'], 1)}"
            for row in items.to_dict("records")
        )
        names = {"weight": "名义权重", "influence": "对总分差异的影响"}
        return self.finish(
            figure,
            self.say(
                "title",
                part=most["name"],
                weight=percent(most["weight"], 1),
                effect=self.say(
                    "share" if most["influence"] >= 0 else "narrows", share=percent(abs(most["influence"]), 1)
                ),
            ),
            self.say("measure", taken=taken, why="或是被占去，或是" if taken else "是"),
            f"条形图。{self.year.year}年{self.group_name}各部分：{told}。",
            ChartData(
                items.set_index("name")[list(names)].rename(columns=names),
                "bars",
                "占比",
                SHARE,
                {names["weight"]: FAINT, names["influence"]: colour},
            ),
        )

    def _sum_parts(self) -> pd.DataFrame:
        """Add up weights and influences by part; what neither weighs nor acts is left out."""
        key = self.frame["part"].where(self.frame["part"].ne(""), self.frame["kind"])
        sums = self.frame.groupby(key, sort=False)[["weight", "influence"]].sum(min_count=1)
        items = sums[sums["weight"].notna() | sums["influence"].abs().gt(1e-9)]
        names = self.scheme.part_names | ADJUSTMENTS
        return items.assign(name=[names[part] for part in items.index])


@dataclass(eq=False)
class Losses(Exhibit):
    """Where one group loses its points.

    Parameters
    ----------
    most : int or None
        Rows to show; all by default.
    """

    needs = ("group", "marks")
    templates = {"note": "只看逐项评分的指标，不含{components}。"}
    by: ClassVar[str]
    head: ClassVar[str]

    most: int | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_weak_links`."""
        return find_weak_links(self.year.marks(self.group), self.by)

    @property
    def _names(self) -> dict[str, str]:
        raise NotImplementedError

    @property
    def table(self) -> Table:
        """The most lost first."""
        shown = self.frame.head(self.most) if self.most else self.frame
        frame = shown.assign(what=shown[self.by].map(self._names))
        second = "indicator_id" if self.by == "indicator_id" else Column("indicators", "指标数", WHOLE)
        columns: Columns = [
            Column("what", self.head), second, "rate", Column("lost", "平均每个单位失分", POINTS),
            Column("share", "占逐项失分", SHARE),
        ]  # fmt: skip
        outside = "、".join(component.name for component in self.scheme.outside_components)
        note = (self.say("note", components=outside) if outside else "") + self.note
        caption = f"{self.about}：按{self.head}看失分"
        return make_table(frame, columns, caption, note, head=self.head)


class LossesByPart(Losses):
    """In which parts one group loses its points."""

    name, label, by, head = "losses_by_part", "按部分看失分", "part", "部分"

    @property
    def _names(self) -> dict[str, str]:
        return self.scheme.part_names


class LossesByAssessor(Losses):
    """With which assessors one group loses its points."""

    name, label, by, head = "losses_by_assessor", "按考核主体看失分", "assessor_id", "考核主体"

    @property
    def _names(self) -> dict[str, str]:
        return self.scheme.assessors.value


@dataclass(eq=False)
class LossesByIndicator(Losses):
    """On which indicators one group loses its points."""

    name, label, by, head = "losses_by_indicator", "按指标看失分", "indicator_id", "指标"

    most: int | None = 8

    @property
    def _names(self) -> dict[str, str]:
        indicators = self.year.marks(self.group).indicators
        return dict(zip(indicators["indicator_id"], indicators["name"], strict=True))


@dataclass(eq=False)
class IndicatorMarks(Exhibit):
    """How one indicator was marked, and which grades those units have.

    Parameters
    ----------
    indicator_id : str
    """

    name = "indicator"
    label = "一项指标的评分"
    needs = ("group", "indicator_id", "marks")
    templates = {
        "title": "{indicator}：{units} 个单位计分{rates}",
        "rates": "，得分率中位 {median}，最低 {least}",
        "measure": "{year} 年{group}，{points} 分的指标；条的颜色是单位的总评等次",
    }

    indicator_id: str = ""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The indicator's rows of `list_marks`."""
        listed = list_marks(self.year.marks(self.group))
        return listed[listed["indicator_id"].eq(self.indicator_id)]

    @property
    def table(self) -> Table:
        """A row a unit."""
        columns: Columns = ["rank", "name", "grade", "mark", "rate", "adds"]
        caption = f"{self.frame['indicator'].iloc[0]}（{self.indicator_id}）：{self.group_name}的评分"
        return make_table(write_marks(self, self.frame), columns, caption, self.note)

    @property
    def chart(self) -> Chart:
        """A bar a mark, stacked by grade."""
        own, grades = self.frame, self.scheme.grade_names
        counts = _count(self.year.marks(self.group), own)
        counts = counts.reindex(columns=list(grades), fill_value=0).rename(columns=grades)
        colours = {grades[grade]: colour for grade, colour in grade_colours(grades).items()}
        with new_figure(0.8 + 0.32 * len(counts)) as (figure, (ax,)):
            draw_counts(counts, ax, colours)
        marked, name = own[own["status"].eq("marked")], own["indicator"].iloc[0]
        rates = ""
        if len(marked):
            median, least = percent(marked["rate"].median(), 1), percent(marked["rate"].min(), 1)
            rates = self.say("rates", median=median, least=least)
        told = "；".join(f"{mark}{total}个" for mark, total in counts.sum(axis=1).items())
        full = f"{own['points'].iloc[0]:g}"
        return self.finish(
            figure,
            self.say("title", indicator=name, units=len(marked), rates=rates),
            self.say("measure", points=full),
            f"条形图。{name}的评分：{told}。",
            ChartData(counts, "stacked", "单位数（个）", WHOLE, colours),
        )


def write_marks(exhibit: Exhibit, marks: pd.DataFrame) -> pd.DataFrame:
    """Name parts and grades, and write a mark as its rating, as points of points, or as why there is none.

    Parameters
    ----------
    exhibit : Exhibit
        Of the year.
    marks : DataFrame of `list_marks`

    Returns
    -------
    DataFrame: `marks` with column mark
    """
    scored = [f"{points(earned)} / {full:g}" for earned, full in zip(marks["earned"], marks["points"], strict=True)]
    mark = marks["rating"].where(marks["rating"].ne(""), pd.Series(scored, index=marks.index, dtype=object))
    return marks.assign(
        mark=marks["status"].map(EXCLUDED).fillna(mark),
        part=marks["part"].map(exhibit.scheme.part_names),
        grade=marks["grade"].map(exhibit.scheme.grade_names),
    )


def _count(marks: MarkMatrix, own: pd.DataFrame) -> pd.DataFrame:
    """Count units by mark and grade: by rating from the best down, or by steps of the rate; then those without."""
    marked = own["status"].eq("marked")
    if own["rating"].ne("").any():
        order = list(reversed(marks.levels.index))
        kind = own["rating"]
    else:
        step = (own["rate"] * _BINS).round(6).clip(upper=_BINS - 1).floordiv(1)
        steps = range(_BINS - 1, int(step.min() if marked.any() else _BINS) - 1, -1)
        names = {place: f"{percent(place / _BINS, 0)}–{percent((place + 1) / _BINS, 0)}" for place in steps}
        order, kind = list(names.values()), step.map(names)
    kind = kind.where(marked, _UNMARKED)
    if not marked.all():
        order.append(_UNMARKED)
    return pd.crosstab(kind, own["grade"]).reindex(order, fill_value=0)


def draw_influence(items: pd.DataFrame, ax: Axes, colour: str) -> Axes:
    """Draw what each item weighs on paper beside its influence.

    Parameters
    ----------
    items : DataFrame with columns name, weight, influence (fractions; weight may be NaN)
    ax : Axes
    colour : str

    Returns
    -------
    Axes
    """
    rows = np.arange(len(items))
    weight, influence = items["weight"].fillna(0.0).to_numpy(), items["influence"].to_numpy()
    ax.barh(rows - 0.2, weight, height=0.36, color=PAPER, edgecolor=MUTED, label="名义权重")
    ax.barh(rows + 0.2, influence, height=0.36, color=colour, label="对总分差异的影响")
    room = max(weight.max(), influence.max())
    for row, (nominal, actual) in enumerate(zip(items["weight"], influence, strict=True)):
        on_paper = "（不占权重）" if np.isnan(nominal) else percent(nominal, 1)
        ax.text(np.nan_to_num(nominal) + 0.01 * room, row - 0.2, on_paper, va="center", fontsize=8.5, color=MUTED)
        ax.text(max(actual, 0) + 0.01 * room, row + 0.2, percent(actual, 1), va="center", fontsize=8.5)
    ax.axvline(0, color=INK, linewidth=0.8)
    label_rows(ax, items["name"])
    ax.set_xlim(min(influence.min() * 1.2, 0), room * 1.15)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, handlelength=1.1, borderaxespad=0.2)
    return ax


def draw_counts(counts: pd.DataFrame, ax: Axes, colours: dict[str, str]) -> Axes:
    """Draw how many units got which mark, stacked by grade.

    Parameters
    ----------
    counts : DataFrame of int, marks by names of grades
    ax : Axes
    colours : dict of name to colour

    Returns
    -------
    Axes
    """
    left = np.zeros(len(counts))
    for name, colour in colours.items():
        own = counts[name].to_numpy()
        ax.barh(range(len(counts)), own, left=left, height=0.72, color=colour, edgecolor=PAPER, label=name)
        for row, (start, width) in enumerate(zip(left, own, strict=True)):
            if width:
                middle = start + width / 2
                ax.text(middle, row, str(width), ha="center", va="center", fontsize=8.5, color=ink_on(colour))
        left = left + own
    label_rows(ax, counts.index)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlim(0, max(left.max(), 1) * 1.02)
    ax.set_xlabel("单位数（个）")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(colours), handlelength=1.1, borderaxespad=0.2)
    return ax
