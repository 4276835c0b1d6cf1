"""Every notebook on cities of unusual shapes: what a cell shows must come out, whatever the data."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import IPython.display
import nbformat
import pytest
from nbclient import NotebookClient

from analysis.data.dataset import load_dataset
from analysis.data.folder import DATA_VARIABLE
from analysis.exhibits.chart import Chart
from analysis.exhibits.findings import Cases
from analysis.exhibits.folded import Folded
from analysis.exhibits.prose import Finding, Prose
from analysis.exhibits.table import Table
from analysis.exhibits.writer import Headlines
from analysis.site.pages import load_contents, plan_site
from analysis.site.processes import THREADS
from tests.conftest import ROOT, widely
from tests.exhibits.reading import find_overlaps
from tests.made_up import CITIES, write_city

pytestmark = pytest.mark.slow

EXHIBITS = {Chart, Table, Prose, Finding, Cases, Folded, Headlines}


def _run(notebook: Path, parameters: dict[str, Any]) -> None:
    """Run the code cells of a notebook in one namespace, as papermill would; display what is their last line."""
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
            IPython.display.display(eval(compile(ast.Expression(last.value), notebook.name, "eval"), space))


@pytest.mark.wide(like="test_every_notebook_runs_by_hand")
@pytest.mark.parametrize("name", CITIES)
def test_every_notebook_runs_on_any_city(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_city(CITIES[name](), tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    shown: list[Any] = []

    def display(given: Any) -> None:
        if hasattr(given, "_ipython_display_"):
            given._ipython_display_()
        else:
            shown.append(given)

    monkeypatch.setattr(IPython.display, "display", display)
    dataset = load_dataset(data)
    assert load_contents()[0] == ROOT / "notebooks"
    pages = plan_site(dataset, dataset.scored_years, profiles=True).pages
    for page in pages:
        _run(page.notebook, page.parameters)
    assert {Chart, Table, Prose} <= {type(each) for each in shown} <= EXHIBITS
    for each in shown:
        if isinstance(each, Chart):
            assert find_overlaps(each) == []
        else:
            assert "nan" not in each._repr_html_().lower().replace("finance", "")


@widely("notebook_name", sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb")), always=1)
def test_every_notebook_runs_by_hand(notebook_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own folder, on a kernel, without parameters: what “run all” in JupyterLab does."""
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    for name in THREADS:  # as `workbook lab` has it
        monkeypatch.setenv(name, "1")
    folder = ROOT / "notebooks"
    notebook = nbformat.read(folder / notebook_name, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}})
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert shown and not [output for output in shown if output.output_type in {"error", "stream"}]
