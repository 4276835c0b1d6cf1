"""What would one year be under the other's scheme?"""

from collections import ChainMap
from functools import cached_property, partial

import pandas as pd

from analysis.exhibits.change import Change, GroupChange
from analysis.exhibits.table import Column, Columns, Table
from analysis.methods.counterfactual_grades import find_lacking
from analysis.methods.grades import link_grades
from analysis.words import POINTS, WHOLE


class Imputation(Change, name="imputation", label="推算的前提"):
    """What a counterfactual takes for granted about a component that one year does not have."""

    templates = {
        "no_groups": "两年没有共同的组，平均分的变化无从分解。",
        "missing": "{year}年没有“{part}”：{year}年评分按另一年办法测算时，取各单位当年全部评分的得分率；"
        "另一年评分按{year}年办法测算时，不计该部分。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns year, part: the components that a year does not have."""
        missing = dict.fromkeys(pair for each in self.pair.crossed.values() for pair in each.imputed)
        return pd.DataFrame(list(missing), columns=["year", "part"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a part, or that there is nothing in common."""
        if not self.pair.crossed:
            return (self.say("no_groups"),)
        names = ChainMap(*(each.part_names for each in self.pair.crossed.values()))
        rows = self.frame.assign(part=self.frame["part"].map(names))
        return tuple(self.say("missing", **row) for row in rows.to_dict("records"))


class OtherScheme(GroupChange, name="counterfactuals", label="按另一年度办法测算"):
    """What each year's units would get under the other year's scheme."""

    templates = {
        "both": "{group}{told:clauses}。",
        "average": "{marks}年的评分按{scheme}年办法测算，平均{average:points}分，{beside}{other}，"
        "名次变动的单位{moved:whole}个，{regraded}",
        "changed": "比按当年办法{delta:moved}",
        "level": "与按当年办法持平",
        "regraded": "等次变动的单位{regraded:whole}个",
        "incomparable": "两年等次不可比",
        "other": "（没有评的部分如取另一年得分率，平均{average:points}分）",
        "lacking": "{scheme}年办法对{parts:list}有等次条件，{marks}年没有该部分，不予核对。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `score_counterfactuals`, what a year lacks at the unit's own rate."""
        return self.pair.counterfactuals(self.group)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One: of each year's marks, the later year first."""
        again = self.pair.counterfactuals(self.group, "other_year")
        again = again.groupby(["marks_year", "scheme_year"])["total"].mean()
        sums = self._sums.set_index(["marks_year", "scheme_year"])
        before, now = self.years
        said = []
        for marks, scheme in ((now, before), (before, now)):
            own, value, second = sums.at[(marks, marks), "total"], sums.loc[(marks, scheme)], again[marks, scheme]
            average, known = value["total"], pd.notna(value["regraded"])
            other = self.say("other", average=second) if POINTS(average) != POINTS(second) else ""
            regraded = self.say("regraded" if known else "incomparable", regraded=value["regraded"])
            beside = self.say("changed" if float(POINTS(abs(average - own))) else "level", delta=average - own)
            told = {"beside": beside, "moved": value["moved"], "regraded": regraded, "other": other}
            said.append(self.say("average", marks=marks, scheme=scheme, average=average, **told))
        return (self.say("both", told=said),)

    @cached_property
    def _sums(self) -> pd.DataFrame:
        """Of every pairing of marks and scheme: the average, and how many ranks and grades are other than actual."""
        links, earlier = link_grades(self.year.dataset, self.pair.base.year), self.frame["scheme_year"] < self.year.year
        frame = self.frame.assign(grade=self.frame["grade"].mask(earlier, self.frame["grade"].map(links)).fillna(""))
        actual = frame[frame["marks_year"].eq(frame["scheme_year"])]
        both = frame.merge(actual, on=["marks_year", "unit_id"], suffixes=("", "_actual"))
        regraded, unknown = both["grade"].ne(both["grade_actual"]), both[["grade", "grade_actual"]].eq("").any(axis=1)
        regraded = regraded.astype(float).mask(regraded & unknown)
        both = both.assign(moved=both["rank"].ne(both["rank_actual"]), regraded=regraded)
        pairings = both.groupby(["marks_year", "scheme_year"], sort=False, as_index=False)
        known_sum = partial(pd.Series.sum, skipna=False)  # none where grades are not comparable
        return pairings.agg({"total": "mean", "moved": "sum", "regraded": known_sum})

    @property
    def table(self) -> Table:
        """A row for every pairing of marks and scheme."""
        columns: Columns = [
            Column("marks_year", "评分年度", WHOLE), Column("scheme_year", "办法年度", WHOLE),
            Column("total", "平均分", POINTS), Column("moved", "名次变动单位", WHOLE),
            Column("regraded", "等次变动单位", WHOLE),
        ]  # fmt: skip
        caption = f"{self.group_name}按另一年度办法测算"
        return self.tabulate(self._sums, columns, caption, self._lacking, head="评分年度")

    @property
    def _lacking(self) -> str:
        """Say which conditions of one year's grades the other year's marks have no part for."""
        said, both = "", (self.pair.base.facts, self.year.facts)
        for facts, other in (both, both[::-1]):
            if parts := [other.scheme.part_names[part] for part in find_lacking(facts, other.scheme)]:
                said += self.say("lacking", scheme=other.year, marks=facts.year, parts=parts)
        return said
