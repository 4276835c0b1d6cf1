"""The ledger of every re-weighting: what was left out, whose weight grew, and what else could have been done."""

import numpy as np
import pandas as pd

from analysis.methods.matrices import MarkMatrix
from analysis.rounding import without_noise


def list_rescalings(marks: MarkMatrix) -> pd.DataFrame:
    """List what was rescaled for which units: components, parts with points of their own, the base.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame with columns unit_id, name, block, not_applicable, own_assessor (indicators left out, by reason), points
    (of the block), applicable (points), factor (what an earned point became; NaN where a unit carries nothing of the
    block, whose points pass on), grown (points that the weight of what is applicable grew by). Of the base, what is
    left out is what counts in components that a unit does not have.

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["良", "-"]}, {"优": 1, "良": 0.8})
    >>> list_rescalings(marks)[["unit_id", "applicable", "factor", "grown"]].round(2).to_dict("records")
    [{'unit_id': 'b', 'applicable': 60.0, 'factor': 1.67, 'grown': 40.0}]
    """
    scheme, frames = marks.scheme, []
    paths = [(*scheme.paths[part], "base") for part in marks.indicators["part"]]
    outside = [component.id for component in scheme.outside_components]
    places = [marks.tiers[-2].names.index(component) for component in marks.indicators["component"]]
    absent = np.isnan(marks.component_scores)[:, places]
    for tier, scored, complete in zip(marks.tiers, marks.scored, marks.complete, strict=True):
        for place in np.flatnonzero(tier.rescaled):
            name, applicable, full = tier.names[place], scored.applicable[:, place], complete.applicable[0, place]
            inside = np.array([name in path for path in paths], dtype=bool) & (name != "base" or absent)
            frame = marks.units[["unit_id", "name"]].assign(
                block=name,
                not_applicable=((marks.status == "not_applicable") & inside).sum(axis=1),
                own_assessor=((marks.status == "own_assessor") & inside).sum(axis=1),
                points=tier.points[place],
                applicable=applicable,
                factor=scored.factors[:, place],
                grown=tier.points[place] * (1 - applicable / full),
            )
            if name not in outside:
                frames.append(frame[without_noise(full - applicable) > 0])
    columns = ["unit_id", "name", "block", "not_applicable", "own_assessor", "points", "applicable", "factor", "grown"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def weigh_parts(marks: MarkMatrix) -> pd.DataFrame:
    """Set what each part is worth in the scheme beside what it is worth for each unit.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame with columns unit_id, part, nominal, effective, grown (points of the total).

    Examples
    --------
    What is left of a single part is worth as much as all of it:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["良", "-"]}, {"优": 1, "良": 0.8})
    >>> weigh_parts(marks)[["unit_id", "nominal", "effective", "grown"]].to_numpy().tolist()
    [['a', 100.0, 100.0, 0.0], ['b', 100.0, 100.0, 0.0]]
    """
    frames = []
    for part in marks.scheme.parts:
        in_part = marks.indicators["part"].eq(part).to_numpy()
        nominal = marks.nominal[: len(in_part)][in_part].sum()
        effective = (marks.applicable * marks.factors)[:, in_part].sum(axis=1)
        frames.append(marks.units[["unit_id"]].assign(part=part, nominal=nominal, effective=effective))
    columns = ["unit_id", "part", "nominal", "effective"]
    weights = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return weights.assign(grown=weights["effective"] - weights["nominal"])


def list_excluded(marks: MarkMatrix) -> pd.DataFrame:
    """List every indicator a unit does not carry, and why.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame with columns unit_id, indicator_id, name, part, points, assessor_id, worth (what all its points add to the
    total of a unit that carries everything), status.

    Examples
    --------
    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["良", "-"]}, {"优": 1, "良": 0.8})
    >>> list_excluded(marks)[["unit_id", "indicator_id", "points", "status"]].to_numpy().tolist()
    [['b', 'r1', 40, 'not_applicable']]
    """
    unit, indicator = np.nonzero(marks.status != "marked")
    kept = ["indicator_id", "name", "part", "points", "assessor_id"]
    excluded = marks.indicators[kept].iloc[indicator].reset_index(drop=True)
    units, status = marks.units["unit_id"].to_numpy()[unit], marks.status[unit, indicator]
    return excluded.assign(unit_id=units, worth=marks.nominal[indicator], status=status)


def compare_alternatives(marks: MarkMatrix) -> pd.DataFrame:
    """Score the group under each alternative to rescaling, applied to all its units alike.

    Parameters
    ----------
    marks : MarkMatrix

    Returns
    -------
    DataFrame, one row per unit, with columns unit_id, name, rescaled (bool), total, rank, grade, and for each
    alternative total_<alternative>, rank_<alternative>, grade_<alternative>: "unscaled", earned points as they are;
    "median", what is not applicable at the group's median rate; "full", at full marks. An indicator nobody in the group
    carries has no median; it is then earned at the unit's rate in the component, as rescaling has it.

    Examples
    --------
    "b" earned 48 of the 60 points that it carries, so 80 of 100; the others' median rate in "r1" is 0.75:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["良", "-"]}, {"优": 1, "良": 0.8})
    >>> compared = compare_alternatives(marks).set_index("unit_id").loc["b"]
    >>> compared[["total", "total_unscaled", "total_median", "total_full"]].astype(float).round(9).tolist()
    [80.0, 48.0, 78.0, 88.0]
    """
    medians = pd.DataFrame(marks.item_rates).median().to_numpy()
    medians = np.where(np.isnan(medians), np.nan_to_num(marks.standins), medians)
    rates: dict[str, np.ndarray | float] = {"unscaled": 0.0, "median": medians, "full": 1.0}
    names = np.array(list(marks.scheme.grade_names), dtype=object)
    columns: dict[str, np.ndarray] = {}
    for name, rate in rates.items():
        points = marks.impute(rate)
        totals = marks.totals + (points - marks.contributions).sum(axis=1)
        grades = names[marks.grade(totals[None], marks.find_bars(marks.sum_items(points)))[0]]
        columns |= {f"total_{name}": totals, f"rank_{name}": marks.rank(totals), f"grade_{name}": grades}
    rescaled = (marks.impute(1.0) > marks.impute(0.0)).any(axis=1)
    return marks.units[["unit_id", "name", "total", "rank", "grade"]].assign(rescaled=rescaled, **columns)
