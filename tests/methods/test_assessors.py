"""Assessors compared: their leniency, and what was lost with whom."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from tests.made_up import city_data, city_marks

from analysis.data.dataset import Dataset, YearFacts
from analysis.methods.assessors import FEWEST, compare_assessors, find_weak_links, share_marks
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.scoring.years import score_year

SEEDS = range(6)
cities = pytest.mark.parametrize("seed", SEEDS)
ROUNDINGS = {"share": ROUND_HALF_UP, "share_down": ROUND_FLOOR, "share_up": ROUND_CEILING}


def _years(seed: int) -> list[YearFacts]:
    return list(city_data(seed).years.values())


@pytest.fixture(scope="module")
def shipped(dataset: Dataset) -> MarkMatrix:
    facts = list(dataset.years.values())[-1]
    return gather_marks(facts, score_year(facts), "department")


def _marked_by(marks: MarkMatrix, generous: str, more: float, noise: float) -> MarkMatrix:
    """Let every unit earn its own rate from every assessor, and one assessor give more."""
    random = np.random.default_rng(3)
    rates = random.uniform(0.3, 0.7, (len(marks.units), 1)) + random.normal(0, noise, marks.applicable.shape)
    extra = more * marks.indicators["assessor_id"].eq(generous).to_numpy()
    return replace(marks, earned=marks.applicable * (rates + extra))


def _busiest(marks: MarkMatrix, part: str) -> str:
    return marks.indicators.query("part == @part")["assessor_id"].value_counts().index[0]


def test_a_generous_assessor_is_seen(shipped: MarkMatrix) -> None:
    generous = _busiest(shipped, "platform")
    even = compare_assessors(_marked_by(shipped, generous, 0.1, 0), 200, 1).query("part == 'platform'")
    even = even.set_index("assessor_id")
    assert even.index[0] == generous
    assert even.loc[generous, "leniency"] == pytest.approx(0.1)
    assert even.loc[generous, "told_apart"]
    assert (even["leniency"].drop(generous) < 0).all()
    noisy = compare_assessors(_marked_by(shipped, generous, 0.1, 0.05), 400, 1)
    row = noisy.query("part == 'platform'").set_index("assessor_id").loc[generous]
    assert row["leniency"] == pytest.approx(0.1, abs=0.02)
    assert 0 < row["low"] < row["leniency"] < row["high"]


def test_a_part_that_is_marked_higher_makes_no_assessor_lenient(shipped: MarkMatrix) -> None:
    rates = np.where(shipped.indicators["part"].eq("platform"), 0.5, 0.9)
    alike = compare_assessors(replace(shipped, earned=shipped.applicable * rates), 50, 1)
    assert alike["leniency"].abs().max() < 1e-9 and not alike["told_apart"].any()
    assert set(alike["part"]) == {"platform", "routine"}


def test_even_assessors_are_not_told_apart(shipped: MarkMatrix) -> None:
    even = compare_assessors(_marked_by(shipped, "", 0, 0), 50, 1)
    assert np.allclose(even["leniency"], 0)


@pytest.mark.parametrize("group", ["county", "department"])
def test_the_interval_is_the_one_that_is_tested(group: str, dataset: Dataset) -> None:
    """Intervals for one assessor alone leave out 0 more often than all assessors together can be told apart."""
    for facts in dataset.years.values():
        compared = compare_assessors(gather_marks(facts, score_year(facts), group), 1000, 1)
        assert (compared["low"].gt(0) | compared["high"].lt(0)).equals(compared["told_apart"])


def test_the_interval_holds_for_all_assessors_together(shipped: MarkMatrix) -> None:
    """Bonferroni: as many rows as there are, each with its share of the 5 % at either end."""
    chosen = shipped.indicators["assessor_id"].eq(_busiest(shipped, "platform")).to_numpy()
    halves = np.where(chosen, "own", "others")
    whole = shipped.indicators.assign(part="platform")
    two = replace(shipped, indicators=whole.assign(assessor_id=halves))
    many = np.where(chosen, "own", shipped.indicators["assessor_id"])
    all_of_them = replace(shipped, indicators=whole.assign(assessor_id=many))
    widths = [
        compare_assessors(marks, 2000, 1).set_index("assessor_id").eval("high - low")["own"]
        for marks in (two, all_of_them)
    ]
    normal = [
        NormalDist().inv_cdf(1 - 0.05 / marks.indicators["assessor_id"].nunique()) for marks in (two, all_of_them)
    ]
    assert widths[1] / widths[0] == pytest.approx(normal[1] / normal[0], rel=0.2)  # far ends are a little heavier


def test_the_seed_decides_the_interval(shipped: MarkMatrix) -> None:
    first, same, other = (compare_assessors(shipped, 50, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, same)
    assert first["leniency"].equals(other["leniency"])
    assert not first["low"].equals(other["low"])


@cities
def test_leniency_averages_differences_within_units(seed: int) -> None:
    for marks in city_marks(seed):
        compared = compare_assessors(marks, 20, seed)
        assert list(dict.fromkeys(compared["part"])) == list(dict.fromkeys(marks.indicators["part"]))
        for part, rows in compared.groupby("part"):
            assert rows["leniency"].dropna().is_monotonic_decreasing
            inside = marks.indicators["part"].eq(part).to_numpy()
            assert set(rows["assessor_id"]) == set(marks.indicators["assessor_id"][inside])
            for row in rows.to_dict("records"):
                own = marks.indicators["assessor_id"].eq(row["assessor_id"]).to_numpy()
                sides = (inside & own, inside & ~own)
                differences = []
                for earned, applicable in zip(marks.earned, marks.applicable, strict=True):
                    if all(applicable[side].sum() > 0 for side in sides):
                        rates = [earned[side].sum() / applicable[side].sum() for side in sides]
                        differences.append(rates[0] - rates[1])
                mean = sum(differences) / len(differences) if differences else np.nan
                assert row["leniency"] == pytest.approx(mean, nan_ok=True)
                assert row["indicators"] == sides[0].sum()
                few = min(side.sum() for side in sides) < FEWEST
                assert np.isnan(row["low"]) if few or np.isnan(mean) else row["low"] <= row["high"]
                assert row["told_apart"] == (row["low"] > 0 or row["high"] < 0)


@cities
@pytest.mark.parametrize("by", ["part", "assessor_id", "indicator_id"])
def test_losses_add_up_to_what_the_group_lost(seed: int, by: str) -> None:
    for marks in city_marks(seed):
        lost = 0.0
        for component in marks.scheme.components:
            if component.parts:
                worth = component.points if component.rescale else marks.units[f"{component.id}_applicable"]
                lost += (worth - marks.units[f"{component.id}_score"]).mean()
        links = find_weak_links(marks, by)
        assert links["lost"].sum() == pytest.approx(lost, abs=1e-9)
        assert links["lost"].is_monotonic_decreasing
        assert links["indicators"].sum() == len(marks.indicators)
        if lost > 1e-9:
            assert links["share"].sum() == pytest.approx(1)
        for row in links.to_dict("records"):
            own = marks.indicators[by].eq(row[by]).to_numpy()
            applicable = marks.applicable[:, own].sum()
            rate = marks.earned[:, own].sum() / applicable if applicable else np.nan
            assert row["rate"] == pytest.approx(rate, nan_ok=True)


@cities
def test_marks_are_counted_as_they_were_given(seed: int) -> None:
    for marks in city_marks(seed):
        expected: dict[tuple[str, str], int] = {}
        for unit, row in enumerate(marks.status):
            for place, status in enumerate(row):
                if status != "marked":
                    continue
                earned, points = marks.earned[unit, place], marks.points[place]
                scored = "full" if earned == points else "between" if earned > 0 else "zero"
                key = marks.indicators["assessor_id"][place], marks.rating_names[unit, place] or scored
                expected[key] = expected.get(key, 0) + 1
        counted = share_marks(marks)
        assert counted.set_index(["assessor_id", "level"])["marks"].to_dict() == expected
        best = {"full", max(marks.scheme.ratings.value, key=marks.scheme.ratings.value.__getitem__)}
        assert counted["best"].equals(counted["level"].isin(best))
        assert counted["rated"].equals(~counted["level"].isin(["full", "between", "zero"]))
        assert list(dict.fromkeys(counted["assessor_id"])) == [
            each for each in dict.fromkeys(marks.indicators["assessor_id"]) if each in set(counted["assessor_id"])
        ]
