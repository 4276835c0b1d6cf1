"""A year as an Excel workbook: blank to fill in, filled with what is at hand, or its results."""

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from analysis.data.dataset import YearFacts
from analysis.data.inputs import Inputs
from analysis.exchange.forms import form
from analysis.exchange.forms.shown import list_shown
from analysis.exchange.office import open_book, set_page, sheet_title, wide_enough
from analysis.origins import ORIGINS
from analysis.problems import WorkbookError
from analysis.texts import count_ems

_LONGEST_LIST = 255
"""Characters Excel takes in a drop-down list that stands in the cell's own rule."""
_SPARE = 200
"""Blank rows that have drop-downs, under what is filled in."""
_ON_A_PAGE = 12
"""Columns of marks that are legible beside each other on a printed page."""


def write_workbook(facts: YearFacts, indicators: pd.DataFrame, inputs: Inputs | None = None) -> bytes:
    """Write the workbook of a year.

    Parameters
    ----------
    facts : YearFacts
    indicators : DataFrame with columns indicator_id, group, part, name, points, assessor_id, same_as
        The columns of the mark sheets; may be empty.
    inputs : Inputs, optional
        Filled in; without them the workbook is a template.

    Returns
    -------
    bytes
        An .xlsx file; text stays text, whatever it begins with.
    """
    with io.BytesIO() as buffer:
        with open_book(buffer, facts.year) as book:
            _FormWriter(book, facts, indicators, inputs).write()
        return buffer.getvalue()


def _fits_a_rule(items: Sequence[str]) -> bool:
    """Say whether a drop-down may name its items itself: they are parted by commas, trimmed, and stand in quotes."""
    text = ",".join(items)
    is_plain = text.count(",") == len(items) - 1 and '"' not in text and all(item == item.strip() for item in items)
    return is_plain and len(text.encode("utf-16-le")) // 2 <= _LONGEST_LIST


