"""What marks may say and what they are worth: every rule of a year's marks, by its indicators and scheme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.schemes import Scheme
from analysis.data.tables import Column, Table
from analysis.problems import Problem

STATUSES = ("marked", "not_carried", "own_assessor")
MARK_COLUMNS = (
    Column("unit_id"),
    Column("indicator_id"),
    Column("status", allowed=STATUSES),
    Column("rating", required=False),
    Column("score", number=True, required=False),
)


@dataclass(frozen=True)
class MarkRules:
    """What the marks of a year are checked against.

    Attributes
    ----------
    scheme : Scheme
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
    units : DataFrame with columns unit_id, group
    root : Path
        The data folder, against which messages name files.
    place : str
        Where the marks stand, as messages name it.
    """

    scheme: Scheme
    indicators: pd.DataFrame
    units: pd.DataFrame
    root: Path
    place: str

    @cached_property
    def unit_ids(self) -> pd.Index:
        """Every unit_id, in the order of `units`."""
        return pd.Index(self.units["unit_id"], dtype=object)

    @cached_property
    def groups(self) -> np.ndarray:
        """Group of every unit, in the order of `units`."""
        return self.units["group"].to_numpy(object)

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """See `list_kinds`."""
        return list_kinds(self.indicators, self.scheme)


def score_marks(marks: pd.DataFrame, indicators: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Turn every mark into earned and carried points.

    Parameters
    ----------
    marks : DataFrame with columns unit_id, indicator_id, status, rating, score
    indicators : DataFrame with columns indicator_id, part, points
    scheme : Scheme
        Clause `ratings` says what share of the points a rating earns.

    Returns
    -------
    DataFrame: `marks` with part, points, carried (points if marked, else 0) and earned, in points.
    """
    marks = marks.merge(indicators[["indicator_id", "part", "points"]], on="indicator_id", validate="many_to_one")
    carried = marks["points"].where(marks["status"].eq("marked"), 0.0)
    rated = carried * marks["rating"].map(scheme.ratings.value).fillna(0.0)
    return marks.assign(carried=carried, earned=rated + marks["score"].fillna(0.0))


