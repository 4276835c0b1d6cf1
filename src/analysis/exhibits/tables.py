"""Tables for readers: Chinese headers, numbers rounded once, everything from data shown as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.data.schemes import Adjustment, Clause, GradeRule, Scheme
from analysis.exhibits.table_markup import mark_up
from analysis.exhibits.words import (
    BASES,
    METHODS,
    MOVEMENTS,
    TIES,
    change,
    percent,
    points,
    veto_label,
)

_SHORT = 16
"""Characters that fit on one line of a table cell."""


@dataclass(frozen=True)
class Table:
    """A finished table.

    Attributes
    ----------
    cells : DataFrame of str
        Column names are the headers; numbers are written as they are to be read.
    values : DataFrame
        The same with numbers as they are, unrounded.
    caption, note : str
    numeric : frozenset of str
        Headers of right-aligned columns.
    head : str
        The header of the column that names the row.
    kinds : tuple of str
        The kind of each row (a CSS class); empty where rows are all alike.
    filters : dict of kind to label
        Buttons that show the rows of one kind only; they work without scripts.
    units : tuple of str
        The unit_id of each row, so that a page can link it to the unit's profile; empty where rows are not units.
    """

    cells: pd.DataFrame
    values: pd.DataFrame
    caption: str
    note: str
    numeric: frozenset[str]
    head: str
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        columns = [(str(name), self._look(str(name))) for name in self.cells.columns]
        count = len(self.cells)
        rows = [
            (kind, unit, [(cell, look) for cell, (_, look) in zip(row, columns, strict=True)])
            for kind, unit, row in zip(
                self.kinds or [""] * count,
                self.units or [""] * count,
                self.cells.itertuples(index=False, name=None),
                strict=True,
            )
        ]
        return mark_up(self.caption, self.note, columns, rows, self.filters, self.head)

    def _look(self, header: str) -> str:
        """Name the column's class: the head of the row, numbers, short texts that need not break, or long ones."""
        if header == self.head:
            return "head" if self.cells[header].str.len().max() <= _SHORT else "head long"
        if header in self.numeric:
            return "number"
        return "short" if self.cells[header].str.len().max() <= _SHORT else "long"


def make_table(
    frame: pd.DataFrame,
    columns: Mapping[str, tuple[str, Callable[..., str] | None]],
    caption: str,
    note: str = "",
    head: str = "单位",
) -> Table:
    """Choose, name and write the columns of a frame.

    Parameters
    ----------
    frame : DataFrame
    columns : dict of column to (header, writer); a writer turns a number into text, None marks a text column
    caption, note : str
    head : str
        Header of the column that names the row; where it is that of units, rows are known by the frame's unit_id.

    Returns
    -------
    Table
    """
    cells = {
        header: frame[column].map(writer)
        if writer
        else frame[column].astype(object).where(frame[column].notna(), "—").astype(str)
        for column, (header, writer) in columns.items()
    }
    numeric = frozenset(header for header, writer in columns.values() if writer)
    units = tuple(frame["unit_id"]) if head == "单位" and "unit_id" in frame else ()
    values = {header: frame[column] if writer else cells[header] for column, (header, writer) in columns.items()}
    return Table(pd.DataFrame(cells), pd.DataFrame(values), caption, note, numeric, head, units=units)


def whole(value: float) -> str:
    """Write a count or a rank."""
    return points(value, 0)


def table_scores(scores: pd.DataFrame, scheme: Scheme, group: str, note: str) -> Table:
    """Tabulate one group's ranked scores.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme
    group, note : str

    Returns
    -------
    Table
    """
    own = scores[scores["group"].eq(group)]
    frame = own.assign(
        method=own["method"].map(METHODS),
        grade=own["grade"].map(scheme.grade_names)
        + own["provenance"].map(veto_label).radd("，").where(own["vetoed"], ""),
    )
    earned = {
        f"{part}_earned": (spec.name + "得分", points)
        for component in scheme.components
        for part, spec in component.parts.items()
    }
    components = {
        f"{component.id}_score": (f"{component.name}（{component.points:g}）", points)
        for component in scheme.components
    }
    columns = {
        "rank": ("名次", whole),
        "name": ("单位", None),
        "total": ("总分", points),
        "grade": ("等次", None),
        **components,
        **earned,
        "bonus": ("加分", points),
        "deduction": ("扣分", points),
        "method": ("计算法", None),
    }
    return make_table(frame, columns, f"{scheme.year} 年{scheme.groups[group].name}得分", note)


