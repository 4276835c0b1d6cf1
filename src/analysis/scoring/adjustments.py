"""Bonus, deduction and veto: what is added to, taken from or barred beside the base score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.schemes import Scheme


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
    place = unit_ids.get_indexer(adjustments["unit_id"])
    kind, points = adjustments["kind"].where(place >= 0), adjustments["points"].to_numpy(float)
    columns: dict[str, pd.Series] = {}
    for name, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        items = kind.eq(name).to_numpy()
        total = pd.Series(np.bincount(place[items], points[items], len(unit_ids)), unit_ids, dtype=float)
        columns |= {f"{name}_uncapped": total, name: total.clip(upper=limits.cap)}
    vetoes = np.bincount(place[kind.eq("veto")], minlength=len(unit_ids))
    return pd.DataFrame(columns).assign(vetoed=vetoes > 0)
