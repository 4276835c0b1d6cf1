"""What each indicator weighs on paper and in effect, and what the ranking would be with other weights or without it.

What a grade requires besides the total is about the marks as they count in the scheme: whoever has it is held to have
it under other weights, too.
"""

from typing import Literal

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix
from analysis.methods.uncertainty import agreement
from analysis.rounding import without_noise
from analysis.scoring.kernel import add_adjustments, climb, over_applicable
from analysis.words import ADJUSTMENTS


def perturb_weights(marks: MarkMatrix, spread: float, draws: int, seed: int) -> np.ndarray:
    """Change every indicator's points by chance, the same for all units; components keep their points.

    Parameters
    ----------
    marks : MarkMatrix
    spread : float
        Points are multiplied by a factor drawn evenly between 1 - spread and 1 + spread.
    draws, seed : int

    Returns
    -------
    ndarray of float, shape (draws, units)

    Examples
    --------
    Weights move only units whose rates differ from indicator to indicator:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["良", 32]}, {"优": 1, "良": 0.8})
    >>> totals = perturb_weights(marks, 0.25, draws=100, seed=1)
    >>> (np.ptp(totals, axis=0) > 1).tolist()
    [True, False]
    """
    weights = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (draws, len(marks.indicators)))
    return marks.reweigh(weights)


def draw_weights(
    marks: MarkMatrix, of: Literal["indicators", "components"], concentration: float, draws: int, seed: int
) -> np.ndarray:
    """Draw the weights of the indicators in each component, or of the components, from all weights there could be.

    Weights follow a Dirichlet distribution with the present ones as their mean; its parameters add up to the
    concentration times the number of weights. At 1, equal weights are drawn evenly from all that add up to the same
    (stochastic multicriteria acceptability analysis, Lahdelma & Salminen 2001; robustness to weights, OECD & JRC 2008);
    the larger, the closer the draws stay to the present weights.

    Parameters
    ----------
    marks : MarkMatrix
    of : {"indicators", "components"}
        Components keep their points while indicators are drawn, and outside components are among those that are drawn.
    concentration : float
    draws, seed : int

    Returns
    -------
    ndarray of float, shape (draws, units)

    Examples
    --------
    "b" is at 80 % throughout; "a" may have anything from 80 to 100 points, 90 on average:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 50, "r1": 50}, {"a": ["良", 50], "b": ["良", 40]}, {"优": 1, "良": 0.8})
    >>> totals = draw_weights(marks, "indicators", 1, draws=20000, seed=1)
    >>> totals.mean(axis=0).round().tolist(), totals.std(axis=0).round().tolist()  # evenly: 20 / 12 ** 0.5
    ([90.0, 80.0], [6.0, 0.0])
    """
    random = np.random.default_rng(seed)

    def draw(points: np.ndarray) -> np.ndarray:
        shares = points / points.sum()
        return random.dirichlet(concentration * len(points) * shares, draws) / shares

    if of == "components":
        points, scores = marks.tiers[-2].points, marks.component_scores
        drawn = draw(points)[:, None]
        (base,) = climb(marks.tiers[-1:], np.nan_to_num(scores) * drawn, ~np.isnan(scores) * (points * drawn))
        return add_adjustments(base.scores[..., 0], marks.units["bonus"], marks.units["deduction"])
    weights = np.ones((draws, len(marks.indicators)))
    for members in marks.indicators.groupby("component").indices.values():
        weights[:, members] = draw(marks.nominal[members])
    return marks.reweigh(weights)


