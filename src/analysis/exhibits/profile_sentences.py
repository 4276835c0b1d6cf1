"""Sentences about one unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.exhibits.certainty_sentences import describe_margin
from analysis.exhibits.words import change, points
from analysis.methods.matrices import MarkMatrix


def describe_position(marks: MarkMatrix, margins: pd.DataFrame, unit_id: str) -> list[str]:
    """Say where a unit stands: its rank, the group's median, the line, and the units next to it.

    Parameters
    ----------
    marks : MarkMatrix
    margins : DataFrame of `find_margins`
    unit_id : str

    Returns
    -------
    list of str
    """
    scheme, unit = marks.scheme, margins.iloc[marks.place_of(unit_id)]
    median, made_up = float(np.median(marks.totals)), mark_made_up(marks)
    above = f"距前一名 {points(unit['above'])} 分" if pd.notna(unit["above"]) else "没有排在前面的单位"
    below = f"领先后一名 {points(unit['below'])} 分" if pd.notna(unit["below"]) else "没有排在后面的单位"
    return [
        f"{unit['name']}，{marks.group_name}，{scheme.year} 年总分 {points(unit['total'])} 分{made_up}，"
        f"{len(margins)} 个单位中列第 {unit['rank']} 名，{scheme.grade_names[unit['grade']]}；"
        f"本组中位数 {points(median)} 分，相差 {change(unit['total'] - median)} 分。",
        f"离{scheme.grades[0].name}线：{describe_margin(unit.to_dict())}；{above}；{below}{made_up}。",
    ]


def mark_made_up(marks: MarkMatrix) -> str:
    """Mark a number that comes from marks that are not an office's, right behind it."""
    kinds = {"reconstructed": "（由重构评分算得，不是真实得分）", "demonstration": "（由演示评分算得，是虚构的）"}
    return "".join(words for kind, words in kinds.items() if kind in marks.provenances)


def describe_factor(marks: MarkMatrix, unit_id: str) -> list[str]:
    """Say by what factor a unit's points were rescaled.

    Parameters
    ----------
    marks : MarkMatrix
    unit_id : str

    Returns
    -------
    list of str, one per rescaled component
    """
    unit = marks.units.iloc[marks.place_of(unit_id)]
    return [
        f"{component.name}承担 {points(unit[f'{component.id}_carried'])} 分（满分 {component.points:g} 分），"
        f"得分乘以 {points(unit[f'{component.id}_factor'], 4)}{mark_made_up(marks)}。"
        for component in marks.scheme.components
        if component.rescale
    ]


def describe_streak(streaks: pd.DataFrame, unit_id: str, best: str) -> str:
    """Say how long a unit has been in the best grade.

    Parameters
    ----------
    streaks : DataFrame of `find_streaks`
    unit_id : str
    best : str

    Returns
    -------
    str
    """
    own = streaks[streaks["unit_id"].eq(unit_id)].iloc[0]
    if own["streak"]:
        return f"截至本年度{'至少' if own['at_least'] else ''}连续 {own['streak']} 年{best}。"
    return f"本年度不是{best}" + (f"，上年是{best}。" if own["lost"] else "。")
