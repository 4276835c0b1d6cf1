"""What an appendix is about: one year, perhaps beside an earlier one, with everything its figures and tables share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Scheme
from analysis.exhibits.words import provenance_note, source_note
from analysis.methods.averages import average_history
from analysis.methods.counterfactuals import Counterfactuals, cross_groups
from analysis.methods.grades import compare_units, count_grades
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.scoring.years import score_years


@dataclass(frozen=True)
class Subject:
    """A year, and the earlier year it is compared with.

    Attributes
    ----------
    dataset : Dataset
        As it stood in the year.
    year : int
    base_year : int or None
        None where there is no earlier year with marks.
    """

    dataset: Dataset
    year: int
    base_year: int | None

    @cached_property
    def facts(self) -> YearFacts:
        """The facts of the year."""
        return self.dataset.year(self.year)

    @property
    def scheme(self) -> Scheme:
        """The year's scheme."""
        return self.facts.scheme

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of every year that has marks."""
        return score_years(self.dataset.years)

    @cached_property
    def now(self) -> pd.DataFrame:
        """Scores of the year."""
        return self.scores[self.scores["year"].eq(self.year)]

    @cached_property
    def history(self) -> pd.DataFrame:
        """Averages since the base year, or of the year alone."""
        history = average_history(self.dataset, self.scores)
        return history[history["year"].between(self.base_year or self.year, self.year)]

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Units by grade since the base year."""
        return count_grades(self.scores[self.scores["year"].between(self.base_year or self.year, self.year)])

    @property
    def grade_names(self) -> dict[str, str]:
        """The grades of both years."""
        return self._base.scheme.grade_names | self.scheme.grade_names

    @cached_property
    def movement(self) -> pd.DataFrame:
        """Units of both years, side by side; needs a base year."""
        base = self.scores[self.scores["year"].eq(self._base.year)]
        return compare_units(base, self.now, list(self.scheme.grade_names | self._base.scheme.grade_names))

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Who was in the best grade in which year."""
        return build_grade_panel(self.dataset, self.scores)

    @cached_property
    def streaks(self) -> pd.DataFrame:
        """Runs of years in the best grade."""
        return self.facts.units.merge(find_streaks(self.panel, self.year), on="unit_id", validate="one_to_one")

    @cached_property
    def crossed(self) -> dict[str, Counterfactuals]:
        """Each year's marks under the other's scheme, by group; needs a base year."""
        return {each.group: each for each in cross_groups(self._base, self.facts)}

    def marks(self, group: str) -> MarkMatrix:
        """Return the marks of a group."""
        return gather_marks(self.facts, self.now, group)

    @property
    def documents(self) -> list[str]:
        """The documents of the years shown."""
        return [each.scheme.document for each in ([self._base] if self.base_year else []) + [self.facts]]

    @property
    def provenances(self) -> list[str]:
        """Where the marks of the years shown are from."""
        shown = self.scores["year"].between(self.base_year or self.year, self.year)
        return sorted(self.scores.loc[shown, "provenance"].unique())

    @property
    def note(self) -> str:
        """Where the numbers are from, in a sentence."""
        return provenance_note(self.provenances)

    @property
    def source(self) -> str:
        """Documents and provenance."""
        return source_note(self.documents, self.provenances)

    @property
    def _base(self) -> YearFacts:
        if self.base_year is None:
            raise ValueError("asked to compare without a base year")
        return self.dataset.year(self.base_year)
