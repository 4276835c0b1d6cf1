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
        ("jump", -28.641, None, "甲局的总分比上一个有评分的年度降 28.64 分"),
        ("reversal", -9.0, None, "甲局的名次变动 9 位，超过本组单位数的一半"),
    ],
)
def test_every_kind_is_told(what: str, value: float, limit: float | None, told: str, year: Year, small: Year) -> None:
    found = pd.DataFrame([{"unit_id": "a", "name": "甲局", "what": what, "value": value, "limit": limit}])
    assert with_frame(show(small, "plausibility"), found).sentences == (told,)
    made_up = "（由重构评分算得，不是真实得分）"
    assert with_frame(show(year, "plausibility"), found).sentences == (told + made_up,)
