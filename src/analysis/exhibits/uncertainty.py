"""How would ranks and grades move if judgements or weights had come out a little differently?"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit, GroupExhibit
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import MUTED, ROW, SHADE, SMALL
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
from analysis.methods.weights import draw_weights, leave_out, perturb_weights
from analysis.origins import veto_label
from analysis.words import POINTS, SHARE, THREE, WHOLE

SCENARIOS: dict[Scenario, str] = {"slips": "每项各自出入", "shift": "考核主体一同宽严", "halo": "对单位的光环效应"}
"""What readers call what is simulated of judgements."""
_COMPARED = 1000
"""Draws that are enough for the mean agreement."""


class WhoJudges(Exhibit, name="who_judges", label="模拟的做法"):
    """Who gives the marks, what a simulation does to them, and what it leaves alone."""

    templates = {
        "ratings": "{ratings:list}是人评的：每项以给定的概率拟改为高一级或低一级（各半），"
        "改向本组所占分值较少的等次时，按两个等次所占分值之比接受（Metropolis 规则），"
        "所以各等次所占分值和全组平均分的期望都不变。",
        "scores": "{scored:list}按分值评：在满分的给定百分比之内均匀变动，离满分或零分更近的，"
        "变动不超过这段距离，期望不变。",
        "required": "{grades:list}的条件按每次模拟的评分核对。",
        "scenarios": "三种情形中每项评分变动的可能都一样，不同的是哪些一同变动：每项各自出入；"
        "一个考核主体对所有单位一同偏宽或偏严；一个考核主体对每个单位各有偏宽偏严（光环效应）。加分、扣分不变。",
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
class Simulated(GroupExhibit, withholds=("chart",)):
    """One group's ranks over simulated totals, in several ways side by side.

    Parameters
    ----------
    draws, seed : int
    """

    templates = {
        "steadiest": "{group}：名次变动最小的是“{least}”（名次一致度平均 {high:three}），"
        "最大的是“{most}”（{low:three}）。",
        "alike": "{group}：{ways:list}，名次一致度都是 {high:three}。",
        "alone": "{group}只有 1 个单位，没有先后可比，名次不会变。",
        "tied": "{group}各单位现在并列，一致度无从计算；{ways:list}时，名次会分出先后的单位分别有 {several:list} 个。",
        "note": f"{{how}}，模拟 {{draws}} 次；{LEVEL:.0%} 的模拟中，全组各单位的名次和是否{{best}}同时在范围之内，"
        "范围不相交的才分得出先后，是与否都在范围之内的说不准；一致度为 Kendall τ。",
        "title_steadiest": "{year} 年{group}：“{most}”时名次变动最大，{pairs} 对相邻名次中 {apart} 对分得出先后",
        "title_alike": "{year} 年{group}：各种情形名次变动一样大，{pairs} 对相邻名次中 {always} 对都分得出先后",
        "title_alone": "{year} 年{group}：只有 1 个单位，名次不会变",
        "title_tied": "{year} 年{group}：各单位现在并列，没有先后可比",
        "measure": f"{{how}}，模拟 {{draws}} 次；线为名次范围（{LEVEL:.0%} 的模拟中全组同时在内），"
        "与段首相交的同一底色",
        "alt": "区间图。{year}年{group}：{units}。",
        "alt_unit": "{name}第{rank}名（{ranges}），{best}的可能{chance}",
        "chance": "{best}的可能",
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

    @property
    def _ways(self) -> pd.DataFrame:
        """A row a way: how many units may have several ranks, can be told from the next, may or may not be best."""
        frame = self.frame.assign(several=self.frame["rank_high"] > self.frame["rank_low"])
        ways = frame.groupby("way", sort=False, as_index=False)
        return ways.agg({"agreement": "first", "several": "sum", "apart": "sum", "unsure": "sum"})

    @property
    def _least_steady_first(self) -> pd.DataFrame:
        return self._ways.sort_values("agreement", kind="stable")

    @property
    def sentences(self) -> tuple[str, ...]:
        """When ranks move least, and when most."""
        ways = self._least_steady_first
        (most, low), (least, high) = ways[["way", "agreement"]].iloc[[0, -1]].to_numpy()
        ways, told = self._ways["way"], {"most": most, "low": low, "least": least, "high": high}
        return (self.say(self._finding, ways=ways, several=self._ways["several"].map(WHOLE), **told),)

    @property
    def _finding(self) -> str:
        """Which sentence tells of the ways: there is no order, or all move ranks alike, or one does most."""
        agreements = self._ways["agreement"].dropna()
        if agreements.empty:
            return "alone" if len(self.marks.units) == 1 else "tied"
        return "alike" if THREE(agreements.min()) == THREE(agreements.max()) else "steadiest"

    @property
    def table(self) -> Table:
        """A row a way."""
        pairs = len(self.marks.units) - 1
        columns: Columns = [
            Column("way", "情形"), Column("agreement", "名次一致度", THREE),
            Column("several", "名次范围不止一个名次的单位", WHOLE),
            Column("apart", f"分得出先后的相邻名次（共 {pairs} 对）", WHOLE),
            Column("unsure", f"是否{self.best}说不准的单位", WHOLE),
        ]  # fmt: skip
        note = self.say("note", how=self.how, draws=self.draws)
        return self.tabulate(self._ways, columns, f"{self.about}：{self.label}", note, head="情形")

    @property
    def chart(self) -> Chart | None:
        """A line a unit, in a panel a way."""
        ways = {str(way): rows.reset_index(drop=True) for way, rows in self.frame.groupby("way", sort=False)}
        units = next(iter(ways.values()))
        last = len(units)
        numbers, ranges, chances = {"名次": units["rank"]}, pd.DataFrame(), pd.DataFrame()
        for way, rows in ways.items():
            low, high = rows["rank_low"], rows["rank_high"]
            numbers |= {f"{way}：最前": low, f"{way}：最后": high}
            ranges[way] = f"{way} " + low.astype(str) + ("–" + high.astype(str)).where(low < high, "")
            chances[way] = rows["p_best"].map(SHARE)
        chance = chances.apply(lambda row: "／".join(row if len(set(row)) > 1 else row[:1]), axis=1)
        chance = chance.mask(units["barred"], units["provenance"].map(veto_label))
        units = units.assign(chance=chance, ranges=ranges.apply("、".join, axis=1))
        with new_figure(0.9 + ROW * (last + 1), columns=len(ways), sharey=True) as (figure, axes):
            for ax, (way, rows) in zip(axes, ways.items(), strict=True):
                self._draw_way(ax, rows)
                ax.set_title(way)
            write_beside(axes[-1], units["chance"])
            axes[-1].text(last + 1, -0.9, self.say("chance"), fontsize=SMALL, color=MUTED)
            label_rows(axes[0], units["name"], above=1.5)
        data = ChartData(pd.DataFrame(numbers).set_axis(units["name"]), "picture", "名次", WHOLE)
        worst, told = self._least_steady_first.iloc[0], {"how": self.how, "draws": self.draws, "pairs": last - 1}
        alt = self.say_each("alt_unit", units)
        told |= {
            "most": worst["way"],
            "apart": worst["apart"],
            "always": self.frame.groupby("name")["apart"].all().sum(),
        }
        return self.draw(figure, data, f"title_{self._finding}", units=alt, **told)

    def _draw_way(self, ax: Axes, units: pd.DataFrame) -> None:
        colour, rows, last = MUTED, np.arange(len(units)), len(units)
        for row in rows[units["band"] % 2 == 0]:  # units that cannot be told apart share a band
            ax.axhspan(row - 0.5, row + 0.5, color=SHADE, linewidth=0, zorder=0)
        ax.hlines(rows, units["rank_low"], units["rank_high"], color=colour, linewidth=3.2, alpha=0.45, zorder=1)
        ax.plot(units["rank"], rows, "o", color=colour, markersize=4, zorder=2)
        ax.set_xlim(0.2 - last / 50, last + 0.8 + last / 50)
        ax.set_xticks(sorted({1, *range(10, last + 1, 10)} if last > 12 else range(1, last + 1, 2)))
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.set_xlabel("名次", loc="left")


@dataclass(eq=False)
class Judgement(Simulated, name="judgement", label="评价有出入时的名次"):
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
        "rated": "等次拟改一级的概率 {step_percent}%（平均实改 {moved:share}）",
        "scored": "分值在满分的 ±{score_step_percent}% 之内",
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


@dataclass(eq=False)
class Weights(Simulated, name="weights", label="换一种权重"):
    """How far ranks move with other weights of the indicators or of the components.

    Parameters
    ----------
    spread_percent : int
        By how much the points of an indicator may be more or less.
    concentration : float
        How close drawn weights stay to the present ones (see `draw_weights`).
    draws, seed : int
    """

    templates = {
        **Simulated.templates,
        "how": "±{spread_percent}% 为各指标独立变动，任意权重为 Dirichlet 分布（均值为现行权重，"
        "浓度 {concentration:g}）{held}",
        "held": "，合不合{grades:list}的条件照现在的得分",
    }

    draws: int = 5_000
    spread_percent: int = 25
    concentration: float = 1

    @property
    def how(self) -> str:
        """How weights are drawn."""
        required = self.scheme.conditional_grades.values()
        held = self.say("held", grades=required) if required else ""
        return self.say("how", spread_percent=self.spread_percent, concentration=self.concentration, held=held)

    def simulate(self) -> dict[str, np.ndarray]:
        """See `perturb_weights` and `draw_weights`; components are drawn where there are several."""
        draw = partial(draw_weights, self.marks, concentration=self.concentration, draws=self.draws, seed=self.seed)
        near = perturb_weights(self.marks, self.spread_percent / 100, self.draws, self.seed)
        ways = {f"各指标分值 ±{self.spread_percent}%": near, "各指标任意权重": draw("indicators")}
        return ways | ({"各大项任意权重": draw("components")} if len(self.scheme.components) > 1 else {})


@dataclass(eq=False)
class LeftOut(GroupExhibit, name="left_out", label="去掉一部分或一项指标"):
    """What the ranking of one group would be without each part, and without the indicators that move it most.

    Parameters
    ----------
    most : int
        Indicators to list.
    """

    templates = {
        "moving": "去掉后会改变名次的指标共 {moving} 项，列出变动最大的 {shown} 项；一致度为 Kendall τ。",
        "none": "去掉任何一项指标都不改变名次；一致度为 Kendall τ。",
        "held": "合不合{grades:list}的条件照现在的得分。",
    }

    most: int = 8

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `leave_out`."""
        return leave_out(self.marks)

    @property
    def table(self) -> Table:
        """A row a part, an outside component or an indicator."""
        left = self.frame
        left = left.assign(**{each: left[each].map(self.name_units).replace("", "—") for each in ("gained", "lost")})
        is_indicator = left["kind"].eq("indicator")
        moving = left[is_indicator & left["max_shift"].gt(0)]
        shown = moving.nlargest(self.most, "mean_shift")
        rows = pd.concat([left[~is_indicator].assign(id=None), shown])
        columns: Columns = [
            Column("name", "去掉"), Column("id", "编号"), "points", Column("agreement", "名次一致度", THREE),
            Column("mean_shift", "平均变动（位）", POINTS), Column("max_shift", "最大变动（位）", WHOLE),
            Column("gained", f"进入{self.best}"), Column("lost", f"退出{self.best}"),
        ]  # fmt: skip
        note = self.say("moving" if len(moving) else "none", moving=len(moving), shown=len(shown))
        required = self.scheme.conditional_grades.values()
        note += (self.say("held", grades=required) if required else "") + self.withheld
        return self.tabulate(rows, columns, f"{self.about}：{self.label}", note, head="去掉")
