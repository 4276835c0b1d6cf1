"""What pages are made from, what a set of them was built from (build.json), and which need not be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.site.pages import Page
from analysis.versions import fingerprint_tools, list_versions

MANIFEST = "build.json"


@dataclass(frozen=True)
class Job:
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
    key : str
        Of everything the page is made from (see `key_page`).
    """

    page: Page
    frame: Mapping[str, Any]
    profiles: Mapping[str, str]
    data: Path
    key: str


def key_page(page: Page, frame: Mapping[str, Any], profiles: Mapping[str, str], fingerprint: str) -> str:
    """Fingerprint everything a page is made from: what has the same key need not be made again.

    Parameters
    ----------
    page : Page
        Its notebook is read.
    frame : mapping
        What its frame shows.
    profiles : mapping of unit_id to file
        What units in tables link to.
    fingerprint : str
        Of the data.

    Returns
    -------
    str
        SHA-256 over notebook, parameters, frame, links, data, the workbook's code and installed versions.
    """
    parts = [_digest(page.notebook.read_bytes()), page, frame, profiles, fingerprint, fingerprint_tools()]
    return _digest(json.dumps(parts, ensure_ascii=False, default=str).encode())


def find_unchanged(folder: Path, jobs: Iterable[Job]) -> dict[str, str]:
    """Find the pages of a built folder that were made from what is at hand now, and are still as they were made.

    Parameters
    ----------
    folder : Path
    jobs : iterable of Job
        The pages wanted.

    Returns
    -------
    dict of file to HTML
    """
    made = list_pages(folder)
    unchanged = {}
    try:
        for job in jobs:
            file = job.page.file
            key, digest = made.get(file, ("", ""))
            if key == job.key and _digest(content := (folder / file).read_bytes()) == digest:
                unchanged[file] = content.decode()
    except (OSError, ValueError):
        return {}
    return unchanged


def list_pages(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the pages of a built folder, each with its key and its SHA-256; none of a folder that is not ours."""
    try:
        pages = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["pages"]
        return {page["file"]: (page["key"], page["sha256"]) for page in pages}
    except (OSError, ValueError, KeyError, TypeError):  # none, of an earlier version, or not ours
        return {}


def write_manifest(folder: Path, jobs: Iterable[Job], stamp: str, fingerprint: str) -> None:
    """Say what was built from what; written last, so its presence means the set is complete.

    Parameters
    ----------
    folder : Path
    jobs : iterable of Job
    stamp, fingerprint : str
        When and from which data it was built.
    """
    manifest = {
        "built_at": stamp,
        "data_hash": fingerprint,
        "versions": list_versions(),
        "pages": [
            {
                "file": job.page.file,
                "notebook": job.page.notebook.name,
                "parameters": job.page.parameters,
                "key": job.key,
                "sha256": _digest((folder / job.page.file).read_bytes()),
            }
            for job in jobs
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
