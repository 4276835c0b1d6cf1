"""Run the notebooks and publish the workbook: all pages or none."""

import json
import os
import shutil
from pathlib import Path

from analysis.data.dataset import Dataset, load_dataset
from analysis.data.opening import read_file
from analysis.folders import name_previous
from analysis.periods import AnyYear
from analysis.problems import WorkbookError
from analysis.seals import SEAL
from analysis.site.navigation import frame_page, frame_pages, make_index
from analysis.site.pages import INDEX, Page, PageTemplate, choose_years, is_own, name_unmade, plan_site
from analysis.site.processes import warm_up
from analysis.site.running import Job, digest, key_job, run_jobs
from analysis.storage import find_notebooks, follow_links, log, write_file, write_time
from analysis.swaps import replaced_folder
from analysis.terminal import tell
from analysis.texts import FileError, name_path, name_some
from analysis.versions import list_versions

FEW = 100
"""Units that pages are made for unasked: as many as take less than a minute."""
_README, _MANIFEST = "README.md", "build.json"


def build_workbook(
    data: str | None = None,
    out: str | None = None,
    years: list[AnyYear] | None = None,
    *,
    profiles: bool | None = None,
    force: bool = False,
    keep_notebooks: Path | None = None,
    scheduler: str | None = None,
    notebooks: Path | None = None,
) -> Path | None:
    """Make every page of the workbook and put them in place together.

    Parameters
    ----------
    data, out : str, optional
        Data folder; folder for the pages (default: see `choose_target`).
    years : list of AnyYear, optional
        By default every year that has inputs or a circular.
    profiles : bool, optional
        Whether to make a page for every unit, too, and link it wherever the unit heads a row; by default if there are
        no more than `FEW` in the last year.
    force : bool
        Also make the pages anew that nothing has changed for.
    keep_notebooks : Path, optional
        A folder for the notebooks as they were run, so that somebody can go on where a page ends; all are run.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the pages; by default this machine does.
    notebooks : Path, optional
        The folder whose notebooks are run, and those of the data folder (see `find_notebooks`).

    Returns
    -------
    Path, or None if nothing has changed
        The index page; the reports it takes the place of are kept in a folder beside, named `-previous`.

    Raises
    ------
    WorkbookError
        For a mistake in the data or the arguments; nothing has been run.
    BuildError
        If a notebook failed; the earlier pages are as they were.
    """
    dataset = load_dataset(data)
    chosen = choose_years(dataset, years)
    if profiles is None:
        profiles = len(dataset.year(chosen[-1]).units) <= FEW
    plan = plan_site(dataset, chosen, profiles=profiles, notebooks=notebooks)
    title, templates, pages = plan
    target = choose_target(out, dataset.root, notebooks)
    previous = _name_previous(target, templates)
    jobs = _plan_jobs(dataset, title, pages)
    made = {} if force or keep_notebooks is not None else _find_unchanged(target, jobs)
    there, wanted = {path.name for path in target.glob("*.html")}, {INDEX, *(page.file for page in pages)}
    if len(made) == len(pages) and there == wanted:
        return None
    warm_up()

    from analysis.assessment import Assessment  # seconds, where nothing is to be made

    city = Assessment(dataset)
    for year in dataset.years:
        _ = city.year(year).audit  # a remark that no longer fits is a mistake in the data, not a failing notebook
    stamp = write_time()
    unmade = name_unmade(plan, dataset, chosen)
    made[INDEX] = make_index(city.year(chosen[-1]), title, pages, stamp, unmade)  # while kernels warm up

    with replaced_folder(target, previous, sealed=True) as fresh:
        for file, text in made.items():
            (fresh / file).write_bytes(text.encode())
        for page, made_page in run_jobs([job for job in jobs if job.page.file not in made], city, scheduler):
            (fresh / page.file).write_bytes(made_page.text.encode())
            if keep_notebooks is not None:
                keep_notebooks.mkdir(parents=True, exist_ok=True)
                write_file(keep_notebooks / f"{Path(page.file).stem}.ipynb", _encode(made_page.notebook))
        (fresh / _MANIFEST).write_bytes(_write_manifest(fresh, jobs, stamp, dataset.fingerprint))
        if (target / _README).is_file():
            shutil.copyfile(target / _README, fresh / _README)
    kept = f"（其中{len(made) - 1}页没有变化）" if len(made) > 1 else ""
    log(dataset.root, f"build {len(pages)}页{kept} -> {target}，数据指纹{dataset.fingerprint}")
    if gone := sorted(there - wanted):
        tell(f"不再有 {name_some(gone)}：仍在 {name_path(previous.name)}。", aside=True)
    return target / INDEX


def _encode(notebook: str) -> bytes:
    """Encode a notebook, in which papermill has noted its path: what is no UTF-8 becomes an escape of JSON."""
    return notebook.encode(errors="backslashreplace")


