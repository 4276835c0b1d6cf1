"""The smallest sets to give up, against trying every set with another solver."""

from __future__ import annotations

from itertools import chain, combinations, product
from random import Random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.methods.audit.diagnosis import Items, Row, System, hit


def _draw_rows(seed: int) -> list[Row]:
    """Draw statements about sums and differences of a few quantities, mostly true of one drawn truth."""
    random = Random(seed)
    keys = [("units", place) for place in range(2)] + [("points", place) for place in range(3)]
    truth = {key: random.randint(0, 9) for key in keys}
    rows = []
    for place in range(random.randint(6, 9)):
        weights = {key: random.choice([-1.0, 1.0, 2.0]) for key in random.sample(keys, random.randint(1, 3))}
        value = sum(weight * truth[key] for key, weight in weights.items()) + random.choice([0, 0, 0, 5])
        half = random.choice([0.0, 0.4])
        rows.append(Row(weights, value - half, value + half, frozenset({(2030, place)})))
    return rows


def _is_feasible(rows: list[Row]) -> bool:
    keys = sorted({key for row in rows for key in row.weights})
    if not keys:
        return True
    matrix = np.array([[row.weights.get(key, 0.0) for key in keys] for row in rows])
    whole = np.array([key[0] == "units" for key in keys])
    limits = LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows])
    least = np.where(whole, 0, -np.inf)
    return bool(milp(np.zeros(len(keys)), constraints=limits, integrality=whole, bounds=Bounds(least, np.inf)).success)


def _try_all(rows: list[Row]) -> set[Items]:
    """Try every set of statements, smaller ones first."""
    items = sorted(frozenset(chain(*(row.rests for row in rows))))
    for size in range(len(items) + 1):
        sets = map(frozenset, combinations(items, size))
        if found := {each for each in sets if _is_feasible([row for row in rows if not row.rests & each])}:
            return found
    raise AssertionError


@pytest.mark.parametrize("seed", range(15))
def test_all_smallest_sets_are_found(seed: int) -> None:
    rows = _draw_rows(seed)
    expected = _try_all(rows)
    found = System(rows).diagnose()
    together = {frozenset(chain(*ways)) for ways in product(*(each.ways for each in found))}
    assert expected <= together
    assert set(chain(*(each.ways for each in found))) == {
        way for each in found for way in each.ways if any(way <= chosen for chosen in expected)
    }
    assert {len(each) for each in together} == {len(each) for each in expected}


@pytest.mark.parametrize("seed", range(15))
def test_what_is_known_to_be_right_is_not_given_up(seed: int) -> None:
    rows = _draw_rows(seed)
    right = frozenset({(2030, 0), (2030, 1)})
    found = System(rows, right).diagnose()
    if _is_feasible([row for row in rows if row.rests <= right]):
        assert not right & frozenset(chain(*chain(*(each.ways for each in found))))


def test_each_conflict_is_one_that_no_statement_can_be_spared_from() -> None:
    rows = _draw_rows(3)
    (first, *_) = chain(*(each.conflicts for each in System(rows).diagnose()))
    kept = [row for row in rows if row.rests <= first]
    assert not _is_feasible(kept)
    assert all(_is_feasible([row for row in kept if row is not spared]) for spared in kept)


def test_too_many_sets_are_none() -> None:
    assert hit([frozenset({(year, place) for place in range(6)}) for year in range(6)]) == []


def test_the_range_of_a_ratio_is_that_of_its_corners() -> None:
    """(80.00 to 80.10) ÷ (50.0 to 50.5): from 80.00 ÷ 50.5 to 80.10 ÷ 50.0."""
    one, two, ratio = {("points", 1): 1.0}, {("points", 2): 1.0}, frozenset({(2030, 9)})
    rows = [Row(one, 80.0, 80.1), Row(two, 50.0, 50.5), Row({**one, ("points", 2): -2.0}, 0.0, 0.0, ratio)]
    assert System(rows).find_range(one, two, ratio) == pytest.approx((80 / 50.5, 80.1 / 50))
    assert System(rows[1:2]).find_range(one, {}, frozenset()) == (-np.inf, np.inf)
