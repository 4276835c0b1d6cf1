"""Claims about printed lists: their lengths, their names, their order, and who is in none of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import chain, pairwise, product
from typing import Any

from analysis.data.published import UNIT_LISTS, PrintedFigure, PrintedList
from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.practices import Check, always
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.unit_grades import may_pass
from analysis.methods.audit.verdicts import exactly, say
from analysis.texts import suggest


def _lengths(circular: Circular) -> Iterator[Claim]:
    """Count the names of graded lists, of a grade or of all."""
    scheme = circular.facts.scheme
    for figure in circular.figures("list_units", "grade_units", "unit_count"):
        groups = scheme.groups if figure.group == "all" else [figure.group]
        grades = scheme.grade_names if figure.measure == "unit_count" else [figure.of]
        names = [circular.listed_in(group, grade) for group, grade in product(groups, grades)]
        lists = [*chain(*(circular.printed_lists("graded", figure.group, grade) for grade in grades))]
        if lists and None not in names:
            length = exactly(sum(len(own) for own in names if own))
            yield circular.follows(
                Check(f"list_length_{figure.measure}", figure, always(length), values={"rests": lists})
            )
        elif lists:
            yield from _at_least(circular, figure, lists)


def _lengths_of_others(circular: Circular) -> Iterator[Claim]:
    """Count the names of other lists."""
    named = [
        ("consecutive", "consecutive_units", ""),
        ("newly", "newly_units", ""),
        ("assessors", "assessor_count", ""),
    ]
    named += [("method", "method_units", figure.of) for figure in circular.figures("method_units")]
    for kind, measure, of in named:
        lists = circular.printed_lists(kind, of=of)
        counted = circular.figure(measure, of=lists[0].of) if lists else None
        same_run = kind != "consecutive" or (counted and {each.years for each in lists} == {counted.years or "2"})
        if counted is not None and same_run:
            if all(each.complete for each in lists):
                length = always(exactly(sum(len(each.names) for each in lists)))
                yield circular.follows(Check(f"list_length_{measure}", counted, length, values={"rests": lists}))
            else:
                yield from _at_least(circular, counted, lists)


def _at_least(circular: Circular, figure: PrintedFigure, lists: list[PrintedList]) -> Iterator[Claim]:
    """A count is not below the names of open lists: claimed of those of which it is not so.

    Of lists of all groups the names of its own count.
    """
    own = {name for name, unit in circular.unit_ids.items() if figure.group in {"all", circular.groups[unit]}}
    length = len({name for each in lists for name in each.names if each.group != "all" or name in own})
    if number_of(figure).value < length:
        yield circular.holds("open_list_length", False, figure, length=length, rests=lists)


def _repeated(circular: Circular) -> Iterator[Claim]:
    """A list that is printed twice has the same names, or as far as it goes."""
    for each, first in circular.published.printings:
        if each is not first:
            missing = [name for name in first.names if name not in each.names] if each.complete else []
            more = [name for name in each.names if name not in first.names] if first.complete else []
            faults = {"missing": missing, "more": more}
            reasons = [say("repeated_list", fault, names="、".join(own)) for fault, own in faults.items() if own]
            values: dict[str, Any] = {"group": each.group, "of": each.of, "section": each.section}
            values |= {"where": circular.label_list(each), "first": first.section, "listed": len(each.names)}
            values |= {"reasons": reasons, "rests": [each, first]}
            yield circular.holds(f"repeated_list-{each.list}", not reasons, wording="repeated_list", **values)


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


def _order(circular: Circular) -> Iterator[Claim]:
    """Where other lists name units in another order than the graded ones, that speaks against order for rank."""
    grades = list(circular.facts.scheme.grade_names)
    for group in circular.facts.scheme.groups:
        listed = [(unit, grade) for grade in grades for unit in circular.graded.get((group, grade), [])]
        grade_of, place = dict(listed), {unit: position for position, (unit, _) in enumerate(listed)}
        names = circular.unit_ids
        pairs = []
        for each, first in circular.published.printings:
            if each.list in UNIT_LISTS and each.list != "table" and not (each.list == "graded" and each is first):
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
    """Every unit that is assessed is in exactly one graded list, of its group, unless a grade is not wholly listed."""
    grades = circular.facts.scheme.grade_names
    for group in circular.facts.scheme.groups:
        listed = Counter(unit for (of, _), names in circular.graded.items() if of == group for unit in names)
        if not listed:
            continue
        expected = set(circular.members(group))
        unlisted = [grade for grade in grades if circular.listed_in(group, grade) is None]
        is_whole = not unlisted and circular.facts.scheme.knows_units(group)
        faults = {
            "missing": expected - listed.keys() if is_whole else set[str](),
            "extra": listed.keys() - expected,
            "twice": {unit for unit, times in listed.items() if times > 1},
        }
        reasons = [say("membership", fault, units=circular.names(found)) for fault, found in faults.items() if found]
        values: dict[str, Any] = {"section": circular.section_of(group, grades), "listed": listed.total()}
        lists, kind = circular.printed_lists("graded", group), "membership_of_some" if unlisted else "membership"
        values |= {"rests": lists, "expected": len(expected), "wording": kind}
        yield circular.holds("membership", not reasons, reasons=reasons, group=group, **values)
        counted = circular.figure("grade_units", group, unlisted[0]) if len(unlisted) == 1 else None
        if counted is not None and circular.facts.scheme.knows_units(group):
            others = [units for (of, grade), units in circular.graded.items() if (of, grade) != (group, unlisted[0])]
            left = always(exactly(len(expected.difference(*others))))
            yield circular.follows(Check("unlisted_units", counted, left, values={"rests": lists}))


def _rankings(circular: Circular) -> Iterator[Claim]:
    """No unit of a printed ranking stands before one of a better grade, a better rank or a higher total."""
    for each in circular.printed_lists("ranked"):
        units = [circular.unit_ids[name] for name in each.names if name in circular.unit_ids]
        wrong = [
            (say("ranking", kind, first=circular.names([first]), second=circular.names([second])), rests)
            for first, second in pairwise(units)
            for kind, rests in _find_ahead(circular, first, second)
        ]
        values: dict[str, Any] = {"group": each.group, "section": each.section, "listed": len(units)}
        values |= {"where": circular.label_list(each), "rests": [each, *chain(*(rests for _, rests in wrong))]}
        yield circular.holds("ranking", not wrong, reasons=[reason for reason, _ in wrong], **values) | {"about": []}


def _find_ahead(circular: Circular, first: str, second: str) -> Iterator[tuple[str, list[PrintedFigure | PrintedList]]]:
    """Say in what the second of two units is ahead of the first, and what that rests on."""
    ranks, totals = (
        [cell for unit in (first, second) if (cell := circular.cells.get((unit, column)))]
        for column in ("rank", "total")
    )
    decimals = circular.facts.scheme.ranked_decimals
    slack = Fraction(0) if decimals is None else Fraction(1, 10**decimals)
    if len(totals) > 1 and number_of(totals[0]).high + slack < number_of(totals[1]).low:
        yield "total", [*totals]
    group = circular.groups[first]
    if group == circular.groups[second]:
        if len(ranks) > 1 and number_of(ranks[0]).value > number_of(ranks[1]).value:
            yield "rank", [*ranks]
        of = [grade for unit in (first, second) for grade in circular.grades_of(unit)]
        places = [list(circular.facts.scheme.grade_names).index(grade) for grade in of]
        if len(of) == 2 and places[0] > places[1] and not may_pass(circular):
            yield "grade", [*chain(*(circular.printed_lists("graded", group, grade) for grade in of))]


RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    _lengths, _lengths_of_others, _repeated, _named_units, _membership, _rankings, _order,
)  # fmt: skip
"""What the lists of a circular make it say (see `claims`)."""
