"""What stands in a data folder, and whether it is the same from the first byte that is read of it to the last."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from analysis.problems import WorkbookError
from analysis.texts import legible, with_plain_ends

MARKS = "marks.parquet"
"""Marks in Parquet: a file, or a folder of files."""

_FILES = (
    "circulars/*.*",
    *(f"{folder}*.{kind}" for folder in ("", "inputs/*/") for kind in ("csv", "parquet", "yml")),
    *("schemes/*.yml", "published/*.yml", "published/*.csv", "published/*.parquet"),
    f"inputs/*/{MARKS}/[!._]*.parquet",
)
"""Where the files of a data folder stand; what a link leads to counts as standing there."""
_FOLDERS = ("schemes", "published", "inputs", "inputs/*", f"inputs/*/{MARKS}")
"""Where files can be put in, or exchanged with others as a whole."""
_MOMENT = 0.02
"""Seconds in which two changes may bear the same time."""
_PAUSES = (_MOMENT, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds to wait after each time that a folder has changed while it was read, before it is given up."""
_BLOCK = 1 << 20

Result = TypeVar("Result")
Mark = tuple[int, ...]
"""What tells a file or folder from another in its place, and from itself before a change."""


class State(NamedTuple):
    """The files of a data folder as they stand there, and the folders that hold them.

    Attributes
    ----------
    files, folders : dict of str to tuple of int
        Their paths, and what a change changes: number, size and times; whoever writes the old contents anew, or puts
        other folders in place and back again, does not leave the same.
    """

    files: dict[str, Mark]
    folders: dict[str, Mark]


def look(root: Path) -> State:
    """Say what stands in a data folder, without reading it.

    Parameters
    ----------
    root : Path

    Returns
    -------
    State
        Of nothing if something goes away just then.
    """
    try:
        folders = [root, *(path for pattern in _FOLDERS for path in root.glob(pattern))]
        return State(*({str(path): mark(path) for path in paths} for paths in (list_files(root), folders)))
    except FileNotFoundError:  # a folder went while it was looked into
        return State({}, {})


def mark(path: Path) -> Mark:
    """Mark what a path leads to, first its size, and the link if it is one: any change shows; () for nothing."""
    try:
        own = (path.lstat().st_ino,) if path.is_symlink() else ()
        found = path.stat()
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino, *own


def mark_partitions(folder: Path) -> dict[Path, Mark]:
    """Return the Parquet files of a year's marks, each with what a change of it would change (see `mark`)."""
    return {path: mark(path) for path in find_partitions(folder)}


def find_partitions(folder: Path) -> tuple[Path, ...]:
    """Return the Parquet files of a year's marks: `marks.parquet`, or what is in a folder of that name; () if none.

    Names that begin with "." or "_" are passed over; whatever else is there counts, so that nothing is overlooked.
    """
    path = folder / MARKS
    if not path.is_dir():
        return (path,) if os.path.lexists(path) else ()
    return tuple(sorted(each for each in path.iterdir() if each.name[0] not in "._"))


def list_files(root: Path) -> list[Path]:
    """List the files that count as data.

    Parameters
    ----------
    root : Path

    Returns
    -------
    list of Path, in order
    """
    paths = sorted({path for pattern in _FILES for path in root.glob(pattern)})
    return [path for path in paths if path.is_file() and not _is_hidden(path.relative_to(root))]


def data_hash(root: Path) -> str:
    """Fingerprint the contents of a data folder.

    Parameters
    ----------
    root : Path

    Returns
    -------
    str
        First 12 hex digits of a SHA-256 over names and contents of the data files, of texts with the ends of lines as
        they are read: a copy from a machine that writes CRLF has the same.
    """
    digest = hashlib.sha256()
    for path in list_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        for block in _blocks(path) if path.suffix == ".parquet" else [with_plain_ends(path.read_bytes())]:
            digest.update(block)
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def read_still(root: Path, read: Callable[[], Result]) -> tuple[Result, State]:
    """Read something of a data folder, again if anything in it has changed meanwhile.

    Parameters
    ----------
    root : Path
    read : callable
        May be called several times.

    Returns
    -------
    result, state
        What was read, and what stood there all the while.

    Raises
    ------
    Exception
        What reading raises while nothing changes.
    WorkbookError
        If there is no end of changes.
    """
    for pause in _PAUSES:
        if not root.is_dir():
            raise WorkbookError(f"数据文件夹“{legible(str(root))}”已经不在。请核对位置，或用 --data 另外指定。")
        before = look(root)
        if _is_settled(before):
            result, failure = _try(read)
            if look(root) == before:
                if failure is not None:
                    raise failure
                return result[0], before
        time.sleep(pause)
    raise WorkbookError(
        f"数据文件夹“{legible(str(root))}”在读取时不断被改动，没有读成。等保存、同步或复制结束，再运行一次。"
    )


def refuse_changed(root: Path, then: State, now: State) -> None:
    """Refuse data of which a file has been written, exchanged, added or removed since they were read.

    Parameters
    ----------
    root : Path
    then, now : State
        When they were, and now.
    """
    changed = sorted(path for path in {*now.files, *then.files} if now.files.get(path) != then.files.get(path))
    if changed:
        raise changed_since(Path(changed[0]).relative_to(root).as_posix())


def changed_since(file: str) -> WorkbookError:
    """Say that a file of the data is another than when they were read."""
    return WorkbookError(f"读入数据以后，{legible(file)} 又被改动过，前后会不一致，没有采用。请再运行一次。")


def _try(read: Callable[[], Result]) -> tuple[list[Result], Exception | None]:
    """Return what is read, or why it could not be: while files come and go that may be anything."""
    try:
        return [read()], None
    except Exception as error:
        return [], error


def _is_settled(state: State) -> bool:
    """Say whether the last change is long enough ago for the next one to bear another time."""
    times = [found[-1] for found in (*state.files.values(), *state.folders.values()) if found]
    return bool(times) and abs(time.time_ns() - max(times)) > _MOMENT * 1e9


def _is_hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)  # an unfinished folder of a killed run


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