class _FormWriter:
    """Writes the sheets one after the other."""

    def __init__(self, book: Any, facts: YearFacts, indicators: pd.DataFrame, inputs: Inputs | None) -> None:
        self.lists: dict[tuple[str, ...], int] = {}
        self.book, self.facts, self.scheme, self.inputs = book, facts, facts.scheme, inputs
        self.indicators, self.names = indicators.reset_index(drop=True), form.Words(facts).names
        base = {"font_name": "Microsoft YaHei", "font_size": 10}
        self.plain = book.add_format(base)
        self.wrapped = book.add_format(base | {"text_wrap": True, "valign": "top"})
        self.head = book.add_format(base | {"bold": True, "bg_color": "#dfe7ee", "border": 1, "text_wrap": True})
        self.grey = book.add_format(base | {"font_color": "#5b6673", "text_wrap": True, "valign": "top"})
        self.locked = book.add_format(
            base | {"locked": True, "bg_color": "#f0f2f5", "text_wrap": True, "valign": "top"}
        )

    def write(self) -> None:
        """Write all sheets, in the order in which they are filled in."""
        group, part = (next(iter(self.names[column].values()), "") for column in ("group", "part"))
        item = [self.names["kind"]["bonus"], self.scheme.bonus.item_min or 1, "某事项受省级表彰"]
        self._write_guide()
        self._write_source()
        for title, rows in list_shown(self.facts).items():
            self._write_shown(title, rows)
        self._write_entries("indicators", [group, part, "指标的名称", 1.5], self.indicators)
        for each in self.scheme.groups:
            self._write_marks(each)
        for component in self.scheme.outside_components:
            result = self.facts.units if self.inputs is None else self.inputs.results[component.id]
            self._write_entries(component.id, [86.5, 100], result)
        self._write_entries("adjustments", item, pd.DataFrame() if self.inputs is None else self.inputs.adjustments)
        self._write_check()
        self._write_lists()

    def _add_sheet(self, name: str, header_rows: int = 1, pages_wide: int = 1) -> Any:
        title = sheet_title(name)
        if title.casefold() in {sheet.get_name().casefold() for sheet in self.book.worksheets()}:
            raise WorkbookError(f"办法里有两个名称都要作 Excel 的表名“{title}”。请在 schemes 里改其中一个的名称。")
        sheet = self.book.add_worksheet(title)
        if header_rows:
            sheet.freeze_panes(header_rows, 1)
        set_page(sheet, header_rows, pages_wide)
        return sheet

    def _add_table(self, name: str, widths: Mapping[str, float], rows: list[list[Any]], look: Any = None) -> Any:
        """Add a sheet of rows under a header, its columns so wide."""
        sheet = self._add_sheet(name)
        self._rows(sheet, [list(widths)], 0, self.head)
        for position, width in enumerate(widths.values()):
            texts = (row[position] for row in rows if position < len(row))
            sheet.set_column(position, position, wide_enough(width, texts), self.plain)
        self._rows(sheet, rows, 1, look)
        return sheet

    def _write_entries(self, table: str, example: list[Any], rows: pd.DataFrame) -> None:
        """Write an example and the rows of a table of the data folder, words in place of identifiers."""
        title = (form.TABLES | self.names["component"])[table]
        columns = form.LAYOUT["columns"].get(table, form.LAYOUT["columns"]["results"])
        if table in self.names["component"] and not self.scheme.passes_up:
            columns = {column: told for column, told in columns.items() if column != "status"}
        widths = {form.HEADERS[column]: width for column, (width, _) in columns.items()}
        entries = self._in_words(rows.reindex(columns=list(columns))).to_numpy().tolist()
        sheet = self._add_table(title, widths, [[form.EXAMPLE, *example], *entries])
        for position, (column, (_, note)) in enumerate(columns.items()):
            sheet.write_comment(0, position, note)
            area = (1, position, 2 + len(rows) + _SPARE, position)
            if column != "unit_id":
                self._choose(sheet, area, list(self.names.get(column, {}).values()))
            elif table == "adjustments":  # the units of a result stand there already
                self._choose(sheet, area, f"='{form.UNITS}'!$B$2:$B${len(self.facts.units) + 1}")

    def _in_words(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(**{name: rows[name].map(self.names[name]) for name in rows.columns if name in self.names})

    def _rows(self, sheet: Any, rows: Iterable[Sequence[Any]], start: int = 1, look: Any = None) -> None:
        for row, values in enumerate(rows, start):
            for column, value in enumerate(values):
                if look or not (value == "" or pd.isna(value)):
                    sheet.write(row, column, value, look or self.plain)

    def _choose(self, sheet: Any, area: tuple[int, int, int, int], source: str | list[str]) -> None:
        """Offer the cells of a range, or a list, which stands on a sheet of its own where the rule cannot hold it."""
        if not source:
            return
        if isinstance(source, list) and not _fits_a_rule(source):
            place = self.lists.setdefault(tuple(source), len(self.lists))
            source = f"='{form.LISTS}'!{xl_range_abs(0, place, len(source) - 1, place)}"
        message = "请从下拉单中选；没有要的，先核对“单位”“指标”表或办法。"
        options = {"validate": "list", "source": source, "error_title": "不在可选的范围内", "error_message": message}
        sheet.data_validation(*area, options)

    def _write_lists(self) -> None:
        """Write the lists that drop-downs refer to, a column each."""
        if self.lists:
            sheet = self._add_sheet(form.LISTS, header_rows=0)
            sheet.set_column(0, len(self.lists) - 1, 30)
            for column, items in enumerate(self.lists):
                sheet.write_column(0, column, items, self.locked)

    def _write_guide(self) -> None:
        sheet = self._add_sheet(form.GUIDE, header_rows=0)
        sheet.set_column(0, 0, 100, self.wrapped)
        ratings, unmarked = "、".join(self.scheme.ratings.value), "、".join(form.UNMARKED)
        text = form.LAYOUT["guide"].format(**form.LAYOUT, facts=self.facts, ratings=ratings, unmarked=unmarked)
        for row, line in enumerate(text.splitlines()):
            sheet.write(row, 0, line, self.wrapped if row else self.head)

    def _write_source(self) -> None:
        given = self.inputs.provenance if self.inputs else None
        origin, method = (ORIGINS[given.provenance], given.method) if given else ("", "")
        rows: list[list[Any]] = [["年度", self.facts.year], ["性质", origin], ["说明", method]]
        if given and given.from_print:
            rows.append(["取自印本", "是"])
        if given and given.provenance != "official":
            rows += [["种子", given.seed], ["相符的文件", "；".join(given.agrees_with)]]
        sheet = self._add_table(form.SOURCE, {"项目": 14, "内容": 80}, rows)
        self._choose(sheet, (2, 1, 2, 1), list(ORIGINS.values()))

    def _write_shown(self, title: str, rows: pd.DataFrame) -> None:
        widths = {header: form.SHOWN[title][header] for header in rows}
        sheet = self._add_table(title, widths, rows.to_numpy().tolist(), self.locked)
        room = [width / 2 for width in widths.values()]  # in ems; not every program makes rows as high as their texts
        for row, texts in enumerate(rows.itertuples(index=False), 1):
            lines = [ceil(count_ems(text) / ems) for text, ems in zip(texts, room, strict=True)]
            sheet.set_row(row, 15 * max(lines))

    def _write_marks(self, group: str) -> None:
        indicators = self.indicators[self.indicators["group"].eq(group)]
        units = self.facts.units[self.facts.units["group"].eq(group)]
        first = len(form.DESCRIBED) + 1
        title = f"{form.TABLES['marks']}·{self.names['group'][group]}"
        sheet = self._add_sheet(title, first, pages_wide=1 + len(indicators) // _ON_A_PAGE)
        sheet.set_column(0, 0, wide_enough(30, self.facts.units["name"]), self.plain)
        sheet.set_column(1, max(len(indicators), 1), 16, self.plain)
        sheet.set_row(1, 62)  # points: a name takes four lines
        sheet.repeat_columns(0)
        percent = indicators["part"].map(lambda part: self.scheme.parts[part].marking).eq("percent")
        described = self._in_words(indicators)
        described["part"] += np.where(percent, "（填0至100）", "")
        self._rows(sheet, [[form.HEADERS["unit_id"], *indicators["indicator_id"]]], 0, self.head)
        self._rows(sheet, [[form.HEADERS[column], *described[column]] for column in form.DESCRIBED], look=self.grey)
        example: list[Any] = [form.EXAMPLE]
        ratings = list(self.scheme.ratings.value)
        for column, part in enumerate(indicators["part"], 1):
            area = (first, column, first + len(units), column)
            rated = self.scheme.parts[part].marking == "rating"
            example.append(ratings[0] if rated else 0)
            if rated:
                self._choose(sheet, area, [*ratings, *form.UNMARKED])
                continue
            letter = xl_col_to_name(column)
            is_percent = self.scheme.parts[part].marking == "percent"
            cell, full = f"{letter}{first + 1}", "100" if is_percent else f"{letter}$3"
            words = ",".join(f'{cell}="{word}"' for word in form.UNMARKED)
            formula = f"=OR({words},AND(ISNUMBER({cell}),{cell}>=0,{cell}<={full}))"
            message = f"填0到{'100' if is_percent else '分值'}之间的数，或{'、'.join(form.UNMARKED)}"
            sheet.data_validation(*area, {"validate": "custom", "value": formula, "error_message": message})
        marks = self._arrange_marks(units["unit_id"], indicators)
        rows = [[name, *row] for name, row in zip(units["name"], marks, strict=True)]
        self._rows(sheet, [example, *rows], first)

    def _arrange_marks(self, units: pd.Series, indicators: pd.DataFrame) -> list[list[Any]]:
        """Return, unit by unit, what is marked, or what a template can already know."""
        if self.inputs is None:
            is_assessor = np.equal.outer(units.to_numpy(), indicators["assessor_id"].to_numpy())
            word = form.STATUSES["own_assessor"] if self.scheme.own_indicators.excluded else ""
            return np.where(is_assessor, word, "").tolist()
        marks = self.inputs.marks
        shown = marks["score"].astype(object).where(marks["rating"].eq(""), marks["rating"])
        shown = shown.where(marks["status"].eq("marked"), marks["status"].map(form.STATUSES))
        wide = marks.assign(shown=shown).pivot(index="unit_id", columns="indicator_id", values="shown")
        return wide.reindex(index=units, columns=indicators["indicator_id"]).to_numpy().tolist()

    def _write_check(self) -> None:
        """Add up the points of the indicators in formulas nobody can break, their results written along."""
        paths, blocks = self.scheme.paths, self.scheme.blocks
        around = {inner: outer for path in paths.values() for outer, inner in pairwise(path)}
        checks = []
        for key, block in blocks.items():
            held = [part for part, path in paths.items() if path[-1] == key]
            inside = sum(blocks[inner].points or 0.0 for inner, outer in around.items() if outer == key)
            worth = (block.points or 0.0) - inside
            if held and not (block.is_outside or block.weights):
                checks += [(group, block.name, held, worth) for group in self.scheme.groups]
        known = [[self.names["group"][group], name, worth] for group, name, _, worth in checks]
        widths = {"组别": 22, "大项": 22, "办法分值": 12, "指标分值合计": 14, "相差": 12}
        sheet = self._add_table(form.CHECK, widths, known, self.locked)
        sheet.protect()
        for row, (group, _, held, worth) in enumerate(checks, 1):
            names = [self.names["part"][part].replace('"', '""') for part in held]
            terms = "+".join(
                f'SUMPRODUCT((指标!$B$3:$B$5000=A{row + 1})*(指标!$C$3:$C$5000="{part}"),指标!$E$3:$E$5000)'
                for part in names  # not SUMIFS, to which *, ? and < mean something
            )
            is_counted = self.indicators["group"].eq(group) & self.indicators["part"].isin(held)
            total = round(float(self.indicators.loc[is_counted, "points"].sum()), 6)
            difference = round(total - worth, 6)
            sheet.write_formula(row, 3, f"={terms}", self.locked, total)
            sheet.write_formula(row, 4, f"=ROUND(D{row + 1}-C{row + 1},6)", self.locked, difference)
