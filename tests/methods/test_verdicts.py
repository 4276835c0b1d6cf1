"""What a printed number stands for, and the verdicts, on numbers worked out by hand."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.audit.verdicts import (
    Number,
    combine,
    exactly,
    judge,
    narrow,
    overlap,
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


@given(
    st.decimals(-3, 3, places=1),
    st.integers(-30, 30),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP]),
)
def test_a_range_is_all_that_decimal_arithmetic_rounds_to_the_number(printed: Decimal, step: int, rule: str) -> None:
    """Tried in steps of a quarter of the last digit, so that every end is met."""
    number = read_number(str(printed), rounded=True, rounding=rule)
    near = printed + step * Decimal("0.025")
    is_so = near.quantize(Decimal("0.1"), rule) == printed
    assert overlap(exactly(Fraction(near)), number) == is_so


@given(st.decimals(1, 200, places=2), st.decimals(1, 200, places=2), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_a_difference_reaches_its_ends_only_where_both_numbers_do(now: Decimal, then: Decimal, rule: str) -> None:
    numbers = [read_number(str(each), rounded=True, rounding=rule) for each in (now, then)]
    difference = combine(lambda one, other: one - other, *numbers)
    assert (difference.low, difference.high) == (
        Fraction(now - then) - Fraction(1, 100),
        Fraction(now - then) + Fraction(1, 100),
    )
    assert difference.has_low == (numbers[0].has_low and numbers[1].has_high)
    assert difference.has_high == (numbers[0].has_high and numbers[1].has_low)


def test_an_end_that_one_number_alone_reaches_belongs() -> None:
    """0 ÷ anything is 0, whether or not the ends of what it is divided by belong."""
    open_ended = read_number("8.1", rounded=True, rounding=ROUND_HALF_EVEN)
    share = combine(lambda part, whole: part / whole, Number(Fraction(1, 9), Fraction(0), Fraction(1, 9)), open_ended)
    assert not open_ended.has_low and share.low == 0 and share.has_low


def test_ranges_of_one_quantity_narrow_one_another() -> None:
    first, second = Number(Fraction(1), Fraction(0), Fraction(2)), Number(Fraction(3), Fraction(2), Fraction(4), False)
    assert narrow([first, second]) == [first, second]  # nothing in common: 2 belongs to the first alone
    second = second._replace(has_low=True)
    assert [each[1:] for each in narrow([first, second])] == [(2, 2, True, True)] * 2


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
        ("0.12", "0.125", "0.125", "0.125", "contradicted"),  # half up, the border belongs to what is above
        ("0.12", "0.12", "0.12", "0.125", "exact"),
        ("0.13", "0.12", "0.12", "0.125", "within_rounding"),
    ],
)
def test_verdicts(printed: str, value: str, low: str, high: str, verdict: str) -> None:
    computed = Number(Fraction(value), Fraction(low), Fraction(high))
    assert judge(printed, [(ROUND_HALF_UP, computed)], rounded=True).verdict == verdict


def test_a_difference_may_miss_by_a_border() -> None:
    """80.06 − 70.00 is more than 10.05, which half up prints 10.1; half even it is 10.05 if both numbers were ties."""
    for rule in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        numbers = [read_number(each, rounded=True, rounding=rule) for each in ("80.06", "70.00")]
        difference = combine(lambda now, then: now - then, *numbers)
        assert judge("10.0", [(rule, difference)], rounded=True).verdict == "contradicted"
        assert judge("10.1", [(rule, difference)], rounded=True).verdict == "exact"


def _judge(printed: str, value: Fraction | int, *, rounded: bool = True, rule: str = ROUND_HALF_UP) -> str:
    return judge(printed, [(rule, exactly(value))], rounded=rounded).verdict


def test_a_count_is_never_within_rounding() -> None:
    assert _judge("28", 27, rounded=False) == "contradicted"
    assert _judge("27", 27, rounded=False) == "exact"
    assert _judge("28", Fraction(279, 10), rounded=False) == "contradicted"


def test_another_population_explains() -> None:
    others = {"不计新单位": [(ROUND_HALF_UP, exactly(5))]}
    judged = judge("5", [(ROUND_HALF_UP, exactly(6))], rounded=False, others=others)
    assert judged.verdict == "explained"
    assert "不计新单位" in judged.reason


def test_an_unusual_rule_explains_what_half_up_does_not() -> None:
    assert _judge("66.66%", Fraction(2, 3), rule=ROUND_DOWN) == "explained"
    assert _judge("33.33%", Fraction(1, 3), rule=ROUND_DOWN) == "exact"
    assert _judge("0.12", Fraction(1, 8), rule=ROUND_HALF_EVEN) == "exact"


def test_all_that_a_number_should_be_is_told() -> None:
    candidates = [(ROUND_HALF_UP, exactly(Fraction(each))) for each in ("10.52", "10.53", "10.521")]
    judged = judge("10.55", candidates, rounded=True)
    assert judged.reason == "" and judged.computed == "10.52或10.53"
    assert judge("10.53", candidates, rounded=True).place == 1
