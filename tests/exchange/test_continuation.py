"""A table that goes on on the next page: what the page cuts in two is put together; what may not be is told."""

from __future__ import annotations

from itertools import groupby

import pytest

from analysis.exchange.sources.continuation import continue_tables
from analysis.exchange.sources.grid import Cell, Table, write_row

HEAD = ["等次", "单位", "得分"]


def table(*rows: list[str], broken: str = "", merged: int = 1, borders: tuple[float, ...] = (0, 40, 80, 140)) -> Table:
    """Make a table: equal cells of its first columns, so many, are one; a cell of these characters may go on."""
    made = [[Cell(text, row, False, bool(text) and text in broken) for text in cells] for row, cells in enumerate(rows)]
    for column in range(merged):
        for _, run in groupby(made, key=lambda row: row[column].text):
            alike = list(run)
            for row in alike:
                row[column] = alike[0][column]._replace(is_merged=len(alike) > 1)
    return Table(list(borders), made)


def go_on(above: Table, below: Table, *after: str) -> tuple[list[str], list[str]]:
    """Put two pages together; return all rows, and what is told."""
    pages = [["通报", *map(write_row, above.rows)], [*map(write_row, below.rows), *after]]
    told = list(continue_tables(pages, [[above], [below]]))
    return [*pages[0][1:], *pages[1]], told


def test_a_row_that_the_page_cuts_in_two_is_whole() -> None:
    above = table(HEAD, ["优秀", "南溪乡", "92"], ["优秀", "北坞", "91"], broken="北坞")
    rows, (told,) = go_on(above, table(["", "乡", ""], ["", "上关乡", "90"], ["良好", "下湾乡", "80"]), "完")
    assert rows[1:] == ["优秀\t南溪乡\t92", "优秀\t北坞乡\t91", "优秀\t上关乡\t90", "良好\t下湾乡\t80", "完"]
    assert told.startswith("第2页的表接着上一页")


def test_a_head_that_stands_on_both_pages_is_read_once() -> None:
    above = table(HEAD, ["优秀", "南溪乡", "92"], ["优秀", "上关乡", "91"])
    rows, _ = go_on(above, table(HEAD, ["", "下湾乡", "90"], ["", "河桥乡", "89"]))
    assert rows[3:] == ["优秀\t下湾乡\t90", "优秀\t河桥乡\t89"]


def test_a_merged_cell_that_is_not_drawn_again_goes_on() -> None:
    """As browsers print it: its column lacks on the next page."""
    above = table(HEAD, ["优秀", "南溪乡", "92"], ["优秀", "上关乡", "91"])
    rows, _ = go_on(above, table(["下湾乡", "90"], ["河桥乡", "89"], merged=0, borders=(45, 85, 145)))
    assert rows[3:] == ["优秀\t下湾乡\t90", "优秀\t河桥乡\t89"]


def test_a_row_that_may_be_one_of_its_own_stays_and_is_told() -> None:
    """Names fill their cells: nobody knows whether the last of them goes on."""
    above = table(["东坞镇", "西店乡"], ["南溪乡", "北坞"], merged=0, broken="南溪乡北坞", borders=(0, 40, 80))
    rows, (told,) = go_on(above, table(["金溪乡", ""], merged=0, borders=(0, 40, 80)))
    assert rows[-1] == "金溪乡\t"
    assert "第2页表的第一行，分不清" in told


@pytest.mark.parametrize(
    "below",
    [
        table(["", "乡", ""], borders=(0, 60, 90, 140)),
        table(["", "上关乡", "90"], merged=0),
        table(["良好", "下湾乡", "80"], ["良好", "河桥乡", "79"]),
    ],
    ids=["another table", "an empty cell", "a row of its own"],
)
def test_what_does_not_go_on_stays(below: Table) -> None:
    written = [write_row(row) for row in below.rows]
    rows, told = go_on(table(HEAD, ["优秀", "北坞", "91"], broken="北坞"), below)
    assert (rows[2:], told) == (written, [])
