from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.data.schemes import Scheme
from analysis.scoring import adjustments, components, conditions, grading, kernel, ranking, years
from tests.conftest import widely

from .scenario import check_scenario, scenario_names


@pytest.mark.parametrize("name", scenario_names())
def test_scores_follow_the_hand_calculation(name: str, tmp_path: Path) -> None:
    check_scenario(name, tmp_path / "data")


def _without_caps(scheme: Scheme) -> Scheme:
    free = {"cap": None}
    return scheme.model_copy(
        update={"bonus": scheme.bonus.model_copy(update=free), "deduction": scheme.deduction.model_copy(update=free)}
    )


def _climb_with(**changes: Any) -> Callable[..., Any]:
    def climb(tiers: tuple[kernel.Tier, ...], *values: np.ndarray) -> Any:
        return kernel_climb(
            [tier._replace(**{key: change(tier) for key, change in changes.items()}) for tier in tiers], *values
        )

    return climb


kernel_climb = kernel.climb
rank, grade_rows = ranking.rank_totals, grading.grade_rows
MUTANTS = {
    "caps dropped": (
        years,
        "score_adjustments",
        lambda items, units, scheme: adjustments.score_adjustments(items, units, _without_caps(scheme)),
    ),
    "rescaling off": (components, "climb", _climb_with(rescaled=lambda tier: tier.points < 0)),
    "points not passed on": (
        components,
        "climb",
        _climb_with(rescaled=lambda tier: tier.rescaled & np.array([name != "base" for name in tier.names])),
    ),
    "parts as headings only": (
        components,
        "climb",
        _climb_with(
            points=lambda tier: np.where(np.isin(tier.names, ["daily", "inspection", "base"]), tier.points, np.nan)
        ),
    ),
    "scale of the base ignored": (
        components,
        "climb",
        _climb_with(points=lambda tier: tier.full if tier.names == ("base",) else tier.points),
    ),
    "percentages taken as points": (components, "find_highest", lambda marks, scheme: marks["points"]),
    "ranked on rounded totals": (
        years,
        "rank_totals",
        lambda totals, groups, clause: rank(totals.round(2), groups, clause),
    ),
    "graded on rounded totals": (
        grading,
        "grade_rows",
        lambda totals, bars, group, scheme: grade_rows(totals.round(2), bars, group, scheme),
    ),
    "veto ignored": (
        years,
        "grade_units",
        lambda scores, scheme: grading.grade_units(scores.assign(vetoed=False), scheme),
    ),
    "binary float noise ranked": (ranking, "without_noise", lambda totals: totals),
    "tie rule ignored": (
        years,
        "rank_totals",
        lambda totals, groups, clause: rank(totals, groups, clause.model_copy(update={"ties": "max"})),
    ),
    "decimals ignored in ranks": (
        years,
        "rank_totals",
        lambda totals, groups, clause: rank(totals, groups, clause.model_copy(update={"decimals": None})),
    ),
    "decimals ignored in grades": (grading, "as_ranked", lambda totals, _: totals.round(9)),
    "half even": (ranking, "round_values", lambda totals, decimals: totals.round(decimals)),
    "conditions ignored": (conditions, "list_conditions", lambda *_: []),
    "a part counts as earned": (
        conditions,
        "_score_item",
        lambda scores, item, _: scores.get(f"{item}_score", scores.get(f"{item}_earned")),
    ),
    "groups ranked together": (
        years,
        "rank_totals",
        lambda totals, groups, clause: rank(totals, groups.map(lambda _: 1), clause),
    ),
}


@pytest.mark.slow
@widely("mutant", MUTANTS, always=3)
def test_a_mutated_engine_is_noticed(mutant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, replacement = MUTANTS[mutant]
    monkeypatch.setattr(module, name, replacement)
    noticed = []
    for scenario in scenario_names():
        try:
            check_scenario(scenario, tmp_path / scenario)
        except AssertionError as error:
            noticed.append(str(error))
    assert noticed, f"no scenario notices: {mutant}"
