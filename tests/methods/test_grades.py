"""Units followed from year to year, and grades counted."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.methods.grades import compare_units, count_grades


def _year(rows: list[tuple[str, float, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit_id", "total", "rank", "grade"]).assign(
        group="g", name=lambda frame: frame["unit_id"] + "局"
    )


def test_units_are_followed_from_year_to_year() -> None:
    base = _year([("a", 90, 1, "excellent"), ("b", 80, 2, "good"), ("c", 70, 3, "good"), ("d", 60, 4, "good")])
    now = _year([("e", 99, 1, "excellent"), ("b", 95, 2, "excellent"), ("a", 85, 3, "good"), ("c", 80, 4, "good")])
    units = compare_units(base, now, ["excellent", "good"]).set_index("unit_id")
    assert units["movement"].to_dict() == {"e": "entered", "b": "rose", "a": "fell", "c": "stayed", "d": "left"}
    assert units.loc["b", "rank_change"] == 0  # second both times, because e came in above
    assert units.loc["b", "common_rank_change"] == 1  # first of the three units of both years
    assert units.loc["c", "rank_change"] == -1
    assert units.loc["c", "common_rank_change"] == 0
    assert units.loc["a", "total_change"] == -5
    assert units.loc["d", "name"] == "d局"


def test_grades_are_counted_by_group_and_together() -> None:
    scores = pd.concat(
        [
            _year([("a", 90, 1, "excellent"), ("b", 80, 2, "good"), ("c", 70, 3, "good")]),
            _year([("d", 1, 1, "good")]).assign(group="h"),
        ]
    ).assign(year=2030)
    counts = count_grades(scores).set_index(["group", "grade"])
    assert counts.loc[("g", "good"), "units"] == 2
    assert counts.loc[("g", "good"), "share"] == pytest.approx(2 / 3)
    assert counts.loc[("all", "good"), "units"] == 3
