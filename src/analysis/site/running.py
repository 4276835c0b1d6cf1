"""Run notebooks, each on its own kernel, into pages; what pages are made from."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from multiprocessing import current_process
from pathlib import Path
from platform import node
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.cluster import map_on_workers
from analysis.data.dataset import FINGERPRINT_VARIABLE
from analysis.data.folder import DATA_VARIABLE
from analysis.data.state import data_hash
from analysis.origins import WITHHELD
from analysis.periods import kind_of, retell
from analysis.problems import BuildError, InputError, Problem, WorkbookError, tell_reason
from analysis.site.pages import Page
from analysis.site.processes import CAN_FORK, IMPERSONAL, SAFE_PATHS, map_apart, one_thread
from analysis.storage import own_notebooks
from analysis.terminal import as_it_is, progress_bar
from analysis.texts import legible
from analysis.versions import fingerprint_tools

if TYPE_CHECKING:
    from analysis.assessment import Assessment

_LONGEST, _LONGEST_FAULT = 500, 200
"""Characters of a notebook's error, and of what is wrong with its file, that a message shows."""
_NOT_STARTED = "Kernel died before replying"
"""What Jupyter says of a kernel that nothing was run on yet."""
PROVISIONER_VARIABLE, PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME", "workbook-fork"
_KERNEL_OPTIONS = [
    "--IPKernelApp.log_level=CRITICAL",  # its remarks on shutdown are not the reader's
    "--IPKernelApp.exec_lines=import analysis.exhibits.page",  # charts live; nobody's matplotlibrc is on a page
]


class Job(NamedTuple):
    """A page to make.

    Attributes
    ----------
    page : Page
    frame : mapping
        What the frame of the page shows.
    profiles : mapping of unit_id to file
        What units in tables link to.
    data : Path
        Data folder.
    fingerprint : str
        Of the data: no others are read for the page.
    key : str
        Of everything the page is made from (see `key_job`).
    """

    page: Page
    frame: Mapping[str, Any]
    profiles: Mapping[str, str]
    data: Path
    fingerprint: str
    key: str = ""


class Made(NamedTuple):
    """A page that was made: its HTML, and the notebook as it was run."""

    text: str
    notebook: str


def digest(content: bytes) -> str:
    """Return the SHA-256 of something."""
    return hashlib.sha256(content).hexdigest()


def key_job(job: Job, fingerprint: str) -> str:
    """Fingerprint everything a page is made from: what has the same key need not be made again.

    Parameters
    ----------
    job : Job
        Its notebook is read.
    fingerprint : str
        Of the data.

    Returns
    -------
    str
        SHA-256 over notebook, parameters, frame, links, data, the workbook's code and installed versions.
    """
    notebook = digest(job.page.notebook.read_bytes())
    parts = [notebook, job.page, job.frame, job.profiles, fingerprint, fingerprint_tools()]
    return digest(json.dumps(parts, ensure_ascii=False, default=str).encode(errors="surrogateescape"))


def run_jobs(jobs: list[Job], city: Assessment, scheduler: str | None = None) -> Iterator[tuple[Page, Made]]:
    """Make pages, several at once, on this machine or on workers.

    Parameters
    ----------
    jobs : list of Job
    city : Assessment
        Of their data folder. What has been worked out of it need not be by the pages that are made here.
    scheduler : str or None
        Address of a Dask scheduler whose workers make them; None for this machine.

    Yields
    ------
    page : Page
    made : Made
        In the order they are done.

    Raises
    ------
    InputError
        If a notebook lacks parameters; none is run.
    BuildError
        If a notebook failed; the rest is not run.
    WorkbookError
        If the data have been changed meanwhile, and be it back again: a page may show what stood there in between.
    """
    with progress_bar() as progress:
        for folder in sorted({job.page.notebook.parent for job in jobs} - {own_notebooks()}):
            progress.console.print(as_it_is(f"运行这里的笔记本（不是工作簿自己的）：{folder}"), soft_wrap=True)
        task = progress.add_task("启动内核", total=len(jobs))
        list(map_apart(_refuse_missing_parameters, [[job.page for job in jobs]]))  # where papermill is at hand
        later = jobs[::-1]  # what is read last takes longest: short pages fill the gaps at the end
        if scheduler is None:
            done = map_apart(partial(_make_page, city=city), later)
        else:
            done = map_on_workers(scheduler, _make_on_worker, later)
        for job, made in done:
            progress.update(task, advance=1, description=str(as_it_is(f"已成：{job.page.title}")))
            yield job.page, made
    try:
        city.dataset.refuse_changed()  # nor changed back: what notebooks read is theirs to choose
    except WorkbookError as error:
        what = "生成期间数据被改动了，各页可能不一致，没有采用；原有报告没有改动。请再运行一次。"
        raise WorkbookError(f"{what}（{error}）") from error


