"""Bonus, deduction and veto: what is added to, taken from or barred beside the base score."""

from __future__ import annotations

import pandas as pd

from analysis.facts.schemes import Scheme


def score_adjustments(adjustments: pd.DataFrame, unit_ids: pd.Index, scheme: Scheme) -> pd.DataFrame:
    """Add up each unit's adjustments, before and after the caps.

    Parameters
    ----------
    adjustments : DataFrame with columns unit_id, kind, points; one row per item
    unit_ids : Index
    scheme : Scheme
        Clauses `bonus.cap` and `deduction.cap`, in points.

    Returns
    -------
    DataFrame indexed by `unit_ids` with columns bonus_uncapped, bonus, deduction_uncapped, deduction (points,
    all positive) and vetoed (bool).
    """
    columns = {}
    for kind, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        items = adjustments[adjustments["kind"].eq(kind)]
        total = items.groupby("unit_id", sort=False)["points"].sum().reindex(unit_ids, fill_value=0.0)
        columns[f"{kind}_uncapped"] = total
        columns[kind] = total.clip(upper=limits.cap)
    vetoed = adjustments.loc[adjustments["kind"].eq("veto"), "unit_id"]
    return pd.DataFrame(columns, index=unit_ids).assign(vetoed=unit_ids.isin(vetoed))
