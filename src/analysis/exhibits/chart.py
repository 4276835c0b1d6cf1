"""A chart: a drawing, the words around it and the numbers shown."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.exchange.office import to_csv
from analysis.exhibits.live import draw_live
from analysis.exhibits.rendering import DPI, add_words, paint, save, turn_grey
from analysis.exhibits.table import HTML
from analysis.exhibits.theme import PAPER, theme
from analysis.words import POINTS, Format

_WIDTH = ContextVar("width", default=9.0)
"""Inches: the text width of a page, so that type is the same size in every chart."""


@contextmanager
def drawn_wide(inches: float) -> Iterator[None]:
    """Draw the charts inside for a text width other than that of a page on the screen."""
    token = _WIDTH.set(inches)
    try:
        yield
    finally:
        _WIDTH.reset(token)


Kind = Literal["line", "bars", "stacked", "shares", "picture"]


@dataclass(frozen=True)
class ChartData:
    """What a chart shows, as a table.

    Attributes
    ----------
    frame : DataFrame
        Indexed by what the reader calls each row; one column a series, headed as the reader calls it; unrounded.
    kind : {"line", "bars", "stacked", "shares", "picture"}
        How office software can draw it: lines, bars side by side, bars on top of each other, the same as shares of
        100 %, or not at all.
    axis : str
        What the numbers measure, with the unit.
    number_format : Format
        How they are written.
    colours : dict of series to colour
    measure : str
        What is measured and how, where office software draws it otherwise; "" where the words of the picture will do.
    hatched : tuple of str
        Series drawn with stripes, so that they stay apart in grey print.
    dashed : tuple of str
        Lines that are broken, for the same.
    lowest : float or None
        Where the axis of numbers begins; None leaves it to the software.
    """

    frame: pd.DataFrame
    kind: Kind
    axis: str
    number_format: Format = POINTS
    colours: Mapping[str, str] = field(default_factory=dict)
    measure: str = ""
    hatched: tuple[str, ...] = ()
    dashed: tuple[str, ...] = ()
    lowest: float | None = None


def pick(rows: pd.DataFrame, names: Mapping[str, str], by: str = "name") -> pd.DataFrame:
    """Take columns as the series of a chart, under the names readers know.

    Parameters
    ----------
    rows : DataFrame with column `by`
    names : dict of column to name
    by : str
        What readers call each row.
    """
    return rows.set_index(by)[list(names)].rename(columns=dict(names))


@dataclass(frozen=True)
class Chart:
    """A finished drawing and the words that go around it.

    Attributes
    ----------
    figure : Figure
        The drawing alone.
    title, subtitle, source : str
        The finding; what is measured and how; where it is from.
    alt : str
        What the picture shows, for those who cannot see it.
    data : ChartData
        The numbers shown.
    live : bool
        Whether charts are shown as pages have them (see `draw_live`); elsewhere they are pictures.
    """

    figure: Figure
    title: str
    subtitle: str
    source: str
    alt: str
    data: ChartData
    live: ClassVar[bool] = False

    def png(self, dpi: int = DPI) -> bytes:
        """Render the drawing to PNG; a character the font lacks is an error. The same figure gives the same bytes."""
        return paint(self.figure, dpi)

    def svg(self) -> bytes:
        """Render the drawing to SVG, characters as outlines: it looks the same wherever it is opened."""
        return save(self.figure, "svg", metadata={"Date": None, "Creator": None})

    def pdf(self) -> bytes:
        """Render the drawing to PDF with the font embedded."""
        return save(self.figure, "pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})

    def with_words(self) -> Self:
        """Return the chart with its words in the drawing, for a picture that travels alone."""
        return replace(self, figure=add_words(self.figure, self.title, self.subtitle, self.source))

    def in_grey(self) -> Self:
        """Return the chart in greys as light as its colours."""
        return replace(self, figure=turn_grey(self.figure))

    def show_live(self) -> str:
        """Show the chart as pages have it: HTML with a live drawing and its data."""
        csv = to_csv(self.data.frame.reset_index())
        return self._write(drawing=draw_live(self.figure, self.alt), csv=base64.b64encode(csv).decode())

    def _repr_html_(self) -> str:
        return self.show_live() if Chart.live else self._write(picture=base64.b64encode(self.png()).decode())

    def _write(self, **drawn: str) -> str:
        return HTML.get_template("chart.html.j2").render(chart=self, **drawn)


@contextmanager
def new_figure(height: float, columns: int = 1, rows: int = 1, **options: Any) -> Iterator[tuple[Figure, list[Axes]]]:
    """Open a figure of page width, to be drawn on inside.

    Parameters
    ----------
    height : float
        Inches.
    columns, rows : int
    **options
        Passed to `Figure.subplots`.

    Yields
    ------
    figure : Figure
    axes : list of Axes, row by row
    """
    with theme():
        figure = Figure(figsize=(_WIDTH.get(), height), dpi=DPI, layout="constrained", facecolor=PAPER)
        FigureCanvasAgg(figure)  # laid out and drawn by one renderer: text is measured once
        axes = figure.subplots(rows, columns, squeeze=False, **options)
        yield figure, list(axes.flat)


def finish(figure: Figure, title: str, subtitle: str, source: str, alt: str, data: ChartData) -> Chart:
    """Lay a figure out for good and give it its words: finding, measure, source.

    Parameters
    ----------
    figure : Figure
    title, subtitle, source, alt : str
    data : ChartData

    Returns
    -------
    Chart
    """
    with theme():
        if (layout := figure.get_layout_engine()) is not None:
            layout.execute(figure)
        figure.set_layout_engine("none")  # laid out once, so that every rendering is the same
        for ax in figure.axes:  # and to the same place: the solver's last digits differ from run to run
            ax.set_position(np.round(ax.get_position().bounds, 6))
    return Chart(figure, title, subtitle, source, alt, data)
