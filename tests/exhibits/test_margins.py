"""How far every unit is from the best grade, and who is nearest."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from tests.exhibits.reading import with_frame
from tests.made_up import graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.live import draw_live
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
        ([9.0, 1.824, -1.818], "乙（高出线下首位1.82分）、丙（相差1.82分）"),
        ([9.0, 1.83, -1.82], "丙（相差1.82分）"),
        ([9.0, 1.81, -1.82], "乙（高出线下首位1.81分）"),
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
    assert told.startswith(
        f"县（市、区）政府：优秀单位中，{last['name']}距优秀线最近，高出线下首位{last['margin']:.2f}分，"
    )
    assert f"；其他单位中，{first['name']}最近，相差{-first['margin']:.2f}分，" in told


def test_units_near_the_line_are_drawn_on_either_side_and_tagged(official: Year) -> None:
    """Those within a point, at least three and at most eight; the barred one has no distance to draw."""
    shown = show(official, "margins", "department")
    units = shown.frame[shown.frame["margin"].notna()]
    drawn = list(shown.chart.data.frame.index)
    for best in (True, False):
        side = units[units["best"].eq(best)]
        order = side["margin"].abs().sort_values().index
        count = min(max((side["margin"].abs() < 1).sum(), 3), 8)
        assert set(side.loc[order[:count], "name"]) == set(drawn) & set(side["name"])
    assert not set(shown.frame.loc[shown.frame["barred"], "name"]) & set(drawn)
    page = BeautifulSoup(draw_live(shown.chart.figure, shown.chart.alt), "html.parser")
    told = {each["data-unit"]: each.find("title") for each in page.select("use[data-unit]")}
    nearest = units.loc[units["margin"].abs().idxmin()]
    assert set(told) == set(shown.frame.loc[shown.frame["name"].isin(drawn), "unit_id"])
    words = told[nearest["unit_id"]].get_text()
    assert words.startswith(f"{nearest['name']}：{nearest['total']:.2f}分，第{nearest['rank']}名，")
    named = {each["data-unit"] for each in page.select("g[data-unit]:has(> text)")}
    assert named == set(told)


def test_a_barred_unit_has_no_line_to_reach(official: Year) -> None:
    shown = show(official, "margins", "department")
    (barred,) = shown.frame.loc[shown.frame["barred"], "unit_id"]
    assert show(official, "position", unit=barred).sentences[1].startswith("与优秀线相比：取消评优资格；")


def test_where_names_are_withheld_units_near_the_line_are_counted(year: Year) -> None:
    shown = show(year, "margins", "department")
    near = shown.frame[shown.frame["margin"].abs() < 1]
    inside, outside = near["best"].sum(), (~near["best"]).sum()
    assert (
        shown.sentences[0]
        == f"市直部门：距优秀线不到1分的单位，线上{inside}个（高出线下首位不到1分），线下{outside}个。"
    )
    assert inside and outside and len(shown.parts) == 1


def test_a_unit_without_what_is_required_is_told_so_and_not_only_points(conditions: Year) -> None:
    """By hand: of d and f, who take the two places, any total will do, and of others the 76 that d has."""
    shown = show(conditions, "margins", "department")
    table = shown.table.values.set_index("单位")
    assert table["不符合的优秀条件"].to_dict() == {
        "a局": "有扣分（1.00分）",
        "f局": "",
        "b局": "平台40.00分（应不少于44分）",
        "c局": "督察第6名（应在前4名之内）",
        "d局": "",
        "e局": "日常评价54.00分（应不少于60分）、督察第5名（应在前4名之内）",
    }
    assert table["距优秀线"].dropna().to_dict() == {"a局": 13.0, "b局": 4.0, "c局": 3.0, "e局": -8.0}
    assert table["至少提升（项）"].isna().all()
    assert table["即退出的最小单项降级"]["d局"] == "指标p2：良→中，减4.00"  # 56 in the daily part
    assert shown.chart is None  # any total will do for those who have what is required
    assert shown.sentences == ("部门：符合条件即评为优秀，总分不限。",)
    lines = {unit: show(conditions, "position", unit=unit).sentences[1] for unit in "ad"}
    assert lines["a"].startswith("与优秀线相比：不符合条件：有扣分（1.00分）；总分高出优秀线13.00分；")
    assert lines["d"].startswith("与优秀线相比：符合条件即评为优秀，总分不限，有2项指标降一级即退出；")
    way = show(conditions, "way_to_best", unit="b")
    assert way.table is None or way.frame.empty
    assert way.absent == ("仅提高总分不能评为优秀：不符合条件：平台40.00分（应不少于44分）；总分高出优秀线4.00分。")


def test_the_line_is_where_the_rounded_total_passes(rounded: Year) -> None:
    """The third of the others has 70.9, and 70.85 will do for that."""
    shown = show(rounded, "margins", "department")
    frame = shown.frame.set_index("unit_id")
    assert frame["line"].round(9).tolist() == [70.85] * 6
    assert frame["margin"].round(9).tolist() == [0.19, 0.11, 0.0, 0.05, -0.01, -0.11]
    assert frame.loc[["a", "c", "e", "f"], "above"].round(9).tolist()[1:] == [0.1, 0.1, 0.1]
    assert "与优秀线的分差按未舍入的总分" in shown.table.note


def test_where_there_is_no_line_it_is_said_why(conditions: Year, official: Year) -> None:
    margins = show(official, "margins", "department").frame
    out = margins[~margins["barred"]].assign(best=False)
    for frame, told in ((out.assign(margin=float("-inf")), "没有优秀名额"), (out.head(0), "没有单位可评为优秀")):
        assert with_frame(show(official, "margins", "department"), frame).sentences == (f"市直部门：{told}。",)


def test_a_distance_of_nothing_is_not_drawn_across_the_chart(official: Year) -> None:
    margins = show(official, "margins", "department").frame
    near = margins[~margins["barred"]].head(3).assign(margin=0.005, best=True)
    (ax,) = with_frame(show(official, "margins", "department"), near).chart.figure.axes
    assert ax.get_xlim() == pytest.approx((-0.05, 1.05))


def test_of_many_that_are_nearest_some_are_named(tied: Assessment) -> None:
    title = show(tied.latest, "margins", "east").chart.title
    assert title == "east组距优秀线最近的是a局、b局、c局、d局、e局（高出5.00分）"


LINE = [{"id": "best", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]


def _margins(totals: dict[str, float]) -> Exhibit:
    return show(Assessment(load_city(graded_city({2030: (LINE, totals)}))).latest, "margins", "east")


def test_of_those_that_are_equally_near_all_are_told(official: Year) -> None:
    """Seven with 91.5, three with 89.5 and one with 88: on either side all that are nearest, not the first."""
    totals = dict.fromkeys("abcdexy", 91.5) | dict.fromkeys("fgh", 89.5) | {"i": 88.0}
    assert _margins(totals).sentences == (
        "east：优秀单位中，a局、b局、c局、d局、e局等7个距优秀线最近，均高出1.50分，没有逐项评分的指标；"
        "其他单位中，f局、g局、h局最近，均相差0.50分，没有逐项评分的指标。",
    )
    shown = show(official, "margins", "department")
    inside = shown.frame[shown.frame["best"]].head(2).assign(margin=1.0, name=["甲", "乙"])
    easier = inside.assign(downgrade_id=[None, "d1"], downgrade_loss=[None, 2.0])
    (told,) = with_frame(shown, easier.assign(downgrade_from="优", downgrade_to="良")).sentences
    assert (
        "优秀单位中，甲、乙距优秀线最近，均高出线下首位1.00分，其中乙有一项指标由优降为良（减2.00分）即退出优秀等次"
        in told
    )


def test_who_is_at_the_line_is_not_said_to_be_above_it() -> None:
    """With 90, whoever reaches it is in."""
    (told,) = _margins({"a": 95.0, "b": 90.0, "c": 90.0, "x": 88.0}).sentences
    assert "优秀单位中，b局、c局距优秀线最近，均与线同分，" in told and "x局最近，相差2.00分" in told


@pytest.mark.parametrize(
    ("totals", "left"),
    [
        (dict.fromkeys("abcdefg", 91.5) | {"i": 88.0}, "，另有4个分差与所列最远的相同，没有列出"),
        (dict.fromkeys("abcdefghijk", 90.5) | {"x": 88.0}, "，另有3个距线不到1分的没有列出"),
        ({"a": 95.0, "b": 94.0, "c": 93.0, "d": 92.0, "e": 91.5, "x": 88.0}, ""),
    ],
)
def test_how_many_as_near_are_left_out_is_told(totals: dict[str, float], left: str) -> None:
    chart = _margins(totals).chart
    assert chart.subtitle.endswith(f"只列线上、线下最近的单位{left}")


def test_where_nothing_is_marked_nothing_is_said_of_marks() -> None:
    year = Assessment(load_city(graded_city({2030: (LINE, {"a": 95.0, "b": 88.0})}))).latest
    for unit in "ab":
        assert show(year, "way_to_best", unit=unit).absent == "没有逐项评分的指标，无从测算升降。"
    assert "仅靠提高评分" not in show(year, "margins", "east").chart.alt
    assert show(year, "losses", "east").absent == "east没有逐项评分的指标。"
    assert {show(year, name, unit="a").absent for name in ("strengths", "unit_marks")} == {"没有逐项评分的指标。"}


def test_a_distance_that_would_be_rounded_to_nothing_is_still_told() -> None:
    """The line is 90: 90.004 is in by 0.004, 89.997 is out by 0.003, and 90 exactly by nothing."""
    shown = _margins({"a": 90.004, "b": 89.997})
    (told,) = shown.sentences
    assert "a局距优秀线最近，高出不到0.01分" in told and "b局最近，相差不到0.01分" in told
    assert "a局高出优秀线不到0.01分；b局距优秀线不到0.01分" in shown.chart.alt
    assert "a局距优秀线最近，与线同分" in _margins({"a": 90.0, "b": 80.0}).sentences[0]
    assert "b局、a局距优秀线最近，均高出不到0.01分" in _margins({"a": 90.0, "b": 90.004, "c": 80.0}).sentences[0]
    year = Assessment(load_city(graded_city({2030: (LINE, {"a": 90.004, "b": 90.001})}))).latest
    assert show(year, "position", unit="a").sentences[-1].endswith("领先后一名不到0.01分。")
