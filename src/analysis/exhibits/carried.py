"""Do totals depend on how much applies to a unit?"""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import set_apart
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.live import tag
from analysis.exhibits.quality import Quality, draw_dots
from analysis.methods.correlation import FEWEST, correlate_ranks, is_beyond_chance
from analysis.rounding import NOISE_DECIMALS
from analysis.words import POINTS


class Carried(Quality, GroupExhibit, name="carried", label="总分与承担的分值", withholds=("sentences", "chart")):
    """Whether the units of one group to which more applies have higher or lower totals."""

    templates = {
        "none": "{group}没有逐项评分的指标。",
        "even": "{group}各单位承担的指标分值均相同，总分与承担多少无关。",
        "few": f"{{group}}不足{FEWEST}个单位，总分与承担多少有无关系不作判断。",
        "alike": "{group}各单位总分均相同，与承担多少有无关系不作判断。",
        "found": "{group}：{finding}（{units}个单位，与承担分值的秩相关系数{by_points:points}，"
        "与承担项数的{by_number:points}）。",
        "unrelated": "总分与承担多少没有明显关系",
        "more": "承担分值多的单位，总分往往较高",
        "less": "承担分值多的单位，总分往往较低",
        "title": "{year}年{group}：{finding}",
        "measure": "每点一个单位，重叠的左右错开；秩相关系数{by_points:points}，在−1与1之间，0为没有关系",
        "alt": "散点图。{year}年{group}各单位承担的分值与总分：{units}。",
        "alt_unit": "{name}承担{carried:points}分，总分{total:points}分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns unit_id, name, rank, total, carried (points of the indicators that apply), indicators (number)."""
        applicable = self.marks.applicable
        units = self.marks.units[["unit_id", "name", "rank", "total"]]
        return units.assign(carried=applicable.sum(axis=1), indicators=(applicable > 0).sum(axis=1))

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return "" if self.frame["indicators"].any() else self.say("none")

    @cached_property
    def _found(self) -> dict[str, Any]:
        """The correlations, and what they say; without them, why not."""
        units = self.frame
        by_points, by_number = (correlate_ranks(units[what], units["total"]) for what in ("carried", "indicators"))
        if np.isnan(by_points):
            even = "alike" if np.ptp(units["carried"]) > 10**-NOISE_DECIMALS else "even"
            return {"why": "few" if len(units) < FEWEST else even}
        way = ("more" if by_points > 0 else "less") if is_beyond_chance(by_points, len(units)) else "unrelated"
        found = {"by_points": by_points, "by_number": by_number, "finding": self.say(way)}
        return found | {"why": "", "units": len(units)}

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whether there is a relation."""
        if self.absent:
            return (self.absent,)
        return (self.say(str(self._found["why"] or "found"), **self._found),)

    @property
    def chart(self) -> Chart | None:
        """A dot a unit; none where nothing could be told."""
        if self._found["why"]:
            return None
        with new_figure(2.8) as (figure, (ax,)):
            dots = draw_dots(ax, self.frame[["carried", "total"]].to_numpy())
            for dot, row in zip(dots, self.frame.to_dict("records"), strict=True):
                tag(dot, row["unit_id"], self.say("alt_unit", **row))
            set_apart(ax, dots)
            ax.set(xlabel="承担的指标分值（分）", ylabel="总分（分）")
        data = ChartData(pick(self.frame, {"carried": "承担的分值", "total": "总分"}), "picture", "总分（分）", POINTS)
        return self.draw(figure, data, **self._found | {"units": self.say_each("alt_unit", self.frame)})
