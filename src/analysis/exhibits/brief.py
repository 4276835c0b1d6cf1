"""What a leader reads on one page: a sentence, four findings, three small charts, and what to know of them."""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.averages import Averages
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import keep_apart, label_rows
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.front import Front
from analysis.exhibits.leads import Leads
from analysis.exhibits.limitations import Limitations
from analysis.exhibits.palette import light
from analysis.exhibits.theme import FALL, INK, MUTED, RISE, SMALL
from analysis.periods import label_year, place_of
from analysis.texts import break_in_two
from analysis.words import MOVE, POINTS, WHOLE

_FINDINGS = 4
"""Things that are told."""
_MOVERS = 3
"""Units that are shown of those that rose, and of those that fell."""
_HIGH = 2.4
"""Inches."""
_LOOKS = ("-", "--", ":", "-.")
"""Lines of the first few groups, to be told apart in grey."""
_LEGEND: dict[str, Any] = {"frameon": False, "fontsize": SMALL, "handlelength": 1.2, "columnspacing": 0.8}
_NAME, _ROOM = 9, 1.5
"""Characters of a name in a line; how far the axis of moves goes on either side, in the largest of them."""
_APART = 0.13
"""How far labels stand from each other, as a share of the height."""
_BAR = 0.27
"""How thick a bar is of three in a row."""


class Brief(Exhibit, name="brief", label="要点", needs=("results",)):
    """The year in a sentence, and what matters most about it."""

    templates = {"numbered": "{number}.{said}"}

    @property
    def frame(self) -> pd.DataFrame:
        """Columns exhibit and said (see `Leads`)."""
        return Leads(self.year).list_first(_FINDINGS)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentence, and the findings numbered."""
        told = enumerate(self.frame["said"], 1)
        return (
            f"{Front(self.year).finding}。",
            *(self.say("numbered", number=number, said=said) for number, said in told),
        )


class Caveat(Exhibit, name="caveat", label="说明", needs=("results",)):
    """What first has to be known of the results, and where they are from."""

    templates = {"told": "注：{limitation}来源：{source}。", "sourced": "注：来源：{source}。"}

    @property
    def frame(self) -> pd.DataFrame:
        """Column limitation (see `Limitations`)."""
        return Limitations(self.year).frame

    @property
    def sentences(self) -> tuple[str, ...]:
        """One."""
        told = [*self.frame["limitation"][:1]]
        source = self.source.removeprefix("来源：").rstrip("。")
        return (self.say("told", limitation=told[0], source=source) if told else self.say("sourced", source=source),)


class BriefAverages(Exhibit, name="brief_averages", label="各组平均分", needs=("averages",)):
    """Every group's average through the years, small."""

    templates = {
        "title": "各组平均分（分）",
        "measure": "各组全部单位的平均分；纵轴不从零起",
        "alt": "折线图。{shown}。",
        "point": "{group}{year}年{average:points}分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of `Averages` that are of all units of a group."""
        rows = Averages(self.year).frame
        rows = rows[rows["population"].eq("all") & rows["group"].isin(list(self.groups)) & rows["average"].notna()]
        return rows.sort_values("year", key=lambda years: years.map(place_of), kind="stable")

    @property
    def chart(self) -> Chart:
        """A line a group, with its name at the end."""
        rows = self.frame
        with new_figure(_HIGH) as (figure, (ax,)):
            for look, (group, name) in zip(_LOOKS * len(self.groups), self.groups.items(), strict=False):
                own = rows[rows["group"].eq(group)]
                places = own["year"].map(place_of)
                ax.plot(places, own["average"], "o", linestyle=look, color=INK, markersize=4, label=name)
            _label_ends(ax, rows)
            years = sorted(set(rows["year"]), key=place_of)
            shown = [*dict.fromkeys((years[0], years[-1]))]
            ax.set_xticks([place_of(year) for year in shown], [label_year(year) for year in shown])
            ax.set_yticks([])
            ax.spines["left"].set_visible(False)
            ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=1, **_LEGEND)
        wide = self.named(rows).pivot(index="year", columns="group", values="average")
        told = self.say_each("point", self.named(rows), "，")
        return self.draw(figure, ChartData(wide, "picture", "平均分（分）"), shown=told)


def _label_ends(ax: Axes, rows: pd.DataFrame) -> None:
    """Write the averages of the first and of the last year beside the points, apart from each other."""
    ax.margins(x=0.35, y=0.15)
    low, high = ax.get_ylim()
    for years, side, away in ((rows["year"].iloc[:1], "right", -6), (rows["year"].iloc[-1:], "left", 6)):
        own = rows[rows["year"].isin(years)].sort_values("average")
        heights = keep_apart(own["average"].to_list(), (high - low) * _APART)
        for year, value, height in zip(own["year"], own["average"], heights, strict=True):
            at = (place_of(year), height)
            ax.annotate(POINTS(value), at, (away, 0), textcoords="offset points", ha=side, va="center", fontsize=SMALL)


