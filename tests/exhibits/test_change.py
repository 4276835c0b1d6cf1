"""Why averages and totals changed: what is said adds up, and what is taken for granted is said."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.colors import to_rgba
from tests.exhibits.reading import drawn_words, with_frame
from tests.made_up import YEARS, draw_city, load_city, nobody_stays, three_years

from analysis.assessment import Assessment, Pair
from analysis.exhibits import show
from analysis.exhibits.change import AverageChange, tell_range, tell_reason
from analysis.exhibits.live import draw_live
from analysis.exhibits.theme import FALL, RISE


@pytest.fixture(scope="module")
def county(pair: Pair) -> AverageChange:
    return show(pair, "average_change", "county")


def test_a_bar_a_factor_goes_from_nothing_the_largest_first(county: AverageChange) -> None:
    (ax,) = county.chart.figure.axes
    widths = [bar.get_width() for bar in ax.patches]
    assert {bar.get_x() for bar in ax.patches} == {0.0}
    sizes = sorted(map(abs, county.frame["contribution"]), reverse=True)
    assert [abs(width) for width in widths] == pytest.approx(sizes)
    rise, fall = (to_rgba(colour) for colour in (RISE, FALL))
    assert [bar.get_facecolor() for bar in ax.patches] == [rise if width > 0 else fall for width in widths]
    assert sum(widths) == pytest.approx(89.739781 - 79.219584, abs=1e-5)
    data = county.chart.data.frame
    assert (data["提高"] + data["下降"]).to_list() == pytest.approx(widths)


def test_the_finding_is_the_change_and_the_largest_factor_in_its_direction(pair: Pair) -> None:
    told = show(pair, "average_change").finding
    county = "县（市、区）政府平均分提高10.52分，主要来自日常评价（办法与得分不可分）"
    assert told == f"{county}；市直部门平均分提高9.09分，主要来自日常评价（办法与得分不可分）"
    factors = pd.DataFrame({"label": ["甲", "乙", "丙"], "contribution": [-3.0, 2.0, 0.5]}).assign(told="")
    shown = show(pair, "average_change", "county")
    assert [tell_reason(shown, factors, delta) for delta in (0.5, -0.5, 0.0)] == ["", "，主要由于甲", ""]
    assert tell_reason(shown, factors[1:], 2.5) == "，主要来自乙"


def test_labels_add_up_to_the_printed_change(county: AverageChange) -> None:
    words = drawn_words(county.chart)
    own = re.sub(r"～[+−\d.]+", "", words)
    shown = [float(value.replace("−", "-")) for value in re.findall(r"^[+−]?\d+\.\d\d$", own, re.MULTILINE)]
    assert len(shown) == len(county.frame) and sum(shown) == pytest.approx(10.52, abs=0.005 * len(shown))
    assert "2020年79.22分，2021年89.74分；" in county.chart.subtitle
    panel = "县（市、区）政府两年均在本组的11个单位由79.22分到88.96分，提高9.74分；名单变化的作用+0.78分。"
    assert county.sentences[0] == panel


def test_what_hangs_on_an_imputation_is_told_as_a_range(county: AverageChange) -> None:
    """The inspection is new: at the other year's rate nothing of the change is its own."""
    split = county.frame.set_index("factor")[["contribution", "alternative"]]
    moved = [f"{value:+.2f}".replace("-", "−") for value in split.loc["scheme"]]
    _, ranges = county.sentences
    assert split.at["performance", "alternative"] == 0
    assert f"督察考评得分率+{split.at['performance', 'contribution']:.2f}～0.00分" in county.chart.alt
    assert "2020年的督察考评没有成绩" in ranges
    assert f"{moved[0]}～{moved[1]}" in drawn_words(county.chart) and "～" in county.chart.subtitle
    assert f"考核办法{moved[0]}～{moved[1]}分" in county.chart.alt
    table = county.table.values.set_index("因素")
    assert table.loc["合计", ["作用（分）", "作用（另一推算）"]].tolist() == pytest.approx(
        [split["contribution"].sum()] * 2
    )


def test_linked_points_are_told_by_component_and_year(pair: Pair) -> None:
    (told,) = show(pair, "links", "county").sentences
    mixed = "指标变化与得分变化无法分开，合计为“办法与得分不可分”。"
    assert told == f"县（市、区）政府“日常评价”：两年没有指标注明为同一项，{mixed}"
    shown = show(pair, "links", "county")
    (told,) = with_frame(shown, shown.frame.assign(linked=[40.0, 30.0])).sentences
    assert told == (
        "县（市、区）政府“日常评价”：2020年100分中有40分、2021年80分中有30分的指标注明与另一年为同一项；"
        f"其余指标，{mixed}"
    )
    (told,) = with_frame(shown, shown.frame.assign(linked=shown.frame["points"])).sentences
    assert told.endswith("2021年80分中有80分的指标注明与另一年为同一项。")


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
    assert "逐年相加" in shown.table.note and "合计相同" in shown.table.note
    assert "逐年相加" not in show(city.pair(*YEARS), "average_change", "east").table.note


