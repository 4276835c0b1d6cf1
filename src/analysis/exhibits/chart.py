"""One look for every chart: a Chinese font, a palette that survives grey print, and words around the drawing."""

from __future__ import annotations

import base64
import html
import io
import pickle
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis.exhibits.fonts import font_path
from analysis.problems import WorkbookError
from analysis.words import POINTS, Format

INK, MUTED, FAINT, PAPER = "#1d2733", "#5b6673", "#d5dae0", "#ffffff"
RISE, FALL = "#b4452f", "#2c6e9b"
GROUP_COLOURS = ("#9a3d2c", "#23567f", "#5a7d2a", "#6b4a8a")
PART_COLOURS = ("#1f4e79", "#5f97c9", "#b9d3ea", "#7a8794", "#c9c3b4")
BONUS_COLOUR, DEDUCTION_COLOUR = "#e3a72f", "#b4452f"
_WIDTH = ContextVar("width", default=9.0)
"""Inches: the text width of a page, so that type is the same size in every chart."""
SMALL = 8.5
"""Points: the size of what is written beside what is drawn."""
ROW = 0.235
"""Inches per row of a chart that has one row per unit."""
_ABOVE, _BELOW = 0.68, 0.42
"""Inches over and under a drawing that its words take."""

_DPI = 144
_COLOURS = 256
"""A chart has few colours and their edges: a palette holds them all in a third of the bytes."""

_INSTALLED_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)


@cache
def font_family() -> str:
    """Register and name a font that has Chinese characters.

    Returns
    -------
    str

    Raises
    ------
    WorkbookError
        If there is none: charts would show empty boxes.
    """
    path = font_path()
    if path is not None:
        font_manager.fontManager.addfont(path)
        return str(font_manager.FontProperties(fname=path).get_name())
    installed = {font.name for font in font_manager.fontManager.ttflist}
    for family in _INSTALLED_FAMILIES:
        if family in installed:
            return family
    raise WorkbookError("找不到中文字体，图中汉字会成空框。请安装 pylopdf-fonts-zh-cn（pip），或 Noto Sans CJK SC。")


