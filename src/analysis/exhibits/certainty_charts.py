"""Charts of how sure ranks and grades are, and of what decides them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.certainty_sentences import describe_margin
from analysis.exhibits.chart_data import SHARE, WHOLE, ChartData
from analysis.exhibits.theme import (
    FAINT,
    FALL,
    INK,
    MUTED,
    PAPER,
    RISE,
    ROW,
    Chart,
    finish,
    grade_colours,
    group_colours,
    label_rows,
    new_figure,
    theme,
)
from analysis.exhibits.words import Prose, change, percent, points, say, source_note, veto_label
from analysis.methods.assessors import FEWEST
from analysis.methods.matrices import MarkMatrix
from analysis.methods.uncertainty import LEVEL, SURE


def draw_margins(margins: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw how far each unit is above or below its line.

    Parameters
    ----------
    margins : DataFrame of `find_margins`
    ax : Axes
    grades : dict of grade to name, best first

    Returns
    -------
    Axes
    """
    colours = grade_colours(grades)
    rows = np.arange(len(margins))
    shown = margins["margin"].replace([np.inf, -np.inf], np.nan)
    ax.hlines(rows, 0, shown.fillna(0), color=FAINT, linewidth=3, zorder=1)
    for place, grade in enumerate(grades):
        own = margins["grade"].eq(grade).to_numpy()
        if not own.any():
            continue
        ax.plot(shown[own], rows[own], "osD^"[place % 4], color=colours[grade], markeredgecolor=INK, markersize=6,
                markeredgewidth=0.6, linestyle="", label=grades[grade])  # fmt: skip
    ax.axvline(0, color=INK, linewidth=0.8)
    low, high = np.nanmin([shown.min(), 0.0]), np.nanmax([shown.max(), 0.0])
    room = max(high - low, 1.0)
    for row, unit in enumerate(margins.to_dict("records")):
        ax.text(high + 0.04 * room, row, describe_margin(unit), va="center", fontsize=8.5)
    label_rows(ax, [f"{rank}  {name}" for rank, name in zip(margins["rank"], margins["name"], strict=True)])
    ax.set_xlim(low - 0.04 * room, high + 0.5 * room)
    ax.set_xticks([tick for tick in ax.get_xticks() if low - 0.04 * room <= tick <= high + 0.03 * room])
    ax.set_xlabel("比入围线高或低（分）", loc="left")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(grades), handlelength=1.1, borderaxespad=0.2)
    return ax


def chart_margins(marks: MarkMatrix, margins: pd.DataFrame) -> Chart:
    """Chart one group's distances to the best grade.

    Parameters
    ----------
    marks : MarkMatrix
    margins : DataFrame of `find_margins`

    Returns
    -------
    Chart
    """
    scheme, name, best = marks.scheme, marks.group_name, marks.scheme.grades[0].name
    figure, (ax,) = new_figure(1.9 + ROW * len(margins))
    with theme():
        draw_margins(margins, ax, scheme.grade_names)
    distance = margins["margin"].abs().replace(np.inf, np.nan)
    near = int((distance < 1).sum())
    finding = f"{near} 个单位离{best}线不到 1 分"
    if not near and distance.notna().any():
        nearest = margins[distance.map(points).eq(points(distance.min()))]
        sides = ((nearest[nearest["best"]], "高出"), (nearest[~nearest["best"]], "差"))
        ends = [f"{'、'.join(own['name'])}{side} {points(distance.min())} 分" for own, side in sides if len(own)]
        finding = f"离{best}线最近的{'，'.join(ends)}"
    told = "；".join(f"{row['name']}{describe_margin(row)}" for row in margins.to_dict("records"))
    return finish(
        figure,
        f"{scheme.year} 年{name}：{finding}",
        f"入围线是其他单位得分不变时，本单位评为{best}所需的总分；右侧是精确结果，不是估计",
        source_note([marks.scheme.document], marks.provenances),
        f"点图。{scheme.year}年{name}各单位离{best}线的分差：{told}。",
        ChartData(
            margins.set_index("name")[["margin"]].replace([np.inf, -np.inf], np.nan).set_axis([f"离{best}线"], axis=1),
            "bars",
            "比入围线高或低（分）",
            colours={f"离{best}线": group_colours(scheme.groups)[marks.group]},
        ),
    )


