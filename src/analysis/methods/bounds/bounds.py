"""What print alone proves about unpublished totals: intervals, conflicts, and score sets compatible with print."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset
from analysis.methods.audit.circulars import Circular, open_circulars
from analysis.methods.audit.claims import settle
from analysis.methods.audit.diagnosis import thin
from analysis.methods.bounds.constraints import ConstraintSet, Key, combine_weights, constrain_group, weigh_mean
from analysis.methods.bounds.mixing import find_effective_size, find_rhat
from analysis.methods.bounds.polytope import Polytope, Programme, Vector, analytic_centre, drop_implied, hit_and_run
from analysis.periods import AnyYear, kind_of, retell
from analysis.words import ASSUMPTIONS, STATISTICS

_SETTLING, _BATCH, LONGEST = 10, 25, 500
"""Rounds of all walks that are not looked at, between two looks, and at most."""


def bound(programme: Programme, weights: Vector) -> tuple[float, float]:
    """Find the smallest and largest value of a linear statistic over a polytope.

    Parameters
    ----------
    programme : Programme
        Of the polytope.
    weights : array, one per total

    Returns
    -------
    low, high : float
        Infinite where print says nothing.
    """
    lowest, highest = programme.minimise(weights), programme.minimise(-weights)
    low = -np.inf if lowest is None else weights @ lowest
    return float(low), float(np.inf if highest is None else weights @ highest)


def bound_ratio(polytope: Polytope, numerator: Vector, denominator: Vector) -> tuple[float, float]:
    """Find the smallest and largest value of a ratio of two linear statistics over a polytope.

    With a positive denominator it is a linear programme after the substitution of Charnes & Cooper (1962).

    Parameters
    ----------
    polytope : Polytope
        Without equalities.
    numerator, denominator : array, one weight per total

    Returns
    -------
    low, high : float
        Infinite where print says nothing.
    """
    upper = np.column_stack([polytope.upper, -polytope.limit])  # y = t x, with t such that denominator @ y == 1
    positive = np.append(np.zeros(len(numerator)), -1.0)
    equal = np.append(denominator, 0.0)[None, :]
    substituted = Polytope(np.vstack([upper, positive]), np.zeros(len(upper) + 1), equal, np.ones(1))
    return bound(Programme(substituted), np.append(numerator, 0.0))


def bound_units(known: ConstraintSet) -> pd.DataFrame:
    """Bound every unit's unpublished total.

    Parameters
    ----------
    known : ConstraintSet

    Returns
    -------
    DataFrame with columns year, group, grade, position (in the group, as listed), unit_id, low, high (points), unbound
    (bool: may be a vetoed one, or without what the better grades require, so that no line says anything of it).
    """
    programme = Programme(known.polytope())
    rows = []
    for year, lists in known.members.items():
        listed = [(grade, unit) for grade, units in lists.items() for unit in units]
        for position, (grade, unit) in enumerate(listed, 1):
            ends = bound(programme, known.weights({(year, unit): 1.0}))
            rows.append((year, known.group, grade, position, unit, *ends, (year, unit) in known.unbound))
    return pd.DataFrame(rows, columns=["year", "group", "grade", "position", "unit_id", "low", "high", "unbound"])


def list_statistics(
    known: ConstraintSet, year: AnyYear, base_year: AnyYear, grades: Mapping[str, str]
) -> Iterator[tuple[str, dict[Key, float], dict[Key, float] | None]]:
    """List what can be asked of a year: averages of each grade, gaps at the cuts, change of the common panel.

    Parameters
    ----------
    known : ConstraintSet
    year, base_year : AnyYear
    grades : dict of grade to name

    Yields
    ------
    name : str
    numerator, denominator : dict of (year, unit) to weight
        A statistic that is not printed: a linear one, without denominator, or a ratio less one.
    """
    members = known.members
    lists = members.get(year, {})
    for grade in lists:
        name = STATISTICS["average" if grade else "average_of_unlisted"].format(grade=grades.get(grade))
        yield name, weigh_mean(year, grade, members), None
    for (better, above), (worse, below) in pairwise(lists.items()):
        if {(year, better), (year, worse)} <= known.printed:
            name = STATISTICS["gap"].format(better=grades[better], worse=grades[worse])
            yield name, {(year, above[-1]): 1.0, (year, below[0]): -1.0}, None
    now, before = ({unit for units in members.get(each, {}).values() for unit in units} for each in (year, base_year))
    if common := sorted(now & before):
        after, base = ({(each, unit): 1.0 / len(common) for unit in common} for each in (year, base_year))
        change = combine_weights(after, base, -1.0)
        for kind, denominator in (("common_delta", None), ("common_growth", base)):
            yield STATISTICS[kind], change, denominator


def bound_statistics(
    circulars: Mapping[AnyYear, Circular], groups: Iterable[str], year: AnyYear, grades: Mapping[str, str]
) -> pd.DataFrame:
    """Bound every group statistic of a year, with all assumptions and with each left out.

    Parameters
    ----------
    circulars : dict of year to Circular
    groups : iterable of str
    year : AnyYear
    grades : dict of grade to name

    Returns
    -------
    DataFrame with columns group, statistic, units (of the year, that it is of), ratio (bool), without (an assumption
    left out, "" for none), low, high.
    """
    base_year, rows = circulars[year].published.base_year if year in circulars else year - 1, []
    for group, left_out in product(groups, ["", *ASSUMPTIONS]):
        known = constrain_group(circulars, group, ASSUMPTIONS.keys() - {left_out})
        polytope = known.polytope()
        programme = Programme(polytope)
        for name, numerator, denominator in list_statistics(known, year, base_year, grades):
            if denominator is None:
                ends = bound(programme, known.weights(numerator))
            else:
                ends = bound_ratio(polytope, known.weights(numerator), known.weights(denominator))
            units, said = sum(own == year for own, _ in numerator), retell(name, kind_of(year))
            rows.append((group, said, units, denominator is not None, left_out, *ends))
    return pd.DataFrame(rows, columns=["group", "statistic", "units", "ratio", "without", "low", "high"])


def find_conflict(known: ConstraintSet) -> list[str]:
    """Find a minimal set of printed figures and assumptions that cannot all be true.

    A deletion filter (Chinneck, Feasibility and Infeasibility in Optimization, 2008, section 6.1): leave out one
    origin after another, and put back those without which the conflict goes away.

    Parameters
    ----------
    known : ConstraintSet

    Returns
    -------
    list of str
        Origins, an irreducible infeasible set; empty if some totals satisfy everything.
    """

    def feasible(origins: Collection[str]) -> bool:
        polytope = known.polytope(each for each in known.constraints if each.origin in origins)
        return Programme(polytope).minimise(np.zeros(len(known.keys))) is not None

    origins = list(dict.fromkeys(constraint.origin for constraint in known.constraints))
    if feasible(origins):
        return []
    kept = thin(frozenset(origins), origins, feasible)
    return [ASSUMPTIONS.get(origin, origin) for origin in origins if origin in kept]


class Sample(NamedTuple):
    """Sets of totals that agree with everything printed.

    Attributes
    ----------
    totals : DataFrame of shape (draws, totals) with columns (year, unit_id)
        Points.
    rhat, size : float
        The worst split-R̂ and the least effective sample size of any total.
    settled : bool
        Whether both are good enough for quantiles to be told.
    """

    totals: pd.DataFrame
    rhat: float
    size: float
    settled: bool


def sample_totals(known: ConstraintSet, seed: int, rounds: int = LONGEST) -> Sample:
    """Draw sets of totals that agree with everything printed, evenly over all that do.

    Walks go on until they tell the same: split-R̂ below 1.01 and an effective sample above 400 for each total, as
    Vehtari et al. (2021) recommend.

    Parameters
    ----------
    known : ConstraintSet
    seed : int
    rounds : int
        The most that walks may go on for.

    Returns
    -------
    Sample

    Raises
    ------
    ValueError
        If totals are unbounded, none satisfy the constraints with room to spare, or they are ranked rounded: the points
        of the polytope are then not sets of totals alone, and even over them is not even over these.
    """
    if known.is_rounded or not (known.keys and np.isfinite(bound_units(known)[["low", "high"]]).all(axis=None)):
        raise ValueError("a total is unbounded, there is none, or they are ranked rounded")
    polytope = drop_implied(known.polytope())
    walk, taken = hit_and_run(polytope, analytic_centre(polytope), seed), list[Vector]()
    next(islice(walk, _SETTLING, None))
    while True:
        taken += islice(walk, _BATCH)
        walks = np.stack(taken, axis=1)
        rhat, size = find_rhat(walks).max(), find_effective_size(walks).min()
        settled = bool(rhat < 1.01 and size > 400)
        if settled or len(taken) + _BATCH > rounds:
            columns = pd.MultiIndex.from_tuples(known.keys, names=["year", "unit_id"])
            return Sample(pd.DataFrame(np.concatenate(taken), columns=columns), float(rhat), float(size), settled)


@dataclass(frozen=True)
class Bounds:
    """What print alone proves about one year.

    Attributes
    ----------
    assumptions : collection of str
        The ones of `ASSUMPTIONS` that intervals and samples rest on.
    conflicts : dict of group to list of str
        A minimal set of printed figures and assumptions that cannot all be true; empty lists where all can.
    units : DataFrame of `bound_units` with likely_low, likely_high added
        The middle 90 % of the sampled totals (points); NaN where no sample settled.
    samples : dict of group to Sample
        Drawn from what this circular and the one before say of the totals of their two years (the more years, the
        longer the walk, and averages of earlier years hardly bind these totals); None where nothing could be drawn.
    statistics : DataFrame of `bound_statistics`
    """

    assumptions: Collection[str]
    conflicts: dict[str, list[str]]
    units: pd.DataFrame
    samples: dict[str, Sample | None]
    statistics: pd.DataFrame


def bound_from_print(
    dataset: Dataset,
    year: AnyYear,
    assumptions: Collection[str] = tuple(ASSUMPTIONS),
    seed: int = 1,
    rounds: int = LONGEST,
) -> Bounds:
    """Bound, sample and check everything printed up to a year; marks are not used.

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear
    assumptions : collection of str
        Which of `ASSUMPTIONS` intervals, conflicts and samples rest on.
    seed, rounds : int
        Of the sample (see `sample_totals`).

    Returns
    -------
    Bounds
    """
    scheme = dataset.year(year).scheme
    circulars = {each: settle(circular) for each, circular in open_circulars(dataset.until(year).years).items()}
    sets = {group: constrain_group(circulars, group, assumptions) for group in scheme.groups}
    known = {group: each for group, each in sets.items() if each.keys}
    conflicts = {group: find_conflict(each) for group, each in known.items()}
    sound = [group for group, conflict in conflicts.items() if not conflict]
    recent = dict(list(circulars.items())[-2:])
    bases = circulars[year].published.base_years if year in circulars else []
    recent = {base_year: circulars[base_year] for base_year in sorted(bases) if base_year in circulars} | recent
    samples = {group: _sample(constrain_group(recent, group, assumptions), seed, rounds) for group in sound}
    tables = [_bound_and_band(known[group], year, samples[group]) for group in sound]
    columns = ["year", "group", "grade", "position", "unit_id", "low", "high", "unbound", "likely_low", "likely_high"]
    units = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    statistics = bound_statistics(circulars, sound, year, scheme.grade_names)
    return Bounds(assumptions, conflicts, units, samples, statistics)


def _sample(known: ConstraintSet, seed: int, rounds: int) -> Sample | None:
    with suppress(ValueError):
        return sample_totals(known, seed, rounds)
    return None


def _bound_and_band(known: ConstraintSet, year: AnyYear, sample: Sample | None) -> pd.DataFrame:
    units = bound_units(known)
    units = units[units["year"].eq(year)].assign(likely_low=np.nan, likely_high=np.nan)
    if sample is not None and sample.settled:
        bands = sample.totals.quantile([0.05, 0.95]).T
        units[["likely_low", "likely_high"]] = bands.loc[[(year, unit) for unit in units["unit_id"]]].to_numpy()
    return units
