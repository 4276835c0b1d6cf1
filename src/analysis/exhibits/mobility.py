"""Which grades did units come from, and how much did they move between grades?"""

from functools import cached_property
from itertools import pairwise

import pandas as pd

from analysis.exhibits.all_years import OverYears
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table
from analysis.methods.grades import COMPARED, align_grades, link_grades
from analysis.methods.mobility import measure_mobility
from analysis.periods import name_year
from analysis.words import SHARE, UNGRADED, WHOLE

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
        base_year, year = name_year(self.pair.base.year), name_year(self.year.year)
        rows = self.frame.assign(total=self.frame.sum(axis=1), base=[before[grade] for grade in self.frame.index])
        columns: Columns = [
            Column("base", f"{base_year}等次"), *(Column(each, f"{year}{now[each]}", WHOLE) for each in self.frame),
            Column("total", "合计", WHOLE),
        ]  # fmt: skip
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"))


class PooledGrades(OverYears, name="pooled_grades", label="历年等次转移", needs=("group", "results")):
    """How many units of a group in a grade were in which grade the year after, over all years that are alike."""

    templates = {
        "none": "{group}：没有等次设置与{year}年相同、可以比较的相邻年度。",
        "kept": "{group}：{pairs}对相邻年度合计，{kept:clauses}{index}。",
        "kept_grade": "{grade}的，后一年度仍为{grade}的占{share:share}",
        "index": "；流动指数{mobility:three}（等次均无变动为0，各等次去向均相同为1）",
        "caption": "{group}：前一年度的等次（行）到后一年度的等次（列），占本行的比例",
        "note": "{base_year}年到{year}年中等次设置相同的相邻年度合计，只计两年均在本组、等次均可知的单位{other}；",
        "other": "；另有{others}对相邻年度的等次设置与{year}年不同，没有计入",
    }

    @cached_property
    def _pairs(self) -> pd.DataFrame:
        """The rows of `Panel.spans` of neighbouring years, grades known; column alike: the grades are those of now."""
        own = self.of_group(self.panel.spans).dropna(subset=["base_grade", "grade"])
        before = {year: base for base, year in pairwise(self.years)}
        own = own[own["base_year"].eq(own["year"].map(before))]
        dataset, grades = self.year.dataset, set(self.scheme.grade_names)
        alike = {year: set(align_grades(dataset, year).values()) == grades for year in self.years}
        return own.assign(alike=own["base_year"].map(alike) & own["year"].map(alike))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Units by grade (rows) and the grade a year later (columns), best first, each counted once a pair of years."""
        alike, grades = self._pairs[self._pairs["alike"]], list(self.scheme.grade_names)
        return pd.crosstab(alike["base_grade"], alike["grade"]).reindex(index=grades, columns=grades, fill_value=0)

    @property
    def absent(self) -> str:
        """Where no two neighbouring years are alike."""
        return "" if self.frame.to_numpy().sum() else self.say("none")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Of how many units in a grade that was the grade again, and how far from none movement is."""
        if self.absent:
            return (self.absent,)
        held = self.frame[self.frame.sum(axis=1).gt(0)]
        kept = [
            self.say("kept_grade", grade=self.scheme.grade_names[grade], share=row[grade] / row.sum())
            for grade, row in held.iterrows()
        ]
        mobility = measure_mobility(self.frame, {grade: grade for grade in self.frame})
        index = self.say("index", mobility=mobility) if mobility is not None else ""
        pairs = self._pairs.loc[self._pairs["alike"], "year"].nunique()
        return (self.say("kept", pairs=pairs, kept=kept, index=index),)

    @property
    def table(self) -> Table:
        """A row a grade, a column a grade of the year after, and how many units that is of."""
        names, units = self.scheme.grade_names, self.frame.sum(axis=1)
        rows = self.frame.div(units, axis=0).assign(base=list(names.values()), units=units)
        columns: Columns = [
            Column("base", "前一年度"), *(Column(grade, names[grade], SHARE) for grade in self.frame),
            Column("units", "单位次", WHOLE),
        ]  # fmt: skip
        alike = self._pairs["alike"]
        others = self._pairs.loc[~alike, "year"].nunique()
        ends = {"base_year": self._pairs.loc[alike, "base_year"].min(), "year": self._pairs.loc[alike, "year"].max()}
        note = self.say("note", other=self.say("other", others=others) if others else "", **ends)
        return self.tabulate(rows, columns, self.say("caption"), note)
