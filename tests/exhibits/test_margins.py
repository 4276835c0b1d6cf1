"""How far every unit is from the best grade, and who is nearest."""

from __future__ import annotations

import pytest
from tests.exhibits.reading import drawn_words, with_frame

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.methods.profiles import compare_marks


def test_a_row_of_a_unit_is_known_by_its_id(official: Year) -> None:
    table = show(official, "margins", "department").table
    assert set(table.units) == set(official.units.query("group == 'department'")["unit_id"])
    assert 'data-unit="tax"' in table._repr_html_()


def test_raising_the_named_marks_reaches_the_line(official: Year) -> None:
    """What the profile's table adds up to is at least what is missing."""
    margins = show(official, "margins", "department").frame
    for unit in margins[margins["raised"].gt(0)].to_dict("records"):
        own = compare_marks(official.marks("department"), unit["unit_id"]).set_index("indicator_id")["gain"]
        gains = own[list(unit["raised_ids"])]
        assert gains.sum() >= -unit["margin"] - 1e-9
        assert gains.sum() - gains.min() < -unit["margin"]
        assert set(show(official, "way_to_best", unit=unit["unit_id"]).frame["indicator_id"]) == set(unit["raised_ids"])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([9.0, 1.824, -1.818], "乙高出 1.82 分，丙差 1.82 分"),
        ([9.0, 1.83, -1.82], "丙差 1.82 分"),
        ([9.0, 1.81, -1.82], "乙高出 1.81 分"),
    ],
)
def test_whoever_is_nearest_to_the_line_is_named_on_either_side(values: list[float], told: str, official: Year) -> None:
    margins = show(official, "margins", "department").frame
    shown = margins[~margins["barred"]].head(3)
    shown = shown.assign(name=["甲", "乙", "丙"], best=[True, True, False], margin=values)
    chart = with_frame(show(official, "margins", "department"), shown).chart
    assert chart.title.endswith(f"最近的{told}")


def test_the_nearest_on_either_side_are_told_with_what_would_move_them(official: Year) -> None:
    shown = show(official, "margins", "county")
    (told,) = shown.sentences
    inside, outside = (shown.frame[shown.frame["best"].eq(best)] for best in (True, False))
    last, first = inside.loc[inside["total"].idxmin()], outside.loc[outside["total"].idxmax()]
    assert told.startswith(f"县（市、区）政府：优秀单位中余量最小的是{last['name']}（")
    assert f"未入围单位中差得最少的是{first['name']}（" in told


def test_a_barred_unit_has_no_line_to_reach(official: Year) -> None:
    words = drawn_words(show(official, "margins", "department").chart)
    assert words.count("取消评优资格") == 1


def test_where_names_are_withheld_units_near_the_line_are_counted(year: Year) -> None:
    shown = show(year, "margins", "department")
    near = shown.frame[shown.frame["margin"].abs() < 1]
    inside, outside = near["best"].sum(), (~near["best"]).sum()
    assert shown.sentences[0] == f"市直部门：离优秀线不到 1 分的，线上 {inside} 个单位，线下 {outside} 个。"
    assert inside and outside and len(shown.parts) == 1
