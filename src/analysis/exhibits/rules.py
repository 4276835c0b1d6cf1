"""Who would be in the best grade under other rules?"""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, make_table
from analysis.methods.rules import compare_rules
from analysis.words import BEST_RULES, TIES, WHOLE, percent, points


class Rules(Exhibit):
    """The best grade by count, share or threshold, with either tie rule."""

    name = "rules"
    label = "换一种划线规则"
    needs = ("marks",)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_rules`."""
        return compare_rules(self.year.scores, self.scheme)

    @property
    def table(self) -> Table:
        """A row a rule and group, a column a tie rule."""
        compared, keys = self.frame, ["rule", "group"]
        told = [
            f"{units} 个" + "".join(f"，进 {name}" for name in gained) + "".join(f"，退 {name}" for name in lost)
            for units, gained, lost in zip(compared["units"], compared["gained"], compared["lost"], strict=True)
        ]
        wide = compared.assign(told=told).pivot(index=keys, columns="ties", values="told").reset_index()
        frame = compared.drop_duplicates(keys)[[*keys, "value"]].merge(wide, on=keys)
        frame = frame.assign(
            label=frame["rule"].map(BEST_RULES),
            who=frame["group"].map(self.scheme.group_names),
            line=[self._write(rule, value) for rule, value in zip(frame["rule"], frame["value"], strict=True)],
        )
        columns: list[str | Column] = [Column("label", "规则"), "who", Column("line", "取值", right=True)]
        columns += [Column(ties, f"{self.best}：{label}") for ties, label in TIES.items()]
        return make_table(frame, columns, f"{self.year.year} 年：换一种规则划{self.best}线", self.note, head="规则")

    def _write(self, rule: str, value: float) -> str:
        kind = self.scheme.grades[0].rule.kind if rule == "own" else rule
        if kind == "rest":
            return "全部"
        if kind == "count":
            return f"{WHOLE(value)} 个"
        return percent(value) if "share" in kind else f"{points(value)} 分"
