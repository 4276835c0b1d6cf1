"""Which indicators decide, where are points lost, and how was an indicator marked?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, draw_bars, label_rows, write_beside
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ROW, grade_colours
from analysis.methods.assessors import find_weak_links
from analysis.methods.matrices import MarkMatrix
from analysis.methods.profiles import list_marks
from analysis.methods.weights import weigh_indicators
from analysis.words import ADJUSTMENTS, EXCLUDED, PERCENT, POINTS, SHARE, WHOLE

_BINS = 20
"""Rates are counted in steps of 5 %."""
_UNMARKED = "没有计分"


@dataclass(eq=False)
class Influence(GroupExhibit, name="influence", label="指标的影响"):
    """What each part and indicator of one group weighs on paper, and what it does to the totals.

    Parameters
    ----------
    most : int
        Indicators to list beside those at their ceiling.
    """

    templates = {
        "no_spread": "{group}各单位总分没有差异，无从比较各项影响。",
        "alone": "{group}只有1个单位，无从比较各项影响。",
        "title": "{group}{part}名义权重{weight:share}，{effect}",
        "spreads": "对总分差异的影响{influence:share}",
        "narrows": "影响为{influence:share}，与总分此消彼长",
        "measure": "{year}年；影响为各单位总分差异中由该部分造成的比例，合计100%{taken}；右侧为名义权重 → 影响",
        "taken": "，其中{items:list}占{influence:share}",
        "alt": "条形图。{year}年{group}各部分：{parts}。",
        "alt_part": "{part}名义权重{weight:share}，影响{influence:share}",
        "beside": "{on_paper} → {influence:share}",
        "weightless": "不占权重",
        "note": "不承担该项的单位按其自身得分率计入影响，与换算一致。",
    }

    most: int = 8

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `weigh_indicators`."""
        return weigh_indicators(self.marks)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Where nothing can be said of influence."""
        if self.frame["influence"].notna().any():
            return ()
        return (self.say("alone" if len(self.marks.units) == 1 else "no_spread"),)

    @property
    def table(self) -> Table | None:
        """The indicators whose influence is furthest from their weight, and those at their ceiling."""
        if self.sentences:
            return None
        indicators = self.frame[self.frame["kind"].eq("indicator")]
        gap = (indicators["influence"] - indicators["weight"]).abs()
        shown = indicators[indicators["at_ceiling"] | gap.rank(ascending=False, method="first").le(self.most)]
        rows = shown.sort_values(["at_ceiling", "influence"], ascending=False, kind="stable")
        rows = rows.assign(note=rows["at_ceiling"].map({True: "均为最高档", False: ""}))
        return self.tabulate(rows, [
            Column("name", "指标"), "part", Column("weight", "名义权重", PERCENT),
            Column("influence", "影响", PERCENT), "rate", Column("full", "最高档单位占比", SHARE),
            Column("mean_shift", "去掉后平均变动（位）", POINTS), "note",
        ], f"{self.about}：各单位均为最高档的指标，和影响与名义权重相差最大的指标", self.say("note"))  # fmt: skip

    @property
    def chart(self) -> Chart | None:
        """Two bars a part; none where all totals are equal."""
        if self.sentences:
            return None
        items = self._sum_parts()
        series = {"weight": "名义权重", "influence": "对总分差异的影响"}
        colours = {series["weight"]: FAINT, series["influence"]: MUTED}
        data = ChartData(pick(items, series, by="part"), "bars", "占比", SHARE, colours)
        rows = np.arange(len(items))
        with new_figure(0.8 + 0.27 * len(items)) as (figure, (ax,)):
            ax.axvline(0, color=INK, linewidth=0.8)
            ax.hlines(rows, items["weight"].fillna(0.0), items["influence"], color=FAINT, linewidth=4, zorder=1)
            ax.plot(items["weight"], rows, "o", color=MUTED, markerfacecolor=PAPER, label=series["weight"])
            ax.plot(items["influence"], rows, "o", color=INK, label=series["influence"])
            told = items.assign(on_paper=items["weight"].map(SHARE, na_action="ignore").fillna(self.say("weightless")))
            write_beside(ax, [self.say("beside", **item) for item in told.to_dict("records")])
            label_rows(ax, items["part"])
            ax.margins(x=0.03)
            ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            add_legend(ax, len(series))
        most = items.loc[(items["influence"] - items["weight"]).abs().idxmax()]
        effect = self.say("spreads" if most["influence"] >= 0 else "narrows", **most)
        adding = items[items["weight"].isna() & items["influence"].gt(0)]  # takes its influence from what has weight
        taken = self.say("taken", items=adding["part"], influence=adding["influence"].sum()) if len(adding) else ""
        return self.draw(
            figure,
            data,
            **most,
            effect=effect,
            taken=taken,
            parts=self.say_each("alt_part", items),
        )

    def _sum_parts(self) -> pd.DataFrame:
        """Add up weights and influences by part; what neither weighs nor acts is left out."""
        key = self.frame["part"].where(self.frame["part"].ne(""), self.frame["kind"])
        sums = self.frame.groupby(key, sort=False)[["weight", "influence"]].sum(min_count=1)
        names = self.scheme.part_names | ADJUSTMENTS
        items = sums[sums["weight"].notna() | sums["influence"].abs().gt(1e-9)]
        return items.assign(part=items.index.map(names))


@dataclass(eq=False)
class Losses(GroupExhibit, name="losses", label="失分分布"):
    """On which indicators one group loses its points.

    Parameters
    ----------
    most : int
        Indicators to draw.
    """

    templates = {
        "none": "{group}没有逐项评分的指标。",
        "no_loss": "{group}逐项评分的指标均未失分。",
        "lost": "{group}平均每个单位在逐项评分的指标上失{lost:points}分：{parts}{rest}。",
        "part": "{what}失{lost:points}分（占{share:share}）",
        "rest": "；图中{shown}项占{most:share}，其余{left}项共失{least:points}分",
        "title": "{group}失分最多的是“{what}”，平均每个单位失{lost:points}分",
        "measure": "{year}年；平均每个单位在该项指标上失去的总分分值，括号内为得分率；列失分最多的{shown}项{outside}",
        "outside": "，不含{components:list}",
        "beside": "{lost:points}（{rate:share}）",
        "alt": "点图。{year}年{group}失分最多的指标：{told}。",
        "alt_indicator": "{what}失{lost:points}分",
    }

    most: int = 20

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_weak_links`, by indicator, the most lost first."""
        return find_weak_links(self.marks, "indicator_id")

    @property
    def _drawn(self) -> pd.DataFrame:
        rows = self.frame[self.frame["lost"] > 0][: self.most]
        return rows.assign(what=rows["indicator_id"].map(self.indicator_names))

    @property
    def absent(self) -> str:
        """Where nothing is marked, or nothing lost."""
        return self.say("none") if self.frame.empty else self.say("no_loss") if self._drawn.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """In which parts points are lost, and how many of them on the indicators that are drawn."""
        if self.absent:
            return (self.absent,)
        parts, shown = find_weak_links(self.marks, "part"), self._drawn
        told = self.say_each("part", parts.assign(what=parts["part"].map(self.scheme.part_names)), "，")
        left, lost = len(self.frame) - len(shown), self.frame["lost"].sum()
        least = lost - shown["lost"].sum()
        rest = self.say("rest", shown=len(shown), most=shown["share"].sum(), left=left, least=least) if left else ""
        return (self.say("lost", lost=lost, parts=told, rest=rest),)

    @property
    def chart(self) -> Chart | None:
        """A dot an indicator; none where nothing is lost."""
        rows = self._drawn
        if rows.empty:
            return None
        series = "平均失分"
        data = ChartData(pick(rows, {"lost": series}, by="what"), "bars", f"{series}（分）", colours={series: MUTED})
        with new_figure(0.6 + ROW * len(rows)) as (figure, (ax,)):
            ax.grid(axis="y", color=FAINT, linewidth=0.6)
            ax.plot(rows["lost"], range(len(rows)), "o", color=INK, markersize=6)
            write_beside(ax, [self.say("beside", **row) for row in rows.to_dict("records")])
            label_rows(ax, rows["what"])
            ax.set_xlim(0, rows["lost"].max() * 1.04)
            ax.set_xlabel(data.axis)
        outside = [component.name for component in self.scheme.outside_components]
        return self.draw(
            figure,
            data,
            **rows.iloc[0],
            shown=len(rows),
            outside=self.say("outside", components=outside) if outside else "",
            told=self.say_each("alt_indicator", rows),
        )


