"""Charts are checked by what they say: titles, labels, artists; no pixels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from analysis.exhibits.chart_data import ChartData
from analysis.exhibits.theme import Chart, finish, grade_colours, ink_on, new_figure

from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.exhibits import score_charts, streak_charts, trend_charts
from analysis.methods.averages import average_history
from analysis.methods.grades import compare_units, count_grades
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.scoring.years import score_years


def _texts(chart: Chart) -> str:
    figure = chart.figure
    found = [text.get_text() for text in figure.texts]
    for ax in figure.axes:
        found += [
            text.get_text()
            for text in [*ax.texts, ax.title, ax.xaxis.label, *ax.get_yticklabels(), *ax.get_xticklabels()]
        ]
        found += [text.get_text() for text in (ax.get_legend().get_texts() if ax.get_legend() else [])]
        found.append(ax.get_title(loc="left"))
    return "\n".join(found)


@pytest.fixture(scope="module")
def charts(dataset: Dataset, scores: pd.DataFrame) -> dict[str, Chart]:
    scheme = dataset.year(2021).scheme
    now, base = scores[scores["year"].eq(2021)], scores[scores["year"].eq(2020)]
    units = compare_units(base, now, list(scheme.grade_names))
    panel = build_grade_panel(dataset, scores)
    streaks = dataset.year(2021).units.merge(find_streaks(panel, 2021), on="unit_id")
    provenances = list(scores["provenance"])
    return {
        "averages": trend_charts.chart_averages(average_history(dataset, scores), scheme, dataset.documents),
        "grades": trend_charts.chart_grades(count_grades(scores), scheme, dataset.documents, provenances),
        "distribution": score_charts.chart_distribution(now, scheme),
        "components": score_charts.chart_components(now, scheme, "county"),
        "movement": trend_charts.chart_movement(units, scheme, "department", 2020, dataset.documents, provenances),
        "streaks": streak_charts.chart_streaks(panel, streaks, scheme, dataset.documents, provenances),
    }


NAMES = ["averages", "grades", "distribution", "components", "movement", "streaks"]


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_says_its_finding_source_and_provenance(name: str, charts: dict[str, Chart]) -> None:
    chart = charts[name]
    words = _texts(chart)
    assert chart.title in words
    assert "来源：平法政办〔2022〕2号" in words or "来源：平法政办〔2021〕1号、平法政办〔2022〕2号" in words
    assert "重构数据" in words and "不是任何单位的真实得分" in words
    assert len(chart.alt) > 40


@pytest.mark.parametrize("name", NAMES)
def test_the_same_chart_gives_the_same_bytes(name: str, charts: dict[str, Chart]) -> None:
    assert charts[name].png(dpi=50) == charts[name].png(dpi=50)


def test_averages_and_growth_are_labelled(charts: dict[str, Chart]) -> None:
    words = _texts(charts["averages"])
    for printed in ("89.74", "+13.28%", "79.22", "86.06", "+11.81%", "95.62", "91.66", "73.61", "2019年"):
        assert printed in words
    county = charts["averages"].figure.axes[0]
    line = next(line for line in county.lines if len(line.get_xdata()) == 3)
    assert np.round(line.get_ydata(), 2).tolist() == [73.61, 79.22, 89.74]
    hollow = [line for line in county.lines if len(line.get_xdata()) == 1]
    assert {line.get_markerfacecolor() for line in hollow} == {"#ffffff"}  # the derived year


def test_the_cut_and_the_vetoed_unit_are_marked(charts: dict[str, Chart]) -> None:
    words = _texts(charts["distribution"])
    assert "优秀线" in words
    assert "取消评优资格（重构，印本未点名）" in words


def test_component_bars_add_up_to_the_totals(scores: pd.DataFrame, dataset: Dataset) -> None:
    for year in (2020, 2021):
        own = scores[scores["year"].eq(year)]
        parts = score_charts.component_contributions(own, dataset.year(year).scheme)
        assert np.allclose(parts.sum(axis=1), own["total"])


def test_every_total_is_marked_where_it_is_whatever_is_drawn_left_of_zero(
    charts: dict[str, Chart], scores: pd.DataFrame
) -> None:
    own = scores[scores["year"].eq(2021) & scores["group"].eq("county")]
    assert own["deduction"].gt(0).any()
    (ax,) = charts["components"].figure.axes
    (marks,) = [line for line in ax.lines if line.get_label() == "总分"]
    assert np.allclose(marks.get_xdata(), own["base"] + own["bonus"] - own["deduction"])
    assert "已减去零点左边的扣分" in charts["components"].subtitle
    stripes = {bars.get_label(): {bar.get_hatch() for bar in bars} for bars in ax.containers}
    assert stripes["加分"] == {"......"} and stripes["扣分"] == {"////"}


def test_renamed_and_entering_units_are_joined_or_marked(
    charts: dict[str, Chart], dataset: Dataset, scores: pd.DataFrame
) -> None:
    words = _texts(charts["movement"])
    assert "市税务局" in words and "国家税务局平顶山分局" in words
    assert "两年都参评" not in words  # all 45 were assessed in both years


def test_a_newcomer_does_not_make_the_others_fall(dataset: Dataset) -> None:
    """The newcomer pushes b down to 3; like for like only c and d changed places."""
    ranks = {"a": (1, 1, 0), "new": (None, 2, None), "b": (2, 3, 0), "d": (4, 4, 1), "c": (3, 5, -1)}
    units = pd.DataFrame(ranks, index=["base_rank", "rank", "common_rank_change"]).T.astype(float)
    units = units.assign(group="county", name=units.index, base_name=units.index)
    units = units.assign(rank_change=units["base_rank"] - units["rank"])
    chart = trend_charts.chart_movement(units, dataset.year(2021).scheme, "county", 2020, ["甲"], ["official"])
    assert "两年都参评的 4 个单位中，1 个名次上升，1 个下降；d升幅最大（1 位）" in chart.title
    assert "连同新列入、不再列入的排，则 0 升 2 降" in chart.subtitle
    drawn = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text for text in drawn if text.startswith(("↑", "↓"))] == ["↑1", "↓1"]


def test_the_matrix_says_what_is_unknown(charts: dict[str, Chart]) -> None:
    words = _texts(charts["streaks"])
    assert "至少 3 年" in words and "？" in words and "未列入" in words
    assert charts["streaks"].title == "2021 年有 27 个单位至少连续 2 年优秀"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A city of one year whose grades begin at 90 and 75 points."""
    return load_dataset(start_city(tmp_path_factory.mktemp("small") / "data"))


