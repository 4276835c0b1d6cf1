"""What a leader reads on one page: a sentence, four findings, three small charts, and what to know of them."""

from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.averages import Averages
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import keep_apart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.front import Front
from analysis.exhibits.leads import Leads
from analysis.exhibits.limitations import Limitations
from analysis.exhibits.palette import light
from analysis.exhibits.streaks import Streaks
from analysis.exhibits.theme import FALL, INK, MUTED, RISE, SMALL
from analysis.periods import AnyYear, as_year, label_year, place_of
from analysis.texts import count_ems
from analysis.words import MOVE, POINTS, WHOLE

_FINDINGS = 4
"""Things that are told."""
_LINE, _LINES, _SENTENCE = 35, 12, 4
"""Characters of a line in the type of one page; lines that it has for what is told, and for the sentence among it."""
_CAVEAT = 110
"""Characters of a caveat: of what is to be known, the first that is not longer is told."""
_MOVERS, _LONG_MOVERS = 3, 2
"""Units that are shown of those that rose, and of those that fell; where names take many lines."""
_GROUPS = 4
"""Groups that are shown; of more, so many are left out as is said."""
_HIGH = 2.4
"""Inches."""
_LOOKS, _MARKS = ("-", "--", ":", "-."), "os^D"
"""Lines and dots of groups, to be told apart in grey."""
_LEGEND: dict[str, Any] = {"frameon": False, "fontsize": SMALL, "handlelength": 2.2, "columnspacing": 0.8}
_NAME, _SHORT, _IN_LEGEND, _ROOM = 9, 27, 14, 1.5
"""Characters of a name in a line; up to which names are short; in a line of the legend. How far the axis of moves goes
on either side, in the largest of them."""
_APART = 0.13
"""How far labels stand from each other, as a share of the height."""
_BAR = 0.27
"""How thick a bar is of three in a row."""


class Brief(Exhibit, name="brief", label="要点", needs=("results",)):
    """The year in a sentence, and what matters most about it: no more than one page has room for."""

    templates = {
        "numbered": "{number}.{said}",
        "short": "{year}年度考核{groups}组、{units}个单位，评定为{best}的{count}个",
    }

    @cached_property
    def _sentence(self) -> str:
        """The year in a sentence; where many groups make that too long, without their averages."""
        whole = f"{Front(self.year).finding}。"
        if _count_lines(whole) <= _SENTENCE:
            return whole
        results = self.year.results
        best = results["grade"].eq(self.scheme.grades[0].id).sum()
        return self.say("short", groups=len(self.groups), units=len(results), count=best) + "。"

    @property
    def frame(self) -> pd.DataFrame:
        """Columns exhibit and said (see `Leads`): the first few for which there is room."""
        told, left = Leads(self.year).list_first(2 * _FINDINGS), _LINES - _count_lines(self._sentence)
        shown = list[int]()
        for place, said in enumerate(told["said"]):
            if (lines := _count_lines(said)) <= left and len(shown) < _FINDINGS:
                shown.append(place)
                left -= lines
        return told.iloc[shown].reset_index(drop=True)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentence, and the findings numbered."""
        told = enumerate(self.frame["said"], 1)
        return self._sentence, *(self.say("numbered", number=number, said=said) for number, said in told)


def _count_lines(text: str) -> int:
    """Count the lines that a paragraph takes, with its indent."""
    return int(-(-(count_ems(text) + 3) // _LINE))


class Caveat(Exhibit, name="caveat", label="说明", needs=("results",)):
    """What first has to be known of the results, and where they are from."""

    templates = {"told": "注：{limitation}来源：{source}。", "sourced": "注：来源：{source}。"}

    @property
    def frame(self) -> pd.DataFrame:
        """Column limitation (see `Limitations`): the first that is short enough for a page."""
        rows = Limitations(self.year).frame
        return rows[rows["limitation"].map(count_ems) <= _CAVEAT][:1]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One."""
        source = self.source.removeprefix("来源：").rstrip("。")
        told = [self.say("told", limitation=limitation, source=source) for limitation in self.frame["limitation"]]
        return (*told, self.say("sourced", source=source))[:1]


class _Small(Exhibit):
    """A small chart of one page: of the first few groups."""

    @property
    def shown(self) -> dict[str, str]:
        """The groups that there is room for, with their names."""
        return dict(islice(self.groups.items(), _GROUPS))

    @property
    def left_out(self) -> str:
        """How many there is no room for; "" for none."""
        left = len(self.groups) - len(self.shown)
        return f"另有{left}组" if left else ""


