"""How was one unit marked: its parts, its strong and weak indicators, what was left out, what would lift it?"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from matplotlib.ticker import PercentFormatter

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.indicators import write_marks
from analysis.exhibits.margins import describe_margin
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import FAINT, INK, MUTED
from analysis.exhibits.unit import UnitExhibit
from analysis.methods.profiles import compare_marks, list_marks, rate_parts
from analysis.methods.rescaling import list_excluded, list_rescalings
from analysis.periods import name_year
from analysis.words import CHANGE, POINTS, SHARE, WHOLE, rounding_note

_LEAST = 0.0005
"""A difference of rates from which it shows at one decimal of a percentage."""


class Parts(UnitExhibit, name="parts", label="各部分与本组相比"):
    """A unit's rate in every part beside those of its group."""

    templates = {
        "gap": "{unit}：{part}比本组中位数{side} {distance:tenths} 个百分点",
        "level": "{unit}：各部分都与本组中位数持平",
        "alone": "{unit}：本组只有这 1 个单位，没有别的单位可比",
        "measure": "圆点为本单位，粗竖线为{group}的中位数，细竖线为组内各单位{rounding}",
        "beside": "{rate:share}（中位 {median:share}）",
        "alt": "点图。{year}年{unit}各部分的得分率：{parts}。",
        "alt_part": "{part}得分率{rate:share}，中位数{median:share}",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `rate_parts`."""
        return rate_parts(self.marks)

    @property
    def chart(self) -> Chart:
        """A row a part."""
        names, colour = self.scheme.part_names, MUTED
        rates = self.frame.pivot(index="unit_id", columns="part", values="rate")
        rates = rates[[part for part in names if part in rates]]
        rates = rates.rename(columns=names).rename_axis(columns=None)
        parts = pd.DataFrame({"rate": rates.loc[self.unit_id], "median": rates.median()})
        with new_figure(0.8 + 0.5 * len(parts)) as (figure, (ax,)):
            rows = range(len(parts))
            ax.plot(rates.T, rows, "|", color=FAINT, markersize=16, markeredgewidth=1.6, zorder=1)
            ax.plot(parts["median"], rows, "|", color=INK, markersize=22, markeredgewidth=2, zorder=2)
            ax.plot(parts["rate"], rows, "o", color=colour, markersize=9, zorder=3)
            label_rows(ax, parts.index)
            write_beside(ax, [self.say("beside", **part) for part in parts.to_dict("records")])
            ax.xaxis.set_major_formatter(PercentFormatter(1))
            ax.set_xlabel("得分率（横轴不从零起）")
        known = parts.assign(part=parts.index, gap=parts["rate"] - parts["median"]).dropna()
        most = known.loc[known["gap"].abs().idxmax()]
        median, gap, rate = most[["median", "gap", "rate"]] * 100
        shown = parts.set_axis(["本单位", "本组中位数"], axis=1)
        return self.draw(
            figure,
            ChartData(shown, "bars", "得分率", SHARE, {"本单位": colour, "本组中位数": FAINT}),
            "alone" if len(rates) == 1 else "gap" if abs(most["gap"]) >= _LEAST else "level",
            part=most["part"],
            side="高" if gap > 0 else "低",
            distance=abs(gap),
            rounding=rounding_note(median, [gap], rate, decimals=1),
            parts=self.say_each("alt_part", known),
        )


@dataclass(eq=False)
class Strengths(UnitExhibit, name="strengths", label="最强和最弱的指标"):
    """A unit's strongest and weakest indicators.

    Parameters
    ----------
    most : int
        How many of either.
    """

    templates = {"none": "没有逐项评分的指标。"}

    most: int = 5

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_marks`."""
        return compare_marks(self.marks, self.unit_id)

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def table(self) -> Table:
        """A row an indicator."""
        strong = self.frame[self.frame["gap"] > 0].head(self.most).assign(side="强")
        weak = self.frame[self.frame["gap"] < 0].tail(self.most).iloc[::-1].assign(side="弱")
        return self.tabulate(_write_ratings(pd.concat([strong, weak])), [
            Column("name", "指标"), "indicator_id", Column("side", "强弱"), "part", "points", "mark",
            Column("median", "本组中位得分率", SHARE), Column("gap", "比中位多得", CHANGE),
            Column("lost", "离满分", POINTS),
        ], f"{self.label}（各至多 {self.most} 项，按折合总分的分差）")  # fmt: skip


class Items(UnitExhibit, name="items", label="加分、扣分"):
    """A unit's bonuses, deductions and vetoes."""

    templates = {"none": "没有加分、扣分或取消评优资格{made_up}。"}

    @property
    def frame(self) -> pd.DataFrame:
        """Columns kind, reason, points, items: alike ones together."""
        assert self.year.facts.inputs is not None
        given = self.of_unit(self.year.facts.inputs.adjustments)
        alike = given.groupby(["kind", "reason", "points"], sort=False, dropna=False, as_index=False)
        return alike.size().rename(columns={"size": "items"})

    @property
    def absent(self) -> str:
        """Where it has none."""
        return self.say("none") if self.frame.empty else ""

    @property
    def table(self) -> Table:
        """A row a reason."""
        return self.tabulate(self.frame.assign(sum=self.frame["points"] * self.frame["items"]), [
            Column("reason", "事由"), Column("kind", "类别"), Column("points", "每项分值", POINTS),
            Column("items", "项数", WHOLE), Column("sum", "合计（封顶前）", POINTS),
        ], self.label)  # fmt: skip


class UnitRescaling(UnitExhibit, name="unit_rescaling", label="没有计分的指标"):
    """By what factor a unit's points were rescaled, and which indicators were left out."""

    templates = {
        "factor": "{block}承担 {applicable:points} 分（满分 {points:g} 分），得分乘以 {factor:factor}{made_up}。",
        "share": "{block}承担 {carried:share} 的权重，按承担的部分折算{made_up}。",
        "absent": "没有承担{block}，其分值由其他部分分担{made_up}。",
        "none": "承担本组全部指标，没有换算{made_up}。",
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
            Column("name", "指标"), "indicator_id", "part", "points", Column("status", "原因"),
            Column("assessor_id", "考核主体"),
        ], f"{self.label}：{len(self.frame)} 项，共 {POINTS(self.frame['worth'].sum())} 分")  # fmt: skip


