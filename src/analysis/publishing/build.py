"""Run the notebooks and publish the workbook: all pages or none."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from rich.console import Console

from analysis.evidence.audit import audit_years
from analysis.facts.backups import log
from analysis.facts.dataset import Dataset, data_hash, load_dataset
from analysis.facts.folders import replaced_folder
from analysis.facts.problems import WorkbookError
from analysis.figures.sentences import describe_averages, describe_grades
from analysis.figures.words import provenance_note
from analysis.publishing.files import write_file
from analysis.publishing.pages import Contents, Page, choose_years, load_contents, plan_pages, plan_profile
from analysis.publishing.running import make_page, run_pages
from analysis.scoring.years import score_years
from analysis.trends.averages import average_history
from analysis.trends.grades import count_grades

MANIFEST = "build.json"
INDEX = "index.html"
_STACK = ("pandas", "matplotlib", "seaborn", "papermill", "nbconvert")


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
        run_pages(pages, _page_frames(dataset, contents.title, pages), dataset.root, fresh)
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
        make_page(page, frame, {}, dataset.root, Path(scratch))
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
