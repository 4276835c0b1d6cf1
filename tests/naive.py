"""What a plain reader finds in a file: the standard library alone, nothing of the workbook's or of its libraries."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.etree import ElementTree

Rows = dict[int, list[str]]
"""Cells by the number of their row; a blank one is ""."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_csv(content: bytes) -> Rows:
    """Read a CSV file in UTF-8 or GB18030."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    rows = csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""), strict=True)
    return {number: [cell.strip() for cell in row] for number, row in enumerate(rows, 1) if any(map(str.strip, row))}


def read_xlsx(content: bytes) -> dict[str, Rows]:
    """Read every sheet of a workbook: what its XML holds in each cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.casefold(): name for name in archive.namelist()}

        def parse(part: str) -> ElementTree.Element:
            return ElementTree.fromstring(archive.read(names[part.lstrip("/").casefold()]))

        relations = {each.get("Id"): each.get("Target", "") for each in parse("xl/_rels/workbook.xml.rels")}
        items = parse("xl/sharedStrings.xml") if "xl/sharedstrings.xml" in names else ()
        shared = ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in items]
        found = {}
        for sheet in parse("xl/workbook.xml").findall("*/{*}sheet"):
            target = relations[sheet.get(_LINK)]
            part = target if target.startswith("/") else f"xl/{target}"
            found[sheet.get("name", "")] = _read_sheet(parse(part), shared)
        return found


def _read_sheet(sheet: ElementTree.Element, shared: list[str]) -> Rows:
    rows: Rows = {}
    number = 0
    for row in sheet.iter(f"{_MAIN}row"):
        number, column = int(row.get("r") or number + 1), 0
        cells = rows.setdefault(number, [])
        for cell in row.iter(f"{_MAIN}c"):
            letters = re.match("[A-Z]+", cell.get("r") or "")
            column = _number_of(letters[0]) if letters else column + 1
            cells += [""] * (column - len(cells))
            cells[column - 1] = _value_of(cell, shared)
    return {row: cells for row, cells in rows.items() if any(cells)}


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _value_of(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t")).strip()
    value = cell.findtext(f"{_MAIN}v") or ""
    return (shared[int(value)] if cell.get("t") == "s" and value else value).strip()


def plain(text: str) -> str:
    """Write a text as its reader takes it: whatever its width, however often blanks follow each other."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def number_of(text: str) -> Decimal | None:
    """Return the number that a cell is, as far as doubles tell it from others; None if it is none."""
    with suppress(InvalidOperation):
        number = Decimal(plain(text).replace("_", "x"))
        return round(number, 9) if number.is_finite() and abs(number) < 10**12 else None
    return None


def read_data(folder: Path) -> dict[str, Rows]:
    """Read every CSV file of a data folder."""
    return {path.relative_to(folder).as_posix(): read_csv(path.read_bytes()) for path in folder.rglob("*.csv")}
