"""What print alone proves of groups is drawn and told as it is proved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.exhibits.reading import declared_official, with_known

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.words import ASSUMPTIONS, STATISTICS


@pytest.fixture(scope="module")
def proved(shipped: Assessment) -> Year:
    """The year; what is proved of it is kept."""
    return shipped.year(2021)


def test_common_growth_is_set_beside_print(proved: Year) -> None:
    """13.28 less 12.81, and less 11.50, is what 汝州市 adds to the growth of all; departments are the same 45."""
    county, department = show(proved, "common_growth").sentences
    assert county == (
        "县（市、区）政府平均分通报增长13.28%，两年均参加考核的11个单位增长在11.50%至12.81%之间，"
        "名单变化使增长率提高约0.47至1.78个百分点。"
    )
    assert department == (
        "市直部门平均分通报增长11.81%，两年均参加考核的45个单位增长在11.78%至11.84%之间，未见名单变化的影响。"
    )


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ({"county": "10.00%"}, "平均分通报增长10.00%，两年均参加考核的11个单位增长在11.50%至12.81%之间，"
         "名单变化使增长率下降约1.50至2.81个百分点。"),
        ({}, "两年均参加考核的11个单位平均分增长在11.50%至12.81%之间。"),
    ],
)  # fmt: skip
def test_growth_that_is_less_than_that_of_the_common_units_is_told_and_none_that_is_not_printed(
    printed: dict[str, str], told: str, proved: Year
) -> None:
    shown = show(proved, "common_growth")
    vars(shown)["printed"] = printed
    assert shown.sentences[0] == f"县（市、区）政府{told}"


def test_official_marks_say_how_much_units_that_came_added(shipped: Assessment, proved: Year) -> None:
    official = with_known(declared_official(shipped).year(2021), bounds=proved.bounds)
    county, department = show(official, "common_growth").sentences
    assert county.endswith("；由评分核算增长+12.30%（+9.74分），全组平均分变动+10.52分，其中名单变化+0.78分。")
    assert department.endswith("全组平均分变动+9.09分，其中名单变化0.00分。")


def test_every_statistic_that_is_not_printed_has_its_range_and_the_widest_without_an_assumption(proved: Year) -> None:
    shown = show(proved, "bounds")
    statistics = proved.bounds.statistics
    assert "优秀单位平均分" in set(statistics["statistic"]) and "优秀单位平均分" not in set(shown.frame["statistic"])
    assert shown.table.cells.shape == (8, 5)
    for row in shown.frame.to_dict("records"):
        own = statistics[statistics["group"].eq(row["group"]) & statistics["statistic"].eq(row["statistic"])]
        assert (row["low"], row["high"]) == tuple(own.loc[own["without"].eq(""), ["low", "high"]].iloc[0])
        others = own[own["without"].ne("")]
        assert (row["widest_low"], row["widest_high"]) == (min(others["low"]), max(others["high"]))
        width = (others["high"] - others["low"]).max()
        if np.isfinite(width) and row["loosest"] != "—":
            names = others.loc[(others["high"] - others["low"]).eq(width), "without"].map(ASSUMPTIONS)
            assert row["loosest"] in set(names)
    assert shown.table.cells.loc[3].tolist()[1:4] == [
        STATISTICS["common_growth"], "11.500%至12.812%", "8.522%至14.251%",
    ]  # fmt: skip


def test_the_chart_has_a_panel_a_statistic_and_a_line_a_group(proved: Year) -> None:
    shown = show(proved, "bounds")
    chart = shown.chart
    assert chart.title == "仅依据通报，8项未公布的数有4项可以确定到0.1分（百分点）以内"
    axes = chart.figure.axes
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes] == [
        "良好单位平均分（分）", "优秀末位与良好首位之差（分）",
        "两年均参加考核单位平均分增减（分）", "两年均参加考核单位平均分增长（%）",
    ]  # fmt: skip
    growth = axes[-1]
    proven = growth.collections[2].get_segments()
    rows = shown.frame[shown.frame["ratio"].astype(bool)]
    assert [segment[:, 0].tolist() for segment in proven] == [
        pytest.approx([100 * row.low, 100 * row.high]) for row in rows.itertuples()
    ]
    printed = next(line for line in growth.lines if line.get_marker() == "D")
    assert list(printed.get_xdata()) == [13.28, 11.81]
    assert "菱形为通报所载增长率" in chart.subtitle and "县（市、区）政府良好单位平均分81.484至81.532" in chart.alt


def test_of_the_first_year_no_growth_is_drawn(shipped: Assessment) -> None:
    chart = show(shipped.year(2020), "bounds").chart
    assert len(chart.figure.axes) == 2 and "菱形" not in chart.subtitle


def test_a_conflict_is_told_in_words(proved: Year) -> None:
    at_odds = with_known(proved, bounds=replace(proved.bounds, conflicts={"county": ["甲", "乙"], "department": []}))
    told = show(at_odds, "conflicts").sentences
    assert told[0] == "县（市、区）政府：以下各项不能同时成立，去掉任何一项即可成立：甲；乙。"
    assert told[1] == "市直部门：通报所载平均分、增减、增长和名单次序可以同时成立。"
    many = with_known(proved, bounds=replace(proved.bounds, conflicts={"county": [*"甲乙丙丁戊己庚"]}))
    (told_of_many,) = show(many, "conflicts").sentences
    assert told_of_many.endswith("：7项不能同时成立，去掉任何一项即可成立，包括甲；乙；丙；丁；戊；己等。")
    (sound,) = show(proved, "conflicts").sentences
    assert sound.startswith("县（市、区）政府、市直部门：") and sound.endswith("可以同时成立。")


def test_without_a_circular_nothing_is_proved(small: Year) -> None:
    assert show(small, "conflicts").parts == [] and show(small, "common_growth").parts == []
    assert show(small, "bounds").table.cells.empty and show(small, "bounds").chart is None