def _plan_jobs(dataset: Dataset, site: str, pages: list[Page]) -> list[Job]:
    frames = frame_pages(dataset, site, pages)
    profiles = {page.unit_id: page.file for page in pages if page.unit_id}
    fingerprint = dataset.fingerprint
    jobs = [Job(page, frame, profiles, dataset.root, fingerprint) for page, frame in zip(pages, frames, strict=True)]
    return [job._replace(key=key_job(job, fingerprint)) for job in jobs]


def choose_target(out: str | None, data: Path, notebooks: Path | None = None) -> Path:
    """Choose the folder for pages: by default `reports` beside the notebooks, or `-reports` beside another data folder.

    Parameters
    ----------
    out : str or None
        As wished.
    data : Path
        Data folder.
    notebooks : Path, optional
        See `find_notebooks`.

    Returns
    -------
    Path
    """
    if out:
        return follow_links(Path(out))
    own = is_own(data, notebooks)
    return find_notebooks(notebooks).parent / "reports" if own else data.with_name(f"{data.name}-reports")


def _name_previous(target: Path, templates: list[PageTemplate]) -> Path:
    """The folder is replaced as a whole, so nothing but pages may be in it; a profile made by itself is one."""
    ours = [INDEX, _MANIFEST, _README, *(template.pattern for template in templates)]
    return name_previous(target, "报告", lambda folder: [*ours, *_read_manifest(folder)])


def _find_unchanged(folder: Path, jobs: list[Job]) -> dict[str, str]:
    """Find the pages of a built folder that were made from what is at hand now, and are still as they were made."""
    made, unchanged = _read_manifest(folder), {}
    try:
        for job in jobs:
            file = job.page.file
            key, known = made.get(file, ("", ""))
            if key == job.key and digest(content := read_file(folder / file)) == known:
                unchanged[file] = content.decode()
    except (OSError, FileError, ValueError):
        return {}
    return unchanged


def _read_manifest(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the pages of a built folder, each with its key and its SHA-256; none of a folder that is not ours."""
    try:
        pages = json.loads(read_file(folder / _MANIFEST))["pages"]
        return {page["file"]: (page["key"], page["sha256"]) for page in pages}
    except (OSError, FileError, ValueError, KeyError, TypeError):  # none, of an earlier version, or not ours
        return {}


def _write_manifest(folder: Path, jobs: list[Job], stamp: str, fingerprint: str) -> bytes:
    """Say what was built from what; put in place last, so its presence means the set is complete."""
    pages = [
        {
            "file": job.page.file,
            "notebook": job.page.notebook.name,
            "parameters": job.page.parameters,
            "key": job.key,
            "sha256": digest((folder / job.page.file).read_bytes()),
        }
        for job in jobs
    ]
    manifest = {"built_at": stamp, "data_hash": fingerprint, "versions": list_versions(), "pages": pages}
    return f"{json.dumps(manifest, ensure_ascii=False, indent=2)}\n".encode()


def build_profile(
    data: str | None, unit: str, year: AnyYear, out: str | None = None, notebooks: Path | None = None
) -> Path:
    """Make the page of one unit.

    Parameters
    ----------
    data : str or None
        Data folder.
    unit : str
        The unit_id, or the unit's name in the year.
    year : AnyYear
    out : str, optional
        The file, or a folder to put it in; by default that of all pages (see `choose_target`).
    notebooks : Path, optional
        See `find_notebooks`.

    Returns
    -------
    Path

    Raises
    ------
    WorkbookError
        If the year or unit is unknown, or no notebook is repeated by unit.
    BuildError
        If the notebook failed.
    """
    from analysis.assessment import Assessment

    dataset = load_dataset(data)
    years = choose_years(dataset, [year])
    unit_id = dataset.find_unit(unit, year)
    title, _, pages = plan_site(dataset, years, profiles=True, notebooks=notebooks)
    page = next((each for each in pages if each.unit_id == unit_id), None)
    if page is None:
        raise WorkbookError("notebooks/workbook.yml 里没有 repeat 为 unit 的笔记本，做不了单位画像。")
    target = choose_target(out, dataset.root, notebooks)
    if out is None:
        target.mkdir(exist_ok=True)
    if target.is_dir():
        target /= page.file
    if not target.parent.is_dir():
        raise WorkbookError(f"没有文件夹“{name_path(target.parent)}”。请先建好，或用 --out 另指一个文件。")
    if not os.access(target.parent, os.W_OK):
        raise WorkbookError(f"“{name_path(target.parent)}”不能写入。请用 --out 另指一个文件。")
    listed = None
    if (target.parent / INDEX).is_file():
        pages = plan_site(dataset, choose_years(dataset, None), notebooks=notebooks).pages
        listed = [each for each in pages if (target.parent / each.file).is_file()]
    frame = frame_page(dataset, title, page, listed)
    ((_, made),) = run_jobs([Job(page, frame, {}, dataset.root, dataset.fingerprint)], Assessment(dataset))
    write_file(target, made.text.encode(), sealed=out is None or (target.parent / SEAL).is_file())
    return target
