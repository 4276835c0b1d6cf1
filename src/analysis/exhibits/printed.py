"""What does print alone say of each unit, and what can be known without any marks?"""

from collections.abc import Iterator
from functools import cached_property

import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import label_rows, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import MUTED, ROW
from analysis.periods import AnyYear, name_year
from analysis.words import ADJUSTMENTS, BASES, HEADS, UNGRADED, VERDICTS, WHOLE, name_years

_TOLD = ("contradicted", "affected", "explained", "within_rounding")
"""The verdicts of which a row says why."""
_FEWEST = 2
"""Totals that make a chart."""


class OfPrint(Exhibit, needs=("results",)):
    """Takes nothing from marks, and says so."""

    @property
    def note(self) -> str:
        """That all is as printed."""
        return f"{BASES['printed']}，没有改动"

    @property
    def source(self) -> str:
        """The year's document."""
        return f"来源：{self.scheme.document}；{self.note}"


class PrintedLists(OfPrint, name="printed_lists", label="印出的等次名单"):
    """The units of every graded list, in printed order."""

    templates = {
        "none": "{year} 年没有印出等次名单。",
        "caption": "{year} 年度通报的等次名单",
        "note": "先后照印本；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, of (the grade), section, units (how many), names (in printed order)."""
        lists = self.year.facts.printed_lists()
        graded = lists[lists["list"].eq("graded")]
        order = {grade: place for place, grade in enumerate(self.scheme.grade_names)}
        rows = graded.groupby(["group", "of"], sort=False).agg(
            section=("section", "first"), units=("name", "size"), names=("name", "、".join)
        )
        rows = rows.reset_index().assign(order=lambda own: own["of"].map(order))
        groups = [*self.scheme.groups, *({"all"} & set(rows["group"]) - set(self.scheme.groups))]
        return pd.concat([rows[rows["group"].eq(group)].sort_values("order") for group in groups]).drop(columns="order")

    @property
    def absent(self) -> str:
        """Where no list is printed."""
        return self.say("none") if self.frame.empty else ""

    @property
    def table(self) -> Table:
        """A row a list."""
        rows = self.frame.rename(columns={"of": "grade"})
        columns: Columns = ["group", "grade", Column("units", "单位数", WHOLE), Column("names", "单位名单"), "section"]
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"), head="等次")


class PrintedResults(OfPrint, name="printed_results", label="印出的得分和名次", needs=("group", "table")):
    """What the printed table of results says of every unit of a group, and whether it agrees with itself."""

    templates = {
        "none": "{group}：没有印出得分和名次。",
        "held": "{group}：印出的结果表列有 {units} 个单位，印有{columns:list}；其中{verdicts:list}。",
        "unchecked": "没有可核对的数的 {units} 个",
        "checked": "核对结论为{verdict}的 {units} 个",
        "title": "{year} 年{group}：印出的总分首尾相差 {spread:points} 分",
        "title_some": "{year} 年{group}：印有总分的 {units} 个单位首尾相差 {spread:points} 分",
        "tied": "{year} 年{group}：印出的总分都相同",
        "measure": "各单位印出的总分，按印出的先后；横轴不从零起",
        "alt": "点图。{totals}。",
        "alt_unit": "{name}{total}分",
        "caption": "{year} 年{group}：印出的得分和名次",
        "note": "核对只用印本自身的数；",
        "why": "{text}（{verdict}）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns unit_id, name, those of the table as printed (text), grade, verdict (the worst), why."""
        table, units = self.year.facts.table, self.of_group(self.year.units)
        assert table is not None
        listed = units.set_index("name")["unit_id"]
        names = [name for name in dict.fromkeys(table.names.names) if name in listed.index]
        cells = {key: cell.value for key, cell in table.cells.items()} | dict.fromkeys(table.lacking, "—")
        rows = [{column: cells.get((name, column), "") for column in self._columns} for name in names]
        grades = [self.scheme.grade_names.get(table.grades.get(name, ""), "") for name in names]
        told = pd.DataFrame([self._judge(listed[name]) for name in names], columns=["verdict", "why"])
        frame = pd.DataFrame(rows, columns=self._columns).assign(grade=grades, **told)
        return frame.assign(unit_id=[listed[name] for name in names], name=names)

    @cached_property
    def _columns(self) -> list[str]:
        """The columns in which anything is printed of the group."""
        table, names = self.year.facts.table, {*self.of_group(self.year.units)["name"]}
        printed = {column for name, column in [*table.cells, *table.lacking] if name in names} if table else set[str]()
        return [column for column in table.columns if column in printed] if table else []

    @property
    def absent(self) -> str:
        """Where nothing is printed of the group."""
        return self.say("none") if self.frame.empty else ""

    def _judge(self, unit: str) -> tuple[str, str]:
        """Return the worst verdict of the claims about a unit, and what does not hold as printed."""
        claims = self.year.audit[self.year.audit["unit_id"].eq(unit)]
        worst = next((verdict for verdict in VERDICTS if claims["verdict"].eq(verdict).any()), "")
        told = claims[claims["verdict"].isin(_TOLD)]
        return worst, self.say_each("why", told.assign(verdict=told["verdict"].map(VERDICTS)))

    @property
    def _names(self) -> dict[str, str]:
        """What columns are called."""
        blocks = {key: block.name for key, block in self.scheme.blocks.items()}
        fixed = {key: HEADS[key][0] for key in ("total", "rank")}
        return {each: (fixed | ADJUSTMENTS | blocks).get(each, each) for each in self._columns}

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is printed of how many units, and how many of them agree with the rest of print."""
        counts = self.frame["verdict"].value_counts()
        told = [self.say("checked", verdict=VERDICTS[each], units=counts[each]) for each in VERDICTS if each in counts]
        told += [self.say("unchecked", units=counts[""])] if "" in counts else []
        columns = [*self._names.values(), *(["等次"] if self.frame["grade"].ne("").any() else [])]
        return (self.say("held", units=len(self.frame), columns=columns, verdicts=told),) if len(self.frame) else ()

    @property
    def table(self) -> Table:
        """A row a unit."""
        rows = self.frame.assign(verdict=self.frame["verdict"].map(VERDICTS).fillna("—"))
        rows[["grade", "why"]] = rows[["grade", "why"]].replace("", "—")
        printed = [Column(each, name, right=True) for each, name in self._names.items()]
        graded = ["grade"] if self.frame["grade"].ne("").any() else []
        why = [Column("why", "说明")] if rows["why"].ne("—").any() else []
        columns: Columns = ["name", *printed, *graded, Column("verdict", "核对"), *why]
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"))

    @property
    def chart(self) -> Chart | None:
        """A dot a unit; none where totals are not printed."""
        rows = self.frame[self.frame["total"].ne("")] if "total" in self.frame else self.frame.head(0)
        if len(rows) < _FEWEST:
            return None
        totals = rows["total"].astype(float)
        colour = MUTED
        with new_figure(0.8 + ROW * len(rows)) as (figure, (ax,)):
            ax.plot(totals, range(len(rows)), "o", color=colour, markersize=6)
            write_beside(ax, rows["total"])
            label_rows(ax, rows["name"])
            ax.set_xlabel("总分（分）")
        spread = totals.max() - totals.min()
        data = ChartData(pick(rows.assign(total=totals), {"total": "总分"}), "picture", "总分（分）")
        is_whole = len(rows) == len(self.of_group(self.year.units)) and self.scheme.knows_units(self.group)
        title = ("title" if is_whole else "title_some") if spread else "tied"
        return self.draw(figure, data, title, spread=spread, units=len(rows), totals=self.say_each("alt_unit", rows))


class GradeHistory(Exhibit, name="grade_history", label="历年等次", needs=("grades",), looks_back=True):
    """The grade of every unit in every year so far, under whatever name."""

    templates = {"caption": "各单位历年等次", "note": "等次照当年的名称；", "absent": "未列入", "unsettled": "待定"}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns unit_id, name and group (of the year), and a column for each year: the grade as it was called."""
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
        return units.merge(wide, left_on="unit_id", right_index=True)

    def _tell_absent(self, unit: str, year: AnyYear) -> str:
        """Say why a unit has no grade in a year: it was not assessed, or nobody knows."""
        if unit in self.year.facts.unsettled_since(year):
            return self.templates["unsettled"]
        return self.templates["absent"] if self.year.dataset.year(year).scheme.knows_units() else UNGRADED

    @property
    def table(self) -> Table:
        """A row a unit."""
        years = [Column(str(year), name_year(year)) for year in self.year.reported_years]
        rows = self.frame.rename(columns=str)
        return self.tabulate(rows, ["name", "group", *years], self.say("caption"), self.say("note"))


class PrintOnly(OfPrint, name="print_only", label="只凭印本能知道什么", looks_back=True, listed=True):
    """What a reader who has circulars but no marks can know, and what not."""

    templates = {
        "held": "{whose}没有评分，只有通报。{year} 年的通报印有{held:list}{lacks}。",
        "held_nothing": "{whose}没有评分，只有通报；{year} 年的通报没有印出结果。",
        "lacks": "，没有印出{lacking:list}",
        "can": "只凭印本能够知道：{can:clauses}。",
        "cannot": "只凭印本不能知道：{cannot:clauses}。这些要有逐项评分才能算，这里不推算。",
        "graded": "各单位评为哪一等次",
        "moved": "两年之间谁的等次上升、下降、不变，谁新列入，谁不再列入",
        "streaks": "谁连续{best}，至少连续了多久",
        "averages": "各组的平均分及其增减、增长",
        "checked": "通报里的各数、各名单彼此是否相符",
        "bounds": "没有印出的总分在什么范围之内（见通报核对）",
        "scores": "没有印出的得分和名次",
        "marks": "各单位在哪些指标上失分",
        "why": "得分和名次为什么变化",
        "line": "离{best}还差多少分，名次和等次是否稳定",
        "rules": "换一种办法，结果会怎样",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns need and lacking (why the year does not have it; "" where it does)."""
        needs = ("grades", "best_grade", "averages", "table")
        rows = [(need, find_lacking([need], self.year)) for need in needs]
        return pd.DataFrame(rows, columns=["need", "lacking"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is printed, what follows from it, and what does not; nothing where the year has marks."""
        if self.year.facts.inputs is not None:
            return ()
        printed = self.frame.set_index("need")["lacking"].eq("")
        graded = "名单所列单位的等次" if find_lacking(["grade_counts"], self.year) else "各单位的等次"
        names = {"grades": graded, "averages": "各组的平均分", "table": "各单位的得分名次表"}
        held, lacking = ([name for need, name in names.items() if bool(printed[need]) is has] for has in (True, False))
        lacks = self.say("lacks", lacking=lacking) if lacking else ""
        whose = name_years(each for each in self.year.reported_years if each not in self.year.scored_years)
        told = self.say("held" if held else "held_nothing", whose=whose, held=held, lacks=lacks)
        can = [self.say(each) for each in self._can(printed)]
        cannot = [self.say(each) for each in ("scores", "marks", "why", *self._lines, "rules")]
        return told, self.say("can", can=can), self.say("cannot", cannot=cannot)

    @property
    def _lines(self) -> list[str]:
        """What is said of lines between grades; nothing where print tells grades of nobody."""
        return ["line"] if len(self.scheme.grade_names) > 1 else []

    def _can(self, printed: pd.Series) -> Iterator[str]:
        """Name what can be known."""
        if printed["grades"]:
            yield "graded"
        if printed["grades"] and len(self.year.reported_years) > 1:
            yield "moved"
        if printed["best_grade"]:
            yield "streaks"
        if printed["averages"]:
            yield "averages"
        if printed["grades"] and printed["averages"]:
            yield "bounds"
        yield "checked"
