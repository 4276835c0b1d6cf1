"""Nothing is run that nobody has asked for, and pages do not depend on who makes them."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_code_cell, new_notebook
from tests.planting import plant, plant_modules
from zmq import ZMQError

from analysis.cli import main
from analysis.commands.starting import new_page, start_city
from analysis.data.state import data_hash
from analysis.site import processes, running
from analysis.site.pages import Page
from analysis.site.running import Job, kernel_environment
from analysis.storage import NOTEBOOKS_VARIABLE

pytestmark = pytest.mark.slow

WORKBOOK = Path(sys.executable).with_name("workbook")
CELLS = (
    "import json, selectors, matplotlib.pyplot as plt, pandas",
    "from analysis import open_assessment\nopen_assessment().year(year).show('averages')",
    "plt.plot([1, 3, 2]);",
)


def _write_notebook(folder: Path) -> None:
    """One notebook, for a page and for the profile of a unit."""
    folder.mkdir(parents=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    first = new_code_cell("year = 2023\nunit_id = ''", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[first, *map(new_code_cell, CELLS)], metadata=kernel), folder / "one.ipynb")
    pages = [
        "{notebook: one.ipynb, page: one, title: 一页, summary: 一页, repeat: latest}",
        "{notebook: one.ipynb, page: 'unit-{unit_id}', title: 画像, summary: 画像, repeat: unit}",
    ]
    contents = "\n".join(["title: 小册", "pages:", *(f"  - {page}" for page in pages), ""])
    (folder / "workbook.yml").write_text(contents, encoding="utf-8")
    kind = (
        "{name: 附件, title: 附件, forms: [docx, pdf, xlsx, pictures], items: [{table: averages}, {figure: averages}]}"
    )
    (folder / "documents.yml").write_text(f"documents: [{kind}]\n", encoding="utf-8")


def _run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name not in {"WORKBOOK_DATA", NOTEBOOKS_VARIABLE}}
    return subprocess.run(
        [WORKBOOK, *words], cwd=folder, env=known | {"PYTHONUTF8": "1"} | environment,
        check=False, capture_output=True, text=True, encoding="utf-8", timeout=600,
    )  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with data, a page of its own in them, and notebooks beside."""
    start_city(tmp_path / "office/data")
    _write_notebook(tmp_path / "office/notebooks")
    new_page(str(tmp_path / "office/data"), "own")
    return tmp_path / "office"


def test_no_module_is_imported_from_where_the_work_is_done(office: Path) -> None:
    """From the current folder, the data, their notebooks, the notebooks, or a folder above."""
    mark = office / "mark"
    data, notebooks = office / "data", office / "notebooks"
    plant_modules(mark, office.parent, office, data, data / "notebooks", notebooks)
    ours = ["--notebooks", str(notebooks)]
    unit = (data / "units.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    for folder, given in ((office, []), (data, ["--data", str(data)])):
        for words in (
            ["check"],
            ["build", "--force", "--out", str(office / "made"), *ours],
            ["profile", "--unit", unit, "--year", "2023", "--out", str(office / "unit.html"), *ours],
            ["document", "附件", "--year", "2023", "--out", str(office / "appendix"), *ours],
        ):
            done = _run(folder, *words, *given)
            assert done.returncode == 0, done.stderr
            assert not mark.exists(), (words, mark.read_text(encoding="utf-8"))
    assert (office / "made/own.html").is_file() and (office / "made/one.html").is_file()


def test_no_kernel_of_lab_imports_from_beside_its_notebook(tmp_path: Path, city: Path) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "notebooks"
    plant_modules(mark, folder)
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env=kernel_environment(city))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        reply = client.execute_interactive("import json, selectors, matplotlib, pandas, analysis", timeout=120)
        assert reply["content"]["status"] == "ok" and not mark.exists()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_notebooks_that_nobody_has_chosen_are_not_run(office: Path) -> None:
    """Those of the data and those that are named are, and it is said before where they are."""
    mark = office / "mark"
    own, beside = office / "data/notebooks/own.ipynb", office / "notebooks/one.ipynb"
    for notebook in (own, beside):
        text = json.loads(notebook.read_text(encoding="utf-8"))
        note = f"with open({str(mark)!r}, 'a') as file: file.write({notebook.name!r} + chr(10))"
        text["cells"].append(json.loads(json.dumps(new_code_cell(note))))
        notebook.write_text(json.dumps(text), encoding="utf-8")
    inside = office / "a folder"
    inside.mkdir()
    out = ["--out", str(inside / "made")]
    named = f"运行这里的笔记本（不是工作簿自己的）：{own.parent}"

    done = _run(inside, "build", *out)
    assert done.returncode == 0, done.stderr
    assert mark.read_text(encoding="utf-8").split() == ["own.ipynb"]
    assert not (inside / "made/one.html").exists() and (inside / "made/overview.html").is_file()
    told = done.stderr.splitlines()
    assert f"没有运行 {beside.parent} 里的笔记本" in told[0] and f"--notebooks {beside.parent}" in told[0]
    assert named in told and told.index(named) < min(
        place for place, line in enumerate(told) if line.startswith("已成")
    )

    done = _run(
        inside, "build", "--force", "--out", str(inside / "others"), "--notebooks", "../notebooks", "--no-profiles"
    )
    assert done.returncode == 0, done.stderr
    assert sorted(mark.read_text(encoding="utf-8").split()) == ["one.ipynb", "own.ipynb", "own.ipynb"]
    assert named in done.stderr and f"自己的）：{beside.parent}" in done.stderr and "没有运行" not in done.stderr
    assert {path.name for path in (inside / "others").glob("*.html")} == {"index.html", "one.html", "own.html"}


