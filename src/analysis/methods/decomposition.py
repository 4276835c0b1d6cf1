"""Why a score or an average changed: exact Shapley contributions that add up to the change."""

from collections.abc import Sequence
from math import comb

import numpy as np
import pandas as pd

from analysis.methods.counterfactuals import Counterfactuals

COLUMNS = ["group", "factor", "part", "contribution", "alternative"]


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

    Every item of a total depends on four things alone: the scheme, what is applicable, the unit's own marks, and which
    indicators there are besides the linked ones. The Shapley value of a sum is the sum of the Shapley values, so four
    players an item give the exact split among them.

    Parameters
    ----------
    crossed : Counterfactuals

    Returns
    -------
    DataFrame with columns unit_id, group, factor ("performance" of linked indicators and outside results, by part;
    "unseparated" of all other indicators, by component; "applicable" if any are linked; "scheme", "bonus",
    "deduction"), part (or component, or ""), contribution (points, what a year does not have taken at the unit's own
    rate), alternative (at the other year's rate); the units of both years only.

    Examples
    --------
    One unit and one item, whose points (half of what it is worth) double with the scheme and grow by half with the
    marks. The points are told by imputation, scheme, applicable, marks and unlinked, of the base year and the current:

    >>> points = np.multiply.outer([[40, 60], [80, 120]], np.ones((2, 2, 2)))  # scheme, marks; the others are dummies
    >>> points = np.moveaxis(points, [0, 1, 2, 3, 4], [1, 3, 0, 2, 4])[..., None, None]
    >>> units, items = pd.DataFrame({"unit_id": ["a"]}), pd.DataFrame({"kind": ["performance"], "part": ["desk"]})
    >>> items, links = items.assign(component="daily"), pd.DataFrame({"linked": [40.0]})
    >>> crossed = Counterfactuals((), "all", units, np.array([[True], [True]]), items, points, points, (), links)
    >>> decompose_units(crossed)[["factor", "part", "contribution"]].round(9).to_numpy().tolist()
    [['performance', 'desk', 30.0], ['applicable', '', 0.0], ['scheme', '', 50.0]]
    """
    both, items = crossed.panel, crossed.items
    scheme, applicable, marks, others = shapley(np.moveaxis(crossed.points[..., both, :], 0, 4), 4)
    split: dict[tuple[str, str], np.ndarray] = {}
    alone = items[items["kind"].ne("unlinked")]
    for (kind, part), columns in alone.groupby(["kind", "part"], sort=False).groups.items():
        split[kind, part] = marks[..., columns].sum(axis=-1)
    for component in items.loc[items["kind"].eq("unlinked"), "component"].unique():
        split["unseparated", component] = others[..., items["component"].eq(component)].sum(axis=-1)
    if crossed.linked["linked"].any():
        split["applicable", ""] = applicable.sum(axis=-1)
    split["scheme", ""] = scheme.sum(axis=-1)
    rows = [
        pd.DataFrame({"unit_id": crossed.units.loc[both, "unit_id"], "factor": factor, "part": part,
                      "contribution": contribution, "alternative": alternative})
        for (factor, part), (contribution, alternative) in split.items()
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True).assign(group=crossed.group)


def decompose_average(crossed: Counterfactuals) -> pd.DataFrame:
    """Split the change of the group's average between the two years: into the units of both years, and the others.

    The units of both years, a matched panel, are split as in `decompose_units`. "entering" is what the current average
    of all is above that of the panel, "leaving" what the panel's is above that of all in the base year.

    Parameters
    ----------
    crossed : Counterfactuals

    Returns
    -------
    DataFrame with columns group, factor, part, contribution, alternative (points; as in `decompose_units`), and the
    factors "entering" and "leaving" where units do; without any unit of both years "membership" alone, which is all.

    Examples
    --------
    "a" has 40 points in both years; "b", with 60, is new, which alone moves the average from 40 to 50:

    >>> points = np.broadcast_to(np.array([[40.0], [60.0]]), (2, 2, 2, 2, 2, 2, 1))
    >>> units, items = pd.DataFrame({"unit_id": ["a", "b"]}), pd.DataFrame({"kind": ["unlinked"], "part": ["desk"]})
    >>> items, links = items.assign(component="daily"), pd.DataFrame({"linked": [0.0]})
    >>> members = np.array([[True, False], [True, True]])
    >>> crossed = Counterfactuals((), "all", units, members, items, points, points, (), links)
    >>> decompose_average(crossed).set_index("factor")["contribution"].round(9).to_dict()
    {'unseparated': 0.0, 'scheme': 0.0, 'entering': 10.0}
    """
    (before, now), (panel_before, panel_now) = crossed.averages, crossed.panel_averages
    listed = {"entering": now - panel_now, "leaving": panel_before - before}
    moved = dict(zip(("leaving", "entering"), (crossed.members & ~crossed.panel).any(axis=1), strict=True))
    if not crossed.panel.any():
        listed, moved = {"membership": now - before}, {"membership": True}
    values = COLUMNS[3:]
    means = decompose_units(crossed).groupby(["factor", "part"], sort=False, as_index=False)[values].mean()
    rows = [{"factor": factor, "part": "", **dict.fromkeys(values, value)}
            for factor, value in listed.items() if moved[factor]]  # fmt: skip
    told = [part for part in (means, pd.DataFrame(rows)) if len(part)]
    return pd.concat(told, ignore_index=True).assign(group=crossed.group)


def add_up(steps: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add up the decompositions of successive years, by factor.

    The sum over the factors is the change from the first year to the last, but the parts are not those of a direct
    comparison: every year in between counts with its own scheme, marks and units.

    Parameters
    ----------
    steps : sequence of DataFrame of `decompose_average`, stacked by group
        Each year beside the one before.

    Returns
    -------
    DataFrame with the same columns, of the groups of all steps; empty if there is one step alone.

    Examples
    --------
    >>> year = pd.DataFrame({"group": "county", "factor": ["scheme", "bonus"], "part": "", "contribution": [1.0, 2.0]})
    >>> add_up([year.assign(alternative=0.0)] * 2)["contribution"].tolist()
    [2.0, 4.0]
    """
    stacked = pd.concat(steps) if len(steps) > 1 else steps[0].iloc[:0]
    everywhere = [group for group in stacked["group"].unique() if all(step["group"].eq(group).any() for step in steps)]
    return (
        stacked[stacked["group"].isin(everywhere)].groupby(COLUMNS[:3], sort=False, as_index=False)[COLUMNS[3:]].sum()
    )
