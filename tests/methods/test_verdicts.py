"""What a printed number stands for, and the verdicts, on numbers worked out by hand."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.audit.verdicts import (
    Number,
    combine,
    consistent_roundings,
    exactly,
    judge,
    read_number,
    write_like,
)


@pytest.mark.parametrize(
    ("printed", "rounded", "low", "high"),
    [
        ("79.22", True, "79.215", "79.225"),
        ("55%", True, "0.545", "0.555"),
        ("13.28%", True, "0.13275", "0.13285"),
        ("33", False, "33", "33"),
        ("-0.5", True, "-0.55", "-0.45"),
    ],
)
def test_a_printed_number_stands_for_all_that_round_to_it(printed: str, rounded: bool, low: str, high: str) -> None:
    number = read_number(printed, rounded=rounded)
    assert (number.low, number.high) == (Fraction(low), Fraction(high))


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 4))
def test_numbers_are_written_half_up_as_decimal_arithmetic_does(value: Decimal, places: int) -> None:
    like = "0." + "0" * places if places else "0"
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(write_like(Fraction(value), like)) == rounded
    even = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    assert Decimal(write_like(Fraction(value), like, ROUND_HALF_EVEN)) == even


@pytest.mark.parametrize(
    ("value", "like", "rounding", "written"),
    [
        (Fraction(-1, 1000), "0.00", ROUND_HALF_UP, "0.00"),
        (Fraction(1, 10**8), "0.000000000", ROUND_HALF_UP, "0.000000010"),
        (Fraction(10**30), "0.000000000", ROUND_HALF_UP, f"1{'0' * 30}.000000000"),
        (Fraction(1, 2) + Fraction(1, 10**70), "0", ROUND_HALF_EVEN, "1"),  # no half, however little is missing
        (Fraction(1, 2) - Fraction(1, 10**70), "0", ROUND_HALF_UP, "0"),
    ],
)
def test_numbers_are_written_as_if_all_their_digits_were_known(
    value: Fraction, like: str, rounding: str, written: str
) -> None:
    assert write_like(value, like, rounding) == written


@given(st.decimals(1, 200, places=2), st.decimals(1, 200, places=2), st.floats(0, 1), st.floats(0, 1))
def test_ranges_hold_every_value_the_inputs_may_stand_for(now: Decimal, then: Decimal, one: float, two: float) -> None:
    numbers = [read_number(str(now), rounded=True), read_number(str(then), rounded=True)]
    growth = combine(lambda a, b: a / b - 1, *numbers)
    some = [
        number.low + (number.high - number.low) * Fraction(t) for number, t in zip(numbers, (one, two), strict=True)
    ]
    assert growth.low <= some[0] / some[1] - 1 <= growth.high


@pytest.mark.parametrize(
    ("printed", "value", "low", "high", "verdict"),
    [
        ("13.28%", "0.132795", "0.1326", "0.1330", "exact"),  # 10.52 / 79.22
        ("13.29%", "0.132795", "0.1326", "0.1330", "within_rounding"),
        ("13.35%", "0.132795", "0.1326", "0.1330", "contradicted"),
        ("58.33%", "7/12", "7/12", "7/12", "exact"),
        ("58.34%", "7/12", "7/12", "7/12", "contradicted"),  # rounded up, but one number alone is no rule
        ("58.35%", "7/12", "7/12", "7/12", "contradicted"),
        ("0.12", "0.125", "0.125", "0.125", "within_rounding"),  # the border belongs to both
    ],
)
def test_verdicts(printed: str, value: str, low: str, high: str, verdict: str) -> None:
    computed = Number(Fraction(value), Fraction(low), Fraction(high))
    assert judge(printed, computed, rounded=True)[0] == verdict


def test_a_count_is_never_within_rounding() -> None:
    assert judge("28", exactly(27), rounded=False)[0] == "contradicted"
    assert judge("27", exactly(27), rounded=False) == ("exact", "")
    assert judge("28", exactly(Fraction(279, 10)), rounded=False)[0] == "contradicted"


def test_another_population_explains() -> None:
    verdict, reason = judge("5", exactly(6), rounded=False, others={"不计新单位": exactly(5)})
    assert verdict == "explained"
    assert "不计新单位" in reason


def test_another_rounding_rule_explains_if_all_numbers_follow_it() -> None:
    cut_off = [("66.66%", exactly(Fraction(2, 3))), ("57.77%", exactly(Fraction(26, 45)))]
    assert consistent_roundings(cut_off) == [ROUND_DOWN]
    assert judge("66.66%", cut_off[0][1], rounded=True, roundings=[ROUND_DOWN])[0] == "explained"
    assert consistent_roundings([*cut_off, ("58.34%", exactly(Fraction(7, 12)))]) == []
    assert consistent_roundings(cut_off[:1]) == []
