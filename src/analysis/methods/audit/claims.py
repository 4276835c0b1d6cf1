"""Every checkable claim a circular makes about itself and about the circular before it, each with a verdict.

One small rule per kind of claim; a rule yields what it can and nothing where the circular does not print the numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, pairwise

from analysis.data.dataset import YearFacts
from analysis.data.published import MEASURES
from analysis.data.schemes import Adjustment
from analysis.methods.audit import change_claims
from analysis.methods.audit.circulars import Circular, Claim, list_values, number_of, sum_up
from analysis.methods.audit.verdicts import consistent_roundings, exactly, write_like
from analysis.methods.audit.wording import say


def derive_claims(facts: YearFacts, earlier: Mapping[int, YearFacts]) -> list[Claim]:
    """Derive and check every claim that printed facts alone can check.

    Parameters
    ----------
    facts : YearFacts
    earlier : dict of year to YearFacts
        Years before, for claims about change.

    Returns
    -------
    list of Claim; empty for a year without a circular
    """
    circular = Circular.of(facts, earlier)
    return [claim for rule in _RULES for claim in rule(circular)] if circular else []


def _repeated(circular: Circular) -> Iterator[Claim]:
    """Hold a number printed twice against its first printing."""
    for figure in circular.published.figures:
        first = circular.figure(figure.measure, figure.group, figure.of)
        if first is not None and first is not figure and first.years == figure.years:
            yield circular.follows("repeated", figure, number_of(first), first=first.section)


def _list_lengths(circular: Circular) -> Iterator[Claim]:
    """Count the names of a list."""
    for figure in circular.figures("list_units", "grade_units"):
        groups = circular.facts.scheme.groups if figure.group == "all" else [figure.group]
        lists = [circular.graded.get((group, figure.of), []) for group in groups]
        if all(lists):
            yield circular.follows(f"list_length_{figure.measure}", figure, exactly(sum(map(len, lists))))
    for kind, measure in (("newly", "newly_units"), ("assessors", "assessor_count")):
        rows = circular.lists[circular.lists["list"].eq(kind)]
        counted = circular.figure(measure, of=str(rows["of"].iloc[0])) if len(rows) else None
        if counted is not None and rows["complete"].all():
            yield circular.follows(f"list_length_{measure}", counted, exactly(len(rows)))


def _membership(circular: Circular) -> Iterator[Claim]:
    """Every unit that is assessed is in exactly one graded list, of its own group."""
    units, grades = circular.facts.units, circular.facts.scheme.grade_names
    for group in circular.facts.scheme.groups:
        if circular.grades_without_list(group):
            continue
        lists = [names for (listed_group, _), names in circular.graded.items() if listed_group == group]
        listed = Counter(chain.from_iterable(lists))
        expected = set(units.loc[units["group"].eq(group), "unit_id"])
        faults = {
            "missing": expected - listed.keys(),
            "extra": listed.keys() - expected,
            "twice": {unit for unit, times in listed.items() if times > 1},
        }
        told = [say("membership", fault, units=circular.names(found)) for fault, found in faults.items() if found]
        yield circular.holds(
            "membership",
            not told,
            "；".join(told),
            group=group,
            section=circular.section_of(group, grades),
            listed=listed.total(),
            expected=len(expected),
        )


def _grade_sums(circular: Circular) -> Iterator[Claim]:
    """Counts by group and by grade add up."""
    scheme, figure = circular.facts.scheme, circular.figure
    for grade in scheme.grade_names:
        terms = [figure("grade_units", group, grade) for group in scheme.groups]
        if len(terms) > 1:
            yield from circular.adds_up("groups_add_up", figure("grade_units", "all", grade), terms)
    for group in [*scheme.groups, "all"]:
        terms = [figure("grade_units", group, grade) for grade in scheme.grade_names]
        yield from circular.adds_up("grades_add_up", figure("unit_count", group), terms)


def _shares(circular: Circular) -> Iterator[Claim]:
    """Compute shares from counts; shares whose count is not printed must belong to a whole number."""
    scheme = circular.facts.scheme
    kinds = {
        "grade_share": ("grade_units", "unit_count", list(scheme.grade_names)),
        "indicator_share": ("indicator_count", "indicator_count", list(scheme.parts)),
    }
    shares = []
    for share in circular.figures(*kinds):
        measure, total, parts = kinds[share.measure]
        whole, everyone = (_whole(circular, measure, total, group, parts) for group in (share.group, "all"))
        if not whole:
            continue
        part = circular.figure(measure, share.group, share.of)
        count = number_of(part).value if part else Fraction(round(number_of(share).value * whole))
        readings = {say("share", "of_all"): exactly(count / everyone)} if part and everyone else {}
        shares.append((share, count, whole, readings, "share" if part else "share_of_unprinted"))
    roundings = consistent_roundings((share.value, exactly(count / whole)) for share, count, whole, *_ in shares)
    for share, count, whole, readings, wording in shares:
        yield circular.follows(
            "share",
            share,
            exactly(count / whole),
            others=readings,
            roundings=roundings,
            wording=wording,
            count=write_like(count, "1"),
            whole=write_like(whole, "1"),
        )
    for measure, (*_, parts) in kinds.items():
        for group in [*scheme.groups, "all"]:
            yield from _shares_of_a_whole(circular, measure, group, parts)


def _whole(circular: Circular, measure: str, total: str, group: str, parts: list[str]) -> Fraction | None:
    """Return the printed whole, or else the sum of its printed parts."""
    whole = circular.figure(total, group)
    figures = [whole] if whole else [circular.figure(measure, group, part) for part in parts]
    known = [number_of(figure).value for figure in figures if figure is not None]
    return sum(known, Fraction(0)) if len(known) == len(figures) else None


def _shares_of_a_whole(circular: Circular, measure: str, group: str, parts: list[str]) -> Iterator[Claim]:
    figures = [circular.figure(measure, group, part) for part in parts]
    known = [figure for figure in figures if figure is not None]
    if len(known) < max(2, len(parts)):
        return
    total = sum_up(known)
    fits = total.low <= 1 <= total.high
    yield circular.claim(
        f"{measure}s_of_a_whole",
        ("exact" if total.value == 1 else "within_rounding") if fits else "contradicted",
        group=group,
        section=known[0].section,
        measure=MEASURES[measure],
        terms=list_values(known),
        computed=write_like(total.value, "100.00%"),
    )


def _indicator_sums(circular: Circular) -> Iterator[Claim]:
    for group in circular.facts.scheme.groups:
        terms = [circular.figure("indicator_count", group, part) for part in circular.facts.scheme.parts]
        yield from circular.adds_up("indicators_add_up", circular.figure("indicator_count", group), terms)


def _methods(circular: Circular) -> Iterator[Claim]:
    """Units by method add up to the units assessed."""
    methods = circular.figures("method_units")
    counts = [circular.figure("unit_count", group) for group in circular.facts.scheme.groups]
    known = [count for count in counts if count is not None]
    if methods and len(known) == len(counts):
        total, units = sum_up(methods).value, sum_up(known).value
        yield circular.holds(
            "methods_add_up",
            total == units,
            section=methods[0].section,
            methods=list_values(methods),
            counts=list_values(known),
            total=total,
            computed=str(units),
        )


def _adjustments(circular: Circular) -> Iterator[Claim]:
    """Printed bonuses and deductions keep the scheme's step, cap and order."""
    scheme = circular.facts.scheme
    for kind, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        for group in [*scheme.groups, "all"]:
            highest, lowest = circular.figure(f"{kind}_max", group), circular.figure(f"{kind}_min", group)
            for amount in (highest, lowest):
                if amount is not None:
                    rule = f"{amount.measure}_keeps_the_rule"
                    broken = _broken_limits(number_of(amount).value, limits)
                    faults = "；".join(say(rule, limit, limits=limits) for limit in broken)
                    given = (limits.item_min, limits.step, limits.cap)
                    listed = "、".join(say(rule, "no_limit") if limit is None else f"{limit:g}" for limit in given)
                    yield circular.holds(rule, not broken, faults, amount, limits=listed)
            if highest is not None and lowest is not None:
                ordered = number_of(lowest).value <= number_of(highest).value
                yield circular.holds(f"{kind}_min_below_max", ordered, figure=lowest, highest=highest.value)
    sizes = circular.facts.units["group"].value_counts()
    for figure in circular.figures("bonus_units", "deduction_units", "veto_units"):
        if figure.group in sizes:
            size = int(sizes[figure.group])
            yield circular.holds(
                f"{figure.measure}_at_most_all", number_of(figure).value <= size, figure=figure, size=size
            )


