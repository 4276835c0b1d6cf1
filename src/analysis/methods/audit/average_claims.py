"""Claims about averages and extremes: within what is possible, between each other, and made of each other."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import isnan
from typing import Any, NamedTuple

from analysis.data.published import PrintedCell, PrintedFigure, PrintedList
from analysis.data.schemes import Scheme
from analysis.data.silence import is_known
from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.practices import SUMMARIES, Check, Practice
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.unit_grades import may_pass
from analysis.methods.audit.verdicts import Number, exactly, overlap, say, sum_of

LARGEST = {"total_max", "bonus_max", "deduction_max"}
SMALLEST = {"total_min", "bonus_min"}
COUNTS = ("unit_count", "bonus_units", "deduction_units", "veto_units")


def _find_ends(scheme: Scheme) -> tuple[Fraction | None, Fraction | None]:
    """Return the least and the largest total that base, bonuses and deductions allow; None where there is no limit."""
    bonus, deduction = (clause.cap if is_known(clause) else None for clause in (scheme.bonus, scheme.deduction))
    most = None if bonus is None or isnan(scheme.base_points) else exactly(scheme.base_points + bonus).value
    return None if deduction is None else exactly(-deduction).value, most


def _possible(circular: Circular) -> Iterator[Claim]:
    """No total is beyond what base, bonuses and deductions allow: claimed of those of which it is not so."""
    least, most = _find_ends(circular.facts.scheme)
    totals = [cell for (_, column), cell in circular.cells.items() if column == "total"]
    for figure in [*circular.figures(*SUMMARIES), *totals]:
        number = number_of(figure)
        if most is not None and number.low > most:
            yield circular.holds("total_above_all", False, figure, end=f"{float(most):g}")
        if least is not None and number.high < least:
            yield circular.holds("total_below_all", False, figure, end=f"{float(least):g}")


def _better_grades(circular: Circular) -> Iterator[Claim]:
    """The averages of better and worse grades lie on both sides of the average of all, if only points decide."""
    scheme = circular.facts.scheme
    for group in scheme.groups:
        averages = [circular.figure("average", group, of) for of in scheme.grade_names]
        known = [figure for figure in averages if figure is not None]
        everyone = circular.figure("average", group)
        if len(known) == 1 and everyone and known[0].of == circular.best:
            known.append(everyone)
        elif len(known) == 1 and everyone and known[0].of == scheme.grades[-1].id and not circular.required:
            known.insert(0, everyone)
        for better, worse in pairwise(known):
            high, low = number_of(better), number_of(worse)
            falls = high.value >= low.value or overlap(high, low)
            other = circular.label(worse)
            if better.of not in circular.required and (falls or not circular.are_vetoed(group)):
                yield circular.holds(
                    "better_grade_averages_more", falls, better, other=other, worse=worse.value, rests=[worse]
                )


def _extremes(circular: Circular) -> Iterator[Claim]:
    """The least total is at most every average of the group, the greatest at least; one is at most the other."""
    for figure in circular.figures("total_min", "total_max"):
        own = [each for each in circular.figures("average") if figure.group in {"all", each.group}]
        averages = [each for each in own if figure.of in {"all", each.of}]
        is_least = figure.measure == "total_min"
        for nearest in sorted(averages, key=lambda each: number_of(each).value, reverse=not is_least)[:1]:
            low, high = (figure, nearest) if is_least else (nearest, figure)
            values = {"other": circular.label(nearest), "average": nearest.value, "rests": [nearest]}
            fits = _may_be_less(circular, low, high)
            yield circular.holds(f"{figure.measure}_beside_average", fits, figure, **values)
        highest = circular.figure("total_max", figure.group, figure.of)
        if is_least and highest is not None:
            fits = _may_be_less(circular, figure, highest)
            values = {"other": circular.label(highest), "highest": highest.value, "rests": [highest]}
            yield circular.holds("total_min_below_max", fits, figure, **values)


def _may_be_less(circular: Circular, low: PrintedFigure, high: PrintedFigure) -> bool:
    """Say whether one of two figures may not be more than the other, by some practice."""
    roundings = {practice.rounding for practice in circular.practices}
    return any(number_of(low, each).low <= number_of(high, each).high for each in roundings)


class Parts(NamedTuple):
    """What an average is made of: the averages of parts, with their units, and what their numbers rest on."""

    rule: str
    whole: PrintedFigure
    known: list[tuple[PrintedFigure, int]]
    unknown: int
    rests: list[PrintedFigure | PrintedList]
    certain: bool


def means(circular: Circular) -> Iterator[Check]:
    """Compute averages from those of groups, or of grades, weighted by how many units these have.

    Where some units may have been left out of averages, only those that come out are claimed.
    """
    for each in _take_apart(circular):
        if not each.unknown:
            figures = [figure for figure, _ in each.known]
            terms = " + ".join(f"{figure.value} × {size}" for figure, size in each.known)
            values: dict[str, Any] = {
                "terms": "、".join(f"{circular.label(figure)}{figure.value}" for figure in figures)
            }
            values |= {"formula": f"({terms}) ÷ {sum(size for _, size in each.known)}"}
            values |= {"rests": [*figures, *each.rests]}
            others = {say(each.rule, "simple"): partial(_mean, [(figure, 1) for figure in figures])}
            check = Check(each.rule, each.whole, partial(_mean, each.known), others, values)
            if each.certain or check.is_met(circular.practices):
                yield check


def _mean(known: list[tuple[PrintedFigure, int]], practice: Practice) -> list[Number]:
    total = sum(size for _, size in known)
    return [sum_of(number_of(figure, practice.rounding).times(Fraction(size, total)) for figure, size in known)]


def _take_apart(circular: Circular) -> Iterator[Parts]:
    """Take the average of every group apart by grades, and that of all by groups."""
    scheme = circular.facts.scheme
    for group in scheme.groups:
        sizes, rests = _size_grades(circular, group)
        parts = [(circular.figure("average", group, grade), size) for grade, size in sizes.items() if size]
        yield from _part(circular, "mean_of_grades", circular.figure("average", group), parts, rests, [group])
    if len(scheme.groups) > 1 and scheme.knows_units():
        parts = [(circular.figure("average", group), circular.count_units(group) or 0) for group in scheme.groups]
        yield from _part(circular, "mean_of_groups", circular.figure("average"), parts, [], [*scheme.groups])


def _part(
    circular: Circular, rule: str, whole: PrintedFigure | None, parts: list[tuple[PrintedFigure | None, int]],
    rests: list[PrintedFigure | PrintedList], groups: list[str],
) -> Iterator[Parts]:  # fmt: skip
    known = [(figure, size) for figure, size in parts if figure is not None]
    unknown = sum(size for figure, size in parts if figure is None)
    if whole is not None and known:
        certain = all(circular.averages_all(group) for group in groups)
        yield Parts(rule, whole, known, unknown, rests, certain)


def _size_grades(circular: Circular, group: str) -> tuple[dict[str, int], list[PrintedFigure | PrintedList]]:
    """Count the units of every grade from lists, or else from what is printed; also return what that rests on."""
    grades, size = circular.facts.scheme.grade_names, circular.count_units(group)
    names = {grade: circular.listed_in(group, grade) for grade in grades}
    listed = {grade: len(own) for grade, own in names.items() if own is not None}
    if len(listed) == len(grades) and sum(listed.values()) == size:
        return listed, [*circular.printed_lists("graded", group)]
    printed = circular.every("grade_units", [group], grades)
    counted = {figure.of: int(number_of(figure).value) for figure in printed}
    return (counted, [*printed]) if sum(counted.values()) == size else ({}, [])


def _left_over(circular: Circular) -> Iterator[Claim]:
    """What an average leaves to parts whose averages are not printed can be: claimed of those of which it is not so."""
    for each in _take_apart(circular):
        if each.unknown and each.certain:
            ends = [circular.figure(measure, each.whole.group) for measure in ("total_min", "total_max")]
            printed = [end for end in ends if end is not None]
            least, most = _narrow(circular, *ends)
            total = each.unknown + sum(size for _, size in each.known)
            left = [
                sum_of([
                    number_of(each.whole, rounding).times(Fraction(total, each.unknown)),
                    *(number_of(figure, rounding).times(Fraction(-size, each.unknown)) for figure, size in each.known),
                ])
                for rounding in {practice.rounding for practice in circular.practices}
            ]  # fmt: skip
            if all((most is not None and one.low > most) or (least is not None and one.high < least) for one in left):
                figures = [*(figure for figure, _ in each.known), *printed]
                values: dict[str, Any] = {"units": each.unknown, "left": f"{float(left[0].value):.2f}"}
                values |= {"rests": [*figures, *each.rests]}
                yield circular.holds(f"{each.rule}_left_over", False, each.whole, wording="left_over", **values)


def _narrow(
    circular: Circular, lowest: PrintedFigure | None, highest: PrintedFigure | None
) -> tuple[Fraction | None, Fraction | None]:
    """Return the ends of totals that scheme and printed extremes leave."""
    least, most = _find_ends(circular.facts.scheme)
    low, high = (number_of(lowest).low if lowest else None, number_of(highest).high if highest else None)
    lows, highs = ([end for end in ends if end is not None] for ends in ((least, low), (most, high)))
    return max(lows, default=None), min(highs, default=None)


def _lines(circular: Circular) -> Iterator[Claim]:
    """Averages, extremes and totals lie on their side of a printed line between grades; of totals those that do not."""
    decimals = circular.facts.scheme.ranked_decimals
    slack = Fraction(0) if decimals is None else Fraction(1, 10**decimals)
    for line in circular.figures("threshold"):
        least = number_of(line).value
        for group in circular.facts.scheme.groups if line.group == "all" else [line.group]:
            for figure, rests, is_above in _beside(circular, group, line.of):
                number = number_of(figure)
                fits = number.high >= least - slack if is_above else number.low < least + slack
                if not (fits and isinstance(figure, PrintedCell)):
                    kind = "above_line" if is_above else "below_line"
                    values = {"line": line.value, "rests": [line, *rests], "other": circular.label(line)}
                    yield circular.holds(f"{kind}_{line.of}", fits, figure, wording=kind, **values)


def _beside(
    circular: Circular, group: str, grade: str
) -> Iterator[tuple[PrintedFigure, list[PrintedFigure | PrintedList], bool]]:
    """List what lies above the line of a grade, and, if only points decide, below: what that rests on, and which."""
    grades = list(circular.facts.scheme.grade_names)
    worse = [] if may_pass(circular) or grade not in grades else grades[grades.index(grade) + 1 :]
    for is_above, own, end in ((True, [grade], "total_max"), (False, worse, "total_min")):
        for each in own:
            lists: list[PrintedFigure | PrintedList] = [*circular.printed_lists("graded", group, each)]
            average, units = circular.figure("average", group, each), circular.graded.get((group, each), [])
            extreme = circular.figure(end, group) if units and each == own[-1] else None
            cells = [circular.cells.get((unit, "total")) for unit in units]
            yield from ((figure, lists, is_above) for figure in (extreme, *cells) if figure is not None)
            yield from ((figure, [], is_above) for figure in (average,) if figure is not None)


def _over_groups(circular: Circular) -> Iterator[Claim]:
    """What is printed of all units follows from what is printed of every group."""
    groups = circular.facts.scheme.groups
    for measure in (*COUNTS, *LARGEST, *SMALLEST) if len(groups) > 1 else ():
        whole, terms = circular.figure(measure), circular.every(measure, groups)
        if measure in COUNTS:
            yield from circular.adds_up(f"{measure}_of_groups", whole, terms)
        elif whole is not None and terms:
            pick = max if measure in LARGEST else min
            values = {"terms": "、".join(figure.value for figure in terms), "rests": terms}
            yield circular.follows(Check(f"{measure}_of_groups", whole, partial(_pick, pick, terms), {}, values))


def _pick(pick: Callable[..., Any], terms: list[PrintedFigure], practice: Practice) -> list[Number]:
    """Take the largest or the smallest of some numbers, with all that it may stand for."""
    numbers = [number_of(figure, practice.rounding) for figure in terms]
    value, low, high = (pick(each[end] for each in numbers) for end in range(3))
    has_low = any(each.has_low for each in numbers if each.low == low)
    return [Number(value, low, high, has_low, any(each.has_high for each in numbers if each.high == high))]


RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    _possible,
    _better_grades,
    _extremes,
    lambda circular: map(circular.follows, means(circular)),
    _left_over,
    _lines,
    _over_groups,
)
"""What averages, extremes and lines between grades make a circular say (see `claims`)."""
