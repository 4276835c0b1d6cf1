"""How far the sheets of an Excel workbook reach, seen before anything is made for every cell of an area."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path

from analysis.exchange.files import FORM, FileError, Scanner, damaged

_AREAS = {"mergeCell": ("合并了", "取消合并"), "hyperlink": ("有链接的范围是", "删去链接")}
"""Elements of which a library fills the whole area, what a message says of them, and how to mend it."""


class _Areas:
    """The areas of one part, as its elements go by, and what is to be said of the first that is too large."""

    def __init__(self) -> None:
        self.size = 0
        self.refusal: tuple[str, str] | None = None

    def take(self, name: str, attributes: dict[str, str]) -> None:
        from openpyxl.utils import range_boundaries

        if name == "row" and not re.fullmatch(r"\d{1,7}", attributes.get("r", "1")):
            raise damaged()
        if name not in _AREAS:
            return
        what, fix = _AREAS[name]
        written = attributes.get("ref", "")
        try:
            left, top, right, bottom = range_boundaries(written)
            self.size += (abs(bottom - top) + 1) * (abs(right - left) + 1)
        except (ValueError, TypeError) as error:  # no area, or none with corners
            raise damaged() from error
        if max(top, bottom) > FORM.rows or max(left, right) > FORM.columns or self.size > FORM.cells:
            told = f"{what} {written}，最多到 {FORM.rows} 行、{FORM.columns} 列，共 {FORM.cells} 格"
            self.refusal = self.refusal or (told, fix)


def check_extent(path: Path, names: Iterable[str]) -> None:
    """Refuse a workbook with more elements, or wider merged areas, than are read.

    Parameters
    ----------
    path : Path
    names : iterable of str
        Its parts; one counts as often as sheets use it.

    Raises
    ------
    FileError
    """
    areas: dict[str, _Areas] = {}
    counts: dict[str, int] = {}
    with Scanner(path, FORM) as scanner:
        for name in sorted(set(names)):
            if name.endswith((".xml", ".rels")):
                areas[name] = _Areas()
                counts[name] = scanner.scan(name, areas[name].take)
            else:
                scanner.weigh(name)
    used: set[str] = set()
    for title, parts in _list_sheets(path):
        for part in parts:
            scanner.add(counts.get(part, 0) if part in used else 0)
            used.add(part)
        if parts[0] in areas and (refusal := areas[parts[0]].refusal) is not None:
            raise FileError(f"表“{title}”{refusal[0]}", refusal[1])


def _list_sheets(path: Path) -> list[tuple[str, list[str]]]:
    """Name the sheets, and the parts that each is made of, the sheet itself first."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.reader.excel import ExcelReader

    found = []
    try:
        with warnings.catch_warnings(), path.open("rb") as file, zipfile.ZipFile(path) as archive:
            warnings.simplefilter("ignore")
            reader = ExcelReader(file, keep_links=False)  # not the path, of which it wants to know the extension
            with reader.archive:
                reader.read_manifest()
                reader.read_workbook()
                sheets = [(str(sheet.name), str(part.target)) for sheet, part in reader.parser.find_sheets()]
            for title, part in sheets:
                beside = get_rels_path(part)
                own = get_dependents(archive, beside) if beside in archive.namelist() else []
                found.append((title, [part, *(str(each.target) for each in own)]))
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        raise damaged() from error
    return found
