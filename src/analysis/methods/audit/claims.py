"""Every checkable claim a circular makes about itself and the one before it: a rule a kind, each with a verdict."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from typing import Any

from analysis.data.published import MEASURES, UNIT_LISTS, PrintedFigure
from analysis.data.schemes import Adjustment
from analysis.data.silence import is_known
from analysis.methods.audit import change_claims, unit_claims
from analysis.methods.audit.agreement import list_clauses
from analysis.methods.audit.circulars import Circular, Claim, list_values, number_of, sum_up
from analysis.methods.audit.practices import PRACTICES, Check, Practice, Readings, always, find_practices
from analysis.methods.audit.verdicts import Number, exactly, judge, overlap, say, write_like
from analysis.texts import suggest


def derive_claims(circular: Circular) -> list[Claim]:
    """Derive and check every claim that printed facts alone can check.

    Parameters
    ----------
    circular : Circular

    Returns
    -------
    list of Claim
    """
    return [claim for rule in _RULES for claim in rule(circular)]


def settle(circular: Circular, on_marks: Iterable[Check] = ()) -> Circular:
    """Find out how the office rounded and computed, and judge what the circular says by that.

    Parameters
    ----------
    circular : Circular
    on_marks : iterable of Check
        Figures that marks can check; the others are tried on what is printed.

    Returns
    -------
    Circular
        With its `practices`.
    """
    known = [check for check in on_marks if any(map(check.readings, PRACTICES))]
    of_units = (*unit_claims.totals(circular), *unit_claims.summaries(circular))
    printed = (*_shares(circular), *of_units, *change_claims.changes(circular))
    checks = {id(check.figure): check for check in (*printed, *known)}
    return replace(circular, practices=find_practices(checks.values()))


def _repeated(circular: Circular) -> Iterator[Claim]:
    """Hold a number printed twice against its first printing."""
    for figure in circular.published.figures:
        first = circular.first(figure)
        if first is not None and first is not figure and first.years == figure.years:
            values = {"first": first.section, "rests": [first]}
            yield circular.follows(Check("repeated", figure, partial(_read, first), values=values))


def _read(figure: PrintedFigure, practice: Practice) -> list[Number]:
    return [number_of(figure, practice.rounding)]


def _list_lengths(circular: Circular) -> Iterator[Claim]:
    """Count the names of a list."""
    for figure in circular.figures("list_units", "grade_units"):
        groups = circular.facts.scheme.groups if figure.group == "all" else [figure.group]
        lists = [circular.graded.get((group, figure.of), []) for group in groups]
        if all(lists):
            values = {"rests": circular.printed_lists("graded", figure.group, figure.of)}
            names = always(exactly(sum(map(len, lists))))
            yield circular.follows(Check(f"list_length_{figure.measure}", figure, names, values=values))
    for kind, measure in (
        ("consecutive", "consecutive_units"),
        ("newly", "newly_units"),
        ("assessors", "assessor_count"),
    ):
        named = circular.printed_lists(kind)
        counted = circular.figure(measure, of=named[0].of) if named else None
        same_run = kind != "consecutive" or (counted and {each.years for each in named} == {counted.years or "2"})
        if counted is not None and same_run and all(each.complete for each in named):
            names = always(exactly(sum(len(each.names) for each in named)))
            yield circular.follows(Check(f"list_length_{measure}", counted, names, values={"rests": named}))


def _named_units(circular: Circular) -> Iterator[Claim]:
    """Every name of a list of units is a unit's, and stands there once: claimed of those of which it is not so."""
    lists = [each for each in circular.published.lists if each.list in UNIT_LISTS]
    known = {**circular.gone, **dict.fromkeys(circular.unit_ids, "")}
    strangers = dict.fromkeys(name for each in lists for name in each.names if name not in circular.unit_ids)
    near_to = suggest(strangers, known, 0.5)
    for each in lists:
        for name, times in Counter(each.names).items():
            faults = [say("named_unit", "twice")] if times > 1 else []
            if name not in circular.unit_ids:
                near = "、".join(like + known[like] for like in near_to.get(name, ()))
                faults.append(say("named_unit", "unknown") + (say("named_unit", "near", near=near) if near else ""))
            if faults:
                values: dict[str, Any] = {"group": each.group, "of": each.of, "section": each.section, "name": name}
                values |= {"where": circular.label_list(each), "rests": [each]}
                yield circular.claim("named_unit", "contradicted", reasons=faults, **values)