def test_a_year_before_of_which_nothing_is_known_is_not_told_as_none(small: Dataset) -> None:
    scores, facts = score_years(small.years), small.year(2023)
    panel = build_grade_panel(small, scores)
    streaks = facts.units.merge(find_streaks(panel, 2023), on="unit_id")
    chart = streak_charts.chart_streaks(panel, streaks, facts.scheme, small.documents, ["official"])
    assert chart.title == "2023 年有 3 个单位优秀，上一年的等次不知道"


def test_grades_by_a_line_are_drawn_at_the_line_and_the_legend_covers_nobody(small: Dataset) -> None:
    chart = score_charts.chart_distribution(score_years(small.years), small.year(2023).scheme)
    assert "灰线为分数线" in chart.subtitle and "灰带" not in chart.subtitle
    first, second = chart.figure.axes
    drawn = [text.get_text() for text in [*first.texts, *second.texts]]
    assert [text for text in drawn if "线" in text] == ["优秀线\n90.00", "良好线\n75.00", "优秀线\n90.00"]
    chart.png()
    legend = first.get_legend()
    assert legend is not None and legend.get_window_extent().y0 > first.get_window_extent().y1


NOTHING = ChartData(pd.DataFrame(), "picture", "")


def test_a_character_the_font_lacks_is_an_error() -> None:
    figure, _ = new_figure(2.0)
    with pytest.raises(UserWarning, match="Glyph"):
        finish(figure, "\U0001f600", "", "", "", NOTHING).png()


def test_names_are_shown_as_text_not_as_formulas() -> None:
    figure, axes = new_figure(2.0)
    axes[0].text(0, 0, "$\\frac{1}{2")  # would raise if parsed
    finish(figure, "$x^2$", "", "", "", NOTHING).png(dpi=40)


def test_grades_stay_apart_in_grey_print() -> None:
    colours = list(grade_colours(["a", "b", "c"]).values())
    grey = [
        0.299 * r + 0.587 * g + 0.114 * b
        for r, g, b in (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in colours)
    ]
    assert all(light - dark > 40 for dark, light in pairwise(grey))
    assert ink_on(colours[0]) != ink_on(colours[-1])


def test_dots_that_would_cover_each_other_are_stacked() -> None:
    heights = score_charts.stack_dots(pd.Series([1.0, 1.1, 5.0, 0.9]), width=1.0)
    assert heights.tolist() == [0.0, 1.0, 0.0, -1.0]
