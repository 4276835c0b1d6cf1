"""A frame of one's own, drawn in the house style."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import pandas as pd

from analysis.assessment import Pair, Year
from analysis.exhibits.chart import Chart, ChartData, finish, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import GROUP_COLOURS, PAPER
from analysis.problems import WorkbookError
from analysis.words import POINTS, Format

OwnKind = Literal["bars", "stacked", "line"]


def draw_own(
    of: Year | Pair,
    frame: pd.DataFrame,
    title: str,
    *,
    kind: OwnKind = "bars",
    axis: str = "",
    measure: str = "",
    number_format: Format = POINTS,
) -> Chart:
    """Draw the numbers of a frame in the house style, with the source of the year or of the two years.

    Parameters
    ----------
    of : Year or Pair
        Where the numbers are from.
    frame : DataFrame of numbers
        Indexed by what readers call each row; one column a series, headed as readers call it.
    title : str
        What it finds.
    kind : {"bars", "stacked", "line"}
        Bars side by side, a row of the frame each; bars on top of each other; lines along the rows.
    axis : str
        What the numbers measure, with the unit, such as "名次变化（位）".
    measure : str
        How it is measured, in a sentence under the title.
    number_format : Format

    Returns
    -------
    Chart

    Raises
    ------
    WorkbookError
        If the frame has no numbers, or there is no such kind of chart.

    Examples
    --------
    >>> from analysis import open_assessment
    >>> pair = open_assessment().pair(2020, 2021)
    >>> best = pair.movement.nlargest(3, "total_change").set_index("name")[["total_change"]]
    >>> chart = pair.chart(best.set_axis(["总分增减"], axis=1), "三个单位的总分增加最多", axis="总分增减（分）")
    >>> chart.title
    '三个单位的总分增加最多'
    """
    if kind not in get_args(OwnKind):
        raise WorkbookError(f"没有“{kind}”这种图。可用：{'、'.join(get_args(OwnKind))}。")
    if frame.empty or frame.select_dtypes("number").shape != frame.shape:
        raise WorkbookError("画图的表应至少有一行，每一列都是数；行名、列名是图上要写的字。")
    shown = Exhibit(of) if isinstance(of, Year) else Exhibit(of.year, of.base)
    names, rows = list(map(str, frame.columns)), list(map(str, frame.index))
    colours = {name: GROUP_COLOURS[place % len(GROUP_COLOURS)] for place, name in enumerate(names)}
    height = 3.2 if kind == "line" else 0.9 + 0.3 * len(rows) * (len(names) if kind == "bars" else 1)
    with new_figure(height) as (figure, (ax,)):
        if kind == "line":
            _draw_lines(frame.to_numpy(float), rows, names, ax, colours, number_format)
            ax.set_ylabel(axis)
        else:
            _draw_bars(frame.to_numpy(float), rows, names, ax, colours, number_format, stacked=kind == "stacked")
            ax.set_xlabel(axis)
        if len(names) > 1:
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(names), handlelength=1.1, borderaxespad=0.2)
    told = "；".join(
        f"{row}：" + "，".join(f"{name}{number_format(value)}" for name, value in zip(names, values, strict=True))
        for row, values in zip(rows, frame.to_numpy(float), strict=True)
    )
    data = ChartData(frame.set_axis(rows).set_axis(names, axis=1), kind, axis, number_format, colours)
    return finish(figure, title, measure, shown.source, f"{told}。", data)


def _draw_bars(
    values: Any,
    rows: Iterable[str],
    names: list[str],
    ax: Any,
    colours: dict[str, str],
    number_format: Format,
    *,
    stacked: bool,
) -> None:
    high = 0.72 if stacked else 0.8 / len(names)
    left = values[:, 0] * 0
    for place, name in enumerate(names):
        own = values[:, place]
        at = [row + (0 if stacked else (place - (len(names) - 1) / 2) * high) for row in range(len(own))]
        ax.barh(at, own, left=left if stacked else 0, height=high, color=colours[name], edgecolor=PAPER, label=name)
        for y, value, start in zip(at, own, left, strict=True):
            if pd.notna(value):
                x, side = (start + value / 2, "center") if stacked else (value, "left" if value >= 0 else "right")
                ax.annotate(number_format(value), (x, y), xytext=(0 if stacked else 3 if value >= 0 else -3, 0),
                            textcoords="offset points", ha=side, va="center", fontsize=8.5,
                            color=PAPER if stacked else None)  # fmt: skip
        left = left + own
    ax.axvline(0, linewidth=0.8, color="#5b6673")
    label_rows(ax, rows)
    ax.margins(x=0.12)


def _draw_lines(
    values: Any, rows: list[str], names: list[str], ax: Any, colours: dict[str, str], number_format: Format
) -> None:
    for place, name in enumerate(names):
        ax.plot(range(len(rows)), values[:, place], marker="os^D"[place % 4], linewidth=1.8, color=colours[name],
                linestyle="-" if place % 2 == 0 else (0, (4, 2)), label=name)  # fmt: skip
        for x, value in enumerate(values[:, place]):
            ax.annotate(number_format(value), (x, value), xytext=(0, 7), textcoords="offset points", ha="center",
                        fontsize=8.5)  # fmt: skip
    ax.set_xticks(range(len(rows)), rows)
    ax.margins(x=0.06, y=0.2)
