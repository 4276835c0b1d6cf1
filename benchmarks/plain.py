"""The plain script that builds are measured against: every cell of some pages in one process, drawn and shown alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "agg")

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from analysis.data.dataset import load_dataset
from analysis.site.pages import Page, choose_years, load_contents, plan_site


def run(page: Page, shell: InteractiveShell) -> None:
    """Run the code cells of a page's notebook and turn what they show into pictures and HTML."""
    shell.reset()
    for cell in nbformat.read(page.notebook, 4).cells:
        if cell.cell_type != "code":
            continue
        with capture_output():
            shell.run_cell(cell.source).raise_error()
        if "parameters" in cell.metadata.get("tags", []):
            shell.push(page.parameters)


if __name__ == "__main__":
    dataset = load_dataset()
    os.chdir(load_contents()[0])
    shell = InteractiveShell.instance()
    for page in plan_site(dataset, choose_years(dataset, None), profiles="--profiles" in sys.argv).pages:
        run(page, shell)
        print(Path(page.file).stem, flush=True)
