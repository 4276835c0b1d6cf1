"""Distances and order through the years, against scipy, and how they are told."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import iqr, kendalltau, linregress
from tests.exhibits.test_all_years import three_years
from tests.made_up import BEST_FROM_90, graded_city, load_city

from analysis.assessment import Assessment
from analysis.exhibits import show


def test_every_year_is_compared_with_the_one_before_and_the_last_with_the_first(demonstration: Assessment) -> None:
    shown = show(demonstration.latest, "convergence")
    years = demonstration.years
    frame = shown.frame.set_index(["group", "base_year", "year"])
    for group in ("county", "department"):
        scores = {
            year: demonstration.year(year).scores.set_index(["group", "unit_id"])["total"][group] for year in years
        }
        assert len(shown.frame.query("group == @group")) == len(years) + 1
        for base, year in [*pairwise(years), (years[0], years[-1])]:
            both = scores[base].index.intersection(scores[year].index)
            before, after = scores[base][both], scores[year][both]
            row = frame.loc[group, base, year]
            assert row["units"] == len(both)
            assert row["tau"] == pytest.approx(kendalltau(before.round(9), after.round(9)).statistic)
            assert row["slope"] == pytest.approx(linregress(before, after - before).slope)
            assert row["sd"] == pytest.approx(np.std(scores[year])) and row["iqr"] == pytest.approx(iqr(scores[year]))


def test_who_is_behind_catches_up_where_distances_shrink_and_not_where_ranks_are_only_mixed() -> None:
    halved = {2030: (90, 80, 70), 2031: (88, 80, 72), 2032: (85, 80, 75)}
    mixed = {2030: (90, 80, 70), 2031: (80, 90, 70), 2032: (80, 90, 70)}
    wider = {2030: (85, 80, 75), 2031: (90, 80, 70), 2032: (95, 80, 65)}
    told = {}
    for name, totals in (("halved", halved), ("mixed", mixed), ("wider", wider)):
        years = {year: (BEST_FROM_90, dict(zip("abc", map(float, own), strict=True))) for year, own in totals.items()}
        told[name] = show(Assessment(load_city(graded_city(years))).year(2032), "convergence")
    assert "平均多升0.50分（自然回归0.00，差距变化+0.50）" in told["halved"].sentences[1]
    assert "平均多升0.50分（自然回归+0.50，差距变化0.00）" in told["mixed"].sentences[1]
    assert "平均少升2.00分（自然回归0.00，差距变化−2.00）" in told["wider"].sentences[1]
    assert told["halved"].chart.title == "2030年到2032年：east差距缩小（标准差8.16分到4.08分）"
    assert "差距没有变化" in told["mixed"].chart.title and "差距扩大" in told["wider"].chart.title
    assert told["mixed"].sentences[0].endswith("east与前一个年度相比平均0.667，2030年与2032年相比0.333。")


def test_a_row_says_what_it_compares() -> None:
    cells = show(Assessment(load_city(three_years())).year(2032), "convergence").table.cells
    assert cells["年度"].tolist() == ["2030", "2031", "2032", "2030–2032"]
    assert cells["标准差"].tolist() == ["8.16", "4.90", "10.81", "—"]
    assert cells["两年均在"].tolist() == ["—", "3", "3", "3"]
    assert cells["名次一致度"].tolist() == ["—", "0.333", "0.333", "−0.333"]


def test_bars_go_from_the_lowest_to_the_highest_total() -> None:
    chart = show(Assessment(load_city(three_years())).year(2032), "convergence").chart
    bars = [list(line.get_ydata()) for line in chart.figure.axes[0].lines if len(set(line.get_xdata())) == 1]
    assert bars == [[75, 95], [80, 90], [84, 96], [87, 93], [70, 100], [82, 92.5]]
    assert chart.data.frame["east"].round(2).tolist() == [8.16, 4.9, 10.81]


def test_of_one_unit_nothing_is_said() -> None:
    city = graded_city({year: (BEST_FROM_90, {"a": 95.0}) for year in (2030, 2031, 2032)})
    assert show(Assessment(load_city(city)).year(2032), "convergence").sentences == ()
