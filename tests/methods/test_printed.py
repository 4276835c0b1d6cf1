"""What print says of units and groups is taken as printed, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.print_only import write_print_only

from analysis.data.dataset import Dataset, YearFacts, load_dataset
from analysis.data.published import PrintedFigure, PrintedList
from analysis.data.silence import UNKNOWN
from analysis.methods.printed import gather_results, read_averages, read_changes, read_grades, read_results


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load_dataset(write_print_only(tmp_path_factory.mktemp("towns") / "data"))


def _print(
    facts: YearFacts, lists: list[PrintedList] | None = None, figures: Iterable[PrintedFigure] = ()
) -> YearFacts:
    assert facts.published is not None
    kept = facts.published.lists if lists is None else lists
    return replace(facts, published=facts.published.model_copy(update={"lists": kept, "figures": [*figures]}))


def _list(grade: str, *names: str, group: str = "town", complete: bool = True) -> PrintedList:
    return PrintedList(list="graded", group=group, of=grade, names=names, complete=complete, section="二")


def test_listed_units_have_the_grade_of_their_list_and_the_rest_the_last(towns: Dataset) -> None:
    assert read_grades(towns.year(2032)).to_dict() == {
        "dx": "a", "xx": "a", "s2": "a", "nx": "b", "s1": "b", "bx": "c",
    }  # fmt: skip


@pytest.mark.parametrize(
    "lists",
    [
        [_list("a", "东乡镇")],  # no list of the second grade
        [_list("a", "东乡镇", complete=False), _list("b", "西乡镇")],
        [_list("a", "东乡镇"), _list("b", "西乡")],  # a name that no unit bears may be anybody's
        [_list("a", "东乡镇"), _list("b", "西乡镇"), _list("c", "北乡镇")],  # the last grade is listed itself
    ],
)
def test_who_is_not_listed_has_no_grade_unless_the_lists_settle_it(towns: Dataset, lists: list[PrintedList]) -> None:
    grades = read_grades(_print(towns.year(2032), lists))
    assert grades["dx"] == "a" and "nx" not in grades


def test_a_unit_in_two_lists_has_no_grade(towns: Dataset) -> None:
    grades = read_grades(_print(towns.year(2032), [_list("a", "东乡镇", "西乡镇"), _list("b", "西乡镇", "南乡镇")]))
    assert grades.to_dict() == {"dx": "a", "nx": "b", "bx": "c"}


def test_a_table_that_contradicts_a_list_leaves_the_grade_open(towns: Dataset) -> None:
    grades = read_grades(_print(towns.year(2033), [_list("b", "西乡镇")]))
    assert "xx" not in grades and grades["dx"] == "a"


def test_totals_and_ranks_are_those_of_the_table(towns: Dataset) -> None:
    results = read_results(towns.year(2033))
    assert results[["name", "total", "rank", "grade"]].to_numpy().tolist()[:2] == [
        ["西乡镇", 90.5, 1.0, "a"], ["东乡镇", 88.0, 2.0, "a"],
    ]  # fmt: skip
    assert set(results["provenance"]) == {"circular"}


def test_ranks_of_a_larger_list_are_no_ranks_in_the_group(towns: Dataset) -> None:
    facts = towns.year(2033)
    assert facts.table is not None
    cells = {
        key: cell.model_copy(update={"value": f"{40 + int(cell.value)}"}) if key[1] == "rank" else cell
        for key, cell in facts.table.cells.items()
    }
    assert read_results(replace(facts, table=replace(facts.table, cells=cells)))["rank"].isna().all()


def test_results_of_years_with_marks_are_computed_and_others_printed(towns: Dataset) -> None:
    columns = ["year", "unit_id", "group", "name", "total", "rank", "grade", "provenance"]
    scores = pd.DataFrame([(2032, "dx", "town", "东乡镇", 91.234, 1, "a", "official")], columns=columns)
    results = gather_results(towns, scores, [2031, 2032])
    assert results.groupby("year").size().to_dict() == {2031: 5, 2032: 1}
    assert results.loc[results["year"].eq(2032), "total"].item() == 91.234
    assert gather_results(towns, scores.head(0), []).columns.tolist() == columns


def _figure(measure: str, value: str, of: str = "all") -> PrintedFigure:
    return PrintedFigure(measure=measure, group="town", of=of, value=value, section="三")


def test_an_average_printed_with_two_values_is_not_known(towns: Dataset) -> None:
    figures = [_figure("average", "82.00"), _figure("average", "82.00"), _figure("average", "90.1", "a")]
    facts = _print(towns.year(2032), figures=[*figures, _figure("average", "91.0", "a"), _figure("average", "60", "c")])
    averages = read_averages(facts, read_results(facts))
    assert averages[["population", "units", "average"]].to_numpy().tolist() == [["all", 4, 82.0], ["c", 1, 60.0]]


def test_changes_are_read_with_their_base_year(towns: Dataset) -> None:
    assert read_changes(towns.year(2032)) == {
        (2031, "town", "all", "delta"): 2.1, (2031, "town", "all", "growth"): pytest.approx(0.025),
    }  # fmt: skip
    assert read_changes(towns.year(2033)) == {}


def test_a_year_of_marks_alone_has_nothing_printed(towns: Dataset) -> None:
    bare = replace(towns.year(2031), published=None, table=None)
    assert read_grades(bare).empty and read_averages(bare, read_results(bare)).empty and not read_changes(bare)


def test_a_folder_without_inputs_is_read(tmp_path: Path) -> None:
    dataset = load_dataset(write_print_only(tmp_path / "data", 2032))
    assert (dataset.reported_years, dataset.scored_years) == ([2032], [])


def test_nobody_has_the_rest_of_grades_where_it_is_not_known_who_was_assessed(towns: Dataset) -> None:
    facts = towns.year(2032)
    groups = {key: group.model_copy(update={"units": UNKNOWN}) for key, group in facts.scheme.groups.items()}
    grades = read_grades(replace(facts, scheme=facts.scheme.model_copy(update={"groups": groups})))
    assert grades["dx"] == "a" and "bx" not in grades
