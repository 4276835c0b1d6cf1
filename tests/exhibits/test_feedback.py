"""What a letter tells a unit, worked out by hand: parts within parts, caps, a veto and what is not carried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.exhibits.reading import declared_official
from tests.made_up import SAID, city_data, load_city, tied_city, write_city

from analysis.assessment import Assessment, Year
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.methods.profiles import compare_marks, list_blocks

RATINGS = {"优": 1, "良": 0.8, "中": 0.6}
MARKS = {
    "a": {"p1": "良", "p2": "优", "i1": 15, "o1": "-"},
    "b": {"p1": "优", "p2": "中", "i1": 20, "o1": 10},
    "c": {"p1": "优", "p2": "优", "i1": 20, "o1": 20},
}
"""Of 30, 10, 20 and 20 points: 49 of 60, 66 and 80 of 80."""


def letter_city() -> dict[str, Any]:
    """Two years of the same marks; in the second there are additions beyond the cap, a deduction and a veto."""
    return {
        "units": dict.fromkeys("abc", "east"),
        "lineage": [],
        "years": {
            2030: _year(2030, {"a": 15, "b": 16, "c": 20}, []),
            2031: _year(2031, {"a": 18, "b": 16, "c": 20}, [
                *[{"unit_id": "a", "kind": "bonus", "points": 1}] * 3,
                {"unit_id": "b", "kind": "deduction", "points": 1}, {"unit_id": "b", "kind": "veto", "points": None},
            ]),
        },
    }  # fmt: skip


def _year(year: int, survey: dict[str, float], adjustments: list[dict[str, Any]]) -> dict[str, Any]:
    parts = {"platform": {"name": "平台", "marking": "rating"}, "work": {"name": "工作", "parts": {
        "inner": {"name": "对内", "marking": "score"}, "outer": {"name": "对外", "marking": "score"}}}}  # fmt: skip
    best = {"id": "best", "name": "优秀", "rule": {"kind": "threshold", "value": 85}, **SAID}
    scheme = {
        "year": year, "title": "算例", "document": f"算例〔{year + 1}〕1号",
        "groups": {"east": {"name": "东组", **SAID}},
        "ratings": {"value": RATINGS, **SAID},
        "components": [
            {"id": "daily", "name": "日常", "points": 80, "rescale": True, "parts": parts, **SAID},
            {"id": "survey", "name": "满意度", "points": 20, **SAID},
        ],
        "own_indicators": {"excluded": False, **SAID}, "assessors": {"value": {"office": "主管"}, **SAID},
        "bonus": {"cap": 2, **SAID}, "deduction": {"cap": 3, **SAID}, "ranking": {"ties": "min", **SAID},
        "veto": {"bars": ["best"], **SAID},
        "grades": [best, {"id": "rest", "name": "一般", "rule": {"kind": "rest"}, **SAID}],
    }  # fmt: skip
    worth = {"p1": ("platform", 30), "p2": ("platform", 10), "i1": ("inner", 20), "o1": ("outer", 20)}
    indicators = {
        each: {"group": "east", "part": part, "points": points, "assessor_id": "office"}
        for each, (part, points) in worth.items()
    }
    results = {"survey": {unit: (points, 20) for unit, points in survey.items()}}
    return {
        "scheme": scheme, "indicators": indicators, "marks": MARKS, "results": results, "adjustments": adjustments
    }  # fmt: skip


@pytest.fixture(scope="module")
def year() -> Year:
    return Assessment(load_city(letter_city())).year(2031)


def _rows(year: Year, name: str, unit: str) -> list[list[str]]:
    table = show(year, name, unit=unit).table
    return [] if table is None else table.cells.to_numpy().tolist()


def test_a_result_is_told_with_its_place_and_that_of_the_year_before(year: Year) -> None:
    """49 of 60 points are 65.33 of 80; with 18 of 20 and 2 of the 3 points added, 85.33."""
    assert show(year, "feedback", unit="a").sentences == (
        "2031年度考核，你单位总分85.33分，评定为优秀等次，在东组3个单位中列第2名。东组平均88.78分，中位数85.33分。",
        "2030年度总分80.33分，评定为一般等次，在东组3个单位中列第3名。",
    )


def test_parts_within_parts_are_told_as_they_count_and_add_up(year: Year) -> None:
    assert _rows(year, "feedback_scores", "a") == [
        ["日常", "80.00", "65.33", "70.44", "66.00", "65.33"],
        ["　平台", "—", "45.33", "40.44", "40.00", "45.33"],
        ["　工作", "—", "20.00", "30.00", "30.00", "20.00"],
        ["　　对内", "—", "20.00", "20.00", "20.00", "20.00"],
        ["　　对外", "—", "—", "15.00", "15.00", "—"],
        ["满意度", "20.00", "18.00", "18.00", "18.00", "15.00"],
        ["加分", "—", "2.00", "0.67", "0.00", "0.00"],
        ["扣分", "—", "0.00", "−0.33", "0.00", "0.00"],
        ["总分", "—", "85.33", "88.78", "85.33", "80.33"],
    ]
    table = show(year, "feedback_scores", unit="a").table
    assert table is not None and table.note.startswith("各部分的得分已按承担分值换算；")
    assert [column.header for column in table.columns][-1] == "2030年得分"


def test_every_lost_point_is_told_with_its_mark_and_assessor(year: Year) -> None:
    assert show(year, "lost_points", unit="a").sentences == ("2项指标失分，按折合总分计共失14.67分。",)
    assert _rows(year, "lost_points", "a") == [
        ["p1", "平台", "30.00", "良", "8.00", "主管"],
        ["i1", "对内", "20.00", "15分", "6.67", "主管"],
    ]
    assert show(year, "lost_points", unit="c").sentences == ("各项指标均未失分。",)
    assert _rows(year, "lost_points", "c") == []


def test_additions_are_told_with_what_the_cap_leaves_and_a_veto_with_its_reason(year: Year) -> None:
    told = {unit: show(year, "feedback_adjustments", unit=unit).sentences for unit in "abc"}
    assert told == {
        "a": ("加分3分：算例（3项，每项1分）；按累计加分最多不超过2分的规定，计入2分。",),
        "b": ("扣分1分：算例（1分）。", "因算例，取消评定优秀等次资格。"),
        "c": ("你单位没有加分、扣分和取消评优资格的情形。",),
    }


def test_what_is_not_applicable_is_told_with_how_the_rest_counts(year: Year) -> None:
    assert show(year, "feedback_rescaling", unit="a").sentences == (
        "你单位承担日常60分（满分80分），得分按比例换算，即乘以1.3333。",
    )
    assert _rows(year, "feedback_rescaling", "a") == [["o1", "对外", "20.00", "不承担", "主管"]]
    assert show(year, "feedback_rescaling", unit="b").sentences == ("你单位承担全部指标，不作换算。",)


def test_a_unit_that_is_its_own_assessor_is_spoken_to(tmp_path: Path) -> None:
    city = letter_city()
    facts = city["years"][2031]
    facts["scheme"]["own_indicators"]["excluded"] = True
    facts["scheme"]["assessors"]["value"]["a"] = "a局"
    facts["indicators"]["p2"]["assessor_id"] = "a"
    facts["marks"] = MARKS | {"a": MARKS["a"] | {"p2": "own"}}
    year = Assessment(load_dataset(write_city(city, tmp_path))).year(2031)
    assert ["p2", "平台", "10.00", "你单位是考核主体", "a局"] in _rows(year, "feedback_rescaling", "a")


def test_a_unit_alone_has_no_place_and_one_without_indicators_no_lost_points() -> None:
    year = Assessment(load_city(tied_city())).year(2031)
    assert show(year, "feedback", unit="p").sentences == (
        "2031年度考核，你单位总分71.50分，评定为一般等次。west组平均71.50分，中位数71.50分。",
        "2030年度总分70.00分，评定为一般等次。",
    )
    assert "并列第" in show(year, "feedback", unit="a").sentences[0]
    assert show(year, "lost_points", unit="p").sentences == ("没有逐项评分的指标。",)
    assert show(year, "feedback_rescaling", unit="p").sentences == ("没有逐项评分的指标，不作换算。",)


def test_no_history_is_made_up(year: Year, shipped: Assessment) -> None:
    """Of a year whose marks are reconstructed the grade alone is told, which print bears out."""
    unit = shipped.year(2021).units["unit_id"].iloc[0]
    assert show(shipped.year(2021), "feedback", unit=unit).sentences[1].startswith("2020年度评定为")
    table = show(shipped.year(2021), "feedback_scores", unit=unit).table
    assert table is not None and "2020年得分" not in [column.header for column in table.columns]
    official = declared_official(shipped).year(2021)
    assert "总分" in show(official, "feedback", unit=unit).sentences[1]


@pytest.mark.parametrize("seed", range(4))
def test_points_lost_and_parts_add_up_in_any_city(seed: int) -> None:
    """Lost points are what a component is short of its worth; parts of a rescaled component are what it is."""
    year = Assessment(city_data(seed)).latest
    for unit, group in zip(year.units["unit_id"], year.units["group"], strict=True):
        marks = year.marks(group)
        scores = year.scores.set_index("unit_id").loc[unit]
        inside = [each for each in year.scheme.components if each.parts and each.rescale]
        blocks = list_blocks(marks, unit).set_index("block")["score"]
        for component in inside:
            if len(component.parts) > 1:
                assert blocks[list(component.parts)].sum() == pytest.approx(scores[f"{component.id}_score"])
            lost = compare_marks(marks, unit)
            lost = lost[lost["part"].isin(list(component.parts))]["lost"].sum()
            assert lost == pytest.approx(component.points - scores[f"{component.id}_score"])
