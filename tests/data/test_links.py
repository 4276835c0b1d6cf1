"""What says that an indicator is an earlier year's: nothing but same_as, and only if it can be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.dataset import Dataset, load_dataset
from analysis.problems import UNFINISHED, InputError


@pytest.fixture
def years(copied_city: Path) -> Path:
    """The small city with its year three times over: Q1, Q2 of counties and B1, B2 of departments."""
    scheme = (copied_city / "schemes/2023.yml").read_text(encoding="utf-8")
    for year in (2024, 2025):
        text = scheme.replace("year: 2023", f"year: {year}")
        (copied_city / f"schemes/{year}.yml").write_text(text, encoding="utf-8")
        shutil.copytree(copied_city / "inputs/2023", copied_city / f"inputs/{year}")
    return copied_city


def _link(folder: Path, year: int, same_as: dict[str, str], kind: str = "csv") -> Path:
    path = folder / f"inputs/{year}/indicators.csv"
    table = pd.read_csv(path)
    table["same_as"] = table["indicator_id"].map(same_as).fillna("")
    if kind == "csv":
        table.to_csv(path, index=False)
    else:
        path.unlink()
        table.to_parquet(path.with_suffix(".parquet"), index=False)
    return folder


def _origins(dataset: Dataset, year: int) -> dict[str, str]:
    indicators = dataset.year(year).need_inputs("").indicators
    return indicators.set_index("indicator_id")["origin"].to_dict()


def _refused(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_dataset(folder)
    return str(caught.value).splitlines()[1:]


def test_without_links_every_year_has_indicators_of_its_own(years: Path) -> None:
    dataset = load_dataset(years)
    for year in (2023, 2024):
        assert _origins(dataset, year) == {each: f"{year}:{each}" for each in ("Q1", "Q2", "B1", "B2")}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_links_lead_back_to_the_first_year(years: Path, kind: str) -> None:
    """Over the year between as well; a full-width colon is one."""
    _link(years, 2024, {"Q1": "2023:Q2", "B1": "2023：B1"}, kind)
    _link(years, 2025, {"Q1": "2024:Q1", "Q2": "2023:Q1", "B1": "2024:B1"}, kind)
    assert _origins(load_dataset(years), 2025) == {"Q1": "2023:Q2", "Q2": "2023:Q1", "B1": "2023:B1", "B2": "2025:B2"}


@pytest.mark.parametrize("link", ["2023:Q9", "2024:Q1", "2025:Q1", "2022:Q1", "Q1", "2023", "2023-Q1"])
def test_a_link_to_no_earlier_indicator_is_refused(years: Path, link: str) -> None:
    (told,) = _refused(_link(years, 2024, {"Q1": link}))
    assert told.startswith(f"1. inputs/2024/indicators.csv 第2行“same_as”（值：'{link}'）：不是往年的指标。改法：")
    assert "写成 年度:编号，如2023:p01，年度早于2024；没有的清空" in told


def test_a_link_to_another_group_is_refused(years: Path) -> None:
    (told,) = _refused(_link(years, 2024, {"Q2": "2023:B2"}))
    assert "第3行“same_as”（值：'2023:B2'）：是另一组的指标" in told


@pytest.mark.parametrize("later", [{"Q1": "2023:Q1", "Q2": "2023:Q1"}, {"Q1": "2024:Q1", "Q2": "2023:Q1"}])
def test_one_indicator_is_claimed_once(years: Path, later: dict[str, str]) -> None:
    """Whichever way the claims take."""
    _link(years, 2024, {"Q1": "2023:Q1"})
    (told,) = _refused(_link(years, 2025, later))
    assert "indicators.csv 第3行“same_as”（值：'2023:Q1'）：与前面某行写的是往年同一项指标" in told


def test_links_wait_until_earlier_years_are_sound(years: Path) -> None:
    _link(years, 2024, {"Q1": "2023:Q9"})
    path = years / "inputs/2023/indicators.csv"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("Q1,county,material", "Q1,county,nothing"), encoding="utf-8")
    *told, last = _refused(years)
    assert last == UNFINISHED and all("inputs/2023/" in each for each in told)
    path.write_text(sound, encoding="utf-8")
    (told_then,) = _refused(years)
    assert "2023:Q9" in told_then


def test_to_make_inputs_anew_links_are_not_asked_for(years: Path) -> None:
    _link(years, 2024, {"Q1": "2023:Q1"})
    path = years / "inputs/2023/provenance.yml"
    path.write_text("provenance: reconstructed\nmethod: 算例\nseed: 1\n", encoding="utf-8")
    assert load_dataset(years, without_reconstructed=True).scored_years == [2024, 2025]
