"""The figures of a year at a glance, also for a city of which little is known."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tests.made_up import YEARS, city_data, give_origins

from analysis.assessment import Assessment, Year
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.exhibits.writer import Headline
from analysis.site.navigation import HEADLINES, frame_page, make_index, show_time
from analysis.site.pages import plan_site


def _headlines(year: Year) -> list[Headline]:
    return [headline for name in HEADLINES for headline in show(year, name).headlines]


def _told(year: Year) -> list[str]:
    return [" ".join([each.label, each.value + each.measure, *each.says]) for each in _headlines(year)]


def test_a_moment_is_shown_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert show_time("2026-03-09T23:51:56Z") == "2026年3月10日 07:51"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_shipped_year_is_told_as_it_is_printed(shipped: Assessment) -> None:
    assert _told(shipped.year(2021)) == [
        "县（市、区）政府平均分 89.74分 比 2020 年升 10.52 分 同比 +13.28% 12 个单位 两年单位不同，1 进 0 出",
        "市直部门平均分 86.06分 比 2020 年升 9.09 分 同比 +11.81% 45 个单位",
        "优秀单位 33个 良好 24 个 共 57 个单位",
        "连续优秀单位 27个 新获优秀 6 个 不再优秀 3 个",
        "通报核对 1处不符 不符2项，口径不同1项，一致63项 共核对66项",
    ]


def test_pages_say_of_which_years_the_marks_are_made_up(copied_data: Path) -> None:
    origins = {2020: "reconstructed", 2021: "reconstructed", 2022: "official"}
    city = Assessment(load_dataset(give_origins(copied_data, origins)))
    ours, mixed = (
        "评分为重构数据，不是任何单位的真实得分",
        "{} 年评分为重构数据，不是任何单位的真实得分；2022 年评分为正式数据",
    )
    pages = {page.file: page for page in plan_site(city.dataset, city.years, profiles=True).pages}
    told = {file: frame_page(city.dataset, "", page)["notice"] for file, page in pages.items()}
    assert told["scores-2022.html"] == told["certainty-2022.html"] == ""
    assert told["scores-2021.html"] == told["compare-2020-2021.html"] == ours
    assert told["compare-2021-2022.html"] == told["why-2021-2022.html"] == mixed.format(2021)
    assert told["overview.html"] == told["streaks.html"] == mixed.format("2020、2021")
    assert told["unit-baofeng-2022.html"] == mixed.format("2020、2021")
    front = BeautifulSoup(make_index(city.latest, "", [], "2026-03-09T23:51:56Z"), "html.parser").get_text()
    assert "重构" not in front and "真实得分" not in front and "2022" in front
    assert ours in BeautifulSoup(make_index(city.year(2021), "", [], "2026-03-09T23:51:56Z"), "html.parser").get_text()


def test_an_earlier_year_knows_nothing_of_later_ones(shipped: Assessment) -> None:
    told = _told(shipped.year(2020))
    assert told == _told(Assessment(shipped.dataset.until(2020)).year(2020))
    assert "79.22分 比 2019 年升 5.61 分" in told[0]


def test_a_new_city_has_one_year_and_no_circular(tmp_path: Path) -> None:
    year = Assessment(load_dataset(start_city(tmp_path / "data"))).latest
    *averages, grades, streaks, verdicts = _headlines(year)
    assert len(averages) == len(year.scheme.groups)
    assert all(len(each.says) == 1 for each in averages)
    assert sum(grades.parts) == len(year.units)
    assert streaks.value == "—" and streaks.says == ("上一年的等次不知道",)
    assert verdicts.value == "—" and verdicts.says == ("没有这一年度的通报",)


@pytest.mark.parametrize("seed", range(6))
def test_any_city_can_be_told(seed: int) -> None:
    city = Assessment(city_data(seed))
    for year in map(city.year, YEARS):
        headlines, names = _headlines(year), year.scheme.group_names.values()
        assert [each.label for each in headlines[: len(names)]] == [f"{name}平均分" for name in names]
        assert sum(headlines[len(names)].parts) == len(year.units)


def test_the_page_shows_the_headlines_and_nothing_else_of_them(shipped: Assessment) -> None:
    """What the exhibits tell, in their order; without pages there is nothing to list."""
    page = BeautifulSoup(make_index(shipped.latest, "例", [], "2026-03-09T23:51:56Z"), "html.parser")
    shown = ["".join(each.get_text().split()) for each in page.select(".headlines > *")]
    assert len(shown) == 5
    for told, headline in zip(shown, _headlines(shipped.latest), strict=True):
        for words in (headline.label, headline.value, headline.measure, *headline.says):
            assert "".join(words.split()) in told
    assert page.select("main a[href$='.html']") == []
