"""Reading in a process of its own, which may take its share of memory and time: what a crafted file does ends with it.

Run as `python -m analysis.exchange.sources.apart KIND`, the file on standard input.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

from analysis.exchange.sources.parts import Source
from analysis.texts import FileError

SECONDS, MEMORY = 60, 900_000_000
TOO_LARGE = 3
"""What the process returns when memory was not enough."""
_AS_TEXT = "只留通报正文，或存为 .txt"
_DAMAGED = "打不开，文件可能损坏或加密", "用 Word、WPS、浏览器或阅读器打开核对后另存"


def read_apart(kind: str, content: bytes) -> Source:
    """Read a file in a process of its own.

    Parameters
    ----------
    kind : {"docx", "pdf", "html", "doc", "ofd"}
    content : bytes

    Returns
    -------
    Source

    Raises
    ------
    FileError
        If it cannot be read, or takes too much.
    """
    command = [sys.executable, "-P", "-m", __name__, kind]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise FileError(f"太复杂，{SECONDS}秒里读不完", _AS_TEXT) from error
    if done.returncode == TOO_LARGE:
        raise FileError("太复杂，读它用的内存超过限度", _AS_TEXT)
    try:
        said = json.loads(done.stdout)
    except ValueError as error:  # it ended without a word, as libraries in C do
        raise FileError(*_DAMAGED) from error
    if "rule" in said:
        raise FileError(said["rule"], said["fix"], said["row"])
    return Source(said["text"], tuple(map(tuple, said["places"])), tuple(said["notes"]), said["by_ocr"])


def limit_memory() -> None:
    """Take no more memory than a reader may, where the system has such limits."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _reader(kind: str) -> Callable[[bytes], Source]:
    """Return what reads a kind of file, without loading what reads the others."""
    if kind == "docx":
        from analysis.exchange.sources.docx import read_docx as read
    elif kind == "pdf":
        from analysis.exchange.sources.pdf import read_pdf as read
    elif kind == "html":
        from analysis.exchange.sources.html import read_html as read
    elif kind == "ofd":
        from analysis.exchange.sources.ofd import read_ofd as read
    else:
        from analysis.exchange.sources.legacy import read_legacy as read
    return read


def _main() -> int:
    limit_memory()
    try:
        source = _reader(sys.argv[1])(sys.stdin.buffer.read())
        said = {"text": source.text, "places": source.places, "notes": source.notes, "by_ocr": source.by_ocr}
    except FileError as refusal:
        said = {"rule": refusal.rule, "fix": refusal.fix, "row": refusal.row}
    except MemoryError:
        return TOO_LARGE
    except Exception:  # whatever the libraries raise on a damaged file
        said = {"rule": _DAMAGED[0], "fix": _DAMAGED[1], "row": None}
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    os._exit(_main())  # what is left of a large file is not tidied up first
