"""The text of a circular's file."""

import json
import subprocess
import sys
from pathlib import Path

from analysis.exchange.circulars.docx import read_docx
from analysis.exchange.circulars.pdf import LONGEST, TOO_LARGE
from analysis.exchange.decoding import Decoded, decode_text
from analysis.exchange.files import CIRCULAR, read_once
from analysis.problems import WorkbookError
from analysis.texts import FileError

_SECONDS, _AS_TEXT = 60, "只留通报正文，或存为 .txt"


def read_text(path: Path) -> str:
    """Read the text of a .txt, .docx or .pdf file (see `read_noted`)."""
    return read_noted(path).text


def read_noted(path: Path) -> Decoded:
    """Read the text of a .txt, .docx or .pdf file, and how it was read where that is in doubt.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Decoded

    Raises
    ------
    WorkbookError
        If the file is missing, too large, of another kind, damaged, or has no text.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise WorkbookError(
            f"“{path}”不是 .txt、.docx 或 .pdf。请另存为其中一种（旧 .doc 用 Word 或 WPS 另存为 .docx）。"
        )
    if not path.is_file():
        raise WorkbookError(f"没有文件“{path}”。请核对路径。")
    try:
        text, note = read(read_once(path, CIRCULAR))
    except FileError as error:
        where = f"第 {error.row} 行：" if error.row else ""
        raise WorkbookError(f"“{path}”{where}{error.rule}。请{error.fix}。") from error
    except Exception as error:  # whatever the libraries raise on a damaged file
        raise WorkbookError(f"“{path}”打不开，文件可能损坏或加密。请用 Word、WPS 或阅读器打开核对后另存。") from error
    if len(text) > LONGEST:
        raise WorkbookError(f"“{path}”有 {len(text)} 字，不像一份通报。请只留通报正文。")
    if not text.strip():
        raise WorkbookError(f"“{path}”里没有文字，可能是扫描件。请先做文字识别，存为 .txt 再读。")
    return Decoded(text, note)


def _read_pdf(content: bytes) -> Decoded:
    """Read a .pdf in a process of its own: nothing else bounds the time and memory that a crafted one takes."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("pdf.py"))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise FileError(f"太复杂，{_SECONDS} 秒里读不完", _AS_TEXT) from error
    if done.returncode == TOO_LARGE:
        raise FileError("太复杂，读它用的内存超过限度", _AS_TEXT)
    said = json.loads(done.stdout)
    if "rule" in said:
        raise FileError(said["rule"], said["fix"])
    return Decoded(said["text"], said["note"])


_READERS = {".txt": decode_text, ".docx": read_docx, ".pdf": _read_pdf}
