"""Printed ranks: complete by a rule of ties, and such as the printed totals have them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.data.published import PrintedCell
from analysis.methods.audit.circulars import Circular, Claim, number_of
from analysis.methods.audit.verdicts import exactly, say
from analysis.words import TIES


class Order(NamedTuple):
    """The printed totals and ranks of a group.

    Attributes
    ----------
    units : list of str
        Those of which both are printed, by printed rank.
    ranks, low, high : ndarray
        The ranks, and what the totals may stand for: at least `low`, less than `high` or, where they are equal, that.
    size : int
        Units of the group.
    """

    units: list[str]
    ranks: np.ndarray
    low: np.ndarray
    high: np.ndarray
    size: int


def order_group(circular: Circular, group: str) -> Order:
    """Gather the printed totals and ranks of a group; totals as they are ranked, where the scheme says rounded.

    Parameters
    ----------
    circular : Circular
    group : str

    Returns
    -------
    Order
    """
    cells, rows = circular.cells, []
    decimals = circular.facts.scheme.ranking.decimals
    members = circular.members(group)
    for unit in members:
        total, rank = cells.get((unit, "total")), cells.get((unit, "rank"))
        if total and rank:
            number = number_of(total)
            if decimals is not None and len(total.value.partition(".")[2]) == decimals:
                number = exactly(number.value)
            rows.append((int(rank.value), unit, float(number.low), float(number.high)))
    rows.sort(key=lambda row: row[0])
    ranks, units, low, high = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Order(list(units), np.array(ranks, dtype=int), np.array(low), np.array(high), len(members))


def is_complete(ranks: np.ndarray, ties: str) -> bool:
    """Say whether ranks go from 1 on, tied ones as a rule has it.

    Examples
    --------
    >>> [is_complete(np.array([1, 2, 2, 4]), ties) for ties in ("min", "max", "dense")]
    [True, False, False]
    """
    ordered = np.sort(ranks)
    if ties == "dense":
        return bool((np.unique(ordered) == np.arange(1, len(np.unique(ordered)) + 1)).all())
    places = (
        np.searchsorted(ordered, ordered, "left") + 1 if ties == "min" else np.searchsorted(ordered, ordered, "right")
    )
    return bool((places == ordered).all())


def rule_of_ties(circular: Circular, ranks: np.ndarray) -> str:
    """Find the rule of ties that printed ranks follow: the scheme's, or else another, or else the scheme's again."""
    own = circular.facts.scheme.ranking.ties
    return next((ties for ties in (own, *_TIES) if is_complete(ranks, ties)), own)


_TIES = ("min", "max", "dense")


def find_repairs(ranks: np.ndarray, ties: str) -> dict[int, int]:
    """Find the places of which another rank alone would make the ranks complete, and that rank.

    Examples
    --------
    >>> find_repairs(np.array([1, 2, 8, 4]), "min")
    {2: 3}
    """
    absent = [rank for rank in range(1, len(ranks) + 1) if rank not in set(ranks)]
    found = {}
    for place in range(len(ranks)):
        for rank in dict.fromkeys([*absent[:5], ranks[place] - 1, ranks[place] + 1]):
            mended = ranks.copy()
            mended[place] = rank
            if place not in found and rank >= 1 and is_complete(mended, ties):
                found[place] = int(rank)
    return found


def claim_ranks(circular: Circular, group: str) -> Iterator[Claim]:
    """Claim that the ranks of a group are complete, and every unit's that of its total.

    Parameters
    ----------
    circular : Circular
    group : str

    Yields
    ------
    Claim
    """
    order, size = order_group(circular, group), circular.count_units(group)
    cells = [circular.cells[unit, "rank"] for unit in circular.members(group) if (unit, "rank") in circular.cells]
    ranks, ties = np.array([int(cell.value) for cell in cells], dtype=int), str(circular.facts.scheme.ranking.ties)
    if size and len(ranks) == size:
        ties = rule_of_ties(circular, ranks)
    above, least, most = find_places(order, ties)
    for place, unit in enumerate(order.units):
        low, high = int(least[place]), int(most[place])
        fits = low <= order.ranks[place] <= high
        other = None if fits else _find_opposite(order, place, above)
        rests, pair = [circular.cells[unit, "total"]], ""
        if other is not None:
            rests += [circular.cells[order.units[other], column] for column in ("rank", "total")]
            named = sorted([place, other], key=lambda each: order.ranks[each])
            better, worse = (circular.names([order.units[each]]) for each in named)
            pair = say("unit_rank", "pair", better=better, worse=worse)
        cell = circular.cells[unit, "rank"]
        computed = str(low) if low == high else say("unit_rank", "range", low=low, high=high)
        values: dict[str, Any] = {"computed": cell.value if fits else computed, "pair": pair, "rests": rests}
        values |= {"ties": say("unit_rank", ties), "advises": True, "loose": other is None}
        yield circular.holds("unit_rank", fits, cell, **values)
    if size and len(ranks) == size:
        yield _claim_complete(circular, group, ranks, cells)


def find_places(order: Order, ties: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find which ranks printed totals leave to every unit.

    Parameters
    ----------
    order : Order
    ties : {"min", "max", "dense"}

    Returns
    -------
    above : ndarray of bool
        In every unit's row, who is surely above it.
    least, most : ndarray of int

    Examples
    --------
    Two totals that are printed alike may have either order:

    >>> ends = np.array([80.95, 70.95, 70.95]), np.array([81.05, 71.05, 71.05])
    >>> [places.tolist() for places in find_places(Order(["a", "b", "c"], np.array([1, 2, 3]), *ends, 3), "min")[1:]]
    [[1, 2, 2], [1, 3, 3]]
    """
    low, high = order.low, order.high
    if not order.units:
        return np.zeros((0, 0), dtype=bool), np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    is_exact = low == high
    same = (low[None, :] == low[:, None]) & is_exact[None, :] & is_exact[:, None]
    above = (low[None, :] >= high[:, None]) & ~same  # the upper end belongs to no total that is rounded half up
    if ties == "dense":  # who ranks so ranks what is printed
        values = np.unique(low)
        places = len(values) - np.searchsorted(values, low)
        return above, places, places
    open_still = ~(above | above.T | same | np.eye(len(low), dtype=bool))
    tied = same.sum(axis=1) - is_exact if ties == "max" else 0
    least = 1 + above.sum(axis=1) + tied
    return above, least, least + open_still.sum(axis=1) + order.size - len(low)


