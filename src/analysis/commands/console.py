"""What commands say, show and save."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as TerminalTable

from analysis.problems import WorkbookError
from analysis.storage import write_file
from analysis.terminal import as_it_is, tell
from analysis.texts import name_path

if TYPE_CHECKING:
    from analysis.assessment import Year
    from analysis.exhibits.table import Table

DOUBT = "# 待核："
"""Begins a line of a drafted circular that somebody has yet to look at."""

_BOUNDLESS = 10_000
"""Columns of a window that any table fits in."""


def save(path: Path, content: bytes, note: str = "") -> None:
    """Write a file and say so, with a note on what it is; an earlier one of that name is kept."""
    kept = write_file(path, content)
    tell(f"已存 {name_path(path)}{note}", aside=True)
    if kept is not None:
        tell(f"原来的同名文件留作 {name_path(kept)}", aside=True)


def count_doubts(year: Year) -> int:
    """Count the lines of a year's circular that somebody has yet to look at."""
    path = year.dataset.root / "published" / f"{year.year}.yml"
    lines = path.read_text(encoding="utf-8-sig").splitlines() if year.facts.published else []
    return sum(line.startswith(DOUBT) for line in lines)


def refuse_existing(path: Path) -> None:
    """Refuse to write over a file that people fill in or mend by hand."""
    if path.exists():
        raise WorkbookError(f"已有“{name_path(path)}”，没有覆盖。请先移走它，或用 --out 另取名。")


def with_data(data: str | None) -> str:
    """Write the option that names the data folder, for a command to be run next; the usual folder needs none."""
    return f" --data {quoted(data)}" if data else ""


def quoted(written: str | Path) -> str:
    """Write a name or path so that a shell takes it for one word, whatever is in it.

    Examples
    --------
    >>> quoted("数据2022"), quoted("data-2022"), quoted("数据")
    ("'数据2022'", 'data-2022', '数据')
    """
    text = str(written)
    if text.startswith("-"):  # no option
        text = f".{os.sep}{text}"
    if not text.isprintable():  # as a shell writes what cannot be typed
        return "$'" + "".join(map(_escape, os.fsencode(text))) + "'"
    if re.fullmatch(r"[\w@%+=:,./-]+", text):
        return text
    return subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)


def _escape(byte: int) -> str:
    return chr(byte) if byte in range(32, 127) and byte not in b"'\\" else f"\\x{byte:02x}"


def print_table(table: Table, spare: Sequence[str] = ()) -> None:
    """Show a table as wide as it is: a window too narrow for it goes without spare columns, then wraps lines.

    A pipe or a file has no window: it gets all columns.
    """
    console = Console()
    spare = spare if console.is_terminal else ()
    boundless = console.options.update(max_width=_BOUNDLESS)
    for count in range(len(spare) + 1):
        left_out = [name for name in table.cells if name in spare[:count]]
        shown = _draw_table(table, left_out)
        width = console.measure(shown, options=boundless).maximum
        if width <= console.width:
            break
    console.width = max(console.width, width)
    console.print(shown)


def _draw_table(table: Table, left_out: Sequence[str]) -> TerminalTable:
    note = f"窗口窄，没有显示：{'、'.join(left_out)}。" if left_out else ""
    shown = TerminalTable(title=as_it_is(table.caption), title_justify="left", caption_justify="left")
    shown.caption = as_it_is(f"{table.note}\n{note}".strip())
    cells = table.cells.drop(columns=list(left_out))
    for name in cells.columns:
        shown.add_column(as_it_is(name), justify="right" if name in table.numeric else "left", no_wrap=True)
    for row in cells.itertuples(index=False, name=None):
        shown.add_row(*(as_it_is(str(cell)) for cell in row))
    return shown