def draw_ranks(ranks: pd.DataFrame, ax: Axes, colour: str) -> Axes:
    """Draw each unit's rank and the interval it moves in; units that cannot be told apart share a band.

    Parameters
    ----------
    ranks : DataFrame of `summarise_draws`
    ax : Axes
    colour : str

    Returns
    -------
    Axes
    """
    rows = np.arange(len(ranks))
    for row, band in enumerate(ranks["band"]):
        if band % 2 == 0:
            ax.axhspan(row - 0.5, row + 0.5, color="#f0f2f5", linewidth=0, zorder=0)
    ax.hlines(rows, ranks["rank_low"], ranks["rank_high"], color=colour, linewidth=3.2, alpha=0.45, zorder=1)
    ax.plot(ranks["rank"], rows, "o", color=colour, markersize=5, zorder=2)
    right = len(ranks)
    for row, unit in enumerate(ranks.to_dict("records")):
        told = f"{unit['rank_low']}–{unit['rank_high']}" if unit["rank_low"] < unit["rank_high"] else f"{unit['rank']}"
        ax.text(right * 1.04, row, told, va="center", fontsize=8.5)
        colour = INK if unit["unsure"] else MUTED
        ax.text(right * 1.18, row, _tell_chance(unit), va="center", fontsize=8.5, color=colour)
    ax.text(right * 1.04, -0.9, "名次范围", fontsize=8.5, color=MUTED)
    label_rows(ax, ranks["name"], above=1.5)
    ax.set_xlim(0.2, right * (1.55 if ranks["barred"].any() else 1.3))
    ax.set_xticks(sorted({1, *range(5, right + 1, 5)} if right > 12 else range(1, right + 1)))
    ax.set_xlabel("名次", loc="left")
    return ax


def _tell_chance(unit: dict[Any, Any]) -> str:
    """Tell how likely the best grade is, or why it is out of the question."""
    return veto_label(unit["provenance"]) if unit["barred"] else percent(unit["p_best"], 1)


def chart_ranks(marks: MarkMatrix, ranks: pd.DataFrame, noise: str) -> Chart:
    """Chart how far one group's ranks move over simulated totals.

    Parameters
    ----------
    marks : MarkMatrix
    ranks : DataFrame of `summarise_draws`
    noise : str
        What was varied, for the subtitle.

    Returns
    -------
    Chart
    """
    scheme, best = marks.scheme, marks.scheme.grades[0].name
    figure, (ax,) = new_figure(1.8 + ROW * (len(ranks) + 1))
    with theme():
        draw_ranks(ranks, ax, group_colours(scheme.groups)[marks.group])
        ax.text(len(ranks) * 1.18, -0.9, f"{best}的可能", fontsize=8.5, color=MUTED)
    pairs, apart = len(ranks) - 1, int(ranks["p_ahead"].ge(SURE).sum())
    order = f"{pairs} 对相邻名次中 {apart} 对分得出先后，" if pairs else ""
    unsure = int(ranks["unsure"].sum())
    told = "；".join(
        f"{row['name']}第{row['rank_low']}到{row['rank_high']}名，{best}的可能：{_tell_chance(row)}"
        for row in ranks.to_dict("records")
    )
    return finish(
        figure,
        f"{scheme.year} 年{marks.group_name}：{order}"
        + (f"{unsure} 个单位是否{best}说不准" if unsure else f"谁{best}都说得准"),
        f"{noise}；点为名次，线为 {percent(LEVEL, 0)} 范围（两端各舍 {percent(1 - SURE, 0)}）；"
        f"{percent(SURE, 0)} 的模拟一致才算分得出、说得准；与段首分不出的同一底色",
        source_note([marks.scheme.document], marks.provenances),
        f"区间图。{scheme.year}年{marks.group_name}：{told}。",
        ChartData(
            ranks.set_index("name")[["rank", "rank_low", "rank_high"]].set_axis(["名次", "最前", "最后"], axis=1),
            "picture",
            "名次",
            WHOLE,
        ),
    )


