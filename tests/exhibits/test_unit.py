"""One unit: followed through its names, set beside its group, told as the audit tells it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from tests.made_up import BEST_FROM_90, graded_city, load_city, merged_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.methods.audit.ledger import audit_year, find_mentions


def test_its_place_is_told_beside_its_group(year: Year, official: Year) -> None:
    own = year.scores.query("group == 'department'").set_index("unit_id")
    place, line = show(year, "position", unit="tax").sentences
    total, rank = own.at["tax", "total"], own.at["tax", "rank"]
    assert place.startswith(
        f"国家税务局平顶山分局，市直部门，2021 年总分 {total:.2f} 分（由重构评分算得，不是真实得分），"
    )
    assert f"45 个单位中列第 {rank} 名" in place and f"本组中位数 {own['total'].median():.2f} 分" in place
    assert line == show(year, "way_to_best", unit="tax").absent and line.startswith("评分是重构的，不是真实得分；")
    assert show(official, "position", unit="tax").sentences[1].startswith("离优秀线：")
    first = own["rank"].idxmin()
    assert "没有排在前面的单位" in show(official, "position", unit=first).sentences[1]


def test_a_unit_is_followed_through_its_names(year: Year) -> None:
    history = show(year, "history", unit="tax")
    assert list(history.frame["year"]) == [2020, 2021]
    assert list(history.frame["name"]) == ["市税务局", "国家税务局平顶山分局"]
    assert history.table.cells["沿革"].str.slice(0, 2).to_list() == ["", "改名"]
    assert list(show(year, "history", unit="ruzhou").frame["year"]) == [2021]


def test_an_earlier_year_does_not_know_what_became_of_a_unit(shipped: Assessment) -> None:
    history = show(shipped.year(2020), "history", unit="tax").table.cells
    assert history["当年名称"].to_list() == ["市税务局"] and history["沿革"].to_list() == [""]


def test_what_is_printed_about_a_unit_is_found_with_its_verdict(year: Year) -> None:
    ruzhou = show(year, "mentions", unit="ruzhou").table.cells
    assert set(zip(ruzhou["印本所载"], ruzhou["核对结论"], strict=True)) == {
        ("列入优秀名单，第2位", "—"),
        ("汝州市人民政府连续优秀2年", "不符"),
    }
    assert "市卫生健康委员会连续2年居第1名" in set(show(year, "mentions", unit="health").table.cells["印本所载"])


def test_a_profile_tells_every_claim_about_its_unit_as_the_audit_does(shipped: Assessment) -> None:
    dataset = shipped.dataset
    ledgers = {year: audit_year(dataset, shipped.scores, year) for year in dataset.years}
    audited = pd.concat(ledgers, names=["year", "row"]).reset_index("year")
    mentions = [
        find_mentions(dataset, unit, ledgers.__getitem__).assign(unit_id=unit) for unit in dataset.units["unit_id"]
    ]

    def by_unit(claims: pd.DataFrame) -> dict[Any, list[Any]]:
        told = claims[["text", "verdict", "reason"]].agg(tuple, axis=1)
        return told.groupby([claims["unit_id"], claims["year"]]).agg(list).to_dict()

    about = by_unit(audited[audited["unit_id"].ne("")])
    assert len(about) > 20
    assert about == by_unit(pd.concat(mentions).query("verdict != ''"))
    for unit in ("ruzhou", "tax"):
        shown = show(shipped.latest, "mentions", unit=unit).frame
        pd.testing.assert_frame_equal(shown, find_mentions(dataset, unit, ledgers.__getitem__))


def test_why_its_total_changed_adds_up(year: Year, shipped: Assessment) -> None:
    shown = show(year, "unit_change", unit="baofeng")
    totals = shipped.panel.totals.loc["baofeng"]
    assert shown.frame["contribution"].sum() == pytest.approx(totals[2021] - totals[2020])
    assert shown.chart.title.startswith("宝丰县人民政府总分升 ") and shown.years == [2020, 2021]


@pytest.mark.parametrize(("unit", "of"), [("ruzhou", 2021), ("baofeng", 2020)])
def test_a_unit_that_enters_has_no_change_to_explain(unit: str, of: int, shipped: Assessment) -> None:
    shown = show(shipped.year(of), "unit_change", unit=unit)
    assert [str(part) for part in shown.parts] == ["前面没有它在本组参评而又有评分的年度，变化无从分解。"]
    assert shown.frame.empty and shown.chart is None and shown.years == [of]


@pytest.mark.parametrize("unit", ["baofeng", "tax"])
def test_the_run_of_years_is_that_of_the_streaks(unit: str, year: Year) -> None:
    own = year.streaks.set_index("unit_id").loc[unit]
    (told,) = show(year, "unit_streak", unit=unit).sentences
    assert (f"连续 {own['streak']} 年优秀" in told) == (own["streak"] > 1)


def test_a_profile_tells_changes_of_group_and_of_whom_a_unit_was_made() -> None:
    latest = Assessment(load_city(merged_city())).latest
    moved = show(latest, "history", unit="r").table.cells
    assert moved["组别"].to_list() == ["west组", "east组", "east组", "east组"]
    assert moved["名次 / 单位数"].to_list() == ["3 / 3", "3 / 5", "1 / 4", "1 / 5"]
    assert moved["沿革"].to_list() == ["", "换组，转入east组", "", ""]
    made = show(latest, "history", unit="s").table.cells
    assert made["沿革"].to_list() == ["由m局分设"] and "组别" not in made
    (told,) = show(latest, "unit_streak", unit="s").sentences
    assert told == "截至本年度连续 1 年优秀（本单位由m局分设，从设立的年度算起）。"


def test_a_change_is_not_split_across_groups() -> None:
    shown = show(Assessment(load_city(merged_city())).year(2031), "unit_change", unit="r")
    assert shown.absent == "前面没有它在本组参评而又有评分的年度，变化无从分解。"


def test_ties_and_a_unit_alone_are_told_so(tied: Assessment) -> None:
    (place, _), (alone, line) = (show(tied.latest, "position", unit=unit).sentences for unit in "ap")
    assert "，5 个单位中与另外 4 个单位并列第 5 名，优秀；" in place
    assert alone == "p局，west组，2031 年总分 71.50 分，一般；本组只有这 1 个单位，没有先后可比。"
    assert line == "离优秀线：差 18.50 分。"
    assert show(tied.latest, "parts", unit="p").chart.title == "p局：本组只有这 1 个单位，没有别的单位可比"


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({2030: 50}, "本年度是优秀，上年不是。"),
        ({}, "本年度是优秀，上年的等次不知道。"),
        ({2030: 95}, "截至本年度至少连续 2 年优秀。"),
    ],
)
def test_one_year_is_no_run(before: dict[int, int], told: str) -> None:
    years = before | {2031: 95}
    city = graded_city({year: (BEST_FROM_90, {"a": total, "b": 60}) for year, total in years.items()})
    assert show(Assessment(load_city(city)).latest, "unit_streak", unit="a").sentences == (told,)


def test_a_total_is_told_beside_the_median_in_words() -> None:
    """Of 90, 80 and 60 the median is 80."""
    city = graded_city({2031: (BEST_FROM_90, {"a": 90, "b": 80, "c": 60})})
    shown = {unit: show(Assessment(load_city(city)).latest, "position", unit=unit).sentences[0] for unit in "abc"}
    assert shown["a"].endswith("本组中位数 80.00 分，本单位高 10.00 分。")
    assert shown["b"].endswith("本组中位数 80.00 分，本单位与它持平。")
    assert shown["c"].endswith("本组中位数 80.00 分，本单位低 20.00 分。")
