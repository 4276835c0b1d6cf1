"""Units that were marked alike, as it is told."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from tests.exhibits.reading import with_frame

from analysis.assessment import Year
from analysis.exhibits import show


def _pairs(count: int) -> pd.DataFrame:
    rows = [(f"a{place}", f"甲{place}局", f"b{place}", f"乙{place}局", 20, 7) for place in range(count)]
    return pd.DataFrame(rows, columns=["unit_id", "name", "other_id", "other_name", "indicators", "below"])


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "市直部门各项评价完全相同的单位1组：甲0局与乙0局，建议复核。"),
        (4, "市直部门各项评价完全相同的单位4组：甲0局与乙0局；甲1局与乙1局；甲2局与乙2局；甲3局与乙3局，建议复核。"),
        (0, "市直部门没有各项评价完全相同的单位（共同承担不足5项的不作比较，全部评为最高档的不计）。"),
    ],
)
def test_pairs_are_counted_and_named(count: int, told: str, official: Year) -> None:
    shown = with_frame(show(official, "identical_units", "department"), _pairs(count))
    assert shown.sentences == (told,)
    assert shown.table is None if not count else list(shown.table.cells.iloc[0]) == ["甲0局", "乙0局", "20", "7"]


def test_three_units_that_are_alike_are_one_group(official: Year) -> None:
    units = [("a", "甲局"), ("b", "乙局"), ("c", "丙局")]
    rows = [(*one, *other, 20 + len(one[1] + other[0]), 7) for one, other in combinations(units, 2)]
    rows[0] = (*rows[0][:4], 18, 7)
    frame = pd.DataFrame(rows, columns=_pairs(0).columns)
    shown = with_frame(show(official, "identical_units", "department"), frame)
    assert shown.sentences == ("市直部门各项评价完全相同的单位1组：甲局、乙局、丙局，建议复核。",)
    assert shown.table.cells.to_numpy().tolist() == [["甲局", "乙局、丙局", "18—23", "7"]]


def _sheets(*rows: tuple[float, float]) -> pd.DataFrame:
    made: list[dict[str, Any]] = [
        {"name": f"第{place}主体", "indicators": 6, "units": 45, "largest": 15, "same": same, "expected": expected}
        for place, (same, expected) in enumerate(rows)
    ]
    return pd.DataFrame(made)


def test_sheets_want_a_look_where_many_are_the_same_and_more_than_expected(official: Year) -> None:
    frame = _sheets((0.3, 0.05), (0.3, 0.2), (0.09, 0.0), (0.12, 0.05))
    shown = with_frame(show(official, "identical_sheets", "department"), frame)
    (told,) = shown.sentences
    assert told.startswith(
        "市直部门同一主体的评价大量相同：第0主体评的6项，最多有15个单位完全相同，"
        "单位两两相比相同的占30.0%（预计5.0%）；第3主体评的"
    )
    assert "第1主体" not in told and "第2主体" not in told and told.endswith("建议复核。")
    assert shown.table.cells["考核主体"].to_list() == ["第0主体", "第1主体", "第3主体", "第2主体"]
    none = with_frame(show(official, "identical_sheets", "department"), frame[1:3])
    assert none.sentences == ("市直部门没有考核主体的评价大量相同。",)


def test_where_no_assessor_marks_enough_that_is_said(official: Year) -> None:
    shown = with_frame(show(official, "identical_sheets", "county"), _sheets())
    assert shown.absent.startswith("县（市、区）政府没有评5项以上指标的考核主体")
