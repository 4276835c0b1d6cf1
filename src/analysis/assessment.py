"""An assessment opened for questions: its years, and two years side by side.

Thin objects over the pure functions of scoring and methods: answers are worked out when first asked for, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts, load_dataset
from analysis.data.folder import find_data
from analysis.data.partitions import Mapper, map_here
from analysis.data.schemes import Scheme
from analysis.methods.audit.ledger import find_claims, practices_of, write_ledger
from analysis.methods.audit.practices import Practice
from analysis.methods.audit.tabulation import Claim
from analysis.methods.averages import average_history
from analysis.methods.bounds.bounds import Bounds, bound_from_print
from analysis.methods.counterfactual_grades import score_counterfactuals
from analysis.methods.counterfactuals import Counterfactuals, Imputation, cross_groups
from analysis.methods.decomposition import COLUMNS, add_up, decompose_average, decompose_units
from analysis.methods.grades import align_scores, compare_units, count_grades, doubt_membership, link_grades
from analysis.methods.margins import find_margins
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.printed import gather_results
from analysis.methods.provenance import withhold_moves
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.panel import Panel
from analysis.periods import AnyYear
from analysis.problems import Problems, WorkbookError
from analysis.scoring.years import score_year, stack_years


class Assessment:
    """A data folder, and everything that follows from it.

    Parameters
    ----------
    dataset : Dataset
    mapper : callable
        Where files of marks are added up (see `score_year`).

    Attributes
    ----------
    years, reported_years : list of AnyYear
        The years that have marks; those that have marks or a circular; both in order.

    Examples
    --------
    >>> from analysis import open_assessment
    >>> city = open_assessment()
    >>> city.years
    [2020, 2021]
    >>> len(city.year(2021).scores)
    57
    """

    def __init__(self, dataset: Dataset, mapper: Mapper = map_here) -> None:
        self.dataset, self.years, self.reported_years = dataset, dataset.scored_years, dataset.reported_years
        self._mapper = mapper
        self._scored: dict[AnyYear, pd.DataFrame] = {}
        self._years: dict[AnyYear, Year] = {}
        self._pairs: dict[tuple[AnyYear, AnyYear], Pair] = {}

    def __repr__(self) -> str:
        return f"Assessment({self.dataset.root.name!r}, years={self.years})"

    def year(self, year: AnyYear) -> Year:
        """Return one year, as it stood then, without later years; one that nothing is known of is a WorkbookError."""
        if year not in self._years:
            self._years[year] = Year(self, year)
        return self._years[year]

    def pair(self, base_year: AnyYear, year: AnyYear) -> Pair:
        """Return two years side by side.

        Parameters
        ----------
        base_year, year : AnyYear
            The earlier one and the later one.

        Raises
        ------
        WorkbookError
            If a year is unknown, has neither marks nor a circular, or does not come after the other.
        """
        if (base_year, year) not in self._pairs:
            self._pairs[base_year, year] = Pair(self.year(base_year), self.year(year))
        return self._pairs[base_year, year]

    @cached_property
    def panel(self) -> Panel:
        """The units through all years."""
        return Panel(self.dataset, self.results(self.reported_years))

    def keep_at_hand(self) -> None:
        """Give this to the next `open_city` of the same files, here or in a fork, with all that has been worked out."""
        _AT_HAND[self.dataset.root] = self

    @property
    def latest(self) -> Year:
        """The last year that has marks; none is a WorkbookError."""
        if not self.years:
            printed = "、".join(map(str, self.reported_years))
            hint = f"仅依据通报可以知道的：year(年度)，可用年度：{printed}。" if printed else ""
            raise WorkbookError(f"数据文件夹中没有任何年度的评分数据（inputs）。{hint}")
        return self.year(self.years[-1])

    @property
    def scores(self) -> pd.DataFrame:
        """The rows of `Year.scores` of all years; columns that a year's scheme does not know are NaN."""
        return self.score(self.years)

    def score(self, years: list[AnyYear]) -> pd.DataFrame:
        """Score some years, each under its own scheme, and stack them.

        Parameters
        ----------
        years : list of AnyYear

        Returns
        -------
        DataFrame of `score_year`, stacked

        Raises
        ------
        InputError
            If marks that are read only now are not sound: with every problem of every year.
        WorkbookError
            If a year has no marks.
        """
        problems = Problems()
        for year in years:
            if year not in self._scored:
                with problems.gathered():
                    self._scored[year] = score_year(self.dataset.year(year), self._mapper)
        problems.refuse()
        return stack_years(self._scored[year] for year in years)

    def results(self, years: list[AnyYear]) -> pd.DataFrame:
        """Stack who had which total, rank and grade: computed from marks, or else as printed (see `gather_results`)."""
        scores = self.score([year for year in years if year in self.years])
        return gather_results(self.dataset, scores, years)


