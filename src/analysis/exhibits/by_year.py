"""What did the groups average and which grades did they get, year by year, and could these have risen at all?"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.assessment import Year
from analysis.data.silence import UNKNOWN
from analysis.exhibits.all_years import OverYears, group_panels
from analysis.exhibits.chart import Chart, ChartData
from analysis.exhibits.table import Column, Columns, Table, arrange
from analysis.exhibits.theme import INK, MUTED, PAPER, SMALL
from analysis.methods.ceilings import measure_ceiling
from analysis.methods.grades import align_grades
from analysis.periods import as_year, name_year, place_of
from analysis.words import CHANGE, NOT_PRINTED, POINTS, RULES, SHARE, WHOLE, name_years

_FIXED = ("count", "share")
"""Rules by which no more units can get a grade, however high all totals are."""
_LEAST_HIGH = 0.1
"""The share that the axis goes up to at least."""
_KINDS = RULES | {"rest": "全部", UNKNOWN: NOT_PRINTED}


class ByYear(OverYears, name="by_year", label="历年平均分和等次"):
    """Averages, units by grade, and marks that cannot be better, of every group and year."""

    templates = {
        "fixed": "{whose}{best}{kinds:list}评定，占比由办法规定，不随得分普遍提高而增加。",
        "line": "{whose}{best}按分数线评定，占比可随得分升降：{groups:clauses}。",
        "unknown": "{whose}{best}如何评定，通报没有载明。",
        "at_best": "最高档（最高等次或满分）评分所占比例：{groups:clauses}。比例越高，指标越难区分单位。",
        "between": "{group}由{base_year}年的{first:share}到{year}年的{last:share}",
        "once": "{group}{year}年{last:share}",
        "title": "{base_year}年到{year}年{best}占比：{groups:list}",
        "title_group": "{group}由{first:share}到{last:share}",
        "measure": "{best}单位占本组的比例{hollow}{marks}",
        "hollow": "，空心点为按数目或按比例评定的年度",
        "marks": "；虚线为最高档评分所占比例",
        "alt": "折线图。{points}。",
        "alt_point": "{group}{year}年{best}占{best_share:share}",
        "caption": "各组历年平均分和等次",
        "note": "各年按当年办法计分；最高档占比为最高等次或满分的评分所占比例，"
        "全体最高档指标为承担单位均为最高档的指标数；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, year, units, average, change (points of 100), of_… (one a grade), best, kind, at_best, alike.

        The units of each grade that the year gave (see `align_grades`), the share in its best one, both missing where
        not all grades are known, and by what kind of rule that is given; the share of marks that cannot be better, and
        of how many indicators all are so (see `Ceiling`).
        """
        rows = [row for year in self.years for row in self._measure(self.year.assessment.year(year))]
        frame = pd.DataFrame(rows, columns=["group", "year", "units", "best", "kind", "at_best", "alike"])
        results, keys = self.panel.results, ["group", "year"]
        counts = results.groupby([*keys, "grade"]).size().unstack(fill_value=0).reindex(columns=list(self.grade_names))
        dataset = self.year.dataset
        given = {year: {*align_grades(dataset, year).values()} for year in self.years}
        for grade in counts:
            counts[grade] = counts[grade].where([grade in given[year] for _, year in counts.index])
        counts = counts.add_prefix("of_")
        frame = frame.merge(self.averages[[*keys, "average", "change"]], on=keys, how="left")
        frame = frame.merge(counts.reset_index(), on=keys, how="left")
        return frame.assign(**frame[list(counts)].where(frame["best"].notna()))

    def _measure(self, year: Year) -> Iterator[tuple[Any, ...]]:
        scheme, none = year.scheme, float("nan")
        for group in [each for each in self.groups if each in scheme.groups]:
            own, known = self.in_order(year.results, group), scheme.knows_units(group)
            graded = known and own["grade"].notna().all() and len(own)
            best = own["grade"].eq(scheme.grades[0].id).mean() if graded else none
            ceiling = measure_ceiling(year.marks(group)) if year.facts.inputs else None
            marks = (ceiling.at_best, ceiling.alike) if ceiling and ceiling.indicators else (none, none)
            yield group, year.year, len(own) if known else none, best, scheme.grades[0].rule.kind, *marks

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whether more units could get the best grade by higher totals, and how many marks could not be better."""
        kinds = self.frame.drop_duplicates("year").set_index("year")["kind"]
        told = []
        for template, own in (("fixed", _FIXED), ("line", ("threshold",)), ("unknown", (UNKNOWN,))):
            if len(years := list(map(as_year, kinds.index[kinds.isin(own)]))):
                rows = self.frame[self.frame["year"].isin(years)]
                names = [RULES[kind] for kind in own if kind in set(kinds)] if template == "fixed" else []
                groups = self._tell_ends(rows, "best")
                if template != "line" or groups:
                    told.append(self.say(template, whose=name_years(years), kinds=names, groups=groups))
        groups = self._tell_ends(self.frame, "at_best")
        return (*told, *([self.say("at_best", groups=groups)] if groups else []))

    def _tell_ends(self, rows: pd.DataFrame, column: str) -> list[str]:
        """Say of each group what a share was first and last."""
        told = []
        for group, name in self.groups.items():
            own = self.in_order(rows, group).dropna(subset=[column])
            if len(own):
                ends = {"first": own[column].iloc[0], "last": own[column].iloc[-1]}
                years = {"base_year": own["year"].iloc[0], "year": own["year"].iloc[-1]}
                told.append(self.say("between" if len(own) > 1 else "once", group=name, **ends, **years))
        return told

    @property
    def table(self) -> Table:
        """A row a group and year."""
        rows = arrange(self.frame, group=self.groups, year=None)
        grades = [Column(f"of_{grade}", name, WHOLE) for grade, name in self.grade_names.items()]
        columns: Columns = [
            "group", "year", "units", Column("average", "平均分", POINTS), Column("change", "增减", CHANGE), *grades,
            Column("best", f"{self.best}占比", SHARE), Column("rule", "评定办法"),
            Column("at_best", "最高档占比", SHARE), Column("alike", "全体最高档指标", WHOLE),
        ]  # fmt: skip
        told = rows.assign(rule=rows["kind"].map(_KINDS))
        return self.tabulate(told, columns, self.say("caption"), self.say("note") + self.scale)

    @property
    def chart(self) -> Chart | None:
        """Lines by year, a panel a group; none where there are not two years of which all grades are known."""
        rows = self.frame.dropna(subset=["best"])
        ends = {group: self.in_order(rows, group)["best"] for group in self.groups}
        ends = {group: shares for group, shares in ends.items() if len(shares) > 1}
        if not ends:
            return None
        groups = {group: self.groups[group] for group in ends}
        with group_panels(groups, self.years, 2.6) as (figure, axes):
            for group, ax in axes.items():
                _draw_shares(ax, self.in_order(self.frame, group), self.best)
        shown = rows[rows["group"].isin(list(groups))]
        told = [self.say("title_group", group=groups[group], first=own.iloc[0], last=own.iloc[-1])
                for group, own in ends.items()]  # fmt: skip
        wide = shown.assign(group=shown["group"].map(groups)).pivot(index="year", columns="group", values="best")
        data = ChartData(
            wide[list(groups.values())].set_axis([name_year(as_year(year)) for year in wide.index]),
            "line",
            f"{self.best}占比",
            SHARE,
            colours=dict.fromkeys(groups.values(), INK),
            dashed=tuple(groups.values())[1::2],
            lowest=0.0,
        )
        return self.draw(
            figure,
            data,
            base_year=min(shown["year"]),
            year=max(shown["year"]),
            groups=told,
            hollow=self.say("hollow") if shown["kind"].isin(_FIXED).any() else "",
            marks=self.say("marks") if self.frame["at_best"].notna().any() else "",
            points=self.say_each("alt_point", self.named(shown).rename(columns={"best": "best_share"})),
        )


def _draw_shares(ax: Axes, rows: pd.DataFrame, best: str) -> None:
    """Draw one group's shares by year: in the best grade, hollow where its rule fixes them, and of the best marks."""
    places = rows["year"].map(as_year).map(place_of)
    for column, name, line in (("best", best, "-"), ("at_best", "最高档占比", (0, (4, 2)))):
        known = rows[column].notna()
        if not known.any():
            continue
        colour = INK if column == "best" else MUTED
        ax.plot(places[known], rows.loc[known, column], linestyle=line, color=colour, linewidth=1.6)
        end = (places[known].iloc[-1], rows.loc[known, column].iloc[-1])
        ax.annotate(name, end, xytext=(0, 7), textcoords="offset points", ha="right", color=colour, fontsize=SMALL)
    for place, share, kind in zip(places, rows["best"], rows["kind"], strict=True):
        ax.plot(place, share, "o", markersize=5, color=INK, markerfacecolor=PAPER if kind in _FIXED else INK)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylim(0, min(1.05, max(_LEAST_HIGH, 1.25 * rows[["best", "at_best"]].max().max())))
