"""A kernel forked from a warm process against the stock one: the same outputs, the same behaviour."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any, cast

import nbformat
import papermill as pm
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from tests.conftest import ROOT, widely

from analysis.site import processes, running

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not processes.CAN_FORK, reason="no fork here")]

CELLS = (
    "import os, sys, subprocess, multiprocessing\nos.getcwd(), __name__, os.environ['GIVEN'], sys.argv[0][-19:]",
    "print('said'); print('complained', file=sys.stderr)",
    "sys.__stdout__.write('straight')\nsubprocess.run(['echo', 'by a child'], check=True)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    "import pandas as pd\npd.DataFrame({'a': [1.5, 2.5]})",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))\n%precision 3\n1 / 3",
    "multiprocessing.get_start_method(), multiprocessing.current_process().daemon, sys.stdin.read(1)",
    "get_ipython().history_manager.hist_file, [each for each in sys.path if 'bin' in each]",
    "import warnings\nwarnings.warn('careful')",
    "input('well? ')",
)


def _write(path: Path, cells: tuple[str, ...]) -> Path:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    first = new_code_cell("year = 1", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[first, *map(new_code_cell, cells)], metadata=kernel), path)
    return path


def _run(notebook: Path, parameters: dict[str, Any], *, forked: bool) -> list[Any]:
    """Run a notebook; return the outputs of its cells, up to the first that fails."""
    os.environ["GIVEN"] = "to the kernel"
    if forked:
        os.environ[running.PROVISIONER_VARIABLE] = running.PROVISIONER
    done = notebook.with_name(f"done-{forked}.ipynb")
    try:
        pm.execute_notebook(
            str(notebook),
            str(done),
            parameters=parameters,
            cwd=str(ROOT / "notebooks"),
            progress_bar=False,
            extra_arguments=running._KERNEL_OPTIONS,
        )
    except pm.PapermillExecutionError as error:
        assert error.ename == "StdinNotImplementedError", error
    cells = nbformat.read(done, 4).cells
    return [cell.outputs for cell in cells if cell.cell_type == "code"]


def _in_page_maker(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    ((_, result),) = processes.map_apart(_call, [partial(function, *arguments, **options)])
    return result


def _call(function: Callable[[], Any]) -> Any:
    return function()


def _mask(outputs: list[Any]) -> list[Any]:
    """Leave out what no two kernels have in common: addresses, the order of sets, the process number in a path."""
    text = re.sub(r"ipykernel_\d+|0x[0-9a-f]{6,}|frozenset\({.*?}\)", "…", json.dumps(outputs))
    return list(json.loads(text))


def test_every_kind_of_output_is_the_same(tmp_path: Path) -> None:
    notebook = _write(tmp_path / "kinds.ipynb", CELLS)
    forked = _mask(_in_page_maker(_run, notebook, {}, forked=True))
    stock = _mask(_in_page_maker(_run, notebook, {}, forked=False))
    assert len(forked) > len(CELLS)
    for mine, theirs in zip(forked, stock, strict=True):
        assert mine == theirs


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("07_unit_profile", {"unit_id": "ruzhou"}),
        pytest.param("01_year_scores", {"year": 2020}, marks=pytest.mark.wide("name", "parameters")),
    ],
)
def test_our_notebooks_have_the_same_outputs(name: str, parameters: dict[str, Any], tmp_path: Path) -> None:
    notebook = tmp_path / f"{name}.ipynb"
    notebook.write_bytes((ROOT / "notebooks" / notebook.name).read_bytes())
    forked = _mask(_in_page_maker(_run, notebook, parameters, forked=True))
    assert sum(map(len, forked)) > 5
    assert forked == _mask(_in_page_maker(_run, notebook, parameters, forked=False))


def _draw(notebook: Path) -> list[str]:
    return [str(_run(notebook, {}, forked=True)[-1][0].data["text/plain"]) for _ in range(2)]


def test_no_two_kernels_draw_the_same_numbers(tmp_path: Path) -> None:
    notebook = _write(tmp_path / "random.ipynb", ("import numpy as np, random\nnp.random.random(), random.random()",))
    first, second = (text.strip("()").split(", ") for text in _in_page_maker(_draw, notebook))
    assert first[0] != second[0] and first[1] != second[1]


def _interrupt() -> tuple[str, bool]:
    os.environ[running.PROVISIONER_VARIABLE] = running.PROVISIONER
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    pid = manager.provisioner.pid
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    asked = client.execute("print('begun')\nimport time; time.sleep(60)")
    while client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    try:
        while (reply := client.get_shell_msg(timeout=30))["parent_header"]["msg_id"] != asked:
            pass
        name = str(reply["content"]["ename"])
    except Empty:
        name = "nothing"
    client.stop_channels()
    manager.shutdown_kernel()
    return name, Path(f"/proc/{pid}").exists()


def test_an_interrupt_stops_the_cell_and_a_shutdown_the_kernel() -> None:
    assert _in_page_maker(_interrupt) == ("KeyboardInterrupt", False)


def _end_a_kernel() -> int | None:
    os.environ[running.PROVISIONER_VARIABLE] = running.PROVISIONER
    client = NotebookClient(new_notebook(cells=[new_code_cell("1")]))
    with client.setup_kernel():
        kernel = client.km.provisioner.process
        client.km.shutdown_wait_time = 12  # it is sent SIGTERM after half of this
        client.execute_cell(client.nb.cells[0], 0)
    return cast("int | None", kernel.exitcode)


@widely("kernels", [10, 40], always=1)
def test_kernels_end_by_themselves_when_asked(kernels: int) -> None:
    """Else jupyter_client waits for seconds, then kills them: one in ten, if they did not wait for themselves."""
    codes = [code for _, code in processes.map_apart(_call, [_end_a_kernel] * kernels)]
    assert codes == [0] * kernels


def test_kernels_compute_with_one_thread(tmp_path: Path) -> None:
    if any(variable in os.environ for variable in processes.THREADS):
        pytest.skip("somebody has said how many")
    count = "len(os.listdir('/proc/self/task'))"
    cell = f"import os, numpy\nbefore = {count}\nnumpy.ones((999, 999)) @ numpy.ones((999, 999))\n{count} - before"
    (output,) = _in_page_maker(_run, _write(tmp_path / "algebra.ipynb", (cell,)), {}, forked=True)[-1]
    assert output.data["text/plain"] == "0"
