"""Why a score or an average changed: exact Shapley contributions that add up to the change."""

from collections.abc import Iterator
from math import comb

import numpy as np
import pandas as pd

from analysis.methods.counterfactuals import Counterfactuals


def shapley(values: np.ndarray, players: int) -> np.ndarray:
    """Split the change from all players absent to all present among the players.

    Parameters
    ----------
    values : ndarray, shape (2, ..., 2, *rest) with one axis of length 2 per player, first
        The value of every coalition: 0 where a player is absent, 1 where present.
    players : int

    Returns
    -------
    ndarray, shape (players, *rest)
        Contributions; their sum is the value of all minus the value of none (Shapley 1953).

    Examples
    --------
    The first player alone brings 10, the second 20, both together 40: the 10 more are shared.

    >>> shapley(np.array([[0.0, 20.0], [10.0, 40.0]]), players=2).tolist()
    [15.0, 25.0]
    """
    coalitions = players * np.array([comb(players - 1, size) for size in range(players)])
    weight = 1 / coalitions[np.indices((2,) * (players - 1)).sum(axis=0)]  # |S|! (n - 1 - |S|)! / n!
    added = [np.diff(values, axis=player).squeeze(player) for player in range(players)]
    return np.stack([np.tensordot(weight, each, axes=players - 1) for each in added])


def decompose_units(crossed: Counterfactuals) -> pd.DataFrame:
    """Split the change of each unit's total between the two years.

    Every item of a total depends on three things alone: the scheme, what is applicable, and the unit's own marks. The
    Shapley value of a sum is the sum of the Shapley values, so three players an item give the exact split among them.

    Parameters
    ----------
    crossed : Counterfactuals

    Returns
    -------
    DataFrame with columns unit_id, group, factor ("performance", "applicable", "scheme", "bonus",
    "deduction"), part (for performance), contribution (points); the units of both years only.

    Examples
    --------
    One unit and one item, whose points (half of what it is worth) double with the scheme and grow by half with the
    marks. The points are told by scheme, applicable and marks, of the base year and of the current one:

    >>> points = np.array([[[40, 60], [40, 60]], [[80, 120], [80, 120]]])[..., None, None]
    >>> units, items = pd.DataFrame({"unit_id": ["a"]}), pd.DataFrame({"kind": ["performance"], "part": ["desk"]})
    >>> crossed = Counterfactuals((), "all", units, np.array([[True], [True]]), items, points, ())
    >>> decompose_units(crossed)[["factor", "part", "contribution"]].round(9).to_numpy().tolist()
    [['performance', 'desk', 30.0], ['applicable', '', 0.0], ['scheme', '', 50.0]]
    """
    both = crossed.members.all(axis=0)
    split = shapley(crossed.points[..., both, :], 3)
    rows = [
        pd.DataFrame({"unit_id": crossed.units.loc[both, "unit_id"], **factor, "contribution": contribution})
        for factor, contribution in _by_factor(crossed, split)
    ]
    return pd.concat(rows, ignore_index=True).assign(group=crossed.group)


def decompose_average(crossed: Counterfactuals) -> pd.DataFrame:
    """Split the change of the group's average between the two years; who is a member is one more player.

    Parameters
    ----------
    crossed : Counterfactuals

    Returns
    -------
    DataFrame with columns group, factor ("performance", "applicable", "scheme", "bonus",
    "deduction", "membership"), part (for performance), contribution (points); all units.

    Examples
    --------
    "a" has 40 points in both years; "b", with 60, is new, which alone moves the average from 40 to 50:

    >>> points = np.broadcast_to(np.array([[40.0], [60.0]]), (2, 2, 2, 2, 1))
    >>> units, items = pd.DataFrame({"unit_id": ["a", "b"]}), pd.DataFrame({"kind": ["performance"], "part": ["desk"]})
    >>> crossed = Counterfactuals((), "all", units, np.array([[True, False], [True, True]]), items, points, ())
    >>> split = decompose_average(crossed).set_index("factor")["contribution"]
    >>> split.round(9).to_dict()
    {'performance': 0.0, 'applicable': 0.0, 'scheme': 0.0, 'membership': 10.0}
    """
    # of the axes scheme, applicable, marks, units, items, units are averaged away; membership becomes the first
    averages = np.stack([crossed.points[..., members, :].mean(axis=-2) for members in crossed.members])
    split = shapley(averages, 4)
    rows = [{**factor, "contribution": float(value)} for factor, value in _by_factor(crossed, split[1:])]
    rows.append({"factor": "membership", "part": "", "contribution": float(split[0].sum())})
    return pd.DataFrame(rows).assign(group=crossed.group)


def _by_factor(crossed: Counterfactuals, split: np.ndarray) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    """Collect the contributions of scheme, applicable and marks over the items of each factor."""
    scheme, applicable, marks = split
    items = crossed.items
    for (kind, part), columns in items.groupby(["kind", "part"], sort=False).groups.items():
        yield {"factor": kind, "part": part}, marks[..., columns].sum(axis=-1)
    yield {"factor": "applicable", "part": ""}, applicable.sum(axis=-1)
    yield {"factor": "scheme", "part": ""}, scheme.sum(axis=-1)
