"""One unit: followed through its names, set beside its group, told as the audit tells it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from tests.made_up import BEST_FROM_90, graded_city, load_city, merged_city

from analysis.assessment import Assessment, Year
from analysis.exhibits import show
from analysis.methods.audit.ledger import audit_year, find_mentions
from analysis.origins import WITHHELD


def test_its_place_is_told_beside_its_group(year: Year, official: Year) -> None:
    own = year.scores.query("group == 'department'").set_index("unit_id")
    place, line = show(year, "position", unit="tax").sentences
    total, rank = own.at["tax", "total"], own.at["tax", "rank"]
    assert place.startswith(
        f"国家税务局平顶山分局，市直部门，2021年总分{total:.2f}分（由重构评分算得，不是真实得分），"
    )
    assert f"45个单位中列第{rank}名" in place and f"本组中位数{own['total'].median():.2f}分" in place
    assert line == show(year, "way_to_best", unit="tax").absent == WITHHELD
    assert show(official, "position", unit="tax").sentences[1].startswith("与优秀线相比：")
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
    assert history["当年名称"].to_list() == ["市税务局"] and "沿革" not in history


def test_what_is_printed_about_a_unit_is_found_with_its_verdict(year: Year) -> None:
    ruzhou = show(year, "mentions", unit="ruzhou").table.cells
    assert set(zip(ruzhou["通报所载"], ruzhou["核对结论"], strict=True)) == {
        ("列入优秀名单，第2位", "—"),
        ("汝州市人民政府列为连续优秀2年的单位", "不符"),
    }
    (told,) = show(year, "mentions", unit="ruzhou").sentences
    assert told.startswith("2021年通报所载：列入优秀名单，第2位；汝州市人民政府列为连续优秀2年的单位（不符：")
    assert "市卫生健康委员会连续2年居第1名" in set(show(year, "mentions", unit="health").table.cells["通报所载"])


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
    (told,) = shown.sentences
    change = f"总分比2020年提高{totals[2021] - totals[2020]:.2f}分（由重构评分算得，不是真实得分），主要来自日常评价"
    assert told.startswith(change) and shown.years == [2020, 2021]
    own = re.sub(r"～[+−\d.]+", "", told.split("各因素作用（分）：")[1])
    factors = [float(each.replace("−", "-")) for each in re.findall(r"[+−]\d+\.\d\d", own)]
    assert sum(factors) == pytest.approx(totals[2021] - totals[2020], abs=0.005 * len(shown.frame))
    assert [abs(each) for each in factors] == sorted(map(abs, factors), reverse=True)


@pytest.mark.parametrize(("unit", "of"), [("ruzhou", 2021), ("baofeng", 2020)])
def test_a_unit_that_enters_has_no_change_to_explain(unit: str, of: int, shipped: Assessment) -> None:
    shown = show(shipped.year(of), "unit_change", unit=unit)
    assert [str(part) for part in shown.parts] == ["此前没有本单位在本组参评且有评分的年度，总分变化无从分解。"]
    assert shown.frame.empty and shown.years == [of]


@pytest.mark.parametrize("unit", ["baofeng", "tax"])
def test_the_run_of_years_is_that_of_the_streaks(unit: str, year: Year) -> None:
    own = year.streaks.set_index("unit_id").loc[unit]
    (told,) = show(year, "unit_streak", unit=unit).sentences
    assert (f"连续{own['streak']}年优秀" in told) == (own["streak"] > 1)


def test_a_profile_tells_changes_of_group_and_of_whom_a_unit_was_made() -> None:
    latest = Assessment(load_city(merged_city())).latest
    moved = show(latest, "history", unit="r").table.cells
    assert moved["组别"].to_list() == ["west组", "east组", "east组", "east组"]
    assert moved["名次 / 单位数"].to_list() == ["3 / 3", "3 / 5", "1 / 4", "1 / 5"]
    assert moved["沿革"].to_list() == ["", "换组，转入east组", "", ""]
    made = show(latest, "history", unit="s").table.cells
    assert made["沿革"].to_list() == ["由m局分设"] and "组别" not in made
    (told,) = show(latest, "unit_streak", unit="s").sentences
    assert told == "连续1年优秀（由m局分设，自设立的年度起计）。"


def test_a_change_is_not_split_across_groups() -> None:
    shown = show(Assessment(load_city(merged_city())).year(2031), "unit_change", unit="r")
    assert shown.absent == "此前没有本单位在本组参评且有评分的年度，总分变化无从分解。"


def test_ties_and_a_unit_alone_are_told_so(tied: Assessment) -> None:
    (place, _), (alone, line) = (show(tied.latest, "position", unit=unit).sentences for unit in "ap")
    assert "，5个单位中与另外4个单位并列第5名，优秀；" in place
    assert alone == "p局，west组，2031年总分71.50分，一般；本组只有这1个单位，没有先后可比。"
    assert line == "与优秀线相比：距优秀线18.50分。"
    assert show(tied.latest, "profile", unit="p").chart.title == "本组只有这1个单位"
    assert show(tied.latest, "position", unit="p").finding == "p局：一般，本组只有这1个单位"


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({2030: 50}, "新获优秀。"),
        ({}, "上年等次不详，本年优秀。"),
        ({2030: 95}, "至少连续2年优秀。"),
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
    assert shown["a"].endswith("本组中位数80.00分，本单位高10.00分。")
    assert shown["b"].endswith("本组中位数80.00分，本单位与其持平。")
    assert shown["c"].endswith("本组中位数80.00分，本单位低20.00分。")


def test_its_figures_are_seen_at_a_glance(official: Year, year: Year) -> None:
    own = official.scores.set_index("unit_id").loc["tax"]
    margin = official.margins("department").set_index("unit_id").at["tax", "margin"]
    shown = show(official, "position", unit="tax")
    figures = {each.label: each.value for each in shown.headlines}
    assert figures == {
        "总分": f"{own['total']:.2f}",
        "名次": str(own["rank"]),
        "等次": official.scheme.grade_names[own["grade"]],
        "与优秀线的分差": f"{margin:+.2f}".replace("-", "−"),
    }
    page = BeautifulSoup(shown.headlines._repr_html_(), "html.parser")
    assert [each.get_text() for each in page.select("dl.headlines > div > dt")] == list(figures)
    withheld = {each.label: each for each in show(year, "position", unit="tax").headlines}
    assert withheld["与优秀线的分差"].value == "—" and withheld["与优秀线的分差"].says == ("评分系重构，不列",)
    assert "由重构评分算得，不是真实得分" in withheld["总分"].says


def test_its_page_is_headed_by_its_grade_and_rank(official: Year) -> None:
    own = official.scores.set_index("unit_id").loc["tax"]
    grade = official.scheme.grade_names[own["grade"]]
    told = f"国家税务局平顶山分局：{grade}，45个单位中列第{own['rank']}名"
    assert show(official, "position", unit="tax").finding == told
