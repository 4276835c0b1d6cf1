"""Why averages and totals changed: what is said adds up, and what is taken for granted is said."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import YEARS, draw_city, load_city, nobody_stays, three_years

from analysis.assessment import Assessment, Pair
from analysis.exhibits import show
from analysis.exhibits.change import AverageChange, tell_range


@pytest.fixture(scope="module")
def county(pair: Pair) -> AverageChange:
    return show(pair, "average_change", "county")


def test_the_waterfall_goes_from_one_printed_average_to_the_other(county: AverageChange) -> None:
    chart = county.chart
    words = drawn_words(chart)
    assert "提高10.52分" in chart.title
    assert "79.22" in words and "89.74" in words
    bars = [bar for bar in chart.figure.axes[0].patches if bar.get_width()]
    edges = sorted({round(edge, 6) for bar in bars for edge in (bar.get_x(), bar.get_x() + bar.get_width())})
    assert any(abs(edge - 79.219584) < 1e-5 for edge in edges) and any(abs(edge - 89.739781) < 1e-5 for edge in edges)


def test_the_sentence_adds_up_to_the_printed_change(county: AverageChange) -> None:
    told, panel, _ = county.sentences
    assert "79.22 分到 2021 年的 89.74 分，提高10.52分" in told
    own = re.sub(r" ～ [+−\d.]+", "", told)
    shown = [float(value.replace("−", "-")) for value in re.findall(r" ([+−]\d+\.\d\d)", own)]
    assert sum(shown) == pytest.approx(10.52, abs=0.005 * len(county.frame))
    assert panel.startswith("其中两年都在本组的 11 个单位从 79.22 分到 88.96 分，提高9.74分；") and " +0.78 分" in panel


def test_what_hangs_on_an_imputation_is_told_as_a_range(county: AverageChange) -> None:
    """The inspection is new: at the other year's rate nothing of the change is its own."""
    split = county.frame.set_index("factor")[["contribution", "alternative"]]
    moved = [f"{value:+.2f}".replace("-", "−") for value in split.loc["scheme"]]
    told, _, ranges = county.sentences
    assert (
        split.at["performance", "alternative"] == 0
        and f"督察考评得分率 +{split.at['performance', 'contribution']:.2f} ～ 0.00" in told
    )
    assert f"考核办法 {' ～ '.join(moved)}" in told and "2020 年的督察考评" in ranges
    assert f"{moved[0]} ～ {moved[1]}" in drawn_words(county.chart) and "～" in county.chart.subtitle
    assert f"考核办法{moved[0]} ～ {moved[1]}分" in county.chart.alt
    table = county.table.values.set_index("因素")
    assert table.loc["合计", ["作用（分）", "作用（另一推算）"]].tolist() == pytest.approx(
        [split["contribution"].sum()] * 2
    )


def test_linked_points_are_told_by_component_and_year(pair: Pair) -> None:
    (told,) = show(pair, "links", "county").sentences
    mixed = "指标的变化与得分的变化分不开，合为“办法与得分不可分”一项。"
    assert told == f"县（市、区）政府“日常评价”：两年没有指标写明是同一项，{mixed}"
    shown = show(pair, "links", "county")
    (told,) = with_frame(shown, shown.frame.assign(linked=[40.0, 30.0])).sentences
    assert told == (
        "县（市、区）政府“日常评价”：2020 年 100 分中有 40 分、2021 年 80 分中有 30 分的指标写明与另一年是同一项；"
        f"其余的，{mixed}"
    )
    (told,) = with_frame(shown, shown.frame.assign(linked=shown.frame["points"])).sentences
    assert told.endswith("2021 年 80 分中有 80 分的指标写明与另一年是同一项。")


def test_years_in_between_are_added_up_beside_the_direct_change() -> None:
    """A unit that enters and leaves in between is no membership directly, and twice so year by year."""
    city = Assessment(load_city(three_years()))
    pair = city.pair(YEARS[0], YEARS[1] + 1)
    shown = show(pair, "average_change", "east")
    rows = shown.table.values.set_index("因素")
    means = pair.movement[["base_total", "total"]].mean()
    for column in ("直接比较（分）", "逐年相加（分）"):
        assert rows.at["合计", column] == pytest.approx(means["total"] - means["base_total"])
        assert rows.drop("合计")[column].sum() == pytest.approx(rows.at["合计", column])
    steps = [city.pair(year, year + 1).decomposition.query("group == 'east'") for year in YEARS]
    by_factor = pd.concat(steps).groupby("factor")["contribution"].sum()
    assert rows.at["名单变化（进入）", "逐年相加（分）"] == pytest.approx(by_factor["entering"])
    assert pd.isna(rows.at["名单变化（进入）", "直接比较（分）"])
    assert any("逐年相加" in each and "合计相同" in each for each in shown.sentences)
    assert not any("逐年相加" in each for each in show(city.pair(*YEARS), "average_change", "east").sentences)


