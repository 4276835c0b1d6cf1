"""What charts are drawn with: rows with names and texts beside them, bars, a legend."""

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from analysis.exhibits.chart import ChartData
from analysis.exhibits.theme import INK, PAPER, SMALL, ink_on


def label_rows(ax: Axes, labels: Iterable[str], above: float = 0.6) -> None:
    """Name the rows of a horizontal chart from the top down.

    Parameters
    ----------
    ax : Axes
    labels : iterable of str
    above : float
        Rows of free space over the first.
    """
    names = list(labels)
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(names) - 0.4, -above)
    ax.spines["left"].set_visible(False)


def name_by_rank(rows: pd.DataFrame) -> list[str]:
    """Name units with their ranks, for the rows of a ranking."""
    return [f"{rank:.0f}  {name}" for rank, name in zip(rows["rank"], rows["name"], strict=True)]


def write_beside(ax: Axes, texts: Iterable[str], x: Any = None, color: str | Iterable[str] = INK, **style: Any) -> None:
    """Write a text beside each row of a horizontal chart.

    Parameters
    ----------
    ax : Axes
    texts : iterable of str
        From the top down.
    x : float or sequence of float, optional
        Where it begins, or where each begins, as the numbers of the chart go; right of the chart by default.
    color : str or iterable of str
        Of all, or of each.
    **style
        Passed to `Axes.annotate`.
    """
    written = list(texts)
    across = "axes fraction" if x is None else "data"
    starts = np.broadcast_to(1.01 if x is None else x, len(written))
    colours = np.broadcast_to(color if isinstance(color, str) else list(color), len(written))
    for row, (text, start, ink) in enumerate(zip(written, starts, colours, strict=True)):
        ax.annotate(text, (start, row), xycoords=(across, "data"), va="center", fontsize=SMALL, color=ink, **style)


def draw_bars(ax: Axes, data: ChartData, labels: pd.DataFrame | None = None) -> dict[str, BarContainer]:
    """Draw bars side by side, or on top of each other, as they are or as shares; what is below zero goes to the left.

    Parameters
    ----------
    ax : Axes
    data : ChartData
        Of kind "bars", "stacked" or "shares".
    labels : DataFrame of str, optional
        As the frame of `data`: what is written at the end of each bar, or in the middle of those that are stacked.

    Returns
    -------
    dict of series to its bars
    """
    names, stacked = list(data.frame), data.kind != "bars"
    frame = data.frame.div(data.frame.sum(axis=1), axis=0) if data.kind == "shares" else data.frame
    colours = ["none" if name == data.hidden else data.colours[name] for name in names]
    width = 0.72 if stacked else 0.8
    frame.plot.barh(ax=ax, stacked=stacked, width=width, color=colours, edgecolor=PAPER, legend=False)
    for position, (name, colour) in enumerate(zip(names, colours, strict=True)):
        bars: Any = ax.containers[position]
        for bar in bars:
            bar.set_hatch("////" if name in data.hatched else "")
            bar.set_linewidth(1 if bar.get_width() else 0)  # the edge of nothing would show as a line
        if not data.frame[name].any():
            bars.set_label("_nothing")  # no legend explains what is not drawn
        if labels is None:
            continue
        texts = list(labels.iloc[:, position])
        if stacked:
            look: Any = {"ha": "center", "va": "center", "fontsize": SMALL, "color": ink_on(colour)}
            for bar, text in zip(bars, texts, strict=True):  # `bar_label` would leave a figure that cannot be copied
                ax.annotate(text, (0.5, 0.5), xycoords=bar, **look)
        else:
            ax.bar_label(bars, texts, padding=3, fontsize=SMALL)
    label_rows(ax, data.frame.index)
    ax.set(xlabel=data.axis, ylabel="")
    return dict(zip(names, ax.containers, strict=True))


def add_legend(ax: Axes, columns: int, side: Literal["left", "right"] = "left") -> None:
    """Explain what is drawn, in a line over it."""
    corner: Any = f"lower {side}"
    ax.legend(loc=corner, bbox_to_anchor=(0 if side == "left" else 1, 1), ncols=columns)
