"""What is allowed but worth a second look before it is published?"""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.methods.plausibility import check_plausibility


class Plausibility(Exhibit, name="plausibility", label="留意", needs=("marks",), listed=True):
    """Marks and changes that are possible but unusual."""

    templates = {
        "all_best": "{name}的 {size:whole} 项评价等次全是最好的一级{made_up}",
        "bonus_cut": "{name}的加分合计 {size:g} 分，超过上限，按 {limit:g} 分计{made_up}",
        "deduction_cut": "{name}的扣分合计 {size:g} 分，超过上限，按 {limit:g} 分计{made_up}",
        "jump": "{name}的总分比上一个有评分的年度{value:moved}{made_up}",
        "reversal": "{name}的名次变动 {size:whole} 位，超过本组单位数的一半{made_up}",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `check_plausibility`."""
        return check_plausibility(self.year.dataset, self.year.year)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a unit and kind."""
        rows = self.frame.assign(size=self.frame["value"].abs())
        return tuple(self.say(row["what"], **row) for row in rows.to_dict("records"))
