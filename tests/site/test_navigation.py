"""The first page, and the ways from page to page, also for a city of which little is known."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from tests.made_up import YEARS, city_data, give_origins
from tests.print_only import write_print_only

from analysis.assessment import Assessment, Year
from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.exhibits import show
from analysis.exhibits.chart import Chart
from analysis.exhibits.writer import Headline
from analysis.site.navigation import HEADLINES, frame_page, frame_pages, make_index, show_time
from analysis.site.pages import Page, plan_site

STAMP = "2026-03-09T23:51:56Z"


def _headlines(year: Year) -> list[Headline]:
    return [headline for name in HEADLINES for headline in show(year, name).headlines]


def _told(year: Year) -> list[str]:
    return [" ".join([each.label, each.value + each.measure, *each.says]) for each in _headlines(year)]


def _index(year: Year, pages: list[Page] | None = None) -> BeautifulSoup:
    return BeautifulSoup(make_index(year, "例", pages or [], STAMP), "html.parser")


def test_a_moment_is_shown_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert show_time(STAMP) == "2026年3月10日 07:51"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_shipped_year_is_told_as_it_is_printed(shipped: Assessment) -> None:
    assert _told(shipped.year(2021)) == [
        "县（市、区）政府平均分 89.74分 比2020年提高10.52分，同比增长13.28% 12个单位（新增1个）",
        "市直部门平均分 86.06分 比2020年提高9.09分，同比增长11.81% 45个单位",
        "优秀单位 33个 比上年增加3个 良好24个，共57个单位",
        "连续优秀单位 27个 新获优秀6个 退出优秀等次3个",
        "2021年度通报核对 1处不符（2项） 不符2项，口径不同1项，一致63项 共核对66项",
    ]


def test_cards_show_how_it_went_before(shipped: Assessment) -> None:
    """79.22 less the printed 5.61 is 73.61; 30 units were excellent in 2020, 33 in 2021."""
    county, _, best, again, _ = _headlines(shipped.latest)
    assert county.ends == ["2019年 73.61", "2021年 89.74"] and best.ends == ["2020年 30", "2021年 33"]
    assert [place for place, _ in county.line] == [0, 0.5, 1] and best.line == [(0, 1), (1, 0)]
    assert county.line[1][1] == pytest.approx((89.74 - 79.22) / (89.74 - 73.61), abs=1e-3)
    assert again.trend == (("2021年", 27.0),) and again.line == []  # of 2019 not everybody's grade is known


def test_pages_say_of_which_years_the_marks_are_made_up(copied_data: Path) -> None:
    origins = {2020: "reconstructed", 2021: "reconstructed", 2022: "official"}
    city = Assessment(load_dataset(give_origins(copied_data, origins)))
    ours, mixed = (
        "评分为重构数据，不是任何单位的真实得分",
        "{}年评分为重构数据，不是任何单位的真实得分；2022年评分为正式数据",
    )
    pages = {page.file: page for page in plan_site(city.dataset, city.years, profiles=True).pages}
    told = {file: frame_page(city.dataset, "", page)["notice"] for file, page in pages.items()}
    assert told["scores-2022.html"] == told["certainty-2022.html"] == ""
    assert told["scores-2021.html"] == told["compare-2020-2021.html"] == ours
    assert told["compare-2021-2022.html"] == told["why-2021-2022.html"] == mixed.format(2021)
    assert told["overview.html"] == told["streaks.html"] == mixed.format("2020、2021")
    assert told["unit-baofeng-2022.html"] == mixed.format("2020、2021")
    front = _index(city.latest).get_text()
    assert "重构" not in front and "真实得分" not in front and "2022" in front
    assert ours in _index(city.year(2021)).get_text()


def test_an_earlier_year_knows_nothing_of_later_ones(shipped: Assessment) -> None:
    told = _told(shipped.year(2020))
    assert told == _told(Assessment(shipped.dataset.until(2020)).year(2020))
    assert "79.22分 比2019年提高5.61分" in told[0]


def test_a_new_city_has_one_year_and_no_circular(tmp_path: Path) -> None:
    year = Assessment(load_dataset(start_city(tmp_path / "data"))).latest
    *averages, grades, streaks, verdicts = _headlines(year)
    assert len(averages) == len(year.scheme.groups)
    assert all(len(each.says) == 1 for each in averages)
    assert sum(units for _, units in grades.parts) == len(year.units)
    assert streaks.value == "—" and streaks.says == ("上一年等次不详",)
    assert verdicts.value == "—" and verdicts.says == ("没有这一年度的通报",)


@pytest.mark.parametrize("seed", range(6))
def test_any_city_can_be_told(seed: int) -> None:
    city = Assessment(city_data(seed))
    for year in map(city.year, YEARS):
        headlines, names = _headlines(year), year.scheme.group_names.values()
        assert [each.label for each in headlines[: len(names)]] == [f"{name}平均分" for name in names]
        assert sum(units for _, units in headlines[len(names)].parts) == len(year.units)
        front, leads = show(year, "front"), show(year, "leads")
        assert front.finding.startswith(f"{year.year}年") and front.chart.png()
        assert len(set(leads.sentences)) == len(leads.sentences) <= 3


def test_the_page_shows_the_headlines_and_nothing_else_of_them(shipped: Assessment) -> None:
    """What the exhibits tell, in their order; without pages there is nothing to list."""
    page = _index(shipped.latest)
    shown = ["".join(each.get_text().split()) for each in page.select(".headlines > *")]
    assert len(shown) == 5
    for told, headline in zip(shown, _headlines(shipped.latest), strict=True):
        for words in (headline.label, headline.value, headline.measure, *headline.says):
            assert "".join(words.split()) in told
    assert page.select("main a[href$='.html']") == []


def test_the_first_page_begins_with_what_was_found_and_shows_every_unit(shipped: Assessment) -> None:
    page, year = _index(shipped.latest), shipped.latest
    told = "2021年县（市、区）政府平均分提高10.52分，市直部门平均分提高9.09分；优秀单位33个，比上年增加3个"
    assert [each.get_text() for each in page.select("h1")] == [told]
    dots = [each["data-unit"] for each in page.select(".front svg [data-unit][tabindex]")]
    assert sorted(dots) == sorted(year.units["unit_id"])
    assert not Chart.live  # nor are charts of anybody else drawn as pages have them


def test_what_is_told_first_leads_to_the_page_that_proves_it(shipped: Assessment) -> None:
    page = _index(shipped.latest, plan_site(shipped.dataset, shipped.years).pages)
    links = [each.get("href") if (each := item.select_one("a")) else None for item in page.select(".leads li")]
    assert links == ["audit-2021.html", "why-2020-2021.html", "certainty-2021.html"]
    of_one_year = _index(shipped.latest, plan_site(shipped.dataset, [2021]).pages)
    leads = of_one_year.select(".leads li")
    assert [bool(item.select("a")) for item in leads] == [True, False, True]  # there is no page about two years


def test_of_print_alone_the_first_page_says_why_there_is_no_picture(tmp_path: Path) -> None:
    dataset = load_dataset(write_print_only(tmp_path / "data"))
    page = _index(Assessment(dataset).year(2033), plan_site(dataset, [2031, 2032, 2033]).pages)
    assert page.select(".front svg") == []
    assert [each.get_text() for each in page.select(".absent")] == ["2033年没有逐项评分，不作各单位得分图。"]
    assert page.select_one("h1").get_text() == "2033年A级单位3个，与上年持平"  # type: ignore[union-attr]


def _navigation(frame: dict[str, object]) -> tuple[list[str], list[tuple[str, str]]]:
    topics, years = frame["topics"], frame["years"]
    assert isinstance(topics, dict) and isinstance(years, list)
    return [page.file for page in topics.values()], years


@pytest.fixture(scope="module")
def frames(demonstration: Dataset) -> dict[str, dict[str, object]]:
    pages = plan_site(demonstration, demonstration.reported_years, profiles=True).pages
    return dict(zip([page.file for page in pages], frame_pages(demonstration, "", pages), strict=True))


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load_dataset(start_city(tmp_path_factory.mktemp("demonstration") / "data", demonstration=True))


def test_the_navigation_lists_every_topic_once_at_the_page_of_the_same_year(
    frames: dict[str, dict[str, object]],
) -> None:
    listed, years = _navigation(frames["scores-2040.html"])
    assert listed == [
        "overview.html", "scores-2040.html", "compare-2039-2040.html", "streaks.html", "all-years.html",
        "audit-2040.html", "why-2039-2040.html", "certainty-2040.html", "quality-2040.html",
    ]  # fmt: skip
    assert years == [(f"{year}年", f"scores-{year}.html") for year in range(2045, 2030, -1)]
    first, _ = _navigation(frames["audit-2031.html"])
    assert "compare-2031-2032.html" in first and "scores-2031.html" in first  # nothing is compared with an earlier year


def test_from_a_page_of_two_years_one_goes_to_the_two_of_others(frames: dict[str, dict[str, object]]) -> None:
    _, years = _navigation(frames["why-2039-2040.html"])
    assert years[0] == ("2044—2045年", "why-2044-2045.html") and len(years) == 14


def test_where_a_topic_has_one_page_other_years_lead_to_their_first_page(frames: dict[str, dict[str, object]]) -> None:
    for file in (
        "overview.html",
        "streaks.html",
        "all-years.html",
        *[file for file in frames if file.startswith("unit-")][:1],
    ):
        _, years = _navigation(frames[file])
        assert years == [("2045年", file), *((f"{year}年", f"scores-{year}.html") for year in range(2044, 2030, -1))]


def test_from_every_page_every_other_can_be_reached(frames: dict[str, dict[str, object]]) -> None:
    """By topics and years alone; profiles are reached from tables."""
    reached, ahead = set[str](), {"overview.html"}
    while ahead:
        reached |= (now := ahead)
        ahead = set()
        for file in now:
            listed, years = _navigation(frames[file])
            ahead |= {*listed, *(other for _, other in years)} - reached
    assert reached == {file for file in frames if not file.startswith("unit-")}


def test_one_page_leads_to_the_next_topic_of_the_same_year(frames: dict[str, dict[str, object]]) -> None:
    frame = frames["compare-2039-2040.html"]
    assert frame["previous"] == ("scores-2040.html", "得分与名次") and frame["next"] == ("streaks.html", "连续优秀")
    assert frames["overview.html"]["previous"] == ("index.html", "首页")
    assert frames["quality-2040.html"]["next"] is None
    unit = next(frame for file, frame in frames.items() if file.startswith("unit-"))
    assert (unit["previous"], unit["next"]) == (("index.html", "首页"), None)


def test_the_menu_of_years_needs_no_script(shipped: Assessment) -> None:
    page = _index(shipped.latest, plan_site(shipped.dataset, shipped.years).pages)
    (menu,) = page.select("nav details.years")
    assert isinstance(menu, Tag) and menu.select_one("summary").get_text() == "2021年"  # type: ignore[union-attr]
    assert [(each["href"], each.get("aria-current")) for each in menu.select("a")] == [
        ("index.html", "page"), ("scores-2020.html", None),
    ]  # fmt: skip
    assert not _index(shipped.latest).select("details.years")  # of one year there is nothing to choose
