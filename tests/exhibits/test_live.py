"""Drawings as SVG: words as text, colours by name, shapes that say which unit they show."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from matplotlib.patches import Rectangle

from analysis.exhibits.chart import new_figure
from analysis.exhibits.live import draw_live, tag, tag_each
from analysis.exhibits.palette import PALETTE, declare_colours, light
from analysis.exhibits.theme import INK, PAPER, ink_on

HOSTILE = '甲局"><script>alert(1)</script>&'


@pytest.fixture
def drawn() -> Tag:
    with new_figure(2.0) as (figure, (ax,)):
        (line,) = ax.plot([0, 1], [1, 2], color="#123456")
        points = ax.scatter([0, 1, 2], [1, 1, 3], color=light("rise"))
        label = ax.text(0.5, 1.5, HOSTILE, color=INK)
        bar = ax.add_patch(Rectangle((0, 0), 1, 1, facecolor=light("grade-0"), hatch="////", edgecolor=PAPER))
        tag(line, "a", HOSTILE)
        tag_each(points, ["a", "b", "c"], ["一", "二", "三"])
        tag(label, "b")
        tag(bar, "c", "条")
    svg = BeautifulSoup(draw_live(figure, HOSTILE), "html.parser").svg
    assert svg is not None
    return svg


def test_words_are_text_whatever_they_hold(drawn: Tag) -> None:
    assert HOSTILE in [text.get_text() for text in drawn.find_all("text")]
    assert drawn["aria-label"] == HOSTILE and not drawn.find_all("script")


def test_every_shape_of_a_unit_carries_its_id_and_what_is_told_of_it(drawn: Tag) -> None:
    told = [
        (each["data-unit"], each.title and each.title.get_text(), each.name) for each in drawn.select("[data-unit]")
    ]
    assert sorted(told, key=str) == sorted(
        [
            ("a", HOSTILE, "g"),
            ("a", "一", "use"),
            ("b", "二", "use"),
            ("c", "三", "use"),
            ("b", None, "g"),
            ("c", "条", "g"),
        ],
        key=str,
    )
    assert all((each.title is not None) == (each.get("tabindex") == "-1") for each in drawn.select("[data-unit]"))


def test_points_that_are_not_drawn_cannot_shift_what_is_told_of_others() -> None:
    with new_figure(2.0) as (figure, (ax,)):
        tag_each(ax.scatter([0, float("nan"), 2], [1, 1, 3]), ["a", "b", "c"], ["一", "二", "三"])
    with pytest.raises(ValueError, match="zip"):
        draw_live(figure, "")


def test_colours_are_those_of_the_palette_by_name_and_others_as_they_are(drawn: Tag) -> None:
    styles = str(drawn)
    assert {"var(--rise)", "var(--ink)", "var(--grade-0)", "var(--paper)"} <= set(re.findall(r"var\([\w-]+\)", styles))
    assert set(re.findall(r"#[0-9a-f]{6}\b", styles)) == {"#123456"}


def test_what_is_shared_within_a_drawing_is_there_and_apart_from_other_drawings(drawn: Tag) -> None:
    named = {each["id"] for each in drawn.select("[id]")}
    used = set(re.findall(r"url\(#([^)]+)\)", str(drawn))) | {str(each["href"])[1:] for each in drawn.select("use")}
    assert used and used <= named
    with new_figure(2.0) as (figure, (ax,)):
        ax.scatter([0, 1, 2], [1, 1, 2])
    other = BeautifulSoup(draw_live(figure, ""), "html.parser")
    assert named.isdisjoint(each["id"] for each in other.select("[id]"))


def test_a_drawing_has_no_style_for_the_whole_page_no_size_of_its_own_and_no_dates(drawn: Tag) -> None:
    assert not drawn.find_all(["style", "metadata"]) and "width" not in drawn.attrs and drawn["viewbox"]
    assert not re.search(r"matplotlib|xmlns", str(drawn))


def test_numbers_are_short(drawn: Tag) -> None:
    assert not re.search(r'(?:d|x|y|transform)="[^"]*\d\.\d{3}', str(drawn))


def test_every_colour_is_declared_for_light_and_dark() -> None:
    days, nights = declare_colours().split("@media screen and (prefers-color-scheme: dark)")
    for name, (day, night) in PALETTE.items():
        assert f"--{name}: {day};" in days and f"--{name}: {night};" in nights
    assert len({day for day, _ in PALETTE.values()}) == len(PALETTE), "two colours that a drawing could not tell apart"


@pytest.mark.parametrize("name", [name for name in PALETTE if name.startswith(("grade-", "part-"))])
def test_words_on_a_colour_can_be_read_by_day_and_by_night(name: str) -> None:
    """WCAG's contrast of what `ink_on` chooses on white paper, and of the same by name on a dark screen."""
    ink = "ink" if ink_on(light(name)) == INK else "paper"
    for day_or_night in (0, 1):
        one, other = sorted(_luminance(PALETTE[each][day_or_night]) for each in (name, ink))
        assert (other + 0.05) / (one + 0.05) >= 3.9, (name, ink, day_or_night)


def test_neighbouring_grades_stay_apart_by_day_and_by_night() -> None:
    for day_or_night in (0, 1):
        tones = [_luminance(both[day_or_night]) for name, both in PALETTE.items() if name.startswith("grade-")]
        assert all(abs(one - other) > 0.01 for one, other in pairwise(tones))


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(share * each for share, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
