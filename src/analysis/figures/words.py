"""Chinese labels and sentences; every number in a sentence comes from a frame."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.facts.rounding import show_number

METHODS = {"full": "百分制", "rescaled": "加权（不承担）", "rescaled_assessor": "加权（考核主体）"}
MOVEMENTS = {
    "stayed": "等次不变",
    "rose": "等次上升",
    "fell": "等次下降",
    "entered": "新列入",
    "left": "不再列入",
}
BASES = {"computed": "由评分算得", "derived": "由印本推得", "printed": "印本所载", "assumed": "推定"}


@dataclass(frozen=True)
class Prose:
    """Sentences for a page, shown as text whatever they contain."""

    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)


def say(*sentences: str) -> Prose:
    """Show sentences as paragraphs."""
    return Prose(tuple(sentences))


def points(value: float, decimals: int = 2) -> str:
    """Write a score."""
    return show_number(value, decimals)


def change(value: float, decimals: int = 2) -> str:
    """Write a change with its sign."""
    return show_number(value, decimals, signed=True)


def percent(fraction: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Write a fraction as a percentage."""
    return show_number(fraction, decimals, percent=True, signed=signed)


def rise_or_fall(value: float) -> str:
    """Say a change in words: 升 10.52 分, 降 0.30 分, 持平."""
    shown = show_number(abs(value), 2)
    if float(shown) == 0:
        return "持平"
    return f"{'升' if value > 0 else '降'} {shown} 分"


def provenance_note(provenances: Iterable[str]) -> str:
    """Say where the numbers come from, loudly where marks are reconstructed."""
    if "reconstructed" in set(provenances):
        return "评分为重构数据（与印本各数一致），不是任何单位的真实得分"
    return "评分为正式数据"


def veto_label(provenance: str) -> str:
    """Mark a unit barred from the best grades; where marks are reconstructed, so is the choice of the unit."""
    return "取消评优资格" + ("（重构，印本未点名）" if provenance == "reconstructed" else "")


def source_note(documents: Iterable[str], provenances: Iterable[str]) -> str:
    """Write the footer of a chart or table."""
    return f"来源：{'、'.join(documents)}；{provenance_note(provenances)}"


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
    units : DataFrame with columns name, streak, newly, lost
    year : int
    best : str
        Name of the best grade.

    Returns
    -------
    list of str
    """
    again = units[units["streak"] > 1]
    newly, lost = units[units["newly"]], units[units["lost"]]
    sentences = [f"{year} 年{best}单位中，{len(again)} 个上年也是{best}。"]
    if len(newly):
        sentences.append(f"新获{best} {len(newly)} 个：{'、'.join(newly['name'])}。")
    if len(lost):
        sentences.append(f"上年{best}、本年不再{best} {len(lost)} 个：{'、'.join(lost['name'])}。")
    return sentences


def describe_named_streaks(checked: pd.DataFrame, year: int, best: str) -> list[str]:
    """Say which units a circular names as consecutive or newly excellent against its own lists.

    Parameters
    ----------
    checked : DataFrame of `check_named_streaks`
    year : int
    best : str
        Name of the best grade.

    Returns
    -------
    list of str
    """
    claims = {"consecutive": f"连续{best}", "newly": f"新获{best}"}
    states = {"absent": "不在考核名单", "not_excellent": f"不在{best}名单", "excellent": f"已在{best}名单"}
    sentences = [
        f"{year} 年度通报称{row['name']}{claims[row['claim']]}，"
        f"但 {int(row['conflict_year'])} 年它{states[row['state']]}。"
        for row in checked.dropna(subset=["conflict_year"]).to_dict("records")
    ]
    return sentences or [f"{year} 年度通报点名的 {len(checked)} 个单位，与各年名单没有矛盾。"]


def describe_streak_counts(figures: pd.DataFrame, year: int, best: str, best_name: str) -> list[str]:
    """Say whether printed consecutive and newly excellent units add up to the printed excellent units.

    Parameters
    ----------
    figures : DataFrame of `Published.figure_table`
    year : int
    best, best_name : str
        Id and name of the best grade.

    Returns
    -------
    list of str, empty where a count is not printed
    """
    own = figures[figures["group"].eq("all") & figures["of"].eq(best)].drop_duplicates("measure")
    counts = own.set_index("measure")["value"].reindex(["consecutive_units", "newly_units", "grade_units"])
    if counts.isna().any():
        return []
    again, newly, total = counts.astype(int)
    verdict = "相符" if again + newly == total else f"相差 {abs(total - again - newly)} 个"
    return [
        f"{year} 年度通报：连续{best_name} {again} 个，新获{best_name} {newly} 个，合计 {again + newly} 个；"
        f"{best_name}共 {total} 个，{verdict}。"
    ]


def describe_agreement(agreement: pd.DataFrame, year: int) -> str:
    """Count how many printed figures the recomputation meets.

    Parameters
    ----------
    agreement : DataFrame of `compare_with_print`
    year : int

    Returns
    -------
    str
    """
    agrees = agreement["agrees"]
    return (
        f"{year} 年度通报印出的 {len(agreement)} 个数，由评分和办法复算：一致 {int(agrees.eq(True).sum())} 个，"
        f"不一致 {int(agrees.eq(False).sum())} 个，无从复算 {int(agrees.isna().sum())} 个。"
    )


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
