"""What a printed table of results says of units: totals, ranks, scores and grades, held against each other."""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.data.published import PrintedCell
from analysis.data.tables import MOST
from analysis.data.unit_tables import ADJUSTED
from analysis.methods.audit.circulars import Circular, Claim, number_of
from analysis.methods.audit.practices import SUMMARIES, Check, Practice, Readings, always
from analysis.methods.audit.recipes import add_up, find_recipe, full_score, scale_of, write_sum
from analysis.methods.audit.unit_ranks import claim_ranks
from analysis.methods.audit.verdicts import Number, Verdict, exactly, read_number, say, sum_of
from analysis.scoring.ranking import find_quota

_AS_THEY_ARE = {"total", "rank", *ADJUSTED}
"""Columns of a printed table that scores call the same."""


def totals(circular: Circular) -> Iterator[Check]:
    """Hold every printed total of a unit against the scores that it is made of."""
    for unit, column in circular.cells:
        if column == "total":
            yield _follow_recipe(circular, "unit_total", unit, column)


def _blocks(circular: Circular) -> Iterator[Check]:
    """Hold every printed score against those of the parts in it."""
    for unit, column in circular.cells:
        block = circular.facts.scheme.blocks.get(column)
        if block is not None and any((unit, part) in circular.cells for part in block.parts):
            yield _follow_recipe(circular, "unit_block", unit, column)


def _follow_recipe(circular: Circular, rule: str, unit: str, column: str) -> Check:
    cell, recipe = circular.cells[unit, column], find_recipe(circular, unit, column)
    if recipe is None:
        return Check(rule, cell, always(), values={"formula": "—"})
    scores, others = [circular.cells[unit, each] for each in recipe.weights], dict[str, Readings]()
    if recipe.bonus or recipe.deduction:
        caps = {"bonus": recipe.bonus, "deduction": recipe.deduction}
        limits = "、".join(
            say(rule, kind, cap=f"{float(cap):g}" if cap < MOST else say(rule, "unlimited"))
            for kind, cap in caps.items()
            if cap
        )
        others[say(rule, "unprinted", limits=limits)] = partial(add_up, scores, recipe, spare=True)
    values = {"formula": write_sum(scores, recipe), "rests": scores}
    return Check(rule, cell, partial(add_up, scores, recipe), others, values)


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
    known = scores.set_index("unit_id")
    for (unit, column), cell in circular.cells.items():
        if unit in known.index:
            keys = [column] if column in _AS_THEY_ARE else [f"{column}_score", f"{column}_earned"]
            value = next((known.at[unit, key] for key in keys if key in known), None)
            scale, numbers = scale_of(circular, column), list[Number]()
            if scale is not None and value is not None and pd.notna(value):
                numbers = [exactly(float(value)).times(scale)]
            values = {"wording": "marks-unit_without_points" if scale is None else "marks-unit", "basis": "marks"}
            yield Check(f"marks-{cell.measure}", cell, always(*numbers), values=values)


def _scores(circular: Circular) -> Iterator[Claim]:
    """A score is neither negative nor more than what it is out of."""
    for (_, column), cell in circular.cells.items():
        full = full_score(circular, column)
        if full is not None:
            number = number_of(cell)
            fits = number.high > 0 and number.low <= full
            yield circular.holds("unit_score", fits, cell, full=f"{float(full):.6g}")


def _grades(circular: Circular) -> Iterator[Claim]:
    """A unit's printed rank or total is one of the grade that a list or the table gives it.

    Where a unit may be passed over whatever its total, by a veto or a condition, that cannot be told from ranks.
    """
    scheme = circular.facts.scheme
    grades = list(scheme.grade_names)
    may_pass = scheme.veto is not None or bool(scheme.conditional_grades)
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


def _order(circular: Circular) -> Iterator[Claim]:
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
    """Hold printed averages and extremes against the printed totals that they are of."""
    for figure in circular.figures(*SUMMARIES):
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
    if measure == "average":
        return [sum_of(numbers).times(Fraction(1, len(numbers)))]
    pick = max if measure == "total_max" else min
    return [pick(numbers, key=lambda number: number.value)]


def _applying(circular: Circular) -> Iterator[Claim]:
    """A part of what does not apply to a unit has no printed score: claimed of those of which it is not so."""
    table, blocks = circular.facts.table, circular.facts.scheme.blocks
    for name, lacking in sorted(table.lacking) if table else ():
        unit = circular.unit_ids.get(name, "")
        for part in blocks[lacking].parts if lacking in blocks else ():
            if (unit, part) in circular.cells:
                cell = circular.cells[unit, part]
                yield circular.claim("unit_applies", "contradicted", cell, block=blocks[lacking].name)


RULES: tuple[Callable[[Circular], Iterator[Claim]], ...] = (
    lambda circular: map(circular.follows, totals(circular)),
    _scores,
    claim_ranks,
    _grades,
    _order,
    lambda circular: map(circular.follows, summaries(circular)),
    lambda circular: map(circular.follows, _blocks(circular)),
    _applying,
)
"""What a table makes a circular say, as far as print alone can check it (see `claims`)."""
