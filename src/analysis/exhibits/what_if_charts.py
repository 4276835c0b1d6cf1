"""Charts of a year under a changed scheme."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.data.schemes import Scheme
from analysis.exhibits.chart_data import ChartData
from analysis.exhibits.theme import FALL, MUTED, PAPER, RISE, ROW, Chart, finish, label_rows, new_figure, theme
from analysis.exhibits.words import source_note


def draw_what_if(units: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw each unit's total as it is (hollow) and as it would be (filled), with what moves at the right.

    Parameters
    ----------
    units : DataFrame of `ask_what_if`, one group, in the order to draw
    ax : Axes
    grades : dict of grade to name

    Returns
    -------
    Axes
    """
    for row, unit in enumerate(units.to_dict("records")):
        moved = unit["rank_change"]
        colour = MUTED if moved == 0 else RISE if moved > 0 else FALL
        ax.plot([unit["base_total"], unit["total"]], [row, row], color=colour, linewidth=1.6, zorder=1)
        ax.plot(unit["base_total"], row, "o", markersize=5.5, color=PAPER, markeredgecolor=colour, zorder=2)
        ax.plot(unit["total"], row, "o", markersize=5.5, color=colour, zorder=3)
        told = "" if moved == 0 else f"{'↑' if moved > 0 else '↓'}{abs(moved):.0f}"
        if unit["grade"] != unit["base_grade"]:
            told += f"  {grades[unit['base_grade']]}→{grades[unit['grade']]}"
        ax.annotate(told, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5, color=colour)
    names = [f"{rank:.0f}  {name}" for rank, name in zip(units["rank"], units["name"], strict=True)]
    label_rows(ax, names)
    ax.set_xlabel("总分（分；横轴不从零起）")
    return ax


def chart_what_if(
    units: pd.DataFrame, scheme: Scheme, group: str, documents: list[str], provenances: list[str]
) -> Chart:
    """Chart how one group would move under a changed scheme.

    Parameters
    ----------
    units : DataFrame of `ask_what_if`
    scheme : Scheme
    group : str
    documents, provenances : list of str

    Returns
    -------
    Chart
    """
    own = units[units["group"].eq(group)].sort_values(["rank", "base_rank"], kind="stable")
    figure, (ax,) = new_figure(1.7 + ROW * len(own))
    with theme():
        draw_what_if(own, ax, scheme.grade_names)
    moved, regraded = int(own["rank_change"].ne(0).sum()), int(own["grade"].ne(own["base_grade"]).sum())
    finding = f" {moved} 个单位名次变动，{regraded} 个单位等次变动" if moved or regraded else "的名次和等次都不变"
    alt = "；".join(
        f"{row['name']}由第{row['base_rank']:.0f}名到第{row['rank']:.0f}名" for row in own.to_dict("records")
    )
    return finish(
        figure,
        f"假设：{scheme.groups[group].name}{finding}",
        f"{scheme.year} 年，按假设名次排列；空心为现行办法的总分，实心为假设办法的总分，右侧为升降和等次变化",
        f"假设推演，不是考核结果；{source_note(documents, provenances)}",
        f"点图。假设推演：{alt}。",
        ChartData(
            own.set_index("name")[["base_total", "total"]].set_axis(["现行办法", "假设办法"], axis="columns"),
            "picture",
            "总分（分）",
        ),
    )
