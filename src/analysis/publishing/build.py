"""Run the notebooks and publish the workbook: all pages or none."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context, parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.evidence.audit import audit_years
from analysis.facts.backups import log
from analysis.facts.dataset import DATA_VARIABLE, Dataset, data_hash, load_dataset
from analysis.facts.folders import replaced_folder
from analysis.facts.problems import WorkbookError
from analysis.figures.sentences import describe_averages, describe_grades
from analysis.figures.words import provenance_note
from analysis.publishing.files import write_file
from analysis.publishing.pages import Contents, Page, choose_years, load_contents, plan_pages, plan_profile
from analysis.scoring.years import score_years
from analysis.trends.averages import average_history
from analysis.trends.grades import count_grades

MANIFEST = "build.json"
INDEX = "index.html"
CELL_TIMEOUT = 600
"""Seconds one cell may take."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_STACK = ("pandas", "matplotlib", "seaborn", "papermill", "nbconvert")


class BuildError(Exception):
    """A notebook failed; the message names the page, the notebook, the cell and the error."""


def build_workbook(
    data: str | None = None, out: str | None = None, years: list[int] | None = None, *, profiles: bool = False
) -> Path:
    """Make every page of the workbook and put them in place together.

    Parameters
    ----------
    data, out : str, optional
        Data folder; folder for the pages (default: `reports` beside the notebooks).
    years : list of int, optional
        By default every year that has inputs.
    profiles : bool
        Also make a page for every unit, and link it wherever the unit heads a row.

    Returns
    -------
    Path
        The index page; the reports it takes the place of are kept in a folder beside, named `-previous`.

    Raises
    ------
    WorkbookError
        For a mistake in the data or the arguments; nothing has been run.
    BuildError
        If a notebook failed; the earlier pages are as they were.
    """
    dataset = load_dataset(data)
    years = choose_years(dataset, years)
    folder, contents = load_contents()
    pages = plan_pages(folder, contents, dataset, years, profiles=profiles)
    target = Path(out).resolve() if out else folder.parent / "reports"
    previous = target.with_name(f"{target.name}-previous")
    for each in (target, previous):
        _refuse_foreign_folder(each, contents)
    fingerprint = data_hash(dataset.root)
    scores = score_years(dataset.years)
    audit_years(dataset, scores)  # a remark that no longer fits is a mistake in the data, not a failing notebook

    with replaced_folder(target, previous) as fresh:
        _run_pages(pages, _page_frames(dataset, contents.title, pages), dataset.root, fresh)
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        _write_index(dataset, scores, years, contents.title, pages, stamp, fresh)
        _write_manifest(dataset, pages, stamp, fresh)
        readme = target / "README.md"
        if readme.is_file():
            (fresh / readme.name).write_bytes(readme.read_bytes())
        if data_hash(dataset.root) != fingerprint:
            raise WorkbookError("生成期间数据被改动了，各页可能不一致，没有采用；原有报告没有改动。请再运行一次。")
    log(dataset.root, f"build {len(pages)} 页 -> {target}，数据指纹 {fingerprint}")
    return target / INDEX


def build_profile(data: str | None, unit: str, year: int, out: str | None = None) -> Path:
    """Make the page of one unit.

    Parameters
    ----------
    data : str or None
        Data folder.
    unit : str
        The unit_id, or the unit's name in the year.
    year : int
    out : str, optional
        The file, or a folder to put it in; by default `reports` beside the notebooks.

    Returns
    -------
    Path

    Raises
    ------
    WorkbookError
        If the year or unit is unknown.
    BuildError
        If the notebook failed.
    """
    dataset = load_dataset(data)
    folder, contents = load_contents()
    page = plan_profile(folder, contents, dataset, unit, year)
    target = Path(out).resolve() if out else folder.parent / "reports" / page.file
    if out is None:
        target.parent.mkdir(exist_ok=True)
    if target.is_dir():
        target /= page.file
    if not target.parent.is_dir():
        raise WorkbookError(f"没有文件夹“{target.parent}”。请先建好，或用 --out 另指一个文件。")
    if not os.access(target.parent, os.W_OK):
        raise WorkbookError(f"“{target.parent}”不能写入。请用 --out 另指一个文件。")
    frame = _page_frame(dataset, contents.title, page)
    if (target.parent / INDEX).is_file():
        frame |= {"home": INDEX, "previous": (INDEX, "首页")}
    with Console(stderr=True).status(f"正在生成：{page.title}"), TemporaryDirectory() as scratch:
        _make_page(page, frame, {}, dataset.root, Path(scratch))
        write_file(target, (Path(scratch) / page.file).read_bytes())
    return target


