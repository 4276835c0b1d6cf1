"""Charts across years: averages, grades and ranks."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.data.schemes import Scheme
from analysis.exhibits.chart_data import WHOLE, ChartData
from analysis.exhibits.theme import (
    FALL,
    INK,
    MUTED,
    PAPER,
    RISE,
    ROW,
    Chart,
    finish,
    grade_colours,
    group_colours,
    ink_on,
    new_figure,
    theme,
)
from analysis.exhibits.words import percent, points, rise_or_fall, source_note


def draw_averages(averages: pd.DataFrame, ax: Axes, colour: str, labels: dict[str, str]) -> Axes:
    """Draw one group's averages over the years, one line per population.

    Parameters
    ----------
    averages : DataFrame with columns year, of, average, delta, growth, basis (one group)
    ax : Axes
    colour : str
    labels : dict of population ("all" or a grade) to its label; only these are drawn, the first one solid

    Returns
    -------
    Axes
    """
    for position, (of, label) in enumerate(labels.items()):
        line = averages[averages["of"].eq(of)].sort_values("year")
        style: Any = {
            "color": colour,
            "linestyle": "-" if position == 0 else (0, (4, 2)),
            "marker": "os^D"[position % 4],
        }
        ax.plot(line["year"], line["average"], linewidth=1.8, markersize=6, **style)
        derived = line[line["basis"].eq("derived")]
        ax.plot(
            derived["year"],
            derived["average"],
            linestyle="",
            marker=style["marker"],
            markersize=6,
            color=colour,
            markerfacecolor=PAPER,
        )
        for row in line.itertuples():
            below = position == 0 and len(labels) > 1
            text = points(row.average)
            if pd.notna(row.growth):
                text += f"\n{percent(row.growth, signed=True)}"
            ax.annotate(
                text,
                (row.year, row.average),
                xytext=(0, -9 if below else 9),
                textcoords="offset points",
                ha="center",
                va="top" if below else "bottom",
                fontsize=8.5,
                linespacing=1.25,
            )
        if len(line):
            last = line.iloc[-1]
            ax.annotate(
                label,
                (last["year"], last["average"]),
                xytext=(24, 0),
                textcoords="offset points",
                ha="left",
                va="center",
                color=colour,
            )
    years = sorted(averages["year"].unique())
    ax.set_xticks(years, [f"{year}年" for year in years])
    ax.set_xlim(min(years) - 0.35, max(years) + 0.75)
    ax.margins(y=0.22)
    ax.set_ylabel("平均分（分）")
    return ax


def chart_averages(compared: pd.DataFrame, scheme: Scheme, documents: list[str]) -> Chart:
    """Chart every group's averages over the years.

    Parameters
    ----------
    compared : DataFrame of `compare_averages`
    scheme : Scheme
        Of the latest year: names of groups and of the best grade.
    documents : list of str

    Returns
    -------
    Chart
    """
    groups = scheme.group_names
    best = scheme.grades[0]
    labels = {"all": "全部", best.id: best.name}
    latest = int(compared["year"].max())
    figure, axes = new_figure(4.3, columns=len(groups), sharey=True)
    now = compared[compared["year"].eq(latest) & compared["of"].eq("all")].set_index("group")
    told = []
    with theme():
        for ax, (group, name) in zip(axes, groups.items(), strict=True):
            draw_averages(
                compared[compared["group"].eq(group) & compared["of"].isin(labels)],
                ax,
                group_colours(groups)[group],
                labels,
            )
            ax.set_title(name)
            row = now.loc[group]
            told.append(
                f"{name}{rise_or_fall(row['delta'])}"
                if pd.notna(row["delta"])
                else f"{name} {points(row['average'])} 分"
            )
        for ax in axes[1:]:
            ax.set_ylabel("")
    alt = "；".join(
        f"{groups[row.group]}{labels[row.of]}{row.year}年平均{points(row.average)}分"
        for row in compared[compared["of"].isin(labels) & compared["group"].isin(groups)].itertuples()
    )
    derived = "；空心点由印本的增减数推得" if compared["basis"].eq("derived").any() else ""
    return finish(
        figure,
        f"{latest} 年平均分：{'，'.join(told)}",
        f"各组全部单位与{best.name}单位的平均分，点旁为同比增长{derived}；纵轴不从零起",
        source_note(documents, compared["provenance"]),
        f"折线图。{alt}。",
        _average_data(compared, groups, labels),
    )


def _average_data(compared: pd.DataFrame, groups: dict[str, str], labels: dict[str, str]) -> ChartData:
    shown = compared[compared["of"].isin(labels) & compared["group"].isin(groups)]
    series = shown["group"].map(groups) + "·" + shown["of"].map(labels)
    order = [f"{group}·{label}" for group in groups.values() for label in labels.values()]
    wide = shown.assign(series=series).pivot(index="year", columns="series", values="average")
    frame = wide[[name for name in order if name in wide]]
    colours = group_colours(groups)
    return ChartData(
        frame.set_axis([f"{year}年" for year in frame.index]),
        "line",
        "平均分（分）",
        colours={f"{name}·{label}": colours[group] for group, name in groups.items() for label in labels.values()},
        measure=f"各组{'、'.join(labels.values())}单位的平均分；纵轴不从零起",
        lowest=max(0.0, 10.0 * (frame.min().min() // 10)),
    )


def draw_grades(counts: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw one group's grade shares as one stacked bar a year, labelled with counts and shares.

    Parameters
    ----------
    counts : DataFrame with columns year, grade, units, share (one group)
    ax : Axes
    grades : dict of grade to name, best first

    Returns
    -------
    Axes
    """
    table = counts.pivot(index="year", columns="grade", values="units").reindex(columns=list(grades)).fillna(0)
    shares = table.div(table.sum(axis=1), axis=0)
    left = shares.iloc[:, 0] * 0
    colours = grade_colours(grades)
    for grade, name in grades.items():
        ax.barh(range(len(table)), shares[grade], left=left, height=0.62, color=colours[grade], edgecolor=PAPER)
        for row, year in enumerate(table.index):
            if shares.at[year, grade] > 0.12:
                text = f"{name} {int(table.at[year, grade])} 个\n{percent(shares.at[year, grade])}"
                ax.text(
                    left[year] + shares.at[year, grade] / 2,
                    row,
                    text,
                    ha="center",
                    va="center",
                    color=ink_on(colours[grade]),
                    fontsize=9,
                    linespacing=1.3,
                )
        left = left + shares[grade]
    ax.set_yticks(range(len(table)), [f"{year}年" for year in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.tick_params(length=0)
    return ax


def chart_grades(counts: pd.DataFrame, scheme: Scheme, documents: list[str], provenances: list[str]) -> Chart:
    """Chart grade counts and shares of every group over the years.

    Parameters
    ----------
    counts : DataFrame of `count_grades`
    scheme : Scheme
    documents, provenances : list of str

    Returns
    -------
    Chart
    """
    groups = scheme.group_names
    years = sorted(counts["year"].unique())
    best = scheme.grades[0]
    figure, axes = new_figure(1.5 + 0.62 * len(years), columns=len(groups), sharey=True)
    with theme():
        for ax, (group, name) in zip(axes, groups.items(), strict=True):
            draw_grades(counts[counts["group"].eq(group)], ax, scheme.grade_names)
            ax.set_title(name)
    own = counts[counts["group"].eq("all") & counts["grade"].eq(best.id)]
    together = own.set_index("year")["units"].reindex(years, fill_value=0)
    title = f"{years[-1]} 年{best.name}单位 {together[years[-1]]} 个"
    if len(years) > 1:
        more = int(together[years[-1]] - together[years[-2]])
        before = "上年" if years[-2] == years[-1] - 1 else f" {years[-2]} 年"
        title += f"，比{before}{'多' if more > 0 else '少'} {abs(more)} 个" if more else f"，与{before}持平"
    told = counts[counts["group"].isin(groups)]
    alt = "；".join(
        f"{row.year}年{groups[row.group]}{scheme.grade_names.get(row.grade, row.grade)}{row.units}个"
        f"（{percent(row.share)}）"
        for row in told.itertuples()
    )
    return finish(
        figure,
        title,
        "各等次单位数及占本组比例",
        source_note(documents, provenances),
        f"堆积条形图。{alt}。",
        _grade_data(told, groups, scheme.grade_names),
    )


def _grade_data(counts: pd.DataFrame, groups: dict[str, str], grades: dict[str, str]) -> ChartData:
    wide = counts.pivot(index=["group", "year"], columns="grade", values="units")
    wide = wide.reindex(columns=list(grades)).fillna(0).reindex(list(groups), level="group")
    frame = wide.set_axis([f"{groups[group]} {year}年" for group, year in wide.index]).rename(columns=grades)
    colours = {grades[grade]: colour for grade, colour in grade_colours(grades).items()}
    return ChartData(frame, "shares", "单位数（个）", WHOLE, colours)


def draw_movement(units: pd.DataFrame, ax: Axes, base_year: int, year: int) -> Axes:
    """Draw one group's ranks of two years joined by lines; what moved is told like for like.

    A unit that enters or leaves shifts all units below it: colours and arrows are of the order among the units of both
    years, or a single newcomer would have nearly everyone fall.

    Parameters
    ----------
    units : DataFrame of `compare_units`, one group
    ax : Axes
    base_year, year : int

    Returns
    -------
    Axes
    """
    for row in units.to_dict("records"):
        left, right, moved = row["base_rank"], row["rank"], row["common_rank_change"]
        colour = MUTED if pd.isna(moved) or moved == 0 else RISE if moved > 0 else FALL
        if pd.notna(left) and pd.notna(right):
            width = 0.9 + min(abs(moved), 10) * 0.14
            ax.plot(
                [0, 1],
                [left, right],
                color=colour,
                linewidth=width,
                marker="o",
                markersize=3.5,
                linestyle="-" if moved >= 0 else (0, (5, 1.5)),
            )
        if pd.notna(left):
            gone = "" if pd.notna(right) else "（不再列入）"
            ax.text(
                -0.03,
                left,
                f"{row['base_name']}{gone}  {left:.0f}",
                ha="right",
                va="center",
                fontsize=8.5,
            )
        if pd.notna(right):
            mark = "新列入" if pd.isna(left) else "" if moved == 0 else f"{'↑' if moved > 0 else '↓'}{abs(moved):.0f}"
            if pd.isna(left):
                ax.plot(1, right, marker="D", markersize=5, color=INK)
            ax.text(1.03, right, f"{right:.0f}  {row['name']}", ha="left", va="center", fontsize=8.5)
            ax.text(1.72, right, mark, ha="right", va="center", fontsize=8.5, color=colour)
    last = units[["base_rank", "rank"]].max().max()
    ax.set_ylim(last + 0.7, -0.6)
    ax.set_xlim(-0.72, 1.75)
    for x, label, side in ((-0.03, f"{base_year}年名次", "right"), (1.03, f"{year}年名次", "left")):
        ax.text(x, 0.0, label, ha=side, va="center", color=MUTED)
    ax.axis("off")
    return ax


def chart_movement(
    units: pd.DataFrame,
    scheme: Scheme,
    group: str,
    base_year: int,
    documents: list[str],
    provenances: list[str],
) -> Chart:
    """Chart how one group's ranks moved between two years.

    Parameters
    ----------
    units : DataFrame of `compare_units`
    scheme : Scheme
        Of the later year.
    group : str
    base_year : int
    documents, provenances : list of str

    Returns
    -------
    Chart
    """
    own = units[units["group"].eq(group)]
    name = scheme.groups[group].name
    figure, axes = new_figure(1.5 + ROW * len(own))
    with theme():
        draw_movement(own, axes[0], base_year, scheme.year)
    moved = own.dropna(subset=["rank_change"])
    common, plain = moved["common_rank_change"], moved["rank_change"]
    same = len(moved) == len(own)
    among = "" if same else f"两年都参评的 {len(moved)} 个单位中，"
    title = f"{name}：{among}{(common > 0).sum()} 个{'单位' if same else ''}名次上升，{(common < 0).sum()} 个下降"
    if common.gt(0).any():
        most = moved.loc[common.idxmax()]
        title += f"；{most['name']}升幅最大（{int(common.max())} 位）"
    with_others = f"{(plain > 0).sum()} 升 {(plain < 0).sum()} 降"
    told = "" if same else f"，升降只在两年都参评的单位中排；连同新列入、不再列入的排，则 {with_others}"
    alt = "；".join(
        f"{row['name']}由第{row['base_rank']:.0f}名到第{row['rank']:.0f}名" for row in moved.to_dict("records")
    )
    return finish(
        figure,
        title,
        f"{base_year} 年与 {scheme.year} 年名次，改名单位按沿革连线；实线升或平、虚线降{told}",
        source_note(documents, provenances),
        f"名次变动图。{alt}。",
        ChartData(
            own.set_index("name")[["base_rank", "rank"]].set_axis(
                [f"{base_year}年名次", f"{scheme.year}年名次"], axis="columns"
            ),
            "picture",
            "名次",
            WHOLE,
        ),
    )
