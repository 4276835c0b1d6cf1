"""A frame of one's own, drawn in the house style."""

from typing import Literal, get_args

import pandas as pd
from matplotlib.axes import Axes

from analysis.assessment import Pair, Year
from analysis.exhibits.chart import Chart, ChartData, finish, new_figure
from analysis.exhibits.drawing import add_legend, draw_bars
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import MUTED, SMALL, part_colours
from analysis.problems import WorkbookError
from analysis.words import POINTS, WHOLE, Format

OwnKind = Literal["bars", "stacked", "line"]


def draw_own(
    of: Year | Pair,
    frame: pd.DataFrame,
    title: str,
    *,
    kind: OwnKind = "bars",
    axis: str = "",
    measure: str = "",
    number_format: Format | None = None,
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
    number_format : Format, optional
        Of `analysis.words`; by default whole numbers stand as they are, others with two decimals.

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
    frame = frame.rename(index=str, columns=str)
    if number_format is None:
        number_format = WHOLE if frame.mod(1).fillna(0).eq(0).all(axis=None) else POINTS
    data = ChartData(frame, kind, axis, number_format, part_colours(frame), dashed=tuple(frame)[1::2])
    written, series = frame.map(number_format), len(frame.columns)
    height = 3.2 if kind == "line" else 0.9 + 0.3 * len(frame) * (series if kind == "bars" else 1)
    with new_figure(height) as (figure, (ax,)):
        if kind == "line":
            _draw_lines(ax, data, written)
        else:
            draw_bars(ax, data, written.where(frame.notna(), ""))
            ax.axvline(0, linewidth=0.8, color=MUTED)
            ax.margins(x=0.12)
        if series > 1:
            add_legend(ax, series)
    alt = "；".join(
        f"{row}：" + "，".join(f"{name}{text}" for name, text in zip(frame, texts, strict=True))
        for row, texts in zip(frame.index, written.to_numpy(), strict=True)
    )
    return finish(figure, title, measure, shown.source, f"{alt}。", data)


def _draw_lines(ax: Axes, data: ChartData, written: pd.DataFrame) -> None:
    """Draw a line a series along the rows, every other one dashed."""
    styles = ["o-", "s--", "^-", "D--"]
    rows = range(len(data.frame))
    for position, (name, values) in enumerate(data.frame.items()):
        ax.plot(rows, values, styles[position % len(styles)], linewidth=1.8, color=data.colours[name], label=name)
        for row, value, text in zip(rows, values, written.iloc[:, position], strict=True):
            ax.annotate(text, (row, value), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=SMALL)
    ax.set_xticks(rows, data.frame.index)
    ax.set_ylabel(data.axis)
    ax.margins(x=0.06, y=0.2)
