"""Other rules of grading: against plain loops, and against the engine."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pytest
from tests.made_up import city_data

from analysis.data.dataset import YearFacts
from analysis.methods.rules import compare_rules
from analysis.scoring.grading import grade_units
from analysis.scoring.years import score_year
from analysis.words import BEST_RULES

SEEDS = range(6)
cities = pytest.mark.parametrize("seed", SEEDS)
ROUNDINGS = {"share": ROUND_HALF_UP, "share_down": ROUND_FLOOR, "share_up": ROUND_CEILING}


def _years(seed: int) -> list[YearFacts]:
    return list(city_data(seed).years.values())


@cities
def test_the_own_rule_changes_nothing(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        compared = compare_rules(scores, facts.scheme)
        assert set(compared["rule"]) == set(BEST_RULES)
        own = compared[compared["rule"].eq("scheme") & compared["ties"].eq(facts.scheme.ranking.ties)].set_index(
            "group"
        )
        best = scores["grade"].eq(facts.scheme.grades[0].id)
        assert own["units"].to_dict() == best.groupby(scores["group"]).sum().to_dict()
        assert not own["gained"].map(len).any() and not own["lost"].map(len).any()


@cities
def test_who_comes_and_goes_is_named(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        now = scores["grade"].eq(facts.scheme.grades[0].id).groupby(scores["group"]).sum()
        for row in compare_rules(scores, facts.scheme).to_dict("records"):
            assert row["units"] == now[row["group"]] + len(row["gained"]) - len(row["lost"])
            assert not set(row["gained"]) & set(row["lost"])


@cities
def test_places_are_given_as_a_loop_gives_them(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        barred = scores["vetoed"] & bool(facts.scheme.veto and facts.scheme.grades[0].id in facts.scheme.veto.bars)
        now = scores["grade"].eq(facts.scheme.grades[0].id)
        for row in compare_rules(scores, facts.scheme).to_dict("records"):
            own = scores["group"].eq(row["group"])
            totals = scores.loc[own & ~barred, "total"].round(9).tolist()
            if row["rule"] == "threshold":
                assert row["units"] == sum(total >= row["value"] for total in totals)
                continue
            if row["rule"] == "scheme":
                continue
            places = Decimal(int((now & own).sum()))
            if row["rule"] != "count":
                exact = (Decimal(int(now.sum())) * int(own.sum()) / len(now)).quantize(Decimal("0.000001"))
                places = exact.quantize(Decimal(1), ROUNDINGS[row["rule"]])
                assert row["value"] == pytest.approx(now.mean())
            ahead = [sum(other > total for other in totals) for total in totals]
            level = [sum(other >= total for other in totals) for total in totals]
            chosen = [rank < places for rank in ahead] if row["ties"] == "min" else [rank <= places for rank in level]
            assert row["units"] == sum(chosen)


@cities
def test_the_common_line_lets_in_as_many_as_now(seed: int) -> None:
    for facts in _years(seed):
        scores = score_year(facts)
        compared = compare_rules(scores, facts.scheme).query("rule == 'threshold' and ties == 'min'")
        now = int(scores["grade"].eq(facts.scheme.grades[0].id).sum())
        line = compared["value"].iloc[0]
        passed = scores[scores["total"].round(9).gt(line)]
        if facts.scheme.veto:
            passed = passed[~passed["vetoed"]]
        assert (compared["value"] == line).all()
        assert compared["units"].sum() >= now
        assert len(passed) < now or now == 0


@pytest.mark.slow
def test_other_ties_are_graded_as_the_engine_would() -> None:
    for facts in (facts for seed in SEEDS for facts in _years(seed)):
        scores = score_year(facts)
        compared = compare_rules(scores, facts.scheme).query("rule == 'scheme'").set_index(["ties", "group"])["units"]
        for ties in ("min", "max"):
            ranking = facts.scheme.ranking.model_copy(update={"ties": ties})
            grades = grade_units(scores, facts.scheme.model_copy(update={"ranking": ranking}))
            best = grades.eq(facts.scheme.grades[0].id).groupby(scores["group"]).sum()
            assert compared[ties].to_dict() == best.to_dict()