def _list_order(circular: Circular) -> Iterator[Claim]:
    """Where other lists name units in another order than the graded ones, that speaks against order for rank."""
    grades = list(circular.facts.scheme.grade_names)
    for group in circular.facts.scheme.groups:
        listed = [(unit, grade) for grade in grades for unit in circular.graded.get((group, grade), [])]
        grade_of, place = dict(listed), {unit: position for position, (unit, _) in enumerate(listed)}
        names = circular.unit_ids
        pairs = []
        for each in circular.published.lists:
            if each.list in UNIT_LISTS and each.list not in {"graded", "table"}:
                named = [name for name in each.names if names.get(name) in place]
                pairs += [
                    say("list_order", "pair", first=first, second=second, section=each.section)
                    for first, second in pairwise(named)
                    if place[names[first]] > place[names[second]]
                    and not {grade_of[names[second]]} & circular.required - {grade_of[names[first]]}
                ]
        if pairs:
            values: dict[str, Any] = {"section": circular.section_of(group, grades), "pairs": "、".join(pairs)}
            values["listed"] = len(listed)
            yield circular.claim("list_order", "unverifiable", group=group, **values)


def _membership(circular: Circular) -> Iterator[Claim]:
    """Every unit that is assessed is in exactly one graded list, of its own group."""
    units, grades = circular.facts.units, circular.facts.scheme.grade_names
    for group in circular.facts.scheme.groups:
        if circular.grades_without_list(group) or not circular.facts.scheme.knows_units(group):
            continue
        listed = Counter(unit for (of, _), names in circular.graded.items() if of == group for unit in names)
        expected = set(units.loc[units["group"].eq(group), "unit_id"])
        faults = {
            "missing": expected - listed.keys(),
            "extra": listed.keys() - expected,
            "twice": {unit for unit, times in listed.items() if times > 1},
        }
        reasons = [say("membership", fault, units=circular.names(found)) for fault, found in faults.items() if found]
        values: dict[str, Any] = {"section": circular.section_of(group, grades), "listed": listed.total()}
        values["rests"] = circular.printed_lists("graded", group)
        yield circular.holds("membership", not reasons, reasons=reasons, group=group, expected=len(expected), **values)


def _grade_sums(circular: Circular) -> Iterator[Claim]:
    """Counts by group and by grade add up."""
    scheme = circular.facts.scheme
    for grade in scheme.grade_names if len(scheme.groups) > 1 else []:
        terms = circular.every("grade_units", scheme.groups, [grade])
        yield from circular.adds_up("groups_add_up", circular.figure("grade_units", "all", grade), terms)
    for group in [*scheme.groups, "all"]:
        terms = circular.every("grade_units", [group], scheme.grade_names)
        yield from circular.adds_up("grades_add_up", circular.figure("unit_count", group), terms)


def _kinds_of_shares(circular: Circular) -> dict[str, tuple[str, str, list[str]]]:
    """Return what every kind of share is a share of: the measures of part and whole, and the parts."""
    scheme = circular.facts.scheme
    return {
        "grade_share": ("grade_units", "unit_count", list(scheme.grade_names)),
        "indicator_share": ("indicator_count", "indicator_count", list(scheme.parts)),
    }


def _shares(circular: Circular) -> Iterator[Check]:
    """Compute shares from counts; shares whose count is not printed must belong to a whole number."""
    kinds = _kinds_of_shares(circular)
    for share in circular.figures(*kinds):
        measure, total, parts = kinds[share.measure]
        (whole, rests), (everyone, _) = (
            _whole(circular, measure, total, group, parts) for group in (share.group, "all")
        )
        if not whole:
            continue
        part = circular.figure(measure, share.group, share.of)
        count = number_of(part).value if part else Fraction(round(number_of(share).value * whole))
        values: dict[str, Any] = {"count": write_like(count, "1"), "whole": write_like(whole, "1")}
        values |= {"wording": "share" if part else "share_of_unprinted", "rests": [*filter(None, [part]), *rests]}
        others = {say("share", "of_all"): always(exactly(count / everyone))} if part and everyone else {}
        yield Check("share", share, always(exactly(count / whole)), others, values)


