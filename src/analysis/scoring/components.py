"""From marks to component scores: ratings to points, points to parts, parts to components."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.inputs import Inputs
from analysis.data.marks import score_marks
from analysis.data.partitions import Mapper, map_here
from analysis.data.schemes import Component, Scheme

__all__ = ["score_base", "score_component", "score_marks"]


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
        result = results[component.id].set_index("unit_id").reindex(parts.index)
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


def score_base(inputs: Inputs, scheme: Scheme, mapper: Mapper = map_here) -> pd.DataFrame:
    """Score every component of every unit.

    Parameters
    ----------
    inputs : Inputs
    scheme : Scheme
    mapper : callable
        Where files of marks are added up (see `Inputs.sum_marks`).

    Returns
    -------
    DataFrame indexed by unit_id. Columns: method ("full", "rescaled", or "rescaled_assessor" where own indicators are
    left out), <part>_earned and <part>_carried, those of `score_component`, and base, the sum of component scores; all
    in points, unrounded.

    Raises
    ------
    InputError
        If marks that are read only now are not sound: with every problem of every file.
    """
    sums = inputs.sum_marks(scheme, mapper)
    given = [sums["own_assessor"] > 0, sums["not_applicable"] == 0]
    method = pd.Series(np.select(given, ["rescaled_assessor", "full"], "rescaled"), sums.index)
    parts = sums.drop(columns=["own_assessor", "not_applicable"])
    parts.insert(0, "method", method.where(sums["own_assessor"].notna()))
    components = [score_component(component, parts, inputs.results) for component in scheme.components]
    base = pd.concat([parts, *components], axis=1)
    return base.assign(base=base[[f"{component.id}_score" for component in scheme.components]].sum(axis=1))
