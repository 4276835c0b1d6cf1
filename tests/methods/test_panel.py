"""Spans of years and what is measured over them, against plain loops, scipy and two units by hand."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, linregress, pearsonr, rankdata

from analysis.methods.panel import compare_spans, find_largest, measure_persistence, measure_spread, scale_totals

YEARS = (2030, 2031, 2033, 2034)
TIES = {2030: "min", 2031: "max", 2033: "min", 2034: "max"}


def _draw(seed: int) -> pd.DataFrame:
    """Units of two groups that come, go and change groups; some without a rank or a total, and many ties."""
    random, rows = Random(seed), list[tuple[Any, ...]]()
    for year in YEARS:
        for unit in range(9):
            if random.random() < 0.2:
                continue
            total = float(random.randint(70, 78)) if random.random() < 0.9 else None
            rows.append((year, f"u{unit}", "east" if random.random() < 0.8 else "west", total, ""))
    results = pd.DataFrame(rows, columns=["year", "unit_id", "group", "scaled", "grade"])
    ranks = []
    for row in results.itertuples():
        own = results[results["year"].eq(row.year) & results["group"].eq(row.group)]["scaled"].dropna()
        better = (own > row.scaled).sum() if TIES[row.year] == "min" else (own >= row.scaled).sum() - 1
        ranks.append(better + 1.0 if pd.notna(row.scaled) else None)
    return results.assign(rank=ranks)


def _naive_changes(results: pd.DataFrame) -> dict[tuple[str, str, int, int], float]:
    """Positions among those whose ranks of both years are known, counted out one by one."""
    known = {(row.group, row.unit_id, row.year): row.rank for row in results.itertuples() if pd.notna(row.rank)}
    found = {}
    for base, year in combinations(YEARS, 2):
        for group, unit, _ in {(group, unit, 0) for group, unit, _ in known}:
            both = {u for g, u, y in known if g == group and y == base and (g, u, year) in known}
            if unit not in both:
                continue
            places = {}
            for each in (base, year):
                own, ranks = known[group, unit, each], [known[group, other, each] for other in both]
                low, high = sum(rank < own for rank in ranks) + 1, sum(rank <= own for rank in ranks)
                places[each] = low if TIES[each] == "min" else high
            found[group, unit, base, year] = places[base] - places[year]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_ranks_are_compared_among_the_units_of_both_years(seed: int) -> None:
    results = _draw(seed)
    spans = compare_spans(results, TIES)
    keys = ["group", "unit_id", "base_year", "year"]
    found = spans.dropna(subset=["common_rank_change"]).set_index(keys)["common_rank_change"].to_dict()
    assert found == _naive_changes(results)
    assert set(spans["span"]) == {1, 2, 3, 4}  # a year is missing between 2031 and 2033
    listed = results.set_index(["group", "unit_id", "year"])
    for row in spans.sample(8, random_state=seed).itertuples():
        before, now = (listed.loc[(row.group, row.unit_id, year)] for year in (row.base_year, row.year))
        np.testing.assert_equal(row.total_change, now["scaled"] - before["scaled"])
        np.testing.assert_equal(row.rank_change, before["rank"] - now["rank"])


@pytest.mark.parametrize("seed", range(4))
def test_the_largest_of_every_span_is_the_latest_of_those_that_moved_as_far(seed: int) -> None:
    spans = compare_spans(_draw(seed), TIES)
    found = find_largest(spans)
    assert len(found)
    for row in found.itertuples():
        own = spans[spans["group"].eq(row.group) & spans["span"].eq(row.span)]
        way = 1 if row.direction == "rose" else -1
        sizes = [way * change for change in own["common_rank_change"].dropna()]
        assert way * row.common_rank_change == max(sizes) > 0
        assert row.ties == sizes.count(max(sizes)) - 1
        same = own[own["common_rank_change"].eq(row.common_rank_change)]
        assert row.year == same["year"].max()
    rising = {(row.group, row.span) for row in spans.itertuples() if row.common_rank_change > 0}
    assert set(found[found["direction"].eq("rose")][["group", "span"]].itertuples(index=False, name=None)) == rising


@pytest.mark.parametrize("seed", range(4))
def test_persistence_is_what_scipy_finds(seed: int) -> None:
    spans = compare_spans(_draw(seed), TIES)
    measured = measure_persistence(spans)
    assert len(measured) == len(spans.drop_duplicates(["group", "base_year", "year"]))
    for row in measured.itertuples():
        own = spans[
            spans["group"].eq(row.group) & spans["base_year"].eq(row.base_year) & spans["year"].eq(row.year)
        ].dropna(subset=["base_rank", "rank"])
        assert row.units == len(own)
        tau = kendalltau(own["base_rank"], own["rank"]).statistic if len(own) > 1 else np.nan
        np.testing.assert_allclose(row.tau, tau, atol=1e-12)
        if len(own) < 3 or np.ptp(own["base_scaled"]) == 0:
            assert np.isnan(row.slope)
            continue
        line = linregress(own["base_scaled"], own["scaled"] - own["base_scaled"])
        assert row.slope == pytest.approx(line.slope, abs=1e-12)
        if np.ptp(own["scaled"]) > 0:
            assert row.reversion == pytest.approx(pearsonr(own["base_scaled"], own["scaled"]).statistic - 1)
            assert row.reversion + row.narrowing == pytest.approx(row.slope)


def test_a_spread_that_only_narrows_is_all_narrowing_and_one_that_only_mixes_all_reversion() -> None:
    halved = {2030: (90.0, 80.0, 70.0), 2031: (85.0, 80.0, 75.0)}
    mixed = {2030: (90.0, 80.0, 70.0), 2031: (80.0, 90.0, 70.0)}
    for totals, expected in ((halved, (-0.5, 0.0, -0.5)), (mixed, (-0.5, -0.5, 0.0))):
        rows = [(y, u, t, r) for y, own in totals.items() for u, t, r in zip("abc", own, rankdata(own), strict=True)]
        results = pd.DataFrame(rows, columns=["year", "unit_id", "scaled", "rank"]).assign(group="east", grade="")
        (found,) = measure_persistence(compare_spans(results, dict.fromkeys(totals, "min"))).to_dict("records")
        assert (found["slope"], found["reversion"], found["narrowing"]) == pytest.approx(expected)


def test_spread_is_that_of_all_units_and_of_none_where_a_total_is_missing() -> None:
    results = pd.DataFrame(
        {"year": [2030] * 5 + [2031] * 2, "group": "east", "scaled": [70.0, 74.0, 81.0, 90.0, 99.0, 80.0, None]}
    )
    (found,) = measure_spread(results).to_dict("records")
    mean = (70 + 74 + 81 + 90 + 99) / 5
    assert found["average"] == pytest.approx(mean) and (found["low"], found["high"]) == (70, 99)
    assert found["sd"] == pytest.approx((sum((x - mean) ** 2 for x in (70, 74, 81, 90, 99)) / 5) ** 0.5)
    assert (found["q1"], found["q3"], found["iqr"]) == (74, 90, 16)
    assert (found["year"], found["units"]) == (2030, 5)


def test_totals_of_unlike_schemes_are_of_a_hundred_and_of_unknown_ones_of_nothing() -> None:
    results = pd.DataFrame({"year": [2030, 2031, 2032], "total": [66.0, 96.8, 50.0]})
    scaled = scale_totals(results, {2030: 80.0, 2031: 110.0, 2032: float("nan")})
    assert scaled[:2].tolist() == pytest.approx([82.5, 88.0]) and np.isnan(scaled[2])
