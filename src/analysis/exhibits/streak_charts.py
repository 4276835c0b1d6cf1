"""A chart of units by years: who was excellent when, and for how long."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.data.schemes import Scheme
from analysis.exhibits.chart_data import WHOLE, ChartData
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ROW, Chart, finish, group_colours, new_figure, theme
from analysis.exhibits.words import source_note

_STATE_WORDS = {"excellent": "优", "not_excellent": "—", "absent": "未列入", "unknown": "？"}


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
            ax.text(
                column,
                row,
                _STATE_WORDS[cell],
                ha="center",
                va="center",
                fontsize=8.5,
                bbox=box,
                color=PAPER if cell == "excellent" else MUTED,
            )
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


def chart_streaks(
    panel: pd.DataFrame, units: pd.DataFrame, scheme: Scheme, documents: list[str], provenances: list[str]
) -> Chart:
    """Chart which units were excellent in which years: everyone excellent in a scored year.

    Parameters
    ----------
    panel : DataFrame of `build_grade_panel`
    units : DataFrame with columns unit_id, group, name, streak, at_least
    scheme : Scheme
        Of the latest year.
    documents, provenances : list of str

    Returns
    -------
    Chart
    """
    groups = scheme.group_names
    best = scheme.grades[0].name
    ever = panel.loc[panel["state"].eq("excellent"), "unit_id"]
    shown = units[units["unit_id"].isin(ever)].sort_values(["streak", "at_least"], ascending=False, kind="stable")
    sizes = [int(shown["group"].eq(group).sum()) for group in groups]
    figure, axes = new_figure(2.1 + ROW * sum(sizes), rows=len(groups), height_ratios=[max(size, 1) for size in sizes])
    with theme():
        for ax, (group, name) in zip(axes, groups.items(), strict=True):
            draw_streaks(panel, shown[shown["group"].eq(group)], ax, group_colours(groups)[group])
            ax.set_title(name)
    again = int((shown["streak"] > 1).sum())
    before = panel.loc[panel["year"].eq(scheme.year - 1), "state"]
    finding = (
        f"{again} 个单位至少连续 2 年{best}"
        if before.isin(["excellent", "not_excellent"]).any()
        else f"{len(shown[shown['streak'] > 0])} 个单位{best}，上一年的等次不知道"
    )
    alt = "；".join(
        f"{row.name_}{'至少' if row.at_least else ''}{row.streak}年"
        for row in shown.rename(columns={"name": "name_"}).itertuples()
    )
    return finish(
        figure,
        f"{scheme.year} 年有 {finding}",
        f"各单位各年是否{best}；“—”为未获{best}，“？”为印本未写明，右侧为截至 {scheme.year} 年的连续年数",
        source_note(documents, provenances),
        f"矩阵图。截至{scheme.year}年连续{best}年数：{alt}。",
        _streak_data(panel, shown),
    )


def _streak_data(panel: pd.DataFrame, units: pd.DataFrame) -> ChartData:
    states = panel.pivot(index="unit_id", columns="year", values="state").reindex(units["unit_id"])
    words = states.apply(lambda column: column.map(_STATE_WORDS)).rename(columns=lambda year: f"{year}年")
    length = units["streak"].astype(str).where(~units["at_least"], "至少 " + units["streak"].astype(str))
    return ChartData(words.set_axis(units["name"]).assign(连续年数=length.to_numpy()), "picture", "等次", WHOLE)
