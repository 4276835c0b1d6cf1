"""From marks to component scores: ratings to points, points to parts, parts to components."""

from __future__ import annotations

import pandas as pd

from analysis.facts.inputs import Inputs
from analysis.facts.schemes import Component, Scheme


def score_marks(marks: pd.DataFrame, indicators: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Turn every mark into earned and carried points.

    Parameters
    ----------
    marks : DataFrame with columns unit_id, indicator_id, status, rating, score
    indicators : DataFrame with columns indicator_id, part, points
    scheme : Scheme
        Clause `ratings` says what share of the points a rating earns.

    Returns
    -------
    DataFrame: `marks` with part, points, carried (points if marked, else 0) and earned, in points.
    """
    marks = marks.merge(indicators[["indicator_id", "part", "points"]], on="indicator_id", validate="many_to_one")
    marked = marks["status"].eq("marked")
    earned = (marks["rating"].map(scheme.ratings.value) * marks["points"]).fillna(marks["score"])
    return marks.assign(carried=marks["points"].where(marked, 0.0), earned=earned.where(marked, 0.0))


def sum_parts(scored_marks: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Add up earned and carried points of each part.

    Parameters
    ----------
    scored_marks : DataFrame with columns unit_id, part, earned, carried
    scheme : Scheme

    Returns
    -------
    DataFrame indexed by unit_id with columns <part>_earned and <part>_carried, in points.
    """
    sums = scored_marks.pivot_table(
        index="unit_id", columns="part", values=["earned", "carried"], aggfunc="sum", fill_value=0.0
    )
    sums.columns = [f"{part}_{quantity}" for quantity, part in sums.columns]
    wanted = [f"{part}_{quantity}" for part in scheme.parts for quantity in ("earned", "carried")]
    return sums.reindex(columns=wanted, fill_value=0.0)


def score_component(component: Component, parts: pd.DataFrame, results: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Score one component: earned points times a factor.

    A component with parts is rescaled over what the unit carries (加权计算法), an outside result over its
    full score; a component that does not rescale keeps its earned points.

    Parameters
    ----------
    component : Component
    parts : DataFrame indexed by unit_id with columns <part>_earned, <part>_carried
    results : dict of component id to DataFrame with columns unit_id, score, full_score

    Returns
    -------
    DataFrame indexed by unit_id with columns <id>_earned, <id>_carried, <id>_factor, <id>_score.
    """
    if component.parts:
        earned = parts[[f"{part}_earned" for part in component.parts]].sum(axis=1)
        carried = parts[[f"{part}_carried" for part in component.parts]].sum(axis=1)
    else:
        result = results[component.id].set_index("unit_id")
        earned, carried = result["score"], result["full_score"]
    rescaled = component.rescale or not component.parts
    factor = component.points / carried if rescaled else carried * 0 + 1.0
    return pd.DataFrame(
        {
            f"{component.id}_earned": earned,
            f"{component.id}_carried": carried,
            f"{component.id}_factor": factor,
            f"{component.id}_score": earned * factor,
        }
    )


def choose_methods(scored_marks: pd.DataFrame) -> pd.Series:
    """Say how each unit is scored: in full, rescaled, or rescaled because it is an assessor.

    Parameters
    ----------
    scored_marks : DataFrame with columns unit_id, status

    Returns
    -------
    Series of {"full", "rescaled", "rescaled_assessor"} indexed by unit_id, named method.
    """
    status, unit = scored_marks["status"], scored_marks["unit_id"]
    own = status.eq("own_assessor").groupby(unit).any()
    full = status.eq("marked").groupby(unit).all()
    method = pd.Series("rescaled", index=own.index, name="method")
    return method.mask(full, "full").mask(own, "rescaled_assessor")


def score_base(inputs: Inputs, scheme: Scheme) -> pd.DataFrame:
    """Score every component of every unit.

    Parameters
    ----------
    inputs : Inputs
    scheme : Scheme

    Returns
    -------
    DataFrame indexed by unit_id: the method, the columns of `sum_parts` and `score_component`, and base, the
    sum of component scores; all in points, unrounded.
    """
    marks = score_marks(inputs.marks, inputs.indicators, scheme)
    parts = sum_parts(marks, scheme)
    components = [score_component(component, parts, inputs.results) for component in scheme.components]
    base = pd.concat([choose_methods(marks), parts, *components], axis=1)
    return base.assign(base=base[[f"{component.id}_score" for component in scheme.components]].sum(axis=1))
