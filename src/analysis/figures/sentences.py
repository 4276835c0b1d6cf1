"""Sentences for readers; every number in them comes from a frame."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from analysis.evidence.verdicts import VERDICTS
from analysis.figures.words import MOVEMENTS, RESCALING_ALTERNATIVES, change, interval, percent, points, rise_or_fall
from analysis.sensitivity.matrices import MarkMatrix
from analysis.trends.counterfactuals import Counterfactuals


def describe_averages(compared: pd.DataFrame, year: int, groups: dict[str, str]) -> list[str]:
    """Say each group's average of a year, its change and growth.

    Parameters
    ----------
    compared : DataFrame of `compare_averages`
    year : int
    groups : dict of group to name

    Returns
    -------
    list of str, one sentence per group
    """
    sentences = []
    for group, name in groups.items():
        row = compared[compared["year"].eq(year) & compared["group"].eq(group) & compared["of"].eq("all")].iloc[0]
        sentence = f"{name} {int(row.units)} 个单位，{year} 年平均 {points(row.average)} 分"
        if pd.notna(row.delta):
            growth = percent(row.growth, signed=True)
            sentence += f"，比 {year - 1} 年的 {points(row.base)} 分{rise_or_fall(row.delta)}（{growth}）"
        sentences.append(sentence + "。")
    return sentences


def describe_grades(counts: pd.DataFrame, year: int, grades: dict[str, str]) -> str:
    """Say how many units got each grade in a year.

    Parameters
    ----------
    counts : DataFrame of `count_grades`
    year : int
    grades : dict of grade to name, best first

    Returns
    -------
    str
    """
    own = counts[counts["year"].eq(year) & counts["group"].eq("all")].set_index("grade")
    told = [f"{name} {int(own['units'].get(grade, 0))} 个" for grade, name in grades.items()]
    return f"{year} 年共考核 {int(own['units'].sum())} 个单位：{'，'.join(told)}。"


def describe_streaks(units: pd.DataFrame, year: int, best: str) -> list[str]:
    """Say who was in the best grade again, newly, and no longer.

    Parameters
    ----------
    units : DataFrame with columns name, streak, at_least, newly, lost
    year : int
    best : str
        Name of the best grade.

    Returns
    -------
    list of str
    """
    again = units[units["streak"] > 1]
    newly, lost = units[units["newly"]], units[units["lost"]]
    excellent = units[units["streak"] > 0]
    if len(excellent) and excellent["streak"].eq(1).all() and excellent["at_least"].all():
        return [f"{year} 年{best}单位 {len(excellent)} 个；上一年的等次不知道，是否连续不能判断。"]
    sentences = [f"{year} 年{best}单位中，{len(again)} 个上年也是{best}。"]
    if len(newly):
        sentences.append(f"新获{best} {len(newly)} 个：{'、'.join(newly['name'])}。")
    if len(lost):
        sentences.append(f"上年{best}、本年不再{best} {len(lost)} 个：{'、'.join(lost['name'])}。")
    return sentences


def describe_verdicts(ledger: pd.DataFrame, year: int) -> str:
    """Count the claims of an audit by verdict.

    Parameters
    ----------
    ledger : DataFrame of `audit_year`
    year : int

    Returns
    -------
    str
    """
    if ledger.empty:
        return f"没有 {year} 年度的通报，无从核对。"
    counts = ledger["verdict"].value_counts()
    told = "，".join(f"{name} {counts.get(verdict, 0)} 条" for verdict, name in VERDICTS.items())
    return f"{year} 年度通报可核对的说法共 {len(ledger)} 条：{told}。"


def describe_claims(claims: pd.DataFrame) -> list[str]:
    """Say what an audit found of some claims, one sentence each.

    Parameters
    ----------
    claims : DataFrame, rows of `audit_year`

    Returns
    -------
    list of str
    """
    return [
        f"{VERDICTS[row['verdict']]}：{row['text']}（见“{row['section']}”）。{row['reason']}"
        + ("" if not row["reason"] else "。")
        + (f"注：{row['remark']}。" if row["remark"] else "")
        for row in claims.to_dict("records")
    ]


def describe_conflicts(conflicts: dict[str, list[str]], groups: dict[str, str]) -> list[str]:
    """Say whether the printed figures of each group can all be true together.

    Parameters
    ----------
    conflicts : dict of group to list of str
        Of `Proof`.
    groups : dict of group to name

    Returns
    -------
    list of str
    """
    return [
        f"{groups[group]}：以下各条不能同时成立，去掉任何一条即可成立——{'；'.join(conflict)}。"
        if conflict
        else f"{groups[group]}：印出的平均分、增减、增长、名单次序可以同时成立。"
        for group, conflict in conflicts.items()
    ]


def describe_common_growth(statistics: pd.DataFrame, figures: pd.DataFrame, groups: dict[str, str]) -> list[str]:
    """Set the printed growth beside the growth of the units present in both years.

    Parameters
    ----------
    statistics : DataFrame of `bound_statistics`
    figures : DataFrame of `Published.figure_table`
    groups : dict of group to name

    Returns
    -------
    list of str, one for each group whose membership changed or that was compared
    """
    growth = statistics[statistics["ratio"] & statistics["without"].eq("")]
    printed = figures[figures["measure"].eq("average_growth") & figures["of"].eq("all")].set_index("group")["value"]
    return [
        f"{groups[row['group']]}印出的增长为 {printed.get(row['group'], '（未印）')}；"
        f"{row['statistic']}在 {interval(row['low'], row['high'], ratio=True)} 之间。"
        for row in growth.to_dict("records")
    ]


def describe_movement(units: pd.DataFrame, year: int, groups: dict[str, str]) -> list[str]:
    """Say who rose to or fell from a grade, and who entered or left.

    Parameters
    ----------
    units : DataFrame of `compare_units`
    year : int
    groups : dict of group to name

    Returns
    -------
    list of str, one sentence per group
    """
    sentences = []
    for group, name in groups.items():
        own = units[units["group"].eq(group)]
        told = [
            f"{label} {len(members)} 个（{'、'.join(members['name'])}）"
            for movement, label in MOVEMENTS.items()
            if movement != "stayed" and len(members := own[own["movement"].eq(movement)])
        ]
        stayed = int(own["movement"].eq("stayed").sum())
        sentences.append(f"{name}：{year} 年等次不变 {stayed} 个{'，' if told else ''}{'，'.join(told)}。")
    return sentences


def describe_change(steps: pd.DataFrame, crossed: Counterfactuals) -> str:
    """Say what a group's average changed by, and what that is made of.

    Parameters
    ----------
    steps : DataFrame with columns label, contribution (points), one group
    crossed : Counterfactuals

    Returns
    -------
    str
    """
    base, current = crossed.years
    averages, name = crossed.averages, current.scheme.group_names[crossed.group]
    ordered = steps.reindex(steps["contribution"].abs().sort_values(ascending=False).index)
    shown = ordered[ordered["contribution"].abs() >= 0.005]
    told = "，".join(f"{row['label']} {change(row['contribution'])}" for row in shown.to_dict("records"))
    nothing = [row["label"] for row in ordered[ordered["contribution"].abs() < 0.005].to_dict("records")]
    rest = f"；{'、'.join(nothing)}的作用不到 0.01 分" if nothing else ""
    return (
        f"{name}平均分从 {base.year} 年的 {points(averages[0])} 分到 {current.year} 年的 {points(averages[1])} 分，"
        f"{rise_or_fall(averages[1] - averages[0])}：{told}{rest}。"
    )


def describe_lacking(crossed: Iterable[Counterfactuals]) -> list[str]:
    """Say what a counterfactual takes for granted about what one year does not mark.

    Parameters
    ----------
    crossed : iterable of Counterfactuals
        Of all groups.

    Returns
    -------
    list of str
    """
    lacking = {pair: each.part_names[pair[1]] for each in crossed for pair in each.lacking}
    return [
        f"{year} 年没有“{name}”：{year} 年评分按另一年办法计分时，取各单位当年全部评分的得分率；"
        f"另一年评分按 {year} 年办法计分时，不计这一部分。"
        for (year, _), name in lacking.items()
    ]


def describe_counterfactuals(scored: pd.DataFrame, other: pd.DataFrame, name: str) -> list[str]:
    """Say what each year's average of a group would have been under the other year's scheme.

    Parameters
    ----------
    scored : DataFrame of `score_counterfactuals`
        With what a year lacks at the unit's own rate.
    other : DataFrame of `score_counterfactuals`
        With it at the other year's rate.
    name : str
        The group's name.

    Returns
    -------
    list of str, the later year's marks first
    """
    average, again = (frame.groupby(["marks_year", "scheme_year"])["total"].mean() for frame in (scored, other))
    sentences = []
    for marks, scheme in sorted((pair for pair in average.index if pair[0] != pair[1]), reverse=True):
        value, second = average[marks, scheme], again[marks, scheme]
        sentence = (
            f"{name} {marks} 年的评分按 {scheme} 年办法计，平均 {points(value)} 分，"
            f"比按当年办法{rise_or_fall(value - average[marks, marks])}"
        )
        if points(value) != points(second):
            sentence += f"；没有评的部分若取另一年的得分率，则为 {points(second)} 分"
        sentences.append(sentence + "。")
    return sentences


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
    unsure = ranks[ranks["p_best"].between(0.05, 0.95, inclusive="neither")]
    told = "、".join(f"{row['name']}（{percent(row['p_best'], 1)}）" for row in unsure.to_dict("records"))
    moving = int((ranks["rank_high"] > ranks["rank_low"]).sum())
    moves = f"{moving} 个单位的名次在 90% 的模拟里不止一个" if moving else "90% 的模拟里各单位的名次都不动"
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
