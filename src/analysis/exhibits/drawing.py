"""What charts are drawn with: rows with names and texts beside them, bars, a legend."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import offset_copy

from analysis.exhibits.chart import ChartData
from analysis.exhibits.live import tag
from analysis.exhibits.theme import INK, PAPER, POINTS_AN_INCH, SMALL, ink_on
from analysis.texts import break_in_two, count_ems

LONG = 22.0
"""Chinese characters from which a name is written in two lines: it would take the room of what is drawn."""
_TWO_LINES: Any = {"fontsize": 6.8, "linespacing": 1.0}
"""How two lines fit in a row."""
_ENTRY = 4.0
"""Characters that an entry of a legend takes beside its words."""
_LEGEND_ROW = 0.19
"""Inches."""
_PARTED = 3.0
"""Points from a line to the next that goes the same way."""
_SEEN = 0.6
"""How far dots of a plane stand from each other at least, in dots: so much of each is to be seen."""


def label_rows(ax: Axes, labels: Iterable[str], above: float = 0.6, units: Sequence[str] = ()) -> None:
    """Name the rows of a horizontal chart from the top down.

    Parameters
    ----------
    ax : Axes
    labels : iterable of str
    above : float
        Rows of free space over the first.
    units : sequence of str
        The unit_id of each row, where rows are units: pages find them by it.
    """
    names = [break_in_two(name, LONG) for name in labels]
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    for name, label in zip(names, ax.get_yticklabels(), strict=True):
        label.set(**_fit(name))
    for unit, label in zip(units, ax.get_yticklabels(), strict=False):
        tag(label, unit)
    ax.set_ylim(len(names) - 0.4, -above)
    ax.spines["left"].set_visible(False)


def write_name(
    ax: Axes, name: str, at: tuple[float, float], away: float, ems: float = LONG, color: str = INK
) -> Annotation:
    """Write a name beside a place of a chart: `away` points to the right of it, or to the left where that is negative.

    One that is wider than `ems` Chinese characters is written in two lines.
    """
    written = break_in_two(name, ems)
    look: dict[str, Any] = {"fontsize": SMALL} | _fit(written)
    side: Any = "left" if away > 0 else "right"
    look |= {"in_layout": False, "color": color}  # there is room for it: see `measure_name`
    return ax.annotate(written, at, xytext=(away, 0), textcoords="offset points", ha=side, va="center", **look)


def measure_name(name: str, ems: float = LONG) -> float:
    """Say how many points a name takes as `write_name` writes it."""
    written = break_in_two(name, ems)
    return max(map(count_ems, written.split("\n"))) * _fit(written).get("fontsize", SMALL)


def _fit(name: str) -> dict[str, Any]:
    """Return how a name is written so that it fits in a row."""
    return _TWO_LINES if "\n" in name else {}


def name_by_rank(rows: pd.DataFrame) -> list[str]:
    """Name units with their ranks, for the rows of a ranking."""
    return [f"{rank:.0f}  {name}" for rank, name in zip(rows["rank"], rows["name"], strict=True)]


def write_beside(
    ax: Axes,
    texts: Iterable[str],
    x: Any = None,
    color: str | Iterable[str] = INK,
    units: Sequence[str] = (),
    **style: Any,
) -> None:
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
    units : sequence of str
        See `label_rows`.
    **style
        Passed to `Axes.annotate`.
    """
    written = list(texts)
    across = "axes fraction" if x is None else "data"
    starts = np.broadcast_to(1.01 if x is None else x, len(written))
    colours = np.broadcast_to(color if isinstance(color, str) else list(color), len(written))
    style |= {"xycoords": (across, "data"), "va": "center", "fontsize": SMALL}
    for row, (text, start, ink) in enumerate(zip(written, starts, colours, strict=True)):
        beside = ax.annotate(text, (start, row), color=ink, **style)
        if units:
            tag(beside, units[row])


def keep_apart(places: Sequence[float], least: float, low: float = -np.inf, high: float = np.inf) -> np.ndarray:
    """Move labels along a line as little as need be, so that they are apart and keep their order.

    Parameters
    ----------
    places : sequence of float
        Where they would stand, in ascending order.
    least : float
        How far one has to be from the next.
    low, high : float
        Where the first and the last may stand; if there is no room for all, the last may stand farther.

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> keep_apart([1, 5, 5, 5.5, 9], 1).tolist()
    [1.0, 4.166666666666667, 5.166666666666667, 6.166666666666667, 9.0]
    >>> keep_apart([1, 1], 1, low=1).tolist()
    [1.0, 2.0]
    """
    steps = np.arange(len(places)) * least
    wanted = np.asarray(places, dtype=float) - steps  # labels that are apart by just so much stand in one place here
    blocks: list[tuple[float, int]] = []  # least squares under order: where a block would fall back, it joins the last
    for place in wanted:
        mean, size = float(place), 1
        while blocks and blocks[-1][0] > mean:
            before, labels = blocks.pop()
            mean, size = (before * labels + mean * size) / (labels + size), labels + size
        blocks.append((mean, size))
    settled = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    return np.clip(settled, low, max(low, high - steps[-1] if len(steps) else high)) + steps