def draw_influence(items: pd.DataFrame, ax: Axes, colour: str) -> Axes:
    """Draw what each item weighs on paper beside its influence.

    Parameters
    ----------
    items : DataFrame with columns name, weight, influence (fractions; weight may be NaN)
    ax : Axes
    colour : str

    Returns
    -------
    Axes
    """
    rows = np.arange(len(items))
    weight, influence = items["weight"].fillna(0.0).to_numpy(), items["influence"].to_numpy()
    ax.barh(rows - 0.2, weight, height=0.36, color=PAPER, edgecolor=MUTED, label="名义权重")
    ax.barh(rows + 0.2, influence, height=0.36, color=colour, label="对总分差异的影响")
    room = max(weight.max(), influence.max())
    for row, (nominal, actual) in enumerate(zip(items["weight"], influence, strict=True)):
        on_paper = "（不占权重）" if np.isnan(nominal) else percent(nominal, 1)
        ax.text(np.nan_to_num(nominal) + 0.01 * room, row - 0.2, on_paper, va="center", fontsize=8.5, color=MUTED)
        ax.text(max(actual, 0) + 0.01 * room, row + 0.2, percent(actual, 1), va="center", fontsize=8.5)
    ax.axvline(0, color=INK, linewidth=0.8)
    label_rows(ax, items["name"])
    ax.set_xlim(min(influence.min() * 1.2, 0), room * 1.15)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, handlelength=1.1, borderaxespad=0.2)
    return ax


def chart_influence(marks: MarkMatrix, weighed: pd.DataFrame) -> Chart | Prose:
    """Chart nominal weight against influence, by part.

    Parameters
    ----------
    marks : MarkMatrix
    weighed : DataFrame of `weigh_indicators`

    Returns
    -------
    Chart, or Prose where all totals are equal
    """
    scheme = marks.scheme
    names = scheme.part_names | {"bonus": "加分", "deduction": "扣分"}
    key = weighed["part"].where(weighed["part"].ne(""), weighed["kind"])
    if weighed["influence"].isna().all():
        return say(f"{marks.group_name}各单位总分没有差异，谈不上哪一项影响大。")
    sums = weighed.groupby(key, sort=False)[["weight", "influence"]].sum(min_count=1)
    items = sums[sums["weight"].notna() | sums["influence"].abs().gt(1e-9)]
    items = items.assign(name=[names[part] for part in items.index])
    figure, (ax,) = new_figure(1.9 + 0.5 * len(items))
    with theme():
        draw_influence(items, ax, group_colours(scheme.groups)[marks.group])
    weighted = items["weight"].notna()
    most = items.loc[(items["influence"] - items["weight"])[weighted].abs().idxmax()]
    adding = items[~weighted & items["influence"].gt(0)]  # what has no weight takes its influence from what has
    taken = f"，其中{'、'.join(adding['name'])}占去 {percent(adding['influence'].sum(), 1)}" if len(adding) else ""
    share = percent(abs(most["influence"]), 1)
    effect = f"占总分差异的 {share}" if most["influence"] >= 0 else f"使总分差异缩小 {share}"
    told = "；".join(
        f"{row['name']}名义权重{percent(row['weight'], 1)}，影响{percent(row['influence'], 1)}"
        for row in items.to_dict("records")
    )
    return finish(
        figure,
        f"{scheme.year} 年{marks.group_name}：{most['name']}名义权重 {percent(most['weight'], 1)}，{effect}",
        f"影响：与总分的协方差占总分方差的比例，各项合计 100%{taken}；"
        f"小于名义权重，{'或是被占去，或是' if taken else '是'}在这一项上拉不开差距，或与别的项此消彼长",
        source_note([marks.scheme.document], marks.provenances),
        f"条形图。{scheme.year}年{marks.group_name}各部分：{told}。",
        ChartData(
            items.set_index("name")[["weight", "influence"]].set_axis(["名义权重", "对总分差异的影响"], axis=1),
            "bars",
            "占比",
            SHARE,
            {"名义权重": FAINT, "对总分差异的影响": group_colours(scheme.groups)[marks.group]},
        ),
    )


