"""How was one unit marked: its parts, its strong and weak indicators, what was left out, what would lift it?"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.indicators import write_marks
from analysis.exhibits.live import tag
from analysis.exhibits.margins import describe_margin
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, SMALL
from analysis.exhibits.unit import UnitExhibit
from analysis.methods.grades import follow_unit
from analysis.methods.profiles import compare_marks, list_marks, rate_parts
from analysis.methods.rescaling import list_excluded, list_rescalings
from analysis.periods import AnyYear, label_year, name_year, place_of
from analysis.texts import name_first
from analysis.words import ADJUSTMENTS, CHANGE, FACTOR, POINTS, SHARE, rounding_note

_LEAST = 0.0005
"""A difference of rates from which it shows at one decimal of a percentage."""
_HIGH = 1.9
"""Inches."""
_LOW = 0.85
"""How far down a group a rank is too near the axis for its number to stand below it."""
_FEW = 6
"""Years that are all labelled."""


class Profile(UnitExhibit, name="profile", label="历年名次和各部分得分率"):
    """A unit's rank through the years, and its rate in every part beside those of its group."""

    templates = {
        "title": "{moved}{gap}",
        "rose": "名次比{base_year}年上升{places}位",
        "fell": "名次比{base_year}年下降{places}位",
        "stayed": "名次与{base_year}年相同",
        "first": "本组首次有名次",
        "alone": "本组只有这1个单位",
        "gap": "；{part}比本组中位数{side}{distance:tenths}个百分点",
        "level": "；各部分均与本组中位数持平",
        "measure": "左：在本组的历年名次；右：各部分得分率，圆点为本单位，竖线为本组中位数，横线为最低至最高{rounding}",
        "beside": "{rate:share}（中位{median:share}）",
        "ranks": "名次",
        "rates": "得分率",
        "alt": "折线图和点图。{unit}历年名次：{ranks}；{year}年各部分得分率：{parts}。",
        "alt_rank": "{year}年第{rank:whole}名",
        "alt_part": "{part}{rate:share}（中位数{median:share}）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a part: columns part, rate, median, least, most (rates in the group)."""
        names = self.scheme.part_names
        rates = rate_parts(self.marks).pivot(index="unit_id", columns="part", values="rate")
        rates = rates[[part for part in names if part in rates]]
        columns = {"median": rates.median(), "least": rates.min(), "most": rates.max()}
        return pd.DataFrame({"part": [names[part] for part in rates], "rate": rates.loc[self.unit_id]} | columns)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """A row a year in which the unit has a rank in its present group: columns year, rank, units."""
        years = follow_unit(self.year.dataset, self.year.results_so_far, self.unit_id)
        return years[years["group"].eq(self.group) & years["rank"].notna()].reset_index(drop=True)

    @property
    def chart(self) -> Chart:
        """A line through the years, and a row a part."""
        parts = self.frame.reset_index(drop=True)
        with new_figure(_HIGH, columns=2, width_ratios=(2, 3)) as (figure, (left, right)):
            _draw_years(self.ranks, self.year.reported_years, left)
            rows = np.arange(len(parts))
            right.hlines(rows, parts["least"], parts["most"], color=FAINT, linewidth=6, zorder=1)
            right.plot(parts["median"], rows, "|", color=MUTED, markersize=18, markeredgewidth=2, zorder=2)
            (dots,) = right.plot(parts["rate"], rows, "o", color=INK, markersize=8, zorder=3)
            tag(dots, self.unit_id)
            label_rows(right, parts["part"])
            write_beside(right, [self.say("beside", **part) for part in parts.to_dict("records")])
            right.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            left.set_title(self.say("ranks"))
            right.set_title(self.say("rates"))
        known = parts.assign(gap=parts["rate"] - parts["median"]).dropna()
        most = known.loc[known["gap"].abs().idxmax()]
        median, gap, rate = most[["median", "gap", "rate"]] * 100
        told = {"part": most["part"], "side": "高" if gap > 0 else "低", "distance": abs(gap)}
        is_alone = self.marks.units.shape[0] == 1
        apart = "" if is_alone or self.withheld else self.say("gap" if abs(most["gap"]) >= _LEAST else "level", **told)
        shown = parts.set_index("part")[["rate", "median"]].set_axis(["本单位", "本组中位数"], axis=1)
        return self.draw(
            figure,
            ChartData(shown, "bars", "得分率", SHARE, {"本单位": MUTED, "本组中位数": FAINT}),
            moved=self._tell_move(is_alone),
            gap=apart,
            rounding=rounding_note(median, [gap], rate, decimals=1) if apart else "",
            ranks=self.say_each("alt_rank", self.ranks, "、"),
            parts=self.say_each("alt_part", known, "、"),
        )

    def _tell_move(self, is_alone: bool) -> str:
        """Say how its rank moved since the year before in which it had one in its group."""
        if is_alone or len(self.ranks) < 2:
            return self.say("alone" if is_alone else "first")
        before, now = self.ranks.tail(2).to_dict("records")
        places = before["rank"] - now["rank"]
        way = "rose" if places > 0 else "fell" if places < 0 else "stayed"
        return self.say(way, base_year=before["year"], places=f"{abs(places):.0f}")


def _draw_years(ranks: pd.DataFrame, reported: list[AnyYear], ax: Axes) -> None:
    """Draw a unit's ranks through the years, the first on top, as far down as its group goes.

    The line breaks at years that have results, but no rank of the unit.
    """
    years, shown = ranks["year"].map(place_of), [each for each in reported if each >= ranks["year"][0]]
    line = ranks.set_index("year")["rank"].astype(float).reindex(shown)
    ax.plot([place_of(each) for each in shown], line, "o-", color=INK, markersize=5, linewidth=1.6)
    labelled = {0, len(ranks) - 1, int(ranks["rank"].argmin()), int(ranks["rank"].argmax())}
    for place in range(len(ranks)) if len(ranks) <= _FEW else sorted(labelled):
        at, is_lowest = (years[place], ranks["rank"][place]), place == ranks["rank"].argmax()
        side = -12 if is_lowest and at[1] < _LOW * ranks["units"].astype(float).max() else 6  # over the axis, if near
        where: dict[str, Any] = {"xytext": (0, side), "ha": "center"}
        if place == len(ranks) - 1:  # the line comes from the other side
            where = {"xytext": (6, 0), "ha": "left", "va": "center"}
        ax.annotate(f"{at[1]:.0f}", at, textcoords="offset points", fontsize=SMALL, **where)
    last = float(np.nanmax([*ranks["rank"], *ranks["units"].astype(float)]))
    ax.set_ylim(last + 0.5, 0.5 - last / 5)
    ax.set_yticks(sorted({1.0, last}))
    ticks = dict[float, str]()
    for place, year in zip(years, ranks["year"], strict=True):
        if not ticks or place - max(ticks) > (years.iloc[-1] - years[0]) / _FEW:
            ticks[place] = label_year(year)
    ax.set_xticks([*ticks], [*ticks.values()])
    ax.margins(x=0.12)


@dataclass(eq=False)
class Strengths(UnitExhibit, name="strengths", label="强项和弱项"):
    """A unit's strongest and weakest indicators.

    Parameters
    ----------
    most : int
        How many of either.
    """

    templates = {
        "none": "没有逐项评分的指标。",
        "counted": "{marked}项计分指标中，高于本组中位数的{above}项，低于的{below}项，持平的{level}项{made_up}。",
        "no_weak": "没有低于本组中位数的指标。",
        "no_strong": "没有高于本组中位数的指标。",
    }

    most: int = 3

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_marks`."""
        return compare_marks(self.marks, self.unit_id)

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many indicators are above and below the median, and that none is, where so."""
        above, below = (self.frame["gap"] > 0).sum(), (self.frame["gap"] < 0).sum()
        if self.absent:
            return (self.absent,)
        marked = len(self.frame)
        told = self.say("counted", marked=marked, above=above, below=below, level=marked - above - below)
        return told, *([] if below else [self.say("no_weak")]), *([] if above else [self.say("no_strong")])

    @property
    def table(self) -> Table | None:
        """A row an indicator; none where all are at the median."""
        strong = self.frame[self.frame["gap"] > 0].head(self.most).assign(side="强项")
        weak = self.frame[self.frame["gap"] < 0].tail(self.most).iloc[::-1].assign(side="弱项")
        rows = pd.concat([strong, weak])
        if rows.empty:
            return None
        return self.tabulate(_write_ratings(rows), [
            Column("side", "类别"), Column("name", "指标"), "part", "points", "mark",
            Column("median", "本组中位得分率", SHARE), Column("gap", "与中位数之差", CHANGE),
            Column("lost", "距满分", POINTS),
        ], f"强项和弱项（各至多{self.most}项，按折合总分的分差）", head="指标")  # fmt: skip


class Items(UnitExhibit, name="items", label="加分、扣分", withholds=("sentences",)):
    """A unit's bonuses, deductions and vetoes."""

    templates = {
        "none": "没有加分、扣分或取消评优资格{made_up}。",
        "sum": "{kind}{sum:points}分{made_up}：{reasons}。",
        "veto": "{kind}{made_up}：{reasons}。",
        "reason": "{reason}（{items}项，每项{points:points}分）",
        "reason_veto": "{reason}",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns kind, reason, points, items: alike ones together."""
        assert self.year.facts.inputs is not None
        given = self.of_unit(self.year.facts.inputs.adjustments)
        alike = given.groupby(["kind", "reason", "points"], sort=False, dropna=False, as_index=False)
        return alike.size().rename(columns={"size": "items"})

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a kind, with what it was for, before any cap."""
        said = []
        for kind, rows in self.frame.groupby("kind", sort=False):
            has_points = rows["points"].notna().all()
            reasons = self.say_each("reason" if has_points else "reason_veto", rows)
            total = (rows["points"] * rows["items"]).sum()
            said.append(
                self.say("sum" if has_points else "veto", kind=ADJUSTMENTS[str(kind)], sum=total, reasons=reasons)
            )
        return tuple(said) or (self.say("none"),)


class UnitRescaling(UnitExhibit, name="unit_rescaling", label="未计分的指标"):
    """By what factor a unit's points were rescaled, and which indicators were left out."""

    templates = {
        "factor": "{block}承担{applicable:points}分（满分{points:g}分），得分乘以{factor:factor}{made_up}。",
        "share": "{block}承担{carried:share}的权重，按承担的部分折算{made_up}。",
        "absent": "不承担{block}，其分值由其他部分分担{made_up}。",
        "none": "承担本组全部指标，不换算{made_up}。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `list_excluded`."""
        return self.of_unit(list_excluded(self.marks))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a rescaled component or part; that nothing was left out, where so."""
        said, weights = [], {key for key, block in self.scheme.blocks.items() if block.weights}
        ledger = self.of_unit(list_rescalings(self.marks))
        ledger = ledger[ledger["factor"].map(FACTOR).ne(FACTOR(1))]
        named = self.named(ledger)["block"]
        for name, row in zip(named, ledger.to_dict("records"), strict=True):
            kind = "absent" if pd.isna(row["factor"]) else "share" if row["block"] in weights else "factor"
            said.append(self.say(kind, **row | {"block": name}, carried=1 - row["grown"] / row["points"]))
        return tuple(said) or (self.say("none"),)

    @property
    def table(self) -> Table | None:
        """A row an indicator left out; none if there is none."""
        if self.frame.empty:
            return None
        return self.tabulate(self.frame, [
            Column("name", "指标"), "part", "points", Column("status", "原因"),
            Column("assessor_id", "考核主体"),
        ], f"{self.label}：{len(self.frame)}项，共{POINTS(self.frame['worth'].sum())}分")  # fmt: skip


class WayToBest(UnitExhibit, name="way_to_best", label="评为最高等次所需的提升"):
    """The smallest set of marks that would lift a unit to the best grade, or what would lose it."""

    templates = {
        "safe": "任何一项评价等次降级都不退出{best}等次{made_up}。",
        "downgrade": "退出{best}等次的最小单项降级：{indicator}由{downgrade_from}降为{downgrade_to}，"
        "减{downgrade_loss:points}分{made_up}。",
        "barred": "已取消评优资格，提高评分不能评为{best}{made_up}。",
        "missing": "仅提高总分不能评为{best}：{stands}{made_up}。",
        "unmarked": "没有逐项评分的指标，无从测算升降。",
        "out_of_reach": "全部指标提升至最高档（其他成绩不变），仍不能评为{best}{made_up}。",
        "raise": "评为{best}至少需将{units}项指标提升至最高档（{names}），共提高{gain:points}分{made_up}。",
        "note": "其他单位得分不变；为项数最少的一组。",
    }

    @cached_property
    def _margin(self) -> pd.Series:
        """The unit's row of `find_margins`."""
        return self.of_unit(self.year.margins(self.group)).iloc[0]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `compare_marks` that have to be raised."""
        compared = compare_marks(self.marks, self.unit_id).set_index("indicator_id")
        raised = self._margin["raised_ids"] if self._margin["raised"] > 0 else ()
        return compared.loc[list(raised)].reset_index()

    @property
    def absent(self) -> str:
        """Where raising marks is not needed, does not help, or is not told."""
        if self.withheld:
            return self.withheld
        unit = self._margin
        if unit["best"] and pd.notna(unit["downgrade_id"]):
            return self.say("downgrade", indicator=self.indicator_names[unit["downgrade_id"]], **unit.drop("best"))
        if not self.scheme.parts and not unit["barred"]:
            return self.say("unmarked")
        if unit["best"] or unit["barred"]:
            return self.say("safe" if unit["best"] else "barred")
        if unit["unmet"]:
            return self.say("missing", stands=describe_margin(unit.to_dict(), self.scheme))
        return "" if unit["raised"] > 0 else self.say("out_of_reach")

    @property
    def sentences(self) -> tuple[str, ...]:
        """What has to be raised, or why that is not told."""
        if self.absent:
            return (self.absent,)
        raised = self.frame
        names = name_first(list(raised["name"]))
        return (self.say("raise", units=len(raised), names=names, gain=raised["gain"].sum()),)

    @property
    def table(self) -> Table | None:
        """A row an indicator to raise; none where that is not told."""
        if self.absent:
            return None
        raised = self.frame
        caption = f"评为{self.best}至少需提升至最高档的指标：{len(raised)}项，共{POINTS(raised['gain'].sum())}分"
        return self.tabulate(_write_ratings(raised), [
            Column("name", "指标"), "part", Column("mark", "现评价"),
            Column("gain", "可提高", POINTS),
        ], caption, self.say("note"))  # fmt: skip


class UnitMarks(UnitExhibit, name="unit_marks", label="全部评分"):
    """All of a unit's marks."""

    templates = {"none": "没有逐项评分的指标。"}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `list_marks`."""
        return self.of_unit(list_marks(self.marks))

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def table(self) -> Table:
        """A row an indicator."""
        return self.tabulate(write_marks(self.frame), [
            Column("indicator", "指标"), "part", "points", "mark", "rate",
            Column("median", "本组中位得分率", SHARE), "adds",
        ], f"{self.unit}：{name_year(self.year.year)}{self.label}")  # fmt: skip


def _write_ratings(compared: pd.DataFrame) -> pd.DataFrame:
    """Write a mark (column mark) as its rating, or as the share of the points it earned."""
    return compared.assign(mark=compared["rating"].where(compared["rating"].ne(""), compared["rate"].map(SHARE)))
