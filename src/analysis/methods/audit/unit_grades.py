"""Printed grades of units: those that printed ranks, or totals, lead to."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from analysis.data.silence import UNKNOWN
from analysis.data.unit_tables import are_of_more
from analysis.methods.audit.circulars import Circular, Claim, number_of
from analysis.methods.audit.unit_ranks import find_places, is_complete, order_group, rule_of_ties
from analysis.methods.audit.verdicts import Verdict, say
from analysis.scoring.ranking import find_quota


class Span(NamedTuple):
    """What leads to a grade: ranks from `low` to `high`, both included; or totals from `low` up to, but not, `high`."""

    low: float
    high: float


def claim_grades(circular: Circular) -> Iterator[Claim]:
    """Claim that a unit's printed rank or total is one of the grade that a list or the table gives it.

    Where a unit may be passed over whatever its total, by a veto or a condition, that cannot be told from ranks.

    Parameters
    ----------
    circular : Circular

    Yields
    ------
    Claim
    """
    scheme = circular.facts.scheme
    for (group, grade), units in circular.graded.items():
        column, spans = find_spans(circular, group, grade)
        for unit in units:
            cell = circular.cells.get((unit, column))
            if cell is not None and spans:
                number = number_of(cell)
                ends = (number.value, number.value) if column == "rank" else (number.low, number.high)
                may = [each for each, span in spans.items() if _touches(column, span, *map(float, ends))]
                names = say("unit_grade", "or").join(scheme.grade_names[each] for each in may)
                verdict: Verdict = "exact" if grade in may else "unverifiable" if may_pass(circular) else "contradicted"
                values: dict[str, Any] = {"grade": scheme.grade_names[grade], "clause": grade, "computed": names}
                values |= {"name": circular.names([unit]), "advises": True}
                about = {"rests": [*circular.printed_lists("graded", group, grade), cell]}  # the list is asked of first
                yield circular.claim("unit_grade", verdict, cell, **values) | about


def may_pass(circular: Circular) -> bool:
    """Say whether a unit may get a worse grade than its total, or its rank, would give it."""
    return circular.facts.scheme.veto is not None or bool(circular.facts.scheme.conditional_grades)


def find_spans(
    circular: Circular, group: str, grade: str, other: Mapping[str, int] = MappingProxyType({})
) -> tuple[str, dict[str, Span]]:
    """Say which ranks, or which totals, lead to the grades of a group.

    Parameters
    ----------
    circular : Circular
    group, grade : str
        Ranks or totals as the grades up to this one rest on them.
    other : mapping of unit to rank
        In the place of printed ones.

    Returns
    -------
    column : {"rank", "total"}
    spans : dict of grade to Span
        Empty where it is not known: where a grade's rule is not, of a grade or group that the scheme does not have,
        where grades rest on both, and of ranks unless all are printed, and of no larger list.
    """
    scheme, members = circular.facts.scheme, circular.members(group)
    rules = {each.id: each.rule for each in scheme.grades}
    up_to = list(rules)[: list(rules).index(grade) + 1] if grade in rules and group in scheme.groups else []
    kinds = {rules[each].kind for each in up_to} - {"rest"}
    column = "total" if kinds == {"threshold"} else "rank"
    ranks = {unit: int(circular.cells[unit, "rank"].value) for unit in members if (unit, "rank") in circular.cells}
    if (
        not kinds
        or UNKNOWN in {rule.kind for rule in rules.values()}
        or (column == "rank" and ("threshold" in kinds or len(ranks) < len(members)))
    ):
        return column, {}
    if column == "rank":
        if are_of_more(ranks.values(), len(members)):
            return column, {}
        ranks |= _mend_odd(circular, group)
    spans, end = dict[str, Span](), np.inf if column == "total" else 1.0
    for each, rule in rules.items():
        if rule.kind == "rest" or (rule.kind == "threshold") != (column == "total"):  # what follows rests on others
            spans[each] = Span(-np.inf, end) if column == "total" else Span(end, np.inf)
        elif column == "total":
            spans[each] = Span(rule.value_for(group), end)
            end = spans[each].low
        else:  # of the units that have no better grade
            spans[each] = Span(end, end - 1 + find_quota(rule, group, len(members)))
            end = 1.0 + sum(rank <= spans[each].high for rank in {**ranks, **other}.values())
    return column, spans


def _mend_odd(circular: Circular, group: str) -> dict[str, int]:
    """Find the ranks of totals for units whose printed ones are odd, where ranks are not complete.

    Such a rank would move the line between grades, and units that are next to it would be accused of it.
    """
    order = order_group(circular, group)
    ties = rule_of_ties(circular, order, order.ranks)
    if is_complete(order.ranks, ties):
        return {}
    _, least, most = find_places(order, ties)
    odd = (order.ranks < least) | (order.ranks > most)
    return {order.units[place]: int(least[place]) for place in np.flatnonzero(odd)}


def leads_to(circular: Circular, group: str, grade: str, unit: str, rank: int) -> bool:
    """Say whether a unit may have a grade if its rank is not the printed one, but another.

    Parameters
    ----------
    circular : Circular
    group, grade, unit : str
    rank : int

    Returns
    -------
    bool
        True as well where that is not known.
    """
    column, spans = find_spans(circular, group, grade, {unit: rank})
    if column == "total" or grade not in spans:
        return True
    return spans[grade].low <= rank <= spans[grade].high or (may_pass(circular) and rank < spans[grade].low)


def _touches(column: str, span: Span, low: float, high: float) -> bool:
    return span.low <= high and (low <= span.high if column == "rank" else low < span.high)