@contextmanager
def theme() -> Iterator[None]:
    """Apply the look to everything drawn or saved inside."""
    look: Any = {
        "font.family": font_family(),
        "font.size": 9.5,
        "axes.unicode_minus": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": MUTED,
        "axes.labelsize": 9,
        "axes.titlesize": 10.5,
        "axes.titlecolor": INK,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "text.color": INK,
        "text.hinting": "none",  # Chinese outlines are hinted slowly, and no better
        "text.parse_math": False,  # a dollar sign in a name is not a formula
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "hatch.linewidth": 0.6,
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
        "svg.hashsalt": "workbook",
    }
    with mpl.rc_context(look):
        yield


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
    hidden : str
        A series that only lifts the others; "" for none.
    lifted : tuple of str
        What stands before each row that is lifted; "" for rows that are not.
    hatched : tuple of str
        Series drawn with stripes, so that they stay apart in grey print.
    lowest : float or None
        Where the axis of numbers begins; None leaves it to the software.
    """

    frame: pd.DataFrame
    kind: Kind
    axis: str
    number_format: Format = POINTS
    colours: Mapping[str, str] = field(default_factory=dict)
    measure: str = ""
    hidden: str = ""
    lifted: tuple[str, ...] = ()
    hatched: tuple[str, ...] = ()
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
    """

    figure: Figure
    title: str
    subtitle: str
    source: str
    alt: str
    data: ChartData

    def png(self, dpi: int = _DPI) -> bytes:
        """Render the drawing to PNG; a character the font lacks is an error. The same figure gives the same bytes."""
        with io.BytesIO() as small:
            palette = _paint(self.figure, dpi).quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            palette.save(small, "PNG", dpi=(dpi, dpi))
            return small.getvalue()

    def svg(self) -> bytes:
        """Render the drawing to SVG, characters as outlines: it looks the same wherever it is opened."""
        return self._save("svg", metadata={"Date": None, "Creator": None})

    def pdf(self) -> bytes:
        """Render the drawing to PDF with the font embedded."""
        return self._save("pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})

    def with_words(self) -> Chart:
        """Return the chart with its words in the drawing, for a picture that travels alone."""
        return replace(self, figure=_add_words(self))

    def in_grey(self) -> Chart:
        """Return the chart in greys as light as its colours."""
        figure = _copy(self.figure)
        _turn_grey(figure)
        return replace(self, figure=figure)

    def _save(self, kind: str, **options: Any) -> bytes:
        with _drawing(), io.BytesIO() as drawn:
            self.figure.savefig(drawn, format=kind, **options)
            return drawn.getvalue()

    def _repr_html_(self) -> str:
        picture = base64.b64encode(self.png()).decode("ascii")
        title, subtitle, source, alt = map(html.escape, (self.title, self.subtitle, self.source, self.alt))
        return (
            f'<figure class="chart"><figcaption><b>{title}</b><span>{subtitle}</span></figcaption>'
            f'<div class="drawing" tabindex="0" role="group" aria-label="{title}">'
            f'<img src="data:image/png;base64,{picture}" alt="{alt}"></div><p class="source">{source}</p></figure>'
        )


def _paint(figure: Figure, dpi: int) -> Image.Image:
    """Draw once; `savefig` would draw twice."""
    try:
        figure.set_dpi(dpi)
        own = figure.canvas
        canvas = own if isinstance(own, FigureCanvasAgg) else FigureCanvasAgg(figure)  # a copy has none
        with _drawing():
            canvas.draw()
        return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    finally:
        figure.set_dpi(_DPI)


def _copy(figure: Figure) -> Figure:
    copy: Figure = pickle.loads(pickle.dumps(figure))
    return copy


def _add_words(chart: Chart) -> Figure:
    """Copy a drawing onto a taller sheet and write the words over and under it."""
    figure = _copy(chart.figure)
    FigureCanvasAgg(figure)
    wide, high = figure.get_size_inches()
    tall = high + _ABOVE + _BELOW
    places = [(ax, ax.get_position().bounds) for ax in figure.axes]
    figure.set_size_inches(wide, tall)
    for ax, (left, low, width, height) in places:
        ax.set_position((left, (low * high + _BELOW) / tall, width, height * high / tall))
    with theme():
        for y, words, size, va, colour in (
            (1 - 0.1 / tall, chart.title, 13.5, "top", INK),
            (1 - 0.39 / tall, chart.subtitle, 9.5, "top", MUTED),
            (0.1 / tall, chart.source, 8.0, "bottom", MUTED),
        ):
            text = figure.text(0.008, y, words, fontsize=size, va=va, ha="left", color=colour)
            width = text.get_window_extent().width / (figure.dpi * wide * 0.984)
            text.set_fontsize(size / max(width, 1.0))  # long names shrink a line rather than run off the page
    return figure


@contextmanager
def _drawing() -> Iterator[None]:
    with theme(), warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*Glyph.*missing")
        yield


def _turn_grey(figure: Figure) -> None:
    for artist in figure.findobj():
        names = [name for name in _COLOURED if hasattr(artist, f"get_{name}") and hasattr(artist, f"set_{name}")]
        greys = {name: _as_grey(getattr(artist, f"get_{name}")()) for name in names}
        for name, grey in greys.items():
            getattr(artist, f"set_{name}")(grey)


_COLOURED = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")


def _as_grey(colour: Any) -> np.ndarray:
    """Replace a colour, or each of several, by the grey that is as light."""
    rgba = mpl.colors.to_rgba_array(colour)
    grey = rgba.copy()
    grey[:, :3] = (rgba[:, :3] @ _LIGHTNESS)[:, None]
    return grey if np.ndim(colour) == 2 else grey[0] if len(grey) else rgba


_LIGHTNESS = np.array([0.299, 0.587, 0.114])


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
        figure = Figure(figsize=(_WIDTH.get(), height), dpi=_DPI, layout="constrained", facecolor=PAPER)
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


def write_beside(ax: Axes, texts: Iterable[str], x: float | None = None, **style: Any) -> None:
    """Write a text beside each row of a horizontal chart.

    Parameters
    ----------
    ax : Axes
    texts : iterable of str
        From the top down.
    x : float, optional
        Where it begins, as the numbers of the chart go; right of the chart by default.
    **style
        Passed to `Axes.annotate`.
    """
    start, across = (1.01, "axes fraction") if x is None else (x, "data")
    for row, text in enumerate(texts):
        ax.annotate(text, (start, row), xycoords=(across, "data"), va="center", fontsize=SMALL, **style)


def add_legend(ax: Axes, columns: int, side: Literal["left", "right"] = "left") -> None:
    """Explain what is drawn, in a line over it."""
    look: Any = {"loc": f"lower {side}", "bbox_to_anchor": (0 if side == "left" else 1, 1)}
    ax.legend(**look, ncols=columns, handlelength=1.1, borderaxespad=0.2)


def grade_colours(grades: Iterable[str]) -> dict[str, str]:
    """Colour grades from dark (best) to light, so that they stay apart in grey print."""
    names = list(grades)
    stops = mpl.colors.LinearSegmentedColormap.from_list("grades", ["#1d5c5a", "#6fa39c", "#d8e0d6"])
    return {name: mpl.colors.to_hex(stops(place / max(len(names) - 1, 1))) for place, name in enumerate(names)}


def group_colours(groups: Iterable[str]) -> dict[str, str]:
    """Give every group its colour, the same in every chart."""
    return {group: GROUP_COLOURS[place % len(GROUP_COLOURS)] for place, group in enumerate(groups)}


def ink_on(colour: str) -> str:
    """Choose dark or white text, whichever reads on `colour`."""
    return INK if np.dot(mpl.colors.to_rgb(colour), _LIGHTNESS) > 0.55 else PAPER
