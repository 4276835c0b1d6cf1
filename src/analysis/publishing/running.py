"""Run notebooks, each on its own kernel, into pages; workers start fast because they import this and little else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.facts.dataset import DATA_VARIABLE
from analysis.facts.problems import BuildError
from analysis.publishing.pages import Page

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that say how many threads a kernel computes with: more than one only wait for those of other kernels."""


def run_pages(pages: list[Page], frames: dict[str, dict[str, Any]], data: Path, folder: Path) -> None:
    """Run every page's notebook on its own kernel, as many at once as there are cores.

    Parameters
    ----------
    pages : list of Page
    frames : dict of str to dict
        By page.file, what the frame of the page shows.
    data, folder : Path
        Data folder; where the pages go.

    Raises
    ------
    BuildError
        If a notebook failed; the rest is not run.
    """
    workers = min(len(pages), os.cpu_count() or 1)
    profiles = {page.unit_id: page.file for page in pages if page.unit_id}
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=console) as progress,
        ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool,
    ):
        task = progress.add_task("启动内核", total=len(pages))
        futures: dict[Future[None], Page] = {
            pool.submit(make_page, page, frames[page.file], profiles, data, folder): page for page in pages
        }
        try:
            for page in _finished(futures):
                progress.update(task, advance=1, description=f"已成：{page.title}")
                progress.console.print(f"  {page.file}  {page.title}", highlight=False)
        except BrokenProcessPool as error:
            raise BuildError("运行笔记本的进程被系统中止，多半是内存不足。请关掉别的程序，再运行一次。") from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _end_with_parent() -> None:
    """Let a worker end, and its kernel with it, when the command is killed."""
    Thread(target=_wait_and_end, daemon=True).start()


def _wait_and_end() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _finished(futures: dict[Future[None], Page]) -> Iterator[Page]:
    for future in as_completed(futures):
        future.result()
        yield futures[future]


def make_page(page: Page, frame: dict[str, Any], profiles: dict[str, str], data: Path, folder: Path) -> None:
    """Run one notebook and write its page.

    Parameters
    ----------
    page : Page
    frame : dict
        What the frame of the page shows.
    profiles : dict of str to str
        The file of each unit's profile, by unit_id: what units in tables link to.
    data, folder : Path
        Data folder; where the page goes.

    Raises
    ------
    BuildError
        If the notebook failed.
    """
    import logging

    from analysis.publishing.html import link_units, render_cells, render_page

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with _environment(kernel_environment(data)):
        notebook = _execute(page)
    text = render_page(link_units(render_cells(notebook), profiles), **frame)
    (folder / page.file).write_text(text, encoding="utf-8", newline="\n")


def kernel_environment(data: Path) -> dict[str, str]:
    """Return the environment of a kernel about a data folder: this process's, with one thread unless it says more."""
    return {**dict.fromkeys(THREADS, "1"), **os.environ, DATA_VARIABLE: str(data)}


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """The environment that a kernel started within is given; afterwards it is as before."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _execute(page: Page) -> Any:
    import papermill as pm
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    where = f"页面“{page.title}”（{page.file}）没有做成：笔记本 {page.notebook.name}"
    try:
        return pm.execute_notebook(
            str(page.notebook),
            None,
            parameters=page.parameters,
            cwd=str(page.notebook.parent),
            progress_bar=False,
            execution_timeout=page.cell_seconds,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # its remarks on shutdown are not the reader's
        )
    except PapermillExecutionError as error:
        raise BuildError(f"{where} 第 {error.cell_index + 1} 个单元出错：{error.ename}: {error.evalue}") from None
    except (DeadKernelError, CellTimeoutError) as error:
        raise BuildError(f"{where} 的内核中途退出或超时：{str(error).strip().splitlines()[0]}") from None
