"""A workbook of one small notebook about a small city: built in seconds, by the real thing."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from analysis.commands.starting import start_city
from tests.conftest import ROOT

PAGE = "{notebook: one.ipynb, page: one, title: 一页, summary: 一页, repeat: latest}"
PROFILE = "{notebook: unit.ipynb, page: 'unit-{unit_id}', title: '{unit}', summary: 一页, repeat: unit}"


def start_project(folder: Path, cell_seconds: int = 300) -> Path:
    """Write the notebooks and the data into a folder; return it."""
    start_city(folder / "data")
    (folder / "notebooks").mkdir()
    contents = f"title: 小册\ncell_seconds: {cell_seconds}\npages:\n  - {PAGE}\n"
    (folder / "notebooks/workbook.yml").write_text(contents, encoding="utf-8")
    write_notebook(folder, "1 + 1")
    shutil.copyfile(ROOT / "notebooks/documents.yml", folder / "notebooks/documents.yml")
    return folder


def write_notebook(folder: Path, source: str, name: str = "one", parameters: str = "year = 2023") -> None:
    cells = [new_code_cell(parameters, metadata={"tags": ["parameters"]}), new_code_cell(source)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / f"notebooks/{name}.ipynb")


def add_profiles(folder: Path) -> None:
    """Add a notebook that is repeated for every unit."""
    with (folder / "notebooks/workbook.yml").open("a", encoding="utf-8") as file:
        file.write(f"  - {PROFILE}\n")
    write_notebook(folder, "1 + 1", "unit", "year = 2023\nunit_id = ''")
