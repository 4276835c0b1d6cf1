"""Ruled tables of a page: cells are what rules enclose, whatever stands in them, and in whatever order it is drawn."""

from __future__ import annotations

from analysis.exchange.sources.grid import Rule, write_tables
from analysis.exchange.sources.layout import Placed


def rule(across: bool, at: float, start: float, end: float) -> Rule:
    return Rule(across, at, start, end)


def text(x: float, y: float, written: str) -> Placed:
    return Placed(x, y, 10, x + 10 * len(written), written)


FRAME = [rule(True, y, 0, 200) for y in (0, 60)] + [rule(False, x, 0, 60) for x in (0, 100, 200)]


def rows(texts: list[Placed], *inner: Rule) -> list[str]:
    return [each.text for each in write_tables(texts, [*FRAME, *inner])]


def test_a_merged_cell_stands_in_each_row_and_column_that_it_spans() -> None:
    texts = [text(20, 32, "优秀"), text(110, 18, "甲县"), text(110, 48, "乙县")]
    assert rows(texts, rule(True, 30, 100, 200)) == ["优秀\t甲县", "优秀\t乙县"]


def test_an_empty_cell_keeps_its_place() -> None:
    assert rows([text(110, 18, "甲县"), text(20, 48, "二")], rule(True, 30, 0, 200)) == ["\t甲县", "二\t"]


def test_a_line_that_fills_its_cell_goes_on_and_a_short_one_does_not() -> None:
    wrapped = [text(5, 15, "甲县自然资源和规划"), text(5, 27, "局"), text(110, 15, "甲县"), text(110, 27, "乙县")]
    assert rows(wrapped) == ["甲县自然资源和规划局\t甲县\v乙县"]


def test_borders_may_be_drawn_piece_by_piece_and_twice() -> None:
    pieces = [rule(True, y, x, x + 50) for y in (0, 0.5, 30, 60) for x in (0, 50, 100, 150)]
    pieces += [rule(False, x, y, y + 29) for x in (0, 100, 100.7, 200) for y in (0, 30)]
    texts = [text(10, 18, "甲县"), text(110, 18, "90.5"), text(10, 48, "乙县"), text(110, 48, "89")]
    assert [each.text for each in write_tables(texts, pieces)] == ["甲县\t90.5", "乙县\t89"]


def test_what_rules_do_not_enclose_stays() -> None:
    """A line under a heading, a frame around a page: neither makes a table."""
    texts = [text(20, 18, "甲县"), text(20, 48, "乙县")]
    frame = [rule(True, 0, 0, 200), rule(True, 60, 0, 200), rule(False, 0, 0, 60), rule(False, 200, 0, 60)]
    for rules in ([rule(True, 30, 0, 200)], frame):
        assert write_tables(texts, rules) == texts


def test_sides_that_are_not_drawn_close_a_table() -> None:
    """As browsers print one that goes on over the end of a page, and offices one without sides."""
    across, down = [rule(True, 30, 0, 200)], [rule(False, x, 0, 60) for x in (0, 100, 200)]
    texts = [text(10, 18, "甲县"), text(110, 18, "90.5"), text(10, 48, "乙县"), text(110, 48, "89")]
    for rules in ([*across, *down], [rule(True, y, 0, 200) for y in (0, 30, 60)] + [rule(False, 100, 0, 60)]):
        assert [each.text for each in write_tables(texts, rules)] == ["甲县\t90.5", "乙县\t89"]
