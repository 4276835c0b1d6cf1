"""How one indicator was marked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.exhibits.chart_data import WHOLE, ChartData
from analysis.exhibits.theme import (
    PAPER,
    Chart,
    finish,
    grade_colours,
    ink_on,
    label_rows,
    new_figure,
    theme,
)
from analysis.exhibits.words import percent, source_note
from analysis.methods.matrices import MarkMatrix

_BINS = 20
"""Rates are counted in steps of 5 %."""
_UNMARKED = "没有计分"


def draw_counts(counts: pd.DataFrame, ax: Axes, colours: dict[str, str]) -> Axes:
    """Draw how many units got which mark, stacked by grade.

    Parameters
    ----------
    counts : DataFrame of int, marks by names of grades
    ax : Axes
    colours : dict of name to colour

    Returns
    -------
    Axes
    """
    left = np.zeros(len(counts))
    for name, colour in colours.items():
        own = counts[name].to_numpy()
        ax.barh(range(len(counts)), own, left=left, height=0.72, color=colour, edgecolor=PAPER, label=name)
        for row, (start, width) in enumerate(zip(left, own, strict=True)):
            if width:
                middle = start + width / 2
                ax.text(middle, row, str(width), ha="center", va="center", fontsize=8.5, color=ink_on(colour))
        left = left + own
    label_rows(ax, counts.index)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlim(0, max(left.max(), 1) * 1.02)
    ax.set_xlabel("单位数（个）")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(colours), handlelength=1.1, borderaxespad=0.2)
    return ax


def chart_indicator(marks: MarkMatrix, listed: pd.DataFrame, indicator_id: str) -> Chart:
    """Chart how one indicator was marked, and which grades those units have.

    Parameters
    ----------
    marks : MarkMatrix
    listed : DataFrame of `list_marks`
    indicator_id : str

    Returns
    -------
    Chart
    """
    own, scheme = listed[listed["indicator_id"].eq(indicator_id)], marks.scheme
    grades = scheme.grade_names
    counts = _count(marks, own).reindex(columns=list(grades), fill_value=0).rename(columns=grades)
    colours = {grades[grade]: colour for grade, colour in grade_colours(grades).items()}
    figure, (ax,) = new_figure(1.9 + 0.32 * len(counts))
    with theme():
        draw_counts(counts, ax, colours)
    marked = own[own["status"].eq("marked")]
    finding = f"{len(marked)} 个单位计分"
    if len(marked):
        finding += f"，得分率中位 {percent(marked['rate'].median(), 1)}，最低 {percent(marked['rate'].min(), 1)}"
    told = "；".join(f"{mark}{total}个" for mark, total in counts.sum(axis=1).items())
    return finish(
        figure,
        f"{own['indicator'].iloc[0]}：{finding}",
        f"{scheme.year} 年{marks.group_name}，{own['points'].iloc[0]:g} 分的指标；条的颜色是单位的总评等次",
        source_note([scheme.document], marks.provenances),
        f"条形图。{own['indicator'].iloc[0]}的评分：{told}。",
        ChartData(counts, "stacked", "单位数（个）", WHOLE, colours),
    )


def _count(marks: MarkMatrix, own: pd.DataFrame) -> pd.DataFrame:
    """Count units by mark and grade: by rating from the best down, or by steps of the rate; then those without."""
    marked = own["status"].eq("marked")
    if own["rating"].ne("").any():
        order = list(reversed(marks.levels.index))
        kind = own["rating"]
    else:
        step = (own["rate"] * _BINS).round(6).clip(upper=_BINS - 1).floordiv(1)
        steps = range(_BINS - 1, int(step.min() if marked.any() else _BINS) - 1, -1)
        names = {place: f"{percent(place / _BINS, 0)}–{percent((place + 1) / _BINS, 0)}" for place in steps}
        order, kind = list(names.values()), step.map(names)
    kind = kind.where(marked, _UNMARKED)
    if not marked.all():
        order.append(_UNMARKED)
    return pd.crosstab(kind, own["grade"]).reindex(order, fill_value=0)
