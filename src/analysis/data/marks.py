"""What marks may say: every rule of a year's marks, checked against indicators, scheme and units."""

from __future__ import annotations

import pandas as pd

from analysis.data.schemes import Scheme
from analysis.data.tables import Column, Table

STATUSES = ("marked", "not_applicable", "own_assessor")
MARK_COLUMNS = (
    Column("unit_id"),
    Column("indicator_id"),
    Column("status", allowed=STATUSES, formerly=(("not_carried", "not_applicable"),)),
    Column("rating", required=False),
    Column("score", number=True, required=False),
)


def check_unit(table: Table, units: pd.DataFrame) -> None:
    """Refuse rows about units that are not assessed in the year (units: DataFrame with column unit_id)."""
    table.refuse(
        ~table.frame["unit_id"].isin(units["unit_id"]),
        "unit_id",
        "本年度考核对象中没有这个单位",
        "改正单位的名称或编号，或登记到 units.csv、lineage.csv",
    )


def check_marks(table: Table, given: pd.Series, indicators: pd.DataFrame, scheme: Scheme, units: pd.DataFrame) -> None:
    """Find everything that is wrong with marks.

    Parameters
    ----------
    table : Table of `MARK_COLUMNS`
        Takes the problems.
    given : Series of the ids of all indicators
    indicators : DataFrame indexed by indicator_id with columns group, part, points, assessor_id
        Those that are sound.
    scheme : Scheme
    units : DataFrame with columns unit_id, group (those that need marks in this table)
    """
    table.refuse_duplicates(["unit_id", "indicator_id"])
    check_unit(table, units)
    marks = table.frame
    strange, register = ~marks["indicator_id"].isin(given), table.wording.words("table", "indicators.csv")
    table.refuse(strange, "indicator_id", f"{register} 中没有这个指标", f"改正编号，或登记到 {register}")
    unit_group = marks["unit_id"].map(units.set_index("unit_id")["group"])
    indicator_group = marks["indicator_id"].map(indicators["group"])
    table.refuse(
        indicator_group.notna() & unit_group.notna() & unit_group.ne(indicator_group),
        "indicator_id",
        "这个指标不考核该单位所在的组",
        "删去这一行，或改正编号",
    )

    marked, unmarked = marks["status"].eq("marked"), marks["status"].isin(STATUSES[1:])
    marking = (
        marks["indicator_id"].map(indicators["part"]).map({part: spec.marking for part, spec in scheme.parts.items()})
    )
    rated, scored = marked & marking.eq("rating"), marked & marking.eq("score")
    has_rating, has_score = marks["rating"].ne(""), marks["score"].notna()
    as_marked, as_not_applicable, as_own = (table.wording.words("status", status) for status in STATUSES)
    table.refuse(
        rated & ~marks["rating"].isin(scheme.ratings.value),
        "rating",
        "缺少评价等次，或等次不在办法内",
        f"填写 {'、'.join(scheme.ratings.value)} 之一",
    )
    fix = f"填写得分；不承担的指标把 {table.wording.columns('status')} 写成 {as_not_applicable}"
    table.refuse(scored & ~has_score, "score", "缺少得分", fix)
    fix = f"清空；按分值评分的指标填 {table.wording.columns('score')}"
    table.refuse((scored | unmarked) & has_rating, "rating", "此处不应有评价等次", fix)
    fix = f"清空；按等次评价的指标填 {table.wording.columns('rating')}"
    table.refuse((rated | unmarked) & has_score, "score", "此处不应有得分", fix)
    points = marks["indicator_id"].map(indicators["points"])
    table.refuse(
        scored & ((marks["score"] < 0) | (marks["score"] > points)),
        "score",
        "得分应在 0 与该指标分值之间",
        "核对得分",
    )

    assessor = marks["indicator_id"].map(indicators["assessor_id"])
    own, status_own = assessor.eq(marks["unit_id"]), marks["status"].eq("own_assessor")
    if scheme.own_indicators.excluded:
        rule = "考核主体自身评的指标应扣除，不填评分（办法 own_indicators）"
        table.refuse(own & ~status_own, "status", rule, f"改为 {as_own}")
        rule = "该单位不是这个指标的考核主体"
        table.refuse(
            assessor.notna() & status_own & ~own, "status", rule, f"改为 {as_marked}、{as_not_applicable} 之一"
        )
    else:
        table.refuse(status_own, "status", "办法 own_indicators 规定不扣除自评指标，照常评分", f"改为 {as_marked}")

    incomplete = _refuse_missing_marks(table, indicators, units)
    if len(indicators) == len(given):
        _refuse_nothing_applicable(table, indicators, scheme, incomplete)


def _refuse_nothing_applicable(table: Table, indicators: pd.DataFrame, scheme: Scheme, incomplete: set[str]) -> None:
    """A unit that carries nothing of a component has no score there; one with missing marks is told those first."""
    marks = table.frame
    part_component = {part: component.id for component in scheme.components for part in component.parts}
    component = marks["indicator_id"].map(indicators["part"]).map(part_component)
    applicable = (~marks["status"].isin(STATUSES[1:])).groupby([marks["unit_id"], component]).any()
    for unit, empty in applicable[~applicable].index:
        if unit not in incomplete:
            rule = f"“{table.wording.words('component', empty)}”没有承担任何指标，无法换算"
            table.refuse_unit(unit, rule, f"至少一项应为 {table.wording.words('status', 'marked')}")


def _refuse_missing_marks(table: Table, indicators: pd.DataFrame, units: pd.DataFrame) -> set[str]:
    """A missing mark is an error; not carrying an indicator has to be stated. Return the units with any missing."""
    due = units.merge(indicators["group"].reset_index(), on="group")[["unit_id", "indicator_id"]]
    found = due.merge(table.frame[["unit_id", "indicator_id"]].drop_duplicates(), how="left", indicator=True)
    missing = found[found["_merge"].eq("left_only")].groupby("unit_id")["indicator_id"].agg(list)
    fix = f"补上评分；不承担的写 {table.wording.words('status', 'not_applicable')}"
    all_of_them = due.groupby("unit_id").size()
    for unit, lacking in missing.items():
        whole = len(lacking) == all_of_them[unit]  # a row that is blank, or not there: no need to name each
        rule = f"缺少{'全部' if whole else ''} {len(lacking)} 项指标的评分"
        table.refuse_unit(str(unit), rule, fix, () if whole else lacking)
    return set(missing.index)
