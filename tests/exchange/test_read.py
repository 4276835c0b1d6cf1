"""Files of circulars: of which year they are, and what becomes of two of one year."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.begun import circular, figure, graded

from analysis.exchange.beginnings.read import _unite, read_all, without_faulty_names
from analysis.problems import WorkbookError

TEXT = (
    "某政办〔2023〕5号\n关于2022年度依法行政考核结果的通报\n优秀单位3个：甲县、乙县、丙区。\n本次考核平均分为85.6分。"
)


def test_a_stated_year_goes_before_the_one_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    (plain,), (stated,) = read_all([str(path)]), read_all([f"2021={path}"])
    assert (plain.year, stated.year, stated.draft.year) == (2022, 2021, 2021)
    assert "按写明的2021年度收入" in stated.doubts[-1].text


def test_a_file_that_is_called_like_a_stated_year_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("2021=a.txt").write_text(TEXT, encoding="utf-8")
    assert read_all(["2021=a.txt"])[0].year == 2022


def test_a_sentence_is_shown_around_a_value(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    (source,) = read_all([str(path)])
    (average,) = source.figures("average")
    assert source.sentence_around(average["span"]) == ("本次考核平均分为", "85.6", "分。")


def test_two_readings_of_one_document_that_differ_are_refused() -> None:
    first, second = (circular(2021, figure("average", value)) for value in ("80.1", "80.7"))
    with pytest.raises(WorkbookError, match=r"读出的数却有1处不同（如80.1与80.7）"):
        _unite(first, second)


@pytest.mark.parametrize("name", ["合计", "甲" * 41, "甲  县", "平均"])
def test_what_no_unit_can_be_called_opens_the_list(name: str) -> None:
    draft, faulty = without_faulty_names(circular(2021, graded("excellent", ["甲县", name])).draft)
    assert faulty == [name]
    assert (draft.lists[0]["names"], draft.lists[0]["complete"]) == (["甲县"], False)


def test_a_stated_year_leaves_no_doubt_of_the_year(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT.replace("2022年度", ""), encoding="utf-8")
    (source,) = read_all([f"2021={path}", f"2021={path}"])
    assert not [each for each in (*source.doubts, *source.draft.unsure) if "year" in each.text]
    assert not source.notes  # the same file twice is once


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [("东山市", "东山市", False), ("东山市", "西山市", True), ("中共东山市", "东山市", False), ("", "西山市", False)],
)
def test_circulars_of_two_places_are_doubted(tmp_path: Path, first: str, second: str, is_told: bool) -> None:
    for year, place in ((2022, first), (2023, second)):
        text = f"{place}人民政府文件\n" * bool(place) + TEXT.replace("2022", str(year))
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    sources = read_all([str(tmp_path / f"{year}.txt") for year in (2022, 2023)])
    assert any("2023年度的是“西山市”" in each.text for each in sources[0].doubts) == is_told
