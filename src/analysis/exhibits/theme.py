"""One look for every chart: a Chinese font, the style sheet beside this file, the colours of the palette."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager, style

from analysis.exhibits.fonts import font_path
from analysis.exhibits.palette import PALETTE, light
from analysis.problems import WorkbookError

INK, MUTED, FAINT, PAPER = map(light, ("ink", "muted", "line", "paper"))
RISE, FALL, WARN = map(light, ("rise", "fall", "warn"))
SMALL = 8.5
"""Points: the size of what is written beside what is drawn."""
POINTS_AN_INCH = 72.0
ROW = 0.235
"""Inches per row of a chart that has one row per unit."""
LIGHTNESS = np.array([0.299, 0.587, 0.114])
"""How light red, green and blue are."""
_FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei")


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
    installed = font_manager.get_font_names()
    for family in _FAMILIES:
        if family in installed:
            return family
    raise WorkbookError("找不到中文字体，图中汉字会成空框。请安装 pylopdf-fonts-zh-cn（pip），或 Noto Sans CJK SC。")


@contextmanager
def theme() -> Iterator[None]:
    """Apply the look to everything drawn or saved inside, whatever somebody's matplotlibrc says.

    What the font lacks is drawn as a box, without a remark.
    """
    look: list[str | dict[str, Any]] = ["default", "analysis.exhibits.theme", {"font.family": font_family()}]
    with style.context(look), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def grade_colours(grades: Iterable[str]) -> dict[str, str]:
    """Colour grades from dark (best) to light, so that they stay apart in grey print."""
    return _spread(grades, _tones("grade"), 3)  # of two grades the second looks as it does of three


def part_colours(parts: Iterable[str]) -> dict[str, str]:
    """Give parts, or the series of a chart of one's own, greys of which neighbours stay apart."""
    return dict(zip(parts, cycle(_tones("part"))))


def level_colours(levels: Iterable[str]) -> dict[str, str]:
    """Colour levels that are no grades in greys, from dark (best) to light; on a dark screen the other way round."""
    return _spread(levels, sorted(_tones("part"), key=_lightness), 2)


def _spread(names: Iterable[str], tones: list[str], least: int) -> dict[str, str]:
    """Spread names over tones from the first to the last, as if there were so many names at least."""
    given = list(names)
    last = max(len(given), least) - 1
    return {name: tones[round(place * (len(tones) - 1) / last)] for place, name in enumerate(given)}


def _lightness(colour: str) -> float:
    return float(np.dot(mpl.colors.to_rgb(colour), LIGHTNESS))


def _tones(of: str) -> list[str]:
    return [light(name) for name in PALETTE if name.startswith(f"{of}-")]


def ink_on(colour: str) -> str:
    """Choose dark or white text, whichever reads on `colour`."""
    return INK if _lightness(colour) > 0.55 else PAPER
