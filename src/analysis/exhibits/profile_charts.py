"""Pictures of one unit: against its group, and against itself a year before."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.exhibits.change_charts import chart_unit_change
from analysis.exhibits.change_tables import name_factors
from analysis.exhibits.chart_data import SHARE, ChartData
from analysis.exhibits.theme import FAINT, INK, Chart, finish, group_colours, label_rows, new_figure, theme
from analysis.exhibits.words import LEAST, Prose, percent, points, rounding_note, say, source_note
from analysis.methods.counterfactuals import Counterfactuals
from analysis.methods.decomposition import decompose_units
from analysis.methods.matrices import MarkMatrix


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


def chart_parts(marks: MarkMatrix, rates: pd.DataFrame, unit_id: str) -> Chart:
    """Chart a unit's parts against its group.

    Parameters
    ----------
    marks : MarkMatrix
    rates : DataFrame of `rate_parts`
    unit_id : str

    Returns
    -------
    Chart
    """
    scheme, name = marks.scheme, marks.units.at[marks.place_of(unit_id), "name"]
    wide = rates.pivot(index="unit_id", columns="part", values="rate").reindex(columns=list(scheme.part_names))
    gaps = (wide.loc[unit_id] - wide.median()).dropna()
    figure, (ax,) = new_figure(1.9 + 0.5 * len(scheme.part_names))
    with theme():
        draw_parts(rates, unit_id, ax, scheme.part_names, group_colours(scheme.groups)[marks.group])
    told = "；".join(
        f"{scheme.part_names[part]}得分率{percent(wide.at[unit_id, part], 1)}，中位数{percent(wide[part].median(), 1)}"
        for part in gaps.index
    )
    largest = gaps.abs().idxmax()
    value, median = wide.at[unit_id, largest] * 100, wide[largest].median() * 100
    side = f"{'高' if gaps[largest] > 0 else '低'} {points(abs(gaps[largest]) * 100, 1)} 个百分点"
    finding = (
        f"{scheme.part_names[largest]}比本组中位数{side}"
        if abs(gaps[largest]) >= LEAST / 10
        else "各部分都与本组中位数持平"
    )
    return finish(
        figure,
        f"{name}：{finding}",
        f"圆点为本单位，粗竖线为{marks.group_name}的中位数，细竖线为组内各单位"
        + rounding_note(median, [value - median], value, decimals=1),
        source_note([scheme.document], marks.provenances),
        f"点图。{scheme.year}年{name}各部分的得分率：{told}。",
        ChartData(
            pd.DataFrame({"本单位": wide.loc[unit_id], "本组中位数": wide.median()}).set_axis(
                list(scheme.part_names.values())
            ),
            "bars",
            "得分率",
            SHARE,
            {"本单位": group_colours(scheme.groups)[marks.group], "本组中位数": FAINT},
        ),
    )


def chart_change(crossed: Counterfactuals | None, unit_id: str) -> Chart | Prose:
    """Chart why a unit's total changed on the scored year before, or say that there is none to compare with.

    Parameters
    ----------
    crossed : Counterfactuals or None
        Of `cross_with_previous`.
    unit_id : str

    Returns
    -------
    Chart or Prose
    """
    if crossed is None:
        return say("前面没有它参评而又有评分的年度，变化无从分解。")
    changes = decompose_units(crossed)
    steps = name_factors(changes[changes["unit_id"].eq(unit_id)], crossed.part_names)
    return chart_unit_change(crossed, steps, unit_id)
