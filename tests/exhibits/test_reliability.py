"""How large the error of totals is, as it is told."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from tests.exhibits.reading import with_frame

from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def _frame(alpha: float, error: float) -> pd.DataFrame:
    rows = [("daily", alpha, 20, 30, 4.0, error, "日常评价"), ("total", np.nan, 20, np.nan, 5.0, error, "总分")]
    columns = ["component", "alpha", "items", "complete", "spread", "error", "name"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("group", ["county", "department"])
def test_what_lies_within_the_error_is_counted(group: str, official: Year) -> None:
    """Against the totals and margins one by one."""
    error, totals = 0.8, sorted(official.marks(group).totals)
    shown = with_frame(show(official, "reliability", group), _frame(0.84, error))
    first, second = shown.sentences
    assert first.endswith("：日常评价信度0.84，总分的标准误为0.80分。")
    close = sum(above - below < error * 2**0.5 for below, above in itertools.pairwise(totals))
    assert second.startswith(f"{len(totals) - 1}对相邻名次中，{close}对的分差小于两个单位之差的标准误（1.13分）；")
    margins = official.margins(group)
    near = margins.loc[margins["margin"].abs() < error, "name"].to_list()
    told = f"离优秀线不到0.80分的有{len(near)}个单位（{'、'.join(near[:3])}" if near else "没有单位离优秀线不到0.80分"
    assert told in second


def test_an_alpha_below_0_is_told(official: Year) -> None:
    shown = with_frame(show(official, "reliability", "county"), _frame(-0.3, 4.0))
    assert shown.sentences[1] == "日常评价的信度低于0，各项指标此消彼长，标准误按信度为0计算。"


def test_without_an_error_nothing_is_told(official: Year) -> None:
    shown = with_frame(show(official, "reliability", "county"), _frame(np.nan, np.nan))
    (told,) = shown.sentences
    assert "不足8个，不计算信度" in told and shown.table is None


def test_a_component_and_the_total_are_rows(demonstration: Assessment) -> None:
    table = show(demonstration.latest, "reliability", "department").table
    assert table.cells["大项"].to_list() == ["日常评价", "总分"]
    assert table.cells["信度"][1] == table.cells["承担全部指标的单位"][1] == "—"
    assert "克龙巴赫α系数" in table.note and "演示数据" in table.note
