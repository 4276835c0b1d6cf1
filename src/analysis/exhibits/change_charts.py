"""Charts of why a score changed: what each factor added or took, one step after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart_data import ChartData
from analysis.exhibits.theme import FALL, MUTED, PAPER, RISE, Chart, finish, label_rows, new_figure, theme
from analysis.exhibits.words import LEAST, change, points, rise_or_fall, rounding_note, source_note
from analysis.methods.counterfactuals import Counterfactuals
from analysis.rounding import without_noise

_STEP = 0.34
"""Inches a step takes."""


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
        ax.plot([reached[place]] * 2, [place + 0.3, place + 0.7], color=MUTED, linewidth=0.7)
    ax.plot([reached[-1]] * 2, [len(added) + 0.3, len(added) + 0.7], color=MUTED, linewidth=0.7)
    label_rows(ax, [ends[0], *steps["label"], ends[1]])
    ax.set_xlim(left, right)
    ax.set_xlabel("分（横轴不从零起）")
    return ax


def chart_average_change(crossed: Counterfactuals, steps: pd.DataFrame) -> Chart:
    """Chart why a group's average changed.

    Parameters
    ----------
    crossed : Counterfactuals
    steps : DataFrame with columns label, contribution (points), in the order to draw

    Returns
    -------
    Chart
    """
    name = crossed.years[1].scheme.group_names[crossed.group]
    return _chart_change(crossed, steps, name + "平均分", crossed.averages, ("平均分", "平均分"))


def chart_unit_change(crossed: Counterfactuals, steps: pd.DataFrame, unit: str) -> Chart:
    """Chart why one unit's total changed.

    Parameters
    ----------
    crossed : Counterfactuals
    steps : DataFrame with columns label, contribution (points), in the order to draw
    unit : str
        The unit_id; assessed in both years.

    Returns
    -------
    Chart
    """
    place = crossed.units.index[crossed.units["unit_id"].eq(unit)][0]
    totals = crossed.points.sum(axis=-1)[..., place]
    ends = (float(totals[0, 0, 0]), float(totals[1, 1, 1]))
    return _chart_change(crossed, steps, crossed.units.at[place, "name"] + "总分", ends, ("总分", "总分"))


def _chart_change(
    crossed: Counterfactuals, steps: pd.DataFrame, what: str, scores: tuple[float, float], ends: tuple[str, str]
) -> Chart:
    base, current = crossed.years
    figure, (ax,) = new_figure(2.2 + _STEP * (len(steps) + 2))
    with theme():
        draw_waterfall(steps, scores[0], (f"{base.year} 年{ends[0]}", f"{current.year} 年{ends[1]}"), ax)
    most = steps.loc[steps["contribution"].abs().idxmax()]
    reason = f"，{most['label']}的作用最大（{change(most['contribution'])} 分）"
    finding = f"{what}{rise_or_fall(scores[1] - scores[0])}{reason if abs(most['contribution']) >= LEAST else ''}"
    told = "；".join(f"{row['label']}{change(row['contribution'])}分" for row in steps.to_dict("records"))
    return finish(
        figure,
        finding,
        f"{base.year} 年到 {current.year} 年的变化按 Shapley 值分给各因素，各项之和等于总变化；实心为升，斜线为降"
        + rounding_note(scores[0], steps["contribution"], scores[1]),
        source_note(
            [facts.scheme.document for facts in crossed.years],
            crossed.provenances,
        ),
        f"瀑布图。{what}由{base.year}年{points(scores[0])}分到{current.year}年{points(scores[1])}分：{told}。",
        _step_data(steps, scores[0], (f"{base.year} 年{ends[0]}", f"{current.year} 年{ends[1]}")),
    )


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
