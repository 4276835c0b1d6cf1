"""How did every unit's rank go through the years?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.exhibits.all_years import OverYears
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import LONG, measure_name, part_alike, write_name
from analysis.exhibits.live import tag
from analysis.exhibits.theme import FALL, MUTED, PAPER, POINTS_AN_INCH, RISE, ROW, SMALL
from analysis.periods import as_year, label_year, name_year, place_of, short_year
from analysis.texts import count_ems, name_some
from analysis.words import WHOLE, arrow

_MOST_NAMED = 48
"""Units that are all named where their lines end; of more, those that moved most alone."""
_TALLEST, _SHORTEST = 9.0, 8 * ROW
"""Inches of a chart of more units, and of one of very few."""
_FEW = 20
"""Units of whose lines every year is a dot to be seen."""
_ONE_IN, _MOST = 4, 3
"""One in so many units, but no more than so many, is shown to have risen or fallen most."""
_DOT, _RANK, _LINE = 7.0, 24.0, 11.5
"""Points from the end of a line to the rank there, and to the name behind it; what a line of writing takes."""
_LEAST_ACROSS = 0.45
"""What share of the drawing lines take at least from side to side."""
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Which ranks are written at the side: every one, every second, …"""


class Trajectories(OverYears, name="trajectories", label="名次走势", needs=("group", "results")):
    """The ranks of a group through all years, a line a unit."""

    templates = {
        "none": "{group}：有名次的年度不足两个，没有走势。",
        "title": "{base_year}年到{year}年{group}升降最大：{tops:clauses}",
        "rose": "{names}升{places:whole}位",
        "fell": "{names}降{places:whole}位",
        "title_still": "{group}：{base_year}年和{year}年均有名次的{units}个单位，先后未变",
        "title_none": "{group}：{base_year}年和{year}年的名次可比的单位不足两个",
        "measure": "各年在本组的名次，每线一个单位{turnover}{marked}{left}",
        "turnover": "，◇ 为进入本组，× 为退出本组",
        "marked": "；实线、虚线为升幅、降幅最大的（在两年均在本组的{units}个单位中排）",
        "left": "；单位多，只写出这些单位的名称",
        "alt": "名次走势图，{base_year}年到{year}年。{moves}。",
        "alt_unit": "{name}由第{base_rank:whole}名到第{rank:whole}名",
        "alt_none": "没有升降可比",
        "told": "{name}：{base_year}年第{base_rank:whole}名，{year}年第{rank:whole}名",
        "told_once": "{name}：{year}年第{rank:whole}名",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Ranks in the group, units (by the last rank) × years with ranks; missing where a unit is not in the group."""
        ranks = self.panel.ranks.where(self.panel.groups.eq(self.group)).dropna(how="all").dropna(how="all", axis=1)
        return ranks.sort_values(list(ranks.columns[::-1]), kind="stable") if len(ranks.columns) else ranks

    @property
    def absent(self) -> str:
        """Where there are not two years with ranks."""
        return "" if len(self.frame.columns) > 1 else self.say("none")

    @cached_property
    def _compared(self) -> pd.DataFrame:
        """The rows of `Panel.spans` from the first year with ranks to the last."""
        spans, (first, last) = self.of_group(self.panel.spans), self.frame.columns[[0, -1]]
        own = spans[spans["base_year"].eq(first) & spans["year"].eq(last)].dropna(subset=["common_rank_change"])
        return own.assign(name=own["unit_id"].map(self.unit_names), places=own["common_rank_change"].abs())

    @property
    def chart(self) -> Chart | None:
        """A line a unit; none where there are not two years with ranks."""
        if self.absent:
            return None
        ranks, compared = self.frame, self._compared
        change, most = compared["common_rank_change"], int(np.clip(len(compared) // _ONE_IN, 1, _MOST))
        rose, fell = compared[change > 0], compared[change < 0]
        shown = rose.nlargest(most, change.name, keep="all"), fell.nsmallest(most, change.name, keep="all")
        moved = pd.concat([own.head(2 * _MOST) for own in shown])
        present = ranks.index[ranks.iloc[:, -1].notna()]
        is_whole = len(present) <= _MOST_NAMED
        names = {unit: self.unit_names[unit] for unit in (present if is_whole else moved["unit_id"])}
        height = max(ROW * max(ranks.max().max(), ranks.count().max()), _SHORTEST) if is_whole else _TALLEST
        with new_figure(height + 4 * ROW) as (figure, (ax,)):
            changes = moved.set_index("unit_id")["common_rank_change"].to_dict()
            size = figure.get_figwidth() * POINTS_AN_INCH, height * POINTS_AN_INCH
            for unit, line in _draw_ranks(ax, ranks, changes, names, *size).items():
                tag(line, unit, self._tell(unit))
        ends = {"base_year": ranks.columns[0], "year": ranks.columns[-1], "units": len(compared)}
        tops = [self._tell_most(kind, own) for kind, own in (("rose", rose), ("fell", fell)) if len(own)]
        frame = ranks.rename(index=self.unit_names).set_axis([name_year(as_year(year)) for year in ranks], axis=1)
        return self.draw(
            figure,
            ChartData(frame, "picture", "名次", WHOLE),
            "title" if tops else "title_still" if ends["units"] > 1 else "title_none",
            **ends,
            tops=tops,
            moves=self.say_each("alt_unit", moved) or self.say("alt_none"),
            turnover=self.say("turnover") if ranks.iloc[:, [0, -1]].isna().any(axis=None) else "",
            marked=self.say("marked", **ends) if tops else "",
            left="" if is_whole else self.say("left"),
        )

    def _tell(self, unit: str) -> str:
        """Say of a unit what its ranks were first and last."""
        known = self.frame.loc[unit].dropna()
        told = {"name": self.unit_names[unit], "year": known.index[-1], "rank": known.iloc[-1]}
        if len(known) == 1:
            return self.say("told_once", **told)
        return self.say("told", base_year=known.index[0], base_rank=known.iloc[0], **told)

    def _tell_most(self, kind: str, own: pd.DataFrame) -> str:
        """Name all who rose, or fell, by most."""
        most = own["places"].max()
        return self.say(kind, names=name_some(own.loc[own["places"].eq(most), "name"].to_list()), places=most)


def _draw_ranks(
    ax: Axes, ranks: pd.DataFrame, changes: Mapping[str, float], names: Mapping[str, str], wide: float, tall: float
) -> dict[str, Line2D]:
    """Draw a line a unit, `wide` and `tall` points in all; some `changes` stand out, some `names` stand behind."""
    last = max(float(ranks.max().max()), ranks.count().max(), 2.0)
    row = tall / last  # points from one rank to the next
    arrows = {unit: arrow(changes[unit]) if unit in changes else "" for unit in names}
    marks = max(map(count_ems, arrows.values()), default=0.0) * SMALL + _DOT
    ems = min(LONG, (wide * (1 - _LEAST_ACROSS) - marks - 2 * _RANK) / SMALL)
    end = wide - marks - _RANK - max((measure_name(name, ems) for name in names.values()), default=0.0)
    places = np.array([place_of(as_year(year)) for year in ranks])
    across = _RANK + (places - places[0]) / np.ptp(places) * (end - _RANK)
    size = 3.2 if last <= _FEW else 1.6 if row >= _LINE else 0.6
    drawn = ranks.add(part_alike(ranks, _LINE) / row, axis=0)
    lines = {
        str(unit): _draw_line(ax, across, own.to_numpy(), changes.get(str(unit)), size)
        for unit, own in drawn.iterrows()
    }
    ends = ranks.iloc[:, -1]
    for unit, at in _spread(ends.rank(method="first")[list(names)].sort_values(), _LINE / row, last).items():
        if at != (place := drawn.iloc[:, -1][unit]):
            ax.plot([end + 2, end + _DOT - 1], [place, at], color=MUTED, linewidth=0.6)
        ax.text(end + _DOT, at, f"{ends[unit]:.0f}", va="center", fontsize=SMALL, in_layout=False)
        write_name(ax, names[str(unit)], (end, at), _RANK, ems)
        colour = _colour_of(changes.get(str(unit), 0))
        ax.text(wide, at, arrows[str(unit)], ha="right", va="center", fontsize=SMALL, color=colour, in_layout=False)
    step = next(each for each in _STEPS if each * row >= _LINE)
    for rank in [1, *range(max(step, 2), int(last) + 1, step)]:
        if rank == 1 or (rank - 1) * row >= _LINE:
            ax.text(_RANK - _DOT, rank, f"{rank}", ha="right", va="center", fontsize=SMALL, color=MUTED)
    _label_years(ax, ranks, across)
    ax.set_xlim(0, wide)
    ax.set_ylim(last + 0.5, 0.5)
    ax.axis("off")
    return lines


def _draw_line(ax: Axes, across: np.ndarray, ranks: np.ndarray, change: float | None, size: float) -> Line2D:
    """Draw the ranks of one unit; where it comes into the group or leaves it, there is a sign."""
    look: dict[str, Any] = {"color": MUTED, "linewidth": 0.7, "alpha": 0.5, "zorder": 1}
    if change is not None:
        dashes: Any = "-" if change > 0 else (0, (5, 1.5))
        look = {"color": _colour_of(change), "linewidth": 1.6, "linestyle": dashes, "zorder": 3}
    (line,) = ax.plot(across, ranks, marker="o", markersize=size, clip_on=False, **look)
    known = np.flatnonzero(~np.isnan(ranks))
    for place, edge, sign in ((known[0], 0, "D"), (known[-1], len(ranks) - 1, "x")):
        if place != edge:
            signs: dict[str, Any] = {"markersize": 4.5, "markerfacecolor": PAPER, "markeredgewidth": 0.8}
            ax.plot(across[place], ranks[place], marker=sign, color=MUTED, zorder=4, **signs)
    return line


def _colour_of(change: float) -> str:
    return RISE if change > 0 else FALL


def _label_years(ax: Axes, ranks: pd.DataFrame, across: np.ndarray) -> None:
    """Write the years over the lines and under them: as many as there is room for, the last one among them."""
    years = [as_year(year) for year in ranks]
    texts = [label_year(year) for year in years]
    if _too_wide(texts, across, 1):
        texts = [short_year(year) if isinstance(year, int) else text for year, text in zip(years, texts, strict=True)]
    step = next(each for each in range(1, len(years) + 1) if each == len(years) or not _too_wide(texts, across, each))
    for x, text in list(zip(across, texts, strict=True))[::-1][::step]:
        for at, away, side in ((1, 6, "bottom"), (0, -6, "top")):
            ax.annotate(text, (x, at), xycoords=("data", "axes fraction"), xytext=(0, away), textcoords="offset points",
                        ha="center", va=side, fontsize=SMALL, color=MUTED)  # fmt: skip


def _too_wide(texts: Iterable[str], across: np.ndarray, step: int) -> bool:
    """Say whether every `step`-th label would run into the next."""
    widest = max(count_ems(line) for text in texts for line in text.split("\n")) * SMALL
    return bool(np.min(np.diff(across[::-1][::step][::-1]), initial=np.inf) < widest + SMALL / 2)


def _spread(at: pd.Series, gap: float, last: float) -> pd.Series:
    """Move apart what would be written over each other, from the top down, and all up that would be below the last."""
    steps = gap * np.arange(len(at))
    return (at - steps).cummax().clip(upper=last - max(steps, default=0.0)) + steps
