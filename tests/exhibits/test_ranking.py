"""Ranks and grades of the last years, and who falls under the rules: by hand, and worked out again without pandas."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.made_up import BEST_FROM_90, city_data, draw_city, graded_city, load_city, tied_city
from tests.print_only import write_print_only

from analysis.assessment import Assessment, Year
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.table import Table
from analysis.problems import WorkbookError

TOTALS = {
    2030: {"a": 99, "b": 95, "c": 91, "d": 80, "e": 70},
    2031: {"a": 99, "b": 92, "c": 95, "d": 80, "e": 70},
    2032: {"a": 99, "b": 80, "c": 95, "d": 92, "e": 70},
}
"""b is second, third, fourth; e is always last."""


def _city(totals: dict[int, dict[str, float]]) -> Assessment:
    return Assessment(load_city(graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()})))


def _table(year: Year, group: str = "east", **options: int) -> Table:
    table = show(year, "ranking", **options)[group].table
    assert isinstance(table, Table)
    return table


def _rows(year: Year, group: str = "east", **options: int) -> list[list[str]]:
    return _table(year, group, **options).cells.to_numpy().tolist()


def test_ranks_and_grades_of_the_last_years_and_who_is_noticed() -> None:
    table = _table(_city(TOTALS).year(2032), last=1, falling=2)
    assert table.caption == "east2030—2032年名次和等次"
    assert table.note.startswith("居末1位、名次连降2年以上、取消评优资格的，在提示栏注明；")
    assert list(table.cells) == ["名次", "单位", "等次", "2031年", "2030年", "提示"]
    assert table.cells.to_numpy().tolist() == [
        ["1", "a局", "优秀", "1（优秀）", "1（优秀）", "—"],
        ["2", "c局", "优秀", "2（优秀）", "3（优秀）", "—"],
        ["3", "d局", "优秀", "4（一般）", "4（一般）", "—"],
        ["4", "b局", "一般", "3（优秀）", "2（优秀）", "名次连降2年以上"],
        ["5", "e局", "一般", "5（一般）", "5（一般）", "居末1位"],
    ]


def test_years_that_are_not_asked_for_are_not_shown_but_compared() -> None:
    """Also where a run takes in more years than are shown; a rule that lacks a year is not told."""
    year = _city(TOTALS).year(2032)
    assert _table(year, shown=1).caption == "east2032年名次和等次"
    assert [row[-1] for row in _rows(year, shown=1, last=1)] == ["—", "—", "—", "名次连降2年以上", "居末1位"]
    assert _table(year, falling=3).note.startswith("居末3位、取消评优资格的，")


def test_a_year_that_is_lacking_breaks_a_run() -> None:
    city = _city({year: totals for year, totals in TOTALS.items() if year != 2031})
    assert all(row[-1] in {"—", "居末1位"} for row in _rows(city.year(2032), last=1))


def test_nobody_is_last_among_equals_or_alone() -> None:
    """Five are tied, whatever rank they share; of two the first is not among the last three, and one is not."""
    year = Assessment(load_city(tied_city())).year(2031)
    assert {row[-1] for row in _rows(year, "east")} == {"—"}
    assert [row[-1] for row in _rows(year, "north")] == ["—", "居末3位"]
    assert [row[-1] for row in _rows(year, "west")] == ["—"]


def test_print_without_ranks_shows_grades_alone(tmp_path: Path) -> None:
    year = Assessment(load_dataset(write_print_only(tmp_path, 2031, 2032))).year(2032)
    table = _table(year, "town")
    assert table.caption == "乡镇2031—2032年等次" and "提示" not in table.note
    assert list(table.cells) == ["单位", "等次", "2031年"]
    assert table.cells.to_numpy().tolist()[1] == ["西乡镇", "A级", "B级"]


@pytest.mark.parametrize("option", ["shown", "last", "falling"])
def test_a_number_below_one_is_refused(option: str) -> None:
    with pytest.raises(WorkbookError, match="不小于1"):
        show(_city(TOTALS).year(2032), "ranking", **{option: 0})


@pytest.mark.parametrize("seed", range(6))
def test_notices_of_any_city(seed: int) -> None:
    """Ranks from totals, one unit after another; vetoes from the drawn adjustments."""
    drawn, year = draw_city(seed), Assessment(city_data(seed)).year(2031)
    vetoed = {row["unit_id"] for row in drawn["years"][2031]["adjustments"] if row["kind"] == "veto"}
    for group in year.scheme.groups:
        own = year.scores[year.scores["group"].eq(group)]
        ranks = dict(zip(own["unit_id"], own["rank"].astype(int), strict=True))
        ids = dict(zip(own["name"], own["unit_id"], strict=True))
        for row in _rows(year, group, last=2, falling=1):
            unit = ids[row[1]]
            behind = sum(rank >= ranks[unit] for rank in ranks.values())
            wanted = ["居末2位"] if behind <= 2 and ranks[unit] > min(ranks.values()) else []
            before = row[3].partition("（")[0] if len(row) > 4 else "—"
            wanted += ["名次连降1年以上"] if before.isdigit() and int(before) < ranks[unit] else []
            wanted += ["取消评优资格"] if unit in vetoed else []
            assert row[-1] == ("、".join(wanted) or "—"), (seed, row)
