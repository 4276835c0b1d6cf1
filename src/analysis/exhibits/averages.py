"""What did the groups average, and how did that change?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import PAPER, Chart, ChartData, group_colours, new_figure, theme
from analysis.exhibits.exhibit import Exhibit, Headline
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.words import BASES, CHANGE, GROWTH, POINTS, percent, points, rise_or_fall


class Averages(Exhibit):
    """Every group's average over the years: of all its units, and of those in the best grade."""

    name = "averages"
    label = "平均分"
    needs = ("marks",)
    looks_back = since_base = True
    templates = {
        "average": "{group} {units} 个单位，{year} 年平均 {average} 分",
        "change": "，比 {base_year} 年的 {base} 分{moved}（{growth}）",
        "title": "{year} 年平均分：{groups}",
        "measure": "各组全部单位与{best}单位的平均分，点旁为同比增长{derived}；纵轴不从零起",
        "derived": "；空心点由印本的增减数推得",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_averages`: all years so far, or those since the base year."""
        return self.pair.averages if self.base else self.year.averages

    @property
    def _now(self) -> pd.DataFrame:
        own = self.frame[self.frame["year"].eq(self.year.year) & self.frame["population"].eq("all")]
        return own.set_index("group").loc[list(self.groups)].assign(name=list(self.groups.values()))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group."""
        return tuple(self._tell(row) + "。" for row in self._now.itertuples())

    def _tell(self, row: Any) -> str:
        year = self.year.year
        told = self.say("average", group=row.name, units=int(row.units), year=year, average=points(row.average))
        if pd.notna(row.delta):
            moved, growth = rise_or_fall(row.delta), percent(row.growth, signed=True)
            told += self.say("change", base_year=year - 1, base=points(row.base_average), moved=moved, growth=growth)
        return told

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """One for each group."""
        shown = []
        for row in self._now.itertuples():
            says = [f"{int(row.units)} 个单位"]
            if pd.notna(row.delta):
                growth = percent(row.growth, signed=True)
                says = [f"比 {self.year.year - 1} 年{rise_or_fall(row.delta)}", f"同比 {growth}", *says]
            shown.append(Headline(f"{row.name}平均分", points(row.average), "分", tuple(says)))
        return tuple(shown)

    @property
    def table(self) -> Table:
        """Averages, changes and growth of every group, year and population."""
        populations = {"all": "全部单位"} | {grade: f"{name}单位" for grade, name in self.grade_names.items()}
        own = self.frame[self.frame["population"].isin(populations) & self.frame["group"].isin(self.groups)]
        places = {"group": list(self.groups).index, "population": list(populations).index}
        order = pd.DataFrame({name: own[name].map(place) for name, place in places.items()}).assign(year=own["year"])
        own = own.loc[order.sort_values(["group", "population", "year"]).index]
        frame = own.assign(
            who=own["group"].map(self.groups),
            population=own["population"].map(populations),
            basis=own["basis"].map(BASES),
        )
        columns: Columns = [
            "who", Column("population", "范围"), "year", "units", Column("average", "平均分", POINTS),
            Column("delta", "比上年", CHANGE), Column("growth", "同比增长", GROWTH), "basis",
        ]  # fmt: skip
        return make_table(frame, columns, "各组平均分、增减与增长", self.note, head="组别")

    @property
    def chart(self) -> Chart:
        """A line for each population of each group."""
        labels = {"all": "全部", self.scheme.grades[0].id: self.best}
        shown = self.frame[self.frame["population"].isin(labels) & self.frame["group"].isin(self.groups)]
        colours = group_colours(self.scheme.groups)
        figure, axes = new_figure(3.2, columns=len(self.groups), sharey=True)
        with theme():
            for ax, (group, name) in zip(axes, self.groups.items(), strict=True):
                draw_averages(shown[shown["group"].eq(group)], ax, colours[group], labels)
                ax.set_title(name)
            for ax in axes[1:]:
                ax.set_ylabel("")
        moved = [
            f"{row.name}{rise_or_fall(row.delta)}" if pd.notna(row.delta) else f"{row.name} {points(row.average)} 分"
            for row in self._now.itertuples()
        ]
        told = "；".join(
            f"{self.groups[row.group]}{labels[row.population]}{row.year}年平均{points(row.average)}分"
            for row in shown.itertuples()
        )
        derived = self.templates["derived"] if self.frame["basis"].eq("derived").any() else ""
        return self.draw(
            figure,
            self.say("title", groups="，".join(moved)),
            self.say("measure", derived=derived),
            f"折线图。{told}。",
            self._data(shown, labels, colours),
        )

    def _data(self, shown: pd.DataFrame, labels: dict[str, str], colours: dict[str, str]) -> ChartData:
        names = {f"{name}·{label}": colours[group] for group, name in self.groups.items() for label in labels.values()}
        series = shown["group"].map(self.groups) + "·" + shown["population"].map(labels)
        wide = shown.assign(series=series).pivot(index="year", columns="series", values="average")
        frame = wide[[name for name in names if name in wide]]
        return ChartData(
            frame.set_axis([f"{year}年" for year in frame.index]),
            "line",
            "平均分（分）",
            colours=names,
            measure=f"各组{'、'.join(labels.values())}单位的平均分；纵轴不从零起",
            lowest=max(0.0, 10.0 * (frame.min().min() // 10)),
        )


def draw_averages(averages: pd.DataFrame, ax: Axes, colour: str, labels: dict[str, str]) -> Axes:
    """Draw one group's averages over the years, one line per population.

    Parameters
    ----------
    averages : DataFrame with columns year, population, average, growth, basis (one group)
    ax : Axes
    colour : str
    labels : dict of population ("all" or a grade) to its label; only these are drawn, the first one solid

    Returns
    -------
    Axes
    """
    for position, (population, label) in enumerate(labels.items()):
        line = averages[averages["population"].eq(population)].sort_values("year")
        dots: Any = {"marker": "os^D"[position % 4], "markersize": 6, "color": colour}
        ax.plot(line["year"], line["average"], linewidth=1.8, linestyle="-" if position == 0 else (0, (4, 2)), **dots)
        derived = line[line["basis"].eq("derived")]
        ax.plot(derived["year"], derived["average"], linestyle="", markerfacecolor=PAPER, **dots)
        below = position == 0 and len(labels) > 1
        for row in line.itertuples():
            text = points(row.average) + (f"\n{percent(row.growth, signed=True)}" if pd.notna(row.growth) else "")
            ax.annotate(text, (row.year, row.average), xytext=(0, -9 if below else 9), textcoords="offset points",
                        ha="center", va="top" if below else "bottom", fontsize=8.5, linespacing=1.25)  # fmt: skip
        if len(line):
            last = line.iloc[-1]
            ax.annotate(label, (last["year"], last["average"]), xytext=(24, 0), textcoords="offset points",
                        ha="left", va="center", color=colour)  # fmt: skip
    years = sorted(averages["year"].unique())
    ax.set_xticks(years, [f"{year}年" for year in years])
    ax.set_xlim(min(years) - 0.35, max(years) + 0.75)
    ax.margins(y=0.22)
    ax.set_ylabel("平均分（分）")
    return ax
