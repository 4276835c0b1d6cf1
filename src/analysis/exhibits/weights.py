"""What would other weights change, of the indicators, of the components, of a part that counts no more?"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.uncertainty import Simulated
from analysis.methods.weights import draw_weights, leave_out, perturb_weights
from analysis.words import POINTS, THREE, WHOLE


@dataclass(eq=False)
class Weights(Simulated, name="weights", label="权重变动时的名次范围"):
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
        "how": "浮动为各指标分值独立变动；任意权重以现行权重为均值随机抽取"
        "（Dirichlet分布，浓度{concentration:g}）{held}",
        "held": "，是否符合{grades:list}的条件按现有得分",
    }

    draws: int = 5_000
    spread_percent: int = 25
    concentration: float = 1

    @property
    def how(self) -> str:
        """How weights are drawn."""
        required = self.scheme.conditional_grades.values()
        held = self.say("held", grades=required) if required else ""
        return self.say("how", concentration=self.concentration, held=held)

    def simulate(self) -> dict[str, np.ndarray]:
        """See `perturb_weights` and `draw_weights`; components are drawn where there are several."""
        draw = partial(draw_weights, self.marks, concentration=self.concentration, draws=self.draws, seed=self.seed)
        near = perturb_weights(self.marks, self.spread_percent / 100, self.draws, self.seed)
        ways = {f"各指标分值浮动{self.spread_percent}%": near, "各指标任意权重": draw("indicators")}
        return ways | ({"各大项任意权重": draw("components")} if len(self.scheme.components) > 1 else {})


@dataclass(eq=False)
class LeftOut(GroupExhibit, name="left_out", label="去掉一个部分或一项指标"):
    """What the ranking of one group would be without each part, and without the indicators that move it most.

    Parameters
    ----------
    most : int
        Indicators to list.
    """

    templates = {
        "moving": "去掉后会改变名次的指标共{moving}项，列出变动最大的{shown}项；{agreement}",
        "none": "去掉任何一项指标均不改变名次；{agreement}",
        "agreement": "名次一致度为1表示次序不变，为−1表示次序颠倒（肯德尔τ）。",
        "held": "是否符合{grades:list}的条件按现有得分。",
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
        rows = pd.concat([left[~is_indicator], shown])
        columns: Columns = [
            Column("name", "去掉"), "points", Column("agreement", "名次一致度", THREE),
            Column("mean_shift", "平均变动（位）", POINTS), Column("max_shift", "最大变动（位）", WHOLE),
            Column("gained", f"进入{self.best}"), Column("lost", f"退出{self.best}"),
        ]  # fmt: skip
        told = {"moving": len(moving), "shown": len(shown), "agreement": self.say("agreement")}
        note = self.say("moving" if len(moving) else "none", **told)
        required = self.scheme.conditional_grades.values()
        note += (self.say("held", grades=required) if required else "") + self.withheld
        return self.tabulate(rows, columns, f"{self.about}：{self.label}", note, head="去掉")
