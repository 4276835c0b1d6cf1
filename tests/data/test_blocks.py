"""Blocks within blocks: what a scheme may say of them, and what has to add up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.scenario import YEAR, read_scenario, write_data

from analysis.data.dataset import load_dataset
from analysis.data.schemes import Scheme
from analysis.periods import Period
from analysis.problems import InputError
from analysis.scoring.years import score_year


def _refused(scenario: dict[str, Any], folder: Path) -> str:
    with pytest.raises(InputError) as refused:
        load_dataset(write_data(scenario, folder / "data"))
    return "\n".join(map(str, refused.value.problems))


def _component(scenario: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in scenario["scheme"]["components"] if each["id"] == name)


def test_paths_lead_from_the_component_to_the_innermost_block() -> None:
    scheme = Scheme.model_validate(read_scenario("parts_within_parts")["scheme"])
    assert scheme.paths == {
        "forest": ("daily", "land", "forest"), "water": ("daily", "land"), "air": ("daily", "air"),
        "inspection": ("inspection",),
    }  # fmt: skip
    assert scheme.ways["forest"] == ("components", "daily", "parts", "land", "parts", "forest")
    assert list(scheme.blocks) == ["daily", "inspection", "land", "forest", "air"]
    assert (scheme.base_points, scheme.passes_up, scheme.is_plain) == (100, True, False)


@pytest.mark.parametrize(("written", "points"), [("100/13", 100 / 13), ("33.5/2", 16.75), (7.5, 7.5)])
def test_points_may_be_fractions(written: str | float, points: float) -> None:
    scenario = read_scenario("no_rescaling")
    _component(scenario, "inspection")["points"] = written
    assert Scheme.model_validate(scenario["scheme"]).components[1].points == points


@pytest.mark.parametrize("written", ["100/0", "1/3/5", "-1/3", "1/-3", "三分之一", "1 / 3", "/3", "1e2/3"])
def test_what_is_no_fraction_is_refused(written: str, tmp_path: Path) -> None:
    scenario = read_scenario("no_rescaling")
    scenario["indicators"]["p1"]["points"] = written
    assert "不是数" in _refused(scenario, tmp_path)
    scenario["indicators"]["p1"]["points"] = 40
    _component(scenario, "inspection")["points"] = written
    assert "components.inspection.points" in _refused(scenario, tmp_path / "scheme")


def test_thirteen_thirteenths_are_a_whole_and_twelve_are_not(tmp_path: Path) -> None:
    scenario = read_scenario("no_rescaling")
    numbers = [f"i{number}" for number in range(13)]
    scenario["indicators"] = {
        each: {"group": "department", "part": "routine", "points": "80/13", "assessor_id": "office"} for each in numbers
    }
    scenario["marks"] = {unit: dict.fromkeys(numbers, 3) for unit in "abc"}
    facts = load_dataset(write_data(scenario, tmp_path / "data")).year(YEAR)
    assert score_year(facts)["daily_score"].tolist() == [39, 39, 39]
    del scenario["indicators"]["i12"]
    for marks in scenario["marks"].values():
        del marks["i12"]
    told = _refused(scenario, tmp_path / "less")
    assert "“日常评价”各指标分值之和应为80（办法 components.daily.points）" in told and "73.84615385" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rescale": False}, "weights 为 true 时 rescale 也应为 true"),
        ({"parts": {"land": {"name": "土地"}}}, "写 marking（怎样评分），下面还有部分的写 parts"),
        ({"parts": {"land": {"name": "土地", "marking": "score", "rescale": True}}}, "没有 points 的部分只是标题"),
        ({"parts": {"daily": {"name": "土地", "marking": "score"}}}, "编号有重复"),
        ({"parts": {"land": {"name": "督察", "marking": "score"}}}, "有重复的名称：督察"),
        ({"parts": {}}, "不写 weights"),
    ],
)
def test_a_block_that_does_not_fit_together_is_refused(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    scenario = read_scenario("parts_within_parts")
    _component(scenario, "daily").update(change)
    assert told in _refused(scenario, tmp_path)


def test_points_add_up_where_they_are_not_weights(tmp_path: Path) -> None:
    scenario = read_scenario("parts_within_parts")
    daily = _component(scenario, "daily")
    daily["weights"] = daily["parts"]["land"]["weights"] = False
    told = _refused(scenario, tmp_path)
    assert "（值：'4'）：department 组“日常评价”各指标分值之和应为3（办法 components.daily.points）" in told
    assert "（值：'6'）：department 组“土地”各指标分值之和应为3（办法 components.daily.parts.land.points）" in told
    assert "weights: true" in told and told.count("分值之和") == 2


def test_points_of_indicators_add_up_to_those_of_their_part(tmp_path: Path) -> None:
    scenario = read_scenario("parts_within_parts")
    forest = _component(scenario, "daily")["parts"]["land"]["parts"]["forest"]
    for rescale in (False, True):
        forest |= {"weights": False, "rescale": rescale}
        told = _refused(scenario, tmp_path / str(rescale))
        assert "（值：'4'）：department 组“森林”各指标分值之和应为1" in told and told.count("分值之和") == 1


def test_a_component_that_is_absent_has_to_pass_on_its_points(tmp_path: Path) -> None:
    scenario = read_scenario("components_passed_up")
    scenario["scheme"]["base"]["rescale"] = False
    told = _refused(scenario, tmp_path)
    assert "办法没有规定缺这个大项的单位怎样计分" in told and "“daily”没有承担任何指标" in told


def test_a_unit_without_any_component_is_refused(tmp_path: Path) -> None:
    scenario = read_scenario("components_passed_up")
    scenario["results"]["inspection"]["c"] = "-"
    facts = load_dataset(write_data(scenario, tmp_path / "data")).year(YEAR)
    with pytest.raises(Exception, match="没有任何一个大项的成绩，不能算分：c"):
        score_year(facts)
    quarter = replace(facts, year=Period(f"{YEAR}Q1"))
    with pytest.raises(Exception, match=f"^{YEAR}年第一季度有单位没有任何一个大项的成绩"):
        score_year(quarter)
    scenario["scheme"]["components"].pop()
    scenario["results"] = {}
    assert "没有承担任何指标" in _refused(scenario, tmp_path / "marks alone")


@pytest.mark.parametrize(("given", "told"), [(["", 100], "不能为空"), ([90, ""], "不能为空")])
def test_a_result_that_is_there_has_both_numbers(given: list[Any], told: str, tmp_path: Path) -> None:
    scenario = read_scenario("components_passed_up")
    scenario["results"]["inspection"]["a"] = given
    assert told in _refused(scenario, tmp_path)


def test_a_percentage_is_at_most_100(tmp_path: Path) -> None:
    scenario = read_scenario("parts_within_parts")
    scenario["marks"]["a"]["p1"] = 100.5
    assert "得分应在0与100之间" in _refused(scenario, tmp_path)