def table_averages(compared: pd.DataFrame, scheme: Scheme, note: str) -> Table:
    """Tabulate averages, changes and growth of every group, year and population.

    Parameters
    ----------
    compared : DataFrame of `compare_averages`
    scheme : Scheme
    note : str

    Returns
    -------
    Table
    """
    populations = {"all": "全部单位"} | {grade: f"{name}单位" for grade, name in scheme.grade_names.items()}
    order = {of: place for place, of in enumerate(populations)}
    frame = compared[compared["of"].isin(populations) & compared["group"].isin(scheme.groups)]
    frame = frame.assign(
        order=frame["of"].map(order),
        group_order=frame["group"].map({group: place for place, group in enumerate(scheme.groups)}),
        who=frame["group"].map(scheme.group_names),
        of=frame["of"].map(populations),
        basis=frame["basis"].map(BASES),
    ).sort_values(["group_order", "order", "year"])
    columns = {
        "who": ("组别", None),
        "of": ("范围", None),
        "year": ("年度", whole),
        "units": ("单位数", lambda value: "—" if pd.isna(value) else whole(value)),
        "average": ("平均分", points),
        "delta": ("比上年", change),
        "growth": ("同比增长", lambda value: percent(value, signed=True)),
        "basis": ("依据", None),
    }
    return make_table(frame, columns, "各组平均分、增减与增长", note, head="组别")


def table_movement(
    units: pd.DataFrame, scheme: Scheme, group: str, base_year: int, grades: dict[str, str], note: str
) -> Table:
    """Tabulate one group's units in two years.

    Parameters
    ----------
    units : DataFrame of `compare_units`
    scheme : Scheme
    group : str
    base_year : int
    grades : dict of grade to name, of both years
    note : str

    Returns
    -------
    Table
    """
    own = units[units["group"].eq(group)]
    frame = own.assign(
        base_grade=own["base_grade"].map(grades),
        grade=own["grade"].map(grades),
        movement=own["movement"].map(MOVEMENTS),
    )
    common: dict[str, tuple[str, Callable[..., str] | None]] = {}
    if own["movement"].isin(["entered", "left"]).any():
        common = {"common_rank_change": ("同批变动", lambda value: change(value, 0))}
        note += "；同批变动为只在两年都参评的单位中排的升降"
    columns = {
        "name": ("单位", None),
        "base_rank": (f"{base_year} 名次", whole),
        "rank": (f"{scheme.year} 名次", whole),
        "rank_change": ("升降", lambda value: change(value, 0)),
        **common,
        "base_total": (f"{base_year} 总分", points),
        "total": (f"{scheme.year} 总分", points),
        "total_change": ("增减", change),
        "base_grade": (f"{base_year} 等次", None),
        "grade": (f"{scheme.year} 等次", None),
        "movement": ("变化", None),
    }
    return make_table(frame, columns, f"{scheme.groups[group].name}：{base_year} 年与 {scheme.year} 年", note)


def table_transitions(units: pd.DataFrame, scheme: Scheme) -> Table:
    """Count how units of every group moved between grades.

    Parameters
    ----------
    units : DataFrame of `compare_units`
    scheme : Scheme

    Returns
    -------
    Table
    """
    counts = units.pivot_table(index="group", columns="movement", values="unit_id", aggfunc="count", fill_value=0)
    counts = counts.reindex(index=list(scheme.groups), columns=list(MOVEMENTS), fill_value=0)
    frame = counts.reset_index().assign(who=[clause.name for clause in scheme.groups.values()])
    columns = {"who": ("组别", None), **{key: (label, whole) for key, label in MOVEMENTS.items()}}
    return make_table(frame, columns, "等次变化的单位数", head="组别")


def table_scheme(scheme: Scheme) -> Table:
    """Tabulate the clauses of a scheme: what each says, where it comes from, on what basis.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    Table
    """
    clauses = list(_clauses(scheme))
    frame = pd.DataFrame(
        {
            "clause": [name for name, _, _ in clauses],
            "says": [says for _, says, _ in clauses],
            "basis": [BASES[clause.basis] for _, _, clause in clauses],
            "source": [clause.source for _, _, clause in clauses],
            "note": [clause.note for _, _, clause in clauses],
        }
    )
    columns = {
        "clause": ("条款", None),
        "says": ("内容", None),
        "basis": ("依据", None),
        "source": ("出处", None),
        "note": ("说明", None),
    }
    return make_table(frame, columns, f"{scheme.title}：考核办法", head="条款")


