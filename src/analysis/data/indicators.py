"""What a year's indicators may say, and what their points have to add up to."""

import pandas as pd

from analysis.data.blocks import Block, Component
from analysis.data.schemes import Scheme
from analysis.data.tables import Column, Table
from analysis.rounding import NOISE_DECIMALS

INDICATOR_COLUMNS = (
    Column("indicator_id"),
    Column("group"),
    Column("part"),
    Column("name"),
    Column("points", number=True, fraction=True),
    Column("assessor_id"),
    Column("same_as", required=False, optional=True),
)


def check_indicators(table: Table, scheme: Scheme) -> None:
    """Record what is wrong with a year's indicators in their table (of `INDICATOR_COLUMNS`)."""
    table.refuse_duplicates(["indicator_id"])
    table.refuse_twins("indicator_id")
    table.refuse_unknown("group", scheme.groups, "办法中没有这个组", table.one_of("group", scheme.groups))
    table.refuse_unknown("part", scheme.parts, "办法中没有这个部分", table.one_of("part", scheme.parts))
    table.refuse(table.frame["points"] <= 0, "points", "分值应大于0", "填写该指标的分值")
    rule, fix = "办法的 assessors 中没有这个考核主体", "改正编号，或在办法中补上"
    table.refuse_unknown("assessor_id", scheme.assessors.value, rule, fix)
    if table.sound("group", "part", "points").all():
        _check_sums(table, scheme)


def _check_sums(table: Table, scheme: Scheme) -> None:
    """Hold what a block of the scheme is worth against what is in it, in every group."""
    frame = table.frame
    for group in scheme.groups:
        name = table.wording.words("group", group)
        given = frame[frame["group"].eq(group)].groupby("part")["points"].sum()
        for key, block in scheme.blocks.items():
            total = _add_up(key, block, given)
            is_missing = not total and isinstance(block, Component) and not scheme.passes_up
            if block.is_outside or (block.weights and total) or not (total or is_missing):
                continue
            if round(total - (block.points or 0), NOISE_DECIMALS):
                clause = f"{'.'.join(scheme.ways[key])}.points"
                rule = f"{name} 组“{block.name}”各指标分值之和应为{block.points:.10g}（办法 {clause}）"
                fix = "核对各指标分值；只作权重、按比例折算的，在办法这一处写 weights: true"
                table.problems.append(table.place.tell(rule, fix, "points", f"{total:.10g}"))


def _add_up(key: str, block: Block, given: pd.Series) -> float:
    """Add up what is in a block, in points: its own parts with points are worth these, if there is anything in them.

    Parameters
    ----------
    key : str
    block : Block
    given : Series of points by part with indicators
    """
    if not block.parts:
        return float(given.get(key, 0.0))
    total = 0.0
    for part, inner in block.parts.items():
        inside = _add_up(part, inner, given)
        total += inner.points if inner.points and inside else inside
    return total
