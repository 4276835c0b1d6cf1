"""What does the scheme say, where does each clause come from, and on what basis?"""

from collections.abc import Iterator

import pandas as pd

from analysis.data.schemes import Adjustment, Clause, GradeRule, Scheme
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, make_table
from analysis.words import ADJUSTMENTS, PERCENT, TIES


class SchemeTable(Exhibit, name="scheme", label="考核办法"):
    """The clauses of a year's scheme."""

    @property
    def frame(self) -> pd.DataFrame:
        """Columns clause, says, basis, source, note: what the scheme says clause by clause, in its order."""
        rows = [(name, says, clause.basis, clause.source, clause.note) for name, says, clause in _clauses(self.scheme)]
        return pd.DataFrame(rows, columns=["clause", "says", "basis", "source", "note"])

    @property
    def table(self) -> Table:
        """A row a clause."""
        return make_table(self.named(self.frame), [
            Column("clause", "条款"), Column("says", "内容"), "basis", Column("source", "出处"), "note",
        ], f"{self.scheme.title}：考核办法")  # fmt: skip


def list_changes(scheme: Scheme, changed: Scheme) -> list[str]:
    """Say which clauses a changed scheme has otherwise.

    Parameters
    ----------
    scheme, changed : Scheme

    Returns
    -------
    list of str, one per clause: its name, what it says, what it is to say
    """
    pairs = zip(_clauses(scheme), _clauses(changed), strict=True)
    return [f"{name}由“{says}”改为“{instead}”" for (name, says, _), (_, instead, _) in pairs if says != instead]


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
    assessors = scheme.assessors.value.values()
    yield "考核主体", f"{len(assessors)} 个：{'、'.join(assessors)}", scheme.assessors
    yield ADJUSTMENTS["bonus"], _describe_limits(scheme.bonus), scheme.bonus
    yield ADJUSTMENTS["deduction"], _describe_limits(scheme.deduction), scheme.deduction
    if scheme.veto:
        barred = "、".join(scheme.grade_names[grade] for grade in scheme.veto.bars)
        yield "一票否决", f"情节严重的不得评为{barred}", scheme.veto
    yield "同分名次", TIES[scheme.ranking.ties], scheme.ranking
    for grade in scheme.grades:
        yield f"{grade.name}等次", _describe_rule(grade.rule, scheme), grade


def _describe_limits(limits: Adjustment) -> str:
    low, high = limits.item_min, limits.item_max
    ends = {"单项至少": low, "单项最多": high, "累计最高": limits.cap}
    says = [f"{name} {end:g} 分" for name, end in ends.items() if end is not None]
    if low is not None and high is not None:
        says[:2] = [f"单项 {low:g} 分" if low == high else f"单项 {low:g} 至 {high:g} 分"]
    return "，".join(says) or "不限"


def _describe_rule(rule: GradeRule, scheme: Scheme) -> str:
    if rule.kind == "rest":
        return "其余单位"
    write = PERCENT if rule.kind == "share" else "{:g}".format
    around = {"share": "前 {}", "count": "前 {} 名", "threshold": "{} 分以上"}[rule.kind]
    return "，".join(name + around.format(write(rule.value_for(group))) for group, name in scheme.group_names.items())
