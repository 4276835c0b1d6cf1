"""One unit against its group: part by part and indicator by indicator."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analysis.data.blocks import Part, walk
from analysis.methods.matrices import MarkMatrix
from analysis.scoring.conditions import score_item

_Row = tuple[str, str, float, pd.Series]


def rate_parts(marks: MarkMatrix) -> pd.DataFrame:
    """Say what share of each part and outside component every unit earned.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame with columns unit_id, part, rate (earned over applicable points, or score over points where there are
    parts within; NaN where nothing is applicable).

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["良", "-"]}, {"优": 1, "良": 0.8})
    >>> rate_parts(marks).to_numpy().tolist()
    [['a', 'work', 0.88], ['b', 'work', 0.8]]
    """
    units, scheme, rates = marks.units, marks.scheme, dict[str, pd.Series]()
    for part in scheme.part_names:
        if part in scheme.parts:
            rates[part] = units[f"{part}_earned"] / units[f"{part}_applicable"].replace(0.0, np.nan)
        elif block := scheme.blocks.get(part):
            rates[part] = units[f"{part}_score"] / block.points
    wide = pd.DataFrame(rates).assign(unit_id=units["unit_id"])
    return wide.melt(id_vars="unit_id", var_name="part", value_name="rate")


def average_rates(marks: MarkMatrix) -> pd.Series:
    """Average the rates of every indicator over the units that carry it.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    Series of float indexed by indicator_id; NaN where nobody carries it

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", "-"]}, {"优": 1, "良": 0.8})
    >>> average_rates(marks).to_dict()
    {'p1': 0.9, 'r1': 1.0}
    """
    return pd.DataFrame(marks.rates, columns=marks.indicators["indicator_id"]).mean()


def compare_marks(marks: MarkMatrix, unit_id: str) -> pd.DataFrame:
    """Set each of a unit's marks beside the group's median.

    Parameters
    ----------
    marks : MarkMatrix
    unit_id : str

    Returns
    -------
    DataFrame, the indicators the unit carries, with columns indicator_id, name, part, points, rating ("" where marked
    in points), rate, median (of those who carry it), gap (points of the total by which the unit is above the median),
    lost (points of the total short of full marks), gain (points of the total the best mark would add); the furthest
    above the median first.

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", 20]}, {"优": 1, "良": 0.8})
    >>> compare_marks(marks, "b")[["indicator_id", "rate", "median", "gap", "gain"]].round(2).to_numpy().tolist()
    [['p1', 1.0, 0.9, 6.0, 0.0], ['r1', 0.5, 0.75, -10.0, 20.0]]
    """
    row = int(marks.units["unit_id"].eq(unit_id).argmax())
    carried, worth, rates = marks.applicable[row] > 0, marks.worth[row], marks.rates[row]
    columns = {
        "rating": marks.rating_names[row],
        "rate": rates,
        "median": marks.medians,
        "lost": (1 - rates) * worth,
        "gain": marks.gains[row],
        "gap": (rates - marks.medians) * worth,
    }
    frame = marks.indicators[["indicator_id", "name", "part", "points"]].assign(**columns)[carried]
    return frame.sort_values("gap", ascending=False, kind="stable", ignore_index=True)


def list_marks(marks: MarkMatrix) -> pd.DataFrame:
    """List every unit's mark of every indicator.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame by unit (in rank order) and indicator (in the order of their table) with columns unit_id, name, rank,
    grade; indicator_id, indicator (its name), part, points; status, rating ("" where there is none), earned, rate and
    median (of those who carry it; NaN where not applicable), adds (points of the total that the mark earned).

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", "-"]}, {"优": 1, "良": 0.8})
    >>> list_marks(marks)[["indicator_id", "status", "earned", "adds"]].round(2).to_numpy().tolist()
    [['p1', 'marked', 48.0, 80.0], ['r1', 'not_applicable', 0.0, 0.0]]
    """
    units, indicators = len(marks.units), len(marks.indicators)
    cells = {
        "status": marks.status,
        "rating": marks.rating_names,
        "earned": marks.earned,
        "rate": marks.rates,
        "median": np.where(marks.applicable > 0, marks.medians, np.nan),
        "adds": marks.earned * marks.factors,
    }
    unit, indicator = np.repeat(np.arange(units), indicators), np.tile(np.arange(indicators), units)
    who = marks.units[["unit_id", "name", "rank", "grade"]].iloc[unit].reset_index(drop=True)
    what = marks.indicators[["indicator_id", "name", "part", "points"]].rename(columns={"name": "indicator"})
    what = what.iloc[indicator].reset_index(drop=True)
    return pd.concat([who, what, pd.DataFrame({name: cell.ravel() for name, cell in cells.items()})], axis=1)


def list_blocks(marks: MarkMatrix, unit_id: str) -> pd.DataFrame:
    """List what a unit's total is made of, beside its group: components, parts within, adjustments and the total.

    Parameters
    ----------
    marks : MarkMatrix
    unit_id : str

    Returns
    -------
    DataFrame with columns block (its id; "bonus", "deduction", "total"), name (of a block; of a part it begins with a
    space, of one within it with two), points (NaN for what has none), score (of a part in points of what it counts in,
    so that parts add up; NaN for who does not carry it), average and median (of those in the group who carry it).

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 40], "b": ["优", 20]}, {"优": 1, "良": 0.8})
    >>> list_blocks(marks, "b").tail(1)[["block", "score", "average"]].to_numpy().tolist()
    [['total', 80.0, 84.0]]
    """
    units = marks.units
    rows: list[_Row] = []
    for component in marks.scheme.components:
        rows.append((component.id, component.name, component.points, units[f"{component.id}_score"]))
        rows += _list_parts(component.parts, marks, 1) if len(component.parts) > 1 else []
    signed = {"bonus": units["bonus"], "deduction": -units["deduction"], "total": units["total"]}
    rows += [(key, key, float("nan"), values) for key, values in signed.items()]
    own = units["unit_id"].eq(unit_id)
    return pd.DataFrame({
        "block": [key for key, *_ in rows],
        "name": [name for _, name, *_ in rows],
        "points": [points for *_, points, _ in rows],
        "score": [values[own].item() for *_, values in rows],
        "average": [values.mean() for *_, values in rows],
        "median": [values.median() for *_, values in rows],
    })  # fmt: skip


def _list_parts(
    parts: Mapping[str, Part], marks: MarkMatrix, depth: int
) -> Iterator[tuple[str, str, float, pd.Series]]:
    """List parts and what is within them: id, name, points, and every unit's score."""
    for part, block in parts.items():
        counted = [part] if block.points or not block.parts else [key for key, *_ in walk(part, block)][1:]
        counted = [key for key in counted if key == part or key in marks.scheme.parts]
        score = pd.DataFrame({key: score_item(marks.units, key, marks.scheme) for key in counted})
        points = np.nan if block.points is None else block.points
        yield part, "　" * depth + block.name, points, score.sum(axis=1, min_count=1)
        yield from _list_parts(block.parts, marks, depth + 1)
