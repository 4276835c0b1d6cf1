"""Tables of how sure ranks and grades are, of every re-weighting, and of what decides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.data.schemes import Scheme
from analysis.exhibits.tables import Table, make_table, whole
from analysis.exhibits.words import (
    BEST_RULES,
    RESCALING_ALTERNATIVES,
    TIES,
    Prose,
    change,
    percent,
    points,
    provenance_note,
    say,
)
from analysis.methods.matrices import MarkMatrix


def table_margins(marks: MarkMatrix, margins: pd.DataFrame) -> Table:
    """Tabulate distances to the line and to the neighbours, and the marks that would make the difference.

    Parameters
    ----------
    marks : MarkMatrix
    margins : DataFrame of `find_margins`

    Returns
    -------
    Table
    """
    names = marks.indicators.set_index("indicator_id")["name"]
    grades = marks.scheme.grade_names
    lost = {
        row["unit_id"]: f"{names[row['downgrade_id']]}：{row['downgrade_from']}→{row['downgrade_to']}"
        f"，扣 {points(row['downgrade_loss'])}"
        for row in margins[margins["downgrade_id"].notna()].to_dict("records")
    }
    frame = margins.assign(
        grade=margins["grade"].map(grades),
        margin=margins["margin"].replace([np.inf, -np.inf], np.nan),
        downgrade=margins["unit_id"].map(lost),
    )
    best = marks.scheme.grades[0].name
    columns = {
        "rank": ("名次", whole),
        "name": ("单位", None),
        "total": ("总分", points),
        "grade": ("等次", None),
        "margin": (f"距{best}线", change),
        "above": ("距前一名", points),
        "below": ("领先后一名", points),
        "raised": ("至少提升（项）", whole),
        "one_step": ("降一级即失去（项）", whole),
        "downgrade": ("失去所需的最小单项降级", None),
    }
    caption = f"{marks.scheme.year} 年{marks.group_name}：离{best}有多远（分）"
    return make_table(frame, columns, caption, provenance_note(marks.provenances))


def table_rescalings(marks: MarkMatrix, rescaled: pd.DataFrame, weights: pd.DataFrame) -> Table | Prose:
    """Tabulate every rescaled score: what was left out, the factor, and whose weight grew; nothing if there is none.

    Parameters
    ----------
    marks : MarkMatrix
    rescaled : DataFrame of `list_rescalings`
    weights : DataFrame of `weigh_parts`

    Returns
    -------
    Table
    """
    if rescaled.empty:
        return say()
    scheme = marks.scheme
    grown = weights.pivot(index="unit_id", columns="part", values="grown")
    frame = rescaled.merge(grown, on="unit_id", how="left")
    components = {component.id: component for component in scheme.components}
    for component in components.values():
        frame.loc[frame["component"].ne(component.id), list(component.parts)] = np.nan
    frame = frame.assign(component=frame["component"].map({key: each.name for key, each in components.items()}))
    columns = {
        "name": ("单位", None),
        "component": ("大项", None),
        "not_carried": ("不承担（项）", whole),
        "own_assessor": ("自评扣除（项）", whole),
        "carried": ("承担分值", points),
        "factor": ("换算系数", lambda value: points(value, 4)),
        **{part: (f"{spec.name}权重", change) for part, spec in scheme.parts.items() if part in frame},
    }
    note = "权重一栏是换算后该部分所占分值比办法多或少几分；承担的每项指标分值都乘以换算系数。"
    caption = f"{scheme.year} 年{marks.group_name}：换算台账"
    return make_table(frame, columns, caption, note + provenance_note(marks.provenances))


def table_alternatives(marks: MarkMatrix, compared: pd.DataFrame) -> Table | Prose:
    """Tabulate the totals and ranks of rescaled units under the alternatives to rescaling; nothing if there are none.

    Parameters
    ----------
    marks : MarkMatrix
    compared : DataFrame of `compare_alternatives`

    Returns
    -------
    Table
    """
    own = compared[compared["rescaled"]]
    if own.empty:
        return say()
    names = marks.scheme.grade_names
    columns = {"name": ("单位", None), "total": ("换算（现行）", points), "rank": ("名次", whole)}
    changed = {}
    for alternative, label in RESCALING_ALTERNATIVES.items():
        rank, grade = own[f"rank_{alternative}"], own[f"grade_{alternative}"]
        changed[f"place_{alternative}"] = rank.map(whole) + ("，" + grade.map(names)).where(grade.ne(own["grade"]), "")
        columns |= {f"total_{alternative}": (label, points), f"place_{alternative}": (f"{label}：名次", None)}
    caption = f"{marks.scheme.year} 年{marks.group_name}：不这样换算会怎样"
    note = "对全组一律改用；名次后写出等次的，是等次会变。"
    return make_table(own.assign(**changed), columns, caption, note + provenance_note(marks.provenances))


def table_left_out(marks: MarkMatrix, left: pd.DataFrame, most: int) -> Table:
    """Tabulate what the ranking would be without each part and without the indicators that move it most.

    Parameters
    ----------
    marks : MarkMatrix
    left : DataFrame of `leave_out`
    most : int
        Indicators to show.

    Returns
    -------
    Table
    """
    moving = left[left["kind"].eq("indicator") & left["max_shift"].gt(0)]
    indicators = moving.sort_values("mean_shift", ascending=False, kind="stable").head(most)
    shown = pd.concat([left[left["kind"].ne("indicator")], indicators])
    best = marks.scheme.grades[0].name
    frame = shown.assign(
        id=shown["id"].where(shown["kind"].eq("indicator"), "—"),
        gained=shown["gained"].map(join),
        lost=shown["lost"].map(join),
    )
    columns = {
        "name": ("去掉", None),
        "id": ("编号", None),
        "points": ("分值", points),
        "agreement": ("名次一致度", lambda value: points(value, 3)),
        "mean_shift": ("平均变动（位）", points),
        "max_shift": ("最大变动（位）", whole),
        "gained": (f"进入{best}", None),
        "lost": (f"退出{best}", None),
    }
    caption = f"{marks.scheme.year} 年{marks.group_name}：去掉一部分或一项指标"
    told = f"去掉后会改变名次的指标共 {len(moving)} 项，列出变动最大的 {len(indicators)} 项"
    note = f"{told if len(moving) else '去掉任何一项指标都不改变名次'}；一致度为 Kendall τ。"
    return make_table(frame, columns, caption, note + provenance_note(marks.provenances), head="去掉")


def table_rules(compared: pd.DataFrame, scheme: Scheme, note: str) -> Table:
    """Tabulate who would be in the best grade under other rules.

    Parameters
    ----------
    compared : DataFrame of `compare_rules`
    scheme : Scheme
    note : str

    Returns
    -------
    Table
    """
    best = scheme.grades[0]

    def say_value(rule: str, value: float) -> str:
        kind = best.rule.kind if rule == "own" else rule
        if kind == "rest":
            return "全部"
        return whole(value) + " 个" if kind == "count" else percent(value) if "share" in kind else points(value) + " 分"

    told = [
        f"{units} 个" + "".join(f"，进 {name}" for name in gained) + "".join(f"，退 {name}" for name in lost)
        for units, gained, lost in zip(compared["units"], compared["gained"], compared["lost"], strict=True)
    ]
    keys = ["rule", "group"]
    wide = compared.assign(told=told).pivot(index=keys, columns="ties", values="told").reset_index()
    frame = compared.drop_duplicates(keys)[[*keys, "value"]].merge(wide, on=keys)
    frame = frame.assign(
        label=frame["rule"].map(BEST_RULES),
        who=frame["group"].map(scheme.group_names),
        line=[say_value(rule, value) for rule, value in zip(frame["rule"], frame["value"], strict=True)],
    )
    columns = {"label": ("规则", None), "who": ("组别", None), "line": ("取值", str)}
    columns |= {ties: (f"{best.name}：{label}", None) for ties, label in TIES.items()}
    return make_table(frame, columns, f"{scheme.year} 年：换一种规则划{best.name}线", note, head="规则")


def table_indicators(marks: MarkMatrix, weighed: pd.DataFrame, most: int) -> Table:
    """Tabulate the indicators whose influence is furthest from their weight, and those at their ceiling.

    Parameters
    ----------
    marks : MarkMatrix
    weighed : DataFrame of `weigh_indicators`
    most : int
        Indicators to show beside those at their ceiling.

    Returns
    -------
    Table
    """
    own = weighed[weighed["kind"].eq("indicator")]
    gap = (own["influence"] - own["weight"]).abs()
    shown = own[own["at_ceiling"] | gap.rank(ascending=False, method="first").le(most)]
    names = marks.scheme.part_names
    frame = shown.assign(
        part=shown["part"].map(names),
        remark=shown["at_ceiling"].map({True: "都是最好的评价", False: ""}),
    ).sort_values(["at_ceiling", "influence"], ascending=False, kind="stable")
    columns = {
        "name": ("指标", None),
        "id": ("编号", None),
        "part": ("部分", None),
        "weight": ("名义权重", percent),
        "influence": ("影响", percent),
        "rate": ("得分率", lambda value: percent(value, 1)),
        "full": ("评得最好的单位", lambda value: percent(value, 1)),
        "mean_shift": ("去掉后平均变动（位）", points),
        "remark": ("说明", None),
    }
    caption = f"{marks.scheme.year} 年{marks.group_name}：分不出高下的指标，和影响与权重相差最大的指标"
    note = "不承担的单位按它自己的得分率计入影响，与换算一致。"
    return make_table(frame, columns, caption, note + provenance_note(marks.provenances), head="指标")


def table_weak_links(marks: MarkMatrix, links: pd.DataFrame, by: str, most: int | None = None) -> Table:
    """Tabulate where a group loses its points.

    Parameters
    ----------
    marks : MarkMatrix
    links : DataFrame of `find_weak_links`
    by : {"part", "assessor_id", "indicator_id"}
    most : int, optional
        Rows to show; all by default.

    Returns
    -------
    Table
    """
    heads = {"part": "部分", "assessor_id": "考核主体", "indicator_id": "指标"}
    names = {
        "part": marks.scheme.part_names,
        "assessor_id": marks.scheme.assessors.value,
        "indicator_id": marks.indicators.set_index("indicator_id")["name"].to_dict(),
    }
    shown = links.head(most) if most else links
    frame = shown.assign(what=shown[by].map(names[by]))
    second: dict[str, tuple[str, Callable[..., str] | None]] = (
        {by: ("编号", None)} if by == "indicator_id" else {"indicators": ("指标数", whole)}
    )
    columns = {
        "what": (heads[by], None),
        **second,
        "rate": ("得分率", lambda value: percent(value, 1)),
        "lost": ("平均每个单位失分", points),
        "share": ("占逐项失分", lambda value: percent(value, 1)),
    }
    caption = f"{marks.scheme.year} 年{marks.group_name}：按{heads[by]}看失分"
    outside = "、".join(component.name for component in marks.scheme.outside_components)
    note = f"只看逐项评分的指标，不含{outside}。" if outside else ""
    return make_table(frame, columns, caption, note + provenance_note(marks.provenances), head=heads[by])


def join(names: tuple[str, ...]) -> str:
    """List names; an em dash where there is none."""
    return "、".join(names) or "—"
