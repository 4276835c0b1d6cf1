"""What did the units score, how are the totals spread, and what are they made of?"""

from __future__ import annotations

from functools import cached_property, partial
from itertools import cycle, pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.data.schemes import Scheme
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import (
    BONUS_COLOUR,
    DEDUCTION_COLOUR,
    FAINT,
    INK,
    MUTED,
    PAPER,
    PART_COLOURS,
    ROW,
    grade_colours,
)
from analysis.words import ADJUSTMENTS, METHODS, POINTS, WHOLE, points, veto_label

DOTS_ACROSS = 60
"""Dots that fit side by side across a panel."""
_BONUS, _DEDUCTION = ADJUSTMENTS["bonus"], ADJUSTMENTS["deduction"]


class Scores(Exhibit):
    """One group's ranked scores."""

    name = "scores"
    label = "得分"
    needs = ("group", "marks")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `score_year`."""
        return self.year.scores[self.year.scores["group"].eq(self.group)]

    @property
    def table(self) -> Table:
        """A row a unit, best first."""
        frame, scheme = self.frame, self.scheme
        vetoed = frame["provenance"].map(veto_label).radd("，").where(frame["vetoed"], "")
        frame = frame.assign(method=frame["method"].map(METHODS), grade=frame["grade"].map(scheme.grade_names) + vetoed)
        components = [
            Column(f"{each.id}_score", f"{each.name}（{each.points:g}）", POINTS) for each in scheme.components
        ]
        parts = [Column(f"{part}_earned", f"{spec.name}得分", POINTS) for part, spec in scheme.parts.items()]
        columns: Columns = ["rank", "name", "total", "grade", *components, *parts, "bonus", "deduction", "method"]
        return make_table(frame, columns, f"{scheme.year} 年{self.group_name}得分", self.note)


class Distribution(Exhibit):
    """How the totals of every group are spread."""

    name = "distribution"
    label = "总分的分布"
    needs = ("marks",)
    templates = {
        "spread": "{group}首尾相差 {points} 分",
        "measure": "每点一个单位；{cuts}，虚线为本组平均分",
        "line": "灰线为分数线",
        "gap": "灰带为相邻等次之间的空档",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `score_year`."""
        return self.year.scores

    @property
    def chart(self) -> Chart:
        """A dot a unit."""
        groups, grades = self.groups, self.scheme.grade_names
        by_line = [grade for grade in self.scheme.grades if grade.rule.kind == "threshold"]
        with new_figure(0.5 + 1.75 * len(groups), rows=len(groups), sharex=True) as (figure, axes):
            for ax, (group, name) in zip(axes, groups.items(), strict=True):
                own = self.frame[self.frame["group"].eq(group)]
                draw_distribution(own, ax, grades, {grade.id: grade.rule.value_for(group) for grade in by_line})
                ax.set_title(f"{name}（{len(own)} 个）", pad=24)
                ax.tick_params(axis="x", pad=14)
            axes[-1].set_xlabel("总分（分）")
            dot = partial(Line2D, [], [], marker="o", linestyle="", markeredgecolor=INK)
            handles = [dot(color=colour, label=grades[grade]) for grade, colour in grade_colours(grades).items()]
            axes[0].legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=2.3,
                           ncols=len(handles), handletextpad=0.1)  # fmt: skip
        totals = self.frame.groupby("group")["total"].agg(["max", "min", "mean"])
        spread = [
            self.say("spread", group=name, points=points(totals.at[group, "max"] - totals.at[group, "min"], 1))
            for group, name in groups.items()
        ]
        told = "；".join(
            f"{groups[group]}最高{points(row['max'])}分、最低{points(row['min'])}分、平均{points(row['mean'])}分"
            for group, row in totals.loc[list(groups)].iterrows()
        )
        kinds = sorted({grade.rule.kind == "threshold" for grade in self.scheme.grades[:-1]})
        cuts = "，".join(self.templates["line" if kind else "gap"] for kind in kinds)
        return self.finish(
            figure,
            f"{self.scheme.year} 年{'，'.join(spread)}",
            self.say("measure", cuts=cuts),
            f"散点分布图。{told}。",
            ChartData(self._data(), "picture", "总分（分）"),
        )

    def _data(self) -> pd.DataFrame:
        scores, scheme = self.frame, self.scheme
        columns = {"组别": scores["group"].map(scheme.group_names), "等次": scores["grade"].map(scheme.grade_names)}
        return pd.DataFrame(columns | {"总分": scores["total"]}).set_axis(scores["name"])


