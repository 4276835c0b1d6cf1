"""Averages of groups and grades, and their change, worked out by hand."""

from __future__ import annotations

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.published import Published
from analysis.methods.averages import average_history, average_scores, compare_averages, derive_earlier_averages

SCORES = pd.DataFrame(
    [
        (2030, "east", "best", 90.0, "official"),
        (2030, "east", "rest", 80.0, "official"),
        (2030, "east", "rest", 73.0, "official"),
        (2030, "west", "best", 60.0, "official"),
        (2031, "east", "best", 99.0, "reconstructed"),
    ],
    columns=["year", "group", "grade", "total", "provenance"],
)


def test_each_group_and_each_of_its_grades_is_averaged_in_each_year() -> None:
    averages = average_scores(SCORES).set_index(["year", "group", "population"])
    assert averages["average"].to_dict() == {
        (2030, "east", "all"): 81.0,
        (2030, "west", "all"): 60.0,
        (2031, "east", "all"): 99.0,
        (2030, "east", "best"): 90.0,
        (2030, "east", "rest"): 76.5,
        (2030, "west", "best"): 60.0,
        (2031, "east", "best"): 99.0,
    }
    assert averages["units"].to_dict()[2030, "east", "all"] == 3
    assert averages["units"].to_dict()[2030, "east", "rest"] == 2
    assert averages["provenance"].to_dict()[2031, "east", "all"] == "reconstructed"
    assert set(averages["basis"]) == {"computed"}


def test_averages_are_not_rounded() -> None:
    thirds = pd.DataFrame({"year": 2030, "group": "east", "grade": "rest", "total": [80.0, 80.0, 81.0]})
    assert average_scores(thirds.assign(provenance="official"))["average"].iloc[0] == 241 / 3


def test_change_is_on_the_year_before_of_the_same_group_and_grade() -> None:
    rows = [
        (2029, "east", "all", 0.0),
        (2030, "east", "all", 80.0),
        (2031, "east", "all", 90.0),
        (2031, "east", "best", 95.0),
        (2030, "west", "best", 50.0),
    ]
    compared = compare_averages(pd.DataFrame(rows, columns=["year", "group", "population", "average"]))
    compared = compared.set_index(["year", "group", "population"])
    assert compared.loc[(2031, "east", "all"), ["base_average", "delta", "growth"]].tolist() == [80, 10, 0.125]
    on_nothing = compared.loc[(2030, "east", "all")]
    assert on_nothing["delta"] == 80 and pd.isna(on_nothing["growth"])
    for alone in ((2029, "east", "all"), (2031, "east", "best"), (2030, "west", "best")):
        assert compared.loc[alone, ["base_average", "delta", "growth"]].isna().all()


def test_the_average_before_is_what_is_printed_minus_its_delta_in_decimal() -> None:
    figures = [
        {"measure": measure, "group": group, "of": of, "value": value, "section": "一"}
        for measure, group, of, value in [
            ("average", "east", "all", "79.22"),
            ("average_delta", "east", "all", "5.61"),
            ("average", "east", "best", "86.41"),  # without a delta nothing follows
            ("average", "west", "all", "70.1"),
            ("average_delta", "west", "all", "-0.3"),
        ]
    ]
    circular = Published.model_validate({"year": 2030, "document": "", "figures": figures, "lists": []})
    derived = derive_earlier_averages([circular], [2030])
    assert derived[["year", "group", "population", "average"]].to_numpy().tolist() == [
        [2029, "east", "all", 73.61],
        [2029, "west", "all", 70.4],
    ]
    assert derive_earlier_averages([circular], [2029, 2030]).empty


def test_growth_is_change_over_last_year() -> None:
    averages = pd.DataFrame(
        {"year": [2020, 2021, 2023], "group": "g", "population": "all", "average": [80.0, 90.0, 95.0]}
    )
    compared = compare_averages(averages).set_index("year")
    assert compared.loc[2021, "delta"] == 10
    assert compared.loc[2021, "growth"] == 0.125
    assert compared.loc[[2020, 2023], "delta"].isna().all()  # the year before is not known


def test_the_year_before_the_first_circular_is_derived(dataset: Dataset, scores: pd.DataFrame) -> None:
    history = average_history(dataset, scores)
    derived = history[history["basis"].eq("derived")]
    assert set(derived["year"]) == {2019}
    found = derived.set_index(["group", "population"])["average"].round(9).to_dict()
    # by hand: 79.22 − 5.61, 86.41 − 7.63, 76.97 − 13.13, 86.61 − 10.28
    assert found == {
        ("county", "all"): 73.61,
        ("county", "excellent"): 78.78,
        ("department", "all"): 63.84,
        ("department", "excellent"): 76.33,
    }
