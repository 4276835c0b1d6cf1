"""Tables of why scores changed, and of what one year would have been under the other's scheme."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.figures.tables import Table, make_table, whole
from analysis.figures.words import FACTORS, change, points
from analysis.trends.counterfactuals import Counterfactuals


def name_factors(contributions: pd.DataFrame, part_names: dict[str, str]) -> pd.DataFrame:
    """Give every factor its Chinese label, in the order to read them.

    Parameters
    ----------
    contributions : DataFrame of `decompose_average` or `decompose_units`
    part_names : dict of part to name

    Returns
    -------
    DataFrame: `contributions` with column label, sorted by factor and part.
    """
    factors, parts = list(FACTORS), ["", *part_names]
    label = [
        FACTORS[factor].format(part=part_names.get(part, part))
        for factor, part in zip(contributions["factor"], contributions["part"], strict=True)
    ]
    order = contributions["factor"].map(factors.index) * len(parts) + contributions["part"].map(parts.index)
    named = contributions.assign(label=label, _order=order)
    return named.sort_values("_order", kind="stable", ignore_index=True).drop(columns="_order")


def table_average_changes(steps: pd.DataFrame, crossed: Sequence[Counterfactuals], note: str) -> Table:
    """Tabulate what each factor added to each group's average.

    Parameters
    ----------
    steps : DataFrame with columns group, label, contribution
    crossed : sequence of Counterfactuals, one per group
    note : str

    Returns
    -------
    Table
    """
    base, current = crossed[0].years
    names = current.scheme.group_names
    wide = steps.pivot_table(index="group", columns="label", values="contribution", aggfunc="sum").reindex(
        [each.group for each in crossed]
    )
    labels = list(dict.fromkeys(steps["label"]))
    frame = wide.reset_index().assign(
        who=[names[each.group] for each in crossed],
        base=[each.averages[0] for each in crossed],
        current=[each.averages[1] for each in crossed],
        total=wide.sum(axis=1).to_numpy(),
    )
    columns = {
        "who": ("组别", None),
        "base": (f"{base.year} 年", points),
        **{label: (label, change) for label in labels},
        "current": (f"{current.year} 年", points),
        "total": ("合计", change),
    }
    return make_table(frame, columns, f"{base.year} 至 {current.year} 年平均分变化的构成（分）", note, head="组别")


def table_unit_changes(steps: pd.DataFrame, crossed: Counterfactuals, note: str) -> Table:
    """Tabulate what each factor added to each unit's total.

    Parameters
    ----------
    steps : DataFrame with columns unit_id, label, contribution
    crossed : Counterfactuals
    note : str

    Returns
    -------
    Table
    """
    current = crossed.years[1]
    labels = list(dict.fromkeys(steps["label"]))
    wide = steps.pivot_table(index="unit_id", columns="label", values="contribution", aggfunc="sum")
    wide = crossed.units[["unit_id", "name"]].merge(wide.assign(total=wide.sum(axis=1)), on="unit_id")
    columns = {"name": ("单位", None), "total": ("总分变化", change)} | {label: (label, change) for label in labels}
    title = f"{current.scheme.group_names[crossed.group]}：两年都参评单位总分变化的构成（分）"
    return make_table(wide.sort_values("total", ascending=False), columns, title, note)


def table_counterfactuals(crossed_scores: pd.DataFrame, crossed: Sequence[Counterfactuals], note: str) -> Table:
    """Tabulate each group's average under every pairing of marks and scheme.

    Parameters
    ----------
    crossed_scores : DataFrame of `score_counterfactuals`, of all groups
    crossed : sequence of Counterfactuals
    note : str

    Returns
    -------
    Table
    """
    current = crossed[0].years[1]
    names = current.scheme.group_names
    own = crossed_scores[crossed_scores["marks_year"].eq(crossed_scores["scheme_year"])]
    keys = ["group", "marks_year", "unit_id"]
    joined = crossed_scores.merge(own[[*keys, "rank", "grade"]], on=keys, suffixes=("", "_own"))
    joined = joined.assign(
        moved=joined["rank"].ne(joined["rank_own"]), regraded=joined["grade"].ne(joined["grade_own"])
    )
    sums = joined.groupby(["group", "marks_year", "scheme_year"], sort=False).agg(
        average=("total", "mean"), moved=("moved", "sum"), regraded=("regraded", "sum")
    )
    frame = sums.reset_index().assign(who=lambda rows: rows["group"].map(names))
    columns = {
        "who": ("组别", None),
        "marks_year": ("评分年度", whole),
        "scheme_year": ("办法年度", whole),
        "average": ("平均分", points),
        "moved": ("名次不同的单位", whole),
        "regraded": ("等次不同的单位", whole),
    }
    return make_table(frame, columns, "换用另一年办法的平均分", note, head="组别")
