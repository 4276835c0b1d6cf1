"""A circular in sentences of our own: how was assessed, what came of it, and how that compares.

Every sentence is one that `read_circular` reads: a circular written from them can be audited, number by number.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.data.blocks import Component
from analysis.data.silence import is_known
from analysis.exhibits.drafting import Drafted, Passage, Sentence, join, join_last, number_headings
from analysis.methods.profiles import average_rates
from analysis.periods import name_assessed
from analysis.words import POINTS

_LONG = 3
"""Years of a run that is told apart from those of two years."""
_WEAKEST = 3
"""Indicators that are named as weak."""


class DraftMethod(Drafted, name="draft_method", label="考核情况"):
    """How was assessed: components, parts and indicators; what was added and taken away."""

    templates = {
        "assessors": "{names}等{assessor_count}个部门作为考核主体，按照职责分工参与考核。",
        "ways": "考核方式包括{ways}。",
        "adjusted": "加减分评定",
        "component": "{name}分值为{component_points}分{parts}{rescaled}。",
        "parts": "，包括{parts}",
        "rescaled": "，考核对象实际承担的内容不足该分值的，按比例换算",
        "indicators": "对{group}考核的三级指标为{indicator_count}项{parts}。",
        "indicators_of": "，其中{parts}",
        "part": "{part}指标{indicator_count}项",
        "bonus_items": "符合加分条件的，在总分中增加{bonus_item_min}至{bonus_item_max}分，",
        "bonus_item": "符合加分条件的，在总分中增加{bonus_item_max}分，",
        "deduction_item": "存在应予扣分情形的，在总分中减少{deduction_item}分，",
        "bonus_cap": "累计加分最多不超过{bonus_cap}分",
        "deduction_cap": "累计扣分最多不超过{deduction_cap}分",
        "bonus": "{bonus_units}个{group}获得加分，最高加分为{bonus_max}分，最少加分为{bonus_min}分",
        "deduction": "{deduction_units}个{group}存在扣分情形，最高扣分为{deduction_max}分",
        "veto": "{veto_units}个{group}因情节严重被取消评定{best}等次资格",
        "counted": "经汇总，{counts}。",
    }

    @property
    def passages(self) -> list[Passage]:
        """In general, of every component, and of what is added and taken away."""
        adjusted = tuple(self._adjustments())
        general = Passage("", 1, tuple(self._general(bool(adjusted))))
        components = [
            Passage(component.name, 2, tuple(self._component(component))) for component in self.scheme.components
        ]
        return [general, *components, *([Passage(self.word("adjusted"), 2, adjusted)] if adjusted else [])]

    def _general(self, is_adjusted: bool) -> Iterator[Sentence]:
        if self.value("assessor_count") > 1:
            yield self.write("assessors", names="、".join(self.scheme.assessor_names.values()))
        ways = [*self.scheme.component_names.values(), *([self.word("adjusted")] if is_adjusted else [])]
        if len(ways) > 1:
            yield self.write("ways", ways=join_last(ways))

    def _component(self, component: Component) -> Iterator[Sentence]:
        """What a component is worth and holds; of every group how many indicators."""
        names = [part.name for part in component.parts.values()]
        parts = self.write("parts", parts=join_last(names)) if names else ()
        rescaled = self.word("rescaled") if component.rescale else ""
        yield self.write("component", of=component.id, name=component.name, parts=parts, rescaled=rescaled)
        if sum(bool(each.parts) for each in self.scheme.components) > 1:
            return  # the numbers of indicators that circulars print are of all components
        for group, name in self.groups.items():
            shown = [part for part in component.parts if self.value("indicator_count", group, part) > 0]
            told = [self.write("part", group, part, part=component.parts[part].name) for part in shown]
            if told:
                among = self.write("indicators_of", parts=join(told)) if len(told) > 1 else ()
                yield self.write("indicators", group, group=name, parts=among)

    def _adjustments(self) -> Iterator[Sentence]:
        """By which rules points are added and taken away; how many units that were; how many are barred."""
        rules = [rule for rule in (self._bonus_rule(), self._deduction_rule()) if rule]
        if rules:
            yield (*join(rules, "；"), "。")
        counts = [
            self.write(kind, group, group=name, best=self.best)
            for group, name in self.groups.items()
            for kind in ("bonus", "deduction", "veto")
            if self.value(f"{kind}_units", group) > 0
        ]
        if counts:
            yield self.write("counted", counts=join(counts, "；"))

    def _bonus_rule(self) -> Sentence:
        if pd.isna(self.value("bonus_cap")):
            return ()
        low, high = self.value("bonus_item_min"), self.value("bonus_item_max")
        item = () if pd.isna([low, high]).any() else self.write("bonus_item" if low == high else "bonus_items")
        return *item, *self.write("bonus_cap")

    def _deduction_rule(self) -> Sentence:
        """What is taken away for one thing is told where that is always the same."""
        rule = self.scheme.deduction
        if not is_known(rule) or pd.isna(self.value("deduction_cap")):
            return ()
        item = self.write("deduction_item") if rule.item_min is not None and rule.item_min == rule.item_max else ()
        return *item, *self.write("deduction_cap")


class DraftResults(Drafted, name="draft_results", label="考核结果"):
    """How many units there are and of which grade; who they are."""

    templates = {
        "units": "参加考核的有{groups}。",
        "group_units": "{group}{unit_count}个",
        "grades": "{assessed}考核共评定{grades}。",
        "grade": "{grade}等次{grade_units}个{groups}",
        "of_groups": "，其中{groups}",
        "group_grade": "{group}{grade_units}个，占比{grade_share}",
        "list": "{number}.{grade}等次（{list_units}个）：{names}。",
    }

    @property
    def passages(self) -> list[Passage]:
        """The counts, and the lists group by group."""
        return [Passage("", 1, tuple(self._grades())), *self._lists()]

    def _grades(self) -> Iterator[Sentence]:
        """How many units there are, and how many of each grade."""
        counted = [self.write("group_units", group, group=name) for group, name in self.groups.items()]
        yield self.write("units", groups=join(counted))
        grades = []
        for grade, label in self.scheme.grade_names.items():
            counted = [
                self.write("group_grade", group, grade, group=name)
                for group, name in self.groups.items()
                if self.value("grade_units", group, grade) > 0
            ]
            if counted:
                among = self.write("of_groups", groups=join(counted))
                grades.append(self.write("grade", of=grade, grade=label, groups=among))
        yield self.write("grades", assessed=name_assessed(self.year.year), grades=join(grades, "；"))

    def _lists(self) -> Iterator[Passage]:
        """The units of every grade, in order of rank."""
        names = self.year.scores.groupby(["group", "grade"])["name"].agg("、".join)
        for group, name in self.groups.items():
            grades = {grade: label for grade, label in self.scheme.grade_names.items() if (group, grade) in names}
            paragraphs = [
                self.write("list", group, grade, number=str(number), grade=label, names=names[group, grade])
                for number, (grade, label) in enumerate(grades.items(), 1)
            ]
            yield Passage(name, 2, tuple(paragraphs))


class DraftAnalysis(Drafted, name="draft_analysis", label="考核分析"):
    """Who was in the best grade before too, how the averages changed, and where most was lost."""

    templates = {
        "runs_heading": "连续{best}和新进入{best}等次的单位",
        "runs": "与上年相比，{runs}。",
        "again": "{names}{consecutive_units}个单位连续2年获评{best}",
        "newly": "{names}{newly_units}个单位新进入{best}",
        "longer": "其中，{names}已连续3年以上获评{best}。",
        "averages_heading": "平均得分及增减",
        "averages": "{averages}。",
        "of_best": "在评定为{best}等次的单位中，{averages}。",
        "average": "{group}平均得分为{average}分{change}",
        "more": "，较去年增加了{average_delta}分，同比增长了{average_growth}",
        "more_points": "，较去年增加了{average_delta}分",
        "same": "，与去年持平",
        "less_points": "，较去年减少了{average_delta}分",
        "less": "，较去年减少了{average_delta}分，同比下降了{average_growth}",
        "weak_heading": "薄弱环节",
        "weak": "{group}得分率较低的指标是{indicators}。",
    }

    @property
    def passages(self) -> list[Passage]:
        """Those that there is something to say under."""
        chapters = {"runs": self._runs(), "averages": self._averages(), "weak": self._weak()}
        written = {heading: tuple(sentences) for heading, sentences in chapters.items()}
        return [
            Passage(self.word(f"{heading}_heading").format(best=self.best), 2, paragraphs)
            for heading, paragraphs in written.items()
            if paragraphs
        ]

    def _runs(self) -> Iterator[Sentence]:
        """Who was in the best grade the year before too, and who is new in it, in order of rank as in the lists."""
        best, ranked = self.scheme.grades[0].id, self.year.scores[["unit_id"]]
        streaks = ranked.merge(self.year.streaks, on="unit_id", validate="one_to_one")
        if pd.isna(self.value("consecutive_units", of=best)):
            return
        runs = [
            self.write(kind, of=best, names=_name_all(streaks.loc[rows, "name"]), best=self.best)
            for kind, rows in (("again", streaks["streak"] > 1), ("newly", streaks["newly"]))
            if rows.any()
        ]
        if runs:
            yield self.write("runs", runs=join(runs, "；"))
        longer = streaks.loc[streaks["streak"] >= _LONG, "name"]
        if len(longer) and self.year.year - (_LONG - 1) in self.year.graded_years:  # else lists do not bear it out
            yield self.write("longer", names="、".join(longer), best=self.best)

    def _averages(self) -> Iterator[Sentence]:
        """Every group's average, and that of its best, with change and growth."""
        for of, kind in (("all", "averages"), (self.scheme.grades[0].id, "of_best")):
            told = [
                self.write("average", group, of, group=name, change=self._change(group, of))
                for group, name in self.groups.items()
                if pd.notna(self.value("average", group, of))
            ]
            if told:
                yield self.write(kind, averages=join(told, "；"), best=self.best)

    def _change(self, group: str, of: str) -> Sentence:
        delta = self.value("average_delta", group, of)
        if pd.isna(delta):
            return ()
        kind = "same" if POINTS(delta) == POINTS(0) else "more" if delta > 0 else "less"
        if kind != "same" and pd.isna(self.value("average_growth", group, of)):  # on a base not above 0
            kind += "_points"
        return self.write(kind, group, of)

    def _weak(self) -> Iterator[Sentence]:
        """The indicators of which a group earned the smallest shares of their points, where its marks are genuine."""
        if not self.year.facts.has_genuine_marks or self.origins[self.year.year] == "printed":
            return
        for group, name in self.groups.items():
            marks = self.year.marks(group)
            rates = average_rates(marks)
            weakest = rates[rates < 1].nsmallest(_WEAKEST)
            names = marks.indicators.set_index("indicator_id")["name"]
            if len(weakest):
                yield self.write("weak", group=name, indicators="".join(f"“{names[each]}”" for each in weakest.index))


class Draft(Drafted, name="draft", label="通报稿"):
    """All that can be written of a circular: method, results and analysis, in chapters."""

    @property
    def passages(self) -> list[Passage]:
        """Those of every part under its heading, numbered."""
        parts = [kind(self.year, self.base) for kind in (DraftMethod, DraftResults, DraftAnalysis)]
        return number_headings(
            passage
            for part in parts
            for own in [part.passages]
            if own
            for passage in [Passage(part.label, 1, ()), *own]
        )


def _name_all(names: Sequence[str]) -> str:
    return "、".join(names) + ("等" if len(names) > 1 else "")
