"""Charts of one year: how totals spread, and what they are made of."""

from __future__ import annotations

from functools import partial
from itertools import cycle, pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.data.schemes import Scheme
from analysis.exhibits.chart_data import ChartData
from analysis.exhibits.theme import (
    BONUS_COLOUR,
    DEDUCTION_COLOUR,
    FAINT,
    INK,
    MUTED,
    PAPER,
    PART_COLOURS,
    ROW,
    Chart,
    finish,
    grade_colours,
    new_figure,
    theme,
)
from analysis.exhibits.words import points, source_note, veto_label

DOTS_ACROSS = 60
"""Dots that fit side by side across a panel."""


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
    colours = grade_colours(grades)
    low, high = scores["total"].min(), scores["total"].max()
    ranked = scores[~scores["vetoed"]]
    heights = stack_dots(ranked["total"], width=max(high - low, 1.0) / DOTS_ACROSS)
    import seaborn as sns  # a second, for one chart

    sns.scatterplot(
        x=ranked["total"],
        y=heights,
        hue=ranked["grade"],
        hue_order=list(grades),
        palette=colours,
        s=52,
        edgecolor=INK,
        linewidth=0.6,
        ax=ax,
        legend=False,
    )
    name_place = partial(ax.text, transform=ax.get_xaxis_transform(), ha="center", va="bottom", fontsize=8.5)
    names = list(grades)
    for better, worse in pairwise(names):
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
        ax.plot(
            row.total, -2, marker="X", markersize=8, markeredgecolor=INK, markeredgewidth=0.6, color=colours[row.grade]
        )
        ax.annotate(
            f"{veto_label(row.provenance)} {points(row.total)}",
            (row.total, -2),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=DEDUCTION_COLOUR,
        )
    ax.set_yticks([])
    ax.set_ylim(-max(5, heights.max() + 1), max(5, heights.max() + 1))
    ax.set(xlabel="", ylabel="")
    ax.spines[["left"]].set_visible(False)
    return ax


def _cuts(scheme: Scheme) -> str:
    """Say what stands where grades part."""
    by_line = {grade.rule.kind == "threshold" for grade in scheme.grades[:-1]}
    told = {True: "灰线为分数线", False: "灰带为相邻等次之间的空档"}
    return "，".join(told[kind] for kind in sorted(by_line))


def chart_distribution(scores: pd.DataFrame, scheme: Scheme) -> Chart:
    """Chart the spread of one year's totals in every group.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme

    Returns
    -------
    Chart
    """
    groups = scheme.group_names
    figure, axes = new_figure(1.6 + 1.75 * len(groups), rows=len(groups), sharex=True)
    told = []
    by_line = [grade for grade in scheme.grades if grade.rule.kind == "threshold"]
    with theme():
        for ax, (group, name) in zip(axes, groups.items(), strict=True):
            own = scores[scores["group"].eq(group)]
            lines = {grade.id: grade.rule.value_for(group) for grade in by_line}
            draw_distribution(own, ax, scheme.grade_names, lines)
            ax.set_title(f"{name}（{len(own)} 个）", pad=24)
            told.append(f"{name}首尾相差 {points(own['total'].max() - own['total'].min(), 1)} 分")
            ax.tick_params(axis="x", pad=14)
        axes[-1].set_xlabel("总分（分）")
        colours = grade_colours(scheme.grade_names)
        handles = [
            Line2D([], [], marker="o", linestyle="", color=colours[grade], markeredgecolor=INK, label=name)
            for grade, name in scheme.grade_names.items()
        ]
        axes[0].legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            borderaxespad=2.3,  # as high as the title
            ncols=len(handles),
            handletextpad=0.1,
        )
    alt = "；".join(
        f"{name}最高{points(own['total'].max())}分、最低{points(own['total'].min())}分、平均{points(own['total'].mean())}分"
        for group, name in groups.items()
        for own in [scores[scores["group"].eq(group)]]
    )
    return finish(
        figure,
        f"{scheme.year} 年{'，'.join(told)}",
        f"每点一个单位；{_cuts(scheme)}，虚线为本组平均分",
        source_note([scheme.document], scores["provenance"]),
        f"散点分布图。{alt}。",
        ChartData(
            pd.DataFrame(
                {
                    "组别": scores["group"].map(groups),
                    "等次": scores["grade"].map(scheme.grade_names),
                    "总分": scores["total"],
                }
            ).set_axis(scores["name"]),
            "picture",
            "总分（分）",
        ),
    )


