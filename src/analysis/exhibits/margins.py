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


class Margins(GroupExhibit, name="margins", label="离最好的等次有多远", withholds=("chart", "table")):
    """The distance of one group's units to the line of the best grade, and the marks that would make the difference."""

    templates = {
        "closest": "{group}：{closest}。",
        "last_in": "{best}单位中余量最小的是{names}（{all}{distance}），{risk}",
        "risk": "单项降级（{downgrade_from}→{downgrade_to}）扣 {downgrade_loss:points} 分就会失去",
        "risk_unmet": "单项降级（{downgrade_from}→{downgrade_to}）扣 {downgrade_loss:points} 分，就会因不合条件失去",
        "no_risk": "任何单项降级都不会失去",
        "first_out": "未入围单位中差得最少的是{names}（{all}{distance}），{mend}",
        "unmarked": "没有逐项评分的指标",
        "mend": "至少要把 {raised:whole} 项提到最好",
        "no_mend": "只靠评分到不了",
        "all": "都是 ",
        "of_those": "其中{name}{how}",
        "full": "没有{best}的名额",
        "none": "没有单位可以评{best}",
        "counted": "{group}：离{best}线不到 1 分的，线上 {inside} 个单位，线下 {outside} 个。",
        "title": "{year} 年{group}：{finding}",
        "near": "{units} 个单位离{best}线不到 1 分",
        "nearest": "离{best}线最近的是{units}",
        "nearest_side": "{names}（{side} {least:points} 分）",
        "measure": "入围线是其他单位得分不变时，本单位评为{best}所需的总分{required}；右侧是精确结果，不是估计",
        "required": "（另须合条件）",
        "rounded": "名次按{rounded}的总分，距前一名、领先后一名也是；距{best}线按未舍入的总分。",
        "alt": "点图。{year}年{group}各单位离{best}线的分差：{units}。",
        "alt_unit": "{name}：{text}",
        "downgrade": "{indicator}：{downgrade_from}→{downgrade_to}，扣 {downgrade_loss:points}",
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
    def sentences(self) -> tuple[str, ...]:
        """Who is closest to the line on either side; how many are, where names are withheld."""
        units = self._comparable.dropna(subset="margin").rename(columns={"best": "inside"})
        if self.withheld:
            inside = units.loc[units["margin"].abs() < 1, "inside"]
            return (self.say("counted", inside=inside.sum(), outside=(~inside).sum()),)
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
        names = name_some(units.sort_values("rank", kind="stable")["name"].to_list())
        return {
            "names": names,
            "all": self.say("all") if len(units) > 1 else "",
            "distance": tell_distance(units["margin"].abs().max()),
        }

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
        missing = [Column("missing", f"不合的{self.best}条件")] if rows["missing"].ne("").any() else []
        columns: Columns = [
            "rank", "name", "total", "grade", *missing, Column("margin", f"距{self.best}线", CHANGE),
            Column("above", "距前一名", POINTS), Column("below", "领先后一名", POINTS),
            Column("raised", "至少提升（项）", WHOLE), Column("one_step", "降一级即失去（项）", WHOLE),
            Column("downgrade", "失去所需的最小单项降级"),
        ]  # fmt: skip
        ranking = self.scheme.ranking
        note = "" if ranking.decimals is None else self.say("rounded", rounded=round_first(ranking))
        return self.tabulate(rows, columns, f"{self.about}：离{self.best}有多远（分）", note)

    @property
    def chart(self) -> Chart | None:
        """A dot a unit."""
        units = self._finite.assign(text=[describe_margin(unit, self.scheme) for unit in self.frame.to_dict("records")])
        series = f"离{self.best}线"
        colours = {series: MUTED}
        data = ChartData(pick(units, {"margin": series}), "bars", "比入围线高或低（分）", colours=colours)
        rows, grades = np.arange(len(units)), self.scheme.grade_names
        with new_figure(0.8 + ROW * len(units)) as (figure, (ax,)):
            ax.hlines(rows, 0, units["margin"].fillna(0), color=FAINT, linewidth=3, zorder=1)
            for marker, (grade, colour) in zip(cycle("osD^"), grade_colours(grades).items()):
                graded = units["grade"].eq(grade)
                if graded.any():
                    ax.plot(units["margin"][graded], rows[graded], marker, color=colour, markeredgecolor=INK,
                            markersize=6, markeredgewidth=0.6, label=grades[grade])  # fmt: skip
            ax.axvline(0, color=INK, linewidth=0.8)
            ax.xaxis.set_major_locator(MaxNLocator(_TICKS, integer=True))
            drawn = np.append(units["margin"].fillna(0.0), 0.0)
            ax.set_xlim(*_widen(drawn.min(), drawn.max()))
            write_beside(ax, units["text"], xytext=(6, 0), textcoords="offset points")
            label_rows(ax, name_by_rank(units))
            add_legend(ax, len(grades))
            ax.set_xlabel(data.axis)
        required = self.say("required") if self.scheme.grades[0].requires else ""
        alt = self.say_each("alt_unit", units)
        return self.draw(figure, data, finding=self._find(), required=required, units=alt)

    def _find(self) -> str:
        """Say how many units are near the line, or which is nearest."""
        margins = self._comparable
        distance = margins["margin"].abs()
        if not distance.notna().any():
            return self._find_none()
        if near := (distance < 1).sum():
            return self.say("near", units=near)
        shown, least = distance.map(POINTS), distance.min()
        nearest = margins.assign(side=np.where(margins["best"], "高出", "差"))[shown.eq(POINTS(least))]
        sides = nearest.groupby("side", sort=False, as_index=False)["name"].agg(names=_name_some).assign(least=least)
        return self.say("nearest", units=self.say_each("nearest_side", sides, "、"))

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
    return "合条件即入围，总分不限" if scheme.grades[0].requires else "任何得分都入围"


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
    if unit["barred"]:
        return veto_label(unit["provenance"])
    if missing := _describe_missing(unit, scheme):
        return f"不合条件，{missing}；总分{_compare_with_line(unit['margin'])}"
    if unit["best"]:
        risk = f"，有 {unit['one_step']:.0f} 项，降一级即失去" if unit["one_step"] else ""
        return (_free(scheme) if np.isinf(unit["margin"]) else f"余 {tell_distance(unit['margin'])}") + risk
    if np.isinf(unit["margin"]):
        return "没有名额"
    no_mend = "，靠评分到不了" if scheme.parts else ""
    mend = f"，至少 {unit['raised']:.0f} 项提到最好" if unit["raised"] > 0 else no_mend
    short = f"差 {tell_distance(-unit['margin'])}" if unit["margin"] else "与线同分，须超过"
    return short + mend


def _compare_with_line(margin: float) -> str:
    if np.isinf(margin):
        return "不限" if margin > 0 else "再高也没有名额"
    if margin == 0:
        return "等于入围线"
    return f"{'高于' if margin > 0 else '低于'}入围线 {tell_distance(abs(margin))}"


def tell_distance(points: float) -> str:
    """Write how far apart two totals are, be it so little that it would be rounded to nothing."""
    return f"{_LEAST} 分以内" if points and POINTS(points) == POINTS(0) else f"{POINTS(points)} 分"


def _describe_missing(unit: dict[Any, Any], scheme: Scheme) -> str:
    return "、".join(describe_unmet(each, scheme) for each in unit["unmet"])