def _refuse_foreign_folder(target: Path, contents: Contents) -> None:
    """The folder is replaced as a whole, so it must be ours or empty; a profile made by itself is ours."""
    if target.is_file():
        raise WorkbookError(f"“{target}”是文件，不是文件夹。请用 --out 另指一个文件夹。")
    profiles = [re.sub(r"\{\w+\}", "*", page.page) + ".html" for page in contents.pages if page.repeat == "unit"]
    ours = {"README.md", *(path.name for pattern in profiles for path in target.glob(pattern))}
    others = [path for path in target.glob("*") if path.name not in ours] if target.is_dir() else []
    if others and not (target / MANIFEST).is_file():
        raise WorkbookError(f"“{target}”中有别的文件（如 {others[0].name}），不敢整体替换。请用 --out 指定空文件夹。")


def _page_frames(dataset: Dataset, site: str, pages: list[Page]) -> dict[str, dict[str, Any]]:
    """Say for every page what its frame shows, and what comes before and after it."""
    frames = {}
    for place, page in enumerate(pages):
        frames[page.file] = _page_frame(dataset, site, page) | {
            "home": INDEX,
            "previous": (pages[place - 1].file, pages[place - 1].title) if place else (INDEX, "首页"),
            "next": (pages[place + 1].file, pages[place + 1].title) if place + 1 < len(pages) else None,
        }
    return frames


def _page_frame(dataset: Dataset, site: str, page: Page) -> dict[str, Any]:
    """Say what the frame of a page shows: what it is, provenance, footer."""
    return {
        "title": page.title,
        "kicker": page.title,
        "site": site,
        "notice": _notice(dataset, page.years),
        "facts": {
            "笔记本": page.notebook.name,
            "参数": "，".join(f"{name} = {value}" for name, value in page.parameters.items()),
            "数据指纹": data_hash(dataset.root),
            "版本": _versions(),
        },
    }


def _notice(dataset: Dataset, years: Sequence[int]) -> str:
    used = [inputs.provenance.provenance for year in years if (inputs := dataset.year(year).inputs) is not None]
    return provenance_note(used) if "reconstructed" in used else ""


def _versions() -> str:
    names = [f"工作簿 {version('assessment-workbook')}", f"Python {platform.python_version()}"]
    return "、".join(names + [f"{name} {version(name)}" for name in _STACK])


def _run_pages(pages: list[Page], frames: dict[str, dict[str, Any]], data: Path, folder: Path) -> None:
    """Run every page's notebook on its own kernel, as many at once as there are cores."""
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
            pool.submit(_make_page, page, frames[page.file], profiles, data, folder): page for page in pages
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


def _make_page(page: Page, frame: dict[str, Any], profiles: dict[str, str], data: Path, folder: Path) -> None:
    """Run one notebook and write its page, its units linked to their profiles."""
    import logging

    from analysis.publishing.html import link_units, render_cells, render_page

    os.environ[DATA_VARIABLE] = str(data)
    for threads in _THREADS:  # one page a core: more threads than that only wait for each other
        os.environ.setdefault(threads, "1")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    notebook = _execute(page)
    text = render_page(link_units(render_cells(notebook), profiles), **frame)
    (folder / page.file).write_text(text, encoding="utf-8", newline="\n")


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
            execution_timeout=CELL_TIMEOUT,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # its remarks on shutdown are not the reader's
        )
    except PapermillExecutionError as error:
        raise BuildError(f"{where} 第 {error.cell_index + 1} 个单元出错：{error.ename}: {error.evalue}") from None
    except (DeadKernelError, CellTimeoutError) as error:
        raise BuildError(f"{where} 的内核中途退出或超时：{str(error).strip().splitlines()[0]}") from None


def _write_index(
    dataset: Dataset, scores: pd.DataFrame, years: list[int], site: str, pages: list[Page], stamp: str, folder: Path
) -> None:
    from analysis.publishing.html import render_index, render_page

    latest = dataset.year(years[-1])
    groups = latest.scheme.group_names
    story = [
        describe_grades(count_grades(scores), latest.year, latest.scheme.grade_names),
        *describe_averages(average_history(dataset, scores), latest.year, groups),
    ]
    profiles: dict[str, list[Page]] = {name: [] for name in groups.values()}
    for page in pages:
        if page.unit_id:
            profiles[groups[latest.group_of(page.unit_id)]].append(page)
    text = render_page(
        render_index(
            latest.scheme.title,
            story,
            [page for page in pages if not page.unit_id],
            {name: own for name, own in profiles.items() if own},
        ),
        title=latest.scheme.title,
        site=site,
        notice=_notice(dataset, dataset.until(years[-1]).scored_years),
        facts={"数据指纹": data_hash(dataset.root), "版本": _versions(), "生成时间": stamp},
    )
    (folder / INDEX).write_text(text, encoding="utf-8", newline="\n")


def _write_manifest(dataset: Dataset, pages: list[Page], stamp: str, folder: Path) -> None:
    """Say what was built from what; written last, so its presence means the set is complete."""
    manifest = {
        "built_at": stamp,
        "data_hash": data_hash(dataset.root),
        "versions": _versions(),
        "pages": [
            {
                "file": page.file,
                "notebook": page.notebook.name,
                "parameters": page.parameters,
                "sha256": hashlib.sha256((folder / page.file).read_bytes()).hexdigest(),
            }
            for page in pages
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