def test_a_group_of_which_nobody_stayed_is_told_so() -> None:
    pair = Assessment(load_city(nobody_stays())).pair(*YEARS)
    shown = show(pair, "average_change", "east")
    assert shown.sentences[-1] == "没有两年都在本组的单位，变化全部算作名单变化，不再往下分。"
    assert list(shown.table.cells["因素"]) == ["名单变化（全部更换）", "合计"] and "名单变化" in shown.chart.title
    assert show(pair, "unit_changes", "east").table.cells.empty


def test_the_table_adds_up_to_the_whole(county: AverageChange) -> None:
    *factors, total = county.table.values.to_dict("records")
    assert total["因素"] == "合计" and total["占总变化"] == pytest.approx(1)
    assert sum(each["作用（分）"] for each in factors) == pytest.approx(total["作用（分）"])


def test_what_a_year_does_not_mark_is_said(pair: Pair) -> None:
    (told,) = show(pair, "imputation").sentences
    assert "2020 年没有“督察考评”" in told


def test_the_factors_of_every_unit_add_up_to_its_change(pair: Pair) -> None:
    changes = pair.movement.set_index("name")["total_change"].dropna()
    rows = pd.concat([shown.table.values.set_index("单位") for shown in show(pair, "unit_changes").values()])
    assert set(rows.index) == set(changes.index)
    assert rows["总分变化"].to_dict() == pytest.approx(changes.to_dict())
    other = rows.filter(like="（另一推算）").rename(columns=lambda name: name.removesuffix("（另一推算）"))
    assert list(other) == ["督察考评得分率", "考核办法"]
    own = rows.drop(columns=["总分变化", *rows.filter(like="（另一推算）")])
    for factors in (own, own.assign(**other)):
        assert factors.sum(axis=1).to_dict() == pytest.approx(changes.to_dict())


def test_rounding_is_noted_where_the_labels_need_it(county: AverageChange, pair: Pair) -> None:
    assert "末位略有出入" in county.chart.subtitle  # 79.22 + 10.51 in parts, 89.74 shown
    start, end = county.crossed.averages
    even = pd.DataFrame({"label": ["甲", "乙"], "contribution": [10.0, end - start - 10]})
    even["alternative"] = even["contribution"]
    assert "出入" not in with_frame(show(pair, "average_change", "county"), even).chart.subtitle


def test_marks_under_the_other_scheme_are_told_beside_their_own(pair: Pair) -> None:
    shown = show(pair, "counterfactuals", "county")
    means = shown.frame.groupby(["marks_year", "scheme_year"])["total"].mean()
    later, earlier = shown.sentences
    assert later.startswith(f"县（市、区）政府 2021 年的评分按 2020 年办法计，平均 {means[2021, 2020]:.2f} 分")
    assert earlier.startswith(f"县（市、区）政府 2020 年的评分按 2021 年办法计，平均 {means[2020, 2021]:.2f} 分")
    own = shown.table.values
    assert len(own) == 4


def test_factors_of_one_size_stand_in_the_order_of_the_table(pair: Pair) -> None:
    """Whatever the last digits of a float say."""
    change = show(pair, "average_change", "county")
    sizes = [1.0, *(0.25 + row * 1e-15 for row in range(1, len(change.frame)))]
    rows = change.frame.assign(contribution=sizes, alternative=sizes)
    told, *_ = with_frame(change, rows).sentences
    assert re.findall(r"[：，](\D+?) [+−]", told)[1:] == list(rows["label"])[1:]


def test_a_component_that_is_gone_is_called_by_its_name() -> None:
    """It is a component of the base year alone."""
    city = draw_city(8)
    for facts, new in zip(city["years"].values(), ("gone", "come"), strict=True):
        extra = {"id": new, "name": f"{new}大项", "points": 20, "source": "算例", "basis": "printed"}
        facts["scheme"]["components"] = [*facts["scheme"]["components"], extra]
        facts["results"][new] = {unit: (place % 4, 4) for place, unit in enumerate(facts["marks"])}
    pair = Assessment(load_city(city)).pair(*YEARS)
    told = next(each for each in show(pair, "average_change", "east").sentences if each.startswith("有“～”的"))
    assert f"{YEARS[0]} 年的come大项" in told and f"{YEARS[1]} 年的gone大项" in told
    assert any("“gone大项”" in each for each in show(pair, "imputation").sentences)


def test_where_nothing_acts_nothing_is_written() -> None:
    """As between two years that are alike."""
    assert tell_range(pd.DataFrame({"contribution": [], "alternative": []}, dtype=float)).tolist() == []


def test_a_change_of_members_that_moves_nothing_is_told_so(tied: Assessment) -> None:
    shown = show(tied.pair(*YEARS), "average_change", "east")
    told = "其中两年都在本组的 4 个单位从 95.00 分到 95.00 分，持平；名单变化的作用不到 0.01 分。"
    assert shown.sentences[1] == told
    left, right = shown.chart.figure.axes[0].get_xlim()
    assert right - left > 1  # where nothing has changed, hundredths are not drawn large
