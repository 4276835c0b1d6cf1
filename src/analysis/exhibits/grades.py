"""How many units got which grade, by what rule?"""

from dataclasses import replace
from functools import cached_property
from itertools import groupby

import pandas as pd

from analysis.data.silence import UNKNOWN
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import add_legend, draw_bars
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, arrange
from analysis.exhibits.theme import INK, POINTS_AN_INCH, SMALL, grade_colours
from analysis.exhibits.writer import Headline
from analysis.methods.grades import UNLISTED, align_grades
from analysis.periods import label_year, name_year
from analysis.texts import count_ems
from analysis.words import PERCENT, RULES, UNGRADED, WHOLE, past

_ACROSS, _BAR_HIGH, _TITLE = 2, 0.3, 26
"""Groups side by side; inches of a year; points from the bars to what stands over their title."""
_BARS_WIDE = 0.9
"""The share of the width of a chart that bars have, beside the years and the gaps between groups."""


class Grades(Exhibit, name="grades", label="等次", needs=("grade_counts",), since_base=True):
    """Units by grade, year by year, and their share of the group."""

    templates = {
        "counts": "{year}年共考核{units}个单位：{grades}。",
        "title": "{year}年{best}单位{best_units}个{change}",
        "more": "，比{before}增加{difference}个",
        "fewer": "，比{before}减少{difference}个",
        "as_many": "，与{before}持平",
        "measure": "各等次单位数（个）及占本组比例",
        "alt": "堆积条形图。{counts}。",
        "alt_count": "{year}年{group}{grade}{units}个（{share:percent}）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `count_grades`: all years so far, or those since the base year."""
        return self.pair.grade_counts if self.base else self.year.grade_counts

    @cached_property
    def _units(self) -> pd.DataFrame:
        """Units by group and year (rows) and by grade, best first (columns)."""
        wide = self.frame.pivot(index=["group", "year"], columns="grade", values="units")
        return wide.reindex(columns=list(self.grade_names)).fillna(0).astype(int)

    @property
    def grade_names(self) -> dict[str, str]:
        """Grade to name: those of the year, those that only earlier years gave, and that none is printed."""
        return super().grade_names | ({UNLISTED: UNGRADED} if self.frame["grade"].eq(UNLISTED).any() else {})

    def _count(self, group: str) -> pd.Series:
        """The year's units of each grade, best first, by what the grade is called."""
        is_unlisted = UNLISTED in self._units and self._units.loc[("all", self.year.year), UNLISTED] > 0
        names = self.scheme.grade_names | ({UNLISTED: UNGRADED} if is_unlisted else {})
        return self._units.loc[(group, self.year.year), list(names)].rename(names)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for the year, or for its group."""
        counts = self._count(self.group or "all")
        return (self.say("counts", units=counts.sum(), grades=_tell(counts)),)

    @property
    def best_units(self) -> tuple[int, str]:
        """How many units got the best grade, and how that changed on the base year, or else on the last year before."""
        units = self._units.loc["all", self.scheme.grades[0].id]
        return int(units.iloc[-1]), self._compare(units)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many units got the best grade, how that changed, and how many got each of the others."""
        best, dataset = self.scheme.grades[0].id, self.year.dataset
        counts, change = self._count("all"), self.best_units[1].removeprefix("，")
        known = self._units.loc["all", best]
        years = [each for each in known.index if best in align_grades(dataset, each).values()]
        trend = tuple((name_year(each), float(known[each])) for each in years)
        says = (change, "，".join(filter(None, (_tell(counts[1:]), f"共{counts.sum()}个单位"))))
        parts = tuple((str(name), int(units)) for name, units in counts.items())
        return (Headline(f"{self.best}单位", f"{parts[0][1]}", "个", tuple(filter(None, says)), parts, trend, WHOLE),)

    @property
    def table(self) -> Table:
        """Units and shares by group, year and grade."""
        groups = [*self.groups, *(["all"] if len(self.groups) > 1 else [])]
        rows = arrange(self.frame, group=groups, year=None, grade=self.grade_names)
        return self.tabulate(
            rows, ["group", "year", "grade", "units", Column("share", "占本组", PERCENT)], "各等次单位数及占比"
        )

    @property
    def chart(self) -> Chart:
        """A bar a year for each group."""
        units = self._units.loc[list(self.groups)].rename(columns=self.grade_names)
        rows = units.set_axis([f"{self.groups[group]} {name_year(year)}" for group, year in units.index])
        data = ChartData(rows, "shares", "单位数（个）", WHOLE, grade_colours(units))
        columns, years = min(len(self.groups), _ACROSS), self.frame["year"].nunique()
        down = -(-len(self.groups) // columns)
        with new_figure((0.5 + _BAR_HIGH * years) * down + 0.3, columns, down) as (figure, axes):
            room = figure.get_figwidth() * POINTS_AN_INCH * _BARS_WIDE / columns
            for ax, (group, name) in zip(axes, self.groups.items(), strict=False):
                counts = units.loc[group]
                bars = draw_bars(
                    ax, replace(data, frame=counts.rename(label_year)), counts.apply(_write_bar, axis=1, room=room)
                )
                for drawn in bars.values():
                    drawn.set_label("_")  # explained once for all groups
                ax.set(title=name, xlabel="", xlim=(0, 1), xticks=[])
                ax.spines["bottom"].set_visible(False)
                ax.label_outer()
            for grade in units.columns[units.any()]:
                axes[0].scatter(
                    [], [], marker="s", s=56, color=data.colours[grade], edgecolor=INK, linewidth=0.4, label=grade
                )
            add_legend(axes[0], units.shape[1], above=_TITLE)
            for ax in axes[len(self.groups) :]:
                ax.axis("off")
        best_units, change = self.best_units
        shown = self.frame[self.frame["group"].isin(self.groups)]
        return self.draw(
            figure,
            data,
            best_units=best_units,
            change=change,
            counts=self.say_each("alt_count", self.named(shown)),
        )

    def _compare(self, best_units: pd.Series) -> str:
        """Compare the units in the best grade with those of the base year, or else the last year before; or say ""."""
        *years, year = best_units.index
        before = self.base.year if self.base else max(years, default=year)
        if before not in years or self.scheme.grades[0].id not in align_grades(self.year.dataset, before).values():
            return ""
        difference = best_units[year] - best_units[before]
        kind = "more" if difference > 0 else "fewer" if difference < 0 else "as_many"
        return self.say(kind, before=past(before, year), difference=abs(difference))


class GradeRules(Exhibit, name="grade_rules", label="划线规则"):
    """By what kind of rule each grade is given, and on what basis."""

    templates = {
        "rule": "{grades}{rule}评定（{basis}{required}），",
        "required": "，另有条件",
        "rest": "其余为{grade}。",
        "all": "全部为{grade}。",
        "unknown": "{grades:list}如何评定，通报没有载明。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns grades, kind, basis, requires (bool: conditions besides): neighbouring grades that are alike."""
        alike = groupby(self.scheme.grades[:-1], lambda grade: (grade.rule.kind, grade.basis, bool(grade.requires)))
        rows = [("、".join(grade.name for grade in grades), *key) for key, grades in alike]
        return pd.DataFrame(rows, columns=["grades", "kind", "basis", "requires"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for all grades."""
        required = self.frame["requires"].map({True: self.say("required"), False: ""})
        if self.frame["kind"].eq(UNKNOWN).any():
            return (self.say("unknown", grades=self.frame["grades"]),)
        told = self.frame.assign(rule=self.frame["kind"].map(RULES), required=required)
        rules = self.say_each("rule", self.named(told), "")
        return (rules + self.say("rest" if rules else "all", grade=self.scheme.grades[-1].name),)


def _write_bar(counts: pd.Series, room: float) -> pd.Series:
    """Write into the bar of a year, `room` points wide, its units and their share, or as much as there is room for."""
    texts = []
    for units, share in zip(counts, counts / counts.sum(), strict=True):
        tries = (f"{units}个（{PERCENT(share)}）", f"{units}个", f"{units}")
        fitting = [text for text in tries if count_ems(text) * SMALL < share * room]
        texts.append(fitting[0] if fitting and units else "")
    return pd.Series(texts, counts.index)


def _tell(counts: pd.Series) -> str:
    return "，".join(f"{grade}{units}个" for grade, units in counts.items())