class WayToBest(UnitExhibit, name="way_to_best", label="离最好的等次有多远"):
    """The smallest set of marks that would lift a unit to the best grade, or what would lose it."""

    templates = {
        "safe": "已是{best}；任何一项评价等次的降级都不会失去{best}{made_up}。",
        "downgrade": "已是{best}。失去{best}的最小单项降级：{indicator}（{downgrade_id}）由{downgrade_from}降为"
        "{downgrade_to}，扣 {downgrade_loss:points} 分{made_up}。",
        "barred": "取消了评优资格，提高评分不能评为{best}{made_up}。",
        "missing": "只提高总分不能评为{best}：{stands}{made_up}。",
        "unmarked": "{stands}没有逐项评分的指标，谈不上提高或降低哪一项。",
        "out_of_reach": "全部评分都提到最好，也到不了{best}{made_up}。",
        "note": "其他单位得分不变；项数最少的一组。",
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
        unit = self._margin
        if self.withheld:
            return self.withheld
        if unit["best"] and pd.notna(unit["downgrade_id"]):
            return self.say("downgrade", indicator=self.indicator_names[unit["downgrade_id"]], **unit.drop("best"))
        if not self.scheme.parts and not unit["barred"]:
            return self.say("unmarked", stands=f"已是{self.best}；" if unit["best"] else "")
        if unit["best"] or unit["barred"]:
            return self.say("safe" if unit["best"] else "barred")
        if unit["unmet"]:
            return self.say("missing", stands=describe_margin(unit.to_dict(), self.scheme))
        return "" if unit["raised"] > 0 else self.say("out_of_reach")

    @property
    def table(self) -> Table | None:
        """A row an indicator to raise; none where that is not told."""
        if self.withheld:
            return None
        raised = self.frame
        caption = f"评为{self.best}至少要提到最好的指标：{len(raised)} 项，共 {POINTS(raised['gain'].sum())} 分"
        return self.tabulate(_write_ratings(raised), [
            Column("name", "指标"), "indicator_id", "part", Column("mark", "现评价"),
            Column("gain", "提到最好可得", POINTS),
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
            Column("indicator", "指标"), "indicator_id", "part", "points", "mark", "rate",
            Column("median", "本组中位得分率", SHARE), "adds",
        ], f"{self.unit}：{name_year(self.year.year)}{self.label}")  # fmt: skip


def _write_ratings(compared: pd.DataFrame) -> pd.DataFrame:
    """Write a mark (column mark) as its rating, or as the share of the points it earned."""
    return compared.assign(mark=compared["rating"].where(compared["rating"].ne(""), compared["rate"].map(SHARE)))
