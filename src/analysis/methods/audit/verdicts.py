"""What a printed number may stand for, whether a computed one agrees with it, and how that is put.

No tolerance anywhere: intervals of exact fractions whose ends belong to them or not (Moore, Interval Analysis, 1966).
The sentences are those of claims.yml.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_05UP, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
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

USUAL_ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN)
_MOST_MORE = 4
"""Decimals that a number may have more than a printed one, and still be written whole."""
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
    """A number and the range of what it may stand for, with whether the ends belong to it; shares are fractions."""

    value: Fraction
    low: Fraction
    high: Fraction
    has_low: bool = True
    has_high: bool = True

    def times(self, factor: Fraction) -> "Number":
        """Multiply it, and what it may stand for."""
        value, low, high = (factor * end for end in self[:3])
        ends = (low, high, self.has_low, self.has_high) if factor > 0 else (high, low, self.has_high, self.has_low)
        return Number(value, *ends)


def exactly(value: float | Fraction) -> Number:
    """Take a number at its word; a float is freed of binary noise first."""
    fraction = value if isinstance(value, Fraction) else Fraction(repr(round(float(value), NOISE_DECIMALS)))
    return Number(fraction, fraction, fraction)


@lru_cache(4096)
def read_number(printed: str, *, rounded: bool, rounding: str = ROUND_HALF_UP) -> Number:
    """Read a printed number with all that is printed so: a count stands only for itself.

    Parameters
    ----------
    printed : str
        Digits with an optional decimal point, sign and percent sign.
    rounded : bool
    rounding : str
        Of module `decimal`.

    Returns
    -------
    Number

    Examples
    --------
    Half up 79.225 is printed 79.23, half even 79.22:

    >>> for rounding in USUAL_ROUNDINGS:
    ...     _, low, high, has_low, has_high = read_number("79.22", rounded=True, rounding=rounding)
    ...     print(float(low), float(high), has_low, has_high)
    79.215 79.225 True False
    79.215 79.225 True True
    """
    hundredfold, last = _read_form(printed)
    value = Fraction(printed.rstrip("%")) / hundredfold
    if not rounded:
        return exactly(value)

    def comes_out(number: Fraction) -> bool:
        return write_like(number, printed, rounding) == written

    written, quarter = write_like(value, printed), Fraction(last) / (4 * hundredfold)
    inside = [step for step in (-3, -1, 1, 3) if comes_out(value + step * quarter)]  # each tells of half a unit
    low, high = (value + quarter * end for end in ((min(inside) - 1, max(inside) + 1) if inside else (0, 0)))
    return Number(value, low, high, comes_out(low), comes_out(high))


def combine(formula: Callable[..., Fraction], *numbers: Number) -> Number:
    """Compute with numbers that may stand for a range.

    Parameters
    ----------
    formula : function of Fractions, monotone in each argument over the ranges while the others stay as they are
        So that its extremes lie at corners. An end belongs to the result where some point reaches it all of whose
        coordinates belong to their ranges.
    *numbers : Number

    Returns
    -------
    Number

    Examples
    --------
    79.22 − 70.00 is more than 9.21 and less than 9.23:

    >>> numbers = [read_number(printed, rounded=True) for printed in ("79.22", "70.00")]
    >>> [float(end) for end in combine(lambda now, then: now - then, *numbers)]
    [9.22, 9.21, 9.23, 0.0, 0.0]
    """
    points = product(*({(each.low, each.has_low), (each.value, True), (each.high, each.has_high)} for each in numbers))
    reached = [(formula(*(value for value, _ in point)), all(belongs for _, belongs in point)) for point in points]
    (low, not_low), (high, has_high) = min((value, not belongs) for value, belongs in reached), max(reached)
    return Number(formula(*(number.value for number in numbers)), low, high, not not_low, has_high)


def sum_of(numbers: Iterable[Number]) -> Number:
    """Add up numbers with the ranges they may stand for."""
    terms = [exactly(0), *numbers]
    value, low, high = (sum(ends, Fraction(0)) for ends in list(zip(*terms, strict=True))[:3])
    return Number(value, low, high, all(each.has_low for each in terms), all(each.has_high for each in terms))


def overlap(first: Number, second: Number) -> bool:
    """Say whether two numbers may stand for the same value."""
    return all(
        one.low < other.high or (one.low == other.high and one.has_low and other.has_high)
        for one, other in ((first, second), (second, first))
    )


def narrow(numbers: Sequence[Number]) -> list[Number]:
    """Narrow several ranges of one quantity to what they have in common; left as they are where that is nothing."""
    low, without_low = max((each.low, not each.has_low) for each in numbers)
    high, has_high = min((each.high, each.has_high) for each in numbers)
    common = Number(low, low, high, not without_low, has_high)
    return [common._replace(value=each.value) for each in numbers] if overlap(common, common) else list(numbers)


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


def write_fully(value: Fraction, printed: str) -> str:
    """Write a number that is not rounded in print: like a printed one, with as many decimals more as it has.

    Examples
    --------
    >>> write_fully(Fraction(1, 4), "0.5"), write_fully(Fraction(5), "4.25")
    ('0.25', '5.00')
    """
    hundredfold, last = _read_form(printed)
    number = _EXACTLY.divide(Decimal(value.numerator * hundredfold), Decimal(value.denominator)).normalize()
    more = int(last.as_tuple().exponent) - int(number.as_tuple().exponent)
    if not 0 < more <= _MOST_MORE:
        return write_like(value, printed)
    return f"{number:f}" + ("%" if printed.endswith("%") else "")


class Judgement(NamedTuple):
    """What became of a printed number.

    Attributes
    ----------
    verdict : Verdict
    reason : str
    computed : str
        What it should be, written alike; several where several ways of computing it are admitted.
    place : int
        Of the candidate that decided.
    """

    verdict: Verdict
    reason: str
    computed: str
    place: int = 0


def judge(
    printed: str,
    candidates: Sequence[tuple[str, Number]],
    *,
    rounded: bool,
    others: Mapping[str, Sequence[tuple[str, Number]]] | None = None,
) -> Judgement:
    """Say whether a printed number follows.

    Parameters
    ----------
    printed : str
    candidates : sequence of (rounding, Number), at least one
        What it may have been printed from, and by which rule.
    rounded : bool
        Whether the printed number is a rounded one.
    others : dict of description to candidates, optional
        What other readings (say, another population) give.

    Returns
    -------
    Judgement
        exact: a candidate's value prints as printed. within_rounding: some value that a candidate may stand for does.
        explained: a candidate's value does by a rounding rule that is not usual, or another reading agrees.
        contradicted: nothing does.

    Examples
    --------
    >>> third = ("ROUND_HALF_UP", exactly(Fraction(1, 3)))
    >>> [judge(printed, [third], rounded=True).verdict for printed in ("33.33%", "33.34%")]
    ['exact', 'contradicted']
    """

    def meant(rounding: str) -> Number:
        return read_number(printed, rounded=rounded, rounding=rounding)

    def may_print(rounding: str, number: Number) -> bool:
        ends = meant(rounding)
        if (
            rounding == ROUND_HALF_EVEN
            and number.low < number.high
            and (number.high == ends.low or number.low == ends.high)
        ):
            return False  # all that it is made of would have to be ties at once
        return overlap(number, ends)

    written = [write_like(number.value, printed, rounding) for rounding, number in candidates]
    fits = [place for place, candidate in enumerate(candidates) if may_print(*candidate)]
    for place in fits:
        rounding, number = candidates[place]
        if overlap(exactly(number.value), meant(rounding)):
            if rounding in USUAL_ROUNDINGS or overlap(exactly(number.value), meant(ROUND_HALF_UP)):
                return Judgement("exact", "", written[place], place)
            usual = write_like(number.value, printed)
            reason = say("reasons", "rounding", rule=say("roundings", rounding), computed=usual)
            return Judgement("explained", reason, written[place], place)
    for place in fits:
        rounding, number = candidates[place]
        low, high = (write_like(end, printed, rounding) for end in (number.low, number.high))
        return Judgement(
            "within_rounding", say("reasons", "within_rounding", low=low, high=high), written[place], place
        )
    fully = written if rounded else [write_fully(number.value, printed) for _, number in candidates]
    computed = say("reasons", "or").join(dict.fromkeys(fully))
    for reading, numbers in (others or {}).items():
        if numbers and judge(printed, numbers, rounded=rounded).verdict in {"exact", "within_rounding"}:
            return Judgement("explained", say("reasons", "reading", reading=reading), computed)
    return Judgement("contradicted", "", computed)


def _read_form(printed: str) -> tuple[int, Decimal]:
    """Return what a printed number is a multiple of (100 for percentages), and what its last decimal is worth."""
    number = Decimal(printed.rstrip("%"))
    return (100 if printed.endswith("%") else 1), Decimal(1).scaleb(int(number.as_tuple().exponent))