_AT_HAND: dict[Path, Assessment] = {}


def open_city(data: str | Path | None = None) -> Assessment:
    """Read and check a data folder (see `load_dataset`); what was kept at hand of the same files is given once."""
    kept = _AT_HAND.pop(find_data(data), None) if _AT_HAND else None
    if kept and kept.dataset.is_current():
        return kept
    return Assessment(load_dataset(data))


class Year:
    """One year of an assessment, as it stood then.

    Attributes
    ----------
    assessment : Assessment
    year : AnyYear
    dataset : Dataset
        Without later years.
    facts : YearFacts
        What was given for the year.
    scored_years, reported_years : list of AnyYear
        The years up to this one that have marks; those that have marks or a circular.
    """

    show: Callable[..., Any]
    """Show an exhibit (see `analysis.exhibits.show`); bound where the exhibits are known."""
    chart: Callable[..., Any]
    """Draw a frame of one's own in the house style (see `analysis.exhibits.own.draw_own`)."""

    def __init__(self, assessment: Assessment, year: AnyYear) -> None:
        self.assessment, self.dataset = assessment, assessment.dataset.until(year)
        self.facts: YearFacts = self.dataset.year(year)
        self.year = self.facts.year
        self.scored_years, self.reported_years = self.dataset.scored_years, self.dataset.reported_years
        self._marks: dict[str, MarkMatrix] = {}
        self._margins: dict[str, pd.DataFrame] = {}

    def __repr__(self) -> str:
        return f"Year({self.year}, units={len(self.units)})"

    @property
    def scheme(self) -> Scheme:
        """The year's scheme."""
        return self.facts.scheme

    @property
    def units(self) -> pd.DataFrame:
        """Who is assessed: columns unit_id, group, name (as of the year)."""
        return self.facts.units

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The rows of `score_year`: one a unit, by group and rank; without marks, a WorkbookError."""
        return self.assessment.score([self.year])

    @cached_property
    def results(self) -> pd.DataFrame:
        """Total, rank and grade of every unit: by the marks, or where there are none as printed."""
        return self.assessment.results([self.year])

    @cached_property
    def scores_so_far(self) -> pd.DataFrame:
        """The scores of this year and all before it."""
        return self.assessment.score(self.scored_years)

    @cached_property
    def results_so_far(self) -> pd.DataFrame:
        """The results of this year and all before it."""
        return self.assessment.results(self.reported_years)

    @cached_property
    def panel(self) -> Panel:
        """The units through this year and all before it."""
        return Panel(self.dataset, self.results_so_far)

    @cached_property
    def averages(self) -> pd.DataFrame:
        """The averages of all years so far, with change and growth (see `average_history`)."""
        return average_history(self.dataset, self.results_so_far, years=self.reported_years)

    @cached_property
    def averages_on_same_period(self) -> pd.DataFrame:
        """The same with the changes on the same period of the year before."""
        return average_history(self.dataset, self.results_so_far, on_same_period=True, years=self.reported_years)

    @cached_property
    def grade_counts(self) -> pd.DataFrame:
        """Units by year, group and grade, for all `counted_years` (see `count_grades`)."""
        known = self.results_so_far[self.results_so_far["year"].isin(self.counted_years)]
        return count_grades(align_scores(self.dataset, known))

    @property
    def graded_years(self) -> list[AnyYear]:
        """The years so far of which it is known of every unit whether it was in the best grade."""
        states = self.grade_panel.pivot(index="unit_id", columns="year", values="state")
        units = {year: self.dataset.year(year).units["unit_id"] for year in self.reported_years}
        return [year for year in units if year in states and states.loc[units[year], year].ne("unknown").all()]

    @property
    def counted_years(self) -> list[AnyYear]:
        """Those of them of which all units are known."""
        return [year for year in self.graded_years if self.dataset.year(year).scheme.knows_units()]

    @cached_property
    def grade_panel(self) -> pd.DataFrame:
        """Who was in the best grade in which year (see `build_grade_panel`)."""
        return build_grade_panel(self.dataset, self.scores_so_far)

    @cached_property
    def streaks(self) -> pd.DataFrame:
        """The units of the year with their runs of years in the best grade (see `find_streaks`)."""
        return self.units.merge(find_streaks(self.grade_panel, self.year), on="unit_id", validate="one_to_one")

    @cached_property
    def claims(self) -> list[Claim]:
        """Every claim of the year's circular with its verdict and the printed facts that it rests on."""
        return find_claims(self.dataset, self.scores_so_far, self.year)

    @cached_property
    def audit(self) -> pd.DataFrame:
        """The claims as a ledger (see `audit_year`); empty without a circular."""
        return write_ledger(self.dataset, self.year, self.claims)

    @cached_property
    def practices(self) -> tuple[Practice, ...]:
        """How the office may have rounded and computed the year's circular (see `practices_of`)."""
        return practices_of(self.dataset, self.scores_so_far, self.year)

    @cached_property
    def bounds(self) -> Bounds:
        """What print alone proves, without any marks (see `bound_from_print`)."""
        return bound_from_print(self.dataset, self.year)

    def marks(self, group: str) -> MarkMatrix:
        """Return the marks of a group as arrays (see `gather_marks`)."""
        if group not in self._marks:
            self._marks[group] = gather_marks(self.facts, self.scores, group)
        return self._marks[group]

    def margins(self, group: str) -> pd.DataFrame:
        """Return how far the units of a group are from the best grade (see `find_margins`)."""
        if group not in self._margins:
            self._margins[group] = find_margins(self.marks(group))
        return self._margins[group]