class Components(Exhibit):
    """One group's totals, and what each part, outside component and adjustment contributes to them."""

    name = "components"
    label = "总分的构成"
    needs = ("group", "marks")
    templates = {
        "title": "{year} 年{group}：总分从 {last} 分到 {first} 分",
        "measure": "按名次排列；竖线为总分{less}；加权计算的单位，各部分已换算",
        "less": "，已减去零点左边的扣分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `score_year`."""
        return self.year.scores[self.year.scores["group"].eq(self.group)]

    @property
    def chart(self) -> Chart:
        """A bar a unit, best first."""
        scores, scheme = self.frame, self.scheme
        contributions = split_totals(scores, scheme)
        with new_figure(0.8 + ROW * len(scores)) as (figure, (ax,)):
            draw_components(scores, contributions, ax, _part_colours(scheme))
        totals = scores["total"].map(points)
        less = self.templates["less"] if scores["deduction"].gt(0).any() else ""
        told = "；".join(
            f"第{rank}名{name}{total}分"
            for rank, name, total in zip(scores["rank"], scores["name"], totals, strict=True)
        )
        return self.finish(
            figure,
            self.say("title", year=scheme.year, first=totals.iloc[0], last=totals.iloc[-1]),
            self.say("measure", less=less),
            f"堆积条形图。{told}。",
            ChartData(
                contributions.set_axis(_ranked_names(scores)),
                "stacked",
                "总分的构成（分）",
                colours=_part_colours(scheme) | {_DEDUCTION: DEDUCTION_COLOUR},
                hatched=(_BONUS, _DEDUCTION),
            ),
        )


class Adjustments(Exhibit):
    """Bonuses, deductions and vetoes of every group."""

    name = "adjustments"
    label = "加减分"
    needs = ("marks",)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, units, bonus_units, bonus_max, bonus_min, deduction_units, deduction_max, vetoed."""
        scores = self.year.scores
        given = {kind: scores[kind].where(scores[kind] > 0) for kind in ("bonus", "deduction")}
        sums = scores.assign(**given).groupby("group").agg(
            units=("unit_id", "size"),
            bonus_units=("bonus", "count"),
            bonus_max=("bonus", "max"),
            bonus_min=("bonus", "min"),
            deduction_units=("deduction", "count"),
            deduction_max=("deduction", "max"),
            vetoed=("vetoed", "sum"),
        )  # fmt: skip
        return sums.reindex(list(self.groups)).reset_index()

    @property
    def table(self) -> Table:
        """A row a group."""
        columns: Columns = [
            "who", "units", Column("bonus_units", "加分单位", WHOLE), Column("bonus_max", "最高加分", POINTS),
            Column("bonus_min", "最少加分", POINTS), Column("deduction_units", "扣分单位", WHOLE),
            Column("deduction_max", "最多扣分", POINTS), Column("vetoed", "取消评优", WHOLE),
        ]  # fmt: skip
        frame = self.frame.assign(who=self.frame["group"].map(self.groups))
        return make_table(frame, columns, f"{self.scheme.year} 年加减分", self.note, head="组别")


def split_totals(scores: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Split totals into what each part, outside component and adjustment contributes.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme

    Returns
    -------
    DataFrame indexed like `scores`, one column a contribution (by the name readers know), in points; rows add up to
    total.
    """
    columns = {}
    for component in scheme.components:
        factor = scores[f"{component.id}_factor"]
        for part, spec in component.parts.items():
            columns[spec.name] = scores[f"{part}_earned"] * factor
        if not component.parts:
            columns[component.name] = scores[f"{component.id}_score"]
    return pd.DataFrame({**columns, _BONUS: scores["bonus"], _DEDUCTION: -scores["deduction"]})


def _part_colours(scheme: Scheme) -> dict[str, str]:
    """Colour what adds to a total, by name."""
    return dict(zip(scheme.part_names.values(), cycle(PART_COLOURS))) | {_BONUS: BONUS_COLOUR}


def _ranked_names(scores: pd.DataFrame) -> list[str]:
    return [f"{rank}  {name}" for rank, name in zip(scores["rank"], scores["name"], strict=True)]


def stack_dots(values: pd.Series, width: float) -> pd.Series:
    """Stack dots that would cover each other, evenly above and below a line.

    Parameters
    ----------
    values : Series of float
    width : float
        Width of a dot, in the unit of `values`.

    Returns
    -------
    Series of float: the height of each dot, in dots, 0 on the line.
    """
    columns = (values / width).round()
    place = values.groupby(columns).rank(method="first")
    return place - (values.groupby(columns).transform("size") + 1) / 2


def draw_distribution(scores: pd.DataFrame, ax: Axes, grades: dict[str, str], lines: dict[str, float]) -> Axes:
    """Draw one group's totals, one dot a unit, with the mean, and each line or the gap at each cut.

    Parameters
    ----------
    scores : DataFrame with columns total, grade, vetoed (one group, one year)
    ax : Axes
    grades : dict of grade to name, best first
    lines : dict of grade to float
        The totals, in points, that grades by a threshold begin at.

    Returns
    -------
    Axes
    """
    import seaborn as sns  # a second, for one chart

    colours = grade_colours(grades)
    low, high = scores["total"].min(), scores["total"].max()
    ranked = scores[~scores["vetoed"]]
    heights = stack_dots(ranked["total"], width=max(high - low, 1.0) / DOTS_ACROSS)
    sns.scatterplot(x=ranked["total"], y=heights, hue=ranked["grade"], hue_order=list(grades), palette=colours, s=52,
                    edgecolor=INK, linewidth=0.6, ax=ax, legend=False)  # fmt: skip
    name_place = partial(ax.text, transform=ax.get_xaxis_transform(), ha="center", va="bottom", fontsize=8.5)
    for better, worse in pairwise(grades):
        above = scores.loc[scores["grade"].eq(better), "total"]
        below = scores.loc[scores["grade"].eq(worse) & ~scores["vetoed"], "total"]
        if better in lines and low <= lines[better] <= high:
            cut, told = lines[better], points(lines[better])
            ax.axvline(cut, color=MUTED, zorder=0, linewidth=1)
        elif better not in lines and len(above) and len(below):
            cut, told = (below.max() + above.min()) / 2, f"{points(below.max())} – {points(above.min())}"
            ax.axvspan(below.max(), above.min(), color=FAINT, zorder=0, linewidth=0)
        else:
            continue
        name_place(cut, 1.02, f"{grades[better]}线\n{told}", color=MUTED)
    mean = scores["total"].mean()
    ax.axvline(mean, color=INK, linewidth=1, linestyle=(0, (1, 2)))
    name_place(mean, 0.04, f"平均 {points(mean)}", bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0})
    for row in scores[scores["vetoed"]].itertuples():
        ax.plot(row.total, -2, marker="X", markersize=8, markeredgecolor=INK, markeredgewidth=0.6,
                color=colours[row.grade])  # fmt: skip
        ax.annotate(f"{veto_label(row.provenance)} {points(row.total)}", (row.total, -2), xytext=(7, 0),
                    textcoords="offset points", va="center", fontsize=8.5, color=DEDUCTION_COLOUR)  # fmt: skip
    ax.set_yticks([])
    ax.set_ylim(-max(5, heights.max() + 1), max(5, heights.max() + 1))
    ax.set(xlabel="", ylabel="")
    ax.spines[["left"]].set_visible(False)
    return ax


