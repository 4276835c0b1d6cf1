"""How totals are spread: every unit is seen, none over another, and lines stand where grades begin."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from tests.exhibits.reading import drawn_words, with_known
from tests.made_up import graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.chart import Chart


def test_the_cut_is_marked_and_who_is_barred_unless_that_is_made_up(year: Year, official: Year) -> None:
    """The circular says that a department is barred, not which: of reconstructed marks nobody is pointed at."""
    words = drawn_words(show(year, "distribution").chart)
    assert "优秀线" in words and "取消评优资格" not in words
    assert "取消评优资格" in drawn_words(show(official, "distribution").chart)


def test_grades_by_a_line_are_drawn_at_the_line_and_the_legend_covers_nobody(small: Year) -> None:
    chart = show(small, "distribution").chart
    assert "竖线为等次线" in chart.subtitle
    first, second = chart.figure.axes
    drawn = [text.get_text() for text in [*first.texts, *second.texts]]
    assert [text for text in drawn if "线" in text] == ["良好线\n75.00分", "优秀线\n90.00分"] * 2
    chart.png()
    legend = first.get_legend()
    assert legend is not None and legend.get_window_extent().y0 > first.get_window_extent().y1


def _places(chart: Chart) -> list[tuple[float, float, float]]:
    """Where every dot is on the sheet, in pixels, and how wide it is."""
    chart.png()
    return [
        (*ax.transData.transform(offset), np.sqrt(dots.get_sizes()[0]) * chart.figure.dpi / 72)
        for ax in chart.figure.axes
        for dots in ax.collections
        if isinstance(dots, PathCollection)
        for offset in dots.get_offsets()
    ]


@pytest.mark.parametrize("scale", [1, 10])
@pytest.mark.parametrize("units", [12, 180])
def test_no_dot_covers_another(units: int, scale: int, year: Year) -> None:
    """Totals of 100 points or of 1,000, many of them tied."""
    totals = np.random.default_rng(units).normal(85, 5, units).round(0) * scale
    scores = year.scores.iloc[np.arange(units) % 12].assign(total=np.sort(totals)[::-1], vetoed=False)
    scores = scores.assign(unit_id=[f"u{place}" for place in range(units)]).reset_index(drop=True)
    shown = show(with_known(year, scores=scores), "distribution", "county")
    places = _places(shown.chart)
    assert len(places) == units
    for one, other in combinations(places, 2):
        assert np.hypot(one[0] - other[0], one[1] - other[1]) >= one[2] * 0.99


def test_labels_of_who_is_passed_over_stand_apart_and_on_the_sheet(conditions: Year, tied: Assessment) -> None:
    chart = show(conditions, "distribution").chart
    chart.png()
    boxes = [text.get_window_extent() for ax in chart.figure.axes for text in ax.texts if text.get_text()]
    assert drawn_words(chart).count("不合优秀的条件") == 3
    crosses = [show(each, name).chart for each in (conditions, tied.latest) for name in ("distribution", "front")]
    assert ["总分够线而不能评为该等次" in drawn_words(each) for each in crosses] == [True, True, False, False]
    for box in boxes:
        assert box.x0 >= 0 and box.x1 <= chart.figure.bbox.x1
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def test_every_dot_says_whose_it_is(year: Year) -> None:
    chart = show(year, "distribution").chart
    tags = [artist.get_gid() for artist in chart.figure.findobj() if (artist.get_gid() or "").startswith("[")]
    told = {unit: words for each in tags for unit, words in json.loads(each) if words}
    assert set(told) == set(year.scores["unit_id"])
    best = year.scores.iloc[0]
    assert told[best["unit_id"]] == f"{best['name']}：{best['total']:.2f}分，第1名，优秀"


def test_ties_and_a_group_of_one_are_told_so_and_not_as_a_spread(tied: Assessment) -> None:
    title = show(tied.latest, "distribution").chart.title
    assert title == "2031年east组5个单位总分相同，north组总分首尾相差不到0.1分，west组只有1个单位"


def test_with_one_grade_there_is_no_line_to_be_told_of() -> None:
    city = graded_city({2030: ([{"id": "all_good", "name": "合格"}], {"a": 90, "b": 80})})
    chart = show(Assessment(load_city(city)).latest, "distribution").chart
    assert chart.subtitle == "总分（分），每点一个单位；点线为本组平均分"