def draw_leniency(assessors: pd.DataFrame, ax: Axes) -> Axes:
    """Draw how much more leniently each assessor marks than the others; coloured where its interval leaves out 0.

    Parameters
    ----------
    assessors : DataFrame of `compare_assessors` with column name
    ax : Axes

    Returns
    -------
    Axes
    """
    rows = np.arange(len(assessors))
    values = assessors["leniency"].to_numpy() * 100
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.hlines(rows, assessors["low"] * 100, assessors["high"] * 100, color=MUTED, linewidth=1.6)
    apart = assessors["told_apart"].to_numpy(bool)
    for own, colour, fill, label in (
        (apart & (values > 0), RISE, RISE, "评得高"),
        (apart & (values < 0), FALL, FALL, "评得低"),
        (~apart, MUTED, PAPER, "分不出"),
    ):
        if own.any():
            ax.plot(values[own], rows[own], "o", markersize=7, color=colour, markerfacecolor=fill, label=label)
    ends = np.nanmax([np.abs(values).max(), assessors["high"].max() * 100, -assessors["low"].min() * 100]) or 1.0
    for row, unit in enumerate(assessors.to_dict("records")):
        told = f"{change(unit['leniency'] * 100, 1)}（{unit['indicators']} 项，得分率 {percent(unit['rate'], 1)}）"
        ax.text(ends * 1.08, row, told, va="center", fontsize=8.5)
    label_rows(ax, assessors["name"])
    ax.set_xlim(-ends * 1.05, ends * 1.9)
    ax.set_xticks([tick for tick in ax.get_xticks() if abs(tick) <= ends * 1.05])
    ax.set_xlabel("与其他主体对同一批单位的得分率之差（百分点）", loc="left")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handlelength=1.1, borderaxespad=0.2)
    return ax


def chart_leniency(marks: MarkMatrix, assessors: pd.DataFrame) -> Chart | Prose:
    """Chart the leniency of those who mark one group.

    Parameters
    ----------
    marks : MarkMatrix
    assessors : DataFrame of `compare_assessors`

    Returns
    -------
    Chart, or Prose where there is nobody to compare with
    """
    names = marks.scheme.assessors.value
    named = assessors.dropna(subset=["leniency"])
    if named.empty:
        return say(f"{marks.group_name}：没有两个考核主体评同一批单位，宽严无从比较。")
    named = named.assign(name=named["assessor_id"].map(names))
    figure, (ax,) = new_figure(2.1 + 0.28 * len(named))
    with theme():
        draw_leniency(named, ax)
    told = "；".join(
        f"{row['name']}{change(row['leniency'] * 100, 1)}个百分点"
        f"（{change(row['low'] * 100, 1)}到{change(row['high'] * 100, 1)}）"
        for row in named.to_dict("records")
    )
    return finish(
        figure,
        f"{marks.scheme.year} 年{marks.group_name}：{_name_apart(named[named['told_apart']])}",
        f"线为各主体一并考虑的 {percent(LEVEL, 0)} 区间（单位和指标都重抽；不足 {FEWEST} 项的不给），不含 0 才分得出；"
        "指标有难有易，评得高不等于评得松",
        source_note([marks.scheme.document], marks.provenances),
        f"区间图。{marks.scheme.year}年{marks.group_name}各考核主体的宽严：{told}。",
        ChartData(
            named.set_index("name")[["leniency", "low", "high"]].set_axis(["得分率之差", "下限", "上限"], axis=1),
            "picture",
            "得分率之差",
            SHARE,
        ),
    )


def _name_apart(apart: pd.DataFrame) -> str:
    """Name who is furthest from the others on either side, and how many there are."""
    told = []
    for side, own in (("高", apart[apart["leniency"] > 0]), ("低", apart[apart["leniency"] < 0])):
        if len(own):
            furthest = own.loc[own["leniency"].abs().idxmax()]
            who = furthest["name"] + (f"等 {len(own)} 个主体" if len(own) > 1 else "")
            gap = f" {points(abs(furthest['leniency']) * 100, 1)} 个百分点" if len(own) == 1 else ""
            told.append(f"{who}评得比其他主体{side}{gap}")
    return "，".join(told) or "考核主体之间的宽严分不出高下"