def draw_components(scores: pd.DataFrame, parts: pd.DataFrame, ax: Axes, colours: dict[str, str]) -> Axes:
    """Draw one group's totals as ranked stacked bars, each total marked: a bar with a deduction reaches beyond it.

    Parameters
    ----------
    scores : DataFrame of `score_year`, one group, in rank order
    parts : DataFrame of `split_totals`
    ax : Axes
    colours : dict of the name of what adds to a total to colour

    Returns
    -------
    Axes
    """
    rows = pd.Series(range(len(scores)), index=parts.index)
    left = pd.Series(0.0, index=parts.index)
    for name, colour in colours.items():
        dotted: Any = {"hatch": "......", "edgecolor": INK} if name == _BONUS else {"edgecolor": PAPER}
        some = parts[name].gt(0)  # the edge of nothing would show as a line
        if some.any():
            bars = {"y": rows[some], "width": parts[name][some], "left": left[some]}
            ax.barh(**bars, height=0.72, color=colour, linewidth=0.5, label=name, **dotted)
        left = left + parts[name]
    taken = parts[_DEDUCTION]
    some = taken.lt(0)
    if some.any():
        ax.barh(rows[some], taken[some], height=0.72, color=DEDUCTION_COLOUR, hatch="////", edgecolor=PAPER,
                label=_DEDUCTION)  # fmt: skip
    ax.plot(scores["total"], rows, "|", markersize=15, markeredgewidth=4, color=PAPER)
    ax.plot(scores["total"], rows, "|", markersize=15, markeredgewidth=2, color=INK, label="总分")
    for row, (unit, end) in enumerate(zip(scores.to_dict("records"), left, strict=True)):
        vetoed = veto_label(unit["provenance"]) if unit["vetoed"] else ""
        ax.text(end + 1.2, row, f"{points(unit['total'])}  {vetoed}", va="center", fontsize=8.5)
    ax.set_yticks(rows, _ranked_names(scores))
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(scores) - 0.4, -0.6)
    ax.set_xlim(min(0.0, taken.min() * 1.05), left.max() + 14)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("总分的构成（分）")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(colours) + 2, handlelength=1.1, columnspacing=1.2,
              borderaxespad=0.2)  # fmt: skip
    return ax
