"""What a printed table of results says of units: totals, ranks, scores and grades, held against each other."""

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from analysis.data.published import PrintedCell
from analysis.data.tables import MOST
from analysis.data.unit_tables import ADJUSTED
from analysis.methods.audit.circulars import Circular, Claim, list_values, number_of
from analysis.methods.audit.practices import Check, Practice, Readings
from analysis.methods.audit.unit_ranks import claim_ranks
from analysis.methods.audit.verdicts import Number, Verdict, exactly, read_number, say
from analysis.scoring.ranking import find_quota

_AS_THEY_ARE = {"total", "rank", *ADJUSTED}
"""Columns of a printed table that scores call the same."""
_SHORTEST = 10**6
"""Denominators of points: 100/13 is meant where 7.692307692307692 stands."""


class Recipe(NamedTuple):
    """How a unit's total is made of its printed scores.

    Attributes
    ----------
    weights : dict of column to Fraction
        What a printed point of a score adds to the total.
    bonus, deduction : Fraction
        What may have been added and taken besides, without being printed.
    """

    weights: dict[str, Fraction]
    bonus: Fraction
    deduction: Fraction


def claim_units(circular: Circular) -> Iterator[Claim]:
    """Claim everything that a printed table of results says, as far as print alone can check it.

    Parameters
    ----------
    circular : Circular

    Yields
    ------
    Claim
    """
    if circular.facts.table is None:
        return
    yield from map(circular.follows, totals(circular))
    for (_, column), cell in circular.cells.items():
        if cell.measure == "unit_score":
            yield from _claim_score(circular, column, cell)
    for group in circular.facts.scheme.groups:
        yield from claim_ranks(circular, group)
    yield from _claim_grades(circular)
    yield from _claim_order(circular)
    yield from map(circular.follows, summaries(circular))


def totals(circular: Circular) -> Iterator[Check]:
    """Hold every printed total of a unit against the scores that it is made of.

    Parameters
    ----------
    circular : Circular

    Yields
    ------
    Check
    """
    for (unit, _), cell in circular.cells.items():
        if cell.measure == "unit_total":
            yield _follow_total(circular, unit, cell)


def check_on_marks(circular: Circular, scores: pd.DataFrame) -> Iterator[Check]:
    """Hold every cell of a printed table of results against marks.

    Parameters
    ----------
    circular : Circular
    scores : DataFrame of `score_year`
        May lack units: their cells are not checked.

    Yields
    ------
    Check
    """
    known, table = scores.set_index("unit_id"), circular.facts.table
    for (unit, column), cell in circular.cells.items() if table else ():
        if unit in known.index:
            keys = [column] if column in _AS_THEY_ARE else [f"{column}_score", f"{column}_earned"]
            value = next((known.at[unit, key] for key in keys if key in known), None)
            scale, numbers = scale_of(circular, column), list[Number]()
            if scale is not None and value is not None and pd.notna(value):
                numbers = [exactly(exactly(float(value)).value * scale)]
            values = {"wording": "marks-unit_without_points" if scale is None else "marks-unit", "basis": "marks"}
            yield Check(f"marks-{cell.measure}", cell, partial(_given, numbers), values=values)


def _is_out_of_nothing(circular: Circular, column: str) -> bool:
    """Say whether a score is printed out of so much, while what it is of has no points of its own."""
    table = circular.facts.table
    is_part = column in circular.facts.scheme.part_names and column not in circular.facts.scheme.blocks
    return is_part and table is not None and table.told.out_of is not None


def _given(numbers: list[Number], _: Practice) -> list[Number]:
    return numbers


def full_score(circular: Circular, column: str) -> Fraction | None:
    """Say what a component or part is printed out of; None for what has no points of its own."""
    table, block = circular.facts.table, circular.facts.scheme.blocks.get(column)
    if table is None or block is None or not block.points:
        return None
    return _exact(block.points if table.told.out_of is None else table.told.out_of)


def scale_of(circular: Circular, column: str) -> Fraction | None:
    """Return how many printed points a point of a component or part is; None where that is not known."""
    full, block = full_score(circular, column), circular.facts.scheme.blocks.get(column)
    if full is not None and block is not None and block.points:
        return full / _exact(block.points)
    return None if _is_out_of_nothing(circular, column) else Fraction(1)


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(_SHORTEST)


