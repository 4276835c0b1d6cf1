"""What is said of all years together, worked out by hand, and what is said where there are too few."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.exhibits.reading import all_words
from tests.made_up import BEST_FROM_90, YEARS, City, give_origins, graded_city, load_city

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.all_years import OverYears
from analysis.exhibits.gallery import Gallery

TOTALS = {
    2030: {"a": 95.0, "b": 85.0, "c": 75.0},
    2031: {"a": 96.0, "b": 84.0, "c": 90.0},
    2032: {"a": 90.0, "b": 86.0, "c": 100.0, "d": 70.0},
}
"""c comes from the last place to the first, d is new."""


def three_years(scale: float = 1) -> City:
    scaled = {year: {unit: total * scale for unit, total in own.items()} for year, own in TOTALS.items()}
    return graded_city({year: (BEST_FROM_90, own) for year, own in scaled.items()}, full=100 * scale)


def test_three_sentences_say_what_the_years_show() -> None:
    """Deviations of 2030: 10, 0, −10; of 2032: 3.5, −0.5, 13.5, −16.5. One of three pairs is in the same order."""
    shown = show(Assessment(load_city(three_years())).year(2032), "all_years")
    assert not shown.absent and shown.sentences == (
        "平均分：east由2030年的85.00分到2032年的86.50分，提高1.50分。",
        "名次：east中，c局升幅最大，2030年第3名，2032年第1名，升2位，a局降幅最大，2031年第1名，2032年第2名，降1位。",
        "差距和次序：east总分的标准差由2030年的8.16分到2032年的10.81分，差距扩大，"
        "2030年与2032年的名次一致度−0.333（3个单位）。名次一致度1为次序完全相同，0为没有关系。",
    )


def test_the_page_is_headed_by_what_became_of_averages_and_distances(demonstration: Assessment) -> None:
    year = Assessment(load_city(three_years())).year(2032)
    assert show(year, "all_years").finding == "2030年到2032年：east平均分提高1.50分、差距扩大"
    assert show(demonstration.year(2032), "all_years").finding == "历年总览"  # of two years


def test_a_newcomer_makes_nobody_fall() -> None:
    city = three_years()
    for facts in city["years"].values():
        facts["results"]["inspection"].pop("a")
    city["units"].pop("a")
    city["years"][2032]["results"]["inspection"] |= {"b": (60, 100), "c": (50, 100), "d": (70, 100)}
    shown = show(Assessment(load_city(city)).year(2032), "all_years")
    assert "b局升幅最大，2031年第2名，2032年第2名，在两年均在本组的单位中升1位" in shown.sentences[1]
    assert "c局降幅最大，2031年第1名，2032年第3名，在两年均在本组的单位中降1位" in shown.sentences[1]


@pytest.mark.parametrize("scale", [0.5, 1.2])
def test_totals_out_of_anything_are_of_a_hundred_and_it_is_said_so(scale: float) -> None:
    city = three_years()
    year = 2032
    city["years"][year] = three_years(scale)["years"][year]
    shown = show(Assessment(load_city(city)).year(year), "all_years")
    assert "平均分（折合百分制）提高1.50分" in shown.finding
    assert shown.sentences[0] == "平均分（折合百分制）：east由2030年的85.00分到2032年的86.50分，提高1.50分。"
    assert "标准差由2030年的8.16分到2032年的10.81分" in shown.sentences[2]
    for name in ("by_year", "convergence"):
        assert "各年满分不尽相同，总分折合百分制" in all_words(show(shown.year, name))
    assert show(shown.year, "by_year").table.cells["平均分"].tolist() == ["85.00", "90.00", "86.50"]


OVER_YEARS = [name for name, kind in EXHIBITS.items() if issubclass(kind, OverYears)]


@pytest.mark.parametrize("name", OVER_YEARS)
def test_of_two_years_there_is_one_sentence_and_nothing_else(name: str, shipped: Assessment) -> None:
    shown = show(shipped.year(2021), name)
    parts = [part for each in (shown.values() if isinstance(shown, Gallery) else [shown]) for part in each.parts]
    if name != "all_years":
        assert not parts
        return
    (told,) = map(str, parts)
    assert told.startswith("具备三个以上年度的结果后，本页列出：") and told.endswith("现有2个年度（2020、2021年）。")


def test_the_sources_of_many_years_are_the_first_and_the_last(demonstration: Assessment) -> None:
    shown = show(demonstration.latest, "all_years")
    assert (
        shown.source == "来源：演示〔2032〕1号至演示〔2046〕1号（共15份）；评分为演示数据，城市、单位和得分都是虚构的"
    )
    assert show(demonstration.year(2034), "all_years").documents == [f"演示〔{year}〕1号" for year in range(2032, 2036)]


def test_totals_of_unlike_provenance_are_not_compared(copied_data: Path) -> None:
    """But averages that are printed: those of the departments."""
    for year in (2020, 2021):
        path = copied_data / f"published/{year}.yml"
        text, figure = path.read_text(encoding="utf-8"), "{{measure: {}, group: county, of: all, value"
        assert figure.format("average") in text
        path.write_text(text.replace(figure.format("average"), figure.format("total_max")), encoding="utf-8")
    origins = {2020: "reconstructed", 2021: "reconstructed", 2022: "official"}
    year = Assessment(load_dataset(give_origins(copied_data, origins))).year(2022)
    shown = show(year, "all_years")
    assert shown.sentences[0] == "平均分：市直部门由2020年的76.97分到2022年的86.06分，提高9.09分。"
    assert "标准差" not in shown.sentences[2]
    by_year = show(year, "by_year").table.cells.set_index(["组别", "年度"])["增减"]
    assert by_year["市直部门", "2021"] == "+9.09" and by_year["县（市、区）政府", "2022"] == "—"
    persistence = year.panel.persistence.set_index(["group", "base_year", "year"])["slope"]
    assert persistence["department", 2020, 2021] < 0
    assert persistence[["department"]].drop(("department", 2020, 2021)).isna().all()
    assert "评分性质不同，不作比较" in show(year, "convergence").chart.title


def test_an_earlier_year_does_not_know_later_ones() -> None:
    dataset = load_city(three_years())
    later, alone = Assessment(dataset).year(YEARS[1]), Assessment(dataset.until(YEARS[1])).year(YEARS[1])
    for name in OVER_YEARS:
        shown, expected = (show(each, name) for each in (later, alone))
        if not isinstance(shown, Gallery):
            assert all_words(shown) == all_words(expected)
