"""A year's inputs: indicators, marks, outside results and adjustments, checked against the scheme."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from analysis.facts.documents import Document, load_document
from analysis.facts.problems import InputError, Problem
from analysis.facts.rounding import without_noise
from analysis.facts.schemes import Adjustment, Scheme
from analysis.facts.tables import Column, Table

PROVENANCE = "provenance.yml"
STATUSES = ("marked", "not_carried", "own_assessor")
ADJUSTMENT_KINDS = ("bonus", "deduction", "veto")

INDICATOR_COLUMNS = (
    Column("indicator_id"),
    Column("group"),
    Column("part"),
    Column("name"),
    Column("points", number=True),
    Column("assessor_id"),
)
MARK_COLUMNS = (
    Column("unit_id"),
    Column("indicator_id"),
    Column("status", allowed=STATUSES),
    Column("rating", required=False),
    Column("score", number=True, required=False),
)
RESULT_COLUMNS = (Column("unit_id"), Column("score", number=True), Column("full_score", number=True))
ADJUSTMENT_COLUMNS = (
    Column("unit_id"),
    Column("kind", allowed=ADJUSTMENT_KINDS),
    Column("points", number=True, required=False),
    Column("reason"),
)


_MATTERS = ("indicator_id", "group", "part", "points", "assessor_id")
"""What a mark is checked against; an indicator of which one is wrong is no measure of marks or of sums."""


class Provenance(Document):
    """Where a year's inputs come from; `reconstructed` marks are ours and never a real office's."""

    provenance: Literal["official", "reconstructed"]
    method: str
    seed: Annotated[int, Field(strict=True)] | None = None
    agrees_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """A year's inputs; every frame carries a `provenance` column.

    Attributes
    ----------
    indicators : DataFrame with columns indicator_id, group, part, name, points, assessor_id
    marks : DataFrame with columns unit_id, indicator_id, status, rating, score
    results : dict of component id to DataFrame with columns unit_id, score, full_score
    adjustments : DataFrame with columns unit_id, kind, points, reason
    provenance : Provenance
    """

    indicators: pd.DataFrame
    marks: pd.DataFrame
    results: dict[str, pd.DataFrame]
    adjustments: pd.DataFrame
    provenance: Provenance


def load_inputs(folder: Path, root: Path, scheme: Scheme, units: pd.DataFrame) -> Inputs:
    """Read and check the inputs of one year.

    Parameters
    ----------
    folder, root : Path
        The year's folder, and the data folder it is named against in messages.
    scheme : Scheme
    units : DataFrame with columns unit_id, group (those assessed in the year)

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        With every problem of every table.
    """
    problems: list[Problem] = []
    try:
        provenance = load_document(folder / PROVENANCE, root, Provenance)
    except InputError as error:
        problems += error.problems

    indicators = Table(folder / "indicators.csv", root, INDICATOR_COLUMNS)
    marks = Table(folder / "marks.csv", root, MARK_COLUMNS)
    adjustments = Table(folder / "adjustments.csv", root, ADJUSTMENT_COLUMNS)
    results = {
        component.id: Table(folder / f"{component.id}.csv", root, RESULT_COLUMNS)
        for component in scheme.outside_components
    }
    tables = [indicators, marks, adjustments, *results.values()]
    if indicators.is_read:
        _check_indicators(indicators, scheme)
        if marks.is_read:
            _check_marks(marks, indicators, scheme, units)
    if adjustments.is_read:
        _check_adjustments(adjustments, scheme, units)
    for result in results.values():
        if result.is_read:
            _check_result(result, units)
    problems += [problem for table in tables for problem in table.problems]
    if problems:
        unfinished = not all(table.is_read for table in tables) or not indicators.sound(*_MATTERS).all()
        raise InputError(problems, unfinished=unfinished)

    def with_provenance(table: Table) -> pd.DataFrame:
        return table.frame.reset_index(drop=True).assign(provenance=provenance.provenance)

    return Inputs(
        indicators=with_provenance(indicators),
        marks=with_provenance(marks),
        results={component: with_provenance(table) for component, table in results.items()},
        adjustments=with_provenance(adjustments),
        provenance=provenance,
    )


def _check_indicators(table: Table, scheme: Scheme) -> None:
    frame = table.frame
    table.refuse_duplicates(["indicator_id"])
    table.refuse(
        ~frame["group"].isin(scheme.groups),
        "group",
        "办法中没有这个组",
        f"改为 {'、'.join(scheme.groups)} 之一",
    )
    table.refuse(
        ~frame["part"].isin(scheme.parts),
        "part",
        "办法中没有这个部分",
        f"改为 {'、'.join(scheme.parts)} 之一",
    )
    table.refuse(frame["points"] <= 0, "points", "分值应大于 0", "填写该指标的分值")
    table.refuse(
        ~frame["assessor_id"].isin(scheme.assessors.value),
        "assessor_id",
        "办法的 assessors 中没有这个考核主体",
        "改正编号，或在办法中补上",
    )
    if table.sound("group", "part", "points").all():
        _check_sums(table, scheme)


def _check_sums(table: Table, scheme: Scheme) -> None:
    frame = table.frame
    for component in scheme.components:
        if not component.parts:
            continue
        for group in scheme.groups:
            points = frame.loc[frame["part"].isin(component.parts) & frame["group"].eq(group), "points"]
            total = sum(map(Decimal, points.map(repr)), Decimal())
            if total != Decimal(repr(component.points)):
                table.problems.append(
                    Problem(
                        table.file,
                        f"{group} 组“{component.name}”各指标分值之和应为 {component.points:g}"
                        f"（办法 components.{component.id}.points）",
                        "核对各指标分值",
                        column="points",
                        value=f"{total.normalize():f}",
                    )
                )


def _check_unit(table: Table, units: pd.DataFrame) -> None:
    table.refuse(
        ~table.frame["unit_id"].isin(units["unit_id"]),
        "unit_id",
        "本年度考核对象中没有这个单位",
        "改正单位的名称或编号，或登记到 units.csv、lineage.csv",
    )


def _check_marks(table: Table, indicators: Table, scheme: Scheme, units: pd.DataFrame) -> None:
    table.refuse_duplicates(["unit_id", "indicator_id"])
    _check_unit(table, units)
    marks = table.frame
    given = indicators.frame["indicator_id"]
    strange = ~marks["indicator_id"].isin(given)
    table.refuse(strange, "indicator_id", "indicators.csv 中没有这个指标", "改正编号，或登记到 indicators.csv")
    by_id = indicators.frame[indicators.sound(*_MATTERS)].set_index("indicator_id")

    unit_group = marks["unit_id"].map(units.set_index("unit_id")["group"])
    indicator_group = marks["indicator_id"].map(by_id["group"])
    table.refuse(
        indicator_group.notna() & unit_group.notna() & unit_group.ne(indicator_group),
        "indicator_id",
        "这个指标不考核该单位所在的组",
        "删去这一行，或改正编号",
    )

    marked, unmarked = marks["status"].eq("marked"), marks["status"].isin(STATUSES[1:])
    marking = marks["indicator_id"].map(by_id["part"]).map({part: spec.marking for part, spec in scheme.parts.items()})
    rated, scored = marked & marking.eq("rating"), marked & marking.eq("score")
    has_rating, has_score = marks["rating"].ne(""), marks["score"].notna()
    table.refuse(
        rated & ~marks["rating"].isin(scheme.ratings.value),
        "rating",
        "缺少评价等次，或等次不在办法内",
        f"填写 {'、'.join(scheme.ratings.value)} 之一",
    )
    table.refuse(scored & ~has_score, "score", "缺少得分", "填写得分；不承担的指标把 status 写成 not_carried")
    table.refuse((scored | unmarked) & has_rating, "rating", "此处不应有评价等次", "清空；按分值评分的指标填 score")
    table.refuse((rated | unmarked) & has_score, "score", "此处不应有得分", "清空；按等次评价的指标填 rating")
    points = marks["indicator_id"].map(by_id["points"])
    table.refuse(
        scored & ((marks["score"] < 0) | (marks["score"] > points)),
        "score",
        "得分应在 0 与该指标分值之间",
        "核对得分",
    )

    assessor = marks["indicator_id"].map(by_id["assessor_id"])
    own, status_own = assessor.eq(marks["unit_id"]), marks["status"].eq("own_assessor")
    if scheme.own_indicators.excluded:
        rule = "考核主体自身评的指标应扣除，不填评分（办法 own_indicators）"
        table.refuse(own & ~status_own, "status", rule, "改为 own_assessor")
        rule = "该单位不是这个指标的考核主体"
        table.refuse(assessor.notna() & status_own & ~own, "status", rule, "改为 marked、not_carried 之一")
    else:
        table.refuse(status_own, "status", "办法 own_indicators 规定不扣除自评指标，照常评分", "改为 marked")

    incomplete = _refuse_missing_marks(table, by_id, units)
    if len(by_id) == len(given):
        _refuse_nothing_carried(table, by_id, scheme, incomplete)


def _refuse_nothing_carried(table: Table, by_id: pd.DataFrame, scheme: Scheme, incomplete: set[str]) -> None:
    """A unit that carries nothing of a component has no score there; one with missing marks is told those first."""
    marks = table.frame
    part_component = {part: component.id for component in scheme.components for part in component.parts}
    component = marks["indicator_id"].map(by_id["part"]).map(part_component)
    carried = (~marks["status"].isin(STATUSES[1:])).groupby([marks["unit_id"], component]).any()
    rule = "“{}”没有承担任何指标，无法换算"
    table.problems += [
        Problem(table.file, rule.format(empty), "至少一项应为 marked", column="unit_id", value=str(unit))
        for unit, empty in carried[~carried].index
        if unit not in incomplete
    ]


def _refuse_missing_marks(table: Table, by_id: pd.DataFrame, units: pd.DataFrame) -> set[str]:
    """A missing mark is an error; not carrying an indicator has to be stated. Return the units with any missing."""
    due = units.merge(by_id["group"].reset_index(), on="group")[["unit_id", "indicator_id"]]
    found = due.merge(table.frame[["unit_id", "indicator_id"]].drop_duplicates(), how="left", indicator=True)
    missing = found[found["_merge"].eq("left_only")].groupby("unit_id")["indicator_id"].agg(list)
    fix, all_of_them = "补上评分；不承担的写 not_carried", due.groupby("unit_id").size()
    for unit, indicators in missing.items():
        whole = len(indicators) == all_of_them[unit]  # a row that is blank, or not there: no need to name each
        rule = f"缺少{'全部' if whole else ''} {len(indicators)} 项指标的评分"
        columns = () if whole else tuple(indicators)
        table.problems.append(Problem(table.file, rule, fix, column="unit_id", value=str(unit), columns=columns))
    return set(missing.index)


def _check_result(table: Table, units: pd.DataFrame) -> None:
    table.refuse_duplicates(["unit_id"])
    _check_unit(table, units)
    frame = table.frame
    table.refuse(frame["full_score"] <= 0, "full_score", "满分应大于 0", "填写满分")
    table.refuse(
        (frame["score"] < 0) | (frame["score"] > frame["full_score"]),
        "score",
        "得分应在 0 与满分之间",
        "核对得分",
    )
    table.problems += [
        Problem(table.file, "缺少这个单位的成绩", "补上一行", column="unit_id", value=str(unit))
        for unit in units.loc[~units["unit_id"].isin(frame["unit_id"]), "unit_id"]
    ]


def _check_adjustments(table: Table, scheme: Scheme, units: pd.DataFrame) -> None:
    _check_unit(table, units)
    frame = table.frame
    for kind, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        _check_items(table, frame["kind"].eq(kind), limits, kind)
    veto = frame["kind"].eq("veto")
    table.refuse(
        veto & frame["points"].fillna(0).ne(0),
        "points",
        "veto 不带分值",
        "清空；扣分另起一行 deduction",
    )
    if scheme.veto is None:
        table.refuse(veto, "kind", "办法没有 veto 条款", "删去这一行，或在办法中补上条款")


def _check_items(table: Table, rows: pd.Series, limits: Adjustment, kind: str) -> None:
    points = table.frame["points"]
    table.refuse(rows & ~(points > 0), "points", "加分、扣分应为正数", "填写分值，扣分也写正数")
    low, high = limits.item_min, limits.item_max
    if low is not None:
        table.refuse(rows & (points < low), "points", f"低于单项下限 {low:g}（办法 {kind}.item_min）", "核对分值")
    if high is not None:
        table.refuse(
            rows & (points > high),
            "points",
            f"高于单项上限 {high:g}（办法 {kind}.item_max）；一行只写一项",
            "拆成多项或核对分值",
        )
    if limits.step is not None:
        steps = without_noise(points / limits.step)
        table.refuse(
            rows & steps.ne(steps.round()),
            "points",
            f"不是 {limits.step:g} 的整数倍（办法 {kind}.step）",
            "核对分值",
        )
