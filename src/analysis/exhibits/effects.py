"""How many ranks and best grades would change if weights, rescaling or the rule were otherwise?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.rescaling import Alternatives
from analysis.exhibits.rules import Rules
from analysis.exhibits.table import Column, Table, arrange
from analysis.exhibits.weights import LeftOut, Weights
from analysis.periods import name_year
from analysis.words import ALTERNATIVES, BEST_RULES, TIES, WHOLE

_KINDS = {"weights": "权重", "left_out": "去掉内容", "rescaling": "换算", "rule": "划线规则"}
"""What is done otherwise, as readers call it, in the order of the table."""


@dataclass(eq=False)
class Effects(Exhibit, name="effects", label="改变做法的影响", needs=("marks",)):
    """How many units of every group would change rank, or enter or leave the best grade, way by way.

    Parameters
    ----------
    draws, seed, spread_percent, concentration
        See `Weights`.
    """

    templates = {
        "most": "{group}：{ways}种做法中，{none}种不改变{best}名单；"
        "影响最大的是“{way}”，{best}名单有{units}个单位进出。",
        "none": "{group}：{ways}种做法均不改变{best}名单。",
        "one": "去掉“{name}”",
        "single": "去掉影响最大的一项指标",
        "note": "名次变动为名次与现名次不同的单位；{best}变动为进入、退出{best}等次的单位合计。权重变动按模拟："
        "名次变动为名次范围不止一个名次的单位，{best}变动为处在{best}线边缘的单位。",
    }

    draws: int = 5_000
    seed: int = 20210301
    spread_percent: int = 25
    concentration: float = 1

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns kind, way, group, moved (units whose rank changes; NaN where ranks stay), changed (best grade)."""
        rows = [
            (kind, way, group, moved, changed)
            for group in self.groups
            for kind, ways in (
                ("weights", self._reweigh(group)),
                ("left_out", self._leave_out(group)),
                ("rescaling", self._rescale(group)),
                ("rule", self._rule(group)),
            )
            for way, moved, changed in ways
        ]
        return pd.DataFrame(rows, columns=["kind", "way", "group", "moved", "changed"])

    def _reweigh(self, group: str) -> Iterator[tuple[str, float, float]]:
        options = self.draws, self.seed, self.spread_percent, self.concentration
        ways = Weights(self.year, None, group, "", *options).ways
        yield from ways[["way", "several", "unsure"]].itertuples(index=False, name=None)

    def _leave_out(self, group: str) -> Iterator[tuple[str, float, float]]:
        left = LeftOut(self.year, None, group).frame
        left = left.assign(changed=left["gained"].str.len() + left["lost"].str.len())
        single = left["kind"].eq("indicator")
        for row in left[~single].itertuples():
            yield self.say("one", name=row.name), row.moved, row.changed
        if single.any():
            most = left[single].sort_values(["changed", "moved"], ascending=False, kind="stable").iloc[0]
            yield self.say("single"), most["moved"], most["changed"]

    def _rescale(self, group: str) -> Iterator[tuple[str, float, float]]:
        units = Alternatives(self.year, None, group).frame
        for alternative, label in ALTERNATIVES.items() if units["rescaled"].any() else ():
            best = units[["grade", f"grade_{alternative}"]].eq(self.scheme.grades[0].id)
            yield label, units[f"rank_{alternative}"].ne(units["rank"]).sum(), best.nunique(axis=1).gt(1).sum()

    def _rule(self, group: str) -> Iterator[tuple[str, float, float]]:
        """Take the other rules with the scheme's ties, and the scheme's rule with the other."""
        rules = Rules(self.year).frame
        own = rules["ties"].eq(self.scheme.ranking.ties)
        for row in rules[rules["group"].eq(group) & (own != rules["rule"].eq("scheme"))].itertuples():
            way = TIES[row.ties] if row.rule == "scheme" else BEST_RULES[row.rule]
            yield way, float("nan"), len(row.gained) + len(row.lost)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group: in how many ways the best grade stays as it is, and in which it changes most."""
        said = []
        for group, name in self.groups.items():
            rows = self.frame[self.frame["group"].eq(group)]
            most = rows.loc[rows["changed"].idxmax()]
            told = {"ways": len(rows), "none": rows["changed"].eq(0).sum(), "way": most["way"]}
            said.append(self.say("most" if most["changed"] else "none", group=name, units=most["changed"], **told))
        return tuple(said)

    @property
    def table(self) -> Table:
        """A row a way, two columns a group."""
        wide = self.frame.pivot(index=["kind", "way"], columns="group", values=["moved", "changed"])
        ways = self.frame[["kind", "way"]].drop_duplicates()
        rows = ways.join(wide.set_axis([f"{what}_{group}" for what, group in wide], axis=1), on=["kind", "way"])
        measures = {"moved": "名次变动", "changed": f"{self.best}变动"}
        columns = [
            Column("kind", "类别"), Column("way", "做法"),
            *(Column(f"{what}_{group}", f"{name}：{measure}", WHOLE)
              for group, name in self.groups.items() for what, measure in measures.items()),
        ]  # fmt: skip
        rows = arrange(rows, kind=_KINDS)
        rows = rows.assign(kind=rows["kind"].map(_KINDS).mask(rows["kind"].duplicated(), ""))
        caption = f"{name_year(self.year.year)}各种做法下名次和{self.best}等次有变动的单位（个）"
        return self.tabulate(rows, columns, caption, self.say("note"), head="做法")
