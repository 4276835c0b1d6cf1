"""Sentences about how sure ranks and grades are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from analysis.exhibits.words import RESCALING_ALTERNATIVES, percent, points, veto_label
from analysis.methods.matrices import MarkMatrix
from analysis.methods.uncertainty import LEVEL


def describe_margin(unit: dict[Any, Any]) -> str:
    """Say in a few words how far one unit is from the line.

    Parameters
    ----------
    unit : dict
        A row of `find_margins`.

    Returns
    -------
    str
    """
    if unit["barred"]:
        return veto_label(unit["provenance"])
    if np.isinf(unit["margin"]):
        return "任何得分都入围" if unit["best"] else "没有名额"
    if unit["best"]:
        risk = f"，有 {unit['one_step']:.0f} 项，降一级即失去" if unit["one_step"] else ""
        return f"余 {points(unit['margin'])} 分{risk}"
    mend = f"，至少 {unit['raised']:.0f} 项提到最好" if unit["raised"] > 0 else "，靠评分到不了"
    short = f"差 {points(-unit['margin'])} 分" if unit["margin"] else "与线同分，须超过"
    return short + mend


def describe_margins(marks: MarkMatrix, margins: pd.DataFrame) -> str:
    """Say who is closest to the line on either side.

    Parameters
    ----------
    marks : MarkMatrix
    margins : DataFrame of `find_margins`

    Returns
    -------
    str
    """
    name, best = marks.group_name, marks.scheme.grades[0].name
    finite = margins[margins["margin"].abs().lt(math.inf)]
    ins, outs = finite[finite["best"]], finite[~finite["best"]]
    told = []
    if len(ins):
        last = ins.loc[ins["margin"].idxmin()]
        risk = (
            f"单项降级（{last['downgrade_from']}→{last['downgrade_to']}）扣 {points(last['downgrade_loss'])} 分就会失去"
            if pd.notna(last["downgrade_id"])
            else "任何单项降级都不会失去"
        )
        told.append(f"{best}单位中余量最小的是{last['name']}（{points(last['margin'])} 分），{risk}")
    if len(outs):
        first = outs.loc[outs["margin"].idxmax()]
        mend = f"至少要把 {first['raised']:.0f} 项提到最好" if first["raised"] > 0 else "只靠评分到不了"
        told.append(f"未入围单位中差得最少的是{first['name']}（{points(-first['margin'])} 分），{mend}")
    return f"{name}：{'；'.join(told) or f'没有{best}线可比'}。"


def describe_stability(marks: MarkMatrix, ranks: pd.DataFrame, agreement: float) -> str:
    """Say how stable one group's ranks are over draws.

    Parameters
    ----------
    marks : MarkMatrix
    ranks : DataFrame of `summarise_draws`
    agreement : float
        Mean Kendall tau of the draws with the actual ranks.

    Returns
    -------
    str
    """
    name, best = marks.group_name, marks.scheme.grades[0].name
    unsure = ranks[ranks["unsure"]]
    told = "、".join(f"{row['name']}（{percent(row['p_best'], 1)}）" for row in unsure.to_dict("records"))
    moving = int((ranks["rank_high"] > ranks["rank_low"]).sum())
    level = percent(LEVEL, 0)
    moves = f"{moving} 个单位名次的 {level} 范围不止一个名次" if moving else f"各单位名次的 {level} 范围都只有一个名次"
    return (
        f"{name}：名次一致度（Kendall τ）平均 {points(agreement, 3)}，{moves}；"
        + (f"是否{best}说不准的有 {len(unsure)} 个：{told}" if len(unsure) else f"没有哪个单位是否{best}说不准")
        + "。"
    )


def describe_rescaling(marks: MarkMatrix, compared: pd.DataFrame) -> str:
    """Say how many units were rescaled and what the alternatives would change.

    Parameters
    ----------
    marks : MarkMatrix
    compared : DataFrame of `compare_alternatives`

    Returns
    -------
    str
    """
    name = marks.group_name
    own = compared[compared["rescaled"]]
    if own.empty:
        return f"{name}：没有单位换算，全部按百分制计分。"
    told = []
    for alternative, label in RESCALING_ALTERNATIVES.items():
        moved = int(compared[f"rank_{alternative}"].ne(compared["rank"]).sum())
        regraded = compared.loc[compared[f"grade_{alternative}"].ne(compared["grade"]), "name"]
        grades = f"、{len(regraded)} 个单位的等次（{'、'.join(regraded)}）" if len(regraded) else "，等次都不变"
        told.append(f"若{label}，会改变 {moved} 个单位的名次{grades}")
    return f"{name}有 {len(own)} 个单位加权换算。{'；'.join(told)}。"


def describe_assessors(marks: MarkMatrix, assessors: pd.DataFrame) -> str:
    """Say whose marking can be told from the others'.

    Parameters
    ----------
    marks : MarkMatrix
    assessors : DataFrame of `compare_assessors`

    Returns
    -------
    str
    """
    name, names = marks.group_name, marks.scheme.assessors.value
    apart = assessors[assessors["told_apart"]]
    told = "，".join(
        f"{names[row['assessor_id']]}{'高' if row['leniency'] > 0 else '低'} "
        f"{points(abs(row['leniency']) * 100, 1)} 个百分点"
        for row in apart.to_dict("records")
    )
    if not told:
        return f"{name}：各考核主体给分的宽严，在误差之内分不出。"
    return f"{name}：与其他主体对同一批单位的得分率相比，{told}；其余主体在误差之内分不出。"
