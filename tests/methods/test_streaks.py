"""Runs of years in the best grade, and what is not known of them."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.made_up import load_city, merged_city

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset
from analysis.methods.streaks import build_grade_panel, find_streaks

PANEL = pd.DataFrame(
    [
        ("whole", ["excellent", "excellent", "excellent"]),
        ("unknown_before", ["unknown", "excellent", "excellent"]),
        ("began", ["not_excellent", "excellent", "excellent"]),
        ("came", ["absent", "absent", "excellent"]),
        ("new", ["unknown", "not_excellent", "excellent"]),
        ("broken", ["excellent", "not_excellent", "excellent"]),
        ("lost", ["excellent", "excellent", "not_excellent"]),
    ],
    columns=["unit_id", "state"],
).explode("state", ignore_index=True)
PANEL["year"] = [2019, 2020, 2021] * 7


@pytest.mark.parametrize(
    ("unit", "streak", "at_least", "newly", "lost"),
    [
        ("whole", 3, True, False, False),  # nothing is known of 2018
        ("unknown_before", 2, True, False, False),
        ("began", 2, False, False, False),
        ("came", 1, False, True, False),
        ("new", 1, False, True, False),
        ("broken", 1, False, True, False),
        ("lost", 0, False, False, True),
    ],
)
def test_runs_say_what_is_not_known(unit: str, streak: int, at_least: bool, newly: bool, lost: bool) -> None:
    row = find_streaks(PANEL, 2021).set_index("unit_id").loc[unit]
    assert (row["streak"], row["at_least"], row["newly"], row["lost"]) == (streak, at_least, newly, lost)


def test_a_run_goes_on_in_another_group_and_begins_anew_with_a_new_unit() -> None:
    """r is excellent in east from 2031 on, which it came to; m of 2032 and s of 2033 are new, a is known from 2030."""
    city = Assessment(load_city(merged_city()))
    runs = {year: city.year(year).streaks.set_index("unit_id") for year in (2032, 2033)}
    assert runs[2033]["streak"].to_dict() == {"a": 4, "b": 0, "d": 1, "t": 0, "q": 3, "r": 3, "s": 1}
    assert runs[2032].loc["m", ["streak", "at_least", "newly"]].tolist() == [1, False, True]
    assert set(runs[2033].index[runs[2033]["newly"]]) == {"d", "s"}
    assert set(runs[2033].index[runs[2033]["lost"]]) == {"b"} and not runs[2032]["lost"].any()


def test_runs_of_the_shipped_years(dataset: Dataset, scores: pd.DataFrame) -> None:
    """By hand from the two printed lists and the seven consecutive and five new units named in 2020."""
    streaks = find_streaks(build_grade_panel(dataset, scores), 2021).set_index("unit_id")
    at_least_three = {"baofeng", "jiaxian", "wugang", "health", "labour", "market", "culture"}
    assert set(streaks.index[streaks["streak"].eq(3) & streaks["at_least"]]) == at_least_three
    exactly_two = {"zhanhe", "city_management", "weather", "emergency"}
    assert set(streaks.index[streaks["streak"].eq(2) & ~streaks["at_least"]]) == exactly_two
    assert set(streaks.index[streaks["newly"]]) == {
        "ruzhou", "big_data", "petitions", "office_affairs", "natural_resources", "local_finance",
    }  # fmt: skip
    assert set(streaks.index[streaks["lost"]]) == {"transport", "civil_affairs", "water"}
    assert (streaks["streak"] >= 2).sum() == 27