def sum_marks(marks: pd.DataFrame, indicators: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Add up every unit's marks.

    Parameters
    ----------
    marks, indicators, scheme
        As for `score_marks`.

    Returns
    -------
    DataFrame, indexed by unit_id. Columns: for each part <part>_earned and <part>_carried, in points; not_applicable
    and own_assessor, the numbers of marks that are so.
    """
    by_part = score_marks(marks, indicators, scheme).groupby(["unit_id", "part"])[["earned", "carried"]].sum().unstack()
    sums = {
        f"{part}_{quantity}": by_part.get((quantity, part), 0.0)
        for part in scheme.parts
        for quantity in ("earned", "carried")
    }
    unmarked = {"not_applicable": marks["status"].eq("not_carried"), "own_assessor": marks["status"].eq("own_assessor")}
    counts = pd.DataFrame(unmarked).groupby(marks["unit_id"]).sum()
    return pd.DataFrame(sums, counts.index).fillna(0.0).join(counts)


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
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
        Those that are sound.
    scheme : Scheme
    units : DataFrame with columns unit_id, group (those that need marks in this table)
    """
    table.refuse_duplicates(["unit_id", "indicator_id"])
    check_unit(table, units)
    strange = ~table.frame["indicator_id"].isin(given)
    table.refuse(strange, "indicator_id", "indicators.csv 中没有这个指标", "改正编号，或登记到 indicators.csv")
    known = indicators.set_index("indicator_id")[["group", "part", "points", "assessor_id"]]
    marks = table.frame.join(known, on="indicator_id")
    unit_group = marks["unit_id"].map(units.set_index("unit_id")["group"])
    table.refuse(
        marks["group"].notna() & unit_group.notna() & unit_group.ne(marks["group"]),
        "indicator_id",
        "这个指标不考核该单位所在的组",
        "删去这一行，或改正编号",
    )
    for broken in _break_rules(marks.assign(own=marks["assessor_id"].eq(marks["unit_id"])), scheme):
        table.refuse(*broken)
    incomplete = _refuse_missing_marks(table, indicators, units)
    if len(indicators) == len(given):
        _refuse_nothing_carried(table, known["part"], scheme, incomplete)


def _break_rules(marks: pd.DataFrame, scheme: Scheme) -> Iterator[tuple[pd.Series, str, str, str]]:
    """Say of every rule that a mark keeps or breaks by itself who breaks it.

    Parameters
    ----------
    marks : DataFrame with columns status, rating, score; part, points (missing where the indicator is unknown), own
        `own`: the unit is the indicator's assessor.
    scheme : Scheme

    Yields
    ------
    broken (Series of bool), column, rule, mending
        As `Table.refuse` takes them. A score is refused for being there, missing or out of a range, never within it:
        `list_kinds` relies on that.
    """
    marked, unmarked = marks["status"].eq("marked"), marks["status"].isin(STATUSES[1:])
    marking = marks["part"].map({part: spec.marking for part, spec in scheme.parts.items()})
    rated, scored = marked & marking.eq("rating"), marked & marking.eq("score")
    has_rating, has_score = marks["rating"].ne(""), marks["score"].notna()
    ratings = scheme.ratings.value
    rule = "缺少评价等次，或等次不在办法内"
    yield rated & ~marks["rating"].isin(ratings), "rating", rule, f"填写 {'、'.join(ratings)} 之一"
    yield scored & ~has_score, "score", "缺少得分", "填写得分；不承担的指标把 status 写成 not_carried"
    yield (scored | unmarked) & has_rating, "rating", "此处不应有评价等次", "清空；按分值评分的指标填 score"
    yield (rated | unmarked) & has_score, "score", "此处不应有得分", "清空；按等次评价的指标填 rating"
    beyond = scored & ((marks["score"] < 0) | (marks["score"] > marks["points"]))
    yield beyond, "score", "得分应在 0 与该指标分值之间", "核对得分"

    own, status_own = marks["own"], marks["status"].eq("own_assessor")
    if scheme.own_indicators.excluded:
        rule = "考核主体自身评的指标应扣除，不填评分（办法 own_indicators）"
        yield own & ~status_own, "status", rule, "改为 own_assessor"
        others = marks["part"].notna() & status_own & ~own
        yield others, "status", "该单位不是这个指标的考核主体", "改为 marked、not_carried 之一"
    else:
        rule = "办法 own_indicators 规定不扣除自评指标，照常评分"
        yield status_own, "status", rule, "改为 marked"


def list_kinds(indicators: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """List every kind of mark that keeps the rules, by trying each.

    Parameters
    ----------
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
    scheme : Scheme

    Returns
    -------
    DataFrame with columns indicator_id, status, rating ("" for none), scored (whether there is a score, from 0 to the
    indicator's points), own (whether the unit is the indicator's assessor; missing where that does not matter), group,
    assessor_id.
    """
    key = ["indicator_id", "status", "rating", "scored"]
    values = indicators["indicator_id"], STATUSES, [*scheme.ratings.value, ""], [False, True], [False, True]
    kinds = pd.MultiIndex.from_product(values, names=[*key, "own"]).to_frame(index=False)
    kinds = kinds.merge(indicators, on="indicator_id")
    broken = pd.Series(False, kinds.index)
    for share in (0, 1):
        marks = kinds.assign(score=(kinds["points"] * share).where(kinds["scored"]))
        broken |= np.logical_or.reduce([each for each, *_ in _break_rules(marks, scheme)])
    sound = kinds[~broken]
    either = sound.duplicated(key, keep=False)
    sound = sound.assign(own=sound["own"].astype("boolean").mask(either)).drop_duplicates(key, ignore_index=True)
    return sound[[*key, "own", "group", "assessor_id"]]


def _refuse_nothing_carried(table: Table, parts: pd.Series, scheme: Scheme, incomplete: set[str]) -> None:
    """A unit that carries nothing of a component has no score there; one with missing marks is told those first."""
    marks = table.frame
    part_component = {part: component.id for component in scheme.components for part in component.parts}
    component = marks["indicator_id"].map(parts).map(part_component)
    carried = (~marks["status"].isin(STATUSES[1:])).groupby([marks["unit_id"], component]).any()
    rule = "“{}”没有承担任何指标，无法换算"
    table.problems += [
        Problem(table.file, rule.format(empty), "至少一项应为 marked", column="unit_id", value=str(unit))
        for unit, empty in carried[~carried].index
        if unit not in incomplete
    ]


def _refuse_missing_marks(table: Table, indicators: pd.DataFrame, units: pd.DataFrame) -> set[str]:
    """A missing mark is an error; not carrying an indicator has to be stated. Return the units with any missing."""
    due = units.merge(indicators[["indicator_id", "group"]], on="group")[["unit_id", "indicator_id"]]
    found = due.merge(table.frame[["unit_id", "indicator_id"]].drop_duplicates(), how="left", indicator=True)
    missing = found[found["_merge"].eq("left_only")].groupby("unit_id")["indicator_id"].agg(list)
    fix, all_of_them = "补上评分；不承担的写 not_carried", due.groupby("unit_id").size()
    for unit, lacking in missing.items():
        whole = len(lacking) == all_of_them[unit]  # a row that is blank, or not there: no need to name each
        rule = f"缺少{'全部' if whole else ''} {len(lacking)} 项指标的评分"
        columns = () if whole else tuple(lacking)
        table.problems.append(Problem(table.file, rule, fix, column="unit_id", value=str(unit), columns=columns))
    return set(missing.index)
