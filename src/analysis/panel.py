"""The units of an assessment through all years that anything is known of."""

from functools import cached_property

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.methods.grades import align_scores
from analysis.methods.panel import compare_spans, measure_persistence, measure_spread, scale_totals
from analysis.methods.provenance import withhold_moves
from analysis.periods import AnyYear


class Panel:
    """The units of an assessment through all years that have marks, or a circular that prints results.

    Parameters
    ----------
    dataset : Dataset
    results : DataFrame of `gather_results`

    Attributes
    ----------
    units : DataFrame
        Everyone who was ever assessed, by unit_id: columns group and name, the latest.
    totals, ranks, grades, groups : DataFrame
        Totals (points), ranks in the group, grades and groups, units × years; missing where a unit was not assessed, or
        where a year has no marks and they are not printed.
    successions : DataFrame
        Who was made of whom (see `list_successions`).
    """

    def __init__(self, dataset: Dataset, results: pd.DataFrame) -> None:
        self.units = results.groupby("unit_id", sort=False)[["group", "name"]].last()
        self.successions, self._years = dataset.successions, results["year"].unique().tolist()
        self._dataset, self._results = dataset, results
        self.totals, self.ranks, self.grades, self.groups = (
            results.pivot(index="unit_id", columns="year", values=column).reindex(self.units.index)
            for column in ("total", "rank", "grade", "group")
        )

    def __repr__(self) -> str:
        return f"Panel(units={len(self.units)}, years={self._years})"

    @property
    def full(self) -> dict[AnyYear, float]:
        """What the scheme of each year is worth without adjustments, in points; NaN where that is not known."""
        return {year: self._dataset.year(year).scheme.base_points for year in self._years}

    @cached_property
    def results(self) -> pd.DataFrame:
        """Totals, ranks and grades (see `align_scores`), a row a unit and year, and column scaled (`scale_totals`)."""
        aligned = align_scores(self._dataset, self._results)
        return aligned.assign(scaled=scale_totals(aligned, self.full))

    @cached_property
    def spans(self) -> pd.DataFrame:
        """Every unit in every two years (see `compare_spans`, `withhold_moves`)."""
        ties = {year: self._dataset.year(year).scheme.ties or "min" for year in self._years}
        spans, own = compare_spans(self.results, ties), dict(list(self._results.groupby("year")))
        told = [
            withhold_moves(rows, *((self._dataset.year(year), own[year]) for year in years))
            for years, rows in spans.groupby(["base_year", "year"], sort=False)
        ]
        return pd.concat(told) if told else spans

    @cached_property
    def spread(self) -> pd.DataFrame:
        """How far apart the totals of each group are, by year (see `measure_spread`), where all its units are known."""
        keys = zip(self.results["year"], self.results["group"], strict=True)
        known = [self._dataset.year(year).scheme.knows_units(group) for year, group in keys]
        return measure_spread(self.results[pd.Series(known, self.results.index, dtype=bool)])

    @cached_property
    def persistence(self) -> pd.DataFrame:
        """How order and distances hold between every two years (see `measure_persistence`)."""
        return measure_persistence(self.spans)
