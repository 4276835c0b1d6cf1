"""Who came from which grade, as counted by hand from the lists, and over all years one by one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from tests.made_up import BEST_FROM_90, graded_city, load_city
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Pair


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return open_assessment(write_print_only(tmp_path_factory.mktemp("towns") / "data"))


def test_the_matrix_counts_the_units_of_both_years(towns: Assessment) -> None:
    table = towns.pair(2031, 2032).show("grade_matrix")["town"].table
    assert table.cells.to_numpy().tolist() == [
        ["A级", "1", "0", "0", "1"], ["B级", "1", "0", "0", "1"], ["C级", "0", "1", "0", "1"],
    ]  # fmt: skip


def test_moves_are_told_with_their_share_and_index(towns: Assessment) -> None:
    shown = towns.pair(2031, 2032).show("grade_matrix")
    assert (
        shown["town"]
        .sentences[0]
        .startswith("乡镇：两年等次可以比较的3个单位中，2个等次有变动（66.7%），上升2个，下降0个；流动指数1.000")
    )
    still = towns.pair(2031, 2033).show("grade_matrix")["street"]
    assert still.sentences == ("街道：两年等次可以比较的2个单位，等次均无变动。",)


def test_grades_that_are_not_printed_have_a_row_of_their_own(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    text = (data / "published/2031.yml").read_text(encoding="utf-8")
    (data / "published/2031.yml").write_text(text.replace("- 西乡镇", "- 无此镇"), encoding="utf-8")
    shown = open_assessment(data).pair(2031, 2032).show("grade_matrix")["town"]
    assert shown.table.cells.to_numpy().tolist()[-1] == ["等次未公布", "1", "1", "0", "2"]
    assert "可以比较的1个单位，等次均无变动" in shown.sentences[0]


def test_years_with_marks_have_one_too(pair: Pair) -> None:
    assert pair.show("grade_matrix")["department"].frame.to_numpy().tolist() == [[21, 3], [5, 16]]


def test_there_is_no_matrix_of_nobody(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    with (data / "lineage.csv").open("a", encoding="utf-8") as lineage:
        lineage.write("s1,2032,一街道,enters,,通报\ns2,2032,二街道,leaves,,通报\n")
    shown = open_assessment(data).pair(2031, 2032).show("grade_matrix")
    assert not shown["town"].absent
    assert shown["street"].absent == "街道：没有两年等次可以比较的单位。"


def test_all_neighbouring_years_with_the_grades_of_the_last_are_pooled(demonstration: Assessment) -> None:
    """2031–2035 and 2043–2045 have two grades, the years between three: counted one by one."""
    for group, shown in demonstration.latest.show("pooled_grades").items():
        counts: Counter[tuple[str, str]] = Counter()
        for base, year in [*pairwise(range(2031, 2036)), (2043, 2044), (2044, 2045)]:
            before, now = (
                demonstration.year(each).scores.set_index(["group", "unit_id"])["grade"][group] for each in (base, year)
            )
            counts.update((before[unit], now[unit]) for unit in before.index.intersection(now.index))
        found = {(before, now): units for before, row in shown.frame.iterrows() for now, units in row.items()}
        assert found == counts
        kept = counts["excellent", "excellent"] / sum(counts["excellent", to] for to in ("excellent", "good"))
        assert f"优秀的，后一年度仍为优秀的占{100 * kept:.1f}%" in shown.sentences[0]
        assert shown.sentences[0].split("：")[1].startswith("6对相邻年度合计")
        assert "另有8对相邻年度的等次设置与" in shown.table.note
        assert shown.table.cells["优秀"].tolist()[0] == f"{100 * kept:.1f}%"
        assert shown.table.cells["单位次"].astype(int).sum() == sum(counts.values())


def test_where_the_grades_are_new_in_the_last_year_nothing_is_pooled() -> None:
    three = [{"id": "top", "name": "优秀", "line": 90}, {"id": "good", "name": "良好", "line": 80}, BEST_FROM_90[1]]
    totals = {"a": 95.0, "b": 85.0}
    years = {2030: (BEST_FROM_90, totals), 2031: (BEST_FROM_90, totals), 2032: (three, totals)}
    (shown,) = Assessment(load_city(graded_city(years))).year(2032).show("pooled_grades").values()
    assert [str(part) for part in shown.parts] == ["east：没有等次设置与2032年相同、可以比较的相邻年度。"]
