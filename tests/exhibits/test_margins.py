"""How far every unit is from the best grade, and who is nearest."""

from __future__ import annotations

import pytest
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.exhibit import Exhibit
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
        ([9.0, 1.824, -1.818], "乙（高出 1.82 分）、丙（差 1.82 分）"),
        ([9.0, 1.83, -1.82], "丙（差 1.82 分）"),
        ([9.0, 1.81, -1.82], "乙（高出 1.81 分）"),
    ],
)
def test_whoever_is_nearest_to_the_line_is_named_on_either_side(values: list[float], told: str, official: Year) -> None:
    margins = show(official, "margins", "department").frame
    shown = margins[~margins["barred"]].head(3)
    shown = shown.assign(name=["甲", "乙", "丙"], best=[True, True, False], margin=values)
    chart = with_frame(show(official, "margins", "department"), shown).chart
    assert chart.title.endswith(f"最近的是{told}")


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


def test_a_unit_without_what_is_required_is_told_so_and_not_only_points(conditions: Year) -> None:
    """By hand: of d and f, who take the two places, any total will do, and of others the 76 that d has."""
    shown = show(conditions, "margins", "department")
    table = shown.table.values.set_index("单位")
    assert table["不合的优秀条件"].to_dict() == {
        "a局": "有扣分（1.00 分）",
        "f局": "",
        "b局": "平台 40.00 分（应不少于 44 分）",
        "c局": "督察第 6 名（应在前 4 名之内）",
        "d局": "",
        "e局": "日常评价 54.00 分（应不少于 60 分）、督察第 5 名（应在前 4 名之内）",
    }
    assert table["距优秀线"].dropna().to_dict() == {"a局": 13.0, "b局": 4.0, "c局": 3.0, "e局": -8.0}
    assert table["至少提升（项）"].isna().all()
    assert table["失去所需的最小单项降级"]["d局"] == "指标p2：良→中，扣 4.00"  # 56 in the daily part
    words = drawn_words(shown.chart)
    assert "不合条件，有扣分（1.00 分）；总分高于入围线 13.00 分" in words
    assert "合条件即入围，总分不限，有 2 项，降一级即失去" in words
    assert "所需的总分（另须合条件）" in shown.chart.subtitle
    assert shown.sentences == ("部门：合条件即入围，总分不限。",)
    way = show(conditions, "way_to_best", unit="b")
    assert way.table is None or way.frame.empty
    assert way.absent == "只提高总分不能评为优秀：不合条件，平台 40.00 分（应不少于 44 分）；总分高于入围线 4.00 分。"


def test_the_line_is_where_the_rounded_total_passes(rounded: Year) -> None:
    """The third of the others has 70.9, and 70.85 will do for that."""
    shown = show(rounded, "margins", "department")
    frame = shown.frame.set_index("unit_id")
    assert frame["line"].round(9).tolist() == [70.85] * 6
    assert frame["margin"].round(9).tolist() == [0.19, 0.11, 0.0, 0.05, -0.01, -0.11]
    assert frame.loc[["a", "c", "e", "f"], "above"].round(9).tolist()[1:] == [0.1, 0.1, 0.1]
    assert "距优秀线按未舍入的总分" in shown.table.note


def test_where_there_is_no_line_it_is_said_why(conditions: Year, official: Year) -> None:
    assert show(conditions, "margins", "department").chart.title.endswith("：合条件即入围，总分不限")
    margins = show(official, "margins", "department").frame
    out = margins[~margins["barred"]].assign(best=False)
    for frame, told in ((out.assign(margin=float("-inf")), "没有优秀的名额"), (out.head(0), "没有单位可以评优秀")):
        assert with_frame(show(official, "margins", "department"), frame).sentences == (f"市直部门：{told}。",)


def test_a_distance_of_nothing_is_not_drawn_across_the_chart(official: Year) -> None:
    margins = show(official, "margins", "department").frame
    near = margins[~margins["barred"]].head(3).assign(margin=0.005, best=True)
    (ax,) = with_frame(show(official, "margins", "department"), near).chart.figure.axes
    assert ax.get_xlim() == pytest.approx((-0.05, 1.05))


def test_of_many_that_are_nearest_some_are_named(tied: Assessment) -> None:
    title = show(tied.latest, "margins", "east").chart.title
    assert title == "2031 年east组：离优秀线最近的是a局、b局、c局等 5 个（高出 5.00 分）"


LINE = [{"id": "best", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]


def _margins(totals: dict[str, float]) -> Exhibit:
    return show(Assessment(load_city(graded_city({2030: (LINE, totals)}))).latest, "margins", "east")


def test_of_those_that_are_equally_near_all_are_told(official: Year) -> None:
    """Five with 91.5, three with 89.5 and one with 88: on either side all that are nearest, not the first."""
    totals = dict.fromkeys("abcde", 91.5) | dict.fromkeys("fgh", 89.5) | {"i": 88.0}
    assert _margins(totals).sentences == (
        "east：优秀单位中余量最小的是a局、b局、c局等 5 个（都是 1.50 分），没有逐项评分的指标；"
        "未入围单位中差得最少的是f局、g局、h局（都是 0.50 分），没有逐项评分的指标。",
    )
    shown = show(official, "margins", "department")
    inside = shown.frame[shown.frame["best"]].head(2).assign(margin=1.0, name=["甲", "乙"])
    easier = inside.assign(downgrade_id=[None, "d1"], downgrade_loss=[None, 2.0])
    (told,) = with_frame(shown, easier.assign(downgrade_from="优", downgrade_to="良")).sentences
    assert "余量最小的是甲、乙（都是 1.00 分），其中乙单项降级（优→良）扣 2.00 分就会失去" in told


def test_where_nothing_is_marked_nothing_is_said_of_marks() -> None:
    year = Assessment(load_city(graded_city({2030: (LINE, {"a": 95.0, "b": 88.0})}))).latest
    assert show(year, "way_to_best", unit="a").absent == "已是优秀；没有逐项评分的指标，谈不上提高或降低哪一项。"
    assert show(year, "way_to_best", unit="b").absent == "没有逐项评分的指标，谈不上提高或降低哪一项。"
    assert "评分到不了" not in show(year, "margins", "east").chart.alt
    for name in ("losses_by_part", "losses_by_assessor", "losses_by_indicator"):
        assert show(year, name, "east").absent == "east没有逐项评分的指标。"
    assert {show(year, name, unit="a").absent for name in ("strengths", "unit_marks")} == {"没有逐项评分的指标。"}


def test_a_distance_that_would_be_rounded_to_nothing_is_still_told() -> None:
    """The line is 90: 90.004 is in by 0.004, 89.997 is out by 0.003, and 90 exactly by nothing."""
    shown = _margins({"a": 90.004, "b": 89.997})
    assert "余量最小的是a局（0.01 分以内）" in shown.sentences[0] and "b局（0.01 分以内）" in shown.sentences[0]
    assert "a局：余 0.01 分以内；b局：差 0.01 分以内" in shown.chart.alt
    assert "余量最小的是a局（0.00 分）" in _margins({"a": 90.0, "b": 80.0}).sentences[0]
    assert "b局、a局（都是 0.01 分以内）" in _margins({"a": 90.0, "b": 90.004, "c": 80.0}).sentences[0]
    year = Assessment(load_city(graded_city({2030: (LINE, {"a": 90.004, "b": 90.001})}))).latest
    assert show(year, "position", unit="a").sentences[-1].endswith("领先后一名 0.01 分以内。")
