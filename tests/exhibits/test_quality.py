"""What is asked of marks as a measurement is answered of marks that somebody gave, and of no others."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import pandas as pd
import pytest
from tests.exhibits.reading import all_words

from analysis.assessment import Assessment, Year
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.chart import new_figure
from analysis.exhibits.quality import Quality, draw_dots, gather_alike, name_alike, write_range

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


def _pairs(*pairs: str) -> pd.DataFrame:
    return pd.DataFrame([(*pair, f"{pair[0]}局", f"{pair[1]}局") for pair in pairs],
                        columns=["one", "other", "name", "other_name"])  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "groups"),
    [
        (["ab", "ac", "bc"], [["a", "b", "c"]]),
        (["ab", "bc"], [["a", "b"], ["b", "c"]]),  # a and c are not alike: of what both carry, something differs
        (["ab", "ac", "bc", "cd", "ef"], [["a", "b", "c"], ["c", "d"], ["e", "f"]]),
        ([], []),
    ],
)
def test_who_is_like_every_other_is_told_as_one_group(pairs: list[str], groups: list[list[str]]) -> None:
    found = [name_alike(group) for group in gather_alike(_pairs(*pairs), ("one", "other"))]
    assert found == [[f"{each}局" for each in group] for group in groups]


def test_every_pair_is_in_a_group() -> None:
    pairs = ["".join(pair) for pair in combinations("abcdefgh", 2) if (ord(pair[0]) * ord(pair[1])) % 3]
    groups = gather_alike(_pairs(*pairs), ("one", "other"))
    assert {f"{row.one}{row.other}" for group in groups for row in group.itertuples()} == set(pairs)
    assert all(len(group) == len(name_alike(group)) * (len(name_alike(group)) - 1) / 2 for group in groups)


def test_numbers_that_differ_in_a_group_are_told_as_a_range() -> None:
    assert [write_range(pd.Series(each)) for each in ([5, 5], [7, 5])] == ["5", "5—7"]
