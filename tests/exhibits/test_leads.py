"""What is told first of a year: in a fixed order, from what other exhibits prove, by name only where that is sure."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.exhibits.reading import declared_official, with_known
from tests.made_up import BEST_FROM_90, CITIES, graded_city, load_city
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def test_three_things_are_told_in_a_fixed_order(year: Year) -> None:
    leads = show(year, "leads")
    assert leads.frame["exhibit"].tolist() == ["findings", "average_change", "margins"]
    wrong, causes, line = leads.sentences
    assert wrong.startswith("2021年度通报1处不符：连续优秀单位数为28，核算为27；") and "27" in wrong
    assert (
        causes.startswith("县（市、区）政府平均分提高10.52分，主要因素为") and "；市直部门平均分提高9.09分，" in causes
    )
    assert line.startswith("优秀线上下1分以内有")


def test_where_nothing_is_contradicted_the_next_things_move_up(year: Year) -> None:
    sound = with_known(year, audit=year.audit[year.audit["verdict"].eq("exact")])
    leads = show(sound, "leads")
    assert leads.frame["exhibit"].tolist() == ["average_change", "margins", "streaks"]
    newly, lost = leads.sentences[-1].rstrip("。").split("；")
    assert newly.startswith("新获优秀6个：") and newly.endswith("等")
    assert lost == "退出优秀等次3个：市交通运输局、市民政局、市水利局"


def test_what_is_wrong_is_told_as_the_audit_finds_it_with_its_reason_where_it_is_one(year: Year) -> None:
    told = show(year, "leads").sentences[0]
    assert told.startswith(f"{show(year, 'findings').finding}；") and "汝州市" in told
    more = year.audit["id"].isin(year.audit.loc[year.audit["verdict"].eq("exact"), "id"].head(1))
    two = with_known(year, audit=year.audit.assign(verdict=year.audit["verdict"].mask(more, "contradicted")))
    assert show(two, "leads").sentences[0] == f"{show(two, 'findings').finding}。"


def test_the_factor_that_did_most_is_named(official: Year) -> None:
    """Beside each group the largest contribution in the direction of the change; its frame is proved elsewhere."""
    told = show(official, "leads").sentences[1]
    pair = official.assessment.pair(2020, 2021)
    for group, name in official.scheme.group_names.items():
        rows = pair.decomposition[pair.decomposition["group"].eq(group)]
        most = rows["contribution"].max()  # both averages rose
        assert f"{name}平均分提高" in told and f"作用+{most:.2f}分" in told


def _line_of_counted_places(year: Year, group: str) -> tuple[dict[str, float], dict[str, float]]:
    """How far those in are above the first who is out, and those out below the last who is in; vetoed units apart."""
    units = year.scores[year.scores["group"].eq(group) & ~year.scores["vetoed"]].set_index("name")
    best = units["grade"].eq("excellent")
    inside, outside = units.loc[best, "total"], units.loc[~best, "total"]
    return (inside - outside.max()).to_dict(), (inside.min() - outside).to_dict()


def test_who_is_nearest_the_line_is_named_with_the_distance(official: Year, demonstration: Assessment) -> None:
    for year in (official, demonstration.latest):
        (told,) = show(year, "leads").frame.query("exhibit == 'margins'")["said"]
        near = 0
        for group in year.scheme.groups:
            inside, outside = _line_of_counted_places(year, group)
            near += sum(each < 1 for each in [*inside.values(), *outside.values()])
            first, last = min(inside, key=inside.__getitem__), min(outside, key=outside.__getitem__)
            assert f"达线的{first}高出线下首位{inside[first]:.2f}分、未达线的{last}差{outside[last]:.2f}分" in told
        assert told.startswith(f"优秀线上下1分以内有{near}个单位；")


def test_of_reconstructed_marks_units_at_the_line_are_counted_and_not_named(year: Year) -> None:
    told = show(year, "leads").sentences[2]
    assert not [name for name in year.units["name"] if name in told]
    for group, name in year.scheme.group_names.items():
        inside, outside = (sum(each < 1 for each in side.values()) for side in _line_of_counted_places(year, group))
        assert f"{name}达线{inside}个、未达线{outside}个" in told
    assert any("反推" in each for each in show(year, "leads").method)
    assert not any("重构" in each for each in show(declared_official(year.assessment).year(2021), "leads").method)


@pytest.mark.parametrize(
    ("totals", "told"),
    [
        (
            {"a": 90.0, "b": 80.0},
            "有1个单位；各组距线最近的：east达线的a局与线同分、未达线的b局差10.00分。",
        ),
        (
            {"a": 90.004, "b": 89.99},
            "有2个单位；各组距线最近的：east达线的a局高出不足0.01分、未达线的b局差0.01分。",
        ),
        ({"a": 95.0, "b": 95.0}, "没有单位；各组距线最近的：east达线的a局、b局高出5.00分。"),
        ({"a": 80.0, "b": 80.0}, "没有单位；各组距线最近的：east未达线的a局、b局差10.00分。"),
    ],
)
def test_distances_to_the_line_are_told_as_they_are(totals: dict[str, float], told: str) -> None:
    city = Assessment(load_city(graded_city({2030: (BEST_FROM_90, totals)})))
    assert f"优秀线上下1分以内{told}" in show(city.latest, "leads").sentences


def test_averages_that_stayed_have_no_cause(tied: Assessment) -> None:
    (told,) = show(tied.latest, "leads").frame.query("exhibit == 'average_change'")["said"]
    assert told == "west组平均分提高1.50分，主要因素为督察得分率，作用+1.50分。"


def test_the_longest_run_is_told_with_what_is_not_known_of_it() -> None:
    years = {year: (BEST_FROM_90, {"a": 95.0, "b": 80.0 if year == 2030 else 95.0}) for year in (2030, 2031, 2032)}
    city = Assessment(load_city(graded_city(years)))
    assert "连续优秀时间最长的1个单位已至少连续3年：a局。" in show(city.latest, "leads").sentences


def test_of_print_alone_only_what_print_proves_is_told(tmp_path: Path) -> None:
    """2032: the change of the average is misprinted; 西乡镇 and 二街道 are newly listed as A, 一街道 is no more."""
    leads = show(open_assessment(write_print_only(tmp_path / "data")).year(2032), "leads")
    assert leads.frame["exhibit"].tolist() == ["findings", "streaks", "streaks"]
    assert leads.sentences[0].startswith("2032年度通报1处不符：")
    assert leads.sentences[1] == "新获A级2个：西乡镇、二街道；退出A级等次1个：一街道。"
    assert leads.sentences[2] == "连续A级时间最长的1个单位已至少连续2年：东乡镇。"


@pytest.mark.parametrize("name", CITIES)
def test_no_more_than_three_things_are_told_of_any_city(name: str) -> None:
    leads = show(Assessment(load_city(CITIES[name]())).latest, "leads")
    assert len(leads.frame) <= 3 and all(told.endswith("。") for told in leads.sentences)
