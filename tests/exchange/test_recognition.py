"""What is recognised stands where it stood before the page was laid aslant; a text of two cells is doubtful."""

from __future__ import annotations

import pytest

from analysis.exchange.sources.grid import Rule
from analysis.exchange.sources.layout import Placed
from analysis.exchange.sources.recognition import _cut, _is_stroke, _place, _straddles


def test_a_slanted_text_lies_level() -> None:
    np = pytest.importorskip("numpy")
    box = np.array([[0, 0], [400, 8], [399.2, 48], [-0.8, 40]], dtype=float)
    placed = _place(box, "甲县", 0.02, 0.5)
    assert (placed.x, placed.end) == pytest.approx((0, 200), abs=0.5)
    assert (placed.y, placed.size) == pytest.approx((10, 17), abs=0.5)


@pytest.mark.parametrize(
    ("rule", "crosses", "is_stroke"),
    [
        (Rule(False, 50, 0, 200), True, False),  # the border of a column
        (Rule(False, 50, 8, 22), True, True),  # strokes of characters below each other
        (Rule(False, 102, 0, 200), False, False),
        (Rule(True, 25, 0, 200), False, False),
        (Rule(True, 15, 20, 60), True, True),
    ],
)
def test_a_rule_goes_through_a_text_or_is_part_of_it(rule: Rule, crosses: bool, is_stroke: bool) -> None:
    text = Placed(0, 15, 14, 100, "甲县90.5")
    assert (_straddles(text, rule), _is_stroke(rule, [text])) == (crosses, is_stroke)


def test_a_text_is_cut_where_it_goes_over_borders() -> None:
    """Over those of columns, and of rows where it is written down."""
    across = Placed(0, 15, 14, 100, "甲县90.5")
    assert [(cell.x, cell.end) for cell in _cut(across, [Rule(False, 50, 0, 90)])] == [(1, 49), (51, 99)]
    down = Placed(0, 50, 100, 14, "甲县乙县")
    assert [(cell.y, cell.size) for cell in _cut(down, [Rule(True, 50, 0, 90)])] == [(25, 48), (75, 48)]
    assert not _cut(across, [Rule(False, 102, 0, 90), Rule(True, 15, 0, 90)])