def find_recipe(circular: Circular, unit: str) -> Recipe | None:
    """Say how a unit's total is made of its printed scores.

    Parameters
    ----------
    circular : Circular
    unit : str

    Returns
    -------
    Recipe or None
        None where a score is not printed that the total needs.
    """
    scheme, cells, table = circular.facts.scheme, circular.cells, circular.facts.table
    if table is None:
        return None
    name = circular.names([unit])
    applicable = [each for each in scheme.components if (name, each.id) not in table.lacking]
    weights: dict[str, Fraction] = {}
    factor = _base_factor(circular, [component.id for component in applicable])
    for component in applicable:
        if (unit, component.id) in cells:
            weights[component.id] = factor / (scale_of(circular, component.id) or 1)
        elif component.parts and not component.rescale and all((unit, part) in cells for part in component.parts):
            scales = {part: scale_of(circular, part) for part in component.parts}
            if not all(scales.values()):
                return None
            weights |= {part: factor / scale for part, scale in scales.items() if scale}
        else:
            return None
    spare = dict.fromkeys(ADJUSTED, Fraction(0))
    for kind, limits, sign in (("bonus", scheme.bonus, 1), ("deduction", scheme.deduction, -1)):
        if (unit, kind) in cells:
            weights[kind] = Fraction(sign)
        elif kind not in table.columns:  # a blank in a column that is printed is none
            spare[kind] = _exact(MOST if limits.cap is None else limits.cap)
    return Recipe(weights, *(spare[kind] for kind in ADJUSTED))


def _base_factor(circular: Circular, applicable: Collection[str]) -> Fraction:
    """Return what the components' points are multiplied by in the total."""
    scheme = circular.facts.scheme
    if (base := scheme.base) is None:
        return Fraction(1)
    counted = [_exact(each.points) for each in scheme.components if each.id in applicable or not base.rescale]
    return _exact(scheme.base_points) / (sum(counted, Fraction(0)) or 1)


def _follow_total(circular: Circular, unit: str, cell: PrintedCell) -> Check:
    recipe = find_recipe(circular, unit)
    if recipe is None:
        return Check("unit_total", cell, partial(_given, []), values={"formula": "—"})
    parts = [circular.cells[unit, column] for column in recipe.weights]
    others: dict[str, Readings] = {}
    if recipe.bonus or recipe.deduction:
        caps = {"bonus": recipe.bonus, "deduction": recipe.deduction}
        limits = "、".join(
            say("unit_total", kind, cap=f"{float(cap):g}" if cap < MOST else say("unit_total", "unlimited"))
            for kind, cap in caps.items()
            if cap
        )
        spared = partial(add_up, parts, recipe, spare=True)
        others[say("unit_total", "unprinted", limits=limits)] = spared
    values = {"formula": write_sum(parts, recipe), "rests": parts}
    return Check("unit_total", cell, partial(add_up, parts, recipe), others, values)


def add_up(parts: list[PrintedCell], recipe: Recipe, practice: Practice, *, spare: bool = False) -> list[Number]:
    """Add up scores as the total does, each with all that it may stand for."""
    terms = [number_of(cell, practice.rounding) for cell in parts]
    weights = list(recipe.weights.values())
    ends = [
        (each.low, each.high, each.has_low, each.has_high)
        if weight > 0
        else (each.high, each.low, each.has_high, each.has_low)
        for each, weight in zip(terms, weights, strict=True)
    ]
    value = sum((weight * each.value for weight, each in zip(weights, terms, strict=True)), Fraction(0))
    low, high = (
        sum((weight * end[side] for weight, end in zip(weights, ends, strict=True)), Fraction(0)) for side in (0, 1)
    )
    if spare:
        low, high = low - recipe.deduction, high + recipe.bonus
    return [Number(value, low, high, all(end[2] for end in ends), all(end[3] for end in ends))]


def write_sum(parts: list[PrintedCell], recipe: Recipe) -> str:
    """Write the sum that `add_up` computes."""
    weights = list(recipe.weights.values())
    if all(weight == 1 for weight in weights):
        return list_values(parts)
    if len(set(weights)) == 1 and weights[0].numerator == 1:
        return f"({list_values(parts)}) ÷ {weights[0].denominator}"
    return " + ".join(
        cell.value if weight == 1 else f"{cell.value} × {float(weight):.4g}"
        for cell, weight in zip(parts, weights, strict=True)
    )


def _claim_score(circular: Circular, column: str, cell: PrintedCell) -> Iterator[Claim]:
    """A score is neither negative nor more than what it is out of."""
    full = full_score(circular, column)
    if full is not None:
        number = number_of(cell)
        fits = number.high > 0 and number.low <= full
        yield circular.holds("unit_score", fits, cell, full=f"{float(full):.6g}")