def dodge(values: pd.Series, width: float, most: float = np.inf) -> pd.Series:
    """Set dots that would cover each other beside each other, as near to the line as there is room.

    Parameters
    ----------
    values : Series of float
        Where they stand along the line.
    width : float
        Of a dot, in the unit of `values`.
    most : float
        Dots that there is room for, one over the other: a higher pile is pressed together.

    Returns
    -------
    Series of float: how many dots each stands above (or below, where negative) the line

    Examples
    --------
    >>> dodge(pd.Series([80.0, 80.0, 80.5, 82.0]), width=1.0).tolist()
    [0.0, 1.0, -1.0, 0.0]
    >>> dodge(pd.Series([80.0] * 5 + [82.0]), width=1.0, most=3).tolist()
    [0.0, 0.5, -0.5, 1.0, -1.0, 0.0]
    """
    ends: dict[int, float] = {}
    places: dict[Any, int] = {}
    along = values.sort_values(kind="stable")
    for row, value in along.items():
        place = next(each for each in count() if value - ends.get(each, -np.inf) >= width)
        ends[place], places[row] = value, _side_of(place)
    heights = pd.Series(places, dtype=float)
    piles = heights.groupby(along.diff().ge(width).cumsum())
    high = piles.transform("max") - piles.transform("min")
    return (heights / (high / (most - 1)).clip(lower=1.0)).reindex(values.index)


def _side_of(place: int) -> int:
    """Say where the dots of a pile stand, the first in the middle: 0, 1, -1, 2, -2 and so on."""
    return (place + 1) // 2 * (1 if place % 2 else -1)


def set_apart(ax: Axes, dots: Sequence[Line2D]) -> None:
    """Set dots of a plane that would hide each other side by side, to the left and right of where they belong.

    Parameters
    ----------
    ax : Axes
        With all that is drawn on it.
    dots : sequence of Line2D
        Of one size, a dot each: what they say of their place stays as it is.
    """
    figure = ax.get_figure(root=True)
    if figure is None or not dots:
        return
    ax.autoscale_view()
    size = dots[0].get_markersize() * _SEEN
    scale = size * figure.dpi / POINTS_AN_INCH
    places = ax.transData.transform(np.vstack([dot.get_xydata() for dot in dots])) / scale
    settled = np.empty((0, 2))
    for at in np.lexsort(places.T):  # from the bottom up, those of one height from left to right
        near = settled[np.abs(settled[:, 1] - places[at, 1]) < 1]
        tried = (places[at] + [_side_of(place), 0] for place in count())
        settled = np.vstack([settled, next(spot for spot in tried if (np.hypot(*(near - spot).T) >= 1).all())])
        if away := (settled[-1, 0] - places[at, 0]) * size:
            dots[at].set_transform(offset_copy(ax.transData, figure, away, 0, "points"))
    ax.update_datalim(ax.transData.inverted().transform(settled * scale), updatey=False)
    ax.autoscale_view()


def part_alike(lines: pd.DataFrame, room: float) -> pd.Series:
    """Say how far lines that go through the same places stand from there, so that each is seen.

    Parameters
    ----------
    lines : DataFrame
        A row a line, a column a place that it goes through.
    room : float
        Points that all lines that are alike may take.

    Returns
    -------
    Series of float: points

    Examples
    --------
    >>> part_alike(pd.DataFrame({2030: [1, 2, 2], 2031: [3, 1, 1]}), room=9.0).tolist()
    [0.0, -1.5, 1.5]
    """
    kinds = lines.groupby(list(lines.columns), dropna=False, sort=False).ngroup()
    number = kinds.map(kinds.value_counts())
    return (kinds.groupby(kinds).cumcount() - (number - 1) / 2) * (room / number).clip(upper=_PARTED)


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
    colours = [data.colours[name] for name in names]
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


def add_legend(ax: Axes, columns: int, side: Literal["left", "right"] = "left", above: float = 0.0) -> None:
    """Explain what is drawn, in a line over it; in several, on a taller sheet, where one would run off the sheet.

    It stands so many points `above` what is drawn. What is drawn alone needs no explanation beside that of the chart.
    """
    corner: Any = f"lower {side}"
    handles, labels = ax.get_legend_handles_labels()
    if len(labels) < 2:
        return
    figure, size = ax.get_figure(root=True), mpl.rcParams["legend.fontsize"]
    assert figure is not None
    beside = max((max(map(count_ems, label.get_text().split("\n"))) for label in ax.get_yticklabels()), default=0.0)
    room = figure.get_figwidth() * POINTS_AN_INCH / size - beside - 1
    widths = [count_ems(label) + _ENTRY for label in labels]
    fitting = next((each for each in range(min(columns, len(widths)), 0, -1) if _width_of(widths, each) <= room), 1)
    more = max(-(-len(widths) // fitting) - 1, 0)
    figure.set_figheight(figure.get_figheight() + _LEGEND_ROW * more)
    ax.legend(handles, labels, loc=corner, bbox_to_anchor=(0 if side == "left" else 1, 1), ncols=fitting,
              borderaxespad=above / size)  # fmt: skip


def _width_of(widths: list[float], columns: int) -> float:
    """Say how wide a legend of so many columns is, filled column by column."""
    return sum(float(column.max()) for column in np.array_split(widths, columns))
