"""What is possible but unusual is told unit by unit, and marked where marks are made up."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.exhibits.reading import with_frame

from analysis.assessment import Year
from analysis.exhibits import show


@pytest.mark.parametrize(
    ("what", "value", "limit", "told"),
    [
        ("all_best", 7.0, None, "甲局7项评价等次均为最高档"),
        ("bonus_cut", 5.5, 5.0, "甲局加分合计5.5分，超过上限，按5分计"),
        ("deduction_cut", 4.0, 3.0, "甲局扣分合计4分，超过上限，按3分计"),
        ("jump", -28.641, 1.5, "甲局总分比2019年下降28.64分，本组两年均参评的单位变动的中位数为提高1.50分"),
        ("reversal", -9.0, 8.0, "甲局名次比2019年下降9位（只在本组两年均参评的单位中排名），超过单位数的一半，"
         "少有其他单位如此变动"),
    ],
)  # fmt: skip
def test_every_kind_is_told(what: str, value: float, limit: float | None, told: str, year: Year, small: Year) -> None:
    row = {"unit_id": "a", "name": "甲局", "what": what, "value": value, "limit": limit, "base_year": 2019}
    found = pd.DataFrame([row])
    assert with_frame(show(small, "plausibility"), found).sentences == (told,)
    made_up = "（由重构评分算得，不是真实得分）"
    assert with_frame(show(year, "plausibility"), found).sentences == (told + made_up,)


def test_twenty_are_told_and_the_rest_counted(small: Year) -> None:
    kinds = ["jump"] * 18 + ["bonus_cut"] * 4 + ["all_best"] * 3
    rows = [{"name": f"{place}局", "what": what, "value": 5.0, "limit": 1.0} for place, what in enumerate(kinds)]
    told = with_frame(show(small, "plausibility"), pd.DataFrame(rows).assign(base_year=2019)).sentences
    assert [sentence.split("局")[0] for sentence in told[:20]] == [str(place) for place in range(20)]
    rest = "以上为最重要的20处，另有5处没有逐一列出：加分超过上限2处，评价全部为最高档3处"
    assert told[20:] == (rest,)
