"""The figures of a year that a leader asks for first: each with its name, its measure and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.exhibits.sentences import runs_are_unknown
from analysis.exhibits.words import percent, points, rise_or_fall
from analysis.methods.audit.verdicts import VERDICTS


@dataclass(frozen=True)
class Headline:
    """One figure to see at a glance.

    Attributes
    ----------
    label, value, measure : str
        What it is; how much; of what.
    says : tuple of str
        What goes with it.
    parts : tuple of int
        The parts of a whole, to be drawn as a bar; empty for none.
    """

    label: str
    value: str
    measure: str = ""
    says: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()


def headline_averages(compared: pd.DataFrame, year: int, groups: Mapping[str, str]) -> list[Headline]:
    """Show each group's average of a year and its change.

    Parameters
    ----------
    compared : DataFrame of `compare_averages`
    year : int
    groups : dict of group to name

    Returns
    -------
    list of Headline, one for each group
    """
    headlines = []
    for group, name in groups.items():
        row = compared[compared["year"].eq(year) & compared["group"].eq(group) & compared["of"].eq("all")].iloc[0]
        told = [f"{int(row.units)} 个单位"]
        if pd.notna(row.delta):
            moved, growth = rise_or_fall(row.delta), percent(row.growth, signed=True)
            told = [f"比 {year - 1} 年{moved}", f"同比 {growth}", *told]
        headlines.append(Headline(f"{name}平均分", points(row.average), "分", tuple(told)))
    return headlines


def headline_grades(counts: pd.DataFrame, year: int, grades: Mapping[str, str]) -> Headline:
    """Show how many units got the best grade, and how many each of the others.

    Parameters
    ----------
    counts : DataFrame of `count_grades`
    year : int
    grades : dict of grade to name, best first

    Returns
    -------
    Headline
    """
    own = counts[counts["year"].eq(year) & counts["group"].eq("all")].set_index("grade")["units"]
    units = [int(own.get(grade, 0)) for grade in grades]
    (best, count), *others = zip(grades.values(), units, strict=True)
    told = "，".join(f"{name} {count} 个" for name, count in others)
    whole = f"共 {sum(units)} 个单位"
    return Headline(f"{best}单位", f"{count}", "个", (told, whole) if told else (whole,), tuple(units))


def headline_streaks(units: pd.DataFrame, best: str) -> Headline:
    """Show how many units were in the best grade again, newly, and no longer.

    Parameters
    ----------
    units : DataFrame with columns streak, at_least, newly, lost
    best : str
        Name of the best grade.

    Returns
    -------
    Headline
    """
    label = f"连续{best}单位"
    if runs_are_unknown(units):
        return Headline(label, "—", says=("上一年的等次不知道",))
    told = (f"新获{best} {int(units['newly'].sum())} 个", f"不再{best} {int(units['lost'].sum())} 个")
    return Headline(label, f"{int(units['streak'].gt(1).sum())}", "个", told)


def headline_verdicts(ledger: pd.DataFrame) -> Headline:
    """Show how many claims of a circular are contradicted, and what became of the others.

    Parameters
    ----------
    ledger : DataFrame of `audit_year`

    Returns
    -------
    Headline
    """
    label = "通报核对"
    if ledger.empty:
        return Headline(label, "—", says=("没有这一年度的通报",))
    counts = ledger["verdict"].value_counts()
    others = [
        f"{name} {counts[verdict]} 条"
        for verdict, name in VERDICTS.items()
        if verdict in counts and verdict != "contradicted"
    ]
    told = ["，".join(others)] if others else []
    contradicted = f"{counts.get('contradicted', 0)}"
    return Headline(label, contradicted, f"条{VERDICTS['contradicted']}", (*told, f"共核对 {len(ledger)} 条说法"))
