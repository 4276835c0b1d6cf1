"""A small scheme and a small city, for examples and for trying things out before there is a data folder."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from analysis.data.dataset import Dataset, load_dataset
from analysis.data.schemes import Scheme


def small_scheme(ratings: Mapping[str, float], points: float = 100, best: int = 1, **changes: Any) -> Scheme:
    """Return a scheme of one group ("all"), one component and two grades.

    Parameters
    ----------
    ratings : dict of str to float
        The share of its points that a rating earns.
    points : float
        Of the component, which is rescaled.
    best : int
        Units in the best grade.
    **changes
        Clauses that are to be otherwise.

    Returns
    -------
    Scheme

    Examples
    --------
    >>> scheme = small_scheme({"优": 1, "良": 0.8}, bonus={"cap": 3, "source": "", "basis": "assumed"})
    >>> scheme.base_points, scheme.bonus.cap, list(scheme.grade_names)
    (100.0, 3.0, ['best', 'rest'])
    """
    said = {"source": "", "basis": "assumed"}
    parts = {"work": {"name": "工作", "marking": "score"}}
    clauses = {
        "groups": {"all": {"name": "全部", **said}},
        "ratings": {"value": dict(ratings), **said},
        "components": [{"id": "daily", "name": "日常", "points": points, "parts": parts, "rescale": True, **said}],
        "own_indicators": {"excluded": False, **said},
        "assessors": {"value": {}, **said},
        "bonus": said,
        "deduction": said,
        "ranking": {"ties": "min", **said},
        "grades": [
            {"id": "best", "name": "优秀", "rule": {"kind": "count", "value": best}, **said},
            {"id": "rest", "name": "其余", "rule": {"kind": "rest"}, **said},
        ],
    }
    return Scheme.model_validate({"year": 1000, "title": "-", "document": ""} | clauses | changes)


def example_city() -> Dataset:
    """Read the small city that a new one starts from: three counties and three departments, one year."""
    return load_dataset(str(files("analysis").joinpath("commands", "city")))
