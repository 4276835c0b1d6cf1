"""Why did averages and totals change, and what would one year be under the other's scheme?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, finish, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import FALL, MUTED, PAPER, RISE
from analysis.methods.counterfactuals import Counterfactuals
from analysis.rounding import without_noise
from analysis.words import CHANGE, FACTORS, POINTS, SHARE, WHOLE, change, points, rise_or_fall, rounding_note

LEAST = 0.005
"""Points from which a contribution shows at two decimals."""
_STEP = 0.34
"""Inches a step takes."""


class AverageChange(Exhibit):
    """What each factor added to a group's average."""

    name = "average_change"
    label = "平均分变化的构成"
    needs = ("base_year", "group", "marks")
    templates = {
        "change": "{group}平均分从 {base_year} 年的 {base} 分到 {year} 年的 {average} 分，{moved}：{factors}。",
        "small": "{factors}的作用不到 0.01 分",
    }

    @property
    def crossed(self) -> Counterfactuals:
        """The two years crossed."""
        return self.pair.crossed[self.group]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `decompose_average` with column label, in the order to read."""
        own = self.pair.decomposition
        return name_factors(own[own["group"].eq(self.group)], self.crossed.part_names)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the average changed by, and what that is made of, the largest factor first."""
        start, end = self.crossed.averages
        ordered = self.frame.reindex(self.frame["contribution"].abs().sort_values(ascending=False).index)
        acting = ordered["contribution"].abs() >= LEAST
        told = ["，".join(f"{row.label} {change(row.contribution)}" for row in ordered[acting].itertuples())]
        if not acting.all():
            told.append(self.say("small", factors="、".join(ordered.loc[~acting, "label"])))
        return (
            self.say(
                "change",
                base=points(start),
                average=points(end),
                moved=rise_or_fall(end - start),
                factors="；".join(filter(None, told)),
            ),
        )

    @property
    def chart(self) -> Chart:
        """A step a factor."""
        return chart_steps(self, self.frame, f"{self.group_name}平均分", self.crossed.averages, "平均分")

    @property
    def table(self) -> Table:
        """A row a factor."""
        start, end = self.crossed.averages
        total = pd.DataFrame([{"label": "合计", "contribution": self.frame["contribution"].sum()}])
        frame = pd.concat([self.frame[["label", "contribution"]], total], ignore_index=True)
        rise = end - start
        frame = frame.assign(share=frame["contribution"] / rise if abs(rise) >= LEAST else float("nan"))
        columns: Columns = [
            Column("label", "因素"),
            Column("contribution", "作用（分）", CHANGE),
            Column("share", "占总变化", SHARE),
        ]
        years = f"{self.pair.base.year} 年 {points(start)} 到 {self.year.year} 年 {points(end)}"
        return make_table(frame, columns, f"{self.group_name}平均分 {years} 的构成", self.note, head="因素")