def _leave_out_empty(cells: list[Any]) -> list[Any]:
    """Leave out every section whose cells were run and showed nothing: there is nothing to be said under its head."""
    kept, sections = list[Any](), list[list[Any]]([[]])
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            sections.append([])
        sections[-1].append(cell)
    for place, section in enumerate(sections):
        run = [cell for cell in section if cell.cell_type == "code"]
        if place == 0 or not run or any(cell.outputs for cell in run):
            kept += section
    return kept


def _make_on_worker(job: Job) -> Made:
    """Make a page on another machine, if what it is made from is the same there."""
    try:
        key = key_job(job, data_hash(job.data))
    except OSError:
        key = ""
    if key != job.key:
        raise BuildError(f"工作节点 {node()} 上 {job.data} 的数据或笔记本与本机不同。请同步后再运行。")
    current_process().daemon = False  # as Dask's nanny starts it, it may have no children; ours end when it does
    ((_, made),) = map_apart(_make_page, [job])
    return made


def _refuse_missing_parameters(pages: list[Page]) -> None:
    """Refuse to run a notebook that lacks a parameter it is to be run with: papermill would run it with the default."""
    from papermill import inspect_notebook  # seconds

    problems = []
    for notebook, parameters in {page.notebook: page.parameters for page in pages}.items():
        try:
            known = inspect_notebook(_unfilled(notebook))
        except Exception as error:  # of many kinds: what is no notebook is no JSON, or lacks this or that
            fault = legible(f"{type(error).__name__}: {str(error).strip()}".splitlines()[0][:_LONGEST_FAULT])
            mend = "请在 JupyterLab 里打开看看，或换回完好的文件。"
            raise BuildError(f"笔记本 {notebook.name} 读不了（{fault}）。{mend}") from error
        for name in [name for name in parameters if name not in known]:
            rule, fix = f"parameters 单元里没有参数 {name}", "在笔记本中补上，或改 workbook.yml 的 repeat"
            problems.append(Problem(f"{notebook.parent.name}/{notebook.name}", rule, fix))
    if problems:
        raise InputError(problems)


def _make_page(job: Job, city: Assessment | None = None) -> Made:
    """Run one notebook, on a kernel forked from this process if it can be, and turn it into a page."""
    import logging

    import nbformat

    from analysis.exhibits.html import link_units, render_cells, render_page

    if city is not None:
        city.keep_at_hand()
    if CAN_FORK:
        os.environ[PROVISIONER_VARIABLE] = PROVISIONER
    logging.getLogger("papermill").setLevel(logging.ERROR)
    folder = tempfile.mkdtemp(prefix="ipython-")
    told = {"IPYTHONDIR": folder, FINGERPRINT_VARIABLE: job.fingerprint}
    os.environ.update(kernel_environment(job.data) | IMPERSONAL | told)
    page = job.page
    try:
        done = _execute(page)
        if job.data not in page.notebook.parents:  # what a city writes is its own
            done.cells = _leave_out_empty(done.cells)
            for cell in done.cells:
                if cell.cell_type == "markdown":
                    cell.source = retell(cell.source, kind_of(page.parameters.get("year", 0)))
        body = tell_once(render_cells(done), WITHHELD)
    except Exception as error:  # no such kernel, an attachment that is not there: of many kinds
        where = f"页面“{page.title}”（{page.file}）没有做成：笔记本 {page.notebook.name}"
        raise BuildError(f"{where} {_explain(error)}") from error
    listed = job.frame.get("topics", {}).values()
    text = render_page(link_pages(link_units(body, job.profiles), page, listed), **job.frame)
    return Made(text, nbformat.writes(done))


