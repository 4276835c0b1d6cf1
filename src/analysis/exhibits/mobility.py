"""Which grades did units come from, and how much did they move between grades?"""

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table
from analysis.methods.grades import COMPARED, link_grades
from analysis.methods.mobility import measure_mobility
from analysis.periods import short_year
from analysis.words import UNGRADED, WHOLE

_UNKNOWN = ""
"""Stands for a grade that is not printed."""


class GradeMatrix(
    Exhibit, name="grade_matrix", label="等次转移", needs=("base_year", "group", "grades"), of_both_years=True
):
    """How many units of a group came from which grade to which."""

    templates = {
        "moved": "{group}：两年等次可以比较的{units}个单位中，{moved}个等次有变动（{share:share}），"
        "上升{rose}个，下降{fell}个{index}。",
        "index": "；流动指数{mobility:three}（等次均无变动为0，各等次去向均相同为1）",
        "still": "{group}：两年等次可以比较的{units}个单位，等次均无变动。",
        "none": "{group}：没有两年等次可以比较的单位。",
        "caption": "{group}：{base_year}年等次（行）至{year}年等次（列）的单位数",
        "note": "只列两年均在本组的单位；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Units by base_grade (rows) and grade (columns): those of both years, best first; `""` where none is known."""
        units = self.of_group(self.pair.movement)
        grades = units.loc[units["movement"].isin(COMPARED), ["base_grade", "grade"]].astype(object).fillna(_UNKNOWN)
        counts = pd.crosstab(grades["base_grade"], grades["grade"])
        rows, columns = (
            [*each.scheme.grade_names, *({_UNKNOWN} & set(known))]
            for each, known in ((self.pair.base, counts.index), (self.year, counts.columns))
        )
        return counts.reindex(index=rows, columns=columns, fill_value=0)

    @property
    def absent(self) -> str:
        """Where nobody was in the group in both years."""
        return "" if self.frame.to_numpy().sum() else self.say("none")

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many units of those that can be compared moved, and how far from none that is."""
        kinds = self.of_group(self.pair.movement)["movement"].value_counts()
        stayed, rose, fell = (int(kinds.get(kind, 0)) for kind in ("stayed", "rose", "fell"))
        if not (units := stayed + rose + fell):
            return (self.say("none"),)
        if stayed == units:
            return (self.say("still", units=units),)
        mobility = measure_mobility(self.frame, link_grades(self.year.dataset, self.pair.base.year))
        index = self.say("index", mobility=mobility) if mobility is not None else ""
        told = {"units": units, "moved": rose + fell, "share": (rose + fell) / units, "rose": rose, "fell": fell}
        return (self.say("moved", index=index, **told),)

    @property
    def table(self) -> Table:
        """A row a grade of the base year, a column a grade of the year."""
        before, now = (each.scheme.grade_names | {_UNKNOWN: UNGRADED} for each in (self.pair.base, self.year))
        base_year, year = short_year(self.pair.base.year), short_year(self.year.year)
        rows = self.frame.assign(total=self.frame.sum(axis=1), base=[before[grade] for grade in self.frame.index])
        columns: Columns = [
            Column("base", f"{base_year} 等次"), *(Column(each, f"{year} {now[each]}", WHOLE) for each in self.frame),
            Column("total", "合计", WHOLE),
        ]  # fmt: skip
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"))
