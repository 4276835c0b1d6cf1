"""What a folder held when it was written: by its seal, what somebody has changed or put there since is known."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

SEAL = ".seal.json"
"""Names every file of a folder that was written as a whole, with its SHA-256."""
LITTER = ("Thumbs.db", "desktop.ini", ".DS_Store")
"""What file managers leave in every folder that is looked at."""


def seal(folder: Path, *names: str) -> None:
    """Write down what is in a folder, or of a folder that has a seal, what some of its files are now.

    Parameters
    ----------
    folder : Path
    *names : str
        By default all files there are.
    """
    known = _read(folder) if names else {}
    known |= {name: digest for name in names or _names(folder) if (digest := _digest(folder / name))}
    (folder / SEAL).write_text(json.dumps(known, indent=1, sort_keys=True), encoding="ascii", newline="\n")


def is_sealed(path: Path) -> bool:
    """Say whether a file is as the seal of its folder says."""
    return (digest := _digest(path)) != "" and _read(path.parent).get(path.name) == digest


def find_edited(folder: Path, *copies: Path, trusting: bool = True) -> list[str]:
    """Name the files of a folder that are neither as its seal says nor the same in one of its copies.

    Parameters
    ----------
    folder : Path
    *copies : Path
    trusting : bool
        Heed the seal.

    Returns
    -------
    list of str
        Links to folders, and whatever cannot be read, among them.
    """
    known = _read(folder) if trusting else {}

    def is_known(name: str) -> bool:
        digest = _digest(folder / name)
        return digest != "" and (known.get(name) == digest or any(_digest(copy / name) == digest for copy in copies))

    return [name for name in _names(folder) if not is_known(name)]


def _names(folder: Path) -> Iterator[str]:
    """Name all files in a folder and those in it, and what is in their place: links, folders that cannot be read."""
    unread: list[str] = []
    for place, folders, files in os.walk(folder, onerror=lambda error: unread.append(error.filename)):
        links = {name for name in folders if (Path(place) / name).is_symlink()}
        for name in sorted({*files, *links}.difference(LITTER)):
            if (path := (Path(place) / name).relative_to(folder).as_posix()) != SEAL:
                yield path
    yield from (Path(path).relative_to(folder).as_posix() for path in unread)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file; "" of what is none, or cannot be read."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _read(folder: Path) -> dict[str, str]:
    """Return what a seal says; nothing of a folder that has none, or whose seal somebody has broken."""
    try:
        known = json.loads((folder / SEAL).read_text(encoding="ascii"))
        return known if isinstance(known, dict) else {}
    except (OSError, ValueError, RecursionError):
        return {}
