"""What marks may say: every rule of a year's marks, written once; and the sums of marks by unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.data.schemes import Scheme
from analysis.data.tables import AS_WRITTEN, Column, Table, Wording

STATUSES = ("marked", "not_applicable", "own_assessor")
STATUS = Column("status", allowed=STATUSES, formerly=(("not_carried", "not_applicable"),))
MARK_COLUMNS = (
    Column("unit_id"),
    Column("indicator_id"),
    STATUS,
    Column("rating", required=False),
    Column("score", number=True, required=False),
)


def check_unit(table: Table, units: pd.DataFrame) -> None:
    """Refuse rows about units that are not assessed in the year (units: DataFrame with column unit_id)."""
    fix = "改正单位的名称或编号，或登记到 units.csv、lineage.csv"
    table.refuse_unknown("unit_id", units["unit_id"], "本年度考核对象中没有这个单位", fix)


def check_marks(table: Table, given: pd.Series, indicators: pd.DataFrame, scheme: Scheme, units: pd.DataFrame) -> None:
    """Find everything that is wrong with marks.

    Parameters
    ----------
    table : Table of `MARK_COLUMNS`
        Takes the problems.
    given : Series of the ids of all indicators
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
        Those that are sound.
    scheme : Scheme
    units : DataFrame with columns unit_id, group (those that need marks in this table)
    """
    table.refuse_duplicates(["unit_id", "indicator_id"])
    check_unit(table, units)
    register = table.wording.words("table", "indicators.csv")
    table.refuse_unknown("indicator_id", given, f"{register} 中没有这个指标", f"改正编号，或登记到 {register}")
    known = indicators.set_index("indicator_id")[["group", "part", "points", "assessor_id"]]
    marks = table.frame.join(known, on="indicator_id")
    unit_group = marks["unit_id"].map(units.set_index("unit_id")["group"])
    of_others = marks["group"].notna() & unit_group.notna() & unit_group.ne(marks["group"])
    table.refuse(of_others, "indicator_id", "这个指标不考核该单位所在的组", "删去这一行，或改正编号")
    is_assessor = marks["assessor_id"].eq(marks["unit_id"])
    for broken in _find_broken_rules(marks.assign(is_assessor=is_assessor), scheme, table.wording):
        table.refuse(*broken)
    incomplete = _refuse_missing_marks(table, indicators, units)
    if len(indicators) == len(given):
        _refuse_nothing_applicable(table, marks["part"], scheme, incomplete)


def _find_broken_rules(
    marks: pd.DataFrame, scheme: Scheme, wording: Wording = AS_WRITTEN
) -> Iterator[tuple[pd.Series, str, str, str]]:
    """Say of every rule that a mark keeps or breaks by itself which marks break it.

    Parameters
    ----------
    marks : DataFrame with columns status, rating, score; part, points (missing where the indicator is unknown),
        is_assessor (whether the unit is the indicator's assessor)
    scheme : Scheme
    wording : Wording

    Yields
    ------
    broken (Series of bool), column, rule, fix
        As `Table.refuse` takes them. A score is refused for being there, missing or out of a range, never within it:
        `list_valid_marks` relies on that.
    """
    as_marked, as_not_applicable, as_own_assessor = (wording.words("status", status) for status in STATUSES)
    marked, unmarked = marks["status"].eq("marked"), marks["status"].isin(STATUSES[1:])
    marking = marks["part"].map({part: spec.marking for part, spec in scheme.parts.items()})
    rated, scored = marked & marking.eq("rating"), marked & marking.isin(["score", "percent"])
    has_rating, has_score = marks["rating"].ne(""), marks["score"].notna()
    ratings = scheme.ratings.value
    rule = "缺少评价等次，或等次不在办法内"
    yield rated & ~marks["rating"].isin(ratings), "rating", rule, f"填写 {'、'.join(ratings)} 之一"
    fix = f"填写得分；不承担的指标把 {wording.columns('status')} 写成 {as_not_applicable}"
    yield scored & ~has_score, "score", "缺少得分", fix
    fix = f"清空；按分值评分的指标填 {wording.columns('score')}"
    yield (scored | unmarked) & has_rating, "rating", "此处不应有评价等次", fix
    fix = f"清空；按等次评价的指标填 {wording.columns('rating')}"
    yield (rated | unmarked) & has_score, "score", "此处不应有得分", fix
    beyond = (marks["score"] < 0) | (marks["score"] > find_highest(marks, scheme))
    for kind, highest in (("score", "该指标分值"), ("percent", "100")):
        yield scored & beyond & marking.eq(kind), "score", f"得分应在0与{highest}之间", "核对得分"

    is_assessor, excluded = marks["is_assessor"], marks["status"].eq("own_assessor")
    if scheme.own_indicators.excluded:
        rule = "考核主体自身评的指标应扣除，不填评分（办法 own_indicators）"
        yield is_assessor & ~excluded, "status", rule, f"改为 {as_own_assessor}"
        others = marks["part"].notna() & excluded & ~is_assessor
        yield others, "status", "该单位不是这个指标的考核主体", f"改为 {as_marked}、{as_not_applicable} 之一"
    else:
        rule = "办法 own_indicators 规定不扣除自评指标，照常评分"
        yield excluded, "status", rule, f"改为 {as_marked}"


def find_highest(marked: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Return the highest score that each indicator can be marked with: its points, or 100 where scores are percentages.

    Parameters
    ----------
    marked : DataFrame with columns part, points
    scheme : Scheme
    """
    percent = [part for part, spec in scheme.parts.items() if spec.marking == "percent"]
    return marked["points"].mask(marked["part"].isin(percent), 100.0)


def list_valid_marks(indicators: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """List every mark that keeps the rules, whatever its score, by trying each.

    Parameters
    ----------
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
    scheme : Scheme

    Returns
    -------
    DataFrame with columns indicator_id, status, rating ("" for none), scored (whether there is a score), highest (the
    score that is from 0 to this), is_assessor (whether the unit is the indicator's assessor; missing where that does
    not matter), group, assessor_id.
    """
    mark = ["indicator_id", "status", "rating", "scored"]
    values = indicators["indicator_id"], STATUSES, [*scheme.ratings.value, ""], [False, True], [False, True]
    tried = pd.MultiIndex.from_product(values, names=[*mark, "is_assessor"]).to_frame(index=False)
    tried = tried.merge(indicators.assign(highest=find_highest(indicators, scheme)), on="indicator_id")
    broken = pd.Series(False, tried.index)
    for share in (0, 1):
        marks = tried.assign(score=(tried["highest"] * share).where(tried["scored"]))
        broken |= np.logical_or.reduce([each for each, *_ in _find_broken_rules(marks, scheme)])
    valid = tried[~broken]
    whoever = valid.duplicated(mark, keep=False)
    valid = valid.assign(is_assessor=valid["is_assessor"].astype("boolean").mask(whoever)).drop_duplicates(
        mark, ignore_index=True
    )
    return valid[[*mark, "highest", "is_assessor", "group", "assessor_id"]]


def _refuse_nothing_applicable(table: Table, part: pd.Series, scheme: Scheme, incomplete: set[str]) -> None:
    """A unit that carries nothing of a component has no score there; one with missing marks is told those first.

    Where its points pass on to the others, there are no others left for a unit without any component.
    """
    if scheme.passes_up and scheme.outside_components:
        return  # whoever scores knows all results
    marks, component = table.frame, part.map(scheme.component_of)
    if scheme.passes_up:
        component = component.where(component.isna(), "")
    applicable = (~marks["status"].isin(STATUSES[1:])).groupby([marks["unit_id"], component]).any()
    for unit, empty in applicable[~applicable].index:
        if unit not in incomplete:
            where = f"“{table.wording.words('component', empty)}”" if empty else ""
            rule = f"{where}没有承担任何指标，无法换算"
            table.refuse_unit(unit, rule, f"至少一项应为 {table.wording.words('status', 'marked')}")


def _refuse_missing_marks(table: Table, indicators: pd.DataFrame, units: pd.DataFrame) -> set[str]:
    """A missing mark is an error; not carrying an indicator has to be stated. Return the units with any missing."""
    due = units.merge(indicators[["indicator_id", "group"]], on="group")[["unit_id", "indicator_id"]]
    found = due.merge(table.frame[["unit_id", "indicator_id"]].drop_duplicates(), how="left", indicator=True)
    missing = found[found["_merge"].eq("left_only")].groupby("unit_id")["indicator_id"].agg(list)
    fix = f"补上评分；不承担的写 {table.wording.words('status', 'not_applicable')}"
    all_of_them = due.groupby("unit_id").size()
    for unit, absent in missing.items():
        whole = len(absent) == all_of_them[unit]  # a row that is blank, or not there: no need to name each
        rule = f"缺少{'全部' if whole else ''}{len(absent)}项指标的评分"
        table.refuse_unit(str(unit), rule, fix, () if whole else absent)
    return set(missing.index)


def sum_marks(valued: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """Add up every unit's marks.

    Parameters
    ----------
    valued : DataFrame with columns unit_id, status, part, earned, applicable
    parts : sequence of str

    Returns
    -------
    DataFrame, indexed by unit_id. Columns: for each part <part>_earned and <part>_applicable, in points;
    not_applicable_marks and own_assessor_marks, the numbers of marks of these statuses.
    """
    by_part = valued.groupby(["unit_id", "part"])[["earned", "applicable"]].sum().unstack()
    sums = {
        f"{part}_{quantity}": by_part.get((quantity, part), 0.0)
        for part in parts
        for quantity in ("earned", "applicable")
    }
    statuses = {f"{status}_marks": valued["status"].eq(status) for status in STATUSES[1:]}
    counts = pd.DataFrame(statuses).groupby(valued["unit_id"]).sum()
    return pd.DataFrame(sums, counts.index).fillna(0.0).join(counts)
