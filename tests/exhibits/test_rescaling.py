"""Who is rescaled, by how much, and what the alternatives would change."""

from __future__ import annotations

import pytest

from analysis.assessment import Year
from analysis.exhibits import show

GROUPS = pytest.mark.parametrize("group", ["county", "department"])


def _excluded(year: Year, group: str) -> set[str]:
    """The units of a group with any mark that does not count, from the marks as they were given."""
    assert year.facts.inputs is not None
    marks = year.facts.inputs.marks
    units = year.units.query("group == @group")["unit_id"]
    return set(marks.loc[marks["status"].ne("marked"), "unit_id"]) & set(units)


@GROUPS
def test_every_unit_with_marks_left_out_is_in_the_ledger(group: str, year: Year) -> None:
    table = show(year, "rescaling", group).table
    assert set(table.units) == _excluded(year, group)
    full = {each.name: each.points for each in year.scheme.components}
    for row in table.values.to_dict("records"):
        assert row["承担分值"] * row["换算系数"] == pytest.approx(full[row["大项"]])
        assert row["不承担（项）"] + row["自评扣除（项）"] > 0


@GROUPS
def test_the_alternatives_are_told_for_those_units(group: str, year: Year) -> None:
    shown = show(year, "alternatives", group)
    (told,) = shown.sentences
    units = _excluded(year, group)
    assert told.startswith(f"{year.scheme.group_names[group]}有 {len(units)} 个单位加权换算。")
    assert [name in told for name in ("若不换算，", "若按本组中位得分率补，", "若按满分补，")] == [True] * 3
    assert set(shown.table.units) == units


@GROUPS
def test_nobody_rescaled_is_said(group: str, small: Year) -> None:
    shown = show(small, "alternatives", group)
    assert not _excluded(small, group) or len(_excluded(small, group)) < len(small.units)
    assert bool(shown.table) == shown.frame["rescaled"].any()
