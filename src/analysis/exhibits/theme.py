"""One look for every chart: a Chinese font, the style sheet beside this file, colours that survive grey print."""

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
from analysis.problems import WorkbookError

INK, MUTED, FAINT, PAPER = "#1d2733", "#5b6673", "#d5dae0", "#ffffff"
RISE, FALL = "#b4452f", "#2c6e9b"
GROUP_COLOURS = ("#9a3d2c", "#23567f", "#5a7d2a", "#6b4a8a")
PART_COLOURS = (
    "#1f4e79", "#5f97c9", "#b9d3ea", "#7a8794", "#c9c3b4", "#2f6b4f", "#8fb996", "#8a6d3b", "#d9c48f", "#6b4a8a"
)  # fmt: skip
ADDED, TAKEN = "#e3a72f", "#b4452f"
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
    names = list(grades)
    stops = mpl.colors.LinearSegmentedColormap.from_list("grades", ["#1d5c5a", "#6fa39c", "#d8e0d6"])
    return {name: mpl.colors.to_hex(stops(position / max(len(names) - 1, 1))) for position, name in enumerate(names)}


def group_colours(groups: Iterable[str]) -> dict[str, str]:
    """Give every group its colour, the same in every chart."""
    return dict(zip(groups, cycle(GROUP_COLOURS)))


def part_colours(parts: Iterable[str]) -> dict[str, str]:
    """Give every part its colour."""
    return dict(zip(parts, cycle(PART_COLOURS)))


def ink_on(colour: str) -> str:
    """Choose dark or white text, whichever reads on `colour`."""
    return INK if np.dot(mpl.colors.to_rgb(colour), LIGHTNESS) > 0.55 else PAPER
