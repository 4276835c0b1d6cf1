"""Tables of why scores changed, and of what one year would have been under the other's scheme."""

from __future__ import annotations

import pandas as pd

from analysis.exhibits.tables import Table, make_table, whole
from analysis.exhibits.words import FACTORS, LEAST, change, percent, points
from analysis.methods.counterfactuals import Counterfactuals


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


def table_average_change(steps: pd.DataFrame, crossed: Counterfactuals, note: str) -> Table:
    """Tabulate what each factor added to a group's average.

    Parameters
    ----------
    steps : DataFrame with columns label, contribution
    crossed : Counterfactuals
    note : str

    Returns
    -------
    Table
    """
    base, current = crossed.years
    start, end = crossed.averages
    total = pd.DataFrame([{"label": "合计", "contribution": steps["contribution"].sum()}])
    frame = pd.concat([steps[["label", "contribution"]], total], ignore_index=True)
    rise = end - start
    frame = frame.assign(share=frame["contribution"] / rise if abs(rise) >= LEAST else float("nan"))
    columns = {
        "label": ("因素", None),
        "contribution": ("作用（分）", change),
        "share": ("占总变化", lambda value: percent(value, 1)),
    }
    name = current.scheme.group_names[crossed.group]
    caption = f"{name}平均分 {base.year} 年 {points(start)} 到 {current.year} 年 {points(end)} 的构成"
    return make_table(frame, columns, caption, note, head="因素")


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


def table_counterfactuals(scored: pd.DataFrame, crossed: Counterfactuals, note: str) -> Table:
    """Tabulate a group's average under every pairing of marks and scheme, and how many ranks and grades differ.

    Parameters
    ----------
    scored : DataFrame of `score_counterfactuals`
    crossed : Counterfactuals
    note : str

    Returns
    -------
    Table
    """
    own = scored[scored["marks_year"].eq(scored["scheme_year"])]
    keys = ["marks_year", "unit_id"]
    joined = scored.merge(own[[*keys, "rank", "grade"]], on=keys, suffixes=("", "_own"))
    joined = joined.assign(
        moved=joined["rank"].ne(joined["rank_own"]), regraded=joined["grade"].ne(joined["grade_own"])
    )
    sums = joined.groupby(["marks_year", "scheme_year"], sort=False).agg(
        average=("total", "mean"), moved=("moved", "sum"), regraded=("regraded", "sum")
    )
    columns = {
        "marks_year": ("评分年度", whole),
        "scheme_year": ("办法年度", whole),
        "average": ("平均分", points),
        "moved": ("名次不同的单位", whole),
        "regraded": ("等次不同的单位", whole),
    }
    name = crossed.years[1].scheme.group_names[crossed.group]
    return make_table(sums.reset_index(), columns, f"{name}：换用另一年办法", note, head="评分年度")
