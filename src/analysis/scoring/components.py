"""From marks to component scores, as frames: marks to points, points to parts, parts to components."""

from functools import partial

import numpy as np
import pandas as pd

from analysis.data.inputs import Inputs
from analysis.data.marks import STATUSES, find_highest, sum_marks
from analysis.data.partitions import Mapper, MarkFiles, map_here
from analysis.data.schemes import Scheme
from analysis.scoring.kernel import climb, lay_out_tiers, value_marks


def score_marks(marks: pd.DataFrame, indicators: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Turn every mark into earned and applicable points.

    Parameters
    ----------
    marks : DataFrame with columns unit_id, indicator_id, status, rating, score
    indicators : DataFrame with columns indicator_id, part, points
    scheme : Scheme
        Clause `ratings` says what share of the points a rating earns.

    Returns
    -------
    DataFrame: `marks` with part, points, applicable (points if marked, else 0) and earned, in points.

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> indicators = pd.DataFrame({"indicator_id": ["p1", "r1"], "part": "work", "points": [60, 40]})
    >>> given = {"indicator_id": ["p1", "r1"], "status": "marked", "rating": ["良", ""], "score": [np.nan, 30]}
    >>> score_marks(pd.DataFrame({"unit_id": "a"} | given), indicators, small_scheme({"良": 0.8}))["earned"].tolist()
    [48.0, 30.0]
    """
    marks = marks.merge(indicators[["indicator_id", "part", "points"]], on="indicator_id", validate="many_to_one")
    marked, rates = marks["status"].eq("marked"), marks["rating"].map(scheme.ratings.value)
    earned, applicable = value_marks(marks["points"], marked, rates, score_points(marks, scheme))
    return marks.assign(applicable=applicable, earned=earned)


def score_points(marks: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Return what scores earn, in points: a percentage earns this share of its indicator's points.

    Parameters
    ----------
    marks : DataFrame with columns part, points, score
    scheme : Scheme

    Returns
    -------
    Series of float

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> score_points(pd.DataFrame({"part": ["work"], "points": [40], "score": [30.0]}), small_scheme({})).tolist()
    [30.0]
    """
    return marks["score"] * (marks["points"] / find_highest(marks, scheme))


def sum_parts(inputs: Inputs, scheme: Scheme, mapper: Mapper = map_here) -> pd.DataFrame:
    """Turn a year's marks into points and add them up by unit and part.

    Parameters
    ----------
    inputs : Inputs
    scheme : Scheme
        Clause `ratings` says what share of the points a rating earns.
    mapper : callable
        Where files of marks are added up; by default here.

    Returns
    -------
    DataFrame indexed by the unit_id of every unit that has marks. Columns: method ("full", "rescaled", or
    "rescaled_assessor" where own indicators are left out) and, in points, <part>_earned and <part>_applicable.

    Raises
    ------
    InputError
        If marks that are read only now are not sound: with every problem of every file.

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> year = example_city().year(2023)
    >>> sum_parts(year.inputs, year.scheme).loc["nanqu", ["method", "material_earned", "material_applicable"]].to_dict()
    {'method': 'rescaled', 'material_earned': 30.0, 'material_applicable': 50.0}
    """
    value = partial(score_marks, indicators=inputs.indicators, scheme=scheme)
    stored = inputs.stored_marks
    by_file = isinstance(stored, MarkFiles)
    sums = stored.sum(value, mapper) if by_file else sum_marks(value(stored), list(scheme.parts))
    not_applicable, own_assessor = (sums.pop(f"{status}_marks") for status in STATUSES[1:])
    sums.insert(
        0, "method", np.select([own_assessor > 0, not_applicable == 0], ["rescaled_assessor", "full"], "rescaled")
    )
    return sums


def score_components(parts: pd.DataFrame, results: dict[str, pd.DataFrame], scheme: Scheme) -> pd.DataFrame:
    """Score every block, from parts to the base: earned points × a block's points ÷ applicable points where rescaled.

    Parameters
    ----------
    parts : DataFrame indexed by unit_id with columns <part>_earned, <part>_applicable
    results : dict of component id to DataFrame with columns unit_id, score, full_score
        Of the components without parts: what is applicable there is the full score, nothing where it is NaN.
    scheme : Scheme
        Clauses `components` and `base`.

    Returns
    -------
    DataFrame, indexed like `parts`. Columns: <id>_earned, <id>_applicable, <id>_factor, <id>_score of every component,
    and of every part with points of its own; base_factor, where the scheme has a clause `base`; base, the sum of the
    components' scores, scaled by this. In points, unrounded; NaN where a unit carries nothing of a block.

    Examples
    --------
    45 of the 60 points that a unit carries are 75 of 100:

    >>> from analysis.scoring.examples import small_scheme
    >>> parts = pd.DataFrame({"work_earned": [45.0], "work_applicable": [60.0]}, index=["a"])
    >>> score_components(parts, {}, small_scheme({})).round(4).loc["a"].to_dict()
    {'daily_earned': 45.0, 'daily_applicable': 60.0, 'daily_factor': 1.6667, 'daily_score': 75.0, 'base': 75.0}
    """
    items = parts
    for component in scheme.outside_components:
        result = results[component.id].set_index("unit_id").reindex(parts.index)
        items = items.assign(
            **{f"{component.id}_earned": result["score"], f"{component.id}_applicable": result["full_score"]}
        )
    tiers = lay_out_tiers(scheme, scheme.paths)
    earned, applicable = (
        items[[f"{item}_{quantity}" for item in scheme.paths]].fillna(0.0).to_numpy(float)
        for quantity in ("earned", "applicable")
    )
    *tiers_below, base = zip(tiers, climb(tiers, earned, applicable), strict=True)
    columns = {
        f"{name}_{quantity}": values[:, position]
        for tier, scored in tiers_below
        for position, name in enumerate(tier.names)
        if name
        for quantity, values in zip(("earned", "applicable", "factor", "score"), scored, strict=True)
        if f"{name}_{quantity}" not in parts
    }
    scaled = {"base_factor": base[1].factors[:, 0]} if scheme.base else {}
    return pd.DataFrame(columns | scaled, parts.index).assign(base=base[1].scores[:, 0])
