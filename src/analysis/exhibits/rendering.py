"""Drawings as pictures: PNG, SVG and PDF, with words around them, in grey."""

import io
import pickle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis.exhibits.theme import LIGHTNESS, MUTED, theme

DPI = 144
_COLOURS = 256
"""A chart has few colours and their edges: a palette holds them all in a third of the bytes."""
_ABOVE, _BELOW = 0.68, 0.42
"""Inches over and under a drawing that its words take."""
_COLOURED = ("color", "facecolor", "edgecolor", "hatchcolor", "markerfacecolor", "markeredgecolor")


def paint(figure: Figure, dpi: int) -> bytes:
    """Render to PNG; the same figure gives the same bytes."""
    try:
        figure.set_dpi(dpi)
        given = figure.canvas
        canvas = given if isinstance(given, FigureCanvasAgg) else FigureCanvasAgg(figure)  # a copy has none
        with theme():
            canvas.draw()  # once; `savefig` would draw twice
        picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    finally:
        figure.set_dpi(DPI)
    with io.BytesIO() as small:
        palette = picture.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        palette.save(small, "PNG", dpi=(dpi, dpi))
        return small.getvalue()


def save(figure: Figure, kind: str, *, as_text: bool = False, **options: Any) -> bytes:
    """Render to "svg" or "pdf"; in SVG, characters are outlines, or text for who has the font."""
    with theme(), mpl.rc_context({"svg.fonttype": "none" if as_text else "path"}), io.BytesIO() as drawn:
        figure.savefig(drawn, format=kind, **options)
        return drawn.getvalue()


def add_words(figure: Figure, title: str, subtitle: str, source: str) -> Figure:
    """Copy a drawing onto a taller sheet and write its words over and under it."""
    figure = _copy(figure)
    FigureCanvasAgg(figure)
    wide, high = figure.get_size_inches()
    tall = high + _ABOVE + _BELOW
    bounds = [(ax, ax.get_position().bounds) for ax in figure.axes]
    figure.set_size_inches(wide, tall)
    for ax, (left, low, width, height) in bounds:
        ax.set_position((left, (low * high + _BELOW) / tall, width, height * high / tall))
    with theme():
        look: Any
        for y, words, size, look in (
            (1 - 0.1 / tall, title, 13.5, {"va": "top"}),
            (1 - 0.39 / tall, subtitle, 9.5, {"va": "top", "color": MUTED}),
            (0.1 / tall, source, 8.0, {"va": "bottom", "color": MUTED}),
        ):
            text = figure.text(0.008, y, words, fontsize=size, ha="left", **look)
            width = text.get_window_extent().width / (figure.dpi * wide * 0.97)
            text.set_fontsize(size / max(width, 1.0))  # long names shrink a line rather than run off the page
    return figure


def turn_grey(figure: Figure) -> Figure:
    """Copy a drawing in greys as light as its colours."""
    figure = _copy(figure)
    for artist in figure.findobj():
        names = [name for name in _COLOURED if hasattr(artist, f"get_{name}") and hasattr(artist, f"set_{name}")]
        artist.set(**{name: _as_grey(getattr(artist, f"get_{name}")()) for name in names})
    return figure


def _as_grey(colour: Any) -> np.ndarray:
    """Replace a colour, or each of several, by the grey that is as light."""
    rgba = mpl.colors.to_rgba_array(colour)
    grey = rgba.copy()
    grey[:, :3] = (rgba[:, :3] @ LIGHTNESS)[:, None]
    return grey if np.ndim(colour) == 2 else grey[0] if len(grey) else rgba


def _copy(figure: Figure) -> Figure:
    copy: Figure = pickle.loads(pickle.dumps(figure))
    return copy
