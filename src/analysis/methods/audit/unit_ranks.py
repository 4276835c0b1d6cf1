"""Printed ranks: complete by a rule of ties, and such as the printed totals have them."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from analysis.data.published import PrintedCell
from analysis.data.unit_tables import are_of_more
from analysis.methods.audit.circulars import Circular, Claim, decimals_of, number_of
from analysis.methods.audit.verdicts import say, write_like
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
        Units of the group; of the larger list that these ranks are of, as far as is known.
    is_part : bool
        The ranks are of a larger list, of which the group is a part.
    """

    units: list[str]
    ranks: np.ndarray
    low: np.ndarray
    high: np.ndarray
    size: int
    is_part: bool = False


Places: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Who is above whom, and which ranks totals leave (see `find_places`)."""


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
    decimals = circular.facts.scheme.ranked_decimals
    members = circular.members(group)
    for unit in members:
        total, rank = cells.get((unit, "total")), cells.get((unit, "rank"))
        if total and rank:
            rows.append((int(rank.value), unit, *_as_ranked(total, decimals)))
    rows.sort(key=lambda row: row[0])
    ranks, units, low, high = zip(*rows, strict=True) if rows else ((), (), (), ())
    size = max([len(members), *ranks]) if (is_part := are_of_more(ranks, len(members))) else len(members)
    return Order(list(units), np.array(ranks, dtype=int), np.array(low), np.array(high), size, is_part)


def _as_ranked(total: PrintedCell, decimals: int | None) -> tuple[float, float]:
    """Return what a total may stand for where units are ranked on totals that are rounded.

    One that is printed with more decimals may have been rounded up to a half first, so that it is ranked as either.
    """
    number = number_of(total)
    if decimals is None or decimals_of(total) < decimals:
        return float(number.low), float(number.high)
    if decimals_of(total) == decimals:
        return float(number.value), float(number.value)
    below = number.high - (number.high - number.low) / 10**9  # the upper end itself would be printed otherwise
    form = f"{0:.{decimals}f}"
    low, high = (float(write_like(end, form)) for end in (number.low, below))
    half = 0.0 if low == high else 0.5 / 10**decimals
    return low - half, high + half


def is_complete(ranks: np.ndarray, ties: str) -> bool:
    """Say whether ranks go from 1 on, tied ones as a rule has it.

    Examples
    --------
    >>> [is_complete(np.array([1, 2, 2, 4]), ties) for ties in ("min", "max", "dense")]
    [True, False, False]
    """
    return bool(stand_in_place(ranks, ties).all())


def rule_of_ties(circular: Circular, order: Order, ranks: np.ndarray) -> str:
    """Find the rule of ties that printed ranks follow: the scheme's, or else another, or else the first again.

    Ranks that are tied by mistake may look like another rule: there is none where all who are tied have other totals.
    """
    own = circular.facts.scheme.ties
    tied = sum(times * (times - 1) // 2 for times in np.unique(ranks, return_counts=True)[1])
    same = np.triu(order.ranks[:, None] == order.ranks[None, :], 1)
    above = _find_above(order)
    odd = int((same & (above | above.T)).sum())
    rules = _TIES if own is None else (own, *_TIES) if odd < tied else (own,)
    return next((ties for ties in rules if is_complete(ranks, ties)), rules[0])


_TIES = ("min", "max", "dense")


def find_repairs(ranks: np.ndarray, ties: str, fits: Callable[[int, int], bool] | None = None) -> list[dict[int, int]]:
    """Find the stretches where ranks are not complete, and in each the places of which another rank alone would do.

    Parameters
    ----------
    ranks : ndarray of int
    ties : {"min", "max", "dense"}
    fits : function of a place and a rank, optional
        Whether all else bears a rank out: where it bears none out, more than one rank is wrong.

    Returns
    -------
    list of dict of place to rank
        One for every stretch, empty where more than one rank is wrong.

    Examples
    --------
    >>> find_repairs(np.array([1, 3, 3, 4, 5, 7, 7]), "min")
    [{1: 2, 2: 2, 3: 2}, {5: 6, 6: 6}]
    """

    def repair(start: int, stretch: np.ndarray) -> dict[int, int]:
        repairs = {int(stretch[own]): start + rank for own, rank in _repair(ranks[stretch] - start, ties).items()}
        return repairs if fits is None or any(fits(*each) for each in repairs.items()) else {}

    found: list[dict[int, int]] = []
    for start, stretch in _find_stretches(ranks, ties):
        apart = _find_stretches(ranks[stretch] - start, ties, strict=False)
        together = repair(start, stretch)
        each = [] if together else [repair(start + before, stretch[own]) for before, own in apart]
        found += each if each and all(each) else [together]
    return found


def repair_order(order: Order, ties: str) -> list[dict[int, int]]:
    """Find the ranks of a group that alone would make a stretch complete (`find_repairs`), if totals bear one out.

    None of a part of a larger list, which is not complete.
    """
    if order.is_part:
        return []
    _, least, most = find_places(order, ties)
    return find_repairs(order.ranks, ties, lambda place, rank: bool(least[place] <= rank <= most[place]))


def stand_in_place(ranks: np.ndarray, ties: str) -> np.ndarray:
    """Say which ranks are those that the number of better, or of equal, ones makes them.

    Examples
    --------
    >>> stand_in_place(np.array([1, 3, 3, 4]), "min").tolist()
    [True, False, False, True]
    """
    ordered = np.sort(ranks)
    placed = {
        "min": np.searchsorted(ordered, ranks, "left") + 1,
        "max": np.searchsorted(ordered, ranks, "right"),
        "dense": np.searchsorted(np.unique(ordered), ranks) + 1,
    }
    return np.asarray(placed[ties] == ranks)


def _find_stretches(ranks: np.ndarray, ties: str, *, strict: bool = True) -> Iterator[tuple[int, np.ndarray]]:
    """Yield stretches of ranks that are not complete: how many units are before them, and the places.

    Where one ends there are as many units as ranks; strictly, its last rank is in its place, too: where a rank before a
    tie is missing, the tie looks like the end of a stretch.
    """
    places, start = np.argsort(ranks, kind="stable"), 0
    ordered, in_place = [*ranks[places], np.inf], stand_in_place(ranks, ties)[places]
    for end in range(1, len(places) + 1):
        ends = ordered[end - 1] <= end < ordered[end] and (in_place[end - 1] or not strict) and ties != "dense"
        if ends or end == len(places):
            if not is_complete(ranks[places[start:end]] - start, ties):
                yield start, places[start:end]
            start = end


def _repair(ranks: np.ndarray, ties: str) -> dict[int, int]:
    absent = [rank for rank in range(1, len(ranks) + 1) if rank not in set(ranks)]
    found: dict[int, int] = {}
    for place in range(len(ranks)):
        for rank in dict.fromkeys([*absent[:5], ranks[place] - 1, ranks[place] + 1]):
            mended = ranks.copy()
            mended[place] = rank
            if place not in found and rank >= 1 and is_complete(mended, ties):
                found[place] = int(rank)
    return found


def claim_ranks(circular: Circular) -> Iterator[Claim]:
    """Claim that the ranks of every group are complete, and every unit's that of its total."""
    for group in circular.facts.scheme.groups:
        yield from _claim_group(circular, group)


