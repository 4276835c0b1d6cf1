"""Whatever workbook comes in is imported or refused: all of it, or nothing, and nothing else happens."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from tests.conftest import widely
from tests.damage import DAMAGE, SLOW, change_cells, change_parts, damage_text, randoms, run_command, words, write_csv
from tests.exchange.test_importing_corpus import CELLS, FILES, STRUCTURES
from tests.naive import Rows, number_of, plain, read_csv, read_data, read_xlsx

from analysis.data.dataset import load_dataset
from analysis.exchange.forms.importing import import_inputs
from analysis.problems import InputError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Generating overly large repr")]

YEAR = 2023


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


cells = (
    words
    | st.none()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31))
    | st.times()
)


@settings(suppress_health_check=SLOW)
@given(data=st.data())
def test_any_cells_are_imported_or_refused(city: Path, good: bytes, data: st.DataObject) -> None:
    book = openpyxl.load_workbook(io.BytesIO(good))
    for _ in range(data.draw(st.integers(1, 4))):
        sheet = book[data.draw(st.sampled_from(book.sheetnames))]
        row, column = (data.draw(st.integers(1, most + 1)) for most in (sheet.max_row, sheet.max_column))
        value = data.draw(cells)
        with suppress(openpyxl.utils.exceptions.IllegalCharacterError):  # Excel cannot hold it either
            sheet.cell(row, column).value = value
    with io.BytesIO() as buffer:
        book.save(buffer)
        _import(buffer.getvalue(), city)


@settings(suppress_health_check=SLOW)
@given(
    names=st.lists(st.sampled_from(sorted(CELLS | STRUCTURES)), min_size=1, max_size=4),
    seed=st.integers(0, 10**9),
    way=st.sampled_from(["", *DAMAGE]),
)
def test_faults_together_are_refused(city: Path, good: bytes, names: list[str], seed: int, way: str) -> None:
    """However many faults of the corpus a workbook has: none makes up for another. Bytes damaged besides may."""
    random, book, broken = Random(seed), openpyxl.load_workbook(io.BytesIO(good)), 0
    for name in names:
        with suppress(KeyError, IndexError, AttributeError, TypeError, ValueError):  # there is no place for it any more
            (CELLS | STRUCTURES)[name](random, book)
            broken += 1
    with io.BytesIO() as buffer:
        book.save(buffer)
        content = buffer.getvalue()
    is_imported = _import(DAMAGE[way](random, content) if way else content, city)
    assert way or not (is_imported and broken == len(names)), names


@settings(suppress_health_check=SLOW)
@given(name=st.sampled_from(sorted(FILES)), seed=st.integers(0, 10**9), way=st.sampled_from(list(DAMAGE)))
def test_odd_archives_that_are_damaged_besides(city: Path, good: bytes, name: str, seed: int, way: str) -> None:
    file, make, _ = FILES[name]
    if file.endswith(".xlsx"):
        with suppress(zipfile.BadZipFile, NotImplementedError):
            _import(DAMAGE[way](Random(seed), make(good)), city)


@settings(suppress_health_check=SLOW)
@given(
    random=randoms,
    kind=st.sampled_from(["cells", "cells", "parts", "parts", "folder", "folder", "folder in bytes", "cells inside"]),
)
def test_whatever_is_imported_is_what_stands_in_the_cells(city: Path, good: bytes, random: Random, kind: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(shutil.copytree(city, Path(scratch) / "data"))
        file = Path(scratch) / ("表" if "folder" in kind else "表.xlsx")
        sheets = {name: [*map(list, rows.values())] for name, rows in read_xlsx(good).items() if name not in UNREAD}
        changed = random.sample([*sheets], random.choice((1, 1, 2)))
        if "folder" in kind:
            file.mkdir()
            for name, rows in sheets.items():
                cells = change_cells(random, rows) if name in changed and kind == "folder" else rows
                content = write_csv(cells, random.choice(("utf-8", "utf-8-sig", "gb18030")))
                is_damaged = name in changed and kind != "folder"
                (file / f"{name}.csv").write_bytes(damage_text(random, content) if is_damaged else content)
        else:
            content = good
            if kind in {"cells", "cells inside"}:
                content = _put_cells(random, good, {name: change_cells(random, sheets[name]) for name in changed})
            if kind != "cells":
                content = (DAMAGE["inside"] if kind == "cells inside" else change_parts)(random, content)
            file.write_bytes(content)
        before = _snapshot(data)
        code, told = run_command("import", str(file), "--year", str(YEAR), "--data", str(data))
        event(f"{kind}: {code}")
        if code:
            assert _snapshot(data) == before
            assert not (Path(scratch) / "data-backups").exists()
            return
        found = (
            {path.stem: read_csv(path.read_bytes()) for path in file.iterdir()} if file.is_dir() else read_xlsx(content)
        )
        _compare_with_cells(found, read_data(data), told)
        _export_and_import(data, Path(scratch))


UNREAD = {"填写说明", "单位", "核对", "下拉单"}


def _put_cells(random: Random, good: bytes, sheets: dict[str, list[list[str]]]) -> bytes:
    """Write cells into a workbook, numbers as numbers or, now and then, as texts."""
    book = openpyxl.load_workbook(io.BytesIO(good))
    for name, rows in sheets.items():
        sheet = book[name]
        size = max(sheet.max_row, len(rows)), max(sheet.max_column, *map(len, rows), 1)
        for at in range(size[0]):
            for place in range(size[1]):
                text = rows[at][place] if at < len(rows) and place < len(rows[at]) else ""
                shown = ILLEGAL_CHARACTERS_RE.sub("", text)
                is_number = number_of(text) is not None and len(text) < 16 and random.random() < 0.9
                sheet.cell(at + 1, place + 1).value = (float(plain(text)) if is_number else shown) or None
    with io.BytesIO() as buffer:
        book.save(buffer)
        return buffer.getvalue()


UNMARKED = {"不承担": "not_applicable", "自评": "own_assessor"}


def _compare_with_cells(sheets: dict[str, Rows], data: dict[str, Rows], told: str) -> None:
    """Hold every mark, result and adjustment that is stored against the cells of the sheets."""
    units = {name: row[0] for row in data["units.csv"].values() for name in (row[0], row[2])}
    _, *indicators = data[f"inputs/{YEAR}/indicators.csv"].values()
    called: dict[str, set[str]] = {}
    for row in indicators:
        for name in (row[0], row[3]):
            called.setdefault(plain(name), set()).add(row[0])
    _, *marks = data[f"inputs/{YEAR}/marks.csv"].values()
    stored = {(row[0], row[1]): row[2:] for row in marks}
    written: dict[tuple[str, str], set[str]] = {}
    for name, rows in sheets.items():
        if not rows or name in UNREAD:
            continue
        header, *below = [list(map(plain, row)) for row in rows.values()]
        for row in below:
            cells = dict(reversed([*zip(header, row, strict=False)]))
            unit = units.get(cells.get("单位", cells.get("unit_id", "")))
            if unit is None or row[0] == "示例(不读入)":
                continue
            for title, cell in cells.items():
                for indicator in called.get(title, ()):
                    if cell:
                        written.setdefault((unit, indicator), set()).add(cell)
    for (unit, indicator), (status, rating, score) in stored.items():
        said = {rating, *([number_of(score)] if score else []), status} - {"", "marked"}
        cells = written[unit, indicator]
        assert len(said) == 1 and said & {
            each for cell in cells for each in (cell, UNMARKED.get(cell), number_of(cell))
        }
    for name, columns in {"adjustments": "加减分", "survey": "群众满意度"}.items():
        _, *kept = data[f"inputs/{YEAR}/{name}.csv"].values()
        sheet = [row for title in (columns, name) for row in sheets.get(title, {}).values()]
        for row in kept:
            numbers = {number_of(cell) for cell in row[1:] if number_of(cell) is not None}
            like = [
                cells for cells in sheet
                if units.get(next((plain(cell) for cell in cells if plain(cell) in units), "")) == row[0]
                and numbers <= {number_of(cell) for cell in cells}
            ]  # fmt: skip
            assert like, (row, sheet)
        named = [cells for cells in sheet if {*map(plain, cells)} & units.keys() and plain(cells[0]) != "示例(不读入)"]
        assert len(named) == len(kept) or "没有读" in told


def _export_and_import(data: Path, scratch: Path) -> None:
    """What is exported and imported again says the same, in whatever order."""
    before, out = _tell_inputs(data), scratch / "again.xlsx"
    code, told = run_command("export", "--year", str(YEAR), "--data", str(data), "--out", str(out))
    assert code == 0, told
    code, told = run_command("import", str(out), "--year", str(YEAR), "--data", str(data))
    assert code == 0, told
    assert _tell_inputs(data) == before


def _tell_inputs(data: Path) -> dict[str, list[str]]:
    """Return the rows of every table of the inputs, numbers as numbers."""
    files = {name: rows for name, rows in read_data(data).items() if name.startswith("inputs/")}
    return {
        name: sorted(
            str([cell if (number := number_of(cell)) is None else number.normalize() for cell in row])
            for row in rows.values()
        )
        for name, rows in files.items()
    }


def _import(content: bytes, city: Path) -> bool:
    """Import a file into a copy of the data: all of it, so that it can be read again, or nothing; say which."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(shutil.copytree(city, Path(scratch) / "data"))
        path = Path(scratch) / "a.xlsx"
        path.write_bytes(content)
        before = _snapshot(data)
        try:
            intake, _ = import_inputs(path, load_dataset(data), YEAR)
        except InputError as error:
            assert all("a.xlsx" in problem.file for problem in error.problems)
            assert _snapshot(data) == before
            return False
        else:
            inputs = load_dataset(data).year(YEAR).inputs
            assert inputs is not None and inputs.marks.equals(intake.inputs.marks)
            return True


@widely("seed", range(100), always=3)
@pytest.mark.parametrize("way", DAMAGE)
def test_a_damaged_workbook_is_imported_or_refused(way: str, seed: int, city: Path, good: bytes) -> None:
    _import(DAMAGE[way](Random(f"{way} {seed}"), good), city)