def _broken_limits(amount: Fraction, limits: Adjustment) -> list[str]:
    """Name the limits that an amount does not keep."""
    item_min, step, cap = (
        None if limit is None else exactly(limit).value for limit in (limits.item_min, limits.step, limits.cap)
    )
    broken = {
        "cap": cap is not None and amount > cap,
        "item_min": item_min is not None and amount < item_min,
        "step": step is not None and amount % step != 0,
    }
    return [limit for limit, is_broken in broken.items() if is_broken]


def _excellent_split(circular: Circular) -> Iterator[Claim]:
    """Units of the best grade either had it the year before or are new in it."""
    best = circular.best
    consecutive, total = (circular.figure(measure, of=best) for measure in ("consecutive_units", "grade_units"))
    if consecutive is None or consecutive.years not in {None, "2"} or total is None:
        return
    yield circular.holds(
        "consecutive_at_most_all",
        number_of(consecutive).value <= number_of(total).value,
        figure=consecutive,
        whole=circular.label(total),
        size=total.value,
    )
    yield from circular.adds_up("excellent_split", total, [consecutive, circular.figure("newly_units", of=best)])


def _mean_of_grades(circular: Circular) -> Iterator[Claim]:
    """The averages of better and worse grades lie on both sides of the average of all."""
    for group in circular.facts.scheme.groups:
        averages = [circular.figure("average", group, of) for of in circular.facts.scheme.grade_names]
        known = [figure for figure in averages if figure is not None]
        everyone = circular.figure("average", group)
        chain = [known[0], everyone] if len(known) == 1 and everyone and known[0].of == circular.best else known
        for better, worse in pairwise(chain):
            falls = number_of(better).value > number_of(worse).value
            told = {"other": circular.label(worse), "worse": worse.value}
            yield circular.holds("better_grade_averages_more", falls, figure=better, **told)


_RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    _repeated,
    _list_lengths,
    _membership,
    _grade_sums,
    _shares,
    _indicator_sums,
    _methods,
    _adjustments,
    _excellent_split,
    change_claims.streak_counts,
    change_claims.named_streaks,
    change_claims.first_places,
    change_claims.changes,
    _mean_of_grades,
)