def test_a_group_of_which_nobody_stayed_is_told_so() -> None:
    pair = Assessment(load_city(nobody_stays())).pair(*YEARS)
    shown = show(pair, "average_change", "east")
    assert shown.sentences[-1] == "east两年没有共同的单位，变化全部计为名单变化，不再细分。"
    assert list(shown.table.cells["因素"]) == ["名单变化（全部更换）", "合计"] and "名单变化" in shown.chart.title
    units = show(pair, "unit_changes", "east")
    assert units.table.cells.empty and units.chart is None


def test_the_table_adds_up_to_the_whole(county: AverageChange) -> None:
    *factors, total = county.table.values.to_dict("records")
    assert total["因素"] == "合计" and total["占总变化"] == pytest.approx(1)
    assert sum(each["作用（分）"] for each in factors) == pytest.approx(total["作用（分）"])


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


def test_factors_of_one_size_stand_in_the_order_of_the_table(pair: Pair) -> None:
    """Whatever the last digits of a float say."""
    change = show(pair, "average_change", "county")
    sizes = [1.0, *(0.25 + row * 1e-15 for row in range(1, len(change.frame)))]
    rows = change.frame.assign(contribution=sizes, alternative=sizes)
    told = with_frame(change, rows).chart.data.frame.index
    assert list(told) == list(rows["label"])


def test_a_component_that_is_gone_is_called_by_its_name() -> None:
    """It is a component of the base year alone."""
    city = draw_city(8)
    for facts, new in zip(city["years"].values(), ("gone", "come"), strict=True):
        extra = {"id": new, "name": f"{new}大项", "points": 20, "source": "算例", "basis": "printed"}
        facts["scheme"]["components"] = [*facts["scheme"]["components"], extra]
        facts["results"][new] = {unit: (place % 4, 4) for place, unit in enumerate(facts["marks"])}
    pair = Assessment(load_city(city)).pair(*YEARS)
    told = next(each for each in show(pair, "average_change", "east").sentences if "有“～”的因素" in each)
    assert f"{YEARS[0]}年的come大项" in told and f"{YEARS[1]}年的gone大项" in told
    assert any("“gone大项”" in each for each in show(pair, "imputation").sentences)


def test_where_nothing_acts_nothing_is_written() -> None:
    """As between two years that are alike."""
    assert tell_range(pd.DataFrame({"contribution": [], "alternative": []}, dtype=float)).tolist() == []


def test_a_change_of_members_that_moves_nothing_is_told_so(tied: Assessment) -> None:
    shown = show(tied.pair(*YEARS), "average_change", "east")
    told = "east组两年均在本组的4个单位由95.00分到95.00分，持平；名单变化的作用不到0.01分。"
    assert shown.sentences[0] == told and shown.chart.title == "east组平均分持平"
    left, right = shown.chart.figure.axes[0].get_xlim()
    assert right - left > 0.2  # where nothing has changed, hundredths are not drawn large


def test_a_dot_a_unit_stands_in_the_row_of_every_factor_and_is_tagged(pair: Pair) -> None:
    shown = show(pair, "unit_changes", "county")
    table = shown.table.values.set_index("单位")
    data = shown.chart.data.frame
    assert data["总分变化"].to_dict() == pytest.approx(table["总分变化"].to_dict())
    for label in data:
        assert data[label].to_dict() == pytest.approx(table[label].to_dict())
    page = BeautifulSoup(draw_live(shown.chart.figure, shown.chart.alt), "html.parser")
    dots = page.select("use[data-unit]")
    assert len(dots) == data.size
    told = [each.select_one("title").get_text() for each in dots]
    change = f"{table.at['宝丰县人民政府', '总分变化']:+.2f}"
    assert f"宝丰县人民政府：总分变化{change}分" in told
    own = table.drop(columns=["总分变化", *table.filter(like="（另一推算）")])
    spread = f"{table['总分变化'].min():+.2f}分至{table['总分变化'].max():+.2f}分"
    expected = f"县（市、区）政府各单位总分变化在{spread}之间，差异主要在{own.std().idxmax()}".replace("-", "−")
    assert shown.chart.title == expected


def test_units_that_changed_alike_are_all_seen_and_counted_where_there_is_no_room(tied: Assessment, pair: Pair) -> None:
    chart = show(tied.pair(*YEARS), "unit_changes", "east").chart
    spots = np.ma.getdata(chart.figure.axes[0].collections[0].get_offsets())
    assert len(spots) == 4 and len(np.unique(spots[:, 1])) == 4 and "叠在一处" not in chart.subtitle
    shown = show(pair, "unit_changes", "department")
    counts = shown.chart.data.frame.round(2).apply(lambda own: own.value_counts().max())
    assert counts.max() > 6 and "括号内为叠在一处的单位数" in shown.chart.subtitle
    assert f"的{counts.max()}个）" in drawn_words(shown.chart)
