"""Whatever comes in is read or refused with a message; nothing else happens, and what is read can be read again."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import openpyxl
import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from tests.conftest import widely
from tests.exchange.test_reading import FICTION

from analysis.data.dataset import load_dataset
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.rules import read_circular
from analysis.exchange.circulars.text import read_text
from analysis.exchange.forms.importing import import_inputs
from analysis.exhibits.chart import theme
from analysis.problems import InputError, WorkbookError

pytestmark = pytest.mark.slow

YEAR = 2023
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
QUICKLY = settings(suppress_health_check=SLOW)
NASTY = (
    *",;:\"'\t\n\0\\#&*!%@`|>{}[]()-?=+~<", "\ufeff", "\u202e", "\r\n", "---\n", "- ", "? ", "<<: ", "!!set ", "&a ",
    "*a", "nan", "inf", "-0", "1e999", "1_0", "０", "１２％", "null", "true", "2023-13-45", "0x1F", "='a'!A1", "../..",
)  # fmt: skip
words = st.sampled_from(NASTY) | st.text(max_size=8)
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), words), min_size=1, max_size=4)


def _edit(text: str, changes: list[tuple[float, int, str]]) -> str:
    """Put words in place of stretches of a text."""
    for where, length, word in changes:
        start = int(where * len(text))
        text = text[:start] + word + text[start + length :]
    return text


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@QUICKLY
@given(data=st.data())
def test_any_edit_of_any_file_of_the_data_is_read_or_refused(city: Path, data: st.DataObject) -> None:
    files = sorted(path for path in city.rglob("*") if path.suffix in {".csv", ".yml"})
    path = data.draw(st.sampled_from(files))
    good = path.read_bytes()
    try:
        path.write_text(_edit(good.decode(), data.draw(edits)), encoding="utf-8", errors="surrogatepass", newline="")
        with suppress(WorkbookError):
            load_dataset(city)
    finally:
        path.write_bytes(good)


cells = (
    words
    | st.none()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31))
    | st.times()
)


@QUICKLY
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


def _import(content: bytes, city: Path) -> None:
    """Import a file into a copy of the data: all of it, so that it can be read again, or nothing."""
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
        else:
            inputs = load_dataset(data).year(YEAR).inputs
            assert inputs is not None and inputs.marks.equals(intake.inputs.marks)


def _damage(random: Random, good: bytes) -> bytes:
    """Flip, drop, repeat or insert bytes."""
    content = bytearray(good)
    for _ in range(random.choice((1, 3, 30))):
        start, length = random.randrange(len(content) + 1), random.choice((1, 4, 40, 400))
        content[start : start + length] = random.choice(
            (b"", random.randbytes(length), content[start : start + length] * 2, b"<" * length, b"&#0;", b"\xff\xfe")
        )
    return bytes(content)


def _damage_inside(random: Random, good: bytes) -> bytes:
    """Damage parts of an archive, so that the archive itself can be opened."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, _damage(random, content) if random.random() < 0.3 else content)
        return buffer.getvalue()


WAYS = {"outside": _damage, "inside": _damage_inside}


@widely("seed", range(100), always=3)
@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_workbook_is_imported_or_refused(way: str, seed: int, city: Path, good: bytes) -> None:
    _import(WAYS[way](Random(f"{way} {seed}"), good), city)


CIRCULAR = (FICTION / "three_grades.txt").read_text(encoding="utf-8")


@QUICKLY
@given(changes=edits)
def test_any_edit_of_a_circular_can_be_read(changes: list[tuple[float, int, str]]) -> None:
    write_draft(read_circular(_edit(CIRCULAR, changes)), "通报.txt")


def _as_docx() -> bytes:
    document = Document()
    for line in CIRCULAR.splitlines():
        document.add_paragraph(line)
    document.add_table(2, 2).cell(0, 0).text = "市司法局"
    with io.BytesIO() as buffer:
        document.save(buffer)
        return buffer.getvalue()


def _as_pdf() -> bytes:
    with io.BytesIO() as buffer:
        with theme(), PdfPages(buffer) as pdf:
            figure = Figure()
            figure.text(0, 0, CIRCULAR)
            pdf.savefig(figure)
        return buffer.getvalue()


FORMS: dict[str, Callable[[], bytes]] = {".txt": CIRCULAR.encode, ".docx": _as_docx, ".pdf": _as_pdf}


@pytest.fixture(scope="module")
def forms() -> dict[str, bytes]:
    return {suffix: make() for suffix, make in FORMS.items()}


@pytest.mark.filterwarnings("default")  # the libraries remark on damage in many ways
@widely("seed", range(100), always=3)
@pytest.mark.parametrize(
    ("suffix", "way"), [(".txt", "outside"), (".docx", "outside"), (".docx", "inside"), (".pdf", "outside")]
)
def test_a_damaged_circular_is_read_or_refused(
    suffix: str, way: str, seed: int, forms: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / f"通报{suffix}"
    path.write_bytes(WAYS[way](Random(f"{suffix} {way} {seed}"), forms[suffix]))
    try:
        text = read_text(path)
    except WorkbookError as error:
        assert "通报" in str(error)
    else:
        write_draft(read_circular(text), path.name)