@dataclass(eq=False)
class IndicatorMarks(GroupExhibit, name="indicator", label="一项指标的评分", needs=("group", "indicator_id", "marks")):
    """How one indicator was marked, and which grades those units have.

    Parameters
    ----------
    indicator_id : str
    """

    templates = {
        "title": "{indicator}：{units}个单位计分{rates}",
        "rates": "，得分率中位数{median:share}，最低{least:share}",
        "measure": "{year}年{group}，分值{points:g}分；颜色为单位的总评等次",
        "alt": "条形图。{indicator}的评分：{counts}。",
    }

    indicator_id: str = ""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The indicator's rows of `list_marks`."""
        listed = list_marks(self.marks)
        return listed[listed["indicator_id"].eq(self.indicator_id)]

    @property
    def table(self) -> Table:
        """A row a unit."""
        caption = f"{self.frame['indicator'].iloc[0]}：{self.group_name}的评分"
        return self.tabulate(write_marks(self.frame), ["rank", "name", "grade", "mark", "rate", "adds"], caption)

    @property
    def chart(self) -> Chart:
        """A bar a mark, stacked by grade."""
        marks, grades = self.frame, self.scheme.grade_names
        counts = _count(self.marks, marks)
        counts = counts.reindex(columns=list(grades), fill_value=0).rename(columns=grades)
        data = ChartData(counts, "stacked", "单位数（个）", WHOLE, grade_colours(counts))
        with new_figure(0.8 + 0.32 * len(counts)) as (figure, (ax,)):
            draw_bars(ax, data, counts.astype(str).where(counts > 0, ""))
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
            ax.set_xlim(0, max(counts.sum(axis=1).max(), 1) * 1.02)
            add_legend(ax, len(grades), "right")
        rates = marks["rate"][marks["status"].eq("marked")]
        return self.draw(
            figure,
            data,
            **marks[["indicator", "points"]].iloc[0],
            units=len(rates),
            rates=self.say("rates", median=rates.median(), least=rates.min()) if len(rates) else "",
            counts="；".join(f"{mark}{units}个" for mark, units in counts.sum(axis=1).items()),
        )