def _clauses(scheme: Scheme) -> Iterator[tuple[str, str, Clause]]:
    for group in scheme.groups.values():
        yield "组别", group.name, group
    rates = "，".join(f"{name} {rate * 100:g}%" for name, rate in scheme.ratings.value.items())
    yield "等次换算", rates, scheme.ratings
    for component in scheme.components:
        parts = "＋".join(part.name for part in component.parts.values())
        says = f"{component.points:g} 分" + (f"：{parts}" if parts else "，按成绩折算")
        yield component.name, says + ("；不承担的扣除后加权换算" if component.rescale else ""), component
    yield "自评指标", "扣除" if scheme.own_indicators.excluded else "不扣除", scheme.own_indicators
    yield (
        "考核主体",
        f"{len(scheme.assessors.value)} 个：{'、'.join(scheme.assessors.value.values())}",
        scheme.assessors,
    )
    for name, limits in (("加分", scheme.bonus), ("扣分", scheme.deduction)):
        yield name, _describe_limits(limits), limits
    if scheme.veto:
        barred = "、".join(scheme.grade_names[grade] for grade in scheme.veto.bars)
        yield "一票否决", f"情节严重的不得评为{barred}", scheme.veto
    yield "同分名次", TIES[scheme.ranking.ties], scheme.ranking
    for grade in scheme.grades:
        yield f"{grade.name}等次", _describe_rule(grade.rule, scheme), grade


def _describe_limits(limits: Adjustment) -> str:
    low, high = limits.item_min, limits.item_max
    if low is not None and high is not None:
        single = f"单项 {high:g} 分" if low == high else f"单项 {low:g} 至 {high:g} 分"
    else:
        ends = {"单项至少": low, "单项最多": high}
        single = "".join(f"{name} {end:g} 分" for name, end in ends.items() if end is not None)
    told = [single, f"累计最高 {limits.cap:g} 分" if limits.cap is not None else ""]
    return "，".join(filter(None, told)) or "不限"


def _describe_rule(rule: GradeRule, scheme: Scheme) -> str:
    if rule.kind == "rest":
        return "其余单位"
    writers: dict[str, Callable[[float], str]] = {
        "count": lambda value: f"前 {value:g} 名",
        "share": lambda value: f"前 {percent(value)}",
        "threshold": lambda value: f"{value:g} 分以上",
    }
    return "，".join(
        f"{clause.name}{writers[rule.kind](rule.value_for(group))}" for group, clause in scheme.groups.items()
    )


def table_adjustments(scores: pd.DataFrame, scheme: Scheme, note: str) -> Table:
    """Count bonuses, deductions and vetoes of every group.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme
    note : str

    Returns
    -------
    Table
    """
    bonus, deduction = (
        scores["bonus"].where(scores["bonus"] > 0),
        scores["deduction"].where(scores["deduction"] > 0),
    )
    grouped = scores.assign(bonus=bonus, deduction=deduction).groupby("group")
    frame = grouped.agg(
        units=("unit_id", "size"),
        bonus_units=("bonus", "count"),
        bonus_max=("bonus", "max"),
        bonus_min=("bonus", "min"),
        deduction_units=("deduction", "count"),
        deduction_max=("deduction", "max"),
        vetoed=("vetoed", "sum"),
    )
    frame = frame.reindex(list(scheme.groups)).reset_index()
    frame = frame.assign(who=frame["group"].map(scheme.group_names))
    columns = {
        "who": ("组别", None),
        "units": ("单位数", whole),
        "bonus_units": ("加分单位", whole),
        "bonus_max": ("最高加分", points),
        "bonus_min": ("最少加分", points),
        "deduction_units": ("扣分单位", whole),
        "deduction_max": ("最多扣分", points),
        "vetoed": ("取消评优", whole),
    }
    return make_table(frame, columns, f"{scheme.year} 年加减分", note, head="组别")


def table_streaks(units: pd.DataFrame, scheme: Scheme, note: str) -> Table:
    """Tabulate the units with a run of at least two years, and those new in or out of the best grade.

    Parameters
    ----------
    units : DataFrame with columns name, group, streak, at_least, newly, lost
    scheme : Scheme
    note : str

    Returns
    -------
    Table
    """
    shown = units[units["streak"].gt(0) | units["lost"]]
    best = scheme.grades[0].name
    remark = (
        pd.Series("", index=shown.index)
        .mask(shown["newly"], f"新获{best}")
        .mask(shown["lost"], f"上年{best}，本年不再")
    )
    length = shown["streak"].map(lambda years: whole(years) + " 年").astype(object)
    frame = shown.assign(
        who=shown["group"].map(scheme.group_names),
        length=length.mask(shown["at_least"], "至少 " + length).mask(shown["streak"].eq(0), "—"),
        remark=remark,
    ).sort_values("streak", ascending=False, kind="stable")
    columns = {
        "name": ("单位", None),
        "who": ("组别", None),
        "length": (f"连续{best}", None),
        "remark": ("备注", None),
    }
    return make_table(frame, columns, f"截至 {scheme.year} 年的连续{best}年数", note)
