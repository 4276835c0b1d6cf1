"""What a printed number may stand for, whether a computed one agrees with it, and how that is put.

No tolerance anywhere; the sentences are those of claims.yml.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_05UP, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction
from importlib.resources import files
from itertools import product
from typing import Any, Literal, NamedTuple

import yaml

from analysis.rounding import NOISE_DECIMALS

_CLAIMS = files("analysis.methods.audit").joinpath("claims.yml").read_bytes()
WORDING: dict[str, dict[str, str]] = yaml.load(_CLAIMS, yaml.CSafeLoader)
"""The columns of the ledger, and the phrases that fill them, by kind of claim."""

Verdict = Literal["contradicted", "affected", "explained", "within_rounding", "exact", "unverifiable"]
"""What needs attention comes first."""

UNUSUAL_ROUNDINGS = (ROUND_DOWN, ROUND_UP, ROUND_HALF_EVEN)
_EXACTLY = Context(prec=60, rounding=ROUND_05UP)
"""Divides so that what is then rounded once more, by any rule, comes out as if the quotient had all its digits."""


def say(kind: str, phrase: str, **values: Any) -> str:
    """Fill in a phrase.

    Parameters
    ----------
    kind : str
        Of claim, as in claims.yml.
    phrase : str
    **values
        What it leaves open.

    Returns
    -------
    str
    """
    return WORDING[kind][phrase].format(**values)


class Number(NamedTuple):
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
    hundredfold, last = _read_form(printed)
    value = Fraction(printed.rstrip("%")) / hundredfold
    half = Fraction(last) / (2 * hundredfold) if rounded else Fraction(0)
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


def write_like(value: Fraction, printed: str, rounding: str = ROUND_HALF_UP) -> str:
    """Write a number as a printed one is written: its decimals, its percent sign.

    Parameters
    ----------
    value : Fraction
    printed : str
    rounding : str
        Of module `decimal`; half up, away from zero, by default.

    Returns
    -------
    str
    """
    hundredfold, last = _read_form(printed)
    number = _EXACTLY.divide(Decimal(value.numerator * hundredfold), Decimal(value.denominator))
    written = number.quantize(last, rounding, _EXACTLY)
    if written.is_zero():
        written = abs(written)  # never a negative zero
    return f"{written:f}" + ("%" if printed.endswith("%") else "")


def consistent_roundings(pairs: Iterable[tuple[str, Number]]) -> list[str]:
    """Find the unusual rounding rules by which every one of several numbers prints as printed.

    One number that another rule would explain is more likely a misprint: who cuts off digits cuts them off everywhere.

    Parameters
    ----------
    pairs : iterable of (printed, computed)

    Returns
    -------
    list of str
        Some of `UNUSUAL_ROUNDINGS`.
    """
    known = list(pairs)
    return [
        rule
        for rule in UNUSUAL_ROUNDINGS
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
    value, low, high = (write_like(number, printed) for number in computed)
    if value == printed and (rounded or computed.value == meant.value):
        return "exact", ""
    if computed.low <= meant.high and meant.low <= computed.high:
        return "within_rounding", say("reasons", "within_rounding", low=low, high=high)
    for rule in roundings:
        if write_like(computed.value, printed, rule) == printed:
            return "explained", say("reasons", "rounding", rule=say("roundings", rule), computed=value)
    for reading, number in (others or {}).items():
        if judge(printed, number, rounded=rounded)[0] in {"exact", "within_rounding"}:
            return "explained", say("reasons", "reading", reading=reading)
    return "contradicted", say("reasons", "contradicted", printed=printed, computed=value)


def _read_form(printed: str) -> tuple[int, Decimal]:
    """Return what a printed number is a multiple of (100 for percentages), and what its last decimal is worth."""
    number = Decimal(printed.rstrip("%"))
    return (100 if printed.endswith("%") else 1), Decimal(1).scaleb(int(number.as_tuple().exponent))
