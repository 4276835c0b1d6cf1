"""The totals that print allows each unit are drawn as they are proved; what is only likely is told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from tests.exhibits.reading import with_frame, with_known
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.exhibits.live import draw_live
from analysis.methods.what_if import change_scheme
from analysis.words import ASSUMPTIONS


@pytest.fixture(scope="module")
def proved(shipped: Assessment) -> Year:
    """The year; what is proved of it is kept."""
    return shipped.year(2021)


def test_the_interval_chart_draws_every_interval(proved: Year) -> None:
    chart = show(proved, "intervals", "county").chart
    (ax,) = chart.figure.axes
    own = proved.bounds.units.merge(proved.units[["unit_id", "name"]], on="unit_id").query("group == 'county'")
    bars = [bar for container in ax.containers for bar in container]
    assert len(bars) == len(own) == 12
    ends = sorted((bar.get_y(), bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars)
    assert [low for _, low, _ in ends] == pytest.approx(own["low"].tolist())
    assert [high for *_, high in ends] == pytest.approx(own["high"].tolist())
    lines = np.concatenate([each.get_segments() for each in ax.collections])
    assert lines[:, :, 0].tolist() == pytest.approx(own[["likely_low", "likely_high"]].to_numpy())
    assert list(chart.data.frame) == ["最低", "最高", "九成下限", "九成上限"]  # what is proved comes first
    assert "95.61至105.00" in [text.get_text() for text in ax.texts]
    assert chart.source.startswith("来源：") and chart.source.endswith("；仅依据通报，不使用评分")
    assert "汝州市人民政府94.05至105.00" in chart.alt


def test_bars_tell_of_their_unit_and_places_are_said_to_be_those_of_the_list(proved: Year) -> None:
    chart = show(proved, "intervals", "county").chart
    drawn = BeautifulSoup(draw_live(chart.figure, chart.alt), "html.parser")
    shapes = drawn.select('[data-unit="ruzhou"]')
    assert [each.title.get_text() for each in shapes if each.title] == [
        "汝州市人民政府：总分在94.05至105.00分之间，名单第2位"
    ]
    assert "2  汝州市人民政府" in [each.get_text().strip() for each in shapes if not each.title]
    assert "行首数字为名单次序，不是按总分排列的名次" in chart.subtitle


@pytest.mark.slow
def test_who_may_be_vetoed_is_said_beside_an_interval_that_no_line_binds(proved: Year) -> None:
    """One department is barred and not named: the first of the lower list may be the one, so it may outrank others."""
    units = proved.bounds.units.merge(proved.units[["unit_id", "name"]], on="unit_id")
    first = units[units["group"].eq("department") & units["grade"].eq("good")].iloc[0]
    assert units.loc[units["unbound"], "unit_id"].tolist() == [first["unit_id"]]
    chart = show(proved, "intervals", "department").chart
    told = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text for text in told if "可能取消评优资格" in text] == ["78.37至103.75  可能取消评优资格"]
    assert "通报未点名" in chart.subtitle and "按总分的名次可能高于名单次序" in chart.subtitle
    assert f"{first['name']}78.37至103.75（可能取消评优资格）" in chart.alt
    assert "通报未点名" not in show(proved, "intervals", "county").chart.subtitle


def test_what_is_proved_is_said_apart_from_what_is_likely(proved: Year) -> None:
    (proven,), (likely,) = (show(proved, name, "county").sentences for name in ("intervals", "sampling"))
    assert all(f"“{each}”" in proven for each in ASSUMPTIONS.values())
    assert "同样可能" in likely and "抽取2000组" in likely and "可以在浅线以外" in likely
    sample = proved.bounds.samples["county"]
    assert sample is not None
    for known, said in (({"county": sample._replace(settled=False)}, "仍未收敛"), ({"county": None}, "不能抽样")):
        unsure = with_known(proved, bounds=replace(proved.bounds, samples=known))
        assert said in show(unsure, "sampling", "county").sentences[0]


def test_it_is_said_why_there_is_no_sample_and_which_grades_are_no_line(shipped: Assessment) -> None:
    facts = shipped.dataset.year(2021)
    changes = {("ranking", "decimals"): 1, ("grades", "excellent", "requires"): {"no_deduction": True}}
    years = shipped.dataset.years | {2021: replace(facts, scheme=change_scheme(facts.scheme, changes))}
    year = Assessment(replace(shipped.dataset, years=years)).year(2021)
    shown = show(year, "intervals", "county")
    assert shown.sentences[0].endswith("优秀另有总分以外的条件，其等次线不用于约束其后单位的总分。")
    assert show(year, "sampling", "county").sentences == (
        "县（市、区）政府：名次按舍入后的总分排列，没有抽样，未画出九成所在。",
    )  # fmt: skip
    assert "可能取消评优资格或不符合更高等次的条件的单位（通报未点名）不受等次线约束" in shown.chart.subtitle


def test_one_grade_alone_needs_no_legend(proved: Year) -> None:
    units = proved.bounds.units
    best = replace(proved.bounds, units=units[units["grade"].eq("excellent")])
    legend = show(with_known(proved, bounds=best), "intervals", "county").chart.figure.axes[0].get_legend()
    assert legend is None


def test_one_unit_alone_is_told_its_interval_and_has_room_for_it(proved: Year) -> None:
    units = proved.bounds.units.query("group == 'county'")
    alone = replace(proved.bounds, units=units.head(1).assign(low=86.97, high=86.99))
    chart = show(with_known(proved, bounds=alone), "intervals", "county").chart
    assert chart.title == "2021年县（市、区）政府：仅依据通报，宝丰县人民政府的总分在86.97至86.99分之间"
    (ax,) = chart.figure.axes
    (text,) = ax.texts
    assert ax.get_xlim()[0] < text.xy[0] < ax.get_xlim()[1]
    alike = replace(proved.bounds, units=units.assign(high=units["low"] + 3))
    title = show(with_known(proved, bounds=alike), "intervals", "county").chart.title
    assert title.endswith("单位总分的范围均宽3.00分")


def test_totals_that_are_printed_have_no_range_to_draw(tmp_path: Path) -> None:
    year = open_assessment(write_print_only(tmp_path / "data")).year(2033)
    units = year.units.query("group == 'town'").assign(low=79.995, high=80.005)
    shown = with_frame(year.show("intervals")["town"], units)
    assert shown.chart is None
    assert shown.sentences == ("乡镇：各单位总分均已公布，没有可以推算的范围。",)
    assert with_frame(year.show("sampling")["town"], units).sentences == ()


def test_without_a_circular_nothing_is_proved(small: Year) -> None:
    assert show(small, "intervals", "county").parts == [] and show(small, "sampling", "county").parts == []