def _claim_grades(circular: Circular) -> Iterator[Claim]:
    """A unit's printed rank or total is one of the grade that a list or the table gives it.

    Where a unit may be passed over whatever its total, by a veto or a condition, that cannot be told from ranks.
    """
    scheme = circular.facts.scheme
    grades = list(scheme.grade_names)
    may_pass = scheme.veto is not None or any(grade.requires for grade in scheme.grades)
    for (group, grade), units in circular.graded.items():
        known = grade in grades and group in scheme.groups
        places = _find_grades(circular, group, grades.index(grade)) if known else {}
        for unit in units:
            if unit in places:
                cell, may = places[unit]
                names = say("unit_grade", "or").join(scheme.grade_names[each] for each in may)
                rests = circular.printed_lists("graded", group, grade)
                values: dict[str, Any] = {"grade": scheme.grade_names[grade], "clause": grade, "computed": names}
                verdict: Verdict = "exact" if grade in may else "unverifiable" if may_pass else "contradicted"
                yield circular.claim("unit_grade", verdict, cell, rests=rests, **values)


def _find_grades(circular: Circular, group: str, place: int) -> dict[str, tuple[PrintedCell, list[str]]]:
    """Say which grades units may have by rank, or by total, if that is what the grades up to a place rest on."""
    scheme, members = circular.facts.scheme, circular.members(group)
    rules = {grade.id: grade.rule for grade in scheme.grades}
    kinds = {rule.kind for rule in [*rules.values()][: place + 1]} - {"rest"}
    column = "total" if kinds == {"threshold"} else "rank"
    cells = {unit: circular.cells[unit, column] for unit in members if (unit, column) in circular.cells}
    if not kinds or (column == "rank" and ("threshold" in kinds or len(cells) < len(members))):
        return {}
    ends = {unit: number_of(cell) for unit, cell in cells.items()}
    may: dict[str, list[str]] = {unit: [] for unit in cells}
    above, line = 0, None
    for grade, rule in rules.items():
        if rule.kind == "rest":
            least: Fraction | None = None
        elif rule.kind == "threshold":
            least = exactly(rule.value_for(group)).value
        else:  # of the units that have no better grade
            least = Fraction(above + find_quota(rule, group, len(members)))
        for unit, number in ends.items():
            if column == "total":
                fits = (least is None or number.high >= least) and (line is None or number.low < line)
            else:
                fits = (least is None or number.value <= least) and number.value > above
            may[unit] += [grade] * fits
        line = least
        if column == "rank" and least is not None:
            above = sum(number.value <= least for number in ends.values())
    return {unit: (cell, may[unit]) for unit, cell in cells.items()}


def _claim_order(circular: Circular) -> Iterator[Claim]:
    """The order of a printed list of a grade is that of printed ranks."""
    ranks = {unit: int(cell.value) for (unit, column), cell in circular.cells.items() if column == "rank"}
    for (group, grade), units in circular.graded.items():
        known = [unit for unit in units if unit in ranks]
        if len(known) > 1:
            pairs = [
                say(
                    "list_ranks", "pair", first=circular.names([first]), second=circular.names([second]),
                    better=ranks[first], worse=ranks[second],
                )
                for first, second in pairwise(known)
                if ranks[first] > ranks[second]
            ]  # fmt: skip
            lists = circular.printed_lists("graded", group, grade)
            where = circular.label_list(lists[0]) if lists else ""
            values: dict[str, Any] = {"group": group, "of": grade, "section": circular.section_of(group, [grade])}
            values |= {"where": where, "listed": len(known), "pairs": "、".join(pairs)}
            yield circular.claim("list_ranks", "unverifiable" if pairs else "exact", **values)


def summaries(circular: Circular) -> Iterator[Check]:
    """Hold printed averages and extremes against the printed totals that they are of.

    Parameters
    ----------
    circular : Circular

    Yields
    ------
    Check
    """
    for figure in circular.figures("average", "total_max", "total_min") if circular.facts.table else ():
        of = circular.graded.get((figure.group, figure.of)) if figure.of != "all" else circular.members(figure.group)
        cells = [circular.cells.get((unit, "total")) for unit in of or []]
        if cells and all(cells):
            totals = [cell for cell in cells if cell]
            values = {"units": len(totals), "rests": totals, "loose": True}
            yield Check("table_summary", figure, partial(_sum_up, figure.measure, totals), values=values)


def _sum_up(measure: str, totals: Iterable[PrintedCell], practice: Practice) -> list[Number]:
    numbers = [
        read_number(cell.value, rounded=not practice.totals_first, rounding=practice.rounding) for cell in totals
    ]
    if measure != "average":
        pick = max if measure == "total_max" else min
        return [pick(numbers, key=lambda number: number.value)]
    value, low, high = (sum(ends, Fraction(0)) / len(numbers) for ends in list(zip(*numbers, strict=True))[:3])
    return [Number(value, low, high, all(each.has_low for each in numbers), all(each.has_high for each in numbers))]
