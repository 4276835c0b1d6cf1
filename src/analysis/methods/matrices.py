"""One group's marks of a year as arrays, so that thousands of variants are scored at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.schemes import Scheme
from analysis.scoring.components import score_marks
from analysis.scoring.conditions import find_bars, find_item_scores, find_item_worth
from analysis.scoring.grading import grade_rows
from analysis.scoring.kernel import (
    Scored,
    Tier,
    add_adjustments,
    climb,
    find_standins,
    find_worth,
    lay_out_tiers,
    over_applicable,
)
from analysis.scoring.ranking import rank_rows


@dataclass(frozen=True, repr=False)
class MarkMatrix:
    """The marks of one group: units in rank order by indicators in the order of their table.

    `gather_marks` makes one of a year, `lay_out_marks` of a few marks written by hand.

    Attributes
    ----------
    scheme : Scheme
    group : str
    units : DataFrame
        Rows of `score_year`.
    indicators : DataFrame with columns indicator_id, name, part, component, points, assessor_id
    status : ndarray of str, shape (units, indicators)
    applicable, earned : ndarray of float, shape (units, indicators)
        Points, before a component is scaled.
    rating_names : ndarray of str, shape (units, indicators)
        "" where there is no rating.
    """

    scheme: Scheme
    group: str
    units: pd.DataFrame
    indicators: pd.DataFrame
    status: np.ndarray
    applicable: np.ndarray
    earned: np.ndarray
    rating_names: np.ndarray

    def __repr__(self) -> str:
        units, indicators = self.status.shape
        left = (self.status != "marked").sum()
        return f"MarkMatrix({self.group}: {units} units × {indicators} indicators, {left} left out)"

    @cached_property
    def levels(self) -> pd.Series:
        """Ratings from worst to best: the share of an indicator's points each earns."""
        return pd.Series(self.scheme.ratings.value, dtype=float).sort_values(kind="stable")

    @cached_property
    def ratings(self) -> np.ndarray:
        """The ratings as positions in `levels`, shape (units, indicators); -1 where there is none."""
        return self.levels.index.get_indexer(self.rating_names.ravel()).reshape(self.rating_names.shape)

    @property
    def points(self) -> np.ndarray:
        """The indicators' points, shape (indicators,)."""
        return self.indicators["points"].to_numpy()

    @property
    def totals(self) -> np.ndarray:
        """The units' totals, shape (units,)."""
        return self.units["total"].to_numpy()

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The scheme's blocks; items are the indicators, and after them the outside components."""
        return lay_out_tiers(self.scheme, [*self.indicators["part"], *self._outside])

    @property
    def _outside(self) -> list[str]:
        return [component.id for component in self.scheme.outside_components]

    @cached_property
    def _items(self) -> tuple[np.ndarray, np.ndarray]:
        """Earned and applicable points of indicators and outside results, shape (units, items)."""
        earned, applicable = (
            np.c_[values, self.units[[f"{component}_{quantity}" for component in self._outside]].to_numpy(float)]
            for quantity, values in (("earned", self.earned), ("applicable", self.applicable))
        )
        return earned, applicable

    @cached_property
    def scored(self) -> tuple[Scored, ...]:
        """The units' scores in every block, tier by tier."""
        return climb(self.tiers, *self._items)

    @cached_property
    def complete(self) -> tuple[Scored, ...]:
        """The scores of one unit that carries and earns everything, tier by tier."""
        return climb(self.tiers, self._item_points[None], self._item_points[None])

    @cached_property
    def _item_factors(self) -> np.ndarray:
        return find_worth(self.tiers, self.scored)

    @cached_property
    def _item_points(self) -> np.ndarray:
        return np.r_[self.points, [component.points for component in self.scheme.outside_components]].astype(float)

    @cached_property
    def factors(self) -> np.ndarray:
        """What an earned point adds to the total, shape (units, indicators); 0 where a block around it has no score."""
        return self._item_factors[:, : len(self.points)]

    @property
    def results(self) -> tuple[np.ndarray, np.ndarray]:
        """What outside results add to the total, and could, each of shape (units, outside components); 0 for none."""
        earned, applicable = (each * self._item_factors for each in self._items)
        return earned[:, len(self.points) :], applicable[:, len(self.points) :]

    @cached_property
    def nominal(self) -> np.ndarray:
        """What an indicator, and after them an outside component, adds to the total where all is carried and earned."""
        return self._item_points * find_worth(self.tiers, self.complete)[0]

    @cached_property
    def rates(self) -> np.ndarray:
        """Earned over applicable points, shape (units, indicators); NaN where not applicable."""
        return self.item_rates[:, : len(self.points)]

    @cached_property
    def medians(self) -> np.ndarray:
        """The median rate of those who carry an indicator, shape (indicators,); NaN where nobody does."""
        return pd.DataFrame(self.rates).median().to_numpy()

    @property
    def reachable(self) -> np.ndarray:
        """Points of everything applicable with the best mark, shape (units, indicators); its rating may be below 1."""
        return self.applicable * np.where(self.ratings >= 0, self.levels.max(), 1.0)

    @property
    def worth(self) -> np.ndarray:
        """What all points of an indicator add to the total, shape (units, indicators)."""
        return self.points * self.factors

    @property
    def gains(self) -> np.ndarray:
        """What the best mark would add to the total, shape (units, indicators)."""
        return (self.reachable - self.earned) * self.factors

    @cached_property
    def best(self) -> np.ndarray:
        """Say who is in the best grade: bool, shape (units,)."""
        return self.is_best(self.totals[None])[0]

    @property
    def component_scores(self) -> np.ndarray:
        """The units' scores in every component, shape (units, components); NaN where a unit carries nothing of it."""
        return self.units[[f"{component.id}_score" for component in self.scheme.components]].to_numpy(float)

    @cached_property
    def standins(self) -> np.ndarray:
        """The rate at which what a unit does not carry counts as earned (see `find_standins`), shape like `nominal`."""
        return find_standins(self.tiers, self.scored)

    @cached_property
    def contributions(self) -> np.ndarray:
        """What each indicator, and after them each outside component, adds to the base score, shape (units, items).

        To rescale is to count what a unit does not carry as earned at the unit's own rate around it.
        """
        return self.impute(np.nan_to_num(self.standins))

    @cached_property
    def item_rates(self) -> np.ndarray:
        """Earned over applicable points, of outside results too, shape (units, items); NaN where not applicable."""
        return over_applicable(*self._items)

    def impute(self, rates: np.ndarray | float) -> np.ndarray:
        """Count what a unit does not carry of what is rescaled as earned at other rates.

        Parameters
        ----------
        rates : ndarray, shape (units, items) or (items,), or float
            Share of the points, 0 to 1, of the indicators and after them the outside components.

        Returns
        -------
        ndarray, shape (units, items)
            Points that add up to the base score without scaling.

        Examples
        --------
        >>> from analysis.methods.examples import lay_out_marks
        >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["优", 30], "b": ["优", "-"]}, {"优": 1})
        >>> marks.impute(0.75).tolist()
        [[60.0, 30.0], [60.0, 30.0]]
        """
        left = np.where(np.isnan(self.standins), 0.0, rates)
        return self.nominal * np.where(np.isnan(self.item_rates), left, self.item_rates)

    @cached_property
    def item_scores(self) -> dict[str, np.ndarray]:
        """What units have in the parts and components that a grade requires something of (see `find_item_scores`)."""
        return find_item_scores(self.units, self.scheme)

    @cached_property
    def item_worth(self) -> dict[str, np.ndarray]:
        """What a point of `item_scores` adds to the total (see `find_item_worth`)."""
        return find_item_worth(self.units, self.scheme)

    def counts_in(self, item: str) -> np.ndarray:
        """Say which indicators, and after them which outside components, count in a part or a component."""
        paths = self.scheme.paths
        return np.array([item == each or item in paths[each] for each in [*self.indicators["part"], *self._outside]])

    def sum_items(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Sum up as `item_scores` does what items add to the total, shape (..., units, items)."""
        found = {}
        for item, scores in self.item_scores.items():
            own = self.counts_in(item)
            sums = values[..., own].sum(axis=-1) / self.item_worth[item]
            found[item] = np.where(np.isnan(scores), np.nan, sums) if own.any() else scores
        return found

    @property
    def vetoed(self) -> np.ndarray:
        """Say who cannot get the best grade, whatever the marks: bool, shape (units,)."""
        return self.units["vetoed"].to_numpy() & self.scheme.bars(self.scheme.grades[0].id)

    @cached_property
    def bars(self) -> np.ndarray:
        """Say who is barred from which grade, by veto or by what it requires: bool, shape (units, grades)."""
        return self.find_bars(self.item_scores)

    def find_bars(self, item_scores: Mapping[str, np.ndarray]) -> np.ndarray:
        """Say the same of other scores in parts and components, shape (..., units, grades)."""
        return find_bars(self.units["vetoed"].to_numpy(), item_scores, self.group, self.scheme)

    def rank(self, totals: np.ndarray) -> np.ndarray:
        """Rank rows of totals as the scheme does."""
        return rank_rows(totals, self.scheme.ranking)

    def grade(self, totals: np.ndarray, bars: np.ndarray | None = None) -> np.ndarray:
        """Grade rows of totals: positions in the scheme's grades, 0 the best, shape (rows, units).

        Who is barred is held as it is, unless `bars` say it for every row, shape (rows, units, grades).
        """
        return grade_rows(totals, self.bars if bars is None else bars, self.group, self.scheme)

    def is_best(self, totals: np.ndarray, bars: np.ndarray | None = None) -> np.ndarray:
        """Say who is in the best grade in every row of totals (see `grade`): bool, shape (rows, units)."""
        return self.grade(totals, bars) == 0

    def reweigh(self, weights: np.ndarray, without: str = "") -> np.ndarray:
        """Score the units with other weights of the indicators.

        Parameters
        ----------
        weights : ndarray, shape (rows, indicators)
            Multiples of the indicators' points; a component's points stay what they are. If a component is weighted
            down to nothing, the others take over its points. A unit that carries nothing of what is left of a
            component that is rescaled keeps its score there.
        without : str
            An outside component that is left out.

        Returns
        -------
        ndarray, shape (rows, units)

        Examples
        --------
        All weights doubled change nothing; without the second indicator, the first is the whole component:

        >>> from analysis.methods.examples import lay_out_marks
        >>> marks = lay_out_marks({"p1": 60, "r1": 40}, {"a": ["良", 38], "b": ["优", 10]}, {"优": 1, "良": 0.8})
        >>> marks.reweigh(np.array([[2, 2], [1, 0]])).round(9).tolist()
        [[86.0, 70.0], [80.0, 100.0]]
        """
        kept, (*below, base) = [float(component != without) for component in self._outside], self.tiers
        weights = np.c_[weights, np.tile(kept, (len(weights), 1))]
        scores = climb(below, *self._items, self._item_points, weights)[-1].scores
        scores = np.where(np.isnan(scores), self.component_scores * below[-1].rescaled, scores)
        points = below[-1].points * (reduce(np.matmul, (tier.membership for tier in below), weights) > 0)
        carried = ~np.isnan(scores) * points[:, None]
        (total,) = climb([base], np.where(carried > 0, scores, 0.0), carried, points)
        return add_adjustments(np.nan_to_num(total.scores[..., 0]), self.units["bonus"], self.units["deduction"])


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

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> from analysis.scoring.years import score_year
    >>> year = example_city().year(2023)
    >>> marks = gather_marks(year, score_year(year), "county")
    >>> marks.rates.tolist(), marks.factors.tolist()
    ([[1.0, 0.925], [0.85, 0.8], [0.6, nan]], [[1.0, 1.0], [1.0, 1.0], [1.4, 1.4]])
    """
    inputs = facts.need_inputs("不能分析")
    units = scores[scores["group"].eq(group)].reset_index(drop=True)
    indicators = inputs.indicators[inputs.indicators["group"].eq(group)].reset_index(drop=True)
    marks = inputs.marks[inputs.marks["unit_id"].isin(units["unit_id"])]
    scored = score_marks(marks, indicators, facts.scheme).set_index(["unit_id", "indicator_id"])

    def spread(column: str, kind: type) -> np.ndarray:
        wide = scored[column].unstack()
        return wide.reindex(index=units["unit_id"], columns=indicators["indicator_id"]).to_numpy().astype(kind)

    kept = ["indicator_id", "name", "part", "component", "points", "assessor_id"]
    return MarkMatrix(
        facts.scheme,
        group,
        units,
        indicators.assign(component=indicators["part"].map(facts.scheme.component_of))[kept],
        status=spread("status", object),
        applicable=spread("applicable", float),
        earned=spread("earned", float),
        rating_names=spread("rating", object),
    )
