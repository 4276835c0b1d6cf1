"""What does print alone prove, without any marks?"""

from functools import cached_property

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import PAPER, ROW, grade_colours
from analysis.periods import AnyYear
from analysis.words import ASSUMPTIONS, POINTS, interval

_LEAST_WIDE = 10.0
"""Points that the axis spans at least, with room for what is written beside."""

_UNBOUND = {
    "vetoed": "可能取消评优资格",
    "required": "可能不合更好等次的条件",
    "either": "可能取消评优资格或不合更好等次的条件",
}
"""Beside a unit that may have been passed over: print says how many are vetoed, not who, nor who lacks what."""


class FromPrint(Exhibit, needs=("circular",)):
    """Takes nothing from marks, and says so."""

    @property
    def source(self) -> str:
        """All documents so far."""
        documents = dict.fromkeys(facts.scheme.document for facts in self.year.dataset.years.values())
        return f"来源：{'、'.join(documents)}；只依据印本，不用任何评分"


class Conflicts(FromPrint, name="conflicts", label="印出的各数能否同时成立"):
    """Whether the printed figures of each group can all be true together."""

    templates = {
        "conflict": "{group}：以下各条不能同时成立，去掉任何一条即可成立——{conflict:clauses}。",
        "sound": "{group}：印出的平均分、增减、增长、名单次序可以同时成立。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns group, conflict (a tuple of what cannot be true together; empty where all can)."""
        conflicts = [(group, tuple(conflict)) for group, conflict in self.year.bounds.conflicts.items()]
        return pd.DataFrame(conflicts, columns=["group", "conflict"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group."""
        rows = self.named(self.frame).to_dict("records")
        return tuple(self.say("conflict" if row["conflict"] else "sound", **row) for row in rows)


class Intervals(FromPrint, name="intervals", label="单位总分的范围", needs=("group", "circular")):
    """The smallest and largest total of each unit that print allows."""

    templates = {
        "title": "{year} 年{group}：只凭印本，单位总分的范围宽 {narrowest:tenths} 到 {widest:tenths} 分",
        "alike": "{year} 年{group}：只凭印本，单位总分的范围都宽 {narrowest:points} 分",
        "alone": "{year} 年{group}：只凭印本，{name}的总分在 {interval} 之间",
        "measure": "色条：与印出的各数相容的最低分与最高分{unbound}；"
        "条内浅线（只供参考）：相容的各种得分组合中九成所在，假定各组合同样可能",
        "open": "；没有色条的，印本定不出最低分或最高分",
        "printed": "{group}：各单位的总分都已印出，没有可以再推的范围。",
        "undetermined": "{group}：印本没有印出足够的数（如平均分、加分上限），各单位总分的范围定不出来。",
        "unbound": "；{reason}的（印本未点名）不受等次线约束",
        "required": "{grades:list}另有总分以外的条件，这些等次的线不用来约束其后单位的总分。",
        "alt": "区间图，{year} 年{group}各单位总分的可能范围（分），按名单次序：{units}。",
        "alt_unit": "{name}{interval}{barred}",
        "proven": "{group}：色条是确定的范围，以{assumptions:list}为前提；前提成立，总分就在条内。",
        "likely": "条内浅线只供参考：假定相容的各种得分组合同样可能，抽取 {draws} 组，九成落在线内"
        "（各总分的收敛指标 R-hat 不超过 {rhat:three}，有效样本不少于 {size:whole} 组）。浅线比色条窄，"
        "是因为只有很少的组合使一个单位取到两端，不是印本另有说明；真实总分可以在浅线之外。",
        "unsettled": "抽取 {draws} 组得分后仍未收敛（R-hat 最大 {rhat:three}，有效样本最少 {size:whole} 组），"
        "九成所在不足为据，没有画出。",
        "ranked_rounded": "名次按舍入后的总分排，没有抽样，没有画出九成所在。",
        "unsampled": "有的总分印本不能确定，或者只剩一个值，无法抽样，没有画出九成所在。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `Bounds.units` with column name."""
        return self.of_group(self.year.bounds.units.merge(self.year.units[["unit_id", "name"]], on="unit_id"))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is proved, and what is only likely; none where print proves nothing."""
        if self.frame.empty:
            return ()
        if self._is_printed:
            return (self.say("printed"),)
        if not self._is_closed.any():
            return (self.say("undetermined"),)
        bounds, sample = self.year.bounds, self.year.bounds.samples[self.group]
        proven = self.say("proven", assumptions=[f"“{ASSUMPTIONS[each]}”" for each in bounds.assumptions])
        if "cut" in bounds.assumptions and (required := self.scheme.conditional_grades.values()):
            proven += self.say("required", grades=required)
        if sample is None:
            recent = list(self.year.dataset.years.values())[-2:]  # what a sample is drawn from
            is_rounded = any(facts.scheme.ranked_decimals is not None for facts in recent)
            return (proven, self.say("ranked_rounded" if is_rounded else "unsampled"))
        told = {"draws": len(sample.totals), "rhat": sample.rhat, "size": sample.size}
        return (proven, self.say("likely" if sample.settled else "unsettled", **told))

    @property
    def _is_printed(self) -> bool:
        """Whether the total of every unit is printed: its range is that of its last digit."""
        table = self.year.facts.table
        return table is not None and all((name, "total") in table.cells for name in self.frame["name"])

    @property
    def _is_closed(self) -> pd.Series:
        """Whether print bounds the total of a unit on both sides."""
        return np.isfinite(self.frame[["low", "high"]].astype(float)).all(axis=1)

    @property
    def _reason(self) -> str:
        """Say why a unit may be below a line for another reason than its total."""
        required, veto = self.scheme.conditional_grades, self.scheme.veto
        return _UNBOUND["vetoed" if not required else "either" if veto else "required"]

    @property
    def chart(self) -> Chart | None:
        """A bar a unit; none where print proves nothing."""
        units = self.frame.assign(interval=list(map(interval, self.frame["low"], self.frame["high"])))
        if self._is_printed or not self._is_closed.any():
            return None
        closed = units[self._is_closed]
        units["barred"] = np.where(units["unbound"], f"（{self._reason}）", "")
        grades, rows = self.scheme.grade_names, np.arange(len(units))
        left, right = closed["low"].min(), closed["high"].max()
        with new_figure(0.8 + ROW * len(units)) as (figure, (ax,)):
            for grade, colour in grade_colours(grades).items():
                graded = units["grade"].eq(grade) & self._is_closed
                if not graded.any():
                    continue  # a legend would explain a colour that nobody has
                low, high = units.loc[graded, "low"], units.loc[graded, "high"]
                ax.barh(rows[graded], high - low, left=low, height=0.5, color=colour, label=grades[grade])
            ax.hlines(rows, units["likely_low"], units["likely_high"], color=PAPER, linewidth=1.6)
            write_beside(ax, units["interval"] + np.where(units["unbound"], f"  {self._reason}", ""), right + 1.5)
            label_rows(ax, units["position"].astype(str) + "  " + units["name"])
            ax.set_xlim(max(0.0, left - 2), right + max(right - left, _LEAST_WIDE) * 0.2)
            ax.set_xlabel("总分（分）")
            add_legend(ax, len(grades))
        names = {"low": "最低", "high": "最高", "likely_low": "九成下限", "likely_high": "九成上限"}
        data = ChartData(pick(units, names), "picture", "总分（分）")
        width, unbound = (
            closed["high"] - closed["low"],
            self.say("unbound", reason=self._reason) if units["unbound"].any() else "",
        )
        unbound += self.say("open") if len(closed) < len(units) else ""
        alt = self.say_each("alt_unit", units)
        title = "alone" if len(units) == 1 else "alike" if POINTS(width.min()) == POINTS(width.max()) else "title"
        told = units[["name", "interval"]].iloc[0].to_dict()
        return self.draw(
            figure, data, title, narrowest=width.min(), widest=width.max(), unbound=unbound, units=alt, **told
        )


class CommonGrowth(Exhibit, name="common_growth", label="两年都在的单位的增长", needs=("circular",)):
    """The growth of the units of both years, as print bounds it and as marks have it, beside the printed one."""

    templates = {
        "growth": "{group}印出的增长为 {printed}；{statistic}，只凭印本在 {interval} 之间{marks}。",
        "marks": "，由评分算得 {growth:growth}（{delta:change} 分）；全组平均分{change:moved}，"
        "所以名单变化是 {rest:change} 分{made_up}",
    }

    @property
    def years(self) -> list[AnyYear]:
        """The year, and the one before, on which it is printed to have grown, if both have marks."""
        both = [self.year.facts.base_year, self.year.year]
        return both if set(both) <= set(self.year.scored_years) else both[1:]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `bound_statistics` about growth, with all assumptions; those that print bounds on both sides."""
        statistics = self.year.bounds.statistics
        is_closed = np.isfinite(statistics[["low", "high"]].astype(float)).all(axis=1)
        return statistics[statistics["ratio"].astype(bool) & statistics["without"].eq("") & is_closed]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group that was compared."""
        figures = self.year.facts.printed_figures()
        is_growth = figures["measure"].eq("average_growth") & figures["of"].eq("all")
        printed = figures[is_growth].set_index("group")["value"]
        rows = self.named(self.frame.assign(printed=self.frame["group"].map(printed).astype(object).fillna("（未印）")))
        ends = [interval(row.low, row.high, ratio=True) for row in rows.itertuples()]
        from_marks = self._from_marks()
        rows = rows.assign(interval=ends, marks=[from_marks.get(group, "") for group in self.frame["group"]])
        return tuple(self.say("growth", **row) for row in rows.to_dict("records"))

    def _from_marks(self) -> dict[str, str]:
        """Say of each group, where both years have marks, what the units of both years and the whole group rose by."""
        if len(self.years) == 1 or self.apart:
            return {}
        units = self.year.assessment.pair(*self.years).movement
        said = {}
        for group, rows in units.groupby("group"):
            panel = rows.dropna(subset=["total_change"])
            if panel.empty:
                continue
            delta, change = panel["total_change"].mean(), rows["total"].mean() - rows["base_total"].mean()
            if (base := panel["base_total"].mean()) > 0:  # else there is no growth
                told = {"growth": delta / base, "delta": delta, "change": change, "rest": change - delta}
                said[str(group)] = self.say("marks", **told)
        return said


class Bounds(FromPrint, name="bounds", label="只凭印本能确定的范围"):
    """What print proves about group statistics, with all assumptions and with each left out."""

    @property
    def frame(self) -> pd.DataFrame:
        """Columns of `bound_statistics`."""
        return self.year.bounds.statistics

    @property
    def table(self) -> Table:
        """A row a statistic, a column for each assumption left out."""
        ends = self.frame[["low", "high", "ratio"]].itertuples(index=False)
        rows = self.frame.assign(interval=[interval(low, high, 3, ratio=ratio) for low, high, ratio in ends])
        wide = rows.pivot_table("interval", ["group", "statistic"], "without", aggfunc="first", sort=False)
        columns: Columns = [
            "group", Column("statistic", "统计量"), Column("", "全部推定成立", right=True),
            *(Column(name, f"不用“{text}”", right=True) for name, text in ASSUMPTIONS.items()),
        ]  # fmt: skip
        wide = self.named(wide.reindex(columns=["", *ASSUMPTIONS]).reset_index())
        return make_table(wide, columns, self.label, "不用任何评分；每列少用一条推定", head="统计量")