def _claim_group(circular: Circular, group: str) -> Iterator[Claim]:
    order, size = order_group(circular, group), circular.count_units(group)
    cells = [circular.cells[unit, "rank"] for unit in circular.members(group) if (unit, "rank") in circular.cells]
    ranks, ties = np.array([int(cell.value) for cell in cells], dtype=int), circular.facts.scheme.ties or _TIES[0]
    if size and len(ranks) == size:
        ties = rule_of_ties(circular, order, ranks)
    above, least, most = find_places(order, ties)
    is_odd = bool(((order.ranks < least) | (order.ranks > most)).any())
    for place, unit in enumerate(order.units):
        low, high = int(least[place]), int(most[place])
        fits = bool(low <= order.ranks[place] <= high)
        other = None if fits and not order.is_part else _find_opposite(order, place, above)
        fits = fits and other is None  # of a part, whose places are not known, the order is what can be checked
        rests, pair = [circular.cells[unit, "total"]], ""
        if other is not None:
            rests += [circular.cells[order.units[other], column] for column in ("rank", "total")]
            pair = _tell_pair(circular, order, above, place, other)
        cell = circular.cells[unit, "rank"]
        computed = str(low) if low == high else say("unit_rank", "range", low=low, high=high)
        values: dict[str, Any] = {"computed": cell.value if fits else computed, "pair": pair, "rests": rests}
        values |= {"ties": say("unit_rank", ties), "advises": True, "loose": other is None}
        if order.is_part:
            values |= {"wording": "unit_rank_of_part", "computed": cell.value if fits else "", "advises": False}
        yield circular.holds("unit_rank", fits, cell, **values)
    if size and len(ranks) == size:
        yield _claim_complete(circular, order, group, ranks, cells, ties, is_odd=is_odd)


