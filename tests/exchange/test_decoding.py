"""A text is right, or it is told how it was read, or the file is refused: no garbled name in silence."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.damage import SLOW

from analysis.cli import main
from analysis.exchange.decoding import decode_text
from analysis.exchange.forms.opening import open_sheets
from analysis.exchange.sources.source import read_source
from analysis.problems import WorkbookError
from analysis.texts import FileError

TEXTS = [
    *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/exchange/circulars").rglob("*.txt"))),
    (ROOT / "data/units.csv").read_text(encoding="utf-8"),
    "单位,经济,民生,总分,名次\n甲县,30,60,90,1\n乙县,28,60,88,2\n",
    "name,score,total\nCôte d'Or,3,3\nÎle-de-France,2,2\n",
]
texts = st.sampled_from(TEXTS)
OTHERS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5", "shift_jis", "euc_kr", "latin-1", "hz", "utf-7"]


def _judge(content: bytes, right: str) -> str:
    """Return what came of it: "right", "told" or "refused"; a wrong text in silence is a failure."""
    try:
        decoded = decode_text(content)
    except FileError as error:
        assert error.rule and error.fix
        return "refused"
    assert decoded.text == right or decoded.note, ascii(decoded.text[:80])
    return "told" if decoded.note else "right"


@settings(max_examples=300, suppress_health_check=SLOW, deadline=None)
@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), st.integers(1, 4), st.integers(0, 10**9))
def test_bytes_that_are_lost_are_noticed(text: str, encoding: str, lost: int, seed: int) -> None:
    """Of a character some bytes and not all: the text is no longer what it was."""
    random, content = Random(seed), bytearray(text.encode(encoding))
    for _ in range(lost):
        place = random.choice([place for place, byte in enumerate(content) if byte >= 0x80] or [0])
        del content[place]
    try:
        right = bytes(content).decode(encoding)  # whole characters, by chance
    except UnicodeDecodeError:
        right = ""
    outcome = _judge(bytes(content), right)
    assert encoding == "gb18030" or outcome != "told" or not right


@settings(max_examples=100, suppress_health_check=SLOW, deadline=None)
@given(texts, st.integers(0, 10**9))
def test_encodings_that_are_mixed_are_noticed(text: str, seed: int) -> None:
    random = Random(seed)
    content = b"\n".join(line.encode(random.choice(["utf-8", "gb18030"])) for line in text.split("\n"))
    _judge(content, text)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:8])
@pytest.mark.parametrize("encoding", OTHERS)
def test_other_encodings_are_refused_or_told(encoding: str, text: str) -> None:
    content = text.encode(encoding, "ignore")
    if not content.isascii():
        _judge(content, text)


def test_big5_is_named() -> None:
    with pytest.raises(FileError) as refused:
        decode_text("單位,總分\n臺北縣政府,90\n高雄市政府,80\n".encode("big5"))
    assert "既不是 UTF-8 也不是 GB18030" in refused.value.rule and "像是 Big5" in refused.value.rule


def test_the_line_and_the_byte_are_told() -> None:
    """平 is E5 B9 B3: without its second byte, the third line breaks at its third byte, after the two of "a,"."""
    content = bytearray("单位,总分\n甲县,90\na,平顶山市\n汝州市,80\n".encode())
    del content[content.index("平".encode()) + 1]
    with pytest.raises(FileError) as refused:
        decode_text(bytes(content))
    assert refused.value.row == 3 and "第3个字节起，文字编码不一：大部分是 UTF-8，这里不是" in refused.value.rule


def test_a_few_words_that_may_be_either_are_told() -> None:
    """太平 in GB 2312 is CC AB C6 BD: two letters in UTF-8 as well."""
    told = decode_text("太平,90\n".encode("gb2312"))
    assert "按 UTF-8 读作" in told.note and "如果应为“太平”" in told.note
    assert not decode_text("Côte d'Or,Île,naïve,Αθήνα,Москва\n".encode()).note


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("甲县,90\n".encode() + "\ufeff乙县,80\n".encode(), "中间有字节顺序标记"),
        ("甲县,90\n".encode() + b"\0", "看不见的空字节"),
        ("甲县,90\n".encode("utf-16"), "像是 UTF-16"),
    ],
)
def test_what_else_no_text_file_holds(content: bytes, told: str) -> None:
    with pytest.raises(FileError) as refused:
        decode_text(content)
    assert told in f"{refused.value.rule}{refused.value.fix}"


def test_a_fallback_is_told_wherever_a_file_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "结果.csv"
    table.write_bytes("单位,经济,民生,总分,名次\n甲县,30,60,90,1\n乙县,28,60,88,2\n".encode("gbk"))
    (sheet,) = open_sheets(table)
    assert "不是 UTF-8 编码，按 GB18030 读作“单位、经济、民生、总" in str(sheet.notes[0])
    words = ["import", str(table), "--year", "2023", "--document", "通报", "--data", str(tmp_path / "data")]
    assert main([*words, "--weights", "经济=30,民生=60", "--out-of", "90"]) == 0
    assert "不是 UTF-8 编码，按 GB18030 读作" in capsys.readouterr().out

    circular = tmp_path / "通报.txt"
    circular.write_bytes(TEXTS[0].encode("gbk", "ignore"))
    assert main(["read-circular", str(circular)]) == 0
    assert "读法：不是 UTF-8 编码，按 GB18030 读作" in capsys.readouterr().err
    damaged = bytearray(TEXTS[0].encode())
    del damaged[next(place for place, byte in enumerate(damaged) if byte >= 0x80) + 1]
    circular.write_bytes(damaged)
    with pytest.raises(WorkbookError, match=r"第1行：.*大部分是 UTF-8，这里不是"):
        read_source(circular)
