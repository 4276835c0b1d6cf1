"""What a scheme says, clause by clause, as its readers are told."""

from collections.abc import Iterator

import pandas as pd

from analysis.data.blocks import Block, Clause, walk
from analysis.data.grade_rules import GradeRule, Requirements
from analysis.data.schemes import Adjustment, Ranking, Scheme
from analysis.words import ADJUSTMENTS, PERCENT, TIES


def tell_clauses(scheme: Scheme) -> pd.DataFrame:
    """Say what a scheme says, clause by clause.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    DataFrame with columns clause, says, basis, source, note (all str), one row a clause, in the scheme's order
    """
    rows = [(name, says, clause.basis, clause.source, clause.note) for name, says, clause in _clauses(scheme)]
    return pd.DataFrame(rows, columns=["clause", "says", "basis", "source", "note"])


def round_first(ranking: Ranking) -> str:
    """Say how totals are rounded before units are ranked on them."""
    return f"四舍五入到 {ranking.decimals} 位小数" if ranking.decimals else "四舍五入到整数"


def write_place(value: float) -> str:
    """Write how far down a group a place is: a share of its units, or a number of them."""
    return f" {value * 100:.10g}%" if value < 1 else f" {value:g} 名"


def _clauses(scheme: Scheme) -> Iterator[tuple[str, str, Clause]]:
    for group in scheme.groups.values():
        yield "组别", group.name, group
    rates = "，".join(f"{name} {rate * 100:g}%" for name, rate in scheme.ratings.value.items())
    yield "等次换算", rates, scheme.ratings
    for component in scheme.components:
        for _, block, way in walk(component.id, component):
            if block.points or block.parts:
                yield "·".join([component.name, *_names_on(component, way)]), _describe_block(block), component
    if scheme.base:
        passing = "；没有承担的大项，分值由其他大项按比例分担" if scheme.base.rescale else ""
        yield "基础分", f"各大项折算为 {scheme.base_points:.10g} 分{passing}", scheme.base
    yield "自评指标", "扣除" if scheme.own_indicators.excluded else "不扣除", scheme.own_indicators
    assessors = scheme.assessors.value.values()
    yield "考核主体", f"{len(assessors)} 个：{'、'.join(assessors)}", scheme.assessors
    yield ADJUSTMENTS["bonus"], _describe_limits(scheme.bonus), scheme.bonus
    yield ADJUSTMENTS["deduction"], _describe_limits(scheme.deduction), scheme.deduction
    if scheme.veto:
        barred = "、".join(scheme.grade_names[grade] for grade in scheme.veto.bars)
        yield "一票否决", f"情节严重的不得评为{barred}", scheme.veto
    yield "同分名次", _describe_ranking(scheme.ranking), scheme.ranking
    for grade in scheme.grades:
        required = [f"；另须{'，'.join(_describe_requirements(grade.requires, scheme))}"] if grade.requires else []
        yield f"{grade.name}等次", "".join([_describe_rule(grade.rule, scheme), *required]), grade


def _names_on(block: Block, way: tuple[str, ...]) -> list[str]:
    """Name the parts on a way into a block."""
    names = []
    for identifier in way[1::2]:
        block = block.parts[identifier]
        names.append(block.name)
    return names


def _describe_block(block: Block) -> str:
    """Say what a component or a part is worth, what is in it, and how it is scaled."""
    percent = {part.name: "（按 0 至 100 评分）" * (part.marking == "percent") for part in block.parts.values()}
    held = "＋".join(name + told for name, told in percent.items()) or "按成绩折算" * block.is_outside
    worth = f"{block.points:.6g} 分" if block.points else ""
    return "；".join(filter(None, [
        ("，" if block.is_outside else "：").join(filter(None, [worth, held])),
        "其中分值只作权重" * block.weights,
        "不承担的扣除后加权换算" * block.rescale,
    ]))  # fmt: skip


def _describe_limits(limits: Adjustment) -> str:
    low, high = limits.item_min, limits.item_max
    ends = {"单项至少": low, "单项最多": high, "累计最高": limits.cap}
    says = [f"{name} {end:g} 分" for name, end in ends.items() if end is not None]
    if low is not None and high is not None:
        says[:2] = [f"单项 {low:g} 分" if low == high else f"单项 {low:g} 至 {high:g} 分"]
    return "，".join(says) or "不限"


def _describe_ranking(ranking: Ranking) -> str:
    """Say what units are ranked on, where it is not the unrounded total, and the tie rule."""
    return ("" if ranking.decimals is None else f"总分{round_first(ranking)}再排名次、评等次；") + TIES[ranking.ties]


def _describe_rule(rule: GradeRule, scheme: Scheme) -> str:
    if rule.kind == "rest":
        return "其余单位"
    write = PERCENT if rule.kind == "share" else "{:g}".format
    around = {"share": "前 {}", "count": "前 {} 名", "threshold": " {} 分以上"}[rule.kind]
    lines = {name: around.format(write(rule.value_for(group))) for group, name in scheme.group_names.items()}
    if len(lines) > 1 == len(set(lines.values())):
        return f"各组{next(iter(lines.values()))}"
    return "，".join(name + line for name, line in lines.items())


def _describe_requirements(requires: Requirements, scheme: Scheme) -> Iterator[str]:
    names, groups = scheme.item_names, scheme.group_names
    for kind, item, value in requires.values:
        write = "不少于 {:g} 分".format if kind == "least" else lambda line: f"在本组前{write_place(line)}之内"
        each = [f"{groups[group]}{write(line)}" for group, line in value.items()] if isinstance(value, dict) else []
        yield names[item] + (f"（{'、'.join(each)}）" if isinstance(value, dict) else write(value))
    if requires.no_deduction:
        yield "没有扣分"
