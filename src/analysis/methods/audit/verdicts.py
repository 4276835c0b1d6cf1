"""What a printed number may stand for, and whether a computed one agrees with it. No tolerance anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Literal

from analysis.rounding import NOISE_DECIMALS

Verdict = Literal["exact", "within_rounding", "explained", "contradicted", "unverifiable"]
VERDICTS: dict[Verdict, str] = {
    "contradicted": "矛盾",
    "explained": "另有口径",
    "within_rounding": "舍入之内",
    "exact": "一致",
    "unverifiable": "无从核对",
}
"""Names of the verdicts, what needs attention first."""

_HALF = Fraction(1, 2)
_ROUNDINGS: dict[str, Callable[[int, Fraction], bool]] = {
    "四舍五入": lambda _, rest: rest >= _HALF,
    "截去尾数": lambda _, __: False,
    "有尾数即进一": lambda _, rest: rest > 0,
    "四舍六入五成双": lambda whole, rest: rest > _HALF or (rest == _HALF and whole % 2 == 1),
}
"""Rounding rules in use, the official one first: whether the last digit goes up, given the digits and what is left."""


@dataclass(frozen=True)
class Number:
    """A number and the smallest and largest value it may stand for; shares and growth are fractions."""

    value: Fraction
    low: Fraction
    high: Fraction


def exactly(value: float | Fraction) -> Number:
    """Take a number at its word; a float is freed of binary noise first."""
    fraction = value if isinstance(value, Fraction) else Fraction(repr(round(float(value), NOISE_DECIMALS)))
    return Number(fraction, fraction, fraction)


def read_number(printed: str, *, rounded: bool) -> Number:
    """Read a printed number: a rounded "79.22" stands for 79.215 to 79.225, a count only for itself.

    Parameters
    ----------
    printed : str
        Digits with an optional decimal point, sign and percent sign.
    rounded : bool

    Returns
    -------
    Number
    """
    scale = _scale(printed)
    value = Fraction(printed.rstrip("%")) / (100 if printed.endswith("%") else 1)
    half = Fraction(1, 2 * scale) if rounded else Fraction(0)
    return Number(value, value - half, value + half)


def combine(formula: Callable[..., Fraction], *numbers: Number) -> Number:
    """Compute with numbers that may stand for a range.

    Parameters
    ----------
    formula : function of Fractions, monotone in each argument over the ranges
        So that its extremes lie at corners.
    *numbers : Number

    Returns
    -------
    Number
    """
    corners = [formula(*corner) for corner in product(*({number.low, number.high} for number in numbers))]
    return Number(formula(*(number.value for number in numbers)), min(corners), max(corners))


def write_like(value: Fraction, printed: str, rounding: str = "四舍五入") -> str:
    """Write a number as a printed one is written: its decimals, its percent sign.

    Parameters
    ----------
    value : Fraction
    printed : str
    rounding : str
        One of the rules in use; half up, away from zero, by default.

    Returns
    -------
    str
    """
    scale = _scale(printed)
    decimals = len(printed.rstrip("%").partition(".")[2])
    whole, rest = divmod(abs(value) * scale, 1)
    digits = str(int(whole) + _ROUNDINGS[rounding](int(whole), rest)).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and int(digits) else ""
    number = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return sign + number + ("%" if printed.endswith("%") else "")


def consistent_roundings(pairs: Iterable[tuple[str, Number]]) -> list[str]:
    """Find the unusual rounding rules by which every one of several numbers prints as printed.

    One number that another rule would explain is more likely a misprint: who cuts off digits cuts them off everywhere.

    Parameters
    ----------
    pairs : iterable of (printed, computed)

    Returns
    -------
    list of str
    """
    known = list(pairs)
    return [
        rule
        for rule in list(_ROUNDINGS)[1:]
        if len(known) > 1 and all(write_like(computed.value, printed, rule) == printed for printed, computed in known)
    ]


def judge(
    printed: str,
    computed: Number,
    *,
    rounded: bool,
    others: Mapping[str, Number] | None = None,
    roundings: Iterable[str] = (),
) -> tuple[Verdict, str]:
    """Say whether a printed number follows.

    Parameters
    ----------
    printed : str
    computed : Number
    rounded : bool
        Whether the printed number is a rounded one.
    others : dict of description to Number, optional
        What other readings (say, another population) give.
    roundings : iterable of str, optional
        Of `consistent_roundings`: rules that fit all the numbers printed with this one.

    Returns
    -------
    verdict : Verdict
        exact: the computed value prints as printed. within_rounding: some values that print as the inputs do lead
        to some value that prints as this one does. explained: another rounding rule or another reading leads to
        the printed number. contradicted: nothing does.
    reason : str
    """
    meant = read_number(printed, rounded=rounded)
    if write_like(computed.value, printed) == printed and (rounded or computed.value == meant.value):
        return "exact", ""
    if computed.low <= meant.high and meant.low <= computed.high:
        low, high = write_like(computed.low, printed), write_like(computed.high, printed)
        return "within_rounding", f"各数舍入前的值不同，结果可在 {low} 与 {high} 之间"
    for rule in roundings:
        if write_like(computed.value, printed, rule) == printed:
            return "explained", f"同类各数都按“{rule}”印出，四舍五入则为 {write_like(computed.value, printed)}"
    for reading, number in (others or {}).items():
        if judge(printed, number, rounded=rounded)[0] in {"exact", "within_rounding"}:
            return "explained", f"{reading}，得印出的数"
    return "contradicted", f"印作 {printed}，应为 {write_like(computed.value, printed)}"


def _scale(printed: str) -> int:
    """Return how many units of the last printed decimal make one."""
    decimals = len(printed.rstrip("%").partition(".")[2])
    return int(10**decimals) * (100 if printed.endswith("%") else 1)
