"""Recompute what a circular prints, figure by figure, and set the two side by side."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.inputs import Inputs
from analysis.data.schemes import Scheme
from analysis.methods.audit.verdicts import exactly, write_like
from analysis.methods.averages import average_history
from analysis.methods.grades import count_grades
from analysis.methods.streaks import build_grade_panel, find_streaks

KEYS = ["measure", "group", "of"]
Figure: TypeAlias = tuple[str, str, str, float | None]
"""Measure, group, what it is of, and the number."""


def recompute_figures(dataset: Dataset, scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Compute every figure a circular of `year` could print, from inputs and scheme.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `score_years`
    year : int

    Returns
    -------
    DataFrame with columns measure, group, of, computed (shares and growth as fractions).
    """
    facts = dataset.year(year)
    unit_scores = scores[scores["year"].eq(year)]
    methods = [("method_units", "all", method, units) for method, units in unit_scores["method"].value_counts().items()]
    indicators = [] if facts.inputs is None else _indicator_figures(facts.inputs)
    first = _tabulate([*_scheme_figures(facts.scheme), *methods])
    others = _tabulate([*_streak_figures(dataset, scores, facts), *indicators])
    compared = average_history(dataset, scores)
    names = {"population": "of", "delta": "average_delta", "growth": "average_growth"}
    now = compared[compared["year"].eq(year)].rename(columns=names)
    if year - 1 not in set(scores["year"]):  # last year's averages are derived from these very deltas
        now = now.assign(average_delta=float("nan"))
    averages = now.melt(["group", "of"], ["average", "average_delta", "average_growth"], "measure", "computed")
    tables = [first, _score_figures(unit_scores), others, _grade_figures(unit_scores), averages]
    return pd.concat(tables, ignore_index=True)[[*KEYS, "computed"]]


def compare_with_print(facts: YearFacts, computed: pd.DataFrame) -> pd.DataFrame:
    """Set every printed figure beside its recomputation.

    Parameters
    ----------
    facts : YearFacts
    computed : DataFrame with columns measure, group, of, computed

    Returns
    -------
    DataFrame, one row per printed figure, with columns measure, group, of, printed, section, computed, shown
    (computed, at the printed decimals) and agrees (missing where it cannot be recomputed).
    """
    joined = (
        facts.printed_figures()
        .merge(computed, on=KEYS, how="left", validate="many_to_one")
        .rename(columns={"value": "printed"})
    )
    shown = [
        write_like(exactly(number).value, text) if pd.notna(number) else "—"
        for number, text in zip(joined["computed"], joined["printed"], strict=True)
    ]
    joined = joined.assign(shown=shown)
    agrees = joined["shown"].eq(joined["printed"]).astype("boolean").mask(joined["computed"].isna())
    return joined.assign(agrees=agrees)[[*KEYS, "printed", "section", "computed", "shown", "agrees"]]


def _tabulate(figures: Iterable[Figure]) -> pd.DataFrame:
    return pd.DataFrame(list(figures), columns=[*KEYS, "computed"]).astype({"computed": float})


def _scheme_figures(scheme: Scheme) -> Iterator[Figure]:
    for component in scheme.components:
        yield "component_points", "all", component.id, component.points
    for rating, rate in scheme.ratings.value.items():
        yield "rating_rate", "all", rating, rate
    yield "bonus_cap", "all", "all", scheme.bonus.cap
    yield "bonus_item_min", "all", "all", scheme.bonus.item_min
    yield "bonus_item_max", "all", "all", scheme.bonus.item_max
    yield "deduction_item", "all", "all", scheme.deduction.item_min
    yield "deduction_cap", "all", "all", scheme.deduction.cap
    yield "assessor_count", "all", "all", len(scheme.assessors.value)


def _indicator_figures(inputs: Inputs) -> Iterator[Figure]:
    for group, indicators in inputs.indicators.groupby("group"):
        yield "indicator_count", str(group), "all", len(indicators)
        for part, count in indicators["part"].value_counts().items():
            yield "indicator_count", str(group), str(part), count
            yield "indicator_share", str(group), str(part), count / len(indicators)


def _score_figures(scores: pd.DataFrame) -> pd.DataFrame:
    given = {kind: scores[kind].where(scores[kind] > 0) for kind in ("bonus", "deduction")}
    by_group = scores.assign(**given).groupby("group").agg(
        unit_count=("total", "size"), total_max=("total", "max"), total_min=("total", "min"),
        bonus_units=("bonus", "count"), bonus_max=("bonus", "max"), bonus_min=("bonus", "min"),
        deduction_units=("deduction", "count"), deduction_max=("deduction", "max"), veto_units=("vetoed", "sum"),
    )  # fmt: skip
    figures = by_group.melt(var_name="measure", value_name="computed", ignore_index=False).assign(of="all")
    return figures.reset_index().sort_values("group", kind="stable")


def _grade_figures(scores: pd.DataFrame) -> pd.DataFrame:
    counts = count_grades(scores).rename(columns={"grade": "of"})
    values = counts.assign(grade_units=counts["units"], grade_share=counts["share"], list_units=counts["units"])
    return values.melt(["group", "of"], ["grade_units", "grade_share", "list_units"], "measure", "computed")


def _streak_figures(dataset: Dataset, scores: pd.DataFrame, facts: YearFacts) -> Iterator[Figure]:
    """Consecutive and newly excellent units, where the year before is wholly known."""
    if facts.year - 1 in dataset.scored_years:
        streaks, best = find_streaks(build_grade_panel(dataset, scores), facts.year), facts.scheme.grades[0].id
        yield "consecutive_units", "all", best, (streaks["streak"] > 1).sum()
        yield "newly_units", "all", best, streaks["newly"].sum()
