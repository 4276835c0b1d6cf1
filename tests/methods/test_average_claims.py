"""Averages, extremes and lines between grades of a circular without marks."""

from __future__ import annotations

import pytest
from tests.print_alone import BOTH, BUREAUS, COUNTIES, SAID, YEAR, audit_circular, audit_print, load_print

Figures = list[tuple[str, str, str, str]]


def _averages(**values: str) -> Figures:
    return [("average", "county", of.removesuffix("_"), value) for of, value in values.items()]


def test_averages_of_grades_are_weighted_by_their_units() -> None:
    """(95.5 × 1 + 80.5 × 3) ÷ 4 = 84.25, and with halves of a last digit 84.20 to 84.30."""
    lists = [("graded", "county", "best", COUNTIES[:1]), ("graded", "county", "good", COUNTIES[1:])]
    for average, verdict in (("84.25", "exact"), ("84.29", "within_rounding"), ("84.35", "contradicted")):
        audit = audit_circular(_averages(best="95.5", good="80.5", all_=average), lists)
        assert audit.at["2032-mean_of_grades-county-all", "verdict"] == verdict
    counted = [("grade_units", "county", "best", "1"), ("grade_units", "county", "good", "3")]
    audit = audit_circular([*_averages(best="95.5", good="80.5", all_="84.35"), *counted])
    assert audit.at["2032-mean_of_grades-county-all", "verdict"] == "contradicted"


def test_groups_may_have_been_averaged_without_weights() -> None:
    units = {"county": COUNTIES, "bureau": BUREAUS[:1]}
    figures = [("average", of, "all", value) for of, value in (("county", "90.0"), ("bureau", "80.0"), ("all", "85.0"))]
    audit = audit_print(load_print({YEAR: {"figures": figures}}, units))
    assert audit.at["2032-mean_of_groups-all-all", "verdict"] == "explained"
    assert not audit["verdict"].eq("contradicted").any()


@pytest.mark.parametrize("vetoed", ["0", "1"])
def test_averages_that_may_leave_out_vetoed_units_are_not_held_against_all(vetoed: str) -> None:
    figures = [*_averages(best="95.5", good="80.5", all_="84.35"), ("veto_units", "county", "all", vetoed)]
    audit = audit_circular(figures, BOTH, veto={"bars": ["best"], **SAID})
    assert ("2032-mean_of_grades-county-all" in audit.index) == (vetoed == "0")


def test_what_an_average_leaves_to_the_others_has_to_be_possible() -> None:
    """(40 × 4 − 99 × 2) ÷ 2 = −19, and deductions take 5 points at most."""
    audit = audit_circular(_averages(best="99", all_="40"), BOTH)
    assert audit.at["2032-mean_of_grades_left_over-county-all", "verdict"] == "contradicted"
    assert "left_over" not in " ".join(audit_circular(_averages(best="99", all_="50"), BOTH).index)


LINE = ("threshold", "all", "best", "90")
BESIDE = {
    ("average", "county", "best", "89.5"): "above_line_best",
    ("average", "county", "good", "90.5"): "below_line_best",
    ("total_max", "county", "all", "88"): "above_line_best",
    ("total_min", "county", "all", "91"): "below_line_best",
}


@pytest.mark.parametrize("figure", BESIDE, ids=str)
def test_averages_and_extremes_lie_on_their_side_of_a_line(figure: tuple[str, str, str, str]) -> None:
    audit = audit_circular([LINE, figure], BOTH)
    assert audit.at[f"2032-{BESIDE[figure]}-county-{figure[2]}", "verdict"] == "contradicted"
    assert audit["verdict"].eq("contradicted").sum() == 1
    barred = audit_circular([LINE, figure], BOTH, veto={"bars": ["best"], **SAID})  # who is vetoed may have more
    assert barred["verdict"].eq("contradicted").any() == BESIDE[figure].startswith("above")


def test_a_line_that_prints_as_the_average_does_is_reached() -> None:
    """A printed 90 may stand for 89.6, and 89.95 for what is printed 90.0."""
    assert not audit_circular([LINE, *_averages(best="90", good="90")], BOTH)["verdict"].eq("contradicted").any()


def test_the_line_is_that_of_the_scheme() -> None:
    grades = [
        {"id": "best", "name": "优秀", "rule": {"kind": "threshold", "value": 85}, **SAID},
        {"id": "good", "name": "良好", "rule": {"kind": "rest"}, **SAID},
    ]
    audit = audit_circular([LINE], grades=grades)
    assert audit.at["2032-clause_threshold-all-best", "computed"] == "85"


def test_the_extreme_of_all_is_that_of_a_group() -> None:
    figures = [("total_max", group, "all", value) for group, value in (("county", "91.3"), ("bureau", "90.84"))]
    for whole, verdict in (("91.3", "exact"), ("91.34", "within_rounding"), ("92.0", "contradicted")):
        audit = audit_circular([*figures, ("total_max", "all", "all", whole)])
        assert audit.at["2032-total_max_of_groups-all-all", "verdict"] == verdict


def test_the_least_is_not_above_the_greatest() -> None:
    audit = audit_circular([("total_min", "bureau", "all", "80.3"), ("total_max", "bureau", "all", "80.1")])
    assert audit.at["2032-total_min_below_max-bureau-all", "verdict"] == "contradicted"
