"""Why did averages and totals change?"""

from collections.abc import Hashable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import words
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import dodge, label_rows, measure_name, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.live import tag_each
from analysis.exhibits.table import Column, Columns, Table, arrange
from analysis.exhibits.theme import FAINT, FALL, INK, MUTED, PAPER, POINTS_AN_INCH, RISE, SMALL
from analysis.methods.counterfactuals import Counterfactuals, name_parts
from analysis.rounding import without_noise
from analysis.texts import count_ems
from analysis.words import CHANGE, FACTORS, SHARE, rounding_note

LEAST = 0.005
"""Points from which a contribution shows at two decimals."""
_STEP = 0.3
"""Inches a factor takes."""
_ROOM = 0.24
"""The share of the axis that is left free on either side for what stands beside the bars."""
_STILL = 1.0
"""Points that the axis spans at least: less would make much of nothing."""
_ROW_HIGH, _LEVELS, _DOT = 0.5, 6, 5.0
"""Inches of a row of dots, dots that it has room for over each other, and points that a dot takes."""
_OTHER = "“另一推算”为一年没有的大项取另一年得分率的结果；"
_AHEAD = 1.2
"""How many times as large as the next a factor is, for a change to be said to be mostly made of it."""
REASONS = {
    "reason_up": "，主要来自{label}",
    "reason_down": "，主要由于{label}",
}
"""What is said of the factor that a change is mostly made of, by its direction."""


class Change(Exhibit, needs=("base_year", "marks")):
    """About why scores changed between two years, which must be of one provenance."""

    @property
    def absent(self) -> str:
        """Where the two years are of different provenance."""
        return self.retell(words.NOT_SPLIT).format(apart=self.apart) if self.apart else ""


class GroupChange(Change, needs=("base_year", "group", "marks"), of_both_years=True):
    """About a group of two years."""

    @property
    def crossed(self) -> Counterfactuals:
        """The two years crossed."""
        return self.pair.crossed[self.group]


