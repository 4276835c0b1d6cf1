"""Which marks assessors give, as it is told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import give_origins, load_city, outside_city

from analysis.assessment import Assessment, Year
from analysis.data.dataset import load_dataset
from analysis.exhibits import show


def _counts(rows: list[tuple[int, str, str, int]]) -> pd.DataFrame:
    """Year, assessor, level and marks."""
    made = pd.DataFrame(rows, columns=["year", "assessor_id", "level", "marks"])
    return made.assign(rated=~made["level"].isin(["full", "between", "zero"]), best=made["level"].isin(["优", "full"]))


ROWS = [
    (2020, "justice", "优", 10), (2020, "justice", "良", 10), (2020, "audit", "优", 12),
    (2021, "justice", "优", 30), (2021, "justice", "中", 10), (2021, "justice", "full", 5),
    (2021, "justice", "zero", 5),
    (2021, "audit", "优", 12),
]  # fmt: skip


def _show(year: Year, rows: list[tuple[int, str, str, int]]) -> Any:
    return with_frame(show(year, "mark_shares"), _counts(rows))


def test_who_gives_nothing_but_the_best_is_named(official: Year) -> None:
    names = official.scheme.assessors.value
    shown = _show(official, ROWS)
    all_best, ends, moved = shown.sentences
    assert all_best.startswith(f"2021年给出的评价全部为最高档的考核主体1个（{names['audit']}）")
    assert f"最高为{names['audit']}（100.0%），最低为{names['justice']}（70.0%）" in ends
    assert f"比2020年变动最大的是{names['justice']}，由50.0%变为70.0%" in moved
    assert shown.chart.title.endswith(f"从{names['justice']}的70.0%到{names['audit']}的100.0%")
    few = _show(official, [row if row[1] == "justice" else (*row[:3], 9) for row in ROWS])
    assert few.sentences[0].startswith("2021年没有考核主体将全部评价评为最高档")


def test_an_assessor_alone_has_nobody_beside_it(official: Year) -> None:
    shown = _show(official, ROWS[3:5])
    assert len(shown.sentences) == 1 and shown.chart.title.endswith("评为最高档的占比，均为75.0%")


def test_ratings_and_scores_stand_side_by_side(official: Year) -> None:
    names = official.scheme.assessors.value
    chart = _show(official, ROWS).chart
    ratings, scores = chart.figure.axes
    widths = {ax: [round(bar.get_width(), 3) for bar in ax.patches if bar.get_width()] for ax in (ratings, scores)}
    assert sorted(widths[ratings]) == [0.25, 0.75, 1.0] and widths[scores] == [0.5, 0.5]
    assert {"评价等次", "按分值评", "优", "中", "满分", "零分"} <= {*drawn_words(chart).splitlines()}
    assert "良" not in drawn_words(chart).splitlines()
    assert f"{names['justice']}50项次：优60.0%、中20.0%、满分10.0%、零分10.0%" in chart.alt
    assert len(_show(official, ROWS[3:5]).chart.figure.axes) == 1


def test_a_table_has_a_column_a_year(official: Year) -> None:
    table = _show(official, ROWS).table
    assert list(table.cells) == ["考核主体", "2021年项次", "2020", "2021"]
    assert table.cells[["2020", "2021"]].to_numpy().tolist() == [["100.0%", "100.0%"], ["50.0%", "70.0%"]]


def test_counts_are_those_of_all_groups(demonstration: Assessment) -> None:
    """Against the marks as they stand in the file."""
    year = demonstration.latest
    inputs = year.facts.need_inputs("")
    marks = inputs.marks.merge(inputs.indicators[["indicator_id", "assessor_id", "points"]], on="indicator_id")
    marks = marks[marks["status"].eq("marked")]
    best = marks["rating"].eq("优") | marks["score"].eq(marks["points"])
    expected = best.groupby(marks["assessor_id"]).mean()
    shown = show(year, "mark_shares")
    table = shown.table.values.set_index("考核主体")[str(year.year)]
    named = expected.rename(index=year.scheme.assessors.value)
    assert table.to_dict() == pytest.approx(named.to_dict()) and table.is_monotonic_decreasing
    assert shown.years == demonstration.years[-8:]


def test_years_of_another_provenance_are_left_out(copied_data: Any) -> None:
    city = Assessment(load_dataset(give_origins(copied_data, {2020: "reconstructed", 2021: "official"})))
    shown = show(city.year(2021), "mark_shares")
    assert shown.years == [2021] and not shown.withheld and "2020" not in shown.table.cells


def test_without_indicators_there_is_nothing_to_count() -> None:
    shown = show(Assessment(load_city(outside_city())).latest, "mark_shares")
    assert shown.absent == "没有逐项评分的指标。"
