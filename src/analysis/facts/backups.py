"""Nothing is overwritten without a copy, and what was done is written down."""

from __future__ import annotations

import filecmp
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from analysis.facts.folders import replaced_folder

LOG = "log.txt"


def backup_folder(root: Path) -> Path:
    """Return the folder beside a data folder that holds its backups and its log; no loader reads it.

    Parameters
    ----------
    root : Path
        Data folder.

    Returns
    -------
    Path
    """
    return root.with_name(f"{root.name}-backups")


def keep_folder(folder: Path, root: Path, replacement: Path) -> Path | None:
    """Copy a folder of the data to the backups, unless its replacement is the same or it is not there yet.

    Parameters
    ----------
    folder, root : Path
        The folder, and the data folder it belongs to.
    replacement : Path
        The folder that is to take its place.

    Returns
    -------
    Path or None
        The copy.
    """
    if not folder.is_dir() or _same(folder, replacement):
        return None
    kept = backup_folder(root) / f"{folder.parent.name}-{folder.name}-{_stamp()}"
    with replaced_folder(kept) as fresh:
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
    return kept


def keep_file(path: Path, replacement: bytes) -> Path | None:
    """Copy a file beside itself, unless its replacement is the same or it is not there yet.

    Parameters
    ----------
    path : Path
    replacement : bytes

    Returns
    -------
    Path or None
        The copy.
    """
    if not path.is_file() or path.read_bytes() == replacement:
        return None
    return Path(shutil.copy2(path, path.with_name(f"{path.stem}.{_stamp()}{path.suffix}")))


def set_aside(folder: Path) -> Path | None:
    """Give a folder another name beside, so that nothing in it is lost; None if it is not there.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Path or None
        Where it is now.
    """
    if not folder.is_dir() or folder.is_symlink():
        return None
    return folder.rename(folder.with_name(f"{folder.name}-{_stamp()}"))


def log(root: Path, what: str) -> None:
    """Add a line on what was done to the log beside the data; a place that cannot be written is left alone.

    Parameters
    ----------
    root : Path
        Data folder.
    what : str
    """
    line = f"{datetime.now().astimezone().isoformat(timespec='seconds')}  {' '.join(what.split())}\n"
    with suppress(OSError):  # the work itself is done; a read-only disk is no reason to call it failed
        backup_folder(root).mkdir(exist_ok=True)
        with (backup_folder(root) / LOG).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line)


def _same(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir())
    if names != sorted(path.name for path in other.iterdir()):
        return False
    return filecmp.cmpfiles(one, other, names, shallow=False)[0] == names


def _stamp() -> str:
    return datetime.now().strftime("%Y%m%d-%H%M%S-%f")
