"""The figures of a year at a glance, also for a city of which little is known."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from analysis.exhibits.headlines import Headline
from tests.made_up import YEARS, city_data

from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.scoring.years import score_years
from analysis.site.index import show_time, summarise_year


def _told(headlines: list[Headline]) -> list[str]:
    return [" ".join([each.label, each.value + each.measure, *each.says]) for each in headlines]


def test_a_moment_is_shown_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert show_time("2026-03-09T23:51:56Z") == "2026年3月10日 07:51"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_shipped_year_is_told_as_it_is_printed(dataset: Dataset, scores: pd.DataFrame) -> None:
    assert _told(summarise_year(dataset, scores, 2021)) == [
        "县（市、区）政府平均分 89.74分 比 2020 年升 10.52 分 同比 +13.28% 12 个单位",
        "市直部门平均分 86.06分 比 2020 年升 9.09 分 同比 +11.81% 45 个单位",
        "优秀单位 33个 良好 24 个 共 57 个单位",
        "连续优秀单位 27个 新获优秀 6 个 不再优秀 3 个",
        "通报核对 2条矛盾 另有口径 1 条，一致 119 条 共核对 122 条说法",
    ]


def test_an_earlier_year_knows_nothing_of_later_ones(dataset: Dataset, scores: pd.DataFrame) -> None:
    until = dataset.until(2020)
    told = _told(summarise_year(until, scores[scores["year"].le(2020)], 2020))
    assert told == _told(summarise_year(until, scores, 2020))
    assert "79.22分 比 2019 年升 5.61 分" in told[0]


def test_a_new_city_has_one_year_and_no_circular(tmp_path: Path) -> None:
    city = load_dataset(start_city(tmp_path / "data"))
    scores = score_years(city.years)
    (year,) = city.years
    *averages, grades, streaks, verdicts = summarise_year(city, scores, year)
    assert len(averages) == len(city.year(year).scheme.groups)
    assert all(len(each.says) == 1 for each in averages)
    assert sum(grades.parts) == len(city.year(year).units)
    assert streaks.value == "—" and streaks.says == ("上一年的等次不知道",)
    assert verdicts.value == "—" and verdicts.says == ("没有这一年度的通报",)


@pytest.mark.parametrize("seed", range(6))
def test_any_city_can_be_told(seed: int) -> None:
    city = city_data(seed)
    scores = score_years(city.years)
    for year in YEARS:
        headlines = summarise_year(city.until(year), scores, year)
        names = city.year(year).scheme.group_names.values()
        assert [each.label for each in headlines[: len(names)]] == [f"{name}平均分" for name in names]
        assert sum(headlines[len(names)].parts) == len(city.year(year).units)


def test_no_contradiction_is_told_as_none(dataset: Dataset, scores: pd.DataFrame) -> None:
    from analysis.exhibits.headlines import headline_verdicts

    from analysis.methods.audit.ledger import audit_year

    ledger = audit_year(dataset, scores, 2021)
    fine = headline_verdicts(ledger[ledger["verdict"].eq("exact")])
    assert fine == replace(fine, value="0", measure="条矛盾", says=("一致 119 条", "共核对 119 条说法"))
