"""Tables about one unit; a sentence where there is nothing to tabulate."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.exhibits.profile_sentences import mark_made_up
from analysis.exhibits.tables import Table, make_table, whole
from analysis.exhibits.words import EXCLUDED, Prose, change, percent, points, provenance_note, say
from analysis.methods.audit.verdicts import VERDICTS
from analysis.methods.matrices import MarkMatrix


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
    frame = history.assign(
        place=(history["rank"].map(whole) + " / " + history["units"].map(whole)).where(history["rank"].notna(), "—"),
        grade=history["grade"].map(grades),
    )
    columns = {
        "year": ("年度", whole),
        "name": ("当年名称", None),
        "total": ("总分", points),
        "average": ("本组平均", points),
        "place": ("名次 / 单位数", str),
        "grade": ("等次", None),
        "events": ("沿革", None),
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
        mark=_write_marks(shown),
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
            f"由{unit['downgrade_from']}降为{unit['downgrade_to']}，扣 {points(unit['downgrade_loss'])} 分"
            f"{mark_made_up(marks)}。"
        )
    if unit["best"]:
        return say(f"已是{best}；任何一项评价等次的降级都不会失去{best}{mark_made_up(marks)}。")
    if unit["barred"]:
        return say(f"取消了评优资格，提高评分不能评为{best}{mark_made_up(marks)}。")
    if not unit["raised"] > 0:
        return say(f"全部评分都提到最好，也到不了{best}{mark_made_up(marks)}。")
    shown = compared.set_index("indicator_id").loc[list(unit["raised_ids"])].reset_index()
    frame = shown.assign(
        part=shown["part"].map(marks.scheme.part_names),
        mark=_write_marks(shown),
    )
    columns = {
        "name": ("指标", None),
        "indicator_id": ("编号", None),
        "part": ("部分", None),
        "mark": ("现评价", None),
        "gain": ("提到最好可得", points),
    }
    caption = f"评为{best}至少要提到最好的指标：{len(shown)} 项，共 {points(shown['gain'].sum())} 分"
    note = "其他单位得分不变；项数最少的一组。" + provenance_note(marks.provenances)
    return make_table(frame, columns, caption, note, head="指标")


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
        return say(f"承担本组全部指标，没有换算{mark_made_up(marks)}。")
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


def table_items(marks: MarkMatrix, adjustments: pd.DataFrame, unit_id: str) -> Table | Prose:
    """Tabulate a unit's bonuses, deductions and vetoes.

    Parameters
    ----------
    marks : MarkMatrix
    adjustments : DataFrame with columns unit_id, kind, points, reason
    unit_id : str

    Returns
    -------
    Table or Prose
    """
    own = adjustments[adjustments["unit_id"].eq(unit_id)]
    if own.empty:
        return say(f"没有加分、扣分或取消评优资格{mark_made_up(marks)}。")
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
    return make_table(frame, columns, "加分、扣分", provenance_note(marks.provenances), head="事由")


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


def _write_marks(compared: pd.DataFrame) -> pd.Series:
    """Write a rating as it is, and a score as the share of the points it earned."""
    return compared["rating"].where(compared["rating"].ne(""), compared["rate"].map(lambda rate: percent(rate, 1)))