def find_places(order: Order, ties: str) -> Places:
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
    above, is_exact = _find_above(order), low == high
    same = _find_same(order)
    if ties == "dense":  # who ranks so ranks what is printed
        values = np.unique(low)
        places = len(values) - np.searchsorted(values, low)
        return above, places, places + order.size - len(low)
    open_still = ~(above | above.T | same | np.eye(len(low), dtype=bool))
    tied = same.sum(axis=1) - is_exact if ties == "max" else 0
    least = 1 + above.sum(axis=1) + tied
    return above, least, least + open_still.sum(axis=1) + order.size - len(low)


def _find_same(order: Order) -> np.ndarray:
    exact = np.where(order.low == order.high, order.low, np.nan)
    return np.asarray(exact[None, :] == exact[:, None])


def _find_above(order: Order) -> np.ndarray:
    """In every unit's row, say who is surely above it: the upper end belongs to no total that is rounded half up."""
    return np.asarray((order.low[None, :] >= order.high[:, None]) & ~_find_same(order))


def _find_opposite(order: Order, place: int, above: np.ndarray) -> int | None:
    """Find the unit that a unit is most at odds with: better with a lower total, or worse with a higher."""
    worse = above[place] & (order.ranks >= order.ranks[place])
    better = above[:, place] & (order.ranks <= order.ranks[place])
    odd = np.flatnonzero(worse | better)
    if not len(odd):
        return None
    return int(odd[np.argmax(np.abs(order.ranks[odd] - order.ranks[place]))])


def _tell_pair(circular: Circular, order: Order, above: np.ndarray, place: int, other: int) -> str:
    """Say how two units are at odds: the one with the lower total has the better rank, or the same."""
    lower, higher = (place, other) if above[place, other] else (other, place)
    names = {"lower": circular.names([order.units[lower]]), "higher": circular.names([order.units[higher]])}
    return say("unit_rank", "same" if order.ranks[lower] == order.ranks[higher] else "pair", **names)


def _claim_complete(
    circular: Circular,
    order: Order,
    group: str,
    ranks: np.ndarray,
    cells: list[PrintedCell],
    other: str,
    *,
    is_odd: bool,
) -> Claim:
    own, size = circular.facts.scheme.ties or other, len(ranks)
    values: dict[str, Any] = {
        "group": group,
        "section": cells[0].section,
        "size": size,
        "ties": TIES.get(own) or say("unit_rank", own).strip("（）"),
    }
    if order.is_part:
        return circular.claim("ranks_complete", "unverifiable", beyond=int((ranks > size).sum()), **values)
    if is_complete(ranks, own):
        return circular.claim("ranks_complete", "exact", **values)
    if other != own:
        name = TIES.get(other) or say("unit_rank", other).strip("（）")
        reasons = [say("ranks_complete", "other", ties=name)]
        return circular.claim("ranks_complete", "explained", reasons=reasons, rests=cells, **values)
    counted = Counter(ranks.tolist())
    step = {
        "min": lambda rank, times: range(rank + 1, rank + times),
        "max": lambda rank, times: range(rank - times + 1, rank),
    }
    skipped = {rank: {*step[own](rank, times)} for rank, times in counted.items()}
    faults = {
        "missing": sorted(set(range(1, size + 1)) - counted.keys() - {*chain(*skipped.values())}),
        "twice": sorted(rank for rank in counted if counted.keys() & skipped[rank]),
        "beyond": sorted(rank for rank in counted if rank > size),
    }
    reasons = [
        say("ranks_complete", fault, ranks="、".join(map(str, found)), size=size)
        for fault, found in faults.items()
        if found
    ]
    stretches = find_repairs(ranks, own)
    if len(order.units) == size:
        stretches, cells = repair_order(order, own), [circular.cells[unit, "rank"] for unit in order.units]
    rests = [cells[place] for repairs in stretches for place in repairs] or cells
    is_loose = len(stretches) != 1 or not all(stretches) or is_odd
    return circular.claim("ranks_complete", "contradicted", reasons=reasons, rests=rests, loose=is_loose, **values)
