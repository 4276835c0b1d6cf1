"""The year in one sentence and one picture: every unit once, where it is, and the line where the scheme has it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from tests.exhibits.reading import drawn_words, with_known
from tests.made_up import BEST_FROM_90, CITIES, graded_city, load_city
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.live import draw_live


def _dots(chart: Chart) -> dict[float, int]:
    """How many dots stand at which total."""
    drawn = [
        round(float(x), 6)
        for ax in chart.figure.axes
        for each in ax.collections
        if isinstance(each, PathCollection)
        for x, _ in np.ma.getdata(each.get_offsets())
    ]
    return pd.Series(drawn).value_counts().to_dict()


def _places(chart: Chart) -> tuple[np.ndarray, float]:
    """Where the centres of dots are, in pixels, and how wide the dots are."""
    chart.png()
    places, sizes = [], set()
    for ax in chart.figure.axes:
        for each in ax.collections:
            if isinstance(each, PathCollection) and len(each.get_offsets()):
                places.append(ax.transData.transform(np.ma.getdata(each.get_offsets())))
                sizes |= set(np.sqrt(each.get_sizes()))
    (size,) = sizes
    return np.vstack(places), size * chart.figure.dpi / 72


def test_every_unit_is_a_dot_at_its_total(year: Year) -> None:
    totals = year.scores["total"].round(6).value_counts().to_dict()
    assert _dots(show(year, "front").chart) == totals


def test_what_is_told_of_a_dot_is_its_name_points_rank_and_grade(official: Year) -> None:
    drawn, best = draw_live(show(official, "front").chart.figure, ""), official.scores.iloc[0]
    assert f"<title>{best['name']}：{best['total']:.2f}分，第1名，优秀</title>" in drawn
    vetoed = official.scores[official.scores["vetoed"]].iloc[0]
    assert (
        f"<title>{vetoed['name']}：{vetoed['total']:.2f}分，第{vetoed['rank']}名，良好，取消评优资格</title>" in drawn
    )


def test_of_reconstructed_marks_no_end_is_named_and_every_dot_says_what_it_is(year: Year, official: Year) -> None:
    names, words = set(year.units["name"]), drawn_words(show(year, "front").chart)
    assert not [name for name in names if name in words] and "重构" not in words
    drawn = draw_live(show(year, "front").chart.figure, "")
    assert drawn.count("分（由重构评分算得，不是真实得分），第") == len(names)
    named = drawn_words(show(official, "front").chart)
    for _, units in official.scores.groupby("group"):
        for rank in (units["rank"].min(), units["rank"].max()):
            (end,) = units[units["rank"].eq(rank)].to_dict("records")
            assert f"第{rank}名 {end['name']} {end['total']:.2f}" in named


def test_where_places_are_counted_the_line_is_the_last_total_that_got_one(
    year: Year, demonstration: Assessment
) -> None:
    for each in (year, demonstration.latest):
        best = each.scores[each.scores["grade"].eq("excellent")]
        assert show(each, "front").lines == pytest.approx(best.groupby("group")["total"].min().to_dict())


def test_where_points_are_set_the_line_is_drawn_there_if_it_is_in_sight(small: Year) -> None:
    front = show(small, "front")
    assert set(front.lines.values()) == {90.0} and "优秀线（90.00分）" in front.chart.title
    nobody = show(Assessment(load_city(CITIES["nobody is best"]())).latest, "front")
    assert nobody.lines == {"east": 1000.0} and "0个单位达到优秀线（1000.00分）" in nobody.chart.title
    (ax,) = nobody.chart.figure.axes
    assert ax.get_xlim()[1] < 30  # of totals up to 23
    assert "优秀线1000.00" not in drawn_words(nobody.chart)


def test_where_any_total_will_do_there_is_no_line() -> None:
    shown = show(Assessment(load_city(CITIES["one grade alone"]())).latest, "front")
    assert shown.lines == {} and "线" not in shown.chart.title + shown.chart.subtitle


def test_the_heading_tells_how_averages_moved_and_how_many_are_best(year: Year, tied: Assessment) -> None:
    """Print: 89.74 after 79.22, 86.06 after 76.97; 33 excellent units after 30."""
    told = "县（市、区）政府平均分提高10.52分，市直部门平均分提高9.09分；优秀单位33个，比上年增加3个"
    assert show(year, "front").finding == f"2021年{told}"
    assert show(tied.latest, "front").finding == (
        "2031年east组平均分持平，north组平均分持平，west组平均分提高1.50分；优秀单位5个，比上年增加1个"
    )


def test_the_heading_says_on_which_year_changes_are_if_not_on_the_one_before() -> None:
    city = Assessment(load_city(CITIES["two alike years, and one between"]()))
    assert show(city.latest, "front").finding.startswith("2031年（比2029年）")


def test_of_print_alone_there_is_a_heading_and_no_picture(tmp_path: Path) -> None:
    """Of 2032 averages and lists are printed, of 2033 a table; neither has marks."""
    city = open_assessment(write_print_only(tmp_path / "data"))
    told = show(city.year(2032), "front")
    assert told.finding.startswith("2032年乡镇平均分提高2.10分；A级单位3个") and told.chart is None
    assert told.sentences == ("2032年没有逐项评分，不作各单位得分图。",)
    assert show(city.year(2033), "front").finding == "2033年A级单位3个，与上年持平"


@pytest.mark.parametrize(
    "totals",
    [
        dict.fromkeys((f"u{place}" for place in range(46)), 95.0),
        {f"u{place}": round(each, 2) for place, each in enumerate(np.random.default_rng(7).normal(80, 5, 180))},
    ],
    ids=["46 tied", "180 units"],
)
def test_no_dot_covers_another(totals: dict[str, float]) -> None:
    places, wide = _places(
        show(Assessment(load_city(graded_city({2030: (BEST_FROM_90, totals)}))).latest, "front").chart
    )
    assert len(places) == len(totals)
    nearest = min(np.hypot(*(one - other)) for one, other in combinations(places, 2))
    assert nearest >= wide * 0.95


def test_long_names_stay_within_the_drawing(official: Year) -> None:
    """Of 22 characters, at both ends, also where the best of a group is far to the left of the other's."""
    long = "国家税务总局某某市高新技术产业开发区税务局分局"[:22]
    scores = official.scores.assign(name=long)
    scores["total"] = scores["total"].mask(scores["group"].eq("county"), scores["total"] - 30)
    chart = show(with_known(official, scores=scores, results=scores), "front").chart
    chart.png()
    sheet = chart.figure.bbox
    texts = [text for ax in chart.figure.axes for text in ax.texts if long in text.get_text()]
    assert len(texts) == 4
    for text in texts:
        box = text.get_window_extent()
        assert sheet.x0 <= box.x0 and box.x1 <= sheet.x1


def test_units_of_one_rank_are_counted_and_named_once(tied: Assessment) -> None:
    words = drawn_words(show(tied.latest, "front").chart)
    assert words.count("并列5个单位 95.00") == 1 and words.count("p局 71.50") == 1
