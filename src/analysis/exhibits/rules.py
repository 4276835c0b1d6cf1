"""Who would be in the best grade under other rules?"""

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table
from analysis.methods.rules import compare_rules
from analysis.periods import name_year
from analysis.words import BEST_RULES, PERCENT, POINTS, TIES, WHOLE


class Rules(Exhibit, name="rules", label="按其他规则划线的结果", needs=("marks",)):
    """The best grade by count, share or threshold, with either tie rule."""

    templates = {"held": "评为{best}的其他条件不变。"}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_rules`."""
        return compare_rules(self.year.scores, self.scheme)

    @property
    def table(self) -> Table:
        """A row a rule and group, a column a tie rule."""
        rules = self.frame
        rows = rules.assign(
            label=rules["rule"].map(BEST_RULES),
            cutoff=[self._write(rule, value) for rule, value in zip(rules["rule"], rules["value"], strict=True)],
            best=rules["units"].map("{}个".format)
            + ("，进入：" + rules["gained"].map(self.name_units)).where(rules["gained"].str.len() > 0, "")
            + ("，退出：" + rules["lost"].map(self.name_units)).where(rules["lost"].str.len() > 0, ""),
        )
        wide = rows.pivot_table("best", ["label", "group", "cutoff"], "ties", aggfunc="first", sort=False).reset_index()
        return self.tabulate(wide, [
            Column("label", "规则"), "group", Column("cutoff", "取值", right=True),
            *(Column(ties, f"{self.best}：{label}") for ties, label in TIES.items()),
        ], f"{name_year(self.year.year)}按其他规则划{self.best}线的结果", self._note)  # fmt: skip

    @property
    def _note(self) -> str:
        return (self.say("held") if self.scheme.grades[0].requires else "") + self.withheld

    def _write(self, rule: str, value: float) -> str:
        kind = self.scheme.grades[0].rule.kind if rule == "scheme" else rule
        if kind == "rest":
            return "全部"
        if kind == "count":
            return f"{WHOLE(value)}个"
        return PERCENT(value) if "share" in kind else f"{POINTS(value)}分"