def tell_once(body: str, sentence: str) -> str:
    """Leave a paragraph out of the body of a page where it stood before.

    Examples
    --------
    >>> tell_once("<p>a</p><p>b</p><p>a</p>", "a"), tell_once("<p>b</p>", "a")
    ('<p>a</p><p>b</p>', '<p>b</p>')
    """
    first, told, rest = body.partition(f"<p>{sentence}</p>")
    return first + told + rest.replace(told, "")


def link_pages(body: str, page: Page, listed: Iterable[Page]) -> str:
    """Turn links to other notebooks into links to their pages of the same year; where there is none, words remain.

    A sentence that says no more than where there is more goes with its page.

    Parameters
    ----------
    body : str
        HTML of `render_cells`.
    page : Page
        Whose body it is.
    listed : iterable of Page
        Those there are.

    Returns
    -------
    str
    """
    year = page.parameters.get("year")
    files = {each.notebook.name: each.file for each in listed if each.parameters.get("year") == year}

    def link(found: re.Match[str]) -> str:
        notebook, words = found.groups()
        return f'<a href="{files[notebook]}">{words}</a>' if notebook in files else words

    body = re.sub(
        r'<p>[^<。]*见<a href="([\w-]+\.ipynb)">[^<]*</a>。</p>', lambda told: told[0] if told[1] in files else "", body
    )
    return re.sub(r'<a href="([\w-]+\.ipynb)">(.*?)</a>', link, body)


def kernel_environment(data: Path) -> dict[str, str]:
    """Return the environment of a kernel about a data folder: this process's, with one thread unless it says more.

    Modules beside a notebook are not imported: what a notebook needs is installed.
    """
    return {**os.environ, **one_thread(), **SAFE_PATHS, DATA_VARIABLE: str(data)}


def _unfilled(notebook: Path) -> str:
    """Write a path so that papermill, which fills in whatever stands in braces, leaves it as it is."""
    return str(notebook).replace("{", "{{").replace("}", "}}")


def _execute(page: Page) -> Any:
    """Run a notebook; once more if its kernel did not start: another process may have taken a port meant for it."""
    try:
        return _execute_once(page)
    except RuntimeError as error:
        if _NOT_STARTED not in str(error):
            raise
        return _execute_once(page)


def _execute_once(page: Page) -> Any:
    import papermill as pm

    done = pm.execute_notebook(
        _unfilled(page.notebook),
        None,
        parameters=page.parameters,
        cwd=str(page.notebook.parent),
        progress_bar=False,
        execution_timeout=page.cell_seconds,
        extra_arguments=_KERNEL_OPTIONS,
    )
    for number, cell in enumerate(done.cells, 1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":  # sys.exit(0) is no error to papermill; the cells after it are not run
                raise BuildError(f"第{number}个单元{_quote(output.ename, output.evalue)}")
    return done


def _explain(error: Exception) -> str:
    """Say what is wrong with a notebook that failed."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, BuildError):
        return str(error)
    if isinstance(error, PapermillExecutionError):
        return f"第{error.cell_index + 1}个单元{_quote(error.ename, error.evalue)}"
    if isinstance(error, (DeadKernelError, CellTimeoutError)):
        return f"的内核中途退出或超时：{str(error).strip().splitlines()[0]}"
    if (number := getattr(error, "errno", None)) in {errno.EMFILE, errno.ENFILE}:  # ZeroMQ's errors are no OSError
        return f"：{tell_reason(OSError(number, ''))}，请关闭一些程序，再运行一次"
    return _quote(type(error).__name__, str(error))


def _quote(name: str, value: str) -> str:
    return f"出错：{legible(f'{name}: {value}'[:_LONGEST])}"
