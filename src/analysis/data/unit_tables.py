"""A printed table of results: a row a unit, with its scores, total, rank and grade as printed."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.data.documents import load_document
from analysis.data.published import PrintedCell, PrintedList, PrintedTable, Published, check_published
from analysis.data.reading import read_table
from analysis.data.schemes import Scheme
from analysis.data.tables import Column, Place, Table
from analysis.problems import InputError, Problem, Problems

LACKING = "—"
"""Printed for a component or part that does not apply to a unit."""
ADJUSTED = ("bonus", "deduction")
_FIXED = ("total", "rank", "grade", *ADJUSTED)
_NUMBER = r"[0-9]{1,9}(\.[0-9]{1,9})?"
_SCORE = (_NUMBER, "不是印出的数，或是负数")
_RULES = {"total": (f"-?{_NUMBER}", "不是印出的数"), "rank": ("0*[1-9][0-9]{0,8}", "名次应为从1起的整数")}
"""What cells of a column match, and what is said of others."""
_MANY = 4
"""One in so many ranks is not misprinted."""


@dataclass(frozen=True)
class UnitTable:
    """A printed table of results.

    Attributes
    ----------
    told : PrintedTable
        Where it is printed, and what scores are printed out of.
    names : PrintedList
        Of its units, in printed order.
    cells : dict of (name, column) to PrintedCell
        The numbers; a column is "total", "rank", "bonus", "deduction", or the id of a component or part.
    lacking : frozenset of (name, column)
        Components and parts that are printed as not applicable to a unit.
    grades : dict of name to grade id
    """

    told: PrintedTable
    names: PrintedList
    cells: dict[tuple[str, str], PrintedCell]
    lacking: frozenset[tuple[str, str]]
    grades: dict[str, str]

    @cached_property
    def columns(self) -> list[str]:
        """The columns that have numbers, as printed."""
        return list(dict.fromkeys(column for _, column in self.cells))


def are_of_more(ranks: Collection[int], size: int) -> bool:
    """Say whether ranks are of a larger list, of which only so many units are printed: misprints are fewer.

    Examples
    --------
    >>> are_of_more([3, 17, 40], 3), are_of_more([1, 2, 3, 44], 4)
    (True, False)
    """
    return _MANY * sum(rank > size for rank in ranks) > size


def scored_columns(scheme: Scheme) -> list[str]:
    """List what a unit may have a printed score of: components, their parts, bonus and deduction."""
    scored = dict.fromkeys([*(component.id for component in scheme.components), *scheme.part_names])
    return [*(each for each in scored if each not in _FIXED), *ADJUSTED]


def load_published(path: Path, root: Path, scheme: Scheme, units: pd.DataFrame) -> tuple[Published, UnitTable | None]:
    """Read and check what a circular prints: published/<year>.yml and, beside it, the table of results.

    Parameters
    ----------
    path, root : Path
        The .yml file, and the data folder it is named against in messages.
    scheme : Scheme
    units : DataFrame with columns group, name (those assessed in the year)

    Returns
    -------
    Published
        The names of a table are a list of it, and so is what a table alone prints of grades.
    UnitTable or None

    Raises
    ------
    InputError
        With every problem.
    """
    problems, table = Problems(), None
    published = load_document(path, root, Published)
    problems += check_published(published, scheme, path.relative_to(root).as_posix())
    if published.table is not None or any(os.path.lexists(path.with_suffix(each)) for each in (".csv", ".parquet")):
        with problems.gathered():
            table = _read_table(path.with_suffix(".csv"), root, scheme, units, published)
    problems.refuse()
    if table is not None:
        lists = [*published.lists, table.names, *_list_grades(table, published)]
        published = published.model_copy(update={"lists": lists})
    return published, table


def _read_table(path: Path, root: Path, scheme: Scheme, units: pd.DataFrame, published: Published) -> UnitTable:
    given = dict.fromkeys(["total", "rank", "grade", *scored_columns(scheme)])
    columns = [Column("name"), *(Column(each, required=False, optional=True) for each in given)]
    table = read_table(path, root, columns)
    if table.is_read:
        _check_cells(table, scheme)
    problems = [*table.problems, *_check_told(table.place, published)]
    if problems or published.table is None:
        raise InputError(problems)
    return _make(table.frame, scheme, units.set_index("name")["group"].to_dict(), published.table)


def _check_told(place: Place, published: Published) -> Iterator[Problem]:
    if published.table is None:
        rule = f"published/{published.year}.yml 没有写明这张表的出处"
        yield place.tell(rule, "在 yml 里补上 table: {section: 附件1}（各项得分不按分值印的，另写 out_of）")


def _check_cells(table: Table, scheme: Scheme) -> None:
    """Record what is no printed number, rank or grade, and a table that prints nothing."""
    components = {component.id for component in scheme.components}
    for column in table.frame.columns.difference(["name", "grade"]):
        cells = table.frame[column]
        pattern, rule = _RULES.get(column, _SCORE)
        may_lack = column not in _FIXED and (scheme.passes_up or column not in components)
        wrong = ~(cells.eq("") | cells.str.fullmatch(pattern) | (cells.eq(LACKING) & may_lack))
        fix = "照印本填写阿拉伯数字，没有印的留空" + (f"；不适用的写{LACKING}" if may_lack else "")
        if column in components and not may_lack:
            absent = cells.eq(LACKING)
            unsaid = "办法没有规定缺这个大项的单位怎样计分（办法 base.rescale）"
            table.refuse(absent, column, unsaid, "没有印的留空；缺的大项由其他大项分担的，在办法中写 base")
            wrong &= ~absent
        table.refuse(wrong, column, rule, fix)
    if table.frame.drop(columns="name").eq("").all(axis=None):
        fix = "一行一个单位，照印本填写总分、名次、得分或等次；没有结果表的，删去这个文件和 yml 里的 table"
        table.problems.append(table.place.tell("没有印出任何单位的结果", fix))
    table.refuse_unknown(
        "grade", ["", *scheme.grade_names.values(), *scheme.grade_names], "办法中没有这个等次",
        f"改为{'、'.join(scheme.grade_names.values())}之一",
    )  # fmt: skip


def _make(rows: pd.DataFrame, scheme: Scheme, groups: dict[str, str], told: PrintedTable) -> UnitTable:
    measures = {"total": "unit_total", "rank": "unit_rank"}
    ids = {name: grade for grade, name in scheme.grade_names.items()}
    cells, lacking, grades = dict[tuple[str, str], PrintedCell](), set[tuple[str, str]](), dict[str, str]()
    for row in rows.to_dict("records"):
        name = row.pop("name")
        grade = row.pop("grade")
        if grade:
            grades[name] = ids.get(grade, grade)
        known = {"group": groups.get(name, "all"), "unit": name, "section": told.section}
        for column, value in row.items():
            if value == LACKING:
                lacking.add((name, column))
            elif value:
                of = "all" if column in measures else column
                measure = measures.get(column, "unit_score")
                cells[name, column] = PrintedCell(measure=measure, of=of, value=value, **known)
    names = PrintedList(list="table", names=tuple(rows["name"]), section=told.section)
    return UnitTable(told, names, cells, frozenset(lacking), grades)


def _list_grades(table: UnitTable, published: Published) -> Iterator[PrintedList]:
    """Make the lists of grades that are printed in the table alone, by printed rank where every unit has one."""
    printed = {each.of for each in published.lists if each.list == "graded"}
    names = list(table.grades)
    ranks = [table.cells.get((name, "rank")) for name in names]
    if all(ranks):
        names = [name for _, name in sorted(zip((int(each.value) for each in ranks if each), names, strict=True))]
    for grade in dict.fromkeys(table.grades.values()):
        if grade not in printed:
            own = tuple(name for name in names if table.grades[name] == grade)
            yield PrintedList(list="graded", of=grade, names=own, section=table.told.section)