def _shares_of_a_whole(circular: Circular) -> Iterator[Claim]:
    for (kind, (*_, parts)), group in product(
        _kinds_of_shares(circular).items(), [*circular.facts.scheme.groups, "all"]
    ):
        known = circular.every(kind, [group], parts)
        if len(known) > 1:
            together = [(each.rounding, sum_up(known, each.rounding)) for each in circular.practices]
            verdict = judge("100%", together, rounded=False).verdict
            values = {"terms": list_values(known), "computed": write_like(sum_up(known).value, "100.00%")}
            rule, measure = f"{kind}s_of_a_whole", MEASURES[kind]
            yield circular.claim(rule, verdict, known[0], of="all", measure=measure, rests=known[1:], **values)


def _whole(
    circular: Circular, measure: str, total: str, group: str, parts: list[str]
) -> tuple[Fraction, list[PrintedFigure]]:
    """Return the printed whole, or else the sum of its printed parts (0 unless all are printed), and what it is of."""
    whole = circular.figure(total, group)
    known = [whole] if whole else circular.every(measure, [group], parts)
    return sum_up(known).value, known


def _indicator_sums(circular: Circular) -> Iterator[Claim]:
    for group in circular.facts.scheme.groups:
        terms = circular.every("indicator_count", [group], circular.facts.scheme.parts)
        yield from circular.adds_up("indicators_add_up", circular.figure("indicator_count", group), terms)


def _methods(circular: Circular) -> Iterator[Claim]:
    """Units by method add up to the units assessed."""
    methods, counts = circular.figures("method_units"), circular.every("unit_count", circular.facts.scheme.groups)
    if methods and counts:
        total, units = sum_up(methods).value, sum_up(counts).value
        values: dict[str, Any] = {"methods": list_values(methods), "counts": list_values(counts), "total": total}
        values |= {"section": methods[0].section, "rests": [*methods, *counts]}
        yield circular.holds("methods_add_up", total == units, computed=str(units), **values)


def _adjustments(circular: Circular) -> Iterator[Claim]:
    """Printed bonuses and deductions keep the scheme's step, cap and order, as far as these are known."""
    scheme = circular.facts.scheme
    kinds = {"bonus": scheme.bonus, "deduction": scheme.deduction}
    for (kind, limits), group in product(kinds.items(), [*scheme.groups, "all"]):
        amounts = [circular.figure(f"{kind}_{end}", group) for end in ("max", "min")]
        printed = [amount for amount in amounts if amount is not None]
        yield from (_keeps_the_rule(circular, amount, limits) for amount in printed if is_known(limits))
        for highest, lowest in pairwise(printed):
            ordered = number_of(lowest).value <= number_of(highest).value
            yield circular.holds(f"{kind}_min_below_max", ordered, lowest, highest=highest.value, rests=[highest])
    for figure in circular.figures("bonus_units", "deduction_units", "veto_units"):
        size = circular.count_units(figure.group) if figure.group in scheme.groups else None
        if size:
            rule = f"{figure.measure}_at_most_all"
            yield circular.holds(rule, number_of(figure).value <= size, figure, size=size)


def _keeps_the_rule(circular: Circular, figure: PrintedFigure, limits: Adjustment) -> Claim:
    rule, amount = f"{figure.measure}_keeps_the_rule", number_of(figure).value
    broken = {
        "cap": limits.cap is not None and amount > exactly(limits.cap).value,
        "item_min": limits.item_min is not None and amount < exactly(limits.item_min).value,
        "step": limits.step is not None and amount % exactly(limits.step).value != 0,
    }
    faults = [say(rule, limit, limits=limits) for limit, is_broken in broken.items() if is_broken]
    given = (limits.item_min, limits.step, limits.cap)
    listed = "、".join(say(rule, "no_limit") if limit is None else f"{limit:g}" for limit in given)
    return circular.holds(rule, not faults, figure, reasons=faults, limits=listed)


