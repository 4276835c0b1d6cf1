"""Ranks and grades of two years in each other's place, where totals are rounded and grades require more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.made_up import city_data, strict_years

from analysis.methods.counterfactual_grades import find_lacking, score_counterfactuals
from analysis.methods.counterfactuals import cross_groups
from analysis.methods.what_if import change_scheme
from analysis.scoring.years import score_year

cities = pytest.mark.parametrize("seed", range(11))
RESULT = ["rank", "grade"]


@cities
def test_each_year_under_its_own_scheme_has_its_own_grades(seed: int) -> None:
    base, current = strict_years(seed)
    for crossed in cross_groups(base, current).values():
        counterfactual = score_counterfactuals(crossed).set_index("unit_id")
        for facts in (base, current):
            own = counterfactual.query(f"marks_year == {facts.year} and scheme_year == {facts.year}")
            assert own[RESULT].equals(score_year(facts).set_index("unit_id").loc[own.index, RESULT])


@cities
def test_a_year_under_its_scheme_with_conditions_is_graded_as_if_it_were_scored_so(seed: int) -> None:
    for facts, strict in zip(city_data(seed).years.values(), strict_years(seed), strict=True):
        later = replace(
            strict, year=strict.year + 10, scheme=strict.scheme.model_copy(update={"year": strict.year + 10})
        )
        scored = score_year(strict).set_index("unit_id")
        for crossed in cross_groups(facts, later).values():
            under = score_counterfactuals(crossed).query(f"scheme_year == {later.year}").set_index("unit_id")
            for marks_year in (facts.year, later.year):
                own = under[under["marks_year"].eq(marks_year)]
                assert own[RESULT].equals(scored.loc[own.index, RESULT])


def test_a_part_that_the_other_year_lacks_holds_nobody_to_anything() -> None:
    """Seed by seed: nobody is barred by a part that is not marked, and nothing else is lacking."""
    found = []
    for seed in range(11):
        base, current = city_data(seed).years.values()
        for facts, other in ((base, current), (current, base)):
            parts = [part for part in other.scheme.parts if part not in facts.scheme.parts]
            for part in parts:
                changes = {("grades", "best", "requires"): {"least": {part: 1.0}}}
                free = replace(other, scheme=change_scheme(other.scheme, {("grades", "best", "requires"): None}))
                strict = replace(other, scheme=change_scheme(other.scheme, changes))
                if part not in find_lacking(facts, strict.scheme):
                    continue
                found.append(part)
                for group in set(cross_groups(facts, strict)):
                    graded = [
                        score_counterfactuals(cross_groups(facts, each)[group])
                        .query(f"marks_year == {facts.year} and scheme_year == {other.year}")["grade"]
                        .tolist()
                        for each in (strict, free)
                    ]
                    assert graded[0] == graded[1]
    assert found
