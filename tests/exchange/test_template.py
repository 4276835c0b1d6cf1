"""The workbook of a year, whatever its names are: drop-downs offer them, and they come back as they were."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries
from tests import office

from analysis.data.dataset import Dataset, load_dataset
from analysis.documents.problem_report import mark_workbook
from analysis.exchange.forms.importing import read_intake
from analysis.exchange.forms.template import write_workbook
from analysis.problems import Problem

pytestmark = pytest.mark.slow

YEAR = 2023
NAMES = {
    "quotes": '市"智慧"办',
    "a comma": "市委,市政府督查室",
    "an equals sign": "=市督查室",
    "a quote alone": '"',
    "an escape": "市_x0041_办",
    "tags": "<r>市督查室</r>",
    "many": "",
}


def _city(folder: Path, name: str) -> Dataset:
    """Give the city assessors that are called so, and its first indicator to the first of them."""
    scheme = folder / f"schemes/{YEAR}.yml"
    called = {"office": name} if name else {f"office{number}": f"市委第{number}督查室" for number in range(60)}
    text = scheme.read_text(encoding="utf-8")
    more = "".join(f", {key}: {_quoted(each)}" for key, each in called.items())
    scheme.write_text(text.replace("finance: 市财政局}", f"finance: 市财政局{more}}}"), encoding="utf-8")
    for old, new in {"justice": next(iter(called))}.items():
        path = folder / f"inputs/{YEAR}/indicators.csv"
        rows = pd.read_csv(path, dtype=str)
        rows.loc[0, "assessor_id"] = rows.at[0, "assessor_id"].replace(old, new)
        rows.to_csv(path, index=False)
    return load_dataset(folder)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _offered(book: Any, sheet: str, cell: str) -> list[str]:
    """List what the drop-down of a cell offers, as a program does that reads the file."""
    (rule,) = [each for each in book[sheet].data_validations.dataValidation if cell in each.sqref]
    formula = rule.formula1.removeprefix("=")
    if formula.startswith('"'):
        return str(formula[1:-1]).split(",")
    title, _, area = formula.rpartition("!")
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    cells = book[title.strip("'").removeprefix("$")].iter_rows(top, bottom, left, right, values_only=True)
    return [str(value) for (value,) in cells]


@pytest.mark.parametrize("through", ["nothing", "LibreOffice"])
@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_chosen_and_comes_back(name: str, through: str, copied_city: Path, tmp_path: Path) -> None:
    city = _city(copied_city, NAMES[name])
    facts = city.year(YEAR)
    assert facts.inputs is not None
    path = tmp_path / "评分表.xlsx"
    path.write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    if through == "LibreOffice":
        (tmp_path / "out").mkdir()
        path = office.convert(path, "xlsx", tmp_path / "out")
    offered = _offered(openpyxl.load_workbook(path), "指标", "F3")
    assert [each.replace("_x005F_", "_").replace("__x", "_x") for each in offered] == [
        each.replace("__x", "_x") for each in facts.scheme.assessors.value.values()
    ]
    intake = read_intake(path, city, YEAR)
    assert not intake.notes
    for table in ("indicators", "marks", "adjustments"):
        pd.testing.assert_frame_equal(getattr(intake.inputs, table), getattr(facts.inputs, table), check_like=True)


def test_short_lists_stay_with_their_cells(good: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(good))
    assert "下拉单" not in book.sheetnames
    assert _offered(book, "指标", "B3") == ["区政府", "市直部门"]


def test_a_marked_copy_keeps_texts_as_they_were(copied_city: Path, tmp_path: Path) -> None:
    city = _city(copied_city, NAMES["an escape"])
    facts = city.year(YEAR)
    assert facts.inputs is not None
    path = tmp_path / "评分表.xlsx"
    path.write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    marked = mark_workbook(path, [Problem(path.name, "错", "改", row=3, column="分值", sheet="指标")])
    assert marked is not None
    path.write_bytes(marked)
    assert read_intake(path, city, YEAR).inputs.indicators.equals(facts.inputs.indicators)
