"""What is asked of marks as a measurement is answered of marks that somebody gave, and of no others."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from tests.exhibits.reading import all_words

from analysis.assessment import Assessment, Year
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.chart import new_figure
from analysis.exhibits.quality import Quality, draw_dots, name_first

NAMES = [name for name, kind in EXHIBITS.items() if issubclass(kind, Quality)]
WHY = "评分是重构的，不是考核主体作出的，不作评分质量分析。"


@pytest.mark.parametrize("name", NAMES)
def test_of_reconstructed_marks_nothing_is_told_but_why(name: str, year: Year) -> None:
    shown = show(year, name)
    for exhibit in shown.values() if isinstance(shown, dict) else [shown]:
        assert exhibit.sentences == (WHY,) and exhibit.chart is None and exhibit.table is None
        assert [str(part) for part in exhibit.parts] == [WHY]
        units = {*year.units["name"], *year.scheme.assessors.value.values()}
        assert not [each for each in units if each in all_words(exhibit)]


@pytest.mark.parametrize("name", NAMES)
def test_of_invented_and_official_marks_something_is(name: str, official: Year, demonstration: Assessment) -> None:
    for year in (official, demonstration.latest):
        shown = show(year, name)
        for exhibit in shown.values() if isinstance(shown, dict) else [shown]:
            assert not exhibit.withheld and exhibit.parts and WHY not in all_words(exhibit)


def test_every_dot_is_drawn_by_itself() -> None:
    with new_figure(2.0) as (_, (ax,)):
        dots = draw_dots(ax, [(1.0, 2.0), (3.0, 4.0)], color="#000000")
    assert dots == list(ax.lines) and [dot.get_xydata().tolist() for dot in dots] == [[[1, 2]], [[3, 4]]]
    assert {mpl.colors.to_hex(dot.get_color()) for dot in dots} == {"#000000"}


@pytest.mark.parametrize(("count", "told"), [(1, "甲"), (3, "甲、乙、丙"), (4, "甲、乙、丙等")])
def test_the_first_three_are_named(count: int, told: str) -> None:
    assert name_first(["甲", "乙", "丙", "丁"][:count]) == told
