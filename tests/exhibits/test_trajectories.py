"""Lines of ranks: one a unit, those that moved most stand out, nothing is written over anything else."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from tests.exhibits.reading import drawn_words, find_overlaps
from tests.exhibits.test_all_years import three_years
from tests.made_up import BEST_FROM_90, graded_city, load_city
from tests.print_only import write_print_only

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.live import draw_live
from analysis.exhibits.theme import FALL, RISE


def _chart(city: dict[str, Any], last: int, name: str = "") -> Chart:
    for unit in city["units"] if name else ():
        city["lineage"] += [(unit, last, f"{name}{unit}"[-22:], "renamed")]
    (shown,) = show(Assessment(load_city(city)).year(last), "trajectories").values()
    assert shown.chart is not None
    return shown.chart


def _lines(chart: Chart, *colours: str) -> list[Any]:
    return [line for line in chart.figure.axes[0].lines if line.get_color() in colours and len(line.get_xdata()) > 2]


def test_the_largest_rise_and_fall_stand_out_and_are_the_finding() -> None:
    chart = _chart(three_years(), 2032)
    assert chart.title == "2030年到2032年east升降最大：c局升2位；a局、b局降1位"
    assert "（在两年均在本组的3个单位中排）" in chart.subtitle and "◇ 为进入本组" in chart.subtitle
    (rise,), (fall, other) = _lines(chart, RISE), _lines(chart, FALL)
    assert list(rise.get_ydata()) == [3, 2, 1]
    assert [list(line.get_ydata()) for line in (fall, other)] == [[1, 1, 2], [2, 3, 3]]
    assert fall.get_linestyle() != rise.get_linestyle()  # also in grey
    words = drawn_words(chart).split("\n")
    assert {"↑2", "↓1", "2030年", "2031年", "2032年", "a局", "b局", "c局", "d局"} <= set(words)
    assert "c局由第3名到第1名" in chart.alt and "a局由第1名到第2名" in chart.alt


def test_a_line_tells_whose_it_is() -> None:
    svg = draw_live(_chart(three_years(), 2032).figure, "")
    told = dict(re.findall(r'data-unit="(\w)"[^>]*><title>([^<]*)</title>', svg))
    assert told == {
        "a": "a局：2030年第1名，2032年第2名",
        "b": "b局：2030年第2名，2032年第3名",
        "c": "c局：2030年第3名，2032年第1名",
        "d": "d局：2032年第4名",
    }


def test_a_year_in_which_a_unit_was_not_there_is_not_bridged() -> None:
    city = graded_city(
        {
            2030: (BEST_FROM_90, {"a": 95.0, "b": 85.0, "c": 75.0}),
            2031: (BEST_FROM_90, {"a": 95.0, "b": 85.0}),
            2032: (BEST_FROM_90, {"a": 95.0, "b": 85.0, "c": 90.0}),
        }
    )
    chart = _chart(city, 2032)
    (rise,) = _lines(chart, RISE)
    np.testing.assert_equal(rise.get_ydata(), [3, np.nan, 2])


def test_where_nobody_moved_the_title_says_so() -> None:
    city = graded_city({year: (BEST_FROM_90, {"a": 95.0, "b": 85.0}) for year in (2030, 2031, 2032)})
    chart = _chart(city, 2032)
    assert chart.title == "east：2030年和2032年均有名次的2个单位，先后未变"
    assert not _lines(chart, RISE, FALL) and "实线" not in chart.subtitle and chart.alt.endswith("没有升降可比。")


def test_where_nobody_is_there_first_and_last_it_is_said() -> None:
    totals = {2030: {"a": 95.0}, 2031: {"a": 90.0, "b": 80.0}, 2032: {"b": 85.0}}
    chart = _chart(graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()}), 2032)
    assert chart.title == "east：2030年和2032年的名次可比的单位不足两个"


def test_years_without_ranks_make_no_line(tmp_path: Path) -> None:
    """Ranks are printed of one year alone."""
    year = Assessment(load_dataset(write_print_only(tmp_path / "data"))).year(2033)
    assert [str(part) for part in show(year, "trajectories")["town"].parts] == [
        "乡镇：有名次的年度不足两个，没有走势。"
    ]


SHAPES = {
    "a few": (3, 4, False, ""),
    "twelve": (12, 15, True, ""),
    "all named, in two lines": (48, 8, True, "国家税务总局某某市税务局第一稽查局办公室"),
    "too many to be named": (180, 15, True, "国家税务总局某某市税务局第一稽查局办公室"),
    "two years": (12, 2, False, ""),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_written_over_anything_else(shape: str) -> None:
    units, years, tied, name = SHAPES[shape]
    random = Random(units)
    level = {f"u{unit}": random.gauss(75, 8) for unit in range(units)}
    totals = {
        2030 + year: {
            unit: round(min(max(0.0, own + random.gauss(0, 4)), 100.0), 0 if tied else 3)
            for unit, own in level.items()
            if random.random() < 0.97 or units < 10
        }
        for year in range(years)
    }
    chart = _chart(graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()}), max(totals), name)
    assert find_overlaps(chart) == [] and chart.figure.get_figheight() < 13
    last = totals[max(totals)]
    written = {text.get_text().replace("\n", "") for text in chart.figure.axes[0].texts}
    named = {unit for unit in last if any(each in {f"{unit}局", f"{name}{unit}"[-22:]} for each in written)}
    assert named == set(last) if units <= 48 else 6 <= len(named) <= 12
