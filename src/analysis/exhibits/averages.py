"""What did the groups average, and how did that change?"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.prose import Finding
from analysis.exhibits.table import Column, Table, arrange
from analysis.exhibits.theme import INK, PAPER, POINTS_AN_INCH, SMALL, grade_colours
from analysis.exhibits.writer import Headline
from analysis.origins import tell_apart
from analysis.periods import as_year, kind_of, label_year, name_year, place_of
from analysis.texts import count_ems
from analysis.words import (
    BASES,
    CHANGE,
    GROWTH,
    POINTS,
    WHOLE,
    grow_or_shrink,
    name_growth,
    rise_or_fall,
    rounding_note,
    turnover,
)

_TOGETHER = "合计"
"""What all groups together are called, as in tables: print may have an average of them."""
_ACROSS = 3
"""Panels side by side."""
_LABELS = 11
"""Years that can be labelled side by side, in all panels together; of more, only the first and the last are."""
_TICKS = 6
"""Years that are named along an axis, at most."""
_AWAY, _LEAST_ROOM, _PANELS_WIDE = 10.0, 26.0, 0.9
"""Points from the end of a line to its name, and beside the first and last dot; panels' share of a drawing's width."""
_LINE_HIGH = 0.075
"""What share of the height of a panel a line of writing takes."""
_FEWEST = 2
"""Years that make a run."""
_LEAST_HIGH = 2.0
"""Points that the axis spans at least: less would make much of nothing."""
_SLIGHT = 1e-9
"""What a printed change may differ by from a computed one that is the same."""
_BASE = "比基期"
"""How changes are called that are not all on one year; the table names the year of each."""


class Averages(Exhibit, name="averages", label="平均分", needs=("averages",), since_base=True):
    """Every group's average over the years: of all its units, and of those in the best grade."""

    templates = {
        "told": "{group}{units:whole}个单位，{year}年平均{average:points}分",
        "uncounted": "{group}{year}年平均{average:points}分",
        "alone": "{group}只有1个单位，{year}年{average:points}分",
        "change": "，{than}{base_year}年的{base_average:points}分{delta:moved}{grown}{turnover}{rounding}",
        "grown": "（{growth:grown}）",
        "not_grown": "（基数不大于0，不计算增长率）",
        "turnover": "，两年单位不同，{moves}",
        "misfit": "；通报所列{kind}与通报所列平均分不符（核算为{computed}），见通报核对",
        "apart": "（{apart}，通报没有可比的平均分，不列增减）",
        "note_apart": "评分性质不同的年度之间，只列通报载明的增减；",
        "finding": "{since}以来，{groups}",
        "from_to": "{group}平均分由{start:points}分{way}{end:points}分",
        "still": "{group}平均分持平（{end:points}分）",
        "title": "{year}年平均分{since}：{groups}",
        "since": "（比{base_year}年）",
        "moved": "{delta:moved}",
        "average": "{average:points}分",
        "measure": "各组全部单位{also}的平均分（分）{beside}{derived}；纵轴不从零起",
        "also": "和{best}单位",
        "beside": "，数值下方为{growth}{mixed}",
        "chained": "比前一有平均分年度的增长",
        "mixed": "（带*的，两年单位不同）",
        "note": "“单位进出”为与所比年度相比新增和减少的单位数；有进出的，增减含单位变动的影响；",
        "derived": "；空心点由通报所列增减数推得",
        "from_printed": "由通报所列各项得分算得",
        "units": "{units:whole}个单位{moves}",
        "moves": "（{moves}）",
        "misfit_short": "通报所列增减与平均分不符",
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
            return (since := f"比{name_year(self.base.year)}"), f"{since}增长"
        return _BASE, f"{_BASE}增长"

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group."""
        again = self._of_year(self._on_same_period) if len(self._on_same_period) else [{}] * len(self.groups)
        return tuple(
            self.say("uncounted" if pd.isna(row["units"]) else "alone" if row["units"] == 1 else "told", **row)
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
            is_level = not float(POINTS(abs(row["delta"])))
            grown = self.say("grown", **row) if pd.notna(row["growth"]) else self.say("not_grown")
            grown, than = ("", "与") if is_level else (grown, "比")  # 与……持平, 比……提高
            base, average = row["base_average"], row["average"]
            told = {"grown": grown, "turnover": turnover, "rounding": rounding_note(base, [average - base], average)}
            return self.say("change", than=than, **told, **row) + row.get("misfit", "")
        since = self.year.year if pd.isna(row["base_year"]) else row["base_year"]
        apart = tell_apart({year: origin for year, origin in self.origins.items() if year >= since})
        return self.say("apart", apart=apart) if apart else ""

    @property
    def moves(self) -> dict[str, str]:
        """By what a group is called, by how much its average changed, or else what it is."""
        kinds = {True: "moved", False: "average"}
        return {row["group"]: self.say(kinds[pd.notna(row["delta"])], **row) for row in self._now}

    @property
    def on_other_base(self) -> str:
        """On which year the changes are where that is not the one before; else ""."""
        base = {row["base_year"] for row in self._now if pd.notna(row["delta"])} - {self.year.year - 1}
        return self.say("since", base_year=base.pop()) if base else ""

    @property
    def finding(self) -> Finding:
        """From where to where averages went over all years shown; where these cannot be compared, the last change."""
        runs = [self._run(group) for group in self.groups]
        if any(len(run) < _FEWEST for run in runs) or len({run.index[0] for run in runs}) > 1:
            return super().finding
        told = [self._tell_run(name, run) for name, run in zip(self.groups.values(), runs, strict=True)]
        return Finding(self.say("finding", since=name_year(runs[0].index[0]), groups="，".join(told)))

    def _run(self, group: str) -> pd.Series:
        """Return the averages of a group, by year, as far back as each is compared with the one before."""
        own = self.frame[self.frame["group"].eq(group) & self.frame["population"].eq("all")]
        own = own.set_index("year").sort_index()
        compared = own["delta"].notna()[::-1].cumprod()[::-1].astype(bool)
        return own["average"][compared | compared.shift(-1, fill_value=True)]

    def _tell_run(self, group: str, run: pd.Series) -> str:
        start, end = run.iloc[0], run.iloc[-1]
        if POINTS(start) == POINTS(end):
            return self.say("still", group=group, end=end)
        return self.say("from_to", group=group, start=start, end=end, way="提高到" if end > start else "下降到")

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """One for each group."""
        shown = []
        for group, row in zip(self.groups, self._now, strict=True):
            says = []
            if pd.notna(row["delta"]):
                growth = name_growth(row["base_year"], as_year(row["year"]))
                grown = f"，{growth}{grow_or_shrink(row['growth'])}" if pd.notna(row["growth"]) else ""
                says = [f"比{name_year(row['base_year'])}{rise_or_fall(row['delta'])}{grown}"]
            if pd.notna(row["units"]):
                says.append(self.say("units", **row | {"moves": self.say("moves", **row) if row["moves"] else ""}))
            if row["misfit"]:
                says.append(self.say("misfit_short"))
            run = tuple((name_year(year), average) for year, average in self._run(group).items())
            shown.append(Headline(f"{row['group']}平均分", POINTS(row["average"]), "分", tuple(says), trend=run))
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
        labels, best = ("全部", self.best), grade_colours(self.scheme.grade_names)[self.scheme.grades[0].id]
        colours = dict(zip(labels, (INK, best), strict=True))
        shown = self.frame[self.frame["population"].isin(["all", self.scheme.grades[0].id])]
        shown = self.named(shown[shown["group"].isin(self.groups)])
        shown = shown.assign(mixed=_write_moves(shown).ne(""), place=shown["year"].map(place_of)).sort_values("place")
        across = min(len(self.groups), _ACROSS)
        down = -(-len(self.groups) // across)
        is_labelled = shown["year"].nunique() * across <= _LABELS
        with new_figure(3.2 * down, columns=across, rows=down, sharey=True) as (figure, axes):
            panels = {
                name: (shown[shown["group"].eq(name)], ax) for name, ax in zip(self.groups.values(), axes, strict=False)
            }
            for name, (own, ax) in panels.items():
                _draw_lines(own, ax, colours, is_labelled)
                ax.set_title(name)
                ax.margins(y=0.28 if is_labelled else 0.12)
            low, high = axes[0].get_ylim()
            more = max(_LEAST_HIGH - (high - low), 0) / 2
            axes[0].set_ylim(low - more, high + more)
            for own, ax in panels.values():
                _write_ends(own, ax, is_labelled, figure.get_figwidth() * POINTS_AN_INCH * _PANELS_WIDE / across)
            for ax in axes[len(panels) :]:
                ax.axis("off")
        series = {f"{name}·{label}": colour for name in panels for label, colour in colours.items()}
        wide = shown.assign(series=shown["group"] + "·" + shown["population"]).pivot(
            index="year", columns="series", values="average"
        )
        also = shown["population"].eq(self.best).any()
        data = ChartData(
            wide[[name for name in series if name in wide]].set_axis([name_year(year) for year in wide.index]),
            "line",
            "平均分（分）",
            colours=series,
            dashed=tuple(f"{name}·{self.best}" for name in self.groups.values()),
            measure=f"各组{'、'.join(labels if also else labels[:1])}单位的平均分；纵轴不从零起",
            lowest=max(0.0, 10.0 * (wide.min().min() // 10)),
        )
        growth = self.say("chained") if self._since[0] == _BASE else self._since[1]
        mixed = self.say("mixed") if shown["mixed"].any() else ""
        beside = is_labelled and shown["growth"].notna().any()
        derived = self.say("derived") if self.frame["basis"].eq("derived").any() else ""
        return self.draw(
            figure,
            data,
            since=self.on_other_base,
            groups="，".join(map("".join, self.moves.items())),
            also=self.say("also") if also else "",
            beside=self.say("beside", growth=growth, mixed=mixed) if beside else "",
            derived=derived,
            shown=self.say_each("alt_point", shown),
        )


def _write_moves(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(map(turnover, rows["entered"], rows["left"]), rows.index, dtype=object)


def _draw_lines(averages: pd.DataFrame, ax: Axes, colours: Mapping[str, str], is_labelled: bool) -> None:
    """Draw one group's averages over the years, with labels where there is room: of all units; of the best, dashed."""
    looks = zip(colours.items(), "os", ("-", (0, (4, 2))), strict=True)
    order = averages["population"].map(list(colours).index)
    lower = averages.assign(order=order).sort_values(["average", "order"]).drop_duplicates("place").index
    averages = averages.assign(below=averages.index.isin(lower))  # labels stand away from the other line
    for (label, colour), marker, style in looks:
        line = averages[averages["population"].eq(label)]
        dots: Any = {"marker": marker, "markersize": 6, "color": colour}
        ax.plot(line["place"], line["average"], linewidth=1.8, linestyle=style, **dots)
        derived = line[line["basis"].eq(BASES["derived"])]
        ax.plot(derived["place"], derived["average"], linestyle="", markerfacecolor=PAPER, **dots)
        for row in line.itertuples() if is_labelled else ():
            growth = f"\n{GROWTH(row.growth)}{'*' if row.mixed else ''}" if pd.notna(row.growth) else ""
            ax.annotate(POINTS(row.average) + growth, (row.place, row.average), xytext=(0, -9 if row.below else 9),
                        textcoords="offset points", ha="center", va="top" if row.below else "bottom", fontsize=SMALL,
                        linespacing=1.25, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5})  # fmt: skip
    years = averages.drop_duplicates("place").set_index("place")["year"]
    step = -(-len(years) // _TICKS)
    told = [label_year(year) if place % step == 0 else "" for place, year in enumerate(years[::-1])]
    ax.set_xticks([*years.index], told[::-1])


def _write_ends(averages: pd.DataFrame, ax: Axes, is_labelled: bool, wide: float) -> None:
    """Name the lines of one group at their ends, apart where they are near; with values where their dots have none.

    Parameters
    ----------
    averages : DataFrame
        By place.
    ax : Axes
    is_labelled : bool
    wide : float
        How many points the panel is across.
    """
    near, size = _LINE_HIGH * np.ptp(ax.get_ylim()), mpl.rcParams["font.size"]
    room = [_LEAST_ROOM, _LEAST_ROOM]
    for end, away, side in ((0, -_AWAY, "right"), (-1, _AWAY, "left")):
        points = averages.groupby("population").nth(end).sort_values("average", kind="stable")
        values = ["" if is_labelled else POINTS(value) for value in points["average"]]
        texts = [f"{name} {value}".strip() for name, value in zip(points["population"], values, strict=True)]
        texts = texts if end else values
        crowded = len(points) > 1 and np.ptp(points["place"]) == 0 and np.ptp(points["average"]) <= near
        for point, text, up in zip(points.itertuples(), texts, (-6, 6) if crowded else (0, 0), strict=False):
            look: Any = {"textcoords": "offset points", "ha": side, "va": "center", "in_layout": False}
            ax.annotate(text, (point.place, point.average), xytext=(away, up), **look)
        room[end] = max(room[end], _AWAY + size * max(map(count_ems, texts), default=0.0))
    first, last = averages["place"].min(), averages["place"].max()
    scale = max(last - first, 1) / (wide - sum(room))
    ax.set_xlim(first - room[0] * scale, last + room[1] * scale)