def _wrap(name: str, ems: float) -> str:
    """Break a name into as many lines as it takes, of about the same width."""
    lines = -(-count_ems(name) // ems)
    wide, ends = count_ems(name) / lines, list[int]()
    for place in range(1, len(name) + 1):
        if count_ems(name[:place]) >= wide * (len(ends) + 1) - 1e-9:
            ends.append(place)
    starts = [0, *ends[:-1]]
    return "\n".join(name[start:end] for start, end in zip(starts, [*ends[:-1], len(name)], strict=True))


class BriefAverages(_Small, name="brief_averages", label="各组平均分", needs=("averages",)):
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
        rows = rows[rows["population"].eq("all") & rows["group"].isin(list(self.shown)) & rows["average"].notna()]
        return rows.sort_values("year", key=lambda years: years.map(place_of), kind="stable")

    @property
    def first_year(self) -> AnyYear:
        """The first with an average: print may tell of years before those that there are data of."""
        return as_year(self.frame["year"].iloc[0])

    @property
    def chart(self) -> Chart:
        """A line a group, with its name beneath."""
        rows = self.frame
        with new_figure(_HIGH) as (figure, (ax,)):
            for look, mark, (group, name) in zip(_LOOKS, _MARKS, self.shown.items(), strict=False):
                own = rows[rows["group"].eq(group)]
                if len(own):
                    places, label = own["year"].map(place_of), _wrap(name, _IN_LEGEND)
                    ax.plot(places, own["average"], mark, linestyle=look, color=INK, markersize=4, label=label)
            if self.left_out:
                ax.plot([], [], " ", label=self.left_out)
            _label_ends(ax, rows)
            shown = [*dict.fromkeys((self.first_year, as_year(rows["year"].iloc[-1])))]
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
    (low, high), years = ax.get_ylim(), [*dict.fromkeys(rows["year"])]
    for year, side, away in ((years[0], "right", -6), (years[-1], "left", 6))[-len(years) :]:
        own = rows[rows["year"].eq(year)].sort_values("average")
        heights = keep_apart(own["average"].to_list(), (high - low) * _APART, low + (high - low) * _APART / 2)
        for value, height in zip(own["average"], heights, strict=True):
            at = (place_of(year), height)
            ax.annotate(POINTS(value), at, (away, 0), textcoords="offset points", ha=side, va="center", fontsize=SMALL)


class BriefCrossings(_Small, name="brief_crossings", label="最高等次的进出", needs=("best_grade",)):
    """How many units of each group kept the best grade, came to it or left it, small."""

    templates = {
        "title": "{best}单位的进出（个）",
        "measure": "保持为上年也评为{best}的",
        "alt": "条形图。{shown}。",
        "unknown": "上年的等次不详，没有进出可比。",
        "kept": "保持",
        "newly": "新进入",
        "lost": "退出",
        "count": "{kind}{units:whole}个",
    }

    @property
    def absent(self) -> str:
        """Where nothing is known of the year before."""
        return self.say("unknown") if Streaks(self.year).is_unknown else ""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a group, columns kept, newly and lost: numbers of units."""
        rows = self.year.streaks
        flags = rows[["group", "newly", "lost"]].assign(kept=rows["streak"] > 1)
        return flags.groupby("group")[["kept", "newly", "lost"]].sum().reindex(list(self.shown), fill_value=0)

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
            ax.set_yticks(rows, [_wrap(name, _NAME) for name in self.shown.values()], fontsize=SMALL)
            ax.tick_params(axis="y", length=0, labelcolor=INK)
            ax.set_ylim(len(rows) - 0.5, -0.5)
            ax.spines["left"].set_visible(False)
            ax.set_xticks([])
            ax.set_xlabel(self.left_out, fontsize=SMALL)
            ax.set_xlim(0, 1.9 * max(self.frame.max(axis=None), 1))
        told = "，".join(
            self.shown[str(group)]
            + "".join(self.say("count", kind=names[str(kind)], units=units) for kind, units in row.items())
            for group, row in self.frame.iterrows()
        )
        shown = self.frame.rename(columns=names, index=self.shown)
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

        def take(most: int) -> pd.DataFrame:
            return pd.concat([moves[change > 0].head(most), moves[change < 0].tail(most)])

        shown = take(_MOVERS)
        return shown if (shown["name"].map(count_ems) <= _SHORT).all() else take(_LONG_MOVERS)

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
                ax.annotate(_wrap(name, _NAME), (0, y), (-away, 0), ha=ends[1], linespacing=0.9, **beside)
            ax.axis("off")
            ax.invert_yaxis()
            ax.set_xlim(-_ROOM * change.abs().max(), _ROOM * change.abs().max())
        rows_told = self.frame.assign(told=change.map(MOVE))
        shown = pd.DataFrame({"升降": change.to_numpy()}, index=self.frame["name"].to_numpy())
        return self.draw(figure, ChartData(shown, "picture", "位", WHOLE), shown=self.say_each("move", rows_told, "，"))