def write_marks(marks: pd.DataFrame) -> pd.DataFrame:
    """Write a mark as its rating, as points of points, or as why there is none.

    Parameters
    ----------
    marks : DataFrame of `list_marks`

    Returns
    -------
    DataFrame: `marks` with column mark
    """
    scored = [f"{POINTS(earned)} / {full:g}" for earned, full in zip(marks["earned"], marks["points"], strict=True)]
    rated = marks["rating"].where(marks["rating"].ne(""), pd.Series(scored, marks.index, dtype=object))
    return marks.assign(mark=marks["status"].map(EXCLUDED).fillna(rated))


def _count(marks: MarkMatrix, rows: pd.DataFrame) -> pd.DataFrame:
    """Count units by mark and grade: by rating from the best down, or by steps of the rate; then those without."""
    marked = rows["status"].eq("marked")
    if rows["rating"].ne("").any():
        order, kind = list(reversed(marks.levels.index)), rows["rating"]
    else:
        step = (rows["rate"] * _BINS).round(6).clip(upper=_BINS - 1).floordiv(1)
        steps = range(_BINS - 1, int(step.min() if marked.any() else _BINS) - 1, -1)
        names = {low: f"{low / _BINS:.0%}–{(low + 1) / _BINS:.0%}" for low in steps}
        order, kind = list(names.values()), step.map(names)
    if not marked.all():
        order.append(_UNMARKED)
    return pd.crosstab(kind.where(marked, _UNMARKED), rows["grade"]).reindex(order, fill_value=0)