class AverageChange(GroupChange, name="average_change", label="平均分变化的构成"):
    """What each factor added to a group's average: to that of the units of both years, and by who entered and left."""

    templates = {
        **REASONS,
        "title": "{group}平均分{delta:moved}{reason}",
        "measure": "{base_year}年{start:points}分，{year}年{end:points}分；各因素的作用（分），"
        "合计等于总变化{ranges}{rounding}",
        "alt": "条形图。{group}平均分由{base_year}年{start:points}分到{year}年{end:points}分，"
        "各因素的作用：{factors}。",
        "alt_factor": "{label}{told}分",
        "panel": "{group}两年均在本组的{units}个单位由{before:points}分到{now:points}分，{moved:moved}；{rest}。",
        "membership": "名单变化的作用{rest:change}分",
        "no_membership": "名单变化的作用不到0.01分",
        "replaced": "{group}两年没有共同的单位，变化全部计为名单变化，不再细分。",
        "ranges_drawn": "；“～”前后分别为没有的大项按当年、另一年得分率推算的结果",
        "ranges": "{imputed:list}没有成绩：有“～”的因素，前一数以单位当年全部评分的得分率代替，"
        "后一数以另一年的得分率代替。",
        "imputed": "{year}年的{component}",
        "yearly": "“直接比较”只用{base_year}年和{year}年的办法、评分和两年均在本组的单位；“逐年相加”为其间各年比上年的"
        "构成之和，含各年办法、评分和名单的变化，因此各项不同，合计相同；",
        "caption": "{group}平均分由{base_year}年{start:points}分到{year}年{end:points}分的构成",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `decompose_average` with column label, in the order to read."""
        return name_factors(self.of_group(self.pair.decomposition), self.crossed.part_names)

    @property
    def _delta(self) -> float:
        start, end = self.crossed.averages
        return end - start

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the average of the units of both years changed by, and what is taken for granted."""
        (before, now), said = self.crossed.panel_averages, []
        if not self.crossed.panel.any():
            said.append(self.say("replaced"))
        elif self.frame["factor"].isin(["entering", "leaving"]).any():
            moved, units = now - before, self.crossed.panel.sum()
            left = self._delta - moved
            rest = self.say("membership" if abs(left) >= LEAST else "no_membership", rest=left)
            said.append(self.say("panel", units=units, before=before, now=now, moved=moved, rest=rest))
        if _varies(self.frame).any():
            names = self.crossed.part_names
            imputed = [self.say("imputed", year=year, component=names[each]) for year, each in self.crossed.imputed]
            said.append(self.say("ranges", imputed=imputed))
        return tuple(said)

    @property
    def yearly(self) -> pd.DataFrame:
        """The group's rows of `Pair.yearly_decomposition`; none where the two years are neighbours."""
        return self.of_group(self.pair.yearly_decomposition)

    @property
    def chart(self) -> Chart:
        """A bar a factor, from nothing to the right or to the left, the largest first."""
        factors = largest_first(self.frame).assign(told=tell_range)
        added = without_noise(factors["contribution"]).to_numpy()
        signed = {"提高": added.clip(min=0), "下降": added.clip(max=0)}
        colours = {"提高": RISE, "下降": FALL}
        data = ChartData(pd.DataFrame(signed, factors["label"]), "stacked", "作用（分）", colours=colours)
        with new_figure(0.5 + _STEP * len(factors)) as (figure, (ax,)):
            ax.barh(range(len(factors)), added, 0.68, color=np.where(added > 0, RISE, FALL))
            ax.axvline(0, color=INK, linewidth=0.8)
            low, high = min(added.min(initial=0), 0.0), max(added.max(initial=0), 0.0)
            room = _ROOM * max(high - low, _STILL)
            ax.set_xlim(low - room * (low < 0), high + room)
            for row, (value, told) in enumerate(zip(added, factors["told"], strict=True)):
                side: Any = {"ha": "left", "xytext": (4, 0)} if value >= 0 else {"ha": "right", "xytext": (-4, 0)}
                ax.annotate(told, (value, row), textcoords="offset points", va="center", fontsize=SMALL, **side)
            label_rows(ax, factors["label"])
            ax.set_xticks([])
            ax.spines["bottom"].set_visible(False)
        start, end = self.crossed.averages
        told = {"start": start, "end": end, "delta": self._delta, "reason": tell_reason(self, factors, self._delta)}
        ranges = self.say("ranges_drawn") if _varies(factors).any() else ""
        rounding = rounding_note(start, factors["contribution"], end)
        alt = self.say_each("alt_factor", factors, "，")
        return self.draw(figure, data, ranges=ranges, rounding=rounding, factors=alt, **told)

    @property
    def table(self) -> Table:
        """A row a factor."""
        start, end = self.crossed.averages
        both = self.frame.merge(self.yearly, "outer", ["group", "factor", "part"], suffixes=("", "_yearly"))
        rows = name_factors(both, name_parts(self.year.dataset.year(each).scheme for each in self.pair.years))
        totals = rows.select_dtypes("number").sum()
        rows.loc[len(rows)] = {"label": "合计", **totals, "share": np.nan}
        rows["share"] = rows["contribution"] / (end - start if abs(end - start) >= LEAST else np.nan)
        told = {"": "作用"} if self.yearly.empty else {"": "直接比较", "_yearly": "逐年相加"}
        columns = [Column("label", "因素")]
        for which, name in told.items():
            columns.append(Column(f"contribution{which}", f"{name}（分）", CHANGE))
            if _varies(rows, which).any():
                columns.append(Column(f"alternative{which}", f"{name}（另一推算）", CHANGE))
        columns.append(Column("share", "占总变化", SHARE))
        note = _OTHER if any(each.key.startswith("alternative") for each in columns) else ""
        note += "" if self.yearly.empty else self.say("yearly")
        return self.tabulate(rows, columns, self.say("caption", start=start, end=end), note, head="因素")


class UnitChanges(GroupChange, name="unit_changes", label="各单位总分变化的构成"):
    """What each factor added to the totals of a group's units."""

    templates = {
        "title": "{group}各单位总分变化在{least:change}分至{most:change}分之间，差异主要在{label}",
        "title_alike": "{group}各单位总分变化相同，均为{most:change}分",
        "measure": "{base_year}年到{year}年；每点一个单位，粗竖线为中位数，右侧为最小、中位和最大值（分）{piled}",
        "piled": "，括号内为叠在一处的单位数",
        "alt": "点图。{group}两年均在本组的{units}个单位总分变化的构成，{factors}。",
        "alt_factor": "{label}由{least:change}分到{most:change}分，中位数{median:change}分",
        "beside": "{least:change}｜{median:change}｜{most:change}{pile}",
        "pile": "（{value:change}的{units}个）",
        "told": "{name}：{label}{value:change}分",
        "total": "总分变化",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `decompose_units` with column label, in the order to read."""
        return name_factors(self.of_group(self.pair.unit_decomposition), self.crossed.part_names)

    @property
    def chart(self) -> Chart | None:
        """A dot a unit, in a row a factor that acts; none where no unit is of both years."""
        wide = self.frame.pivot(index="unit_id", columns="label", values="contribution")
        if wide.empty:
            return None
        wide = without_noise(wide[self.frame["label"].unique()])
        total = self.say("total")
        acting = wide.abs().max().ge(LEAST)
        rows = pd.concat([wide.sum(axis=1).rename(total), wide.loc[:, acting]], axis=1)
        names = self.crossed.units.set_index("unit_id")["name"]
        spread = rows.agg(["min", "median", "max"]).T.set_axis(["least", "median", "most"], axis=1)
        spread = spread.rename_axis("label").reset_index()
        spread["pile"] = [self._tell_pile(rows[label]) for label in rows]
        beside = [self.say("beside", **row) for row in spread.to_dict("records")]
        with new_figure(0.5 + _ROW_HIGH * len(rows.columns)) as (figure, (ax,)):
            ax.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
            taken = max(map(measure_name, spread["label"])) * 1.2 + max(map(count_ems, beside)) * SMALL
            width = _DOT * max(np.ptp(rows), LEAST) / (figure.get_figwidth() * POINTS_AN_INCH - taken)
            for place, label in enumerate(rows):
                values = rows[label].sort_values(kind="stable")
                height = place + dodge(values, width, _LEVELS) * _DOT / (_ROW_HIGH * POINTS_AN_INCH)
                dots = ax.scatter(values, height, 16, facecolor=PAPER, edgecolor=MUTED, linewidth=0.9, zorder=2)
                told = [self.say("told", name=names[unit], label=label, value=each) for unit, each in values.items()]
                tag_each(dots, values.index, told)
            ax.plot(spread["median"], spread.index, "|", color=INK, markersize=26, markeredgewidth=2, zorder=1)
            write_beside(ax, beside)
            label_rows(ax, spread["label"])
            ax.set_xlabel("作用（分）")
            ax.margins(x=0.03)
        ends = spread.iloc[0]
        is_alike = ends["most"] - ends["least"] < LEAST
        return self.draw(
            figure,
            ChartData(rows.set_axis(names[rows.index]), "picture", "作用（分）", CHANGE),
            "title_alike" if is_alike else "title",
            label=wide.std(ddof=0).idxmax(),
            least=ends["least"],
            most=ends["most"],
            piled=self.say("piled") if spread["pile"].any() else "",
            units=len(rows),
            factors=self.say_each("alt_factor", spread),
        )

    def _tell_pile(self, values: pd.Series) -> str:
        """Say how many units are alike where they are so many that there is no room for each; else ""."""
        alike = values.map(CHANGE).value_counts()
        most = values[values.map(CHANGE).eq(alike.index[0])]
        return self.say("pile", value=most.iloc[0], units=len(most)) if len(most) > _LEVELS else ""

    @property
    def table(self) -> Table:
        """A row a unit, the largest rise first."""
        frame, other = self.frame, "{}（另一推算）".format
        again = frame[frame["label"].isin(frame.loc[_varies(frame), "label"])]
        told = pd.concat([frame, again.assign(label=again["label"].map(other), contribution=again["alternative"])])
        wide = told.pivot_table(index="unit_id", columns="label", values="contribution", aggfunc="sum")
        wide = wide.assign(total=frame.groupby("unit_id")["contribution"].sum())
        rows = self.crossed.units.merge(wide, on="unit_id").sort_values("total", ascending=False)
        labels = [name for label in frame["label"].unique() for name in (label, other(label)) if name in wide]
        columns: Columns = [
            "name",
            Column("total", "总分变化", CHANGE),
            *(Column(each, each, CHANGE) for each in labels),
        ]
        note = "" if again.empty else _OTHER
        return self.tabulate(rows, columns, f"{self.group_name}两年均在本组的单位总分变化的构成（分）", note)


class Links(GroupChange, name="links", label="两年同一项的指标"):
    """How many points of each component, in each year, stand in indicators that are the same in the other year."""

    templates = {
        "component": "{group}“{component}”：{years}的指标注明与另一年为同一项{rest}。",
        "year": "{year}年{points:plain}分中有{linked:plain}分",
        "unlinked": "{group}“{component}”：两年没有指标注明为同一项{rest}。",
        "rest": "指标变化与得分变化无法分开，合计为“办法与得分不可分”",
        "none": "{group}两年均没有由指标组成的大项。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns year, component, points, linked."""
        return self.crossed.linked

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a component."""
        said = []
        for component, rows in self.frame.groupby("component", sort=False):
            rest = self.say("rest") if (rows["linked"] < rows["points"] - LEAST).any() else ""
            name = self.crossed.part_names[str(component)]
            told, mark = ("component", "；其余指标，") if rows["linked"].any() else ("unlinked", "，")
            years = self.say_each("year", rows, "、")
            said.append(self.say(told, component=name, years=years, rest=rest and mark + rest))
        return tuple(said) or (self.say("none"),)


def tell_range(contributions: pd.DataFrame) -> pd.Series:
    """Write contributions; where a year lacks a component, under either imputation, the unit's own rate first."""
    own, other = (contributions[each].map(CHANGE).astype("str") for each in ("contribution", "alternative"))
    return own.where(own.eq(other), own + "～" + other)


def tell_reason(exhibit: Exhibit, factors: pd.DataFrame, delta: float) -> str:
    """Say which factor a change is mostly made of (see `find_leading`); "" where none is.

    Parameters
    ----------
    exhibit : Exhibit
        With templates `REASONS`.
    factors : DataFrame with columns label, contribution, told
    delta : float
        The whole change, in points.
    """
    leading = find_leading(factors, delta)
    return "" if leading is None else exhibit.say("reason_up" if delta > 0 else "reason_down", **factors.loc[leading])


def find_leading(factors: pd.DataFrame, delta: float) -> Hashable | None:
    """Find the factor that a change is mostly made of: it acts in its direction, and is well ahead of every other.

    Parameters
    ----------
    factors : DataFrame with column contribution
    delta : float
        The whole change, in points.

    Returns
    -------
    label of its row, or None

    Examples
    --------
    >>> find_leading(pd.DataFrame({"contribution": [0.67, -0.3, 0.16]}), 0.53)
    0
    >>> find_leading(pd.DataFrame({"contribution": [0.17, 0.17, 0.16]}), 0.5) is None
    True
    """
    along = without_noise(factors["contribution"]) * (1 if delta > 0 else -1)
    if abs(delta) < LEAST or along.max() < LEAST:
        return None
    leading = along.idxmax()
    return leading if (along.drop(leading).abs() * _AHEAD <= along[leading]).all() else None


def _varies(contributions: pd.DataFrame, which: str = "") -> pd.Series:
    own, other = (contributions[f"{each}{which}"].map(CHANGE) for each in ("contribution", "alternative"))
    return own.ne(other)


def largest_first(factors: pd.DataFrame) -> pd.DataFrame:
    """Sort factors by what they contribute, whatever its sign; those of one size stay in their order."""
    return factors.sort_values("contribution", key=lambda added: -without_noise(added.abs()), kind="stable")


def name_factors(contributions: pd.DataFrame, part_names: dict[str, str]) -> pd.DataFrame:
    """Give every factor of `decompose_average` or `decompose_units` its label, in the order to read them."""
    rows = arrange(contributions, factor=FACTORS, part=["", *part_names])
    factors = zip(rows["factor"], rows["part"], strict=True)
    labels = [FACTORS[factor].format(part=part_names.get(part, part)) for factor, part in factors]
    return rows.assign(label=labels).reset_index(drop=True)
