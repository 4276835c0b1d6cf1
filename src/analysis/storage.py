"""Files found, and written whole or not at all; scratch folders; backups and a log of what was done."""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from analysis.placing import note_placed
from analysis.problems import WorkbookError, tell_refusal
from analysis.seals import is_sealed, seal
from analysis.texts import legible, name_path

NOTEBOOKS_VARIABLE = "WORKBOOK_NOTEBOOKS"
"""The environment variable that names the notebooks folder."""
_LOG = "log.txt"
_SCRATCH = "workbook-"


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


def write_file(path: Path, content: bytes, *, sealed: bool = False) -> Path | None:
    """Write a file in one step; an earlier file of that name stays until the new one is complete, and is kept.

    A new file may be read by whom the system lets read new files, one in place of another by whom could read that.

    Parameters
    ----------
    path : Path
        Where it is a link, the file it leads to is written.
    content : bytes
    sealed : bool
        It belongs to what the folder was written with, as the folder's seal says: nobody's work, while it is unchanged.

    Returns
    -------
    Path or None
        Where an earlier, different file of that name is kept.

    Raises
    ------
    WorkbookError
        If it cannot be written, or something other than a file is there; an earlier file is left as it was.
    """
    kept = None
    path = follow_links(path)
    if path.is_symlink():
        raise WorkbookError(tell_refusal(OSError(errno.ELOOP, ""), path))
    fresh = path.absolute().with_name(f".{path.name}.new-{os.getpid()}")
    try:
        if path.exists() and not path.is_file():  # a folder, a pipe, a device: replacing it would destroy it
            raise WorkbookError(f"“{name_path(path)}”不是普通文件，没有写入。请换一个名字。")
        with suppress(OSError):  # of a folder that may be written and not looked into
            _remove_unfinished(fresh)
        _write_new(fresh, content, private=path.exists())
        if path.exists():
            take_mode(fresh, path)
            if path.read_bytes() != content and not (sealed and is_sealed(path)):
                kept = _keep_file(path)
        put_in_place(fresh, path)
        if sealed:
            with suppress(OSError):  # what no seal knows is kept
                seal(path.parent, path.name)
    except OSError as error:
        with suppress(OSError):
            for made in filter(None, (fresh, kept)):
                made.unlink(missing_ok=True)
        raise WorkbookError(tell_refusal(error, path)) from error
    return kept


def put_in_place(fresh: Path, path: Path) -> None:
    """Give what is complete its name."""
    fresh.replace(path)
    note_placed(path)


def _write_new(path: Path, content: bytes, *, private: bool) -> None:
    """Write a file that is not there yet, for nobody else to read, or for whom the system lets read new files."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600 if private else 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except BaseException:
        path.unlink()
        raise


def _remove_unfinished(fresh: Path) -> None:
    """Remove what killed runs have left of a file, and nothing that a live one is writing."""
    stem = fresh.name.removesuffix(str(os.getpid()))
    for path in fresh.parent.iterdir():
        if path == fresh or (path.name.startswith(stem) and has_ended(path.name.removeprefix(stem))):
            path.unlink(missing_ok=True)


def _keep_file(path: Path) -> Path:
    """Give a file a second name, with the date; where a disk has no such thing, copy it."""
    kept = path.with_name(f"{path.stem}.{stamp()}{path.suffix}")
    try:
        os.link(path, kept)
    except OSError:
        _write_new(kept, path.read_bytes(), private=True)
        shutil.copystat(path, kept)
    return kept


def take_mode(path: Path, earlier: Path) -> None:
    """Let a file or folder be read and written by whom the one that it replaces was: no more and no fewer."""
    known = earlier.stat()
    if hasattr(os, "chown") and (known.st_uid, known.st_gid) != (path.stat().st_uid, path.stat().st_gid):
        with suppress(OSError):  # only some may give files away
            os.chown(path, known.st_uid, known.st_gid)
    path.chmod(stat.S_IMODE(known.st_mode))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder that nobody else can read, and that goes with all that is in it; those of killed runs go before.

    Yields
    ------
    Path
    """
    _clear_scratch(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_scratch(place: Path) -> None:
    for folder in place.glob(f"{_SCRATCH}*-*"):
        number = folder.name.removeprefix(_SCRATCH).partition("-")[0]
        with suppress(OSError):
            known = folder.lstat()
            if stat.S_ISDIR(known.st_mode) and has_ended(number) and known.st_uid == os.getuid():
                shutil.rmtree(folder, ignore_errors=True)


def has_ended(number: str) -> bool:
    """Say whether a number is that of a process that there is no more; where that cannot be known, it may be there.

    Parameters
    ----------
    number : str

    Returns
    -------
    bool
    """
    if os.name != "posix" or not (number.isascii() and number.isdigit()):
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def log(root: Path, what: str) -> None:
    """Add a line on what was done to the log beside the data; a place that cannot be written is left alone.

    Parameters
    ----------
    root : Path
        Data folder.
    what : str
    """
    line = f"{datetime.now().astimezone().isoformat(timespec='seconds')}  {legible(' '.join(what.split()))}\n"
    with suppress(OSError):  # the work itself is done; a read-only disk is no reason to call it failed
        file = make_backups(root) / _LOG
        with file.open("a", encoding="utf-8") as lines:
            lines.write(line)


def backups_of(root: Path) -> Path:
    """Return the folder beside a data folder that holds its backups and its log; no loader reads it."""
    return root.with_name(f"{root.name}-backups")


def make_backups(root: Path) -> Path:
    """Make that folder if it is not there, for nobody to look into who may not look into the data."""
    folder = backups_of(root)
    folder.mkdir(mode=stat.S_IMODE(root.stat().st_mode) | stat.S_IRWXU, exist_ok=True)
    return folder


def write_time(seconds: float | None = None) -> str:
    """Write a time, or now, for machines: to the second, in UTC.

    Examples
    --------
    >>> write_time(0)
    '1970-01-01T00:00:00Z'
    """
    moment = datetime.now(UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp() -> str:
    """Write the time, to the millionth of a second, so that it can stand in a name."""
    return datetime.now().strftime("%Y%m%d-%H%M%S-%f")
