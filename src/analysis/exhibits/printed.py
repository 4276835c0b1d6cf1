"""What does print alone say of each unit, and what can be known without any marks?"""

from collections.abc import Iterator
from functools import cached_property

import pandas as pd

from analysis.assessment import Year
from analysis.exhibits.audit import FAILING
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.table import Column, Columns, Table
from analysis.words import ADJUSTMENTS, BASES, HEADS, VERDICTS, WHOLE, name_years

_TOLD = (*FAILING, "within_rounding")
"""The verdicts of which a row says why."""


class OfPrint(Exhibit, needs=("results",)):
    """Takes nothing from marks, and says so."""

    @property
    def note(self) -> str:
        """That all is as printed."""
        return f"{BASES['printed']}，未作改动"

    @property
    def source(self) -> str:
        """The year's document."""
        return f"来源：{self.scheme.document}；{self.note}"


class PrintedLists(OfPrint, name="printed_lists", label="通报所列等次名单"):
    """The units of every graded list, in printed order."""

    templates = {
        "none": "{year}年度通报没有公布等次名单。",
        "caption": "{year}年度通报所列等次名单",
        "note": "次序与通报相同；",
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


def judge_units(year: Year) -> pd.DataFrame:
    """Say what became of the claims about each unit.

    Parameters
    ----------
    year : Year

    Returns
    -------
    DataFrame indexed by unit_id with columns verdict (the worst), why (what does not hold as printed)
    """
    claims = year.audit[year.audit["unit_id"].ne("")]
    told = claims["text"] + "（" + claims["verdict"].map(VERDICTS) + "）"
    rows = claims.assign(
        why=told.where(claims["verdict"].isin(_TOLD)), worst=pd.Index(VERDICTS).get_indexer(claims["verdict"])
    )
    by_unit = rows.groupby("unit_id").agg(worst=("worst", "min"), why=("why", lambda own: "；".join(own.dropna())))
    return by_unit.assign(verdict=[list(VERDICTS)[worst] for worst in by_unit["worst"]])[["verdict", "why"]]


class PrintedResults(OfPrint, name="printed_results", label="通报所载得分和名次", needs=("group", "table")):
    """What the printed table of results says of every unit of a group, and whether it agrees with itself."""

    templates = {
        "none": "{group}：通报没有公布得分和名次。",
        "held": "{group}：通报公布{units}个单位的{columns:list}，其中{verdicts:list}。",
        "unchecked": "没有可核对事项的{units}个",
        "checked": "核对结论为{verdict}的{units}个",
        "caption": "{year}年{group}得分和名次",
        "note": "仅以通报自身的数据核对；",
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
        frame = pd.DataFrame(rows, columns=self._columns).assign(grade=grades, name=names)
        frame["unit_id"] = [listed[name] for name in names]
        return frame.join(judge_units(self.year), on="unit_id").fillna({"verdict": "", "why": ""})

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


class PrintOnly(OfPrint, name="print_only", label="仅依据通报可以掌握的结果", looks_back=True, listed=True):
    """What a reader who has circulars but no marks can know, and what not."""

    templates = {
        "held": "{whose}没有评分，只有通报。{year}年度通报公布{held:list}{lacks}。",
        "held_nothing": "{whose}没有评分，只有通报；{year}年度通报没有公布结果。",
        "lacks": "，未公布{lacking:list}",
        "can": "仅依据通报可以掌握：{can:clauses}。",
        "cannot": "仅依据通报不能掌握：{cannot:clauses}。以上须有逐项评分，本工作簿不作推算。",
        "graded": "各单位的等次",
        "moved": "两年之间各单位等次的上升、下降、不变，新列入和不再列入的单位",
        "streaks": "连续{best}的单位及其至少连续的年数",
        "averages": "各组平均分及其增减、增长",
        "checked": "通报各数、各名单是否相符",
        "bounds": "未公布的总分的范围（见通报核对）",
        "scores": "未公布的得分和名次",
        "marks": "各单位失分的指标",
        "why": "得分和名次变化的原因",
        "line": "距{best}线的分数，名次和等次是否稳定",
        "rules": "按另一种办法测算的结果",
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
        names = {"grades": graded, "averages": "各组的平均分", "table": "各单位得分和名次"}
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
