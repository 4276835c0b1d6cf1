"""Every notebook on cities of unusual shapes: what a cell shows must come out, whatever the data."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import IPython.display
import nbformat
import pytest
from analysis.exhibits.tables import Table
from analysis.exhibits.theme import Chart
from analysis.exhibits.words import Prose
from nbclient import NotebookClient

from analysis.data.dataset import DATA_VARIABLE, load_dataset
from analysis.site.pages import load_contents, plan_pages
from analysis.site.processes import THREADS
from tests.conftest import ROOT
from tests.made_up import City, draw_city, outside_city, write_city

pytestmark = pytest.mark.slow


def _nobody_is_best() -> City:
    city = draw_city(2)
    for facts in city["years"].values():
        facts["scheme"]["grades"][0]["rule"] = {"kind": "threshold", "value": 1000}
    return city


def _one_assessor() -> City:
    city = draw_city(4)
    for facts in city["years"].values():
        for indicator in facts["indicators"].values():
            indicator["assessor_id"] = "office"
        for marks in facts["marks"].values():
            marks.update({key: "-" for key, mark in marks.items() if mark == "own"})
    return city


def _one_unit() -> City:
    city = deepcopy(draw_city(2))
    kept = next(iter(city["years"][2031]["marks"]))
    for facts in city["years"].values():
        facts["marks"] = {kept: facts["marks"].get(kept, next(iter(facts["marks"].values())))}
        facts["results"] = {
            name: {kept: own.get(kept, next(iter(own.values())))} for name, own in facts["results"].items()
        }
        facts["adjustments"] = [row for row in facts["adjustments"] if row["unit_id"] == kept]
    city["units"] = {kept: city["units"][kept]}
    city["lineage"] = []
    return city


def _points_alone() -> City:
    """No ratings at all: every mark is given in points."""
    city = draw_city(3)
    for facts in city["years"].values():
        values = facts["scheme"]["ratings"]["value"]
        for component in facts["scheme"]["components"]:
            for part in component.get("parts", {}).values():
                part["marking"] = "score"
        for marks in facts["marks"].values():
            for key, mark in marks.items():
                if mark in values:
                    marks[key] = round(values[mark] * facts["indicators"][key]["points"], 6)
        facts["scheme"]["ratings"]["value"] = {}
    return city


CITIES: dict[str, Callable[[], City]] = {
    "outside results alone": outside_city,
    "nobody is best": _nobody_is_best,
    "one assessor": _one_assessor,
    "one unit": _one_unit,
    "points alone": _points_alone,
    "three groups, of which one enters": lambda: draw_city(5),
    "one group, three grades": lambda: draw_city(8),
}


def _run(notebook: Path, parameters: dict[str, Any], shown: list[Any]) -> None:
    """Run the code cells of a notebook in one namespace, as papermill would, and collect what they show."""
    space: dict[str, Any] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook.name, "exec"), space)
        if cell["metadata"].get("tags") == ["parameters"]:
            space |= parameters | ({"draws": 200} if "draws" in space else {})
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), notebook.name, "eval"), space))


@pytest.mark.parametrize("name", CITIES)
def test_every_notebook_runs_on_any_city(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_city(CITIES[name](), tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    shown: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", lambda *objects: shown.extend(objects))
    dataset = load_dataset(data)
    folder, contents = load_contents()
    assert folder == ROOT / "notebooks"
    pages = plan_pages(folder, contents, dataset, dataset.scored_years, profiles=True)
    for page in pages:
        _run(page.notebook, page.parameters, shown)
    for each in shown:
        if isinstance(each, Chart):
            assert each.png()[:4] == b"\x89PNG"
        elif isinstance(each, Table | Prose):
            assert "nan" not in each._repr_html_().lower().replace("finance", "")
    assert any(isinstance(each, Chart) for each in shown) and any(isinstance(each, Table) for each in shown)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_runs_by_hand(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own folder, on a kernel, without parameters: what “run all” in JupyterLab does."""
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    for name in THREADS:  # as `workbook lab` has it
        monkeypatch.setenv(name, "1")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert shown and not [output for output in shown if output.output_type in {"error", "stream"}]
