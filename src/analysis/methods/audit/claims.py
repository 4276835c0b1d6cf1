"""Every checkable claim a circular makes about itself and the one before it: a rule a kind, each with a verdict."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from analysis.data.published import MEASURES, PrintedFigure, PrintedList
from analysis.methods.audit import average_claims, change_claims, list_claims, scheme_claims, unit_claims
from analysis.methods.audit.circulars import Circular, list_values, number_of, sum_up
from analysis.methods.audit.practices import PRACTICES, Check, Practice, Readings, always, find_practices
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.verdicts import Number, exactly, judge, say, write_like
from analysis.words import METHODS


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
    printed = (*_shares(circular), *average_claims.means(circular), *of_units, *change_claims.changes(circular))
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
    """Compute shares from counts; shares whose count is not known must belong to a whole number."""
    kinds = _kinds_of_shares(circular)
    for share in circular.figures(*kinds):
        measure, total, parts = kinds[share.measure]
        (whole, rests), (everyone, _) = (
            _whole(circular, measure, total, group, parts) for group in (share.group, "all")
        )
        if not whole or _is_beyond(share):
            continue
        part, own = _count_part(circular, measure, share)
        count = Fraction(round(number_of(share).value * whole)) if part is None else part
        values: dict[str, Any] = {"count": write_like(count, "1"), "whole": write_like(whole, "1")}
        values |= {"wording": "share_of_unprinted" if part is None else "share", "rests": [*own, *rests]}
        others = {say("share", "of_all"): always(exactly(count / everyone))} if part is not None and everyone else {}
        yield Check("share", share, always(exactly(count / whole)), others, values)


def _is_beyond(share: PrintedFigure) -> bool:
    return not 0 <= number_of(share).value <= 1


def _possible_shares(circular: Circular) -> Iterator[Claim]:
    """A share is part of a whole: claimed of those of which it is not so."""
    for share in filter(_is_beyond, circular.figures(*_kinds_of_shares(circular))):
        yield circular.holds("share_beyond_whole", False, share)


def _count_part(
    circular: Circular, measure: str, share: PrintedFigure
) -> tuple[Fraction | None, list[PrintedFigure | PrintedList]]:
    """Return how many there are of a part, printed or listed, and what that rests on; None where it is not known."""
    part = circular.figure(measure, share.group, share.of)
    if part is None and share.measure == "grade_share":
        part = circular.figure("list_units", share.group, share.of)
    if part is not None:
        return number_of(part).value, [part]
    groups = circular.facts.scheme.groups if share.group == "all" else [share.group]
    names = [circular.listed_in(group, share.of) for group in groups]
    if share.measure == "indicator_share" or None in names:
        return None, []
    return Fraction(sum(len(own) for own in names if own)), [*circular.printed_lists("graded", share.group, share.of)]


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
    """Return the printed whole, or else the sum of its printed parts, and what it is of.

    Where they are not all printed either, units are those that are assessed, and of all else there are 0.
    """
    whole = circular.figure(total, group)
    known = [whole] if whole else circular.every(measure, [group], parts)
    if not known and total == "unit_count":
        return Fraction(circular.count_units(group) or 0), []
    return sum_up(known).value, known


def _indicator_sums(circular: Circular) -> Iterator[Claim]:
    for group in circular.facts.scheme.groups:
        terms = circular.every("indicator_count", [group], circular.facts.scheme.parts)
        yield from circular.adds_up("indicators_add_up", circular.figure("indicator_count", group), terms)


def _methods(circular: Circular) -> Iterator[Claim]:
    """Units by method add up to the units assessed, where those of every method are printed; more there cannot be."""
    counts = circular.every("unit_count", circular.facts.scheme.groups)
    methods = [figure for of in METHODS if (figure := circular.figure("method_units", of=of))]
    if methods and counts:
        total, units = sum_up(methods).value, sum_up(counts).value
        values: dict[str, Any] = {"methods": list_values(methods), "counts": list_values(counts), "total": total}
        values |= {"section": methods[0].section, "rests": [*methods, *counts]}
        if len(methods) == len(METHODS) or total >= units:
            yield circular.holds("methods_add_up", total == units, computed=str(units), **values)


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


_RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    _repeated,
    *list_claims.RULES,
    _grade_sums,
    lambda circular: map(circular.follows, _shares(circular)),
    _possible_shares,
    _shares_of_a_whole,
    _indicator_sums,
    _methods,
    *scheme_claims.RULES,
    _excellent_split,
    change_claims.streak_counts,
    change_claims.named_streaks,
    change_claims.first_places,
    lambda circular: map(circular.follows, change_claims.changes(circular)),
    *average_claims.RULES,
    *unit_claims.RULES,
)
