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
        ("all_best", 7.0, None, "甲局的 7 项评价等次全是最好的一级"),
        ("bonus_cut", 5.5, 5.0, "甲局的加分合计 5.5 分，超过上限，按 5 分计"),
        ("deduction_cut", 4.0, 3.0, "甲局的扣分合计 4 分，超过上限，按 3 分计"),
        ("jump", -28.641, 1.5, "甲局的总分比 2019 年下降28.64分，而本组两年都参评的单位，变动的中位数是提高1.50分"),
        ("reversal", -9.0, 8.0, "甲局的名次比 2019 年降 9 位（只在本组两年都参评的单位中排），超过单位数的一半，"
         "别的单位很少这样变动"),
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
    rest = "以上是最要紧的 20 处，另有 5 处没有逐一列出：加分超过上限 2 处，评价全是最好的一级 3 处"
    assert told[20:] == (rest,)
