"""What notebooks/workbook.yml may say of pages, and what is told of the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.print_only import write_print_only

from analysis.data.dataset import Dataset, load_dataset
from analysis.data.documents import check_document
from analysis.data.inputs import Inputs
from analysis.problems import InputError, WorkbookError
from analysis.site import pages as pages_module
from analysis.site.pages import Contents, choose_years, name_unmade, plan_site


def _contents(*pages: dict[str, Any], **others: Any) -> Contents:
    default = {"notebook": "a.ipynb", "page": "p", "title": "页", "summary": "页", "repeat": "latest"}
    return check_document({"title": "册", "pages": [default | page for page in pages], **others}, "册", Contents)


@pytest.mark.parametrize("title", ["{year:s}", "{year!x}", "{year:{foo}}", "{year:>99999999}", "{foo}", "{", "{0}"])
def test_what_cannot_be_filled_in_is_refused(title: str) -> None:
    with pytest.raises(InputError, match="大括号"):
        _contents({"title": title})


@pytest.mark.parametrize("seconds", [True, "60", 0, 1.5])
def test_a_cell_has_whole_seconds(seconds: object) -> None:
    with pytest.raises(InputError, match="cell_seconds"):
        _contents({}, cell_seconds=seconds)


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ([{}, {}], "（值：.p.）：几页同名"),
        ([{"page": "index"}], "与首页 index.html 同名"),
        ([{"repeat": "year"}], "（值：.p.）：几页同名"),
        ([], "没有一页可做"),
    ],
)
def test_every_page_has_its_own_name(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: list[dict[str, Any]], told: str
) -> None:
    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(pages_module, "load_contents", lambda _: (tmp_path, _contents(*pages)))
    with pytest.raises(InputError, match=told):
        pages_module.plan_site(dataset, [2020, 2021])


def _files(dataset: Dataset) -> set[str]:
    return {page.file for page in plan_site(dataset, choose_years(dataset, None)).pages}


_OF_PRINT = {"overview.html", "streaks.html"}


def test_of_print_alone_there_are_the_pages_that_need_no_marks(tmp_path: Path) -> None:
    dataset = load_dataset(write_print_only(tmp_path / "data", 2031, 2032))
    assert _files(dataset) == _OF_PRINT | {
        "printed-2031.html", "printed-2032.html", "compare-2031-2032.html", "audit-2031.html", "audit-2032.html",
    }  # fmt: skip
    plan = plan_site(dataset, [2031, 2032])
    assert name_unmade(plan, dataset, [2031, 2032]) == ["得分与名次", "变化原因", "可靠程度"]


@pytest.mark.parametrize(("unmarked", "marked"), [(2020, 2021), (2021, 2020)])
def test_a_year_with_marks_stands_beside_one_without(unmarked: int, marked: int, dataset: Dataset) -> None:
    years = dataset.years | {unmarked: replace(dataset.year(unmarked), inputs=None)}
    mixed = replace(dataset, years=years)
    assert _files(mixed) == _OF_PRINT | {
        f"printed-{unmarked}.html", f"scores-{marked}.html", f"certainty-{marked}.html", "compare-2020-2021.html",
        "audit-2020.html", "audit-2021.html",
    }  # fmt: skip
    assert name_unmade(plan_site(mixed, [2020, 2021]), mixed, [2020, 2021]) == ["变化原因"]


@pytest.mark.parametrize(
    ("provenance", "made"), [("official", True), ("demonstration", True), ("reconstructed", False)]
)
def test_the_quality_of_marks_is_a_page_where_somebody_gave_them(provenance: str, made: bool, dataset: Dataset) -> None:
    facts = dataset.year(2021)
    assert facts.inputs is not None
    told = facts.inputs.provenance.model_copy(update={"provenance": provenance})
    inputs = replace(facts.inputs, provenance=told)

    def plan(inputs: Inputs) -> set[str]:
        changed = dataset.years | {2021: replace(facts, inputs=inputs)}
        return {file for file in _files(replace(dataset, years=changed)) if file.startswith("quality")}

    assert plan(inputs) == ({"quality-2021.html"} if made else set())
    assert plan(replace(inputs, indicators=inputs.indicators.head(0))) == set()  # assessed from outside alone


def test_where_all_years_have_marks_nothing_is_missing_for_want_of_them(dataset: Dataset) -> None:
    assert name_unmade(plan_site(dataset, [2021]), dataset, [2021]) == []
    assert not [file for file in _files(dataset) if file.startswith("printed")]


def test_profiles_are_of_print_where_the_latest_year_is(tmp_path: Path) -> None:
    dataset = load_dataset(write_print_only(tmp_path / "data", 2031))
    profiles = [page for page in plan_site(dataset, [2031], profiles=True).pages if page.unit_id]
    assert len(profiles) == 5 and {page.notebook.name for page in profiles} == {"09_unit_as_printed.ipynb"}


def test_a_year_of_which_nothing_is_known_has_no_pages(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031)
    (data / "published/2031.yml").unlink()
    with pytest.raises(WorkbookError, match="没有任何年度的评分数据（inputs），也没有通报（published）"):
        choose_years(load_dataset(data), None)
    with pytest.raises(WorkbookError, match=r"2031年度没有评分数据.+也没有通报.+不能生成报告"):
        choose_years(load_dataset(data), [2031])
