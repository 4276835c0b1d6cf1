"""Whatever circular comes in is read or refused with a message."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from docx import Document
from hypothesis import given, settings
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from tests.conftest import widely
from tests.damage import DAMAGE, SLOW, edit_text, edits
from tests.exchange.test_rules import FICTION

from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.rules import read_circular
from analysis.exchange.circulars.text import read_text
from analysis.exhibits.theme import theme
from analysis.problems import WorkbookError

pytestmark = pytest.mark.slow

CIRCULAR = (FICTION / "three_grades.txt").read_text(encoding="utf-8")


@settings(suppress_health_check=SLOW)
@given(changes=edits)
def test_any_edit_of_a_circular_can_be_read(changes: list[tuple[float, int, str]]) -> None:
    write_draft(read_circular(edit_text(CIRCULAR, changes)), "通报.txt")


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
    path.write_bytes(DAMAGE[way](Random(f"{suffix} {way} {seed}"), forms[suffix]))
    try:
        text = read_text(path)
    except WorkbookError as error:
        assert "通报" in str(error)
    else:
        write_draft(read_circular(text), path.name)
