"""Which code, which Python and which libraries everything here is made with."""

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from analysis.texts import with_plain_ends

_PACKAGE = Path(__file__).parent
_STACK = ("pandas", "matplotlib", "seaborn", "papermill", "nbconvert")


@cache
def list_versions() -> str:
    """Name the versions of what the pages are made with."""
    names = [f"工作簿 {version('assessment-workbook')}", f"Python {platform.python_version()}"]
    return "、".join(names + [f"{name} {version(name)}" for name in _STACK])


@cache
def fingerprint_tools() -> str:
    """Fingerprint the workbook's own files, Python, and the versions of everything installed."""
    digest = hashlib.sha256(platform.python_version().encode())
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(
                path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + with_plain_ends(path.read_bytes()) + b"\0"
            )
    installed = {path.name for folder in sys.path if folder for path in Path(folder).glob("*.dist-info")}
    digest.update("\n".join(sorted(installed)).encode())
    return digest.hexdigest()
