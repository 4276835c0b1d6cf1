"""Claims about what the scheme fixes: the circular's number, its clauses, who marks, bonuses and deductions."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any, NamedTuple

from analysis.data.published import PrintedFigure
from analysis.data.schemes import Adjustment
from analysis.data.silence import is_known
from analysis.methods.audit.agreement import list_clauses
from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.practices import Check, always
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.verdicts import exactly, say
from analysis.methods.plausibility import write_plainly
from analysis.texts import suggest

_NUMBERED = re.compile(r"\(\d{4}\)\D{0,2}\d+号$")
"""How the number of a document ends, written plainly: what is named otherwise is not compared with one."""


def _document(circular: Circular) -> Iterator[Claim]:
    """The circular's number is the one that its scheme names, and by which later circulars cite it."""
    own, said = circular.published.document, circular.facts.scheme.document
    where: dict[str, Any] = {"section": say("document", "section"), "value": own}
    if all(map(_is_number, (own, said))):
        fits = write_plainly(own) == write_plainly(said)
        yield circular.holds("document", fits, computed=said, **where)
    cited = {write_plainly(each): each for each in circular.published.cites}
    for year, earlier in circular.earlier.items():
        printed, named = earlier.published.document, earlier.facts.scheme.document
        for number in dict.fromkeys(write_plainly(each) for each in (printed, named) if _is_number(each)):
            if number in cited and _is_number(printed):
                fits = number == write_plainly(printed)
                values: dict[str, Any] = where | {"value": cited[number], "computed": printed, "cited": year}
                yield circular.holds(f"cited_document-{year}", fits, wording="cited_document", **values)


def _is_number(document: str) -> bool:
    return bool(_NUMBERED.search(write_plainly(document)))


def _clauses(circular: Circular) -> Iterator[Claim]:
    """What is printed of the scheme is what the scheme says; where there are marks, it is held against it with them."""
    clauses = list_clauses(circular.facts.scheme)
    inputs = circular.facts.inputs
    for figure in circular.published.figures if inputs is None or inputs.provenance.from_print else ():
        clause = clauses.get((figure.measure, figure.group, figure.of))
        if clause is not None:
            yield circular.follows(
                Check(f"clause_{figure.measure}", figure, always(exactly(clause)), values={"wording": "clause"})
            )


def _assessors(circular: Circular) -> Iterator[Claim]:
    """The assessors that are named are those of the scheme; who is named with their method is one of them."""
    clause = circular.facts.scheme.assessors
    if not is_known(clause):
        return
    names = {unit: {name} for unit, name in clause.value.items()}
    for name, unit in circular.unit_ids.items():
        names.get(unit, set()).add(name)
    known = dict.fromkeys(set[str]().union(*names.values()), "")
    for kind, of, wording in (("assessors", "", "assessors"), ("method", "rescaled_assessor", "assessors_by_method")):
        for each in circular.printed_lists(kind, of=of) if known else ():
            strangers = [name for name in each.names if name not in known]
            near = suggest(strangers, known, 0.5)
            unnamed = [
                clause.value[unit] for unit, own in names.items() if kind == "assessors" and not own & {*each.names}
            ]
            faults = {
                "unknown": [
                    name + (say("assessors", "near", near="、".join(near[name])) if near.get(name) else "")
                    for name in strangers
                ],
                "unnamed": unnamed if each.complete else [],
            }
            reasons = [say("assessors", fault, names="、".join(own)) for fault, own in faults.items() if own]
            reasons += [say("assessors", "assumed")] if reasons and clause.basis == "assumed" else []
            values: dict[str, Any] = {"group": each.group, "of": each.of, "section": each.section, "reasons": reasons}
            values |= {"where": circular.label_list(each), "listed": len(each.names), "rests": [each]}
            values |= {"wording": wording, "expected": len(names)}
            yield circular.holds(f"{kind}-of_scheme", not reasons, **values)


def _methods(circular: Circular) -> Iterator[Claim]:
    """Only assessors that are assessed themselves, where these are known, can be scored by the method of assessors."""
    clause, counted = circular.facts.scheme.assessors, circular.figure("method_units", of="rescaled_assessor")
    known = {*clause.value, *clause.value.values()} if is_known(clause) else set[str]()
    assessed = [unit for name, unit in circular.unit_ids.items() if {name, unit} & known]
    if counted is not None and known and clause.basis != "assumed" and number_of(counted).value > len(assessed):
        yield circular.holds("method_of_assessors", False, counted, size=len(assessed))


class _Limits(NamedTuple):
    """What a bonus or deduction may be: the scheme's clause, or what is printed of it where that says nothing."""

    given: Adjustment
    rests: list[PrintedFigure]


