"""What did the groups average, and how did that change?"""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, arrange
from analysis.exhibits.theme import INK, PAPER, SMALL
from analysis.exhibits.writer import Headline
from analysis.origins import tell_apart
from analysis.periods import as_year, kind_of, label_year, name_year, place_of
from analysis.words import BASES, CHANGE, GROWTH, POINTS, WHOLE, name_growth, rise_or_fall, turnover

_TOGETHER = "合计"
"""What all groups together are called, as in tables: print may have an average of them."""
_LABELS = 11
"""Years that can be labelled side by side, in all panels together."""
_LINE_HIGH = 0.12
"""What share of the range of the averages a line of writing takes."""
_LEAST_HIGH = 2.0
"""Points that the axis spans at least: less would make much of nothing."""
_SLIGHT = 1e-9
"""What a printed change may differ by from a computed one that is the same."""
_BASE = "比基期"
"""How changes are called that are not all on one year; the table names the year of each."""


class Averages(Exhibit, name="averages", label="平均分", needs=("averages",), since_base=True):
    """Every group's average over the years: of all its units, and of those in the best grade."""

    templates = {
        "average": "{group} {units:whole} 个单位，{year} 年平均 {average:points} 分",
        "uncounted": "{group} {year} 年平均 {average:points} 分",
        "alone": "{group}只有 1 个单位，{year} 年 {average:points} 分",
        "change": "，{than} {base_year} 年的 {base_average:points} 分{delta:moved}{grown}{turnover}",
        "grown": "（{growth:growth}）",
        "not_grown": "（基数不大于 0，不算增长率）",
        "turnover": "，两年单位不同，{moves}",
        "misfit": "；印出的{kind}与印出的平均分不符（算得 {computed}），见通报核对",
        "apart": "（{apart}，印本没有可比的平均分，不列增减）",
        "note_apart": "评分性质不同的年度之间，只列印本有据的增减；",
        "title": "{year} 年平均分{since}：{groups}",
        "since": "（比 {base_year} 年）",
        "group_moved": "{group}{delta:moved}",
        "group_average": "{group} {average:points} 分",
        "measure": "各组全部单位{also}的平均分{beside}{derived}；纵轴不从零起",
        "also": "与{best}单位",
        "beside": "，点旁为{growth}{mixed}",
        "chained": "比前一个有平均分的年度的增长",
        "mixed": "（带 * 的，两年单位不同）",
        "note": "单位进出是与所比年度相比，进入和退出这一范围的单位数；有进出的，增减中含单位不同的影响；",
        "derived": "；空心点由印本的增减数推得",
        "from_printed": "由印出的各项得分算得",
        "alt": "折线图。{shown}。",
        "alt_point": "{group}{population}{year}年平均{average:points}分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_averages`: all years so far, or those since the base year."""
        return self.pair.averages if self.base else self.year.averages

    @property
    def groups(self) -> dict[str, str]:
        """The groups of which the year has an average, and all units together where that is printed."""
        known = self.frame[self.frame["year"].eq(self.year.year) & self.frame["population"].eq("all")]["group"]
        named = super().groups if self.group else super().groups | {"all": _TOGETHER} | self.scheme.group_names
        return {group: name for group, name in named.items() if known.eq(group).any()}

    @property
    def _now(self) -> list[dict[str, Any]]:
        """The year's averages of all units, a row for each group."""
        return self._of_year(self.frame)

    def _of_year(self, frame: pd.DataFrame) -> list[dict[str, Any]]:
        rows = frame[frame["year"].eq(self.year.year) & frame["population"].eq("all")]
        rows = rows.set_index("group").loc[list(self.groups)]
        misfits = [self._tell_misfit(row) for row in rows.reset_index().to_dict("records")]
        named = rows.assign(group=list(self.groups.values()), moves=_write_moves(rows), misfit=misfits)
        return named.to_dict("records")

    def _tell_misfit(self, row: dict[str, Any]) -> str:
        """Say where a printed change is not that of the printed averages beside it."""
        if pd.isna(row["delta"]) or self.year.facts.inputs is not None or self.year.facts.published is None:
            return ""
        audit = self.year.audit
        wrong = set(audit.loc[audit["verdict"].isin(["contradicted", "affected"]), "id"])
        delta, base = row["average"] - row["base_average"], row["base_average"]
        computed = {"delta": delta, "growth": delta / base if base > 0 else float("nan")}
        told = {"delta": ("增减", CHANGE), "growth": ("增长", GROWTH)}
        return "".join(
            self.say("misfit", kind=name, computed=write(computed[kind]))
            for kind, (name, write) in told.items()
            if f"{self.year.year}-{kind}-{row['group']}-all" in wrong and abs(row[kind] - computed[kind]) > _SLIGHT
        )

    @cached_property
    def _since(self) -> tuple[str, str]:
        """How a change and a growth are called, by the years that the years shown are compared with."""
        years = self.frame.loc[self.frame["delta"].notna(), ["year", "base_year"]].drop_duplicates()
        if all(row.base_year == as_year(row.year) - 1 for row in years.itertuples()):
            return self.retell("比上年"), f"{name_growth(self.year.year - 1, self.year.year)}增长"
        if self.base:
            return (since := f"比 {name_year(self.base.year)}"), f"{since}增长"
        return _BASE, f"{_BASE}增长"

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group."""
        again = self._of_year(self._on_same_period) if len(self._on_same_period) else [{}] * len(self.groups)
        return tuple(
            self.say("uncounted" if pd.isna(row["units"]) else "alone" if row["units"] == 1 else "average", **row)
            + self._change(row)
            + (self._change(other) if pd.notna(other.get("delta")) and other["base_year"] != row["base_year"] else "")
            + "。"
            for row, other in zip(self._now, again, strict=True)
        )

    @cached_property
    def _on_same_period(self) -> pd.DataFrame:
        """Of periods, the changes on the same of the year before, where they are not those of the frame; else empty."""
        if self.base or not kind_of(self.year.year):
            return self.frame.head(0)
        found = self.year.averages_on_same_period
        return found if found["delta"].notna().any() else found.head(0)

    def _change(self, row: dict[str, Any]) -> str:
        if pd.notna(row["delta"]):
            turnover = self.say("turnover", **row) if row["moves"] else ""
            grown = self.say("grown" if pd.notna(row["growth"]) else "not_grown", **row)
            than = "比" if float(POINTS(abs(row["delta"]))) else "与"  # 比……升, 与……持平
            return self.say("change", than=than, grown=grown, turnover=turnover, **row) + row.get("misfit", "")
        since = self.year.year if pd.isna(row["base_year"]) else row["base_year"]
        apart = tell_apart({year: origin for year, origin in self.origins.items() if year >= since})
        return self.say("apart", apart=apart) if apart else ""

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """One for each group."""
        shown = []
        for row in self._now:
            says = [f"{WHOLE(row['units'])} 个单位"] if pd.notna(row["units"]) else []
            if pd.notna(row["delta"]):
                changed = f"比 {name_year(row['base_year'])}{rise_or_fall(row['delta'])}"
                growth = name_growth(row["base_year"], as_year(row["year"])) or "增长"
                says = [
                    changed,
                    *([f"{growth} {GROWTH(row['growth'])}"] if pd.notna(row["growth"]) else []),
                    *says,
                    *([self.retell(f"两年单位不同，{row['moves']}")] if row["moves"] else []),
                    *(["印出的升降与平均分不符"] if row["misfit"] else []),
                ]
            shown.append(Headline(f"{row['group']}平均分", POINTS(row["average"]), "分", tuple(says)))
        return tuple(shown)

    @property
    def table(self) -> Table:
        """Averages, changes and growth of every group, year and population."""
        shown = arrange(self.frame, group=self.groups, population=["all", *self.grade_names], year=None)
        printed = shown["year"].map(self.origins).eq("printed") & shown["basis"].eq("computed")
        rows = self.named(shown.assign(basis=shown["basis"].mask(printed, self.templates["from_printed"])))
        moves, (delta, growth) = _write_moves(rows), self._since
        rows = rows.assign(
            population=rows["population"] + "单位", moves=moves.where(moves.ne(""), rows["left"].map({0: "相同"}))
        )
        again: list[Column] = []
        if len(self._on_same_period):
            keys = ["year", "group", "population"]
            same = self._on_same_period.set_index(keys)[["delta", "growth"]].add_prefix("same_")
            rows = rows.join(same.reindex(pd.MultiIndex.from_frame(shown[keys])).set_index(rows.index))
            again = [Column("same_delta", "比上年同期", CHANGE), Column("same_growth", "同比增长", GROWTH)]
        notes = (self.say("note") if moves.any() else "") + (self.say("note_apart") if self.apart else "")
        base = [Column("base_year", "基期", WHOLE)] if delta == _BASE else []
        return self.tabulate(rows, [
            "group", Column("population", "范围"), "year", "units", Column("average", "平均分", POINTS), *base,
            Column("delta", delta, CHANGE), Column("growth", growth, GROWTH), *again,
            Column("moves", "单位进出"), "basis",
        ], "各组平均分、增减与增长", notes)  # fmt: skip

    @property
    def chart(self) -> Chart:
        """A line for each population of each group."""
        labels, colours = ("全部", self.best), dict.fromkeys([*self.scheme.groups, "all"], INK)
        shown = self.frame[self.frame["population"].isin(["all", self.scheme.grades[0].id])]
        shown = self.named(shown[shown["group"].isin(self.groups)])
        shown = shown.assign(mixed=_write_moves(shown).ne(""))
        with new_figure(3.2, columns=len(self.groups), sharey=True) as (figure, axes):
            for ax, (group, name) in zip(axes, self.groups.items(), strict=True):
                own = shown[shown["group"].eq(name)]
                _draw_lines(own, ax, colours[group], labels, _LABELS / len(self.groups))
                _label_ends(own, ax, colours[group], labels, _LINE_HIGH * np.ptp(shown["average"]))
                ax.set_title(name)
            axes[0].set_ylabel("平均分（分）")
            low, high = axes[0].get_ylim()
            more = max(_LEAST_HIGH - (high - low), 0) / 2
            axes[0].set_ylim(low - more, high + more)
        moved = [self.say("group_moved" if pd.notna(row["delta"]) else "group_average", **row) for row in self._now]
        series = {f"{name}·{label}": colours[group] for group, name in self.groups.items() for label in labels}
        wide = shown.assign(series=shown["group"] + "·" + shown["population"]).pivot(
            index="year", columns="series", values="average"
        )
        also = shown["population"].eq(self.best).any()
        data = ChartData(
            wide[[name for name in series if name in wide]].set_axis([name_year(year, "年") for year in wide.index]),
            "line",
            "平均分（分）",
            colours=series,
            dashed=tuple(f"{name}·{self.best}" for name in self.groups.values()),
            measure=f"各组{'、'.join(labels if also else labels[:1])}单位的平均分；纵轴不从零起",
            lowest=max(0.0, 10.0 * (wide.min().min() // 10)),
        )
        growth = self.say("chained") if self._since[0] == _BASE else self._since[1]
        mixed = self.say("mixed") if shown["mixed"].any() else ""
        derived = self.say("derived") if self.frame["basis"].eq("derived").any() else ""
        base = {row["base_year"] for row in self._now if pd.notna(row["delta"])} - {self.year.year - 1}
        return self.draw(
            figure,
            data,
            since=self.say("since", base_year=base.pop()) if base else "",
            groups="，".join(moved),
            also=self.say("also") if also else "",
            beside=self.say("beside", growth=growth, mixed=mixed) if shown["growth"].notna().any() else "",
            derived=derived,
            shown=self.say_each("alt_point", shown),
        )


def _write_moves(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(map(turnover, rows["entered"], rows["left"]), rows.index, dtype=object)


def _draw_lines(averages: pd.DataFrame, ax: Axes, colour: str, labels: tuple[str, str], room: float) -> None:
    """Draw one group's averages over the years: of all units, and of the best, dashed; labels where there is room."""
    averages = averages.assign(named=averages["year"], year=averages["year"].map(place_of))
    names = averages.set_index("year")["named"].sort_index().to_dict()
    years = list(names)
    labelled, derived = list[int](), set(averages.loc[averages["basis"].eq(BASES["derived"]), "year"])
    for year in (years[-1], *sorted(years, key=derived.__contains__)):  # of scored years first
        if all(abs(year - other) > (years[-1] - years[0]) / room for other in labelled):
            labelled.append(year)
    for label, marker, style, below in zip(labels, "os", ("-", (0, (4, 2))), (True, False), strict=True):
        line = averages[averages["population"].eq(label)].sort_values("year")
        dots: Any = {"marker": marker, "markersize": 6, "color": colour}
        ax.plot(line["year"], line["average"], linewidth=1.8, linestyle=style, **dots)
        derived = line[line["basis"].eq(BASES["derived"])]
        ax.plot(derived["year"], derived["average"], linestyle="", markerfacecolor=PAPER, **dots)
        for row in line[line["year"].isin(labelled)].itertuples():
            growth = f"\n{GROWTH(row.growth)}{'*' if row.mixed else ''}" if pd.notna(row.growth) else ""
            text = POINTS(row.average) + growth
            ax.annotate(text, (row.year, row.average), xytext=(0, -9 if below else 9), textcoords="offset points",
                        ha="center", va="top" if below else "bottom", fontsize=SMALL, linespacing=1.25)  # fmt: skip
    ax.set_xticks(years, [label_year(name) if year in labelled else "" for year, name in names.items()])
    ax.set_xlim(min(years) - 0.35, max(years) + 0.75)
    ax.margins(y=0.28)


def _label_ends(averages: pd.DataFrame, ax: Axes, colour: str, labels: tuple[str, str], near: float) -> None:
    """Name the lines of one group at their ends, apart where they end as near each other as that."""
    ends = averages.assign(place=averages["year"].map(place_of)).sort_values("place").groupby("population").tail(1)
    ends = arrange(ends, population=labels).sort_values("average", kind="stable")
    crowded = len(ends) > 1 and np.ptp(ends["place"]) == 0 and np.ptp(ends["average"]) <= near
    for end, up in zip(ends.itertuples(), (-6, 6) if crowded else (0, 0), strict=False):
        ax.annotate(end.population, (end.place, end.average), xytext=(24, up), textcoords="offset points",
                    ha="left", va="center", color=colour)  # fmt: skip