class Pair:
    """Two years of an assessment, the earlier one as the base.

    Attributes
    ----------
    base, year : Year
    years : list of AnyYear
        The years that have marks, from the base year on.
    """

    show: Callable[..., Any]
    """Show an exhibit (see `analysis.exhibits.show`)."""
    chart: Callable[..., Any]
    """Draw a frame of one's own in the house style (see `analysis.exhibits.own.draw_own`)."""

    def __init__(self, base: Year, year: Year) -> None:
        for each in (base, year):
            each.facts.need_results("不能比较")
        if base.year >= year.year:
            raise WorkbookError(f"基期年度{base.year}应早于报告年度{year.year}。")
        self.base, self.year = base, year
        self.years = [each for each in year.scored_years if each >= base.year]

    def __repr__(self) -> str:
        return f"Pair({self.base.year}, {self.year.year})"

    @cached_property
    def averages(self) -> pd.DataFrame:
        """The averages since the base year, with change and growth on it (see `average_history`)."""
        year = self.year
        return average_history(year.dataset, year.results_so_far, self.base.year, years=year.reported_years)

    @cached_property
    def grade_counts(self) -> pd.DataFrame:
        """Units by year, group and grade since the base year (see `count_grades`)."""
        return self.year.grade_counts.loc[lambda counts: counts["year"].ge(self.base.year)]

    @cached_property
    def movement(self) -> pd.DataFrame:
        """Every unit of either year, group by group, side by side (see `compare_units`, `withhold_moves`)."""
        grades, links = list(self.year.scheme.grade_names), link_grades(self.year.dataset, self.base.year)
        successions = self.year.facts.successions.query("year > @self.base.year")
        ties = self.base.scheme.ties or "min", self.year.scheme.ties or "min"  # which way matters to ranks alone
        moves = compare_units(self.base.results, self.year.results, grades, links, successions, ties)
        moves = doubt_membership(moves, self.base.facts, self.year.facts)
        return withhold_moves(moves, *((each.facts, each.results) for each in (self.base, self.year)))

    @cached_property
    def crossed(self) -> dict[str, Counterfactuals]:
        """Each year's marks under the other's scheme, for every group of both (see `cross_years`)."""
        return cross_groups(self.base.facts, self.year.facts)

    @cached_property
    def decomposition(self) -> pd.DataFrame:
        """Why the average of each group changed (see `decompose_average`)."""
        return self._of_every_group(decompose_average)

    @cached_property
    def unit_decomposition(self) -> pd.DataFrame:
        """Why the total of each unit of both years changed (see `decompose_units`)."""
        return self._of_every_group(decompose_units)

    @cached_property
    def yearly_decomposition(self) -> pd.DataFrame:
        """The decompositions of each year on the one before, added up (see `add_up`); empty for neighbours."""
        return add_up([self.year.assessment.pair(*each).decomposition for each in pairwise(self.years)])

    def _of_every_group(self, decompose: Callable[[Counterfactuals], pd.DataFrame]) -> pd.DataFrame:
        parts = [decompose(each) for each in self.crossed.values()]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)

    def counterfactuals(self, group: str, imputation: Imputation = "own_rate") -> pd.DataFrame:
        """Return a group's scores in each year under its own scheme and the other's (see `score_counterfactuals`)."""
        return score_counterfactuals(self.crossed[group], imputation)