def _find_limits(circular: Circular, kind: str) -> _Limits | None:
    given: Adjustment = getattr(circular.facts.scheme, kind)
    if not is_known(given):
        return None
    measures = {"cap": f"{kind}_cap", "item_min": "bonus_item_min" if kind == "bonus" else "deduction_item"}
    printed = {
        limit: figure
        for limit, measure in measures.items()
        if getattr(given, limit) is None and (figure := circular.figure(measure)) is not None
    }
    known = {limit: float(number_of(figure).value) for limit, figure in printed.items()}
    return _Limits(given.model_copy(update=known), [*printed.values()])


def _adjustments(circular: Circular) -> Iterator[Claim]:
    """Printed bonuses and deductions keep the scheme's step, cap and order."""
    groups = dict.fromkeys([*circular.facts.scheme.groups, "all"])
    for kind, group in product(("bonus", "deduction"), groups):
        amounts = [circular.figure(f"{kind}_{end}", group) for end in ("max", "min")]
        printed = [amount for amount in amounts if amount is not None]
        limits = _find_limits(circular, kind) if printed else None
        yield from (_keeps_the_rule(circular, amount, limits) for amount in printed if limits)
        for highest, lowest in pairwise(printed):
            ordered = number_of(lowest).value <= number_of(highest).value
            yield circular.holds(f"{kind}_min_below_max", ordered, lowest, highest=highest.value, rests=[highest])


def _given_to(circular: Circular) -> Iterator[Claim]:
    """No more units get something than there are, and as many as get it get some of it."""
    for figure in circular.figures("bonus_units", "deduction_units", "veto_units"):
        size, rule = circular.count_units(figure.group), f"{figure.measure}_at_most_all"
        is_group = figure.group in circular.facts.scheme.groups or figure.group == "all"
        if size is not None and is_group:
            yield circular.holds(rule, number_of(figure).value <= size, figure, size=size)
    yield from _left_for_vetoed(circular)
    for units in circular.figures("bonus_units", "deduction_units"):
        kind = units.measure.removesuffix("_units")
        ends = [circular.figure(f"{kind}_{end}", units.group) for end in ("max", "min")]
        amounts = [each for each in ends if each is not None]
        some = [each for each in amounts if number_of(each).value > 0]
        if some and number_of(units).value == 0:
            yield circular.holds("given_to_nobody", False, units, amount=some[0].value, rests=some[:1])
        if len({each.value for each in amounts}) > 1 and number_of(units).value == 1:
            yield circular.holds("given_to_one", False, units, amounts="、".join(each.value for each in amounts),
                                 rests=amounts)  # fmt: skip


def _left_for_vetoed(circular: Circular) -> Iterator[Claim]:
    """Vetoed units are in none of the grades that they are barred from: claimed where too few are left for them."""
    scheme = circular.facts.scheme
    for figure in circular.figures("veto_units") if is_known(scheme.veto) else ():
        groups = scheme.groups if figure.group == "all" else [figure.group]
        barred = [grade for grade in scheme.grade_names if scheme.bars(grade)]
        lists = [each for grade in barred for each in circular.printed_lists("graded", figure.group, grade)]
        better = {unit for group, grade in product(groups, barred) for unit in circular.graded.get((group, grade), [])}
        left = (circular.count_units(figure.group) or 0) - len(better)
        if lists and scheme.knows_units(figure.group) and number_of(figure).value > left:
            grades = "、".join(scheme.grade_names[grade] for grade in barred)
            yield circular.holds("left_for_vetoed", False, figure, size=left, grades=grades, rests=lists)


def _keeps_the_rule(circular: Circular, figure: PrintedFigure, limits: _Limits) -> Claim:
    rule, amount, given = f"{figure.measure}_keeps_the_rule", number_of(figure).value, limits.given
    broken = {
        "cap": given.cap is not None and amount > exactly(given.cap).value,
        "item_min": given.item_min is not None and amount < exactly(given.item_min).value,
        "step": given.step is not None and amount % exactly(given.step).value != 0,
    }
    faults = [say(rule, limit, limits=given) for limit, is_broken in broken.items() if is_broken]
    ends = (given.item_min, given.step, given.cap)
    listed = "、".join(say(rule, "no_limit") if limit is None else f"{limit:g}" for limit in ends)
    return circular.holds(rule, not faults, figure, reasons=faults, limits=listed, rests=limits.rests)


def _printed_limits(circular: Circular) -> Iterator[Claim]:
    """What a single bonus may be at least, at most, and all together: claimed where the order is another."""
    names = ("bonus_item_min", "bonus_item_max", "bonus_cap")
    known = [figure for name in names if (figure := circular.figure(name))]
    for lower, higher in pairwise(known):
        if number_of(lower).value > number_of(higher).value:
            values = {"other": circular.label(higher), "highest": higher.value, "rests": [higher]}
            yield circular.holds("limits_in_order", False, lower, **values)


RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    _document, _clauses, _assessors, _methods, _adjustments, _given_to, _printed_limits,
)  # fmt: skip
"""What a circular says that the scheme decides (see `claims`)."""
