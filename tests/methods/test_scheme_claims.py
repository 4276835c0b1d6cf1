"""What a circular without marks says that its scheme decides."""

from __future__ import annotations

from typing import Any

import pytest
from tests.print_alone import BOTH, BUREAUS, SAID, YEAR, audit_circular, audit_print, load_print


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        ("青依法办〔2033〕2号", "exact"),
        ("青依法办 [2033] ２号", "exact"),
        ("青依法办〔2033〕12号", "contradicted"),
        ("法治建设通报", None),  # a title, and no number
    ],
)
def test_the_number_is_the_one_the_scheme_names(document: str, verdict: str | None) -> None:
    audit = audit_circular(document=document)
    assert audit["verdict"].get("2032-document-all-all") == verdict


def test_a_circular_is_cited_by_the_number_it_bears() -> None:
    cited = {"cites": ["青依法办〔2033〕2号", "青依法办〔2034〕1号"]}
    right = audit_print(load_print({YEAR: {}, YEAR + 1: cited}), YEAR + 1)
    assert right.at["2033-cited_document-2032-all-all", "verdict"] == "exact" and len(right) == 2
    wrong = audit_print(load_print({YEAR: {"document": "青依法办〔2033〕5号"}, YEAR + 1: cited}), YEAR + 1)
    assert wrong.at["2033-cited_document-2032-all-all", "verdict"] == "contradicted"


@pytest.mark.parametrize("basis", ["printed", "assumed"])
def test_assessors_are_those_of_the_scheme(basis: str) -> None:
    said = SAID | {"basis": basis}
    assessors = {"value": {"office": "市委编办", "bureau0": BUREAUS[0]}, **said}
    right = audit_circular(lists=[("assessors", "all", "all", [BUREAUS[0], "市委编办"])], assessors=assessors)
    assert right.at["2032-assessors-of_scheme-all-all", "verdict"] == "exact"
    lists: list[Any] = [("assessors", "all", "all", ["市委编办", BUREAUS[1]])]
    reason = audit_circular(lists=lists, assessors=assessors).at["2032-assessors-of_scheme-all-all", "reason"]
    assert f"不在办法规定的考核主体之列：{BUREAUS[1]}" in reason and f"未列出：{BUREAUS[0]}" in reason
    assert ("推定" in reason) == (basis == "assumed")
    named = audit_circular(lists=[("method", "all", "rescaled_assessor", [BUREAUS[2]])], assessors=assessors)
    assert named.at["2032-method-of_scheme-all-rescaled_assessor", "verdict"] == "contradicted"
    counted = audit_circular([("method_units", "all", "rescaled_assessor", "2")], assessors=assessors)
    assert counted["verdict"].eq("contradicted").any() == (basis == "printed")  # only one of them is assessed


AMOUNTS: dict[str, tuple[list[tuple[str, str, str, str]], dict[str, Any]]] = {
    "bonus_max_keeps_the_rule": ([("bonus_cap", "all", "all", "4"), ("bonus_max", "county", "all", "5")], {}),
    "bonus_min_below_max": ([("bonus_min", "county", "all", "3"), ("bonus_max", "county", "all", "2")], {}),
    "bonus_units_at_most_all": ([("bonus_units", "all", "all", "9")], {}),
    "bonus_units_of_groups": (
        [("bonus_units", of, "all", units) for of, units in (("county", "2"), ("bureau", "3"), ("all", "6"))], {},
    ),
    "given_to_nobody": ([("bonus_units", "county", "all", "0"), ("bonus_max", "county", "all", "2")], {}),
    "given_to_one": (
        [(f"bonus_{kind}", "county", "all", value) for kind, value in (("units", "1"), ("max", "2"), ("min", "1"))], {},
    ),
    "left_for_vetoed": ([("veto_units", "county", "all", "3")], {"veto": {"bars": ["best"], **SAID}}),
    "limits_in_order": ([("bonus_item_max", "all", "all", "6"), ("bonus_cap", "all", "all", "4")], {}),
}  # fmt: skip


@pytest.mark.parametrize("rule", AMOUNTS)
def test_bonuses_deductions_and_vetoes_keep_their_limits(rule: str) -> None:
    """Where the scheme sets none, the printed ones."""
    figures, clauses = AMOUNTS[rule]
    audit = audit_circular(figures, BOTH, **{"bonus": SAID, **clauses})
    assert [claim.split("-")[1] for claim in audit.index[audit["verdict"].eq("contradicted")]] == [rule]
