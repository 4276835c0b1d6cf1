"""A circular's figures as the office would have printed them from marks and scheme, by one practice or another."""

from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.published import MEASURES, PrintedFigure
from analysis.methods.audit.agreement import KEYS, recompute_figures
from analysis.methods.audit.circulars import Circular
from analysis.methods.audit.practices import CHANGES, PRACTICES, SUMMARIES, Check, Practice, Readings, compute_change
from analysis.methods.audit.verdicts import WORDING, Number, exactly, read_number, say, write_like
from analysis.periods import AnyYear, following
from analysis.rounding import NOISE_DECIMALS, without_noise

STREAKS = {"consecutive_units", "newly_units", "first_place_years"}
"""Measures that lists of several years settle; marks that lead to the same lists add nothing."""

_WHOLE: dict[str, Callable[[pd.Series], pd.Series]] = {
    ROUND_HALF_UP: lambda sizes: np.floor(sizes + 0.5), ROUND_HALF_EVEN: np.rint,
    ROUND_DOWN: np.floor, ROUND_UP: np.ceil,
}  # fmt: skip


class Recomputation:
    """What a circular should print, from marks and scheme.

    Parameters
    ----------
    circular : Circular
    dataset : Dataset
    scores : DataFrame of `stack_years`
        May lack the year; then nothing is recomputed.
    """

    def __init__(self, circular: Circular, dataset: Dataset, scores: pd.DataFrame) -> None:
        self.circular, self.dataset = circular, dataset
        self.year = circular.facts.year
        self.scores = scores[scores["year"].isin([self.year, *circular.published.base_years])]
        self.known: dict[tuple[str, str, str], Number] = {}
        if scores["year"].eq(self.year).any():
            found = recompute_figures(dataset, scores, self.year).set_index(KEYS)["computed"]
            self.known = found.dropna().map(exactly).to_dict()

    def checks(self) -> Iterator[Check]:
        """Hold every printed figure against marks and scheme."""
        for position, figure in enumerate(self.circular.published.figures):
            if figure.measure not in STREAKS:
                again = "" if self.circular.first(figure) is figure else f"-{position}"
                rule = f"marks-{figure.measure}{self.circular.beside(figure)}{again}"
                words = WORDING["marks"]
                nothing = words["no_marks" if self.circular.facts.inputs is None else "from_print"]
                missing = words.get(figure.measure, words["not_computed"]) if self.known else nothing
                missing = missing.format(last=self.circular.published.base_of(figure))
                values: dict[str, Any] = {"wording": "marks", "basis": "marks", "missing": missing}
                values |= {"measure": MEASURES[figure.measure], "rests": self._rests(figure)}
                yield Check(rule, figure, partial(self._read, figure), self._others(figure, self.year), values)

    def _rests(self, figure: PrintedFigure) -> list[PrintedFigure]:
        """Return the printed figures that a change is computed with where its base year has no marks."""
        if figure.measure not in CHANGES or self.scores["year"].eq(self.circular.published.base_of(figure)).any():
            return []
        return [each for each in self.circular.compared(figure) if each and each is not figure]

    def _read(self, figure: PrintedFigure, practice: Practice) -> list[Number]:
        if not self.known:
            return []
        if figure.measure in CHANGES:
            return self._change(figure, practice)
        if figure.measure in SUMMARIES:
            return self._summary(figure.measure, figure, self.year, "", practice)
        known = self.known.get((figure.measure, figure.group, figure.of))
        return [known] if known else []

    def _others(self, figure: PrintedFigure, year: AnyYear) -> dict[str, Readings]:
        """Average over populations a circular may have meant: without vetoed units, without entrants."""
        kinds = ("not_vetoed", "of_both_years") if figure.measure == "average" and self.known else ()
        return {say("marks", kind): partial(self._summary, "average", figure, year, kind) for kind in kinds}

    def _change(self, figure: PrintedFigure, practice: Practice) -> list[Number]:
        """Compute a change from both years' averages; that of the base year may be known from print alone."""
        base_year = self.circular.published.base_of(figure)
        average, base = (self._average(figure, year, practice) for year in (self.year, base_year))
        *_, printed = self.circular.compared(figure)
        delta = None
        if base is None:
            delta = practice.read(printed) if printed else None
        elif average is not None and practice.from_printed:
            delta = self._as_printed(average.value - base.value, printed, practice)
        return compute_change(figure.measure, practice, average, base, delta)

    def _average(self, figure: PrintedFigure, year: AnyYear, practice: Practice) -> Number | None:
        """Return a year's average as the practice goes on computing with it.

        The printed one only where it is right, or where marks do not tell.
        """
        circular = self.circular if year == self.year else self.circular.earlier.get(year)
        printed = circular.figure("average", figure.group, self._of(figure, year)) if circular else None
        means = self._summary("average", figure, year, "", practice)
        if not means:
            return practice.read(printed) if printed and year != self.year else None
        if not practice.from_printed:
            return means[0]
        if printed and Check("", printed, lambda _: means, self._others(printed, year)).is_met([practice]):
            return practice.read(printed)
        return self._as_printed(means[0].value, printed, practice)

    def _as_printed(self, value: Fraction, printed: PrintedFigure | None, practice: Practice) -> Number:
        """Round a number to as many decimals as it is printed with, or as averages are."""
        like = printed.value if printed else f"{0:.{self.circular.decimals}f}"
        return read_number(write_like(value, like, practice.rounding), rounded=False)

    def _summary(
        self, measure: str, figure: PrintedFigure, year: AnyYear, kind: str, practice: Practice
    ) -> list[Number]:
        """Return the average, or an extreme, of the totals of a population; nothing where there is none."""
        rule = practice.rounding if practice.totals_first else ""
        found = self._summaries.get((rule, kind, year, figure.group, self._of(figure, year), measure))
        return [found] if found else []

    def _of(self, figure: PrintedFigure, year: AnyYear) -> str:
        """Say what a figure's grade is in a year, this or the one before."""
        return figure.of if year == self.year else self.circular.base_of(figure)[2]

    @cached_property
    def _summaries(self) -> dict[tuple[str, str, AnyYear, str, str, str], Number]:
        """By rule of rounding ("" for none), kind of population, year, group, grade or "all", and measure."""
        scores = pd.concat(
            [self.scores.assign(of="all"), self.scores.assign(of=self.scores["grade"])], ignore_index=True
        )
        units = {following(year): facts.units["unit_id"] for year, facts in self.dataset.years.items()}
        before = {(year, unit) for year, own in units.items() for unit in own}
        of_both = [key in before for key in zip(scores["year"], scores["unit_id"], strict=True)]
        populations = {"": slice(None), "not_vetoed": ~scores["vetoed"], "of_both_years": of_both}
        rules = ["", *dict.fromkeys(practice.rounding for practice in PRACTICES)]
        totals = {rule: _round_totals(scores["total"], self.circular.decimals, rule) for rule in rules}
        tables = [
            scores[rows].assign(rule=rule, kind=kind, total=rounded[rows])
            for kind, rows in populations.items()
            for rule, rounded in totals.items()
        ]
        keys, unit = ["rule", "kind", "year", "group", "of"], 10**NOISE_DECIMALS
        table = pd.concat(tables)
        table["total"] = (table["total"] * unit).round().astype("int64")  # whole numbers, so that a half stays one
        found: dict[tuple[str, str, AnyYear, str, str, str], Number] = {}
        for row in table.groupby(keys)["total"].agg(["sum", "size", "max", "min"]).reset_index().to_dict("records"):
            values = (Fraction(row["sum"], row["size"]), row["max"], row["min"])
            numbers = [exactly(Fraction(value) / unit) for value in values]
            found |= {
                (*(row[key] for key in keys), name): number for name, number in zip(SUMMARIES, numbers, strict=True)
            }
        return found


def _round_totals(totals: pd.Series, decimals: int, rounding: str) -> pd.Series:
    """Round totals as `decimal` would; not at all without a rule."""
    sizes = without_noise(totals.abs() * 10**decimals)
    return np.sign(totals) * _WHOLE[rounding](sizes) / 10**decimals if rounding else totals
