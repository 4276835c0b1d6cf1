"""What print alone proves is drawn and told as it is proved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.exhibits.reading import with_frame, with_known
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.exhibits import show
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
    assert "95.61 – 105.00" in [text.get_text() for text in ax.texts]
    assert chart.source.startswith("来源：") and chart.source.endswith("；只依据印本，不用任何评分")
    assert "汝州市人民政府94.05 – 105.00" in chart.alt


@pytest.mark.slow
def test_who_may_be_vetoed_is_said_beside_an_interval_that_no_line_binds(proved: Year) -> None:
    """One department is barred and not named: the first of the lower list may be the one, so it may outrank others."""
    units = proved.bounds.units.merge(proved.units[["unit_id", "name"]], on="unit_id")
    first = units[units["group"].eq("department") & units["grade"].eq("good")].iloc[0]
    assert units.loc[units["unbound"], "unit_id"].tolist() == [first["unit_id"]]
    chart = show(proved, "intervals", "department").chart
    told = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text for text in told if "可能取消评优资格" in text] == ["78.37 – 103.75  可能取消评优资格"]
    assert "印本未点名" in chart.subtitle and f"{first['name']}78.37 – 103.75（可能取消评优资格）" in chart.alt
    assert "印本未点名" not in show(proved, "intervals", "county").chart.subtitle


def test_what_is_proved_is_said_before_what_is_likely(proved: Year) -> None:
    proven, likely = show(proved, "intervals", "county").sentences
    assert all(f"“{each}”" in proven for each in ASSUMPTIONS.values()) and "确定" in proven
    assert "只供参考" in likely and "同样可能" in likely and "抽取 2000 组" in likely
    sample = proved.bounds.samples["county"]
    assert sample is not None
    for known, said in (({"county": sample._replace(settled=False)}, "仍未收敛"), ({"county": None}, "无法抽样")):
        unsure = with_known(proved, bounds=replace(proved.bounds, samples=known))
        assert said in show(unsure, "intervals", "county").sentences[1]


def test_common_growth_is_set_beside_print(proved: Year) -> None:
    county, department = show(proved, "common_growth").sentences
    assert "13.28%" in county and "11.50% – 12.81%" in county and "11 个单位" in county
    assert "11.81%" in department and "45 个单位" in department
    assert "由评分算得 +12.30%（+9.74 分）；全组平均分提高10.52分，所以名单变化是 +0.78 分（由重构评分算得" in county
    assert "全组平均分提高9.09分，所以名单变化是 0.00 分" in department


def test_without_marks_of_both_years_common_growth_is_what_print_allows(proved: Year) -> None:
    alone = with_known(proved, bounds=proved.bounds, scored_years=[2021])
    county, _ = show(alone, "common_growth").sentences
    assert county.endswith("只凭印本在 11.50% – 12.81% 之间。")


def test_every_statistic_has_a_cell_for_each_assumption_left_out(proved: Year) -> None:
    cells = show(proved, "bounds").table.cells
    assert cells.shape == (10, 3 + len(ASSUMPTIONS))
    assert cells.notna().all(axis=None)


def test_a_conflict_is_told_in_words(proved: Year) -> None:
    at_odds = with_known(proved, bounds=replace(proved.bounds, conflicts={"county": ["甲", "乙"], "department": []}))
    told = show(at_odds, "conflicts").sentences
    assert "县（市、区）政府" in told[0] and "甲；乙" in told[0] and "不能同时成立" in told[0]
    assert "市直部门" in told[1] and "可以同时成立" in told[1]
    assert all("可以同时成立" in each for each in show(proved, "conflicts").sentences)


def test_without_a_circular_nothing_is_proved(small: Year) -> None:
    assert show(small, "intervals", "county").parts == []
    assert show(small, "conflicts").parts == [] and show(small, "common_growth").parts == []
    assert show(small, "bounds").table.cells.empty


def test_it_is_said_why_there_is_no_sample_and_which_grades_are_no_line(shipped: Assessment) -> None:
    facts = shipped.dataset.year(2021)
    changes = {("ranking", "decimals"): 1, ("grades", "excellent", "requires"): {"no_deduction": True}}
    years = shipped.dataset.years | {2021: replace(facts, scheme=change_scheme(facts.scheme, changes))}
    shown = show(Assessment(replace(shipped.dataset, years=years)).year(2021), "intervals", "county")
    assert "优秀另有总分以外的条件，这些等次的线不用来约束其后单位的总分。" in shown.sentences[0]
    assert shown.sentences[1] == "名次按舍入后的总分排，没有抽样，没有画出九成所在。"
    assert "可能取消评优资格或不合更好等次的条件的（印本未点名）不受等次线约束" in shown.chart.subtitle


def test_a_legend_explains_only_grades_that_somebody_has(proved: Year) -> None:
    units = proved.bounds.units
    best = replace(proved.bounds, units=units[units["grade"].eq("excellent")])
    legend = show(with_known(proved, bounds=best), "intervals", "county").chart.figure.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["优秀"]


def test_one_unit_alone_is_told_its_interval_and_has_room_for_it(proved: Year) -> None:
    units = proved.bounds.units.query("group == 'county'")
    alone = replace(proved.bounds, units=units.head(1).assign(low=86.97, high=86.99))
    chart = show(with_known(proved, bounds=alone), "intervals", "county").chart
    assert chart.title == "2021 年县（市、区）政府：只凭印本，宝丰县人民政府的总分在 86.97 – 86.99 之间"
    (ax,) = chart.figure.axes
    (text,) = ax.texts
    assert ax.get_xlim()[0] < text.xy[0] < ax.get_xlim()[1]
    alike = replace(proved.bounds, units=units.assign(high=units["low"] + 3))
    title = show(with_known(proved, bounds=alike), "intervals", "county").chart.title
    assert title.endswith("单位总分的范围都宽 3.00 分")


def test_totals_that_are_printed_have_no_range_to_draw(tmp_path: Path) -> None:
    year = open_assessment(write_print_only(tmp_path / "data")).year(2033)
    units = year.units.query("group == 'town'").assign(low=79.995, high=80.005)
    shown = with_frame(year.show("intervals")["town"], units)
    assert shown.chart is None
    assert shown.sentences == ("乡镇：各单位的总分都已印出，没有可以再推的范围。",)
