"""Files and folders found, swapped whole or not at all, and copied before they are replaced; a log of what was done."""

import ctypes
import errno
import filecmp
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.problems import WorkbookError, tell_refusal
from analysis.texts import legible

NOTEBOOKS_VARIABLE = "WORKBOOK_NOTEBOOKS"
"""The environment variable that names the notebooks folder."""
_LOG = "log.txt"
_LITTER = ("Thumbs.db", "desktop.ini", ".DS_Store")
"""What file managers leave in every folder that is looked at."""
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux's renameat2."""


def find_above(*names: str) -> Path | None:
    """Find a file here, in a folder above, or in the checkout this package is installed from.

    Parameters
    ----------
    *names : str
        Paths relative to the workbook's folder, such as data/units.csv; the first that is there.

    Returns
    -------
    Path or None
    """
    here = Path.cwd()
    paths = (folder / name for folder in (here, *here.parents, _checkout()) for name in names)
    return next((path for path in paths if path.is_file()), None)


def find_notebooks(given: str | Path | None = None) -> Path:
    """Find the notebooks folder: the one given, else `WORKBOOK_NOTEBOOKS`, else the workbook's own.

    What lies in the current folder or above is nobody's choice: notebooks are programs.

    Parameters
    ----------
    given : path, optional

    Returns
    -------
    Path
    """
    named = given or os.environ.get(NOTEBOOKS_VARIABLE)
    return Path(named).resolve() if named else own_notebooks()


def own_notebooks() -> Path:
    """Name the notebooks folder of the checkout this package is installed from."""
    return _checkout() / "notebooks"


def _checkout() -> Path:
    return Path(__file__).resolve().parents[2]


def follow_links(path: Path) -> Path:
    """Return where a path leads; one that leads in a circle stays a link.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Path
    """
    return Path(os.path.realpath(path))  # Path.resolve, until Python 3.13, raises a RuntimeError in a circle


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
        raise WorkbookError(f"“{target}”是整个磁盘，不能放{what}。请用 --out 指定一个文件夹。")
    previous = target.with_name(f"{target.name}-previous")
    for folder in (target, previous):
        if folder.is_file():
            raise WorkbookError(f"“{folder}”是文件，不是文件夹。请用 --out 另指一个文件夹。")
        known = [*ours(folder), *_LITTER]
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        for name in (f"{path.name}/" if path.is_dir() else path.name for path in paths):
            if not any(fnmatchcase(name, each) for each in known):
                raise WorkbookError(
                    f"“{folder}”中有别的文件（如 {legible(name)}），不敢整体替换。请移走它们，或用 --out 指定空文件夹。"
                )
    return previous


@contextmanager
def replaced_folder(target: Path, previous: Path | None = None) -> Iterator[Path]:
    """Give a fresh folder to fill; it takes the place of `target` only if nothing fails.

    Parameters
    ----------
    target : Path
        Left as it is when the block raises or the process dies at any moment.
    previous : Path, optional
        Where the earlier contents go, in place of what was there.

    Yields
    ------
    Path
        An empty folder beside `target`.

    Raises
    ------
    WorkbookError
        If another process is at it, `target` is there but no folder, or something cannot be written.
    """
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise WorkbookError(f"“{legible(str(target))}”是文件或链接，不是文件夹，没有改动。请移走它，或换一个位置。")
    lock = target.with_name(f".{target.name}.lock")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=0), _removed_at_the_end(lock):
            _clear_up(target)
            fresh = Path(tempfile.mkdtemp(prefix=_fresh(target), dir=target.parent))
            fresh.chmod(0o755)
            try:
                yield fresh
                if target.exists():
                    _exchange(fresh, target)
                    if previous is not None:
                        shutil.rmtree(previous, ignore_errors=True)
                        with suppress(OSError):  # the new contents are in place; the spare copy is a courtesy
                            fresh.rename(previous)
                else:
                    fresh.rename(target)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except Timeout as error:
        if not lock.exists():  # nobody holds it: it cannot be made at such a place
            raise WorkbookError(tell_refusal(OSError(errno.EINVAL, ""), target)) from error
        raise WorkbookError(f"另一个命令正在写“{legible(str(target))}”。等它结束，再运行一次。") from error
    except OSError as error:
        raise WorkbookError(tell_refusal(error, target)) from error


@contextmanager
def _removed_at_the_end(lock: Path) -> Iterator[None]:
    """Leave no lock file behind; it goes while it is still held, when nothing is left to protect."""
    try:
        yield
    finally:
        with suppress(OSError):  # a system that does not remove open files keeps it, and can lock it again
            lock.unlink()


def _clear_up(target: Path) -> None:
    """Undo what a killed run left: its unfinished folder, and a swap it did not end."""
    aside = _aside(target)
    if aside.exists() and not target.exists():
        aside.rename(target)
    for left in target.parent.iterdir():
        if left.name.startswith(_fresh(target)):
            shutil.rmtree(left, ignore_errors=True)


def _exchange(fresh: Path, target: Path) -> None:
    """Let two folders change places: in one step where the system has one, else by way of a third name."""
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if swap is None or swap(_HERE, os.fsencode(fresh), _HERE, os.fsencode(target), _EXCHANGE) != 0:
        aside = _aside(target)
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        fresh.rename(target)
        aside.rename(fresh)


def _fresh(target: Path) -> str:
    return f".{target.name}.new-"


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.aside")


def write_file(path: Path, content: bytes) -> Path | None:
    """Write a file in one step; an earlier file of that name stays until the new one is complete, and is kept.

    Parameters
    ----------
    path : Path
        Where it is a link, the file it leads to is written.
    content : bytes

    Returns
    -------
    Path or None
        Where an earlier, different file of that name is kept.

    Raises
    ------
    WorkbookError
        If it cannot be written, or something other than a file is there; an earlier file is left as it was.
    """
    fresh = kept = None
    path = follow_links(path)
    if path.is_symlink():
        raise WorkbookError(tell_refusal(OSError(errno.ELOOP, ""), path))
    try:
        if path.exists() and not path.is_file():  # a folder, a pipe, a device: replacing it would destroy it
            raise WorkbookError(f"“{legible(str(path))}”不是普通文件，没有写入。请换一个名字。")
        with tempfile.NamedTemporaryFile(
            "wb", dir=path.absolute().parent, prefix=f".{path.name}.", delete=False
        ) as file:
            fresh = Path(file.name)
            file.write(content)
        fresh.chmod(0o644)
        if path.is_file() and path.read_bytes() != content:
            kept = Path(shutil.copy2(path, path.with_name(f"{path.stem}.{_stamp()}{path.suffix}")))
        fresh.replace(path)
    except OSError as error:
        if fresh is not None:
            fresh.unlink(missing_ok=True)
        raise WorkbookError(tell_refusal(error, path)) from error
    return kept


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
    kept = _backups(root) / f"{folder.parent.name}-{folder.name}-{_stamp()}"
    with replaced_folder(kept) as fresh:
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
    return kept


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
        _backups(root).mkdir(exist_ok=True)
        with (_backups(root) / _LOG).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line)


def _backups(root: Path) -> Path:
    """Return the folder beside a data folder that holds its backups and its log; no loader reads it."""
    return root.with_name(f"{root.name}-backups")


def _same(one: Path, other: Path) -> bool:
    names, others = (sorted(path.name for path in folder.iterdir()) for folder in (one, other))
    return names == others and filecmp.cmpfiles(one, other, names, shallow=False)[0] == names


def _stamp() -> str:
    return datetime.now().strftime("%Y%m%d-%H%M%S-%f")
