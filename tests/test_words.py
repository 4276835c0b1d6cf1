"""How numbers are written for readers, and where rounding has to be noted."""

from __future__ import annotations

import math

import pytest

from analysis import words


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (1.0, 2.0, "1.00至2.00"),
        (-math.inf, 2.0, "不限至2.00"),
        (1.005, math.inf, "1.01至不限"),
        (-math.inf, math.inf, "不能确定"),
    ],
)
def test_intervals_say_what_is_open(low: float, high: float, shown: str) -> None:
    assert words.interval(low, high) == shown


@pytest.mark.parametrize(
    ("start", "steps", "end", "differs"),
    [
        (1.0, [0.25, 0.5], 1.75, False),
        (0.0, [0.004, 0.004], 0.008, True),  # 0.00 + 0.00, yet 0.01 in all
        (88.354, [8.652], 97.006, True),  # 88.35 + 8.65 = 97.00, not 97.01
        (10.004, [-0.008], 9.996, True),  # 10.00 − 0.01 is not 10.00
        (0.1, [0.2], 0.3, False),  # binary noise is no rounding
    ],
)
def test_rounding_is_noted_only_where_the_shown_numbers_do_not_add_up(
    start: float, steps: list[float], end: float, differs: bool
) -> None:
    assert bool(words.rounding_note(start, steps, end)) == differs


@pytest.mark.parametrize(
    ("write", "value", "shown", "excel"),
    [
        (words.POINTS, 1.005, "1.01", "0.00"),
        (words.POINTS, math.nan, "—", "0.00"),
        (words.WHOLE, 2.5, "3", "0"),
        (words.CHANGE, -0.125, "−0.13", "+0.00;−0.00;0.00"),
        (words.MOVE, 3.0, "+3", "+0;−0;0"),
        (words.SHARE, 0.12345, "12.3%", "0.0%"),
        (words.GROWTH, 0.1328, "+13.28%", "+0.00%;−0.00%;0.00%"),
        (words.AS_IT_IS, 0.30000000000000004, "0.3", "General"),
    ],
)
def test_a_number_is_written_for_readers_and_for_spreadsheets_alike(
    write: words.Format, value: float, shown: str, excel: str
) -> None:
    assert (write(value), write.excel) == (shown, excel)


@pytest.mark.parametrize(("value", "told"), [(10.521, "提高10.52分"), (-0.304, "下降0.30分"), (0.004, "持平")])
def test_a_change_is_said_in_words(value: float, told: str) -> None:
    assert words.rise_or_fall(value) == told


@pytest.mark.parametrize(("value", "told"), [(0.13279, "增长13.28%"), (-0.0041, "下降0.41%"), (0.0, "增长0.00%")])
def test_growth_is_said_in_words(value: float, told: str) -> None:
    assert words.grow_or_shrink(value) == told


@pytest.mark.parametrize(
    ("entered", "left", "told"),
    [(1, 0, "新增1个"), (5, 3, "新增5个、减少3个"), (0, 2, "减少2个"), (0, 0, ""), (None, None, "")],
)
def test_units_that_come_and_go_are_counted(entered: float, left: float, told: str) -> None:
    assert words.turnover(entered, left) == told


def test_years_in_a_row_are_written_by_the_first_and_the_last() -> None:
    assert words.name_years([2020]) == "2020年"
    assert words.name_years([2023, 2018, 2020, 2021, 2022, 2025, 2026]) == "2018、2020—2023、2025、2026年"
