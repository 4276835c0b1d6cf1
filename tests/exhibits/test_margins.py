"""How far every unit is from the best grade, and who is nearest."""

from __future__ import annotations

import pytest
from tests.exhibits.reading import drawn_words, with_frame

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.methods.profiles import compare_marks


def test_a_row_of_a_unit_is_known_by_its_id(year: Year) -> None:
    table = show(year, "margins", "department").table
    assert set(table.units) == set(year.units.query("group == 'department'")["unit_id"])
    assert 'data-unit="tax"' in table._repr_html_()


def test_raising_the_named_marks_reaches_the_line(year: Year) -> None:
    """What the profile's table adds up to is at least what is missing."""
    margins = show(year, "margins", "department").frame
    for unit in margins[margins["raised"].gt(0)].to_dict("records"):
        own = compare_marks(year.marks("department"), unit["unit_id"]).set_index("indicator_id")["gain"]
        gains = own[list(unit["raised_ids"])]
        assert gains.sum() >= -unit["margin"] - 1e-9
        assert gains.sum() - gains.min() < -unit["margin"]
        assert set(show(year, "way_to_best", unit=unit["unit_id"]).frame["indicator_id"]) == set(unit["raised_ids"])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([9.0, 1.824, -1.818], "乙高出 1.82 分，丙差 1.82 分"),
        ([9.0, 1.83, -1.82], "丙差 1.82 分"),
        ([9.0, 1.81, -1.82], "乙高出 1.81 分"),
    ],
)
def test_whoever_is_nearest_to_the_line_is_named_on_either_side(values: list[float], told: str, year: Year) -> None:
    margins = show(year, "margins", "department").frame
    shown = margins[~margins["barred"]].head(3)
    shown = shown.assign(name=["甲", "乙", "丙"], best=[True, True, False], margin=values)
    chart = with_frame(show(year, "margins", "department"), shown).chart
    assert chart.title.endswith(f"最近的{told}")


def test_the_nearest_on_either_side_are_told_with_what_would_move_them(year: Year) -> None:
    shown = show(year, "margins", "county")
    (told,) = shown.sentences
    inside, outside = (shown.frame[shown.frame["best"].eq(best)] for best in (True, False))
    last, first = inside.loc[inside["total"].idxmin()], outside.loc[outside["total"].idxmax()]
    assert told.startswith(f"县（市、区）政府：优秀单位中余量最小的是{last['name']}（")
    assert f"未入围单位中差得最少的是{first['name']}（" in told


def test_a_barred_unit_has_no_line_to_reach(year: Year) -> None:
    words = drawn_words(show(year, "margins", "department").chart)
    assert words.count("取消评优资格（重构，印本未点名）") == 1
