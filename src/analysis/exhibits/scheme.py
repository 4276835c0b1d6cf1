"""What does the scheme say, where does each clause come from, and on what basis?"""

from collections.abc import Iterator

import pandas as pd

from analysis.data.blocks import Block, Clause, list_parts
from analysis.data.schemes import Adjustment, GradeRule, Scheme
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, make_table
from analysis.words import ADJUSTMENTS, PERCENT, TIES


class SchemeTable(Exhibit, name="scheme", label="考核办法"):
    """The clauses of a year's scheme."""

    templates = {
        "succession": "与 {base_year} 年的等次相比：{grades:clauses}{lost}。",
        "grade": "{name}即当年的{formerly:list}",
        "new": "{name}没有对应",
        "lost": "；当年的{grades:list}没有等次承接，不与今年的等次比",
    }

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
        ], f"{self.scheme.title}：考核办法", self._succession)  # fmt: skip

    @property
    def _succession(self) -> str:
        """Say which grades of the scheme before became which; "" where all are what they were."""
        earlier = [facts.scheme for year, facts in self.year.dataset.years.items() if year < self.year.year]
        if not earlier:
            return ""
        before, links = earlier[-1], self.scheme.succeed(earlier[-1])
        if self.scheme.grade_names == before.grade_names and links == {grade: grade for grade in before.grade_names}:
            return ""
        grades = []
        for grade, name in self.scheme.grade_names.items():
            formerly = [called for each, called in before.grade_names.items() if links.get(each) == grade]
            grades.append(self.say("grade" if formerly else "new", name=name, formerly=formerly))
        lost = [called for each, called in before.grade_names.items() if each not in links]
        end = self.say("lost", grades=lost) if lost else ""
        return self.say("succession", base_year=before.year, grades=grades, lost=end)


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
        yield component.name, _describe_block(component), component
        for _, part, way in list_parts(component.parts):
            if part.points or part.parts:
                yield "·".join([component.name, *_names_on(component, way)]), _describe_block(part), component
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
    yield "同分名次", TIES[scheme.ranking.ties], scheme.ranking
    for grade in scheme.grades:
        yield f"{grade.name}等次", _describe_rule(grade.rule, scheme), grade


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


def _describe_rule(rule: GradeRule, scheme: Scheme) -> str:
    if rule.kind == "rest":
        return "其余单位"
    write = PERCENT if rule.kind == "share" else "{:g}".format
    around = {"share": "前 {}", "count": "前 {} 名", "threshold": "{} 分以上"}[rule.kind]
    return "，".join(name + around.format(write(rule.value_for(group))) for group, name in scheme.group_names.items())
