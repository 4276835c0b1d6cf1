"""A year as an Excel workbook: blank to fill in, filled with what is at hand, or its results."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import pandas as pd
import xlsxwriter

from analysis.data.dataset import YearFacts
from analysis.data.inputs import Inputs
from analysis.exchange.forms.words import (
    CHECK,
    EXAMPLE,
    GUIDE,
    HEADERS,
    KINDS,
    ORIGINS,
    SOURCE,
    STATUSES,
    TABLES,
    UNITS,
    UNMARKED,
    WIDE_NOTES,
)
from analysis.exchange.office import PLAIN_TEXT, set_page, sheet_title, stamp
from analysis.problems import WorkbookError

_LONGEST_LIST = 255
"""Characters Excel takes in a drop-down list; a longer one is left to the check on import."""
_SPARE = 200
"""Blank rows that have drop-downs, under what is filled in."""
_ON_A_PAGE = 12
"""Columns of marks that are legible beside each other on a printed page."""
_UNIT = {"unit_id": (30, "单位的名称或编号，见“单位”表；旧名称也认得")}
_INDICATORS = {
    "indicator_id": (22, "编号不要重复；与上年同一项指标，沿用上年的编号"),
    "group": (20, "考核哪一组单位"),
    "part": (22, "属于哪一部分"),
    "name": (40, "指标的名称"),
    "points": (8, "分值，填数字；同组同一大项合计须等于办法的分值，见“核对”表"),
    "assessor_id": (26, "由谁评"),
}
_RESULTS = _UNIT | {"score": (12, "得分，填数字，不带“分”和“%”"), "full_score": (12, "满分，填数字")}
_ADJUSTMENTS = _UNIT | {
    "kind": (16, "一行只写一项"),
    "points": (10, "分值，填正数，扣分也是；取消评优资格不填"),
    "reason": (60, "写明事由"),
}
_SUMS = {"组别": (22, ""), "大项": (22, ""), "办法分值": (12, ""), "指标分值合计": (14, ""), "相差": (12, "")}
"""Columns of a sheet: how wide they are, and what the header explains."""


def write_workbook(facts: YearFacts, indicators: pd.DataFrame, inputs: Inputs | None = None) -> bytes:
    """Write the workbook of a year.

    Parameters
    ----------
    facts : YearFacts
    indicators : DataFrame with columns indicator_id, group, part, name, points, assessor_id
        The columns of the mark sheets; may be empty.
    inputs : Inputs, optional
        Filled in; without them the workbook is a template.

    Returns
    -------
    bytes
        An .xlsx file; text stays text, whatever it begins with.
    """
    with io.BytesIO() as buffer:
        with xlsxwriter.Workbook(buffer, PLAIN_TEXT) as book:
            stamp(book, facts.year)
            _FormWriter(book, facts, indicators, inputs).write()
        return buffer.getvalue()


class _FormWriter:
    """Writes the sheets one after the other."""

    def __init__(self, book: Any, facts: YearFacts, indicators: pd.DataFrame, inputs: Inputs | None) -> None:
        self.book, self.facts, self.scheme = book, facts, facts.scheme
        self.indicators, self.inputs = indicators.reset_index(drop=True), inputs
        base = {"font_name": "Microsoft YaHei", "font_size": 10}
        self.plain = book.add_format(base)
        self.wrapped = book.add_format(base | {"text_wrap": True, "valign": "top"})
        self.head = book.add_format(base | {"bold": True, "bg_color": "#dfe7ee", "border": 1, "text_wrap": True})
        self.grey = book.add_format(base | {"font_color": "#5b6673", "text_wrap": True, "valign": "top"})
        self.locked = book.add_format(base | {"locked": True, "bg_color": "#f0f2f5"})

    def write(self) -> None:
        self._write_guide()
        self._write_source()
        self._write_units()
        self._write_indicators()
        for group in self.scheme.groups:
            self._write_marks(group)
        for component in self.scheme.outside_components:
            self._write_result(component.id, component.name)
        self._write_adjustments()
        self._write_check()

    def _add_sheet(self, title: str) -> Any:
        if title.casefold() in {sheet.get_name().casefold() for sheet in self.book.worksheets()}:
            raise WorkbookError(f"办法里有两个名称都要作 Excel 的表名“{title}”。请在 schemes 里改其中一个的名称。")
        return self.book.add_worksheet(title)

    def _sheet(self, name: str, columns: Mapping[str, tuple[float, str]]) -> Any:
        sheet = self._add_sheet(sheet_title(name))
        for place, (column, (width, note)) in enumerate(columns.items()):
            sheet.set_column(place, place, width, self.plain)
            sheet.write(0, place, HEADERS.get(column, column), self.head)
            if note:
                sheet.write_comment(0, place, note)
        sheet.freeze_panes(1, 1)
        set_page(sheet)
        return sheet

    def _rows(self, sheet: Any, rows: Iterable[Sequence[Any]], start: int = 1, look: Any = None) -> None:
        for row, values in enumerate(rows, start):
            for column, value in enumerate(values):
                if not (value is None or value == "" or (isinstance(value, float) and pd.isna(value))):
                    sheet.write(row, column, value, look or self.plain)

    def _choose(self, sheet: Any, area: tuple[int, int, int, int], source: str | list[str]) -> None:
        """Offer the cells of a range, or a list as long as Excel can hold one: its items are parted by commas."""
        if not isinstance(source, str) and (len(",".join(source)) > _LONGEST_LIST or "," in "".join(source)):
            return
        message = "请从下拉单中选；没有要的，先核对“单位”“指标”表或办法。"
        options = {"validate": "list", "source": source, "error_title": "不在可选的范围内", "error_message": message}
        sheet.data_validation(*area, options)

    def _write_guide(self) -> None:
        sheet = self._add_sheet(GUIDE)
        sheet.set_column(0, 0, 100, self.wrapped)
        set_page(sheet, header_rows=0)
        ratings = "、".join(self.scheme.ratings.value)
        unmarked = "、".join(UNMARKED)
        year = self.facts.year
        lines = [
            f"{self.scheme.title}：评分数据",
            f"一、“{SOURCE}”写明数据从哪里来。正式数据写“正式”。",
            "二、“指标”一行一项。“核对”表会算出各组各大项的分值合计，与办法对不上的要改。",
            f"三、“评分”各表，一行一个单位，一列一项指标：按等次评的填 {ratings}，按分数评的填数字，"
            f"不计分的填 {unmarked}。",
            "四、不承担必须写明；空着的格是漏评，导入时会逐个指出。",
            "五、“加减分”一行一项，扣分也写正数；取消评优资格不填分值。",
            f"六、写有“{EXAMPLE}”的行只作样子，不会读入，删不删都行。",
            "七、不要合并单元格、隐藏行、改列名。灰底的表不用填。",
            f"八、填好后运行：workbook import 文件.xlsx --year {year}。数据不在默认的 data 文件夹里的，"
            "再加 --data 文件夹。有问题会一并列出，一处都没有改动；还有没查到的，最后一行会说明。",
        ]
        for row, line in enumerate(lines):
            sheet.write(row, 0, line, self.head if row == 0 else self.wrapped)

    def _write_source(self) -> None:
        sheet = self._sheet(SOURCE, {"项目": (14, ""), "内容": (80, "")})
        given = self.inputs.provenance if self.inputs else None
        origin = ORIGINS[given.provenance] if given else ""
        rows: list[list[Any]] = [["年度", self.facts.year], ["性质", origin], ["说明", given.method if given else ""]]
        if given and given.provenance != "official":
            rows += [["种子", given.seed], ["相符的文件", "；".join(given.agrees_with)]]
        self._rows(sheet, rows)
        self._choose(sheet, (2, 1, 2, 1), list(ORIGINS.values()))

    def _write_units(self) -> None:
        sheet = self._sheet(UNITS, {"编号": (22, ""), "名称": (34, ""), "所属组": (22, "")})
        units = self.facts.units
        names = units["group"].map(self.scheme.group_names)
        self._rows(sheet, zip(units["unit_id"], units["name"], names, strict=True), look=self.locked)

    def _write_indicators(self) -> None:
        sheet = self._sheet(TABLES["indicators"], _INDICATORS)
        own = self.indicators.assign(
            group=self.indicators["group"].map(self.scheme.group_names),
            part=self.indicators["part"].map(self.scheme.part_names),
            assessor_id=self.indicators["assessor_id"].map(self.scheme.assessors.value),
        )
        groups, parts = (
            list(self.scheme.group_names.values()),
            [spec.name for spec in self.scheme.parts.values()] or [""],
        )
        self._rows(sheet, [[EXAMPLE, groups[0], parts[0], "指标的名称", 1.5, ""]])
        self._rows(sheet, own[list(_INDICATORS)].itertuples(index=False), start=2)
        last = 2 + len(own) + _SPARE
        for column, names in ((1, groups), (2, parts), (5, list(self.scheme.assessors.value.values()))):
            self._choose(sheet, (1, column, last, column), names)

    def _write_marks(self, group: str) -> None:
        own = self.indicators[self.indicators["group"].eq(group)]
        units = self.facts.units[self.facts.units["group"].eq(group)]
        sheet = self._add_sheet(sheet_title(f"评分·{self.scheme.group_names[group]}"))
        sheet.set_column(0, 0, 30, self.plain)
        sheet.set_column(1, max(len(own), 1), 16, self.plain)
        sheet.set_row(1, 62)  # points: a name takes four lines
        sheet.write(0, 0, HEADERS["unit_id"], self.head)
        notes = (own["name"], own["points"], own["part"].map(self.scheme.part_names))
        for row, (title, values) in enumerate(zip(WIDE_NOTES, notes, strict=True), 1):
            sheet.write(row, 0, title, self.grey)
            for column, value in enumerate(values, 1):
                sheet.write(row, column, value, self.grey)
        first = len(WIDE_NOTES) + 1
        sheet.freeze_panes(first, 1)
        set_page(sheet, header_rows=first, pages_wide=1 + len(own) // _ON_A_PAGE)
        sheet.repeat_columns(0)
        marking = {part: spec.marking for part, spec in self.scheme.parts.items()}
        for column, (indicator, part) in enumerate(zip(own["indicator_id"], own["part"], strict=True), 1):
            sheet.write(0, column, indicator, self.head)
            area = (first, column, first + len(units), column)
            if marking[part] == "rating":
                self._choose(sheet, area, [*self.scheme.ratings.value, *UNMARKED])
            else:
                letter = xlsxwriter.utility.xl_col_to_name(column)
                cell, full = f"{letter}{first + 1}", f"{letter}$3"
                words = ",".join(f'{cell}="{word}"' for word in UNMARKED)
                formula = f"=OR({words},AND(ISNUMBER({cell}),{cell}>=0,{cell}<={full}))"
                message = "填 0 到分值之间的数，或 " + "、".join(UNMARKED)
                sheet.data_validation(*area, {"validate": "custom", "value": formula, "error_message": message})
        example = [
            EXAMPLE,
            *(next(iter(self.scheme.ratings.value)) if marking[part] == "rating" else 0 for part in own["part"]),
        ]
        self._rows(sheet, [example, *self._mark_rows(units, own)], start=first)

    def _mark_rows(self, units: pd.DataFrame, own: pd.DataFrame) -> list[list[Any]]:
        """Return a row for every unit: what is marked, and what a template can already know."""
        if self.inputs is None:
            word = STATUSES["own_assessor"] if self.scheme.own_indicators.excluded else ""
            return [
                [name, *(word if assessor == unit else "" for assessor in own["assessor_id"])]
                for unit, name in zip(units["unit_id"], units["name"], strict=True)
            ]
        marks = self.inputs.marks
        shown = marks["score"].astype(object).where(marks["rating"].eq(""), marks["rating"])
        shown = shown.where(marks["status"].eq("marked"), marks["status"].map(STATUSES))
        wide = marks.assign(shown=shown).pivot(index="unit_id", columns="indicator_id", values="shown")
        wide = wide.reindex(index=units["unit_id"], columns=own["indicator_id"])
        return [[name, *row] for name, row in zip(units["name"], wide.to_numpy().tolist(), strict=True)]

    def _write_result(self, component: str, name: str) -> None:
        sheet = self._sheet(name, _RESULTS)
        result = self.facts.units[["unit_id"]] if self.inputs is None else self.inputs.results[component]
        rows = self._with_names(result.reindex(columns=list(_RESULTS)))
        self._rows(sheet, [[EXAMPLE, 86.5, 100], *rows])

    def _write_adjustments(self) -> None:
        sheet = self._sheet(TABLES["adjustments"], _ADJUSTMENTS)
        rows = [[EXAMPLE, KINDS["bonus"], self.scheme.bonus.item_min or 1, "某事项受省级表彰"]]
        if self.inputs is not None:
            items = self.inputs.adjustments[list(_ADJUSTMENTS)]
            rows += self._with_names(items.assign(kind=items["kind"].map(KINDS)))
        self._rows(sheet, rows)
        last = len(rows) + _SPARE
        self._choose(sheet, (1, 0, last, 0), f"='{UNITS}'!$B$2:$B${len(self.facts.units) + 1}")
        self._choose(sheet, (1, 1, last, 1), list(KINDS.values()))

    def _with_names(self, rows: pd.DataFrame) -> list[list[Any]]:
        """Put the names of units in place of their ids."""
        names = self.facts.units.set_index("unit_id")["name"]
        return [list(row) for row in rows.assign(unit_id=rows["unit_id"].map(names)).itertuples(index=False)]

    def _write_check(self) -> None:
        """Add up the points of the indicators in formulas nobody can break, their results written along."""
        sheet = self._sheet(CHECK, _SUMS)
        sheet.protect()
        marked = [component for component in self.scheme.components if component.parts]
        for row, (group, component) in enumerate(product(self.scheme.groups, marked), 1):
            names = [spec.name.replace('"', '""') for spec in component.parts.values()]
            terms = "+".join(
                f'SUMPRODUCT((指标!$B$3:$B$5000=A{row + 1})*(指标!$C$3:$C$5000="{part}"),指标!$E$3:$E$5000)'
                for part in names  # not SUMIFS, to which *, ? and < mean something
            )
            self._rows(sheet, [(self.scheme.group_names[group], component.name, component.points)], row, self.locked)
            own = self.indicators["group"].eq(group) & self.indicators["part"].isin(component.parts)
            total = round(float(self.indicators.loc[own, "points"].sum()), 6)
            off = round(total - component.points, 6)
            sheet.write_formula(row, 3, f"={terms}", self.locked, total)
            sheet.write_formula(row, 4, f"=ROUND(D{row + 1}-C{row + 1},6)", self.locked, off)
