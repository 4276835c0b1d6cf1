"""Whatever circular comes in is read or refused with a message."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
import yaml
from docx import Document
from hypothesis import event, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from tests.conftest import widely
from tests.damage import DAMAGE, NASTY, SLOW, change_parts, damage_text, edit_text, edits, randoms, run_command
from tests.exchange.test_ofd import make_ofd, text
from tests.exchange.test_reader import FICTION
from tests.naive import plain
from tests.office import convert

from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.reader import read_circular
from analysis.exchange.sources.source import read_source
from analysis.exhibits.theme import theme
from analysis.problems import WorkbookError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Generating overly large repr")]

CIRCULARS = [path.read_text(encoding="utf-8") for path in sorted(FICTION.glob("*.txt"))]
PHRASES = (
    *NASTY, *"、。，；：（）\n无廿", "9\n0.5", "3 5", "一、", "（二）", "3.", "-3-", "优秀", "良好等次", "12",
    "１２.５", "百分之三", "两个", "二十三", "3.45%", "-1.2", "90.5分", "平均得分", "同比", "下降了", "连续两年",
    "其中", "市司法局", "2023年度", "第一季度",
)  # fmt: skip
KINDS = ("txt", "gb18030", "bytes", "docx", "parts", "inside", "pdf", "html", "ofd", "doc")
CIRCULAR = (FICTION / "three_grades.txt").read_text(encoding="utf-8")


@settings(suppress_health_check=SLOW)
@given(changes=edits)
def test_any_edit_of_a_circular_can_be_read(changes: list[tuple[float, int, str]]) -> None:
    write_draft(read_circular(edit_text(CIRCULAR, changes)), "通报.txt")


def _as_docx(text: str = CIRCULAR) -> bytes:
    document = Document()
    for line in text.splitlines():
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


TABLE = "<table><tr><td rowspan=2 hidden>市司法局<td colspan=3>90.5<tr><td>优秀</table><ol><li>甲县</ol>"


def _as_html() -> bytes:
    paragraphs = "".join(f"<p style='color:red'>{line}</p>" for line in CIRCULAR.splitlines())
    style = "<style>.gone{display:none}</style>"
    return f"<html><head><meta charset=utf-8>{style}</head><body><div>{paragraphs}</div>{TABLE}</body></html>".encode()


def _as_ofd() -> bytes:
    return make_ofd("".join(text(20, 8 * at, line) for at, line in enumerate(CIRCULAR.splitlines()) if line.strip()))


FORMS: dict[str, Callable[[], bytes]] = {
    ".txt": CIRCULAR.encode, ".docx": _as_docx, ".pdf": _as_pdf, ".html": _as_html, ".ofd": _as_ofd,
}  # fmt: skip


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    scratch = tmp_path_factory.mktemp("forms")
    (scratch / "a.docx").write_bytes(_as_docx())
    made = {suffix: make() for suffix, make in FORMS.items()}
    return made | {".doc": convert(scratch / "a.docx", "doc", scratch).read_bytes()}


@pytest.mark.filterwarnings("default")
@settings(suppress_health_check=SLOW)
@given(random=randoms, kind=st.sampled_from(KINDS), circular=st.sampled_from(CIRCULARS))
def test_what_is_drafted_stands_in_the_circular(
    random: Random, kind: str, circular: str, forms: dict[str, bytes]
) -> None:
    changes = [(random.random(), random.randint(0, 12), random.choice(PHRASES)) for _ in range(random.randint(1, 4))]
    edited = edit_text(circular, changes)
    with tempfile.TemporaryDirectory() as scratch:
        suffix = {"gb18030": ".txt", "bytes": ".txt", "parts": ".docx", "inside": ".docx"}.get(kind, f".{kind}")
        file, out = Path(scratch) / f"通报{suffix}", Path(scratch) / "draft.yml"
        if suffix == ".txt":
            content = edited.encode("gb18030" if kind == "gb18030" else "utf-8", "replace")
            content = damage_text(random, content) if kind == "bytes" else content
        elif suffix != ".docx":
            content = DAMAGE["outside"](random, forms[suffix])
        else:
            content = _as_docx("".join(filter(lambda each: each in "\n\t" or each.isprintable(), edited)))
            content = {"docx": lambda _, same: same, "parts": change_parts, **DAMAGE}[kind](random, content)
        file.write_bytes(content)
        code, _ = run_command("read-circular", str(file), "--out", str(out))
        event(f"{kind}: {code}")
        assert file.read_bytes() == content and out.exists() == (code == 0)
        if code == 0 and suffix in {".txt", ".docx"}:
            _compare_with_text(_plain_text(content, suffix), out)


def _plain_text(content: bytes, suffix: str) -> str:
    """Return the text of a file without blanks, whatever it is set in."""
    if suffix == ".txt":
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = [each for each in archive.namelist() if each.lower() == "word/document.xml"]
            root = ElementTree.fromstring(archive.read(name))
        text = "".join(each.text or "" for each in root.iter() if each.tag.endswith("}t"))
    return "".join(plain(text).split()).translate(str.maketrans("[]", "〔〕"))


def _compare_with_text(text: str, out: Path) -> None:
    """Hold every number and name of a draft against the text: nothing is made up, and no digit is lost."""
    draft = yaml.safe_load(out.read_text(encoding="utf-8"))
    visible = "".join(each for each in text if each.isprintable())
    for figure in draft["figures"] or ():
        value = str(figure["value"]).lstrip("-").rstrip("%")
        assert value in visible or "note" in figure or value in {"0", "2"}, figure
        if value in visible:
            ends = [found.span() for found in re.finditer(re.escape(value), visible)]
            before = [visible[start - 1] if start else "" for start, _ in ends]
            after = [visible[end : end + 1] for _, end in ends]
            whole = any(not (b.isdigit() or b == ".") and not a.isdigit() for b, a in zip(before, after, strict=True))
            assert whole or "note" in figure, figure
    for printed in draft["lists"] or ():
        for name in printed["names"]:
            assert "".join(plain(name).split()).translate(str.maketrans("[]", "〔〕")) in visible, name


@pytest.mark.filterwarnings("default")  # the libraries remark on damage in many ways
@widely("seed", range(100), always=3)
@pytest.mark.parametrize(
    ("suffix", "way"),
    [
        (".txt", "outside"),
        (".docx", "outside"),
        (".docx", "inside"),
        (".pdf", "outside"),
        (".html", "outside"),
        (".ofd", "outside"),
        (".ofd", "inside"),
        (".doc", "outside"),
    ],
)
def test_a_damaged_circular_is_read_or_refused(
    suffix: str, way: str, seed: int, forms: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / f"通报{suffix}"
    path.write_bytes(DAMAGE[way](Random(f"{suffix} {way} {seed}"), forms[suffix]))
    try:
        source = read_source(path)
    except WorkbookError as error:
        assert "通报" in str(error)
    else:
        assert source.places[0][0] == 0 and all(at < len(source.text) and place for at, place in source.places)
        write_draft(read_circular(source.text), path.name)