def _find_opposite(order: Order, place: int, above: np.ndarray) -> int | None:
    """Find the unit that a unit is most at odds with: better with a lower total, or worse with a higher."""
    worse = above[place] & (order.ranks >= order.ranks[place])
    better = above[:, place] & (order.ranks <= order.ranks[place])
    odd = np.flatnonzero(worse | better)
    if not len(odd):
        return None
    return int(odd[np.argmax(np.abs(order.ranks[odd] - order.ranks[place]))])


def _claim_complete(circular: Circular, group: str, ranks: np.ndarray, cells: list[PrintedCell]) -> Claim:
    own, size = circular.facts.scheme.ranking.ties, len(ranks)
    values: dict[str, Any] = {"group": group, "section": cells[0].section, "size": size, "ties": TIES[own]}
    if is_complete(ranks, own):
        return circular.claim("ranks_complete", "exact", **values)
    other = rule_of_ties(circular, ranks)
    if other != own:
        name = TIES.get(other) or say("unit_rank", other).strip("（）")
        reasons = [say("ranks_complete", "other", ties=name)]
        return circular.claim("ranks_complete", "explained", reasons=reasons, rests=cells, **values)
    counted, there = pd.Series(ranks).value_counts(), set(ranks.tolist())
    step = {
        "min": lambda rank, times: range(rank + 1, rank + times),
        "max": lambda rank, times: range(rank - times + 1, rank),
    }
    skipped = {each for rank, times in counted.items() for each in step[own](int(str(rank)), int(times))}
    faults = {
        "missing": sorted(set(range(1, size + 1)) - there - skipped),
        "twice": sorted(
            int(str(rank)) for rank, times in counted.items() if there & {*step[own](int(str(rank)), int(times))}
        ),
        "beyond": sorted(rank for rank in there if rank > size),
    }
    reasons = [
        say("ranks_complete", fault, ranks="、".join(map(str, found)), size=size)
        for fault, found in faults.items()
        if found
    ]
    repairs = find_repairs(ranks, own)
    rests = [cells[place] for place in repairs] or cells
    return circular.claim("ranks_complete", "contradicted", reasons=reasons, rests=rests, loose=not repairs, **values)
