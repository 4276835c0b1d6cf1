"""Who moved most over any span, and who came and went, against cities worked out by hand."""

from __future__ import annotations

from tests.exhibits.reading import all_words
from tests.exhibits.test_all_years import three_years
from tests.made_up import BEST_FROM_90, graded_city, load_city, merged_city

from analysis.assessment import Assessment
from analysis.exhibits import show


def test_every_span_has_its_largest_rise_and_fall() -> None:
    (shown,) = show(Assessment(load_city(three_years())).year(2032), "movers").values()
    assert shown.table.cells.to_numpy().tolist() == [
        ["1", "升幅最大", "c局", "2031", "2032", "2", "1", "+1", "90.00", "100.00", "1"],
        ["1", "降幅最大", "a局", "2031", "2032", "1", "2", "−1", "96.00", "90.00", "1"],
        ["2", "升幅最大", "c局", "2030", "2032", "3", "1", "+2", "75.00", "100.00", "0"],
        ["2", "降幅最大", "a局", "2030", "2032", "1", "2", "−1", "95.00", "90.00", "1"],
    ]
    assert shown.sentences == (
        "east：各种间隔中升幅最大的是c局，2030年到2032年升2位；降幅最大的是a局，2031年到2032年降1位。",
    )
    html = shown.table._repr_html_()
    assert "全部 4" in html and ">升幅最大</label>" in html


def test_where_nobody_moved_there_is_a_sentence() -> None:
    city = graded_city({year: (BEST_FROM_90, {"a": 95.0, "b": 85.0}) for year in (2030, 2031, 2032)})
    (shown,) = show(Assessment(load_city(city)).year(2032), "movers").values()
    assert [str(part) for part in shown.parts] == ["east：没有名次的升降可比。"]


def test_of_reconstructed_marks_movers_have_no_totals(shipped: Assessment, official: object) -> None:
    shown = show(shipped.year(2021), "movers", "department")
    assert "起始总分" not in shown.table.cells and "升降" in shown.table.cells
    assert "起始总分" in show(official, "movers", "department").table.cells  # type: ignore[arg-type]


def test_who_came_went_merged_split_and_changed_the_group_is_told_by_year() -> None:
    shown = show(Assessment(load_city(merged_city())).year(2033), "turnover")
    rows = [tuple(row) for row in shown.table.cells.to_numpy()]
    assert set(rows) == {
        ("2031", "east组", "换组转入", "1", "r局（换组，原在west组）"),
        ("2031", "west组", "换组转出", "1", "r局（换组，转入east组）"),
        ("2032", "west组", "合并设立", "1", "m局（由c局、p局合并设立）"),
        ("2032", "east组", "并入新单位", "1", "c局（并入m局）"),
        ("2032", "west组", "并入新单位", "1", "p局（并入m局）"),
        ("2033", "west组", "分设成立", "1", "s局（由m局分设）"),
        ("2033", "east组", "分设成立", "1", "t局（由m局分设）"),
        ("2033", "west组", "分设为新单位", "1", "m局（分设为s局、t局）"),
    }
    assert shown.sentences[0].startswith("2030年到2033年考核过10个单位，4个每年均在同一组；")  # a, b, d, q


def test_where_the_units_are_always_the_same_there_is_no_table() -> None:
    city = graded_city({year: (BEST_FROM_90, {"a": 95.0, "b": 85.0}) for year in (2030, 2031, 2032)})
    shown = show(Assessment(load_city(city)).year(2032), "turnover")
    assert shown.table is None and shown.sentences == ("2030年到2032年，各组单位没有变动。",)


def test_the_demonstration_city_tells_who_came_and_went(demonstration: Assessment) -> None:
    """As its lineage.csv has it."""
    shown = show(demonstration.latest, "turnover")
    assert "新列入3个、不再列入3个" in shown.sentences[0]
    words = all_words(shown)
    assert all(each in words for each in ("澄湖新区管委会", "市数据局", "市体育局", "市烟草专卖局", "市乡村振兴局"))
