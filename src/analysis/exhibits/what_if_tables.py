"""Tables of a year under a changed scheme."""

from __future__ import annotations

import pandas as pd

from analysis.data.schemes import Scheme
from analysis.exhibits.tables import Table, make_table, table_scheme, whole
from analysis.exhibits.words import change, points


def list_changes(scheme: Scheme, changed: Scheme) -> list[str]:
    """Say which clauses a changed scheme has otherwise.

    Parameters
    ----------
    scheme, changed : Scheme

    Returns
    -------
    list of str, one per clause: its name, what it says, what it is to say
    """
    now, then = (table_scheme(each).cells for each in (scheme, changed))
    pairs = zip(now["条款"], now["内容"], then["内容"], strict=True)
    return [f"{clause}由“{says}”改为“{instead}”" for clause, says, instead in pairs if says != instead]


def table_what_if(units: pd.DataFrame, scheme: Scheme, group: str, note: str) -> Table:
    """Tabulate one group's units under the scheme as it is and under the changed one.

    Parameters
    ----------
    units : DataFrame of `ask_what_if`
    scheme : Scheme
    group, note : str

    Returns
    -------
    Table
    """
    own = units[units["group"].eq(group)]
    frame = own.assign(base_grade=own["base_grade"].map(scheme.grade_names), grade=own["grade"].map(scheme.grade_names))
    columns = {
        "name": ("单位", None),
        "base_rank": ("现行名次", whole),
        "rank": ("假设名次", whole),
        "rank_change": ("升降", lambda value: change(value, 0)),
        "base_total": ("现行总分", points),
        "total": ("假设总分", points),
        "total_change": ("增减", change),
        "base_grade": ("现行等次", None),
        "grade": ("假设等次", None),
    }
    return make_table(frame, columns, f"{scheme.groups[group].name}：现行办法与假设办法", note)