class UnitChanges(Exhibit):
    """What each factor added to the totals of a group's units."""

    name = "unit_changes"
    label = "各单位总分变化的构成"
    needs = ("base_year", "group", "marks")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `decompose_units` with column label, in the order to read."""
        own = self.pair.unit_decomposition
        return name_factors(own[own["group"].eq(self.group)], self.pair.crossed[self.group].part_names)

    @property
    def table(self) -> Table:
        """A row a unit, the largest rise first."""
        labels = list(dict.fromkeys(self.frame["label"]))
        wide = self.frame.pivot_table(index="unit_id", columns="label", values="contribution", aggfunc="sum")
        units = self.pair.crossed[self.group].units[["unit_id", "name"]]
        wide = units.merge(wide.assign(total=wide.sum(axis=1)), on="unit_id")
        columns: Columns = [
            "name",
            Column("total", "总分变化", CHANGE),
            *(Column(label, label, CHANGE) for label in labels),
        ]
        caption = f"{self.group_name}：两年都参评单位总分变化的构成（分）"
        return make_table(wide.sort_values("total", ascending=False), columns, caption, self.note)


class Imputation(Exhibit):
    """What a counterfactual takes for granted about what one year does not mark."""

    name = "imputation"
    label = "推算的前提"
    needs = ("base_year", "marks")
    templates = {
        "no_groups": "两年没有共同的组，平均分的变化无从分解。",
        "missing": "{year} 年没有“{part}”：{year} 年评分按另一年办法计分时，取各单位当年全部评分的得分率；"
        "另一年评分按 {year} 年办法计分时，不计这一部分。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns year, part: what a year does not mark."""
        missing = dict.fromkeys(pair for each in self.pair.crossed.values() for pair in each.lacking)
        return pd.DataFrame(list(missing), columns=["year", "part"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a part, or that there is nothing in common."""
        if not self.pair.crossed:
            return (self.templates["no_groups"],)
        names = self.pair.base.scheme.part_names | self.scheme.part_names
        return tuple(self.say("missing", year=row.year, part=names[row.part]) for row in self.frame.itertuples())


class OtherScheme(Exhibit):
    """What each year's units would get under the other year's scheme."""

    name = "counterfactuals"
    label = "换用另一年办法"
    needs = ("base_year", "group", "marks")
    templates = {
        "average": "{group} {marks} 年的评分按 {scheme} 年办法计，平均 {average} 分，比按当年办法{moved}{other}。",
        "other": "；没有评的部分若取另一年的得分率，则为 {average} 分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `score_counterfactuals`, what a year lacks at the unit's own rate."""
        return self.pair.counterfactuals(self.group)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each year's marks, the later year first."""
        frames = (self.frame, self.pair.counterfactuals(self.group, "other_year"))
        average, again = (frame.groupby(["marks_year", "scheme_year"])["total"].mean() for frame in frames)
        told = []
        for marks, scheme in sorted((pair for pair in average.index if pair[0] != pair[1]), reverse=True):
            value, second = average[marks, scheme], again[marks, scheme]
            other = self.say("other", average=points(second)) if points(value) != points(second) else ""
            told.append(
                self.say("average", marks=marks, scheme=scheme, average=points(value),
                         moved=rise_or_fall(value - average[marks, marks]), other=other)
            )  # fmt: skip
        return tuple(told)

    @property
    def table(self) -> Table:
        """A row for every pairing of marks and scheme."""
        own = self.frame[self.frame["marks_year"].eq(self.frame["scheme_year"])]
        keys = ["marks_year", "unit_id"]
        joined = self.frame.merge(own[[*keys, "rank", "grade"]], on=keys, suffixes=("", "_own"))
        joined = joined.assign(
            moved=joined["rank"].ne(joined["rank_own"]), regraded=joined["grade"].ne(joined["grade_own"])
        )
        sums = joined.groupby(["marks_year", "scheme_year"], sort=False).agg(
            average=("total", "mean"), moved=("moved", "sum"), regraded=("regraded", "sum")
        )
        columns: Columns = [
            Column("marks_year", "评分年度", WHOLE), Column("scheme_year", "办法年度", WHOLE),
            Column("average", "平均分", POINTS), Column("moved", "名次不同的单位", WHOLE),
            Column("regraded", "等次不同的单位", WHOLE),
        ]  # fmt: skip
        return make_table(sums.reset_index(), columns, f"{self.group_name}：换用另一年办法", self.note, head="评分年度")


def name_factors(contributions: pd.DataFrame, part_names: dict[str, str]) -> pd.DataFrame:
    """Give every factor its label, in the order to read them.

    Parameters
    ----------
    contributions : DataFrame of `decompose_average` or `decompose_units`
    part_names : dict of part to name

    Returns
    -------
    DataFrame: `contributions` with column label, sorted by factor and part.
    """
    factors, parts = list(FACTORS), ["", *part_names]
    label = [
        FACTORS[factor].format(part=part_names.get(part, part))
        for factor, part in zip(contributions["factor"], contributions["part"], strict=True)
    ]
    order = contributions["factor"].map(factors.index) * len(parts) + contributions["part"].map(parts.index)
    named = contributions.assign(label=label, _order=order)
    return named.sort_values("_order", kind="stable", ignore_index=True).drop(columns="_order")


def chart_steps(exhibit: Exhibit, steps: pd.DataFrame, what: str, scores: tuple[float, float], end: str) -> Chart:
    """Chart the way from one score to another.

    Parameters
    ----------
    exhibit : Exhibit
        Of two years.
    steps : DataFrame with columns label, contribution (points), in the order to draw
    what : str
        Whose score.
    scores : (float, float)
        The first and the last, in points.
    end : str
        What kind of score.

    Returns
    -------
    Chart
    """
    base_year, year = exhibit.pair.base.year, exhibit.year.year
    ends = (f"{base_year} 年{end}", f"{year} 年{end}")
    with new_figure(1.1 + _STEP * (len(steps) + 2)) as (figure, (ax,)):
        draw_waterfall(steps, scores[0], ends, ax)
    most = steps.loc[steps["contribution"].abs().idxmax()]
    reason = f"，{most['label']}的作用最大（{change(most['contribution'])} 分）"
    told = "；".join(f"{row['label']}{change(row['contribution'])}分" for row in steps.to_dict("records"))
    return finish(
        figure,
        f"{what}{rise_or_fall(scores[1] - scores[0])}{reason if abs(most['contribution']) >= LEAST else ''}",
        f"{base_year} 年到 {year} 年的变化按 Shapley 值分给各因素，各项之和等于总变化；实心为升，斜线为降"
        + rounding_note(scores[0], steps["contribution"], scores[1]),
        exhibit.source,
        f"瀑布图。{what}由{base_year}年{points(scores[0])}分到{year}年{points(scores[1])}分：{told}。",
        _step_data(steps, scores[0], ends),
    )


def draw_waterfall(steps: pd.DataFrame, start: float, ends: tuple[str, str], ax: Axes) -> Axes:
    """Draw the way from one score to another, a bar for every step; falls are hatched.

    Parameters
    ----------
    steps : DataFrame with columns label, contribution (points), in the order to draw
    start : float
        The first score, in points.
    ends : (str, str)
        Labels of the first and of the last score.
    ax : Axes

    Returns
    -------
    Axes
    """
    added = without_noise(steps["contribution"]).to_numpy()
    reached = _reach(steps, start)
    rows = np.arange(1, len(added) + 1)
    low, high = reached.min(), reached.max()
    room = max(high - low, 0.5)
    left, right = low - 0.18 * room, high + 0.16 * room
    for row, score in ((0, start), (len(added) + 1, reached[-1])):
        ax.barh(row, score - left, left=left, height=0.6, color=MUTED)
        ax.text(score + 0.012 * room, row, points(score), va="center", ha="left", fontsize=9.5)
    falls = added < 0
    for mask, look in ((~falls, {"color": RISE}), (falls, {"color": PAPER, "edgecolor": FALL, "hatch": "////"})):
        style: Any = look
        ax.barh(rows[mask], added[mask], left=reached[:-1][mask], height=0.6, **style)
    for place, value in enumerate(added):
        edge = max(reached[place], reached[place + 1])
        ax.text(edge + 0.012 * room, place + 1, change(value), va="center", ha="left", fontsize=9.5)
    for place, score in enumerate(reached):
        ax.plot([score] * 2, [place + 0.3, place + 0.7], color=MUTED, linewidth=0.7)
    label_rows(ax, [ends[0], *steps["label"], ends[1]])
    ax.set_xlim(left, right)
    ax.set_xlabel("分（横轴不从零起）")
    return ax


def _step_data(steps: pd.DataFrame, start: float, ends: tuple[str, str]) -> ChartData:
    """Stack each step on what lifts it; the lift has no colour."""
    reached = _reach(steps, start)
    before, after = reached[:-1], reached[1:]
    frame = pd.DataFrame(
        {
            "底": [0.0, *np.minimum(before, after), 0.0],
            "得分": [start, *np.zeros(len(steps)), reached[-1]],
            "升": [0.0, *np.maximum(after - before, 0.0), 0.0],
            "降": [0.0, *np.maximum(before - after, 0.0), 0.0],
        },
        index=[ends[0], *steps["label"], ends[1]],
    )
    lowest = max(0.0, float(np.floor(reached.min() - 0.2 * max(reached.max() - reached.min(), 1.0))))
    return ChartData(
        frame,
        "stacked",
        "分（横轴不从零起）",
        colours={"得分": MUTED, "升": RISE, "降": FALL},
        hidden="底",
        lifted=("", *map(change, steps["contribution"]), ""),
        hatched=("降",),
        lowest=lowest,
    )


def _reach(steps: pd.DataFrame, start: float) -> np.ndarray:
    """Return the score before the first step and after each."""
    return start + np.concatenate([[0.0], np.cumsum(without_noise(steps["contribution"]).to_numpy())])