def component_contributions(scores: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Split totals into what each part, outside component and adjustment contributes.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme

    Returns
    -------
    DataFrame indexed like `scores`, one column a contribution (named in Chinese), in points; rows add up to total.
    """
    columns = {}
    for component in scheme.components:
        factor = scores[f"{component.id}_factor"]
        for part, spec in component.parts.items():
            columns[spec.name] = scores[f"{part}_earned"] * factor
        if not component.parts:
            columns[component.name] = scores[f"{component.id}_score"]
    return pd.DataFrame({**columns, "加分": scores["bonus"], "扣分": -scores["deduction"]})


def _part_colours(scheme: Scheme) -> dict[str, str]:
    """Colour what adds to a total, by name."""
    names = scheme.part_names.values()
    return dict(zip(names, cycle(PART_COLOURS))) | {"加分": BONUS_COLOUR}


def _ranked_names(scores: pd.DataFrame) -> list[str]:
    return [f"{rank}  {name}" for rank, name in zip(scores["rank"], scores["name"], strict=True)]


def draw_components(scores: pd.DataFrame, ax: Axes, scheme: Scheme) -> Axes:
    """Draw one group's totals as ranked stacked bars, each total marked: a bar with a deduction reaches beyond it.

    Parameters
    ----------
    scores : DataFrame of `score_year`, one group, in rank order
    ax : Axes
    scheme : Scheme

    Returns
    -------
    Axes
    """
    parts = component_contributions(scores, scheme)
    rows = pd.Series(range(len(scores)), index=parts.index)
    left = pd.Series(0.0, index=parts.index)
    colours = _part_colours(scheme)
    for name, colour in colours.items():
        dotted: Any = {"hatch": "......", "edgecolor": INK} if name == "加分" else {"edgecolor": PAPER}
        some = parts[name].gt(0)  # the edge of nothing would show as a line
        if some.any():
            bars = {"y": rows[some], "width": parts[name][some], "left": left[some]}
            ax.barh(**bars, height=0.72, color=colour, linewidth=0.5, label=name, **dotted)
        left = left + parts[name]
    some = parts["扣分"].lt(0)
    if some.any():
        ax.barh(
            rows[some],
            parts["扣分"][some],
            height=0.72,
            color=DEDUCTION_COLOUR,
            hatch="////",
            edgecolor=PAPER,
            label="扣分",
        )
    ax.plot(scores["total"], rows, "|", markersize=15, markeredgewidth=4, color=PAPER)
    ax.plot(scores["total"], rows, "|", markersize=15, markeredgewidth=2, color=INK, label="总分")
    for row, (total, end) in enumerate(zip(scores["total"], left, strict=True)):
        vetoed = veto_label(scores["provenance"].iloc[row]) if scores["vetoed"].iloc[row] else ""
        ax.text(end + 1.2, row, f"{points(total)}  {vetoed}", va="center", fontsize=8.5)
    ax.set_yticks(rows, _ranked_names(scores))
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(scores) - 0.4, -0.6)
    ax.set_xlim(min(0.0, parts["扣分"].min() * 1.05), left.max() + 14)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("总分的构成（分）")
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(colours) + 2,
        handlelength=1.1,
        columnspacing=1.2,
        borderaxespad=0.2,
    )
    return ax


def chart_components(scores: pd.DataFrame, scheme: Scheme, group: str) -> Chart:
    """Chart one group's ranked totals and what they are made of.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme
    group : str

    Returns
    -------
    Chart
    """
    own = scores[scores["group"].eq(group)]
    name = scheme.groups[group].name
    figure, axes = new_figure(1.9 + ROW * len(own))
    with theme():
        draw_components(own, axes[0], scheme)
    first, last = own.iloc[0], own.iloc[-1]
    less = "，已减去零点左边的扣分" if own["deduction"].gt(0).any() else ""
    alt = "；".join(
        f"第{row.rank}名{row.name_}{points(row.total)}分" for row in own.rename(columns={"name": "name_"}).itertuples()
    )
    return finish(
        figure,
        f"{scheme.year} 年{name}：总分从 {points(last['total'])} 分到 {points(first['total'])} 分",
        f"按名次排列；竖线为总分{less}；加权计算的单位，各部分已换算",
        source_note([scheme.document], own["provenance"]),
        f"堆积条形图。{alt}。",
        ChartData(
            component_contributions(own, scheme).set_axis(_ranked_names(own)),
            "stacked",
            "总分的构成（分）",
            colours=_part_colours(scheme) | {"扣分": DEDUCTION_COLOUR},
            hatched=("加分", "扣分"),
        ),
    )
