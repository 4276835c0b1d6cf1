"""Tables of an audit and of what print alone proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.data.schemes import Scheme
from analysis.exhibits.tables import Table, make_table, whole
from analysis.exhibits.words import LEDGER_BASES, interval
from analysis.methods.audit.verdicts import VERDICTS


def table_ledger(ledger: pd.DataFrame, caption: str) -> Table:
    """List the claims of an audit with their verdicts, filtered by verdict.

    Parameters
    ----------
    ledger : DataFrame of `audit_year`
    caption : str

    Returns
    -------
    Table
    """
    counts = ledger["verdict"].value_counts()
    remark = ledger["remark"].where(ledger["remark"].eq(""), "注：" + ledger["remark"])
    frame = ledger.assign(
        named=ledger["verdict"].map(VERDICTS),
        computed=ledger["computed"].where(ledger["computed"].ne(""), "—"),
        basis=ledger["basis"].map(LEDGER_BASES),
        why=ledger["reason"].str.cat(remark, sep="").where(lambda text: text.ne(""), "—"),
    )
    columns = {
        "named": ("结论", None),
        "text": ("说法", None),
        "printed": ("印出", str),
        "computed": ("核算", str),
        "formula": ("算法", None),
        "basis": ("依据", None),
        "section": ("出处", None),
        "why": ("说明", None),
    }
    filters: dict[str, str] = {
        verdict: f"{name} {counts[verdict]}" for verdict, name in VERDICTS.items() if verdict in counts
    }
    table = make_table(frame, columns, caption, head="说法")
    return replace(table, kinds=tuple(ledger["verdict"]), filters=filters)


def table_verdicts(counts: pd.DataFrame, caption: str) -> Table:
    """Tabulate how many claims got which verdict.

    Parameters
    ----------
    counts : DataFrame of `count_verdicts`
    caption : str

    Returns
    -------
    Table
    """
    frame = counts.assign(total=counts.sum(axis=1), name=[VERDICTS[verdict] for verdict in counts.index])
    columns = {"name": ("结论", None)} | {basis: (name, whole) for basis, name in LEDGER_BASES.items()}
    return make_table(frame, columns | {"total": ("合计", whole)}, caption, head="结论")


def table_bounds(statistics: pd.DataFrame, scheme: Scheme, assumptions: Mapping[str, str]) -> Table:
    """Tabulate what print proves about group statistics, with all assumptions and with each left out.

    Parameters
    ----------
    statistics : DataFrame of `bound_statistics`
    scheme : Scheme
    assumptions : dict of assumption to description

    Returns
    -------
    Table
    """
    shown = statistics.assign(
        interval=[
            interval(low, high, 3, ratio=ratio)
            for low, high, ratio in zip(statistics["low"], statistics["high"], statistics["ratio"], strict=True)
        ],
        who=statistics["group"].map(scheme.group_names),
    )
    frame = shown.pivot(index=["who", "statistic"], columns="without", values="interval")
    order = pd.MultiIndex.from_frame(shown[["who", "statistic"]].drop_duplicates())
    frame = frame.reindex(index=order, columns=["", *assumptions]).reset_index()
    columns = {"who": ("组别", None), "statistic": ("统计量", None), "": ("全部推定成立", str)}
    columns |= {name: (f"不用“{text}”", str) for name, text in assumptions.items()}
    return make_table(frame, columns, "只凭印本能确定的范围", "不用任何评分；每列少用一条推定", head="统计量")
