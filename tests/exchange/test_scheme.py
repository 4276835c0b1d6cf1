"""A scheme made of a circular: what is printed, and unknown for the rest."""

from __future__ import annotations

from typing import Any

import pytest
from tests.begun import circular, complete, figure, graded

from analysis.data.schemes import Scheme
from analysis.exchange.beginnings.membership import list_members
from analysis.exchange.beginnings.read import ReadCircular
from analysis.exchange.beginnings.scheme import find_better, make_scheme


def make(source: ReadCircular) -> dict[str, Any]:
    made = make_scheme(source, list_members([source])[source.year], {"市财政局": "u002"}, {})
    Scheme.model_validate(made)
    return made


def test_nothing_is_made_up() -> None:
    made = make(complete(2021))
    silent = {"ratings", "components", "base", "own_indicators", "assessors", "bonus", "deduction", "veto", "ranking"}
    assert {key for key, value in made.items() if value == "unknown"} == silent
    assert [(grade["id"], grade["rule"]) for grade in made["grades"]] == [("excellent", "unknown"), ("good", "unknown")]
    assert all("units" not in group for group in made["groups"].values())


def test_what_is_printed_is_taken() -> None:
    assessors = {"list": "assessors", "names": ["市委组织部", "市财政局"], "section": "一"}
    made = make(
        circular(
            2021, graded("excellent", ["甲"]), assessors,
            figure("component_points", "80", of="daily"), figure("component_points", "20", of="inspection"),
            figure("bonus_cap", "5"), figure("bonus_item_min", "0.25"), figure("deduction_item", "1"),
            figure("rating_rate", "80%", of="良"), figure("rating_rate", "1", of="优"),
        )
    )  # fmt: skip
    assert [(each["id"], each["points"]) for each in made["components"]] == [("daily", 80), ("inspection", 20)]
    assert "base" not in made  # the components are the whole
    assert {key: made["bonus"][key] for key in ("cap", "item_min", "basis")} == {
        "cap": 5,
        "item_min": 0.25,
        "basis": "printed",
    }
    assert made["deduction"]["item_min"] == 1
    assert made["ratings"]["value"] == {"良": 0.8, "优": 1.0}
    assert made["assessors"]["value"] == {"a001": "市委组织部", "u002": "市财政局"}


@pytest.mark.parametrize("points", [["80"], ["80", "30"]])
def test_components_that_are_not_the_whole_say_nothing_of_the_base(points: list[str]) -> None:
    figures = [figure("component_points", value, of=f"part{place}") for place, value in enumerate(points)]
    assert make(circular(2021, graded("excellent", ["甲"]), *figures))["base"] == "unknown"


def test_a_grade_is_left_for_those_that_print_does_not_grade() -> None:
    made = make(circular(2021, graded("excellent", ["甲"])))
    assert [(grade["id"], grade["basis"]) for grade in made["grades"]] == [
        ("excellent", "printed"),
        ("unlisted", "assumed"),
    ]
    assert made["groups"]["all"]["units"] == "unknown"


def test_all_others_have_a_grade() -> None:
    made = make(circular(2021, graded("excellent", ["甲"]), graded("good", [], complete=False)))
    assert [grade["id"] for grade in made["grades"]] == ["excellent", "good"]


def test_a_better_grade_of_another_year_is_not_forgotten() -> None:
    """Who is good in a year whose circular names only the good was not the best."""
    poor = circular(2021, graded("good", ["甲"]))
    assert find_better(poor, [poor, complete(2022)]) == {"excellent": "优秀"}
    assert not find_better(poor, [poor, circular(2022, graded("fair", ["甲"]))])
    made = make_scheme(poor, list_members([poor])[2021], {}, {}, {"excellent": "优秀"})
    assert [grade["id"] for grade in made["grades"]] == ["excellent", "good", "unlisted"]
