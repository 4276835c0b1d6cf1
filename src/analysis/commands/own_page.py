"""A page of one's own: a notebook that builds, to be changed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.data.documents import load_document
from analysis.problems import InputError, WorkbookError
from analysis.site.pages import OwnContents, plan_site
from analysis.storage import log, write_file
from analysis.texts import legible

_CELLS = (
    ("markdown", "# {name}\n\n这一页回答什么问题，用了哪些数据，写在这里。"),
    ("parameters", "year = {year}  # 年度"),
    ("code", "from analysis import open_assessment\n\ncity = open_assessment()\ny = city.year(year)"),
    ("markdown", "## 现成的图表\n\n有哪些，见 `list_exhibits()`。"),
    ("code", 'y.show("averages")'),
    ("markdown", "## 自己算的表\n\n`y.scores` 是 pandas 的表，一行一个单位。"),
    ("code", 'top = y.scores.nlargest(5, "total")[["name", "total", "rank"]]\ntop.round(2)'),
    ("markdown", "## 自己画的图\n\n行名、列名是图上的字。"),
    (
        "code",
        'bars = top.set_index("name")[["total"]].set_axis(["总分"], axis=1)\n'
        'y.chart(bars, f"{{year}} 年总分最高的 5 个单位", axis="总分（分）")',
    ),
    ("markdown", "## 数据局限"),
    ("code", 'y.show("limitations", about="scores")'),
)
_ENTRY = """\
  - notebook: {name}.ipynb
    page: {name}
    title: "{name}（{{year}} 年）"
    summary: 写明这一页回答什么问题。
    repeat: latest
    topic: {name}
    question: 自己的页面
"""


def write_own_page(data: str | None, name: str) -> Path:
    """Write a notebook into the data folder's notebooks, and an entry for it into the workbook.yml beside it.

    Parameters
    ----------
    data : str or None
        Data folder.
    name : str
        Of the notebook and of its page.

    Returns
    -------
    Path
        The notebook.

    Raises
    ------
    WorkbookError
        If it cannot be a name of a file, or is taken, or the workbook.yml is not one that an entry can be added to.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise WorkbookError(f"“{legible(name)}”不能作页名：只用字母、数字、汉字、_ 和 -。")
    dataset = load_dataset(data)
    year = Assessment(dataset).latest.year
    folder = dataset.root / "notebooks"
    notebook, contents = folder / f"{name}.ipynb", folder / "workbook.yml"
    pages = plan_site(dataset, dataset.scored_years).pages
    if notebook.exists() or f"{name}.html" in {page.file for page in pages}:
        raise WorkbookError(f"已有叫“{name}”的笔记本或页面，没有改动。请换一个名字。")
    folder.mkdir(exist_ok=True)
    earlier = contents.read_text(encoding="utf-8") if contents.is_file() else "pages:\n"
    entry = _ENTRY.format(name=name)
    write_file(notebook, _write_cells(name, year))
    write_file(contents, f"{earlier.rstrip()}\n{entry}".encode())
    try:
        added = name in {page.page for page in load_document(contents, dataset.root, OwnContents).pages}
    except InputError:
        added = False
    if not added:  # what people have written stays as it was
        write_file(contents, earlier.encode())
        raise WorkbookError(f"{contents} 的末尾接不上新的一页，没有改动它。请在 pages 里加上：\n{entry}")
    log(dataset.root, f"new-page {name} -> notebooks/{name}.ipynb")
    return notebook


def _write_cells(name: str, year: int) -> bytes:
    cells: list[dict[str, object]] = []
    for place, (kind, text) in enumerate(_CELLS):
        is_code = kind != "markdown"
        cell = {
            "cell_type": "code" if is_code else "markdown",
            "id": f"cell-{place}",
            "metadata": {"tags": ["parameters"]} if kind == "parameters" else {},
            "source": text.format(name=name, year=year),
        }
        cells.append(cell | ({"execution_count": None, "outputs": []} if is_code else {}))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
