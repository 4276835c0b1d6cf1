"""What is printed of every unit, and of one: its results in the year and its grade in every year."""

from collections.abc import Iterator
from functools import cached_property

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.live import tag
from analysis.exhibits.printed import OfPrint, judge_units
from analysis.exhibits.prose import Finding
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import MUTED, ROW, grade_colours
from analysis.exhibits.unit import UnitExhibit
from analysis.periods import AnyYear, name_year
from analysis.words import HEADS, UNGRADED, VERDICTS

_FEWEST = 2
"""Totals that make a chart."""


class GradeHistory(OfPrint, name="grade_history", label="各单位结果和历年等次", looks_back=True):
    """What is printed of every unit in the year, and the grade it had in every year so far, under whatever name."""

    templates = {
        "found": "{year}年度通报公布{units}个单位的{held:list}{grades}{lacks}",
        "nothing": "{year}年度通报没有公布各单位结果",
        "grades": "（{counts:list}）",
        "lacks": "，未公布{lacking:list}",
        "checked": "各单位总分、名次和等次的核对结论：{verdicts:list}（仅以通报自身的数据核对）。",
        "count": "{verdict}{units}个",
        "title": "{year}年度通报总分首尾相差：{spreads:list}",
        "spread": "{group}{spread:points}分",
        "measure": "通报所载总分（分），按名次或名单次序；{graded}横轴不从零起",
        "graded": "圆点由深至浅依次为{grades:list}；",
        "alt": "点图。{totals}。",
        "alt_unit": "{name}{total}分",
        "told": "{name}：{total}分{place}",
        "place": "，第{rank}名",
        "caption": "各单位{year}年度结果和历年等次",
        "note": "等次为当年名称；",
        "absent": "未参加",
        "scored": "{year}年度有评分，各单位结果见得分页。",
        "unsettled": "待定",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a unit, a column a year: the grade as it was called; also unit_id, name and group (of the year).

        And total and rank (as printed), and verdict (what became of the claims about it), "" for none.
        """
        results = self.year.results_so_far
        dataset = self.year.dataset
        called = {year: dataset.year(year).scheme.grade_names for year in self.year.reported_years}
        graded = zip(results["year"], results["grade"], strict=True)
        names = [called[year].get(grade, UNGRADED) for year, grade in graded]
        wide = results.assign(called=names).pivot(index="unit_id", columns="year", values="called")
        wide = wide.reindex(columns=[*self.year.reported_years]).astype(object)  # also a year that names nobody
        units = self.year.results[["unit_id", "name", "group"]]
        for year in wide.columns:
            wide[year] = wide[year].fillna(
                pd.Series([self._tell_absent(unit, year) for unit in wide.index], wide.index)
            )
        cells = self.year.facts.table.cells if self.year.facts.table else {}
        known = {key: cell.value for key, cell in cells.items()}
        printed = {column: [known.get((name, column), "") for name in units["name"]] for column in ("total", "rank")}
        verdicts = units["unit_id"].map(judge_units(self.year)["verdict"]).fillna("") if known else ""
        return units.assign(**printed, verdict=verdicts).merge(wide, left_on="unit_id", right_index=True)

    @property
    def absent(self) -> str:
        """Where there are marks, and results are not those that are printed."""
        return self.say("scored") if self.year.facts.inputs is not None else ""

    def _tell_absent(self, unit: str, year: AnyYear) -> str:
        """Say why a unit has no grade in a year: it was not assessed, or nobody knows."""
        if unit in self.year.facts.unsettled_since(year):
            return self.templates["unsettled"]
        return self.templates["absent"] if self.year.dataset.year(year).scheme.knows_units() else UNGRADED

    @property
    def finding(self) -> Finding:
        """Of how many units is printed what, and what is not."""
        if self.absent:
            return super().finding
        grades = self.year.results["grade"].map(self.scheme.grade_names)
        counts = [
            f"{name}{(grades == name).sum()}个" for name in self.scheme.grade_names.values() if (grades == name).any()
        ]
        has = {HEADS[column][0]: bool(self.frame[column].ne("").any()) for column in ("total", "rank")}
        has["等次"] = bool(grades.notna().any())
        held, lacking = ([name for name, is_held in has.items() if is_held is each] for each in (True, False))
        told = grades.notna() | self.frame[["total", "rank"]].ne("").any(axis=1)
        lacks = self.say("lacks", lacking=lacking) if lacking else ""
        counted = self.say("grades", counts=counts) if counts else ""
        return Finding(
            self.say("found" if held else "nothing", units=told.sum(), held=held, grades=counted, lacks=lacks)
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What became of the claims about units; nothing where print makes none."""
        counts = self.frame["verdict"].value_counts()
        told = [self.say("count", verdict=VERDICTS[each], units=counts[each]) for each in VERDICTS if each in counts]
        return (self.say("checked", verdicts=told),) if told else ()

    @property
    def table(self) -> Table:
        """A row a unit."""
        years = [Column(str(year), f"{name_year(year)}等次") for year in self.year.reported_years]
        printed = [column for column in ("rank", "total") if self.frame[column].ne("").any()]
        columns: Columns = [
            "name", "group", *(Column(each, HEADS[each][0], right=True) for each in printed), *years,
            *([Column("verdict", "核对")] if self.frame["verdict"].ne("").any() else []),
        ]  # fmt: skip
        rows = self.frame.assign(verdict=self.frame["verdict"].map(VERDICTS)).rename(columns=str)
        rows[printed] = rows[printed].replace("", "—")
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"))

    @property
    def chart(self) -> Chart | None:
        """A dot a unit, a panel a group; none where fewer than two totals of any group are printed."""
        rows = self.frame.assign(grade=self.frame[self.year.year])[self.frame["total"].ne("")]
        sizes = rows["group"].value_counts()
        rows = rows[rows["group"].map(sizes).ge(_FEWEST)].assign(shown=lambda own: own["total"].astype(float))
        groups = [group for group in self.scheme.groups if rows["group"].eq(group).any()]
        if not groups:
            return None
        heights = [1.5 + sizes[group] for group in groups]
        height = 0.2 + 0.6 * len(groups) + ROW * sum(sizes[group] for group in groups)
        with new_figure(height, rows=len(groups), height_ratios=heights, sharex=True) as (figure, axes):
            for ax, group in zip(axes, groups, strict=True):
                self._draw_totals(ax, rows[rows["group"].eq(group)])
                ax.set_title(self.scheme.group_names[group])
            axes[-1].set_xlabel("总分（分）")
        spreads = rows.groupby("group")["shown"].agg(lambda own: own.max() - own.min())
        names = self.scheme.group_names
        told = [self.say("spread", group=names[group], spread=spreads[group]) for group in groups]
        data = ChartData(pick(rows, {"shown": "总分"}), "picture", "总分（分）")
        graded = self.year.results["grade"].notna().any()
        grades = self.say("graded", grades=self.scheme.grade_names.values()) if graded else ""
        totals = self.say_each("alt_unit", rows[["name", "total"]])
        return self.draw(figure, data, spreads=told, graded=grades, totals=totals)

    def _draw_totals(self, ax: Axes, rows: pd.DataFrame) -> None:
        """Draw the totals of one group, in the colour of the grade where that is known."""
        colours = grade_colours(self.scheme.grade_names.values())
        for place, row in enumerate(rows.itertuples()):
            (dot,) = ax.plot(row.shown, place, "o", color=colours.get(row.grade, MUTED), markersize=6)
            ranked = self.say("place", rank=row.rank) if row.rank else ""
            tag(dot, row.unit_id, self.say("told", name=row.name, total=row.total, place=ranked))
        write_beside(ax, rows["total"])
        label_rows(ax, rows["name"], units=list(rows["unit_id"]))


class UnitPrinted(
    UnitExhibit, name="unit_printed", label="通报公布的单位结果", needs=("unit", "results"), looks_back=True
):
    """What is printed of one unit in the year, and how long it has been in the best grade."""

    templates = {
        "result": "{name}{year}年度{told}。",
        "total": "总分{total}分",
        "rank": "第{rank:whole}名",
        "grade": "等次为{grade}",
        "streak": "{at_least}连续{streak}年{best}",
        "at_least": "至少",
        "nothing": "未公布结果",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The unit's row of the results of the year."""
        return self.of_unit(self.year.results)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One."""
        return (self.say("result", name=self.unit, told="，".join(self._tell()) or self.say("nothing")),)

    @property
    def finding(self) -> Finding:
        """The sentence."""
        return Finding(self.sentences[0].removesuffix("。"))

    def _tell(self) -> Iterator[str]:
        cell = self.year.facts.table.cells.get((self.unit, "total")) if self.year.facts.table else None
        named = self.named(self.frame).assign(total=cell.value if cell else None)
        for column in ("grade",) if self.withheld else ("grade", "rank", "total"):
            yield from (self.say(column, **{column: value}) for value in named[column].dropna())
        if find_lacking(["best_grade"], self.year):
            return
        for row in self.of_unit(self.year.streaks).itertuples():
            if row.streak > 1:
                at_least = self.say("at_least") if row.at_least else ""
                yield self.say("streak", at_least=at_least, streak=row.streak)
