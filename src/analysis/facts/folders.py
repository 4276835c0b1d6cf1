"""Find the workbook's folders, and replace a whole folder at once: the old contents or the new, never a mixture."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
def replaced_folder(target: Path) -> Iterator[Path]:
    """Give a fresh folder to fill; it takes the place of `target` only if nothing fails.

    Parameters
    ----------
    target : Path
        Left as it is when the block raises or the process dies.

    Yields
    ------
    Path
        An empty folder beside `target`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    previous = target.with_name(f".{target.name}.previous")
    if previous.exists() and not target.exists():  # an earlier run died between the two renames
        previous.rename(target)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    fresh.chmod(0o755)
    try:
        yield fresh
        shutil.rmtree(previous, ignore_errors=True)
        if target.exists():
            target.rename(previous)
        fresh.rename(target)
        shutil.rmtree(previous, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
