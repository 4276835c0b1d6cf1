"""The text of a scan, recognised by an optional library in a process of its own, page by page, to be interrupted."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Thread, Timer
from typing import Any

from analysis.exchange.sources.continuation import continue_tables
from analysis.exchange.sources.furniture import strip_pages
from analysis.exchange.sources.grid import Cell, Table
from analysis.exchange.sources.parts import BETWEEN_CELLS, Source, check_length, join, parts_of_pages
from analysis.terminal import waiting
from analysis.texts import FileError, name_some

_NEEDED = ("rapidocr", "onnxruntime", "pypdfium2")
_SECONDS = 120
"""What a page takes at most; ten on one slow core are usual."""
_FEWEST_ROWS = 3
"""Lines with cells that may be a table without rules."""
_RECOGNISER = "analysis.exchange.sources.recognition"


def read_scan(content: bytes) -> Source:
    """Recognise the text of a picture, or of a .pdf that has none.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Source
        With `by_ocr` set.

    Raises
    ------
    FileError
        If what recognises is not installed, there is nothing to be recognised, or it takes too long.
    """
    if not all(map(find_spec, _NEEDED)):
        raise FileError(
            "是扫描件或图片，没有文字，要做文字识别才能读",
            "在工作簿文件夹里运行 python tasks.py setup-all 装上文字识别，或用别的软件识别后存为 .txt 再读",
        )
    pages, tables, doubts, unread = list[list[str]](), list[list[Table]](), list[str](), list[str]()
    with _recognised(content) as said, waiting("正在准备文字识别……") as show:
        for page in said:
            pages.append(page["lines"])
            tables.append(
                [Table(borders, [[Cell(*cell) for cell in row] for row in rows]) for borders, rows in page["tables"]]
            )
            doubts += page["doubts"]
            unread += [str(len(pages))] if page["unread"] else []
            check_length(sum(len(line) for lines in pages for line in lines))
            show(f"文字识别：已读{len(pages)}页，共{page['pages']}页（Ctrl+C 停下）")
    notes = ["文字是从扫描件识别的，每个数和名称都请对照原件核对"]
    if doubts:
        notes.append(f"识别得没有把握的：{name_some([f'“{each}”' for each in doubts])}")
    if unread:
        notes.append(f"第{'、'.join(unread)}页的表里有字迹没有认出来，空着的格请对照原件核对")
    loose = [
        number
        for number, (page, ruled) in enumerate(zip(pages, tables, strict=True), 1)
        if not ruled and _has_rows(page)
    ]
    if loose:
        shown = "、".join(map(str, loose))
        notes.append(f"第{shown}页像有表，没有找到边框线，按位置读的，合并的和折行的单元格可能读错，请对照原件核对")
    stripped = strip_pages(pages)
    notes += continue_tables(stripped, tables)
    return join(parts_of_pages(stripped), notes, by_ocr=True)


def _has_rows(lines: Sequence[str]) -> bool:
    return sum(BETWEEN_CELLS in line for line in lines) >= _FEWEST_ROWS


@contextmanager
def _recognised(content: bytes) -> Iterator[Iterator[dict[str, Any]]]:
    """Go through what is recognised while it is, page by page; the process ends with this, however this ends."""
    command = [sys.executable, "-P", "-m", _RECOGNISER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            Thread(target=_give, args=(process, content), daemon=True).start()
            yield _listen(process)
        finally:
            process.kill()


def _give(process: subprocess.Popen[bytes], content: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(content)
        process.stdin.close()
    except OSError:  # it ended before it had read all, and says why
        return


def _listen(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """Go through what a process says, a page a line; it may not be silent for long."""
    assert process.stdout is not None
    count, pages = 0, 1
    while count < pages:
        watch = Timer(_SECONDS, process.kill)
        watch.start()
        try:
            line = process.stdout.readline()
        finally:  # also where somebody interrupts
            watch.cancel()
        try:
            said = json.loads(line)
        except ValueError as error:
            raise FileError("打不开，文件可能损坏，或太复杂", "用别的软件做文字识别，存为 .txt 再读") from error
        if "rule" in said:
            raise FileError(said["rule"], said["fix"])
        count, pages = count + 1, said["pages"]
        yield said
