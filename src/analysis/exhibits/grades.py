"""How many units got which grade, by what rule?"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit, Headline
from analysis.exhibits.table import Column, Columns, Table, arrange
from analysis.exhibits.theme import PAPER, grade_colours, ink_on
from analysis.words import BASES, PERCENT, RULES, WHOLE


class Grades(Exhibit, name="grades", label="等次", needs=("marks",), since_base=True):
    """Units by grade, year by year, and their share of the group."""

    templates = {
        "counts": "{year} 年共考核 {units} 个单位：{grades}。",
        "title": "{year} 年{best}单位 {best_units} 个{change}",
        "more": "，比{before}多 {difference} 个",
        "fewer": "，比{before}少 {difference} 个",
        "as_many": "，与{before}持平",
        "measure": "各等次单位数及占本组比例",
        "alt": "堆积条形图。{counts}。",
        "alt_count": "{year}年{group}{grade}{units}个（{share:percent}）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `count_grades`: all years so far, or those since the base year."""
        return self.pair.grade_counts if self.base else self.year.grade_counts

    def _count(self, group: str) -> pd.Series:
        """The year's units of each grade, best first, by what the grade is called."""
        counts = self.frame[self.frame["year"].eq(self.year.year) & self.frame["group"].eq(group)]
        units = counts.set_index("grade")["units"].reindex(list(self.scheme.grade_names), fill_value=0)
        return units.rename(self.scheme.grade_names)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for the year, or for its group."""
        counts = self._count(self.group or "all")
        return (self.say("counts", units=counts.sum(), grades=_tell(counts)),)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many units got the best grade, and how many each of the others."""
        counts = self._count("all")
        says = (_tell(counts[1:]), f"共 {counts.sum()} 个单位")
        parts = tuple(counts.tolist())
        return (Headline(f"{self.best}单位", f"{parts[0]}", "个", tuple(filter(None, says)), parts),)

    @property
    def table(self) -> Table:
        """Units and shares by group, year and grade."""
        groups = self.groups | ({"all": "合计"} if len(self.groups) > 1 else {})
        rows = arrange(self.frame, group=groups, year=None, grade=self.grade_names)
        rows = rows.assign(group=rows["group"].map(groups), grade=rows["grade"].map(self.grade_names))
        columns: Columns = ["group", "year", "grade", "units", Column("share", "占本组", PERCENT)]
        return self.tabulate(rows, columns, "各等次单位数及占比", head="组别")

    @property
    def chart(self) -> Chart:
        """A bar a year for each group."""
        grades, colours = self.grade_names, grade_colours(self.grade_names)
        counts = self.frame[self.frame["group"].isin(self.groups)]
        wide = counts.pivot(index=["group", "year"], columns="grade", values="units")
        wide = wide.reindex(columns=list(grades)).fillna(0).reindex(list(self.groups), level="group")
        wide = wide.rename(self.groups, level="group")
        with new_figure(0.4 + 0.62 * self.frame["year"].nunique(), len(self.groups), sharey=True) as (figure, axes):
            for ax, name in zip(axes, self.groups.values(), strict=True):
                _draw_shares(wide[wide.index.get_level_values("group") == name].droplevel("group"), ax, grades, colours)
                ax.set_title(name)
        rows = wide.set_axis([f"{group} {year}年" for group, year in wide.index]).rename(columns=grades)
        series = {grades[grade]: colour for grade, colour in colours.items()}
        named = counts.assign(group=counts["group"].map(self.groups), grade=counts["grade"].map(grades))
        return self.draw(
            figure,
            ChartData(rows, "shares", "单位数（个）", WHOLE, series),
            best_units=self._best_units.iloc[-1],
            change=self._change(),
            counts=self.say_each("alt_count", named),
        )

    @property
    def _best_units(self) -> pd.Series:
        """The units in the best grade, of all groups together, by year."""
        counts = self.frame[self.frame["group"].eq("all") & self.frame["grade"].eq(self.scheme.grades[0].id)]
        return counts.set_index("year")["units"].reindex(sorted(self.frame["year"].unique()), fill_value=0)

    def _change(self) -> str:
        """Compare the units in the best grade with those of the last year before that is shown."""
        if len(self._best_units) == 1:
            return ""
        (before, earlier), (year, now) = self._best_units.tail(2).items()
        kind = "more" if now > earlier else "fewer" if now < earlier else "as_many"
        past = "上年" if before == year - 1 else f" {before} 年"
        return self.say(kind, before=past, difference=abs(now - earlier))


class GradeRules(Exhibit, name="grade_rules", label="划线规则"):
    """By what kind of rule each grade is given, and on what basis."""

    templates = {"rule": "{grades}{rule}评定（{basis}）", "rest": "其余为{grade}", "all": "全部为{grade}"}

    @property
    def frame(self) -> pd.DataFrame:
        """Columns grades, kind, basis: neighbouring grades with the same kind of rule on the same basis."""
        alike = groupby(self.scheme.grades[:-1], lambda grade: (grade.rule.kind, grade.basis))
        rows = [("、".join(grade.name for grade in grades), *key) for key, grades in alike]
        return pd.DataFrame(rows, columns=["grades", "kind", "basis"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for all grades."""
        rules = [
            self.say("rule", grades=row.grades, rule=RULES[row.kind], basis=BASES[row.basis])
            for row in self.frame.itertuples()
        ]
        rest = self.say("rest" if rules else "all", grade=self.scheme.grades[-1].name)
        return ("，".join([*rules, rest]) + "。",)


def _tell(counts: pd.Series) -> str:
    return "，".join(f"{grade} {units} 个" for grade, units in counts.items())


def _draw_shares(counts: pd.DataFrame, ax: Axes, grades: dict[str, str], colours: dict[str, str]) -> None:
    """Draw one group's units of each grade (columns) as one bar a year (rows), with counts and shares in it."""
    shares = counts.div(counts.sum(axis=1), axis=0)
    ends = shares.cumsum(axis=1)
    for grade, name in grades.items():
        left = ends[grade] - shares[grade]
        ax.barh(range(len(counts)), shares[grade], left=left, height=0.62, color=colours[grade], edgecolor=PAPER)
        for row, (units, share, start) in enumerate(zip(counts[grade], shares[grade], left, strict=True)):
            if share > 0.12:
                text = f"{name} {units:.0f} 个\n{PERCENT(share)}"
                ax.text(start + share / 2, row, text, ha="center", va="center", color=ink_on(colours[grade]),
                        fontsize=9, linespacing=1.3)  # fmt: skip
    ax.set_yticks(range(len(counts)), [f"{year}年" for year in counts.index])
    ax.set_ylim(len(counts) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.tick_params(length=0)
