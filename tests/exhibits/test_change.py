"""Why averages and totals changed: what is said adds up, and what is taken for granted is said."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame

from analysis.assessment import Pair
from analysis.exhibits import show
from analysis.exhibits.change import AverageChange


@pytest.fixture(scope="module")
def county(pair: Pair) -> AverageChange:
    return show(pair, "average_change", "county")


def test_the_waterfall_goes_from_one_printed_average_to_the_other(county: AverageChange) -> None:
    chart = county.chart
    words = drawn_words(chart)
    assert "升 10.52 分" in chart.title
    assert "79.22" in words and "89.74" in words
    bars = [bar for bar in chart.figure.axes[0].patches if bar.get_width()]
    edges = sorted({round(edge, 6) for bar in bars for edge in (bar.get_x(), bar.get_x() + bar.get_width())})
    assert any(abs(edge - 79.219584) < 1e-5 for edge in edges) and any(abs(edge - 89.739781) < 1e-5 for edge in edges)


def test_the_sentence_adds_up_to_the_printed_change(county: AverageChange) -> None:
    (told,) = county.sentences
    assert "79.22 分到 2021 年的 89.74 分，升 10.52 分" in told
    shown = [float(value.replace("−", "-")) for value in re.findall(r" ([+−]\d+\.\d\d)", told)]
    assert sum(shown) == pytest.approx(10.52, abs=0.005 * len(county.frame))


def test_the_table_adds_up_to_the_whole(county: AverageChange) -> None:
    *factors, total = county.table.values.to_dict("records")
    assert total["因素"] == "合计" and total["占总变化"] == pytest.approx(1)
    assert sum(each["作用（分）"] for each in factors) == pytest.approx(total["作用（分）"])


def test_what_a_year_does_not_mark_is_said(pair: Pair) -> None:
    (told,) = show(pair, "imputation").sentences
    assert "2020 年没有“督察考评”" in told


def test_the_factors_of_every_unit_add_up_to_its_change(pair: Pair) -> None:
    changes = pair.movement.set_index("name")["total_change"].dropna()
    rows = pd.concat([shown.table.values.set_index("单位") for shown in show(pair, "unit_changes").values()])
    assert set(rows.index) == set(changes.index)
    assert rows["总分变化"].to_dict() == pytest.approx(changes.to_dict())
    assert rows.drop(columns="总分变化").sum(axis=1).to_dict() == pytest.approx(changes.to_dict())


def test_rounding_is_noted_where_the_labels_need_it(county: AverageChange, pair: Pair) -> None:
    assert "末位略有出入" in county.chart.subtitle  # 79.22 + 10.51 in parts, 89.74 shown
    start, end = county.crossed.averages
    even = pd.DataFrame({"label": ["甲", "乙"], "contribution": [10.0, end - start - 10]})
    assert "出入" not in with_frame(show(pair, "average_change", "county"), even).chart.subtitle


def test_marks_under_the_other_scheme_are_told_beside_their_own(pair: Pair) -> None:
    shown = show(pair, "counterfactuals", "county")
    means = shown.frame.groupby(["marks_year", "scheme_year"])["total"].mean()
    later, earlier = shown.sentences
    assert later.startswith(f"县（市、区）政府 2021 年的评分按 2020 年办法计，平均 {means[2021, 2020]:.2f} 分")
    assert earlier.startswith(f"县（市、区）政府 2020 年的评分按 2021 年办法计，平均 {means[2020, 2021]:.2f} 分")
    own = shown.table.values
    assert len(own) == 4


def test_factors_of_one_size_stand_in_the_order_of_the_table(pair: Pair) -> None:
    """Whatever the last digits of a float say."""
    change = show(pair, "average_change", "county")
    sizes = [1.0, *(0.25 + row * 1e-15 for row in range(1, len(change.frame)))]
    rows = change.frame.assign(contribution=sizes)
    (told,) = with_frame(change, rows).sentences
    assert re.findall(r"[：，](\D+?) [+−]", told)[1:] == list(rows["label"])[1:]