def _clauses(circular: Circular) -> Iterator[Claim]:
    """What is printed of the scheme is what the scheme says; where there are marks, it is held against it with them."""
    clauses = list_clauses(circular.facts.scheme)
    inputs = circular.facts.inputs
    for figure in circular.published.figures if inputs is None or inputs.provenance.from_print else ():
        clause = clauses.get((figure.measure, figure.of))
        if clause is not None:
            yield circular.follows(
                Check(f"clause_{figure.measure}", figure, always(exactly(clause)), values={"wording": "clause"})
            )


def _excellent_split(circular: Circular) -> Iterator[Claim]:
    """Units of the best grade either had it the year before or are new in it."""
    measures = ("grade_units", "consecutive_units", "newly_units")
    total, consecutive, newly = (circular.figure(measure, of=circular.best) for measure in measures)
    if total is not None and consecutive is not None and consecutive.years in {None, "2"}:
        fits = number_of(consecutive).value <= number_of(total).value
        values: dict[str, Any] = {"whole": circular.label(total), "size": total.value, "rests": [total]}
        yield circular.holds("consecutive_at_most_all", fits, consecutive, **values)
        terms = [consecutive, newly] if newly else []
        yield from circular.adds_up("excellent_split", total, terms, _without_entered(circular, total, terms))


def _without_entered(circular: Circular, total: PrintedFigure, terms: list[PrintedFigure]) -> dict[str, Readings]:
    """Units that were not assessed the year before may be left out; how many there were is known with its circular."""
    gap, last = number_of(total).value - sum_up(terms).value, circular.earlier.get(circular.facts.year - 1)
    entered = (circular.excellent() or set()) - {*last.unit_ids.values()} if last else None
    if gap <= 0 or (entered is not None and gap > len(entered)):
        return {}
    return {say("excellent_split", "without_entered", count=gap): always(number_of(total))}


def _mean_of_grades(circular: Circular) -> Iterator[Claim]:
    """The averages of better and worse grades lie on both sides of the average of all, if only points decide."""
    for group in circular.facts.scheme.groups:
        averages = [circular.figure("average", group, of) for of in circular.facts.scheme.grade_names]
        known = [figure for figure in averages if figure is not None]
        everyone = circular.figure("average", group)
        if len(known) == 1 and everyone and known[0].of == circular.best:
            known.append(everyone)
        for better, worse in pairwise(known):
            high, low = number_of(better), number_of(worse)
            falls = high.value >= low.value or overlap(high, low)
            other = circular.label(worse)
            if better.of not in circular.required:
                yield circular.holds(
                    "better_grade_averages_more", falls, better, other=other, worse=worse.value, rests=[worse]
                )


def _extremes(circular: Circular) -> Iterator[Claim]:
    """The least total is at most every average of the group, the greatest at least."""
    for figure in circular.figures("total_min", "total_max"):
        own = [each for each in circular.figures("average") if each.group == figure.group]
        averages = [each for each in own if figure.of in {"all", each.of}]
        is_least = figure.measure == "total_min"
        for nearest in sorted(averages, key=lambda each: number_of(each).value, reverse=not is_least)[:1]:
            low, high = (figure, nearest) if is_least else (nearest, figure)
            roundings = {practice.rounding for practice in circular.practices}
            fits = any(number_of(low, each).low <= number_of(high, each).high for each in roundings)
            values = {"other": circular.label(nearest), "average": nearest.value, "rests": [nearest]}
            yield circular.holds(f"{figure.measure}_beside_average", fits, figure, **values)


_RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    _repeated,
    _list_lengths,
    _named_units,
    _membership,
    _grade_sums,
    lambda circular: map(circular.follows, _shares(circular)),
    _shares_of_a_whole,
    _indicator_sums,
    _methods,
    _adjustments,
    _clauses,
    _excellent_split,
    change_claims.streak_counts,
    change_claims.named_streaks,
    change_claims.first_places,
    lambda circular: map(circular.follows, change_claims.changes(circular)),
    _mean_of_grades,
    _extremes,
    _list_order,
    *unit_claims.RULES,
)
