"""Every kind of claim that can be made can be put in words."""

from __future__ import annotations

from itertools import product

from analysis.methods.audit.average_claims import COUNTS, LARGEST, SMALLEST
from analysis.methods.audit.practices import PRACTICES, USUAL
from analysis.methods.audit.tabulation import COLUMNS
from analysis.methods.audit.verdicts import WORDING

MADE_OF_MEASURES = [
    *(f"list_length_{measure}" for measure in ("list_units", "grade_units", "newly_units", "assessor_count")),
    *(f"list_length_{measure}" for measure in ("unit_count", "consecutive_units", "method_units")),
    *(f"{measure}_of_groups" for measure in (*COUNTS, *LARGEST, *SMALLEST)),
    *(f"streak_count_{measure}" for measure in ("consecutive_units", "newly_units")),
    *(f"named_{kind}" for kind in ("consecutive", "newly")),
    *(f"{measure}s_of_a_whole" for measure in ("grade_share", "indicator_share")),
    *(f"{kind}_{end}_keeps_the_rule" for kind, end in product(("bonus", "deduction"), ("max", "min"))),
    *(f"{kind}_min_below_max" for kind in ("bonus", "deduction")),
    *(f"total_{end}_beside_average" for end in ("min", "max")),
    *(f"{kind}_units_at_most_all" for kind in ("bonus", "deduction", "veto")),
]
"""Kinds whose names are put together: those of a single name are met by the audits of other tests."""


def test_every_kind_of_claim_is_worded() -> None:
    assert set(MADE_OF_MEASURES) <= WORDING.keys()
    assert {practice.rounding for practice in PRACTICES if practice not in USUAL} == WORDING["roundings"].keys()
    ways = {f"{choice}_{chosen}" for practice in PRACTICES for choice, chosen in practice._asdict().items()}
    assert ways == WORDING["ways"].keys()
    assert WORDING["default"].keys() <= set(COLUMNS)
