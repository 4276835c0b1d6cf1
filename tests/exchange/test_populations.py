"""How many of whom a number counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from analysis.exchange.circulars.populations import is_judged


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("全市3个单位被评为优秀。", True),
        ("3家单位获评优秀。", True),
        ("甲局已连续3个季度以上获评优秀。", False),  # quarters, no units
        ("甲局已连续3个半年以上获评优秀。", False),
        ("参加考核的有3个。", False),
    ],
)
def test_a_run_of_quarters_is_no_count_of_units(text: str, judged: bool) -> None:
    assert is_judged(cast(Any, SimpleNamespace(clean=text)), "3") is judged
