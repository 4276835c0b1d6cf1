"""Recompute what a circular prints, figure by figure, and set the two side by side."""

from collections.abc import Iterator
from math import isnan

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Scheme
from analysis.data.silence import is_known
from analysis.methods.audit.verdicts import exactly, write_like
from analysis.methods.averages import average_history
from analysis.methods.grades import count_grades
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.periods import AnyYear, kind_of

KEYS = ["measure", "group", "of"]


def recompute_figures(dataset: Dataset, scores: pd.DataFrame, year: AnyYear) -> pd.DataFrame:
    """Compute every figure a circular of `year` could print, from inputs and scheme.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `stack_years`
    year : AnyYear

    Returns
    -------
    DataFrame with columns measure, group, of, computed (shares and growth as fractions).
    """
    dataset, scores = dataset.until(year), scores[scores["year"].le(year)]
    base = dataset.year(year).base_year if kind_of(year) else None
    current, compared = scores[scores["year"].eq(year)], average_history(dataset, scores, base)
    names = {"population": "of", "delta": "average_delta", "growth": "average_growth"}
    averages = compared[compared["year"].eq(year)].rename(columns=names)
    if not scores["year"].eq(dataset.year(year).base_year).any():  # its averages are derived from these very deltas
        averages = averages.assign(average_delta=float("nan"))
    grades = count_grades(current).rename(columns={"grade": "of", "share": "grade_share", "units": "grade_units"})
    listed = pd.DataFrame(_list_figures(dataset, scores, year), columns=[*KEYS, "computed"])
    tables = [
        listed.astype({"computed": float}),
        _unpivot(_summarise_groups(current)),
        _unpivot(grades.assign(list_units=grades["grade_units"]).drop(columns="year")),
        _unpivot(averages[["group", "of", "average", "average_delta", "average_growth"]]),
    ]
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
    printed = facts.printed_figures().rename(columns={"value": "printed"})
    joined = printed.merge(computed, on=KEYS, how="left", validate="many_to_one")
    joined["shown"] = [
        write_like(exactly(number).value, text) if pd.notna(number) else "—"
        for number, text in zip(joined["computed"], joined["printed"], strict=True)
    ]
    agrees = joined["shown"].eq(joined["printed"]).astype("boolean").mask(joined["computed"].isna())
    return joined.assign(agrees=agrees)[[*KEYS, "printed", "section", "computed", "shown", "agrees"]]


def list_clauses(scheme: Scheme) -> dict[tuple[str, str], float | None]:
    """List the numbers of a scheme that circulars print: by measure, and what it is of; none of what is not known."""
    found: dict[tuple[str, str], float | None] = {
        ("component_points", component.id): component.points
        for component in scheme.components
        if not isnan(component.points)
    }
    if is_known(scheme.ratings):
        found |= {("rating_rate", rating): rate for rating, rate in scheme.ratings.value.items()}
    if is_known(bonus := scheme.bonus):
        ends = {"bonus_cap": bonus.cap, "bonus_item_min": bonus.item_min, "bonus_item_max": bonus.item_max}
        found |= {(measure, "all"): end for measure, end in ends.items()}
    if is_known(deduction := scheme.deduction):
        found |= {("deduction_item", "all"): deduction.item_min, ("deduction_cap", "all"): deduction.cap}
    if is_known(scheme.assessors):
        found["assessor_count", "all"] = len(scheme.assessors.value)
    return found


def _unpivot(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.melt(["group", "of"], var_name="measure", value_name="computed")


def _list_figures(
    dataset: Dataset, scores: pd.DataFrame, year: AnyYear
) -> Iterator[tuple[str, str, str, float | None]]:
    """List what the scheme says, and what is counted otherwise than by group: measure, group, of what, the number."""
    facts, scheme = dataset.year(year), dataset.year(year).scheme
    for (measure, of), value in list_clauses(scheme).items():
        yield measure, "all", of, value
    for method, units in scores.loc[scores["year"].eq(year), "method"].value_counts().items():
        yield "method_units", "all", str(method), units
    panel = build_grade_panel(dataset, scores)
    incomparable = panel.query("state == 'incomparable'")["year"]
    if year - 1 in set(dataset.scored_years) - set(incomparable):  # else it is not wholly known who was excellent then
        streaks, best = find_streaks(panel, year), scheme.grades[0].id
        yield "consecutive_units", "all", best, (streaks["streak"] > 1).sum()
        yield "newly_units", "all", best, streaks["newly"].sum()
    for group, indicators in facts.inputs.indicators.groupby("group") if facts.inputs else []:
        yield "indicator_count", str(group), "all", len(indicators)
        for part, count in indicators["part"].value_counts().items():
            yield "indicator_count", str(group), str(part), count
            yield "indicator_share", str(group), str(part), count / len(indicators)


def _summarise_groups(scores: pd.DataFrame) -> pd.DataFrame:
    given = {kind: scores[kind].where(scores[kind] > 0) for kind in ("bonus", "deduction")}
    by_group = scores.assign(**given).groupby("group").agg(
        unit_count=("total", "size"), total_max=("total", "max"), total_min=("total", "min"),
        bonus_units=("bonus", "count"), bonus_max=("bonus", "max"), bonus_min=("bonus", "min"),
        deduction_units=("deduction", "count"), deduction_max=("deduction", "max"), veto_units=("vetoed", "sum"),
    )  # fmt: skip
    return by_group.reset_index().assign(of="all")