def leave_out(marks: MarkMatrix) -> pd.DataFrame:
    """Score the group without each indicator, each part and each outside component in turn.

    What is left of the component takes over its points; where nothing is left of it, the other components do.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame with columns kind ("indicator", "part", "component"), id, name, points, agreement (Kendall's tau-b with
    the actual ranks), moved (units whose rank changes), mean_shift, max_shift (ranks, absolute), gained, lost (names of
    those who would enter and leave the best grade, tuples).

    Examples
    --------
    Without "r1", which "a" has to thank for its place, "b" is ahead:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", 20]}, {"优": 1, "良": 0.8})
    >>> leave_out(marks)[["id", "agreement", "max_shift", "gained", "lost"]][:2].to_numpy().tolist()
    [['p1', 1.0, 0, (), ()], ['r1', -1.0, 1, ('b',), ('a',)]]
    """
    indicators, scheme = marks.indicators, marks.scheme
    left = [("indicator", row["indicator_id"], row["name"], row["points"]) for row in indicators.to_dict("records")]
    weights = [1 - np.eye(len(indicators))]
    for part, spec in scheme.parts.items():
        in_part = indicators["part"].eq(part).to_numpy()
        if in_part.any():
            left.append(("part", part, spec.name, marks.points[in_part].sum()))
            weights.append(1.0 - in_part[None])
    totals = [marks.reweigh(np.concatenate(weights))]
    for component in scheme.outside_components:
        left.append(("component", component.id, component.name, component.points))
        totals.append(marks.reweigh(np.ones((1, len(indicators))), without=component.id))
    rows = np.concatenate(totals)
    shift = np.abs(marks.rank(rows) - marks.units["rank"].to_numpy())
    best, names = marks.is_best(rows), marks.units["name"].to_numpy()
    return pd.DataFrame(left, columns=["kind", "id", "name", "points"]).assign(
        agreement=agreement(marks, rows),
        moved=(shift > 0).sum(axis=1),
        mean_shift=shift.mean(axis=1),
        max_shift=shift.max(axis=1),
        gained=[tuple(names[row]) for row in best & ~marks.best],
        lost=[tuple(names[row]) for row in ~best & marks.best],
    )


def weigh_indicators(marks: MarkMatrix) -> pd.DataFrame:
    """Set each item's weight on paper beside what it does to the totals and ranks.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame with columns kind ("indicator", "component", "bonus", "deduction"), id, name, part, assessor_id, points,
    weight (share of the base points; NaN for adjustments), influence (share of the variance of totals: covariance of
    the item with the total over the variance of the total; shares add up to 1, one below 0 narrows the field), rate
    (earned over applicable points), full (share of its carriers with the best mark), at_ceiling (bool: all its carriers
    have it, so it tells nobody apart), mean_shift (ranks moved without it, on average; NaN for adjustments).

    Examples
    --------
    "p1" is 60 % of the points and tells nobody apart:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 40], "b": ["优", 20]}, {"优": 1, "良": 0.8})
    >>> weighed = weigh_indicators(marks).set_index("id")
    >>> weighed.loc[["p1", "r1"], ["weight", "influence", "at_ceiling"]].to_numpy().tolist()
    [[0.6, 0.0, True], [0.4, 1.0, False]]
    """
    indicators, scheme = marks.indicators, marks.scheme
    applicable = marks.applicable > 0
    rate = over_applicable(marks.earned.sum(axis=0), marks.applicable.sum(axis=0))
    full = over_applicable((applicable & (marks.earned == marks.reachable)).sum(axis=0), applicable.sum(axis=0))
    kept = ["indicator_id", "name", "part", "assessor_id", "points"]
    listed = indicators[kept].rename(columns={"indicator_id": "id"})
    scored, others, rates = [marks.contributions], [], marks.item_rates[:, len(indicators) :]
    for component, of_units in zip(scheme.outside_components, rates.T, strict=True):
        known = of_units[~np.isnan(of_units)]
        item = {"kind": "component", "id": component.id, "name": component.name, "part": component.id}
        others.append(item | {"points": component.points, "rate": known.mean(), "full": (known == 1).mean()})
    for kind, sign in (("bonus", 1), ("deduction", -1)):
        others.append({"kind": kind, "id": kind, "name": ADJUSTMENTS[kind], "part": ""})
        scored.append(sign * marks.units[[kind]].to_numpy())
    rows = [listed.assign(kind="indicator", rate=rate, full=full), pd.DataFrame(others).assign(assessor_id="")]
    items, frame = np.concatenate(scored, axis=1), pd.concat(rows, ignore_index=True)
    spread = without_noise(marks.totals - marks.totals.mean())
    variance = spread @ spread
    shift = leave_out(marks).set_index(["kind", "id"])["mean_shift"]
    return frame.assign(
        weight=pd.Series(marks.nominal / scheme.base_points).reindex(frame.index),
        influence=spread @ items / variance if variance > 0 else np.nan,
        at_ceiling=frame["full"].eq(1),
        mean_shift=pd.MultiIndex.from_frame(frame[["kind", "id"]]).map(shift),
    )
