"""Pictures, tables and sentences about one unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.evidence.verdicts import VERDICTS
from analysis.facts.dataset import Dataset
from analysis.figures.certainty_charts import describe_margin
from analysis.figures.change_charts import chart_unit_change
from analysis.figures.change_tables import name_factors
from analysis.figures.tables import Table, make_table, whole
from analysis.figures.theme import FAINT, INK, Chart, finish, group_colours, new_figure, theme
from analysis.figures.words import (
    EVENTS,
    EXCLUDED,
    Prose,
    change,
    percent,
    points,
    provenance_note,
    say,
    source_note,
)
from analysis.sensitivity.matrices import MarkMatrix
from analysis.trends.counterfactuals import cross_years
from analysis.trends.decomposition import decompose_units


def draw_parts(rates: pd.DataFrame, unit_id: str, ax: Axes, names: dict[str, str], colour: str) -> Axes:
    """Draw a unit's rate in every part among those of its group, with the group's median.

    Parameters
    ----------
    rates : DataFrame of `rate_parts`
    unit_id : str
    ax : Axes
    names : dict of part to name
    colour : str

    Returns
    -------
    Axes
    """
    for row, part in enumerate(names):
        own = rates[rates["part"].eq(part)].set_index("unit_id")["rate"] * 100
        ax.plot(own, np.full(len(own), row), "|", color=FAINT, markersize=16, markeredgewidth=1.6, zorder=1)
        ax.plot(own.median(), row, "|", color=INK, markersize=22, markeredgewidth=2, zorder=2)
        if pd.notna(own[unit_id]):
            ax.plot(own[unit_id], row, "o", color=colour, markersize=9, zorder=3)
        told = f"{points(own[unit_id], 1)}%（中位 {points(own.median(), 1)}%）"
        ax.annotate(told, (1.01, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)
    ax.set_yticks(range(len(names)), names.values())
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("得分率（%，横轴不从零起）")
    return ax


def chart_parts(marks: MarkMatrix, rates: pd.DataFrame, unit_id: str) -> Chart:
    """Chart a unit's parts against its group.

    Parameters
    ----------
    marks : MarkMatrix
    rates : DataFrame of `rate_parts`
    unit_id : str

    Returns
    -------
    Chart
    """
    scheme, name = marks.scheme, marks.units.at[marks.place_of(unit_id), "name"]
    wide = rates.pivot(index="unit_id", columns="part", values="rate").reindex(columns=list(scheme.part_names))
    gaps = (wide.loc[unit_id] - wide.median()).dropna()
    figure, (ax,) = new_figure(1.9 + 0.5 * len(scheme.part_names))
    with theme():
        draw_parts(rates, unit_id, ax, scheme.part_names, group_colours(scheme.groups)[marks.group])
    told = "；".join(
        f"{scheme.part_names[part]}得分率{percent(wide.at[unit_id, part], 1)}，中位数{percent(wide[part].median(), 1)}"
        for part in gaps.index
    )
    largest = gaps.abs().idxmax()
    side = "高" if gaps[largest] > 0 else "低"
    return finish(
        figure,
        f"{name}：{scheme.part_names[largest]}比本组中位数{side} {points(abs(gaps[largest]) * 100, 1)} 个百分点",
        f"圆点为本单位，粗竖线为{marks.group_name}的中位数，细竖线为组内各单位",
        source_note([scheme.document], marks.provenances),
        f"点图。{scheme.year}年{name}各部分的得分率：{told}。",
    )


def explain_change(dataset: Dataset, unit_id: str, year: int) -> Chart | Prose:
    """Chart why a unit's total changed on the scored year before, or say why that cannot be told.

    Parameters
    ----------
    dataset : Dataset
    unit_id : str
    year : int

    Returns
    -------
    Chart or Prose
    """
    current = dataset.year(year)
    earlier = [each for each in dataset.scored_years if each < year]
    if not earlier:
        return say("更早的年度没有评分，不能比较。")
    base = dataset.year(earlier[-1])
    if unit_id not in set(base.units["unit_id"]):
        return say(f"{base.year} 年没有列入考核，不能比较。")
    crossed = cross_years(base, current, current.group_of(unit_id))
    changes = decompose_units(crossed)
    steps = name_factors(changes[changes["unit_id"].eq(unit_id)], crossed.part_names)
    return chart_unit_change(crossed, steps, unit_id)


def describe_unit(marks: MarkMatrix, margins: pd.DataFrame, unit_id: str) -> str:
    """Say where a unit stands.

    Parameters
    ----------
    marks : MarkMatrix
    margins : DataFrame of `find_margins`
    unit_id : str

    Returns
    -------
    str
    """
    scheme, unit = marks.scheme, margins.iloc[marks.place_of(unit_id)]
    median = float(np.median(marks.totals))
    best = scheme.grades[0].name
    return (
        f"{unit['name']}，{marks.group_name}，{scheme.year} 年总分 {points(unit['total'])} 分{mark_made_up(marks)}，"
        f"{len(margins)} 个单位中列第 {unit['rank']} 名，{scheme.grade_names[unit['grade']]}；"
        f"本组中位数 {points(median)} 分，相差 {change(unit['total'] - median)} 分。"
        f"离{best}线：{describe_margin(unit.to_dict())}。"
    )


def mark_made_up(marks: MarkMatrix) -> str:
    """Mark a number that comes from reconstructed marks, right behind it."""
    return "（由重构评分算得，不是真实得分）" if "reconstructed" in marks.provenances else ""


def describe_neighbours(margins: pd.DataFrame, unit_id: str) -> str:
    """Say how far the next units above and below are.

    Parameters
    ----------
    margins : DataFrame of `find_margins`
    unit_id : str

    Returns
    -------
    str
    """
    unit = margins[margins["unit_id"].eq(unit_id)].iloc[0]
    above = f"距前一名 {points(unit['above'])} 分" if pd.notna(unit["above"]) else "没有排在前面的单位"
    below = f"领先后一名 {points(unit['below'])} 分" if pd.notna(unit["below"]) else "没有排在后面的单位"
    return f"{above}；{below}。"


def table_history(history: pd.DataFrame, grades: dict[str, str], note: str) -> Table:
    """Tabulate a unit's years.

    Parameters
    ----------
    history : DataFrame of `follow_unit`
    grades : dict of grade to name, of all years
    note : str

    Returns
    -------
    Table
    """
    event = history["event"].map(EVENTS).fillna("")
    frame = history.assign(
        place=history["rank"].map(whole) + " / " + history["units"].map(whole),
        grade=history["grade"].map(grades),
        remark=event.str.cat(history["note"].where(history["note"].eq(""), "：" + history["note"])),
    )
    columns = {
        "year": ("年度", whole),
        "name": ("当年名称", None),
        "total": ("总分", points),
        "average": ("本组平均", points),
        "place": ("名次 / 单位数", str),
        "grade": ("等次", None),
        "remark": ("沿革", None),
    }
    return make_table(frame, columns, "历年得分、名次和等次", note, head="当年名称")


def table_marks(marks: MarkMatrix, compared: pd.DataFrame, most: int) -> Table:
    """Tabulate a unit's strongest and weakest indicators.

    Parameters
    ----------
    marks : MarkMatrix
    compared : DataFrame of `compare_marks`
    most : int
        How many of either.

    Returns
    -------
    Table
    """
    strong = compared[compared["gap"] > 0].head(most).assign(side="强")
    weak = compared[compared["gap"] < 0].tail(most).iloc[::-1].assign(side="弱")
    shown = pd.concat([strong, weak], ignore_index=True)
    frame = shown.assign(
        part=shown["part"].map(marks.scheme.part_names),
        mark=shown["rating"].where(shown["rating"].ne(""), shown["rate"].map(lambda rate: percent(rate, 1))),
        median=shown["median"].map(lambda rate: percent(rate, 1)),
    )
    columns = {
        "name": ("指标", None),
        "indicator_id": ("编号", None),
        "side": ("强弱", None),
        "part": ("部分", None),
        "points": ("分值", points),
        "mark": ("评价", None),
        "median": ("本组中位得分率", str),
        "gap": ("比中位多得", change),
        "lost": ("离满分", points),
    }
    note = provenance_note(marks.provenances)
    return make_table(frame, columns, f"最强和最弱的指标（各至多 {most} 项，按折合总分的分差）", note, head="指标")


def table_raised(marks: MarkMatrix, margins: pd.DataFrame, compared: pd.DataFrame, unit_id: str) -> Table | Prose:
    """Tabulate the smallest set of marks that would lift a unit to the best grade.

    Parameters
    ----------
    marks : MarkMatrix
    margins : DataFrame of `find_margins`
    compared : DataFrame of `compare_marks`
    unit_id : str

    Returns
    -------
    Table or Prose
    """
    unit, best = margins.iloc[marks.place_of(unit_id)], marks.scheme.grades[0].name
    if unit["best"] and pd.notna(unit["downgrade_id"]):
        name = marks.indicators.set_index("indicator_id")["name"][unit["downgrade_id"]]
        return say(
            f"已是{best}。失去{best}的最小单项降级：{name}（{unit['downgrade_id']}）"
            f"由{unit['downgrade_from']}降为{unit['downgrade_to']}，扣 {points(unit['downgrade_loss'])} 分。"
        )
    if unit["best"]:
        return say(f"已是{best}；任何一项评价等次的降级都不会失去{best}。")
    if unit["barred"]:
        return say(f"取消了评优资格，提高评分不能评为{best}。")
    if not unit["raised"] > 0:
        return say(f"全部评分都提到最好，也到不了{best}。")
    shown = compared.set_index("indicator_id").loc[list(unit["raised_ids"])].reset_index()
    frame = shown.assign(
        part=shown["part"].map(marks.scheme.part_names),
        mark=shown["rating"].where(shown["rating"].ne(""), shown["rate"].map(lambda rate: percent(rate, 1))),
    )
    columns = {
        "name": ("指标", None),
        "indicator_id": ("编号", None),
        "part": ("部分", None),
        "mark": ("现评价", None),
        "lost": ("提到最好可得", points),
    }
    caption = f"评为{best}至少要提到最好的指标：{len(shown)} 项，共 {points(shown['lost'].sum())} 分"
    note = "其他单位得分不变；项数最少的一组。" + provenance_note(marks.provenances)
    return make_table(frame, columns, caption, note, head="指标")


def describe_factor(marks: MarkMatrix, unit_id: str) -> Prose:
    """Say by what factor a unit's points were rescaled.

    Parameters
    ----------
    marks : MarkMatrix
    unit_id : str

    Returns
    -------
    Prose
    """
    unit = marks.units.iloc[marks.place_of(unit_id)]
    return say(
        *(
            f"{component.name}承担 {points(unit[f'{component.id}_carried'])} 分（满分 {component.points:g} 分），"
            f"得分乘以 {points(unit[f'{component.id}_factor'], 4)}。"
            for component in marks.scheme.components
            if component.rescale
        )
    )


def table_excluded(marks: MarkMatrix, excluded: pd.DataFrame, unit_id: str) -> Table | Prose:
    """Tabulate the indicators a unit does not carry.

    Parameters
    ----------
    marks : MarkMatrix
    excluded : DataFrame of `list_excluded`
    unit_id : str

    Returns
    -------
    Table or Prose
    """
    own = excluded[excluded["unit_id"].eq(unit_id)]
    if own.empty:
        return say("承担本组全部指标，没有换算。")
    frame = own.assign(
        part=own["part"].map(marks.scheme.part_names),
        status=own["status"].map(EXCLUDED),
        assessor=own["assessor_id"].map(marks.scheme.assessors.value),
    )
    columns = {
        "name": ("指标", None),
        "indicator_id": ("编号", None),
        "part": ("部分", None),
        "points": ("分值", points),
        "status": ("原因", None),
        "assessor": ("考核主体", None),
    }
    caption = f"没有计分的指标：{len(own)} 项，共 {points(own['points'].sum())} 分"
    return make_table(frame, columns, caption, provenance_note(marks.provenances), head="指标")


def table_items(adjustments: pd.DataFrame, unit_id: str, note: str) -> Table | Prose:
    """Tabulate a unit's bonuses, deductions and vetoes.

    Parameters
    ----------
    adjustments : DataFrame with columns unit_id, kind, points, reason
    unit_id : str
    note : str

    Returns
    -------
    Table or Prose
    """
    own = adjustments[adjustments["unit_id"].eq(unit_id)]
    if own.empty:
        return say("没有加分、扣分或取消评优资格。")
    kinds: dict[str, str] = {"bonus": "加分", "deduction": "扣分", "veto": "取消评优资格"}
    items = own.groupby(["kind", "reason", "points"], sort=False, dropna=False).size().rename("items").reset_index()
    frame = items.assign(kind=items["kind"].map(kinds), sum=items["points"] * items["items"])
    columns: dict[str, Any] = {
        "reason": ("事由", None),
        "kind": ("类别", None),
        "points": ("每项分值", points),
        "items": ("项数", whole),
        "sum": ("合计（封顶前）", points),
    }
    return make_table(frame, columns, "加分、扣分", note, head="事由")


def table_mentions(mentions: pd.DataFrame) -> Table | Prose:
    """Tabulate what the circulars print about a unit.

    Parameters
    ----------
    mentions : DataFrame of `find_mentions`

    Returns
    -------
    Table or Prose
    """
    if mentions.empty:
        return say("通报没有提到这个单位。")
    named: dict[Any, str] = {**VERDICTS}
    frame = mentions.assign(
        verdict=mentions["verdict"].map(named).fillna("—"), reason=mentions["reason"].replace("", "—")
    )
    columns = {
        "text": ("印本所载", None),
        "year": ("年度", whole),
        "section": ("出处", None),
        "document": ("文号", None),
        "verdict": ("核对结论", None),
        "reason": ("说明", None),
    }
    return make_table(frame, columns, "通报里关于这个单位的话", "名单内的先后读作名次，是推定", head="印本所载")


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
