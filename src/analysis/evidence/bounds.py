"""What print alone proves about unpublished totals: intervals, conflicts, and score sets compatible with print."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from analysis.evidence.circulars import Circular, number_of
from analysis.evidence.constraints import Polytope, Vector, analytic_centre, hit_and_run
from analysis.evidence.verdicts import Number
from analysis.facts.dataset import Dataset

ASSUMPTIONS = {
    "list_order": "名单的次序就是名次",
    "cut": "等次按总分划线（取消评优资格的除外）",
    "caps": "总分在 0 与满分加最高加分之间",
}
"""What print does not say but a reader would take for granted; each can be left out."""

Key = tuple[int, str]
"""A year and a unit: one unpublished total. A unit id that starts with "mean:" stands for an average of a year
without a circular."""


@dataclass(frozen=True)
class Constraint:
    """One thing known about totals: `low <= sum of coefficient x total <= high`.

    Attributes
    ----------
    origin : str
        The printed figure or the assumption it rests on.
    coefficients : dict of Key to float
    low, high : float
    """

    origin: str
    coefficients: dict[Key, float]
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class Knowledge:
    """All that print says about one group's totals over the years.

    Attributes
    ----------
    group : str
    constraints : list of Constraint
    members : dict of year to dict of grade to list of unit ids, in printed order
    keys : list of Key
        The unknown totals, one per column of a polytope.
    """

    group: str
    constraints: list[Constraint]
    members: dict[int, dict[str, list[str]]]
    keys: list[Key] = field(init=False)

    def __post_init__(self) -> None:
        keys = dict.fromkeys(key for constraint in self.constraints for key in constraint.coefficients)
        listed = [(year, unit) for year, lists in self.members.items() for units in lists.values() for unit in units]
        object.__setattr__(self, "keys", list(dict.fromkeys([*listed, *keys])))

    def weights(self, coefficients: Mapping[Key, float]) -> Vector:
        """Write a linear statistic as one weight per unknown."""
        place = {key: column for column, key in enumerate(self.keys)}
        weights = np.zeros(len(self.keys))
        for key, coefficient in coefficients.items():
            weights[place[key]] += coefficient
        return weights

    def polytope(self, constraints: Iterable[Constraint] | None = None) -> Polytope:
        """Write constraints (all, by default) as `upper @ x <= limit`."""
        rows, limits = [], []
        for constraint in self.constraints if constraints is None else constraints:
            weights = self.weights(constraint.coefficients)
            for sign, limit in ((1.0, constraint.high), (-1.0, -constraint.low)):
                if np.isfinite(limit):
                    rows.append(sign * weights)
                    limits.append(limit)
        size = len(self.keys)
        return Polytope(np.array(rows).reshape(-1, size), np.array(limits), np.zeros((0, size)), np.zeros(0))


def know_group(circulars: Mapping[int, Circular], group: str, assumptions: Collection[str] = ASSUMPTIONS) -> Knowledge:
    """Write everything that circulars print about a group's totals as constraints.

    Parameters
    ----------
    circulars : dict of year to Circular
    group : str
    assumptions : collection of str
        Which of `ASSUMPTIONS` to use.

    Returns
    -------
    Knowledge
    """
    members = {
        year: {grade: circular.graded[group, grade] for grade in circular.facts.scheme.grade_names
               if (group, grade) in circular.graded}
        for year, circular in circulars.items()
    }  # fmt: skip
    constraints: list[Constraint] = []
    for year, circular in circulars.items():
        lists = members[year]
        if not lists:
            continue
        constraints += _averages(circular, group, year, members)
        constraints += _extremes(circular, group, year, lists, "list_order" in assumptions)
        if "list_order" in assumptions:
            constraints += [
                Constraint("list_order", {(year, better): 1.0, (year, worse): -1.0}, low=0.0)
                for units in lists.values()
                for better, worse in pairwise(units)
            ]
        if "cut" in assumptions:
            constraints += _cuts(circular, group, year, lists, "list_order" in assumptions)
        if "caps" in assumptions:
            constraints += _caps(circular, group, year, lists)
    return Knowledge(group, constraints, {year: lists for year, lists in members.items() if lists})


def _mean(year: int, of: str, members: Mapping[int, Mapping[str, list[str]]]) -> dict[Key, float]:
    """Return the weights of the average of all units, or of a grade."""
    lists = members.get(year, {})
    units = [unit for grade, names in lists.items() for unit in names if of in {"all", grade}]
    return {(year, unit): 1.0 / len(units) for unit in units} or {(year, f"mean:{of}"): 1.0}


def _plus(first: Mapping[Key, float], second: Mapping[Key, float], factor: float) -> dict[Key, float]:
    return {key: first.get(key, 0.0) + factor * second.get(key, 0.0) for key in {**first, **second}}


def _ends(number: Number) -> tuple[float, float]:
    return float(number.low), float(number.high)


def _averages(
    circular: Circular, group: str, year: int, members: Mapping[int, Mapping[str, list[str]]]
) -> list[Constraint]:
    constraints = []
    for figure in circular.published.figures:
        if figure.group != group or figure.measure not in {"average", "average_delta", "average_growth"}:
            continue
        origin = f"{year} 年度{circular.label(figure)} {figure.value}"
        now, before = _mean(year, figure.of, members), _mean(year - 1, figure.of, members)
        low, high = _ends(number_of(figure))
        if figure.measure == "average":
            constraints.append(Constraint(origin, now, low, high))
        elif figure.measure == "average_delta":
            constraints.append(Constraint(origin, _plus(now, before, -1.0), low, high))
        else:
            constraints.append(Constraint(origin, _plus(now, before, -1.0 - low), low=0.0))
            constraints.append(Constraint(origin, _plus(now, before, -1.0 - high), high=0.0))
    return constraints


def _extremes(
    circular: Circular, group: str, year: int, lists: Mapping[str, list[str]], ordered: bool
) -> list[Constraint]:
    """Bound every total by the printed maximum and minimum; the first or last of a list reaches it."""
    constraints = []
    for figure in circular.published.figures:
        if figure.group != group or figure.measure not in {"total_max", "total_min"}:
            continue
        origin = f"{year} 年度{circular.label(figure)} {figure.value}"
        units = [unit for grade, names in lists.items() for unit in names if figure.of in {"all", grade}]
        low, high = _ends(number_of(figure))
        top = figure.measure == "total_max"
        constraints += [
            Constraint(origin, {(year, unit): 1.0}, -np.inf if top else low, high if top else np.inf) for unit in units
        ]
        if ordered and units:
            constraints.append(Constraint(origin, {(year, units[0 if top else -1]): 1.0}, low, high))
    return constraints


def _cuts(circular: Circular, group: str, year: int, lists: Mapping[str, list[str]], ordered: bool) -> list[Constraint]:
    """Every unit of a better grade is at least as high as every unit of a worse one, unless it may be a vetoed one.

    Which unit is vetoed is not printed. In list order it is among the first of its list if it outranks anyone;
    without an order nothing can be said of that group.
    """
    figure = circular.published.figure("veto_units", group)
    vetoed = int(figure.value) if figure else 0
    constraints = []
    for better, worse in pairwise(lists.values()):
        free = worse[vetoed:] if ordered or not vetoed else []
        pairs = [(better[-1], free[0])] if ordered and free else [(good, bad) for good in better for bad in free]
        constraints += [Constraint("cut", {(year, good): 1.0, (year, bad): -1.0}, low=0.0) for good, bad in pairs]
    return constraints


def _caps(circular: Circular, group: str, year: int, lists: Mapping[str, list[str]]) -> list[Constraint]:
    scheme = circular.facts.scheme
    figure = circular.published.figure("bonus_max", group)
    bonus = float(number_of(figure).high) if figure else scheme.bonus.cap
    highest = np.inf if bonus is None else scheme.base_points + bonus
    return [Constraint("caps", {(year, unit): 1.0}, 0.0, highest) for units in lists.values() for unit in units]


def bound(polytope: Polytope, numerator: Vector, denominator: Vector | None = None) -> tuple[float, float]:
    """Find the smallest and largest value of a linear statistic, or of a ratio of two, over a polytope.

    A ratio with a positive denominator is a linear programme after the substitution of Charnes & Cooper (1962).

    Parameters
    ----------
    polytope : Polytope
    numerator, denominator : array, one weight per total

    Returns
    -------
    low, high : float
        Infinite where print says nothing.
    """
    size = len(numerator)
    if denominator is None:
        upper, limit, equal, value = polytope.upper, polytope.limit, None, None
        objective = numerator
    else:  # y = t x, with t such that denominator @ y == 1
        upper = np.vstack([np.column_stack([polytope.upper, -polytope.limit]), np.append(np.zeros(size), -1.0)])
        limit = np.zeros(len(upper))
        equal, value = np.append(denominator, 0.0)[None, :], np.ones(1)
        objective = np.append(numerator, 0.0)
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            sign * objective, A_ub=upper, b_ub=limit, A_eq=equal, b_eq=value, bounds=(None, None), method="highs"
        )
        ends.append(sign * found.fun if found.status == 0 else -sign * np.inf)
    return float(ends[0]), float(ends[1])


def bound_units(knowledge: Knowledge) -> pd.DataFrame:
    """Bound every unit's unpublished total.

    Parameters
    ----------
    knowledge : Knowledge

    Returns
    -------
    DataFrame with columns year, group, grade, place (in the group, as listed), unit_id, low, high (points).
    """
    polytope = knowledge.polytope()
    rows = []
    for year, lists in knowledge.members.items():
        listed = [(grade, unit) for grade, units in lists.items() for unit in units]
        for place, (grade, unit) in enumerate(listed, 1):
            low, high = bound(polytope, knowledge.weights({(year, unit): 1.0}))
            rows.append((year, knowledge.group, grade, place, unit, low, high))
    return pd.DataFrame(rows, columns=["year", "group", "grade", "place", "unit_id", "low", "high"])


@dataclass(frozen=True)
class Statistic:
    """A statistic of a group that is not printed: a linear one, or a ratio less one."""

    name: str
    numerator: dict[Key, float]
    denominator: dict[Key, float] | None = None


def group_statistics(knowledge: Knowledge, year: int, grades: Mapping[str, str]) -> list[Statistic]:
    """List what can be asked of a year: averages of each grade, gaps at the cuts, change of the common panel.

    Parameters
    ----------
    knowledge : Knowledge
    year : int
    grades : dict of grade to name

    Returns
    -------
    list of Statistic
    """
    members = knowledge.members
    if year not in members:
        return []
    statistics = [Statistic(f"{grades[grade]}单位平均分", _mean(year, grade, members)) for grade in members[year]]
    for (better, above), (worse, below) in pairwise(members[year].items()):
        gap = {(year, above[-1]): 1.0, (year, below[0]): -1.0}
        statistics.append(Statistic(f"{grades[better]}末位与{grades[worse]}首位之差", gap))
    now, before = ({unit for units in members.get(each, {}).values() for unit in units} for each in (year, year - 1))
    common = sorted(now & before)
    if common:
        means = [{(each, unit): 1.0 / len(common) for unit in common} for each in (year, year - 1)]
        change = _plus(means[0], means[1], -1.0)
        statistics.append(Statistic(f"两年都在的 {len(common)} 个单位：平均分增减", change))
        statistics.append(Statistic(f"两年都在的 {len(common)} 个单位：平均分增长", change, means[1]))
    return statistics


def bound_statistics(
    circulars: Mapping[int, Circular], groups: Iterable[str], year: int, grades: Mapping[str, str]
) -> pd.DataFrame:
    """Bound every group statistic of a year, with all assumptions and with each left out.

    Parameters
    ----------
    circulars : dict of year to Circular
    groups : iterable of str
    year : int
    grades : dict of grade to name

    Returns
    -------
    DataFrame with columns group, statistic, ratio (bool), without (an assumption left out, "" for none), low, high.
    """
    rows = []
    for group in groups:
        for left_out in ["", *ASSUMPTIONS]:
            knowledge = know_group(circulars, group, [name for name in ASSUMPTIONS if name != left_out])
            polytope = knowledge.polytope()
            for statistic in group_statistics(knowledge, year, grades):
                ratio = statistic.denominator is not None
                low, high = bound(
                    polytope,
                    knowledge.weights(statistic.numerator),
                    knowledge.weights(statistic.denominator) if statistic.denominator else None,
                )
                rows.append((group, statistic.name, ratio, left_out, low, high))
    return pd.DataFrame(rows, columns=["group", "statistic", "ratio", "without", "low", "high"])


def find_conflict(knowledge: Knowledge) -> list[str]:
    """Find a minimal set of printed figures and assumptions that cannot all be true.

    A deletion filter (Chinneck, Feasibility and Infeasibility in Optimization, 2008, section 6.1): leave out one
    origin after another, and put back those without which the conflict goes away.

    Parameters
    ----------
    knowledge : Knowledge

    Returns
    -------
    list of str
        Origins, an irreducible infeasible set; empty if some totals satisfy everything.
    """

    def feasible(origins: Sequence[str]) -> bool:
        kept = set(origins)
        polytope = knowledge.polytope(each for each in knowledge.constraints if each.origin in kept)
        if not len(polytope.upper):
            return True
        size = len(knowledge.keys)
        found = linprog(np.zeros(size), A_ub=polytope.upper, b_ub=polytope.limit, bounds=(None, None), method="highs")
        return bool(found.status == 0)

    origins = list(dict.fromkeys(constraint.origin for constraint in knowledge.constraints))
    if feasible(origins):
        return []
    for origin in list(origins):
        rest = [other for other in origins if other != origin]
        if not feasible(rest):
            origins = rest
    return [ASSUMPTIONS.get(origin, origin) for origin in origins]


def sample_totals(knowledge: Knowledge, draws: int, seed: int) -> pd.DataFrame:
    """Draw sets of totals that agree with everything printed, evenly over all that do.

    Parameters
    ----------
    knowledge : Knowledge
    draws : int
    seed : int

    Returns
    -------
    DataFrame of shape (draws, totals) with columns (year, unit_id); points.

    Raises
    ------
    ValueError
        If no totals satisfy the constraints with room to spare.
    """
    polytope = knowledge.polytope()
    points = hit_and_run(polytope, analytic_centre(polytope), draws, seed)
    return pd.DataFrame(points, columns=pd.MultiIndex.from_tuples(knowledge.keys, names=["year", "unit_id"]))


@dataclass(frozen=True)
class Proof:
    """What print alone proves about one year.

    Attributes
    ----------
    conflicts : dict of group to list of str
        A minimal set of printed figures and assumptions that cannot all be true; empty lists where all can.
    units : DataFrame of `bound_units` with likely_low, likely_high added
        The middle 90 % of the sampled totals (points); NaN where nothing could be sampled.
    statistics : DataFrame of `bound_statistics`
    """

    conflicts: dict[str, list[str]]
    units: pd.DataFrame
    statistics: pd.DataFrame


def prove_from_print(dataset: Dataset, year: int, draws: int = 4000, seed: int = 1) -> Proof:
    """Bound, sample and check everything printed up to a year; marks are not used.

    Parameters
    ----------
    dataset : Dataset
    year : int
    draws, seed : int
        Of the sample.

    Returns
    -------
    Proof
    """
    scheme = dataset.year(year).scheme
    circulars = {each: opened for each, facts in dataset.until(year).years.items() if (opened := Circular.of(facts))}
    known = {group: know_group(circulars, group) for group in scheme.groups}
    conflicts = {group: find_conflict(knowledge) for group, knowledge in known.items()}
    sound = [group for group, conflict in conflicts.items() if not conflict]
    tables = [_bound_and_sample(known[group], year, draws, seed) for group in sound]
    columns = ["year", "group", "grade", "place", "unit_id", "low", "high", "likely_low", "likely_high"]
    units = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return Proof(conflicts, units, bound_statistics(circulars, sound, year, scheme.grade_names))


def _bound_and_sample(knowledge: Knowledge, year: int, draws: int, seed: int) -> pd.DataFrame:
    units = bound_units(knowledge)
    likely = pd.DataFrame({"likely_low": np.nan, "likely_high": np.nan}, index=units.index)
    if np.isfinite(units[["low", "high"]]).all(axis=None):
        try:
            sample = sample_totals(knowledge, draws, seed)
        except ValueError:  # print leaves a single point in some direction: nothing to walk in
            sample = pd.DataFrame(columns=pd.MultiIndex.from_tuples(knowledge.keys))
        if len(sample):
            quantiles = sample.quantile([0.05, 0.95]).T.to_numpy()
            likely = pd.DataFrame(quantiles[: len(units)], index=units.index, columns=["likely_low", "likely_high"])
    bounded = units.join(likely)
    return bounded[bounded["year"].eq(year)]
