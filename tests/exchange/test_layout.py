"""Lines of a page: one that was broken for want of room goes on in the next, one that begins anew does not."""

from __future__ import annotations

from itertools import count

from analysis.exchange.sources.layout import Placed, part_numbers, write_lines
from analysis.texts import count_ems

LONG = "县发改委、县教体局、县民政局、县财政局、县自然资源和"


def lines(*written: str, pitch: float = 16) -> list[str]:
    """Put lines below each other on a page of 320, with margins of 30 and 10 characters of 10 points beside them."""
    texts = []
    for text, place in zip(written, count()):
        start = 30.0 + 10 * (len(text) - len(text.lstrip("　")))
        bare = text.lstrip("　")
        texts.append(Placed(start, 50 + pitch * place, 10, start + 10 * count_ems(bare), bare))
    return write_lines(texts, 320)


def test_a_name_that_is_broken_at_the_margin_is_whole() -> None:
    assert lines(LONG, "规划局、县水利局。", LONG) == [f"{LONG}规划局、县水利局。", f"　　{LONG}"]


def test_what_stands_in_begins_a_paragraph() -> None:
    assert lines(LONG, f"　　{LONG[:-2]}", LONG)[1].startswith("　　县发改委")


def test_two_numbers_are_never_joined() -> None:
    full = LONG[:-2] + "89.9"
    assert lines(full, "1", full)[:2] == [full, "1"]


def test_lines_far_below_each_other_are_two() -> None:
    assert len(lines(LONG, LONG, pitch=40)) == 2


def test_a_short_line_is_not_joined_where_the_page_has_room() -> None:
    assert lines("优：长亭街道、花圃街道", "良：沙井街道")[0] == "优：长亭街道、花圃街道"


def test_page_numbers_are_lines_of_their_own() -> None:
    assert lines(LONG, "— 2 —", LONG)[1] == "— 2 —"


def test_an_indent_at_the_top_of_a_page_is_told() -> None:
    assert lines(f"　　{LONG[:-2]}", LONG, LONG)[0].startswith("　　县")


def test_a_date_and_a_time_are_no_cells() -> None:
    assert part_numbers("2032-07-14 22:07 8 9") == "2032-07-14 22:07\t8\t9"
