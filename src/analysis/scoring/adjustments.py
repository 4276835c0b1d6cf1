"""Bonus, deduction and veto: what is added to, taken from or barred beside the base score."""

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

    Examples
    --------
    Two items of 2 points count 3 where that is the cap:

    >>> from analysis.scoring.examples import small_scheme
    >>> scheme = small_scheme({}, bonus={"cap": 3, "source": "", "basis": "assumed"})
    >>> items = pd.DataFrame({"unit_id": ["a", "a", "b"], "kind": ["bonus", "bonus", "veto"], "points": [2, 2, np.nan]})
    >>> adjusted = score_adjustments(items, pd.Index(["a", "b"]), scheme)
    >>> adjusted[["bonus_uncapped", "bonus", "vetoed"]].to_numpy().tolist()
    [[4.0, 3.0, False], [0.0, 0.0, True]]
    """
    row = unit_ids.get_indexer(adjustments["unit_id"])
    kind, points = adjustments["kind"].where(row >= 0), adjustments["points"].to_numpy(float)
    columns: dict[str, pd.Series] = {}
    for name, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        items = kind.eq(name).to_numpy()
        total = pd.Series(np.bincount(row[items], points[items], len(unit_ids)), unit_ids, dtype=float)
        columns |= {f"{name}_uncapped": total, name: total.clip(upper=limits.cap)}
    vetoes = np.bincount(row[kind.eq("veto")], minlength=len(unit_ids))
    return pd.DataFrame(columns).assign(vetoed=vetoes > 0)
