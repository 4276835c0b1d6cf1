"""Charts of what print alone proves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.data.schemes import Scheme
from analysis.exhibits.chart_data import ChartData
from analysis.exhibits.theme import INK, MUTED, Chart, finish, grade_colours, new_figure, theme
from analysis.exhibits.words import interval, points

ROW = 0.235
"""Inches a unit takes."""


_UNBOUND = "可能取消评优资格"
"""Beside a unit that may be the vetoed one: print says how many there are, not who."""


def draw_intervals(units: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw one group's intervals: what print allows as a line, where most compatible sets lie as a bar.

    Parameters
    ----------
    units : DataFrame with columns name, grade, low, high, likely_low, likely_high (points), unbound, in
        printed order
    ax : Axes
    grades : dict of grade to name, best first

    Returns
    -------
    Axes
    """
    colours = grade_colours(grades)
    rows = np.arange(len(units))
    ax.hlines(rows, units["low"], units["high"], color=MUTED, linewidth=1.2, zorder=1)
    ax.plot(units["low"], rows, "|", color=MUTED, markersize=6)
    ax.plot(units["high"], rows, "|", color=MUTED, markersize=6)
    for grade, name in grades.items():
        own = units["grade"].eq(grade).to_numpy()
        ax.barh(
            rows[own],
            (units["likely_high"] - units["likely_low"])[own],
            left=units["likely_low"][own],
            height=0.56,
            color=colours[grade],
            edgecolor=INK,
            linewidth=0.5,
            label=name,
            zorder=2,
        )
    right = units["high"].max()
    for row, unit in enumerate(units.to_dict("records")):
        told = interval(unit["low"], unit["high"]) + (f"  {_UNBOUND}" if unit["unbound"] else "")
        ax.text(right + 1.5, row, told, va="center", fontsize=8.5, color=INK)
    ax.set_yticks(rows, [f"{place}  {name}" for place, name in zip(units["place"], units["name"], strict=True)])
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(units) - 0.4, -0.6)
    ax.set_xlim(max(0.0, units["low"].min() - 2), right + (right - units["low"].min()) * 0.2)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("总分（分）")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(grades), handlelength=1.1, borderaxespad=0.2)
    return ax


def chart_intervals(units: pd.DataFrame, scheme: Scheme, group: str, documents: Iterable[str]) -> Chart:
    """Show what print alone proves about one group's totals.

    Parameters
    ----------
    units : DataFrame of `Proof.units` with column name
    scheme : Scheme
    group : str
    documents : iterable of str

    Returns
    -------
    Chart
    """
    own = units[units["group"].eq(group)].reset_index(drop=True)
    width = own["high"] - own["low"]
    name = scheme.group_names[group]
    with theme():
        figure, (ax,) = new_figure(1.9 + ROW * len(own))
        draw_intervals(own, ax, scheme.grade_names)
    return finish(
        figure,
        f"{scheme.year} 年{name}：只凭印本，单位总分的范围宽 {points(width.min(), 1)} 到 {points(width.max(), 1)} 分",
        "细线：与印出的各数和名单次序相容的最低分与最高分；粗条：相容的各种得分组合中 90% 所在（假定各组合同样可能）"
        + (f"；{_UNBOUND}的（印本未点名）不受等次线约束" if own["unbound"].any() else ""),
        f"来源：{'、'.join(documents)}；只依据印本，不用任何评分",
        f"区间图，{scheme.year} 年{name}各单位总分的可能范围（分），按名单次序："
        + "；".join(
            f"{row['name']}{interval(row['low'], row['high'])}{f'（{_UNBOUND}）' if row['unbound'] else ''}"
            for row in own.to_dict("records")
        )
        + "。",
        ChartData(
            own.set_index("name")[["low", "likely_low", "likely_high", "high"]].set_axis(
                ["最低", "九成下限", "九成上限", "最高"], axis=1
            ),
            "picture",
            "总分（分）",
        ),
    )
