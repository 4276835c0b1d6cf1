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
from analysis.methods.audit.unit_grades import claim_grades
from analysis.methods.audit.unit_ranks import claim_ranks
from analysis.methods.audit.verdicts import Number, exactly, read_number, say, sum_of

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


def _equal(circular: Circular) -> Iterator[Claim]:
    """Totals printed alike but ranked apart are told where others share a rank: digits not printed may differ."""
    cells, alike = circular.cells, dict[tuple[str, str], dict[str, int]]()
    for (unit, column), cell in cells.items():
        if column == "total" and (unit, "rank") in cells:
            alike.setdefault((circular.groups[unit], cell.value), {})[unit] = int(cells[unit, "rank"].value)
    for group in circular.facts.scheme.groups if circular.facts.scheme.ranked_decimals is None else ():
        shared = {total: units for (of, total), units in alike.items() if of == group and len(units) > 1}
        apart = {total: units for total, units in shared.items() if len({*units.values()}) > 1}
        if 0 < len(apart) < len(shared):
            told = []
            for total, units in apart.items():
                named = {rank: circular.names([unit]) for unit, rank in units.items()}
                each = [say("equal_totals", "rank", unit=named[rank], rank=rank) for rank in sorted(named)]
                told.append(say("equal_totals", "apart", total=total, ranks="、".join(each)))
            section = cells[next(iter(units)), "total"].section
            yield circular.claim("equal_totals", "unverifiable", group=group, section=section, pairs="；".join(told))


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
    _equal,
    claim_grades,
    _order,
    lambda circular: map(circular.follows, summaries(circular)),
    lambda circular: map(circular.follows, _blocks(circular)),
    _applying,
)
"""What a table makes a circular say, as far as print alone can check it (see `claims`)."""
