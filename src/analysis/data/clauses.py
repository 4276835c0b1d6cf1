"""What a scheme says, clause by clause, as its readers are told."""

from collections.abc import Callable, Iterator
from math import isnan
from typing import TypeVar

import pandas as pd

from analysis.data.blocks import Block, Clause, walk
from analysis.data.grade_rules import GradeRule, Requirements
from analysis.data.schemes import Adjustment, Ranking, Ratings, Scheme
from analysis.data.silence import UNKNOWN, is_known
from analysis.words import CLAUSES, NOT_PRINTED, PERCENT, TIES

Known = TypeVar("Known", bound=Clause)


def tell_clauses(scheme: Scheme) -> pd.DataFrame:
    """Say what a scheme says, clause by clause.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    DataFrame with columns clause, says, basis, source, note (all str), one row a clause, in the scheme's order
    """
    rows = [
        (name, says, clause.basis, clause.source, clause.note) if clause else (name, says, UNKNOWN, "", "")
        for name, says, clause in _clauses(scheme)
    ]
    return pd.DataFrame(rows, columns=["clause", "says", "basis", "source", "note"])


def round_first(ranking: Ranking) -> str:
    """Say how totals are rounded before units are ranked on them."""
    return f"四舍五入到{ranking.decimals}位小数" if ranking.decimals else "四舍五入到整数"


def write_place(value: float) -> str:
    """Write how far down a group a place is: a share of its units, or a number of them."""
    return f"{value * 100:.10g}%" if value < 1 else f"{value:g}名"


def _clauses(scheme: Scheme) -> Iterator[tuple[str, str, Clause | None]]:
    """List the clauses with their names and what they say; None in the place of one that is not known."""

    def tell(
        name: str, clause: Known | None, describe: Callable[[Known], str]
    ) -> Iterator[tuple[str, str, Clause | None]]:
        if clause is not None:
            yield (CLAUSES[name], describe(clause), clause) if is_known(clause) else (CLAUSES[name], NOT_PRINTED, None)

    for group in scheme.groups.values():
        yield CLAUSES["groups"], group.name, group
    yield from tell("ratings", scheme.ratings, _describe_ratings)
    if not scheme.components:
        yield CLAUSES["components"], NOT_PRINTED, None
    for component in scheme.components:
        for _, block, way in walk(component.id, component):
            if block.points or block.parts:
                yield "·".join([component.name, *_names_on(component, way)]), _describe_block(block), component
    passing = "；没有承担的大项，分值由其他大项按比例分担"
    yield from tell(
        "base", scheme.base, lambda base: f"各大项折算为{scheme.base_points:.10g}分{passing * base.rescale}"
    )
    yield from tell("own_indicators", scheme.own_indicators, lambda own: "扣除" if own.excluded else "不扣除")
    yield from tell("assessors", scheme.assessors, lambda who: f"{len(who.value)}个：{'、'.join(who.value.values())}")
    yield from tell("bonus", scheme.bonus, _describe_limits)
    yield from tell("deduction", scheme.deduction, _describe_limits)
    names = scheme.grade_names
    yield from tell(
        "veto", scheme.veto, lambda veto: f"情节严重的不得评为{'、'.join(names[each] for each in veto.bars)}"
    )
    yield from tell("ranking", scheme.ranking, _describe_ranking)
    for grade in scheme.grades:
        required = [f"；另须{'，'.join(_describe_requirements(grade.requires, scheme))}"] if grade.requires else []
        yield f"{grade.name}等次", "".join([_describe_rule(grade.rule, scheme), *required]), grade


def _describe_ratings(ratings: Ratings) -> str:
    return "，".join(f"{name} {rate * 100:g}%" for name, rate in ratings.value.items())


def _names_on(block: Block, way: tuple[str, ...]) -> list[str]:
    """Name the parts on a way into a block."""
    names = []
    for identifier in way[1::2]:
        block = block.parts[identifier]
        names.append(block.name)
    return names


def _describe_block(block: Block) -> str:
    """Say what a component or a part is worth, what is in it, and how it is scaled."""
    percent = {part.name: "（按0至100评分）" * (part.marking == "percent") for part in block.parts.values()}
    held = "＋".join(name + told for name, told in percent.items()) or "按成绩折算" * block.is_outside
    worth = f"{block.points:.6g}分" if block.points else ""
    worth = "分值" + NOT_PRINTED if block.points and isnan(block.points) else worth
    return "；".join(filter(None, [
        ("，" if block.is_outside else "：").join(filter(None, [worth, held])),
        "其中分值只作权重" * block.weights,
        "不承担的扣除后加权换算" * block.rescale,
    ]))  # fmt: skip


def _describe_limits(limits: Adjustment) -> str:
    low, high = limits.item_min, limits.item_max
    ends = {"单项至少": low, "单项最多": high, "累计最高": limits.cap}
    says = [f"{name}{end:g}分" for name, end in ends.items() if end is not None]
    if low is not None and high is not None:
        says[:2] = [f"单项{low:g}分" if low == high else f"单项{low:g}至{high:g}分"]
    return "，".join(says) or "不限"


def _describe_ranking(ranking: Ranking) -> str:
    """Say what units are ranked on, where it is not the unrounded total, and the tie rule."""
    return ("" if ranking.decimals is None else f"总分{round_first(ranking)}再排名次、评等次；") + TIES[ranking.ties]


def _describe_rule(rule: GradeRule, scheme: Scheme) -> str:
    if rule.kind == "rest":
        return "其余单位"
    if rule.kind == UNKNOWN:
        return "划分规则" + NOT_PRINTED
    write = PERCENT if rule.kind == "share" else "{:g}".format
    around = {"share": "前{}", "count": "前{}名", "threshold": "{}分以上"}[rule.kind]
    lines = {name: around.format(write(rule.value_for(group))) for group, name in scheme.group_names.items()}
    if len(lines) > 1 == len(set(lines.values())):
        return f"各组{next(iter(lines.values()))}"
    return "，".join(name + line for name, line in lines.items())


def _describe_requirements(requires: Requirements, scheme: Scheme) -> Iterator[str]:
    names, groups = scheme.item_names, scheme.group_names
    for kind, item, value in requires.values:
        write = "不少于{:g}分".format if kind == "least" else lambda line: f"在本组前{write_place(line)}之内"
        each = [f"{groups[group]}{write(line)}" for group, line in value.items()] if isinstance(value, dict) else []
        yield names[item] + (f"（{'、'.join(each)}）" if isinstance(value, dict) else write(value))
    if requires.no_deduction:
        yield "没有扣分"
