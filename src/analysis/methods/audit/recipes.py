"""How the printed totals of units, and their printed scores, are made of other printed scores."""

from collections.abc import Iterable
from fractions import Fraction
from math import isnan
from typing import NamedTuple

from analysis.data.published import PrintedCell
from analysis.data.schemes import Scheme
from analysis.data.silence import is_known
from analysis.data.tables import MOST
from analysis.methods.audit.circulars import Circular, list_values, number_of
from analysis.methods.audit.practices import Practice
from analysis.methods.audit.verdicts import Number, sum_of

_SHORTEST = 10**6
"""Denominators of points: 100/13 is meant where 7.692307692307692 stands."""


class Recipe(NamedTuple):
    """How a printed number is made of printed scores.

    Attributes
    ----------
    weights : dict of column to Fraction
        What a printed point of a score adds to it.
    bonus, deduction : Fraction
        What may have been added and taken besides, without being printed.
    """

    weights: dict[str, Fraction]
    bonus: Fraction = Fraction(0)
    deduction: Fraction = Fraction(0)


def full_score(circular: Circular, column: str) -> Fraction | None:
    """Say what a component or part is printed out of; None for what has no points of its own."""
    block = circular.facts.scheme.blocks.get(column)
    if block is None or not block.points:
        return None
    return _out_of(circular) or (None if isnan(block.points) else _exact(block.points))


def scale_of(circular: Circular, column: str) -> Fraction | None:
    """Return how many printed points a point of a score is; None for a part without points that is out of some."""
    full, scheme = full_score(circular, column), circular.facts.scheme
    if column in scheme.blocks and isnan(scheme.blocks[column].points or 0):
        return None
    if full is not None:
        return full / _exact(scheme.blocks[column].points or 1)
    return None if _out_of(circular) and column in scheme.part_names else Fraction(1)


def _out_of(circular: Circular) -> Fraction | None:
    """Return what every score is printed out of; None where each is printed out of its own points."""
    told = circular.published.table
    return _exact(told.out_of) if told and told.out_of else None


def find_recipe(circular: Circular, unit: str, column: str) -> Recipe | None:
    """Say how a unit's total, or its score of a component or part, is made of its printed scores.

    Parameters
    ----------
    circular : Circular
    unit, column : str

    Returns
    -------
    Recipe or None
        None where a score is not printed that it is made of, or not known how much that is out of.
    """
    return _total_recipe(circular, unit) if column == "total" else _block_recipe(circular, unit, column)


def _total_recipe(circular: Circular, unit: str) -> Recipe | None:
    scheme, cells, table = circular.facts.scheme, circular.cells, circular.facts.table
    if isnan(scheme.base_points):
        return None
    applicable = [each.id for each in scheme.components if (unit, each.id) not in circular.lacking]
    factor, weights = _base_factor(scheme, applicable), dict[str, Fraction]()
    for column in applicable:
        block = scheme.blocks[column]
        is_printed = (unit, column) in cells
        scales = _scales(circular, unit, [column] if is_printed else [] if block.rescale else block.parts)
        if not scales:
            return None
        weights |= {each: factor / scale for each, scale in scales.items()}
    spare: dict[str, Fraction] = {}
    for kind, limits, sign in (("bonus", scheme.bonus, 1), ("deduction", scheme.deduction, -1)):
        if (unit, kind) in cells:
            weights[kind] = Fraction(sign)
        elif table is not None and kind not in table.columns:  # a blank in a column that is printed is none
            spare[kind] = _exact(MOST if not is_known(limits) or limits.cap is None else limits.cap)
    return Recipe(weights, **spare)


def _base_factor(scheme: Scheme, applicable: list[str]) -> Fraction:
    """Return what the components' points are multiplied by in the total."""
    if scheme.base is None:
        return Fraction(1)
    counted = [each for each in scheme.components if each.id in applicable or not scheme.base.rescale]
    return _exact(scheme.base_points) / (sum((_exact(each.points) for each in counted), Fraction(0)) or 1)


def _block_recipe(circular: Circular, unit: str, column: str) -> Recipe | None:
    block = circular.facts.scheme.blocks[column]
    parts = [part for part in block.parts if (unit, part) not in circular.lacking]
    worth = [_exact(block.parts[part].points or 0) for part in parts]
    scales = _scales(circular, unit, parts)
    if not scales or (block.rescale and not all(worth)):
        return None
    factor = (scale_of(circular, column) or 1) * (_exact(block.points or 0) / sum(worth) if block.rescale else 1)
    return Recipe({part: factor / scale for part, scale in scales.items()})


def _scales(circular: Circular, unit: str, columns: Iterable[str]) -> dict[str, Fraction]:
    """Return the scales of some printed scores; none unless all of them are printed, and known."""
    scales = {each: scale_of(circular, each) if (unit, each) in circular.cells else None for each in columns}
    return {each: scale for each, scale in scales.items() if scale} if all(scales.values()) else {}


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(_SHORTEST)


def add_up(cells: list[PrintedCell], recipe: Recipe, practice: Practice, *, spare: bool = False) -> list[Number]:
    """Add up scores as a recipe says, each with all that it may stand for; with what may not be printed."""
    weighted = zip(cells, recipe.weights.values(), strict=True)
    found = sum_of(number_of(cell, practice.rounding).times(weight) for cell, weight in weighted)
    if spare:
        found = found._replace(low=found.low - recipe.deduction, high=found.high + recipe.bonus)
    return [found]


def write_sum(cells: list[PrintedCell], recipe: Recipe) -> str:
    """Write the sum that `add_up` computes."""
    weights = list(recipe.weights.values())
    if all(weight == 1 for weight in weights):
        return list_values(cells)
    if len(set(weights)) == 1 and weights[0].numerator == 1:
        return f"({list_values(cells)}) ÷ {weights[0].denominator}"
    return " + ".join(
        cell.value if weight == 1 else f"{cell.value} × {float(weight):.4g}"
        for cell, weight in zip(cells, weights, strict=True)
    )
