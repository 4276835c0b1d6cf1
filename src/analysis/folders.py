"""Folders of outputs and of data: what may be replaced, what is copied before, what is filled where it stands."""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from analysis.placing import note_placed
from analysis.problems import WorkbookError
from analysis.seals import LITTER, SEAL, find_edited
from analysis.storage import backups_of, has_ended, make_backups, stamp
from analysis.swaps import is_something_else, replaced_folder, told_of
from analysis.texts import legible, name_path

_FILLING = ".new-"


def name_previous(target: Path, what: str, ours: Callable[[Path], Iterable[str]]) -> Path:
    """Name the folder that takes the earlier contents of one that is to be replaced as a whole.

    Parameters
    ----------
    target : Path
    what : str
        What it holds, as readers call it.
    ours : callable
        Gives for either folder what may be in it: names, with `*` for anything, those of folders with a slash.

    Returns
    -------
    Path

    Raises
    ------
    WorkbookError
        If one of both cannot be replaced, or holds anything else.
    """
    if not target.name:
        raise WorkbookError(f"“{name_path(target)}”是整个磁盘，不能放{what}。请用 --out 指定一个文件夹。")
    previous = target.with_name(f"{target.name}-previous")
    for folder in (target, previous):
        if is_something_else(folder):
            refused = f"“{name_path(folder)}”是文件或链接，不是文件夹，没有改动"
            raise WorkbookError(f"{refused}。请移走它，或用 --out 另指一个文件夹。")
        known = [*ours(folder), *LITTER, SEAL]
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        for name in (f"{path.name}/" if path.is_dir() else path.name for path in paths):
            if not any(fnmatchcase(name, each) for each in known):
                refused = f"“{name_path(folder)}”中有别的文件（如 {legible(name)}），不敢整体替换"
                raise WorkbookError(f"{refused}。请移走它们，或用 --out 指定空文件夹。")
    return previous


@contextmanager
def filled_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to fill that becomes another, or whose contents do if that is there: somebody may stand in it.

    Parameters
    ----------
    folder : Path
        Not there, or vacant.

    Yields
    ------
    Path
    """
    if not folder.exists():
        with replaced_folder(folder.absolute()) as fresh:
            yield fresh
        return
    with told_of(folder):
        for left in folder.glob(f"{_FILLING}*"):
            shutil.rmtree(left, ignore_errors=True)
        fresh = folder / f"{_FILLING}{os.getpid()}"
        fresh.mkdir(mode=stat.S_IRWXU)
        try:
            yield fresh
            put_in_place(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(fresh: Path, folder: Path) -> None:
    """Move all that is in a folder to another, or nothing of it."""
    moved = list[Path]()
    try:
        for each in sorted(fresh.iterdir(), key=lambda path: (path.is_file(), path.name)):  # units.csv comes last
            moved.append(each.rename(folder / each.name))
    except BaseException:
        for each in moved:
            each.rename(fresh / each.name)
        raise
    note_placed(folder)


def is_vacant(folder: Path) -> bool:
    """Say whether a folder is not there, or nothing is in it but what killed runs of `filled_folder` have left."""
    if not folder.is_dir():
        return not folder.exists()
    names = [path.name for path in folder.iterdir()]
    return all(name.startswith(_FILLING) and has_ended(name.removeprefix(_FILLING)) for name in names)


def name_backup(folder: Path, root: Path) -> Path:
    """Name a copy of a folder of the data, among the backups of the data folder `root`."""
    return backups_of(root) / f"{folder.parent.name}-{folder.name}-{stamp()}"


def keep_folder(folder: Path, root: Path, copy: Path, replacement: Path) -> Path | None:
    """Copy a folder of the data to the backups, unless it is not there, or all of it stands in its replacement.

    Parameters
    ----------
    folder, root : Path
        The folder, and the data folder it belongs to.
    copy : Path
        See `name_backup`.
    replacement : Path
        The folder that is to take its place.

    Returns
    -------
    Path or None
        The copy, if there is one now.
    """
    if not folder.is_dir() or not find_edited(folder, replacement, trusting=False):
        return None
    make_backups(root)
    with replaced_folder(copy, most=folder.stat().st_mode) as fresh:
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
    return copy


def remove_sealed(folder: Path) -> None:
    """Remove a folder if it is as it was written; one in which somebody has worked is left alone."""
    with suppress(OSError):
        if folder.is_dir() and not folder.is_symlink() and not find_edited(folder):
            shutil.rmtree(folder, ignore_errors=True)
