"""How far is each unit from the best grade?"""

from collections.abc import Callable
from functools import cached_property
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from analysis.data.clauses import round_first
from analysis.data.schemes import Scheme
from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, label_rows, name_by_rank, write_beside
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.live import tag_each
from analysis.exhibits.scheme import describe_unmet
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, ROW, grade_colours
from analysis.origins import veto_label
from analysis.texts import name_some
from analysis.words import CHANGE, POINTS, WHOLE

_LEAST = 0.01
"""Points that can still be seen as they are written."""
_TICKS = 6
"""Numbers along the axis at most: long texts beside it leave little room."""
_NEAR = 1.0
"""Points from the line within which a unit is near it."""
_FEWEST, _MOST = 3, 8
"""Units that are drawn on either side of the line, at least and at most."""


class Margins(GroupExhibit, name="margins", label="距最高等次线的分差", withholds=("chart", "table")):
    """The distance of one group's units to the line of the best grade, and the marks that would make the difference."""

    templates = {
        "closest": "{group}：{closest}。",
        "last_in": "{best}单位中，{names}距{best}线最近，{far}，{risk}",
        "risk": "有一项指标由{downgrade_from}降为{downgrade_to}（减{downgrade_loss:points}分）即退出{best}等次",
        "risk_unmet": "有一项指标由{downgrade_from}降为{downgrade_to}（减{downgrade_loss:points}分），"
        "即因不符合条件退出{best}等次",
        "no_risk": "任何一项指标降级都不退出{best}等次",
        "first_out": "其他单位中，{names}最近，{far}，{mend}",
        "unmarked": "没有逐项评分的指标",
        "mend": "至少需将{raised:whole}项指标提升至最高档",
        "no_mend": "仅靠提高评分不能达到",
        "above": "{all}高出{than}{distance}",
        "below": "{all}相差{distance}",
        "level": "{all}与线同分",
        "all": "均",
        "of_those": "其中{name}{how}",
        "full": "没有{best}名额",
        "none": "没有单位可评为{best}",
        "counted": "{group}：距{best}线不到1分的单位，线上{inside}个{than}，线下{outside}个。",
        "near": "{group}{units}个单位距{best}线不到1分",
        "nearest": "{group}距{best}线最近的是{units}",
        "nearest_side": "{names}（{side}{least:points}分）",
        "measure": "{year}年；{best}线为其他单位得分不变时本单位评为{best}所需的总分{required}；"
        "只列线上、线下最近的单位{left}",
        "left_near": "，另有{units}个距线不到1分的没有列出",
        "left_tied": "，另有{units}个分差与所列最远的相同，没有列出",
        "required": "（另须符合条件）",
        "rounded": "名次按{rounded}的总分，与前一名、后一名的分差也是；与{best}线的分差按未舍入的总分。",
        "alt": "点图。{year}年{group}{best}线附近各单位与线的分差：{shown}。",
        "alt_unit": "{name}{text}",
        "told": "{name}：{total:points}分，第{rank:whole}名，{text}",
        "downgrade": "{indicator}：{downgrade_from}→{downgrade_to}，减{downgrade_loss:points}",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_margins`."""
        return self.year.margins(self.group)

    @property
    def _finite(self) -> pd.DataFrame:
        """The same, with no distance where there is no line to measure it to."""
        return self.frame.assign(margin=self.frame["margin"].replace([np.inf, -np.inf], np.nan))

    @property
    def _comparable(self) -> pd.DataFrame:
        """The same, of the units that only points keep out, or that are in."""
        return self._finite[self.frame["unmet"].str.len().eq(0)]

    @property
    def _beaten(self) -> str:
        """Whom a unit in the best grade is measured against; "" where that is the line."""
        return name_beaten(self.scheme).removeprefix(f"{self.best}线")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who is closest to the line on either side; how many are, where names are withheld."""
        units = self._comparable.dropna(subset="margin").rename(columns={"best": "inside"})
        if self.withheld:
            inside = units.loc[units["margin"].abs() < 1, "inside"]
            than = f"（高出{self._beaten}不到1分）" if self._beaten else ""
            return (self.say("counted", inside=inside.sum(), outside=(~inside).sum(), than=than),)
        said = []
        if len(least := _nearest(units[units["inside"]]).sort_values("downgrade_loss", kind="stable")):
            risk = self._tell_first(least, least["downgrade_id"].notna(), self._tell_risk)
            said.append(self.say("last_in", **self._tell_tied(least), risk=risk))
        if len(least := _nearest(units[~units["inside"]]).sort_values("raised", kind="stable")):
            mend = self._tell_first(least, least["raised"].gt(0), self._tell_mend)
            said.append(self.say("first_out", **self._tell_tied(least), mend=mend))
        return (self.say("closest", closest="；".join(said) or self._find_none()),)

    def _tell_tied(self, units: pd.DataFrame) -> dict[str, Any]:
        """Name units that are equally far from the line, and say how far."""
        distance = units["margin"].abs().max()
        side = "level" if not distance else "above" if units["inside"].any() else "below"
        every = self.say("all") if len(units) > 1 else ""
        far = self.say(side, all=every, than=self._beaten, distance=tell_distance(distance))
        return {"names": _name_some(units.sort_values("rank", kind="stable")["name"]), "far": far}

    def _tell_first(self, units: pd.DataFrame, able: pd.Series, tell: Callable[[dict[Any, Any]], str]) -> str:
        """Tell what is so of all of some units, or of the first that it is so of."""
        rows = pd.concat([units[able], units[~able]]).to_dict("records")
        told = [tell(row) for row in rows]
        return told[0] if len(set(told)) == 1 else self.say("of_those", name=rows[0]["name"], how=told[0])

    def _tell_risk(self, row: dict[Any, Any]) -> str:
        if pd.isna(row["downgrade_id"]):
            return self.say("no_risk" if self.scheme.parts else "unmarked")
        lost = row["downgrade_loss"] > row["margin"] or not self.scheme.grades[0].requires
        return self.say("risk" if lost else "risk_unmet", **row)

    def _tell_mend(self, row: dict[Any, Any]) -> str:
        return self.say("mend" if row["raised"] > 0 else "no_mend" if self.scheme.parts else "unmarked", **row)

    @property
    def table(self) -> Table | None:
        """A row a unit, in rank order."""
        names = self.indicator_names
        rows = self._finite.assign(indicator=self._finite["downgrade_id"].map(names))
        rows["downgrade"] = [
            self.say("downgrade", **row) if pd.notna(row["indicator"]) else None for row in rows.to_dict("records")
        ]
        rows["missing"] = [_describe_missing(unit, self.scheme) for unit in rows.to_dict("records")]
        missing = [Column("missing", f"不符合的{self.best}条件")] if rows["missing"].ne("").any() else []
        columns: Columns = [
            "rank", "name", "total", "grade", *missing, Column("margin", f"距{self.best}线", CHANGE),
            Column("above", "距前一名", POINTS), Column("below", "领先后一名", POINTS),
            Column("raised", "至少提升（项）", WHOLE), Column("one_step", "降一级即退出（项）", WHOLE),
            Column("downgrade", "即退出的最小单项降级"),
        ]  # fmt: skip
        ranking = self.scheme.ranking
        note = "" if ranking.decimals is None else self.say("rounded", rounded=round_first(ranking))
        return self.tabulate(rows, columns, f"{self.about}：与{self.best}线的分差（分）", note)

    @cached_property
    def _nearby(self) -> pd.DataFrame:
        """The units near the line that only points keep out, or that are in: in rank order, with what is told."""
        units, sides = self._comparable.dropna(subset="margin"), []
        for _, side in units.groupby("best"):
            distance = side["margin"].abs()
            near = distance.rank(method="first").le(np.clip((distance < _NEAR).sum(), _FEWEST, _MOST))
            sides.append(side[near])
        shown = pd.concat(sides).sort_index() if sides else units
        return shown.assign(text=[describe_margin(unit, self.scheme) for unit in shown.to_dict("records")])

    def _tell_left(self) -> str:
        """Say how many units are left out that are near the line too, or as far from it as one that is shown."""
        left, shown = (self._comparable.dropna(subset="margin").drop(self._nearby.index), self._nearby)
        last = shown["margin"].abs().groupby(shown["best"]).max().map(POINTS)
        near = left["margin"].abs().lt(_NEAR)
        tied = ~near & left["margin"].abs().map(POINTS).eq(left["best"].map(last))
        kinds = {"left_near": near.sum(), "left_tied": tied.sum()}
        return "".join(self.say(kind, units=units) for kind, units in kinds.items() if units)

    @property
    def chart(self) -> Chart | None:
        """A dot a unit near the line; none where nobody has a distance to one."""
        units = self._nearby
        if units.empty:
            return None
        series = f"与{self.best}线的分差"
        data = ChartData(pick(units, {"margin": series}), "bars", f"{series}（分）", colours={series: MUTED})
        rows, grades = np.arange(len(units)), self.scheme.grade_names
        told = pd.Series([self.say("told", **unit) for unit in units.to_dict("records")], units.index)
        with new_figure(0.8 + ROW * len(units)) as (figure, (ax,)):
            ax.axvline(0, color=INK, linewidth=0.8)
            for marker, (grade, colour) in zip(cycle("osD^"), grade_colours(grades).items()):
                graded = units["grade"].eq(grade)
                if graded.any():
                    (dots,) = ax.plot(units["margin"][graded], rows[graded], marker, color=colour, markeredgecolor=INK,
                                      markersize=6, markeredgewidth=0.6, label=grades[grade])  # fmt: skip
                    tag_each(dots, units["unit_id"][graded], told[graded])
            ax.grid(axis="y", color=FAINT, linewidth=0.6)
            ax.xaxis.set_major_locator(MaxNLocator(_TICKS, integer=True))
            ax.set_xlim(*_widen(min(units["margin"].min(), 0.0), max(units["margin"].max(), 0.0)))
            write_beside(ax, units["text"], xytext=(6, 0), textcoords="offset points")
            label_rows(ax, name_by_rank(units), units=units["unit_id"])
            add_legend(ax, len(grades))
            ax.set_xlabel(data.axis)
        required = self.say("required") if self.scheme.grades[0].requires else ""
        words = {"required": required, "left": self._tell_left(), "shown": self.say_each("alt_unit", units)}
        return self.draw(figure, data, **self._find(), **words)

    def _find(self) -> dict[str, Any]:
        """Say how many units are near the line, or which is nearest: a sentence, and what fills it in."""
        margins = self._comparable
        distance = margins["margin"].abs()
        if near := (distance < _NEAR).sum():
            return {"title": "near", "units": near}
        shown, least = distance.map(POINTS), distance.min()
        nearest = margins.assign(side=np.where(margins["best"], f"高出{self._beaten}", "相差"))[shown.eq(POINTS(least))]
        sides = nearest.groupby("side", sort=False, as_index=False)["name"].agg(names=_name_some).assign(least=least)
        return {"title": "nearest", "units": self.say_each("nearest_side", sides, "、")}

    def _find_none(self) -> str:
        """Say why nobody has a distance to a line."""
        units = self._comparable[~self._comparable["barred"]]
        if units["best"].any():
            return _free(self.scheme)
        return self.say("none" if units.empty else "full")


def _nearest(units: pd.DataFrame) -> pd.DataFrame:
    """Take the units nearest to the line, as readers see it: at the decimals that are shown."""
    distance = units["margin"].abs()
    return units[distance.map(POINTS).eq(POINTS(distance.min()))]


def _name_some(names: pd.Series) -> str:
    return name_some(names.to_list())


def _widen(low: float, high: float) -> tuple[float, float]:
    """Leave room for dots at the ends of an axis, which spans a point at least: less would make much of nothing."""
    high = max(high, low + 1.0)
    room = 0.05 * (high - low)
    return low - room, high + room


def _free(scheme: Scheme) -> str:
    """Say what suffices where there are more places than units that may have them."""
    best = scheme.grades[0].name
    return f"符合条件即评为{best}，总分不限" if scheme.grades[0].requires else f"总分不限，均可评为{best}"


def describe_margin(unit: dict[Any, Any], scheme: Scheme) -> str:
    """Say in a few words how far one unit is from the line, and what else it does not have that is required.

    Parameters
    ----------
    unit : dict
        A row of `find_margins`.
    scheme : Scheme

    Returns
    -------
    str
    """
    line = f"{scheme.grades[0].name}线"
    if unit["barred"]:
        return veto_label(unit["provenance"])
    if missing := _describe_missing(unit, scheme):
        return f"不符合条件：{missing}；总分{_compare_with_line(unit['margin'], line)}"
    if unit["best"]:
        risk = f"，有{unit['one_step']:.0f}项指标降一级即退出" if unit["one_step"] else ""
        beaten = line if unit["tied"] else name_beaten(scheme)
        return (_free(scheme) if np.isinf(unit["margin"]) else _compare_with_line(unit["margin"], beaten)) + risk
    if np.isinf(unit["margin"]):
        return f"没有{scheme.grades[0].name}名额"
    no_mend = "，仅靠提高评分不能达到" if scheme.parts else ""
    mend = f"，至少需将{unit['raised']:.0f}项指标提升至最高档" if unit["raised"] > 0 else no_mend
    short = f"距{line}{tell_distance(-unit['margin'])}" if unit["margin"] else f"与{line}同分，须超过"
    return short + mend


def name_beaten(scheme: Scheme) -> str:
    """Say what a unit in the best grade is ahead of: its line, or where places are few the first unit below it."""
    best = scheme.grades[0]
    return f"{best.name}线" if best.rule.kind == "threshold" else "线下首位"


def _compare_with_line(margin: float, line: str) -> str:
    if np.isinf(margin):
        return "不限" if margin > 0 else "再高也没有名额"
    if margin == 0:
        return f"与{line}同分"
    return f"{'高出' if margin > 0 else '低于'}{line}{tell_distance(abs(margin))}"


def tell_distance(points: float) -> str:
    """Write how far apart two totals are, be it so little that it would be rounded to nothing."""
    return f"不到{_LEAST}分" if points and POINTS(points) == POINTS(0) else f"{POINTS(points)}分"


def _describe_missing(unit: dict[Any, Any], scheme: Scheme) -> str:
    return "、".join(describe_unmet(each, scheme) for each in unit["unmet"])
