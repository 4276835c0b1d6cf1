"""The page to hold against circulars says of names only what the folder has."""

from __future__ import annotations

from pathlib import Path

from tests.begun import OFFICES, circular, complete, graded

from analysis.data.dataset import load_dataset
from analysis.documents.review import make_review
from analysis.exchange.beginnings.folder import begin
from analysis.exchange.beginnings.read import ReadCircular


def _review(folder: Path, *circulars: ReadCircular) -> str:
    begun = begin(circulars)
    for name, content in begun.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return make_review(begun, load_dataset(folder), "workbook check", "workbook from-circulars")


def test_names_that_may_be_one_unit_are_marked_where_they_come_and_go(tmp_path: Path) -> None:
    later = complete(2022, offices=[*OFFICES[:2], "市粮食和物资储备局"])
    page = _review(tmp_path, complete(2021), later)
    assert "在 lineage.csv 里标着“待定”" in page and "核实不是的，删去 lineage.csv" in page


def test_of_open_lists_nobody_is_marked(tmp_path: Path) -> None:
    first, second = graded("excellent", ["市城市管理局"]), graded("excellent", ["市城市管理和综合执法局"])
    page = _review(tmp_path, circular(2021, first), circular(2022, second))
    assert "市城市管理和综合执法局" in page and "可能是同一单位" in page
    assert "标着“待定”" not in page and "核实不是的" not in page
