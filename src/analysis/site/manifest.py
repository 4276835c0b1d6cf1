"""What a set of reports was built from (build.json), and which of its pages need not be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.site.pages import Page
from analysis.versions import fingerprint_tools

MANIFEST = "build.json"


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


def find_unchanged(folder: Path, keys: Mapping[str, str]) -> dict[str, str]:
    """Find the pages of a built folder that were made from what is at hand now, and are still as they were made.

    Parameters
    ----------
    folder : Path
    keys : dict of file to key
        Of the pages wanted.

    Returns
    -------
    dict of file to HTML
    """
    made = list_pages(folder)
    try:
        same = {file: (folder / file).read_bytes() for file, key in keys.items() if made.get(file, ("",))[0] == key}
        return {file: content.decode() for file, content in same.items() if _digest(content) == made[file][1]}
    except (OSError, ValueError):
        return {}


def list_pages(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the pages of a built folder, each with its key and its SHA-256; none of a folder that is not ours."""
    try:
        pages = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["pages"]
        return {page["file"]: (page["key"], page["sha256"]) for page in pages}
    except (OSError, ValueError, KeyError, TypeError):  # none, of an earlier version, or not ours
        return {}


def write_manifest(
    folder: Path, pages: Iterable[Page], keys: Mapping[str, str], *, stamp: str, fingerprint: str, versions: str
) -> None:
    """Say what was built from what; written last, so its presence means the set is complete.

    Parameters
    ----------
    folder : Path
    pages : iterable of Page
    keys : dict of file to key
    stamp, fingerprint, versions : str
        When, from which data and with what it was built.
    """
    manifest = {
        "built_at": stamp,
        "data_hash": fingerprint,
        "versions": versions,
        "pages": [
            {
                "file": page.file,
                "notebook": page.notebook.name,
                "parameters": page.parameters,
                "key": keys[page.file],
                "sha256": _digest((folder / page.file).read_bytes()),
            }
            for page in pages
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
