"""How would ranks and grades move if judgements or weights had come out a little differently?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit, GroupExhibit
from analysis.exhibits.live import tag
from analysis.exhibits.prose import Finding
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, SMALL
from analysis.methods.uncertainty import (
    LEVEL,
    Moves,
    Scenario,
    agreement,
    find_moves,
    simulate_bars,
    simulate_judgement,
    summarise_draws,
)
from analysis.origins import veto_label
from analysis.texts import name_some
from analysis.words import SHARE, THREE, WHOLE

SCENARIOS: dict[Scenario, str] = {
    "slips": "各项评分各有偏差",
    "shift": "考核主体对所有单位一同偏宽或偏严",
    "halo": "考核主体对个别单位偏宽或偏严",
}
"""What readers call what is simulated of judgements."""
_COMPARED = 1000
"""Draws that are enough for the mean agreement."""
_HIGH = 3.2
"""Inches, however many units there are."""
_FEW = 12
"""Units whose ranks are all written along an axis."""


class WhoJudges(Exhibit, name="who_judges", label="模拟的做法"):
    """Who gives the marks, what a simulation does to them, and what it leaves alone."""

    templates = {
        "ratings": "按等次评的指标（{ratings:list}）：每项按给定概率拟调高或调低一级，各占一半；调向本组所占分值较少的"
        "等次时，按两个等次所占分值之比采纳（Metropolis规则），全组平均分的期望不变。",
        "scores": "按分值评的{scored:list}：在满分的给定百分比之内均匀变动，变动不超过与满分或零分的距离，期望不变。",
        "required": "{grades:list}的条件按每次模拟的评分核对。",
        "scenarios": "三种情形下每项评分变动的可能性相同，区别在于哪些评分一同变动：各项评分各有偏差，互不相干；"
        "一个考核主体对所有单位一同偏宽或偏严；一个考核主体对个别单位偏宽或偏严（光环效应）。加分、扣分不变。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns part, marking ("rating", "score" or "outside")."""
        marked = [(part, spec.marking) for part, spec in self.scheme.parts.items()]
        outside = [(component.id, "outside") for component in self.scheme.outside_components]
        return pd.DataFrame(marked + outside, columns=["part", "marking"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """What becomes of ratings, where there are any, and of scores; and what goes together."""
        rated = self.frame["marking"].eq("rating")
        scored = self.frame.loc[~rated, "part"].map(self.scheme.part_names)
        required = self.scheme.conditional_grades.values()
        return (
            *([self.say("ratings", ratings=self.scheme.ratings.value)] if rated.any() else []),
            *([self.say("scores", scored=scored)] if len(scored) else []),
            self.say("scenarios"),
            *([self.say("required", grades=required)] if required else []),
        )


@dataclass(eq=False)
class Simulated(GroupExhibit, withholds=("chart", "table")):
    """One group's ranks over simulated totals, in several ways; told is the way in which they move most.

    Parameters
    ----------
    draws, seed : int
    """

    templates = {
        "told": "{group}：{alike}“{most}”时，{pairs}对相邻名次中分得出先后的{apart}对，"
        "处在{best}线边缘的单位{unsure}个{names}{least}。",
        "most": "名次变动最大的是",
        "alike": "各种情形名次变动相同，",
        "names": "（{names}）",
        "least": "；变动最小的是“{way}”时，分得出先后的{apart}对，处在{best}线边缘的单位{unsure}个",
        "alone": "{group}只有1个单位，没有先后可比，名次不会变动。",
        "tied": "{group}各单位现并列，没有先后可比；“{most}”时，{several}个单位的名次会分出先后。",
        "found": "{group}{apart}，{edge}",
        "all_apart": "评价有出入时名次均分得出先后",
        "most_apart": "评价有出入时多数名次分得出先后",
        "few_apart": "评价有出入时多数名次难分先后",
        "none_apart": "评价有出入时名次均难分先后",
        "edge": "{unsure}个单位处在{best}线边缘",
        "no_edge": "没有单位处在{best}线边缘",
        "found_alone": "{group}只有1个单位，名次不会变动",
        "found_tied": "{group}各单位现并列，没有先后可比",
        "title": "{finding}",
        "measure": f"{{year}}年；竖线为“{{way}}”时的名次范围（{{how}}；{LEVEL:.0%}的模拟中全组名次同时在范围内）；"
        "实心点为处在{best}线边缘的单位",
        "line": "{best}线",
        "note": f"{{how}}，模拟{{draws}}次；{LEVEL:.0%}的模拟中，全组各单位的名次和是否评为{{best}}同时在范围之内；"
        "评为{best}的可能为“{way}”时的。",
        "alt": "区间图。{year}年{group}各单位的名次范围：{units}。",
        "alt_unit": "{name}第{rank}名（{range}）",
        "told_unit": "{name}：现第{rank}名，范围第{range}名，评为{best}的可能{chance}",
    }

    draws: int = 20_000
    seed: int = 20210301

    def simulate(self) -> dict[str, np.ndarray]:
        """Totals of each way by what readers call it, shape (draws, units)."""
        raise NotImplementedError

    def simulate_bars(self) -> dict[str, np.ndarray]:
        """Who is barred from which grade in each draw of a way; a way that is left out holds it as it is."""
        return {}

    @property
    def how(self) -> str:
        """What is simulated, in a clause."""
        raise NotImplementedError

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `summarise_draws` and way, agreement (mean Kendall's tau-b with the actual ranks)."""
        bars = self.simulate_bars()
        summaries = [
            summarise_draws(self.marks, totals, bars.get(way)).assign(
                way=way,
                agreement=pd.Series(agreement(self.marks, totals[:_COMPARED])).mean(),  # of what has an order
            )
            for way, totals in self.simulate().items()
        ]
        return pd.concat(summaries, ignore_index=True)

    @cached_property
    def ways(self) -> pd.DataFrame:
        """A row a way: how many units may have several ranks, can be told from the next, may or may not be best."""
        frame = self.frame.assign(several=self.frame["rank_high"] > self.frame["rank_low"])
        ways = frame.groupby("way", sort=False, as_index=False)
        return ways.agg({"agreement": "first", "several": "sum", "apart": "sum", "unsure": "sum"})

    @property
    def _units(self) -> pd.DataFrame:
        """The units in the way in which ranks move most, with their ranges and chances as readers see them."""
        units = self.frame[self.frame["way"].eq(self._extremes[0]["way"])].reset_index(drop=True)
        return units.assign(range=_write_range(units), chance=_write_chance(units))

    @property
    def _extremes(self) -> tuple[pd.Series, pd.Series]:
        """The ways in which ranks move most and least."""
        ordered = self.ways.sort_values("agreement", kind="stable")
        return ordered.iloc[0], ordered.iloc[-1]

    @property
    def _order(self) -> str:
        """Whether there is an order to tell: "alone" and "tied" there is none."""
        if self.ways["agreement"].notna().any():
            return "told"
        return "alone" if len(self._units) == 1 else "tied"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who can be told apart and whose grade is open, where ranks move most and where they move least."""
        most, least = self._extremes
        edge = self._units.loc[self._units["unsure"], "name"].to_list()
        named = self.say("names", names=name_some(edge)) if edge and not self.withheld else ""
        is_alike = THREE(most["agreement"]) == THREE(least["agreement"])
        told = most[["apart", "unsure"]].to_dict() | {"pairs": len(self._units) - 1, "most": most["way"]}
        if self._order == "tied":
            told |= {"most": self.ways.loc[self.ways["several"].idxmax(), "way"], "several": self.ways["several"].max()}
        alike = self.say("alike" if is_alike else "most")
        return (
            self.say(
                self._order, alike=alike, names=named, least="" if is_alike else self.say("least", **least), **told
            ),
        )

    @property
    def finding(self) -> Finding:
        """Whether neighbours can be told apart, and how many units may or may not be in the best grade."""
        if self._order != "told":
            return Finding(self.say(f"found_{self._order}"))
        first, pairs = self._extremes[0], len(self._units) - 1
        apart, unsure = first["apart"], first["unsure"]
        known = "all" if apart == pairs else "most" if 2 * apart > pairs else "few" if apart else "none"
        edge = self.say("edge" if unsure else "no_edge", unsure=unsure)
        return Finding(self.say("found", apart=self.say(f"{known}_apart"), edge=edge))

    @property
    def table(self) -> Table | None:
        """A row a unit: its range of ranks and its chance to be in the best grade, each way."""
        ways = {str(way): rows.reset_index(drop=True) for way, rows in self.frame.groupby("way", sort=False)}
        units = next(iter(ways.values())).copy()
        for way, rows in ways.items():
            units[way] = _write_range(rows)
        units = units.assign(chance=_write_chance(ways[self._extremes[0]["way"]]))
        columns: Columns = [
            "rank", "name", "grade", *(Column(way, way, right=True) for way in ways),
            Column("chance", f"评为{self.best}的可能", right=True),
        ]  # fmt: skip
        note = self.say("note", how=self.how, draws=self.draws, way=self._extremes[0]["way"])
        return self.tabulate(units, columns, f"{self.about}：{self.label}", note)

    @property
    def chart(self) -> Chart | None:
        """A line a unit, side by side in rank order."""
        units, last = self._units, len(self._units)
        told = [self.say("told_unit", **unit) for unit in units.to_dict("records")]
        with new_figure(_HIGH) as (figure, (ax,)):
            for place, (unit, words) in enumerate(zip(units.itertuples(), told, strict=True), 1):
                ranks, fill = [unit.rank_low, unit.rank, unit.rank_high], INK if unit.unsure else PAPER
                (line,) = ax.plot([place] * 3, ranks, "o-", color=INK if unit.unsure else MUTED, markevery=[1],
                                  markersize=5, markerfacecolor=fill, linewidth=2, solid_capstyle="butt")  # fmt: skip
                tag(line, unit.unit_id, words)
            free = 0.4 + last / 60
            ax.set(
                xlim=(1 - free, last + free), ylim=(last + free, 1 - free), xlabel="各单位，按现名次", ylabel="名次范围"
            )
            places = range(1, last + 1) if last <= _FEW else [1, *range(10, last + 1, 10)]
            ax.set(xticks=places, yticks=places)
            self._draw_line(ax, int(units["grade"].eq(self.scheme.grades[0].id).sum()), last)
        data = ChartData(_to_numbers(units), "picture", "名次", WHOLE)
        alt = self.say_each("alt_unit", units)
        return self.draw(figure, data, finding=self.finding, way=self._extremes[0]["way"], how=self.how, units=alt)

    def _draw_line(self, ax: Axes, best: int, last: int) -> None:
        """Draw where the best grade ends, if it ends among the units."""
        if 0 < best < last:
            ax.axhline(best + 0.5, color=FAINT, linewidth=1, zorder=0)
            ax.axvline(best + 0.5, color=FAINT, linewidth=1, zorder=0)
            ax.text(
                ax.get_xlim()[1], best + 0.5, self.say("line"), fontsize=SMALL, color=MUTED, ha="right", va="bottom"
            )


def _write_range(units: pd.DataFrame) -> pd.Series:
    low, high = units["rank_low"], units["rank_high"]
    return low.astype(str) + ("—" + high.astype(str)).where(low < high, "")


def _write_chance(units: pd.DataFrame) -> pd.Series:
    return units["p_best"].map(SHARE).mask(units["barred"], units["provenance"].map(veto_label))


def _to_numbers(units: pd.DataFrame) -> pd.DataFrame:
    names = {"rank": "名次", "rank_low": "最前", "rank_high": "最后"}
    return units.set_index("name")[list(names)].rename(columns=names)


@dataclass(eq=False)
class Judgement(Simulated, name="judgement", label="评价出入时的名次范围"):
    """How far ranks move if marks could have come out a step better or worse.

    Parameters
    ----------
    step_percent : int
        The chance of a rating to be put up for a move, half of it up and half down.
    score_step_percent : int
        By how much of the full points a score or an outside result may be more or less.
    draws, seed : int
    """

    templates = {
        **Simulated.templates,
        "rated": "等次拟调一级的概率{step_percent}%（平均实调{moved:share}）",
        "scored": "分值在满分的±{score_step_percent}%之内变动",
    }

    step_percent: int = 10
    score_step_percent: int = 5

    @cached_property
    def _moves(self) -> Moves:
        """See `find_moves`."""
        return find_moves(self.marks, self.step_percent / 100, self.score_step_percent / 100)

    @property
    def how(self) -> str:
        """How likely a rating moves and how far a score does, where there are any."""
        rated = (self.marks.ratings >= 0).sum()
        moved = (self._moves.up.sum() + self._moves.down.sum()) / max(rated, 1)
        said = [
            *([self.say("rated", step_percent=self.step_percent, moved=moved)] if rated else []),
            *(
                [self.say("scored", score_step_percent=self.score_step_percent)]
                if self._moves.reach.any() or not rated
                else []
            ),
        ]
        return "，".join(said)

    def simulate(self) -> dict[str, np.ndarray]:
        """See `simulate_judgement`."""
        return {
            label: simulate_judgement(self.marks, self._moves, scenario, self.draws, self.seed)
            for scenario, label in SCENARIOS.items()
        }

    def simulate_bars(self) -> dict[str, np.ndarray]:
        """See `simulate_bars`."""
        return {
            label: simulate_bars(self.marks, self._moves, scenario, self.draws, self.seed)
            for scenario, label in SCENARIOS.items()
        }
