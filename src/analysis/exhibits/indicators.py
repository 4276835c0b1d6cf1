"""Which indicators decide, where are points lost, and how was an indicator marked?"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pandas as pd
from matplotlib.ticker import MaxNLocator

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, draw_bars
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, grade_colours
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
        "no_spread": "{group}各单位总分没有差异，谈不上哪一项影响大。",
        "alone": "{group}只有 1 个单位，谈不上哪一项影响大。",
        "title": "{year} 年{group}：{part}名义权重 {weight:share}，{effect}",
        "spreads": "占总分差异的 {influence:share}",
        "narrows": "影响为 {influence:share}，与总分此消彼长",
        "measure": "影响：与总分的协方差占总分方差的比例，各项合计 100%{taken}；"
        "小于名义权重，{why}在这一项上拉不开差距，或与别的项此消彼长",
        "taken": "，其中{items:list}占去 {influence:share}",
        "alt": "条形图。{year}年{group}各部分：{parts}。",
        "alt_part": "{part}名义权重{weight:share}，影响{influence:share}",
        "note": "不承担的单位按它自己的得分率计入影响，与换算一致。",
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
        rows = rows.assign(note=rows["at_ceiling"].map({True: "都是最好的评价", False: ""}))
        return self.tabulate(rows, [
            Column("name", "指标"), Column("id", "编号"), "part", Column("weight", "名义权重", PERCENT),
            Column("influence", "影响", PERCENT), "rate", Column("full", "评得最好的单位", SHARE),
            Column("mean_shift", "去掉后平均变动（位）", POINTS), "note",
        ], f"{self.about}：分不出高下的指标，和影响与权重相差最大的指标", self.say("note"))  # fmt: skip

    @property
    def chart(self) -> Chart | None:
        """Two bars a part; none where all totals are equal."""
        if self.sentences:
            return None
        items = self._sum_parts()
        series = {"weight": "名义权重", "influence": "对总分差异的影响"}
        colours = {series["weight"]: FAINT, series["influence"]: MUTED}
        data = ChartData(pick(items, series, by="part"), "bars", "占比", SHARE, colours)
        with new_figure(0.8 + 0.5 * len(items)) as (figure, (ax,)):
            labels = data.frame.map(SHARE, na_action="ignore").fillna("（不占权重）")
            draw_bars(ax, data, labels)
            ax.axvline(0, color=INK, linewidth=0.8)
            ax.margins(x=0.12)
            ax.set(xlabel="", xticks=[])
            ax.spines["bottom"].set_visible(False)
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
            why="或是被占去，或是" if taken else "是",
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
class Losses(GroupExhibit):
    """Where one group loses its points.

    Parameters
    ----------
    most : int or None
        Rows to show; all by default.
    """

    templates = {"note": "只看逐项评分的指标，不含{components:list}。", "none": "{group}没有逐项评分的指标。"}
    by: ClassVar[str]
    head: ClassVar[str]

    most: int | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_weak_links`."""
        return find_weak_links(self.marks, self.by)

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def table(self) -> Table | None:
        """The most lost first."""
        rows = self.frame[: self.most or None]
        names = self._vocabulary() | {"indicator_id": self.indicator_names}
        second = "indicator_id" if self.by == "indicator_id" else Column("indicators", "指标数", WHOLE)
        outside = [component.name for component in self.scheme.outside_components]
        return self.tabulate(rows.assign(what=rows[self.by].map(names[self.by])), [
            Column("what", self.head), second, "rate", Column("lost", "平均每个单位失分", POINTS),
            Column("share", "占逐项失分", SHARE),
        ], f"{self.about}：按{self.head}看失分", self.say("note", components=outside) if outside else "")  # fmt: skip


class LossesByPart(Losses, name="losses_by_part", label="按部分看失分", by="part", head="部分"):
    """In which parts one group loses its points."""


class LossesByAssessor(
    Losses, name="losses_by_assessor", label="按考核主体看失分", by="assessor_id", head="考核主体", withholds=("table",)
):
    """With which assessors one group loses its points."""


@dataclass(eq=False)
class LossesByIndicator(Losses, name="losses_by_indicator", label="按指标看失分", by="indicator_id", head="指标"):
    """On which indicators one group loses its points."""

    most: int | None = 8


@dataclass(eq=False)
class IndicatorMarks(GroupExhibit, name="indicator", label="一项指标的评分", needs=("group", "indicator_id", "marks")):
    """How one indicator was marked, and which grades those units have.

    Parameters
    ----------
    indicator_id : str
    """

    templates = {
        "title": "{indicator}：{units} 个单位计分{rates}",
        "rates": "，得分率中位 {median:share}，最低 {least:share}",
        "measure": "{year} 年{group}，{points:g} 分的指标；条的颜色是单位的总评等次",
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
        caption = f"{self.frame['indicator'].iloc[0]}（{self.indicator_id}）：{self.group_name}的评分"
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
