"""What does print alone prove, without any marks?"""

from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import INK, MUTED, PAPER, ROW
from analysis.origins import name_documents
from analysis.periods import AnyYear
from analysis.words import ASSUMPTIONS, STATISTICS, interval

_MOST = 6
"""Figures that are named where all of them together are too many."""
_CLOSE = {False: 0.1, True: 0.001}
"""How wide a range is at most that all but says the number: in points; as a ratio."""


class FromPrint(Exhibit, needs=("circular",)):
    """Takes nothing from marks, and says so."""

    @property
    def source(self) -> str:
        """All documents so far."""
        documents = name_documents(facts.scheme.document for facts in self.year.dataset.years.values())
        return f"来源：{documents}；仅依据通报，不使用评分"


class Conflicts(FromPrint, name="conflicts", label="通报各数能否同时成立"):
    """Whether the printed figures of each group can all be true together."""

    templates = {
        "conflict": "{group}：以下各项不能同时成立，去掉任何一项即可成立：{conflict:clauses}。",
        "conflict_of_many": "{group}：{figures}项不能同时成立，去掉任何一项即可成立，包括{conflict:clauses}等。",
        "sound": "{groups:list}：通报所载平均分、增减、增长和名单次序可以同时成立。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns group, conflict (a tuple of what cannot be true together; empty where all can)."""
        conflicts = [(group, tuple(conflict)) for group, conflict in self.year.bounds.conflicts.items()]
        return pd.DataFrame(conflicts, columns=["group", "conflict"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group that is at odds, and one for all others."""
        rows = self.named(self.frame).to_dict("records")
        sound = [row["group"] for row in rows if not row["conflict"]]
        told = [self._tell(**row) for row in rows if row["conflict"]]
        return (*told, *([self.say("sound", groups=sound)] if sound else []))

    def _tell(self, group: str, conflict: tuple[str, ...]) -> str:
        template = "conflict" if len(conflict) <= _MOST else "conflict_of_many"
        return self.say(template, group=group, conflict=conflict[:_MOST], figures=len(conflict))


class CommonGrowth(Exhibit, name="common_growth", label="两年均参加考核单位的增长", needs=("circular",)):
    """The growth of the units of both years, as print bounds it and as marks have it, beside the printed one."""

    templates = {
        "growth": "{group}平均分通报增长{printed}，两年均参加考核的{units}个单位增长在{interval}之间{rest}{marks}。",
        "unprinted": "{group}两年均参加考核的{units}个单位平均分增长在{interval}之间{marks}。",
        "raises": "，名单变化使增长率提高约{least:points}至{most:points}个百分点",
        "lowers": "，名单变化使增长率下降约{least:points}至{most:points}个百分点",
        "within": "，未见名单变化的影响",
        "marks": "；由评分核算增长{growth:growth}（{delta:change}分），全组平均分变动{change:change}分，"
        "其中名单变化{rest:change}分{made_up}",
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

    @cached_property
    def printed(self) -> dict[str, str]:
        """The printed growth of all units of every group, as far as it is printed."""
        figures = self.year.facts.printed_figures()
        is_growth = figures["measure"].eq("average_growth") & figures["of"].eq("all")
        return dict(figures.loc[is_growth, ["group", "value"]].itertuples(index=False))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group that was compared."""
        from_marks, names = self._from_marks(), self.named(self.frame)["group"]
        told = []
        for row, name in zip(self.frame.to_dict("records"), names, strict=True):
            printed = self.printed.get(row["group"], "")
            says = {"group": name, "units": row["units"], "interval": interval(row["low"], row["high"], ratio=True)}
            says |= {"marks": from_marks.get(row["group"], ""), "printed": printed}
            rest = self._tell_rest(float(printed.rstrip("%")) / 100, row["low"], row["high"]) if printed else ""
            told.append(self.say("growth" if printed else "unprinted", rest=rest, **says))
        return tuple(told)

    def _tell_rest(self, printed: float, low: float, high: float) -> str:
        """Say how much of the printed growth comes of units that came or went."""
        if low <= printed <= high:
            return self.say("within")
        least, most = sorted(100 * abs(printed - end) for end in (low, high))
        return self.say("raises" if printed > high else "lowers", least=least, most=most)

    def _from_marks(self) -> dict[str, str]:
        """Say of each group, where both years have marks, what the units of both years and the whole group rose by.

        Nothing is said of reconstructed marks: print allows others, and what it allows is said.
        """
        if len(self.years) == 1 or self.apart or self.withheld:
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


class Bounds(FromPrint, name="bounds", label="仅依据通报可以确定的范围"):
    """What print proves about group statistics, with all assumptions and with one left out."""

    templates = {
        "title": "仅依据通报，{figures}项未公布的数有{close}项可以确定到0.1分（百分点）以内",
        "measure": "粗线为通报确定的范围，细线为放宽一项推定后可能达到的范围{printed}",
        "printed": "；菱形为通报所载增长率",
        "alt": "区间图。{shown}。",
        "alt_figure": "{group}{statistic}{interval}",
        "caption": "仅依据通报可以确定的范围",
        "note": "仅依据通报，不使用评分；推定：{assumptions:list}",
        "none": "—",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Of every statistic that is not printed: columns group, statistic, ratio, low, high, interval.

        Also widest_low, widest_high, widest (an interval), where one assumption is left out; loosest, the one of these
        that matters most.
        """
        statistics = self.year.bounds.statistics
        keys = ["group", "statistic"]
        whole = statistics[statistics["without"].eq("")].set_index(keys)
        relaxed = statistics[statistics["without"].ne("")].set_index(keys)
        ends = relaxed.groupby(level=keys, sort=False).agg(widest_low=("low", "min"), widest_high=("high", "max"))
        width = relaxed.assign(width=relaxed["high"] - relaxed["low"]).sort_values("width", kind="stable")
        loosest = width.groupby(level=keys)["without"].last().map(ASSUMPTIONS)
        frame = whole.join(ends).assign(loosest=loosest).reset_index()
        is_open = [self._is_open(*key) for key in zip(frame["group"], frame["statistic"], strict=True)]
        frame = frame[np.array(is_open, dtype=bool)].copy()
        for name, low, high in (("interval", "low", "high"), ("widest", "widest_low", "widest_high")):
            rows = zip(frame[low], frame[high], frame["ratio"], strict=True)
            frame[name] = [interval(least, most, 3, ratio=ratio) for least, most, ratio in rows]
        frame["loosest"] = frame["loosest"].where(frame["widest"].ne(frame["interval"]), self.say("none"))
        return frame.reset_index(drop=True)

    def _is_open(self, group: str, statistic: str) -> bool:
        """Say whether a statistic is not printed: the average of a grade may be."""
        figures = self.year.facts.printed_figures()
        own = figures[figures["measure"].eq("average") & figures["group"].eq(group)]["of"]
        names = self.scheme.grade_names
        return statistic not in {STATISTICS["average"].format(grade=names[of]) for of in own if of in names}

    @property
    def table(self) -> Table:
        """A row a statistic."""
        columns: Columns = [
            "group", Column("statistic", "统计量"), Column("interval", "确定的范围", right=True),
            Column("widest", "放宽一项推定后", right=True), Column("loosest", "影响最大的推定"),
        ]  # fmt: skip
        note = self.say("note", assumptions=ASSUMPTIONS.values())
        return make_table(self.named(self.frame), columns, self.say("caption"), note, head="统计量")

    @property
    def chart(self) -> Chart | None:
        """A panel a statistic, a line a group; none where print bounds nothing on both sides."""
        known = self.frame[np.isfinite(self.frame[["low", "high"]].astype(float)).all(axis=1)]
        if known.empty:
            return None
        growth = {group: float(value.rstrip("%")) for group, value in CommonGrowth(self.year).printed.items()}
        is_growth = known["statistic"].eq(STATISTICS["common_growth"])
        printed = known["group"].map(growth).where(is_growth).astype(float)
        panels = list(self.named(known.assign(printed=printed)).groupby("statistic", sort=False))
        sizes = [len(rows) for _, rows in panels]
        height, shares = 0.3 + 0.62 * len(sizes) + ROW * sum(sizes), [1.2 + size for size in sizes]
        with new_figure(height, rows=len(sizes), height_ratios=shares) as (figure, axes):
            for ax, (name, rows) in zip(axes, panels, strict=True):
                _draw_ranges(ax, rows)
                ax.set_title(f"{name}（{'%' if rows['ratio'].all() else '分'}）")
        rows = self.named(known)
        frame = rows.assign(label=rows["group"] + "·" + rows["statistic"])
        data = ChartData(pick(frame, {"low": "最低", "high": "最高"}, "label"), "picture", "分；增长为比率")
        told = {
            "figures": len(rows),
            "close": (rows["high"] - rows["low"]).lt(rows["ratio"].map(_CLOSE)).sum(),
            "printed": self.say("printed") if printed.notna().any() else "",
            "shown": self.say_each("alt_figure", rows),
        }
        return self.draw(figure, data, **told)


def _draw_ranges(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the range of one statistic of every group, and the widest where an assumption is left out."""
    places, scale = np.arange(len(rows)), rows["ratio"].map({True: 100.0, False: 1.0})
    low, high = rows["low"] * scale, rows["high"] * scale
    for ends in (rows["widest_low"] * scale, rows["widest_high"] * scale):
        closed = np.isfinite(ends)  # of what is open on a side, nothing is drawn there
        ax.hlines(places[closed], low[closed], ends[closed], color=MUTED, linewidth=1)
    ax.hlines(places, low, high, color=INK, linewidth=5)
    for ends in (low, high):
        ax.plot(ends, places, "|", color=INK, markersize=8, markeredgewidth=2)
    ax.plot(rows["printed"], places, "D", color=PAPER, markeredgecolor=INK, markersize=6)
    write_beside(ax, rows["interval"])
    label_rows(ax, rows["group"])
    ax.margins(x=0.05)
