"""What was every unit's rank, total and grade in every year?"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import pandas as pd

from analysis.assessment import Year
from analysis.exhibits.all_years import OverYears
from analysis.exhibits.palette import VARIABLES
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import grade_colours, ink_on
from analysis.origins import TOLD_ORIGINS
from analysis.periods import as_year, short_year
from analysis.words import MOVE, POINTS, WHOLE, Format

_UNKNOWN = "？"
"""Stands for the rank of a unit that was in the group where it is not known."""


class RankMatrix(OverYears, name="rank_matrix", label="历年名次", needs=("group", "results")):
    """The ranks of a group, a row a unit and a column a year, shaded by grade."""

    templates = {
        "caption": "{group}：各年在本组的名次和等次",
        "shades": "{group}：底色与背景的反差由大到小，依次为{grades:list}。",
        "note": "空格为当年不在本组{unknown}；首末升降只在首末两年均在本组的单位中排；",
        "unknown": "，？为没有公布名次",
        "cell": "{name}：{total}第{rank}名{grade}",
        "total": "{}分，",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Ranks in the group, units (by the last rank) × years; missing where a unit is not in it, or has none."""
        members = self._members
        ranks = self.panel.ranks.loc[members.index].where(members)
        return ranks.sort_values(list(ranks.columns[::-1]), kind="stable")

    @cached_property
    def _members(self) -> pd.DataFrame:
        """Say who is in the group in which year: units × years, of those that ever are."""
        members = self.panel.groups.eq(self.group)
        return members[members.any(axis=1)]

    @cached_property
    def _grades(self) -> pd.DataFrame:
        """The grades, as they are called beside those of the last year (see `align_grades`): units × years."""
        grades = self.panel.results.pivot(index="unit_id", columns="year", values="grade").reindex_like(self.frame)
        return grades.where(self._members.reindex_like(self.frame))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the shades stand for."""
        known = [name for grade, name in self.grade_names.items() if self._grades.eq(grade).any(axis=None)]
        return (self.say("shades", grades=known),) if known else ()

    @property
    def table(self) -> Table:
        """A row a unit; what a cell stands for is told where a reader points at it."""
        ranks, members = self.frame, self._members.reindex_like(self.frame)
        written = ranks.map(WHOLE).where(ranks.notna(), _UNKNOWN).where(members, "")
        ends = self.of_group(self.panel.spans).query("base_year == @ranks.columns[0] and year == @ranks.columns[-1]")
        change = ends.set_index("unit_id")["common_rank_change"].reindex(ranks.index)
        names = self.panel.units.loc[ranks.index, "name"]
        rows = written.rename(columns=str).assign(name=names, change=change, unit_id=ranks.index)
        years = [Column(str(year), short_year(as_year(year)), right=True) for year in ranks]
        columns: Columns = ["name", *years, Column("change", "首末升降", MOVE)]
        called = self.grade_names
        unknown = self.say("unknown") if written.eq(_UNKNOWN).any(axis=None) else ""
        table = self.tabulate(rows, columns, self.say("caption"), self.say("note", unknown=unknown))
        colours = {grade: (VARIABLES[each], VARIABLES[ink_on(each)]) for grade, each in grade_colours(called).items()}
        looks = {grade: f"background:{behind};color:{ink}" for grade, (behind, ink) in colours.items()}
        dressed = (self._grades.apply(lambda own: own.map(looks)).fillna(""), self._tell_cells(ranks, called))
        styles, hints = (each.rename(columns=str).reset_index(drop=True) for each in dressed)
        return replace(table, styles=styles, hints=hints)

    def _tell_cells(self, ranks: pd.DataFrame, called: Mapping[str, str]) -> pd.DataFrame:
        """Say what stands behind each rank: 甲县：91.20分，第1名，优秀; "" where there is none."""
        names, totals = ranks.index.map(self.unit_names), self.panel.totals.loc[ranks.index]
        told = {}
        for year in ranks:
            own = zip(names, totals[year], ranks[year], self._grades[year].map(called), strict=True)
            told[year] = [self._tell_cell(*each) if pd.notna(each[2]) else "" for each in own]
        return pd.DataFrame(told, ranks.index)

    def _tell_cell(self, name: str, total: float, rank: float, grade: str | float) -> str:
        points = "" if self.withheld or pd.isna(total) else self.templates["total"].format(POINTS(total))
        graded = "" if pd.isna(grade) else f"，{grade}"
        return self.templates["cell"].format(name=name, total=points, rank=WHOLE(rank), grade=graded)


class AllResults(OverYears, name="all_results", label="历年结果"):
    """The results of every unit in every year, of all groups, and as matrices, for whoever takes them along."""

    templates = {
        "caption": "各年各单位的总分、名次和等次",
        "note": "“—”为当年没有列入考核，或者没有公布；",
        "rank": "各单位历年名次（当年所在组内的名次）",
        "total": "各单位历年总分（按当年办法，满分不一定相同）",
        "grade": "各单位历年等次（按当年的名称）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns year, unit_id, group, name, total, rank, grade (as it was called), provenance."""
        results, dataset = self.year.results_so_far, self.year.dataset
        called = {year: dataset.year(year).scheme.grade_names for year in self.years}
        groups = {year: dataset.year(year).scheme.group_names for year in self.years}
        return results.assign(
            grade=[called[year].get(grade) for year, grade in zip(results["year"], results["grade"], strict=True)],
            group=[groups[year][group] for year, group in zip(results["year"], results["group"], strict=True)],
            provenance=results["year"].map(self.origins).map(TOLD_ORIGINS),
        )

    @property
    def table(self) -> Table:
        """A row a unit and year."""
        columns: Columns = ["year", "group", "name", "rank", "total", "grade", Column("provenance", "评分")]
        return self.tabulate(self.frame, columns, self.say("caption"), head="单位")

    def matrix(self, of: str, number_format: Format | None) -> Table:
        """Lay out ranks, totals or grades: a row a unit, a column a year.

        Parameters
        ----------
        of : {"rank", "total", "grade"}
        number_format : Format or None

        Returns
        -------
        Table
        """
        last = self.frame.drop_duplicates("unit_id", keep="last").sort_values("year", ascending=False, kind="stable")
        last = last.set_index("unit_id")[["group", "name"]]
        wide = self.frame.pivot(index="unit_id", columns="year", values=of).rename(columns=str)
        years = [Column(str(year), short_year(as_year(year)), number_format) for year in self.years]
        rows = last.join(wide.reindex(columns=[each.key for each in years])).reset_index()
        return self.tabulate(rows, ["name", "group", *years], self.say(of), self.say("note"))


def list_sheets(year: Year) -> dict[str, Table]:
    """Lay out the results of all years as the sheets of a workbook, by title."""
    shown = AllResults(year)
    matrices = {"历年名次": ("rank", WHOLE), "历年总分": ("total", POINTS), "历年等次": ("grade", None)}
    return {title: shown.matrix(*each) for title, each in matrices.items()} | {"各年结果": shown.table}
