"""Files opened as what they should be: whole, regular and not too large; a pipe would be waited for without end."""

import os
import stat
from pathlib import Path

from analysis.texts import FileError

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that nobody writes into is opened as well, and refused."""


def check_regular(path: Path) -> None:
    """Refuse a folder, pipe, socket or device where a file should be, as a FileError; what is not there, as an OSError.

    Parameters
    ----------
    path : Path
    """
    _check(path.stat().st_mode)


def read_file(path: Path, most: int | None = None) -> bytes:
    """Read a file that a user has put somewhere.

    Parameters
    ----------
    path : Path
    most : int, optional
        Bytes of which it may have as many.

    Returns
    -------
    bytes

    Raises
    ------
    FileError
        If it is no regular file, or has more.
    OSError
        If it is not there, or cannot be read.
    """
    check_regular(path)
    with os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb") as file:
        _check(os.fstat(file.fileno()).st_mode)  # it may have been put in the place of the other just now
        content = file.read(-1 if most is None else most + 1)
    if most is not None and len(content) > most:
        raise FileError(f"文件超过{most / 1_000_000:g} MB", "删去图片和无关的内容，或换成真正的数据文件")
    return content


def _check(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise FileError("是文件夹，不是文件", "换成真正的文件，或移走")
    if not stat.S_ISREG(mode):
        raise FileError("不是普通文件（是管道、设备之类）", "换成真正的文件，或移走")
