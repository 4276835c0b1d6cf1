"""Ranks of two years, joined by lines: who moved stands out, everybody else is there in grey."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits.chart import new_figure
from analysis.exhibits.drawing import LONG, keep_apart, measure_name, part_alike, write_name
from analysis.exhibits.live import tag
from analysis.exhibits.palette import light
from analysis.exhibits.theme import FALL, INK, MUTED, PAPER, POINTS_AN_INCH, RISE, ROW, SMALL
from analysis.texts import count_ems

_DOT, _RANK = 7.0, 24.0
"""Points from the end of a line to the rank there, and to the name behind it."""
_LEAST_ACROSS, _MOST_ACROSS = 90.0, 0.45
"""Points that lines take at least from side to side, and what share of the drawing at most."""
_LINE = ROW * POINTS_AN_INCH
"""Points of a line of writing."""
_ALL_NAMED, _TALL = 20, 400.0
"""Units up to which all are named, and points that the ranks of more take; of those, who stands out is named."""
_ALIKE = 1.5 * _LINE
"""Points that lines of units of the same ranks in both years take, however many they are."""
_SIDES = {-1: "right", 1: "left"}
"""How what stands beside either end is aligned."""


def draw_slopes(units: pd.DataFrame, others: pd.DataFrame, heads: tuple[str, str], line: str) -> Figure:
    """Draw the ranks that the units of both years have among each other, and name under them who is in one year only.

    Parameters
    ----------
    units : DataFrame
        Columns unit_id; base_name, name, mark (str: what stands at the left end of its line, at the right end, and at
        the right edge); common_base_rank, common_rank, common_rank_change; was_best, is_best, stands_out (bool); told
        (str: what is said of its line when it is pointed at).
    others : DataFrame
        Columns unit_id, base_name, name and mark: "" at the end that it does not have.
    heads : (str, str)
        What the ranks of either year are called.
    line : str
        What the line under the best grade is called.

    Returns
    -------
    Figure
    """
    changes = units["common_rank_change"]
    colours = np.select([~units["stands_out"], changes > 0, changes < 0], [light("mark"), RISE, FALL], INK)
    units = units.assign(colour=colours).sort_values("stands_out", kind="stable")
    units["parted"] = part_alike(units[["common_base_rank", "common_rank"]], _ALIKE)
    named = units if len(units) <= _ALL_NAMED else units[units["stands_out"]]
    last = units[["common_base_rank", "common_rank"]].max(axis=None)
    tall = max(last * _LINE if len(named) == len(units) else min(last * _LINE, _TALL), len(named) * _LINE)
    step = tall / last
    sides = {-1: ("base_name", "common_base_rank"), 1: ("name", "common_rank")}
    sorted_by = {side: named.sort_values([rank, sides[-side][1]], kind="stable") for side, (_, rank) in sides.items()}
    places = {side: keep_apart(rows[sides[side][1]] * step, _LINE, step, tall) for side, rows in sorted_by.items()}
    under = bottom = max([tall, *(own.max() for own in places.values() if len(own))])  # ties may reach farther down
    with new_figure(1.0) as (figure, (ax,)):
        wide = figure.get_figwidth() * POINTS_AN_INCH
        start, end, ems = _lay_out(pd.concat([named, others]), wide)
        ax.set_xlim(0, wide)
        for row in units.itertuples():
            ranks = [row.common_base_rank, row.common_rank]
            look: Any = {"linewidth": 0.8}
            if row.stands_out:
                dashes = (0, (5, 1.5)) if row.common_rank_change < 0 else "-"
                look = {"linewidth": 1.8, "linestyle": dashes, "marker": "o", "markersize": 3.5}
            (drawn,) = ax.plot([start, end], np.multiply(ranks, step) + row.parted, color=row.colour, **look)
            tag(drawn, row.unit_id, row.told)
        _draw_best(ax, units, line, (start, end), step)
        for side, (name, rank) in sides.items():
            x = start if side < 0 else end
            for row, y in zip(sorted_by[side].to_dict("records"), places[side], strict=True):
                ax.plot(
                    [x + side, x + (_DOT - 1) * side], [row[rank] * step + row["parted"], y], color=MUTED, linewidth=0.6
                )
                _write(ax, row, (f"{row[rank]:.0f}", row[name], row["mark"] if side > 0 else ""), x, y, side, ems)
            for place, row in enumerate(others[others[name].ne("")].assign(colour=INK).to_dict("records")):
                y = under + (place + 1.5) * _LINE
                _write(ax, row, ("", row[name], row["mark"] if side > 0 else ""), x, y, side, ems)
                bottom = max(bottom, y)
            ax.text(x + _DOT * side, step - 1.2 * _LINE, heads[side > 0], ha=_SIDES[side], va="center", color=MUTED)
        ax.set_ylim(bottom + _LINE, step - 2 * _LINE)
        ax.axis("off")
        figure.set_figheight((bottom + 2 * _LINE) / POINTS_AN_INCH)
    return figure


def _draw_best(ax: Axes, units: pd.DataFrame, name: str, across: tuple[float, float], step: float) -> None:
    """Draw the line under the last unit of the best grade, where there is one in both years."""
    flags = {"was_best": "common_base_rank", "is_best": "common_rank"}
    if any(units[flag].all() or not units[flag].any() for flag in flags):
        return
    ends = [(units.loc[units[flag], rank].max() + 0.5) * step for flag, rank in flags.items()]
    ax.plot(across, ends, color=INK, linewidth=1, linestyle=(0, (1, 2)))
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}
    ax.text(sum(across) / 2, sum(ends) / 2, name, ha="center", va="center", fontsize=SMALL, bbox=box)


def _write(
    ax: Axes, row: dict[Any, Any], texts: tuple[str, str, str], x: float, y: float, side: int, ems: float
) -> None:
    """Write the rank, the name and the mark of a unit beside an end of its line, or where that would be."""
    rank, name, mark = texts
    look: Any = {"va": "center", "fontsize": SMALL}
    written = [ax.text(x + _DOT * side, y, rank, ha=_SIDES[side], **look)] if rank else []
    written += [write_name(ax, name, (x, y), _RANK * side, ems)] if name else []
    written += [ax.text(ax.get_xlim()[1], y, mark, ha="right", color=row["colour"], **look)] if mark else []
    for text in written:
        tag(text, row["unit_id"])


def _lay_out(rows: pd.DataFrame, wide: float) -> tuple[float, float, float]:
    """Say where lines begin and end, and how many characters a name has in a line; all widths are in points.

    Names get the room that they take; what lies between them takes the rest.
    """
    marks = max(map(count_ems, rows["mark"]), default=0.0) * SMALL + _DOT
    ems = min(LONG, ((wide - marks - _LEAST_ACROSS) / 2 - _RANK) / SMALL)
    left, right = (_RANK + max(measure_name(name, ems) for name in rows[side]) for side in ("base_name", "name"))
    free = max(wide - marks - left - right - wide * _MOST_ACROSS, 0.0)
    return left + free / 2, wide - marks - right - free / 2, ems
