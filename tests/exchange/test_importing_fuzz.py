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
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import widely
from tests.damage import DAMAGE, SLOW, words
from tests.exchange.test_importing_corpus import CELLS, FILES, STRUCTURES

from analysis.data.dataset import load_dataset
from analysis.exchange.forms.importing import import_inputs
from analysis.problems import InputError

pytestmark = pytest.mark.slow

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
