"""Find the workbook's folders, and replace a whole folder at once: the old contents or the new, never a mixture."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.facts.problems import WorkbookError, tell_refusal
from analysis.facts.texts import legible

_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux's renameat2."""


def find_above(name: str) -> Path | None:
    """Find a file here, in a folder above, or in the checkout this package is installed from.

    Parameters
    ----------
    name : str
        Path relative to the workbook's folder, such as data/units.csv.

    Returns
    -------
    Path or None
    """
    here, checkout = Path.cwd(), Path(__file__).resolve().parents[3]
    return next((folder / name for folder in (here, *here.parents, checkout) if (folder / name).is_file()), None)


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
    if not target.name:
        raise WorkbookError(f"“{target}”是整个磁盘，不能整个替换。请指定一个文件夹。")
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
