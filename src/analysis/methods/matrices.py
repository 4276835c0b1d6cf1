"""One group's marks of a year as arrays, so that thousands of variants are scored at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.schemes import Scheme
from analysis.problems import WorkbookError
from analysis.scoring.components import score_marks
from analysis.scoring.grading import grade_rows, rank_rows


@dataclass(frozen=True)
class MarkMatrix:
    """The marks of one group: units in rank order by indicators in the order of their table.

    Attributes
    ----------
    scheme : Scheme
    group : str
    units : DataFrame
        Rows of `score_year`.
    indicators : DataFrame with columns indicator_id, name, part, component, points, assessor_id
    status : ndarray of str, shape (units, indicators)
    carried, earned : ndarray of float, shape (units, indicators)
        Points, before a component is scaled.
    ratings : ndarray of int, shape (units, indicators)
        Places in `levels`; -1 where there is no rating.
    """

    scheme: Scheme
    group: str
    units: pd.DataFrame
    indicators: pd.DataFrame
    status: np.ndarray
    carried: np.ndarray
    earned: np.ndarray
    ratings: np.ndarray

    @cached_property
    def levels(self) -> pd.Series:
        """Ratings from worst to best: the share of an indicator's points each earns."""
        return _levels(self.scheme)

    @property
    def group_name(self) -> str:
        """What the scheme calls the group."""
        return self.scheme.group_names[self.group]

    @property
    def provenances(self) -> list[str]:
        """Where the marks come from."""
        return list(self.units["provenance"])

    @property
    def points(self) -> np.ndarray:
        """The indicators' points, shape (indicators,)."""
        return self.indicators["points"].to_numpy()

    @property
    def totals(self) -> np.ndarray:
        """The units' totals, shape (units,)."""
        return self.units["total"].to_numpy()

    @cached_property
    def factors(self) -> np.ndarray:
        """What an earned point adds to the total, shape (units, indicators)."""
        return self.units[[f"{component}_factor" for component in self.indicators["component"]]].to_numpy()

    @cached_property
    def rates(self) -> np.ndarray:
        """Earned over carried points, shape (units, indicators); NaN where not carried."""
        return np.divide(self.earned, self.carried, out=np.full_like(self.earned, np.nan), where=self.carried > 0)

    @cached_property
    def medians(self) -> np.ndarray:
        """The median rate of those who carry an indicator, shape (indicators,); NaN where nobody does."""
        return pd.DataFrame(self.rates).median().to_numpy()

    @property
    def reachable(self) -> np.ndarray:
        """Points of everything carried with the best mark, shape (units, indicators); its rating may be below 1."""
        return self.carried * np.where(self.ratings >= 0, self.levels.max(), 1.0)

    @cached_property
    def contributions(self) -> np.ndarray:
        """What each indicator adds to a component's score, shape (units, indicators).

        Rescaling counts what a unit does not carry at the unit's rate in the component.
        """
        contributions = self.earned.copy()
        for component in self.scheme.components:
            own = self.own(component.id)
            if component.rescale and own.any():
                rate = self.earned[:, own].sum(axis=1) / self.carried[:, own].sum(axis=1)
                contributions[:, own] += (self.points[own] - self.carried[:, own]) * rate[:, None]
        return contributions

    @property
    def barred(self) -> np.ndarray:
        """Say who cannot get the best grade, whatever the total: bool, shape (units,)."""
        return self.units["vetoed"].to_numpy() & self.scheme.bars(self.scheme.grades[0].id)

    def place_of(self, unit_id: str) -> int:
        """Return the row of a unit."""
        return int(self.units.index[self.units["unit_id"].eq(unit_id)][0])

    def own(self, component: str) -> np.ndarray:
        """Say which indicators belong to a component: bool, shape (indicators,)."""
        return self.indicators["component"].eq(component).to_numpy()

    def rank(self, totals: np.ndarray) -> np.ndarray:
        """Rank rows of totals by the scheme's tie rule."""
        return rank_rows(totals, self.scheme.ranking.ties)

    def is_best(self, totals: np.ndarray) -> np.ndarray:
        """Say who is in the best grade in every row of totals: bool, shape (rows, units)."""
        return grade_rows(totals, self.units["vetoed"].to_numpy(), self.group, self.scheme) == 0

    def reweigh(self, weights: np.ndarray, without: str = "") -> np.ndarray:
        """Score the units with other weights of the indicators.

        Parameters
        ----------
        weights : ndarray, shape (rows, indicators)
            Multiples of the indicators' points; a component's points stay what they are. If a component is weighted
            down to nothing, the others take over its points. A unit that carries nothing of what is left of a
            component keeps its score there.
        without : str
            An outside component that is left out.

        Returns
        -------
        ndarray, shape (rows, units)
        """
        base, left = np.zeros((len(weights), len(self.units))), np.zeros((len(weights), 1))
        for component in self.scheme.components:
            own, score = self.own(component.id), self.units[f"{component.id}_score"].to_numpy()
            if component.parts:
                nominal = (weights[:, own] @ self.points[own])[:, None]
                carried = weights[:, own] @ self.carried[:, own].T if component.rescale else nominal + 0 * score
                earned = weights[:, own] @ self.earned[:, own].T
                kept = nominal > 0
                score = np.divide(earned * component.points, carried, out=score + 0 * earned, where=carried > 0)
            else:
                kept = np.full((len(weights), 1), component.id != without)
            base += kept * score
            left += kept * component.points
        grown = np.divide(self.scheme.base_points, left, out=np.zeros_like(left), where=left > 0)
        return base * grown + (self.units["bonus"] - self.units["deduction"]).to_numpy()


def gather_marks(facts: YearFacts, scores: pd.DataFrame, group: str) -> MarkMatrix:
    """Lay out one group's marks.

    Parameters
    ----------
    facts : YearFacts
    scores : DataFrame of `score_year`
    group : str

    Returns
    -------
    MarkMatrix

    Raises
    ------
    WorkbookError
        If the year has no inputs.
    """
    if facts.inputs is None:
        raise WorkbookError(f"{facts.year} 年度没有评分数据（inputs/{facts.year}），不能分析。")
    scheme, inputs = facts.scheme, facts.inputs
    units = scores[scores["group"].eq(group)].reset_index(drop=True)
    indicators = inputs.indicators[inputs.indicators["group"].eq(group)].reset_index(drop=True)
    indicators = indicators.assign(component=indicators["part"].map(scheme.component_of))
    marks = score_marks(inputs.marks[inputs.marks["unit_id"].isin(units["unit_id"])], indicators, scheme)

    def spread(column: str) -> np.ndarray:
        wide = marks.pivot(index="unit_id", columns="indicator_id", values=column)
        return wide.reindex(index=units["unit_id"], columns=indicators["indicator_id"]).to_numpy()

    places = {rating: place for place, rating in enumerate(_levels(scheme).index)}
    marks = marks.assign(place=marks["rating"].map(places).fillna(-1).astype(int))
    kept = ["indicator_id", "name", "part", "component", "points", "assessor_id"]
    return MarkMatrix(
        scheme,
        group,
        units,
        indicators[kept],
        spread("status"),
        spread("carried").astype(float),
        spread("earned").astype(float),
        spread("place").astype(int),
    )


def _levels(scheme: Scheme) -> pd.Series:
    return pd.Series(scheme.ratings.value, dtype=float).sort_values(kind="stable")