class BriefCrossings(Exhibit, name="brief_crossings", label="最高等次的进出", needs=("best_grade",)):
    """How many units of each group kept the best grade, came to it or left it, small."""

    templates = {
        "title": "{best}单位的进出（个）",
        "measure": "保持为上年也评为{best}的",
        "alt": "条形图。{shown}。",
        "kept": "保持",
        "newly": "新进入",
        "lost": "退出",
        "count": "{kind}{units:whole}个",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a group, columns kept, newly and lost: numbers of units."""
        rows = self.year.streaks
        flags = pd.DataFrame({
            "group": rows["group"],
            "kept": rows["streak"].gt(0) & ~rows["newly"],
            "newly": rows["newly"],
            "lost": rows["lost"],
        })  # fmt: skip
        return flags.groupby("group")[["kept", "newly", "lost"]].sum().reindex(list(self.groups))

    @property
    def chart(self) -> Chart:
        """Three bars a group, one over the other."""
        names = {kind: self.say(kind) for kind in self.frame}
        colours = {"kept": light("grade-1"), "newly": RISE, "lost": FALL}
        with new_figure(_HIGH) as (figure, (ax,)):
            rows = np.arange(len(self.frame))
            for place, kind in enumerate(self.frame):
                at = rows + (place - 1) * _BAR
                ax.barh(at, self.frame[kind], _BAR * 0.85, color=colours[kind])
                for y, units in zip(at, self.frame[kind], strict=True):
                    told = self.say("count", kind=names[kind], units=units)
                    ax.annotate(told, (units, y), (3, 0), textcoords="offset points", va="center", fontsize=SMALL)
            label_rows(ax, self.groups.values())
            ax.set_xticks([])
            ax.set_xlim(0, 1.9 * max(self.frame.max(axis=None), 1))
        told = "，".join(
            self.groups[str(group)]
            + "".join(self.say("count", kind=names[str(kind)], units=units) for kind, units in row.items())
            for group, row in self.frame.iterrows()
        )
        shown = self.frame.rename(columns=names, index=self.groups)
        return self.draw(figure, ChartData(shown, "picture", "单位数", WHOLE), shown=told)


class BriefMoves(Exhibit, name="brief_moves", label="名次升降最大的单位", needs=("base_year", "results")):
    """The largest rises and falls of rank of all groups, small."""

    templates = {
        "none": "没有名次的升降可比。",
        "title": "名次升降最大的单位（位）",
        "measure": "在本组两年均有名次的单位中的升降",
        "alt": "条形图。{shown}。",
        "move": "{name}{told}位",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of `compare_units` of the units that moved most, the largest rise first."""
        moves = self.pair.movement.dropna(subset=["common_rank_change"])
        moves = moves.sort_values("common_rank_change", ascending=False, kind="stable")
        change = moves["common_rank_change"]
        return pd.concat([moves[change > 0].head(_MOVERS), moves[change < 0].tail(_MOVERS)])

    @property
    def absent(self) -> str:
        """Where nobody has moved, or it cannot be told."""
        return "" if len(self.frame) else self.say("none")

    @property
    def chart(self) -> Chart:
        """A bar a unit, from nothing to either side."""
        change = self.frame["common_rank_change"].astype(float)
        rows = np.arange(len(change))
        with new_figure(_HIGH) as (figure, (ax,)):
            ax.barh(rows, change, 0.6, color=[RISE if each > 0 else FALL for each in change])
            ax.axvline(0, color=MUTED, linewidth=0.8)
            beside: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": SMALL}
            for y, each, name in zip(rows, change, self.frame["name"], strict=True):
                ends = ("left", "right") if each > 0 else ("right", "left")
                away = 3 if each > 0 else -3
                ax.annotate(MOVE(each), (each, y), (away, 0), ha=ends[0], **beside)
                ax.annotate(break_in_two(name, _NAME), (0, y), (-away, 0), ha=ends[1], linespacing=0.95, **beside)
            ax.axis("off")
            ax.invert_yaxis()
            ax.set_xlim(-_ROOM * change.abs().max(), _ROOM * change.abs().max())
        rows_told = self.frame.assign(told=change.map(MOVE))
        shown = pd.DataFrame({"升降": change.to_numpy()}, index=self.frame["name"].to_numpy())
        return self.draw(figure, ChartData(shown, "picture", "位", WHOLE), shown=self.say_each("move", rows_told, "，"))
