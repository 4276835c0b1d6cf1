"""Recompute what a circular prints, figure by figure, and set the two side by side."""

from __future__ import annotations

import pandas as pd

from analysis.evidence.verdicts import exactly, write_like
from analysis.facts.dataset import Dataset, YearFacts
from analysis.facts.inputs import Inputs
from analysis.facts.schemes import Scheme
from analysis.trends.averages import average_history
from analysis.trends.grades import count_grades
from analysis.trends.streaks import build_grade_panel, find_streaks

KEYS = ["measure", "group", "of"]


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
    own = scores[scores["year"].eq(year)]
    parts = [_scheme_figures(facts.scheme), _score_figures(own), _grade_figures(own)]
    if facts.inputs is not None:
        parts.append(_indicator_figures(facts.inputs))
    compared = average_history(dataset, scores)
    now = compared[compared["year"].eq(year)].rename(columns={"delta": "average_delta", "growth": "average_growth"})
    if year - 1 not in set(scores["year"]):  # last year's averages are derived from these very deltas
        now = now.assign(average_delta=float("nan"))
    parts.append(now.melt(["group", "of"], ["average", "average_delta", "average_growth"], "measure", "computed"))
    parts.append(_streak_figures(dataset, scores, facts))
    return pd.concat(parts, ignore_index=True)[[*KEYS, "computed"]]


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


def _rows(measure: str, of: pd.Series, group: str = "all") -> pd.DataFrame:
    table = of.rename_axis("of").rename("computed").reset_index()
    return table.assign(measure=measure, group=group)


def _scheme_figures(scheme: Scheme) -> pd.DataFrame:
    single = {
        "bonus_cap": scheme.bonus.cap,
        "bonus_item_min": scheme.bonus.item_min,
        "bonus_item_max": scheme.bonus.item_max,
        "deduction_item": scheme.deduction.item_min,
        "deduction_cap": scheme.deduction.cap,
        "assessor_count": len(scheme.assessors.value),
    }
    points = pd.Series({component.id: component.points for component in scheme.components})
    return pd.concat(
        [
            _rows("component_points", points),
            _rows("rating_rate", pd.Series(scheme.ratings.value, dtype=float)),
            *(_rows(measure, pd.Series({"all": value}, dtype=float)) for measure, value in single.items()),
        ]
    )


def _indicator_figures(inputs: Inputs) -> pd.DataFrame:
    tables = []
    for group, indicators in inputs.indicators.groupby("group"):
        counts = indicators["part"].value_counts()
        tables += [
            _rows("indicator_count", pd.concat([counts, pd.Series({"all": len(indicators)})]), str(group)),
            _rows("indicator_share", counts / len(indicators), str(group)),
        ]
    return pd.concat(tables)


def _score_figures(scores: pd.DataFrame) -> pd.DataFrame:
    tables = [_rows("method_units", scores["method"].value_counts())]
    for group, own in scores.groupby("group"):
        bonus, deduction = own.loc[own["bonus"] > 0, "bonus"], own.loc[own["deduction"] > 0, "deduction"]
        values = {
            "unit_count": len(own),
            "total_max": own["total"].max(),
            "total_min": own["total"].min(),
            "bonus_units": len(bonus),
            "bonus_max": bonus.max(),
            "bonus_min": bonus.min(),
            "deduction_units": len(deduction),
            "deduction_max": deduction.max(),
            "veto_units": own["vetoed"].sum(),
        }
        tables += [_rows(name, pd.Series({"all": value}, dtype=float), str(group)) for name, value in values.items()]
    return pd.concat(tables)


def _grade_figures(scores: pd.DataFrame) -> pd.DataFrame:
    counts = count_grades(scores).rename(columns={"grade": "of"})
    values = counts.assign(grade_units=counts["units"], grade_share=counts["share"], list_units=counts["units"])
    return values.melt(["group", "of"], ["grade_units", "grade_share", "list_units"], "measure", "computed")


def _streak_figures(dataset: Dataset, scores: pd.DataFrame, facts: YearFacts) -> pd.DataFrame:
    """Consecutive and newly excellent units, where the year before is wholly known."""
    if facts.year - 1 not in dataset.scored_years:
        return pd.DataFrame(columns=[*KEYS, "computed"])
    streaks = find_streaks(build_grade_panel(dataset, scores), facts.year)
    best = facts.scheme.grades[0].id
    consecutive, newly = (streaks["streak"] > 1).sum(), streaks["newly"].sum()
    return pd.concat(
        [
            _rows("consecutive_units", pd.Series({best: float(consecutive)})),
            _rows("newly_units", pd.Series({best: float(newly)})),
        ]
    )
