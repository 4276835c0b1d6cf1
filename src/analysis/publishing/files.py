"""Files that leave the workbook: written whole or not at all, and harmless to open."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import pandas as pd

from analysis.facts.backups import keep_file
from analysis.facts.problems import WorkbookError, tell_refusal
from analysis.facts.texts import legible

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins with one of these is a formula to a spreadsheet."""


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
    fresh: Path | None = None
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():  # a folder, a pipe, a device: replacing it would destroy it
            raise WorkbookError(f"“{legible(str(path))}”不是普通文件，没有写入。请换一个名字。")
        with tempfile.NamedTemporaryFile(
            "wb", dir=path.absolute().parent, prefix=f".{path.name}.", delete=False
        ) as file:
            fresh = Path(file.name)
            file.write(content)
        fresh.chmod(0o644)
        kept = keep_file(path, content)
        fresh.replace(path)
    except RuntimeError as error:  # links that lead in a circle
        raise WorkbookError(tell_refusal(OSError(errno.ELOOP, ""), path)) from error
    except OSError as error:
        if fresh is not None:
            fresh.unlink(missing_ok=True)
        raise WorkbookError(tell_refusal(error, path)) from error
    return kept


def to_csv(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV that Excel and WPS read, unrounded; text that looks like a formula is quoted.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    bytes
        UTF-8 with a byte order mark.
    """
    text = frame.select_dtypes(exclude=["number", "bool"]).columns
    safe = frame.assign(**{name: frame[name].map(_harmless) for name in text})
    named = safe.rename(columns=_harmless)
    return str(named.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell
