"""Sentences about why scores changed, and what one year would have been under the other's scheme."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exhibits.words import LEAST, change, points, rise_or_fall
from analysis.methods.counterfactuals import Counterfactuals


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
    acting = ordered["contribution"].abs() >= LEAST
    told = [
        "，".join(f"{row['label']} {change(row['contribution'])}" for row in ordered[acting].to_dict("records")),
        "、".join(ordered.loc[~acting, "label"]) + "的作用不到 0.01 分" if not acting.all() else "",
    ]
    return (
        f"{name}平均分从 {base.year} 年的 {points(averages[0])} 分到 {current.year} 年的 {points(averages[1])} 分，"
        f"{rise_or_fall(averages[1] - averages[0])}：{'；'.join(filter(None, told))}。"
    )


def describe_lacking(crossed: Sequence[Counterfactuals]) -> list[str]:
    """Say what a counterfactual takes for granted about what one year does not mark, and which groups it leaves out.

    Parameters
    ----------
    crossed : sequence of Counterfactuals
        Of all groups.

    Returns
    -------
    list of str
    """
    if not crossed:
        return ["两年没有共同的组，平均分的变化无从分解。"]
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
