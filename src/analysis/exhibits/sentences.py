"""Sentences for readers; every number in them comes from a frame."""

from __future__ import annotations

import pandas as pd

from analysis.exhibits.words import MOVEMENTS, interval, percent, points, rise_or_fall
from analysis.methods.audit.verdicts import VERDICTS


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
    if runs_are_unknown(units):
        return [f"{year} 年{best}单位 {int(units['streak'].gt(0).sum())} 个；上一年的等次不知道，是否连续不能判断。"]
    sentences = [f"{year} 年{best}单位中，{len(again)} 个上年也是{best}。"]
    if len(newly):
        sentences.append(f"新获{best} {len(newly)} 个：{'、'.join(newly['name'])}。")
    if len(lost):
        sentences.append(f"上年{best}、本年不再{best} {len(lost)} 个：{'、'.join(lost['name'])}。")
    return sentences


def runs_are_unknown(units: pd.DataFrame) -> bool:
    """Say whether nothing is known of the year before, so that no unit can be called consecutive or new.

    Parameters
    ----------
    units : DataFrame with columns streak, at_least

    Returns
    -------
    bool
    """
    excellent = units[units["streak"] > 0]
    return bool(len(excellent) and excellent["streak"].eq(1).all() and excellent["at_least"].all())


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
        return f"没有 {year} 年度的通报，或其中没有可核对的说法。"
    counts = ledger["verdict"].value_counts()
    told = "，".join(f"{name} {counts.get(verdict, 0)} 条" for verdict, name in VERDICTS.items())
    what = "由评分复算的" if ledger["basis"].eq("marks").all() else "可核对的"
    return f"{year} 年度通报{what}说法共 {len(ledger)} 条：{told}。"


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


def describe_suspicions(suspicions: pd.DataFrame) -> list[str]:
    """Say what is allowed but worth a second look.

    Parameters
    ----------
    suspicions : DataFrame of `find_suspicions`

    Returns
    -------
    list of str, one sentence per unit and kind
    """
    told = {
        "all_best": "{name}的 {value:.0f} 项评价等次全是最好的一级",
        "bonus_cut": "{name}的加分合计 {value:g} 分，超过上限，按 {limit:g} 分计",
        "deduction_cut": "{name}的扣分合计 {value:g} 分，超过上限，按 {limit:g} 分计",
        "jump": "{name}的总分比上一个有评分的年度{change}",
        "reversal": "{name}的名次变动 {value:.0f} 位，超过本组单位数的一半",
    }
    return [
        told[row["what"]].format(
            name=row["name"], value=abs(row["value"]), limit=row["limit"], change=rise_or_fall(row["value"])
        )
        for row in suspicions.to_dict("records")
    ]
