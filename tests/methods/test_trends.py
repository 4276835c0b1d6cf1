from __future__ import annotations

import pandas as pd
import pytest

from analysis.data.dataset import Dataset
from analysis.methods.averages import average_history, compare_averages
from analysis.methods.grades import compare_units, count_grades
from analysis.methods.streaks import build_grade_panel, find_streaks


def _year(rows: list[tuple[str, float, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit_id", "total", "rank", "grade"]).assign(
        group="g", name=lambda frame: frame["unit_id"] + "局"
    )


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


def test_units_are_followed_from_year_to_year() -> None:
    base = _year([("a", 90, 1, "excellent"), ("b", 80, 2, "good"), ("c", 70, 3, "good"), ("d", 60, 4, "good")])
    now = _year([("e", 99, 1, "excellent"), ("b", 95, 2, "excellent"), ("a", 85, 3, "good"), ("c", 80, 4, "good")])
    units = compare_units(base, now, ["excellent", "good"]).set_index("unit_id")
    assert units["movement"].to_dict() == {"e": "entered", "b": "rose", "a": "fell", "c": "stayed", "d": "left"}
    assert units.loc["b", "rank_change"] == 0  # second both times, because e came in above
    assert units.loc["b", "common_rank_change"] == 1  # first of the three units of both years
    assert units.loc["c", "rank_change"] == -1
    assert units.loc["c", "common_rank_change"] == 0
    assert units.loc["a", "total_change"] == -5
    assert units.loc["d", "name"] == "d局"


def test_grades_are_counted_by_group_and_together() -> None:
    scores = pd.concat(
        [
            _year([("a", 90, 1, "excellent"), ("b", 80, 2, "good"), ("c", 70, 3, "good")]),
            _year([("d", 1, 1, "good")]).assign(group="h"),
        ]
    ).assign(year=2030)
    counts = count_grades(scores).set_index(["group", "grade"])
    assert counts.loc[("g", "good"), "units"] == 2
    assert counts.loc[("g", "good"), "share"] == pytest.approx(2 / 3)
    assert counts.loc[("all", "good"), "units"] == 3


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
