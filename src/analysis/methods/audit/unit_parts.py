"""Printed scores of parts, held against the score of what they are in."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from analysis.methods.audit.circulars import Circular, Claim
from analysis.methods.audit.practices import Check, Practice, Readings
from analysis.methods.audit.unit_claims import Recipe, add_up, claim_units, scale_of, write_sum
from analysis.methods.audit.verdicts import Number


def claim_table(circular: Circular) -> Iterator[Claim]:
    """Claim everything that a printed table of results says.

    Parameters
    ----------
    circular : Circular

    Yields
    ------
    Claim
    """
    yield from claim_units(circular)
    yield from claim_parts(circular)


def claim_parts(circular: Circular) -> Iterator[Claim]:
    """Claim that every printed score is that of the parts in it, and of what applies to the unit.

    Parameters
    ----------
    circular : Circular

    Yields
    ------
    Claim
    """
    table, blocks = circular.facts.table, circular.facts.scheme.blocks
    for (unit, column), cell in circular.cells.items() if table else ():
        parts = blocks[column].parts if column in blocks else {}
        printed = [circular.cells[unit, part] for part in parts if (unit, part) in circular.cells]
        if printed:
            recipe = find_block_recipe(circular, unit, column)
            values: dict[str, Any] = {"rests": printed, "formula": "—"}
            readings: Readings = _read_nothing
            if recipe is not None:
                summed = Recipe(recipe, Fraction(0), Fraction(0))
                printed = [circular.cells[unit, part] for part in recipe]
                readings = partial(add_up, printed, summed)
                values = {"rests": printed, "formula": write_sum(printed, summed)}
            yield circular.follows(Check("unit_block", cell, readings, values=values))
    for name, lacking in sorted(table.lacking) if table else ():
        unit = circular.unit_ids.get(name, "")
        for part in blocks[lacking].parts if lacking in blocks else ():
            if (unit, part) in circular.cells:
                known = {"block": blocks[lacking].name}
                yield circular.claim("unit_applies", "contradicted", circular.cells[unit, part], **known)


def _read_nothing(_: Practice) -> list[Number]:
    return []


def find_block_recipe(circular: Circular, unit: str, column: str) -> dict[str, Fraction] | None:
    """Say what a printed point of a part adds to the printed score of the component or part that it is in.

    Parameters
    ----------
    circular : Circular
    unit, column : str

    Returns
    -------
    dict of part to Fraction, or None
        None where that is not printed: a part's score, or, of a part without points of its own, how much it is out of.
    """
    table, block = circular.facts.table, circular.facts.scheme.blocks[column]
    name = circular.names([unit])
    parts = [each for each in block.parts if table is None or (name, each) not in table.lacking]
    scales = {part: scale_of(circular, part) for part in parts}
    if table is None or not parts or not all((unit, part) in circular.cells for part in parts):
        return None
    known = {part: scale for part, scale in scales.items() if scale is not None}
    worth = [block.parts[part].points for part in parts]
    if len(known) < len(parts) or (block.rescale and not all(worth)):
        return None
    carried = sum((Fraction(points).limit_denominator(10**6) for points in worth if points), Fraction(0))
    own = scale_of(circular, column)
    factor = Fraction(block.points or 0).limit_denominator(10**6) / carried if block.rescale else Fraction(1)
    return {part: factor * (own or 1) / scale for part, scale in known.items()}
