"""What is allowed but worth a second look before it is published?"""

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.methods.plausibility import check_plausibility
from analysis.words import SUSPICIONS

_MOST = 20
"""Notices that are told one by one."""


class Plausibility(Exhibit, name="plausibility", label="留意", needs=("marks",), listed=True):
    """Marks and changes that are possible but unusual."""

    templates = {
        "all_best": "{name}{size:whole}项评价等次均为最高档{made_up}",
        "bonus_cut": "{name}加分合计{size:g}分，超过上限，按{limit:g}分计{made_up}",
        "deduction_cut": "{name}扣分合计{size:g}分，超过上限，按{limit:g}分计{made_up}",
        "jump": "{name}总分比{base_year}年{value:moved}，本组两年均参评的单位变动的中位数为{limit:moved}{made_up}",
        "reversal": "{name}名次比{base_year}年{way}{size:whole}位（只在本组两年均参评的单位中排名），"
        "超过单位数的一半，少有其他单位如此变动{made_up}",
        "none": "没有需要留意的情况。",
        "rest": "以上为最重要的{most}处，另有{units}处没有逐一列出：{kinds}",
        "kind": "{what}{units}处",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `check_plausibility`."""
        return check_plausibility(self.year.dataset, self.year.year)

    @property
    def absent(self) -> str:
        """Where nothing is unusual."""
        return self.say("none") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a unit and kind, the gravest first; of the rest, how many there are of each kind."""
        ways = self.frame["value"].gt(0).map({True: "上升", False: "下降"})
        frame = self.frame.assign(size=self.frame["value"].abs(), way=ways)
        told = [self.say(row["what"], **row) for row in frame[:_MOST].to_dict("records")]
        rest = frame["what"][_MOST:].map(SUSPICIONS).value_counts(sort=False).rename("units").reset_index()
        if len(rest):
            told.append(self.say("rest", most=_MOST, units=len(frame) - _MOST, kinds=self.say_each("kind", rest, "，")))
        return tuple(told)
