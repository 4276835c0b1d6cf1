"""What matters most about a year?"""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain, islice

import numpy as np
import pandas as pd

from analysis.exhibits.change import AverageChange, find_leading
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.findings import Findings
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.margins import name_beaten
from analysis.exhibits.streaks import Streaks
from analysis.texts import name_first
from analysis.words import CHANGE, POINTS

_NEAR = 1.0
"""Points from the line within which a unit is said to be at it."""
_MOST = 3
"""Things that are told, and groups that are told of in one of them."""
_FEWEST = 2
"""Years in which there is a change, or a run."""

Told = Iterator[tuple[str, str]]
"""The exhibit that proves what is said, and what is said: one, or none."""


class Leads(Exhibit, name="leads", label="先看", needs=("results",), listed=True):
    """The three things to be told first, of those that there are.

    In this order: what is wrong in the circular, why averages changed, who is near the line of the best grade, who
    crossed it, who has been in that grade longest, that nothing is wrong in the circular.
    """

    templates = {
        "wrong": "{found}{why}。",
        "cause": "{group}平均分{delta:moved}，主要因素为{label}，作用{told}分",
        "causes": "{group}平均分{delta:moved}，没有哪一个因素起主要作用",
        "at_line": "{best}线上下{near:plain}分以内{some}{by}：{groups:clauses}。",
        "nearest_line": "{best}线上下{near:plain}分以内{some}；各组距线最近的：{groups:clauses}。",
        "some": "有{units}个单位",
        "none": "没有单位",
        "by": "（达线的以高出{than}计）",
        "counted": "{group}达线{inside}个、未达线{outside}个",
        "nearest": "{group}{sides:list}",
        "inside": "达线的{names}",
        "outside": "未达线的{names}",
        "inside_by": "高出{than}{distance}",
        "outside_by": "差{distance}",
        "level": "与线同分",
        "points": "{distance:points}分",
        "close": "不足0.01分",
        "newly": "新获{best}{units}个：{names}",
        "lost": "退出{best}等次{units}个：{names}",
        "counted_by": "得分、名次和等次按当年评分和考核办法计算；没有评分的年度，以通报所列为准。",
        "chosen": "“{label}”按以下次序取前{most}项：通报核对发现的不符，平均分变化的主要因素，{best}线附近的单位，"
        "新获{best}和退出{best}等次的单位，连续{best}时间最长的单位，通报核对未发现不符。",
        "withheld": "“重构”指评分系按通报所列各数反推，不是任何单位的真实得分；"
        "因此图中不标注首末位单位，不列距{best}线最近的单位。",
        "longest": "连续{best}时间最长的{units}个单位已{least}连续{length}{span}：{names}。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns exhibit (which proves it) and said."""
        return self.list_first(_MOST)

    def list_first(self, most: int) -> pd.DataFrame:
        """Tabulate the first few of all that there is to tell: columns exhibit and said."""
        told = chain(
            self._tell_wrong(), self._tell_causes(), self._tell_line(), self._tell_crossed(), self._tell_longest(),
            self._tell_sound(),
        )  # fmt: skip
        return pd.DataFrame(islice(told, most), columns=["exhibit", "said"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One each."""
        return tuple(self.frame["said"])

    @property
    def method(self) -> tuple[str, ...]:
        """How results come about, how what is told is chosen, and why units are not named."""
        told = (self.say("counted_by"), self.say("chosen", label=self.label, most=_MOST))
        return (*told, self.say("withheld")) if self.withheld else told

    def _tell_wrong(self) -> Told:
        """Tell what is wrong in the circular, and why that is."""
        if (shown := Findings(self.year)).wrong:
            why = str(shown.cases.cases[0]["why"]) if shown.wrong == 1 else ""
            yield shown.name, self.say("wrong", found=shown.finding, why=f"；{why}" if why else "")

    def _tell_sound(self) -> Told:
        """Tell that nothing is wrong in the circular, where something could have been."""
        if len((shown := Findings(self.year)).evidence) and not shown.wrong:
            yield shown.name, self.say("wrong", found=shown.finding, why="")

    def _tell_causes(self) -> Told:
        """Tell by how much averages changed since the last year with marks, and what did most to it."""
        years = self.year.scored_years
        if self.year.facts.inputs is None or len(years) < _FEWEST:
            return
        base = self.year.assessment.year(years[-2])
        changes = [AverageChange(self.year, base, group) for group in self.groups if group in base.scheme.groups]
        changes = [each for each in changes if not each.absent and float(POINTS(abs(_moved(each))))]
        largest = sorted(changes, key=lambda each: -abs(_moved(each)))[:_MOST]
        if changes:
            yield "average_change", "；".join(self._tell_cause(each) for each in changes if each in largest) + "。"

    def _tell_cause(self, change: AverageChange) -> str:
        delta = _moved(change)
        if (leading := find_leading(change.frame, delta)) is None:
            return self.say("causes", group=change.group_name, delta=delta)
        most = change.frame.loc[leading]
        told = dict.fromkeys(CHANGE(most[each]) for each in ("contribution", "alternative"))
        return self.say("cause", group=change.group_name, delta=delta, label=most["label"], told="～".join(told))

    def _tell_line(self) -> Told:
        """Tell how many units are near the line of the best grade, and who is nearest where names are told."""
        near, groups, than = 0, list[str](), name_beaten(self.scheme).removeprefix(f"{self.best}线")
        is_counted = bool(self.withheld) or len(self.groups) > _MOST
        for group, name in self.groups.items() if self.year.facts.inputs else ():
            units = self.year.margins(group)
            units = units[units["unmet"].str.len().eq(0) & np.isfinite(units["margin"])]
            units = units.assign(distance=units["margin"].abs()).sort_values(["distance", "rank"])
            sides = {"inside": units[units["best"]], "outside": units[~units["best"]]}
            counts = {side: int(own["distance"].lt(_NEAR).sum()) for side, own in sides.items()}
            near += sum(counts.values())
            if is_counted:
                groups.append(self.say("counted", group=name, **counts))
            elif len(units):
                named = [self._name_nearest(side, own) for side, own in sides.items() if len(own)]
                groups.append(self.say("nearest", group=name, sides=named))
        if groups:
            some = self.say("some" if near else "none", units=near)
            by = self.say("by", than=than) if than and is_counted else ""
            kind = "at_line" if is_counted else "nearest_line"
            yield "margins", self.say(kind, near=_NEAR, some=some, by=by, groups=groups)

    def _name_nearest(self, side: str, units: pd.DataFrame) -> str:
        """Name the first of the units on one side of the line, and those that are shown as far from it as it is."""
        distance = units["distance"].iloc[0]
        names = name_first(list(units.loc[units["distance"].map(POINTS).eq(POINTS(distance)), "name"]))
        told = self.say("points" if float(POINTS(distance)) else "close", distance=distance)
        than = name_beaten(self.scheme).removeprefix(f"{self.best}线")
        return self.say(side, names=names) + self.say(f"{side}_by" if distance else "level", distance=told, than=than)

    def _tell_crossed(self) -> Told:
        """Tell who is newly in the best grade and who no longer."""
        if units := self._streaks:
            crossed = {kind: list(units.frame.loc[units.frame[kind], "name"]) for kind in ("newly", "lost")}
            told = [self.say(kind, units=len(own), names=name_first(own)) for kind, own in crossed.items() if len(own)]
            if told:
                yield "streaks", "；".join(told) + "。"

    def _tell_longest(self) -> Told:
        """Tell who has been in the best grade for the most years."""
        units = self._streaks.frame if self._streaks else pd.DataFrame({"streak": [0]})
        longest = units[units["streak"].eq(units["streak"].max())]
        if (length := longest["streak"].iloc[0]) >= _FEWEST:
            least = "至少" if longest["at_least"].any() else ""
            told = {"units": len(longest), "least": least, "length": length, "names": name_first(list(longest["name"]))}
            yield "streaks", self.say("longest", span=self.retell("1年").removeprefix("1"), **told)

    @cached_property
    def _streaks(self) -> Streaks | None:
        """The runs of years in the best grade; None where it is not known who was in it, or who had been before."""
        if find_lacking(Streaks.needs, self.year):
            return None
        streaks = Streaks(self.year)
        return None if streaks.is_unknown else streaks


def _moved(change: AverageChange) -> float:
    """Return by how much an average changed."""
    start, end = change.crossed.averages
    return float(end - start)
