"""The clauses of a scheme, each with its source and its basis."""

from __future__ import annotations

import pytest

from analysis.assessment import Assessment
from analysis.exhibits import show
from analysis.exhibits.scheme import list_changes


@pytest.mark.parametrize("of", [2020, 2021])
def test_every_clause_shows_its_source_and_basis(of: int, shipped: Assessment) -> None:
    cells = show(shipped.year(of), "scheme").table.cells
    assert cells["出处"].str.contains("平法政办").all()
    assert set(cells["依据"]) == {"印本所载", "由印本推得", "推定"}


def test_a_changed_clause_is_told_as_it_is_and_as_it_is_to_be(shipped: Assessment) -> None:
    scheme = shipped.year(2021).scheme
    assert list_changes(scheme, scheme) == []
    changed = scheme.model_copy(update={"ranking": scheme.ranking.model_copy(update={"ties": "max"})})
    assert list_changes(scheme, changed) == ["同分名次由“并列取高位”改为“并列取低位”"]
