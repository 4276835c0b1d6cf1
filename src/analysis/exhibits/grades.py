"""How many units got which grade, by what rule?"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit, Headline
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.theme import PAPER, grade_colours, ink_on
from analysis.words import BASES, PERCENT, RULES, WHOLE, percent


class Grades(Exhibit):
    """Units by grade, year by year, and their share of the group."""

    name = "grades"
    label = "等次"
    needs = ("marks",)
    looks_back = since_base = True
    templates = {
        "counts": "{year} 年共考核 {units} 个单位：{grades}。",
        "title": "{year} 年{best}单位 {units} 个",
        "more": "，比{before}多 {difference} 个",
        "fewer": "，比{before}少 {difference} 个",
        "as_many": "，与{before}持平",
        "measure": "各等次单位数及占本组比例",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `count_grades`: all years so far, or those since the base year."""
        return self.pair.grade_counts if self.base else self.year.grade_counts

    def _count(self, year: int, group: str = "all") -> dict[str, int]:
        own = self.frame[self.frame["year"].eq(year) & self.frame["group"].eq(group)].set_index("grade")["units"]
        return {grade: int(own.get(grade, 0)) for grade in self.scheme.grade_names}

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for the year, or for its group."""
        counts = self._count(self.year.year, self.group or "all")
        told = "，".join(f"{self.scheme.grade_names[grade]} {units} 个" for grade, units in counts.items())
        return (self.say("counts", units=sum(counts.values()), grades=told),)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many units got the best grade, and how many each of the others."""
        units = list(self._count(self.year.year).values())
        (best, count), *others = zip(self.scheme.grade_names.values(), units, strict=True)
        told = "，".join(f"{name} {count} 个" for name, count in others)
        whole = f"共 {sum(units)} 个单位"
        return (Headline(f"{best}单位", f"{count}", "个", (told, whole) if told else (whole,), tuple(units)),)

    @property
    def table(self) -> Table:
        """Units and shares by group, year and grade."""
        groups = self.groups | ({"all": "合计"} if len(self.groups) > 1 else {})
        grades = self.grade_names
        own = self.frame[self.frame["group"].isin(groups) & self.frame["grade"].isin(grades)]
        places = {"group": list(groups).index, "grade": list(grades).index}
        order = pd.DataFrame({name: own[name].map(place) for name, place in places.items()}).assign(year=own["year"])
        own = own.loc[order.sort_values(["group", "year", "grade"]).index]
        frame = own.assign(who=own["group"].map(groups), grade=own["grade"].map(grades))
        columns: Columns = ["who", "year", "grade", "units", Column("share", "占本组", PERCENT)]
        return make_table(frame, columns, "各等次单位数及占比", self.note, head="组别")

    @property
    def chart(self) -> Chart:
        """A bar a year for each group."""
        years = sorted(self.frame["year"].unique())
        with new_figure(0.4 + 0.62 * len(years), columns=len(self.groups), sharey=True) as (figure, axes):
            for ax, (group, name) in zip(axes, self.groups.items(), strict=True):
                draw_grades(self.frame[self.frame["group"].eq(group)], ax, self.grade_names)
                ax.set_title(name)
        told = self.frame[self.frame["group"].isin(self.groups)]
        alt = "；".join(
            f"{row.year}年{self.groups[row.group]}{self.grade_names[row.grade]}{row.units}个（{percent(row.share)}）"
            for row in told.itertuples()
        )
        title, measure = self._title(years), self.templates["measure"]
        return self.finish(figure, title, measure, f"堆积条形图。{alt}。", self._data(told))

    def _title(self, years: list[int]) -> str:
        best = [next(iter(self._count(year).values())) for year in years]
        title = self.say("title", year=years[-1], units=best[-1])
        if len(years) > 1:
            before = "上年" if years[-2] == years[-1] - 1 else f" {years[-2]} 年"
            more = best[-1] - best[-2]
            kind = "more" if more > 0 else "fewer" if more else "as_many"
            title += self.say(kind, before=before, difference=abs(more))
        return title

    def _data(self, counts: pd.DataFrame) -> ChartData:
        grades = self.grade_names
        wide = counts.pivot(index=["group", "year"], columns="grade", values="units")
        wide = wide.reindex(columns=list(grades)).fillna(0).reindex(list(self.groups), level="group")
        frame = wide.set_axis([f"{self.groups[group]} {year}年" for group, year in wide.index]).rename(columns=grades)
        colours = {grades[grade]: colour for grade, colour in grade_colours(grades).items()}
        return ChartData(frame, "shares", "单位数（个）", WHOLE, colours)


class GradeRules(Exhibit):
    """By what kind of rule each grade is given, and on what basis."""

    name = "grade_rules"
    label = "划线规则"
    templates = {"rule": "{grades}{rule}评定（{basis}）", "rest": "其余为{grade}", "all": "全部为{grade}"}

    @property
    def frame(self) -> pd.DataFrame:
        """Columns grades, kind, basis: neighbouring grades with the same kind of rule on the same basis."""
        alike = groupby(self.scheme.grades[:-1], lambda grade: (grade.rule.kind, grade.basis))
        rows = [("、".join(grade.name for grade in own), *key) for key, own in alike]
        return pd.DataFrame(rows, columns=["grades", "kind", "basis"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for all grades."""
        told = [
            self.say("rule", grades=row.grades, rule=RULES[row.kind], basis=BASES[row.basis])
            for row in self.frame.itertuples()
        ]
        rest = self.say("rest" if told else "all", grade=self.scheme.grades[-1].name)
        return ("，".join([*told, rest]) + "。",)


def draw_grades(counts: pd.DataFrame, ax: Axes, grades: dict[str, str]) -> Axes:
    """Draw one group's grade shares as one stacked bar a year, labelled with counts and shares.

    Parameters
    ----------
    counts : DataFrame with columns year, grade, units (one group)
    ax : Axes
    grades : dict of grade to name, best first

    Returns
    -------
    Axes
    """
    table = counts.pivot(index="year", columns="grade", values="units").reindex(columns=list(grades)).fillna(0)
    shares = table.div(table.sum(axis=1), axis=0)
    left = shares.iloc[:, 0] * 0
    colours = grade_colours(grades)
    for grade, name in grades.items():
        ax.barh(range(len(table)), shares[grade], left=left, height=0.62, color=colours[grade], edgecolor=PAPER)
        for row, year in enumerate(table.index):
            if shares.at[year, grade] > 0.12:
                text = f"{name} {int(table.at[year, grade])} 个\n{percent(shares.at[year, grade])}"
                middle = left[year] + shares.at[year, grade] / 2
                ax.text(middle, row, text, ha="center", va="center", color=ink_on(colours[grade]), fontsize=9,
                        linespacing=1.3)  # fmt: skip
        left = left + shares[grade]
    ax.set_yticks(range(len(table)), [f"{year}年" for year in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.tick_params(length=0)
    return ax
