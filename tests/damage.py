"""Files damaged in any way, and what a refusal of them has to say."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st

from analysis.problems import InputError, Problem, WorkbookError

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NASTY = (
    *",;:\"'\t\n\0\\#&*!%@`|>{}[]()-?=+~<", "\ufeff", "\u202e", "\r\n", "---\n", "- ", "? ", "<<: ", "!!set ", "&a ",
    "*a", "nan", "inf", "-0", "1e999", "1_0", "０", "１２％", "null", "true", "2023-13-45", "0x1F", "='a'!A1", "../..",
)  # fmt: skip
words = st.sampled_from(NASTY) | st.text(max_size=8)
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), words), min_size=1, max_size=4)


def edit_text(text: str, changes: list[tuple[float, int, str]]) -> str:
    """Put words in place of stretches of a text."""
    for where, length, word in changes:
        start = int(where * len(text))
        text = text[:start] + word + text[start + length :]
    return text


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


DAMAGE = {"outside": _damage, "inside": _damage_inside}


def tell(error: pytest.ExceptionInfo[WorkbookError]) -> str:
    """Return the message, checking that every problem says what, where and how to mend it."""
    if isinstance(error.value, InputError):
        assert error.value.problems
        for problem in error.value.problems:
            assert isinstance(problem, Problem) and problem.file and problem.rule and problem.fix
    return str(error.value)