def test_an_appendix_is_composed_as_nobody_beside_says(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (office / "notebooks/documents.yml").write_text("nonsense", encoding="utf-8")
    made = _run(office, "document", "附件", "--year", "2023", "--out", "made")
    assert made.returncode == 0, made.stderr
    assert main(["document", "附件", "--data", str(office / "data"), "--year", "2023", "--notebooks", str(office)]) == 2
    assert f"“{office}”里没有 documents.yml" in capsys.readouterr().err


def test_a_folder_without_a_list_of_pages_is_told(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["build"], ["lab"]):
        assert main([*words, "--data", str(office / "data"), "--notebooks", str(office / "data")]) == 2
        told = capsys.readouterr().err
        assert f"“{office / 'data'}”里没有 workbook.yml" in told and "--notebooks" in told


DARK = "figure.facecolor: black\naxes.facecolor: black\nlines.linewidth: 9\nsavefig.facecolor: black\n"


def _plant_settings(home: Path, mark: Path) -> dict[str, str]:
    """What a person may have set up for themselves, all of it."""
    startup = "import matplotlib; matplotlib.style.use('dark_background'); print('startup')"
    for profile in (home / ".ipython/profile_default", home / "profile/profile_default"):
        plant(profile / "startup/00-dark.py", mark, startup)
        plant(profile / "ipython_kernel_config.py", mark, "get_config().IPKernelApp.exec_lines = ['print(1)']")
    plant(home / "python.py", mark, startup)
    for name in ("jupyter_config", "jupyter_nbconvert_config", "jupyter_server_config"):
        plant(home / f".jupyter/{name}.py", mark)
    for file in (home / ".config/matplotlib/matplotlibrc", home / "settings/matplotlibrc"):
        file.parent.mkdir(parents=True)
        file.write_text(DARK, encoding="utf-8")
    kernel = home / ".local/share/jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps({"argv": ["false"], "display_name": "other", "language": "python"}), encoding="utf-8")
    template = home / ".local/share/jupyter/nbconvert/templates/base/display_priority.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{{ nonsense() }}", encoding="utf-8")
    return {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "profile"),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "MATPLOTLIBRC": str(home / "settings/matplotlibrc"),
        "MPLBACKEND": "agg",
        "PYTHONSTARTUP": str(home / "python.py"),
    }


def test_pages_and_appendices_do_not_depend_on_who_makes_them(office: Path, tmp_path: Path) -> None:
    home, clean, mark = tmp_path / "home", tmp_path / "clean", tmp_path / "mark"
    clean.mkdir()
    made: list[dict[str, bytes]] = []
    for name, environment in (("plain", {"HOME": str(clean)}), ("dark", _plant_settings(home, mark))):
        here = tmp_path / name
        here.mkdir()
        if name == "dark":
            os.mkfifo(here / "matplotlibrc")  # whoever reads it waits without end
        given = ["--data", str(office / "data"), "--notebooks", str(office / "notebooks")]
        for words in (["build", "--out", "made"], ["document", "附件", "--year", "2023", "--out", "appendix"]):
            done = _run(here, *words, *given, **environment)
            assert done.returncode == 0, done.stderr
        files = [here / "made/one.html", here / "made/own.html", *(here / "appendix/图").iterdir()]
        made.append({path.name: path.read_bytes() for path in files})
    assert made[0] == made[1] and not mark.exists()
    assert [made[0]["one.html"].count(drawn) for drawn in (b"<svg ", b"data:image/png")] == [1, 1]


Call = tuple[Job, Path, dict[str, str], bool]


def _make(call: Call) -> str:
    job, folder, environment, running.CAN_FORK = call
    os.environ.update(environment)
    os.chdir(folder)
    return running._make_page(job).text


def test_stock_kernels_are_as_impersonal(office: Path, tmp_path: Path) -> None:
    """As they are started where processes are not forked; settings may lie beside the notebook, too."""
    notebook = office / "notebooks/one.ipynb"
    page = Page(notebook, "one.html", "一页", "一页", {"year": 2023}, [2023], 300, "", "一页", "", "", "one")
    job = Job(
        page, {"title": "", "site": "", "notice": "", "facts": {}}, {}, office / "data", data_hash(office / "data")
    )
    mark = tmp_path / "mark"
    environment = _plant_settings(tmp_path / "home", mark)
    texts: list[str] = []
    os.mkfifo(office / "notebooks/matplotlibrc")
    for forked in (True, False):
        plant_modules(mark, notebook.parent)
        ((_, text),) = processes.map_apart(_make, [(job, office, environment, forked)])
        texts.append(text)
    assert texts[0] == texts[1] and not mark.exists()


def test_too_many_open_files_are_told_whoever_noticed_it() -> None:
    for error in (ZMQError(errno.EMFILE), OSError(errno.ENFILE, "Too many open files in system")):
        assert running._explain(error) == "：打开的文件太多，请关闭一些程序，再运行一次"


@pytest.mark.parametrize(("message", "times"), [("Kernel died before replying to kernel_info", 2), ("another", 1)])
def test_a_kernel_that_did_not_start_is_started_once_more(
    message: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fail(page: object) -> None:
        tried.append(page)
        raise RuntimeError(message)

    monkeypatch.setattr(running, "_execute_once", fail)
    with pytest.raises(RuntimeError, match=message):
        running._execute(None)
    assert len(tried) == times
