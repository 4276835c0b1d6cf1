"""What a plain table of results must be besides legible: a row a unit, each with its total, every column explained."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain

from analysis.data.names import find_taken
from analysis.data.unit_tables import LACKING, are_of_more
from analysis.exchange.results.headers import plain, year_of
from analysis.exchange.results.reading import ResultRow, ResultTable
from analysis.periods import AnyYear
from analysis.texts import LONGEST_NAME, count_ems


def check_results(table: ResultTable, year: AnyYear) -> None:
    """Record what is wrong with a table as a whole, and with its rows.

    Parameters
    ----------
    table : ResultTable
        As read; what is wrong is added to its sheet's problems.
    year : AnyYear
        That it is imported as.
    """
    _check_columns(table)
    for column, head in table.heads.items():
        if column not in table.components and year_of(head) not in {"", str(year)[:4]}:
            rule = f"列名中的年度不是导入的{str(year)[:4]}年度"
            table.refuse(rule, "核对 --year；不是这一年度的列删去", column=column)
    _check_names(table)
    told = {problem.row for problem in table.sheet.problems}
    for row in table.rows:
        if "total" not in row.cells and row.row not in told:  # else what is printed could not be read
            table.refuse("没有印出总分", "补上总分；没有总分的单位删去这一行", row.row, "total", row.name)
        for column, text in row.cells.items():
            if text.startswith("-") and column != "total":
                table.refuse("得分不应是负数", "照印本改正；扣分也写正数", row.row, column, text)
        if table.components and all(row.cells.get(each) == LACKING for each in table.components):
            table.refuse("这个单位没有任何一项得分", "补上得分，或删去这一行", row.row, "", row.name)


def _check_columns(table: ResultTable) -> None:
    if not table.components:
        table.refuse("总分以外没有各项得分的列", "补上各项得分；只有总分的，写进 published/<年度>.csv")
    if table.worth and (missing := [name for name in table.components if name not in table.worth]):
        rule = f"有的项写了分值或权重，没有写明这几项：{'、'.join(missing)}"
        table.refuse(rule, "逐项写明；不是各项得分的列删去")
    for name in table.components:
        if len(name) > LONGEST_NAME:
            table.refuse(f"列名最多{LONGEST_NAME}个字", "用简称", column=name)
    for column in ("group", "grade"):
        without = [row for row in table.rows if not getattr(row, column)]
        if 0 < len(without) < len(table.rows):
            table.refuse("这一列有的单位没有写", "补上，或删去这一列", without[0].row, column, without[0].name)
    if taken := find_taken("grade", [row.grade for row in table.rows if row.grade]):
        rule = "等次的名称只是数字，或是评分表里另有所指的词"
        table.refuse(rule, "改写成文字，如“第1档”；不是等次的，删去这一列", column="grade", value="、".join(taken))
    groups = _group_ranked(table)
    for rows in groups:
        if are_of_more([int(row.cells["rank"]) for row in rows], len(rows)):
            outside = [row for row in rows if int(row.cells["rank"]) > len(rows)]
            what = f"有{len(outside)}个名次大于单位数：看作更大排名的一部分，名次只按先后核对"
            table.sheet.note(what, outside[0].row, table.heads["rank"], outside[0].cells["rank"])
    if len(groups) > 1 and _count_fitting(list(chain(*groups))) > sum(map(_count_fitting, groups)):
        rule = "这一列读作组别，而名次是全部单位一起排的，不是各组分别排的"
        table.refuse(rule, "是等次的，列名改为“等次”；不是的，删去这一列", column="group")


def _check_names(table: ResultTable) -> None:
    seen: dict[str, int] = {}
    if not table.rows:
        table.refuse("没有任何单位", "列名下面一行一个单位")
    for row in table.rows:
        if count_ems(row.name) > LONGEST_NAME:
            table.refuse(f"名称最多{LONGEST_NAME}个字宽（字母约算半个）", "用简称", row.row, "name", row.name)
        for column, text in {"group": row.group, "grade": row.grade}.items():
            if len(text) > LONGEST_NAME:
                table.refuse(f"名称最多{LONGEST_NAME}个字", "用简称", row.row, column, text)
        first = seen.setdefault(plain(row.name), row.row)
        if row.name and first != row.row:
            table.refuse(f"与第{first}行是同一个单位", "删去一行", row.row, "name", row.name)


def _group_ranked(table: ResultTable) -> list[list[ResultRow]]:
    """List the rows that have a total and a rank, group by group."""
    groups: dict[str, list[ResultRow]] = {}
    for row in table.rows:
        if {"total", "rank"} <= {*row.cells}:
            groups.setdefault(row.group, []).append(row)
    return list(groups.values())


def _count_fitting(rows: Sequence[ResultRow]) -> int:
    """Count the rows that have the rank of their total among these, however ties are ranked."""
    totals = sorted(Fraction(row.cells["total"]) for row in rows)
    places = [(int(row.cells["rank"]), Fraction(row.cells["total"])) for row in rows]
    last = len(totals)
    return sum(last - bisect_right(totals, total) < rank <= last - bisect_left(totals, total) for rank, total in places)
