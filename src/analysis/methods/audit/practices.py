"""How an office may have rounded and from what it may have computed: tried for a circular as a whole.

Circulars do not say it. What is printed is what tells: the practice is the one under which the fewest printed values
would have to change (the principle of Fellegi & Holt, 1976, for whole records), and all that do equally well are kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_UP
from itertools import product
from typing import Any, NamedTuple

from analysis.data.published import ROUNDED, PrintedCell, PrintedFigure
from analysis.methods.audit.verdicts import USUAL_ROUNDINGS, Judgement, Number, combine, judge, narrow, read_number, say


class Practice(NamedTuple):
    """A way to come from totals to what is printed.

    Attributes
    ----------
    rounding : str
        Of module `decimal`.
    totals_first : bool
        Averages and extremes are those of rounded totals.
    from_printed : bool
        Changes and growth are computed from the averages as they are printed.
    """

    rounding: str
    totals_first: bool
    from_printed: bool

    @property
    def largest_error(self) -> float:
        """How far a number may be from what it was rounded from, in units of its last digit."""
        return 0.5 if self.rounding in USUAL_ROUNDINGS else 1.0

    def read(self, figure: PrintedFigure) -> Number:
        """Read an average or a delta as it is computed with: at its word, or with all it may stand for."""
        return read_number(figure.value, rounded=not self.from_printed, rounding=self.rounding)

    def tell(self, measure: str) -> str:
        """Say in a formula how it makes a figure of the measure otherwise than from unrounded numbers."""
        bears = {
            "totals_first": self.totals_first and measure in {*SUMMARIES, *CHANGES},
            "from_printed": self.from_printed and measure in CHANGES,
        }
        told = [say("how", choice) for choice, is_so in bears.items() if is_so]
        return f"（{'，'.join(told)}）" if told else ""


CHANGES = ("average_delta", "average_growth")
SUMMARIES = ("average", "total_max", "total_min")
"""Measures that sum up totals."""

PRACTICES = tuple(
    Practice(*choices) for choices in product((*USUAL_ROUNDINGS, ROUND_DOWN, ROUND_UP), (False, True), (True, False))
)
"""The likelier one first: whoever writes a circular has the printed averages before them."""
USUAL = tuple(practice for practice in PRACTICES if practice.rounding in USUAL_ROUNDINGS)

Readings = Callable[[Practice], Sequence[Number]]
"""What a figure may have been printed from under a practice: several where it can be computed in several ways."""


def always(*numbers: Number) -> Readings:
    """Read a figure in the same way whatever the practice: as a number, or as none."""
    return lambda _: numbers


class Check(NamedTuple):
    """A printed figure and what it should follow from.

    Attributes
    ----------
    rule : str
        Names the claim (see `Circular.claim`).
    figure : PrintedFigure
    readings : Readings
    others : dict of description to Readings
        Of another population, say.
    values : dict
        What the wording of the claim leaves open.
    """

    rule: str
    figure: PrintedFigure
    readings: Readings
    others: Mapping[str, Readings] = {}
    values: Mapping[str, Any] = {}

    def judge(self, practices: Sequence[Practice]) -> tuple[Judgement, Practice]:
        """Judge the figure under some practices; also say which of them decided."""
        tried = [(practice, number) for practice in practices for number in self.readings(practice)]
        others = {
            name: [(practice.rounding, number) for practice in practices for number in readings(practice)]
            for name, readings in self.others.items()
        }
        if not tried:
            return Judgement("unverifiable", "", ""), practices[0]
        candidates = [(practice.rounding, number) for practice, number in tried]
        judged = judge(self.figure.value, candidates, rounded=self.figure.measure in ROUNDED, others=others)
        return judged, tried[judged.place][0]

    def is_met(self, practices: Sequence[Practice]) -> bool:
        """Say whether the figure may have been printed so under one of the practices."""
        return self.judge(practices)[0].verdict != "contradicted"


def find_practices(checks: Iterable[Check]) -> tuple[Practice, ...]:
    """Find the practices under which the fewest printed values would have to change.

    Parameters
    ----------
    checks : iterable of Check
        At most one for a figure.

    Returns
    -------
    tuple of Practice
        Of `USUAL`; only where nothing usual does as well those that cut off or always round up, and never for the sake
        of a single number: who cuts off digits cuts them off everywhere.
    """
    known = [check for check in checks if check.figure.measure in ROUNDED]
    tried = PRACTICES if len(known) > 1 else USUAL
    judged: dict[tuple[int, object], bool] = {}

    def is_met(place: int, practice: Practice) -> bool:
        is_cell = isinstance(known[place].figure, PrintedCell)  # to which only rounding matters
        key = (place, practice.rounding if is_cell else practice)
        if key not in judged:
            judged[key] = known[place].is_met([practice])
        return judged[key]

    misfits = {
        practice: (
            sum(not is_met(place, practice) for place in range(len(known))),
            practice not in USUAL,
        )
        for practice in tried
    }
    return tuple(practice for practice in tried if misfits[practice] == min(misfits.values()))


def describe(practices: Sequence[Practice], choices: Iterable[str], *, fits: bool = False) -> str:
    """Say which practices were found.

    Parameters
    ----------
    practices : sequence of Practice
    choices : iterable of str
        The attributes of `Practice` that anything printed tells of.
    fits : bool
        Whether all changes and growth follow from printed averages, so that this way is the likelier.

    Returns
    -------
    str
    """
    told = []
    for choice in choices:
        ways = dict.fromkeys(say("ways", f"{choice}_{getattr(practice, choice)}") for practice in practices)
        phrase = "one" if len(ways) == 1 else "likelier" if fits and choice == "from_printed" else "several"
        told.append(say("practices", choice, ways=say("reasons", "or").join(ways)) + say("practices", phrase))
    return "；".join(told)


def compute_change(
    measure: str, practice: Practice, average: Number | None, base: Number | None, delta: Number | None
) -> list[Number]:
    """Compute a change of an average, or its growth.

    Parameters
    ----------
    measure : str
        "average_delta" or "average_growth".
    practice : Practice
    average, base : Number, optional
        This year's average and last year's; points.
    delta : Number, optional
        Their difference as it is known otherwise, for growth.

    Returns
    -------
    list of Number
        Growth is delta over (average − delta), or average over base less one. Who computes from what is printed took
        either; of unrounded averages both are true. Empty where neither can be computed, or the base may be 0.
    """
    found = []
    if average is not None and base is not None:
        if measure == "average_delta":
            return [combine(lambda now, then: now - then, average, base)]
        if not base.low <= 0 <= base.high:
            found.append(combine(lambda now, then: now / then - 1, average, base))
    if average is not None and delta is not None and measure == "average_growth":
        derived = combine(lambda now, change: now - change, average, delta)
        if not derived.low <= 0 <= derived.high:
            found.append(combine(lambda now, change: change / (now - change), average, delta))
    return found if practice.from_printed or not found else narrow(found)
