"""Tables of single marks: all of a unit's, or all units' of an indicator."""

from __future__ import annotations

import pandas as pd

from analysis.exhibits.tables import Table, make_table, whole
from analysis.exhibits.words import EXCLUDED, percent, points, provenance_note
from analysis.methods.matrices import MarkMatrix


def table_unit_marks(marks: MarkMatrix, listed: pd.DataFrame, unit_id: str) -> Table:
    """Tabulate all of a unit's marks.

    Parameters
    ----------
    marks : MarkMatrix
    listed : DataFrame of `list_marks`
    unit_id : str

    Returns
    -------
    Table
    """
    own = listed[listed["unit_id"].eq(unit_id)]
    columns = {
        "indicator": ("指标", None),
        "indicator_id": ("编号", None),
        "part": ("部分", None),
        "points": ("分值", points),
        "mark": ("评价", None),
        "rate": ("得分率", _rate),
        "median": ("本组中位得分率", _rate),
        "adds": ("计入总分", points),
    }
    caption = f"{marks.units.at[marks.place_of(unit_id), 'name']}：{marks.scheme.year} 年全部评分"
    return make_table(_write(marks, own), columns, caption, provenance_note(marks.provenances), head="指标")


def table_indicator_marks(marks: MarkMatrix, listed: pd.DataFrame, indicator_id: str) -> Table:
    """Tabulate all units' marks of an indicator.

    Parameters
    ----------
    marks : MarkMatrix
    listed : DataFrame of `list_marks`
    indicator_id : str

    Returns
    -------
    Table
    """
    own = listed[listed["indicator_id"].eq(indicator_id)]
    columns = {
        "rank": ("名次", whole),
        "name": ("单位", None),
        "grade": ("等次", None),
        "mark": ("评价", None),
        "rate": ("得分率", _rate),
        "adds": ("计入总分", points),
    }
    caption = f"{own['indicator'].iloc[0]}（{indicator_id}）：{marks.group_name}的评分"
    return make_table(_write(marks, own), columns, caption, provenance_note(marks.provenances))


def _write(marks: MarkMatrix, own: pd.DataFrame) -> pd.DataFrame:
    """Write a mark as its rating, as points of points, or as why there is none."""
    scored = [f"{points(earned)} / {full:g}" for earned, full in zip(own["earned"], own["points"], strict=True)]
    mark = own["rating"].where(own["rating"].ne(""), pd.Series(scored, index=own.index, dtype=object))
    return own.assign(
        mark=own["status"].map(EXCLUDED).fillna(mark),
        part=own["part"].map(marks.scheme.part_names),
        grade=own["grade"].map(marks.scheme.grade_names),
    )


def _rate(value: float) -> str:
    return percent(value, 1)
